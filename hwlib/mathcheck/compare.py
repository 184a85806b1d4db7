"""Whether two values stand in a relation, as far as their accuracy tells."""

from __future__ import annotations

from fractions import Fraction

from hwlib.mathcheck.approximate import printed_unit
from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.look import entries
from hwlib.mathcheck.real import Real, digits, mp, power_of_ten, precision, real
from hwlib.mathcheck.values import Matrix, ShapeError, Value, show_shape
from hwlib.mathtex.ast import Expr

EXACT = ("=", "==")
_SLACK = 10  # times the estimated error: equal; beyond _APART times it: different
_APART = 10**5


def related(operator: str, left: Value, right: Value, error: Real) -> bool | None:
    """Compare values at the precision of now; None if they are too inaccurate for that.

    Args:
        operator: One of `ast.RELATIONS` but for ":=" and "~=".
        left: One value.
        right: The other; vectors and matrices are compared entry by entry.
        error: How uncertain the values are.

    Raises:
        ShapeError: If an equality has two shapes.
    """
    two_shapes = isinstance(left, Matrix) != isinstance(right, Matrix) or (
        isinstance(left, Matrix) and isinstance(right, Matrix) and left.shape != right.shape
    )
    if two_shapes and (
        operator in EXACT or (isinstance(left, Matrix) and isinstance(right, Matrix))
    ):
        raise ShapeError(f"{show_shape(left)} is compared with {show_shape(right)}")
    found = [_reals(operator, one, two, error) for one, two in pairs(left, right)]
    if operator == "!=":
        return True if True in found else (None if None in found else False)
    return False if False in found else (None if None in found else True)


def pairs(left: Value, right: Value) -> list[tuple[Real, Real]]:
    """Return the entries that are compared; one number is compared with every entry."""
    one, two = entries(left), entries(right)
    if len(one) != len(two):
        one = one * len(two) if len(one) == 1 else one
        two = two * len(one) if len(two) == 1 else two
    return list(zip(one, two, strict=True))


def _reals(operator: str, left: Real, right: Real, error: Real) -> bool | None:
    equal = agree(left, right, error)
    if equal is None:
        return None
    if operator in EXACT:
        return equal
    if operator == "!=":
        return not equal
    if operator in ("<", ">"):
        return not equal and bool(left < right) == (operator == "<")
    return equal or bool(left < right) == (operator == "<=")


def agree(left: Real, right: Real, error: Real) -> bool | None:
    """Whether two numbers are the same to all digits but five, or to their error."""
    if mp.isinf(left) or mp.isinf(right):
        return bool(left == right)
    apart = abs(left - right)
    size = max(abs(left), abs(right))
    if apart <= size * power_of_ten(5 - precision()):
        return True
    if error:
        scale = error * max(1, size)
        if apart <= _SLACK * scale:
            return True if scale <= size * mp.mpf(10) ** -8 or scale < mp.mpf(10) ** -8 else None
        if apart <= _APART * scale:
            return None
    return False


def near(sides: tuple[Expr, Expr], left: Value, right: Value, error: Real) -> bool | None:
    """Compare with a printed number: at most half a unit of its last digit away.

    Raises:
        Refused: If neither side is a printed number.
    """
    units: list[Fraction] | None = printed_unit(*sides)
    if units is None:
        message = "≈ needs a printed number on one side; write = for an equality"
        raise Refused("undecided", message, sides[1].span)
    both = pairs(left, right)
    units = units * len(both) if len(units) == 1 else units
    unsure = False
    for (one, two), unit in zip(both, units, strict=True):
        half = real(unit) / 2
        slack = _SLACK * error * max(1, abs(one)) + half * mp.mpf(10) ** -20
        if abs(one - two) > half + slack:
            return False
        unsure = unsure or slack > half / 100
    return None if unsure else True


def distances(left: Value, right: Value) -> list[Real]:
    """Return how far apart the entries are."""
    return [abs(one - two) for one, two in pairs(left, right)]


def shrinks(before: list[Real], after: list[Real], gained: int) -> bool | None:
    """Whether all differences shrink with the rounding; None if that is not plain.

    Args:
        before: Differences at a precision.
        after: The same at a higher one.
        gained: How many digits it is higher.
    """
    found: list[bool | None] = []
    with digits(30):
        small = mp.mpf(10) ** (-gained // 2)
        for one, two in zip(before, after, strict=True):
            if one == 0 or two <= one * small:  # no difference at first: rounding, by chance none
                found.append(True)
            else:
                found.append(False if two >= one / 1000 else None)
    return False if False in found else (None if None in found else True)
