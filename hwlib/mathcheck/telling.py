"""How an outcome is told: counterexamples, and what a reader should know of a check."""

from __future__ import annotations

from collections.abc import Iterable, Set
from fractions import Fraction

from hwlib.mathcheck import names
from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.look import Look, Question, Side
from hwlib.mathcheck.place import Relation
from hwlib.mathcheck.real import PointError, digits
from hwlib.mathcheck.show import show_fraction, show_name, show_value, show_values
from hwlib.mathcheck.verdict import Outcome
from hwlib.mathtex.ast import Expr

_SHOWN = 50  # digits to tell two values apart with
_SIZES = "2, 3, 4, 6"


def counterexample(verdict: str, index: int, seen: Look) -> Outcome:
    """Return an outcome with both sides' values at a point."""
    reason = ""
    if verdict == "domain":
        reason = "one side is real and the other is not; state where it holds with % domain:"
    left, right = _sides(seen.sides[index], seen.sides[index + 1])
    return Outcome(verdict, reason, left, right, _point(seen.seen))


def _sides(left: Side, right: Side) -> tuple[str, str]:
    if isinstance(left, PointError | Refused) or isinstance(right, PointError | Refused):
        return _side(left), _side(right)
    with digits(_SHOWN):
        return show_values(left, right)


def _side(side: Side) -> str:
    return "not real" if isinstance(side, PointError | Refused) else show_value(side)


def _point(values: Iterable[tuple[Expr, Fraction]]) -> tuple[tuple[str, str], ...]:
    """Return a point, sorted by name."""
    return tuple(sorted((show_name(name), show_fraction(value)) for name, value in values))


def how(relation: Relation, notes: Set[str], sizes: Set[int], question: Question) -> str:
    """Say for which functions and sizes a relation was looked at."""
    parts = []
    if "functions" in notes:
        used = {one.name for side in relation.sides for one in names.occurrences(side)}
        shown = sorted(show_name(name) for name in question.view.declared & used)
        parts.append(f"for random smooth functions {', '.join(shown)}".rstrip())
    letters = sorted(show_name(name) for name in question.plan.sizes - set(question.plan.fixed))
    if letters:
        parts.append(f"for {', '.join(letters)} = {_SIZES}")
    elif sizes:
        parts.append(f"for sizes {_SIZES}")
    return "; ".join(parts)
