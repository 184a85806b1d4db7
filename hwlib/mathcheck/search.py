"""Where an inequality might fail: places on purpose, and a walk downhill.

Random points never hit the one place where `x^2 > 0` fails. So zero and other likely places are
tried, and a walk goes to where the margin is smallest; what it finds is rounded to simple
fractions, because that is where equality tends to be. Where it is not, see `attained`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from hwlib.mathcheck.real import Real
from hwlib.mathcheck.sampling import Range
from hwlib.mathtex.ast import Expr

Preset = dict[Expr, Fraction]
Margin = Callable[[Preset], Real | None]

_PLACES = (
    0, 1, -1, 2, -2, Fraction(1, 2), Fraction(-1, 2), Fraction(1, 100),
    10, -10, 40, -40, 1000, -1000, 10**9, -(10**9), Fraction(1, 10**9), Fraction(-1, 10**9),
)  # fmt: skip
_FIRST = 0.5  # step
_WIDEST = 64.0  # step: what still falls there has its least value nowhere near
_FINEST = 1e-9
_SHRINK, _SHRINK_BESIDE = 1e-4, 0.1
_MOST = 24  # evaluations of a walk, and as many for each variable
_WALKS = 2
_WALLS = 3  # times that a walk may meet the end of the domain
_PLAIN = 1e-6  # a margin above it is no rounding of zero
_NONE = float("inf")


def special_presets(free: list[Expr]) -> Iterator[Preset]:
    """Give every variable the same likely value; then, for two and more, one of them apart."""
    for place in _PLACES if free else ():
        yield dict.fromkeys(free, Fraction(place))
    if len(free) > 1:
        for name in free[:4]:
            for place in (0, 1, -1, 10, -10):
                yield {**dict.fromkeys(free, Fraction(1)), name: Fraction(place)}


def end_presets(start: Preset, ranges: dict[Expr, Range]) -> Iterator[Preset]:
    """Give each variable the ends of its range, where they belong to it or not."""
    for name in start:
        where = ranges.get(name)
        for end in (where.low, where.high) if where is not None else ():
            if end is not None and (len(start) > 1 or end not in _PLACES):
                yield {**start, name: end}


class Measured(NamedTuple):
    """By how much an inequality holds at a point: relative to its sides, number, real variables."""

    margin: float
    number: int
    place: Preset


def starts(points: list[Measured]) -> list[Measured]:
    """Return the points to walk from: where the inequality holds least.

    With one variable a walk begins wherever a point has a smaller margin than its two neighbours:
    the margin may be small far out, and zero somewhere else.
    """
    ordered = sorted(points, key=lambda one: one.margin)
    if not points or any(len(one.place) != 1 for one in points):
        return [one for one in ordered if one.place][:_WALKS]
    line = sorted(points, key=lambda one: next(iter(one.place.values())))
    margins = [_NONE, *(one.margin for one in line), _NONE]
    lows = [
        line[at - 1]
        for at in range(2, len(line))
        if margins[at - 1] > margins[at] < margins[at + 1]
    ]
    found = sorted(lows, key=lambda one: one.margin)[:_WALKS]
    return found if ordered[0] in found else [*found, ordered[0]]


@dataclass(frozen=True)
class Lowest:
    """Where a walk has ended.

    Attributes:
        place: The place.
        value: The margin there.
        between: Whether the margin is larger on both sides of it, in every variable.
        settled: Whether going on would not change the margin by much.
    """

    place: Preset
    value: float
    between: bool
    settled: bool

    def presets(self) -> Iterable[Preset]:
        """Give the place, rounded and plain, unless the inequality plainly holds all round it."""
        if self.settled and self.between and self.value > _PLAIN:
            return
        seen: list[Preset] = []
        for size in (1, 12, 1000):
            rounded = {name: value.limit_denominator(size) for name, value in self.place.items()}
            if rounded not in seen:
                seen.append(rounded)
                yield rounded
        yield self.place


def lowest(start: Preset, margin: Margin) -> Lowest | None:
    """Walk downhill, one variable after the other, to the bottoms of parabolas.

    Args:
        start: A point where the inequality has been looked at.
        margin: By how much the inequality holds at a point; None where that is not known.
    """
    value = margin(start) if start else None
    if value is None:
        return None
    walk = _Walk(margin, {name: float(one) for name, one in start.items()}, float(value))
    walk.left = _MOST * (1 + len(start))
    while walk.value >= 0 and walk.left > 0 and not walk.at_rest:
        before = dict(walk.place)
        for name in walk.place:
            if not walk.axes[name].at_rest:
                walk.along(name)
        if len(start) > 1:
            walk.onwards(before)
    axes = walk.axes.values()
    place = {name: Fraction(one) for name, one in walk.place.items()}
    return Lowest(place, walk.value, all(one.between for one in axes), walk.at_rest)


@dataclass
class _Axis:
    """What a walk knows of one variable."""

    step: float
    between: bool = False
    at_rest: bool = False
    walls: int = 0


@dataclass
class _Walk:
    """A walk downhill."""

    margin: Margin
    place: dict[Expr, float]
    value: float
    left: int = 0
    axes: dict[Expr, _Axis] = field(init=False)
    most: float = field(init=False)  # that a step shrinks to: other variables move the bottom

    def __post_init__(self) -> None:
        self.most = _SHRINK if len(self.place) == 1 else _SHRINK_BESIDE
        self.axes = {name: _Axis(max(_FIRST, abs(x) / 16)) for name, x in self.place.items()}

    @property
    def at_rest(self) -> bool:
        """Whether every variable is."""
        return all(one.at_rest for one in self.axes.values())

    def _at(self, place: dict[Expr, float]) -> float:
        self.left -= 1
        value = self.margin({name: Fraction(x) for name, x in place.items()})
        return _NONE if value is None else float(value)

    def _go(self, name: Expr, x: float, value: float) -> None:
        """Move to where the margin is smaller; in another variable it has changed then."""
        if value < self.value:
            for other, axis in self.axes.items():
                axis.at_rest = axis.at_rest and other == name
            self.place, self.value = {**self.place, name: x}, value

    def along(self, name: Expr) -> None:
        """Look to both sides in one variable, and at the bottom of the parabola between them."""
        axis, x, here = self.axes[name], self.place[name], self.value
        step = axis.step
        low, high = (self._at({**self.place, name: x + sign * step}) for sign in (-1, 1))
        axis.between = here < min(low, high) and max(low, high) < _NONE
        bend = low - 2 * here + high
        self._go(name, x - step, low)
        self._go(name, x + step, high)
        if axis.between and 0 < bend < _NONE:
            away = (low - high) / (2 * bend)
            value = self._at({**self.place, name: x + step * away})
            self._go(name, x + step * away, value)
            expected = here - (low - high) ** 2 / (8 * bend)
            shrink = min(0.5, max(self.most, 2 * (abs(value - expected) / bend) ** 0.5))
            axis.step *= shrink
            axis.at_rest = bend * shrink**2 < self.value / 10
        elif self.value < here:
            axis.step *= 2
            axis.at_rest = axis.step > _WIDEST * max(_FIRST, abs(x) / 16)
        else:
            axis.step /= 4
        axis.walls += max(low, high) == _NONE
        if axis.walls > _WALLS or axis.step < _FINEST * max(1.0, abs(x)):
            axis.at_rest = True

    def onwards(self, before: dict[Expr, float]) -> None:
        """Go once more as far as the variables together have moved."""
        if before == self.place:
            return
        place = {name: 2 * x - before[name] for name, x in self.place.items()}
        value = self._at(place)
        if value < self.value:
            self.place, self.value = place, value
