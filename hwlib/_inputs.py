"""What the numeric core accepts, what it gives back, and the words in which it refuses the rest."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate, NoReturn, ParamSpec

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
Rest = ParamSpec("Rest")


def computed_in_double(
    function: Callable[Concatenate[Array, Rest], Array],
) -> Callable[Concatenate[ArrayLike, Rest], Array]:
    """Let a function of one float64 or complex128 array take and give what its callers hold.

    The wrapped function sees finite double-precision values only. Single precision in gives single
    precision out, rounded once; everything else gives double; a scalar gives a numpy scalar.
    Underflow, and overflow where the exact result lies outside the range, round without a warning.
    """

    @functools.wraps(function)
    def wrapper(values: ArrayLike, /, *args: Rest.args, **kwargs: Rest.kwargs) -> Array:
        given = finite(values, function.__name__)
        with np.errstate(under="ignore", over="ignore"):
            result = function(in_double(given), *args, **kwargs)
            return as_given(result, given)

    return wrapper


def finite(values: ArrayLike, owner: str) -> Array:
    """The values as an array of finite numbers.

    Args:
        values: Any shape; real or complex numbers.
        owner: What needs them, as the message shall name it.

    Raises:
        ValueError: If they are not numbers, not a rectangular array, NaN or infinite.
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        _refuse(f"{owner} needs an array of one shape; got rows of different lengths", error)
    if array.dtype.kind not in "biufc":
        _refuse(f"{owner} needs real or complex numbers; got dtype {array.dtype}")
    broken = array[~np.isfinite(array)]
    if broken.size:
        raise ValueError(
            f"{owner} needs finite numbers; got {broken[0]} ({broken.size} of {array.size} values "
            "are NaN or infinite). Look for a missing value or an overflow where they came from."
        )
    return array


def in_double(array: Array) -> Array:
    """The same values as float64, or complex128 if they are complex."""
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def as_given(result: Array, *given: Array) -> Array:
    """The result in single precision if everything given was, and as a scalar if it has no axis."""
    if all(array.dtype in (np.float32, np.complex64) for array in given):
        single = np.complex64 if result.dtype.kind == "c" else np.float32
        return result.astype(single)[()]
    return result[()]


def _refuse(what: str, cause: Exception | None = None) -> NoReturn:
    raise ValueError(f"{what}. Pass a number, or a (nested) list or array of numbers.") from cause
