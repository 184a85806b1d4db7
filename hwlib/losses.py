r"""Losses of classifiers, computed from scores, each beside its derivatives.

A loss is never computed from a probability: that may have been rounded to 0, and its logarithm is
then minus infinity. `activations.log_softmax` and `log_sigmoid` take the scores themselves.
"""

import numpy as np
from numpy.typing import ArrayLike

from hwlib._inputs import Array, computed_in_double, finite
from hwlib.activations import log_sigmoid, log_softmax, sigmoid, sigmoid_slope, softmax

_ROUNDING = 1e-6  # labels that were computed in single precision still count as adding up to 1


@computed_in_double
def log_sum_exp(scores: Array, /) -> Array:
    r"""Smooth maximum $\ln \sum_j e^{z_j}$ along the last axis; its gradient is `softmax`.

    Args:
        scores: Shape (..., K), K >= 1; the scores $z$, finite, in nats.

    Returns:
        Shape (...); between the largest score and that plus $\ln K$.

    Raises:
        ValueError: If a score is NaN or infinite, or there is no class.

    Source:
        $m - \ln p_m$ for the largest score m and its softmax probability, whose logarithm
        `log_softmax` gives without overflow and without rounding 1 + tiny to 1.

    Example:
        >>> float(log_sum_exp([1000.0]))
        1000.0
    """
    log_p = log_softmax(scores)
    largest = np.expand_dims(scores.real.argmax(axis=-1), -1)
    value: Array = np.take_along_axis(scores - log_p, largest, axis=-1)[..., 0]
    return value


def cross_entropy(scores: ArrayLike, labels: ArrayLike) -> Array:
    r"""Cross-entropy $L = -\sum_j y_j \ln p_j$ of labels and the softmax p of scores.

    Args:
        scores: Shape (..., K); the scores $z$, finite, in nats.
        labels: Shape (..., K); $y_j \ge 0$, adding up to 1; one-hot for a known class.

    Returns:
        Shape (...); values >= 0, in nats.

    Raises:
        ValueError: If the shapes differ, a value is NaN or infinite, or the labels are no
            probabilities.
    """
    y = _labels(scores, labels)
    return np.asarray(-(y * log_softmax(scores)).sum(axis=-1))[()]


def cross_entropy_gradient(scores: ArrayLike, labels: ArrayLike) -> Array:
    r"""Gradient $\partial L / \partial z_i = p_i - y_i$ of `cross_entropy`.

    Args:
        scores: Shape (..., K); the scores $z$, finite, in nats.
        labels: Shape (..., K); $y_j \ge 0$, adding up to 1.

    Returns:
        Shape (..., K); adds up to 0.

    Raises:
        ValueError: As for `cross_entropy`.
    """
    y = _labels(scores, labels)
    return softmax(scores) - y


def logistic_loss(z: ArrayLike, y: ArrayLike) -> Array:
    r"""Logistic loss $\ell = -y \ln \sigma(z) - (1 - y) \ln(1 - \sigma(z)) = \ln(1 + e^z) - yz$.

    Args:
        z: Any shape; the score, finite, in nats.
        y: A shape that broadcasts with z; the label, 0 <= y <= 1.

    Returns:
        The broadcast shape; values >= 0, in nats.

    Raises:
        ValueError: If a score is NaN or infinite, or a label is outside [0, 1].

    Source:
        Both terms of the first form are >= 0, so nothing cancels; $1 - \sigma(z) = \sigma(-z)$.
    """
    scores, label = finite(z, "logistic_loss: z"), _label(y)
    return np.asarray(-label * log_sigmoid(scores) - (1.0 - label) * log_sigmoid(-scores))[()]


def logistic_loss_slope(z: ArrayLike, y: ArrayLike) -> Array:
    r"""Slope $d\ell/dz = \sigma(z) - y$ of `logistic_loss`.

    Args:
        z: Any shape; the score, finite, in nats.
        y: A shape that broadcasts with z; the label, 0 <= y <= 1.

    Returns:
        The broadcast shape; values in [-1, 1].

    Raises:
        ValueError: If a score is NaN or infinite, or a label is outside [0, 1].

    Source:
        $(1 - y)\sigma(z) - y\sigma(-z)$, which keeps its digits where $\sigma(z)$ rounds to 1.
    """
    scores, label = finite(z, "logistic_loss_slope: z"), _label(y)
    return np.asarray((1.0 - label) * sigmoid(scores) - label * sigmoid(-scores))[()]


def logistic_loss_curvature(z: ArrayLike) -> Array:
    r"""Second derivative $d^2\ell/dz^2 = \sigma(z)(1 - \sigma(z))$ of `logistic_loss`, any label.

    Args:
        z: Any shape; the score, finite, in nats.

    Returns:
        Shape of z; values in [0, 1/4].

    Raises:
        ValueError: If a score is NaN or infinite.
    """
    return sigmoid_slope(z)


def _labels(scores: ArrayLike, labels: ArrayLike) -> Array:
    y = finite(labels, "cross_entropy: labels")
    shape = np.shape(scores)
    if y.shape != shape:
        raise ValueError(
            f"cross_entropy needs labels of the shape of the scores, {shape}; got {y.shape}. "
            "Write the class as a one-hot vector: np.eye(K)[class]."
        )
    sums = y.sum(axis=-1)
    if np.any(y < 0.0) or np.any(np.abs(sums - 1.0) > _ROUNDING):
        raise ValueError(
            "cross_entropy needs labels >= 0 that add up to 1; got a smallest label of "
            f"{y.min():g} and sums from {sums.min():g} to {sums.max():g}. Divide by the sum."
        )
    return y


def _label(y: ArrayLike) -> Array:
    label = finite(y, "logistic_loss: y")
    if np.any((label < 0.0) | (label > 1.0)):
        raise ValueError(
            f"logistic_loss needs 0 <= y <= 1; got labels from {label.min():g} to "
            f"{label.max():g}. Labels -1 and 1 become (t + 1)/2."
        )
    return label
