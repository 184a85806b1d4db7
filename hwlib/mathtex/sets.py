r"""Sets as a side of a relation: `S = \{x : x > 0\}`, `C = A \cup B`.

A set is read to know that it is mathematics, and kept as it is spelled: nothing is computed with
it, and what a relation says of it is only stated.
"""

from __future__ import annotations

from hwlib.mathtex.ast import (
    STATED,
    Application,
    Call,
    Comparison,
    DescribedSet,
    Expr,
    Marked,
    Opaque,
    Subscript,
    Symbol,
    TexError,
)
from hwlib.mathtex.conditions import a_set, conditions, relates
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.names import contents, spelled
from hwlib.mathtex.scripts import Range, split_commas

_OPERATIONS = frozenset({"\\cup", "\\cap", "\\setminus"})
_EMPTY = frozenset({"\\emptyset", "\\varnothing"})
_NAMES = (Symbol, Subscript, Marked, Call, Application, Opaque)
_EQUAL = frozenset({"=", ":=", "==", "!="})


def side(cursor: Cursor) -> Expr:
    """All up to the cursor's end: a set, or an expression."""
    if is_set(cursor, cursor.at, cursor.end):
        return _set(cursor)
    return cursor.grammar.expression(cursor)


def asked(cursor: Cursor) -> Expr:
    r"""All up to the cursor's end, which is asked for, or as it is spelled if it has two readings.

    `\min_w \sum_i f_i + g` alone in a row claims nothing, wherever the sum ends.
    """
    low = cursor.at
    found = cursor.unless_ambiguous(side)
    if found is not None:
        return found
    cursor.at = cursor.end
    return spelled(cursor, low)


def independent(cursor: Cursor) -> Expr:
    r"""One side of `X, Y \perp Z \mid W`, what it is given included."""
    low = cursor.at
    bars = [at for at in cursor.level(low, cursor.end) if cursor.tokens[at].text in ("|", "\\mid")]
    if len(bars) != 1:
        return side(cursor)
    for part in ((low, bars[0]), (bars[0] + 1, cursor.end)):
        for one in split_commas(cursor, *part):
            cursor.between(*one, cursor.grammar.expression)
    cursor.at = cursor.end
    return spelled(cursor, low)


def refuse_no_sets(chain: Comparison) -> None:
    r"""Refuse `2 = \{x : x > 0\}`: what is said to be a set is a name or a set.

    Raises:
        TexError: At the side that is none.
    """
    for link in chain.links():
        one, other = link.left, link.right
        if not isinstance(one, DescribedSet) and not isinstance(other, DescribedSet):
            continue
        for found in (one, other):
            if not isinstance(found, (DescribedSet, *_NAMES)):
                raise TexError("a set beside what is no set", found.span.start, "name the set")
        if link.operator not in _EQUAL and link.operator not in STATED:
            raise TexError("sets are not compared by size", link.span.start, "write \\subset")


def is_set(cursor: Cursor, low: int, high: int) -> bool:
    r"""Whether the tokens are joined by `\cup` and the like, or are one set in braces."""
    texts = (cursor.tokens[at].text for at in _open_places(cursor, low, high))
    made = any(text in _OPERATIONS or text in _EMPTY for text in texts)
    return made or _is_listed(cursor, low, high) or _is_described(cursor, low, high)


def _is_listed(cursor: Cursor, low: int, high: int) -> bool:
    whole = low < high and cursor.partners[low] == high - 1
    listed = whole and cursor.tokens[low].text == "\\{"
    return listed and len(split_commas(cursor, low + 1, high - 1)) > 1


def _open_places(cursor: Cursor, low: int, high: int) -> list[int]:
    """The places that stand in no inner bracket and between no bars."""
    places, barred = [], False
    for at in cursor.level(low, high):
        if cursor.tokens[at].text == "|" and cursor.tokens[at].kind in ("char", "big"):
            barred = not barred
        if not barred:
            places.append(at)
    return places


def _is_described(cursor: Cursor, low: int, high: int) -> bool:
    whole = low < high and cursor.partners[low] == high - 1
    return (
        whole and cursor.tokens[low].text == "\\{" and _bar(cursor, low + 1, high - 1) is not None
    )


def _bar(cursor: Cursor, low: int, high: int) -> int | None:
    r"""Where the colon, or the first bar, of `\{x : x > 0\}` stands."""
    places = [*cursor.level(low, high)]
    for signs in ((":",), ("\\mid", "|")):
        for at in places:
            if cursor.tokens[at].text in signs and at > low:
                return at
    return None


def size(cursor: Cursor) -> Expr | None:
    r"""`|A \cup B|`, whose bar stands here, as a quantity with a name; None for anything else."""
    start, bar = cursor.at, cursor.peek()
    if bar.kind == "open":
        end = cursor.close()
    else:
        ends = (at for at in range(start + 1, cursor.end) if cursor.tokens[at][:2] == bar[:2])
        end = next(ends, start)
    if bar.text != "|" or not is_set(cursor, start + 1, end):
        return None
    cursor.between(start + 1, end, _set)
    inside = contents(cursor, start + 1, end)
    cursor.at = end + 1
    return Opaque(Symbol("|", span=cursor.span(start)), (*inside, "|"), span=cursor.span(start))


# --- reading -------------------------------------------------------------------------------------


def _set(cursor: Cursor) -> Expr:
    low, start = cursor.at, cursor.at
    places = _open_places(cursor, cursor.at, cursor.end)
    joints = [at for at in places if cursor.tokens[at].text in _OPERATIONS]
    for at in [*joints, cursor.end]:
        if start >= at:
            raise TexError("nothing on one side of an operation on sets", cursor.offset(at))
        cursor.between(start, at, _one)
        start = at + 1
    cursor.at = cursor.end
    return DescribedSet(contents(cursor, low, cursor.end), span=cursor.span(low))


def _one(cursor: Cursor) -> None:
    r"""`\{x : x > 0\}`, `\{1, 2\}`, `[0, 1)`, `\emptyset`, `(A \cup B)` or a name."""
    low, high = cursor.at, cursor.end
    if _is_described(cursor, low, high):
        _described(cursor, low + 1, high - 1)
        cursor.at = high
    elif cursor.peek().text in _EMPTY:
        cursor.take()
    elif cursor.opens("(") and is_set(cursor, low + 1, cursor.close()):
        cursor.inside(_set)
    elif cursor.opens("\\{") or _is_interval(cursor, low):
        a_set(cursor)
    else:
        found = cursor.grammar.expression(cursor)
        if not isinstance(found, _NAMES):
            raise TexError("a set is a name here, or stands in braces", found.span.start)


def _is_interval(cursor: Cursor, low: int) -> bool:
    return cursor.opens("(", "[") and len(split_commas(cursor, low + 1, cursor.close(low))) == 2


def _described(cursor: Cursor, low: int, high: int) -> None:
    bar = _bar(cursor, low, high)
    if bar is None:
        raise TexError("a set needs a colon or a bar", cursor.offset(low))
    cursor.between(low, bar, _members)
    cursor.between(bar + 1, high, conditions)


def _members(cursor: Cursor) -> None:
    r"""What stands before the bar: `x`, `(x, y)`, `x^2`, `x \in \mathbb R`."""
    here: Range = (cursor.at, cursor.end)
    if relates(cursor, here):
        conditions(cursor)
    else:
        cursor.grammar.expression(cursor)
