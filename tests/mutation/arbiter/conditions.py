"""Conditions, and what rests on them or has parts: cases, vectors, matrices."""

from __future__ import annotations

from hwlib.mathtex import ast
from tests.mutation.arbiter.core import (
    Point,
    UnsureError,
    Value,
    evaluate,
    number,
    real,
    rule,
    spelled,
)


def holds(condition: ast.Condition, point: Point) -> bool:
    """Whether a condition holds at a point.

    Raises:
        UnsureError: If it is a membership other than that of the real numbers or an interval.
    """
    if isinstance(condition, ast.Comparison):
        return all(compares(link, point) for link in condition.links())
    if isinstance(condition, ast.Membership) and isinstance(condition.container, ast.Interval):
        low, high = (
            number(end, point) for end in (condition.container.lower, condition.container.upper)
        )
        return all(low.real < number(item, point).real < high.real for item in condition.items)
    if isinstance(condition, ast.Membership) and spelled(condition.container) == "R":
        return True
    raise UnsureError("a condition")


def compares(link: ast.Link, point: Point) -> bool:
    left, right = number(link.left, point), number(link.right, point)
    gap = real(left) - real(right)
    if link.operator in ("<", ">", "<=", ">="):
        if abs(gap) < 1e-12:
            if link.operator in ("<=", ">="):
                return True
            raise UnsureError("two sides that meet")
        return (gap < 0) == (link.operator[0] == "<")
    if link.operator in ("=", "!="):
        if real(left) != int(real(left)) or real(right) != int(real(right)):
            raise UnsureError("an equality that random numbers do not meet")
        return (abs(gap) < 1e-12) == (link.operator == "=")
    raise UnsureError(link.operator)


@rule(ast.Tuple)
def _tuple(node: ast.Tuple, point: Point) -> Value:
    return [evaluate(item, point) for item in node.items]


@rule(ast.Matrix)
def _matrix(node: ast.Matrix, point: Point) -> Value:
    rows = [[evaluate(item, point) for item in row] for row in node.rows]
    return [row[0] for row in rows] if all(len(row) == 1 for row in rows) else rows


@rule(ast.Cases)
def _cases(node: ast.Cases, point: Point) -> Value:
    for branch in node.branches:
        if all(holds(condition, point) for condition in branch.conditions):
            return evaluate(branch.value, point)
    raise UnsureError("no case holds")


@rule(ast.Indicator)
def _indicator(node: ast.Indicator, point: Point) -> Value:
    return complex(all(holds(condition, point) for condition in node.conditions))
