"""The first judge: evaluates both sides at many points, at 50 digits, and compares.

A difference that shows at 50 digits is looked at again at 100. If it shrinks with the rounding, the
two sides are the same; if it stays, they differ, and the point is a counterexample. For
real-analytic expressions a false identity survives random points with probability zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from hwlib.mathcheck import names
from hwlib.mathcheck.approximate import printed_unit
from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.look import Look, Question, Side, entries, look
from hwlib.mathcheck.real import Absorbed, NotReal, PointError, Real, digits, mp, real
from hwlib.mathcheck.scope import View
from hwlib.mathcheck.search import Margin, presets_near, special_presets
from hwlib.mathcheck.show import show_fraction, show_name, show_value
from hwlib.mathcheck.values import Matrix, ShapeError, Value, show_shape
from hwlib.mathcheck.verdict import Outcome
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Condition, Expr

WANTED = 32
ENOUGH = 8
_FEW = 10  # points for what is costly
_TRIES = 6 * WANTED
_COSTLY = 6_000
_TOTAL = 3_000_000
_DIGITS = 50
_EXACT = ("=", "==")
_NICE = ((1, 2, 3, 5, 7), (2, 1, 3, 4, 5), (Fraction(1, 2), Fraction(1, 4), Fraction(3, 4)))


@dataclass
class _Link:
    """The state of one relation while points come in."""

    index: int
    operator: str
    left: Expr
    right: Expr
    valid: int = 0
    outcome: Outcome | None = None
    domain: Outcome | None = None
    unsure: str = ""
    notes: set[str] = field(default_factory=set)
    sizes: set[int] = field(default_factory=set)


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
        _Link(index, link.operator, link.left, link.right)
        for index, link in enumerate(chain.links())
    ]
    referee = _Referee(question, links)
    for sign in _signs(chain):
        referee.examine(sign)
    return [referee.conclude(link) for link in links]


def _signs(chain: ast.Comparison) -> tuple[int, ...]:
    both = any(isinstance(node, ast.PlusMinus) for node in ast.walk(chain))
    return (1, -1) if both else (1,)


class _Referee:
    """Looks at points until every relation is settled."""

    def __init__(self, question: Question, links: list[_Link]) -> None:
        self.question = question
        self.links = links
        self.digits = _DIGITS + resolution(question)
        self.spent = 0
        self.constant = False

    def examine(self, sign: int) -> None:
        """Look at points, until enough are valid or something is false."""
        for link in self.links:
            link.valid = 0
        for number in range(_TRIES):
            hopeless = number >= _TRIES // 2 and not any(link.valid for link in self.links)
            if self._done() or self.spent > _TOTAL or hopeless or self.constant:
                break
            self._at(number, sign)
        for link in self.links:
            if link.outcome is None and link.operator not in (*_EXACT, "~="):
                self._search(link, sign)

    def _done(self) -> bool:
        wanted = WANTED if self.spent < _COSTLY * max(1, self._valid()) else _FEW
        return all(link.outcome is not None or link.valid >= wanted for link in self.links)

    def _valid(self) -> int:
        return max(link.valid for link in self.links)

    def _at(self, number: int, sign: int) -> None:
        seen = look(self.question, number, self.digits, sign=sign)
        if seen is None:
            return
        self.spent += seen.cost
        for link in self.links:
            if link.outcome is None:
                self._compare(link, seen, number, sign)
        if not seen.seen and not seen.sizes and "functions" not in seen.notes:
            self.constant = True
            for link in self.links:
                link.valid = WANTED if link.valid else 0

    def _compare(
        self,
        link: _Link,
        seen: Look,
        number: int,
        sign: int,
        preset: dict[Expr, Fraction] | None = None,
    ) -> None:
        left, right = seen.sides[link.index], seen.sides[link.index + 1]
        for side in (left, right):
            if isinstance(side, Refused):
                link.outcome = Outcome(side.kind, side.message, offset=side.span.start)
                return
        link.notes |= seen.notes
        link.sizes |= seen.sizes
        if isinstance(left, PointError) or isinstance(right, PointError):
            self._without_value(link, seen, number, sign, preset)
            return
        try:
            holds = self._holds(link, left, right, seen.error)
        except ShapeError as error:
            link.outcome = Outcome("undefined", str(error), offset=link.right.span.start)
            return
        if holds is None:
            holds = self._closer(link, (left, right), number, sign, preset)
        if holds is None:
            link.unsure = link.unsure or "the values are too inaccurate to be told apart"
        elif holds:
            link.valid += 1
        else:
            link.outcome = _false(left, right, seen, "false")

    def _without_value(
        self,
        link: _Link,
        seen: Look,
        number: int,
        sign: int,
        preset: dict[Expr, Fraction] | None,
    ) -> None:
        """Settle a point where a side has no value: both none, or one real and the other not."""
        left, right = seen.sides[link.index], seen.sides[link.index + 1]
        if isinstance(left, Absorbed) or isinstance(right, Absorbed):
            again = look(self.question, number, 2 * self.digits, sign=sign, preset=preset)
            if again is None:
                return
            self.spent += again.cost
            left, right = again.sides[link.index], again.sides[link.index + 1]
            if not isinstance(left, PointError | Refused) and not isinstance(
                right, PointError | Refused
            ):
                self._settle(link, again, left, right)
                return
        one_real = isinstance(left, NotReal) != isinstance(right, NotReal)
        other = right if isinstance(left, NotReal) else left
        if one_real and not isinstance(other, PointError | Refused) and link.domain is None:
            link.domain = _false(left, right, seen, "domain")

    def _settle(self, link: _Link, seen: Look, left: Value, right: Value) -> None:
        """Compare at the highest precision: there is no closer look."""
        with digits(2 * self.digits):
            holds = _related(link, left, right, seen.error)
        if holds:
            link.valid += 1
        elif holds is False:
            link.outcome = _false(left, right, seen, "false")

    def _holds(self, link: _Link, left: Value, right: Value, error: Real) -> bool | None:
        """Whether a relation holds at a point; None if that asks for a closer look."""
        with digits(self.digits):
            found = _related(link, left, right, error)
        exact = link.operator in _EXACT and not error
        return None if exact and found is False else found

    def _closer(
        self,
        link: _Link,
        before: tuple[Value, Value],
        number: int,
        sign: int,
        preset: dict[Expr, Fraction] | None,
    ) -> bool | None:
        """Look again at twice the digits: does the difference shrink or stay?"""
        again = look(self.question, number, 2 * self.digits, sign=sign, preset=preset)
        if again is None:
            return None
        self.spent += again.cost
        left, right = again.sides[link.index], again.sides[link.index + 1]
        if isinstance(left, PointError | Refused) or isinstance(right, PointError | Refused):
            return None
        with digits(2 * self.digits):
            if again.error or link.operator not in _EXACT:
                return _related(link, left, right, again.error)
            return _shrinks(_distances(*before), _distances(left, right), self.digits)

    # --- inequalities ---

    def _search(self, link: _Link, sign: int) -> None:
        """Look for a point where an inequality fails: places on purpose, then downhill."""
        free = self._free_names(sign)
        presets: Iterator[dict[Expr, Fraction]] = special_presets(free)
        for preset in presets:
            self._try(link, sign, preset)
        margin = self._margin(link, sign)
        for preset in presets_near(free, margin):
            self._try(link, sign, preset)

    def _try(self, link: _Link, sign: int, preset: dict[Expr, Fraction]) -> None:
        if link.outcome is not None or self.spent > _TOTAL:
            return
        seen = look(self.question, 0, self.digits, sign=sign, preset=preset)
        if seen is not None:
            self.spent += seen.cost
            left, right = seen.sides[link.index], seen.sides[link.index + 1]
            if not isinstance(left, PointError) and not isinstance(right, PointError):
                self._compare(link, seen, 0, sign, preset)

    def _free_names(self, sign: int) -> list[Expr]:
        """Return the real variables of the first point that meets the conditions."""
        for number in range(_TRIES):
            seen = look(self.question, number, 15, sign=sign)
            if seen is not None:
                plan = self.question.plan
                whole = {*plan.indices, *plan.sizes, *plan.counts}
                return sorted((one for one in seen.seen if one not in whole), key=repr)
        return []

    def _margin(self, link: _Link, sign: int) -> Margin:
        """Return a function of a preset: by how much the inequality holds there."""

        def margin(preset: dict[Expr, Fraction]) -> float | None:
            seen = None
            if self.spent <= _TOTAL:
                seen = look(self.question, 0, 15, sign=sign, preset=preset)
            if seen is None:
                return None
            self.spent += seen.cost
            numbers = [
                one
                for one in seen.sides[link.index : link.index + 2]
                if not isinstance(one, PointError | Refused | Matrix)
            ]
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
            if link.outcome.verdict == "false":
                return self._nicer(link, link.outcome)
            return link.outcome
        if link.domain is not None:
            return link.domain
        if link.valid < ENOUGH:
            reason = link.unsure or (
                f"only {link.valid} of {ENOUGH} points could be computed; "
                "state the domain with % domain:"
            )
            return Outcome("undecided", reason)
        if link.unsure:
            return Outcome("undecided", link.unsure)
        return Outcome(_passing(link), _how(link, self.question), notes=link.notes)

    def _nicer(self, link: _Link, found: Outcome) -> Outcome:
        """Return a counterexample in small whole numbers, if there is one."""
        free = self._free_names(1)
        for values in _NICE:
            preset = {
                name: Fraction(values[place % len(values)]) for place, name in enumerate(free)
            }
            trial = _Link(link.index, link.operator, link.left, link.right)
            seen = look(self.question, 0, self.digits, preset=preset)
            if seen is not None and not any(
                isinstance(one, PointError) for one in seen.sides[link.index : link.index + 2]
            ):
                self._compare(trial, seen, 0, 1, preset)
            if trial.outcome is not None and trial.outcome.verdict == "false":
                return trial.outcome
        return found


def _false(left: Side, right: Side, seen: Look, verdict: str) -> Outcome:
    shown = [shown_side(side) for side in (left, right)]
    point = sorted((show_name(name), show_fraction(value)) for name, value in seen.seen.items())
    reason = ""
    if verdict == "domain":
        reason = "one side is real and the other is not; state where it holds with % domain:"
    return Outcome(verdict, reason, shown[0], shown[1], tuple(point))


def shown_side(side: Side) -> str:
    """Return a side's value for a message."""
    return "not real" if isinstance(side, PointError | Refused) else show_value(side)


