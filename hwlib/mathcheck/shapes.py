"""The axes of expressions in vectors and matrices: which of them must be equally long."""

from __future__ import annotations

from itertools import pairwise

from hwlib.mathcheck import names
from hwlib.mathcheck.classes import Classes, Item
from hwlib.mathcheck.scope import Definition, View
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr

Bound = dict[Expr, int]  # bound names, and the number of what binds them


class Shapes:
    """Finds the axes of expressions, and joins those that a sum or a product makes equal."""

    def __init__(self, view: View, classes: Classes) -> None:
        self.view = view
        self.classes = classes
        self._owners: dict[Expr, int] = {}

    def owner(self, definition: Definition) -> int:
        """Return a definition's number; they are numbered as they come."""
        return self._owners.setdefault(definition.key, len(self._owners) + 1)

    def axis(self, name: Expr, position: int, bound: Bound) -> Item:
        """Return an axis of a name."""
        base = names.plain(name)
        owner = bound.get(name, bound.get(names.bold(base), bound.get(base, 0)))
        return Item("axis", base, position, owner)

    def member(self, definition: Definition, place: int = 0) -> Item:
        """Return what the index of a definition runs over."""
        return Item("index", definition.indices[place], 0, self.owner(definition))

    def rows(self, node: Expr, bound: Bound) -> Item | None:
        """Return the row axis of an expression, or None for numbers."""
        if isinstance(node, ast.Tuple | ast.Matrix):
            return self._literal(len(node.items if isinstance(node, ast.Tuple) else node.rows))
        if isinstance(node, names.Listed):
            return Item("size", node.size)
        if names.is_name(node) and names.is_bold(node):
            return self.axis(node, 0, bound)
        if isinstance(node, ast.Add):
            return self.classes.together([self.rows(term, bound) for term in node.terms])
        if isinstance(node, ast.Negative | ast.Divide):
            inner = node.operand if isinstance(node, ast.Negative) else node.numerator
            return self.rows(inner, bound)
        if isinstance(node, ast.Multiply):
            return self._product(node, bound)
        if isinstance(node, ast.Call) and len(node.arguments) == 1:
            return self._call(node, bound)
        if isinstance(node, ast.Call) and names.built_in(node.function) == "diag":
            return self._literal(len(node.arguments))
        if isinstance(node, ast.Transpose):
            return self.columns(node.operand, bound)
        return None

    def _literal(self, count: int) -> Item:
        size = Item("literal", names.number(count))
        self.classes.find(size)
        return size

    def _call(self, node: ast.Call, bound: Bound) -> Item | None:
        definition = self.view.find(node.function)
        if definition is not None and definition.indices:
            return self.member(definition)
        return self.rows(node.arguments[0], bound)

    def columns(self, node: Expr, bound: Bound) -> Item | None:
        """Return the column axis of a matrix, or None."""
        if names.is_name(node) and names.is_bold_matrix(node):
            return self.axis(node, 1, bound)
        if isinstance(node, ast.Transpose):
            return self.rows(node.operand, bound)
        if isinstance(node, ast.Matrix):
            return self._literal(len(node.rows[0]))
        if isinstance(node, ast.Call) and names.built_in(node.function) == "diag":
            return self.rows(node, bound)
        if isinstance(node, ast.Multiply):
            shaped = [one for one in node.factors if self.rows(one, bound) is not None]
            return self.columns(shaped[-1], bound) if shaped else None
        return None

    def _product(self, node: ast.Multiply, bound: Bound) -> Item | None:
        """Join inner axes: `A B x` has A's columns = B's rows, B's columns = x's rows."""
        shaped = [one for one in node.factors if self.rows(one, bound) is not None]
        if node.operators == ("\\langle",) and not shaped:
            return self._literal(2)
        dot = {"\\cdot", "\\langle"} & set(node.operators) and len(shaped) == 2
        if dot or {"\\odot", "\\times"} & set(node.operators):
            return self.classes.together([self.rows(one, bound) for one in shaped])
        for left, right in pairwise(shaped):
            inner, rows = self.columns(left, bound), self.rows(right, bound)
            if inner is not None and rows is not None:
                self.classes.join(inner, rows)
        return self.rows(shaped[0], bound) if shaped else None
