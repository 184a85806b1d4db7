r"""The activation functions of the homework, each beside its slope.

Every function takes any array (or a number), works element by element (softmax: along one axis) and
holds a few units in the last place over the whole range of float64. float32 input gives float32
output, computed in float64 and rounded once. Complex input is accepted, so that the complex step
can differentiate each function.

One idea runs through the module: write the formula in $t = e^{-|z|}$, which lies in (0, 1] and
cannot overflow, and never subtract two numbers that are nearly equal.
"""

import numpy as np

from hwlib._inputs import Array, computed_in_double
from hwlib._pairs import two_sum


@computed_in_double
def sigmoid(z: Array, /) -> Array:
    r"""Sigmoid $\sigma(z) = 1 / (1 + e^{-z})$.

    Args:
        z: Any shape; the score (logit), finite, in nats.

    Returns:
        Shape of `z`; a probability in [0, 1].

    Raises:
        ValueError: If a score is NaN or infinite.

    Source:
        $1/(1+t)$ for $z \ge 0$ and $t/(1+t)$ for $z < 0$, with $t = e^{-|z|}$: no overflow, and no
        loss of digits in the left tail. See `docs/hw1-part2/task-3.md`.

    Example:
        >>> float(sigmoid(0.0))
        0.5
    """
    t = _decay(z)
    return np.where(z.real >= 0.0, 1.0, t) / (1.0 + t)


@computed_in_double
def sigmoid_slope(z: Array, /) -> Array:
    r"""Slope $\sigma'(z) = \sigma(z)(1 - \sigma(z))$.

    Args:
        z: Any shape; the score, finite, in nats.

    Returns:
        Shape of `z`; values in [0, 1/4], per nat.

    Raises:
        ValueError: If a score is NaN or infinite.

    Source:
        $t/(1+t)^2$ with $t = e^{-|z|}$. The product $\sigma(1-\sigma)$ is 0 from z = 37 on, because
        there $\sigma$ rounds to 1; this form keeps every digit to z = 708.

    Example:
        >>> float(sigmoid_slope(0.0))
        0.25
    """
    t = _decay(z)
    return t / ((1.0 + t) * (1.0 + t))


@computed_in_double
def sigmoid_curvature(z: Array, /) -> Array:
    r"""Second derivative $\sigma''(z) = \sigma(z)(1 - \sigma(z))(1 - 2\sigma(z))$.

    Args:
        z: Any shape; the score, finite, in nats.

    Returns:
        Shape of `z`; odd in z, positive for z < 0, per nat squared.

    Raises:
        ValueError: If a score is NaN or infinite.

    Source:
        $1 - 2\sigma(z) = -\tanh(z/2)$, which loses no digits near z = 0.
    """
    return -sigmoid_slope(z) * np.tanh(0.5 * z)


@computed_in_double
def log_sigmoid(z: Array, /) -> Array:
    r"""Log probability $\ln \sigma(z) = -\ln(1 + e^{-z})$.

    Args:
        z: Any shape; the score, finite, in nats.

    Returns:
        Shape of `z`; values <= 0, in nats.

    Raises:
        ValueError: If a score is NaN or infinite.

    Source:
        $\min(z, 0) - \ln(1 + e^{-|z|})$ (Maechler 2012, "Accurately computing log(1 - exp(-|a|))"):
        both terms have the same sign, so nothing cancels.
    """
    return np.where(z.real >= 0.0, 0.0, z) - _log1p(_decay(z))


@computed_in_double
def log_sigmoid_slope(z: Array, /) -> Array:
    r"""Slope of `log_sigmoid`: $1 - \sigma(z) = \sigma(-z)$.

    Args:
        z: Any shape; the score, finite, in nats.

    Returns:
        Shape of `z`; values in [0, 1].

    Raises:
        ValueError: If a score is NaN or infinite.
    """
    return sigmoid(-z)


