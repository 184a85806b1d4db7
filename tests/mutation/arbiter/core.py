"""What a claim is worked out with: definitions, one point, and the way from a node to its rule."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, Literal, NamedTuple

from hwlib.mathtex import ast

Value = Any  # complex, or a list (vector) of values, or a list of lists (matrix)
Verdict = Literal["same", "different", "unsure"]

SAME = 1e-12  # relative difference up to which two sides are the same
DIFFERENT = 1e-10  # and from which they differ
ROUGH = 1e7  # times as much where a derivative, an integral, a limit or an inverse is worked out
NEAR_ZERO = 1e-3  # then also added to the size that the difference is compared with
UNDERFLOW = 1e-300  # floats below it keep few digits, or none
TINY = 1e-100  # below it nothing is said: rounding leaves larger remainders of a true identity
LARGE = 1e12  # beyond it a side may be a quotient by a rounding of zero
ULP = 2.0**-52
SHAKES = 3
ORDER = ("<", "<=", ">", ">=")
POINTS = 100
POINTS_OF_ORDER = 600  # an inequality that is false may hold nearly everywhere
TRIED = 40  # points at none of which a claim can be worked out, and no more are tried
ENOUGH = 8  # points at which a claim has to hold, and none at which it does not, to be the same
WIDE = 2  # of so many points one is at or round zero and the marks, where claims change their ways
MARKS = (1.0, 10.0, 100.0)  # drawn as often as the numbers of the claim itself
SIZES = (3, 2, 4)  # what a free size such as K is taken to be, by turns
SIZE_NAMES = ("K", "n", "N", "m", "M", "d", "C", "D", "L")
SIGN = "\\pm"  # the bound name of the sign that is taken, 1 or -1
START = "\\int"  # the bound name of the place from which an integral without bounds is taken
INDEX_MARKS = ("[]", "()", ",", "(,)")  # marks of a name that hold an index
RADIUS = 0.02  # of the circle round a point from which derivatives are taken
ON_CIRCLE = 12


class UnsureError(Exception):
    """The arbiter cannot tell; the text says why, in words that many formulas can share."""


class TinyError(UnsureError):
    """A number that is too small for floats."""


class Opinion(NamedTuple):
    """A verdict, and why it is "unsure"."""

    verdict: Verdict
    reason: str = ""


@dataclass
class World:
    """What the blocks before a claim define.

    Attributes:
        functions: Name to (parameters, body, whether the body is that of component i).
        values: Spelling to the letters and the body of what is defined; where the definition
            has a letter as an index, the spelling has a star.
        vectors: The names of `values` that are defined as a whole: their components follow.
        declared: Names of functions that stand for any function.
    """

    functions: dict[str, tuple[tuple[ast.Expr, ...], ast.Expr, ast.Expr | None]] = field(
        default_factory=dict
    )
    values: dict[str, tuple[tuple[ast.Expr, ...], ast.Expr]] = field(default_factory=dict)
    vectors: set[str] = field(default_factory=set)
    declared: set[str] = field(default_factory=set)

    def copy(self) -> World:
        """A world of its own that starts with the same."""
        return World(dict(self.functions), dict(self.values), set(self.vectors), set(self.declared))

    def role(self, name: ast.Expr) -> str:
        """Say what a name before a bracket is, for the parser's `resolve`."""
        text = spelled(name)
        if text in self.functions or text in self.declared:
            return "function"
        return "opaque" if text in {"P", "\\Pr", "Pr", "E"} else "variable"

    def define(self, statement: ast.Definition) -> None:
        """Take in a definition."""
        pattern, component = statement.pattern, None
        if isinstance(pattern, ast.Subscript) and isinstance(pattern.base, ast.Call):
            pattern, component = pattern.base, pattern.indices[0]
        if isinstance(pattern, ast.Call):
            self.functions[spelled(pattern.function)] = (
                pattern.arguments,
                statement.value,
                component,
            )
            return
        indexed = _indexed_event(pattern, statement.value) or slots(pattern)
        letters = [isinstance(index, ast.Symbol) for index in indexed.indices]
        texts = [
            "*" if letter else spelled(i)
            for letter, i in zip(letters, indexed.indices, strict=True)
        ]
        names = tuple(i for letter, i in zip(letters, indexed.indices, strict=True) if letter)
        value = statement.value
        if isinstance(value, ast.Transpose) and isinstance(value.operand, ast.Tuple):
            value = value.operand  # a vector, however it was typed
        self.values[indexed.at(texts)] = (names, value)
        if bold(pattern) or isinstance(value, ast.Tuple | ast.Matrix):
            self.vectors.add(indexed.at(texts))

    def find(
        self, indexed: Indexed, texts: Sequence[str]
    ) -> tuple[ast.Expr, dict[str, str]] | None:
        """What a name with these indices is defined as, and what its letters stand for.

        A definition for this index is preferred to one for every index.
        """
        for starred in product((False, True), repeat=len(texts)):
            spelling = indexed.at(
                ["*" if star else text for star, text in zip(starred, texts, strict=True)]
            )
            if spelling in self.values:
                names, body = self.values[spelling]
                given = [text for star, text in zip(starred, texts, strict=True) if star]
                return body, {spelled(n): text for n, text in zip(names, given, strict=True)}
        return None


