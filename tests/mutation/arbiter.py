"""A third opinion on a claim, in plain floats: sharing only the parser with what it checks.

The referee of `hwlib.mathcheck` works with mpmath at 50 digits and the second opinion with SymPy.
This one works with Python's own complex numbers, differentiates by Cauchy's formula, integrates
by Gauss and Legendre, and knows nothing of the others. It is far less exact than they are and need
not be more: a mutant is a different statement or the same one, and the two are far apart. Where
they are not (between `SAME` and `DIFFERENT`), or where it does not know a construct, it says
"unsure", and the mutation test counts that and draws no conclusion.
"""

from __future__ import annotations

import cmath
import contextlib
import functools
import math
import operator
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal

import numpy as np

from hwlib import mathtex
from hwlib.mathtex import ast

Value = Any  # complex, or a list (vector) of values, or a list of lists (matrix)
Key = tuple[str, tuple[int, ...]]
Verdict = Literal["same", "different", "unsure"]

SAME = 1e-5  # relative difference up to which two sides are the same
DIFFERENT = 1e-3  # and from which they differ
POINTS = 12
SIZE = 3  # what a free size such as K is taken to be
RADIUS = 0.02  # of the circle round a point from which derivatives are taken
ON_CIRCLE = 12


class UnsureError(Exception):
    """The arbiter cannot tell."""


@dataclass
class World:
    """What the blocks before a claim define.

    Attributes:
        functions: Name to (parameters, body, whether the body is that of component i).
        values: Key to body, for variables that are defined.
        declared: Names of functions that stand for any function.
        directives: Conditions that limit the points.
    """

    functions: dict[str, tuple[tuple[ast.Expr, ...], ast.Expr, ast.Expr | None]] = field(
        default_factory=dict
    )
    values: dict[str, tuple[tuple[ast.Expr, ...], ast.Expr]] = field(default_factory=dict)
    declared: set[str] = field(default_factory=set)

    def role(self, name: ast.Expr) -> str:
        """Say what a name before a bracket is, for the parser's `resolve`."""
        text = spelled(name)
        if text in self.functions or text in self.declared:
            return "function"
        return "opaque" if text in {"P", "\\Pr", "Pr", "E"} else "variable"

    def define(self, statement: ast.Definition) -> None:
        """Take in a definition."""
        pattern, component = statement.pattern, None
        if isinstance(pattern, ast.Subscript) and isinstance(pattern.base, ast.Call):
            pattern, component = pattern.base, pattern.indices[0]
        if isinstance(pattern, ast.Call):
            self.functions[spelled(pattern.function)] = (
                pattern.arguments,
                statement.value,
                component,
            )
        elif isinstance(pattern, ast.Subscript):
            self.values[_indexed_name(pattern)] = (pattern.indices, statement.value)
        else:
            self.values[spelled(pattern)] = ((), statement.value)


def spelled(name: ast.Node) -> str:
    """One text a name: letters without their font, so that z is a component of bold z."""
    if isinstance(name, ast.Symbol):
        return name.name + "".join(f"^{accent}" for accent in name.accents)
    if isinstance(name, ast.Subscript):
        return f"{spelled(name.base)}_{','.join(spelled(index) for index in name.indices)}"
    if isinstance(name, ast.Opaque):
        return f"{spelled(name.head)}({''.join(name.tokens)})"
    if isinstance(name, ast.Number):
        return str(name.value)
    if isinstance(name, ast.Label):
        return name.text
    if isinstance(name, ast.Marked):
        inner = spelled(name.index) if name.index is not None else ""
        return f"{spelled(name.base)}^{name.kind}{inner}"
    raise UnsureError(f"a name: {type(name).__name__}")


def _indexed_name(pattern: ast.Subscript) -> str:
    """`z_1` defined alone is its own name; `z_i` defined is that for every i."""
    if all(isinstance(index, ast.Number | ast.Label) for index in pattern.indices):
        return spelled(pattern)
    return spelled(pattern.base) + "_*"


