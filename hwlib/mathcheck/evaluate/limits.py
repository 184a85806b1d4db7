"""Limits of functions and of sequences of partial sums, by computing close by.

A limit is trusted when the values settle as the distance shrinks by a factor of 10**5 at a time;
values that grow without slowing down mean infinity; anything else is undecided, never false.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hwlib.mathcheck.dual import Dual
from hwlib.mathcheck.environment import Refused, Run
from hwlib.mathcheck.real import NotReal, PointError, Real, mp

_EXPONENTS = (10, 15, 20, 25, 30)
_DIGITS = 170


def limit(function: Callable[[Real], Real], target: Real, side: str, run: Run) -> Real:
    """Return the limit of a function, which may be infinite, and note its uncertainty.

    Args:
        function: The function.
        target: A number or an infinity.
        side: "+", "-" or "" for both.
        run: Told how uncertain the result is.

    Raises:
        NotReal: If the limits from the two sides differ.
        Refused: If the values do not settle.
    """
    if mp.isinf(target):
        signs = [1 if target > 0 else -1]
    else:
        signs = {"+": [1], "-": [-1]}.get(side, [1, -1])
    before = mp.dps
    try:
        mp.dps = _DIGITS
        found = [_one_side(function, target, sign) for sign in signs]
    finally:
        mp.dps = before
    value, error = found[0]
    for other, more in found[1:]:
        error = max(error, more)
        if mp.isinf(value) or mp.isinf(other):
            if value != other:
                raise NotReal
        elif abs(value - other) > 100 * error + mp.mpf(10) ** -9 * max(1, abs(value)):
            raise NotReal
    run.uncertain(error, "limit")
    return +value


def _one_side(function: Callable[[Real], Real], target: Real, sign: int) -> tuple[Real, Real]:
    values = []
    for exponent in _EXPONENTS:
        step = mp.mpf(10) ** exponent
        place = sign * step if mp.isinf(target) else target + sign / step
        value = function(place)
        if isinstance(value, Dual):
            raise Refused("undecided", "a derivative of a limit cannot be computed")
        values.append(value)
    return settle(values)


def settle(values: list[Real]) -> tuple[Real, Real]:
    """Return the limit of a sequence and an estimate of its error.

    Raises:
        Refused: If the values neither settle nor grow without bound.
    """
    if any(mp.isinf(value) for value in values):
        raise PointError
    steps = [abs(b - a) for a, b in pairwise(values)]
    last = values[-1]
    if steps[-1] <= mp.mpf(10) ** -9 * max(1, abs(last)) and steps[-1] <= steps[0]:
        return last, max(steps[-1], abs(last) * mp.mpf(10) ** -30)
    growing = all(b >= a * 0.9 for a, b in pairwise(steps))
    one_way = all((b > a) == (values[1] > values[0]) for a, b in pairwise(values))
    if growing and one_way:
        return mp.inf if values[1] > values[0] else -mp.inf, mp.mpf(0)
    raise Refused("undecided", "the values do not settle near the limit")
