"""Small changes to TeX that a typing error or a wrong derivation makes: one at a time, by position.

A mutant is made in the text, where the parser found a node, and is read again from there: so it
goes the whole way that an author's formula goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hwlib.mathtex import ast

_SWAPPED = {
    "\\sin": "\\cos",
    "\\cos": "\\sin",
    "\\sinh": "\\cosh",
    "\\cosh": "\\sinh",
    "\\tanh": "\\tan",
    "\\exp": "\\ln",
    "\\ln": "\\exp",
    "\\max": "\\min",
    "\\min": "\\max",
    "\\sum": "\\prod",
}
_FUNCTION = re.compile(r"\\[a-zA-Z]+")


class Mutant(NamedTuple):
    """A changed formula: its whole TeX, what was changed, and where."""

    tex: str
    change: str
    offset: int


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def mutants(tex: str, side: ast.Node) -> Iterator[Mutant]:
    """Every mutant of one side of a relation.

    Args:
        tex: The formula that the side was parsed from.
        side: An expression of it.

    Yields:
        The changed formula; each change once, in the order of the text.
    """
    names = sorted({_text(tex, node) for node in ast.walk(side) if _plain(tex, node)})
    seen: set[str] = {tex}
    for node in ast.walk(side):
        for change, maker in _MAKERS.items():
            for edits in maker(tex, node, names):
                changed = _apply(tex, edits)
                if changed not in seen:
                    seen.add(changed)
                    yield Mutant(changed, change, edits[0].start)


def _apply(tex: str, edits: tuple[_Edit, ...]) -> str:
    for edit in sorted(edits, reverse=True):
        tex = tex[: edit.start] + edit.text + tex[edit.end :]
    return tex


def _text(tex: str, node: ast.Node) -> str:
    return tex[node.span.start : node.span.end]


def _plain(tex: str, node: ast.Node) -> bool:
    """A letter that stands for a quantity, as it is typed."""
    text = _text(tex, node)
    return isinstance(node, ast.Symbol) and not node.font and text in (node.name, node.name + " ")


_Maker = Callable[[str, ast.Node, list[str]], Iterator[tuple[_Edit, ...]]]


def _flip_sign(tex: str, node: ast.Node, _names: list[str]) -> Iterator[tuple[_Edit, ...]]:
    if not isinstance(node, ast.Add):
        return
    for before, after in zip(node.terms, node.terms[1:], strict=False):
        # A subtracted term's span may or may not begin at its sign.
        for place in range(before.span.end, min(after.span.start + 2, len(tex))):
            if tex[place] in "+-":
                yield (_Edit(place, place + 1, "-" if tex[place] == "+" else "+"),)
                break


def _drop_minus(tex: str, node: ast.Node, _names: list[str]) -> Iterator[tuple[_Edit, ...]]:
    if isinstance(node, ast.Negative) and tex[node.span.start] == "-":
        yield (_Edit(node.span.start, node.span.start + 1, " "),)


def _drop_exponent(tex: str, node: ast.Node, _names: list[str]) -> Iterator[tuple[_Edit, ...]]:
    if not isinstance(node, ast.Power):
        return
    hat = tex.rfind("^", node.span.start, node.exponent.span.start)
    if hat > 0:
        end = node.exponent.span.end
        if tex[hat + 1 : hat + 2] == "{":
            end = tex.find("}", end) + 1
        yield (_Edit(hat, end, " "),)


def _swap_fraction(tex: str, node: ast.Node, _names: list[str]) -> Iterator[tuple[_Edit, ...]]:
    if isinstance(node, ast.Divide):
        above, below = node.numerator, node.denominator
        yield (
            _Edit(*above.span, _text(tex, below)),
            _Edit(*below.span, _text(tex, above)),
        )


def _change_number(tex: str, node: ast.Node, _names: list[str]) -> Iterator[tuple[_Edit, ...]]:
    if isinstance(node, ast.Number) and re.fullmatch(r"\d+(\.\d+)?", _text(tex, node)):
        text = _text(tex, node)
        last = "1" if text[-1] == "0" else str((int(text[-1]) + 1) % 10)
        yield (_Edit(*node.span, text[:-1] + last),)


def _drop_factor(tex: str, node: ast.Node, _names: list[str]) -> Iterator[tuple[_Edit, ...]]:
    if isinstance(node, ast.Multiply):
        for factor in node.factors:
            yield (_Edit(*factor.span, " 1 "),)


def _drop_term(tex: str, node: ast.Node, _names: list[str]) -> Iterator[tuple[_Edit, ...]]:
    if isinstance(node, ast.Add):
        for term in node.terms:
            operand = term.operand if isinstance(term, ast.Negative) else term
            yield (_Edit(*operand.span, " 0 "),)


def _swap_symbol(tex: str, node: ast.Node, names: list[str]) -> Iterator[tuple[_Edit, ...]]:
    if _plain(tex, node):
        for other in names:
            if other != _text(tex, node):
                yield (_Edit(*node.span, other + " "),)


def _swap_function(tex: str, node: ast.Node, _names: list[str]) -> Iterator[tuple[_Edit, ...]]:
    if not isinstance(node, ast.Call | ast.Reduction | ast.Power):
        return
    found = _FUNCTION.match(tex, node.span.start)
    if found and found[0] in _SWAPPED:
        yield (_Edit(found.start(), found.end(), _SWAPPED[found[0]]),)


def _drop_prime(tex: str, node: ast.Node, _names: list[str]) -> Iterator[tuple[_Edit, ...]]:
    if isinstance(node, ast.Prime):
        prime = tex.find("'", node.span.start, node.span.end)
        if prime > 0:
            yield (_Edit(prime, prime + 1, ""),)


_MAKERS: dict[str, _Maker] = {
    "flip a sign": _flip_sign,
    "drop a minus": _drop_minus,
    "drop an exponent": _drop_exponent,
    "swap numerator and denominator": _swap_fraction,
    "change a constant": _change_number,
    "drop a factor": _drop_factor,
    "drop a term": _drop_term,
    "swap symbols": _swap_symbol,
    "swap a function": _swap_function,
    "drop a prime": _drop_prime,
}
