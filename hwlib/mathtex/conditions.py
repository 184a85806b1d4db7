r"""Comparisons and memberships: `0 < x < 1`, `x, y \in \mathbb R`, `i = 1, \dots, n`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hwlib.mathtex.ast import (
    Call,
    Comparison,
    Condition,
    Expr,
    IndexRange,
    Infinity,
    Interval,
    Label,
    Marked,
    Membership,
    Multiply,
    Power,
    SetLiteral,
    Span,
    Subscript,
    TexError,
)
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.lookahead import is_name
from hwlib.mathtex.names import symbol
from hwlib.mathtex.scripts import Range, hang, indices, read_scripts, split_commas
from hwlib.mathtex.tokens import Token

MAX_PARTS = 60
_IN = ("\\in", "\\notin")
_AND = frozenset({"and", "with", "if", "for", "when", "where", "for all", "for every"})


def conditions(cursor: Cursor) -> tuple[Condition, ...]:
    """All that stands up to the cursor's end, each part a condition."""
    found: list[Condition] = []
    waiting: list[Expr] = []
    parts = [part for part in _parts(cursor) if part[0] < part[1]]
    if len(parts) > MAX_PARTS:
        raise TexError(f"more than {MAX_PARTS} conditions", cursor.peek().start)
    cursor.at = cursor.end
    at = 0
    while at < len(parts):
        count = range_length(cursor, parts, at)
        if count:
            found.append(_index_range(cursor, parts[at : at + count], waiting))
            waiting = []
        elif not relates(cursor, parts[at]):
            waiting.append(cursor.between(*parts[at], cursor.grammar.expression))
        else:
            found.extend(_spread(condition(cursor, *parts[at]), waiting))
            waiting = []
        at += count or 1
    if waiting or not found:
        start = waiting[0].span.start if waiting else cursor.offset(cursor.at)
        raise TexError("a condition with a relation in it is needed here", start)
    return tuple(found)


def _parts(cursor: Cursor) -> list[Range]:
    r"""Ranges between commas, \land and the words that join conditions."""
    ranges: list[Range] = []
    for low, high in split_commas(cursor, cursor.at, cursor.end):
        start = low
        for at in cursor.level(low, high):
            token = cursor.tokens[at]
            if token.text in ("\\land", "\\wedge") or _joins(token.kind, token.text):
                ranges.append((start, at))
                start = at + 1
        ranges.append((start, high))
    return ranges


def _joins(kind: str, text: str) -> bool:
    return kind == "sep" or (kind == "text" and text.strip(" ,.").lower() in _AND)


def relates(cursor: Cursor, part: Range) -> bool:
    """Whether a relation stands in the range, outside of inner brackets."""
    return bool(_relations(cursor, *part))


def range_length(cursor: Cursor, parts: Sequence[Range], at: int) -> int:
    r"""How many parts `i = 1, \dots, n` takes from number `at` on; 0 if it is none."""
    if not relates(cursor, parts[at]):
        return 0
    for count in range(1, min(4, len(parts) - at)):
        low, high = parts[at + count]
        if high == low + 1 and cursor.tokens[low].text == "\\dots":
            last = at + count + 1
            ends = last < len(parts) and not relates(cursor, parts[last])
            return count + 1 + ends
        if relates(cursor, parts[at + count]):
            return 0
    return 0


def _index_range(cursor: Cursor, parts: Sequence[Range], waiting: list[Expr]) -> Membership:
    start = condition(cursor, *parts[0])
    if not isinstance(start, Comparison) or start.operators != ("=",):
        raise TexError("a range needs i = 1, …, n", start.span.start)
    last = parts[-1]
    span = Span(start.span.start, cursor.tokens[last[1] - 1].end)
    if cursor.tokens[last[0]].text == "\\dots" and last[1] == last[0] + 1:
        upper: Expr = Infinity(span=span)
    else:
        upper = cursor.between(*last, cursor.grammar.expression)
    container = IndexRange(start.operands[1], upper, span=span)
    return Membership((*waiting, start.operands[0]), container, span=span)


def _spread(one: Condition, waiting: list[Expr]) -> list[Condition]:
    """`x, y > 0` says x > 0 and y > 0."""
    if not waiting:
        return [one]
    if isinstance(one, Membership):
        items = (*waiting, *one.items)
        return [Membership(items, one.container, one.negated, span=one.span)]
    if not isinstance(one, Comparison) or len(one.operators) != 1 or "=" in one.operators[0][:1]:
        raise TexError("a comma list before this relation", waiting[0].span.start)
    rest, operators, offsets = one.operands[1:], one.operators, one.offsets
    more = [Comparison((name, *rest), operators, offsets, span=name.span) for name in waiting]
    return [*more, one]


# --- one condition -------------------------------------------------------------------------------


def condition(cursor: Cursor, low: int, high: int) -> Condition:
    """The comparison or membership that a range of tokens states."""
    places = _relations(cursor, low, high)
    if any(cursor.tokens[at].text in _IN for at in places):
        return _membership(cursor, low, high, places)
    return comparison(cursor, low, high, places, cursor.grammar.expression)


def _relations(cursor: Cursor, low: int, high: int) -> list[int]:
    return [at for at in cursor.level(low, high) if _is_relation(cursor.tokens[at])]


def _is_relation(token: Token) -> bool:
    return token.kind == "relation" or (token.text in _IN and token.kind == "command")


