"""Figures of Task 6: the slope of tanh, the computational graph, the gradient, the descent."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch
from numpy.typing import NDArray

from hwlib import backprop, reference
from hwlib.activations import sigmoid, sigmoid_slope, tanh, tanh_slope
from hwlib.backprop import INPUTS, NEURON, TARGET, Node
from hwlib.figures.plot import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    PURPLE,
    VERMILLION,
    Plot,
    canvas,
    label,
    shade,
)
from hwlib.tables.table import fixed, significant, significant_tex

BOX = (0.78, 0.62)  # inches
PLACES = {
    "w_1": (0.41, 3.30),
    "x_1": (0.41, 2.56),
    "w_2": (0.41, 1.82),
    "x_2": (0.41, 1.08),
    "b": (0.41, 0.34),
    "w_1 x_1": (1.88, 2.93),
    "w_2 x_2": (1.88, 1.45),
    "z": (3.26, 2.19),
    "F": (4.79, 2.19),
}
OPERATIONS = {  # result: its sign, what goes in with the local slope
    "w_1 x_1": ("×", {"w_1": "x_1", "x_1": "w_1"}),
    "w_2 x_2": ("×", {"w_2": "x_2", "x_2": "w_2"}),
    "z": ("+", {"w_1 x_1": "", "w_2 x_2": "", "b": ""}),
    "F": ("tanh", {"z": ""}),
}


def computational_graph() -> Plot:
    """Draw the worked example: values run to the right, gradients come back to the left."""
    nodes = backprop.graph()

    figure, axes = canvas(height=4.0)
    axes.set_axis_off()
    axes.set_aspect("equal")

    for result, (sign, parts) in OPERATIONS.items():
        for part in parts:
            _arrow(axes, part, result)
        _operation(axes, result, sign)
    for name, node in nodes.items():
        _box(axes, name, node)
    axes.text(3.1, 0.60, "→ value", color=BLUE, fontsize=10.5)
    axes.text(3.1, 0.34, "← derivative of $F$", color=VERMILLION, fontsize=10.5)

    axes.set(xlim=(0, 5.2), ylim=(0, 3.68))
    by_w1, by_w2 = nodes["w_1"].gradient, nodes["w_2"].gradient
    return Plot(
        figure,
        data={
            "name": np.array([name.replace("_", "").replace(" ", "*") for name in nodes]),
            "value": np.array([node.value for node in nodes.values()]),
            "gradient": np.array([node.gradient for node in nodes.values()]),
        },
        title="Computational graph of one neuron, with values and gradients",
        description=(
            "Five boxes on the left hold w1, x1, w2, x2 and b. Arrows lead from w1 and x1 to their "
            "product, from w2 and x2 to theirs, from both products and b to their sum z, and from "
            "z through tanh to the output F. Each box shows its value, found from left to right, "
            "and below it the derivative of F with respect to it, found from right to left. "
            f"The output is {fixed(nodes['F'].value, 2)}; the derivatives are "
            f"{fixed(by_w1, 2)} by w1 and {fixed(by_w2, 2)} by w2."
        ),
        caption=(
            "The neuron as a graph of small steps. In each box: the value, found on the way "
            "forward (→), and the derivative of $F$ with respect to it, found on the way back (←). "
            "A sum passes its gradient on unchanged; a product multiplies it by the other factor, "
            f"so $w_1$ gets {fixed(nodes['w_1 x_1'].gradient, 2)} times {fixed(INPUTS[0], 0)}, "
            f"that is {fixed(by_w1, 2)}."
        ),
    )


def _box(axes: Axes, name: str, node: Node) -> None:
    (x, y), (width, height) = PLACES[name], BOX
    corner = (x - width / 2, y - height / 2)
    shape = "round,pad=0,rounding_size=0.06"
    axes.add_patch(
        FancyBboxPatch(
            corner, width, height, boxstyle=shape, facecolor=PAPER, edgecolor=MUTED, zorder=2
        )
    )
    middle: dict[str, Any] = {"ha": "center", "va": "center", "zorder": 3}
    axes.text(x, y + 0.19, f"${name}$", fontsize=11, **middle)
    axes.text(x, y, f"→ {fixed(node.value, 2)}", color=BLUE, fontsize=10, **middle)
    axes.text(x, y - 0.19, f"← {fixed(node.gradient, 2)}", color=VERMILLION, fontsize=10, **middle)


def _operation(axes: Axes, result: str, sign: str) -> None:
    """Draw what is done, on the left edge of the box of its result."""
    x, y = PLACES[result]
    radius = 0.13 if len(sign) == 1 else 0.2
    at = (x - BOX[0] / 2 - radius, y)
    axes.add_patch(Circle(at, radius, facecolor=PAPER, edgecolor=INK, zorder=3))
    size = 11 if len(sign) == 1 else 8
    axes.text(*at, sign, ha="center", va="center_baseline", fontsize=size, zorder=4)


def _arrow(axes: Axes, part: str, result: str) -> None:
    x, y = PLACES[part]
    to_x, to_y = PLACES[result]
    radius = 0.13 if len(OPERATIONS[result][0]) == 1 else 0.2
    centre = np.array([to_x - BOX[0] / 2 - radius, to_y])
    start = np.array([x + BOX[0] / 2, y])
    if part == "b":  # round the products
        axes.plot([start[0], 2.2], [y, y], color=MUTED, linewidth=1.0, zorder=1)
        start[0] = 2.2
    end = centre - (centre - start) / np.linalg.norm(centre - start) * radius
    style = {"arrowstyle": "-|>,head_width=0.18,head_length=0.35", "color": MUTED, "lw": 1.0}
    axes.annotate(
        "", (end[0], end[1]), (start[0], start[1]), arrowprops=style | {"shrinkA": 0, "shrinkB": 0}
    )


def tanh_and_slope(z_max: float = 4.0) -> Plot:
    """Plot tanh and its slope over [-z_max, z_max], with the tangent at 0."""
    z = np.linspace(-z_max, z_max, 161)
    values, slopes = tanh(z), tanh_slope(z)

    figure, axes = canvas(height=3.0)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    axes.plot([-1.15, 1.15], [-1.15, 1.15], color=MUTED, linewidth=1.0, linestyle=":")
    axes.plot(z, values, color=BLUE)
    axes.plot(z, slopes, color=VERMILLION, linestyle="--")
    label(axes, r"$\tanh(z)$", (2.2, float(tanh(2.2))), BLUE, shift=(0, -13))
    label(
        axes,
        r"slope $1-\tanh^2(z)$",
        (-0.85, float(tanh_slope(-0.85))),
        VERMILLION,
        (-8, 2),
        "right",
    )
    label(axes, "slope 1", (1.15, 1.15), MUTED, shift=(4, -2), align="left")

    axes.set(xlabel="$z$", xlim=(-z_max, z_max), ylim=(-1.2, 1.28))
    tail = 3.0
    return Plot(
        figure,
        data={"z": z, "tanh": values, "slope": slopes},
        title="The hyperbolic tangent and its slope",
        description=(
            "An S-shaped curve rises from minus 1 to 1 through the origin, where its tangent has "
            "slope 1. A dashed bell-shaped curve, its slope, is 1 at the origin and falls to 0 on "
            "both sides."
        ),
        caption=(
            r"$\tanh(z)$ and its slope $1-\tanh^2(z)$. The slope is largest where $z$ is zero: "
            f"{fixed(float(tanh_slope(0.0)), 0)}; where the curve is nearly flat little is left: "
            f"at a $z$ of {tail:.0f} only {significant(float(tanh_slope(tail)), 2)}."
        ),
    )


def tanh_from_sigmoid(x_max: float = 4.0) -> Plot:
    r"""Plot σ(x), σ(2x) and 2σ(2x) - 1: a squeeze, then a stretch and a shift."""
    x = np.linspace(-x_max, x_max, 161)
    first, squeezed = sigmoid(x), sigmoid(2 * x)
    stretched = 2 * squeezed - 1

    figure, axes = canvas(height=3.0)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    axes.plot(x, first, color=GREEN, linestyle=":")
    axes.plot(x, squeezed, color=PURPLE, linestyle="--")
    axes.plot(x, stretched, color=BLUE)
    at = -1.4
    label(axes, r"$\sigma(x)$", (at, float(sigmoid(at))), GREEN, shift=(-14, 9))
    label(axes, r"$\sigma(2x)$", (0.8, float(sigmoid(1.6))), PURPLE, (-8, 8), "right")
    label(axes, r"$2\sigma(2x)-1=\tanh(x)$", (-0.9, float(tanh(-0.9))), BLUE, (12, -4), "left")

    axes.set(xlabel="$x$", xlim=(-x_max, x_max), ylim=(-1.1, 1.1))
    steepest = [float(sigmoid_slope(0.0)), 2 * float(sigmoid_slope(0.0)), float(tanh_slope(0.0))]
    return Plot(
        figure,
        data={"x": x, "sigmoid": first, "sigmoid_2x": squeezed, "tanh": stretched},
        title="The hyperbolic tangent as a stretched sigmoid",
        description=(
            "Three S-shaped curves. The sigmoid of x and the steeper sigmoid of 2x rise from 0 to "
            "1 through one half. Twice the second minus 1 rises from minus 1 to 1 through 0: it is "
            "the hyperbolic tangent."
        ),
        caption=(
            r"From $\sigma$ to tanh: squeeze to half the width, stretch to twice the height, "
            "move down by 1. The slope at 0 doubles twice, from "
            f"{' to '.join(f'{slope:g}' for slope in steepest)}; the shift leaves it alone."
        ),
    )


def saturation(z_max: float = 24.0) -> Plot:
    """Plot the slope of tanh on a log scale, once as 4/(e^z + e^-z)^2 and once as 1 - tanh^2."""
    z = np.linspace(0.0, z_max, 193)
    t = reference.tanh(z)
    naive = 1.0 - t * t
    stable = reference.rounded("tanh_slope", z)
    left = int(np.flatnonzero(naive)[-1]) + 1  # from here on the difference is exactly 0

    figure, axes = canvas(height=3.2)
    axes.plot(z, stable, color=BLUE)
    axes.plot(z[:left], naive[:left], color=VERMILLION, linestyle="--")
    axes.plot(z[left - 1], naive[left - 1], "X", color=VERMILLION, markersize=7)
    label(axes, r"$4/(e^z+e^{-z})^2$", (8.0, float(stable[64])), BLUE, shift=(9, 8), align="left")
    label(axes, r"$1-\tanh^2(z)$", (8.0, float(stable[64])), VERMILLION, (-8, -9), "right")
    label(axes, "0 from here on", (z[left - 1], naive[left - 1]), VERMILLION, (-9, -6), "right")

    axes.set(xlabel="$z$", ylabel="slope of tanh", yscale="log", xlim=(0, z_max), ylim=(1e-21, 9))
    axes.set_yticks([1e-20, 1e-15, 1e-10, 1e-5, 1.0])
    return Plot(
        figure,
        data={"z": z, "stable": stable, "one_minus_tanh_squared": naive},
        title="The slope of tanh far from 0",
        description=(
            "On a logarithmic scale the slope of tanh falls along a nearly straight line from 1 at "
            f"z = 0 to {significant(float(stable[-1]), 1)} at z = {z_max:.0f}. Computed as "
            "1 minus tanh squared it follows the line to about z = 17, then runs in steps and is "
            f"exactly 0 beyond z = {fixed(float(z[left - 1]), 1)}."
        ),
        caption=(
            "Saturation: each unit of $z$ divides the slope by about "
            f"{significant(float(stable[80] / stable[88]), 2)}. The exact slope is never 0, but "
            r"$1-\tanh^2(z)$ computed in float64 is, as soon as $\tanh(z)$ rounds to 1; "
            f"that is from a $z$ of about {_rounds_to_one():.1f} on. The other form keeps its "
            "digits."
        ),
    )


def _rounds_to_one() -> float:
    """Where 1 - tanh(z), about 2 exp(-2z), comes below half the spacing of float64 under 1."""
    return float(0.5 * np.log(2.0 / 2.0**-54))


def gradient_over_weights(w_max: float = 2.0) -> Plot:
    """Map the slope F' over the plane of the two weights, with the gradient as arrows."""
    w = np.linspace(-w_max, w_max, 41)
    slopes = tanh_slope(_scores(w, w))
    arrows = np.linspace(-1.75, 1.75, 8)
    across, up = np.meshgrid(arrows, arrows)
    lengths = tanh_slope(_scores(arrows, arrows))
    seen = lengths > 0.06

    figure, axes = canvas(height=4.6)
    shade(axes, w, w, slopes, levels=[0.05, 0.2, 0.4, 0.6, 0.8, 0.95], opacity=0.12)
    axes.quiver(
        across[seen], up[seen], lengths[seen] * INPUTS[0], lengths[seen] * INPUTS[1],
        color=INK, angles="xy", scale_units="xy", scale=5.0, width=0.005, minlength=0.4,
    )  # fmt: skip
    ridge = _line_of_score(0.0, w)
    axes.plot(w, ridge, color=VERMILLION, linestyle="--", linewidth=1.4)
    label(axes, "$z=0$", (w[28], ridge[28]), VERMILLION, (-16, 6))
    axes.plot(*NEURON.weights, "o", color=ORANGE, markeredgecolor=INK)
    label(axes, "worked example", tuple(NEURON.weights), INK, (10, -2), "left")

    axes.set(xlabel="$w_1$", ylabel="$w_2$", xlim=(-w_max, w_max), ylim=(-w_max, w_max))
    axes.set(aspect="equal", xticks=range(-2, 3), yticks=range(-2, 3))
    axes.grid(visible=False)
    columns, rows = np.meshgrid(w[::2], w[::2])
    every = slopes[::2, ::2].ravel()
    return Plot(
        figure,
        data={
            "w1": columns.ravel(),
            "w2": rows.ravel(),
            "by_w1": every * INPUTS[0],
            "by_w2": every * INPUTS[1],
        },
        title="The gradient over the plane of the two weights",
        description=(
            "A square map with w1 to the right and w2 upwards. A band of deep colour runs from the "
            "lower left to the upper right, along the dashed line on which z is 0, and fades on "
            "both sides. Arrows point all in one direction, right and down; they are long in the "
            "band and shrink to dots away from it."
        ),
        caption=(
            r"The gradient of $F$ with respect to the weights, for $x_1="
            f"{INPUTS[0]:.0f}$, $x_2={INPUTS[1]:.0f}$ and the bias of the example. Every arrow "
            r"points along $(x_1, x_2)$; only its length changes, with the slope $1-\tanh^2(z)$ "
            "(deeper colour: larger). It is longest on the dashed line, where $z$ is zero, and "
            "fades where the neuron saturates."
        ),
    )


