"""Figures of Task 4: softmax over two classes, its map, its slopes and its overflow."""

import numpy as np
from matplotlib.axes import Axes
from mpmath import mp, mpf  # type: ignore[import-untyped]

from hwlib import reference
from hwlib._inputs import Array
from hwlib.activations import logit, sigmoid, sigmoid_slope, softmax, softmax_jacobian
from hwlib.figures.plot import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    VERMILLION,
    Plot,
    canvas,
    label,
    shade,
)
from hwlib.tables.table import fixed, significant_tex


def probability_map(z_max: float = 4.0) -> Plot:
    """Shade P(y=1) over the plane of the two scores, with contours and the gradient's arrows."""
    z = np.linspace(-z_max, z_max, 33)
    z1, z2 = np.meshgrid(z, z)
    p = softmax(np.stack([z1, z2], axis=-1))[..., 0]
    levels = np.linspace(0.1, 0.9, 9)

    figure, axes = canvas(height=4.9)
    shade(axes, z, z, p, levels=[0.02, *levels, 0.98], colour=BLUE, opacity=0.075)
    for level, difference in zip(levels, logit(levels), strict=True):
        middle = np.isclose(level, 0.5)
        style = {"color": INK, "linewidth": 1.8} if middle else {"color": MUTED, "linewidth": 0.8}
        axes.axline((difference / 2, -difference / 2), slope=1.0, **style)
        if round(10 * level) in {1, 3, 5, 7, 9}:
            spot = (1.9 + difference / 2, 1.9 - difference / 2)
            label(axes, fixed(level, 1), spot)
    _gradient_arrows(axes)

    axes.set(xlim=(-z_max, z_max), ylim=(-z_max, z_max), aspect="equal")
    axes.set(xlabel="$z_1$", ylabel="$z_2$")
    axes.grid(visible=False)
    steepest = float(sigmoid_slope(0.0))
    return Plot(
        figure,
        {"z1": z1.ravel(), "z2": z2.ravel(), "p1": p.ravel()},
        title="The probability of class 1 over the plane of the two scores",
        description=(
            "A square map, first score to the right, second score upwards. The probability of "
            "class 1 is low at the top left and high at the bottom right. Its contours are "
            "straight parallels to the diagonal on which both scores are equal; the diagonal "
            "itself is the contour of one half. Arrows of the gradient point to the bottom right, "
            "at right angles to the contours, and are longest on the diagonal."
        ),
        caption=(
            "$P(y=1)$ over the two scores: the deeper the blue, the more probable is class 1. All "
            "contours are parallel to the diagonal, which is the contour of one half. The arrows "
            "are gradients: they cross the contours at right angles, since only the difference "
            "of the scores matters, and are longest on the diagonal, where each component has "
            f"the size ${significant_tex(steepest, 2)}$."
        ),
    )


def _gradient_arrows(axes: Axes) -> None:
    along, across = np.meshgrid([-2.2, -0.6], [-3.2, -1.6, 0.0, 1.6, 3.2])
    z1, z2 = (along + across / 2).ravel(), (along - across / 2).ravel()
    rise = softmax_jacobian(np.stack([z1, z2], axis=-1))[:, 0, :]
    axes.quiver(
        z1,
        z2,
        rise[:, 0],
        rise[:, 1],
        color=VERMILLION,
        angles="xy",
        scale_units="xy",
        scale=0.36,
        width=0.007,
        headlength=4.0,
        headaxislength=4.0,
        zorder=3,
    )


def shifted_sigmoids(z_max: float = 6.0) -> Plot:
    """Cut the map at three values of z2, then lay the cuts over each other by the difference."""
    z1 = np.linspace(-z_max, z_max, 121)
    cuts = {-2.0: (BLUE, "-", "o"), 0.0: (VERMILLION, "--", "s"), 2.0: (GREEN, "-.", "^")}
    p = {z2: softmax(np.stack([z1, np.full_like(z1, z2)], axis=-1))[:, 0] for z2 in cuts}

    figure, (above, below) = canvas(rows=2, height=4.9)
    for place, (z2, (colour, style, marker)) in enumerate(cuts.items()):
        above.plot(z1, p[z2], style, color=colour)
        label(above, f"$z_2 = {z2:.0f}$", (z2, 0.5), colour, shift=(-6, 5), align="right")
        start = (3 * place + round(10 * z2)) % 9  # the three sets of points lie between each other
        below.plot((z1 - z2)[start::9], p[z2][start::9], marker, color=colour)
    d = np.linspace(-z_max, z_max, 121)
    below.plot(d, sigmoid(d), color=INK, linewidth=1.0, zorder=1)
    label(below, r"$\sigma(z_1 - z_2)$", (0.4, 0.5), shift=(8, 0), align="left")

    above.set(xlim=(-z_max, z_max), ylim=(-0.04, 1.04), xlabel="$z_1$", ylabel="$P(y=1)$")
    below.set(xlim=(-z_max, z_max), ylim=(-0.04, 1.04), xlabel="$z_1 - z_2$", ylabel="$P(y=1)$")
    return Plot(
        figure,
        {"z1": z1} | {f"p1_at_z2_{z2:.0f}": values for z2, values in p.items()},
        title="Three cuts through the map, and the same cuts over the difference of the scores",
        description=(
            "Two panels. Above, the probability of class 1 over the first score, for the second "
            "score at minus two, zero and two: three equal S-shaped curves, each shifted to the "
            "right by the second score. Below, the points of all three curves over the difference "
            "of the scores: they lie on one curve, the sigmoid."
        ),
        caption=(
            "Above: three cuts through the map. The second score shifts the curve and does "
            "nothing else; where both scores are equal, each has the height "
            f"${significant_tex(float(sigmoid(0.0)), 1)}$. Below: drawn over the difference of "
            "the scores, the points of all three cuts fall on the one sigmoid."
        ),
    )


