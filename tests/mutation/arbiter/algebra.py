"""Names and algebra: from a letter to its number, from terms to their sum."""

from __future__ import annotations

import cmath
import functools
import math
from collections.abc import Iterator, Sequence
from typing import TypeGuard

import numpy as np

from hwlib.mathtex import ast
from tests.mutation.arbiter.core import (
    SIGN,
    SIZE_NAMES,
    Indexed,
    Point,
    UnsureError,
    Value,
    bold,
    both,
    evaluate,
    flat,
    integer,
    number,
    real,
    rule,
    slots,
    spelled,
)

LONG = 9  # a row in which everything that is written of it has its place


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
    if name in point.world.values and (name in point.world.vectors or not bold(node)):
        return point.defined(name, point.world.values[name][1], {})
    if name in ("e", "\\pi") and not node.font:
        return complex(math.e if name == "e" else math.pi)
    if bold(node):
        return _whole(node, [], point)
    if name in ("K", "n", "N") or name in point.sizes:
        return complex(point.sizes.get(name, point.size))
    if name in point.world.functions:
        raise UnsureError("a function without its argument")
    return point.free(name)


@rule(ast.Marked)
@rule(ast.Subscript)
def _indexed(node: ast.Marked | ast.Subscript, point: Point) -> Value:
    if not _is_name(node):
        assert isinstance(node, ast.Subscript)
        return entry(evaluate(node.base, point), _integers(node.indices, point))
    if _is_kronecker(node):
        first, second = _integers(node.indices, point)
        return complex(first == second)
    return _named(node, point)


def _is_name(node: ast.Expr) -> bool:
    while isinstance(node, ast.Marked | ast.Subscript):
        node = node.base
    return isinstance(node, ast.Symbol)


def _is_kronecker(node: ast.Expr) -> TypeGuard[ast.Subscript]:
    base = node.base if isinstance(node, ast.Subscript) and len(node.indices) == 2 else None
    return isinstance(base, ast.Symbol) and base.name == "\\delta"


def _integers(indices: Sequence[ast.Expr], point: Point) -> list[int]:
    return [integer(index, point) for index in indices]


def _named(node: ast.Marked | ast.Subscript, point: Point) -> Value:
    """The value of a name with indices: moved, defined, a component of what is, or free."""
    indexed = slots(node)
    texts = [_text(index, point) for index in indexed.indices]
    name = indexed.at(texts)
    if name in point.atoms:
        return point.atoms[name]
    found = point.world.find(indexed, texts)
    if found is not None:
        body, letters = found
        return point.defined(name, body, {key: _count(text) for key, text in letters.items()})
    if isinstance(node, ast.Subscript) and not any(
        isinstance(index, ast.Label) for index in node.indices
    ):
        return _component(node, name, point)
    return _whole(node, texts, point) if bold(node) else point.free(name)


def _component(node: ast.Subscript, name: str, point: Point) -> Value:
    """A component of a quantity that is bound or defined as a whole, or a free one."""
    base = spelled_at(node.base, point)
    for held in (point.bound, point.atoms):
        if isinstance(held.get(base), list):
            return entry(held[base], _integers(node.indices, point))
    if base in ("0", "1"):  # the vectors of zeros and of ones
        return complex(int(base))
    if base in point.world.vectors:
        return entry(evaluate(node.base, point), _integers(node.indices, point))
    return point.free(name)


def spelled_at(node: ast.Expr, point: Point) -> str:
    """The spelling of a name, its indices as the numbers that they are at the point."""
    indexed = slots(node)
    return indexed.at([_text(index, point) for index in indexed.indices])


def _text(index: ast.Expr, point: Point) -> str:
    """An index as a number; one that counts nothing is a part of the name."""
    try:
        return str(integer(index, point))
    except UnsureError:
        if isinstance(index, ast.Symbol):
            return index.name
        raise


def _count(text: str) -> complex:
    if not text.lstrip("-").isdigit():
        raise UnsureError("a letter that may be a size")
    return complex(int(text))


def _whole(node: ast.Expr, texts: Sequence[str], point: Point) -> Value:
    """All components of a bold name; the name and its marks tell each what it is called."""
    name = slots(node).at(texts)
    rows = range(1, point.size + 1)
    if bold(node) == "vector":
        return [_free_component(name, str(row), point) for row in rows]
    return [[_free_component(name, f"{row},{column}", point) for column in rows] for row in rows]


