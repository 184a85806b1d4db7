r"""The functions that need no definition: real arguments, real values, real domains.

A name stands for what calculus calls it: `\log` is the natural logarithm, `\sin^{-1}` the inverse
that a pocket calculator has. Each function stands next to its slope. Where a function is flat or
linear to all digits of the precision (`\tanh 100`, `\cos 10^{-40}`), its value says nothing about
an equality: `Absorbed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from hwlib.mathcheck.dual import Dual, lift, primal
from hwlib.mathcheck.real import (
    Absorbed,
    NotReal,
    Real,
    TooLarge,
    bounded,
    is_whole,
    magnitude,
    mp,
    plain,
    power_of_ten,
    precision,
)

_EXP_LIMIT = 200  # exp of more than 2**200 is out of reach
_TRIG_LIMIT = 400  # so many bits before the point leave some behind it
_GAMMA_LIMIT = 10**5
_LN_10 = 2.302585
LARGE_POWER = 10**4  # beyond, a power goes through its logarithm


class NoSlope(Exception):  # noqa: N818  a reason to differentiate by differences
    """A function whose slope is not known in closed form here."""


Function = Callable[[Real], Real]


class _Smooth(NamedTuple):
    """A function on an open or closed interval, and its slope."""

    value: Function
    slope: Function
    low: int | None = None
    high: int | None = None
    open: bool = False
    limit: int | None = None  # of the argument's binary exponent


def _one_over_root(sign: int, offset: int) -> Function:
    """The slope of an inverse function: 1 / sqrt(offset + sign x²)."""
    return lambda x: 1 / root(offset + sign * x * x, mp.mpf(2))


_SMOOTH: dict[str, _Smooth] = {
    "exp": _Smooth(mp.exp, lambda x: call("exp", x), limit=_EXP_LIMIT),
    "ln": _Smooth(mp.log, lambda x: 1 / x, low=0, open=True),
    "sin": _Smooth(mp.sin, lambda x: call("cos", x), limit=_TRIG_LIMIT),
    "cos": _Smooth(mp.cos, lambda x: -call("sin", x), limit=_TRIG_LIMIT),
    "tan": _Smooth(mp.tan, lambda x: 1 / call("cos", x) ** 2, limit=_TRIG_LIMIT),
    "sinh": _Smooth(mp.sinh, lambda x: call("cosh", x), limit=_EXP_LIMIT),
    "cosh": _Smooth(mp.cosh, lambda x: call("sinh", x), limit=_EXP_LIMIT),
    "tanh": _Smooth(mp.tanh, lambda x: 1 / call("cosh", x) ** 2, limit=_EXP_LIMIT),
    "arcsin": _Smooth(mp.asin, _one_over_root(-1, 1), -1, 1),
    "arccos": _Smooth(mp.acos, lambda x: -_one_over_root(-1, 1)(x), -1, 1),
    "arctan": _Smooth(mp.atan, lambda x: 1 / (1 + x * x)),
    "arsinh": _Smooth(mp.asinh, _one_over_root(1, 1)),
    "arcosh": _Smooth(mp.acosh, _one_over_root(1, -1), low=1),
    "artanh": _Smooth(mp.atanh, lambda x: 1 / (1 - x * x), -1, 1, open=True),
    "erf": _Smooth(mp.erf, lambda x: 2 / mp.sqrt(mp.pi) * call("exp", -x * x), limit=_EXP_LIMIT),
}
_RECIPROCAL = {
    "sec": "cos", "csc": "sin", "cot": "tan", "sech": "cosh", "csch": "sinh", "coth": "tanh",
}  # fmt: skip
_STEPS: dict[str, Function] = {
    "floor": mp.floor, "ceil": mp.ceil, "sgn": mp.sign, "sign": mp.sign,
}  # fmt: skip
_SAME = {
    "log": "ln",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "arcsinh": "arsinh",
    "asinh": "arsinh",
    "arccosh": "arcosh",
    "acosh": "arcosh",
    "arctanh": "artanh",
    "atanh": "artanh",
}
_TURNS = ("sin", "cos", "tan")
_FLAT = ("tanh", "erf", "cos", "cosh", "sinh", "exp", "sin")  # may be flat or linear by rounding
INVERSES = {
    "sin": "arcsin",
    "cos": "arccos",
    "tan": "arctan",
    "sinh": "arsinh",
    "cosh": "arcosh",
    "tanh": "artanh",
    "exp": "ln",
    "ln": "exp",
    "log": "exp",
    "arcsin": "sin",
    "arccos": "cos",
    "arctan": "tan",
    "arsinh": "sinh",
    "artanh": "tanh",
}
SCALAR_FUNCTIONS = frozenset({*_SMOOTH, *_RECIPROCAL, *_STEPS, *_SAME, "\\Gamma"})


def call(name: str, x: Real, *, exact: bool = False) -> Real:
    """Return the value of a function of one real.

    Args:
        name: One of `SCALAR_FUNCTIONS`.
        x: The argument.
        exact: Whether a value that has lost its argument to rounding is refused.

    Raises:
        NotReal: Outside the domain.
        Absorbed: If `exact` and the value is flat or linear to every digit.
        NoSlope: If a slope is asked for that is not known.
    """
    name = _SAME.get(name, name)
    function = _SMOOTH.get(name)
    if function is None:
        return _other(name, x, exact)
    if isinstance(x, Dual):
        _check_inside(function, x)
        return Dual(x.tag, call(name, x.value, exact=exact), function.slope(x.value) * x.slope)
    known = _VALUES.get((name, mp.prec, x._mpf_)) or _computed(name, function, x)
    if exact and known.lost:
        raise Absorbed
    return known.value


def _other(name: str, x: Real, exact: bool) -> Real:
    if name in _RECIPROCAL:
        return divide(mp.mpf(1), call(_RECIPROCAL[name], x, exact=exact))
    return gamma(x) if name == "\\Gamma" else _step(name, x)


class _Known(NamedTuple):
    """A value, and whether the argument is lost in it to rounding."""

    value: Real
    lost: bool


_VALUES: dict[tuple[str, int, object], _Known] = {}  # what was computed lately
_MANY = 5000


def _computed(name: str, function: _Smooth, x: Real) -> _Known:
    """Compute a value at a plain number, and keep it: the same one is asked for again."""
    _check_inside(function, x)
    value = bounded(_turned(name, x) if name in _TURNS else function.value(x))
    if len(_VALUES) > _MANY:
        _VALUES.clear()
    known = _Known(value, bool(x) and name in _FLAT and _lost(name, x, value))
    _VALUES[name, mp.prec, x._mpf_] = known
    return known


def _turned(name: str, x: Real) -> Real:
    """Return sine, cosine or tangent, exactly zero or none where only the rounding of π is left."""
    cosine, sine = mp.cos_sin(x)
    rounding = abs(x) * power_of_ten(3 - mp.dps)
    if name != "cos" and abs(sine) < rounding:
        return mp.zero
    if name != "sin" and abs(cosine) < rounding:
        if name == "tan":
            raise NotReal
        return mp.zero
    return {"sin": sine, "cos": cosine}.get(name) or sine / cosine


def _check_inside(function: _Smooth, x: Real) -> None:
    """Raise NotReal outside the domain, TooLarge for what cannot be computed."""
    if function.low is None and function.high is None and function.limit is None:
        return
    number = primal(x)
    closed = not function.open and not isinstance(x, Dual)
    if function.low is not None and not (
        number > function.low or (closed and number == function.low)
    ):
        raise NotReal
    if function.high is not None and not (
        number < function.high or (closed and number == function.high)
    ):
        raise NotReal
    if function.limit is not None and magnitude(number) > function.limit:
        raise TooLarge


def _lost(name: str, x: Real, value: Real) -> bool:
    """Whether rounding has made a value 1 or linear; cos is 1 at a multiple of π by right.

    Far out, cosh and sinh are the same but for e^-x, which is lost beside e^x.
    """
    if name == "cos" and abs(value) == 1:
        return bool(abs(mp.sin(x)) > abs(x) * power_of_ten(3 - mp.dps))
    if name in ("cosh", "sinh") and abs(x) > _LN_10 / 2 * (precision() - 8):
        return True
    return value in (1, -1) or magnitude(x) < -0.8 * precision()


def _step(name: str, x: Real) -> Real:
    """A function with jumps has slope zero between them and none at them."""
    number = primal(x)
    if isinstance(x, Dual):
        if mp.isint(number):
            raise NotReal
        return _step(name, number)
    return _STEPS[name](number)


def ln(x: Real) -> Real:
    """The natural logarithm of a positive number."""
    return call("ln", x)


def gamma(x: Real) -> Real:
    """Γ; it has poles at 0, -1, -2, …."""
    if isinstance(x, Dual):
        raise NoSlope
    if abs(x) > _GAMMA_LIMIT:
        raise TooLarge
    if x <= 0 and mp.isint(x):
        raise NotReal
    return mp.gamma(x)


def factorial(x: Real) -> Real:
    """Return x! = Γ(x + 1)."""
    return gamma(x + 1)


def binomial(n: Real, k: Real) -> Real:
    """`n` choose `k`; zero for an integer k < 0 or k > n ≥ 0."""
    if isinstance(n, Dual) or isinstance(k, Dual):
        raise NoSlope
    if max(abs(n), abs(k)) > _GAMMA_LIMIT:
        raise TooLarge
    return bounded(mp.binomial(n, k))


def power(base: Real, exponent: Real) -> Real:
    """Return base ** exponent over the reals: a negative base wants an integer exponent."""
    whole = is_whole(exponent)
    if base == 0:
        return _power_of_zero(base, exponent)
    if base < 0 and not whole:
        raise NotReal
    if whole and abs(exponent) < LARGE_POWER:
        return whole_power(base, int(exponent))
    if magnitude(exponent) > _EXP_LIMIT:
        raise TooLarge
    value = call("exp", exponent * call("ln", abs(base)))
    return -value if base < 0 and int(exponent) % 2 else value


def whole_power(base: Real, exponent: int) -> Real:
    """Return base ** exponent for a whole number below `LARGE_POWER`."""
    if not base:
        return _power_of_zero(base, mp.mpf(exponent))
    if exponent < 0 and _divisors:
        _divisors[-1].append(abs(plain(base)))
    return bounded(base**exponent)


def _power_of_zero(base: Real, exponent: Real) -> Real:
    if isinstance(base, Dual) and is_whole(exponent) and exponent >= 0:
        return base ** int(exponent)
    if exponent < 0 or isinstance(base, Dual):
        raise NotReal
    return mp.mpf(primal(exponent) == 0)


def root(value: Real, index: Real) -> Real:
    """Return the real root; an odd root of a negative number is negative."""
    if index == 0:
        raise NotReal
    if value < 0:
        if not is_whole(index) or int(index) % 2 == 0:
            raise NotReal
        return -root(-value, index)
    if isinstance(value, Dual):
        if primal(value) == 0:
            raise NotReal
        return lift(value, lambda x: root(x, index), lambda x: root(x, index) / (index * x))
    return mp.sqrt(value) if index == 2 else power(value, 1 / index)


def divide(numerator: Real, denominator: Real) -> Real:
    """Return the quotient; a zero denominator has none."""
    if not denominator:
        raise NotReal
    if _divisors:
        _divisors[-1].append(abs(plain(denominator)))
    return numerator / denominator


_divisors: list[list[Real]] = []  # one list for each watch that is kept now


@contextmanager
def watched_divisors() -> Iterator[list[Real]]:
    """Give a list that is filled with the sizes of what is divided by meanwhile."""
    _divisors.append([])
    try:
        yield _divisors[-1]
    finally:
        _divisors.pop()


def constant(name: str) -> Real:
    """Return e or π."""
    return +mp.e if name == "e" else +mp.pi


def total(numbers: list[Real]) -> Real:
    """Return the sum of numbers, dual ones too."""
    result = numbers[0]
    for x in numbers[1:]:
        result = result + x
    return result
