r"""The 12 of `w_{12}`: two indices beside a `w_{ij}`, or in a matrix written out; else one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from hwlib.mathcheck import names
from hwlib.mathcheck.scope import Definition
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr

N = TypeVar("N", bound=ast.Node)


class TwoIndices:
    """Takes such indices apart in trees whose names are known."""

    def __init__(self, found: Iterable[Expr], definitions: Iterable[Definition]) -> None:
        self.double = {
            names.plain(one.base)
            for one in found
            if isinstance(one, ast.Subscript) and len(one.indices) == 2 and not names.is_delta(one)
        } | {names.plain(one.key) for one in definitions if _is_matrix(one.value)}

    def __call__(self, node: N) -> N:
        """Return a tree with such indices taken apart."""
        return self._tree(node) if self.double else node  # type: ignore[return-value]

    def definition(self, found: Definition) -> Definition:
        """Return a definition with such indices taken apart."""
        if not self.double:
            return found
        return replace(found, key=self(found.key), value=self(found.value))

    def _tree(self, node: ast.Node) -> ast.Node:
        node = names.rebuild(node, self._tree)
        if not isinstance(node, ast.Subscript) or names.plain(node.base) not in self.double:
            return node
        only = node.indices[0]
        if len(node.indices) > 1 or not isinstance(only, ast.Number):
            return node
        if only.value.denominator > 1 or not 11 <= only.value <= 99:
            return node
        return replace(node, indices=tuple(names.number(int(one)) for one in str(only.value)))


def _is_matrix(value: Expr) -> bool:
    return isinstance(value, ast.Matrix) and min(len(value.rows), len(value.rows[0])) > 1
