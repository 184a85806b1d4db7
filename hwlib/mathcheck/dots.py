r"""Dots: `a_1 + a_2 + \dots + a_n` becomes the sum that is meant.

The terms before the dots and the one after them must differ only in numbers and in what stands in
their place: 1, 2, …, n. Then the term is a rule in one letter. Anything else is refused; the
author can write the sum.
"""

from __future__ import annotations

from dataclasses import fields, replace

from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.names import NOWHERE, Listed, number, rebuild
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr, Node

_LETTER = ast.Symbol("the place in a row of dots", span=NOWHERE)


def expand(node: Node) -> Node:
    """Return a tree in which every row of dots is written as a sum, a product or a list.

    Raises:
        Refused: If it is not plain what the dots stand for.
    """
    node = rebuild(node, expand)
    if isinstance(node, ast.Add) and _has_dots(node.terms):
        return _row(node, node.terms, "sum")
    if isinstance(node, ast.Multiply) and _has_dots(node.factors):
        return _row(node, node.factors, "prod")
    if isinstance(node, ast.Tuple) and _has_dots(node.items):
        return _list(node)
    return node


def _has_dots(items: tuple[Expr, ...]) -> bool:
    return any(isinstance(_bare(item), ast.Dots) for item in items)


def _bare(item: Expr) -> Expr:
    return item.operand if isinstance(item, ast.Negative | ast.PlusMinus) else item


def _row(node: Expr, items: tuple[Expr, ...], kind: str) -> Expr:
    term, size = _rule(node, items)
    return ast.Reduction(kind, term, (_LETTER,), number(1), size, span=node.span)


def _list(node: ast.Tuple) -> Expr:
    term, size = _rule(node, node.items)
    return Listed(term, _LETTER, size, span=node.span)


def _rule(node: Expr, items: tuple[Expr, ...]) -> tuple[Expr, Expr]:
    """Return the general term and how many there are."""
    where = [index for index, item in enumerate(items) if isinstance(item, ast.Dots)]
    if where != [len(items) - 2] or where == [0]:
        raise _unclear(node)
    first, last = items[0], items[-1]
    ends: list[Expr] = []
    term = _general(first, last, ends)
    if term is None or not ends or any(end != ends[0] for end in ends):
        raise _unclear(node)
    for place, item in enumerate(items[1 : where[0]], start=2):
        if _put(term, number(place)) != item:
            raise _unclear(node)
    return term, ends[0]


def _unclear(node: Node) -> Refused:
    return Refused(
        "ambiguous", "what do the dots stand for? write the sum, \\sum_{k=1}^{n}", node.span
    )


def _general(first: Node, last: Node, ends: list[Expr]) -> Expr | None:
    """Return the common form of two terms: where one has 1 and the other its end, the letter."""
    if first == last:
        return first  # type: ignore[return-value]  # only expressions are asked for
    if isinstance(first, ast.Number) and first.value == 1 and isinstance(last, Expr):
        ends.append(last)
        return _LETTER
    if type(first) is not type(last):
        return None
    changes = {}
    for part in fields(first):
        mine, other = getattr(first, part.name), getattr(last, part.name)
        if part.name == "span" or mine == other:
            continue
        found = _general_part(mine, other, ends)
        if found is None:
            return None
        changes[part.name] = found
    return _replaced(first, changes)


def _general_part(mine: object, other: object, ends: list[Expr]) -> object | None:
    if isinstance(mine, Node) and isinstance(other, Node):
        return _general(mine, other, ends)
    if isinstance(mine, tuple) and isinstance(other, tuple) and len(mine) == len(other):
        items = [
            one if one == two else _general_part(one, two, ends)
            for one, two in zip(mine, other, strict=True)
        ]
        return None if any(item is None for item in items) else tuple(items)
    return None


def _replaced(node: Node, changes: dict[str, object]) -> Expr:
    return replace(node, **changes)  # type: ignore[return-value, arg-type]


def _put(term: Node, value: Expr) -> Node:
    """Return the general term with the letter replaced."""
    return value if term == _LETTER else rebuild(term, lambda part: _put(part, value))