@dataclass
class Point:
    """One point: random numbers for what is free, made as they are asked for."""

    world: World
    seed: int
    bound: dict[str, Value] = field(default_factory=dict)
    atoms: dict[str, Value] = field(default_factory=dict)

    def child(self, bound: dict[str, Value]) -> Point:
        """The same point with some names bound."""
        return Point(self.world, self.seed, {**self.bound, **bound}, self.atoms)

    def with_atom(self, name: str, value: Value) -> Point:
        """The same point with one quantity moved; all that depends on it follows."""
        bound = {key: held for key, held in self.bound.items() if key != name}
        return Point(self.world, self.seed, bound, {**self.atoms, name: value})

    def free(self, name: str) -> complex:
        """A number for a free name: the same for the same name, whatever else is asked."""
        draw = random.Random(f"{self.seed}:{name}")
        low, high = ((0.05, 0.95), (0.2, 2.5), (-2.0, 2.0))[self.seed % 3]
        return complex(draw.uniform(low, high))


Evaluate = Callable[[Any, Point], Value]
_RULES: dict[type, Evaluate] = {}


def rule(kind: type) -> Callable[[Evaluate], Evaluate]:
    """Register how a node is evaluated."""

    def register(function: Evaluate) -> Evaluate:
        _RULES[kind] = function
        return function

    return register


def evaluate(node: ast.Node, point: Point) -> Value:
    """The value of an expression at a point.

    Raises:
        UnsureError: If the arbiter does not know the construct.
    """
    known = _RULES.get(type(node))
    if known is None:
        raise UnsureError(type(node).__name__)
    return known(node, point)


def number(node: ast.Node, point: Point) -> complex:
    """A value that has to be a number."""
    value = evaluate(node, point)
    if isinstance(value, list):
        raise UnsureError("a vector where a number is needed")
    return complex(value)


def _real(value: complex) -> float:
    """A real number, for what has an order or a kink; a circle round a point has none."""
    if abs(value.imag) > 1e-12:
        raise UnsureError("a complex number where a real one is needed")
    return value.real


def integer(node: ast.Node, point: Point) -> int:
    """A value that has to be a whole number: an index, a bound, an order."""
    if isinstance(node, ast.Symbol) and node.name in ("K", "n", "N", "m", "M", "d", "C", "D", "L"):
        bound = point.bound.get(node.name, point.atoms.get(node.name, SIZE))
        return round(complex(bound).real)
    value = number(node, point)
    if abs(value - round(value.real)) > 1e-9:
        raise UnsureError("an index that is no whole number")
    return round(value.real)


# --- names ----------------------------------------------------------------------------------------


@rule(ast.Number)
def _number(node: ast.Number, point: Point) -> Value:
    return complex(float(node.value))


@rule(ast.Infinity)
def _infinity(node: ast.Infinity, point: Point) -> Value:
    return complex(math.inf)


@rule(ast.Symbol)
def _symbol(node: ast.Symbol, point: Point) -> Value:
    name = spelled(node)
    if name in point.bound:
        return point.bound[name]
    if name in point.atoms:
        return point.atoms[name]
    if name in point.world.values:
        return evaluate(point.world.values[name][1], point)
    if name in ("e", "\\pi") and not node.font:
        return complex(math.e if name == "e" else math.pi)
    if node.font == "bf":
        return [_component(name, (index,), point) for index in range(1, SIZE + 1)]
    if name in ("K", "n", "N"):
        return complex(SIZE)
    return point.free(name)


@rule(ast.Marked)
def _marked(node: ast.Marked, point: Point) -> Value:
    return _named(spelled(node), point)


def _named(name: str, point: Point) -> Value:
    if name in point.atoms:
        return point.atoms[name]
    if name in point.world.values:
        return evaluate(point.world.values[name][1], point)
    return point.free(name)