def _free_component(name: str, index: str, point: Point) -> Value:
    if name in ("0", "1"):
        return complex(int(name))
    indexed = Indexed((f"{name}_", *("," for _ in index.split(",")[1:]), ""), ())
    found = point.world.find(indexed, index.split(","))
    if found is None or f"{name}_{index}" in point.atoms:
        return point.free(f"{name}_{index}")
    body, letters = found
    counts = {key: _count(text) for key, text in letters.items()}
    return point.defined(f"{name}_{index}", body, counts)


def entry(value: Value, indices: Sequence[int]) -> Value:
    for index in indices:
        if not isinstance(value, list) or not 1 <= index <= len(value):
            raise UnsureError("a component that is not there")
        value = value[index - 1]
    return value


@rule(ast.Opaque)
def _opaque(node: ast.Opaque, point: Point) -> Value:
    here = {token: point.bound[token] for token in node.tokens if token in point.bound}
    if here and spelled(node) in point.world.values:  # defined for the letter that is bound
        return evaluate(point.world.values[spelled(node)][1], point.child(here))
    words = [str(round(complex(here[t]).real)) if t in here else t for t in node.tokens]
    event = Indexed((f"{spelled(node.head)}({''.join(words[:-1])}", ")"), ())
    found = point.world.find(event, words[-1:])
    if found is None:
        return point.free(event.at(words[-1:]))
    body, letters = found
    counts = {key: _count(text) for key, text in letters.items()}
    return point.defined(event.at(words[-1:]), body, counts)


@rule(ast.Add)
def _add(node: ast.Add, point: Point) -> Value:
    first, *others = filled(node.terms, point)
    for value in others:
        if isinstance(first, list) != isinstance(value, list):
            raise UnsureError("a vector plus a number")
        first = both(first, value, lambda a, b: point.rounded(a + b, a, b))
    return first


def filled(items: Sequence[ast.Expr], point: Point) -> list[Value]:
    """The values of terms, those that dots stand for among them.

    The term at one end holds a size, `x^n`; with whole numbers for it, it is what else is written.
    """
    place = next((i for i, item in enumerate(items) if _is_dots(item)), None)
    if place is None:
        return [evaluate(item, point) for item in items]
    ahead, behind = list(items[:place]), list(items[place + 1 :])
    if isinstance(items[place], ast.PlusMinus) or not ahead or not behind:
        raise UnsureError("dots whose terms are not plain")
    rows = [_row(behind[-1], rule, point) for rule in _rules(ahead, behind, point)]
    rows += [_row(ahead[0], rule, point)[::-1] for rule in _rules(behind[::-1], ahead[::-1], point)]
    if not rows or any(len(row) != len(rows[0]) or not _alike(row, rows[0]) for row in rows):
        raise UnsureError("dots whose terms are not plain")
    return rows[0]


def _is_dots(item: ast.Expr) -> bool:
    inside = item.operand if isinstance(item, ast.Negative | ast.PlusMinus) else item
    return isinstance(inside, ast.Dots)


def _rules(
    ahead: list[ast.Expr], behind: list[ast.Expr], point: Point
) -> Iterator[tuple[str, int]]:
    """Every letter and start from which a row begins and ends with the terms that are written."""
    used = dict.fromkeys(part.name for part in ast.walk(behind[-1]) if isinstance(part, ast.Symbol))
    for letter in (one for one in used if one in SIZE_NAMES):
        there = point.child({letter: complex(LONG)})
        first, end = ([evaluate(item, there) for item in some] for some in (ahead, behind))
        if not all(isinstance(one, complex) and one for one in first + end):
            raise UnsureError("terms that vanish or have parts, beside dots")
        for start in range(3):
            row = _row(behind[-1], (letter, start), there)
            if _alike(row, first) and _alike(row[::-1], end[::-1]):
                yield letter, start


def _row(last: ast.Expr, rule: tuple[str, int], point: Point) -> list[Value]:
    letter, start = rule
    size = integer(ast.Symbol(letter, span=last.span), point)
    return [evaluate(last, point.child({letter: complex(i)})) for i in range(start, size + 1)]


def _alike(one: Sequence[Value], two: Sequence[Value]) -> bool:
    """Whether two rows are the same as far as both go."""
    return all(
        abs(complex(a) - complex(b)) < 1e-9 * (1 + abs(complex(b)))
        for a, b in zip(one, two, strict=False)
    )


