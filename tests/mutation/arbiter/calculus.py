"""Derivatives, integrals, limits, sums."""

from __future__ import annotations

import cmath
import functools
import math
import operator
from collections.abc import Callable, Iterator
from itertools import pairwise, product

import numpy as np

from hwlib.mathtex import ast
from tests.mutation.arbiter.conditions import holds
from tests.mutation.arbiter.core import (
    TINY,
    Point,
    UnsureError,
    Value,
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
    return _nested(node.operand, steps, point)


def _nested(operand: ast.Expr, steps: list[tuple[ast.Expr, int]], point: Point) -> Value:
    if not steps:
        return evaluate(operand, point)
    (variable, order), rest = steps[0], steps[1:]
    name = atom(variable, point)
    if isinstance(variable, ast.Symbol) and variable.font == "bf":
        raise UnsureError("a derivative by a vector")
    at = evaluate(variable, point)
    if isinstance(at, list):
        raise UnsureError("a derivative by a vector")
    value = difference(lambda x: _moved(operand, rest, name, x, point), complex(at), order, point)
    if isinstance(value, complex) and abs(value) < 1e-9 and not _mentions(operand, name, point):
        raise UnsureError("a derivative of a constant")
    return value


def _moved(
    operand: ast.Expr, rest: list[tuple[ast.Expr, int]], name: str, x: complex, point: Point
) -> Value:
    if name in point.bound:  # a parameter of the function that is being worked out
        return _nested(operand, rest, point.child({name: x}))
    return _nested(operand, rest, point.with_atom(name, x))


def atom(variable: ast.Expr, point: Point) -> str:
    if isinstance(variable, ast.Subscript) and not any(
        isinstance(index, ast.Label) for index in variable.indices
    ):
        indices = ",".join(str(integer(index, point)) for index in variable.indices)
        return f"{spelled(variable.base)}_{indices}"
    return spelled(variable)


def _mentions(operand: ast.Expr, name: str, point: Point) -> bool:
    """Whether moving the quantity by a lot changes the operand at all."""
    before = evaluate(operand, point)
    after = evaluate(operand, point.with_atom(name, point.free(name + " elsewhere") + 0.5))
    return list(flat(before)) != list(flat(after))


@rule(ast.Integral)
def _integral(node: ast.Integral, point: Point) -> Value:
    if node.lower is None or node.upper is None:
        raise UnsureError("an integral without bounds")
    if any(
        isinstance(part, ast.Infinity) for b in (node.lower, node.upper) for part in ast.walk(b)
    ):
        raise UnsureError("an integral to infinity")
    low, high = number(node.lower, point), number(node.upper, point)
    name = spelled(node.variable)
    places, weights = np.polynomial.legendre.leggauss(round(point.approximated(48)))
    half = (high - low) / 2
    total = 0j
    for place, weight in zip(places, weights, strict=True):
        x = low + half * (place + 1)
        total += weight * number(node.integrand, point.child({name: complex(x)}))
    return total * half


@rule(ast.Limit)
def _limit(node: ast.Limit, point: Point) -> Value:
    name = spelled(node.variable)
    side = -1.0 if node.side == "-" else 1.0
    if any(isinstance(part, ast.Infinity) for part in ast.walk(node.target)):
        sign = -1.0 if isinstance(node.target, ast.Negative) else 1.0
        return _far(lambda x: number(node.operand, point.child({name: complex(sign * x)})), point)
    target, step = number(node.target, point), side * point.approximated(1e-6)
    places = [target + step, target + 1000 * step]
    near, far = (number(node.operand, point.child({name: complex(x)})) for x in places)
    if abs(near) > 20 and abs(near) > 2 * abs(far):
        return complex(math.copysign(math.inf, real(near)))
    if abs(near - far) > 0.02 * (1 + abs(near)):
        raise UnsureError("a limit that is slow")
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
    last = [abs(value) for value in values[-4:]]
    if len(last) == 4 and last == sorted(last) and last[-1] > max(1e6, 2 * last[0]):
        return complex(math.copysign(math.inf, real(values[-1])))
    raise UnsureError("a limit that is slow")


def _outwards(function: Callable[[float], complex], start: float) -> Iterator[complex]:
    """The values further and further out, as far as floats go."""
    for power in range(70):
        try:
            value = function(float(round(start * 1.5**power)))
        except (ArithmeticError, ValueError, UnsureError):
            return
        if not cmath.isfinite(value):
            return
        yield value


@rule(ast.Evaluated)
def _evaluated(node: ast.Evaluated, point: Point) -> Value:
    for variable, place in node.at:
        point = point.with_atom(atom(variable, point), evaluate(place, point))
    return evaluate(node.operand, point)


@rule(ast.Between)
def _between(node: ast.Between, point: Point) -> Value:
    if node.variable is None:
        raise UnsureError("a bracket whose variable is not written")
    name = spelled(node.variable)
    high, low = (
        evaluate(node.operand, point.child({name: evaluate(bound, point)}))
        for bound in (node.upper, node.lower)
    )
    return both(high, low, lambda a, b: a - b)


@rule(ast.Reduction)
def _reduction(node: ast.Reduction, point: Point) -> Value:
    if node.kind not in ("sum", "prod", "max", "min"):
        raise UnsureError(node.kind)
    values = [evaluate(node.body, point.child(bound)) for bound in _bindings(node, point)]
    if node.kind in ("max", "min"):
        reals = [real(complex(value)) for value in values]
        return complex(max(reals) if node.kind == "max" else min(reals))
    combine = operator.add if node.kind == "sum" else operator.mul
    if not values:
        return complex(node.kind == "prod")
    return functools.reduce(lambda left, right: both(left, right, combine), values)


def _bindings(node: ast.Reduction, point: Point) -> Iterator[dict[str, Value]]:
    if node.lower is not None and node.upper is not None:
        low, high = integer(node.lower, point), integer(node.upper, point)
    else:
        low, high = 1, point.size
    if high - low > 200:
        raise UnsureError("a long sum")
    names = [spelled(index) for index in node.indices]
    for chosen in product(range(low, high + 1), repeat=len(names)):
        bound = {name: complex(value) for name, value in zip(names, chosen, strict=True)}
        if all(holds(condition, point.child(bound)) for condition in node.conditions):
            yield bound