@rule(ast.Subscript)
def _subscript(node: ast.Subscript, point: Point) -> Value:
    if any(isinstance(index, ast.Label) for index in node.indices):
        return _named(spelled(node), point)
    indices = tuple(integer(index, point) for index in node.indices)
    base = node.base
    if isinstance(base, ast.Symbol) and base.name == "\\delta" and len(indices) == 2:
        return complex(indices[0] == indices[1])
    if isinstance(base, ast.Symbol | ast.Marked):
        name = spelled(base)
        if name in point.bound:
            return _entry(point.bound[name], indices)
        return _component(name, indices, point)
    return _entry(evaluate(base, point), indices)


def _component(name: str, indices: tuple[int, ...], point: Point) -> Value:
    key = f"{name}_{','.join(map(str, indices))}"
    if key in point.atoms:
        return point.atoms[key]
    if key in point.world.values:
        return evaluate(point.world.values[key][1], point)
    if f"{name}_*" in point.world.values:
        names, body = point.world.values[f"{name}_*"]
        bound = {spelled(n): complex(i) for n, i in zip(names, indices, strict=True)}
        return evaluate(body, point.child(bound))
    if name in point.world.values and name not in point.atoms:
        return _entry(evaluate(point.world.values[name][1], point), indices)
    return point.free(key)


def _entry(value: Value, indices: tuple[int, ...]) -> Value:
    for index in indices:
        if not isinstance(value, list) or not 1 <= index <= len(value):
            raise UnsureError("a component that is not there")
        value = value[index - 1]
    return value


@rule(ast.Opaque)
def _opaque(node: ast.Opaque, point: Point) -> Value:
    words = [
        str(round(complex(point.bound[token]).real)) if token in point.bound else token
        for token in node.tokens
    ]
    name = f"{spelled(node.head)}({''.join(words)})"
    if name in point.world.values:
        return evaluate(point.world.values[name][1], point)
    return point.free(name)


# --- algebra --------------------------------------------------------------------------------------


def _both(left: Value, right: Value, combine: Callable[[complex, complex], complex]) -> Value:
    """Combine entry by entry; a number meets every entry."""
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            raise UnsureError("shapes differ")
        return [_both(a, b, combine) for a, b in zip(left, right, strict=True)]
    if isinstance(left, list):
        return [_both(a, right, combine) for a in left]
    if isinstance(right, list):
        return [_both(left, b, combine) for b in right]
    return combine(left, right)


@rule(ast.Add)
def _add(node: ast.Add, point: Point) -> Value:
    total = evaluate(node.terms[0], point)
    for term in node.terms[1:]:
        value = evaluate(term, point)
        if isinstance(total, list) != isinstance(value, list):
            raise UnsureError("a vector plus a number")
        total = _both(total, value, lambda a, b: a + b)
    return total


@rule(ast.Negative)
def _negative(node: ast.Negative, point: Point) -> Value:
    return _both(-1.0, evaluate(node.operand, point), lambda a, b: a * b)


@rule(ast.Multiply)
def _multiply(node: ast.Multiply, point: Point) -> Value:
    total = evaluate(node.factors[0], point)
    for sign, factor in zip(node.operators, node.factors[1:], strict=True):
        total = _times(sign, total, evaluate(factor, point))
    return total


def _times(sign: str, left: Value, right: Value) -> Value:
    if not (isinstance(left, list) and isinstance(right, list)) or sign == "\\odot":
        return _both(left, right, lambda a, b: a * b)
    if sign == "\\cdot" and not isinstance(left[0], list) and not isinstance(right[0], list):
        return sum(a * b for a, b in zip(left, right, strict=True))
    if isinstance(left[0], list) and sign in ("", "\\cdot"):
        made = np.array(left) @ np.array(right)
        return made.tolist()
    raise UnsureError("a product of vectors")


@rule(ast.Divide)
def _divide(node: ast.Divide, point: Point) -> Value:
    divisor = number(node.denominator, point)
    return _both(evaluate(node.numerator, point), divisor, lambda a, b: a / b)


