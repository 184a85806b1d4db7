"""Conditions, and what rests on them or has parts: cases, vectors, matrices."""

from __future__ import annotations

from hwlib.mathtex import ast
from tests.mutation.arbiter.algebra import filled
from tests.mutation.arbiter.core import (
    Point,
    UnsureError,
    Value,
    evaluate,
    integer,
    number,
    real,
    rule,
)


def holds(condition: ast.Condition, point: Point) -> bool:
    """Whether a condition holds at a point.

    Raises:
        UnsureError: If it is a membership in what has no members that are listed.
    """
    if isinstance(condition, ast.Comparison):
        return all(compares(link, point) for link in condition.links())
    if not isinstance(condition, ast.Membership):
        raise UnsureError("a condition that is no relation")
    return all(_lies_in(item, condition.container, point) for item in condition.items) != (
        condition.negated
    )


def _lies_in(item: ast.Expr, container: ast.Expr, point: Point) -> bool:
    if isinstance(container, ast.Interval):
        low, high = (real(number(end, point)) for end in (container.lower, container.upper))
        return low < real(number(item, point)) < high  # an end is met by no random number
    if isinstance(container, ast.SetLiteral | ast.IndexRange):
        return any(abs(number(item, point) - one) < 1e-12 for one in members(container, point))
    kind = core_set(container)
    if kind == "R":
        return True
    if kind in ("N", "Z"):
        value = real(number(item, point))
        return value == round(value) and (kind == "Z" or value >= 0)
    raise UnsureError("a membership")


def core_set(container: ast.Expr) -> str:
    """The letter of a set of numbers, or of vectors of them; empty for another set."""
    while isinstance(container, ast.Power | ast.Subscript):
        container = container.base
    return container.name if isinstance(container, ast.Symbol) and container.font == "bb" else ""


def members(container: ast.Expr, point: Point) -> list[complex]:
    """The members of a set that is written out.

    Raises:
        UnsureError: If it is not.
    """
    if isinstance(container, ast.SetLiteral):
        return [number(item, point) for item in container.items]
    if isinstance(container, ast.IndexRange):
        first = integer(container.lower, point)
        last = _count(container.upper, point)
        return [complex(value) for value in range(first, last + 1)]
    raise UnsureError("a set that is not written out")


def _count(upper: ast.Expr, point: Point) -> int:
    """The end of a row of numbers: a letter that is not known is a size, whatever it is called."""
    try:
        return integer(upper, point)
    except UnsureError:
        if isinstance(upper, ast.Symbol):
            return point.size
        raise


def compares(link: ast.Link, point: Point) -> bool:
    left, right = (real(number(side, point)) for side in (link.left, link.right))
    if link.operator not in ("<", ">", "<=", ">=", "=", "!="):
        raise UnsureError(f"the relation {link.operator}")
    whole = left == round(left) and right == round(right)
    meet = abs(left - right) < 1e-12
    if link.operator in ("=", "!="):
        if not whole:
            raise UnsureError("an equality that random numbers do not meet")
        return meet == (link.operator == "=")
    if not meet:
        return (left < right) == (link.operator[0] == "<")
    if link.operator in ("<=", ">="):
        return True
    if not whole or point.work.rough:
        raise UnsureError("two sides that meet")
    return False


@rule(ast.Tuple)
def _tuple(node: ast.Tuple, point: Point) -> Value:
    return filled(node.items, point)


@rule(ast.Matrix)
def _matrix(node: ast.Matrix, point: Point) -> Value:
    if all(len(row) == 1 for row in node.rows):
        return filled([row[0] for row in node.rows], point)
    return [[evaluate(item, point) for item in row] for row in node.rows]


@rule(ast.Cases)
def _cases(node: ast.Cases, point: Point) -> Value:
    for branch in node.branches:
        if all(holds(condition, point) for condition in branch.conditions):
            return evaluate(branch.value, point)
    raise UnsureError("no case holds")


@rule(ast.Indicator)
def _indicator(node: ast.Indicator, point: Point) -> Value:
    return complex(all(holds(condition, point) for condition in node.conditions))
