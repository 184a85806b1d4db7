r"""Where a `dx` may stand outside of an integral: in `du = 2x \, dx`, not in `cx + dy`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hwlib.mathtex.ast import (
    Add,
    Comparison,
    Condition,
    Differential,
    Divide,
    Expr,
    Multiply,
    Negative,
    Node,
    Number,
    TexError,
    Tuple,
    walk,
)
from hwlib.mathtex.tokens import Token
from hwlib.mathtex.vocabulary import word_set

_CALCULUS = word_set(r"\int \iint \iiint \oint \partial")
_EDGES = frozenset({"end", "row", "align", "sep", "close", "relation"})
_ENDS = frozenset({"}", ")", "]", "+", "-", "&", ","})


def refuse_stray(statements: Iterable[Condition | Expr]) -> None:
    """Refuse a differential, unless each side of its relation has one in every term.

    Raises:
        TexError: At the first differential that is anything else, such as d times y.
    """
    for statement in statements:
        first = next((one for one in walk(statement) if isinstance(one, Differential)), None)
        if first is not None and not _is_linear(statement):
            raise stray(first)


class StrayError(TexError):
    """A differential that no relation of differentials holds."""


def is_letter(tokens: Sequence[Token]) -> bool:
    r"""Whether d is a letter of a display: it stands alone, as in `cx + d`, and none is a mark.

    Then `dy` beside it is a product.
    """
    found = False
    for at, token in enumerate(tokens):
        before = tokens[at - 1].text if at else ""
        divides = before == "/" or (before == "{" and at > 1 and tokens[at - 2].text == "}")
        if token.text in _CALCULUS or (token.text == "d" and divides):
            return False
        if token[:2] != ("letter", "d") or before in ("_", "^"):
            continue
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        found = found or after is None or after.kind in _EDGES or after.text in _ENDS
    return found


def stray(found: Differential) -> StrayError:
    """The error for a differential that no relation of differentials holds."""
    return StrayError(
        "a differential outside an integral or a derivative",
        found.span.start,
        "write a derivative, or d \\cdot x if d is a quantity",
    )


def _is_linear(statement: Node) -> bool:
    return isinstance(statement, Comparison) and all(
        _degree(side) == 1 or _is_nothing(side) for side in statement.operands
    )


def _is_nothing(side: Expr) -> bool:
    """Whether it is 0, or stands for the row before."""
    return side == Tuple((), span=side.span) or (isinstance(side, Number) and side.value == 0)


def _degree(expr: Expr) -> int | None:
    """How many differentials each term has as factors; None if that cannot be said."""
    if isinstance(expr, Differential):
        return 1
    if isinstance(expr, Negative):
        return _degree(expr.operand)
    if isinstance(expr, Add):
        found = {_degree(term) for term in expr.terms}
        return found.pop() if len(found) == 1 else None
    if isinstance(expr, Multiply):
        degrees = [_degree(factor) for factor in expr.factors]
        return None if None in degrees else sum(one for one in degrees if one)
    if isinstance(expr, Divide):
        return _degree(expr.numerator) if _degree(expr.denominator) == 0 else None
    return None if any(isinstance(one, Differential) for one in walk(expr)) else 0
