r"""Which letters are integers, and over what they run.

`z_j` makes `j` an index, `\sum_{j=1}^{K}` makes `K` a size. Letters that index the same thing run
over the same values: in `\sum_{j=1}^{K} \delta_{ij} a_j = a_i` the free `i` runs to K because both
index `a`. That is worked out once for a claim and the definitions that it uses, by joining what
must be equal (union-find); every class of joined things has one size: a number, a letter that is
tried at several values, or none at all, which is tried at several values too.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from hwlib.mathcheck import names
from hwlib.mathcheck.scope import Definition, View, definition_of
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr, Node


class Item(NamedTuple):
    """Something with a size: an axis of a name, an index letter, or a size itself.

    `owner` tells the same letter in different definitions apart; 0 is the claim.
    """

    kind: str  # "axis", "index", "size", or "literal": the size of a vector that is written out
    name: Expr
    position: int
    owner: int


@dataclass
class Plan:
    """What is known of the integers of a claim.

    Attributes:
        indices: Free index letters with their sizes (None: no size is stated).
        sizes: Letters that are sizes of vectors: tried at 2, 3, 4.
        counts: Other letters that are whole numbers: tried at 1, 2, 3, 4, 6.
        axes: The size of each axis of a name, where one is known.
        reductions: The size of what a sum without bounds runs over, by the sum.
        unsized: Whether some size is stated nowhere.
    """

    indices: dict[Expr, Expr | None] = field(default_factory=dict)
    sizes: frozenset[Expr] = frozenset()
    counts: frozenset[Expr] = frozenset()
    fixed: dict[Expr, Expr] = field(default_factory=dict)
    axes: dict[tuple[Expr, int], Expr | None] = field(default_factory=dict)
    reductions: dict[tuple[int, Expr], Expr | None] = field(default_factory=dict)
    unsized: bool = False


def make_plan(roots: Iterable[Node], used: dict[Expr, Definition], view: View) -> Plan:
    """Work out the integers of a claim (`roots`) and of the definitions that it uses."""
    walk = _Walk(view)
    for root in roots:
        walk.visit(root, {})
    for definition in used.values():
        walk.definition(definition)
    return walk.plan()


class _Walk:
    """Visits trees and joins what has the same size."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.parent: dict[Item, Item] = {}
        self.letters: set[Expr] = set()
        self.size_letters: set[Expr] = set()
        self.count_letters: set[Expr] = set()
        self.reductions: dict[tuple[int, Expr], Item] = {}
        self.owners: dict[Expr, int] = {}
        self.scopes = 0

    # --- union-find ---

    def find(self, item: Item) -> Item:
        self.parent.setdefault(item, item)
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, one: Item, two: Item) -> None:
        self.parent[self.find(one)] = self.find(two)

    # --- what a name or a letter is ---

    def owner(self, definition: Definition) -> int:
        """Number the definitions as they come."""
        return self.owners.setdefault(definition.key, len(self.owners) + 1)

    def axis(self, name: Expr, position: int, bound: dict[Expr, int]) -> Item:
        base = names.plain(name)
        owner = bound.get(name, bound.get(names.bold(base), bound.get(base, 0)))
        return Item("axis", base, position, owner)

    def index(self, letter: Expr, bound: dict[Expr, int]) -> Item:
        return Item("index", letter, 0, bound.get(letter, 0))

    # --- the walk ---

    def definition(self, definition: Definition) -> None:
        """Visit a definition's value: its arguments and index letters are its own."""
        owner = self.owner(definition)
        bound = dict.fromkeys(definition.bound, owner)
        for position, letter in enumerate(definition.indices):
            if not definition.parameters:
                key = definition.key
                self.join(self.axis(key, position, {}), self.index(letter, bound))
        self.visit(definition.value, bound)
        if not definition.parameters and not definition.indices:
            rows = self.rows(definition.value, bound)
            if rows is not None:
                self.join(self.axis(definition.key, 0, {}), rows)

    def visit(self, node: Node, bound: dict[Expr, int]) -> None:
        """Join what this node says, then go on below."""
        if isinstance(node, ast.Subscript):
            self.subscript(node, bound)
        elif isinstance(node, ast.Marked) and isinstance(node.index, ast.Symbol):
            if node.kind in ("[]", "()") and node.index in bound:
                self.join(self.axis(node.base, 9, bound), self.index(node.index, bound))
        elif isinstance(node, ast.Reduction):
            self.reduction(node, bound)
            return
        elif isinstance(node, ast.Call):
            self.call(node, bound)
        elif isinstance(node, ast.Membership):
            self.membership(node, bound)
        elif isinstance(node, ast.Comparison):
            self.comparison(node, bound)
        elif isinstance(node, ast.Opaque):
            self.opaque(node, bound)
        else:
            self.whole_numbers(node, bound)
            self.rows(node, bound) if isinstance(node, ast.Add | ast.Multiply) else None
        for child in ast.children(node):
            self.visit(child, bound)

    def subscript(self, node: ast.Subscript, bound: dict[Expr, int]) -> None:
        letters = [self.letter(index, bound) for index in node.indices]
        if names.is_delta(node):
            if letters[0] and letters[1]:
                self.join(letters[0], letters[1])
            return
        for position, item in enumerate(letters):
            target = self.component_axis(node, position, bound)
            if target is not None and item is not None:
                self.join(item, target)

    def component_axis(
        self, node: ast.Subscript, position: int, bound: dict[Expr, int]
    ) -> Item | None:
        """Return the axis that an index runs along."""
        base = node.base
        if isinstance(base, ast.Call):
            definition = self.view.find(base.function)
            if definition is not None and len(definition.indices) > position:
                letter = definition.indices[position]
                return Item("index", letter, 0, self.owner(definition))
        if names.is_name(base):
            return self.axis(base, position, bound)
        return self.rows(base, bound) if position == 0 else None

    def letter(self, index: Expr, bound: dict[Expr, int]) -> Item | None:
        """Return the item of an index that is a letter; note the letters in any other."""
        if isinstance(index, ast.Symbol):
            if index not in bound and definition_of(index, self.view) is None:
                self.letters.add(index)
            return self.index(index, bound)
        for one in names.occurrences(index):
            free = one.name not in bound and definition_of(one.name, self.view) is None
            if isinstance(one.name, ast.Symbol) and free:
                self.letters.add(one.name)
        return None

    def reduction(self, node: ast.Reduction, bound: dict[Expr, int]) -> None:
        inner = dict(bound)
        for letter in node.indices:
            self.scopes += 1
            inner[letter] = -self.scopes
            item = self.index(letter, inner)
            self.reductions[(id(node), letter)] = item
            if node.upper is not None:
                self.join(item, Item("size", node.upper, 0, 0))
        for bound_node in (node.lower, node.upper):
            if bound_node is not None:
                self.size(bound_node, bound, node)
                self.visit(bound_node, bound)
        for condition in node.conditions:
            self.visit(condition, inner)
        self.visit(node.body, inner)

    def size(self, node: Expr, bound: dict[Expr, int], reduction: Node | None = None) -> None:
        """Note the letters of a size; one that only counts components is a size of vectors."""
        counting = isinstance(reduction, ast.Reduction) and not _only_indexes(reduction)
        for one in names.occurrences(node):
            free = one.name not in bound and definition_of(one.name, self.view) is None
            if isinstance(one.name, ast.Symbol) and free and one.role == "value":
                (self.count_letters if counting else self.size_letters).add(one.name)

    def call(self, node: ast.Call, bound: dict[Expr, int]) -> None:
        """Join the axes of arguments with those of the parameters that they stand for."""
        definition = self.view.find(node.function)
        if definition is None:
            return
        owner = self.owner(definition)
        mine = dict.fromkeys(definition.bound, owner)
        for parameter, argument in zip(definition.parameters, node.arguments, strict=False):
            rows = self.rows(argument, bound)
            if rows is None and names.is_name(argument):
                rows = self.axis(argument, 0, bound)
            if rows is not None:
                self.join(self.axis(parameter, 0, mine), rows)

    def membership(self, node: ast.Membership, bound: dict[Expr, int]) -> None:
        if isinstance(node.container, ast.IndexRange):
            self.size(node.container.upper, bound)
            for item in node.items:
                if isinstance(item, ast.Symbol):
                    self.letters.add(item)
                    self.join(self.index(item, bound), Item("size", node.container.upper, 0, 0))
        power = node.container
        if isinstance(power, ast.Power) and isinstance(power.base, ast.Symbol):
            shape = _shape(power.exponent)
            for item in node.items:
                for position, size in enumerate(shape):
                    self.size(size, bound)
                    self.join(self.axis(item, position, bound), Item("size", size, 0, 0))

    def comparison(self, node: ast.Comparison, bound: dict[Expr, int]) -> None:
        r"""`1 \le i < j \le n` says how far the letters run; `i \ne j` that they run alike."""
        letters = [one for one in node.operands if one in self.letters or bound.get(one, 0) < 0]
        if node.operators and all(op in ("<", "<=") for op in node.operators):
            last = node.operands[-1]
            if last not in letters and len(node.operands) > 2:
                self.size(last, bound)
                for letter in node.operands[1:-1]:
                    if isinstance(letter, ast.Symbol):
                        self.join(self.index(letter, bound), Item("size", last, 0, 0))
        elif node.operators == ("!=",) and letters:
            both = [one for one in node.operands if isinstance(one, ast.Symbol)]
            items = [self.letter(one, bound) for one in both]
            self.together(items)

    def opaque(self, node: ast.Opaque, bound: dict[Expr, int]) -> None:
        """An index letter of a defined opaque name is an index where the name is used too."""
        found = self.view.find_opaque(node)
        if found is None:
            return
        definition, tokens = found
        for letter, token in tokens.items():
            if not token.isdigit():
                symbol = ast.Symbol(token, span=node.span)
                item = self.letter(symbol, bound)
                target = Item("index", letter, 0, self.owner(definition))
                if item is not None:
                    self.join(item, target)

    def whole_numbers(self, node: Node, bound: dict[Expr, int]) -> None:
        """Factorials, binomials, orders and powers of -1 want whole numbers."""
        wanted: tuple[Expr, ...] = ()
        if isinstance(node, ast.Factorial):
            wanted = (node.operand,)
        elif isinstance(node, ast.Binomial):
            wanted = (node.n, node.k)
        elif isinstance(node, ast.By | ast.NthDerivative):
            wanted = (node.order,)
        elif isinstance(node, ast.Power) and isinstance(node.base, ast.Negative):
            wanted = (node.exponent,)
        for part in wanted:
            for one in names.occurrences(part):
                free = one.name not in bound and definition_of(one.name, self.view) is None
                if isinstance(one.name, ast.Symbol) and free and one.role == "value":
                    self.count_letters.add(one.name)

    # --- shapes of expressions ---

    def rows(self, node: Expr, bound: dict[Expr, int]) -> Item | None:
        """Return the row axis of an expression in vectors and matrices, or None for numbers."""
        if isinstance(node, ast.Tuple | ast.Matrix):
            return self.literal(node)
        if names.is_name(node) and names.is_bold(node):
            return self.axis(node, 0, bound)
        if isinstance(node, ast.Add):
            return self.together([self.rows(term, bound) for term in node.terms])
        if isinstance(node, ast.Negative | ast.Divide):
            inner = node.operand if isinstance(node, ast.Negative) else node.numerator
            return self.rows(inner, bound)
        if isinstance(node, ast.Multiply):
            return self.product(node, bound)
        if isinstance(node, ast.Call) and len(node.arguments) == 1:
            return self.call_rows(node, bound)
        if isinstance(node, ast.Transpose):
            return self.columns(node.operand, bound)
        return None

    def literal(self, node: ast.Tuple | ast.Matrix) -> Item | None:
        """Return the number of entries that are written out."""
        parts = node.items if isinstance(node, ast.Tuple) else node.rows
        if any(isinstance(part, ast.Dots) for part in parts):
            return None
        size = Item("literal", names.number(len(parts)), 0, 0)
        self.find(size)
        return size

    def call_rows(self, node: ast.Call, bound: dict[Expr, int]) -> Item | None:
        definition = self.view.find(node.function)
        if definition is not None and definition.indices:
            return Item("index", definition.indices[0], 0, self.owner(definition))
        return self.rows(node.arguments[0], bound)

    def columns(self, node: Expr, bound: dict[Expr, int]) -> Item | None:
        """Return the column axis of a matrix, or None."""
        if names.is_name(node) and names.is_bold_matrix(node):
            return self.axis(node, 1, bound)
        if isinstance(node, ast.Transpose):
            return self.rows(node.operand, bound)
        if isinstance(node, ast.Matrix):
            return Item("literal", names.number(len(node.rows[0])), 0, 0)
        if isinstance(node, ast.Multiply):
            shaped = [one for one in node.factors if self.rows(one, bound) is not None]
            return self.columns(shaped[-1], bound) if shaped else None
        return None

    def together(self, items: list[Item | None]) -> Item | None:
        known = [item for item in items if item is not None]
        for item in known[1:]:
            self.join(known[0], item)
        return known[0] if known else None

    def product(self, node: ast.Multiply, bound: dict[Expr, int]) -> Item | None:
        """Join inner axes: `A B x` has A's columns = B's rows, B's columns = x's rows."""
        shaped = [one for one in node.factors if self.rows(one, bound) is not None]
        if any(op in ("\\odot", "\\times") for op in node.operators) or _dots(node, shaped):
            return self.together([self.rows(one, bound) for one in shaped])
        for left, right in itertools.pairwise(shaped):
            inner = self.columns(left, bound)
            rows = self.rows(right, bound)
            if isinstance(left, ast.Transpose) and inner is None:
                inner = self.rows(left.operand, bound)
            if inner is not None and rows is not None:
                self.join(inner, rows)
        return self.rows(shaped[0], bound) if shaped else None

    # --- the result ---

    def plan(self) -> Plan:
        sizes = self.class_sizes()
        plan = Plan()
        for letter in sorted(self.letters, key=names.key):
            size = self.range_of(letter)
            if size is not None or letter not in self.size_letters | self.count_letters:
                plan.indices[letter] = size
        for item in list(self.parent):
            if item.kind == "axis":
                plan.axes[(item.name, item.position)] = sizes.get(self.find(item))
        for key, item in self.reductions.items():
            plan.reductions[key] = sizes.get(self.find(item))
        plan.sizes = frozenset(self.size_letters - set(plan.indices))
        plan.counts = frozenset(self.count_letters - self.size_letters - set(plan.indices))
        plan.fixed = self.fixed_sizes()
        plan.unsized = any(size is None for size in [*plan.indices.values(), *plan.axes.values()])
        return plan

    def range_of(self, letter: Expr) -> Expr | None:
        """Return how far a free index runs: not to itself, where it is a bound as well."""
        others = [one for one in self.members(self.index(letter, {})) if one.name != letter]
        return min(others, key=_rank).name if others else None

    def members(self, item: Item) -> list[Item]:
        """Return the sizes that stand in the class of something."""
        root = self.find(item)
        return [
            one
            for one in list(self.parent)
            if one.kind in ("size", "literal") and self.find(one) == root
        ]

    def class_sizes(self) -> dict[Item, Expr]:
        """Return one size for each class that has any."""
        found: dict[Item, Item] = {}
        for one in list(self.parent):
            if one.kind in ("size", "literal"):
                root = self.find(one)
                found[root] = min(found.get(root, one), one, key=_rank)
        return {root: one.name for root, one in found.items()}

    def fixed_sizes(self) -> dict[Expr, Expr]:
        """Return the letters that are the size of a vector that is written out."""
        found: dict[Expr, Expr] = {}
        for one in list(self.parent):
            if one.kind == "literal":
                for other in self.members(one):
                    if isinstance(other.name, ast.Symbol):
                        found[other.name] = one.name
        return found


def _rank(item: Item) -> tuple[int, str]:
    """A vector that is written out says its size best; then a number, a letter, anything."""
    kinds = {ast.Number: 1, ast.Symbol: 2}
    rank = 0 if item.kind == "literal" else kinds.get(type(item.name), 3)
    return rank, repr(item.name)


def _only_indexes(node: ast.Reduction) -> bool:
    """Whether the index of a sum only picks components: then its bound is a vector's size."""
    inside = list(names.occurrences(node.body))
    return all(one.role == "index" for one in inside if one.name in node.indices)


def _shape(exponent: Expr) -> tuple[Expr, ...]:
    r"""The sizes in `\mathbb R^{m \times n}`."""
    if isinstance(exponent, ast.Multiply) and "\\times" in exponent.operators:
        return exponent.factors
    return (exponent,)


def _dots(node: ast.Multiply, shaped: list[Expr]) -> bool:
    return "\\cdot" in node.operators and len(shaped) == 2
