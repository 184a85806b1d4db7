"""Rows to statements: what is claimed, under which conditions, and which row goes on with which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hwlib.mathtex.ast import (
    AmbiguousError,
    Claim,
    Comparison,
    Condition,
    Definition,
    DescribedSet,
    Display,
    Expr,
    Failure,
    Given,
    Implication,
    Problem,
    Span,
    Statement,
    TexError,
)
from hwlib.mathtex.clauses import Content, content_of, lengthened
from hwlib.mathtex.cursor import Cursor, Grammar
from hwlib.mathtex.definitions import about_itself, claims
from hwlib.mathtex.differentials import StrayError, is_letter, refuse_stray
from hwlib.mathtex.parts import (
    MAX_PARTS,
    Part,
    is_arrow,
    is_link,
    refuse_uncheckable,
    sides_of_arrows,
    split,
)
from hwlib.mathtex.problems import asks, constrained, constrains, problem
from hwlib.mathtex.rows import Row
from hwlib.mathtex.sets import refuse_no_sets
from hwlib.mathtex.tokens import Token
from hwlib.mathtex.vocabulary import ARROWS


class Reader:
    """Takes rows one after the other; remembers what a row may go on with."""

    def __init__(self, grammar: Grammar, before: Statement | None, tokens: Sequence[Token]) -> None:
        self.grammar = grammar
        self.tokens = tokens  # of the whole display
        self.before = before
        self.statements: list[Statement] = []
        self._following: list[Token] = []  # the next row's, which may be constraints
        self._letter_d = False  # whether d is a letter of the display
        self._constraining = False  # whether the last row was one of a problem's constraints
        self._moving = False  # whether the row has differentials
        self._several = False  # whether the last row made more than one claim
        self._failed = before.error if isinstance(before, Failure) else None

    def read(self, row: Row, following: Row | None = None) -> None:
        """Adds what the row says, or why it cannot be read."""
        self._following = following.tokens if following is not None else []
        if not row.tokens:
            return
        span = Span(row.tokens[0].start, row.tokens[-1].end)
        try:
            if self._failed is not None and _goes_on(row.tokens):
                self._depend(row, span)
                return
            self._failed = None
            self._row_or_letters(row, span)
        except TexError as error:
            self._fail(error, span)
        except RecursionError:
            self._fail(TexError("too much inside one another", span.start), span)

    def _row_or_letters(self, row: Row, span: Span) -> None:
        """Reads the row; once more, if its dx is no differential but d times x."""
        made = list(self.statements)
        try:
            self._row(row, span)
        except StrayError:
            if self._letter_d or not is_letter(self.tokens):
                raise
            self._letter_d = True
            self.statements = made
            self._row(row, span)

    def _fail(self, error: TexError, span: Span) -> None:
        self._failed = error
        self.statements.append(Failure(error, span=span))

    def _depend(self, row: Row, span: Span) -> None:
        cause = self._failed
        error = TexError("this row goes on with one that could not be read", row.tokens[0].start)
        self.statements.append(Failure(error, cause, span=span))

    # -- one row --

    def _row(self, row: Row, span: Span) -> None:
        _refuse_bad(row.tokens)
        if self._problem(row):
            return
        cursor = Cursor(row.tokens, self.grammar)
        cursor.letter_d = self._letter_d
        parts, reasons = split(cursor)
        if len(parts) > MAX_PARTS:
            raise TexError(f"more than {MAX_PARTS} parts in one row", span.start)
        if not parts:
            self._words_only(reasons)
            return
        if len(parts) == 1 and self._assignment(cursor, parts[0]):
            return
        groups = sides_of_arrows(parts)
        refuse_uncheckable(cursor, parts, len(groups) > 1 or is_arrow(parts[0].glue))
        contents = [content_of(cursor, group, len(groups) > 1) for group in groups]
        self._moving = bool(cursor.differentials)
        if self._moving:
            for one in contents:
                refuse_stray((*one.chains, *one.remarks, *one.conditions, *one.displays))
        goes_on = is_link(cursor.tokens[parts[0].low])
        if goes_on and len(groups) > 1:  # = c \Rightarrow d = e: first goes on, then has its arrow
            self._continue(contents.pop(0), (), Span(span.start, groups.pop(0)[-1].offset))
        if len(groups) > 1 or is_arrow(groups[0][0].glue):
            self._implication(groups, contents, reasons, span)
        elif goes_on:
            self._continue(contents[0], reasons, span)
        else:
            self._new(contents[0], reasons, span)

    def _problem(self, row: Row) -> bool:
        """A row that asks for something, or constrains what the row before it asks for."""
        last = self.statements[-1] if self.statements else None
        if asks(row.tokens, self._following):
            self.statements.append(problem(row.tokens, self.grammar))
            self._constraining = bool(self.statements[-1].conditions)
        elif isinstance(last, Problem) and (
            constrains(row.tokens) or (self._constraining and row.aligned)
        ):
            self.statements[-1] = constrained(last, row.tokens, self.grammar)
            self._constraining = True
        else:
            return False
        return True

    def _assignment(self, cursor: Cursor, part: Part) -> bool:
        r"""`w \leftarrow w - \eta g`: a step to take, which claims nothing."""
        arrows = [at for at in part.signs if _assigns(cursor.tokens[at])]
        if len(arrows) != 1 or part.relates(cursor):
            return False
        shown = []
        for low, high in ((part.low, arrows[0]), (arrows[0] + 1, part.high)):
            if low == high:
                raise TexError("nothing on one side of an arrow", cursor.offset(low))
            shown.append(cursor.between(low, high, cursor.grammar.expression))
        refuse_stray(shown)
        self.statements.extend(Display(one, span=one.span) for one in shown)
        self._several = True
        return True

    def _words_only(self, reasons: tuple[str, ...]) -> None:
        if self.statements and not isinstance(self.statements[-1], Failure):
            last = self.statements[-1]
            self.statements[-1] = replace(last, reasons=(*last.reasons, *reasons))

    def _new(self, content: Content, reasons: tuple[str, ...], span: Span) -> None:
        conditions = tuple(content.conditions)
        if content.chains and content.displays:
            raise TexError(
                "a part of this row claims nothing",
                content.displays[0].span.start,
                "write it as a relation, or on a row of its own",
            )
        before = len(self.statements)
        for chain in (*content.remarks, *content.chains):
            for statement in claims(chain):
                about = about_itself(statement, conditions)
                others = tuple(one for one in conditions if one not in about)
                self._add(statement, others, reasons)
                for one in about:
                    self._add(Claim(one, span=one.span), others, ())
        for shown in content.displays:
            self._add(Display(shown, span=shown.span), conditions, reasons)
        if before == len(self.statements):
            self._add(Given(span=span), conditions, reasons)
        self._several = len(content.chains) + len(content.displays) > 1

    def _add(
        self, statement: Statement, conditions: tuple[Condition, ...], reasons: tuple[str, ...]
    ) -> None:
        self.statements.append(replace(statement, conditions=conditions, reasons=reasons))

    # -- rows that go on --

    def _continue(self, content: Content, reasons: tuple[str, ...], span: Span) -> None:
        chain, *more = content.chains
        if more or content.displays:
            raise TexError("a row that goes on makes one claim only", span.start)
        last = self._last(span)
        for remark in content.remarks:
            self.statements.insert(-1, Claim(remark, span=remark.span))
        conditions = tuple(content.conditions)
        if isinstance(last, Display):
            first: Expr = last.value
        elif isinstance(last, Definition):
            first = last.value
        elif isinstance(last, Claim):
            first = last.chain.operands[-1]
        elif isinstance(last, Implication) and last is not self.before:
            self._continue_implication(last, chain, conditions, reasons)
            return
        else:
            raise TexError("nothing stands before this row that it could go on with", span.start)
        if self._moving:
            refuse_stray((replace(chain, operands=(first, *chain.operands[1:])),))
        whole = (*last.conditions, *(c for c in conditions if c not in last.conditions))
        if isinstance(last, Claim) and last is not self.before and whole == last.conditions:
            longer = lengthened(last.chain, chain)
            merged = replace(last, chain=longer, span=longer.span)
            self.statements[-1] = replace(merged, reasons=(*last.reasons, *reasons))
            return
        if isinstance(last, Display) and last is not self.before:
            self.statements.pop()
        longer = replace(chain, operands=(first, *chain.operands[1:]))
        refuse_no_sets(longer)
        start = chain.span.start if last is self.before else first.span.start
        longer = replace(longer, span=Span(start, chain.span.end))
        self._add(Claim(longer, span=longer.span), whole, (*last.reasons, *reasons))

    def _last(self, span: Span) -> Statement:
        if not self.statements and self.before is not None:
            return self.before
        if not self.statements:
            raise TexError(
                "this row begins with a relation and nothing stands before it", span.start
            )
        if self._several:
            raise AmbiguousError(
                "this row goes on, but the one before it makes several claims", span.start
            )
        return self.statements[-1]

    def _continue_implication(
        self,
        last: Implication,
        chain: Comparison,
        conditions: tuple[Condition, ...],
        reasons: tuple[str, ...],
    ) -> None:
        *before, end = last.parts[-1]
        if not isinstance(end, Comparison) or before:
            raise TexError("this row goes on with something that is no chain", chain.span.start)
        parts = (*last.parts[:-1], (lengthened(end, chain),))
        span = Span(last.span.start, chain.span.end)
        merged = replace(last, parts=parts, span=span)
        self.statements[-1] = replace(
            merged,
            conditions=(*last.conditions, *conditions),
            reasons=(*last.reasons, *reasons),
        )

    # -- arrows --

    def _implication(
        self,
        groups: list[list[Part]],
        contents: list[Content],
        reasons: tuple[str, ...],
        span: Span,
    ) -> None:
        arrows = tuple(g[0].glue for g in groups if is_arrow(g[0].glue))
        offsets = tuple(g[0].offset for g in groups if is_arrow(g[0].glue))
        parts = tuple(tuple(content.chains) for content in contents)
        if any(c.displays or c.remarks or not c.chains for c in contents):
            raise TexError("each side of an arrow must be a relation", span.start)
        for chain in (chain for part in parts for chain in part):
            if ":=" in chain.operators:
                raise TexError(
                    "a definition beside an arrow", span.start, "give it a row of its own"
                )
            if any(isinstance(one, DescribedSet) for one in chain.operands):
                raise TexError("a set beside an arrow", span.start, "give it a row of its own")
        conditions = tuple(c for content in contents for c in content.conditions)
        made = Implication(parts, arrows, offsets, span=span)
        if is_arrow(groups[0][0].glue):
            made, conditions = self._after_arrow(made, conditions, span)
        self._add(made, conditions, reasons)
        self._several = False

    def _after_arrow(
        self, made: Implication, conditions: tuple[Condition, ...], span: Span
    ) -> tuple[Implication, tuple[Condition, ...]]:
        """A row that begins with an arrow, joined to what stands before it."""
        last = self._last(span)
        if isinstance(last, Implication):
            parts, arrows, offsets = last.parts, last.arrows, last.offsets
        elif isinstance(last, Claim):
            parts, arrows, offsets = ((last.chain,),), (), ()
        else:
            raise TexError("an arrow with no claim before it", span.start)
        if last is self.before:
            raise TexError("an arrow from another display", span.start, "begin with its left side")
        self.statements.pop()
        made = replace(
            made,
            parts=(*parts, *made.parts),
            arrows=(*arrows, *made.arrows),
            offsets=(*offsets, *made.offsets),
            span=Span(last.span.start, span.end),
        )
        return made, (*last.conditions, *conditions)


def _assigns(token: Token) -> bool:
    return token[:2] == ("command", "\\leftarrow")


def _goes_on(tokens: Sequence[Token]) -> bool:
    first = next((t for t in tokens if t.kind not in ("sep", "text")), None)
    return first is not None and (is_link(first) or first.text in ARROWS)


def _refuse_bad(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.error is not None:
            raise token.error
