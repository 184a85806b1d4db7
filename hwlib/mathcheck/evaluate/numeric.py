"""Calculus on functions of a real variable: slopes, integrals, zeros, with error estimates.

Numbers may be dual (see `dual`): an integral or a zero inside a derivative has its own slope.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import comb

from hwlib.mathcheck import values
from hwlib.mathcheck.dual import Dual, depth, new_tag, parts, primal, top_tag, untie
from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.functions import NoSlope, divide
from hwlib.mathcheck.real import NotReal, Real, TooLarge, mp, real
from hwlib.mathcheck.values import Matrix, Value

Function = Callable[[Real], Value]
RealFunction = Callable[[Real], Real]
_ORDER_LIMIT = 8
_DUAL_ORDER = 4  # nested dual numbers cost twice as much for each order


def differentiate(function: Function, x: Real, order: int = 1) -> Value:
    """Return a derivative: by dual numbers, or by differences where a slope is not known.

    Raises:
        Refused: If the order, with that of the derivatives around this one, is not between 0
            and 8: each doubles the cost.
    """
    whole = order + depth()
    if order < 0 or whole > _ORDER_LIMIT:
        message = f"a derivative of order {whole} is not computed; {_ORDER_LIMIT} is the most"
        raise Refused("undecided", message)
    if order <= _DUAL_ORDER:
        try:
            return _slope(function, x, order)
        except NoSlope:
            if isinstance(x, Dual):
                raise
    return by_differences(function, x, order)


def _slope(function: Function, x: Real, order: int) -> Value:
    if order == 0:
        return function(x)
    with new_tag() as tag:
        value = _slope(function, Dual(tag, x, mp.mpf(1)), order - 1)
        if isinstance(value, Matrix):
            return value.map(lambda entry: parts(entry, tag)[1])
        return parts(value, tag)[1]


def by_differences(function: Function, x: Real, order: int = 1) -> Value:
    """Return a derivative by central differences.

    With step h the error is about h² of the next derivatives, and h is ten to minus half of the
    digits; what cancels is made up for by computing with that many more digits, for every order.
    """
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


def extremum(numbers: list[Real], *, largest: bool) -> Real:
    """Return the largest or the smallest of some numbers; a tie has no slope."""
    best = max(numbers) if largest else min(numbers)
    for other in numbers:
        if other is not best:
            untie(best, other)
    return best


# --- integrals ------------------------------------------------------------------------------------


def integrate(
    function: RealFunction, low: Real, high: Real, *, few: bool = False
) -> tuple[Real, Real]:
    """Return an integral by tanh-sinh quadrature and an estimate of its error.

    With `few` it is the rule of Gauss and Legendre, which needs a fifth of the values, so that
    integrals inside one another can be computed; where they are not smooth its error is large.
    The interval is cut at two different places; what the two results differ by counts as error
    besides what the rule itself says. With dual numbers this is Leibniz's rule.
    """
    tag = top_tag(low, high, function(_between(primal(low), primal(high), Fraction(1, 2))))
    if not tag:
        return _integrate(function, low, high, few)
    (a, slope_a), (b, slope_b) = parts(low, tag), parts(high, tag)
    value, error = integrate(lambda t: parts(function(t), tag)[0], a, b, few=few)
    slope, more = integrate(lambda t: parts(function(t), tag)[1], a, b, few=few)
    for end, speed, sign in ((b, slope_b, 1), (a, slope_a, -1)):
        if speed:
            slope = slope + sign * speed * parts(function(end), tag)[0]
    return Dual(tag, value, slope), max(error, more)


def _integrate(function: RealFunction, low: Real, high: Real, few: bool) -> tuple[Real, Real]:
    cuts = (Fraction(2, 5), Fraction(5, 8))
    results = [_quadrature(function, low, high, cut, few) for cut in cuts]
    (one, first), (two, second) = results
    return one, max(first, second, abs(one - two), abs(one) * mp.mpf(10) ** -25)


def _quadrature(
    function: RealFunction, low: Real, high: Real, cut: Fraction, few: bool
) -> tuple[Real, Real]:
    rule = "gauss-legendre" if few and not (mp.isinf(low) or mp.isinf(high)) else "tanh-sinh"
    places = [low, _between(low, high, cut), high]

    def integrand(x: Real) -> Real:
        try:
            return function(x)
        except TooLarge:  # far out, where the rule gives no weight; else the error shows it
            return mp.mpf(0)

    before = mp.dps
    try:
        mp.dps = 30
        value, error = mp.quad(
            integrand, places, error=True, maxdegree=5 if few else 7, method=rule
        )
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


# --- zeros ----------------------------------------------------------------------------------------


def _grid() -> list[Fraction]:
    steps = [Fraction(k, 4) for k in range(41)] + [Fraction(k) for k in (12, 15, 20, 30, 50, 90)]
    return [-x for x in reversed(steps[1:])] + steps


def brackets(function: RealFunction) -> list[tuple[Real, Real]]:
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


def _or_none(function: RealFunction, x: Real) -> Real | None:
    try:
        return primal(function(x))
    except ArithmeticError:
        return None


def zero(function: RealFunction, bracket: tuple[Real, Real]) -> Real:
    """Return the zero in a bracket, with its slopes.

    A Newton step from the plain zero gives the first slope right (the implicit function theorem),
    a second step the second, and so on.
    """
    x = narrow(function, *bracket)
    for _ in range(depth()):
        value = function(x)
        if not isinstance(value, Dual):
            break
        x = x - divide(value, _slope(function, x, 1))
    return x


def narrow(function: RealFunction, low: Real, high: Real) -> Real:
    """Return the plain zero of a function between two places where its signs differ.

    Newton's method, kept inside the bracket: where a step would leave it, the bracket is halved.
    """
    if low == high:
        return low
    rising = primal(function(high)) > 0
    x, before = (low + high) / 2, abs(high - low)
    for _ in range(8 * mp.dps):
        value, slope = _value_and_slope(function, x)
        if value == 0:
            return x
        if (value > 0) == rising:
            high = x
        else:
            low = x
        step = value / slope if slope else before
        if not low < x - step < high or abs(step) > before / 2:
            step = x - (low + high) / 2
        x, before = x - step, abs(step)
        if before <= abs(x) * mp.mpf(10) ** (2 - mp.dps):
            return x
    return x


def _value_and_slope(function: RealFunction, x: Real) -> tuple[Real, Real]:
    try:
        with new_tag() as tag:
            value, slope = parts(function(Dual(tag, x, mp.mpf(1))), tag)
    except NoSlope:
        value, slope = function(x), mp.mpf(0)
    return primal(value), primal(slope)
