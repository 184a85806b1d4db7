"""What has the same size: axes of vectors, index letters and sizes, joined into classes."""

from __future__ import annotations

from typing import NamedTuple

from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr


class Item(NamedTuple):
    """Something with a size.

    Attributes:
        kind: "axis", "index", "size", or "literal": the size of a vector that is written out.
        name: The vector, the letter, or the size itself.
        position: Which axis.
        owner: Tells the same letter in different definitions and sums apart; 0 is the claim.
    """

    kind: str
    name: Expr
    position: int = 0
    owner: int = 0

    @property
    def is_size(self) -> bool:
        """Whether it says how large its class is."""
        return self.kind in ("size", "literal")


class Classes:
    """A union-find of items."""

    def __init__(self) -> None:
        self._parent: dict[Item, Item] = {}

    def find(self, item: Item) -> Item:
        """Return what stands for the item's class."""
        self._parent.setdefault(item, item)
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def join(self, one: Item, two: Item) -> None:
        """Put two items into one class."""
        self._parent[self.find(one)] = self.find(two)

    def together(self, items: list[Item | None]) -> Item | None:
        """Put all that are known into one class, and return one of them."""
        known = [item for item in items if item is not None]
        for item in known[1:]:
            self.join(known[0], item)
        return known[0] if known else None

    def items(self, kind: str) -> list[Item]:
        """Return all items of a kind, in the order in which they came."""
        return [item for item in self._parent if item.kind == kind]

    def members(self, item: Item) -> list[Item]:
        """Return the sizes that stand in the class of an item."""
        root = self.find(item)
        return [one for one in list(self._parent) if one.is_size and self.find(one) == root]

    def sizes(self) -> dict[Item, Expr]:
        """Return one size for each class that has any, by what stands for the class."""
        best: dict[Item, Item] = {}
        for one in list(self._parent):
            if one.is_size:
                root = self.find(one)
                best[root] = min(best.get(root, one), one, key=rank)
        return {root: one.name for root, one in best.items()}

    def written_out(self) -> dict[Expr, Expr]:
        """Return the letters that are the size of a vector that is written out, and that size."""
        return {
            other.name: one.name
            for one in self.items("literal")
            for other in self.members(one)
            if isinstance(other.name, ast.Symbol)
        }


def rank(item: Item) -> tuple[int, str]:
    """Order sizes: of a vector that is written out, then a number, a letter, anything."""
    kinds = {ast.Number: 1, ast.Symbol: 2}
    return (0 if item.kind == "literal" else kinds.get(type(item.name), 3)), repr(item.name)