def jacobian_entries(d_max: float = 6.0) -> Plot:
    """Draw both probabilities over the difference d, and below them the Jacobian's entries."""
    d = np.linspace(-d_max, d_max, 241)
    scores = np.stack([d / 2, -d / 2], axis=-1)
    p, slopes = softmax(scores), softmax_jacobian(scores)

    figure, (above, below) = canvas(rows=2, height=4.9)
    above.plot(d, p[:, 0], color=BLUE)
    above.plot(d, p[:, 1], "--", color=ORANGE)
    label(above, "$p_1$", (3.2, float(sigmoid(3.2))), BLUE, shift=(0, -13))
    label(above, "$p_2$", (-3.2, float(sigmoid(3.2))), ORANGE, shift=(0, -13))
    below.plot(d, slopes[:, 0, 0], color=BLUE)
    below.plot(d, slopes[:, 0, 1], "--", color=VERMILLION)
    label(below, r"$\partial p_1/\partial z_1 = \partial p_2/\partial z_2$", (1.0, 0.2),
          BLUE, shift=(8, 4), align="left")  # fmt: skip
    label(below, r"$\partial p_1/\partial z_2 = \partial p_2/\partial z_1$", (1.0, -0.2),
          VERMILLION, shift=(8, -4), align="left")  # fmt: skip

    above.set(xlim=(-d_max, d_max), ylim=(-0.04, 1.04), ylabel="probability")
    below.set(xlim=(-d_max, d_max), ylim=(-0.28, 0.28), ylabel="slope")
    below.set(xlabel="$d = z_1 - z_2$", yticks=[-0.25, 0.0, 0.25])
    return Plot(
        figure,
        {
            "d": d,
            "p1": p[:, 0],
            "p2": p[:, 1],
            "dp1_dz1": slopes[:, 0, 0],
            "dp1_dz2": slopes[:, 0, 1],
        },
        title="The two probabilities and the four entries of the Jacobian over the difference",
        description=(
            "Two panels over the difference of the scores. Above, the first probability rises in "
            "an S from zero to one while the second falls as its mirror image. Below, the two "
            "equal diagonal entries of the Jacobian form a bell above zero, and the two equal "
            "off-diagonal entries the same bell below zero, with its foot at one quarter."
        ),
        caption=(
            "Above: the two probabilities. Below: the four entries of the Jacobian are two "
            "curves, the slope of the sigmoid and its negative. The largest size is "
            f"${significant_tex(float(slopes[:, 0, 0].max()), 2)}$, where the scores are equal; at "
            f"a difference of ${d_max:.0f}$ it is down to "
            f"${significant_tex(float(slopes[-1, 0, 0]), 2)}$."
        ),
    )