@computed_in_double
def logit(p: Array, /) -> Array:
    r"""Log odds $\ln \frac{p}{1 - p}$, the inverse of `sigmoid`.

    Args:
        p: Any shape; probabilities, 0 < p < 1.

    Returns:
        Shape of `p`; log odds in nats.

    Raises:
        ValueError: If a value is not between 0 and 1, or is NaN.

    Source:
        $2 \operatorname{artanh}(2p - 1)$ for 1/4 < p < 3/4, where the subtraction is exact and the
        quotient's logarithm would cancel; the definition elsewhere.

    Example:
        >>> float(logit(0.5))
        0.0
    """
    _between_0_and_1(p, "logit")
    central = np.abs(p.real - 0.5) < 0.25
    middle = np.where(central, p, 0.5)
    outer = np.where(central, 0.25, p)
    return np.where(central, 2.0 * np.arctanh(2.0 * middle - 1.0), np.log(outer / (1.0 - outer)))


@computed_in_double
def logit_slope(p: Array, /) -> Array:
    r"""Slope of `logit`: $\frac{1}{p(1 - p)}$.

    Args:
        p: Any shape; probabilities, 0 < p < 1.

    Returns:
        Shape of `p`; values >= 4, in nats; infinite below p = 5.6e-309, where the exact value is
        larger than the largest float64.

    Raises:
        ValueError: If a value is not between 0 and 1, or is NaN.

    Example:
        >>> float(logit_slope(0.5))
        4.0
    """
    _between_0_and_1(p, "logit_slope")
    return 1.0 / (p * (1.0 - p))


@computed_in_double
def tanh(z: Array, /) -> Array:
    r"""Hyperbolic tangent $\tanh(z) = \frac{e^z - e^{-z}}{e^z + e^{-z}}$.

    Args:
        z: Any shape; the pre-activation, finite.

    Returns:
        Shape of `z`; values in [-1, 1].

    Raises:
        ValueError: If a value is NaN or infinite.
    """
    return np.tanh(z)


@computed_in_double
def tanh_slope(z: Array, /) -> Array:
    r"""Slope $\tanh'(z) = 1 - \tanh^2(z)$.

    Args:
        z: Any shape; the pre-activation, finite.

    Returns:
        Shape of `z`; values in [0, 1].

    Raises:
        ValueError: If a value is NaN or infinite.

    Source:
        $1 - \tanh^2 z = \operatorname{sech}^2 z$, with $\operatorname{sech} z = 2t/(1+t^2)$ and
        $t = e^{-|z|}$. The difference on the left is 0 from z = 20 on; this form is not.
    """
    return sech(z) ** 2


@computed_in_double
def sech(z: Array, /) -> Array:
    r"""Hyperbolic secant $1/\cosh(z)$, the square root of `tanh_slope`.

    Args:
        z: Any shape, finite.

    Returns:
        Shape of `z`; values in [0, 1].

    Raises:
        ValueError: If a value is NaN or infinite.
    """
    t = _decay(z)
    return 2.0 * t / (1.0 + t * t)


@computed_in_double
def softmax(scores: Array, /, axis: int = -1) -> Array:
    r"""Probabilities $p_k = e^{z_k} / \sum_j e^{z_j}$ along one axis.

    Args:
        scores: Shape (..., K); the scores $z$, finite, in nats.
        axis: The axis that holds the K classes.

    Returns:
        Shape of `scores`; values in [0, 1] that sum to 1 along `axis`.

    Raises:
        ValueError: If a score is NaN or infinite, or there is no class.

    Source:
        Shift by the maximum: Blanchard, Higham & Higham (2021), doi:10.1093/imanum/draa038. What
        rounding takes from $z_k - \max z$ is put back: at a gap of 700 it would cost 250 ulp.
    """
    return np.moveaxis(_Shifted(np.moveaxis(scores, _axis(scores, axis), -1)).p, -1, axis)


@computed_in_double
def softmax_jacobian(scores: Array, /) -> Array:
    r"""Jacobian $\partial p_i / \partial z_k = p_i(\delta_{ik} - p_k)$ of `softmax`.

    Args:
        scores: Shape (..., K); the scores $z$, finite, in nats.

    Returns:
        Shape (..., K, K): row i, column k; symmetric, each row sums to 0.

    Raises:
        ValueError: If a score is NaN or infinite, or there is no class.
    """
    _axis(scores, -1)
    shifted = _Shifted(scores)
    p = shifted.p
    return _with_diagonal(-p[..., :, None] * p[..., None, :], p * shifted.complement)


