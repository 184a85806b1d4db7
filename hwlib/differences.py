"""Numerical differentiation, to check a gradient that was derived by hand."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from hwlib._inputs import Array, finite

Function = Callable[[Array], ArrayLike]

# The error of a central difference is about h^2 + eps/h: smallest near the cube root of eps.
CENTRAL_STEP = float(np.cbrt(np.finfo(np.float64).eps))
# The imaginary part needs no subtraction, so the step may be so small that its square vanishes.
COMPLEX_STEP = 1e-20


def central_difference(f: Function, x: ArrayLike, step: ArrayLike | None = None) -> Array:
    r"""Slope $\frac{f(x+h) - f(x-h)}{2h}$ of a function that works element by element.

    Args:
        f: Takes and gives arrays of one shape.
        x: Any shape; where to differentiate, finite and real.
        step: The step h > 0, of a shape that broadcasts with x. Default: 6.1e-6 max(1, |x|).

    Returns:
        The broadcast shape of x and step. The error falls as $h^2$ until rounding, which grows as
        $1/h$, takes over.

    Raises:
        ValueError: If x or step is not finite and real, or the step vanishes beside x.
    """
    point = _real(x, "central_difference: x")
    h = _steps(point, step)
    right, left = point + h, point - h
    _refuse_vanishing(point, h, right - left)
    # Divided by the distance of the two points as rounded, not by 2h.
    return _quotient(_values(f, right) - _values(f, left), right - left)


def complex_step(f: Function, x: ArrayLike, step: ArrayLike = COMPLEX_STEP) -> Array:
    r"""Slope $\operatorname{Im} f(x + ih)/h$ of an analytic function, element by element.

    Args:
        f: Takes and gives complex arrays of one shape; built of analytic operations only (no
            absolute value, no conjugate).
        x: Any shape; where to differentiate, finite and real.
        step: The step h > 0, of a shape that broadcasts with x.

    Returns:
        The broadcast shape of x and step; exact to rounding for any small step, because nothing is
        subtracted.

    Raises:
        ValueError: If x or step is not finite and real, or step is not positive.

    Source:
        Squire & Trapp (1998), doi:10.1137/S003614459631241X.
    """
    point = _real(x, "complex_step: x")
    h = _positive(step)
    return _quotient(_values(f, point + 1j * h).imag, h)


def central_gradient(f: Function, x: ArrayLike, step: ArrayLike | None = None) -> Array:
    r"""Gradient of a function of a vector, one central difference a component.

    Args:
        f: Takes a vector of shape (n,), gives a number, or an array of any shape S.
        x: Shape (n,); where to differentiate, finite and real.
        step: The step h > 0, one number or one a component. Default: 6.1e-6 max(1, |x_i|).

    Returns:
        Shape (n,), or S + (n,): the Jacobian, its column i the derivative by $x_i$.

    Raises:
        ValueError: If x is not a finite real vector, or the step vanishes beside x.
    """
    point = _vector(x, "central_gradient")
    h = np.broadcast_to(_steps(point, step), point.shape)
    gap = (point + h) - (point - h)
    _refuse_vanishing(point, h, gap)
    rises = [_values(f, point + move) - _values(f, point - move) for move in np.diag(h)]
    return _quotient(np.stack(rises, axis=-1), gap)


def complex_step_gradient(f: Function, x: ArrayLike, step: float = COMPLEX_STEP) -> Array:
    r"""Gradient of an analytic function of a vector, one complex step a component.

    Args:
        f: Takes a complex vector of shape (n,), gives a number, or an array of any shape S.
        x: Shape (n,); where to differentiate, finite and real.
        step: The step h > 0.

    Returns:
        Shape (n,), or S + (n,): the Jacobian, its column i the derivative by $x_i$.

    Raises:
        ValueError: If x is not a finite real vector, or step is not positive.
    """
    point = _vector(x, "complex_step_gradient")
    h = _positive(step)
    columns = [_values(f, point + 1j * move).imag for move in np.eye(point.size) * h]
    return _quotient(np.stack(columns, axis=-1), h)


def relative_error(a: ArrayLike, b: ArrayLike) -> float:
    r"""Distance of two gradients beside their length: $\|a-b\| / \max(\|a\|, \|b\|)$.

    Args:
        a: Any shape; one gradient, finite and real.
        b: The shape of a; the other gradient.

    Returns:
        A number in [0, 2]; 0 for equal gradients (two zero gradients as well), 2 for opposite ones.

    Raises:
        ValueError: If the shapes differ, or a value is not finite and real.
    """
    first, second = (_real(v, "relative_error").astype(np.float64).ravel() for v in (a, b))
    if np.shape(a) != np.shape(b):
        raise ValueError(
            f"relative_error needs two gradients of one shape; got {np.shape(a)} and "
            f"{np.shape(b)}. A shape that broadcasts is a common slip: reshape on purpose."
        )
    largest = max(np.abs(first).max(initial=0.0), np.abs(second).max(initial=0.0))
    if largest == 0.0:
        return 0.0
    with np.errstate(under="ignore"):
        first, second = first / largest, second / largest  # squares can no longer overflow
        longest = max(np.linalg.norm(first), np.linalg.norm(second))
        return float(np.linalg.norm(first - second) / longest)


def _real(values: ArrayLike, owner: str) -> Array:
    array = finite(values, owner)
    if array.dtype.kind == "c":
        raise ValueError(
            f"{owner} needs real numbers; got dtype {array.dtype}. Pass its real part."
        )
    return array if array.dtype == np.float32 else array.astype(np.float64)


def _vector(x: ArrayLike, owner: str) -> Array:
    point = _real(x, f"{owner}: x").astype(np.float64)
    if point.ndim != 1 or point.size == 0:
        raise ValueError(
            f"{owner} needs x of shape (n,), n >= 1; got shape {point.shape}. For a function that "
            "works element by element use central_difference or complex_step."
        )
    return point


def _steps(point: Array, step: ArrayLike | None) -> Array:
    if step is None:
        eps = np.finfo(point.dtype).eps
        return np.asarray(np.cbrt(eps) * np.maximum(1.0, np.abs(point)))
    return _positive(step)


def _positive(step: ArrayLike) -> Array:
    h = _real(step, "step")
    if np.any(h <= 0.0):
        raise ValueError(
            f"step needs to be positive; got {h.min():g}. Take the default, or about 6e-6 for a "
            "central difference and 1e-20 for a complex step."
        )
    return h


def _refuse_vanishing(point: Array, h: Array, gap: Array) -> None:
    if np.any(gap == 0.0):
        raise ValueError(
            f"step needs to be large enough to move x; got step {h.min():g} at |x| up to "
            f"{np.abs(point).max():g}. Take a step above 1e-16 |x|, or the default."
        )


def _quotient(rise: Array, run: Array) -> Array:
    with np.errstate(under="ignore"):
        result: Array = np.asarray(rise / run)[()]
        return result


def _values(f: Function, x: Array) -> Array:
    return np.asarray(f(x))