def related_sides(operator: str, left: Value, right: Value, error: Real, count: int) -> bool | None:
    """Whether two values stand in a relation to a number of digits; None if that is not plain."""
    link = _Link(0, operator, ast.Number(Fraction(0), span=names.NOWHERE), names.POINT)
    with digits(count - 10):
        return _related(link, left, right, error)


def _passing(link: _Link) -> str:
    inexact = {"limit", "integral", "series", "inverse", "extremum"}
    if link.notes & inexact:
        return "numeric"
    return "checked" if link.operator in (*_EXACT, "~=") else "sampled"


def _how(link: _Link, question: Question) -> str:
    """Say what a reader should know of how it was checked."""
    parts = []
    if "functions" in link.notes:
        declared = sorted(
            show_name(name)
            for name in question.view.declared
            if any(
                one.name == name
                for side in (link.left, link.right)
                for one in names.occurrences(side)
            )
        )
        parts.append(f"for random smooth functions {', '.join(declared)}".rstrip())
    letters = sorted(show_name(name) for name in question.plan.sizes - set(question.plan.fixed))
    if letters or link.sizes:
        parts.append(
            f"for {', '.join(letters) or 'vectors'} of size 2, 3, 4"
            if not letters
            else f"for {', '.join(letters)} = 2, 3, 4"
        )
    return "; ".join(parts)


