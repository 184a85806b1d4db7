"""Numerical calculus on functions of a real variable, with error estimates.

Values of the functions may be matrices; everything works entry by entry.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb

from hwlib.mathcheck import values
from hwlib.mathcheck.real import NotReal, Real, mp, real
from hwlib.mathcheck.values import Matrix, Value

Function = Callable[[Real], Value]
_ORDER_LIMIT = 8


def differentiate(function: Function, x: Real, order: int = 1) -> Value:
    """Return a derivative by central differences.

    With step h the error is about h² of the next derivatives, and h is ten to minus half of the
    digits; what cancels is made up for by computing with that many more digits, for every order.

    Raises:
        NotReal: If the order is not between 0 and 8.
    """
    if not 0 <= order <= _ORDER_LIMIT:
        raise NotReal
    before = mp.dps
    digits = before // 2 + 5
    try:
        mp.dps = before + order * digits + 10
        h = mp.mpf(10) ** -digits
        total: Value | None = None
        for k in range(order + 1):
            value = function(x + (mp.mpf(order) / 2 - k) * h)
            term = values.multiply(mp.mpf((-1) ** k * comb(order, k)), value, "")
            total = term if total is None else values.add([total, term], exact=False)
        result = values.multiply(h**-order, total, "")
    finally:
        mp.dps = before
    return result.map(lambda entry: +entry) if isinstance(result, Matrix) else +result


def integrate(function: Callable[[Real], Real], low: Real, high: Real) -> tuple[Real, Real]:
    """Return an integral by tanh-sinh quadrature and an estimate of its error.

    The interval is cut at two different places; what the two results differ by counts as error
    besides what the rule itself says.
    """
    results = [_quadrature(function, low, high, cut) for cut in (Fraction(2, 5), Fraction(5, 8))]
    (one, first), (two, second) = results
    return one, max(first, second, abs(one - two), abs(one) * mp.mpf(10) ** -25)


def _quadrature(
    function: Callable[[Real], Real], low: Real, high: Real, cut: Fraction
) -> tuple[Real, Real]:
    places = [low, _between(low, high, cut), high]
    before = mp.dps
    try:
        mp.dps = 30
        value, error = mp.quad(function, places, error=True, maxdegree=7)
    finally:
        mp.dps = before
    if not mp.isfinite(value):
        raise NotReal
    return value, error


def _between(low: Real, high: Real, cut: Fraction) -> Real:
    if mp.isinf(low) and mp.isinf(high):
        return real(cut)
    if mp.isinf(high):
        return low + 1 + real(cut)
    if mp.isinf(low):
        return high - 1 - real(cut)
    return low + (high - low) * real(cut)


def _grid() -> list[Fraction]:
    steps = [Fraction(k, 4) for k in range(41)] + [Fraction(k) for k in (12, 15, 20, 30, 50, 90)]
    return [-x for x in reversed(steps[1:])] + steps


def brackets(function: Callable[[Real], Real]) -> list[tuple[Real, Real]]:
    """Return the intervals of a fixed grid over [-90, 90] in which a function changes its sign."""
    found: list[tuple[Real, Real]] = []
    before: tuple[Real, Real] | None = None
    for place in _grid():
        x = real(place)
        value = _or_none(function, x)
        if value is None:
            before = None
            continue
        if value == 0:
            found.append((x, x))
        elif before is not None and before[1] * value < 0:
            found.append((before[0], x))
        before = (x, value)
    return found


def _or_none(function: Callable[[Real], Real], x: Real) -> Real | None:
    try:
        return function(x)
    except ArithmeticError:
        return None


def only_zero(function: Callable[[Real], Real]) -> Real | None:
    """Return the one zero of a function; None if it has more than one.

    Raises:
        NotReal: If there is none.
    """
    found = brackets(function)
    if not found:
        raise NotReal
    return narrow(function, *found[0]) if len(found) == 1 else None


def narrow(function: Callable[[Real], Real], low: Real, high: Real) -> Real:
    """Return the zero of a function between two places where its signs differ.

    Bisection first, then the Illinois rule: secant steps that stay inside the bracket.
    """
    if low == high:
        return low
    at_low, at_high = function(low), function(high)
    for step in range(40 * mp.dps):
        middle = (low + high) / 2
        if step > 8 and at_high != at_low:
            middle = high - at_high * (high - low) / (at_high - at_low)
        value = function(middle)
        if value == 0 or abs(high - low) <= abs(middle) * mp.mpf(10) ** (2 - mp.dps):
            return middle
        if (value < 0) == (at_low < 0):
            low, at_low, at_high = middle, value, at_high / 2
        else:
            high, at_high, at_low = middle, value, at_low / 2
    return (low + high) / 2