@computed_in_double
def log_softmax(scores: Array, /, axis: int = -1) -> Array:
    r"""Log probabilities $\ln p_k = z_k - \ln \sum_j e^{z_j}$ along one axis.

    Args:
        scores: Shape (..., K); the scores $z$, finite, in nats.
        axis: The axis that holds the K classes.

    Returns:
        Shape of `scores`; values <= 0, in nats; -inf only where the exact value lies below the
        smallest float64.

    Raises:
        ValueError: If a score is NaN or infinite, or there is no class.

    Source:
        $(z_k - z_{\max}) - \ln(1 + r)$, where r is the sum over all classes but the largest one:
        both terms are <= 0, so even a log probability of -1e-300 keeps its digits.
    """
    shifted = _Shifted(np.moveaxis(scores, _axis(scores, axis), -1))
    return np.moveaxis(shifted.gap + (shifted.lost - _log1p(shifted.rest)), -1, axis)


@computed_in_double
def log_softmax_jacobian(scores: Array, /) -> Array:
    r"""Jacobian $\partial \ln p_i / \partial z_k = \delta_{ik} - p_k$ of `log_softmax`.

    Args:
        scores: Shape (..., K); the scores $z$, finite, in nats.

    Returns:
        Shape (..., K, K): row i, column k; each row sums to 0.

    Raises:
        ValueError: If a score is NaN or infinite, or there is no class.
    """
    _axis(scores, -1)
    shifted = _Shifted(scores)
    others = np.repeat(-shifted.p[..., None, :], scores.shape[-1], axis=-2)
    return _with_diagonal(others, shifted.complement)


class _Shifted:
    """Scores of shape (..., K) seen from the largest one: every exponent is <= 0."""

    def __init__(self, scores: Array) -> None:
        self.top = np.expand_dims(scores.real.argmax(axis=-1), -1)
        self.gap, self.lost = _difference(scores, np.take_along_axis(scores, self.top, axis=-1))
        self.weights: Array = np.exp(self.gap)
        self.weights += self.weights * self.lost
        others = self.weights.copy()
        np.put_along_axis(others, self.top, 0.0, axis=-1)
        # Without the largest weight, which is 1: beside it, small ones would vanish.
        self.rest: Array = others.sum(axis=-1, keepdims=True)

    @property
    def p(self) -> Array:
        return self.weights / (1.0 + self.rest)

    @property
    def complement(self) -> Array:
        """1 - p; for the largest class, whose p may round to 1, from the others' weights."""
        result = 1.0 - self.p
        np.put_along_axis(result, self.top, self.rest / (1.0 + self.rest), axis=-1)
        return result


def _difference(a: Array, b: Array) -> tuple[Array, Array]:
    """The rounded a - b and what rounding took; nothing was taken where a - b is out of range."""
    with np.errstate(invalid="ignore"):
        gap, lost = two_sum(a, -b)
        return gap, np.where(np.isfinite(lost), lost, 0.0)


def _with_diagonal(matrices: Array, diagonal: Array) -> Array:
    k = np.arange(diagonal.shape[-1])
    matrices[..., k, k] = diagonal
    return matrices


def _decay(z: Array) -> Array:
    """e^{-|z|}; for complex z the branch is that of the real part, so the result is analytic."""
    return np.exp(np.where(z.real >= 0.0, -z, z))


def _log1p(t: Array) -> Array:
    """ln(1 + t); numpy's complex log1p loses the digits of a small real part."""
    if t.dtype.kind != "c":
        return np.log1p(t)
    x, y = t.real, t.imag
    result: Array = 0.5 * np.log1p(x * (2.0 + x) + y * y) + 1j * np.arctan2(y, 1.0 + x)
    return result


def _between_0_and_1(p: Array, owner: str) -> None:
    outside = p.real[(p.real <= 0.0) | (p.real >= 1.0)]
    if outside.size:
        raise ValueError(
            f"{owner} needs 0 < p < 1; got p = {outside[0]:g} ({outside.size} of {p.size} values "
            "outside). If p came from sigmoid it has saturated: pass the score z instead."
        )


def _axis(scores: Array, axis: int) -> int:
    if not -scores.ndim <= axis < scores.ndim or scores.shape[axis] == 0:
        raise ValueError(
            f"softmax needs at least one class along axis {axis}; got scores of shape "
            f"{scores.shape}. Pass an array of shape (..., K), one score a class."
        )
    return axis
