r"""Layers: what `a^{[l]} := \sigma(z^{[l]})` says of `a^{[l-1]}`, for any l.

It says nothing: that name is another one, which may be anything. An equality that holds for all
its values holds for the one that it has. A derivative is no such equality: that value might move
with the variable. It cannot where layers rest on earlier layers only, and the variable belongs to a
later one: no weight of layer l moves `a^{[l-1]}`. Elsewhere the layer needs its definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from hwlib.mathcheck import names
from hwlib.mathcheck.scope import Definition, ScopeError, View, definition_of
from hwlib.mathcheck.show import show_name
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr, Node


class _Layer(NamedTuple):
    """`a^{[l-1]}`: the family `a^{[·]}`, the letter l, and -1."""

    family: Expr
    letter: Expr | None  # None: a number, or no plain shift
    shift: int


def check_layers(roots: Iterable[Node], view: View) -> None:
    """Refuse a derivative that may rest on a layer that is not defined while others are.

    Args:
        roots: A statement and the values that it depends on.
        view: What is visible at its place.

    Raises:
        ScopeError: At the name of that layer.
    """
    families = _families(view)
    if not families:
        return
    found = list(roots)
    variables = [one for root in found for one in _variables(root)]
    for name in (one.name for root in found for one in names.occurrences(root)):
        layer = _layer(name)
        if layer is None or layer.family not in families or definition_of(name, view) is not None:
            continue
        reach = _Reach(families, view)
        reach.follow(layer.family)
        if any(reach.may_meet(layer, variable) for variable in variables):
            message = (
                f"{show_name(name)} is not defined, while {show_name(families[layer.family].key)} "
                "is: this derivative needs to know what it depends on; define it with := before"
            )
            raise ScopeError("undefined", message, name.span)


def _families(view: View) -> dict[Expr, Definition]:
    """Return the definitions that are for any layer, by their family."""
    found = {}
    for key, definition in view.definitions.items():
        layer = _layer(key)
        if layer is not None and layer.letter is not None:
            found[layer.family] = definition
    return found


def _layer(name: Expr) -> _Layer | None:
    family, index = names.layered(names.plain(names.root_of(name))), names.layer_of(name)
    if family is None:
        return None
    if isinstance(index, ast.Symbol):
        return _Layer(family, index, 0)
    if isinstance(index, ast.Add) and len(index.terms) == 2:
        letter, number = index.terms
        if isinstance(letter, ast.Symbol) and isinstance(number, ast.Number):
            return _Layer(family, letter, int(number.value))
    return _Layer(family, None, 0)


def _variables(root: Node) -> Iterator[Expr | None]:
    """Give what a tree differentiates by; None where that is not written."""
    for node in ast.walk(root):
        if isinstance(node, ast.Derivative):
            yield from (one.variable for one in node.by)
        elif isinstance(node, ast.Gradient):
            yield node.by
        elif isinstance(node, ast.Differential):
            yield node.variable


@dataclass
class _Reach:
    """What the layers of a family may rest on.

    Attributes:
        families: The families among it.
        shifts: By how much the layer changes from a name to what it rests on.
        names: Names without a layer.
        plain: Whether all of that is known.
    """

    definitions: dict[Expr, Definition]
    view: View
    families: set[Expr] = field(default_factory=set)
    shifts: set[int] = field(default_factory=set)
    names: set[Expr] = field(default_factory=set)
    plain: bool = True

    def follow(self, family: Expr) -> None:
        """Take in a family and all that its definition names."""
        if family in self.families:
            return
        self.families.add(family)
        definition = self.definitions.get(family)
        if definition is not None:
            own = _layer(definition.key)
            letter = own.letter if own is not None else None
            self._look_into(definition, letter)

    def _look_into(self, definition: Definition, letter: Expr | None) -> None:
        for one in names.occurrences(definition.value, definition.bound):
            layer = _layer(one.name)
            if layer is None:
                self._take(one.name)
                continue
            self.shifts.add(layer.shift)
            self.plain = self.plain and letter is not None and layer.letter == letter
            self.follow(layer.family)

    def _take(self, name: Expr) -> None:
        root = names.plain(names.root_of(name))
        if root not in self.names:
            self.names.add(root)
            definition = definition_of(name, self.view)
            if definition is not None:
                self._look_into(definition, None)

    def may_meet(self, layer: _Layer, variable: Expr | None) -> bool:
        """Whether a layer of the family that was followed may rest on a variable."""
        if variable is None or not self.plain:
            return True
        other = _layer(variable)
        if other is None:
            return names.plain(names.root_of(variable)) in self.names
        if other.family not in self.families:
            return False
        if layer.letter is None or other.letter != layer.letter:
            return True
        later, earlier = max(self.shifts, default=0), min(self.shifts, default=0)
        away = other.shift - layer.shift
        if away == 0 and other.family == layer.family:
            return False  # it is what is moved
        return not ((later <= 0 and away > 0) or (earlier >= 0 and away < 0))
