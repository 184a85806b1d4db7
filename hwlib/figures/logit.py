"""Figures of Task 5: the logit, its three scales, evidence, and precision."""

import numpy as np
from matplotlib.axes import Axes

from hwlib import activations, evidence, reference
from hwlib._inputs import Array
from hwlib.figures.plot import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    VERMILLION,
    Plot,
    canvas,
    label,
)
from hwlib.tables.table import MINUS, fixed, significant_tex


def mirror_images(reach: float = 4.5, score: float = 2.0) -> Plot:
    """Draw the sigmoid and the logit, reflected in the diagonal, with two pairs of points."""
    x = np.linspace(-reach, reach, 241)
    sigmoid = activations.sigmoid(x)
    p = float(activations.sigmoid(score))
    along = np.array([-3.0, 3.0])
    tangent = 0.5 + activations.sigmoid_slope(0.0) * along

    figure, axes = canvas(height=4.9)
    axes.set_aspect("equal")
    axes.axhspan(0, 1, color=BLUE, alpha=0.08, linewidth=0)
    axes.axvspan(0, 1, color=VERMILLION, alpha=0.08, linewidth=0)
    axes.plot(x, x, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.plot(along, tangent, color=INK, linewidth=1)
    axes.plot(tangent, along, color=INK, linewidth=1)
    axes.plot(x, sigmoid, color=BLUE)
    axes.plot(sigmoid, x, color=VERMILLION, linestyle=(0, (6, 1.5)))
    for left, right in [(0.0, 0.5), (score, p)]:
        axes.plot([left, right], [right, left], color=INK, linewidth=0.9, linestyle=(0, (1, 2)))
        axes.plot(left, right, "o", color=BLUE)
        axes.plot(right, left, "s", color=VERMILLION)
    label(axes, r"$\sigma(x)$", (3.7, 0.97), BLUE, shift=(0, -14))
    label(axes, r"$\mathrm{logit}(x)$", (0.97, 3.7), VERMILLION, shift=(-14, 0), align="right")
    label(axes, "the diagonal", (3.4, 3.4), MUTED, shift=(-7, 6), align="right")
    label(axes, "slope ¼", (-3.0, -0.25), INK, shift=(4, -11))
    label(axes, "slope 4", (-0.25, -3.0), INK, shift=(-8, 0), align="right")

    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xlabel="input", ylabel="output")
    axes.set_xticks(range(-4, 5, 2))
    axes.set_yticks(range(-4, 5, 2))
    return Plot(
        figure,
        {"x": x, "sigmoid": sigmoid},
        title="The sigmoid and the logit are mirror images in the diagonal",
        description=(
            "Two curves in a square. The sigmoid runs from left to right inside the horizontal "
            "strip between 0 and 1. The logit runs from bottom to top inside the vertical strip "
            "between 0 and 1. Each is the other's reflection in the dashed diagonal; dotted lines "
            "join two points of the sigmoid to their reflections. The tangent of the sigmoid at "
            "input 0 has slope one quarter, that of the logit at input one half has slope 4."
        ),
        caption=(
            f"The point $({score:g}, {p:.3f})$ of the sigmoid (disc) and the point "
            f"$({p:.3f}, {score:g})$ of the logit (square) face each other across the diagonal. "
            "So do the tangents (thin lines): where the sigmoid is steepest, with slope "
            r"$\frac{1}{4}$, the logit is flattest, with slope $4$. The shaded strips are the "
            "sigmoid's range and the logit's domain."
        ),
    )


def three_scales(odds_max: float = 20.0, nats_max: float = 3.2) -> Plot:
    """Join the same probabilities on the scales of odds, probability and log odds."""
    p = np.array([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95])
    odds = p / (1 - p)
    nats = activations.logit(p)
    across = np.stack([odds / odds_max, p, (nats + nats_max) / (2 * nats_max)])

    figure, axes = canvas(height=3.2)
    for column, probability in enumerate(p.tolist()):
        colour = MUTED if probability == 0.5 else BLUE if probability < 0.5 else VERMILLION
        style = "-" if probability >= 0.5 else (0, (4, 1.5))
        axes.plot(across[:, column], [2, 1, 0], color=colour, linestyle=style, linewidth=1.2)
    _scale(axes, 2, "odds", [0, 1, 5, 10, 15, 20], odds_max, 0.0)
    _scale(axes, 1, "probability", [0, 0.2, 0.5, 0.8, 1], 1.0, 0.0)
    _scale(axes, 0, "log odds", [-3, -2, -1, 0, 1, 2, 3], 2 * nats_max, nats_max)

    axes.set(xlim=(-0.32, 1.03), ylim=(-0.3, 2.3))
    axes.axis("off")
    return Plot(
        figure,
        {"probability": p, "odds": odds, "log_odds": nats},
        title="Probability, odds and log odds of the same events",
        description=(
            "Three horizontal scales: odds at the top, probability in the middle, log odds at the "
            "bottom. Lines join the places of eleven probabilities on the three scales. Upwards, "
            "all probabilities below one half crowd together at the left end of the odds. "
            "Downwards, the lines stay symmetric and spread out towards both ends."
        ),
        caption=(
            f"Eleven probabilities from ${p[0]:g}$ to ${p[-1]:g}$ on three scales. On the scale of "
            f"the odds (top) the unlikely events lie crowded between ${odds[0]:.2f}$ and "
            f"${odds[5]:g}$, while the likely ones run out to ${odds[-1]:.0f}$. The log odds "
            "(bottom) are symmetric, and they stretch both ends: the nearer to certainty, the more "
            "it takes to move on."
        ),
    )


