"""Figures of the losses: log-sum-exp, cross-entropy and the logistic loss."""

from itertools import pairwise

import numpy as np

from hwlib._inputs import Array
from hwlib.activations import sigmoid, sigmoid_curvature, sigmoid_slope, softmax
from hwlib.figures.plot import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    VERMILLION,
    Plot,
    canvas,
    label,
    shade,
)
from hwlib.losses import (
    cross_entropy,
    cross_entropy_gradient,
    log_sum_exp,
    logistic_loss,
    logistic_loss_curvature,
    logistic_loss_slope,
)
from hwlib.tables.table import fixed, significant_tex


def smooth_maximum(z_max: float = 4.0) -> Plot:
    """Draw t LSE((z, 0)/t) for two temperatures t over the maximum, and the slopes below."""
    z = np.linspace(-z_max, z_max, 161)
    scores = np.stack([z, np.zeros_like(z)], axis=-1)
    smooth = {t: t * log_sum_exp(scores / t) for t in (1.0, 0.25)}
    slopes = {t: softmax(scores / t)[:, 0] for t in smooth}
    maximum = np.maximum(z, 0.0)

    figure, (above, below) = canvas(rows=2, height=4.9)
    above.plot(z, maximum, ":", color=INK)
    for (t, values), style, colour in zip(
        smooth.items(), ("-", "--"), (BLUE, VERMILLION), strict=True
    ):
        above.plot(z, values, style, color=colour)
        below.plot(z, slopes[t], style, color=colour)
    label(above, "$t = 1$", (-0.9, smooth[1.0][62]), BLUE, shift=(-6, 9), align="right")
    label(above, "$t = 1/4$", (0.25, 0.4), VERMILLION, shift=(14, -6), align="left")
    label(above, "maximum", (2.4, 2.4), shift=(10, -10), align="left")
    label(below, "$t = 1$", (-1.5, float(sigmoid(-1.5))), BLUE, shift=(-6, 6), align="right")
    label(
        below, "$t = 1/4$", (0.35, float(sigmoid(1.4))), VERMILLION, shift=(-12, 8), align="right"
    )

    above.set(xlim=(-z_max, z_max), ylabel=r"$t\,\mathrm{LSE}(z/t,\, 0)$")
    below.set(xlim=(-z_max, z_max), ylabel="slope", xlabel="$z$")
    gap = float(smooth[1.0][80] - maximum[80])
    return Plot(
        figure,
        {
            "z": z,
            "maximum": maximum,
            "lse_t_1": smooth[1.0],
            "lse_t_0.25": smooth[0.25],
            "slope_t_1": slopes[1.0],
            "slope_t_0.25": slopes[0.25],
        },
        title="Log-sum-exp of z and 0 at two temperatures, with the maximum, and the slopes",
        description=(
            "Two panels over a score z, the other score being zero. Above, the maximum is a dotted "
            "line with a corner at zero; log-sum-exp is a smooth curve above it, closest far from "
            "the corner; at temperature one quarter it hugs the corner. Below, the slopes: "
            "S-shaped curves from zero to one, steeper at the lower temperature."
        ),
        caption=(
            "Log-sum-exp of the scores $z$ and $0$, and the maximum (dotted). The gap is largest "
            f"where the scores are equal, $\\ln 2 \\approx {fixed(gap, 4)}$, and shrinks with the "
            "temperature $t$. Below: the slope is softmax, here a sigmoid; the lower the "
            "temperature, the nearer it comes to the step of the maximum."
        ),
    )


