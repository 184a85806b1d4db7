r"""Tokens to rows: environments are unwrapped, broken lines joined, one list of tokens a statement.

`&` only aligns, except that every second one in `align` begins a new column. A row that starts
with a plus, or follows one that ends with an operator, an arrow or an open bracket, is the same
line.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hwlib.mathtex.ast import TexError
from hwlib.mathtex.brackets import balance, closes, opens
from hwlib.mathtex.delimiters import joined
from hwlib.mathtex.systems import systems
from hwlib.mathtex.tokens import Token
from hwlib.mathtex.vocabulary import ARROWS, FUNCTIONS

# Environments that hold rows of statements; `True` where each second & begins a new column.
_COLUMNS = {
    "align": True,
    "aligned": True,
    "alignat": True,
    "alignedat": True,
    "flalign": True,
    "eqnarray": False,
    "split": False,
}
_LINES = frozenset(_COLUMNS) | {
    "equation",
    "gather",
    "gathered",
    "multline",
    "multlined",
    "displaymath",
    "math",
    "subequations",
    "dmath",
}
_INNER = frozenset({"aligned", "alignedat", "gathered", "split", "multlined"})
_JOINERS = frozenset({"+", "\\cdot", "\\times", "*", "/", "\\odot", "\\pm", "\\mp"})
_OPERATORS = _JOINERS | {"-", "(", "[", "\\{"}
_BRACES = (("char", "{"), ("char", "}"))
_LOOK_AHEAD = 12  # rows that one bracket may span


@dataclass(frozen=True)
class Row:
    """The tokens of one line as the author meant it; `aligned` when it began with `&`."""

    tokens: list[Token]
    aligned: bool


def split_rows(tokens: Sequence[Token]) -> list[Row]:
    """The lines of a display, joined where one runs on in the next.

    Raises:
        TexError: When braces or environments do not pair.
    """
    return _join(list(_lines(_unwrap(systems(_tidy(joined(tokens)))))))


# --- tidying: boxes and braces that only serve the eye ------------------------------------------


def _tidy(tokens: Sequence[Token]) -> list[Token]:
    partners = _braces(tokens)
    dropped: set[int] = set()
    for index, token in enumerate(tokens):
        if token.kind == "command" and token.text in ("\\boxed", "\\underbrace", "\\overbrace"):
            _open_box(tokens, partners, index, dropped)
        elif token.text == "{" and token.kind == "char":
            _open_brace(tokens, partners, index, dropped)
    return [
        token
        for index, token in enumerate(_labels_checked(tokens))
        if index not in dropped or token.kind == "bad"
    ]


def _labels_checked(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens, with a bad one for each \underbrace whose label is not only words.

    A formula under a brace says that the two are equal; it must not pass unread.
    """
    partners = _braces(tokens)
    checked = list(tokens)
    for index, token in enumerate(tokens):
        if token.kind != "command" or token.text not in ("\\underbrace", "\\overbrace"):
            continue
        script = partners.get(index + 1, index) + 1
        if script >= len(tokens) or tokens[script].text not in ("_", "^"):
            continue
        end = partners.get(script + 1, script + 1)
        label = [t for t in tokens[script + 1 : end + 1] if t[:2] not in _BRACES]
        if any(t.kind not in ("text", "word", "sep") for t in label):
            error = TexError(
                f"mathematics as the label of {token.text} is a claim",
                tokens[script].start,
                "write \\text{…}, and the claim on a row of its own",
            )
            checked[index] = Token("bad", "", token.start, token.end, error)
    return checked


def _braces(tokens: Sequence[Token]) -> dict[int, int]:
    partners: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind != "char":
            continue
        if token.text == "{":
            opened.append(index)
        elif token.text == "}":
            if not opened:
                raise TexError("this } closes nothing", token.start)
            partners[opened.pop()] = index
    if opened:
        raise TexError("this { is never closed", tokens[opened[-1]].start, "add the missing }")
    return partners


def _open_box(
    tokens: Sequence[Token], partners: dict[int, int], index: int, dropped: set[int]
) -> None:
    close = partners.get(index + 1)
    if close is None:
        raise TexError(f"{tokens[index].text} needs braces", tokens[index].start)
    dropped.add(index)
    if tokens[index].text == "\\boxed":
        if any(token.kind == "relation" for token in tokens[index + 2 : close]):
            dropped.update((index + 1, close))
    elif close + 1 < len(tokens) and tokens[close + 1].text in ("_", "^"):
        end = partners.get(close + 2, close + 2)
        dropped.update(range(close + 1, end + 1))


