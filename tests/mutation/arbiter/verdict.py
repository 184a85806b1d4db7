"""From a relation to "same", "different" or "unsure"."""

from __future__ import annotations

import cmath
import contextlib
from collections.abc import Iterable, Iterator
from itertools import product

from hwlib.mathtex import ast
from hwlib.mathtex.resolve import resolve
from tests.mutation.arbiter.conditions import compares, holds
from tests.mutation.arbiter.core import (
    DIFFERENT,
    ENOUGH,
    NEAR_ZERO,
    ORDER,
    POINTS,
    POINTS_OF_ORDER,
    ROUGH,
    SAME,
    SHAKES,
    SIZE_NAMES,
    SIZES,
    TINY,
    TRIED,
    ULP,
    Point,
    UnsureError,
    Value,
    Verdict,
    World,
    evaluate,
    flat,
    real,
    spelled,
)


def judge(link: ast.Link, conditions: Iterable[ast.Condition], world: World) -> Verdict:
    """Say whether one relation holds wherever its conditions do."""
    verdicts: list[Verdict] = []
    conditions = list(conditions)
    sizes = _sizes(link)
    for seed in range(POINTS_OF_ORDER if link.operator in ORDER else POINTS):
        here = {name: SIZES[(seed + turn) % len(SIZES)] for turn, name in enumerate(sizes)}
        verdict = _at(link, conditions, Point(world, seed, _marks(link), here))
        if verdict == "different":
            return "different"
        verdicts.append(verdict)
        if len(verdicts) == TRIED and "same" not in verdicts:
            break
    return "same" if verdicts.count("same") >= ENOUGH else "unsure"


def _sizes(link: ast.Link) -> list[str]:
    """The sizes that the claim sums to: letters that differ stand for sizes that differ."""
    nodes = list(_nodes(link))
    tops = [node.upper for node in nodes if isinstance(node, ast.Reduction) and node.upper]
    letters = [top.name for top in tops if isinstance(top, ast.Symbol)]
    return sorted(set(letters) & set(SIZE_NAMES))


def _marks(link: ast.Link) -> tuple[float, ...]:
    """The numbers that are written in the claim: it may be another one beyond them."""
    numbers = {float(node.value) for node in _nodes(link) if isinstance(node, ast.Number)}
    return tuple(sorted(number for number in numbers if 0 < number < 1e6))


def _nodes(link: ast.Link) -> Iterator[ast.Node]:
    for side in (link.left, link.right):
        yield from ast.walk(side)


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
    nodes = list(_nodes(link))
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
        return _printed(link, complex(left), complex(right), point)
    if link.operator == "!=":
        return "same" if compares(link, point) else "different"
    if link.operator in ORDER:
        return _ordered(link, real(complex(left)), real(complex(right)), point)
    if link.operator not in ("=", "=="):
        raise UnsureError(link.operator)
    pairs = _pairs(left, right)
    for a, b in pairs:
        if max(abs(complex(a).imag), abs(complex(b).imag)) > 1e-9 * (1 + abs(a)):
            raise UnsureError("a complex value")
    return _equal(pairs, link, point)


def _pairs(left: Value, right: Value) -> list[tuple[complex, complex]]:
    if len(list(flat(left))) != len(list(flat(right))):
        raise UnsureError("shapes differ")
    return list(zip(flat(left), flat(right), strict=True))


def _equal(pairs: list[tuple[complex, complex]], link: ast.Link, point: Point) -> Verdict:
    if any(cmath.isinf(a) or cmath.isinf(b) for a, b in pairs):
        return "same" if all(a.real == b.real for a, b in pairs) else "different"
    if 0 < max(abs(part) for pair in pairs for part in pair) < TINY:
        raise UnsureError("two sides that are tiny")
    gaps = [abs(a - b) for a, b in pairs]
    units = [_unit(a, b, point) for a, b in pairs]
    if all(gap <= SAME * unit for gap, unit in zip(gaps, units, strict=True)):
        return "same"
    noise = _noise(link, point)
    if noise < 1e-9 and all(g <= SAME * u + 10 * noise for g, u in zip(gaps, units, strict=True)):
        return "same"
    if any(g >= DIFFERENT * u + 100 * noise for g, u in zip(gaps, units, strict=True)):
        return "different"
    raise UnsureError("two sides that are close")


def _ordered(link: ast.Link, left: float, right: float, point: Point) -> Verdict:
    """Whether an inequality holds; where the two sides meet, only whole numbers tell."""
    gap = right - left if link.operator[0] == "<" else left - right
    far = DIFFERENT * _unit(left, right, point)
    if gap > far:
        return "same"
    noise = _noise(link, point)
    if gap < -far - 100 * noise:
        return "different"
    if link.operator in ("<=", ">="):
        return "same" if noise < 1e-9 else "unsure"
    return "different" if gap == noise == 0 and not point.work.rough else "unsure"


def _unit(left: complex, right: complex, point: Point) -> float:
    """What a difference of the two sides is compared with."""
    size = abs(left) + abs(right)
    return ROUGH * (size + NEAR_ZERO) if point.work.rough else size


def _noise(link: ast.Link, point: Point) -> float:
    """How much the difference of the sides moves when every rounding goes another way."""
    plain, *others = (
        [a - b for a, b in _pairs(evaluate(link.left, at), evaluate(link.right, at))]
        for at in (point, *map(point.shaken, range(SHAKES)))
    )
    return max(abs(a - b) for other in others for a, b in zip(plain, other, strict=True))


def _printed(link: ast.Link, left: complex, value: complex, point: Point) -> Verdict:
    """Whether a printed decimal is right to half a unit of its last digit."""
    printed = link.right.operand if isinstance(link.right, ast.Negative) else link.right
    if not isinstance(printed, ast.Number):
        raise UnsureError("an approximation that is no decimal")
    gap, half = abs(left - value), 0.5 * 10.0**-printed.decimals
    if abs(gap - half) <= ULP * _unit(left, value, point) + 10 * _noise(link, point):
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
        world.define(resolve(statement, world.role))
