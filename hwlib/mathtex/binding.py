"""Which names an expression binds, so that one that escapes its sum is seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hwlib.mathtex.ast import (
    Add,
    AmbiguousError,
    Divide,
    Evaluated,
    Expr,
    Integral,
    Limit,
    Multiply,
    Negative,
    Node,
    PlusMinus,
    Prime,
    Reduction,
    Span,
    Subscript,
    Symbol,
    children,
    walk,
)


def mentions(node: Node, name: Expr) -> bool:
    """Whether the name stands anywhere in the expression."""
    return any(found == name for found in walk(node))


def bound(node: Node) -> tuple[Expr, ...]:
    """The names that this very node binds."""
    if isinstance(node, Reduction):
        return node.indices
    if isinstance(node, Evaluated):
        return tuple(name for name, _ in node.at)
    if isinstance(node, (Limit, Integral)):
        return (node.variable,)
    return ()


def free_names(node: Node) -> set[Node]:
    """Names in the expression that nothing in it binds."""
    found: set[Node] = set()
    waiting: list[tuple[Node, frozenset[Node]]] = [(node, frozenset())]
    while waiting:
        current, inner = waiting.pop()
        if isinstance(current, (Symbol, Subscript, Prime)) and current not in inner:
            found.add(current)
        names = bound(current)
        below = inner.union(names) if names else inner
        waiting.extend((child, below) for child in children(current))
    return found


def taken_in(terms: Sequence[Expr], ends: Sequence[int]) -> Expr | None:
    r"""`\arg\max_w f(w) + g(w)` with all its terms in the body; None for any other sum.

    Outside of the body the letter would mean nothing: each later term must hold it.
    """
    first, *later = terms
    if not isinstance(first, Reduction) or not first.kind.startswith("arg"):
        return None
    if first.span.end != ends[0] or any(free_names(t).isdisjoint(first.indices) for t in later):
        return None
    body = Add((first.body, *later), span=Span(first.body.span.start, ends[-1]))
    return replace(first, body=body, span=Span(first.span.start, ends[-1]))


def refuse_escape(terms: Sequence[Expr], ends: Sequence[int]) -> None:
    r"""Refuse `\sum_i a_i + b_i`: is the second term still in the sum?

    `ends` are the offsets where the terms end in the text, closing brackets included.
    """
    operators = [tuple(_open(term, end)) for term, end in zip(terms, ends, strict=True)]
    for one in (one for found in operators[:-1] for one in found):
        if isinstance(one, Reduction) and one.kind.startswith("arg"):
            raise AmbiguousError(
                f"where the body of the {one.kind} ends",
                one.span.start,
                "put the body, or all of it, in brackets",
            )
    opened = [tuple(name for one in found for name in bound(one)) for found in operators]
    if not any(opened[:-1]):
        return
    later: dict[Node, Expr] = {}
    for term, names in zip(reversed(terms), reversed(opened), strict=True):
        for name in names:
            if name in later:
                raise AmbiguousError(
                    "a name bound by a sum, product or limit stands again after it",
                    later[name].span.start,
                    "put all that belongs to it in brackets, or rename one of the two",
                )
        later.update(dict.fromkeys(free_names(term), term))


def _open(term: Expr, end: int) -> Iterator[Expr]:
    """Sums, products and limits at the right end of a term that stand in no bracket."""
    current = term
    while True:
        if isinstance(current, (Negative, PlusMinus)):
            current = current.operand
        elif isinstance(current, Multiply):
            current = current.factors[-1]
        elif isinstance(current, Divide):
            current = current.numerator
        elif isinstance(current, (Reduction, Limit)) and current.span.end == end:
            yield current
            current = current.body if isinstance(current, Reduction) else current.operand
        else:
            return
