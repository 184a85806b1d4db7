r"""Whether a margin that comes near zero reaches it: `\sin x < 1` fails at π/2 and nowhere else.

No number that can be written down is π/2. But near a double zero the margin is a parabola that
stands on zero, and each step to the bottom of the parabola doubles the digits of the place. Where
this goes on for hundreds of digits, with a margin that stays within the parabola, it is zero there.
An asymptote (`\tanh x < 1`) is no such place, nor is a least value that is merely small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from hwlib.mathcheck.real import Real, digits, mp, power_of_ten, raw, real
from hwlib.mathcheck.search import Preset
from hwlib.mathtex.ast import Expr

Gap = Callable[[Preset, int], Real | None]  # the margin at a place, to so many digits
Shape = Callable[[Real | None], Real | None]

_FIRST = 6  # digits of the place to begin with
_ENOUGH = 200
_TOGETHER = 3  # variables that are moved together
_FARTHEST = 10**4
_SIMPLE = 10**6  # largest denominator of a place that is a fraction
_BENT = 0.01  # how far from 4 the ratio of the bends may be at twice the step
_REACH = 50  # steps
_BELOW = 40  # digits of a margin that rounding may spoil


class Attained(NamedTuple):
    """A place where a margin is zero or less; `exact` if its numbers are not rounded."""

    place: Preset
    exact: bool
    below: bool


def attained(start: Preset, gap: Gap, least: int) -> Attained | None:
    """Return a place where the margin is zero or less, or None.

    Args:
        start: A place that is near it.
        gap: The margin; None where it has no value, or an inaccurate one.
        least: To how many digits of the place it has to be zero at least.
    """
    if any(abs(value) > _FARTHEST for value in start.values()):
        return None
    for shape in _SHAPES:
        for free in _choices(list(start)):
            found = _followed(start, free, partial(_shaped, shape, gap), least)
            if found is not None:
                return found if found.below else _simplified(found.place, free)
    return None


def _shaped(shape: Shape, gap: Gap, place: Preset, count: int) -> Real | None:
    return shape(gap(place, count))


def _choices(names: list[Expr]) -> Iterator[list[Expr]]:
    """Give each variable alone, for zeros on a curve; then all together, for single points."""
    for name in names:
        yield [name]
    if 1 < len(names) <= _TOGETHER:
        yield names


_SHAPES: tuple[Shape, ...] = (
    lambda gap: gap,  # a parabola
    lambda gap: None if gap is None else gap * gap,  # |x|, with a corner, becomes one
    lambda gap: None if gap is None or gap < 0 else mp.sqrt(gap),  # so does a fourth power
)


def _followed(start: Preset, free: list[Expr], gap: Gap, least: int) -> Attained | None:
    """Double the digits of the place until they are enough; None where that fails.

    A margin that turns out to be below zero on the way is as good.
    """
    place, known = start, _FIRST
    while True:
        count = 3 * known + 50
        with digits(count):
            parabola = _Parabola(place, free, power_of_ten(-known), gap, count)
            if parabola.here < -power_of_ten(_BELOW - count):
                return Attained(place, exact=False, below=True)
            step = parabola.to_bottom()
        if step is None:
            return None
        place = {**place, **step}
        if known >= max(_ENOUGH, least):
            return Attained(place, exact=False, below=False)
        known = 2 * known - 2


class _Parabola:
    """The margin around a place, from its values a small step away in each variable."""

    def __init__(self, place: Preset, free: list[Expr], step: Real, gap: Gap, count: int) -> None:
        self.place = place
        self.free = free
        self.step = step
        self.gap = gap
        self.count = count
        self.here = self._value({})

    def _value(self, moves: dict[int, int]) -> Real:
        """Return the margin some steps away in some variables; not a number where it has none."""
        moved = {
            self.free[index]: self.place[self.free[index]] + count * _fraction(self.step)
            for index, count in moves.items()
        }
        value = self.gap({**self.place, **moved}, self.count)
        return mp.nan if value is None else value

    def to_bottom(self) -> Preset | None:
        """Return the place of its bottom, if it stands on zero there to within a step."""
        here, count = self.here, len(self.free)
        slopes, bends = [], mp.matrix(count, count)
        for index in range(count):
            low, high, lower, higher = (self._value({index: n}) for n in (-1, 1, -2, 2))
            bend = low - 2 * here + high
            wide = lower - 2 * here + higher
            if not (bend > 0 and abs(wide / bend - 4) < _BENT and abs(here) <= 50 * bend):
                return None
            slopes.append((high - low) / 2)
            bends[index, index] = bend
            for other in range(index):
                mixed = self._value({index: 1, other: 1}) - self._value({index: 1, other: -1})
                mixed -= self._value({index: -1, other: 1}) - self._value({index: -1, other: -1})
                bends[index, other] = bends[other, index] = mixed / 4
        try:
            away = mp.lu_solve(bends, mp.matrix([-one for one in slopes]))
        except ZeroDivisionError:
            return None
        if not all(abs(one) < _REACH for one in away):
            return None
        return {
            name: self.place[name] + _fraction(one * self.step)
            for name, one in zip(self.free, away, strict=True)
        }


def _fraction(value: Real) -> Fraction:
    sign, mantissa, exponent, _ = raw(value)
    whole = Fraction(-mantissa if sign else mantissa)
    return whole * (1 << exponent) if exponent >= 0 else whole / (1 << -exponent)


def _simplified(found: Preset, free: list[Expr]) -> Attained:
    """Return the place with simple fractions where it is next to them."""
    simple = {name: found[name].limit_denominator(_SIMPLE) for name in free}
    with digits(_ENOUGH):
        near = [
            name for name in free if abs(real(simple[name] - found[name])) < power_of_ten(-_ENOUGH)
        ]
    place = {**found, **{name: simple[name] for name in near}}
    return Attained(place, exact=len(near) == len(free), below=False)
