"""The points at which a claim is looked at: random to the eye, the same on every machine.

A value is drawn from a hash of the point's number and the variable's name, so it depends neither
on the order of asking nor on what else is on the page. Points come in several sorts (around zero,
between 0 and 1, positive, wide, mixed), because a logarithm wants the one and a sum the other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from fractions import Fraction

from hwlib.mathcheck import names
from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.indices import Plan
from hwlib.mathcheck.scope import View, definition_of
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr

SIZES = (3, 2, 4)
LARGE = 6  # the size at every eighth point
COUNTS = (3, 2, 5, 4, 1, 7, 6, 11, 16)
FAR = 10_000  # points from here on lie far out, and around the numbers of the claim
EDGES = 20_000  # points from here on have most variables at one of these numbers
_SORTS = ("around", "unit", "positive", "mixed", "around", "wide", "mixed", "unit")
_RANGES = {"around": (-3, 3), "unit": (0, 1), "positive": (0, 5), "wide": (-9, 9)}
_STEPS = 1000
_SCALES = (Fraction(2, 5), Fraction(3), Fraction(40), Fraction(500))


@dataclass(frozen=True)
class Range:
    """What a condition says of one variable: bounds (None: none), or the only values."""

    low: Fraction | None = None
    high: Fraction | None = None
    values: tuple[Fraction, ...] = ()
    whole: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it leaves the variable free on one side."""
        return not (self.values or self.whole) and (self.low is None or self.high is None)

    def meet(self, other: Range) -> Range:
        """Return what both say."""
        lows = [one for one in (self.low, other.low) if one is not None]
        highs = [one for one in (self.high, other.high) if one is not None]
        return Range(
            max(lows, default=None),
            min(highs, default=None),
            self.values or other.values,
            self.whole or other.whole,
        )


def _inside(value: Fraction, where: Range | None) -> Fraction:
    """Return a number turned to the side of its bound where it may be."""
    if where is not None and where.low is not None:
        return where.low + abs(value - where.low)
    if where is not None and where.high is not None:
        return where.high - abs(value - where.high)
    return value