def _related(link: _Link, left: Value, right: Value, error: Real) -> bool | None:
    """Compare two values; None if they are too inaccurate for that."""
    if link.operator == "~=":
        return _near(link, left, right, error)
    if isinstance(left, Matrix) != isinstance(right, Matrix) and link.operator in _EXACT:
        raise ShapeError(f"{show_shape(left)} is compared with {show_shape(right)}")
    if isinstance(left, Matrix) and isinstance(right, Matrix) and left.shape != right.shape:
        raise ShapeError(f"{show_shape(left)} is compared with {show_shape(right)}")
    found = [_related_reals(link.operator, one, two, error) for one, two in _pairs(left, right)]
    if link.operator == "!=":
        return True if True in found else (None if None in found else False)
    return False if False in found else (None if None in found else True)


def _pairs(left: Value, right: Value) -> list[tuple[Real, Real]]:
    one, two = entries(left), entries(right)
    if len(one) != len(two):
        one = one * len(two) if len(one) == 1 else one
        two = two * len(one) if len(two) == 1 else two
    return list(zip(one, two, strict=True))


def _related_reals(operator: str, left: Real, right: Real, error: Real) -> bool | None:
    if mp.isinf(left) or mp.isinf(right):
        equal = bool(left == right)
    else:
        apart = abs(left - right)
        size = max(abs(left), abs(right))
        equal = bool(apart <= size * mp.mpf(10) ** (5 + 15 - mp.dps))
        if not equal and error:
            scale = error * max(1, size)
            if apart <= 10 * scale:
                equal = True
            elif apart <= 10**5 * scale:
                return None
    if operator in _EXACT:
        return equal
    if operator == "!=":
        return not equal
    if operator in ("<", ">"):
        return not equal and bool(left < right) == (operator == "<")
    return equal or bool(left < right) == (operator == "<=")