def _open_brace(
    tokens: Sequence[Token], partners: dict[int, int], index: int, dropped: set[int]
) -> None:
    close = partners[index]
    before = tokens[index - 1].text if index else ""
    if close == index + 1 and before in ("_", "^"):
        spaced = tokens[close].start > tokens[index].end  # x^{\,}: space, set as a script
        if spaced or (before == "^" and _is_below_sum(tokens, index - 2)):
            dropped.update((index - 1, index, close))
    elif before == "\\partial" and _is_one(tokens[index + 1 : close]):
        dropped.update((index, close))
    elif close == index + 1:
        following = tokens[close + 1].text if close + 1 < len(tokens) else ""
        if following not in ("_", "^"):
            dropped.update((index, close))
    elif close == index + 2 and before not in ("_", "^"):
        inner = tokens[index + 1]
        scripted = close + 1 < len(tokens) and tokens[close + 1].text in ("_", "^")
        named = inner.kind == "word" or (inner.kind == "text" and scripted)
        called = inner.kind == "command" and inner.text[1:] in FUNCTIONS
        if named or called or inner.kind == "relation" or inner.text in (*_JOINERS, "-"):
            dropped.update((index, close))
    elif _frames_sign(tokens, partners, index) or _frames_condition(tokens, index, close):
        dropped.update((index, close))


def _is_below_sum(tokens: Sequence[Token], close: int) -> bool:
    r"""Whether the } at `close` ends what stands below a sum: nothing above it is no fault."""
    at = close
    while at > 0 and tokens[at].text != "{":
        at -= 1
    return at > 1 and tokens[at - 1].text == "_" and tokens[at - 2].text == "\\sum"


def _frames_sign(tokens: Sequence[Token], partners: dict[int, int], index: int) -> bool:
    r"""Whether braces hold a sum's sign without its body: `{\sum_{k=1}^K} a_k`."""
    if tokens[index + 1].text not in ("\\sum", "\\prod"):
        return False
    if index and (tokens[index - 1].text in ("_", "^") or tokens[index - 1].kind == "command"):
        return False
    at, close = index + 2, partners[index]
    while at < close and tokens[at].text in ("_", "^"):
        at = partners.get(at + 1, at + 1) + 1
    return at == close


def _frames_condition(tokens: Sequence[Token], index: int, close: int) -> bool:
    r"""Whether braces behind a gap hold a relation, and nothing stands beside: `\quad {x > 0}`."""
    if not index or tokens[index - 1].kind != "sep":
        return False
    after = tokens[close + 1] if close + 1 < len(tokens) else None
    ends = after is None or after.kind in ("sep", "row", "end") or after.text in (",", ".")
    return ends and any(token.kind == "relation" for token in tokens[index:close])


def _is_one(tokens: Sequence[Token]) -> bool:
    r"""Whether braces, as in `\partial{x_1}`, hold one thing and no sum."""
    signs = ("+", "-", ",", "\\pm", "\\mp")
    return not any(token.kind == "relation" or token.text in signs for token in tokens)


# --- environments --------------------------------------------------------------------------------


class _Unwrapper:
    """Drops the environments that hold rows; drops each `&` or makes it a separator."""

    def __init__(self, skipped: set[int]) -> None:
        self.skipped = skipped
        self.result: list[Token] = []
        self.inside: list[str] = []  # environments that are open, outermost first
        self.braces = 0
        self.columns = True
        self.seen = 0  # & in this row

    @property
    def nested(self) -> bool:
        return self.braces > 0 or any(name not in _LINES for name in self.inside)

    def take(self, index: int, token: Token) -> None:
        if index in self.skipped:
            return
        if token.kind == "begin":
            self.begin(token)
        elif token.kind == "end":
            self.end(token)
        elif token[:2] == ("char", "&") and not self.nested:
            self.seen += 1
            kind = "sep" if self.columns and self.seen % 2 == 0 else "align"
            self.result.append(Token(kind, "", token.start, token.end))
        else:
            if token.kind == "row" and not self.nested:
                self.seen = 0
            if token.kind == "char":
                self.braces += (token.text == "{") - (token.text == "}")
            self.result.append(token)

    def begin(self, token: Token) -> None:
        lines = token.text in _LINES and not self.nested
        self.inside.append(token.text)
        if lines:
            self.columns, self.seen = _COLUMNS.get(token.text, self.columns), 0
        else:
            self.result.append(token)

    def end(self, token: Token) -> None:
        if not self.inside or self.inside[-1] != token.text:
            raise TexError(f"\\end{{{token.text}}} ends nothing that was begun", token.start)
        self.inside.pop()
        if token.text not in _LINES or self.nested:
            self.result.append(token)
        elif token.text not in _INNER:
            self.result.append(Token("row", "", token.start, token.end))


def _unwrap(tokens: Sequence[Token]) -> list[Token]:
    unwrapper = _Unwrapper(_system_braces(tokens))
    for index, token in enumerate(tokens):
        unwrapper.take(index, token)
    if unwrapper.inside:
        raise TexError(f"\\begin{{{unwrapper.inside[-1]}}} is never ended", tokens[0].start)
    return unwrapper.result