def _scale(
    axes: Axes, height: float, name: str, marks: list[float], length: float, zero: float
) -> None:
    """Draw one horizontal scale from 0 to 1 of the axes, with its marks and its name."""
    axes.plot([0, 1], [height, height], color=INK, linewidth=1)
    for mark in marks:
        at = (mark + zero) / length
        axes.plot([at, at], [height - 0.04, height + 0.04], color=INK, linewidth=1)
        text = label(axes, f"{mark:g}".replace("-", MINUS), (at, height))
        text.set(fontsize=10, position=(0, 12 if height else -12))
    axes.text(-0.05, height, name, ha="right", va="center", color=INK)


def evidence_adds_up() -> Plot:
    """Draw each test result as an arrow on the scale of the log odds."""
    test = evidence.EXAMPLE
    results = [True, True, True, False]
    ratios = [test.likelihood_ratio(positive) for positive in results]
    nats = evidence.log_odds_after(test.prevalence, ratios)
    p = activations.sigmoid(nats)

    figure, axes = canvas(height=3.6)
    axes.axvline(0, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
    axes.plot(nats[0], 0, "o", color=INK)
    label(axes, f"before: {_percent(p[0])}", (nats[0], 0), shift=(9, 0), align="left")
    for row, positive in enumerate(results, start=1):
        colour, word = (VERMILLION, "positive") if positive else (BLUE, "negative")
        axes.plot([nats[row - 1]] * 2, [row - 1, row], color=MUTED, linewidth=0.8, linestyle=":")
        axes.annotate(
            "",
            (nats[row], row),
            (nats[row - 1], row),
            arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.8, "shrinkA": 0},
        )
        middle = (nats[row] + nats[row - 1]) / 2
        step = fixed(float(nats[row] - nats[row - 1]), 2)
        sign = "+" if positive else ""
        label(axes, f"{word}, {sign}{step}", (middle, row), colour, shift=(0, 10))
        tip = (7, "left") if positive else (-7, "right")
        label(axes, _percent(p[row]), (nats[row], row), shift=(tip[0], 0), align=tip[1])
    axes.set(xlim=(-5.6, 6.4), ylim=(4.6, -0.6), xlabel="log odds of being ill (nats)")
    axes.set_yticks(range(5), ["0", "1", "2", "3", "4"])
    axes.set_ylabel("results seen", labelpad=6)
    upper = axes.secondary_xaxis("top")
    marks = np.array([0.01, 0.1, 0.5, 0.9, 0.99])
    upper.set_xticks(activations.logit(marks), [_percent(mark) for mark in marks])
    upper.set_xlabel("probability of being ill", labelpad=6)
    return Plot(
        figure,
        {"results_seen": np.arange(5), "log_odds": nats, "probability": p},
        title="Each test result moves the log odds by a step of its own",
        description=(
            "A horizontal axis of log odds, with the matching probabilities along the top. "
            f"Starting at {fixed(float(nats[0]), 2)}, three arrows of equal length, one for each "
            "positive result, lead to the right, past zero, which is an even chance. A fourth "
            f"arrow, for a negative result, leads back to {fixed(float(nats[4]), 2)}."
        ),
        caption=(
            "Every positive result adds the same amount to the log odds, "
            rf"$\ln {ratios[0]:.0f} \approx {nats[1] - nats[0]:.2f}$ nats, wherever they stand. On "
            "the scale of probabilities (top) the same three steps look quite different: "
            f"the first gains ${_points(p[1] - p[0])}$ percentage points, the second "
            f"${_points(p[2] - p[1])}$, the third ${_points(p[3] - p[2])}$. The negative result "
            f"takes back ${abs(nats[4] - nats[3]):.2f}$ nats."
        ),
    )


def _percent(p: float) -> str:
    """Write a probability in per cent, with a decimal where whole ones hide too much."""
    return f"{100 * p:.0f} %" if np.isclose(100 * p, round(100 * p)) else f"{100 * p:.1f} %"


def _points(difference: float) -> str:
    return f"{100 * difference:.0f}"