def overflow_errors() -> Plot:
    """Compare the textbook formula and the shifted one at the scores (c + 1, c), over c.

    The exponentials are correctly rounded, so that the errors are those of the formulas and the
    same on every processor.
    """
    c = np.concatenate([np.arange(-746.0, -698.0, 0.5), np.arange(-697.0, 709.0, 15.0)])
    first, second = reference.exp(c + 1.0), reference.exp(c)
    textbook = _relative_errors(first / (first + second))
    shifted = _relative_errors(np.full_like(c, 1.0 / (1.0 + float(reference.exp(-1.0)))))
    rounding = 2.0**-53

    figure, panels = canvas(rows=2, height=5.2)
    for axes, low, high in zip(panels, (-920.0, -752.0), (920.0, -698.0), strict=True):
        axes.axvspan(low, -746.1, color=VERMILLION, alpha=0.15, linewidth=0)
        axes.axvspan(708.8, max(high, 708.8), color=VERMILLION, alpha=0.15, linewidth=0)
        seen = (c >= low) & (c <= high)
        axes.semilogy(c[seen], textbook[seen], ".", color=VERMILLION, markersize=3.5)
        axes.semilogy(c[seen], shifted[seen], "-", color=BLUE)
        axes.set(xlim=(low, high), ylim=(1e-18, 10.0), ylabel="relative error")
        axes.set(yticks=[1e-16, 1e-12, 1e-8, 1e-4, 1.0])
    panels[1].set(xlabel="$c$, for the scores $c + 1$ and $c$")
    _name_errors(*panels)
    return Plot(
        figure,
        {"c": c, "textbook_error": textbook, "shifted_error": shifted},
        title="Relative errors of the textbook softmax and of the shifted one",
        description=(
            "Two panels of relative error on a logarithmic scale, over a common level c of the "
            "scores c plus one and c. The shifted formula stays at the rounding error everywhere. "
            "The textbook formula gives no number at all beyond plus 708 and below minus 746. "
            "The lower panel enlarges the left end: from about minus 708 downwards the "
            "textbook formula loses its digits one by one, until the error is of the size of the "
            "result."
        ),
        caption=(
            "The same probability, $\\sigma(1)$, computed from the scores $c + 1$ and $c$. The "
            "shifted formula does not notice $c$: its error stays under one rounding, "
            f"${significant_tex(rounding, 2)}$. The textbook formula fails in the "
            "coloured zones; below, enlarged: before it fails at the low end it loses digit "
            f"after digit, up to a relative error of ${significant_tex(float(textbook.max()), 2)}$."
        ),
    )


def _relative_errors(computed: Array) -> Array:
    """Relative errors of computed values of the sigmoid at 1, whose exact value is irrational."""
    exact = reference.EXACT["sigmoid"](mpf(1))
    with mp.workdps(reference.DIGITS):
        return np.array([float(abs(mpf(value) - exact) / exact) for value in computed.tolist()])


def _name_errors(above: Axes, below: Axes) -> None:
    label(above, "textbook", (0.0, 1e-16), VERMILLION, shift=(0, 16))
    label(above, "shifted", (0.0, 1e-16), BLUE, shift=(0, -13))
    label(above, "0/0", (-833.0, 1e-7), VERMILLION)
    label(above, r"$\infty/\infty$", (815.0, 1e-7), VERMILLION)
    label(below, "0/0", (-748.8, 1e-7), VERMILLION)
    label(below, "textbook", (-727.0, 1e-8), VERMILLION, shift=(24, 16))
    label(below, "shifted", (-727.0, 1e-16), BLUE, shift=(0, -13))


def one_score_moves(t_max: float = 6.0) -> Plot:
    """Move the first of three scores and watch all three probabilities."""
    rivals = np.array([1.0, 0.0])
    t = np.linspace(-t_max + 1.0, t_max + 1.0, 181)
    p = softmax(np.column_stack([t, np.broadcast_to(rivals, (t.size, 2))]))
    middle = float(np.log(np.exp(rivals).sum()))

    figure, axes = canvas(height=3.2)
    axes.axvline(middle, color=MUTED, linewidth=0.9, linestyle=":")
    places = [(5.0, -13), (-3.0, 12), (-3.0, 12)]
    lines = zip((BLUE, VERMILLION, GREEN), ("-", "--", "-."), places, strict=True)
    for k, (colour, style, (at, up)) in enumerate(lines):
        axes.plot(t, p[:, k], style, color=colour)
        height = float(np.interp(at, t, p[:, k]))
        label(axes, f"$p_{k + 1}$", (at, height), colour, shift=(0, up))

    axes.set(xlim=(t[0], t[-1]), ylim=(-0.04, 1.04), xlabel="$z_1$", ylabel="probability")
    return Plot(
        figure,
        {"z1": t, "p1": p[:, 0], "p2": p[:, 1], "p3": p[:, 2]},
        title="Three probabilities while the first of three scores rises",
        description=(
            "Three curves over the first score, the other two scores being held at one and zero. "
            "The first probability rises from zero to one as a sigmoid; the second and the third "
            "fall to zero and keep their ratio. A dotted line marks where the first is one half."
        ),
        caption=(
            "Three classes; the first score moves while the others stay at $1$ and $0$. The first "
            "probability is a sigmoid whose middle (dotted) is the log-sum-exp of the others, at "
            f"${fixed(middle, 4)}$, a little above the larger of them. The other two lose together "
            f"and keep their ratio of ${fixed(float(np.exp(rivals[0] - rivals[1])), 4)}$."
        ),
    )
