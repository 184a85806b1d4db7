"""Names and algebra: from a letter to its number, from terms to their sum."""

from __future__ import annotations

import math

import numpy as np

from hwlib.mathtex import ast
from tests.mutation.arbiter.core import (
    Point,
    UnsureError,
    Value,
    both,
    evaluate,
    integer,
    number,
    real,
    rule,
    spelled,
)


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
        return [component(name, (index,), point) for index in range(1, point.size + 1)]
    if name in ("K", "n", "N") or name in point.sizes:
        return complex(point.sizes.get(name, point.size))
    if name in point.world.functions:
        raise UnsureError("a function without its argument")
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
            return entry(point.bound[name], indices)
        return component(name, indices, point)
    return entry(evaluate(base, point), indices)


def component(name: str, indices: tuple[int, ...], point: Point) -> Value:
    if name in ("0", "1"):  # the vectors of zeros and of ones
        return complex(int(name))
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
        return entry(evaluate(point.world.values[name][1], point), indices)
    return point.free(key)


def entry(value: Value, indices: tuple[int, ...]) -> Value:
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


@rule(ast.Add)
def _add(node: ast.Add, point: Point) -> Value:
    total = evaluate(node.terms[0], point)
    for term in node.terms[1:]:
        value = evaluate(term, point)
        if isinstance(total, list) != isinstance(value, list):
            raise UnsureError("a vector plus a number")
        total = both(total, value, lambda a, b: point.rounded(a + b, a, b))
    return total


@rule(ast.Negative)
def _negative(node: ast.Negative, point: Point) -> Value:
    return both(-1.0, evaluate(node.operand, point), lambda a, b: a * b)


@rule(ast.Multiply)
def _multiply(node: ast.Multiply, point: Point) -> Value:
    total = evaluate(node.factors[0], point)
    for sign, factor in zip(node.operators, node.factors[1:], strict=True):
        total = _times(sign, total, evaluate(factor, point), point)
    return total


def _times(sign: str, left: Value, right: Value, point: Point) -> Value:
    if sign == "\\langle" and not (isinstance(left, list) and isinstance(right, list)):
        raise UnsureError("an inner product of numbers")
    if not (isinstance(left, list) and isinstance(right, list)) or sign == "\\odot":
        return both(left, right, lambda a, b: point.scaled(a * b, a, b))
    if (
        sign in ("\\cdot", "\\langle")
        and not isinstance(left[0], list)
        and not isinstance(right[0], list)
    ):
        return sum(a * b for a, b in zip(left, right, strict=True))
    if isinstance(left[0], list) and sign in ("", "\\cdot"):
        made = np.array(left) @ np.array(right)
        return made.tolist()
    raise UnsureError("a product of vectors")


@rule(ast.Divide)
def _divide(node: ast.Divide, point: Point) -> Value:
    divisor = number(node.denominator, point)
    return both(evaluate(node.numerator, point), divisor, lambda a, b: point.scaled(a / b, a, b))


@rule(ast.Power)
def _power(node: ast.Power, point: Point) -> Value:
    base, exponent = number(node.base, point), number(node.exponent, point)
    if base == 0 and exponent.real <= 0:
        raise UnsureError("a power of zero")
    if abs(exponent.imag) < 1e-12 and abs(exponent.real) < 1000:
        exponent = complex(exponent.real)
    return point.scaled(base**exponent, base)


@rule(ast.Root)
def _root(node: ast.Root, point: Point) -> Value:
    index = 2 if node.index is None else integer(node.index, point)
    operand = number(node.operand, point)
    return point.rounded(operand ** (1 / index), operand)


@rule(ast.Absolute)
def _absolute(node: ast.Absolute, point: Point) -> Value:
    return complex(abs(real(number(node.operand, point))))


@rule(ast.Norm)
def _norm(node: ast.Norm, point: Point) -> Value:
    if node.order is not None:
        raise UnsureError("a norm with an order")
    return complex(math.sqrt(sum(abs(part) ** 2 for part in evaluate(node.operand, point))))


@rule(ast.Factorial)
def _factorial(node: ast.Factorial, point: Point) -> Value:
    operand = integer(node.operand, point)
    if operand > 170:
        raise UnsureError("a factorial beyond floats")
    return complex(math.factorial(operand))


@rule(ast.Binomial)
def _binomial(node: ast.Binomial, point: Point) -> Value:
    return complex(math.comb(integer(node.n, point), integer(node.k, point)))