def descent(steps: int = 12) -> Plot:
    """Map the loss over the weights and draw two descents: from the example, from saturation."""
    w1, w2 = np.linspace(-1.0, 2.0, 61), np.linspace(-1.5, 1.25, 61)
    loss = 0.5 * (tanh(_scores(w1, w2)) - TARGET) ** 2
    runs = {
        "example": backprop.descend(NEURON.weights, steps),
        "saturated": backprop.descend((1.5, -1.1), steps),
    }

    figure, axes = canvas(2, height=6.3)
    plane, course = axes
    plane.get_gridspec().set_height_ratios([2.3, 1])
    _loss_map(plane, w1, w2, loss)
    looks = {"example": (BLUE, "o", "-"), "saturated": (VERMILLION, "s", "--")}
    for name, run in runs.items():
        colour, marker, line = looks[name]
        plane.plot(*run.weights.T, line, color=colour, marker=marker, markersize=4, linewidth=1.2)
        course.plot(run.loss, line, color=colour, marker=marker, markersize=4, linewidth=1.4)
    label(plane, "start", tuple(runs["example"].weights[0]), BLUE, (8, 0), "left")
    label(plane, "stays here", tuple(runs["saturated"].weights[0]), VERMILLION, (-8, 0), "right")
    label(course, "from the example", (2, float(runs["example"].loss[2])), BLUE, (8, 8), "left")
    label(course, "from saturation", (6, float(runs["saturated"].loss[6])), VERMILLION, (0, -13))

    plane.set(xlabel="$w_1$", ylabel="$w_2$", xlim=(-1, 2), ylim=(-1.5, 1.25), aspect="equal")
    plane.grid(visible=False)
    course.set(xlabel="step", ylabel="$L$", ylim=(0, 1.4), xticks=range(0, steps + 1, 2))
    near, far = runs["example"].loss, runs["saturated"].loss
    return Plot(
        figure,
        data={
            "start": np.repeat(list(runs), steps + 1),
            "step": np.tile(np.arange(steps + 1), 2),
            "w1": np.concatenate([run.weights[:, 0] for run in runs.values()]),
            "w2": np.concatenate([run.weights[:, 1] for run in runs.values()]),
            "F": np.concatenate([run.output for run in runs.values()]),
            "loss": np.concatenate([run.loss for run in runs.values()]),
        },
        title="Two gradient descents on one example",
        description=(
            "Above, a map of the loss over w1 and w2, pale along a straight valley and deeper away "
            "from it. A row of dots runs from the start of the worked example straight to the "
            "valley, with steps that become shorter. A second start far to the lower right does "
            "not move. Below, the loss at each step: the first curve falls to nearly 0, the second "
            f"stays at {fixed(float(far[0]), 2)}."
        ),
        caption=(
            f"{steps} steps of gradient descent on one example. Above: the loss $L$ over the "
            "weights (deeper colour: larger); both runs can move only along $(x_1, x_2)$. Below: "
            "the loss at each step. From the worked example it falls from "
            f"{significant(float(near[0]), 2)} to {significant(float(near[-1]), 2)}; from a start "
            f"where the neuron saturates, by only ${significant_tex(float(far[0] - far[-1]), 1)}$."
        ),
    )


def _loss_map(
    axes: Axes, w1: NDArray[np.float64], w2: NDArray[np.float64], loss: NDArray[np.float64]
) -> None:
    shade(axes, w1, w2, loss, levels=[0.005, 0.05, 0.2, 0.5, 0.9, 1.2], colour=ORANGE, opacity=0.13)
    valley = _line_of_score(float(np.arctanh(TARGET)), w1)
    axes.plot(w1, valley, color=GREEN, linestyle=":", linewidth=1.6)
    label(axes, "$L=0$", (w1[8], valley[8]), GREEN)


def _scores(w1: NDArray[np.float64], w2: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores for each pair of weights of a grid: rows w2, columns w1."""
    return np.add.outer(w2 * INPUTS[1], w1 * INPUTS[0]) + float(NEURON.bias)


def _line_of_score(z: float, w1: NDArray[np.float64]) -> NDArray[np.float64]:
    """The w2 that gives a score, for each w1."""
    return (z - float(NEURON.bias) - w1 * INPUTS[0]) / INPUTS[1]
