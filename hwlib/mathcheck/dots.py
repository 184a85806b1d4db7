r"""Dots: `a_1 + a_2 + \dots + a_n` becomes the sum that is meant.

A rule gives a term for each place. There are two ways to one: the terms at both ends differ only in
a number here and what stands for it there (`x_0`, `x_n`), or the term after the dots has a letter
that is the place (`x^n`). A rule must give every term that is written, and all rules that do must
be one and the same; else the row is refused, and the author writes the sum. A row that falls,
`n + \dots + 2 + 1`, is read from its end.

A term that no rule gives may stand before or behind a row whose indices count from 0 or 1:
`b + w_1 x_1 + \dots + w_n x_n`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields, replace
from typing import NamedTuple

from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.folding import fold
from hwlib.mathcheck.names import NOWHERE, Listed, number, put, rebuild
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr, Node

_LETTER = ast.Symbol("the place in a row of dots", span=NOWHERE)
_STARTS = (0, 1, 2)  # where the letter of the last term may begin
_COMPARED = 4  # terms in which two rules must agree, and in their number
_OF_ROWS = ("max", "min", "diag")  # functions of any number of arguments
_FEWEST = 3  # terms that a letter's rule must be seen in

Items = tuple[Expr, ...]


class _Rule(NamedTuple):
    """A term in the letter, and the first and the last place."""

    term: Expr
    start: int
    end: Expr

    def at(self, place: Expr) -> Node:
        """The term at a place, its numbers put together."""
        return fold(put(self.term, _LETTER, place))

    def after(self, steps: int) -> Node:
        return self.at(number(self.start + steps))

    def before_end(self, steps: int) -> Node:
        return self.at(_moved(self.end, -steps))

    def gives(self, before: Items, after: Items) -> bool:
        """Whether these are the first terms and the last ones."""
        return all(self.after(i) == fold(item) for i, item in enumerate(before)) and all(
            self.before_end(i) == fold(item) for i, item in enumerate(reversed(after))
        )

    @property
    def counts_indices(self) -> bool:
        """Whether it only counts indices, from the first: then every term of it is plain."""
        return self.start < 2 and _only_in_indices(self.term)

    def turned(self) -> _Rule:
        """The same terms from the last to the first."""
        far, back = _moved(self.end, self.start), ast.Negative(_LETTER, span=NOWHERE)
        place = ast.Add((far, back), span=NOWHERE)
        return self._replace(term=put(self.term, _LETTER, place))

    def agrees(self, other: _Rule) -> bool:
        """Whether both give the same terms."""
        counts = {fold(_moved(rule.end, -rule.start)) for rule in (self, other)}
        return len(counts) == 1 and all(self.after(i) == other.after(i) for i in range(_COMPARED))


def expand(node: Node) -> Node:
    """Return a tree in which every row of dots is written as a sum, a product or a list.

    Raises:
        Refused: If it is not plain what the dots stand for.
    """
    node = rebuild(node, expand)
    if isinstance(node, ast.Add) and _has_dots(node.terms):
        return _row(node, node.terms, "sum")
    if isinstance(node, ast.Multiply) and _has_dots(node.factors):
        return _product(node)
    if isinstance(node, ast.Tuple) and _has_dots(node.items):
        return _list(node, node.items)
    if isinstance(node, ast.Matrix):
        return _matrix(node)
    if isinstance(node, ast.Call) and _has_dots(node.arguments):
        return _call(node)
    return node


def _has_dots(items: Items) -> bool:
    return any(isinstance(_bare(item), ast.Dots) for item in items)


def _place(items: Items) -> int:
    """Return where the first dots stand."""
    return next(place for place, item in enumerate(items) if isinstance(_bare(item), ast.Dots))


def _bare(item: Expr) -> Expr:
    return item.operand if isinstance(item, ast.Negative | ast.PlusMinus) else item


def _product(node: ast.Multiply) -> Expr:
    for factors in _readings(node):
        with suppress(Refused):
            return _row(node, factors, "prod")
    raise _unclear(node)


def _readings(node: ast.Multiply) -> Iterator[Items]:
    """Give what may be the factors of a row, the plainest reading first."""
    yield node.factors
    flat: Items = ()
    for factor in node.factors:
        flat += factor.factors if isinstance(factor, ast.Multiply) else (factor,)
    yield flat  # `n(n-1) \cdots (n-k+1)`: a letter with its bracket was one factor
    where = _place(node.factors)
    signs = node.operators[where + 1 :]
    if signs and not any(signs):  # `2 \cdot 4 \cdots 2n`: what stands side by side is one factor
        last = ast.Multiply(node.factors[where + 1 :], signs, span=node.span)
        yield (*node.factors[: where + 1], last)


def _row(node: Expr, items: Items, kind: str) -> Expr:
    for lead, trail in _outsiders(items):
        inside = items[lead : len(items) - trail]
        rule = _rule(inside)
        if rule is None or ((lead or trail) and not rule.counts_indices):
            continue
        row: Expr = ast.Reduction(
            kind, rule.term, (_LETTER,), number(rule.start), rule.end, span=node.span
        )
        if not lead and not trail:
            return row
        whole = (*items[:lead], row, *items[len(items) - trail :])
        if kind == "sum":
            return ast.Add(whole, span=node.span)
        return ast.Multiply(whole, ("",) * (len(whole) - 1), span=node.span)
    raise _unclear(node)


def _outsiders(items: Items) -> list[tuple[int, int]]:
    """Give how many terms may stand before and behind a row: as few as possible."""
    where = _place(items)
    choices = [(lead, trail) for lead in range(where) for trail in range(len(items) - where - 1)]
    return sorted(choices, key=sum)


def _list(node: Expr, items: Items) -> Listed:
    rule = _rule(items)
    if rule is None:
        raise _unclear(node)
    term, end = rule.term, rule.end
    skipped = rule.start - 1  # a list counts from 1
    if skipped:
        term, end = put(term, _LETTER, _moved(_LETTER, skipped)), _moved(end, -skipped)
    return Listed(term, _LETTER, end, span=node.span)


def _matrix(node: ast.Matrix) -> Expr:
    """Return a column or a row whose dots are written out; what only shows a shape stays."""
    column = tuple(entry for row in node.rows for entry in row)
    both_ways = 1 < len(node.rows) < len(column)
    if both_ways or not _has_dots(column[1:-1]):
        return node
    listed = _list(node, column)
    return listed if len(node.rows) > 1 else ast.Transpose(listed, span=node.span)


def _call(node: ast.Call) -> Expr:
    name = node.function
    if not isinstance(name, ast.Symbol) or name.name not in _OF_ROWS:
        message = "how many arguments are meant? only \\max, \\min and diag take a row"
        raise Refused("undefined", message, node.span)
    return replace(node, arguments=(_list(node, node.arguments),))


def _rule(items: Items) -> _Rule | None:
    """Return the one rule that gives the terms of a row; None if there is none, or several."""
    where = [index for index, item in enumerate(items) if isinstance(_bare(item), ast.Dots)]
    before, after = items[: where[0]], items[where[0] + 1 :]
    if len(where) != 1 or not before or not after or isinstance(items[where[0]], ast.PlusMinus):
        return None
    found = _rules(before, after)
    found += [rule.turned() for rule in _rules(after[::-1], before[::-1])]
    if not found or not all(found[0].agrees(rule) for rule in found[1:]):
        return None
    lowered = isinstance(items[where[0]], ast.Negative)
    return None if lowered and not _is_negative(found[0].after(len(before))) else found[0]


def _is_negative(term: Node) -> bool:
    r"""Whether a minus stands before a term: the next one after `1 - x + x^2 - \dots`."""
    first = term.factors[0] if isinstance(term, ast.Multiply) else term
    return isinstance(first, ast.Number) and first.value < 0


def _unclear(node: Node) -> Refused:
    return Refused(
        "ambiguous", "what do the dots stand for? write the sum, \\sum_{k=1}^{n}", node.span
    )


def _rules(before: Items, after: Items) -> list[_Rule]:
    """Return the rules that give these terms: at most one by the ends, and those by a letter."""
    first, last = before[0], after[-1]
    ends: set[tuple[int, Expr]] = set()
    term = _general(first, last, ends)
    by_ends = [_Rule(term, *next(iter(ends)))] if term is not None and len(ends) == 1 else []
    if not by_ends and len(before) + len(after) < _FEWEST:
        return []
    return [rule for rule in (*by_ends, *_by_letter(last)) if rule.gives(before, after)]


def _by_letter(last: Expr) -> Iterator[_Rule]:
    letters = dict.fromkeys(part for part in ast.walk(last) if isinstance(part, ast.Symbol))
    for letter in letters:
        term = put(last, letter, _LETTER)
        yield from (_Rule(term, start, letter) for start in _STARTS)


def _general(first: Node, last: Node, ends: set[tuple[int, Expr]]) -> Expr | None:
    """Return the common form of two terms: where one has a number, the other its end, a letter."""
    if first == last:
        return first  # type: ignore[return-value]  # only expressions are asked for
    if isinstance(first, ast.Number) and first.value in _STARTS and isinstance(last, Expr):
        ends.add((int(first.value), last))
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
    return replace(first, **changes)  # type: ignore[return-value, arg-type]


def _general_part(mine: object, other: object, ends: set[tuple[int, Expr]]) -> object | None:
    if isinstance(mine, Node) and isinstance(other, Node):
        return _general(mine, other, ends)
    if isinstance(mine, tuple) and isinstance(other, tuple) and len(mine) == len(other):
        items = [
            one if one == two else _general_part(one, two, ends)
            for one, two in zip(mine, other, strict=True)
        ]
        return None if any(item is None for item in items) else tuple(items)
    return None


def _only_in_indices(node: Node) -> bool:
    if isinstance(node, ast.Subscript | ast.Marked):
        return _only_in_indices(node.base)
    return node != _LETTER and all(map(_only_in_indices, ast.children(node)))


def _moved(place: Expr, steps: int) -> Expr:
    """Return the place so many steps later."""
    if steps == 0:
        return place
    return fold(ast.Add((place, number(steps)), span=NOWHERE))  # type: ignore[return-value]
