"""Points that meet conditions: drawn from a set, or moved until an equation holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from hwlib.mathtex import ast
from tests.mutation.arbiter.algebra import spelled_at
from tests.mutation.arbiter.conditions import core_set, holds, members
from tests.mutation.arbiter.core import (
    INDEX_MARKS,
    SIZE_NAMES,
    Point,
    UnsureError,
    Work,
    World,
    evaluate,
    flat,
    real,
    spelled,
)

STEPS = 40  # of Newton's method
SOLVED = 1e-13  # up to which an equation is met, relative to its sides

Residual = Callable[[Point], list[float]]


def free_indices(nodes: Sequence[ast.Node], world: World) -> set[str]:
    """Letters that are used as an index and that nothing binds."""
    parts = [part for node in nodes for part in ast.walk(node)]
    bound = {
        spelled(index)
        for node in parts
        if isinstance(node, ast.Reduction)
        for index in node.indices
    }
    used = {
        part.name
        for node in parts
        for index in _indices(node)
        for part in ast.walk(index)
        if isinstance(part, ast.Symbol)
    }
    return used - bound - set(world.values) - {"K", "n", "N"}


Place = tuple[str, int]  # a name and the place of one of its indices


def written_lengths(nodes: Sequence[ast.Node], world: World) -> dict[str, int]:
    r"""How far letters count, where a sum says it of what they index: `\sum_{l=1}^{2} e^{z_l}`.

    What a definition gives one letter has one length: those of z and c in `z_k := a_k + c_k`.
    """
    bodies = [body for _, body in world.values.values()]
    told: dict[Place, int] = {}
    for node in (part for whole in (*nodes, *bodies) for part in ast.walk(whole)):
        if isinstance(node, ast.Reduction) and isinstance(node.upper, ast.Number):
            summed = set(map(spelled, node.indices))
            told |= {
                p: int(node.upper.value) for p, letter in _places(node.body) if letter in summed
            }
    alike = [_alike(name, letters, body) for name, (letters, body) in world.values.items()]
    alike = [group for groups in alike for group in groups]
    for group in alike * len(alike):  # as long as one may tell the next
        known = next((told[place] for place in group if place in told), None)
        told |= {} if known is None else dict.fromkeys(group, known)
    used = [place for node in nodes for place in _places(node)]
    return {letter: told[place] for place, letter in used if place in told}


def _alike(name: str, letters: Sequence[ast.Expr], body: ast.Node) -> Iterator[list[Place]]:
    """For each letter of a definition, the places that it stands at."""
    base = name.partition("_")[0]
    for at, letter in enumerate(letters):
        inside = [place for place, used in _places(body) if used == spelled(letter)]
        yield [(base, at), *inside]


def _places(node: ast.Node) -> Iterator[tuple[Place, str]]:
    """The place of each index that is a letter, and the letter."""
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript):
            for at, index in enumerate(part.indices):
                if isinstance(index, ast.Symbol):
                    yield (spelled(part.base), at), index.name


def _indices(node: ast.Node) -> tuple[ast.Expr, ...]:
    if isinstance(node, ast.Subscript):
        return node.indices
    marked = isinstance(node, ast.Marked) and node.kind in INDEX_MARKS and node.index is not None
    return (node.index,) if marked else ()


def placed(conditions: Sequence[ast.Condition], indices: set[str], point: Point) -> Point:
    """The point, its quantities moved to where the conditions can hold.

    Args:
        conditions: Sets are drawn from, equations are solved; the others are left to be looked at.
        indices: Letters that count; conditions on them alone choose what is looked at.
        point: Where all is drawn at random.

    Raises:
        UnsureError: If no solution is found.
    """
    for condition in conditions:
        if isinstance(condition, ast.Membership) and not condition.negated:
            point = _drawn(condition, indices, point)
    equations = [c for c in conditions if is_equation(c) and not about(c, indices)]
    return _solved(equations, indices, point) if equations else point


def is_equation(condition: ast.Condition) -> bool:
    """Whether all relations of a condition are equalities."""
    return isinstance(condition, ast.Comparison) and set(condition.operators) <= {"=", "=="}


def about(condition: ast.Condition, indices: set[str]) -> bool:
    """Whether a condition speaks of letters that count, and of nothing else."""
    names = {part.name for part in ast.walk(condition) if isinstance(part, ast.Symbol)}
    return bool(names & indices) and names <= indices | set(SIZE_NAMES)


def met(conditions: Sequence[ast.Condition], indices: set[str], point: Point) -> bool:
    """Whether all conditions hold that are not about indices: for every index, and not solved."""
    return all(
        holds(condition, here)
        for condition in conditions
        if not about(condition, indices) and not is_equation(condition)
        for here in everywhere(condition, point)
    )


def everywhere(condition: ast.Condition, point: Point) -> Iterator[Point]:
    """The point with every value of the indices of a condition."""
    names = sorted(free_indices([condition], point.world) - set(point.bound))
    for chosen in product(range(1, point.size + 1), repeat=len(names)):
        yield point.child({n: complex(value) for n, value in zip(names, chosen, strict=True)})


def _drawn(condition: ast.Membership, indices: set[str], point: Point) -> Point:
    """Give each item a member of a set whose members are listed, or a whole number."""
    if about(condition, indices):
        return point
    if isinstance(condition.container, ast.SetLiteral | ast.IndexRange):
        choices = members(condition.container, point)
    elif core_set(condition.container) in ("N", "Z"):
        choices = [complex(value) for value in range(1, 6)]
    else:
        return point
    values = {}
    for here in everywhere(condition, point):
        for item in condition.items:
            name = spelled_at(item, here)
            turn = round(1e6 * abs(point.free(f"the choice of {name}")))
            values[name] = choices[turn % len(choices)]
    return point.with_atoms(values)


def _solved(equations: Sequence[ast.Comparison], indices: set[str], point: Point) -> Point:
    """Newton's method over all free names at once: the nearest solution to a random start."""
    point.work.rough = True

    def residual(at: Point) -> list[float]:
        return [
            real(complex(a) - complex(b))
            for equation in equations
            for here in everywhere(equation, at)
            for link in equation.links()
            for a, b in zip(
                flat(evaluate(link.left, here)), flat(evaluate(link.right, here)), strict=True
            )
        ]

    asked = replace(point, work=Work(rough=True), known={})
    start = residual(asked)
    values = {name: real(point.free(name)) for name in sorted(asked.work.asked)}
    if not values:
        return _if_zero(start, point)
    for _ in range(STEPS):
        here = np.array(residual(point.with_atoms(_complex(values))))
        size = 1 + max(map(abs, values.values()))
        if np.abs(here).max() < SOLVED * size:
            return point.with_atoms(_complex(values))
        step = np.linalg.lstsq(_slopes(residual, values, point), -here, rcond=1e-10)[0]
        values = {
            name: value + change for (name, value), change in zip(values.items(), step, strict=True)
        }
        if not np.isfinite(step).all() or max(map(abs, values.values())) > 1e6:
            break
    raise UnsureError("an equation whose solution was not found")


def _if_zero(residual: list[float], point: Point) -> Point:
    if any(residual):
        raise UnsureError("an equation that never holds")
    return point


def _complex(values: dict[str, float]) -> dict[str, complex]:
    return {name: complex(value) for name, value in values.items()}


def _slopes(residual: Residual, values: dict[str, float], point: Point) -> np.ndarray:
    columns = []
    for name, value in values.items():
        step = 1e-6 * (1 + abs(value))
        after, before = (
            np.array(residual(point.with_atoms(_complex(values | {name: value + turn * step}))))
            for turn in (1, -1)
        )
        columns.append((after - before) / (2 * step))
    return np.array(columns).T
