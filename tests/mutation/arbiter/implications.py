"""Statements about statements: where one part holds, the next must."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from hwlib.mathtex import ast
from tests.mutation.arbiter.core import (
    ENOUGH,
    POINTS,
    SIGN,
    TRIED,
    Opinion,
    Point,
    UnsureError,
    World,
)
from tests.mutation.arbiter.points import free_indices, met, placed
from tests.mutation.arbiter.verdict import UNTOLD, reason, relation, worst

Part = Sequence[ast.Condition]


def judge_implication(
    statement: ast.Implication, conditions: Sequence[ast.Condition], world: World
) -> Opinion:
    """Say whether each arrow leads from where its left side holds to where its right side does."""
    found = []
    for (left, right), arrow in zip(pairwise(statement.parts), statement.arrows, strict=True):
        found.append(_follows(left, right, conditions, world))
        if arrow == "<=>":
            found.append(_follows(right, left, conditions, world))
    return worst(found)


def _follows(left: Part, right: Part, conditions: Part, world: World) -> Opinion:
    if not all(isinstance(condition, ast.Comparison) for condition in (*left, *right)):
        return Opinion("unsure", "an arrow between other things than relations")
    if free_indices([*left, *right], world):
        return Opinion("unsure", "an arrow between statements with indices")
    found: list[Opinion] = []
    missed: Counter[str] = Counter()
    for seed in range(POINTS):
        try:
            here = _where(left, conditions, Point(world, seed))
        except UNTOLD as error:
            missed[reason(error)] += 1
        else:
            found.append(_either(right, here, seed, choose=not _has_signs(left)))
            if found[-1].verdict == "different":
                return found[-1]
        if seed > TRIED and not found:
            break
    if len(found) < ENOUGH:
        return Opinion("unsure", missed.most_common(1)[0][0])
    return worst(found)


def _where(left: Part, conditions: Part, point: Point) -> Point:
    """A point at which the left side holds; at every fourth, where its inequalities just do."""
    point = point.child({SIGN: complex(1 - 2 * (point.seed % 2))})
    if point.seed % 4 == 3:
        left = [_edge(condition) for condition in left]
    everything = [*conditions, *left]
    point = placed(everything, set(), point)
    if not met(everything, set(), point):
        raise UnsureError("a condition that was not met")
    return point


def _edge(condition: ast.Condition) -> ast.Condition:
    """`a <= b` as `a = b`: there an inequality that does not follow shows."""
    assert isinstance(condition, ast.Comparison)
    if set(condition.operators) <= {"<=", ">="} and len(condition.operators) == 1:
        return replace(condition, operators=("=",))
    return condition


def _either(right: Part, point: Point, seed: int, *, choose: bool) -> Opinion:
    """The right side at a point; of the two that a sign gives, the better one if it may choose."""
    if not (choose and _has_signs(right)):
        return _all(right, point)
    found = [_all(right, point.child({SIGN: complex(sign)})) for sign in (1, -1)]
    return max(found, key=lambda one: ("different", "unsure", "same").index(one.verdict))


def _all(right: Part, point: Point) -> Opinion:
    found = []
    for condition in right:
        assert isinstance(condition, ast.Comparison)
        for link in condition.links():
            try:
                found.append(Opinion(relation(link, point)))
            except UNTOLD as error:
                found.append(Opinion("unsure", reason(error)))
    return worst(found)


def _has_signs(part: Part) -> bool:
    return any(isinstance(node, ast.PlusMinus) for one in part for node in ast.walk(one))
