r"""Integrals: from `\int` to the differential that belongs to it."""

from __future__ import annotations

from fractions import Fraction

from hwlib.mathtex.ast import (
    Divide,
    Expr,
    Infinity,
    Integral,
    Multiply,
    Negative,
    Number,
    Span,
    TexError,
)
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.derivatives import argument_range
from hwlib.mathtex.lookahead import PRODUCTS, forbid_factor, starts_differential
from hwlib.mathtex.names import symbol
from hwlib.mathtex.scripts import Scripts, hang, read_scripts

_SIGN = "\\int"


def integral(cursor: Cursor) -> Expr:
    r"""`\int_a^b f(x) \, dx`, `\int f(x) \, dx`, `\int \frac{dx}{x}`."""
    start = cursor.at
    sign = cursor.take()
    scripts = read_scripts(cursor)
    lower = upper = None
    if scripts.below is not None and scripts.above is not None:
        lower = cursor.between(*scripts.below, cursor.grammar.expression)
        upper = cursor.between(*scripts.above, cursor.grammar.expression)
    elif _is_real_line(cursor, scripts):
        lower = Negative(Infinity(span=cursor.span(start)), span=cursor.span(start))
        upper = Infinity(span=cursor.span(start))
    elif scripts:
        raise TexError("an integral with one limit only", sign.start, "write both limits, or none")
    at = _find_differential(cursor)
    if at is None:
        integrand, variable = _in_fraction(cursor, sign.start)
    else:
        integrand = _part(cursor, cursor.at, at)
        cursor.at = at + 1
        variable = _variable(cursor)
    forbid_factor(
        cursor,
        "a factor straight after a differential",
        "write one \\int for each differential, other factors before it",
    )
    return Integral(integrand, variable, lower, upper, span=cursor.span(start))


def _is_real_line(cursor: Cursor, scripts: Scripts) -> bool:
    if scripts.below is None or scripts.above is not None:
        return False
    texts = [token.text for token in cursor.tokens[slice(*scripts.below)] if token.text not in "{}"]
    return texts == ["\\mathbb", "R"]


def _part(cursor: Cursor, low: int, high: int) -> Expr:
    if low == high:
        offset = cursor.offset(low)
        return Number(Fraction(1), span=Span(offset, offset))
    return cursor.between(low, high, cursor.grammar.expression)


def _variable(cursor: Cursor) -> Expr:
    start = cursor.at
    return hang(cursor, symbol(cursor), read_scripts(cursor), start)


def _find_differential(cursor: Cursor) -> int | None:
    at, inner = cursor.at, 0
    while at < cursor.end:
        if starts_differential(cursor, at - cursor.at):
            if not inner:
                return at
            inner -= 1
        inner += cursor.tokens[at].text == _SIGN
        at = max(at, cursor.partners[at]) + 1
    return None


def _in_fraction(cursor: Cursor, offset: int) -> tuple[Expr, Expr]:
    r"""The integrand and the variable of `\frac{f \, dx}{g}`, with factors before it."""
    start = cursor.at
    while not cursor.done and not _ends_in_differential(cursor):
        cursor.at = max(cursor.at, cursor.close()) + 1
    if cursor.done:
        raise TexError("an integral without its dx", offset, "write \\, dx after the integrand")
    fraction = cursor.at
    cursor.take()
    above, below = argument_range(cursor), argument_range(cursor)
    end, cursor.at = cursor.at, above[1] - 1
    variable = _variable(cursor)
    cursor.at = end
    denominator = cursor.between(*below, cursor.grammar.expression)
    span = cursor.span(fraction)
    quotient = Divide(_part(cursor, above[0], above[1] - 2), denominator, span=span)
    if fraction == start:
        return quotient, variable
    end = fraction - (cursor.tokens[fraction - 1].text in PRODUCTS)
    before = cursor.between(start, end, cursor.grammar.product)
    return Multiply((before, quotient), ("",), span=cursor.span(start)), variable


def _ends_in_differential(cursor: Cursor) -> bool:
    if not cursor.sees("\\frac") or not cursor.sees("{", 1):
        return False
    last = cursor.close(cursor.at + 1) - 2
    return last > cursor.at + 1 and starts_differential(cursor, last - cursor.at)
