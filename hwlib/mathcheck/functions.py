r"""The functions that need no definition: real arguments, real values, real domains.

A name stands for what calculus calls it: `\log` is the natural logarithm, `\sin^{-1}` the inverse
that a pocket calculator has. Where a function is flat or linear to all digits of the precision
(`\tanh 100`, `\cos 10^{-40}`), its value says nothing about an equality: `Absorbed`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hwlib.mathcheck.real import (
    Absorbed,
    NotReal,
    Real,
    TooLarge,
    bounded,
    magnitude,
    mp,
    precision,
    real,
)

_EXP_LIMIT = 200  # exp of more than 2**200 is out of reach
_GAMMA_LIMIT = 10**5
_LARGE_POWER = 10**4  # beyond, a power goes through its logarithm


def _exp(x: Real) -> Real:
    if magnitude(x) > _EXP_LIMIT:
        raise TooLarge
    return bounded(mp.exp(x))


def ln(x: Real) -> Real:
    """The natural logarithm of a positive number."""
    if x <= 0:
        raise NotReal
    return mp.log(x)


def gamma(x: Real) -> Real:
    """Γ; it has poles at 0, -1, -2, …."""
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
    if max(abs(n), abs(k)) > _GAMMA_LIMIT:
        raise TooLarge
    return bounded(mp.binomial(n, k))


def _trig(function: Callable[[Real], Real]) -> Callable[[Real], Real]:
    """Sine, cosine and their like: the argument's size must leave digits after the point."""

    def call(x: Real) -> Real:
        if magnitude(x) > 400:
            raise TooLarge
        return bounded(function(x))

    return call


def _reciprocal(function: Callable[[Real], Real]) -> Callable[[Real], Real]:
    def call(x: Real) -> Real:
        value = function(x)
        if value == 0:
            raise NotReal
        return 1 / value

    return call


def _within(function: Callable[[Real], Real], low: int, high: int) -> Callable[[Real], Real]:
    """Restrict a function to the closed interval where it is real."""

    def call(x: Real) -> Real:
        if not low <= x <= high:
            raise NotReal
        return bounded(function(x))

    return call


def _artanh(x: Real) -> Real:
    if not -1 < x < 1:
        raise NotReal
    return mp.atanh(x)


def _arcosh(x: Real) -> Real:
    if x < 1:
        raise NotReal
    return mp.acosh(x)


def _hyperbolic(function: Callable[[Real], Real]) -> Callable[[Real], Real]:
    def call(x: Real) -> Real:
        if magnitude(x) > _EXP_LIMIT:
            raise TooLarge
        return bounded(function(x))

    return call


_sin, _cos, _tan = _trig(mp.sin), _trig(mp.cos), _trig(mp.tan)
_sinh, _cosh, _tanh = _hyperbolic(mp.sinh), _hyperbolic(mp.cosh), _hyperbolic(mp.tanh)

_SMOOTH: dict[str, Callable[[Real], Real]] = {
    "exp": _exp,
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "arcsin": _within(mp.asin, -1, 1),
    "arccos": _within(mp.acos, -1, 1),
    "arctan": mp.atan,
    "arsinh": mp.asinh,
    "artanh": _artanh,
    "erf": mp.erf,
}
_OTHER: dict[str, Callable[[Real], Real]] = {
    "ln": ln,
    "log": ln,
    "sec": _reciprocal(_cos),
    "csc": _reciprocal(_sin),
    "cot": _reciprocal(_tan),
    "sech": _reciprocal(_cosh),
    "csch": _reciprocal(_sinh),
    "coth": _reciprocal(_tanh),
    "arcosh": _arcosh,
    "floor": mp.floor,
    "ceil": mp.ceil,
    "sgn": mp.sign,
    "sign": mp.sign,
    "\\Gamma": gamma,
}
_FLAT = ("tanh", "erf", "cos", "cosh", "exp", "sin")  # reach 1 by rounding
_SAME = {
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
SCALAR_FUNCTIONS = frozenset(_SMOOTH) | frozenset(_OTHER) | frozenset(_SAME)


def call(name: str, x: Real, *, exact: bool) -> Real:
    """Return the value of a function of one real.

    Args:
        name: One of `SCALAR_FUNCTIONS`.
        x: The argument.
        exact: Whether a value that has lost its argument to rounding is refused.

    Raises:
        NotReal: Outside the domain.
        Absorbed: If `exact` and the value is flat or linear to every digit.
    """
    name = _SAME.get(name, name)
    if name in _OTHER:
        return bounded(_OTHER[name](x))
    value = bounded(_SMOOTH[name](x))
    if exact and x and (magnitude(x) < -0.8 * precision() or _lost(name, value)):
        raise Absorbed
    return value


def _lost(name: str, value: Real) -> bool:
    return name in _FLAT and abs(value) == 1


def power(base: Real, exponent: Real) -> Real:
    """Return base ** exponent over the reals: a negative base wants an integer exponent."""
    if base == 0:
        if exponent < 0:
            raise NotReal
        return mp.mpf(exponent == 0)
    whole = mp.isint(exponent)
    if base < 0 and not whole:
        raise NotReal
    if whole and abs(exponent) < _LARGE_POWER:
        return bounded(base ** int(exponent))
    if magnitude(exponent) > _EXP_LIMIT:
        raise TooLarge
    value = _exp(exponent * mp.log(abs(base)))
    return -value if base < 0 and int(exponent) % 2 else value


def root(value: Real, index: Real) -> Real:
    """Return the real root; an odd root of a negative number is negative."""
    if index == 0:
        raise NotReal
    if value < 0:
        if not mp.isint(index) or int(index) % 2 == 0:
            raise NotReal
        return -power(-value, 1 / index)
    return mp.sqrt(value) if index == 2 else power(value, 1 / index)


def divide(numerator: Real, denominator: Real) -> Real:
    """Return the quotient; a zero denominator has none."""
    if denominator == 0:
        raise NotReal
    return numerator / denominator


def constant(name: str) -> Real:
    """Return e or π."""
    return +mp.e if name == "e" else +mp.pi


def ten_to(exponent: int) -> Real:
    """Return a power of ten."""
    return real(Fraction(10) ** exponent)