@rule(ast.Power)
def _power(node: ast.Power, point: Point) -> Value:
    base, exponent = number(node.base, point), number(node.exponent, point)
    if base == 0 and exponent.real <= 0:
        raise UnsureError("a power of zero")
    if abs(exponent.imag) < 1e-12 and abs(exponent.real) < 1000:
        exponent = complex(exponent.real)
    return base**exponent


@rule(ast.Root)
def _root(node: ast.Root, point: Point) -> Value:
    index = 2 if node.index is None else integer(node.index, point)
    return number(node.operand, point) ** (1 / index)


@rule(ast.Absolute)
def _absolute(node: ast.Absolute, point: Point) -> Value:
    return complex(abs(_real(number(node.operand, point))))


@rule(ast.Norm)
def _norm(node: ast.Norm, point: Point) -> Value:
    if node.order is not None:
        raise UnsureError("a norm with an order")
    return complex(math.sqrt(sum(abs(part) ** 2 for part in evaluate(node.operand, point))))


@rule(ast.Factorial)
def _factorial(node: ast.Factorial, point: Point) -> Value:
    return complex(math.factorial(integer(node.operand, point)))


@rule(ast.Binomial)
def _binomial(node: ast.Binomial, point: Point) -> Value:
    return complex(math.comb(integer(node.n, point), integer(node.k, point)))


# --- functions ------------------------------------------------------------------------------------

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
    "sign": lambda x: complex((_real(x) > 0) - (_real(x) < 0)),
    "sgn": lambda x: complex((_real(x) > 0) - (_real(x) < 0)),
}


@rule(ast.Call)
def _call(node: ast.Call, point: Point) -> Value:
    arguments = [evaluate(argument, point) for argument in node.arguments]
    return _applied(node.function, arguments, point)


def _applied(function: ast.Expr, arguments: list[Value], point: Point) -> Value:
    if isinstance(function, ast.Prime):
        return _slope_of(function.base, function.order, arguments, point)
    if isinstance(function, ast.NthDerivative):
        return _slope_of(function.base, integer(function.order, point), arguments, point)
    if isinstance(function, ast.Inverse):
        return _inverse(function.base, arguments, point)
    if isinstance(function, ast.Composition):
        for part in reversed(function.functions):
            arguments = [_applied(part, arguments, point)]
        return arguments[0]
    return _called(spelled(function), arguments, point)


def _called(name: str, arguments: list[Value], point: Point) -> Value:
    if name in point.world.functions:
        parameters, body, component = point.world.functions[name]
        bound = {spelled(p): value for p, value in zip(parameters, arguments, strict=True)}
        inner = Point(point.world, point.seed, bound, point.atoms)
        if component is None:
            return evaluate(body, inner)
        size = len(arguments[0])
        rows = range(1, size + 1)
        return [evaluate(body, inner.child({spelled(component): complex(i)})) for i in rows]
    if name in point.world.declared:
        return _any_function(name, arguments, point)
    if name in ("max", "min"):
        flat = [_real(complex(item)) for part in arguments for item in _flat(part)]
        return complex(max(flat) if name == "max" else min(flat))
    if name in _KNOWN and len(arguments) == 1:
        if isinstance(arguments[0], list):
            raise UnsureError("a function of numbers called with a vector")
        return _KNOWN[name](complex(arguments[0]))
    raise UnsureError(f"the function {name}")


def _any_function(name: str, arguments: list[Value], point: Point) -> complex:
    """A fixed smooth function for a declared name: neither odd, even, periodic nor a product."""
    draw = random.Random(f"{point.seed}:function {name}")
    total = complex(draw.uniform(0.5, 1.5))
    for argument in arguments:
        for part in _flat(argument):
            a, b, c = (draw.uniform(0.4, 1.1) for _ in range(3))
            total = total * (1 + a * cmath.exp(b * part / 2)) + c * part * part / 3
    return total


def _flat(value: Value) -> Iterator[complex]:
    if isinstance(value, list):
        for part in value:
            yield from _flat(part)
    else:
        yield value


