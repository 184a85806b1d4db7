r"""Environments inside an expression: matrices and `cases`."""

from __future__ import annotations

from fractions import Fraction

from hwlib.mathtex.ast import (
    WORDS,
    AmbiguousError,
    Branch,
    Call,
    Cases,
    Comparison,
    Condition,
    Dots,
    Expr,
    Matrix,
    Number,
    Opaque,
    Span,
    Symbol,
    TexError,
)
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.names import contents
from hwlib.mathtex.scripts import Range, split_commas
from hwlib.mathtex.tokens import Token

_MATRICES = frozenset({"matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array"})
_CASES = frozenset({"cases", "dcases"})
_OTHERWISE = frozenset({"otherwise", "else", "if otherwise", "in all other cases", "elsewhere"})
_LINES = frozenset({"|", "-", "\\mid"})  # the line of a column or a row that is one vector
_IF = frozenset({"if", "for", "when", "where", "for all", "if and only if", "as", "at", "and"})


def environment(cursor: Cursor) -> Expr:
    r"""What stands between \begin and \end here."""
    start = cursor.at
    token = cursor.peek()
    low, high = cursor.at + 1, cursor.close()
    cursor.at = high + 1
    if token.text in _CASES:
        return cases(cursor, low, high, start)
    if token.text in _MATRICES:
        return _matrix(cursor, low, high, start)
    if token.text == "vmatrix":
        matrix = _matrix(cursor, low, high, start)
        return Call(Symbol("det", "rm", span=matrix.span), (matrix,), span=matrix.span)
    raise TexError(f"the environment {token.text} inside an expression", token.start)


def cells(cursor: Cursor, low: int, high: int) -> list[list[Range]]:
    r"""Rows of cells between \\ and & that stand in no inner bracket; no empty last row."""
    rows: list[list[Range]] = [[]]
    start = low
    for at in cursor.level(low, high):
        token = cursor.tokens[at]
        if token.kind in ("row", "align") or token[:2] == ("char", "&"):
            rows[-1].append((start, at))
            start = at + 1
            if token.kind == "row":
                rows.append([])
    rows[-1].append((start, high))
    return [row for row in rows if any(a < b for a, b in row)]


def _matrix(cursor: Cursor, low: int, high: int, start: int) -> Matrix:
    if high > low and cursor.tokens[high - 1].text in (".", ","):
        high -= 1  # the stop of the sentence
    rows = [_listed(cursor, row) for row in cells(cursor, low, high)]
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise TexError("the rows of a matrix need equally many entries", cursor.offset(start))
    dotted = [_is_dotted(cursor, row) for row in rows]
    entries = tuple(
        tuple(_entry(cursor, cell, dots) for cell in row)
        for row, dots in zip(rows, dotted, strict=True)
    )
    return Matrix(entries, span=cursor.span(start))


def _is_dotted(cursor: Cursor, row: list[Range]) -> bool:
    r"""Whether a row has dots and empty cells only: `& \vdots &`, one row of dots."""
    full = [cell for cell in row if cell[0] < cell[1]]
    return len(full) < len(row) and all(
        cell[1] == cell[0] + 1 and cursor.tokens[cell[0]].text == "\\dots" for cell in full
    )


def _listed(cursor: Cursor, row: list[Range]) -> list[Range]:
    """A row typed as one cell with commas, `[0.1, 0.7, 0.2]`, is a row of as many cells."""
    if len(row) != 1:
        return row
    parts = split_commas(cursor, *row[0])
    for _, comma in parts[:-1]:
        before, after = cursor.tokens[comma - 1], cursor.tokens[comma + 1 : comma + 2]
        digits = [token for token in (before, *after) if token.kind == "number"]
        if len(digits) == 2 and before.end + 1 == digits[1].start and len(digits[1].text) == 3:
            raise AmbiguousError(
                "a comma between digits: one number or two entries?",
                before.end,
                "write & between entries, {,} inside a number",
            )
    return parts