def spelled(name: ast.Node) -> str:
    """One text a name: letters without their font, so that z is a component of bold z."""
    if isinstance(name, ast.Symbol):
        return name.name + "".join(f"^{accent}" for accent in name.accents)
    if isinstance(name, ast.Subscript):
        return f"{spelled(name.base)}_{','.join(spelled(index) for index in name.indices)}"
    if isinstance(name, ast.Opaque):
        return f"{spelled(name.head)}({''.join(name.tokens)})"
    if isinstance(name, ast.Number):
        return str(name.value)
    if isinstance(name, ast.Label):
        return name.text
    if isinstance(name, ast.Marked):
        inner = spelled(name.index) if name.index is not None else ""
        return f"{spelled(name.base)}^{name.kind}{inner}"
    raise UnsureError(f"a name: {type(name).__name__}")


class Indexed(NamedTuple):
    """A name taken apart: its indices, and the pieces of its spelling around them."""

    pieces: tuple[str, ...]
    indices: tuple[ast.Expr, ...]

    def at(self, texts: Sequence[str]) -> str:
        """The spelling with these indices."""
        inner = (text + piece for text, piece in zip(texts, self.pieces[1:], strict=True))
        return self.pieces[0] + "".join(inner)


def slots(name: ast.Node) -> Indexed:
    """Take a name apart; words that are indices belong to its spelling."""
    if isinstance(name, ast.Subscript):
        (*pieces, last), indices = slots(name.base)
        joint = "_"
        for index in name.indices:
            if isinstance(index, ast.Label):
                last += joint + index.text
            else:
                pieces.append(last + joint)
                indices, last = (*indices, index), ""
            joint = ","
        return Indexed((*pieces, last), indices)
    if isinstance(name, ast.Marked) and name.kind in INDEX_MARKS and name.index is not None:
        (*pieces, last), indices = slots(name.base)
        return Indexed((*pieces, f"{last}^{name.kind}", ""), (*indices, name.index))
    return Indexed((spelled(name),), ())


def _indexed_event(pattern: ast.Expr, value: ast.Expr) -> Indexed | None:
    """`P(y = k) := p_k` is said for every k: the letter is an index of the value."""
    if not isinstance(pattern, ast.Opaque) or pattern.tokens[-2:-1] != ("=",):
        return None
    letter = pattern.tokens[-1]
    used = [part for part in ast.walk(value) if isinstance(part, ast.Symbol)]
    symbol = next((part for part in used if part.name == letter), None)
    before = f"{spelled(pattern.head)}({''.join(pattern.tokens[:-1])}"
    return None if symbol is None else Indexed((before, ")"), (symbol,))


def bold(name: ast.Node) -> str:
    """Whether a name is that of a "vector" or a "matrix", as its font tells, or of neither."""
    while isinstance(name, ast.Subscript | ast.Marked):
        if isinstance(name, ast.Subscript):
            return ""  # a component
        name = name.base
    if not isinstance(name, ast.Symbol) or name.font != "bf":
        return ""
    return "matrix" if name.name[-1:].isupper() else "vector"


@dataclass
class Work:
    """What the work at a point has needed so far; all that is made from the point adds to it.

    Attributes:
        rough: A derivative, an integral, a limit, an inverse or a solution: never exact.
        asked: The free names that were asked for, and "" for a size: none means a constant.
    """

    rough: bool = False
    asked: set[str] = field(default_factory=set)


