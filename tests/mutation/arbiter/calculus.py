"""Derivatives, integrals, limits, sums."""

from __future__ import annotations

import cmath
import functools
import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise, product

import numpy as np

from hwlib.mathtex import ast
from tests.mutation.arbiter.algebra import spelled_at
from tests.mutation.arbiter.conditions import holds, members
from tests.mutation.arbiter.core import (
    START,
    TINY,
    Point,
    TinyError,
    UnsureError,
    Value,
    Work,
    both,
    evaluate,
    flat,
    integer,
    number,
    real,
    rule,
    spelled,
)
from tests.mutation.arbiter.functions import difference


@rule(ast.Derivative)
def _derivative(node: ast.Derivative, point: Point) -> Value:
    steps = [(by.variable, integer(by.order, point)) for by in node.by]
    return _nested(_body(node.operand, point), steps, point)


def _body(operand: ast.Expr, point: Point) -> ast.Expr:
    """What a function's name alone stands for, in the letters of its definition."""
    if isinstance(operand, ast.Symbol) and spelled(operand) in point.world.functions:
        return point.world.functions[spelled(operand)][1]
    return operand


def _nested(operand: ast.Expr, steps: list[tuple[ast.Expr, int]], point: Point) -> Value:
    if not steps:
        return evaluate(operand, point)
    (variable, order), rest = steps[0], steps[1:]
    at = evaluate(variable, point)
    if isinstance(at, list):
        if rest or order != 1:
            raise UnsureError("a higher derivative by a vector")
        return _by_vector(operand, variable, at, point)
    name = spelled_at(variable, point)
    value = difference(lambda x: _moved(operand, rest, name, x, point), complex(at), order, point)
    if isinstance(value, complex) and abs(value) < 1e-9:
        _refuse_constant(operand, variable, point)
    return value


def _by_vector(operand: ast.Expr, variable: ast.Expr, at: list[Value], point: Point) -> Value:
    """A gradient, a Jacobian (a row for each component of the operand), or slopes by a matrix."""
    name = spelled_at(variable, point)
    shape = np.array(at).shape
    if len(shape) > 1 and isinstance(evaluate(operand, point), list):
        raise UnsureError("a derivative of a vector by a matrix")

    def slope(place: tuple[int, ...]) -> Value:
        def moved(x: complex) -> Value:
            there = np.array(at, dtype=complex)
            there[place] = x
            return _moved(operand, [], name, there.tolist(), point)

        return difference(moved, complex(np.array(at)[place]), 1, point)

    slopes = np.array([slope(place) for place in np.ndindex(shape)])
    return (slopes.T if slopes.ndim > 1 else slopes.reshape(shape)).tolist()


def _moved(
    operand: ast.Expr, rest: list[tuple[ast.Expr, int]], name: str, x: Value, point: Point
) -> Value:
    if name in point.bound:  # a parameter of the function that is being worked out
        return _nested(operand, rest, point.child({name: x}))
    return _nested(operand, rest, point.with_atom(name, x))


def _refuse_constant(operand: ast.Expr, variable: ast.Expr, point: Point) -> None:
    """A derivative that is zero is one only if the quantity, or one of its kin, is in the operand.

    Raises:
        UnsureError: If moving them by a lot changes nothing.
    """
    names = {spelled_at(variable, point)}
    if isinstance(variable, ast.Subscript):
        every = product(range(1, point.size + 1), repeat=len(variable.indices))
        base = spelled_at(variable.base, point)
        names |= {f"{base}_{','.join(map(str, indices))}" for indices in every}
    before = list(flat(evaluate(operand, point)))
    for name in sorted(names):
        elsewhere = point.with_atom(name, point.free(name + " elsewhere") + 0.5)
        if list(flat(evaluate(operand, elsewhere))) != before:
            return
    raise UnsureError("a derivative of a constant")


