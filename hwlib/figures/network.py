"""Figures of the two-layer network: its graph, wrong gradients that a check finds, learning."""

import numpy as np
from matplotlib.axes import Axes

from hwlib._inputs import Array
from hwlib.activations import tanh_slope
from hwlib.differences import central_gradient, relative_error
from hwlib.figures.plot import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    PAPER,
    VERMILLION,
    Plot,
    canvas,
    label,
    shade,
)
from hwlib.network import Backward, Parameters, backward, forward, loss
from hwlib.tables.network import PARAMETERS, X, Y
from hwlib.tables.table import fixed, power_of_ten, significant_tex

_BOUND = 1e-8  # below it, round-off decides


def two_layer_graph() -> Plot:
    """Draw the network with the example's forward values and backward gradients at its nodes."""
    there, back = forward(PARAMETERS, X), backward(PARAMETERS, X, Y)
    value = float(loss(PARAMETERS, X, Y))
    layers = [
        ("x", X, back.x),
        (r"\alpha", there.alpha, back.gamma),
        ("h", there.h, back.h),
        (r"\zeta", there.zeta, back.epsilon),
    ]
    nodes = [
        (rf"{name}_{k + 1}", place, _height(k, values.size), values[k], slopes[k])
        for place, (name, values, slopes) in enumerate(layers)
        for k in range(values.size)
    ]
    nodes.append(("L", 4, 0.0, value, 1.0))

    figure, axes = canvas(height=4.4)
    for start, end in _edges():
        (_, x0, y0, *_), (_, x1, y1, *_) = nodes[start], nodes[end]
        axes.plot([x0, x1], [y0, y1], color=MUTED, linewidth=0.8, zorder=1)
    for name, x, y, forwards, backwards in nodes:
        axes.plot([x], [y], "o", color=INK, markerfacecolor=PAPER, markersize=23, zorder=2)
        axes.annotate(f"${name}$", (x, y), ha="center", va="center", zorder=3, fontsize=11)
        label(axes, fixed(forwards, 3), (x, y), BLUE, shift=(0, 20))
        label(axes, fixed(backwards, 3), (x, y), VERMILLION, shift=(0, -20))
    label(axes, "values, forward", (-0.35, 1.62), BLUE, align="left")
    label(axes, "gradients, backward", (4.35, -1.62), VERMILLION, align="right")

    axes.set(xlim=(-0.45, 4.45), ylim=(-1.8, 1.8))
    axes.axis("off")
    names = np.array([name.replace("\\", "").replace("_", "") for name, *_ in nodes])
    return Plot(
        figure,
        {
            "node": names,
            "value": np.array([node[3] for node in nodes]),
            "gradient": np.array([node[4] for node in nodes]),
        },
        title="The two-layer network with the values and gradients of the example",
        description=(
            "A graph from left to right: two inputs, three hidden scores, three hidden values, two "
            "output scores, the loss. Every input is joined to every hidden score and every "
            "hidden value to every output score. Above each node stands its value, below it the "
            "derivative of the loss with respect to it."
        ),
        caption=(
            "The network with the numbers of the worked example: above each node its value, "
            "computed from left to right; below it the derivative of the loss with respect to it, "
            f"computed from right to left. The loss is ${significant_tex(value, 4)}$. Where "
            "several lines leave a node to the right, its gradient is a sum of as many "
            "contributions."
        ),
    )


def _height(k: int, size: int) -> float:
    return (size - 1) / 2 - k if size > 2 else 0.5 - k


def _edges() -> list[tuple[int, int]]:
    """Pairs of nodes, numbered layer by layer: x 0-1, alpha 2-4, h 5-7, zeta 8-9, L 10."""
    hidden = [(j, 2 + i) for j in range(2) for i in range(3)]
    bends = [(2 + i, 5 + i) for i in range(3)]
    output = [(5 + i, 8 + k) for i in range(3) for k in range(2)]
    return hidden + bends + output + [(8, 10), (9, 10)]


def wrong_gradients() -> Plot:
    """Measure the right gradient and four wrong ones against central differences."""
    numerical = central_gradient(lambda v: loss(PARAMETERS.shaped(v), X, Y), PARAMETERS.vector())
    gradients = {"right": backward(PARAMETERS, X, Y).parameters} | _mistaken()
    errors = {name: relative_error(g.vector(), numerical) for name, g in gradients.items()}
    # How far under the bound the right one lies is round-off, and no two processors agree on it.
    drawn = np.array([max(error, _BOUND) for error in errors.values()])
    place = -np.arange(len(errors))

    figure, axes = canvas(height=2.7)
    axes.hlines(place, _BOUND, drawn, color=MUTED, linewidth=0.9)
    axes.semilogx(drawn[1:], place[1:], "s", color=VERMILLION)
    axes.semilogx(drawn[:1], place[:1], "<", color=BLUE, markersize=8)
    label(axes, "smaller still", (_BOUND, 0.0), BLUE, shift=(10, 0), align="left")

    axes.set(xlim=(_BOUND / 3, 10.0), ylim=(-len(errors) + 0.4, 0.6))
    axes.set(xlabel="relative error to central differences", yticks=place)
    axes.set_yticklabels(list(errors))
    axes.grid(visible=False, axis="y")
    least = min(error for name, error in errors.items() if name != "right")
    return Plot(
        figure,
        {"gradient": np.array(list(errors)), "relative_error_at_most": drawn},
        title="Relative errors of the right gradient and of four wrong ones",
        description=(
            "Five rows on a logarithmic scale of relative error. The right gradient lies at the "
            "left end, below one part in a hundred million. The four wrong ones all lie at the "
            "right end, above one part in a hundred."
        ),
        caption=(
            "The gradient of the example against central differences. The right one differs by "
            f"less than {power_of_ten(_BOUND)}, which is the error of the differences themselves; "
            f"the wrong ones by ${significant_tex(least, 2)}$ or more. Nothing lies between, so "
            "the check leaves no doubt."
        ),
    )


