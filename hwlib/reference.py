r"""Exact values, to measure errors against, and correctly rounded ones, to build figures from.

`EXACT` holds each function of `activations` as mpmath computes it, from formulas that differ from
those in `activations`. `exp`, `log`, `log1p` and `tanh` here round the exact value once, to the
nearest float64. numpy's differ in the last bit from one processor to the next; a figure of rounding
errors that is built from these, and from + - * /, is the same on every machine.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import numpy as np
from mpmath import mp, mpf  # type: ignore[import-untyped]
from numpy.typing import ArrayLike

from hwlib import activations
from hwlib._inputs import Array, finite

Exact = Callable[[mpf], mpf]

# Enough to see on which side of a tie a value such as 1/2 + z/4 - z^3/48 lies, at z = 2^-52.
DIGITS = 80


def _exact(function: Exact) -> Exact:
    """Compute at `DIGITS` digits, whatever precision the caller has set."""

    @wraps(function)
    def wrapper(x: mpf) -> mpf:
        with mp.workdps(DIGITS):
            return +function(mpf(x))

    return wrapper


EXACT: Mapping[str, Exact] = {
    "sigmoid": _exact(lambda z: 1 / (1 + mp.exp(-z))),
    "sigmoid_slope": _exact(lambda z: 1 / (2 * mp.cosh(z / 2)) ** 2),
    "sigmoid_curvature": _exact(lambda z: -mp.tanh(z / 2) / (2 * mp.cosh(z / 2)) ** 2),
    "log_sigmoid": _exact(lambda z: z - mp.log1p(mp.exp(z)) if z < 0 else -mp.log1p(mp.exp(-z))),
    "log_sigmoid_slope": _exact(lambda z: 1 / (1 + mp.exp(z))),
    "logit": _exact(lambda p: mp.log(p / (1 - p))),
    "logit_slope": _exact(lambda p: 1 / p + 1 / (1 - p)),
    "tanh": _exact(mp.tanh),
    "tanh_slope": _exact(lambda z: 1 / mp.cosh(z) ** 2),
    "exp": _exact(mp.exp),
    "log": _exact(mp.log),
    "log1p": _exact(mp.log1p),
    "sin": _exact(mp.sin),
    "cos": _exact(mp.cos),
}

# What `activations` promises, in ulp, on any processor that numpy supports; `worst_ulp_errors`
# measures, the tests compare.
ULP_BOUNDS: Mapping[str, float] = {
    "sigmoid": 4.0,
    "sigmoid_slope": 6.0,
    "sigmoid_curvature": 6.0,
    "log_sigmoid": 4.0,
    "log_sigmoid_slope": 4.0,
    "logit": 4.0,
    "logit_slope": 3.0,
    "tanh": 4.0,
    "tanh_slope": 6.0,
    "softmax": 6.0,
    "log_softmax": 6.0,
}


@dataclass(frozen=True)
class Measured:
    """The worst error that was found.

    Attributes:
        name: The function, as in `activations`.
        ulps: Its largest error, in units in the last place of the exact value.
        at: The argument where it is that large.
        points: How many arguments were tried.
    """

    name: str
    ulps: float
    at: Any
    points: int


def exact_softmax(scores: Sequence[float]) -> list[mpf]:
    """Softmax of one vector of K scores, to `DIGITS` digits."""
    with mp.workdps(DIGITS):
        largest = max(scores)
        weights = [mp.exp(mpf(z) - largest) for z in scores]
        return [weight / mp.fsum(weights) for weight in weights]


def exact_log_softmax(scores: Sequence[float]) -> list[mpf]:
    """Log softmax of one vector of K scores, to `DIGITS` digits, also where it is nearly 0."""
    with mp.workdps(DIGITS):
        first, *others = sorted(map(mpf, scores), reverse=True)
        spill = mp.log1p(mp.fsum(mp.exp(z - first) for z in others))
        return [(mpf(z) - first) - spill for z in scores]


def nearest(value: mpf) -> float:
    """The float64 nearest to an exact value, subnormal results included; ±inf beyond the range.

    mpmath's own conversion rounds twice where the result is subnormal.
    """
    if not mp.isfinite(value) or value == 0:
        return float(value)
    sign, mantissa, exponent, bits = value._mpf_
    size = exponent + bits
    if size > 1024:
        rounded = float("inf")
    elif size < -1080:
        rounded = 0.0
    elif exponent >= 0:
        rounded = _integer_to_float(int(mantissa) << exponent)
    else:
        rounded = int(mantissa) / (1 << -exponent)  # division of integers rounds correctly
    return -rounded if sign else rounded


def ulp_error(computed: ArrayLike, exact: mpf) -> float:
    """Distance of a computed number from an exact one, in units in the last place.

    Args:
        computed: A number; its dtype, float32 or float64, sets the unit.
        exact: The value it should have.

    Returns:
        The error over the spacing of numbers of that dtype at the exact value; 0 if both lie
        beyond the range on the same side, infinite if only one does or the number is NaN.
    """
    value = np.asarray(computed)
    with np.errstate(over="ignore", under="ignore"):
        target = np.asarray(nearest(exact)).astype(value.dtype)
        unit = float(np.spacing(np.abs(target)))
    if not (np.isfinite(value) and np.isfinite(target)):
        return 0.0 if value == target else float("inf")
    with mp.workdps(DIGITS):
        return float(abs(mpf(float(value)) - exact) / unit)


def exp(x: ArrayLike) -> Array:
    """Exponential, correctly rounded; shape of x, infinite beyond 709.78 without a warning."""
    return _rounded("exp", x)


def log(x: ArrayLike) -> Array:
    """Natural logarithm of x > 0, correctly rounded; shape of x."""
    return _rounded("log", x)


def log1p(x: ArrayLike) -> Array:
    """Logarithm of 1 + x for x > -1, correctly rounded; shape of x."""
    return _rounded("log1p", x)


def tanh(x: ArrayLike) -> Array:
    """Hyperbolic tangent, correctly rounded; shape of x."""
    return _rounded("tanh", x)


def rounded(name: str, x: ArrayLike) -> Array:
    """Correctly rounded values of any function in `EXACT`; shape of x.

    Raises:
        ValueError: If there is no such function, or x is not finite.
    """
    if name not in EXACT:
        raise ValueError(f"reference has no function {name!r}; it has {', '.join(sorted(EXACT))}.")
    return _rounded(name, x)


def worst_ulp_errors(count: int = 1000, seed: int = 20230) -> list[Measured]:
    """Measure every function of `activations` against its exact values.

    Args:
        count: How many arguments of each kind: spread over the ordinary range, spread over all
            magnitudes of float64, and the special ones besides.
        seed: Of the random arguments.

    Returns:
        One entry a function of `ULP_BOUNDS`, in that order.
    """
    random = np.random.default_rng(seed)
    scores, probabilities = _scores(random, count), _probabilities(random, count)
    vectors = _vectors(random, count)
    measured = []
    for name in ULP_BOUNDS:
        if name.endswith("softmax"):
            measured.append(_worst_of_vectors(name, vectors))
        else:
            measured.append(_worst(name, probabilities if "logit" in name else scores))
    return measured


def _worst(name: str, points: Array) -> Measured:
    computed = getattr(activations, name)(points)
    errors = [ulp_error(c, EXACT[name](x)) for c, x in zip(computed, points.tolist(), strict=True)]
    worst = int(np.argmax(errors))
    return Measured(name, errors[worst], float(points[worst]), points.size)


def _worst_of_vectors(name: str, vectors: Sequence[Array]) -> Measured:
    exact = {"softmax": exact_softmax, "log_softmax": exact_log_softmax}[name]
    worst, at = 0.0, vectors[0]
    for scores in vectors:
        computed = getattr(activations, name)(scores)
        for c, e in zip(computed, exact(scores.tolist()), strict=True):
            error = ulp_error(c, e)
            if error > worst:
                worst, at = error, scores
    return Measured(name, worst, at, sum(scores.size for scores in vectors))


def _scores(random: np.random.Generator, count: int) -> Array:
    special = [0.0, 5e-324, 2.0**-1022, 36.7, 37.0, 354.9, 372.6, 700.0, 708.4, 709.8, 745.2, 1e308]
    magnitude = _powers_of_two(random.uniform(-1074.0, 1023.9, count))
    positive = np.concatenate([special, random.uniform(0.0, 750.0, count), magnitude])
    near = random.normal(0.0, 3.0, count)
    return np.concatenate([positive, -positive, near])


def _probabilities(random: np.random.Generator, count: int) -> Array:
    special = [5e-324, 1e-310, 2.0**-1022, 0.25, np.nextafter(0.5, 0.0), 0.5, 0.75, 1.0 - 2.0**-53]
    small = _powers_of_two(random.uniform(-1074.0, -1.0, count))
    distance = _powers_of_two(random.uniform(-52.0, -2.0, count))
    even = random.uniform(2.0**-53, 1.0, count)
    return np.concatenate(
        [special, small, even, 0.5 + distance, 0.5 - distance / 2, 1.0 - distance / 2]
    )


def _powers_of_two(exponents: Array) -> Array:
    with np.errstate(under="ignore"):
        result: Array = np.exp2(exponents)
        return result


def _vectors(random: np.random.Generator, count: int) -> list[Array]:
    sizes = random.integers(1, 12, count // 4)
    spreads = 10.0 ** random.uniform(-3.0, 2.8, count // 4)
    special = [np.array([1e308, -1e308]), np.array([0.0, -740.0]), np.array([1e6, 1e6 + 1.0])]
    pairs = zip(sizes, spreads, strict=True)
    return special + [random.normal(0.0, spread, size) for size, spread in pairs]


def _rounded(name: str, x: ArrayLike) -> Array:
    array = np.asarray(finite(x, f"reference.{name}"), dtype=np.float64)
    values = [nearest(EXACT[name](v)) for v in array.ravel().tolist()]
    return _shaped(values, array)


def _shaped(values: Iterable[float], like: Array) -> Array:
    result: Array = np.array(list(values), dtype=np.float64).reshape(like.shape)[()]
    return result


def _integer_to_float(number: int) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf")
