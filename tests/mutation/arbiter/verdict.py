"""From a relation to "same", "different" or "unsure"."""

from __future__ import annotations

import cmath
import contextlib
from collections.abc import Iterable
from itertools import product

from hwlib import mathtex
from hwlib.mathtex import ast
from tests.mutation.arbiter.conditions import compares, holds
from tests.mutation.arbiter.core import (
    DIFFERENT,
    POINTS,
    POINTS_OF_ORDER,
    SAME,
    TINY,
    Point,
    UnsureError,
    Verdict,
    World,
    evaluate,
    flat,
    spelled,
)


def judge(link: ast.Link, conditions: Iterable[ast.Condition], world: World) -> Verdict:
    """Say whether one relation holds wherever its conditions do."""
    verdicts: list[Verdict] = []
    conditions = list(conditions)
    order = link.operator in ("<", "<=", ">", ">=")
    for seed in range(POINTS_OF_ORDER if order else POINTS):
        verdict = _at(link, conditions, Point(world, seed))
        if verdict == "different":
            return "different"
        verdicts.append(verdict)
    return "same" if verdicts.count("same") >= POINTS // 4 else "unsure"


def _at(link: ast.Link, conditions: list[ast.Condition], point: Point) -> Verdict:
    try:
        indices = sorted(_free_indices(link, point.world))
        for chosen in product(range(1, point.size + 1), repeat=len(indices)):
            bound = {name: complex(value) for name, value in zip(indices, chosen, strict=True)}
            here = point.child(bound)
            if not all(holds(condition, here) for condition in conditions):
                return "unsure"
            verdict = _relation(link, here)
            if verdict != "same":
                return verdict
    except (UnsureError, ArithmeticError, ValueError, RecursionError, TypeError):
        return "unsure"
    return "same"


def _free_indices(link: ast.Link, world: World) -> set[str]:
    """Letters that are used as an index and that nothing binds."""
    nodes = [node for side in (link.left, link.right) for node in ast.walk(side)]
    bound = {
        spelled(index)
        for node in nodes
        if isinstance(node, ast.Reduction)
        for index in node.indices
    }
    used = {
        part.name
        for node in nodes
        if isinstance(node, ast.Subscript)
        for index in node.indices
        for part in ast.walk(index)
        if isinstance(part, ast.Symbol)
    }
    return used - bound - set(world.values) - {"K", "n", "N"}


def _relation(link: ast.Link, point: Point) -> Verdict:
    left, right = evaluate(link.left, point), evaluate(link.right, point)
    if link.operator == "~=":
        return _printed(link.right, complex(left), complex(right))
    if link.operator in ("<", "<=", ">", ">=", "!="):
        return "same" if compares(link, point) else "different"
    if link.operator not in ("=", "=="):
        raise UnsureError(link.operator)
    pairs = list(zip(flat(left), flat(right), strict=False))
    if len(list(flat(left))) != len(list(flat(right))):
        raise UnsureError("shapes differ")
    for a, b in pairs:
        if max(abs(complex(a).imag), abs(complex(b).imag)) > 1e-9 * (1 + abs(a)):
            raise UnsureError("a complex value")
    return _equal(pairs)


def _equal(pairs: list[tuple[complex, complex]]) -> Verdict:
    if any(cmath.isinf(a) or cmath.isinf(b) for a, b in pairs):
        return "same" if all(a.real == b.real for a, b in pairs) else "different"
    if 0 < max(abs(part) for pair in pairs for part in pair) < TINY:
        raise UnsureError("two sides that are tiny")
    gap = max(abs(a - b) / (1e-3 + abs(a) + abs(b)) for a, b in pairs)
    if gap <= SAME:
        return "same"
    if gap >= DIFFERENT:
        return "different"
    raise UnsureError("two sides that are close")


def _printed(right: ast.Expr, left: complex, value: complex) -> Verdict:
    """Whether a printed decimal is right to half a unit of its last digit."""
    if isinstance(right, ast.Negative):
        right = right.operand
    if not isinstance(right, ast.Number):
        raise UnsureError("an approximation that is no decimal")
    half = 0.5 * 10.0**-right.decimals
    gap = abs(left - value)
    if abs(gap - half) < 1e-9:
        raise UnsureError("a decimal that is just between")
    return "same" if gap < half else "different"


def world_of(blocks: Iterable[ast.Block], known: World) -> World:
    """Gather what blocks define, in their order, read with what is known already."""
    world = World(dict(known.functions), {}, set(known.declared))
    for block in blocks:
        for directive in block.directives:
            if directive.kind == "functions":
                world.declared.update(spelled(name) for name in directive.names)
        for statement in block.statements:
            if isinstance(statement, ast.Definition):
                _define_or_leave(world, statement)
    return world


def _define_or_leave(world: World, statement: ast.Definition) -> None:
    """What the arbiter cannot read stays undefined: then it is unsure of what rests on it."""
    pattern = statement.pattern
    function = pattern.base if isinstance(pattern, ast.Subscript) else pattern
    if isinstance(function, ast.Call):
        world.declared.discard(spelled(function.function))
    with contextlib.suppress(UnsureError, ast.TexError):
        world.define(mathtex.resolve(statement, world.role))
