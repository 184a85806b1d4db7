r"""The worked example of Task 6: one neuron with two inputs, forwards, backwards and downhill.

The gradients are found here as backpropagation finds them, node by node from the output to the
inputs, and not from the formulas of `Neuron.gradient`: each is a check of the other.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hwlib.activations import tanh, tanh_slope
from hwlib.neuron import Neuron

NEURON = Neuron([0.4, 0.5], bias=0.2)
INPUTS = (2.0, -1.0)
TARGET = -0.6
RATE = 0.05


class Node(NamedTuple):
    r"""One number of the computation.

    Attributes:
        value: Found on the way forward.
        gradient: $\partial F$ by this number, found on the way back.
    """

    value: float
    gradient: float


class Descent(NamedTuple):
    r"""Some steps of gradient descent on one example, its start first.

    Attributes:
        weights: Shape (steps + 1, 2).
        output: Shape (steps + 1,); F.
        loss: Shape (steps + 1,); $\frac{1}{2}(F - t)^2$.
    """

    weights: NDArray[np.float64]
    output: NDArray[np.float64]
    loss: NDArray[np.float64]


def graph(neuron: Neuron = NEURON, inputs: tuple[float, float] = INPUTS) -> Mapping[str, Node]:
    r"""Run $F = \tanh(w_1 x_1 + w_2 x_2 + b)$ forwards, then backwards.

    Args:
        neuron: Two weights and a bias.
        inputs: $x_1$ and $x_2$.

    Returns:
        Every number of the computation by its TeX name, in the order in which it is found.
    """
    (w1, w2), (x1, x2), b = neuron.weights.tolist(), inputs, float(neuron.bias)
    first, second = w1 * x1, w2 * x2
    z = first + second + b

    by_z = float(tanh_slope(z))  # the output's own gradient is 1
    by_first = by_second = by_b = by_z  # a sum hands on what it gets
    return {
        "w_1": Node(w1, by_first * x1),  # a product hands on what it gets, times the other factor
        "x_1": Node(x1, by_first * w1),
        "w_2": Node(w2, by_second * x2),
        "x_2": Node(x2, by_second * w2),
        "b": Node(b, by_b),
        "w_1 x_1": Node(first, by_first),
        "w_2 x_2": Node(second, by_second),
        "z": Node(z, by_z),
        "F": Node(float(tanh(z)), 1.0),
    }


def descend(weights: ArrayLike, steps: int, rate: float = RATE, target: float = TARGET) -> Descent:
    r"""Move the weights against the gradient of $L = \frac{1}{2}(F - t)^2$; the bias stays.

    Args:
        weights: Shape (2,); where to start.
        steps: How many.
        rate: The step size; $w_i$ moves by minus the rate times $\partial L/\partial w_i$.
        target: The wanted output t.

    Returns:
        The weights on the way, and what the neuron answers there.
    """
    way = [np.asarray(weights, dtype=float)]
    for _ in range(steps):
        here = Neuron(way[-1], bias=float(NEURON.bias))
        error = here.value(INPUTS) - target
        way.append(way[-1] - rate * error * here.gradient(INPUTS).w)
    output = np.array([float(Neuron(w, bias=float(NEURON.bias)).value(INPUTS)) for w in way])
    return Descent(np.array(way), output, 0.5 * (output - target) ** 2)