def _near(link: _Link, left: Value, right: Value, error: Real) -> bool | None:
    """Compare with a printed number: at most half a unit of its last digit away."""
    units = printed_unit(link.left, link.right)
    if units is None:
        raise ShapeError("≈ needs a printed number on one side; write = for an equality")
    pairs = _pairs(left, right)
    if len(units) == 1:
        units = units * len(pairs)
    unsure = False
    for (one, two), unit in zip(pairs, units, strict=True):
        half = real(unit) / 2
        apart = abs(one - two)
        slack = 10 * error * max(1, abs(one)) + half * mp.mpf(10) ** -20
        if apart > half + slack:
            return False
        unsure = unsure or slack > half / 100
    return None if unsure else True


def _distances(left: Value, right: Value) -> list[Real]:
    return [abs(one - two) for one, two in _pairs(left, right)]


def _shrinks(before: list[Real], after: list[Real], count: int) -> bool | None:
    """Whether all differences shrink with the rounding; None if that is not plain."""
    with digits(count):
        small = mp.mpf(10) ** (-count // 2)
        found: list[bool | None] = []
        for one, two in zip(before, after, strict=True):
            if two <= one * small or two == 0:
                found.append(True)
            else:
                found.append(False if two >= one / 1000 else None)
    return False if False in found else (None if None in found else True)


def resolution(question: Question) -> int:
    """Return how many more digits the numbers in a claim ask for.

    `1 = 1 + 10^{-60}` needs more than 60 digits to be found out, and so does a number that is
    printed with 60 digits.
    """
    extra = 0
    roots = [*question.sides, *(one.value for one in question.used.values())]
    for root in roots:
        for node in ast.walk(root):
            extra = max(extra, _digits_of(node))
    return min(extra, 1000)


def _digits_of(node: ast.Node) -> int:
    if isinstance(node, ast.Number):
        size = max(len(str(abs(node.value.numerator))), len(str(node.value.denominator)))
        return 2 * size if size > 15 else 0
    if isinstance(node, ast.Power):
        exponent = (
            node.exponent.operand if isinstance(node.exponent, ast.Negative) else (node.exponent)
        )
        if isinstance(exponent, ast.Number) and isinstance(node.base, ast.Number):
            base = float(abs(node.base.value)) if node.base.value else 1.0
            power = abs(float(exponent.value)) * abs(float(mp.log10(base)))
            return int(2 * power) if 15 < power < 10**6 else 0
    return 0
