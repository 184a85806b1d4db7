r"""A network of two layers with every gradient: tanh, then softmax with cross-entropy.

$\alpha = U x + b$, $h = \tanh \alpha$, $\zeta = V h + c$, $p = \operatorname{softmax} \zeta$,
$L = -\sum_k y_k \ln p_k$, for n inputs, m hidden neurons and K classes, one example at a time.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from hwlib._inputs import Array, finite
from hwlib.activations import softmax, tanh, tanh_slope
from hwlib.losses import cross_entropy, cross_entropy_gradient


class Parameters(NamedTuple):
    r"""Weights and biases, or the gradient by them.

    Attributes:
        u: Shape (m, n); the weights $u_{ij}$ of the hidden layer.
        b: Shape (m,); its biases.
        v: Shape (K, m); the weights $v_{ki}$ of the output layer.
        c: Shape (K,); its biases.
    """

    u: Array
    b: Array
    v: Array
    c: Array

    def vector(self) -> Array:
        """All of them in one vector, shape (mn + m + Km + K,), in the order u, b, v, c."""
        return np.concatenate([part.ravel() for part in self])

    def shaped(self, vector: Array) -> "Parameters":
        """The entries of such a vector in the shapes of these parameters."""
        ends = np.cumsum([part.size for part in self])[:-1]
        parts = np.split(vector, ends)
        return Parameters(*(new.reshape(old.shape) for new, old in zip(parts, self, strict=True)))


class Forward(NamedTuple):
    r"""What the forward pass computes.

    Attributes:
        alpha: Shape (m,); the hidden scores.
        h: Shape (m,); the hidden values.
        zeta: Shape (K,); the output scores.
        p: Shape (K,); the predicted probabilities.
    """

    alpha: Array
    h: Array
    zeta: Array
    p: Array


class Backward(NamedTuple):
    r"""What the backward pass computes.

    Attributes:
        epsilon: Shape (K,); $\partial L / \partial \zeta_k$.
        h: Shape (m,); $\partial L / \partial h_i$.
        gamma: Shape (m,); $\partial L / \partial \alpha_i$.
        parameters: The gradient by weights and biases, each in the shape of its own.
        x: Shape (n,); $\partial L / \partial x_j$.
    """

    epsilon: Array
    h: Array
    gamma: Array
    parameters: Parameters
    x: Array


def forward(parameters: Parameters, x: ArrayLike) -> Forward:
    """Compute every layer's values for one example.

    Args:
        parameters: The weights and biases.
        x: Shape (n,); the inputs, finite.

    Returns:
        The scores and values of both layers.

    Raises:
        ValueError: If the shapes do not fit together, or a value is NaN or infinite.
    """
    inputs = _fitting(parameters, x)
    alpha = parameters.u @ inputs + parameters.b
    h = tanh(alpha)
    zeta = parameters.v @ h + parameters.c
    return Forward(alpha, h, zeta, softmax(zeta))


def loss(parameters: Parameters, x: ArrayLike, y: ArrayLike) -> Array:
    """Cross-entropy of the network's prediction for one example.

    Args:
        parameters: The weights and biases.
        x: Shape (n,); the inputs, finite.
        y: Shape (K,); the label, not negative, adding up to 1.

    Returns:
        A number >= 0, in nats.

    Raises:
        ValueError: If the shapes do not fit together, or y is no label.
    """
    return cross_entropy(forward(parameters, x).zeta, y)


def backward(parameters: Parameters, x: ArrayLike, y: ArrayLike) -> Backward:
    r"""Gradient of the loss by every weight, bias and input, from the output to the inputs.

    Args:
        parameters: The weights and biases.
        x: Shape (n,); the inputs, finite.
        y: Shape (K,); the label, not negative, adding up to 1.

    Returns:
        $\varepsilon = p - y$, $\gamma = (1 - h^2) V^\top \varepsilon$, and with them
        $\varepsilon h^\top$, $\varepsilon$, $\gamma x^\top$, $\gamma$ and $U^\top \gamma$.

    Raises:
        ValueError: If the shapes do not fit together, or y is no label.
    """
    inputs = _fitting(parameters, x)
    alpha, h, zeta, _ = forward(parameters, inputs)
    epsilon = cross_entropy_gradient(zeta, y)
    by_h = parameters.v.T @ epsilon
    gamma = tanh_slope(alpha) * by_h
    by_parameters = Parameters(np.outer(gamma, inputs), gamma, np.outer(epsilon, h), epsilon)
    return Backward(epsilon, by_h, gamma, by_parameters, parameters.u.T @ gamma)


def _fitting(parameters: Parameters, x: ArrayLike) -> Array:
    """The inputs as an array, if all shapes fit together."""
    inputs = finite(x, "network: x")
    u, b, v, c = (np.shape(part) for part in parameters)
    fits = (
        len(u) == len(v) == 2 and inputs.shape == u[1:] and b == u[:1] and v[1:] == b and c == v[:1]
    )
    if not fits:
        raise ValueError(
            "network needs u (m, n), b (m,), v (K, m), c (K,) and x (n,); got "
            f"u {u}, b {b}, v {v}, c {c} and x {inputs.shape}. "
            "Each layer's weights have one row an output and one column an input."
        )
    return inputs
