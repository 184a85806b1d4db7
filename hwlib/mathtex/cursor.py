"""A place in a row's tokens, and what every reader of expressions needs there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

from hwlib.mathtex.ast import AmbiguousError, Condition, Expr, Span, TexError
from hwlib.mathtex.brackets import match, name
from hwlib.mathtex.tokens import Token

MAX_DEPTH = 32  # expressions inside one another; a reader gives up long before
_T = TypeVar("_T")


class Grammar(NamedTuple):
    """The readers that call each other; handed in, so that no module imports backwards."""

    expression: Callable[[Cursor], Expr]  # terms with + and -
    product: Callable[[Cursor], Expr]  # factors, up to a + or -
    run: Callable[[Cursor], Expr]  # factors side by side only
    factor: Callable[[Cursor], Expr]  # one atom with its scripts
    conditions: Callable[[Cursor], tuple[Condition, ...]]  # to the end, separated by commas


class Cursor:
    """Reads tokens from `at` up to `end`; narrowed to a bracket's inside and back."""

    def __init__(self, tokens: Sequence[Token], grammar: Grammar) -> None:
        self.tokens = list(tokens)
        self.partners = match(tokens)
        self.grammar = grammar
        self.at = 0
        self.end = len(self.tokens)
        self.bars: list[tuple[bool, str]] = []  # open at this bracket level: made large, and which
        self.differentials: list[Expr] = []  # read outside of integrals and derivatives
        self.letter_d = False  # whether d is a letter, so that no dx is a differential
        self.barred = False  # whether the product read last ended in an evaluation bar
        self.depth = 0
        self.stop = self._stop()

    # -- looking --

    def peek(self, ahead: int = 0) -> Token:
        """The token here, or so many further on; past the end a "stop"."""
        at = self.at + ahead
        return self.tokens[at] if at < self.end else self.stop

    def _stop(self) -> Token:
        """What is met past the end of what is read now."""
        return Token("stop", "", self.offset(self.end), self.offset(self.end))

    def offset(self, at: int) -> int:
        """Where token number `at` begins, or where the last one ends."""
        if at < len(self.tokens):
            return self.tokens[at].start
        return self.tokens[-1].end if self.tokens else 0

    def sees(self, text: str, ahead: int = 0) -> bool:
        """Whether this character or command stands here."""
        token = self.peek(ahead)
        return token.text == text and token.kind in ("char", "command")

    def opens(self, *brackets: str, ahead: int = 0) -> bool:
        r"""Whether one of these brackets, plain or with \left, opens here."""
        token = self.peek(ahead)
        return token.text in brackets and token.kind in ("char", "command", "open")

    @property
    def done(self) -> bool:
        """Whether nothing is left to read."""
        return self.at >= self.end

    # -- moving --

    def take(self) -> Token:
        """The token here; steps past it."""
        token = self.peek()
        self.at += 1
        return token

    def accept(self, text: str) -> bool:
        """Steps past this character or command, if it stands here."""
        if self.sees(text):
            self.at += 1
            return True
        return False

    def close(self, at: int | None = None) -> int:
        """Index of the token that closes the bracket at `at` (here, if not given)."""
        return self.partners[self.at if at is None else at]

    def level(self, low: int, high: int) -> Iterator[int]:
        """The places from `low` up to `high` that stand in no inner bracket; its opener does."""
        at = low
        while at < high:
            yield at
            at = max(at, self.partners[at]) + 1

    def inside(self, read: Callable[[Cursor], _T]) -> _T:
        """What `read` makes of all that is in the bracket that opens here; steps past it."""
        close = self.close()
        result = self.between(self.at + 1, close, read)
        self.at = close + 1
        return result

    def between(self, low: int, high: int, read: Callable[[Cursor], _T]) -> _T:
        """What `read` makes of all of the tokens from `low` up to `high`; `at` stays."""
        saved = (self.at, self.end, self.bars, self.stop)
        self.at, self.end, self.bars = low, high, []
        self.stop = self._stop()
        self._enter()
        result = read(self)
        self.finish()
        self.depth -= 1
        self.at, self.end, self.bars, self.stop = saved
        return result

    def unless_ambiguous(self, read: Callable[[Cursor], _T]) -> _T | None:
        """What `read` makes of what stands here; None, and back here, if it has two readings."""
        saved = (self.at, self.end, self.bars, self.stop, self.depth, list(self.differentials))
        try:
            return read(self)
        except AmbiguousError:
            self.at, self.end, self.bars, self.stop, self.depth, self.differentials = saved
            return None

    def _enter(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TexError(
                f"more than {MAX_DEPTH} levels inside one another",
                self.peek().start,
                "define a part of it under a name of its own",
            )

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Counts one level of nesting."""
        self._enter()
        yield
        self.depth -= 1

    def finish(self) -> None:
        """Refuses what is left over."""
        if not self.done:
            raise self.unexpected()

    # -- saying --

    def span(self, start: int) -> Span:
        """From token number `start` to the token before this place."""
        first = self.offset(start)
        last = self.tokens[self.at - 1].end if 0 < self.at <= len(self.tokens) else first
        return Span(first, max(first, last))

    def unexpected(self, wanted: str = "") -> TexError:
        """The error for what stands here, to be raised."""
        token = self.peek()
        came = "the end" if token.kind == "stop" else f"“{name(token)}”"
        needed = f"{wanted} is needed" if wanted else "cannot be read on"
        message = f"{needed} where {came} stands" if wanted else f"{came} does not fit here"
        return TexError(message, token.start)