def comparison(
    cursor: Cursor, low: int, high: int, places: Sequence[int], side: Callable[[Cursor], Expr]
) -> Comparison:
    """A chain with its relations at the given places, and what reads the sides of them."""
    if not places:
        raise TexError("a relation is needed", cursor.offset(low))
    operands = []
    for start, stop in zip([low, *(at + 1 for at in places)], [*places, high], strict=True):
        if start >= stop:
            raise TexError("nothing stands on one side of this relation", cursor.offset(start))
        operands.append(cursor.between(start, stop, side))
    operators = tuple(cursor.tokens[at].text for at in places)
    offsets = tuple(cursor.tokens[at].start for at in places)
    span = Span(cursor.tokens[low].start, cursor.tokens[high - 1].end)
    return Comparison(tuple(operands), operators, offsets, span=span)


def _membership(cursor: Cursor, low: int, high: int, places: Sequence[int]) -> Membership:
    if len(places) > 1:
        raise TexError(
            "a membership in a chain",
            cursor.tokens[places[0]].start,
            "state it apart: …, \\quad x \\in S",
        )
    at = places[0]
    items = tuple(
        cursor.between(*part, cursor.grammar.expression) for part in split_commas(cursor, low, at)
    )
    container = cursor.between(at + 1, high, a_set)
    span = Span(cursor.tokens[low].start, cursor.tokens[high - 1].end)
    return Membership(items, container, cursor.tokens[at].text == "\\notin", span=span)


# --- sets ----------------------------------------------------------------------------------------


def a_set(cursor: Cursor) -> Expr:
    r"""What stands after \in: a set, or sets with \times between them."""
    start = cursor.at
    sets = [_one_set(cursor)]
    while cursor.accept("\\times"):
        sets.append(_one_set(cursor))
    if len(sets) == 1:
        return sets[0]
    return Multiply(tuple(sets), ("\\times",) * (len(sets) - 1), span=cursor.span(start))


def _one_set(cursor: Cursor) -> Expr:
    start = cursor.at
    if cursor.opens("(", "["):
        return _raised(cursor, _interval(cursor), start)
    if cursor.opens("\\{"):
        return _raised(cursor, _literal(cursor), start)
    if not is_name(cursor.peek()):
        raise cursor.unexpected("a set")
    base = symbol(cursor)
    scripts = read_scripts(cursor)
    if scripts.below is not None:
        base = _narrowed(cursor, base, *scripts.below, start)
        scripts.below = None
    if scripts.above is not None and scripts.above[1] > scripts.above[0] + 1:
        exponent = cursor.between(*scripts.above, cursor.grammar.expression)
        return Power(base, exponent, span=cursor.span(start))
    found = hang(cursor, base, scripts, start)
    if not cursor.opens("("):
        return found
    parts = split_commas(cursor, cursor.at + 1, cursor.close())
    arguments = tuple(cursor.between(*part, cursor.grammar.expression) for part in parts)
    cursor.at = cursor.close() + 1
    return Call(found, arguments, span=cursor.span(start))  # N_k(x)


def _raised(cursor: Cursor, base: Expr, start: int) -> Expr:
    r"""`\{0, 1\}^n`, `[0, 1]^2`: what has so many components, each in the set."""
    scripts = read_scripts(cursor)
    if scripts.below is not None or scripts.primes:
        raise TexError("a subscript or a prime on a set", base.span.start)
    if scripts.above is None:
        return base
    exponent = cursor.between(*scripts.above, cursor.grammar.expression)
    return Power(base, exponent, span=cursor.span(start))


def _narrowed(cursor: Cursor, base: Expr, low: int, high: int, start: int) -> Expr:
    tokens = cursor.tokens[low:high]
    span = cursor.span(start)
    if tokens and (tokens[0].kind == "relation" or tokens[0].text in "+-*"):
        text = "".join(token.text for token in tokens)
        label = Label(text, span=Span(tokens[0].start, tokens[-1].end))
        return Marked(base, "text", label, span=span)
    return Subscript(base, indices(cursor, low, high), span=span)


def _interval(cursor: Cursor) -> Expr:
    start = cursor.at
    low, high = cursor.at + 1, cursor.close()
    parts = split_commas(cursor, low, high)
    if len(parts) != 2:
        raise TexError("an interval has two ends", cursor.tokens[start].start, "write (a, b)")
    lower, upper = (cursor.between(*part, cursor.grammar.expression) for part in parts)
    cursor.at = high + 1
    closed = (cursor.tokens[start].text == "[", cursor.tokens[high].text == "]")
    return Interval(lower, upper, *closed, span=cursor.span(start))


def _literal(cursor: Cursor) -> Expr:
    start = cursor.at
    low, high = cursor.at + 1, cursor.close()
    parts = split_commas(cursor, low, high)
    dots = [i for i, (a, b) in enumerate(parts) if b == a + 1 and cursor.tokens[a].text == "\\dots"]
    items = [
        cursor.between(*part, cursor.grammar.expression)
        for i, part in enumerate(parts)
        if i not in dots
    ]
    cursor.at = high + 1
    span = cursor.span(start)
    if not dots:
        return SetLiteral(tuple(items), span=span)
    if len(dots) > 1 or not items:
        raise TexError("a set with dots that this cannot fill in", span.start)
    upper = Infinity(span=span) if dots[0] == len(parts) - 1 else items[-1]
    return IndexRange(items[0], upper, span=span)
