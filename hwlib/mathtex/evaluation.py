r"""Values at a point and between two points: `\Big|_{x=0}`, `[F(x)]_a^b`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeGuard

from hwlib.mathtex.ast import (
    AmbiguousError,
    Between,
    Comparison,
    Derivative,
    Evaluated,
    Expr,
    Negative,
    PlusMinus,
    Symbol,
    TexError,
    walk,
)
from hwlib.mathtex.binding import free_names
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.names import spelled
from hwlib.mathtex.scripts import Scripts, read_scripts

_HINT = "put what it evaluates between \\left. and \\right|"


def at_bar(cursor: Cursor, factors: Sequence[Expr], whole: Expr, start: int) -> Expr:
    """A product with an evaluation bar after it, the bar being next."""
    bar = cursor.take()
    result = with_scripts(cursor, whole, read_scripts(cursor), start)
    cursor.barred = True
    names = {expr for expr, _ in result.at} if isinstance(result, Evaluated) else None
    for factor in factors[:-1]:
        found = [n for n in walk(factor) if isinstance(n, Symbol)]
        if (names is None and found) or (names and any(n in names for n in walk(factor))):
            raise AmbiguousError("an evaluation bar after a product", bar.start, _HINT)
    return result


def refuse_after_terms(terms: Sequence[Expr], offset: int) -> None:
    r"""Refuse `x + x^2 \Big|_0^1`, the bar being on the last term: does it hold for all of them?"""
    last = terms[-1]
    while isinstance(last, (Negative, PlusMinus)):
        last = last.operand
    if isinstance(last, Evaluated):
        names = {name for name, _ in last.at}
        if not any(names & free_names(term) for term in terms[:-1]):
            return
    raise AmbiguousError("an evaluation bar after a sum", offset, _HINT)


def with_scripts(cursor: Cursor, operand: Expr, scripts: Scripts, start: int) -> Expr:
    """The operand at the point, or between the points, that the scripts of a bar give."""
    if scripts.below is None:
        raise TexError("an evaluation without a point below", cursor.offset(start), _HINT)
    if scripts.above is None and not _assigns(cursor, *scripts.below):
        point = cursor.between(*scripts.below, cursor.grammar.expression)
        if not _is_by_one(operand):
            return spelled(cursor, start)
        return Evaluated(operand, ((operand.by[0].variable, point),), span=cursor.span(start))
    if scripts.above is None:
        at = _assignments(cursor, *scripts.below)
        return Evaluated(operand, at, span=cursor.span(start))
    variable, lower = _limit(cursor, *scripts.below)
    other, upper = _limit(cursor, *scripts.above)
    if other is not None and other != variable:
        raise TexError("two variables between one bar's limits", cursor.offset(start), _HINT)
    return Between(operand, lower, upper, variable, span=cursor.span(start))


def _assigns(cursor: Cursor, low: int, high: int) -> bool:
    return any(token.kind == "relation" for token in cursor.tokens[low:high])


def _is_by_one(operand: Expr) -> TypeGuard[Derivative]:
    r"""Whether a bare point can only be the variable's: that of `\frac{df}{dx}\Big|_a`."""
    return isinstance(operand, Derivative) and not operand.partial and len(operand.by) == 1


def _assignments(cursor: Cursor, low: int, high: int) -> tuple[tuple[Expr, Expr], ...]:
    found = []
    for condition in cursor.between(low, high, cursor.grammar.conditions):
        if not isinstance(condition, Comparison) or condition.operators != ("=",):
            raise TexError(
                "an evaluation needs x = a below its bar", condition.span.start, "write |_{x=a}"
            )
        found.append((condition.operands[0], condition.operands[1]))
    return tuple(found)


def _limit(cursor: Cursor, low: int, high: int) -> tuple[Expr | None, Expr]:
    if _assigns(cursor, low, high):
        ((variable, value),) = _one(cursor, low, high)
        return variable, value
    return None, cursor.between(low, high, cursor.grammar.expression)


def _one(cursor: Cursor, low: int, high: int) -> tuple[tuple[Expr, Expr], ...]:
    found = _assignments(cursor, low, high)
    if len(found) != 1:
        raise TexError("more than one variable between limits", cursor.offset(low))
    return found