def level_lines(z_max: float = 4.0) -> Plot:
    """Draw level lines of log-sum-exp and of the maximum over two scores, with the gradient."""
    z = np.linspace(-z_max, z_max, 81)
    z1, z2 = np.meshgrid(z, z)
    scores = np.stack([z1, z2], axis=-1)
    heights, levels = log_sum_exp(scores), [-2.0, 0.0, 2.0]

    figure, axes = canvas(height=4.9)
    shade(axes, z, z, heights, levels=[-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0], opacity=0.08)
    axes.contour(z1, z2, heights, levels=levels, colors=[BLUE], linewidths=1.8)
    for level in levels:
        axes.plot([-z_max, level, level], [level, level, -z_max], ":", color=INK, linewidth=1.3)
        label(axes, f"${level:.0f}$", (-3.4, level), BLUE)
    t = np.array([-2.5, -1.2, 0.0, 1.2, 2.5])
    at = np.stack([t / 2, -t / 2], axis=-1)
    at = at - log_sum_exp(at)[:, None]  # slid along the common shift onto the level line of 0
    p = softmax(at)
    axes.quiver(*at.T, *p.T, color=VERMILLION, angles="xy", scale_units="xy", scale=0.8,
                width=0.007, headlength=4.0, headaxislength=4.0, zorder=3)  # fmt: skip

    axes.set(xlim=(-z_max, z_max), ylim=(-z_max, z_max), aspect="equal")
    axes.set(xlabel="$z_1$", ylabel="$z_2$")
    axes.grid(visible=False)
    return Plot(
        figure,
        {"z1": z1[::4, ::4].ravel(), "z2": z2[::4, ::4].ravel(), "lse": heights[::4, ::4].ravel()},
        title="Level lines of log-sum-exp over two scores, with those of the maximum",
        description=(
            "A square map over two scores. The level lines of the maximum, dotted, are right "
            "angles with their corner on the diagonal. Those of log-sum-exp run inside them, with "
            "the corner rounded off, and bend to the same side everywhere. Arrows of the gradient "
            "on one level line turn from up, through the diagonal, to the right."
        ),
        caption=(
            "Level lines of log-sum-exp (blue) and of the maximum (dotted) at the same heights. "
            "The regions below a level are convex. The arrows on the level line of $0$ are "
            "gradients, that is, softmax vectors: on the diagonal both components are "
            f"${significant_tex(float(p[2, 0]), 2)}$; far from it nearly all of the gradient "
            "belongs to the larger score."
        ),
    )


def loss_slopes(z_max: float = 8.0) -> Plot:
    """Compare cross-entropy and squared error of a sigmoid, label 1, and their slopes."""
    z = np.linspace(-z_max, z_max, 161)
    p = sigmoid(z)
    entropy, squared = logistic_loss(z, 1.0), 0.5 * (p - 1.0) ** 2
    entropy_slope, squared_slope = p - 1.0, (p - 1.0) * sigmoid_slope(z)

    figure, (above, below) = canvas(rows=2, height=4.9)
    for axes, first, second in (
        (above, entropy, squared),
        (below, entropy_slope, squared_slope),
    ):
        axes.plot(z, first, color=BLUE)
        axes.plot(z, second, "--", color=VERMILLION)
    label(above, "cross-entropy", (-4.0, 4.0), BLUE, shift=(8, 8), align="left")
    label(above, "squared error", (-4.0, 0.5), VERMILLION, shift=(0, 11))
    label(below, "cross-entropy", (-5.2, -0.98), BLUE, shift=(0, 13))
    label(below, "squared error", (-5.2, -0.02), VERMILLION, shift=(0, -12))

    above.set(xlim=(-z_max, z_max), ylabel="loss")
    below.set(xlim=(-z_max, z_max), ylabel="slope", xlabel="$z$")
    place = int(np.argmin(np.abs(z + 4.0)))
    return Plot(
        figure,
        {
            "z": z,
            "cross_entropy": entropy,
            "squared_error": squared,
            "cross_entropy_slope": entropy_slope,
            "squared_error_slope": squared_slope,
        },
        title="Cross-entropy and squared error for the label one, and their slopes",
        description=(
            "Two panels over the score, for the label one. Above, cross-entropy falls like a "
            "straight line on the left and flattens to zero on the right; the squared error is "
            "flat at one half on the left, falls in the middle and is flat again. Below, the slope "
            "of cross-entropy is near minus one on the left; that of the squared error is near "
            "zero there and has a shallow dip near the middle."
        ),
        caption=(
            "Two losses for the label $1$. At a score of "
            f"${fixed(z[place], 0).replace('−', '-')}$, which is quite wrong, cross-entropy has "
            f"the slope ${significant_tex(float(entropy_slope[place]), 2)}$ and corrects with "
            "nearly full strength; the squared error has only "
            f"${significant_tex(float(squared_slope[place]), 2)}$."
        ),
    )


