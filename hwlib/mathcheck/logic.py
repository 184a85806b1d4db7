r"""Statements about statements: `A \iff B`, `A \Rightarrow B`.

An equation is met by no random point, so it is solved: points are made that meet A, and there B
must hold; for `\iff` the other way too. Points that were not made for either side count as well:
there both must hold or both must fail.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hwlib.mathcheck.compare import related
from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.look import Look, Question, look
from hwlib.mathcheck.real import NotReal, PointError, digits
from hwlib.mathcheck.referee import ENOUGH
from hwlib.mathcheck.scope import View
from hwlib.mathcheck.telling import counterexample
from hwlib.mathcheck.verdict import Outcome
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Condition, Expr

_POINTS = 24
_DIGITS = 50

Part = tuple[Condition, ...]


def judge_implication(statement: ast.Implication, conditions: Part, view: View) -> list[Outcome]:
    """Judge each arrow of a chain of statements."""
    outcomes = []
    for (left, right), arrow in zip(pairwise(statement.parts), statement.arrows, strict=True):
        outcome = _follows(left, right, conditions, view)
        if arrow == "<=>" and outcome.verdict in ("checked", "numeric"):
            back = _follows(right, left, conditions, view)
            outcome = outcome if back.verdict == "checked" else back
        outcomes.append(outcome)
    return outcomes


def _follows(left: Part, right: Part, conditions: Part, view: View) -> Outcome:
    """Judge "wherever left holds, right holds"."""
    sides = tuple(side for one in right for side in _sides(one))
    question = Question(sides, (*conditions, *left), view)
    found = 0
    numeric = False
    for number in range(4 * _POINTS):
        seen = look(question, number, _DIGITS)
        if seen is None:
            continue
        refused = next((one for one in seen.sides if isinstance(one, Refused)), None)
        if refused is not None:
            return Outcome(refused.kind, refused.message)
        holds = _holds(right, seen)
        numeric = numeric or bool(seen.error)
        if holds is False:
            return _broken(seen)
        found += holds is True
        if found >= _POINTS:
            break
    if found < ENOUGH:
        return Outcome(
            "undecided",
            f"only {found} of {ENOUGH} points were found that meet the left side; "
            "state the domain with % domain:",
        )
    return Outcome("numeric" if numeric else "checked")


def _sides(condition: Condition) -> tuple[Expr, ...]:
    if isinstance(condition, ast.Comparison):
        return condition.operands
    raise Refused("undefined", "a statement here is an equation or an inequality", condition.span)


def _holds(right: Part, seen: Look) -> bool | None:
    """Whether all conditions hold; None if that cannot be told at this point."""
    place = 0
    found: list[bool | None] = []
    for condition in right:
        assert isinstance(condition, ast.Comparison)
        values = seen.sides[place : place + len(condition.operands)]
        place += len(values)
        for index, operator in enumerate(condition.operators):
            found.append(_link(operator, values[index], values[index + 1], seen))
    return False if False in found else (None if None in found else True)


def _link(operator: str, left: object, right: object, seen: Look) -> bool | None:
    if isinstance(left, PointError) or isinstance(right, PointError):
        lost = isinstance(left, NotReal) or isinstance(right, NotReal)
        return False if lost else None
    with digits(_DIGITS - 10):
        return related(operator, left, right, seen.error)


def _broken(seen: Look) -> Outcome:
    """Return a counterexample: the first relation's sides where it fails."""
    reason = "the right side does not follow from the left"
    return replace(counterexample("false", 0, seen), reason=reason)