@rule(ast.Negative)
def _negative(node: ast.Negative, point: Point) -> Value:
    return both(-1.0, evaluate(node.operand, point), lambda a, b: a * b)


@rule(ast.PlusMinus)
def _plus_minus(node: ast.PlusMinus, point: Point) -> Value:
    if SIGN not in point.bound:
        raise UnsureError("a sign of plus and minus in a definition")
    sign = -point.bound[SIGN] if node.flipped else point.bound[SIGN]
    return both(sign, evaluate(node.operand, point), lambda a, b: a * b)


@rule(ast.Multiply)
def _multiply(node: ast.Multiply, point: Point) -> Value:
    if any(isinstance(factor, ast.Dots) for factor in node.factors):
        return functools.reduce(lambda a, b: _times(a, b, "", point), filled(node.factors, point))
    total = evaluate(node.factors[0], point)
    for sign, factor in zip(node.operators, node.factors[1:], strict=True):
        total = _times(total, evaluate(factor, point), sign, point)
    return total


def _times(left: Value, right: Value, sign: str, point: Point) -> Value:
    shapes = tuple(map(depth, (left, right)))
    if sign == "\\langle" and shapes == (0, 0):
        return [left, right]
    if 0 in shapes or sign == "\\odot":
        return both(left, right, lambda a, b: point.scaled(a * b, a, b))
    if sign == "\\times" and shapes == (1, 1) and len(left) == len(right) == 3:
        return np.cross(left, right).tolist()
    if sign in ("\\cdot", "\\langle") and shapes == (1, 1):
        return sum(a * b for a, b in zip(left, right, strict=True))
    if sign not in ("", "\\cdot"):
        raise UnsureError("a product of vectors")
    return _matrix_product(left, right)


def _matrix_product(left: Value, right: Value) -> Value:
    """A vector is a column: it can only follow a matrix, or stand before a single row."""
    above, column = (np.array(part).reshape(len(part), -1) for part in (left, right))
    if above.shape[1] != column.shape[0]:
        raise UnsureError("shapes differ")
    made = above @ column
    if made.size == 1:
        return complex(made[0, 0])
    return (made[:, 0] if made.shape[1] == 1 else made).tolist()


def depth(value: Value) -> int:
    """0 of a number, 1 of a vector, 2 of a matrix."""
    return 1 + depth(value[0]) if isinstance(value, list) else 0


@rule(ast.Transpose)
def _transpose(node: ast.Transpose, point: Point) -> Value:
    value = evaluate(node.operand, point)
    if depth(value) == 0:
        return value
    if depth(value) == 1:
        return [value]
    turned = [list(column) for column in zip(*value, strict=True)]
    return [row[0] for row in turned] if len(value) == 1 else turned


@rule(ast.Divide)
def _divide(node: ast.Divide, point: Point) -> Value:
    divisor = number(node.denominator, point)
    return both(evaluate(node.numerator, point), divisor, lambda a, b: point.scaled(a / b, a, b))


@rule(ast.Power)
def _power(node: ast.Power, point: Point) -> Value:
    base = evaluate(node.base, point)
    if depth(base) == 2:
        return np.linalg.matrix_power(np.array(base), integer(node.exponent, point)).tolist()
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
    sign = -1 if index % 2 and operand.imag == 0 and operand.real < 0 else 1
    return point.rounded(sign * (sign * operand) ** (1 / index), operand)


@rule(ast.Absolute)
def _absolute(node: ast.Absolute, point: Point) -> Value:
    return complex(abs(real(number(node.operand, point))))


@rule(ast.Norm)
def _norm(node: ast.Norm, point: Point) -> Value:
    value = evaluate(node.operand, point)
    if depth(value) == 2:
        raise UnsureError("a norm of a matrix")
    order = 2.0 if node.order is None else real(number(node.order, point))
    if order == 2:
        return cmath.sqrt(sum(part * part for part in flat(value)))
    sizes = [abs(real(part)) for part in flat(value)]
    if order == math.inf:
        return complex(max(sizes))
    return complex(sum(size**order for size in sizes) ** (1 / order))


@rule(ast.Factorial)
def _factorial(node: ast.Factorial, point: Point) -> Value:
    operand = integer(node.operand, point)
    if operand > 170:
        raise UnsureError("a factorial beyond floats")
    return complex(math.factorial(operand))


@rule(ast.Binomial)
def _binomial(node: ast.Binomial, point: Point) -> Value:
    return complex(math.comb(integer(node.n, point), integer(node.k, point)))
