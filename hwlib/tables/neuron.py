"""Tables of Task 6: forwards and backwards, the gradient check, saturation, the descent."""

import numpy as np
from numpy.typing import NDArray

from hwlib import backprop, reference
from hwlib.backprop import INPUTS, NEURON, RATE, TARGET
from hwlib.differences import central_gradient, complex_step_gradient, relative_error
from hwlib.neuron import Neuron
from hwlib.tables.table import Table, below, fixed, significant

VARIABLES = ("w_1", "w_2", "b", "x_1", "x_2")
_FORWARD = {
    "w_1 x_1": "$w_1$ times $x_1$",
    "w_2 x_2": "$w_2$ times $x_2$",
    "z": r"$w_1 x_1 + w_2 x_2 + b$",
    "F": r"$\tanh(z)$",
}
_BACKWARD = {
    "F": ("", "the start"),
    "z": ("F", r"times $1-\tanh^2(z)$"),
    "w_1 x_1": ("z", "times 1"),
    "w_2 x_2": ("z", "times 1"),
    "b": ("z", "times 1"),
    "w_1": ("w_1 x_1", "times $x_1$"),
    "x_1": ("w_1 x_1", "times $w_1$"),
    "w_2": ("w_2 x_2", "times $x_2$"),
    "x_2": ("w_2 x_2", "times $w_2$"),
}


def forward_pass() -> Table:
    """The values of the worked example, in the order in which they are found."""
    nodes = backprop.graph()
    rows = [
        [f"${name}$", _FORWARD.get(name, "given"), fixed(node.value, 4)]
        for name, node in sorted(nodes.items(), key=lambda item: item[0] in _FORWARD)
    ]
    return Table(
        ["number", "how", "value"],
        rows,
        r"Forwards: each number from those above it. The output $F$ is "
        f"{fixed(nodes['F'].value, 4)}.",
    )


def backward_pass() -> Table:
    """The gradients of the worked example, in the order in which they are found."""
    nodes = backprop.graph()
    rows = [
        [f"${name}$", f"that of ${after}$, {how}" if after else how, fixed(nodes[name].gradient, 4)]
        for name, (after, how) in _BACKWARD.items()
    ]
    return Table(
        ["number", "how", "derivative of $F$"],
        rows,
        "Backwards: each derivative from one that was found before it, times the slope of a single "
        r"step. The slope of tanh is needed once, for $z$; all others only reuse it.",
    )


def gradient_check() -> Table:
    """The five derivatives by the formulas, by central differences and by complex steps."""
    point = np.array([*NEURON.weights, float(NEURON.bias), *INPUTS])
    analytic = _analytic()
    central = central_gradient(_output, point)
    complex_ = complex_step_gradient(_output, point)
    columns = zip(VARIABLES, analytic, central, complex_, strict=True)
    rows = [
        [rf"$\partial F/\partial {name}$", *(fixed(float(value), 6) for value in values)]
        for name, *values in columns
    ]
    rows.append(
        [
            "Relative error",
            "",
            below(relative_error(analytic, central), 1e-9),
            below(relative_error(analytic, complex_), 1e-14),
        ]
    )
    return Table(
        ["entry", "formula", "central", "complex step"],
        rows,
        "The gradient of the worked example in three ways; the last two only evaluate $F$ and know "
        "nothing of the chain rule. The relative error is the distance of a gradient from that of "
        "the formulas, over the length of the longer of the two.",
    )


def wrong_gradients() -> Table:
    """What the check says of gradients that are wrong in the usual ways."""
    right = _analytic()
    x1, x2 = INPUTS
    slope, value = right[2], float(NEURON.value(INPUTS))
    (w1, w2) = NEURON.weights
    direct = np.array([x1, x2, 1.0, w1, w2])
    slips = {
        "none": right,
        r"sign: $1+\tanh^2(z)$": (1 + value**2) * direct,
        "inner derivatives left out": slope * np.ones(5),
        r"slope taken at $F$: $1-\tanh^2(F)$": float(1 - np.tanh(value) ** 2) * direct,
        "$x_1$ and $x_2$ exchanged": slope * np.array([x2, x1, 1.0, w1, w2]),
    }
    point = np.array([*NEURON.weights, float(NEURON.bias), *INPUTS])
    numeric = central_gradient(_output, point)
    rows = [
        [slip, below(relative_error(gradient, numeric), 1e-9), _verdict(gradient, numeric)]
        for slip, gradient in slips.items()
    ]
    return Table(
        ["slip", "relative error", "verdict"],
        rows,
        "A check has to be able to fail: gradients with a slip on purpose, against the central "
        "difference.",
    )


def saturation() -> Table:
    """The slope of tanh far from 0, exact and as the difference that rounds to 0."""
    z = np.array([0.0, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 18.0, 20.0])
    t = reference.tanh(z)
    slopes = reference.rounded("tanh_slope", z)
    rows = [
        [fixed(score, 0), fixed(value, 8), significant(slope, 4), _computed(1.0 - value * value)]
        for score, value, slope in zip(z, t, slopes, strict=True)
    ]
    return Table(
        ["$z$", r"$\tanh(z)$", "exact slope", r"$1-\tanh^2(z)$ in float64"],
        rows,
        "The slope of the hyperbolic tangent, and what is left of it when it is computed as a "
        "difference from 1: at first all digits, then a few, then none.",
    )


def descent_steps(steps: int = 6) -> Table:
    """The first steps of gradient descent from the worked example."""
    run = backprop.descend(NEURON.weights, steps)
    rows = [
        [str(step), fixed(w[0], 4), fixed(w[1], 4), fixed(output, 4), fixed(loss, 4)]
        for step, (w, output, loss) in enumerate(zip(*run, strict=True))
    ]
    return Table(
        ["step", "$w_1$", "$w_2$", "$F$", "$L$"],
        rows,
        f"Gradient descent on one example with the wanted output $t={TARGET:g}$ and the rate "
        rf"$\eta={RATE:g}$. After {steps} steps the loss is "
        f"{significant(float(run.loss[0] / run.loss[-1]), 2)} times smaller.",
    )


def _output(point: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """F of the five variables in one vector, by the definition alone."""
    w1, w2, b, x1, x2 = point
    return np.asarray(np.tanh(w1 * x1 + w2 * x2 + b))


def _analytic() -> NDArray[np.float64]:
    gradient = Neuron(NEURON.weights, bias=float(NEURON.bias)).gradient(INPUTS)
    return np.array([*gradient.w, float(gradient.b), *gradient.x])


def _verdict(gradient: NDArray[np.float64], numeric: NDArray[np.float64]) -> str:
    return "right" if relative_error(gradient, numeric) < 1e-6 else "wrong"


def _computed(slope: float) -> str:
    return significant(slope, 4) if slope else "0"
