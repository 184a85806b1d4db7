r"""Which letters are integers, and over what they run.

`z_j` makes `j` an index, `\sum_{j=1}^{K}` makes `K` a size. Letters that index the same thing run
over the same values: in `\sum_{j=1}^{K} \delta_{ij} a_j = a_i` the free `i` runs to K because both
index `a`. That is worked out once for a claim and the definitions that it uses, by joining what
must be equal (see `classes`); every class has one size: a number, a letter that is tried at
several values, or none at all, which is tried at several values too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hwlib.mathcheck import names
from hwlib.mathcheck.classes import Classes, Item, rank
from hwlib.mathcheck.counted import LayerLetters
from hwlib.mathcheck.scope import Definition, ScopeError, View, definition_of
from hwlib.mathcheck.shapes import Bound, Shapes
from hwlib.mathcheck.show import show_name
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr, Node

_MARK = 9  # the axis of a letter in a mark, a^{[l]}


@dataclass
class Plan:
    """What is known of the integers of a claim.

    Attributes:
        indices: Free index letters with their sizes (None: no size is stated).
        sizes: Letters that are sizes of vectors.
        counts: Other letters that are whole numbers.
        fixed: Letters that are the size of a vector that is written out.
        axes: The size of each axis of a name, where one is known.
        reductions: The size of what a sum without bounds runs over, by the sum.
    """

    indices: dict[Expr, Expr | None] = field(default_factory=dict)
    sizes: frozenset[Expr] = frozenset()
    counts: frozenset[Expr] = frozenset()
    fixed: dict[Expr, Expr] = field(default_factory=dict)
    axes: dict[tuple[Expr, int], Expr | None] = field(default_factory=dict)
    reductions: dict[tuple[int, Expr], Expr | None] = field(default_factory=dict)


def make_plan(roots: Iterable[Node], used: dict[Expr, Definition], view: View) -> Plan:
    """Work out the integers of a claim (`roots`) and of the definitions that it uses.

    Raises:
        ScopeError: If a letter is a whole number and has components as well.
    """
    walk = _Walk(view)
    for root in roots:
        walk.visit(root, {})
    for definition in used.values():
        walk.definition(definition)
    return walk.plan()


class _Walk:
    """Visits trees, joins what has the same size, and collects the letters."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.classes = Classes()
        self.shapes = Shapes(view, self.classes)
        self.letters: set[Expr] = set()
        self.sizes: set[Expr] = set()
        self.counts: set[Expr] = set()
        self.reductions: dict[tuple[int, Expr], Item] = {}
        self.families: dict[Expr, ast.Subscript] = {}
        self.layers = LayerLetters()

    def definition(self, definition: Definition) -> None:
        """Visit a definition's value: its arguments and index letters are its own."""
        bound = dict.fromkeys(definition.bound, self.shapes.owner(definition))
        if definition.indices and not definition.parameters:
            for place in range(len(definition.indices)):
                axis = self.shapes.axis(definition.key, place, {})
                self.classes.join(axis, self.shapes.member(definition, place))
        if definition.layer is not None:
            self._any_layer(definition, bound)
        self.visit(definition.value, bound)
        if not (definition.parameters or definition.indices):
            axis = self.shapes.axis(definition.key, 0, {})
            self._join(self.shapes.rows(definition.value, bound), axis)

    def visit(self, node: Node, bound: Bound) -> None:
        """Join what this node says, then go on below."""
        if isinstance(node, ast.Reduction):
            self._reduction(node, bound)
            return
        if isinstance(node, names.Listed):
            self._listed(node, bound)
            return
        if isinstance(node, ast.Subscript):
            self._subscript(node, bound)
        elif isinstance(node, ast.Marked):
            self._marked(node, bound)
        elif isinstance(node, ast.Call):
            self._call(node, bound)
        elif isinstance(node, ast.Opaque):
            self._opaque(node, bound)
        elif isinstance(node, ast.Condition):
            self._condition(node, bound)
        elif isinstance(node, ast.Add | ast.Multiply):
            self.shapes.rows(node, bound)
        else:
            self._whole_numbers(node, bound)
        for child in ast.children(node):
            self.visit(child, bound)

    def _join(self, one: Item | None, two: Item | None) -> None:
        if one is not None and two is not None:
            self.classes.join(one, two)

    # --- letters ---

    def _index(self, letter: Expr, bound: Bound) -> Item:
        return Item("index", letter, 0, bound.get(letter, 0))

    def _free(self, node: Expr, bound: Bound, role: str = "") -> Iterable[ast.Symbol]:
        """Give the letters in an expression that are neither bound nor defined."""
        for one in names.occurrences(node):
            free = one.name not in bound and definition_of(one.name, self.view) is None
            free = free and not names.is_constant(one.name)
            if isinstance(one.name, ast.Symbol) and free and role in ("", one.role):
                yield one.name

    def _letter(self, index: Expr, bound: Bound) -> Item | None:
        """Return the item of an index that is a letter; note the letters in any other."""
        self.letters |= set(self._free(index, bound))
        return self._index(index, bound) if isinstance(index, ast.Symbol) else None

    # --- what nodes say ---

    def _subscript(self, node: ast.Subscript, bound: Bound) -> None:
        self.families.setdefault(node.base, node)
        if node.base in node.indices or bound.get(node.base, 0) < 0:
            raise _two_meanings(node)
        letters = [self._letter(index, bound) for index in node.indices]
        if names.is_delta(node):
            self.classes.together(letters)
            return
        for place, item in enumerate(letters):
            self._join(item, self._component_axis(node, place, bound))

    def _component_axis(self, node: ast.Subscript, place: int, bound: Bound) -> Item | None:
        """Return the axis that an index runs along."""
        if isinstance(node.base, ast.Call):
            definition = self.view.find(node.base.function)
            if definition is not None and len(definition.indices) > place:
                return self.shapes.member(definition, place)
        if names.is_name(node.base):
            return self.shapes.axis(node.base, place, bound)
        return self.shapes.rows(node.base, bound) if place == 0 else None

    def _marked(self, node: ast.Marked, bound: Bound) -> None:
        index = names.layer_of(node)
        if index is None:
            return
        axis = self.shapes.axis(node.base, _MARK, bound)
        self.layers.see(axis, index, bound)
        if index in bound:
            self.classes.join(axis, self._index(index, bound))

    def _any_layer(self, definition: Definition, bound: Bound) -> None:
        """Take in the key of a definition that is meant for any layer."""
        base = names.root_of(definition.key)
        if isinstance(base, ast.Marked) and definition.layer is not None:
            self._marked(base, bound)
            if names.layered(definition.key) not in self.view.layers:
                axis = self.shapes.axis(base.base, _MARK, {})
                self.layers.see_closed(axis, definition)

    def _count_layers(self) -> None:
        for axis, letter in self.layers.counted():
            self.letters.add(letter)
            self.classes.join(axis, self._index(letter, {}))

    def _reduction(self, node: ast.Reduction, bound: Bound) -> None:
        inner = self._counting(node, node.indices, node.upper, bound)
        letters = self.sizes if _only_indexes(node) else self.counts
        for end in (node.lower, node.upper):
            if end is not None:
                letters |= set(self._free(end, bound, "value"))
                self.visit(end, bound)
        for part in (*node.conditions, node.body):
            self.visit(part, inner)

    def _listed(self, node: names.Listed, bound: Bound) -> None:
        inner = self._counting(node, (node.letter,), node.size, bound)
        self.sizes |= set(self._free(node.size, bound, "value"))
        self.visit(node.size, bound)
        self.visit(node.item, inner)

    def _counting(
        self, node: Node, letters: tuple[Expr, ...], upper: Expr | None, bound: Bound
    ) -> Bound:
        """Return what is bound inside of a node that counts with letters."""
        inner = dict(bound)
        for letter in letters:
            inner[letter] = -1 - len(self.reductions)
            item = self._index(letter, inner)
            self.reductions[id(node), letter] = item
            if upper is not None:
                self.classes.join(item, Item("size", upper))
        return inner

    def _call(self, node: ast.Call, bound: Bound) -> None:
        """Join the axes of arguments with those of the parameters that they stand for."""
        definition = self.view.find(node.function)
        if definition is None:
            return
        mine = dict.fromkeys(definition.bound, self.shapes.owner(definition))
        for parameter, argument in zip(definition.parameters, node.arguments, strict=False):
            rows = self.shapes.rows(argument, bound)
            if rows is None and names.is_name(argument):
                rows = self.shapes.axis(argument, 0, bound)
            self._join(self.shapes.axis(parameter, 0, mine), rows)

    def _opaque(self, node: ast.Opaque, bound: Bound) -> None:
        """An index letter of a defined opaque name is an index where the name is used too."""
        found = self.view.find_opaque(node)
        if found is None:
            return
        definition, tokens = found
        for place, letter in enumerate(definition.indices):
            if not tokens[letter].isdigit():
                symbol = ast.Symbol(tokens[letter], span=node.span)
                self._join(self._letter(symbol, bound), self.shapes.member(definition, place))

    def _condition(self, node: ast.Condition, bound: Bound) -> None:
        if isinstance(node, ast.Comparison):
            self._comparison(node, bound)
        elif isinstance(node, ast.Membership):
            self._membership(node, bound)

    def _comparison(self, node: ast.Comparison, bound: Bound) -> None:
        r"""`1 \le i < j \le n` says how far the letters run; `i \ne j` that they run alike.

        Letters that count nothing are numbers: in `0 < x < a` neither is whole.
        """
        known = [one for one in node.operands if one in self.letters or bound.get(one, 0) < 0]
        last = node.operands[-1]
        rising = all(operator in ("<", "<=") for operator in node.operators)
        whole = self.counts.union(known)
        counted = any(one in whole for one in node.operands[1:-1])
        if rising and counted and last not in known:
            self.sizes |= set(self._free(last, bound, "value"))
            for letter in node.operands[1:-1]:
                if isinstance(letter, ast.Symbol):
                    self.classes.join(self._index(letter, bound), Item("size", last))
        elif node.operators == ("!=",) and known:
            both = [one for one in node.operands if isinstance(one, ast.Symbol)]
            self.classes.together([self._letter(one, bound) for one in both])

    def _membership(self, node: ast.Membership, bound: Bound) -> None:
        r"""`i = 1, \dots, n` is about a letter, `\mathbf x \in \mathbb R^n` about an axis."""
        container = node.container
        if isinstance(container, ast.IndexRange):
            self.sizes |= set(self._free(container.upper, bound, "value"))
            for item in node.items:
                self._join(self._letter(item, bound), Item("size", container.upper))
        elif isinstance(container, ast.Power) and isinstance(container.base, ast.Symbol):
            for place, size in enumerate(_shape(container.exponent)):
                self.sizes |= set(self._free(size, bound, "value"))
                for item in node.items:
                    self.classes.join(self.shapes.axis(item, place, bound), Item("size", size))

    def _whole_numbers(self, node: Node, bound: Bound) -> None:
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
            self.counts |= set(self._free(part, bound, "value"))

    # --- the result ---

    def plan(self) -> Plan:
        """Return what has been found.

        Raises:
            ScopeError: If a letter is a whole number and has components as well, or if a layer
                that is counted is not known.
        """
        self._count_layers()
        for letter, family in self.families.items():
            if letter in self.sizes:
                raise _two_meanings(family)
        sizes = self.classes.sizes()
        indices: dict[Expr, Expr | None] = {}
        for letter in sorted(self.letters, key=names.key):
            size = self._range_of(letter)
            if size is not None or letter not in self.sizes | self.counts:
                indices[letter] = size
        axes = {
            (item.name, item.position): sizes.get(self.classes.find(item))
            for item in self.classes.items("axis")
        }
        return Plan(
            indices,
            frozenset(self.sizes - set(indices)),
            frozenset(self.counts - self.sizes - set(indices)),
            self.classes.written_out(),
            axes,
            {sum_: sizes.get(self.classes.find(item)) for sum_, item in self.reductions.items()},
        )

    def _range_of(self, letter: Expr) -> Expr | None:
        """Return how far a free index runs: not to itself, where it is a bound as well."""
        members = self.classes.members(self._index(letter, {}))
        others = [one for one in members if one.name != letter]
        return min(others, key=rank).name if others else None


def _two_meanings(family: ast.Subscript) -> ScopeError:
    letter = show_name(family.base)
    message = f"{letter} has components and counts something; give one of them another letter"
    return ScopeError("ambiguous", message, family.span)


def _only_indexes(node: ast.Reduction) -> bool:
    """Whether the index of a sum only picks components: then its bound is a vector's size."""
    inside = list(names.occurrences(node.body))
    return all(one.role == "index" for one in inside if one.name in node.indices)


def _shape(exponent: Expr) -> tuple[Expr, ...]:
    r"""The sizes in `\mathbb R^{m \times n}`."""
    if isinstance(exponent, ast.Multiply) and "\\times" in exponent.operators:
        return exponent.factors
    return (exponent,)