@dataclass
class Point:
    """One point: random numbers for what is free, made as they are asked for.

    Attributes:
        world: What is defined.
        seed: Its number; all that is random at it follows from this.
        marks: The numbers of the claim, at which it may change its ways.
        sizes: Size letters to how many components they stand for, where letters differ.
        shake: Where roundings and steps of approximations are drawn from, or None.
        work: What has been needed so far.
        bound: Names that a sum, a function or an index binds.
        atoms: Quantities that are moved, for a derivative by them.
        known: What defined quantities are worth here, once it has been worked out.
    """

    world: World
    seed: int
    marks: tuple[float, ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)
    shake: random.Random | None = None
    work: Work = field(default_factory=Work)
    bound: dict[str, Value] = field(default_factory=dict)
    atoms: dict[str, Value] = field(default_factory=dict)
    known: dict[object, Value] = field(default_factory=dict)

    def child(self, bound: dict[str, Value]) -> Point:
        """The same point with some names bound."""
        return replace(self, bound={**self.bound, **bound})

    def with_atom(self, name: str, value: Value) -> Point:
        """The same point with one quantity moved; all that depends on it follows."""
        return self.with_atoms({name: value})

    def with_atoms(self, values: Mapping[str, Value]) -> Point:
        """The same point with some quantities moved."""
        bound = {key: held for key, held in self.bound.items() if key not in values}
        return replace(self, bound=bound, atoms={**self.atoms, **values}, known={})

    def shaken(self, seed: int) -> Point:
        """The same point where roundings and steps of approximations are drawn anew."""
        return replace(self, shake=random.Random(seed), known={})

    def defined(self, name: str, body: ast.Expr, letters: dict[str, Value]) -> Value:
        """What a definition gives a name; nothing that is bound around the name is bound in it."""
        outer = {key: self.bound[key] for key in (SIGN, START) if key in self.bound}
        place = (name, *outer.items())
        if place not in self.known:
            self.known[place] = evaluate(body, replace(self, bound={**outer, **letters}))
        return self.known[place]

    def rounded(self, value: complex, *operands: complex) -> complex:
        """The result of one operation, moved by a rounding if this point is shaken.

        Whole numbers that come from whole numbers are exact.
        """
        if self.shake is None or all(_whole(part) for part in (value, *operands)):
            return value
        return value * (1 + ULP * self.shake.choice((-2, -1, 1, 2)))  # never by nothing

    def scaled(self, value: complex, *operands: complex) -> complex:
        """The result of a product or a power, rounded, where it is no nothing made of something.

        Raises:
            TinyError: If it is too small for floats.
        """
        if abs(value) < UNDERFLOW and all(operands):
            raise TinyError("a number that is beyond floats")
        return self.rounded(value, *operands)

    def approximated(self, size: float) -> float:
        """The step of an approximation: another one if this point is shaken."""
        self.work.rough = True
        return size if self.shake is None else size * self.shake.uniform(0.4, 0.8)

    @property
    def size(self) -> int:
        """How many components a vector has whose size is not given."""
        self.work.asked.add("")
        return SIZES[self.seed % len(SIZES)]

    def free(self, name: str) -> complex:
        """A number for a free name: the same for the same name, whatever else is asked."""
        if name in self.atoms:
            return self.atoms[name]
        self.work.asked.add(name)
        draw = random.Random(f"{self.seed}:{name}")
        if self.seed % WIDE == 0:
            return complex(_wide(draw, self.marks or MARKS))
        low, high = ((0.05, 0.95), (0.2, 2.5), (-2.0, 2.0), (-6.0, 6.0))[self.seed // WIDE % 4]
        return complex(draw.uniform(low, high))


def _wide(draw: random.Random, marks: tuple[float, ...]) -> float:
    """Zero, a mark, a place just before or beyond one, or one far beyond."""
    mark = draw.choice((-1, 1)) * draw.choice(draw.choice((marks, MARKS)))
    return draw.choice((0.0, mark, mark + draw.uniform(-1.5, 1.5), mark * draw.uniform(0.0, 3.0)))


def _whole(value: complex) -> bool:
    return value.imag == 0 and abs(value.real) < 1 / ULP and value.real == int(value.real)


Evaluate = Callable[[Any, Point], Value]
_RULES: dict[type, Evaluate] = {}


def rule(kind: type) -> Callable[[Evaluate], Evaluate]:
    """Register how a node is evaluated."""

    def register(function: Evaluate) -> Evaluate:
        _RULES[kind] = function
        return function

    return register


def evaluate(node: ast.Node, point: Point) -> Value:
    """The value of an expression at a point.

    Raises:
        UnsureError: If the arbiter does not know the construct.
    """
    known = _RULES.get(type(node))
    if known is None:
        raise UnsureError(type(node).__name__)
    return known(node, point)


def number(node: ast.Node, point: Point) -> complex:
    """A value that has to be a number."""
    value = evaluate(node, point)
    if isinstance(value, list):
        raise UnsureError("a vector where a number is needed")
    return complex(value)


class ComplexError(UnsureError):
    """A complex number where a real one is needed, as on a circle round a point."""


def real(value: complex) -> float:
    """A real number, for what has an order or a kink; a circle round a point has none."""
    if abs(value.imag) > 1e-12:
        raise ComplexError("a complex number where a real one is needed")
    return value.real


def integer(node: ast.Node, point: Point) -> int:
    """A value that has to be a whole number: an index, a bound, an order."""
    letter = isinstance(node, ast.Symbol) and node.name in SIZE_NAMES
    if letter and node.name not in point.world.values:
        size = point.sizes.get(node.name, point.size)
        bound = point.bound.get(node.name, point.atoms.get(node.name, size))
        return round(complex(bound).real)
    if isinstance(node, ast.Symbol) and not _known(node.name, point):
        raise UnsureError("a letter that may be a size")
    value = number(node, point)
    if abs(value - round(value.real)) > 1e-9:
        raise UnsureError("an index that is no whole number")
    return round(value.real)


def _known(name: str, point: Point) -> bool:
    return any(name in held for held in (point.bound, point.atoms, point.world.values))


def both(left: Value, right: Value, combine: Callable[[complex, complex], complex]) -> Value:
    """Combine entry by entry; a number meets every entry."""
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            raise UnsureError("shapes differ")
        return [both(a, b, combine) for a, b in zip(left, right, strict=True)]
    if isinstance(left, list):
        return [both(a, right, combine) for a in left]
    if isinstance(right, list):
        return [both(left, b, combine) for b in right]
    return combine(left, right)


def flat(value: Value) -> Iterator[complex]:
    if isinstance(value, list):
        for part in value:
            yield from flat(part)
    else:
        yield value
