r"""Where inequalities turn: both sides are equal there, and no random point meets that.

`x \ge 1 \Rightarrow x > 1` fails at 1 and nowhere else. So every inequality of two statements is
made an equation and solved, and both statements are looked at on its solutions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.look import Look, Question, look
from hwlib.mathcheck.place import Relation
from hwlib.mathcheck.real import mp, power_of_ten
from hwlib.mathcheck.scope import View
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Condition, Expr

_POINTS = 6  # on each edge
_DIGITS = 50
_TURNING = ("<", "<=", ">", ">=")


def broken_on_edge(
    sides: tuple[Expr, ...],
    left: list[Relation],
    right: list[Relation],
    conditions: tuple[Condition, ...],
    view: View,
) -> tuple[Relation, Look] | None:
    """Return a relation on the right that fails on an edge where all on the left hold.

    Args:
        sides: The sides of all relations.
        left: What is given, by where its sides stand in `sides`.
        right: What is said to follow.
        conditions: What restricts the points.
        view: The definitions.
    """
    for edge in _edges((*left, *right)):
        for seen in _looks(sides, (*conditions, edge), view):
            if all(_holds(one, seen) is True for one in left):
                fails = [one for one in right if _holds(one, seen) is False]
                if fails:
                    return fails[0], seen
    return None


def _edges(relations: Iterable[Relation]) -> Iterator[Condition]:
    for relation in relations:
        if relation.operator in _TURNING:
            span = ast.Span(relation.sides[0].span.start, relation.sides[1].span.end)
            yield ast.Comparison(relation.sides, ("=",), (span.start,), span=span)


def _looks(
    sides: tuple[Expr, ...], conditions: tuple[Condition, ...], view: View
) -> Iterator[Look]:
    try:
        question = Question(sides, conditions, view)
        found = [look(question, number, _DIGITS) for number in range(_POINTS)]
    except Refused:  # where it turns is not to be found
        return
    yield from (one for one in found if one is not None and not one.error)


def _holds(relation: Relation, seen: Look) -> bool | None:
    """Whether a relation holds where sides that differ by no more than rounding are equal."""
    left, right = relation.raw(seen)
    if not isinstance(left, mp.mpf) or not isinstance(right, mp.mpf):
        return None
    if abs(left - right) <= max(1, abs(left), abs(right)) * power_of_ten(10 - _DIGITS):
        return relation.operator not in ("<", ">", "!=")
    if relation.operator not in _TURNING:
        return relation.operator == "!="
    return bool(left < right) == (relation.operator in ("<", "<="))