@rule(ast.Gradient)
def _gradient(node: ast.Gradient, point: Point) -> Value:
    if node.order != 1:
        raise UnsureError("second derivatives by a vector")
    if node.by is not None:
        variables: tuple[ast.Expr, ...] = (node.by,)
    elif isinstance(node.operand, ast.Call):
        variables = node.operand.arguments
    else:
        raise UnsureError("a gradient that does not say by what")
    slopes = [_nested(node.operand, [(variable, 1)], point) for variable in variables]
    return slopes[0] if len(slopes) == 1 else slopes


@rule(ast.Differential)
def _differential(node: ast.Differential, point: Point) -> Value:
    """A number of its own; of what is defined, how it changes with all that it depends on."""
    name = spelled_at(node.variable, point)
    if name not in point.world.values:
        return point.free(f"d{name}")
    asked = Work()
    evaluate(node.variable, replace(point, work=asked, known={}))

    def moved(step: complex) -> Value:
        there = {free: point.free(free) + step * point.free(f"d{free}") for free in asked.asked}
        return evaluate(node.variable, point.with_atoms(there))

    return difference(moved, 0j, 1, point)


@rule(ast.Integral)
def _integral(node: ast.Integral, point: Point) -> Value:
    name = spelled(node.variable)

    def integrand(x: complex) -> complex:
        return number(node.integrand, point.child({name: complex(x)}))

    if node.lower is None or node.upper is None:
        start, end = point.bound.get(START), point.atoms.get(name)
        if start is None or end is None:
            raise UnsureError("an integral without bounds")
        return _gauss(integrand, start, complex(end), point)
    low, high = number(node.lower, point), number(node.upper, point)
    if math.isinf(low.real) or math.isinf(high.real):
        return _improper(integrand, low.real, high.real, point)
    return _gauss(integrand, low, high, point)


def _gauss(
    integrand: Callable[[complex], complex], low: complex, high: complex, point: Point
) -> complex:
    places, weights = np.polynomial.legendre.leggauss(round(point.approximated(48)))
    half = (high - low) / 2
    values = (integrand(low + half * (place + 1)) for place in places)
    return half * sum(weight * value for weight, value in zip(weights, values, strict=True))


def _improper(
    integrand: Callable[[complex], complex], low: float, high: float, point: Point
) -> complex:
    """To infinity or from it, by x = sinh(s) or a + exp(s) with s = sinh(t), in equal steps of t.

    Raises:
        UnsureError: If the ends still count, or if halving the steps changes the sum.
    """
    if low == high:
        return 0j
    if low > high:
        return -_improper(integrand, high, low, point)
    place: Callable[[float], float] = math.sinh
    slope: Callable[[float], float] = math.cosh
    if not (math.isinf(low) and math.isinf(high)):
        start, sign = (low, 1) if math.isinf(high) else (high, -1)
        place, slope = (lambda s: start + sign * math.exp(s)), math.exp

    def part(t: float) -> complex:
        s = math.sinh(t)
        try:
            return math.cosh(t) * slope(s) * integrand(complex(place(s)))
        except TinyError:
            return 0j

    step = point.approximated(1 / 16)
    parts = [step / 2 * part(step / 2 * turn) for turn in range(round(-8.6 / step), 0)]
    parts += [step / 2 * part(step / 2 * turn) for turn in range(round(8.6 / step))]
    fine, coarse = sum(parts), 2 * sum(parts[len(parts) % 2 :: 2])
    if max(abs(fine - coarse), abs(parts[0]), abs(parts[-1])) > 1e-8 * (1 + abs(fine)):
        raise UnsureError("an integral to infinity that is hard")
    return fine


