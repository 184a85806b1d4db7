r"""Comment lines that speak to the checker: `% unchecked: reason`, `% domain: 0 < y < 1`."""

from __future__ import annotations

import re

from hwlib.mathtex.ast import Directive, Expr, Span, TexError
from hwlib.mathtex.cursor import Cursor, Grammar
from hwlib.mathtex.differentials import refuse_stray
from hwlib.mathtex.names import symbol
from hwlib.mathtex.scripts import hang, read_scripts
from hwlib.mathtex.tokens import Comment, tokenize

_PATTERN = re.compile(r"%\s*(unchecked|given|domain|functions)\b\s*(?::(.*)|$)", re.DOTALL)


def read_directive(tex: str, comment: Comment, grammar: Grammar) -> Directive | None:
    """The directive that a comment is, or None for an ordinary comment.

    Raises:
        TexError: For a directive without content, or with content that cannot be read.
    """
    found = _PATTERN.match(tex, comment.start, comment.end)
    if found is None:
        return None
    kind, text = found.group(1), (found.group(2) or "").strip()
    span = Span(comment.start, comment.end)
    if not text:
        wanted = "a reason that readers see" if kind == "unchecked" else "something after its colon"
        raise TexError(f"% {kind} needs {wanted}", comment.start, f"write % {kind}: …")
    if kind == "unchecked":
        return Directive(kind, text, span=span)
    cursor = _cursor(tex, found.start(2), comment.end, grammar)
    if kind == "functions":
        return Directive(kind, text, names=_names(cursor), span=span)
    conditions = grammar.conditions(cursor)
    refuse_stray(conditions)
    return Directive(kind, text, conditions=conditions, span=span)


def _cursor(tex: str, start: int, end: int, grammar: Grammar) -> Cursor:
    tokens, _ = tokenize(tex, start, end)
    for token in tokens:
        if token.error is not None:
            raise token.error
    while tokens and tokens[-1].text == ".":
        tokens.pop()
    if not tokens:
        raise TexError("nothing after the colon of this directive", start)
    return Cursor(tokens, grammar)


def _names(cursor: Cursor) -> tuple[Expr, ...]:
    found: list[Expr] = []
    while True:
        start = cursor.at
        found.append(hang(cursor, symbol(cursor), read_scripts(cursor), start))
        if not cursor.accept(","):
            break
    cursor.finish()
    return tuple(found)
