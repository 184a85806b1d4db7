r"""Limits: `\lim_{x \to a} f` is computed; one in several variables is a quantity with a name.

No path settles `\lim_{(x, y) \to (0, 0)} f`, and the mesh of `\lim_{\|\Delta t\| \to 0} S` is the
size of something else: both are opaque, undefined until `:=` gives them a value.
"""

from __future__ import annotations

from hwlib.mathtex.ast import Expr, Limit, Opaque, Symbol, TexError, Tuple
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.names import contents
from hwlib.mathtex.reductions import index, refuse_again, signed
from hwlib.mathtex.scripts import Range, read_scripts, split_commas

_ARROWS = {"\\to": "", "\\downarrow": "+", "\\searrow": "+", "\\uparrow": "-", "\\nearrow": "-"}
_SIZES = ("|", "\\|")


def limit(cursor: Cursor) -> Expr:
    r"""`\lim_{x \to a} f`."""
    start = cursor.at
    name = cursor.take()
    scripts = read_scripts(cursor)
    if scripts.below is None or scripts.above is not None:
        raise TexError("a limit of what to what?", name.start, "write \\lim_{x \\to a}")
    if _is_in_several(cursor, *scripts.below):
        return _in_several(cursor, scripts.below, start)
    variable, (target, side) = _approach(cursor, *scripts.below)
    operand = _body(cursor)
    return Limit(operand, variable, target, side, span=cursor.span(start))


def _body(cursor: Cursor) -> Expr:
    if cursor.done:
        raise cursor.unexpected("the body of the limit")
    with cursor.deeper():
        return signed(cursor, cursor.grammar.product)


def _approach(cursor: Cursor, low: int, high: int) -> tuple[Expr, tuple[Expr, str]]:
    arrows = [at for at in range(low, high) if cursor.tokens[at].text in _ARROWS]
    if len(arrows) != 1:
        raise TexError("one \\to is needed below \\lim", cursor.offset(low), "write x \\to a")
    at = arrows[0]
    variable = index(cursor, low, at)
    target = _target(cursor, at + 1, high)
    if _ARROWS[cursor.tokens[at].text]:
        target = (target[0], _ARROWS[cursor.tokens[at].text])
    return variable, target


def _target(cursor: Cursor, low: int, high: int) -> tuple[Expr, str]:
    side = ""
    texts = [token.text for token in cursor.tokens[low:high]]
    if texts[-2:-1] == ["^"] and texts[-1] in "+-":
        side, high = texts[-1], high - 2
    elif texts[-4:-2] == ["^", "{"] and texts[-2] in "+-":
        side, high = texts[-2], high - 4
    elif len(texts) > 1 and texts[-1] in ("+", "-"):  # 0+
        side, high = texts[-1], high - 1
    if low >= high:
        raise TexError("a limit to where?", cursor.offset(low))
    sign = low + 1 if texts[:1] == ["+"] else low
    return cursor.between(sign, high, cursor.grammar.expression), side


# --- in several variables ------------------------------------------------------------------------


def _is_in_several(cursor: Cursor, low: int, high: int) -> bool:
    """Whether what goes to its limit is a list of things, or the size of one."""
    first = cursor.tokens[low] if low < high else None
    if first is None:
        return False
    listed = first.text == "(" or len(split_commas(cursor, low, high)) > 1
    return listed or (first.text in _SIZES and first.kind in ("char", "command", "open"))


def _in_several(cursor: Cursor, below: Range, start: int) -> Expr:
    _check_approach(cursor, below)
    low = cursor.at
    _body(cursor)  # read to know where it ends, and whether it is mathematics
    refuse_again(cursor, below)
    head = Symbol("\\lim", span=cursor.span(start))
    inside = ("_", "{", *contents(cursor, *below), "}", *contents(cursor, low, cursor.at))
    return Opaque(head, inside, span=cursor.span(start))


def _check_approach(cursor: Cursor, below: Range) -> None:
    r"""Refuse what is neither `(x, y) \to (a, b)`, `x, y \to a`, `x \to a, y \to b` nor a size."""
    waiting = False
    for low, high in split_commas(cursor, *below):
        arrows = [at for at in range(low, high) if cursor.tokens[at].text == "\\to"]
        waiting = not arrows
        if not arrows:
            index(cursor, low, high)
            continue
        if len(arrows) > 1:
            raise TexError("two arrows without a comma below \\lim", cursor.offset(arrows[1]))
        ends = ((low, arrows[0]), (arrows[0] + 1, high))
        goes, target = (cursor.between(*end, cursor.grammar.expression) for end in ends)
        size = len(goes.items) if isinstance(goes, Tuple) else 1
        if size != (len(target.items) if isinstance(target, Tuple) else 1):
            raise TexError("a limit to something of another size", target.span.start)
    if waiting:
        raise TexError("one \\to is needed below \\lim", cursor.offset(below[0]), "x, y \\to a")