def draw(number: int, text: str, count: int) -> int:
    """Return a whole number from 0 to count - 1 that looks random."""
    digest = hashlib.blake2b(f"{number} {text}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % count


_DRAWN: dict[tuple[int, str], Fraction] = {}  # of variables that nothing is said of
_MANY = 20_000


@dataclass
class Point:
    """One point. `number` makes it what it is; `preset` has values that were chosen on purpose."""

    number: int
    plan: Plan
    view: View
    ranges: dict[Expr, Range] = field(default_factory=dict)
    centres: tuple[Fraction, ...] = (Fraction(0),)  # of what lies far out, or at the edges
    preset: dict[Expr, Fraction] = field(default_factory=dict)
    seen: dict[str, tuple[Expr, Fraction]] = field(default_factory=dict)
    sizes_seen: set[int] = field(default_factory=set)

    def value(self, name: Expr) -> Fraction:
        """Return the value of a real variable."""
        text = names.key(name)
        if text not in self.seen:
            self.seen[text] = name, self._value(name)
        return self.seen[text][1]

    def _value(self, name: Expr) -> Fraction:
        if self.preset and name in self.preset:
            return self.preset[name]
        where = self._range(name) if self.ranges else None
        if self.number >= EDGES:
            return self._at_edge(names.key(name), where)
        if self.number >= FAR and (where is None or where.is_open):
            return _inside(self._far(names.key(name)), where)
        if where is not None:
            return self._drawn(names.key(name), where)
        known = self.number, names.key(name)
        found = _DRAWN.get(known)
        if found is None:
            if len(_DRAWN) > _MANY:
                _DRAWN.clear()
            found = _DRAWN[known] = self._drawn(names.key(name), None)
        return found

    def _drawn(self, text: str, where: Range | None) -> Fraction:
        if where is not None and where.values:
            return where.values[draw(self.number, text, len(where.values))]
        if where is not None and where.whole:
            return self._whole(where, text)
        step = 2 * draw(self.number, text, _STEPS) + 1
        if where is None or (where.low is None and where.high is None):
            left, right = _RANGES[self._sort(text)]
            return Fraction(2 * _STEPS * left + (right - left) * step, 2 * _STEPS)
        low, high = self._bounds(where, text)
        return low + (high - low) * Fraction(step, 2 * _STEPS)

    def _at_edge(self, text: str, where: Range | None) -> Fraction:
        """Return one of the numbers at which conditions change, or now and then any other."""
        low, high = (None, None) if where is None else (where.low, where.high)
        within = [
            one
            for one in self.centres
            if (low is None or low < one) and (high is None or one < high)
        ]
        restricted = where is not None and (where.values or where.whole)
        if not within or restricted or not draw(self.number, f"{text} edge", 3):
            return self._drawn(text, where)
        return within[draw(self.number, text, len(within))]

    def _far(self, text: str) -> Fraction:
        """Return a number at some distance of one that stands in the claim, on either side."""
        centre = self.centres[draw(self.number, f"{text} centre", len(self.centres))]
        scale = _SCALES[draw(self.number, f"{text} scale", len(_SCALES))]
        away = Fraction(2 * draw(self.number, text, 2 * _STEPS) + 1 - 2 * _STEPS, 2 * _STEPS)
        sign = 1 - 2 * draw(self.number, f"{text} sign", 2)
        return sign * centre + scale * away

    def _range(self, name: Expr) -> Range | None:
        """Return what is said of a variable; what is said of a vector holds for its components."""
        found = self.ranges.get(name)
        if found is None and isinstance(name, ast.Subscript | ast.Marked):
            for key, where in self.ranges.items():
                if self._covers(key, name):
                    found = where if found is None else found.meet(where)
        return found

    def _covers(self, said: Expr, name: Expr) -> bool:
        r"""Whether what is said of a name holds for another: `x_i > 0` and `\mathbf x > 0` for x_2.

        `x_1 > 0` says nothing of `x_2`, nor does `x_n > 0`.
        """
        if said == name:
            return True
        if isinstance(said, ast.Subscript) and isinstance(name, ast.Subscript):
            pairs = list(zip(said.indices, name.indices, strict=False))
            alike = len(said.indices) == len(name.indices) and self._covers(said.base, name.base)
            return alike and all(one in self.plan.indices or one == two for one, two in pairs)
        if isinstance(name, ast.Subscript):
            return names.is_bold(said) and self._covers(names.plain(said), name.base)
        if isinstance(said, ast.Marked) and isinstance(name, ast.Marked):
            alike = said.kind == name.kind and self._covers(said.base, name.base)
            return alike and (said.index in self.plan.indices or said.index == name.index)
        return False

    def _whole(self, where: Range, text: str) -> Fraction:
        low = Fraction(1) if where.low is None else where.low
        span = 8 if where.high is None else max(1, int(where.high - low) + 1)
        return Fraction(-(-low // 1) + draw(self.number, text, span))

    def _sort(self, text: str) -> str:
        sort = _SORTS[self.number % len(_SORTS)]
        if sort == "mixed":
            sort = ("around", "unit", "positive", "wide")[draw(self.number, text + " sort", 4)]
        return sort

    def _bounds(self, where: Range, text: str) -> tuple[Fraction, Fraction]:
        low, high = (Fraction(bound) for bound in _RANGES[self._sort(text)])
        width = high - low
        if where.low is None:
            return (where.high or Fraction(0)) - width, where.high or Fraction(0)
        return where.low, where.low + width if where.high is None else where.high

    def integer(self, name: Expr) -> int:
        """Return the value of an index or a size."""
        text = names.key(name)
        if text not in self.seen:
            self.seen[text] = name, Fraction(self._integer(name))
        return int(self.seen[text][1])

    def _integer(self, name: Expr) -> int:
        if name in self.preset and self.preset[name].denominator == 1:
            return int(self.preset[name])
        if name in self.plan.fixed:
            return self.size(self.plan.fixed[name])
        if name in self.plan.sizes:
            return self._size(sorted(self.plan.sizes, key=names.key).index(name))
        if name in self.plan.indices:
            return self._index(name)
        where = self.ranges.get(name)
        if where is not None and (where.low is not None or where.values):
            return int(self._whole(where, names.key(name)))
        return COUNTS[draw(self.number, names.key(name), len(COUNTS))]

    def _size(self, place: int) -> int:
        """Go through all combinations of sizes, point by point."""
        if self.number % 8 == 7:
            return LARGE + place
        return SIZES[self.number // len(SIZES) ** place % len(SIZES)]

    def _index(self, name: Expr) -> int:
        """Go through all combinations of the free indices, point by point."""
        if len(self.plan.sizes) > 1:
            return draw(self.number, names.key(name), self.size(self.plan.indices[name])) + 1
        rest = self.number // len(SIZES)
        for letter, size in self.plan.indices.items():
            count = self.size(size)
            if letter == name:
                return rest % count + 1
            rest //= count
        raise KeyError(name)

    def size(self, of: Expr | None) -> int:
        """Return a size that is a number or a letter, or the one that is not stated."""
        if of is None:
            size = self._size(len(self.plan.sizes))
            self.sizes_seen.add(size)
            return size
        if isinstance(of, ast.Number) and of.value.denominator == 1:
            return int(of.value)
        if isinstance(of, ast.Symbol):
            definition = definition_of(of, self.view)
            return self.size(definition.value) if definition else self.integer(of)
        if isinstance(of, ast.Add):
            return sum(self.size(term) for term in of.terms)
        if isinstance(of, ast.Negative):
            return -self.size(of.operand)
        raise Refused("undecided", "this size is too intricate", of.span)

    def coefficients(self, function: Expr, count: int) -> list[Fraction]:
        """Return what a declared function is made of at this point."""
        text = names.key(function)
        found = [
            Fraction(draw(self.number, f"{text} {index}", 4001) - 2000, 1000)
            for index in range(count)
        ]
        size = 1000 if self.number % 8 == 5 else 1  # large now and then: bounds are no identities
        return [one * size if index in (0, 2, 4) else one for index, one in enumerate(found)]
