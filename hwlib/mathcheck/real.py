r"""The referee's own mpmath context, so that nobody else's precision meddles with it.

Everything is real. An operation that has no real value raises `NotReal`; one that would round a
part of its input away raises `Absorbed`, because an equality that holds only by rounding is no
equality (`1 = 1 + 10^{-60}`, `\tanh 100 = 1`).
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from mpmath.ctx_mp import MPContext  # type: ignore[import-untyped]

mp = MPContext()
Real = Any  # mpmath.mpf of the context above; mpmath has no types

GUARD = 15  # digits computed beyond those that are judged
_LONG = 30  # bits of the largest integer that is one
_HUGE = 2**220  # beyond 2**_HUGE and below its reciprocal there is no number


_WHOLE: dict[int, Real] = {}  # below 2**50: the same at every precision
_REALS: dict[tuple[int, int, int], Real] = {}
_MANY = 20_000


class PointError(ArithmeticError):
    """The expression has no usable value at this point."""


class NotReal(PointError):  # noqa: N818  a state of a point, not a programming error
    """Outside the real domain: a logarithm of a negative number, a division by zero."""


class Absorbed(PointError):  # noqa: N818
    """At this precision a part of the value is lost to rounding."""


class TooLarge(PointError):  # noqa: N818
    """A number too large or too small to be computed with."""


class digits:  # noqa: N801  (as `contextlib.suppress`)
    """A context in which is computed with `count` significant digits and some to spare.

    A class, because one made of a generator takes thrice the time, and there are tens of thousands.
    """

    __slots__ = ("_before", "_wanted")

    def __init__(self, count: int) -> None:
        self._wanted = count + GUARD

    def __enter__(self) -> None:
        self._before = mp.dps
        if self._before != self._wanted:
            mp.dps = self._wanted

    def __exit__(self, *_: object) -> None:
        if mp.dps != self._before:
            mp.dps = self._before


def precision() -> int:
    """The number of digits that are judged now."""
    return int(mp.dps) - GUARD


def real(value: int | Fraction) -> Real:
    """Return an exact number, rounded to the precision of now."""
    if isinstance(value, int) or value.denominator == 1:
        return _whole(int(value))
    key = (value.numerator, value.denominator, mp.prec)
    known = _REALS.get(key)
    if known is None:
        if len(_REALS) > _MANY:
            _REALS.clear()
        known = _REALS[key] = mp.mpf(value.numerator) / value.denominator
    return known


def _whole(value: int) -> Real:
    if abs(value) >= 2**50:
        return mp.mpf(value)
    known = _WHOLE.get(value)
    if known is None:
        if len(_WHOLE) > _MANY:
            _WHOLE.clear()
        known = _WHOLE[value] = mp.mpf(value)
    return known


def power_of_ten(exponent: int) -> Real:
    """Return 10 ** exponent at the precision of now."""
    return _power_of_ten(exponent, mp.prec)


@lru_cache(maxsize=1000)
def _power_of_ten(exponent: int, _precision: int) -> Real:
    return mp.mpf(10) ** exponent


def plain(value: Real) -> Real:
    """Return the plain number in one that carries slopes (see `dual`)."""
    while not isinstance(value, mp.mpf) and hasattr(value, "slope"):
        value = value.value
    return value


def raw(value: Real) -> tuple[int, int, int, int]:
    """Return sign, mantissa, exponent and bits of the plain number in one."""
    found: tuple[int, int, int, int] = getattr(value, "_mpf_", None) or plain(value)._mpf_
    return found


def magnitude(value: Real) -> int:
    """Return the binary exponent of a finite number, 0 for zero."""
    _, mantissa, exponent, bits = raw(value)
    return exponent + bits if mantissa else 0


def bounded(value: Real) -> Real:
    """Return a number that can be computed with.

    Raises:
        NotReal: If it is complex, infinite or not a number.
        TooLarge: If its exponent is out of all bounds.
    """
    number = getattr(value, "_mpf_", None) or getattr(plain(value), "_mpf_", None)
    if number is None:
        raise NotReal
    _, mantissa, exponent, bits = number
    if not mantissa and exponent:
        raise NotReal
    if not -_HUGE < exponent + bits < _HUGE:
        raise TooLarge
    return value


def is_whole(value: Real) -> bool:
    """Whether a number is a whole one, and no variable of a derivative."""
    number = getattr(value, "_mpf_", None)
    if number is None:
        return False
    _, mantissa, exponent, _ = number
    return exponent >= 0 if mantissa else not exponent


def as_integer(value: Real) -> int | None:
    """Return the integer that a real is, or None."""
    return int(value) if is_whole(value) and magnitude(value) <= _LONG else None