def _slope_of(base: ast.Expr, order: int, arguments: list[Value], point: Point) -> Value:
    if len(arguments) != 1:
        raise UnsureError("a prime on a function of several variables")
    return difference(lambda x: _applied(base, [x], point), arguments[0], order)


def _inverse(base: ast.Expr, arguments: list[Value], point: Point) -> complex:
    """Newton's method from several starts; real solutions only."""
    wanted = complex(arguments[0])
    for start in (0.1, 0.7, -0.7, 2.0, -2.0):
        x = complex(start)
        for _ in range(60):
            slope = difference(lambda at: _applied(base, [at], point), x, 1)
            if slope == 0 or abs(x) > 1e3:
                break
            x -= (complex(_applied(base, [x], point)) - wanted) / slope
        if abs(x) <= 1e3 and abs(complex(_applied(base, [x], point)) - wanted) < 1e-9:
            return x
    raise UnsureError("an inverse that was not found")


@rule(ast.Logarithm)
def _logarithm(node: ast.Logarithm, point: Point) -> Value:
    return cmath.log(number(node.argument, point)) / cmath.log(number(node.base, point))


# --- calculus -------------------------------------------------------------------------------------


def difference(function: Callable[[complex], Value], at: complex, order: int) -> Value:
    """The derivative of any order by Cauchy's integral over a small circle."""
    if order == 0:
        return function(at)
    turns = [cmath.exp(2j * math.pi * step / ON_CIRCLE) for step in range(ON_CIRCLE)]
    scale = math.factorial(order) / (ON_CIRCLE * RADIUS**order)
    parts = [
        _both(function(at + RADIUS * turn), scale * turn**-order, operator.mul) for turn in turns
    ]
    return functools.reduce(lambda left, right: _both(left, right, operator.add), parts)


@rule(ast.Derivative)
def _derivative(node: ast.Derivative, point: Point) -> Value:
    steps = [(by.variable, integer(by.order, point)) for by in node.by]
    return _nested(node.operand, steps, point)


def _nested(operand: ast.Expr, steps: list[tuple[ast.Expr, int]], point: Point) -> Value:
    if not steps:
        return evaluate(operand, point)
    (variable, order), rest = steps[0], steps[1:]
    name = _atom(variable, point)
    if isinstance(variable, ast.Symbol) and variable.font == "bf":
        raise UnsureError("a derivative by a vector")
    at = evaluate(variable, point)
    if isinstance(at, list):
        raise UnsureError("a derivative by a vector")
    value = difference(lambda x: _moved(operand, rest, name, x, point), complex(at), order)
    if isinstance(value, complex) and abs(value) < 1e-9 and not _mentions(operand, name, point):
        raise UnsureError("a derivative of a constant")
    return value


def _moved(
    operand: ast.Expr, rest: list[tuple[ast.Expr, int]], name: str, x: complex, point: Point
) -> Value:
    if name in point.bound:  # a parameter of the function that is being worked out
        return _nested(operand, rest, point.child({name: x}))
    return _nested(operand, rest, point.with_atom(name, x))


def _atom(variable: ast.Expr, point: Point) -> str:
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
    return list(_flat(before)) != list(_flat(after))


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
    places, weights = np.polynomial.legendre.leggauss(48)
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
        places = [sign * 14.0, sign * 7.0]  # far enough for e^-x, near enough for floats
    else:
        target = number(node.target, point)
        places = [target + side * 1e-6, target + side * 1e-3]
    near, far = (number(node.operand, point.child({name: complex(x)})) for x in places)
    if abs(near) > 20 and abs(near) > 2 * abs(far):
        return complex(math.copysign(math.inf, _real(near)))
    if abs(near - far) > 0.02 * (1 + abs(near)):
        raise UnsureError("a limit that is slow")
    return near + (near - far) * 1e-3


@rule(ast.Evaluated)
def _evaluated(node: ast.Evaluated, point: Point) -> Value:
    for variable, place in node.at:
        point = point.with_atom(_atom(variable, point), evaluate(place, point))
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
    return _both(high, low, lambda a, b: a - b)


