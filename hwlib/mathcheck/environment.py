"""Where an expression is evaluated: the point, the definitions, the bound names.

Names are looked up by their `names.key`, a text, many thousand times for one claim; whatever does
not change from point to point is worked out once and kept in `Shared`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Protocol

from hwlib.mathcheck import names
from hwlib.mathcheck.indices import Plan
from hwlib.mathcheck.names import key
from hwlib.mathcheck.real import Real
from hwlib.mathcheck.scope import Definition, View, definition_of, uses
from hwlib.mathcheck.values import Matrix, Value
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr, Span

BUDGET = 200_000  # nodes evaluated for one look at a claim


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
class Shared:
    """What is the same at all points: the definitions, the integers, and what follows from them."""

    view: View
    plan: Plan
    letters: frozenset[str] = field(init=False)
    declared: frozenset[str] = field(init=False)
    dependence: dict[tuple[str, str], bool] = field(default_factory=dict)
    slopes: dict[int, tuple[Expr, Expr, list[Expr]]] = field(default_factory=dict)
    _definitions: dict[str, Definition | None] = field(default_factory=dict)
    _functions: dict[str, Definition | None] = field(default_factory=dict)
    _reach: dict[int, tuple[ast.Node, frozenset[str]]] = field(default_factory=dict)
    _movers: dict[int, tuple[Definition, frozenset[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        plan = self.plan
        self.letters = frozenset(map(key, (*plan.indices, *plan.sizes, *plan.counts)))
        self.declared = frozenset(map(key, self.view.declared))

    def definition(self, name: Expr) -> Definition | None:
        """Return the definition that gives a name its value."""
        text = key(name)
        if text not in self._definitions:
            self._definitions[text] = definition_of(name, self.view)
        return self._definitions[text]

    def function(self, name: Expr) -> Definition | None:
        """Return the definition of exactly this name."""
        text = key(name)
        if text not in self._functions:
            self._functions[text] = self.view.find(name)
        return self._functions[text]

    def reach(self, node: Expr) -> frozenset[str]:
        """Return the families of the names that an expression depends on."""
        known = self._reach.get(id(node))
        if known is None:
            found = [one.name for one in names.occurrences(node)]
            for definition in uses(node, self.view).values():
                found.append(definition.key)
                found += [one.name for one in names.occurrences(definition.value, definition.bound)]
            known = (node, frozenset(family(name) for name in found))
            self._reach[id(node)] = known
        return known[1]

    def movers(self, definition: Definition) -> frozenset[str]:
        """Return the families that move a defined value: those it rests on, and its own."""
        known = self._movers.get(id(definition))
        if known is None:
            known = definition, self.reach(definition.value) | {family(definition.key)}
            self._movers[id(definition)] = known
        return known[1]


def letter(name: Expr) -> str:
    """Return the key of a name without bold and indices."""
    return key(names.plain(names.root_of(name)))


def family(name: Expr) -> str:
    """Return the key of a name without bold and indices, whatever its layer is."""
    root = names.plain(names.root_of(name))
    return key(names.layered(root) or root)


@dataclass
class Run:
    """One evaluation of a claim at a point.

    Attributes:
        shared: What is the same at all points.
        source: The point.
        exact: Whether a value that is lost to rounding is refused.
        error: Uncertainty so far of quadrature, limits and infinite sums.
        notes: What was met that the badge has to say: "limit", "integral", "series", "functions".
        sign: +1 or -1 for the upper or the lower sign of ±.
        point: The variable at which functions without an argument are taken.
        anchor: The unmoved point of an equality of antiderivatives; None elsewhere.
        budget: How many more nodes may be evaluated.
        free: The values of the free names.
        nested: Whether the integrals that are computed now stand inside one another.
    """

    shared: Shared
    source: Source
    exact: bool = True
    error: Real = 0
    notes: set[str] = field(default_factory=set)
    sign: int = 1
    point: Expr = names.POINT
    anchor: Env | None = None
    budget: int = BUDGET
    free: dict[str, Value] = field(default_factory=dict)
    nested: bool = False

    @property
    def view(self) -> View:
        """The definitions."""
        return self.shared.view

    @property
    def plan(self) -> Plan:
        """The integers."""
        return self.shared.plan

    def uncertain(self, error: Real, note: str) -> None:
        """Note that a value is known only to within an error."""
        self.error = max(self.error, error)
        self.notes.add(note)


@dataclass
class Frame:
    """Values of names that are not bound: set by a derivative, or computed already."""

    overrides: dict[str, Value] = field(default_factory=dict)
    components: tuple[tuple[str, tuple[int, ...], Value], ...] = ()
    cache: dict[str, tuple[Value, Definition]] = field(default_factory=dict)
    calls: dict[tuple[object, ...], tuple[list[Value], Value]] = field(default_factory=dict)


@dataclass(slots=True)
class Env:
    """A place of evaluation: the run, the frame, the names bound by functions and sums."""

    run: Run
    frame: Frame
    locals: dict[str, Value] = field(default_factory=dict)

    def bind(self, more: dict[str, Value]) -> Env:
        """Return the same place with further names bound."""
        return Env(self.run, self.frame, {**self.locals, **more})

    def fresh(self, bound: dict[str, Value]) -> Env:
        """Return the inside of a definition: nothing of the caller is bound there."""
        return Env(self.run, self.frame, bound)

    def override(self, name: Expr, value: Value) -> Env:
        """Return the place with a variable set; what depends on it is computed anew."""
        text = key(name)
        if text in self.locals:
            return self.bind({text: value})
        bound = self.vector_of(name)
        if bound is not None:
            return self.bind({bound: self._with_component(bound, name, value)})
        frame, moved = self.frame, letter(name)
        components = frame.components
        if isinstance(name, ast.Subscript):
            place = tuple(int(i.value) for i in name.indices if isinstance(i, ast.Number))
            components = (*components, (moved, place, value))
        mover, movers = family(name), self.run.shared.movers
        kept = {
            known: entry for known, entry in frame.cache.items() if mover not in movers(entry[1])
        }
        return Env(self.run, Frame({**frame.overrides, text: value}, components, kept), self.locals)

    def vector_of(self, name: Expr) -> str | None:
        """Return the bound vector that a component belongs to."""
        if not self.locals or not isinstance(name, ast.Subscript):
            return None
        for base in (key(name.base), names.bold_key(name.base)):
            if isinstance(self.locals.get(base), Matrix):
                return base
        return None

    def _with_component(self, bound: str, name: Expr, value: Value) -> Matrix:
        rows = [list(row) for row in self.locals[bound].rows]
        place = [int(index.value) - 1 for index in getattr(name, "indices", ())]
        rows[place[0]][place[1] if len(place) > 1 else 0] = value
        return Matrix(tuple(tuple(row) for row in rows))
