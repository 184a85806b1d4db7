r"""What stands between bars: absolute values `|x|`, norms `\|x\|`, sizes of sets `|A \cup B|`."""

from __future__ import annotations

from hwlib.mathtex.ast import Absolute, Expr, Infinity, Label, Norm, TexError
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.lookahead import closes_bar, closing_bars
from hwlib.mathtex.scripts import indices, raised, read_scripts
from hwlib.mathtex.sets import size


def bars(cursor: Cursor) -> Expr:
    r"""`|x|`, `\|x\|`, `||x||`, or the size of a set."""
    start = cursor.at
    bar = cursor.peek()
    counted = size(cursor)
    if counted is not None:
        return counted
    end, width = closing_bars(cursor, start) or (start, 1)
    doubled = width == 2 and end > start + 2
    if doubled:
        content = _between_double_bars(cursor, end)
    elif bar.kind == "open":
        content = cursor.inside(cursor.grammar.expression)
    else:
        content = _between_bars(cursor)
    if bar.text == "|" and not doubled:
        return Absolute(content, span=cursor.span(start))
    return _norm(cursor, content, start)


def _norm(cursor: Cursor, content: Expr, start: int) -> Expr:
    """A norm with the scripts after its second bar."""
    order: Expr | None = None
    saved = cursor.at
    scripts = read_scripts(cursor)
    if scripts.below is not None:
        (order,) = indices(cursor, *scripts.below)[:1]
        if isinstance(order, Label) and order.text == "infty":
            order = Infinity(span=order.span)
    norm = Norm(content, order, span=cursor.span(start))
    if scripts.primes:
        raise TexError("a prime on a norm", cursor.offset(saved))
    return norm if scripts.above is None else raised(cursor, norm, scripts.above, start)


def relation_bars(cursor: Cursor) -> Expr:
    r"""`\mid x \mid` and `\parallel x \parallel`, signs of relations that are typed as bars."""
    start = cursor.at
    sign = cursor.take()
    places = cursor.level(cursor.at, cursor.end)
    end = next((at for at in places if cursor.tokens[at][:2] == sign[:2]), None)
    if end is None:
        raise TexError(f"{sign.text} is not known here", sign.start, "a bar is |, a norm \\|")
    content = cursor.between(cursor.at, end, cursor.grammar.expression)
    cursor.at = end + 1
    if sign.text == "\\mid":
        return Absolute(content, span=cursor.span(start))
    return _norm(cursor, content, start)


def _between_double_bars(cursor: Cursor, end: int) -> Expr:
    content = cursor.between(cursor.at + 2, end, cursor.grammar.expression)
    cursor.at = end + 2
    return content


def _between_bars(cursor: Cursor) -> Expr:
    opening = cursor.take()
    bar = opening.text
    cursor.bars.append((opening.kind == "big", bar))
    with cursor.deeper():
        content = cursor.grammar.expression(cursor)
    if not closes_bar(cursor):
        raise TexError(f"this {bar} is never closed", opening.start, "write \\left| … \\right|")
    cursor.take()
    cursor.bars.pop()
    return content