def descent_on_scores() -> Plot:
    """Let gradient descent lower the cross-entropy of three scores, and watch the probabilities."""
    steps, rate = 40, 0.5
    label_vector = np.array([0.0, 1.0, 0.0])
    path = [np.array([2.0, 1.0, -1.0])]
    for _ in range(steps):
        path.append(path[-1] - rate * cross_entropy_gradient(path[-1], label_vector))
    scores = np.array(path)
    p = softmax(scores)
    losses = cross_entropy(scores, np.broadcast_to(label_vector, scores.shape))
    step = np.arange(steps + 1)

    figure, (above, below) = canvas(rows=2, height=4.6)
    above.plot(step, losses, ".-", color=INK, linewidth=1.0)
    places = ((10, 10), (10, -12), (2, 12))
    for k, (colour, style) in enumerate(
        zip((VERMILLION, BLUE, GREEN), ("--", "-", "-."), strict=True)
    ):
        below.plot(step, p[:, k], style, color=colour)
        at, up = places[k]
        label(below, f"$p_{k + 1}$", (at, p[at, k]), colour, shift=(4, up))

    above.set(xlim=(-0.5, steps), ylim=(0.0, 1.5), ylabel="loss")
    below.set(xlim=(-0.5, steps), ylim=(-0.04, 1.04), ylabel="probability", xlabel="step")
    return Plot(
        figure,
        {"step": step, "loss": losses, "p1": p[:, 0], "p2": p[:, 1], "p3": p[:, 2]},
        title="Gradient descent on three scores: the loss and the three probabilities",
        description=(
            "Two panels over the steps of gradient descent. Above, the loss falls, quickly at "
            "first and then ever more slowly, without reaching zero. Below, the probability of the "
            "second class, the right one, rises towards one while those of the first and the third "
            "class fall."
        ),
        caption=(
            f"${steps}$ steps of size ${significant_tex(rate, 1)}$ on the scores of the example. "
            f"The loss falls from ${fixed(float(losses[0]), 4)}$ to "
            f"${fixed(float(losses[-1]), 4)}$, the "
            f"probability of the right class rises from ${fixed(float(p[0, 1]), 4)}$ to "
            f"${fixed(float(p[-1, 1]), 4)}$."
        ),
    )


def logistic_loss_and_tangents(z_max: float = 5.0) -> Plot:
    """Draw the logistic loss of label 1 with three tangents, and its curvature below."""
    z = np.linspace(-z_max, z_max, 161)
    values, curvature = logistic_loss(z, 1.0), logistic_loss_curvature(z)

    figure, (above, below) = canvas(rows=2, height=4.9)
    above.plot(z, values, color=BLUE)
    for at in (-3.0, 0.0, 2.5):
        height, slope = float(logistic_loss(at, 1.0)), float(logistic_loss_slope(at, 1.0))
        above.axline((at, height), slope=slope, color=VERMILLION, linewidth=1.1, linestyle="--")
        above.plot([at], [height], "o", color=VERMILLION)
    below.plot(z, curvature, color=GREEN)
    label(above, r"$\ell$", (-4.2, float(logistic_loss(-4.2, 1.0))), BLUE, shift=(10, 8))
    label(above, "tangents", (1.1, -0.1), VERMILLION, shift=(-6, -14))
    label(below, r"$\sigma(z)(1 - \sigma(z))$", (1.3, float(sigmoid_slope(1.3))), GREEN,
          shift=(10, 6), align="left")  # fmt: skip

    above.set(xlim=(-z_max, z_max), ylim=(-1.0, 5.2), ylabel="loss, label 1")
    below.set(xlim=(-z_max, z_max), ylim=(0.0, 0.28), ylabel="curvature", xlabel="$z$")
    return Plot(
        figure,
        {"z": z, "loss": values, "curvature": curvature},
        title="The logistic loss with three tangents, and its curvature",
        description=(
            "Two panels over the score. Above, the logistic loss for the label one falls from the "
            "left to the right and always bends upwards; three dashed tangents touch it and lie "
            "below it everywhere else. Below, its curvature is a bell above zero with its top at "
            "the score zero."
        ),
        caption=(
            "The logistic loss lies above each of its tangents: it is convex. Below: its "
            "curvature is positive everywhere, at most "
            f"${significant_tex(float(curvature.max()), 2)}$, and the same for both labels."
        ),
    )


