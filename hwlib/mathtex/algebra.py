"""Terms, factors and what may stand between them."""

from __future__ import annotations

from hwlib.mathtex.ast import (
    Add,
    AmbiguousError,
    Divide,
    Dots,
    Expr,
    Multiply,
    Negative,
    PlusMinus,
    TexError,
)
from hwlib.mathtex.binding import refuse_escape, taken_in
from hwlib.mathtex.cursor import Cursor
from hwlib.mathtex.evaluation import at_bar, refuse_after_terms
from hwlib.mathtex.lookahead import PRODUCTS, starts_evaluation, starts_factor

_SIGNS = frozenset({"+", "-", "\\pm", "\\mp"})
_SLASHES = ("/", "\\div")


def expression(cursor: Cursor) -> Expr:
    """Terms joined by + and -, to the first token that continues none."""
    start = cursor.at
    terms = [_term(cursor)]
    ends = [cursor.span(start).end]
    while cursor.peek().text in _SIGNS and cursor.peek().kind in ("char", "command"):
        cursor.barred = False
        terms.append(_term(cursor))
        ends.append(cursor.span(start).end)
        if cursor.barred:
            refuse_after_terms(terms, terms[-1].span.start)
    cursor.barred = False
    if len(terms) == 1:
        return terms[0]
    whole = taken_in(terms, ends)
    if whole is not None:
        return whole
    refuse_escape(terms, ends)
    return Add(tuple(terms), span=cursor.span(start))


def _term(cursor: Cursor) -> Expr:
    start = cursor.at
    sign = cursor.take().text if cursor.peek().text in _SIGNS else ""
    token = cursor.peek()
    if token.text in _SIGNS and token.kind in ("char", "command"):
        raise TexError("two signs side by side", token.start, "put the second in brackets")
    operand = product(cursor)
    if sign == "-":
        return Negative(operand, span=cursor.span(start))
    if sign in ("\\pm", "\\mp"):
        return PlusMinus(operand, sign == "\\mp", span=cursor.span(start))
    return operand


class _Factors:
    """A product as it grows from the left."""

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.start = cursor.at
        self.factors: list[Expr] = [cursor.grammar.factor(cursor)]
        self.operators: list[str] = []

    def times(self, operator: str) -> None:
        r"""One more factor; after a sign of multiplication it may be negative: `2 \cdot -3`."""
        start = self.cursor.at
        negative = bool(operator) and self.cursor.accept("-")
        factor = self.cursor.grammar.factor(self.cursor)
        span = self.cursor.span(start)
        self.factors.append(Negative(factor, span=span) if negative else factor)
        self.operators.append(operator)

    def beside(self) -> None:
        """One more factor with nothing between."""
        token = self.cursor.peek()
        if token.kind == "number" and not self._is_clear():
            raise TexError(
                "a number straight after a factor",
                token.start,
                "write \\cdot before it, or ^{…}, _{…} if it is a script",
            )
        self.times("")

    def _is_clear(self) -> bool:
        r"""Whether the number here can only be a factor: `1\{y = k\}`, the 3 of `2^{k}3^{n}`.

        So is the 2 of `n \cdots 2 \cdot 1`.
        """
        cursor = self.cursor
        if isinstance(self.factors[-1], Dots):
            return True
        if cursor.opens("\\{", ahead=1):
            return cursor.peek().text == "1"
        before = cursor.partners[cursor.at - 1]
        raised = before > 0 and cursor.tokens[before - 1][:2] == ("char", "^")
        return raised and cursor.sees("^", 1)

    def whole(self) -> Expr:
        if len(self.factors) == 1:
            return self.factors[0]
        span = self.cursor.span(self.start)
        return Multiply(tuple(self.factors), tuple(self.operators), span=span)

    def become(self, expr: Expr) -> None:
        self.factors, self.operators = [expr], []


def product(cursor: Cursor) -> Expr:
    r"""Factors side by side, or joined by \cdot, \times, / and their like."""
    found = _Factors(cursor)
    while True:
        token = cursor.peek()
        if token.text in PRODUCTS and token.kind in ("char", "command"):
            cursor.take()
            found.times(token.text)
        elif token.text in _SLASHES and token.kind in ("char", "command"):
            found.become(_quotient(cursor, found))
        elif starts_evaluation(cursor):
            found.become(at_bar(cursor, found.factors, found.whole(), found.start))
        elif starts_factor(cursor):
            found.beside()
        else:
            return found.whole()


def run(cursor: Cursor) -> Expr:
    """Factors side by side only."""
    found = _Factors(cursor)
    while starts_factor(cursor):
        found.beside()
    return found.whole()


def _refuse_sign(cursor: Cursor) -> None:
    token = cursor.peek()
    if token.text in _SIGNS and token.kind in ("char", "command"):
        raise TexError("a sign straight after a product sign", token.start, "put it in brackets")


def _quotient(cursor: Cursor, found: _Factors) -> Expr:
    slash = cursor.take()
    _refuse_sign(cursor)
    divisor = cursor.grammar.factor(cursor)
    token = cursor.peek()
    if starts_factor(cursor):
        raise AmbiguousError(
            "a factor straight after a divisor: above or below the line?",
            token.start,
            "write \\frac{…}{…}, or brackets",
        )
    if token.text in _SLASHES and token.kind in ("char", "command"):
        raise AmbiguousError("two slashes in a row", slash.start, "write \\frac{…}{…}")
    return Divide(found.whole(), divisor, span=cursor.span(found.start))