def round_trip_error(score_max: float = 36.0) -> Plot:
    """Plot how far score → rounded probability → log odds ends from where it began."""
    z = np.linspace(-score_max, score_max, 121) + 0.13  # off the scores that come back exactly
    error = np.array([_round_trip(score) for score in z.tolist()])
    p = reference.rounded("sigmoid", z)
    bound = _half_spacing(p) * reference.rounded("logit_slope", p)

    figure, axes = canvas(height=3.3)
    axes.plot(z, bound, color=INK, linewidth=1.2, linestyle=(0, (5, 2)))
    axes.plot(z[z < 0], error[z < 0], "o", color=BLUE, markersize=3)
    axes.plot(z[z > 0], error[z > 0], "s", color=VERMILLION, markersize=3)
    label(axes, "negative scores:\nfull precision", (-18, 1e-14), BLUE, shift=(0, 6))
    label(axes, "positive scores:\na factor $e$ a step", (16, 1e-13), VERMILLION, align="left")
    label(axes, "half a spacing × slope", (4, 1e-9), INK, align="right")
    axes.annotate(
        "",
        (15.5, float(np.exp(15.5) * 2**-54) * 1.5),
        (4.4, 1e-9),
        arrowprops={"arrowstyle": "-", "color": MUTED, "linewidth": 0.8},
    )

    axes.set_yscale("log")
    axes.set(ylim=(1e-19, 10), xlabel="score $z$", ylabel="error of the log odds (nats)")
    axes.set_yticks([1e-15, 1e-10, 1e-5, 1])
    last = float(error[z > score_max - 2].max())
    return Plot(
        figure,
        {"score": z, "probability": p, "error": error, "bound": bound},
        title="Precision that is lost between a score and its rounded probability",
        description=(
            "The error on a logarithmic axis over scores from -36 to 36. For negative scores the "
            "points stay below a flat line near ten to the minus sixteen. For positive scores they "
            "rise along a straight line, by a factor e for each unit, until little is left."
        ),
        caption=(
            r"Scores $z$, turned into float64 probabilities, each rounded correctly, and back by "
            "the exact logit. For negative scores (discs) the error stays under "
            f"${_bound_tex(float(bound[z < 0].max()))}$; for positive ones (squares) it grows to "
            f"${significant_tex(last, 2)}$ near a score of ${score_max:g}$. The dashed line is "
            "half the spacing of the numbers at the probability, times the slope of the logit. No "
            "program can do better: the digits are gone before the logit begins."
        ),
    )


def _round_trip(score: float) -> float:
    """Distance from the score after rounding its probability to float64; the logit is exact."""
    p = reference.nearest(reference.EXACT["sigmoid"](score))
    return float(abs(reference.EXACT["logit"](p) - score))


def _half_spacing(p: Array) -> Array:
    """The largest rounding error near p; below 1/2 without its jumps at the powers of two."""
    return np.where(p < 0.5, p * 2.0**-53, 2.0**-54)


def _bound_tex(x: float) -> str:
    """The power of ten next above x."""
    return f"10^{{{int(np.ceil(np.log10(x)))}}}"


def error_of_three_formulas(closest: float = 1e-5) -> Plot:
    """Plot the relative error of three formulas for the logit, from close above one half."""
    offset = np.geomspace(closest, 0.4, 56)
    p = 0.5 + offset
    quotient = _relative_error(reference.log(p / (1 - p)), p)
    difference = _relative_error(reference.log(p) - reference.log(1 - p), p)
    shifted = _relative_error(reference.log1p((2 * p - 1) / (1 - p)), p)

    figure, axes = canvas(height=3.2)
    axes.plot(offset, quotient, "^", color=ORANGE, markersize=4)
    axes.plot(offset, difference, "s", color=PURPLE, markersize=3)
    axes.plot(offset, shifted, "o", color=GREEN, markersize=3.5)
    label(axes, "▲ logarithm of the quotient", (2.5e-4, 3e-11), ORANGE, align="left")
    label(axes, "■ difference of two logarithms", (2.5e-4, 4e-12), PURPLE, align="left")
    label(axes, "● log1p of the shifted quotient", (1.2e-5, 3e-19), GREEN, align="left")

    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set(ylim=(1e-19, 1e-10), xlabel="distance of $p$ from one half", ylabel="relative error")
    axes.set_yticks([1e-18, 1e-15, 1e-12])
    worst = [float(values.max()) for values in (quotient, difference, shifted)]
    return Plot(
        figure,
        {"p": p, "quotient": quotient, "difference": difference, "log1p": shifted},
        title="Relative error of three formulas for the logit near one half",
        description=(
            "Relative error against the distance of the probability from one half, both axes "
            "logarithmic. The errors of the quotient's logarithm and of the difference of two "
            "logarithms rise steadily as the distance shrinks. The error of the third form, with "
            "log1p, stays level at about ten to the minus sixteen."
        ),
        caption=(
            f"Close to one half, {_digits_lost(worst[0])} of float64's sixteen digits are lost by "
            f"the logarithm of the quotient, and {_digits_lost(worst[1])} by the difference of "
            "logarithms, at the worst points. The shifted form stays under "
            f"${_bound_tex(worst[2])}$ throughout. Every logarithm here is rounded correctly: what "
            "is seen is the fault of the formula alone."
        ),
    )


def _digits_lost(error: float) -> str:
    """How many decimal digits an error is above float64's own rounding."""
    return f"{np.log10(error / 2.0**-53):.0f}"


def _relative_error(computed: Array, p: Array) -> Array:
    exact = [reference.EXACT["logit"](value) for value in p.tolist()]
    pairs = zip(computed.tolist(), exact, strict=True)
    return np.array([float(abs((value - target) / target)) for value, target in pairs])
