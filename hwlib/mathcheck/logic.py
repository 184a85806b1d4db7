r"""Statements about statements: `A \iff B`, `A \Rightarrow B`.

An equation is met by no random point, so it is solved: points are made that meet A, and there B
must hold; for `\iff` the other way too. Points that were not made for either side count as well:
there both must hold or both must fail. `x = a \pm b` on the right says that x is one of the two, on
the left that it may be either.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from hwlib.mathcheck.edges import broken_on_edge
from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.look import Look, Question
from hwlib.mathcheck.place import Place, Relation
from hwlib.mathcheck.real import NotReal
from hwlib.mathcheck.referee import ENOUGH
from hwlib.mathcheck.scope import View
from hwlib.mathcheck.telling import counterexample
from hwlib.mathcheck.values import ShapeError
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
    relations = _relations(right)
    sides = tuple(side for one in right for side in _sides(one))
    question = Question(sides, (*conditions, *left), view)
    either = _has_signs(right) and not _has_signs(left)
    signs = (1, -1) if _has_signs((*left, *right)) else (1,)
    found = 0
    numeric = False
    for number in range(4 * _POINTS):
        places = [Place(question, number, sign, _DIGITS) for sign in signs]
        try:
            heard = [_hear(place, relations) for place in places if place.at(1) is not None]
        except Refused as error:
            return Outcome(error.kind, error.message)
        except ShapeError as error:
            return Outcome("undefined", str(error))
        broken = [one for one in heard if one.holds is False]
        if broken and not (either and len(broken) < len(heard)):
            return _broken(broken[0])
        numeric = numeric or any(one.seen is not None and one.seen.error for one in heard)
        found += any(one.holds for one in heard)
        if found >= _POINTS:
            break
    if found < ENOUGH:
        return Outcome(
            "undecided",
            f"only {found} of {ENOUGH} points were found that meet the left side; "
            "state the domain with % domain:",
        )
    if len(signs) == 1:
        edge = _edge(left, right, conditions, view)
        if edge is not None:
            return edge
    return Outcome("numeric" if numeric else "checked")


def _edge(left: Part, right: Part, conditions: Part, view: View) -> Outcome | None:
    """Return a counterexample where an inequality turns, if there is one."""
    both = (*right, *left)
    relations, count = _relations(both), len(_relations(right))
    sides = tuple(side for one in both for side in _sides(one))
    found = broken_on_edge(sides, relations[count:], relations[:count], conditions, view)
    return None if found is None else _broken(_Heard(False, found[1], found[0].position))


def _has_signs(part: Part) -> bool:
    return any(isinstance(node, ast.PlusMinus) for one in part for node in ast.walk(one))


def _sides(condition: Condition) -> tuple[Expr, ...]:
    if isinstance(condition, ast.Comparison):
        return condition.operands
    raise Refused("undefined", "a statement here is an equation or an inequality", condition.span)


def _relations(part: Part) -> list[Relation]:
    """The relations of all chains, by where their sides stand among all sides."""
    found: list[Relation] = []
    place = 0
    for condition in part:
        assert isinstance(condition, ast.Comparison)
        for index, link in enumerate(condition.links()):
            found.append(Relation(place + index, link.operator, (link.left, link.right)))
        place += len(condition.operands)
    return found


class _Heard(NamedTuple):
    """Whether all relations hold at a point (None if that cannot be told), and what was seen."""

    holds: bool | None
    seen: Look | None
    position: int = 0  # of the relation that fails


def _hear(place: Place, relations: list[Relation]) -> _Heard:
    seen = place.at(1)
    told = True
    for relation in relations:
        what, found = place.decide(relation, thorough=False)
        if what in ("fails", "domain") or _lost(relation, seen):
            return _Heard(False, found or seen, relation.position)
        told = told and what == "holds"
    return _Heard(True if told else None, seen)


def _lost(relation: Relation, seen: Look | None) -> bool:
    """Whether a side is outside of its domain: what is not real is no solution."""
    return seen is not None and any(isinstance(side, NotReal) for side in relation.raw(seen))


def _broken(heard: _Heard) -> Outcome:
    """Return a counterexample: the sides of a relation where it fails."""
    assert heard.seen is not None
    reason = "the right side does not follow from the left"
    return replace(counterexample("false", heard.position, heard.seen), reason=reason)
