r"""Integrals: from `\int` to the differential that belongs to it.

`\int_a^b f \, dx` is computed. An integral over a region or along a curve, `\iint_R f \, dA`, is an
opaque quantity: what stands below the sign does not say how it is computed.
"""

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
    Opaque,
    Span,
    Symbol,
    TexError,
)
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.derivatives import argument_range
from hwlib.mathtex.lookahead import PRODUCTS, forbid_factor, starts_differential
from hwlib.mathtex.names import contents, symbol
from hwlib.mathtex.scripts import Range, Scripts, hang, read_scripts

_SIGNS = ("\\int", "\\iint", "\\iiint", "\\oint")


def integral(cursor: Cursor) -> Expr:
    r"""`\int_a^b f(x) \, dx`, `\int f(x) \, dx`, `\int \frac{dx}{x}`."""
    start = cursor.at
    sign = cursor.take()
    scripts = read_scripts(cursor)
    if sign.text != "\\int" or (scripts and _is_region(cursor, scripts)):
        return _over_region(cursor, scripts, start)
    lower = upper = named = None
    if scripts.below is not None and scripts.above is not None:
        named, below = _named_limit(cursor, *scripts.below)
        lower = cursor.between(*below, cursor.grammar.expression)
        upper = cursor.between(*scripts.above, cursor.grammar.expression)
    elif _is_real_line(cursor, scripts):
        lower = Negative(Infinity(span=cursor.span(start)), span=cursor.span(start))
        upper = Infinity(span=cursor.span(start))
    elif scripts:
        raise _one_limit(cursor, start)
    at = _find_differential(cursor)
    if at is None:
        integrand, variable = _in_fraction(cursor, sign.start)
    else:
        integrand = _part(cursor, cursor.at, at)
        cursor.at = at + 1
        variable = _variable(cursor)
    if named is not None and named != variable:
        raise TexError(
            "the limits are of another variable than the d",
            named.span.start,
            "the inner \\int ends first: \\int_{x} \\int_{y} f \\, dy \\, dx",
        )
    if lower is None or not _is_product(cursor, variable):
        _end(cursor)
    return Integral(integrand, variable, lower, upper, span=cursor.span(start))


def _named_limit(cursor: Cursor, low: int, high: int) -> tuple[Expr | None, Range]:
    r"""The variable that `\int_{x = a}^b` names, and the lower limit."""
    signs = [at for at in range(low, high) if cursor.tokens[at].kind == "relation"]
    if not signs or cursor.tokens[signs[0]].text != "=":
        return None, (low, high)
    return cursor.between(low, signs[0], _variable), (signs[0] + 1, high)


def _one_limit(cursor: Cursor, start: int) -> TexError:
    return TexError(
        "an integral with one limit only", cursor.offset(start), "write both limits, or none"
    )


def _is_product(cursor: Cursor, variable: Expr) -> bool:
    r"""Whether `\int f \, dx \int g \, dy` goes on here with a second integral that has no x."""
    if cursor.peek().text not in _SIGNS or not isinstance(variable, Symbol):
        return False
    return all(token.text != variable.name for token in cursor.tokens[cursor.at : cursor.end])


def _end(cursor: Cursor) -> None:
    forbid_factor(
        cursor,
        "a factor straight after a differential",
        "write one \\int for each differential, other factors before it",
    )


def _is_region(cursor: Cursor, scripts: Scripts) -> bool:
    """Whether a region stands below the sign: no limit, and not all real numbers."""
    if scripts.below is None or scripts.above is not None or _is_real_line(cursor, scripts):
        return False
    low, high = scripts.below
    first = cursor.tokens[low]
    return low < high and first.kind != "number" and first.text not in ("-", "\\infty")


def _over_region(cursor: Cursor, scripts: Scripts, start: int) -> Expr:
    r"""`\iint_R f \, dx \, dy`: its tokens from the sign to the last differential."""
    if scripts.above is not None or scripts.primes:
        raise TexError(
            "limits on a multiple integral sign",
            cursor.offset(start),
            "write one \\int for each variable",
        )
    at = _find_differential(cursor)
    if at is None:
        raise TexError("an integral without its dx", cursor.offset(start))
    low = cursor.at
    cursor.at = at
    variables = []
    while starts_differential(cursor):
        cursor.take()
        variables.append(cursor.peek().text)
        _variable(cursor)
    below = contents(cursor, *scripts.below) if scripts.below else ()
    inside = contents(cursor, low, cursor.at)
    inside = tuple("d" if one == "\\text{d}" else one for one in inside)  # \mathrm d x
    if len(below) == 1 and below[0].islower() and below[0] not in variables:
        raise _one_limit(cursor, start)  # \int_a f \, dx
    head = Symbol(cursor.tokens[start].text, span=cursor.span(start))
    tokens = ("_", "{", *below, "}", *inside)
    _end(cursor)
    return Opaque(head, tokens, span=cursor.span(start))


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
    inner = 0
    for at in cursor.level(cursor.at, cursor.end):
        if starts_differential(cursor, at - cursor.at):
            if not inner:
                return at
            inner -= 1
        inner += cursor.tokens[at].text in _SIGNS
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
