"""The first judge: evaluates all sides at many points, at 50 digits, and compares.

For real-analytic expressions a false identity survives random points with probability zero. Where
an expression is not analytic, more points lie far out; for an inequality a search goes to where it
holds least. What counts as equal at a point is in `place`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from hwlib.mathcheck import names
from hwlib.mathcheck.advice import counted, hint, undefined
from hwlib.mathcheck.attained import attained
from hwlib.mathcheck.compare import EXACT
from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.functions import watched_divisors
from hwlib.mathcheck.look import Look, Question, look
from hwlib.mathcheck.place import Place, Preset, Relation
from hwlib.mathcheck.real import PointError, Real, mp
from hwlib.mathcheck.resolution import resolution
from hwlib.mathcheck.sampling import EDGES, FAR
from hwlib.mathcheck.scope import View
from hwlib.mathcheck.search import Measured, end_presets, lowest, special_presets, starts
from hwlib.mathcheck.solve import has_equality
from hwlib.mathcheck.telling import counterexample, how
from hwlib.mathcheck.values import ShapeError
from hwlib.mathcheck.verdict import Outcome
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Condition

WANTED = 32  # points
ENOUGH = 8
DIGITS = 50
_POINTS = ((120, WANTED), (1000, 16), (float("inf"), 10))  # nodes for one look, points
_TRIES = 6 * WANTED
_FAR_POINTS = 12
_EDGE_POINTS = 32
_TOTAL = 800_000  # nodes for one claim
_ROUGH = 30  # digits on a walk downhill
_NEARLY = 1e-6  # a margin that may be zero
_STRICT = ("<", ">", "!=")
_HOLE = 1e-20  # a divisor that may be zero
_INEXACT = {"limit", "integral", "series", "inverse"}
_NICE: tuple[tuple[Fraction, ...], ...] = (
    tuple(map(Fraction, (1, 2, 3, 5, 7))),
    tuple(map(Fraction, (2, 1, 3, 4, 5))),
    (Fraction(1, 2), Fraction(1, 4), Fraction(3, 4)),
)


@dataclass
class _State:
    """What is known of a relation while points come in."""

    relation: Relation
    valid: int = 0
    outcome: Outcome | None = None
    domain: Outcome | None = None
    unsure: bool = False
    number: int = 0  # of the point at which it fails
    notes: set[str] = field(default_factory=set)
    sizes: set[int] = field(default_factory=set)
    measured: list[Measured] = field(default_factory=list)


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
    states = [
        _State(Relation(index, link.operator, (link.left, link.right)))
        for index, link in enumerate(chain.links())
    ]
    referee = _Referee(question, states)
    both = any(isinstance(node, ast.PlusMinus) for node in ast.walk(chain))
    for sign in (1, -1) if both else (1,):
        referee.examine(sign)
    return [referee.conclude(state) for state in states]


class _Referee:
    """Looks at points until every relation is settled."""

    def __init__(self, question: Question, states: list[_State]) -> None:
        self.question = question
        self.states = states
        values = (one.value for one in question.used.values())
        self.digits = DIGITS + resolution([*question.sides, *values])
        self.spent = 0
        self.constant = False
        self.solutions = has_equality(question.conditions)

    def examine(self, sign: int) -> None:
        """Look at points, until enough are valid or something is false."""
        self.constant = False
        for state in self.states:
            state.valid = 0
            state.measured = []
        for number in range(_TRIES):
            hopeless = number >= _TRIES // 2 and not any(state.valid for state in self.states)
            if self._done() or self.spent > _TOTAL or hopeless or self.constant:
                break
            self._look_at(Place(self.question, number, sign, self.digits))
        if self.question.kinked and not self.constant:
            for number in range(FAR, FAR + _FAR_POINTS):
                self._look_at(Place(self.question, number, sign, self.digits))
        if self.question.edges and not self.constant:
            for number in range(EDGES, EDGES + _EDGE_POINTS):
                self._look_at(Place(self.question, number, sign, self.digits))
        for state in self.states:
            if state.outcome is None and state.relation.operator not in (*EXACT, "~="):
                self._search(state, sign)

    def _done(self) -> bool:
        each = self.spent / max(1, *(state.valid for state in self.states))
        wanted = next(points for cost, points in _POINTS if each <= cost)
        return all(state.outcome is not None or state.valid >= wanted for state in self.states)

    def _look_at(self, place: Place) -> None:
        seen = place.at(1)
        if seen is None:
            self.spent += place.spent
            return
        varied = seen.seen or seen.sizes or "functions" in seen.notes or self.solutions
        self.constant = not varied
        for state in self.states:
            if state.outcome is None:
                self._hear(state, place)
                if self.constant and state.valid:
                    state.valid = WANTED
                elif state.relation.operator not in (*EXACT, "~="):
                    self._measure(state, place.number, seen)
        self.spent += place.spent

    def _measure(self, state: _State, number: int, seen: Look) -> None:
        """Note by how much an inequality holds at a point, relative to the size of its sides."""
        gap = state.relation.gap(seen)
        if gap is not None:
            one, two = (abs(side) for side in state.relation.raw(seen) if isinstance(side, mp.mpf))
            margin = float(gap / (1 + max(one, two)))
            state.measured.append(Measured(margin, number, self._free(seen)))

    def _hear(self, state: _State, place: Place) -> None:
        """Take what a point says of a relation."""
        try:
            found = place.decide(state.relation, thorough=self.constant)
        except ShapeError as error:
            state.outcome = Outcome("undefined", str(error))
            return
        except Refused as error:
            state.outcome = Outcome(error.kind, error.message)
            return
        if found.seen is not None:
            state.notes |= found.seen.notes
            state.sizes |= found.seen.sizes
        if found.what == "holds":
            state.valid += 1
        elif found.what == "unsure":
            state.unsure = True
        elif found.what == "fails" and found.seen is not None:
            state.outcome = counterexample("false", state.relation.position, found.seen)
            reason = hint(state.relation, self.question.conditions, self.question.view)
            state.outcome = replace(state.outcome, reason=reason)
            state.number = place.number
        elif place.number >= EDGES:
            return  # a value that is missing at an edge says nothing
        elif found.what == "domain" and found.seen is not None and state.domain is None:
            state.domain = counterexample("domain", state.relation.position, found.seen)

    # --- inequalities ---

    def _search(self, state: _State, sign: int) -> None:
        """Look for a point where an inequality fails: places on purpose, then downhill."""
        start = self._first_point(sign)
        for preset in special_presets(list(start)):
            self._try(state, sign, preset)
        for preset in end_presets(start, self.question.ranges):
            self._try(state, sign, preset)
        for one in starts(state.measured):
            if state.outcome is None:
                self._walk(state, sign, one)

    def _walk(self, state: _State, sign: int, start: Measured) -> None:
        """Go downhill from a point; what looks like zero at the bottom is looked at closely."""
        margin = self._margin(state, sign, start.number)
        rough = _ROUGH + self.digits - DIGITS
        found = lowest(start.place, lambda place: margin(place, rough, exact=True))
        if found is None:
            return
        for preset in found.presets():
            self._try(state, sign, preset, start.number)
        asked = state.relation.operator in _STRICT or self.digits > DIGITS
        if state.outcome is None and asked and found.between and found.value < _NEARLY:
            self._touch(state, sign, start.number, found.place)

    def _touch(self, state: _State, sign: int, number: int, near: Preset) -> None:
        """Refute an inequality by a point where it is below zero, a strict one where it is zero."""
        if self.question.jumps:
            return
        margin = self._margin(state, sign, number)
        found = attained(near, lambda at, count: margin(at, count, exact=False), self.digits)
        if found is None:
            return
        if not (found.below or state.relation.operator in _STRICT):
            return
        if found.exact:
            self._try(state, sign, found.place, number)
            return
        with watched_divisors() as divisors:
            seen = look(
                self.question, number, self.digits, sign=sign, preset=found.place, exact=False
            )
        if seen is None or state.relation.gap(seen) is None:
            return
        if not any(one < _HOLE for one in divisors):
            outcome = counterexample("false", state.relation.position, seen)
            reason = "" if found.below else _EQUAL
            state.outcome, state.number = replace(outcome, reason=reason), number

    def _try(self, state: _State, sign: int, preset: Preset, number: int = 0) -> None:
        """Look at a point that was chosen on purpose; where a side has no value it says nothing."""
        if state.outcome is not None or self.spent > _TOTAL:
            return
        place = Place(self.question, number, sign, self.digits, preset)
        seen = place.at(1)
        if seen is not None and not any(
            isinstance(one, PointError) for one in state.relation.raw(seen)
        ):
            self._hear(state, place)
        self.spent += place.spent

    def _first_point(self, sign: int, start: int = 0) -> Preset:
        """Return the real variables of the first point that meets the conditions, from one on."""
        for number in range(start, start + _TRIES):
            seen = look(self.question, number, 15, sign=sign)
            if seen is not None:
                return self._free(seen)
        return {}

    def _free(self, seen: Look) -> Preset:
        """Return the real variables of a point."""
        plan = self.question.plan
        whole = {*plan.indices, *plan.sizes, *plan.counts}
        free = [(name, value) for name, value in seen.seen if name not in whole]
        return dict(sorted(free, key=lambda one: names.key(one[0])))

    def _margin(self, state: _State, sign: int, number: int) -> Callable[..., Real | None]:
        """Return a function of preset and digits: by how much the inequality holds there."""

        def margin(preset: Preset, count: int, *, exact: bool) -> Real | None:
            if self.spent > _TOTAL:
                return None
            seen = look(self.question, number, count, sign=sign, preset=preset, exact=exact)
            self.spent += seen.cost if seen is not None else 50
            if seen is None or (seen.error and not exact):
                return None
            return state.relation.gap(seen)

        return margin

    # --- the end ---

    def conclude(self, state: _State) -> Outcome:
        """Return the outcome of a relation when all points have been looked at."""
        unknown = counted(state.relation, self.question.view)
        if unknown is not None:
            return unknown
        if state.outcome is not None:
            if state.outcome.verdict != "false":
                return state.outcome
            unknown = undefined(state.relation, self.question.view)
            return self._nicer(state, state.outcome) if unknown is None else unknown
        if state.domain is not None:
            return state.domain
        if state.valid < ENOUGH:
            return Outcome("undecided", _TOO_INACCURATE if state.unsure else _too_few(state.valid))
        verdict = "checked" if state.relation.operator in (*EXACT, "~=") else "sampled"
        verdict = "numeric" if state.notes & _INEXACT else verdict
        return Outcome(verdict, how(state.relation, state.notes, state.sizes, self.question))

    def _nicer(self, state: _State, found: Outcome) -> Outcome:
        """Return a counterexample in small whole numbers, if there is one."""
        free = self._first_point(1, state.number)
        for numbers in _NICE:
            preset = {name: numbers[place % len(numbers)] for place, name in enumerate(free)}
            trial = _State(state.relation)
            self._try(trial, 1, preset, state.number)
            if trial.outcome is not None and trial.outcome.verdict == "false":
                return trial.outcome
        return found


_EQUAL = "both sides are equal at this point, which is rounded here; ≤ or ≥ allows that"
_TOO_INACCURATE = "the values are too inaccurate to be told apart"


def _too_few(valid: int) -> str:
    return (
        f"only {valid} of {ENOUGH} points could be computed: outside the domain, or too large; "
        "state the domain with % domain:"
    )