@rule(ast.Limit)
def _limit(node: ast.Limit, point: Point) -> Value:
    if not isinstance(node.variable, ast.Symbol):
        raise UnsureError("a limit in several variables")

    def at(x: float) -> complex:
        return number(node.operand, point.child({spelled(node.variable): complex(x)}))

    if any(isinstance(part, ast.Infinity) for part in ast.walk(node.target)):
        sign = -1.0 if isinstance(node.target, ast.Negative) else 1.0
        return _far(lambda x: at(sign * x), point)
    target = number(node.target, point).real
    found = [
        _near(at, target, sign, point) for sign in {"+": (1,), "-": (-1,)}.get(node.side, (1, -1))
    ]
    if found[0] != found[-1] and not abs(found[0] - found[-1]) < 1e-4 * (1 + abs(found[0])):
        raise UnsureError("a limit that is another from the other side")
    return found[0]


def _near(at: Callable[[float], complex], target: float, side: int, point: Point) -> complex:
    """The limit at a place, from one side of it."""
    step = side * point.approximated(1e-6)
    near, far = at(target + step), at(target + 1000 * step)
    if abs(near - far) > 0.02 * (1 + abs(near)):
        return _far(lambda x: at(target + side / x), point)
    return near + (near - far) * 1e-3


def _far(function: Callable[[float], complex], point: Point) -> complex:
    """The limit at infinity: further out until the values come no nearer to each other."""
    values = list(_outwards(function, point.approximated(18)))
    best, limit = math.inf, None
    for before, value in pairwise(values):
        step = abs(value - before) / (1 + abs(value))
        if step > best and best < 1e-5:
            break  # beyond, rounding takes over
        best, limit = min(best, step), value
    if limit is not None and best < 1e-5:
        return limit if abs(limit) > TINY else 0j  # as near to zero as floats go
    if _grows(values):
        return complex(math.copysign(math.inf, real(values[-1])))
    raise UnsureError("a limit that is slow")


def _grows(values: list[complex]) -> bool:
    """Whether values at places in a fixed ratio grow without bound, like a power or a logarithm."""
    last = [abs(value) for value in values[-10:]]
    steps = [after - before for before, after in pairwise(last)]
    if len(last) < 10 or last != sorted(last):
        return False
    return last[-1] > max(1e6, 2 * last[0]) or min(steps) > 0.99 * max(steps) > 0.01


def _outwards(function: Callable[[float], complex], start: float) -> Iterator[complex]:
    """The values further and further out, as far as floats go."""
    for power in range(140):
        try:
            value = function(float(round(start * 1.2**power)))
        except (ArithmeticError, ValueError, UnsureError):
            return
        if not cmath.isfinite(value):
            return
        yield value


@rule(ast.Evaluated)
def _evaluated(node: ast.Evaluated, point: Point) -> Value:
    for variable, place in node.at:
        point = point.with_atom(spelled_at(variable, point), evaluate(place, point))
    return evaluate(node.operand, point)


@rule(ast.Between)
def _between(node: ast.Between, point: Point) -> Value:
    name = spelled(node.variable) if node.variable is not None else _only_letter(node, point)
    high, low = (
        evaluate(node.operand, point.child({name: evaluate(bound, point)}))
        for bound in (node.upper, node.lower)
    )
    return both(high, low, lambda a, b: a - b)


def _only_letter(node: ast.Between, point: Point) -> str:
    """The one free letter of what stands in the bracket."""
    found = {spelled(part) for part in ast.walk(node.operand) if isinstance(part, ast.Symbol)}
    free = found - set(point.world.functions) - {"e", "\\pi"}
    if len(free) != 1:
        raise UnsureError("a bracket whose variable is not written")
    return free.pop()


@rule(ast.Reduction)
def _reduction(node: ast.Reduction, point: Point) -> Value:
    if node.kind in ("sup", "inf"):
        raise UnsureError("a bound of infinitely many values")
    if node.kind == "sum" and isinstance(node.upper, ast.Infinity):
        return _series(node, point)
    bindings = list(_bindings(node, point))
    values = [evaluate(node.body, point.child(bound)) for bound in bindings]
    if node.kind in ("sum", "prod"):
        if not values:
            return complex(node.kind == "prod")
        combine = operator.add if node.kind == "sum" else operator.mul
        return functools.reduce(lambda left, right: both(left, right, combine), values)
    reals = [real(complex(value)) for value in values]
    best = (max if node.kind in ("max", "argmax") else min)(reals)
    if node.kind in ("max", "min"):
        return complex(best)
    if len(node.indices) != 1 or reals.count(best) != 1:
        raise UnsureError("an extreme at more than one place")
    return next(iter(bindings[reals.index(best)].values()))


