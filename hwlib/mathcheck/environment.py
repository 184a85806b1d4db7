"""Where an expression is evaluated: the point, the definitions, the bound names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Protocol

from hwlib.mathcheck import names
from hwlib.mathcheck.indices import Plan
from hwlib.mathcheck.real import Real
from hwlib.mathcheck.scope import View
from hwlib.mathcheck.values import Matrix, Value
from hwlib.mathtex.ast import Expr, Span

BUDGET = 400_000  # nodes evaluated for one claim


class Refused(Exception):  # noqa: N818  an answer, not a fault
    """A claim that cannot be judged, and why.

    Attributes:
        kind: The verdict: "undefined", "ambiguous" or "undecided".
        message: What is missing and what to do.
        span: Where in the formula.
    """

    def __init__(self, kind: str, message: str, span: Span = names.NOWHERE) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.span = span


class Source(Protocol):
    """Gives the free names their values at one point."""

    def value(self, name: Expr) -> Fraction:
        """Return the value of a real variable."""

    def integer(self, name: Expr) -> int:
        """Return the value of an index or a size."""

    def size(self, of: Expr | None) -> int:
        """Return a size that is a number or a letter, or the size that is not stated."""

    def coefficients(self, function: Expr, count: int) -> list[Fraction]:
        """Return what a function is made of that is known only by its name."""


@dataclass
class Run:
    """One evaluation of a claim at a point.

    Attributes:
        view: The definitions.
        plan: The integers.
        source: The point.
        exact: Whether a value that is lost to rounding is refused.
        error: Uncertainty so far of quadrature, limits and infinite sums.
        notes: What was met that the badge has to say: "limit", "integral", "sum", "functions".
        sign: +1 or -1 for the upper or the lower sign of ±.
        point: The variable at which functions without an argument are taken.
        anchor: The unmoved point of an equality of antiderivatives; None elsewhere.
        budget: How many more nodes may be evaluated.
    """

    view: View
    plan: Plan
    source: Source
    exact: bool = True
    error: Real = 0
    notes: set[str] = field(default_factory=set)
    sign: int = 1
    point: Expr = names.POINT
    anchor: Env | None = None
    budget: int = BUDGET

    def spend(self) -> None:
        """Count one node.

        Raises:
            Refused: If the claim has become too costly.
        """
        self.budget -= 1
        if self.budget < 0:
            raise Refused("undecided", "too costly to compute; state it for smaller numbers")

    def uncertain(self, error: Real, note: str) -> None:
        """Note that a value is known only to within an error."""
        self.error = max(self.error, error)
        self.notes.add(note)


@dataclass
class Frame:
    """Values of names that are not bound: set by a derivative, or computed already."""

    overrides: dict[Expr, Value] = field(default_factory=dict)
    cache: dict[Expr, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Env:
    """A place of evaluation: the run, the frame, the names bound by functions and sums."""

    run: Run
    frame: Frame
    locals: dict[Expr, Value] = field(default_factory=dict)

    def bind(self, more: dict[Expr, Value]) -> Env:
        """Return the same place with further names bound."""
        return replace(self, locals={**self.locals, **more})

    def fresh(self, bound: dict[Expr, Value]) -> Env:
        """Return the inside of a definition: nothing of the caller is bound there."""
        return replace(self, locals=bound)

    def override(self, name: Expr, value: Value) -> Env:
        """Return the place with a variable set; what depends on it is computed anew."""
        if name in self.locals:
            return self.bind({name: value})
        if (bound := self.vector_of(name)) is not None:
            return self.bind({bound: self._with_component(bound, name, value)})
        frame = Frame({**self.frame.overrides, name: value})
        return replace(self, frame=frame)

    def vector_of(self, name: Expr) -> Expr | None:
        """Return the bound vector that a component belongs to."""
        base = getattr(name, "base", None)
        if base is None:
            return None
        for key in (base, names.bold(base)):
            if isinstance(self.locals.get(key), Matrix):
                return key
        return None

    def _with_component(self, key: Expr, name: Expr, value: Value) -> Matrix:
        rows = [list(row) for row in self.locals[key].rows]
        place = [int(index.value) - 1 for index in getattr(name, "indices", ())]
        rows[place[0]][place[1] if len(place) > 1 else 0] = value
        return Matrix(tuple(tuple(row) for row in rows))
