r"""Lists that are turned: in `\mathbf x = (x_1, \dots, x_n)^\top` the list is a column.

A list in brackets is a column here. Many authors write it as a row and turn it. Where the other
side is a vector only a column can be meant; elsewhere `(a, b)^\top` is a row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from hwlib.mathcheck.names import Listed, is_bold, is_bold_matrix, is_name, rebuild
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr, Node

N = TypeVar("N", bound=Node)


def as_columns(node: N) -> N:
    r"""Return a tree in which lists with a `\top` are columns where a vector is meant."""
    if isinstance(node, ast.Definition) and is_name(node.pattern):
        return replace(node, value=_column(node.value))
    if isinstance(node, ast.Comparison) and any(map(_is_vector, node.operands)):
        return replace(node, operands=tuple(map(_column, node.operands)))
    return rebuild(node, as_columns)  # type: ignore[return-value]


def _column(node: Expr) -> Expr:
    if isinstance(node, ast.Transpose) and isinstance(node.operand, ast.Tuple | Listed):
        return node.operand
    return node


def _is_vector(node: Expr) -> bool:
    named = is_name(node) and is_bold(node) and not is_bold_matrix(node)
    return named or (isinstance(node, ast.Gradient) and node.order == 1)
