r"""One neuron, $F = \tanh(\mathbf w \cdot \mathbf x + b)$, and its gradient."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from hwlib._inputs import Array, as_given, finite, in_double
from hwlib._pairs import two_product, two_sum
from hwlib.activations import sech, tanh

_LARGEST = np.finfo(np.float64).max
_BELOW_EVERY_EXPONENT = -10_000  # products of float64 have exponents from -2148 to 2048


class Gradient(NamedTuple):
    r"""Partial derivatives of F at each x of a batch.

    Attributes:
        w: Shape (..., n); $\partial F/\partial w_i$.
        b: Shape (...); $\partial F/\partial b$.
        x: Shape (..., n); $\partial F/\partial x_i$.
    """

    w: Array
    b: Array
    x: Array


class Neuron:
    r"""A neuron with n inputs: $F = \tanh(z)$, $z = \mathbf w \cdot \mathbf x + b$.

    Args:
        weights: Shape (n,), n >= 1; the weights $w_i$, finite.
        bias: A number; the bias b, finite.

    Raises:
        ValueError: If the shapes are others, or a value is NaN or infinite.

    Source:
        The sum is compensated (Ogita, Rump & Oishi 2005, doi:10.1137/030601818) with its terms
        brought to a common exponent: products may pass the range of float64, and terms may cancel
        down to 1e-15 of their size, and z still has all its digits.

    Example:
        >>> float(Neuron([1.0, -2.0], bias=1.0).value([1.0, 1.0]))
        0.0
    """

    def __init__(self, weights: ArrayLike, bias: complex) -> None:
        self.weights = finite(weights, "Neuron: weights")
        self.bias = finite(bias, "Neuron: bias")
        if self.weights.ndim != 1 or self.weights.size == 0:
            raise ValueError(
                f"Neuron needs weights of shape (n,), n >= 1; got shape {self.weights.shape}. "
                "Pass one weight an input; make one Neuron for each unit of a layer."
            )
        if self.bias.ndim != 0:
            raise ValueError(
                f"Neuron needs one number as its bias; got shape {self.bias.shape}. "
                "Make one Neuron for each unit of a layer."
            )

    def score(self, x: ArrayLike) -> Array:
        r"""Pre-activation $z = \mathbf w \cdot \mathbf x + b$.

        Args:
            x: Shape (..., n); the inputs, finite.

        Returns:
            Shape (...); the largest float64 stands for every z beyond it.

        Raises:
            ValueError: If the last axis of x is not n long, or a value is NaN or infinite.
        """
        inputs = self._inputs(x)
        return as_given(self._score(inputs)[0], self.weights, inputs)

    def value(self, x: ArrayLike) -> Array:
        r"""Output $F = \tanh(z)$.

        Args:
            x: Shape (..., n); the inputs, finite.

        Returns:
            Shape (...); values in [-1, 1].

        Raises:
            ValueError: If the last axis of x is not n long, or a value is NaN or infinite.
        """
        inputs = self._inputs(x)
        return as_given(tanh(self._score(inputs)[0]), self.weights, inputs)

    def gradient(self, x: ArrayLike) -> Gradient:
        r"""Derivatives $F' x_i$, $F'$, $F' w_i$ by $w_i$, b, $x_i$, where $F' = 1 - \tanh^2 z$.

        Args:
            x: Shape (..., n); the inputs, finite.

        Returns:
            The gradient at each input of the batch.

        Raises:
            ValueError: If the last axis of x is not n long, or a value is NaN or infinite.

        Source:
            $F' = \operatorname{sech}^2 z$, multiplied in as two factors: $F'$ alone may underflow
            where its product with a large input does not.
        """
        inputs = self._inputs(x)
        high, low = self._score(inputs)
        with np.errstate(under="ignore"):
            # e^{-2z} turns an absolute error of z into a relative one: at z = 300, 250 ulp.
            root = np.asarray(sech(high) * (1.0 - low * np.tanh(high)))
            column = root[..., None]
            parts = (
                column * in_double(inputs) * column,
                root * root,
                column * in_double(self.weights) * column,
            )
            return Gradient(*(as_given(part, self.weights, inputs) for part in parts))

    def _inputs(self, x: ArrayLike) -> Array:
        inputs = finite(x, "Neuron: x")
        n = self.weights.size
        if inputs.ndim == 0 or inputs.shape[-1] != n:
            raise ValueError(
                f"Neuron needs x of shape (..., {n}), one value a weight; got shape "
                f"{inputs.shape}. Put the inputs of one example along the last axis."
            )
        return inputs

    def _score(self, inputs: Array) -> tuple[Array, Array]:
        """The score as the unevaluated sum of two float64 (complex: of two complex128)."""
        x, w, b = in_double(inputs), in_double(self.weights), in_double(self.bias)
        w = np.broadcast_to(w, x.shape)
        if not any(part.dtype.kind == "c" for part in (x, w, b)):
            return _weighted_sum(x, w, b)
        real = _weighted_sum(np.concatenate([x.real, -x.imag], -1), _beside(w.real, w.imag), b.real)
        imag = _weighted_sum(_beside(x.real, x.imag), _beside(w.imag, w.real), b.imag)
        return real[0] + 1j * imag[0], real[1] + 1j * imag[1]


def _beside(first: Array, second: Array) -> Array:
    return np.concatenate([first, second], axis=-1)


def _weighted_sum(x: Array, w: Array, b: Array) -> tuple[Array, Array]:
    """The sum of w_i x_i over the last axis, plus b, to about 106 bits of its largest term."""
    x_mantissa, x_exponent = np.frexp(np.concatenate([x, np.ones((*x.shape[:-1], 1))], axis=-1))
    w_mantissa, w_exponent = np.frexp(
        np.concatenate([w, np.broadcast_to(b, (*x.shape[:-1], 1))], axis=-1)
    )
    products, errors = two_product(x_mantissa, w_mantissa)
    exponents = np.where(products == 0.0, _BELOW_EVERY_EXPONENT, x_exponent + w_exponent)
    top = exponents.max(axis=-1)
    with np.errstate(under="ignore", over="ignore", invalid="ignore"):
        down = exponents - top[..., None]
        high, low = _sum(np.ldexp(products, down), np.ldexp(errors, down))
        high, low = np.ldexp(high, top), np.ldexp(low, top)
        low = np.where(np.isfinite(high), low, 0.0)
        return np.clip(high, -_LARGEST, _LARGEST), low


def _sum(terms: Array, errors: Array) -> tuple[Array, Array]:
    """Sum along the last axis as an unevaluated pair."""
    high = np.zeros(terms.shape[:-1])
    low = errors.sum(axis=-1)
    for i in range(terms.shape[-1]):
        high, lost = two_sum(high, terms[..., i])
        low = low + lost
    return two_sum(high, low)
