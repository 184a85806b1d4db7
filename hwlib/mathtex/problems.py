r"""Problems to solve: `\underset{w}{\text{minimize}} \; f(w) \; \text{subject to} \; g(w) = 0`.

A problem asks for something and claims nothing, so its constraints are not claims either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hwlib.mathtex.ast import Condition, Problem, Span, TexError
from hwlib.mathtex.clauses import QUANTIFIERS, content_of
from hwlib.mathtex.conditions import relates
from hwlib.mathtex.cursor import Cursor, Grammar
from hwlib.mathtex.differentials import refuse_stray
from hwlib.mathtex.parts import is_arrow, refuse_uncheckable, split
from hwlib.mathtex.scripts import read_scripts, split_commas
from hwlib.mathtex.sets import asked
from hwlib.mathtex.tokens import Token
from hwlib.mathtex.vocabulary import GOALS

_SUBJECT = frozenset({"subject to", "s.t", "s.t."})
_EXTREMES = frozenset({"\\min", "\\max", "\\inf", "\\sup"})


def asks(tokens: Sequence[Token], following: Sequence[Token]) -> bool:
    """Whether a row states a problem: it begins with a goal, or is an extreme with constraints.

    These may stand in the row, or begin the one that follows.
    """
    first = _first(tokens)
    if first is None:
        return False
    if _is_goal(first):
        return True
    if first.text not in _EXTREMES:
        return False
    return any(map(_is_subject, tokens)) or constrains(following)


def constrains(tokens: Sequence[Token]) -> bool:
    """Whether a row begins with “subject to”."""
    first = _first(tokens)
    return first is not None and _is_subject(first)


def problem(tokens: Sequence[Token], grammar: Grammar) -> Problem:
    """What a row asks for, with the constraints that stand in the same row.

    Raises:
        TexError: When the row cannot be read, or claims something.
    """
    end = next((at for at, token in enumerate(tokens) if _is_subject(token)), len(tokens))
    cursor = Cursor(_trimmed(tokens[:end]), grammar)
    found = _over(cursor)
    low, high = cursor.at, cursor.end
    if relates(cursor, (low, high)):
        raise TexError(
            "a relation in what is to be minimized or maximized",
            cursor.offset(low),
            "write \\min or \\max in a claim",
        )
    objective = cursor.between(low, high, asked)
    refuse_stray((objective,))
    whole = _whole(tokens)
    made = Problem(objective, conditions=found, span=whole)
    return constrained(made, tokens[end:], grammar) if end < len(tokens) else made


def constrained(before: Problem, tokens: Sequence[Token], grammar: Grammar) -> Problem:
    """A problem with the constraints of one more row.

    Raises:
        TexError: When the row is anything else.
    """
    words = [at for at, token in enumerate(tokens) if _is_subject(token)]
    rest = tokens[words[0] + 1 :] if words and constrains(tokens) else tokens
    cursor = Cursor(rest, grammar)
    parts, _ = split(cursor)
    refuse_uncheckable(cursor, parts, beside_arrow=True)
    for part in parts:
        if is_arrow(part.glue):
            raise TexError("an arrow among constraints", part.offset, "give it a row of its own")
        part.word = part.word if part.word in QUANTIFIERS else "subject"
    content = content_of(cursor, parts, beside_arrow=True)
    if not content.conditions or content.chains or content.displays or content.remarks:
        raise TexError("a constraint with a relation in it is needed here", tokens[0].start)
    refuse_stray(content.conditions)
    span = Span(before.span.start, _whole(tokens).end)
    return replace(before, conditions=(*before.conditions, *content.conditions), span=span)


def _whole(tokens: Sequence[Token]) -> Span:
    return Span(tokens[0].start, tokens[-1].end)


def _over(cursor: Cursor) -> tuple[Condition, ...]:
    """Steps past the goal; the conditions that stand below it."""
    if not _is_goal(cursor.peek()):
        return ()
    cursor.take()
    below = read_scripts(cursor).below
    found: list[Condition] = []
    for part in split_commas(cursor, *below) if below else ():
        if relates(cursor, part):
            found += cursor.between(*part, cursor.grammar.conditions)
        else:
            cursor.between(*part, cursor.grammar.expression)
    while cursor.peek().kind == "sep":
        cursor.take()
    return tuple(found)


def _trimmed(tokens: Sequence[Token]) -> list[Token]:
    """Tokens without the gaps and marks of the sentence around them."""
    kept = list(tokens)
    while kept and (kept[-1].kind == "sep" or kept[-1].text in (",", ".", ";")):
        kept.pop()
    while kept and kept[0].kind == "sep":
        kept.pop(0)
    return kept


def _first(tokens: Sequence[Token]) -> Token | None:
    return next((token for token in tokens if token.kind != "sep"), None)


def _is_goal(token: Token) -> bool:
    return token.kind in ("text", "word") and token.text.strip().lower() in GOALS


def _is_subject(token: Token) -> bool:
    return token.kind == "text" and token.text.strip(" ,:;").lower() in _SUBJECT
