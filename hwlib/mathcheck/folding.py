r"""Constant folding: `(2 - 1)x^1 + 0` becomes `x`.

Two terms of a row of dots are the same term if they are the same tree once their numbers are put
together. Factors keep their order, since they may be matrices.
"""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TypeGuard

from hwlib.mathcheck.names import NOWHERE, number, rebuild
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr, Node

_LARGE = 64  # an exponent beyond stands as it is


def fold(node: Node) -> Node:
    """Return a tree of the same value whose numbers are put together."""
    node = rebuild(node, fold)
    match node:
        case ast.Add():
            return _added(node.terms)
        case ast.Negative():
            return _multiplied((number(-1), node.operand), ("",))
        case ast.Multiply():
            return _multiplied(node.factors, node.operators)
        case ast.Divide():
            return _divided(node)
        case ast.Power():
            return _raised(node)
        case ast.Factorial(operand=ast.Number(value=value)) if _is_small(value) and value >= 0:
            return number(math.factorial(int(value)))
        case ast.Number():
            return number(node.value)
    return node


def plain_layers(node: Node) -> Node:
    """Return a tree in which equal layers are written alike: in `a^{[l+1-1]}` it is l."""
    node = rebuild(node, plain_layers)
    if isinstance(node, ast.Marked) and isinstance(node.index, ast.Add):
        return replace(node, index=fold(node.index))  # type: ignore[arg-type]
    return node


def _is_small(value: Fraction) -> bool:
    return value.denominator == 1 and abs(value) <= _LARGE


def _added(terms: tuple[Expr, ...]) -> Expr:
    flat: list[Expr] = []
    for term in terms:
        flat += term.terms if isinstance(term, ast.Add) else (term,)
    total = sum((term.value for term in flat if isinstance(term, ast.Number)), Fraction(0))
    rest = [term for term in flat if not isinstance(term, ast.Number)]
    if total or not rest:
        rest.append(number(total))
    return rest[0] if len(rest) == 1 else ast.Add(tuple(rest), span=NOWHERE)


def _multiplied(factors: tuple[Expr, ...], operators: tuple[str, ...]) -> Expr:
    if any(sign not in ("", "\\cdot") for sign in operators):
        return ast.Multiply(factors, operators, span=NOWHERE)
    flat: list[Expr] = []
    for factor in factors:
        flat += factor.factors if _is_product(factor) else (factor,)
    size = math.prod((f.value for f in flat if isinstance(f, ast.Number)), start=Fraction(1))
    rest = [factor for factor in flat if not isinstance(factor, ast.Number)]
    if not size or not rest:
        return number(size)
    if size != 1:
        rest.insert(0, number(size))
    if len(rest) == 1:
        return rest[0]
    return ast.Multiply(tuple(rest), ("",) * (len(rest) - 1), span=NOWHERE)


def _is_product(node: Expr) -> TypeGuard[ast.Multiply]:
    return isinstance(node, ast.Multiply) and not any(node.operators)


def _divided(node: ast.Divide) -> Expr:
    top, bottom = node.numerator, node.denominator
    if isinstance(bottom, ast.Number):
        share = number(1 / bottom.value) if bottom.value else None
        return node if share is None else _multiplied((share, top), ("",))
    if isinstance(top, ast.Number) and top.value != 1:
        return _multiplied((top, ast.Divide(number(1), bottom, span=NOWHERE)), ("",))
    if _is_product(top) and isinstance(top.factors[0], ast.Number):
        rest = _multiplied(top.factors[1:], top.operators[1:])
        return _multiplied((top.factors[0], ast.Divide(rest, bottom, span=NOWHERE)), ("",))
    return node


def _raised(node: ast.Power) -> Expr:
    base, exponent = node.base, node.exponent
    if not isinstance(exponent, ast.Number) or not _is_small(exponent.value):
        return node
    if exponent.value == 1:
        return base
    if isinstance(base, ast.Number):
        power = int(exponent.value)
        return number(base.value**power) if base.value or power > 0 else node
    return number(1) if exponent.value == 0 else node