@rule(ast.Reduction)
def _reduction(node: ast.Reduction, point: Point) -> Value:
    if node.kind not in ("sum", "prod", "max", "min"):
        raise UnsureError(node.kind)
    values = [evaluate(node.body, point.child(bound)) for bound in _bindings(node, point)]
    if node.kind in ("max", "min"):
        reals = [_real(complex(value)) for value in values]
        return complex(max(reals) if node.kind == "max" else min(reals))
    combine = operator.add if node.kind == "sum" else operator.mul
    if not values:
        return complex(node.kind == "prod")
    return functools.reduce(lambda left, right: _both(left, right, combine), values)


def _bindings(node: ast.Reduction, point: Point) -> Iterator[dict[str, Value]]:
    if node.lower is not None and node.upper is not None:
        low, high = integer(node.lower, point), integer(node.upper, point)
    else:
        low, high = 1, SIZE
    if high - low > 200:
        raise UnsureError("a long sum")
    names = [spelled(index) for index in node.indices]
    for chosen in product(range(low, high + 1), repeat=len(names)):
        bound = {name: complex(value) for name, value in zip(names, chosen, strict=True)}
        if all(holds(condition, point.child(bound)) for condition in node.conditions):
            yield bound


# --- shapes ---------------------------------------------------------------------------------------


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


# --- conditions -----------------------------------------------------------------------------------


def holds(condition: ast.Condition, point: Point) -> bool:
    """Whether a condition holds at a point.

    Raises:
        UnsureError: If it is a membership other than that of the real numbers or an interval.
    """
    if isinstance(condition, ast.Comparison):
        return all(_compares(link, point) for link in condition.links())
    if isinstance(condition, ast.Membership) and isinstance(condition.container, ast.Interval):
        low, high = (
            number(end, point) for end in (condition.container.lower, condition.container.upper)
        )
        return all(low.real < number(item, point).real < high.real for item in condition.items)
    if isinstance(condition, ast.Membership) and spelled(condition.container) == "R":
        return True
    raise UnsureError("a condition")


def _compares(link: ast.Link, point: Point) -> bool:
    left, right = number(link.left, point), number(link.right, point)
    gap = _real(left) - _real(right)
    if link.operator in ("<", ">", "<=", ">="):
        if abs(gap) < 1e-12:
            if link.operator in ("<=", ">="):
                return True
            raise UnsureError("two sides that meet")
        return (gap < 0) == (link.operator[0] == "<")
    if link.operator in ("=", "!="):
        return (abs(gap) < 1e-12) == (link.operator == "=")
    raise UnsureError(link.operator)


# --- the verdict ----------------------------------------------------------------------------------


def judge(link: ast.Link, conditions: Iterable[ast.Condition], world: World) -> Verdict:
    """Say whether one relation holds wherever its conditions do."""
    verdicts: list[Verdict] = []
    conditions = list(conditions)
    for seed in range(POINTS):
        verdict = _at(link, conditions, Point(world, seed))
        if verdict == "different":
            return "different"
        verdicts.append(verdict)
    return "same" if verdicts.count("same") >= POINTS // 4 else "unsure"


def _at(link: ast.Link, conditions: list[ast.Condition], point: Point) -> Verdict:
    try:
        indices = sorted(_free_indices(link, point.world))
        for chosen in product(range(1, SIZE + 1), repeat=len(indices)):
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
        return "same" if _compares(link, point) else "different"
    if link.operator not in ("=", "=="):
        raise UnsureError(link.operator)
    pairs = list(zip(_flat(left), _flat(right), strict=False))
    if len(list(_flat(left))) != len(list(_flat(right))):
        raise UnsureError("shapes differ")
    for a, b in pairs:
        if max(abs(complex(a).imag), abs(complex(b).imag)) > 1e-9 * (1 + abs(a)):
            raise UnsureError("a complex value")
    if any(cmath.isinf(a) or cmath.isinf(b) for a, b in pairs):
        return "same" if all(a.real == b.real for a, b in pairs) else "different"
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
