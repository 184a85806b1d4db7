"""Functions: known, defined and declared ones, their slopes and inverses."""

from __future__ import annotations

import cmath
import functools
import math
import operator
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from hwlib.mathtex import ast
from tests.mutation.arbiter.core import (
    ON_CIRCLE,
    RADIUS,
    ComplexError,
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


def difference(
    function: Callable[[complex], Value], at: complex, order: int, point: Point
) -> Value:
    """The derivative of any order by Cauchy's integral over a small circle.

    A function that is made of pieces has no circle: it is followed along the line.
    """
    if order == 0:
        return function(at)
    try:
        return _round(function, at, order, point)
    except ComplexError:
        return _along(function, at, order, point)


def _round(function: Callable[[complex], Value], at: complex, order: int, point: Point) -> Value:
    turns = [cmath.exp(2j * math.pi * step / ON_CIRCLE) for step in range(ON_CIRCLE)]
    radius = point.approximated(RADIUS)
    scale = math.factorial(order) / (ON_CIRCLE * radius**order)
    parts = [
        both(function(at + radius * turn), scale * turn**-order, operator.mul) for turn in turns
    ]
    return functools.reduce(lambda left, right: both(left, right, operator.add), parts)


def _along(function: Callable[[complex], Value], at: complex, order: int, point: Point) -> complex:
    """The derivative from values on both sides; they tell when there is a kink or a jump."""
    if order != 1:
        raise UnsureError("a higher derivative of what is made of pieces")
    slopes = []
    for step in (point.approximated(1e-3), point.approximated(1e-3) / 7):
        here, *around = (complex(function(at + turn * step)) for turn in (0, -1, 1))
        slopes += [(here - around[0]) / step, (around[1] - here) / step]
    if max(abs(slope - slopes[0]) for slope in slopes) > 0.01 * (1 + abs(slopes[0])):
        raise UnsureError("a derivative at a kink")
    fine, coarse = (slopes[2] + slopes[3]) / 2, (slopes[0] + slopes[1]) / 2
    return fine + (fine - coarse) / 48


_KNOWN: dict[str, Callable[[complex], complex]] = {
    "exp": cmath.exp,
    "ln": cmath.log,
    "log": cmath.log,
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "sinh": cmath.sinh,
    "cosh": cmath.cosh,
    "tanh": cmath.tanh,
    "arctan": cmath.atan,
    "arcsin": cmath.asin,
    "arccos": cmath.acos,
    "artanh": cmath.atanh,
    "arctanh": cmath.atanh,
    "sec": lambda x: 1 / cmath.cos(x),
    "csc": lambda x: 1 / cmath.sin(x),
    "cot": lambda x: cmath.cos(x) / cmath.sin(x),
    "sech": lambda x: 1 / cmath.cosh(x),
    "coth": lambda x: cmath.cosh(x) / cmath.sinh(x),
    "floor": lambda x: complex(math.floor(real(x))),
    "ceil": lambda x: complex(math.ceil(real(x))),
    "sign": lambda x: complex((real(x) > 0) - (real(x) < 0)),
    "sgn": lambda x: complex((real(x) > 0) - (real(x) < 0)),
}


_OF_SHAPES: dict[str, Callable[[Any], Value]] = {
    "det": lambda rows: complex(np.linalg.det(np.array(rows))),
    "tr": lambda rows: complex(np.trace(np.array(rows))),
    "diag": lambda entries: np.diag(entries).tolist(),
}


@rule(ast.Call)
def _call(node: ast.Call, point: Point) -> Value:
    arguments = [evaluate(argument, point) for argument in node.arguments]
    return applied(node.function, arguments, point)


def applied(function: ast.Expr, arguments: list[Value], point: Point) -> Value:
    if isinstance(function, ast.Prime):
        return _slope_of(function.base, function.order, arguments, point)
    if isinstance(function, ast.NthDerivative):
        return _slope_of(function.base, integer(function.order, point), arguments, point)
    if isinstance(function, ast.Inverse):
        return _inverse(function.base, arguments, point)
    if isinstance(function, ast.Composition):
        for part in reversed(function.functions):
            arguments = [applied(part, arguments, point)]
        return arguments[0]
    if isinstance(function, ast.Derivative):
        return _partial(function, arguments, point)
    if isinstance(function, ast.Multiply | ast.Divide | ast.Add | ast.Negative):
        return _combined(function, arguments, point)
    return _called(spelled(function), arguments, point)


def _partial(function: ast.Derivative, arguments: list[Value], point: Point) -> Value:
    """A derivative of a function, `\\frac{\\partial f}{\\partial x}(1, 2)`: by its parameters."""
    name = spelled(function.operand)
    if name not in point.world.functions:
        raise UnsureError("a derivative of a function that stands for any")
    parameters, body, _ = point.world.functions[name]
    bound = {spelled(p): value for p, value in zip(parameters, arguments, strict=True)}
    return evaluate(replace(function, operand=body), replace(point, bound=bound))


def _combined(made: ast.Expr, arguments: list[Value], point: Point) -> Value:
    """What is made of functions, `(fg)(x)`: each of them at the same place."""
    names = {part for part in ast.walk(made) if isinstance(part, ast.Symbol)}
    functions = point.world.declared | set(point.world.functions)
    values = {
        spelled(name): applied(name, arguments, point)
        for name in names
        if spelled(name) in functions
    }
    return evaluate(made, point.child(values))


def _called(name: str, arguments: list[Value], point: Point) -> Value:
    if name in point.world.functions:
        parameters, body, component = point.world.functions[name]
        bound = {spelled(p): value for p, value in zip(parameters, arguments, strict=True)}
        inner = replace(point, bound=bound)
        if component is None:
            return evaluate(body, inner)
        size = len(arguments[0])
        rows = range(1, size + 1)
        return [evaluate(body, inner.child({spelled(component): complex(i)})) for i in rows]
    if name in point.world.declared:
        return _any_function(name, arguments, point)
    if name in ("max", "min"):
        reals = [real(complex(item)) for part in arguments for item in flat(part)]
        return complex(max(reals) if name == "max" else min(reals))
    if name in _OF_SHAPES and len(arguments) == 1:
        if not isinstance(arguments[0], list):
            raise UnsureError(f"the function {name} of a number")
        return _OF_SHAPES[name](arguments[0])
    if name in _KNOWN and len(arguments) == 1:
        if isinstance(arguments[0], list):
            raise UnsureError("a function of numbers called with a vector")
        return called(_KNOWN[name], complex(arguments[0]), point)
    raise UnsureError(f"the function {name}")


def called(function: Callable[[complex], complex], at: complex, point: Point) -> complex:
    """A known function's value; a whole one at 0 and 1 is exact, others are rounded."""
    value = function(at)
    if function is cmath.exp:
        return point.scaled(value, at or 1)
    return point.rounded(value, at if at in (0, 1) else math.pi)


def _any_function(name: str, arguments: list[Value], point: Point) -> complex:
    """A fixed smooth function for a declared name: neither odd, even, periodic nor a product."""
    draw = random.Random(f"{point.seed}:function {name}")
    total = complex(draw.uniform(0.5, 1.5))
    for argument in arguments:
        for part in flat(argument):
            a, b, c = (draw.uniform(0.4, 1.1) for _ in range(3))
            total = total * (1 + a * cmath.exp(b * part / 2)) + c * part * part / 3
    return total


def _slope_of(base: ast.Expr, order: int, arguments: list[Value], point: Point) -> Value:
    if len(arguments) != 1:
        raise UnsureError("a prime on a function of several variables")
    return difference(lambda x: applied(base, [x], point), arguments[0], order, point)


def _inverse(base: ast.Expr, arguments: list[Value], point: Point) -> complex:
    """Newton's method from several starts; real solutions only."""
    wanted = complex(arguments[0])
    for start in (0.1, 0.7, -0.7, 2.0, -2.0):
        x = complex(start)
        for _ in range(60):
            slope = difference(lambda at: applied(base, [at], point), x, 1, point)
            if slope == 0 or abs(x) > 1e3:
                break
            x -= (complex(applied(base, [x], point)) - wanted) / slope
        if abs(x) <= 1e3 and abs(complex(applied(base, [x], point)) - wanted) < 1e-9:
            return x
    raise UnsureError("an inverse that was not found")


@rule(ast.Logarithm)
def _logarithm(node: ast.Logarithm, point: Point) -> Value:
    above, below = (
        called(cmath.log, number(part, point), point) for part in (node.argument, node.base)
    )
    return point.rounded(above / below, above, below)