def _system_braces(tokens: Sequence[Token]) -> set[int]:
    r"""The \left\{ and \right. around an `aligned`: a system of statements, not a set."""
    found: set[int] = set()
    for index, token in enumerate(tokens):
        if token.kind != "begin" or token.text not in _INNER or not index:
            continue
        if tokens[index - 1].text != "\\{":
            continue
        end = next((i for i in range(index, len(tokens)) if tokens[i].kind == "end"), index)
        if end + 1 < len(tokens) and tokens[end + 1][:2] == ("close", "."):
            found.update((index - 1, end + 1))
    return found


# --- lines ---------------------------------------------------------------------------------------


def _lines(tokens: Sequence[Token]) -> Iterator[Row]:
    line: list[Token] = []
    aligned = False
    depth = 0
    for token in tokens:
        if token.kind == "row" and depth == 0:
            if line:
                yield Row(line, aligned)
            line, aligned = [], False
            continue
        depth += token.kind == "begin"
        depth -= token.kind == "end"
        depth += (token.text == "{") - (token.text == "}") if token.kind == "char" else 0
        if token.kind == "align":
            aligned = aligned or not line
        else:
            line.append(token)
    if line:
        yield Row(line, aligned)


def _join(lines: list[Row]) -> list[Row]:
    rows: list[Row] = []
    at = 0
    while at < len(lines):
        count = _bracket_reach(lines, at)
        tokens = [token for line in lines[at : at + count] for token in line.tokens]
        row = Row(tokens, lines[at].aligned)
        if rows and _runs_on(rows[-1], row):
            _append(rows[-1].tokens, row.tokens)
        else:
            rows.append(row)
        at += count
    return [Row(_without_inner_gaps(_without_stop(row.tokens)), row.aligned) for row in rows]


def _without_stop(tokens: list[Token]) -> list[Token]:
    r"""The tokens without a full stop typed inside the last brackets: `\frac{a}{b.}`."""
    at = len(tokens) - 1
    while at > 0 and closes(tokens[at]):
        at -= 1
    if at < len(tokens) - 1 and tokens[at][:2] == ("char", "."):
        del tokens[at]
    return tokens


def _append(tokens: list[Token], more: list[Token]) -> None:
    """Joins two lines without the gap that set the second one in."""
    while tokens and tokens[-1].kind == "sep":
        tokens.pop()
    start = next(index for index, token in enumerate(more) if token.kind != "sep")
    tokens.extend(more[start:])


def _bracket_reach(lines: Sequence[Row], at: int) -> int:
    """How many lines a bracket opened in this one needs until it is closed."""
    depth = balance(lines[at].tokens)
    if depth <= 0:
        return 1
    for count in range(1, min(_LOOK_AHEAD, len(lines) - at)):
        depth += balance(lines[at + count].tokens)
        if depth == 0:
            return count + 1
        if depth < 0:
            break
    return 1


def _runs_on(before: Row, row: Row) -> bool:
    last, first = _last(before.tokens), _first(row.tokens)
    if last is None or first is None:
        return False
    if last.kind == "relation" or (last.text in _OPERATORS and last.kind in ("char", "command")):
        return first.kind != "relation"
    if last.text in ARROWS:
        return first.kind != "relation" and first.text not in ARROWS
    if first.text in _JOINERS and first.kind in ("char", "command"):
        return True
    alone = not any(token.kind == "relation" for token in row.tokens)
    return first.text == "-" and (row.aligned or alone)


def _last(tokens: Sequence[Token]) -> Token | None:
    return next((token for token in reversed(tokens) if token.kind != "sep"), None)


def _first(tokens: Sequence[Token]) -> Token | None:
    return next((token for token in tokens if token.kind != "sep"), None)


def _without_inner_gaps(tokens: Sequence[Token]) -> list[Token]:
    r"""A \quad inside brackets is only space, and so is one before a further term."""
    kept: list[Token] = []
    depth = 0
    for at, token in enumerate(tokens):
        depth += bool(opens(token))
        depth -= bool(closes(token))
        if token.kind != "sep" or (depth <= 0 and not _before_term(kept, tokens[at + 1 :])):
            kept.append(token)
    return kept


def _before_term(kept: Sequence[Token], rest: Sequence[Token]) -> bool:
    r"""Whether a sign goes on with a claim behind a gap: `a = b \quad - c`."""
    if not rest or rest[0].kind != "char" or rest[0].text not in "+-" or not kept:
        return False
    stretch = itertools.takewhile(lambda t: t.kind not in ("sep", "text") and t.text != ",", rest)
    set_apart = kept[-1].kind == "text" or kept[-1].text in (",", ";", ":", ".")
    claimed = any(token.kind == "relation" for token in kept)
    return claimed and not set_apart and not any(token.kind == "relation" for token in stretch)
