"""The first judge: evaluates all sides at many points, at 50 digits, and compares.

A difference that shows at 50 digits is looked at again at 100, 200, …. If it shrinks with the
rounding, the two sides are the same; if it stays, they differ, and the point is a counterexample.
For real-analytic expressions a false identity survives random points with probability zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from hwlib.mathcheck import names
from hwlib.mathcheck.compare import EXACT, agree, distances, near, pairs, related, shrinks
from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.look import Look, Question, Side, look
from hwlib.mathcheck.real import Absorbed, NotReal, PointError, Real, digits, mp
from hwlib.mathcheck.resolution import resolution
from hwlib.mathcheck.sampling import FAR
from hwlib.mathcheck.scope import View
from hwlib.mathcheck.search import Margin, presets_near, special_presets
from hwlib.mathcheck.show import show_fraction, show_name, show_value, show_values
from hwlib.mathcheck.solve import has_equality
from hwlib.mathcheck.values import Matrix, ShapeError, Value
from hwlib.mathcheck.verdict import Outcome
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Condition, Expr

WANTED = 32  # points
ENOUGH = 8
DIGITS = 50
_POINTS = ((120, WANTED), (1000, 16), (float("inf"), 10))  # nodes for one look, points
_TRIES = 6 * WANTED
_FAR_POINTS = 12
_TOTAL = 800_000  # nodes for one claim
_LEVELS = (1, 2, 4)  # times the digits
_MORE_LEVELS = (1, 2, 4, 8, 16)  # for claims without variables, which have one point only
_INEXACT = {"limit", "integral", "series", "inverse"}
_NICE: tuple[tuple[Fraction, ...], ...] = (
    tuple(map(Fraction, (1, 2, 3, 5, 7))),
    tuple(map(Fraction, (2, 1, 3, 4, 5))),
    (Fraction(1, 2), Fraction(1, 4), Fraction(3, 4)),
)

Preset = dict[Expr, Fraction]


@dataclass
class _Link:
    """The state of one relation while points come in."""

    index: int
    operator: str
    sides: tuple[Expr, Expr]
    valid: int = 0
    outcome: Outcome | None = None
    domain: Outcome | None = None
    unsure: bool = False
    notes: set[str] = field(default_factory=set)
    sizes: set[int] = field(default_factory=set)


class _Found(NamedTuple):
    """What a point says of a relation: "holds", "fails", "domain", "skip", "unsure"."""

    what: str
    seen: Look | None = None


@dataclass
class _Place:
    """A point, looked at as closely as is asked for."""

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
            self.spent += seen.cost if seen is not None else 50
        return self.looks[level, exact]


def judge(chain: ast.Comparison, conditions: tuple[Condition, ...], view: View) -> list[Outcome]:
    """Judge each relation of a chain.

    Args:
        chain: The relations, dots written out.
        conditions: What is given: bounds and equalities.
        view: What is visible at its place.

    Returns:
        One outcome for each relation, in order.
    """
    question = Question(chain.operands, conditions, view)
    links = [
        _Link(index, link.operator, (link.left, link.right))
        for index, link in enumerate(chain.links())
    ]
    referee = _Referee(question, links)
    both = any(isinstance(node, ast.PlusMinus) for node in ast.walk(chain))
    for sign in (1, -1) if both else (1,):
        referee.examine(sign)
    return [referee.conclude(link) for link in links]


class _Referee:
    """Looks at points until every relation is settled."""

    def __init__(self, question: Question, links: list[_Link]) -> None:
        self.question = question
        self.links = links
        values = (one.value for one in question.used.values())
        self.digits = DIGITS + resolution([*question.sides, *values])
        self.spent = 0
        self.constant = False
        self.solutions = has_equality(question.conditions)

    def examine(self, sign: int) -> None:
        """Look at points, until enough are valid or something is false."""
        self.constant = False
        for link in self.links:
            link.valid = 0
        for number in range(_TRIES):
            hopeless = number >= _TRIES // 2 and not any(link.valid for link in self.links)
            if self._done() or self.spent > _TOTAL or hopeless or self.constant:
                break
            self._look_at(_Place(self.question, number, sign, self.digits))
        if self.question.kinked and not self.constant:
            for number in range(FAR, FAR + _FAR_POINTS):
                self._look_at(_Place(self.question, number, sign, self.digits))
        for link in self.links:
            if link.outcome is None and link.operator not in (*EXACT, "~="):
                self._search(link, sign)

    def _done(self) -> bool:
        each = self.spent / max(1, *(link.valid for link in self.links))
        wanted = next(points for cost, points in _POINTS if each <= cost)
        return all(link.outcome is not None or link.valid >= wanted for link in self.links)

    def _look_at(self, place: _Place) -> None:
        seen = place.at(1)
        if seen is None:
            self.spent += place.spent
            return
        varied = seen.seen or seen.sizes or "functions" in seen.notes or self.solutions
        self.constant = not varied
        for link in self.links:
            if link.outcome is None:
                self._hear(link, place)
                if self.constant and link.valid:
                    link.valid = WANTED
        self.spent += place.spent

    def _hear(self, link: _Link, place: _Place) -> None:
        """Take what a point says of a relation."""
        try:
            found = self._decide(link, place)
        except ShapeError as error:
            link.outcome = Outcome("undefined", str(error))
            return
        except Refused as error:
            link.outcome = Outcome(error.kind, error.message)
            return
        if found.seen is not None:
            link.notes |= found.seen.notes
            link.sizes |= found.seen.sizes
        if found.what == "holds":
            link.valid += 1
        elif found.what == "unsure":
            link.unsure = True
        elif found.what == "fails" and found.seen is not None:
            link.outcome = counterexample("false", link.index, found.seen)
        elif found.what == "domain" and found.seen is not None and link.domain is None:
            link.domain = counterexample("domain", link.index, found.seen)

    def _decide(self, link: _Link, place: _Place) -> _Found:
        """Look at a point more and more closely, until a relation plainly holds or fails."""
        before: list[Real] | None = None
        reached = 1
        for level in _MORE_LEVELS if self.constant else _LEVELS:
            seen = place.at(level)
            if seen is not None and link.operator == "~=" and _absorbed(link, seen):
                seen = place.at(level, exact=False)
            if seen is None:
                return _Found("skip")
            left, right = _sides(link, seen)
            if isinstance(left, Absorbed) or isinstance(right, Absorbed):
                before = None
                continue
            if isinstance(left, PointError) or isinstance(right, PointError):
                return _Found("domain" if _one_real(left, right) else "skip", seen)
            holds = self._compare(link, (left, right), seen.error, level)
            if holds or holds is None:
                return _Found("holds" if holds else "unsure", seen)
            if not self._closer(link, left, right, seen.error, level):
                return _Found("fails", seen)
            after = distances(left, right)
            gained = (level - reached) * self.digits
            settled = None if before is None else shrinks(before, after, gained)
            if settled is not None:
                return _Found("holds" if settled and link.operator in EXACT else "fails", seen)
            before, reached = after, level
        return _Found("unsure")

    def _compare(
        self, link: _Link, values: tuple[Value, Value], error: Real, level: int
    ) -> bool | None:
        with digits(level * self.digits):
            if link.operator == "~=":
                return near(link.sides, *values, error)
            return related(link.operator, *values, error)

    def _closer(self, link: _Link, left: Value, right: Value, error: Real, level: int) -> bool:
        """Whether a failure may be one of rounding, so that a closer look is worth it."""
        infinite = any(mp.isinf(one) for pair in pairs(left, right) for one in pair)
        if error or infinite or link.operator == "~=":
            return False
        if link.operator in EXACT:
            return True
        with digits(level * self.digits):
            return any(agree(one, two, 0) for one, two in pairs(left, right))

    # --- inequalities ---

    def _search(self, link: _Link, sign: int) -> None:
        """Look for a point where an inequality fails: places on purpose, then downhill."""
        start = self._first_point(sign)
        for preset in special_presets(list(start)):
            self._try(link, sign, preset)
        for preset in presets_near(start, self._margin(link, sign)):
            self._try(link, sign, preset)

    def _try(self, link: _Link, sign: int, preset: Preset) -> None:
        """Look at a point that was chosen on purpose; where a side has no value it says nothing."""
        if link.outcome is not None or self.spent > _TOTAL:
            return
        place = _Place(self.question, 0, sign, self.digits, preset)
        seen = place.at(1)
        if seen is not None and not any(isinstance(one, PointError) for one in _sides(link, seen)):
            self._hear(link, place)
        self.spent += place.spent

    def _first_point(self, sign: int) -> Preset:
        """Return the real variables of the first point that meets the conditions."""
        plan = self.question.plan
        whole = {*plan.indices, *plan.sizes, *plan.counts}
        for number in range(_TRIES):
            seen = look(self.question, number, 15, sign=sign)
            if seen is not None:
                free = sorted((one for one in seen.seen if one not in whole), key=names.key)
                return {name: seen.seen[name] for name in free}
        return {}

    def _margin(self, link: _Link, sign: int) -> Margin:
        """Return a function of a preset: by how much the inequality holds there."""

        def margin(preset: Preset) -> float | None:
            if self.spent > _TOTAL:
                return None
            seen = look(self.question, 0, 15, sign=sign, preset=preset)
            self.spent += seen.cost if seen is not None else 50
            found = _sides(link, seen) if seen is not None else ()
            numbers = [one for one in found if not isinstance(one, PointError | Refused | Matrix)]
            if len(numbers) < 2:
                return None
            low, high = numbers if link.operator in ("<", "<=") else reversed(numbers)
            gap = high - low
            return float(abs(gap) if link.operator == "!=" else gap)

        return margin

    # --- the end ---

    def conclude(self, link: _Link) -> Outcome:
        """Return the outcome of a relation when all points have been looked at."""
        if link.outcome is not None:
            if link.outcome.verdict != "false":
                return link.outcome
            unknown = _unknown_opaque(link, self.question.view)
            return self._nicer(link, link.outcome) if unknown is None else unknown
        if link.domain is not None:
            return link.domain
        if link.valid < ENOUGH:
            few = f"only {link.valid} of {ENOUGH} points could be computed; state the domain with "
            reason = (
                "the values are too inaccurate to be told apart"
                if link.unsure
                else (few + "% domain:")
            )
            return Outcome("undecided", reason)
        verdict = "checked" if link.operator in (*EXACT, "~=") else "sampled"
        verdict = "numeric" if link.notes & _INEXACT else verdict
        return Outcome(verdict, _how(link, self.question))

    def _nicer(self, link: _Link, found: Outcome) -> Outcome:
        """Return a counterexample in small whole numbers, if there is one."""
        free = self._first_point(1)
        for numbers in _NICE:
            preset = {name: numbers[place % len(numbers)] for place, name in enumerate(free)}
            trial = _Link(link.index, link.operator, link.sides)
            self._try(trial, 1, preset)
            if trial.outcome is not None and trial.outcome.verdict == "false":
                return trial.outcome
        return found


def _unknown_opaque(link: _Link, view: View) -> Outcome | None:
    r"""Say that a `P(A \mid B)` is defined nowhere, rather than that a claim about it is false."""
    for side in link.sides:
        for node in ast.walk(side):
            if isinstance(node, ast.Opaque) and view.find_opaque(node) is None:
                message = f"{show_name(node)} is not defined; define it with := before this"
                return Outcome("undefined", message)
    return None


def _sides(link: _Link, seen: Look) -> tuple[Side, Side]:
    """Return what both sides of a relation are worth.

    Raises:
        Refused: If one has no meaning.
    """
    left, right = seen.sides[link.index], seen.sides[link.index + 1]
    for side in (left, right):
        if isinstance(side, Refused):
            raise side
    return left, right


def _absorbed(link: _Link, seen: Look) -> bool:
    return any(isinstance(one, Absorbed) for one in seen.sides[link.index : link.index + 2])


def _one_real(left: Side, right: Side) -> bool:
    """Whether one side is a real number and the other is outside its domain."""
    lost = isinstance(left, NotReal), isinstance(right, NotReal)
    other = right if lost[0] else left
    return lost[0] != lost[1] and not isinstance(other, PointError)


def counterexample(verdict: str, index: int, seen: Look) -> Outcome:
    """Return an outcome with both sides' values at a point."""
    reason = ""
    if verdict == "domain":
        reason = "one side is real and the other is not; state where it holds with % domain:"
    left, right = shown_sides(seen.sides[index], seen.sides[index + 1])
    return Outcome(verdict, reason, left, right, shown_point(seen.seen.items()))


def shown_sides(left: Side, right: Side) -> tuple[str, str]:
    """Return both sides for a message."""
    lost = [isinstance(side, PointError | Refused) for side in (left, right)]
    if any(lost):
        return (
            "not real" if lost[0] else show_value(left),
            "not real" if lost[1] else show_value(right),
        )
    with digits(50):
        return show_values(left, right)


def shown_point(values: Iterable[tuple[Expr, Fraction]]) -> tuple[tuple[str, str], ...]:
    """Return a point for a message, sorted by name."""
    return tuple(sorted((show_name(name), show_fraction(value)) for name, value in values))


def _how(link: _Link, question: Question) -> str:
    """Say what a reader should know of how it was checked."""
    parts = []
    if "functions" in link.notes:
        used = {one.name for side in link.sides for one in names.occurrences(side)}
        shown = sorted(show_name(name) for name in question.view.declared & used)
        parts.append(f"for random smooth functions {', '.join(shown)}".rstrip())
    letters = sorted(show_name(name) for name in question.plan.sizes - set(question.plan.fixed))
    if letters:
        parts.append(f"for {', '.join(letters)} = 2, 3, 4, 6")
    elif link.sizes:
        parts.append("for sizes 2, 3, 4, 6")
    return "; ".join(parts)
