r"""Which letters of layers are numbers: the k of `x^{(k)}` beside a sum over all `x^{(i)}`.

By itself `x^{(k)}` is a quantity with a name, and k needs no value. It may be one that is counted,
though, where another index of the same family is a number, runs over numbers, or is another letter:
`\frac{\partial x^{(j)}}{\partial x^{(k)}}` is 1 where j is k. Then every such letter is tried with
numbers.
"""

from __future__ import annotations

from hwlib.mathcheck import names
from hwlib.mathcheck.classes import Classes, Item
from hwlib.mathcheck.scope import Definition, ScopeError
from hwlib.mathcheck.show import show_name
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr


class LayerLetters:
    """Collects what stands in the brackets of names; families that share an index are together."""

    def __init__(self) -> None:
        self._classes = Classes()
        self._free: list[tuple[Item, Expr]] = []
        self._numbers: list[Item] = []
        self._closed: list[tuple[Item, Definition]] = []

    def see(self, family: Item, index: Expr, bound: dict[Expr, int]) -> None:
        """Take in an index of a family.

        Args:
            family: The axis of the name's brackets.
            index: What stands in them.
            bound: The bound names: those of sums have negative numbers, of definitions positive.
        """
        self._classes.find(family)
        letters = [one.name for one in names.occurrences(index) if one.name != family.name]
        if isinstance(index, ast.Number) or len(letters) > 1:
            self._numbers.append(family)
        for letter in letters:
            owner = bound.get(letter, 0)
            self._classes.join(family, Item("index", letter, 0, owner))
            if owner < 0:
                self._numbers.append(family)
            elif owner == 0:
                self._free.append((family, letter))

    def see_closed(self, family: Item, definition: Definition) -> None:
        """Take in a definition that leads back to itself: it is known at its own letter only."""
        self._closed.append((family, definition))

    def counted(self) -> list[tuple[Item, Expr]]:
        """Return the free letters that have to be numbers, each with a family that has it.

        Raises:
            ScopeError: If one belongs to a definition that leads back to itself.
        """
        letters: dict[Item, set[Expr]] = {}
        for family, letter in self._free:
            letters.setdefault(self._classes.find(family), set()).add(letter)
        numbers = {self._classes.find(one) for one in self._numbers}
        several = {root for root, some in letters.items() if len(some) > 1}
        for family, definition in self._closed:
            if self._classes.find(family) in numbers | several:
                raise ScopeError("undefined", _closed(definition), definition.key.span)
        return [one for one in self._free if self._classes.find(one[0]) in numbers | several]


def _closed(definition: Definition) -> str:
    return (
        f"{show_name(definition.key)} leads back to itself by its definition, so no other layer of "
        "it is known; write the layers out that are meant here"
    )