def logistic_bowl() -> Plot:
    """Draw the mean logistic loss of six examples over weight and bias, and a descent into it."""
    steps, rate = 60, 1.0
    x = np.array([-2.0, -1.0, -0.5, 0.5, 1.0, 2.5])
    y = np.array([0.0, 0.0, 1.0, 0.0, 1.0, 1.0])
    w, b = np.linspace(-2.0, 5.0, 71), np.linspace(-4.0, 4.0, 81)
    losses = _mean_loss(w[None, :, None], b[:, None, None], x, y)
    path = [np.array([-1.0, 3.0])]
    for _ in range(steps):
        path.append(path[-1] - rate * _mean_gradient(path[-1], x, y))
    walk = np.array(path)

    figure, axes = canvas(height=4.6)
    levels = [0.4, 0.5, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0]
    shade(axes, w, b, losses, levels=levels, colour=BLUE, opacity=0.09)
    axes.contour(w, b, losses, levels=levels, colors=[MUTED], linewidths=0.8)
    axes.plot(*walk.T, "o-", color=VERMILLION, markersize=2.6, linewidth=1.0)
    label(axes, "start", (-1.0, 3.0), VERMILLION, shift=(0, 12))
    axes.plot(*walk[-1], "o", color=INK)

    axes.set(xlim=(w[0], w[-1]), ylim=(b[0], b[-1]), xlabel="$w$", ylabel="$b$")
    axes.grid(visible=False)
    first, last = (float(_mean_loss(walk[k, 0], walk[k, 1], x, y)) for k in (0, -1))
    return Plot(
        figure,
        {"step": np.arange(steps + 1), "w": walk[:, 0], "b": walk[:, 1]},
        title="The mean logistic loss over weight and bias, with a path of gradient descent",
        description=(
            "A map over the weight and the bias. The contours of the mean loss of six examples "
            "are closed curves, one inside the other, around a single lowest point at a weight "
            "a little above one and a bias near zero. A path of gradient descent starts at the top "
            "left, crosses the contours and ends at that point."
        ),
        caption=(
            "The mean loss of six examples over the two parameters: the deeper the colour, the "
            f"larger the loss. One bowl, one lowest point. In ${steps}$ steps gradient descent "
            f"goes from a loss of ${fixed(first, 4)}$ to ${fixed(last, 4)}$, at the weight "
            f"${fixed(walk[-1, 0], 2)}$ and the bias ${_tex(walk[-1, 1], 2)}$."
        ),
    )


def _mean_loss(w: Array | float, b: Array | float, x: Array, y: Array) -> Array:
    values: Array = np.mean(logistic_loss(w * x + b, y), axis=-1)
    return values


def _mean_gradient(at: Array, x: Array, y: Array) -> Array:
    errors = logistic_loss_slope(at[0] * x + at[1], y)
    return np.array([np.mean(errors * x), np.mean(errors)])


def curvatures(z_max: float = 8.0) -> Plot:
    """Compare the second derivatives of cross-entropy and squared error for the label 1."""
    z = np.linspace(-z_max, z_max, 321)
    p, slope = sigmoid(z), sigmoid_slope(z)
    entropy = logistic_loss_curvature(z)
    squared = slope**2 + (p - 1.0) * sigmoid_curvature(z)
    lowest = int(np.argmin(squared))
    left, right = _turning_point(z, squared), float(z[lowest])

    figure, axes = canvas(height=3.2)
    axes.axhline(0.0, color=MUTED, linewidth=0.9)
    axes.plot(z, entropy, color=BLUE)
    axes.plot(z, squared, "--", color=VERMILLION)
    axes.fill_between(
        z, squared, 0.0, where=squared < 0.0, color=VERMILLION, alpha=0.2, linewidth=0
    )
    label(axes, "cross-entropy", (1.4, float(sigmoid_slope(1.4))), BLUE, shift=(8, 8), align="left")
    label(axes, "squared error", (right, float(squared[lowest])), VERMILLION, shift=(-10, -10),
          align="right")  # fmt: skip

    axes.set(xlim=(-z_max, z_max), ylim=(-0.12, 0.27), xlabel="$z$", ylabel="second derivative")
    return Plot(
        figure,
        {"z": z, "cross_entropy": entropy, "squared_error": squared},
        title="Second derivatives of cross-entropy and squared error, for the label one",
        description=(
            "Two curves over the score, for the label one. The second derivative of cross-entropy "
            "is a bell above zero. That of the squared error is positive on the right and "
            "negative on the left, with its lowest point near a score of minus two; the area "
            "where it is negative is shaded."
        ),
        caption=(
            "Second derivatives for the label $1$. That of cross-entropy is positive everywhere. "
            "That of the squared error is negative (shaded) for every score below "
            f"${_tex(left, 2)}$, just for the wrong predictions, and as low as "
            f"${_tex(float(squared[lowest]), 2)}$ near ${_tex(right, 1)}$."
        ),
    )


def _turning_point(z: Array, values: Array) -> float:
    """Where the values first rise through zero, between two grid points."""
    for (left, low), (right, high) in pairwise(zip(z.tolist(), values.tolist(), strict=True)):
        if low < 0.0 <= high:
            return float(left - low * (right - left) / (high - low))
    raise ValueError("_turning_point needs values that rise through zero; got none that do.")


def _tex(x: float, decimals: int) -> str:
    return fixed(x, decimals).replace("\N{MINUS SIGN}", "-")