def _series(node: ast.Reduction, point: Point) -> complex:
    """An infinite sum: its parts, as far as they change, or where parts of 1/n lead them.

    Raises:
        UnsureError: If they do neither settle nor go anywhere regularly.
    """
    if len(node.indices) != 1 or node.conditions or node.lower is None:
        raise UnsureError("an infinite sum with conditions")
    name, low = spelled(node.indices[0]), integer(node.lower, point)
    point.work.rough = True
    sums: list[complex] = []
    for index in range(low, low + 512):
        try:
            term = number(node.body, point.child({name: complex(index)}))
        except (TinyError, UnsureError, OverflowError):
            if len(sums) < 20 or abs(sums[-1] - sums[-2]) > 1e-9 * abs(sums[-1]):
                raise
            return sums[-1]  # n! or a power is beyond floats, after the terms have died out
        sums.append((sums[-1] if sums else 0j) + term)
        if len(sums) > 5 and all(abs(sums[-1] - s) <= 1e-15 * abs(s) for s in sums[-5:]):
            return sums[-1]
    return _extrapolated([sums[place - 1] for place in (32, 64, 128, 256, 512)])


def _extrapolated(sums: list[complex]) -> complex:
    """Where sums of twice as many terms each lead, if what is left is made of 1/n, 1/n², …"""
    before = sums
    for power in range(1, len(sums)):
        before, sums = (
            sums,
            [(2**power * after - here) / (2**power - 1) for here, after in pairwise(sums)],
        )
    if abs(sums[-1] - before[-1]) > 1e-7 * (1 + abs(sums[-1])):
        raise UnsureError("a sum that is slow")
    return sums[-1]


def _bindings(node: ast.Reduction, point: Point) -> Iterator[dict[str, Value]]:
    names = [spelled(index) for index in node.indices]
    for chosen in product(*(_runs(name, node, point) for name in names)):
        bound = dict(zip(names, chosen, strict=True))
        if all(holds(condition, point.child(bound)) for condition in node.conditions):
            yield bound


def _runs(name: str, node: ast.Reduction, point: Point) -> list[complex]:
    """What an index runs over: its bounds, a set, the numbers of a chain, or all components."""
    if node.lower is not None and node.upper is not None:
        return _whole_numbers(node.lower, node.upper, point)
    for condition in node.conditions:
        if isinstance(condition, ast.Membership) and name in map(spelled, condition.items):
            return members(condition.container, point)
    chained = [c for c in node.conditions if isinstance(c, ast.Comparison) and _chains(name, c)]
    if chained:
        ends = (chained[0].operands[0], chained[0].operands[-1])
        return _whole_numbers(*ends, point)
    if node.kind not in ("sum", "prod") and node.conditions and not _only_unequal(node):
        raise UnsureError("an extreme over what is not counted")
    return [complex(value) for value in range(1, point.size + 1)]


def _whole_numbers(low: ast.Expr, high: ast.Expr, point: Point) -> list[complex]:
    first, last = integer(low, point), integer(high, point)
    if last - first > 200:
        raise UnsureError("a long sum")
    return [complex(value) for value in range(first, last + 1)]


def _chains(name: str, condition: ast.Comparison) -> bool:
    """Whether the condition is a chain such as 1 <= i < j <= n with the name between its ends."""
    inner = [part for part in condition.operands[1:-1] if isinstance(part, ast.Symbol)]
    return name in map(spelled, inner) and set(condition.operators) <= {"<", "<="}


def _only_unequal(node: ast.Reduction) -> bool:
    return all(
        isinstance(condition, ast.Comparison) and condition.operators == ("!=",)
        for condition in node.conditions
    )
