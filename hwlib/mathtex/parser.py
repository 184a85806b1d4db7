"""The whole way from a piece of TeX to what it says."""

from __future__ import annotations

import itertools

from hwlib.mathtex.ast import Block, Directive, Display, Expr, Failure, Span, Statement, TexError
from hwlib.mathtex.atoms import GRAMMAR
from hwlib.mathtex.directives import read_directive
from hwlib.mathtex.rows import split_rows
from hwlib.mathtex.statements import Reader
from hwlib.mathtex.tokens import Comment, tokenize


def parse(tex: str, before: Statement | None = None) -> Block:
    """What a display, or a formula in a sentence, says; never raises.

    Args:
        tex: What stands between the delimiters, or a whole environment.
        before: The last statement of the display before this one, if a display that begins with
            a relation may go on with it. Such a display makes a Claim of its own, whose first
            operand keeps its span in the other text.

    Returns:
        Statements in the order of the text. What could not be read is a Failure in its place.
    """
    whole = Span(0, len(tex))
    try:
        tokens, comments = tokenize(tex)
        rows = split_rows(tokens)
    except TexError as error:
        return Block((Failure(error, span=whole),), ())
    reader = Reader(GRAMMAR, before, tokens)
    for row, following in itertools.zip_longest(rows, rows[1:]):
        reader.read(row, following)
    directives, failures = _directives(tex, comments)
    return Block((*reader.statements, *failures), directives)


def _directives(
    tex: str, comments: list[Comment]
) -> tuple[tuple[Directive, ...], tuple[Statement, ...]]:
    found: list[Directive] = []
    failures: list[Statement] = []
    for comment in comments:
        try:
            directive = read_directive(tex, comment, GRAMMAR)
        except (TexError, RecursionError) as raised:
            error = raised if isinstance(raised, TexError) else _too_deep(comment.start)
            failures.append(Failure(error, span=Span(comment.start, comment.end)))
        else:
            found += [directive] if directive is not None else []
    return tuple(found), tuple(failures)


def _too_deep(offset: int) -> TexError:
    return TexError("too much inside one another", offset)


def parse_expression(tex: str) -> Expr:
    """One expression without a relation.

    Raises:
        TexError: When the text is anything else.
    """
    block = parse(tex)
    shown = block.statements[0] if len(block.statements) == 1 else None
    if isinstance(shown, Display):
        return shown.value
    for statement in block.statements:
        if isinstance(statement, Failure):
            raise statement.error
    raise TexError("one expression is needed, and no relation", 0)
