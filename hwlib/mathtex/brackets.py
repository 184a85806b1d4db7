r"""Which bracket closes which, found once for a row, so that no parser has to guess or go back."""

from __future__ import annotations

from collections.abc import Sequence

from hwlib.mathtex.ast import TexError
from hwlib.mathtex.tokens import Token

NONE = -1
# Round and square ones may close each other: [0, 1).
_OPENERS = {
    "(": "round",
    "[": "round",
    "{": "brace",
    "\\{": "set",
    "\\lfloor": "floor",
    "\\lceil": "ceil",
    "\\langle": "angle",
}
_CLOSERS = {
    ")": "round",
    "]": "round",
    "}": "brace",
    "\\}": "set",
    "\\rfloor": "floor",
    "\\rceil": "ceil",
    "\\rangle": "angle",
}


def opens(token: Token) -> str:
    """The family of bracket that this token opens, or nothing."""
    if token.kind in ("open", "begin"):
        return "left" if token.kind == "open" else f"\\begin{{{token.text}}}"
    return _OPENERS.get(token.text, "") if token.kind in ("char", "command") else ""


def closes(token: Token) -> str:
    """The family of bracket that this token closes, or nothing."""
    if token.kind in ("close", "end"):
        return "left" if token.kind == "close" else f"\\begin{{{token.text}}}"
    return _CLOSERS.get(token.text, "") if token.kind in ("char", "command") else ""


def balance(tokens: Sequence[Token]) -> int:
    """Openers less closers."""
    return sum(bool(opens(token)) - bool(closes(token)) for token in tokens)


def match(tokens: Sequence[Token]) -> list[int]:
    """For each bracket the index of its partner; -1 for every other token.

    Raises:
        TexError: At the first bracket that has no partner.
    """
    partners = [NONE] * len(tokens)
    opened: list[tuple[int, str]] = []
    for index, token in enumerate(tokens):
        family = opens(token)
        if family:
            opened.append((index, family))
            continue
        family = closes(token)
        if not family:
            continue
        if not opened or opened[-1][1] != family:
            raise _unmatched(token, tokens[opened[-1][0]] if opened else None)
        start, _ = opened.pop()
        partners[start], partners[index] = index, start
    if opened:
        token = tokens[opened[-1][0]]
        raise TexError(f"this {name(token)} is never closed", token.start)
    return partners


def _unmatched(token: Token, opener: Token | None) -> TexError:
    if opener is None:
        return TexError(f"this {name(token)} closes nothing", token.start)
    return TexError(f"this {name(token)} does not close the {name(opener)} before it", token.start)


def name(token: Token) -> str:
    r"""How the token was written, near enough for a message."""
    prefix = {"open": "\\left", "close": "\\right", "begin": "\\begin{", "end": "\\end{"}
    shown = prefix.get(token.kind, "") + token.text
    plain = {"sep": "\\quad", "row": "\\\\", "stop": "the end"}
    return plain.get(token.kind, shown + "}" if token.kind in ("begin", "end") else shown)