def _entry(cursor: Cursor, cell: Range, dotted: bool) -> Expr:
    if cell[1] == cell[0] + 1 and cursor.tokens[cell[0]].text in _LINES:
        return Dots(span=Span(*cursor.tokens[cell[0]][2:4]))
    if cell[0] >= cell[1] and dotted:
        return Dots(span=Span(cursor.offset(cell[0]), cursor.offset(cell[0])))
    if cell[0] >= cell[1]:
        raise TexError("an empty entry of a matrix", cursor.offset(cell[0]), "write 0")
    return cursor.between(*cell, cursor.grammar.expression)


def is_braced_array(cursor: Cursor) -> bool:
    r"""Whether \left\{ \begin{array} … \end{array} \right. stands here: cases by hand."""
    if cursor.peek()[:2] != ("open", "\\{") or cursor.tokens[cursor.close()].text != ".":
        return False
    inner = cursor.peek(1)
    return inner.kind == "begin" and cursor.close(cursor.at + 1) + 1 == cursor.close()


def braced_array(cursor: Cursor) -> Expr:
    """Cases set by hand, with their brace."""
    start = cursor.at
    low, high = cursor.at + 2, cursor.close() - 1
    cursor.at = cursor.close() + 1
    return cases(cursor, low, high, start)


def cases(cursor: Cursor, low: int, high: int, start: int) -> Expr:
    """Values with their conditions."""
    rows = cells(cursor, low, high)
    if not rows:
        raise TexError("cases without a case", cursor.offset(start))
    branches = tuple(_branch(cursor, row) for row in rows)
    if any(not branch.conditions for branch in branches[:-1]):
        raise TexError("a case without a condition before the last", cursor.offset(start))
    return Cases(branches, span=cursor.span(start))


def _branch(cursor: Cursor, row: list[Range]) -> Branch:
    low, high = row[0]
    value_end, found = _split_value(cursor, low, row[-1][1] if len(row) == 1 else high)
    rest = (found, row[-1][1])
    end = value_end
    while end > low and cursor.tokens[end - 1].text in (",", ";"):
        end -= 1
    if end <= low:
        raise TexError("a case without a value", cursor.offset(low))
    value = cursor.between(low, end, cursor.grammar.expression)
    span = cursor.span(low)
    return Branch(value, _branch_conditions(cursor, *rest), span=span)


def _split_value(cursor: Cursor, low: int, high: int) -> tuple[int, int]:
    """Where the value of a case ends and what follows it begins."""
    for at in cursor.level(low, high):
        token = cursor.tokens[at]
        if token.kind == "text" and token.text.strip(" ,:.").lower() in _IF | _OTHERWISE:
            return at, at
        if token[:2] == ("char", ","):
            return at, at + 1
    return high, high + 1


def _branch_conditions(cursor: Cursor, low: int, high: int) -> tuple[Condition, ...]:
    while low < high and _is_filler(cursor, low):
        token = cursor.tokens[low]
        if token.kind == "text" and token.text.strip(" ,:.").lower() in _OTHERWISE:
            return ()
        low += 1
    while low < high and cursor.tokens[high - 1].text in (".", ",", ";"):
        high -= 1
    if low >= high:
        return ()
    if any(_is_words(cursor.tokens[at]) for at in cursor.level(low, high)):
        return (_worded(cursor, low, high),)
    return cursor.between(low, high, cursor.grammar.conditions)


def _is_words(token: Token) -> bool:
    """Whether the text is part of a condition, and joins none."""
    words = token.text.strip(" ,:.").lower()
    return token.kind == "text" and bool(words) and words not in _IF


def _worded(cursor: Cursor, low: int, high: int) -> Condition:
    r"""`\text{$k$ is even}`, `\text{with probability } p`: a quantity that is 1 where it holds.

    It is named by its words, so nothing is known of it.
    """
    span = Span(cursor.offset(low), cursor.tokens[high - 1].end)
    words = Opaque(Symbol(WORDS, span=span), contents(cursor, low, high), span=span)
    one = Number(Fraction(1), span=span)
    return Comparison((words, one), ("=",), (span.start,), span=span)


def _is_filler(cursor: Cursor, at: int) -> bool:
    token = cursor.tokens[at]
    if token.kind == "text":
        return token.text.strip(" ,:.").lower() in _IF | _OTHERWISE
    return token.kind in ("align", "sep") or token.text in ("&", ",", "\\forall")
