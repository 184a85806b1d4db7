r"""Arrays that hold statements: `\begin{array}{c} x + y = 1 \\ x - y = 0 \end{array}` is two rows.

An array of one cell is only a frame. Beside an arrow, `\begin{array} … \end{array} \Rightarrow c`,
all that it says stands on one side. Everything else that is set in rows is a matrix, or cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hwlib.mathtex.ast import STATED
from hwlib.mathtex.brackets import closes, opens
from hwlib.mathtex.tokens import Token
from hwlib.mathtex.vocabulary import ARROWS, GOALS

_SYSTEMS = frozenset({"array", "matrix", "cases", "dcases"})  # with no bracket on the right
_GRIDS = _SYSTEMS | {"pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix"}
_ROWS = "aligned"  # what an array of statements is read as
_MARKS = (",", ".", ";")


class _Grid(NamedTuple):
    """An environment: where it begins and ends, and the `&` and row breaks that are its own."""

    begin: int
    end: int
    breaks: tuple[int, ...]


def systems(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, with arrays of statements as rows, and frames taken off."""
    result = list(tokens)
    dropped: set[int] = set()
    for grid in _grids(tokens):
        if not _holds_statements(tokens, grid):
            continue
        arrow = _beside_arrow(tokens, grid)
        if grid.breaks and not arrow and not _stands_alone(tokens, grid):
            continue
        if _is_brace(tokens, grid.begin - 1):
            dropped.update((grid.begin - 1, grid.end + 1))
        if arrow or not grid.breaks:
            dropped.update((grid.begin, grid.end))
        else:
            for at in (grid.begin, grid.end):
                result[at] = tokens[at]._replace(text=_ROWS)
        _rewrite(result, grid, "sep" if arrow else "row")
    return [token for at, token in enumerate(result) if at not in dropped]


def _grids(tokens: Sequence[Token]) -> Iterator[_Grid]:
    r"""The arrays in no bracket, but for a brace without a partner: `\left\{ … \right.`."""
    depth = 0
    begin: int | None = None
    breaks: list[int] = []
    for at, token in enumerate(tokens):
        free = begin is None and depth == _is_brace(tokens, at - 1)
        if free and token.kind == "begin" and token.text in _SYSTEMS:
            begin, depth, breaks = at, 0, []
            continue
        if token.kind in ("begin", "end") and token.text not in _GRIDS:
            continue
        if begin is not None and depth == 0 and token[:2] == ("end", tokens[begin].text):
            depth = int(_is_brace(tokens, begin - 1))
            if not depth or (tokens[at + 1 : at + 2] and tokens[at + 1][:2] == ("close", ".")):
                yield _Grid(begin, at, tuple(_without_last_row(tokens, breaks, at)))
            begin = None
            continue
        if begin is not None and depth == 0 and _breaks(token):
            breaks.append(at)
        depth += bool(opens(token)) - bool(closes(token))


def _breaks(token: Token) -> bool:
    return token.kind == "row" or token[:2] == ("char", "&")


def _is_brace(tokens: Sequence[Token], at: int) -> bool:
    return at >= 0 and tokens[at][:2] == ("open", "\\{")


def _without_last_row(tokens: Sequence[Token], breaks: list[int], end: int) -> list[int]:
    """The breaks without one that only ends the last row."""
    last = bool(breaks) and breaks[-1] == end - 1 and tokens[end - 1].kind == "row"
    return breaks[:-1] if last else breaks


# --- what it holds -------------------------------------------------------------------------------


def _holds_statements(tokens: Sequence[Token], grid: _Grid) -> bool:
    """Whether the first row begins with a statement, and not with an entry."""
    ends = [*grid.breaks, grid.end]
    first = _outside(tokens[grid.begin + 1 : ends[0]])
    if any(map(_is_link, first)):
        return True
    if first and first[0].kind in ("text", "word") and first[0].text.strip().lower() in GOALS:
        return True
    if len(ends) == 1 or tokens[ends[0]].kind == "row":
        return False
    return _begins(tokens[ends[0] + 1 : ends[1]])


def _outside(tokens: Sequence[Token]) -> list[Token]:
    """The tokens in no inner bracket, up to a comma or words: what is behind these may limit."""
    found: list[Token] = []
    depth = 0
    for token in tokens:
        depth += bool(opens(token)) - bool(closes(token))
        if depth:
            continue
        if token.text == "," or (token.kind == "text" and found):
            break
        if token.kind != "sep":
            found.append(token)
    return found


def _begins(cell: Sequence[Token]) -> bool:
    first = next((token for token in cell if token.kind != "sep"), None)
    return first is not None and _is_link(first)


def _is_link(token: Token) -> bool:
    return token.kind == "relation" or (token.kind == "command" and token.text in STATED)


# --- where it stands -----------------------------------------------------------------------------


def _before(tokens: Sequence[Token], grid: _Grid) -> Token | None:
    at = grid.begin - 1 - _is_brace(tokens, grid.begin - 1)
    while at >= 0 and (tokens[at].kind == "sep" or tokens[at][:2] == ("char", "&")):
        at -= 1
    return tokens[at] if at >= 0 else None


def _after(tokens: Sequence[Token], grid: _Grid) -> Token | None:
    rest = (
        t for t in tokens[grid.end + 1 :] if t.kind not in ("sep", "close") and t.text not in _MARKS
    )
    return next(rest, None)


def _beside_arrow(tokens: Sequence[Token], grid: _Grid) -> bool:
    beside = (_before(tokens, grid), _after(tokens, grid))
    return any(token is not None and token.text in ARROWS for token in beside)


def _stands_alone(tokens: Sequence[Token], grid: _Grid) -> bool:
    before, after = _before(tokens, grid), _after(tokens, grid)
    return (before is None or before.kind in ("row", "begin")) and (
        after is None or after.kind in ("row", "end")
    )


# --- how it is read ------------------------------------------------------------------------------


def _rewrite(result: list[Token], grid: _Grid, row: str) -> None:
    """Makes its breaks those of rows of statements."""
    ends = [*grid.breaks, grid.end]
    start = grid.begin + 1
    for at, end in zip(grid.breaks, ends[1:], strict=True):
        kind = row if result[at].kind == "row" else _gap(result[start:at], result[at + 1 : end])
        result[at] = result[at]._replace(kind=kind, text="")
        start = at + 1


def _gap(cell: Sequence[Token], following: Sequence[Token]) -> str:
    """What stands for the & between two cells: nothing within one statement, a gap between two."""
    last = next((token for token in reversed(cell) if token.kind != "sep"), None)
    if last is None or last.kind == "text" or _is_link(last) or _begins(following):
        return "align"
    return "sep"