def _mistaken() -> dict[str, Parameters]:
    """Gradients of the example with one typical mistake each."""
    there, right = forward(PARAMETERS, X), backward(PARAMETERS, X, Y)
    one_way = tanh_slope(there.alpha) * PARAMETERS.v[0] * right.epsilon[0]
    slope_of_value = tanh_slope(there.h) * right.h
    return {
        "only one path": _with_hidden_error(right, one_way),
        "slope at the value": _with_hidden_error(right, slope_of_value),
        "no slope": _with_hidden_error(right, right.h),
        "label − prediction": Parameters(*(-part for part in right.parameters)),
    }


def _with_hidden_error(right: Backward, gamma: Array) -> Parameters:
    return right.parameters._replace(u=np.outer(gamma, X), b=gamma)


def exclusive_or() -> Plot:
    """Train the network on exclusive or; draw the loss and the map that it has learned."""
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    labels = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
    parameters, losses = _trained(corners, labels)
    grid = np.linspace(-0.5, 1.5, 61)
    p = np.array([[forward(parameters, [x1, x2]).p[1] for x1 in grid] for x2 in grid])

    figure, (above, below) = canvas(rows=2, height=6.4)
    above.semilogy(losses, color=INK)
    _decision_map(below, grid, p)
    for corner, one_hot in zip(corners, labels, strict=True):
        odd = one_hot[1] > 0
        below.plot(*corner, "^" if odd else "o", color=VERMILLION if odd else GREEN, markersize=9)

    above.set(xlim=(0, losses.size - 1), xlabel="step", ylabel="mean loss")
    return Plot(
        figure,
        {"step": np.arange(losses.size), "mean_loss": losses},
        title="The network learns exclusive or: its loss, and the map that it has learned",
        description=(
            "Two panels. Above, the mean loss over the steps of gradient descent, on a logarithmic "
            "scale: a slow start, then a steep fall, then a long slow decline. Below, the square "
            "of the two inputs with its four corners: the corners with equal inputs are circles, "
            "the two others triangles. Each triangle lies in a shaded region of its own; the "
            "circles lie in the band between the two regions."
        ),
        caption=(
            f"Exclusive or, learned in ${losses.size - 1}$ steps of gradient descent, from a mean "
            f"loss of ${significant_tex(float(losses[0]), 3)}$ to "
            f"${significant_tex(float(losses[-1]), 2)}$. Below: the deeper the colour, the more "
            "probable is the second class (triangles); on the thick lines it has one half. The "
            "first class (circles) has the band between them, which no single line could cut out."
        ),
    )


def _trained(corners: Array, labels: Array) -> tuple[Parameters, Array]:
    """Descend from fixed, unequal weights; also the mean loss before and after each step."""
    steps, rate = 400, 1.0
    parameters = Parameters(
        u=np.array([[0.9, -0.5], [0.4, 0.7], [-0.6, 0.8]]),
        b=np.array([0.1, -0.2, 0.3]),
        v=np.array([[0.5, -0.7, -0.4], [-0.6, 0.3, 0.8]]),
        c=np.zeros(2),
    )
    losses = [_mean_loss(parameters, corners, labels)]
    for _ in range(steps):
        gradients = [
            backward(parameters, x, y).parameters.vector()
            for x, y in zip(corners, labels, strict=True)
        ]
        step = rate * np.mean(gradients, axis=0)
        parameters = parameters.shaped(parameters.vector() - step)
        losses.append(_mean_loss(parameters, corners, labels))
    return parameters, np.array(losses)


def _mean_loss(parameters: Parameters, corners: Array, labels: Array) -> float:
    pairs = zip(corners, labels, strict=True)
    return float(np.mean([loss(parameters, x, y) for x, y in pairs]))


def _decision_map(axes: Axes, grid: Array, p: Array) -> None:
    shade(axes, grid, grid, p, levels=np.linspace(0.1, 0.9, 9).tolist(), opacity=0.08)
    axes.contour(grid, grid, p, levels=[0.5], colors=[INK], linewidths=1.8)
    axes.set(xlim=(grid[0], grid[-1]), ylim=(grid[0], grid[-1]), aspect="equal")
    axes.set(xlabel="$x_1$", ylabel="$x_2$", xticks=[0, 1], yticks=[0, 1])
    axes.grid(visible=False)
