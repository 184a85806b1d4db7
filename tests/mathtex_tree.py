"""Trees of hwlib.mathtex as one short line each, for tests: one way only, never read back."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from typing import Any

from hwlib.mathtex import ast

_SHORT = {
    ast.Add: "+",
    ast.Negative: "-",
    ast.Divide: "/",
    ast.Power: "^",
    ast.Subscript: "_",
    ast.Call: "call",
    ast.Application: "apply",
}


def tree(node: Any) -> str:
    """`1 + 2x` is `(+ 1 (* 2 x))`."""
    if isinstance(node, tuple):
        return "[" + " ".join(tree(item) for item in node) + "]"
    if not isinstance(node, ast.Node):
        return str(node) if isinstance(node, (int, Fraction)) else repr(node)
    special = _SPECIAL.get(type(node))
    if special is not None:
        return special(node)
    name = _SHORT.get(type(node), type(node).__name__)
    parts = [
        getattr(node, part.name)
        for part in fields(node)
        if part.compare and part.name not in ("reasons",)
    ]
    shown = [tree(part) for part in parts if part not in (None, (), "", False)]
    return "(" + " ".join([name, *shown]) + ")"


def _number(node: ast.Number) -> str:
    value = str(node.value)
    return f"{value}:{node.decimals}" if node.decimals else value


def _symbol(node: ast.Symbol) -> str:
    text = f"{node.font}:{node.name}" if node.font not in ("", "rm") else node.name
    return ".".join([text, *node.accents])


def _multiply(node: ast.Multiply) -> str:
    shown = [tree(node.factors[0])]
    for operator, factor in zip(node.operators, node.factors[1:], strict=True):
        shown += [operator] * bool(operator) + [tree(factor)]
    return "(* " + " ".join(shown) + ")"


def _comparison(node: ast.Comparison) -> str:
    shown = [tree(node.operands[0])]
    for operator, operand in zip(node.operators, node.operands[1:], strict=True):
        shown += [operator, tree(operand)]
    return "(" + " ".join(shown) + ")"


def _failure(node: ast.Failure) -> str:
    return f"!{node.error.offset}" + ("<" if node.cause else "")


def _by(node: ast.By) -> str:
    order = tree(node.order)
    return tree(node.variable) + ("" if order == "1" else f"^{order}")


def _add(node: ast.Add) -> str:
    return "(+ " + " ".join(tree(term) for term in node.terms) + ")"


_SPECIAL: dict[type, Any] = {
    ast.Number: _number,
    ast.Symbol: _symbol,
    ast.Label: lambda node: f"'{node.text}'",
    ast.Infinity: lambda node: "oo",
    ast.Dots: lambda node: "...",
    ast.Multiply: _multiply,
    ast.Add: _add,
    ast.Comparison: _comparison,
    ast.Failure: _failure,
    ast.Tuple: lambda node: "(tuple " + " ".join(map(tree, node.items)) + ")",
    ast.By: lambda node: (
        tree(node.variable) + ("" if tree(node.order) == "1" else f"^{tree(node.order)}")
    ),
}
