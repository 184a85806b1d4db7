"""A point, looked at as closely as is needed to say whether a relation holds there.

A difference that shows at 50 digits is looked at again at 100, 200, …. If it shrinks with the
rounding, the two sides are the same; if it stays, they differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from hwlib.mathcheck.compare import EXACT, agree, distances, near, pairs, related, shrinks
from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.look import Look, Question, Side, look
from hwlib.mathcheck.real import Absorbed, NotReal, PointError, Real, digits, mp
from hwlib.mathcheck.values import Value
from hwlib.mathtex.ast import Expr

Preset = dict[Expr, Fraction]

_LEVELS = (1, 2, 4)  # times the digits
_MORE_LEVELS = (1, 2, 4, 8, 16)  # for claims without variables, which have one point only
_STEADY = 3  # points at which an inequality is looked at again with more digits
_STEADY_TO = 1e-6
_REJECTED = 50  # nodes that a point costs at which the conditions do not hold


class Relation(NamedTuple):
    """One relation of a chain: its place in the chain, its sign, both its sides."""

    position: int
    operator: str
    sides: tuple[Expr, Expr]

    def raw(self, found: Look) -> list[Side]:
        """Return what both sides are worth, or why they have no value or no meaning."""
        return found.sides[self.position : self.position + 2]

    def seen(self, found: Look) -> tuple[Side, Side]:
        """Return what both sides are worth.

        Raises:
            Refused: If one has no meaning.
        """
        left, right = self.raw(found)
        for side in (left, right):
            if isinstance(side, Refused):
                raise side
        return left, right

    def gap(self, found: Look) -> Real | None:
        """Return by how much an inequality holds, for ≠ squared; None where a side is no number."""
        numbers = [one for one in self.raw(found) if isinstance(one, mp.mpf)]
        if len(numbers) < 2 or any(mp.isinf(one) for one in numbers):
            return None
        low, high = numbers if self.operator in ("<", "<=") else reversed(numbers)
        return (high - low) ** 2 if self.operator == "!=" else high - low


class Finding(NamedTuple):
    """What a point says of a relation: "holds", "fails", "domain", "skip", "unsure"."""

    what: str
    seen: Look | None = None


@dataclass
class Place:
    """A point; what has been seen there is kept."""

    question: Question
    number: int
    sign: int
    digits: int
    preset: Preset | None = None
    looks: dict[tuple[int, bool], Look | None] = field(default_factory=dict)
    spent: int = 0

    def at(self, level: int, *, exact: bool = True) -> Look | None:
        """Return a look at a multiple of the digits; None where the conditions do not hold."""
        if (level, exact) not in self.looks:
            seen = look(
                self.question,
                self.number,
                level * self.digits,
                sign=self.sign,
                preset=self.preset,
                exact=exact,
            )
            self.looks[level, exact] = seen
            self.spent += seen.cost if seen is not None else _REJECTED
        return self.looks[level, exact]

    def decide(self, relation: Relation, *, thorough: bool) -> Finding:
        """Look more and more closely, until a relation plainly holds or fails.

        Args:
            relation: The relation.
            thorough: Whether to go to great lengths: there is no other point.

        Raises:
            Refused: If a side has no meaning.
            ShapeError: If the sides cannot be compared.
        """
        before: list[Real] | None = None
        reached = 1
        for level in _MORE_LEVELS if thorough else _LEVELS:
            seen = self.at(level)
            if seen is not None and relation.operator == "~=" and _absorbed(relation, seen):
                seen = self.at(level, exact=False)
            if seen is None:
                return Finding("skip")
            left, right = relation.seen(seen)
            if isinstance(left, Absorbed) or isinstance(right, Absorbed):
                before = None
                continue
            if isinstance(left, PointError) or isinstance(right, PointError):
                return Finding("domain" if _one_real(left, right) else "skip", seen)
            holds = self._holds(relation, (left, right), seen.error, level)
            once_more = thorough or self.number < _STEADY
            if holds and once_more and self._wanders(relation, seen):
                return Finding("unsure", seen)
            if holds or holds is None:
                return Finding("holds" if holds else "unsure", seen)
            if not self._is_close(relation, (left, right), seen.error, level):
                return Finding("fails", seen)
            after = distances(left, right)
            gained = (level - reached) * self.digits
            same = None if before is None else shrinks(before, after, gained)
            if same is not None:
                return Finding("holds" if same and relation.operator in EXACT else "fails", seen)
            before, reached = after, level
        return Finding("unsure")

    def _holds(
        self, relation: Relation, values: tuple[Value, Value], error: Real, level: int
    ) -> bool | None:
        with digits(level * self.digits):
            if relation.operator == "~=":
                return near(relation.sides, *values, error)
            return related(relation.operator, *values, error)

    def _wanders(self, relation: Relation, seen: Look) -> bool:
        r"""Whether more digits change a side of an inequality: it rests on a rounding of zero.

        `1 / \sin \pi` has no value, but its divisor is no zero to any number of digits. Where two
        sides are equal this does not show; where one is larger it would by chance.
        """
        if relation.operator in (*EXACT, "~=") or seen.error:
            return False
        closer = self.at(2)
        sides = relation.raw(closer) if closer is not None else []
        return any(
            isinstance(two, NotReal)
            or (
                isinstance(one, mp.mpf)
                and isinstance(two, mp.mpf)
                and abs(one - two) > _STEADY_TO * (1 + abs(two))
            )
            for one, two in zip(relation.raw(seen), sides, strict=False)
        )

    def _is_close(
        self, relation: Relation, values: tuple[Value, Value], error: Real, level: int
    ) -> bool:
        """Whether a failure may be one of rounding, so that a closer look is worth it."""
        infinite = any(mp.isinf(one) for pair in pairs(*values) for one in pair)
        if error or infinite or relation.operator == "~=":
            return False
        if relation.operator in EXACT:
            return True
        with digits(level * self.digits):
            return any(agree(one, two, 0) for one, two in pairs(*values))


def _absorbed(relation: Relation, seen: Look) -> bool:
    return any(isinstance(one, Absorbed) for one in relation.raw(seen))


def _one_real(left: Side, right: Side) -> bool:
    """Whether one side is a real number and the other is outside its domain."""
    lost = isinstance(left, NotReal), isinstance(right, NotReal)
    other = right if lost[0] else left
    return lost[0] != lost[1] and not isinstance(other, PointError)
