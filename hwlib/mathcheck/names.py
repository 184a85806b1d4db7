r"""Names: which nodes are names, what they have in common, and where they occur.

A vector's components carry the letter of the vector without its bold: `z_1` is the first
component of `\mathbf z`, as it stands in every textbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

from hwlib.mathcheck.functions import SCALAR_FUNCTIONS
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr, Node

NOWHERE = ast.Span(0, 0)
OTHER_FUNCTIONS = frozenset({"max", "min", "det", "tr", "diag"})
BUILT_IN = SCALAR_FUNCTIONS | OTHER_FUNCTIONS
CONSTANTS = frozenset({"e", "\\pi"})
POINT = ast.Symbol("at every point", span=NOWHERE)  # where functions without an argument are taken


def number(value: int | Fraction) -> ast.Number:
    """Return a number as a node."""
    return ast.Number(Fraction(value), span=NOWHERE)


def is_name(node: Node) -> bool:
    """Whether a node is a name with or without indices and marks."""
    return isinstance(node, ast.Symbol | ast.Opaque) or (
        isinstance(node, ast.Subscript | ast.Marked) and is_name(node.base)
    )


_KEYS: dict[int, tuple[Expr, str]] = {}
_BOLD: dict[int, tuple[Expr, str]] = {}
_MANY = 200_000


def key(name: Expr) -> str:
    """Return a name as text, the same for the same name; remembered by the node."""
    known = _KEYS.get(id(name))
    if known is None:
        if len(_KEYS) > _MANY:
            _KEYS.clear()
        known = _KEYS[id(name)] = (name, _key(name))
    return known[1]


def _key(name: Expr) -> str:
    if isinstance(name, ast.Symbol):
        return f"{name.font}:{name.name}" + "".join(f"^{accent}" for accent in name.accents)
    if isinstance(name, ast.Subscript):
        return component_key(key(name.base), [key(index) for index in name.indices])
    if isinstance(name, ast.Number) and name.value.denominator == 1:
        return str(name.value.numerator)
    if isinstance(name, ast.Opaque):
        return f"{key(name.head)}({' '.join(name.tokens)})"
    return repr(name)


def component_key(base: str, indices: list[str]) -> str:
    """Return the key of a component from those of its parts."""
    return f"{base}_{','.join(indices)}"


def bold_key(name: Expr) -> str:
    """Return the key of a name with its letter in bold."""
    known = _BOLD.get(id(name))
    if known is None:
        if len(_BOLD) > _MANY:
            _BOLD.clear()
        known = _BOLD[id(name)] = (name, _key(bold(name)))
    return known[1]


class Shape(NamedTuple):
    """What a node is as a name; worked out once for each node."""

    is_name: bool
    is_delta: bool
    is_bold: bool
    fixed: bool  # no letter in its indices


_SHAPES: dict[int, tuple[Node, Shape]] = {}


def shape_of(node: Expr) -> Shape:
    """Return what a node is as a name; remembered by the node."""
    known = _SHAPES.get(id(node))
    if known is None:
        if len(_SHAPES) > _MANY:
            _SHAPES.clear()
        shape = Shape(is_name(node), is_delta(node), is_bold(node), _is_fixed(node))
        known = _SHAPES[id(node)] = (node, shape)
    return known[1]


def _is_fixed(node: Expr) -> bool:
    plain_index = ast.Number | ast.Label | ast.Infinity
    if isinstance(node, ast.Subscript):
        return _is_fixed(node.base) and all(isinstance(i, plain_index) for i in node.indices)
    if isinstance(node, ast.Marked):
        inside = node.index is None or isinstance(node.index, plain_index)
        return inside and _is_fixed(node.base)
    return True


def root_of(name: Expr) -> Expr:
    """Return a name without its indices: the `z` of `z_j`, the `a^{[1]}` of `a^{[1]}_j`."""
    while isinstance(name, ast.Subscript):
        name = name.base
    return name


_ANY = ast.Symbol("any layer", span=NOWHERE)


def layered(name: Expr, index: Expr = _ANY) -> Expr | None:
    """Return a name with another index in its bracket, that of any layer; None if it has none."""
    if isinstance(name, ast.Subscript):
        base = layered(name.base, index)
        return None if base is None else replace(name, base=base)
    return None if layer_of(name) is None else replace(name, index=index)  # type: ignore[call-arg]


def layer_of(name: Expr) -> Expr | None:
    """Return the index in a name's bracket: the l - 1 of `a^{[l-1]}`; None if it has none."""
    base = root_of(name)
    return base.index if isinstance(base, ast.Marked) and base.kind in ("[]", "()") else None


def is_bold(name: Expr) -> bool:
    """Whether a name is in bold: a vector, or a matrix if it is a capital."""
    while isinstance(name, ast.Subscript | ast.Marked):
        name = name.base
    return isinstance(name, ast.Symbol) and name.font == "bf"


def is_slice(name: Expr) -> bool:
    r"""Whether a name stands for several entries: `\mathbf W_{:,j}`, `x_{1:n}`."""
    return isinstance(name, ast.Subscript) and any(
        isinstance(index, ast.Label) and index.text == ":" for index in name.indices
    )


def is_bold_matrix(name: Expr) -> bool:
    r"""Whether a name is a bold capital, a matrix."""
    while isinstance(name, ast.Subscript | ast.Marked):
        name = name.base
    return isinstance(name, ast.Symbol) and name.font == "bf" and name.name[-1:].isupper()


def plain(name: Expr) -> Expr:
    """Return a name with the bold taken off its letter."""
    if isinstance(name, ast.Symbol) and name.font == "bf":
        return replace(name, font="")
    if isinstance(name, ast.Marked | ast.Subscript):
        return replace(name, base=plain(name.base))
    return name


def bold(name: Expr) -> Expr:
    """Return a name with its letter in bold."""
    if isinstance(name, ast.Symbol):
        return replace(name, font="bf")
    if isinstance(name, ast.Marked | ast.Subscript):
        return replace(name, base=bold(name.base))
    return name


def is_constant(name: Expr) -> bool:
    r"""Whether a name is reserved: e or π, not $\hat e$ or the vector $\mathbf e$."""
    return (
        isinstance(name, ast.Symbol)
        and name.name in CONSTANTS
        and name.font in ("", "rm")
        and not name.accents
    )


def is_e(name: Node) -> bool:
    """Whether a node is Euler's number."""
    return isinstance(name, ast.Symbol) and name.name == "e" and is_constant(name)


def built_in(name: Expr) -> str:
    """Return the name of a built-in function, or an empty text."""
    if not isinstance(name, ast.Symbol) or name.name not in BUILT_IN:
        return ""
    plain_word = name.font == "rm" and all(accent.startswith("math") for accent in name.accents)
    return name.name if plain_word or not name.accents else ""


def differential(name: Expr) -> Expr:
    """Return the name of the number by which a free variable moves."""
    if isinstance(name, ast.Marked | ast.Subscript):
        return replace(name, base=differential(name.base))
    if isinstance(name, ast.Symbol):
        return replace(name, accents=(*name.accents, "d"))
    return name


def is_delta(name: Expr) -> bool:
    r"""Whether a name is a `\delta` with two indices."""
    return (
        isinstance(name, ast.Subscript)
        and len(name.indices) == 2
        and isinstance(name.base, ast.Symbol)
        and name.base.name == "\\delta"
    )


class Occurrence(NamedTuple):
    """A name at a place: what it is used as, and the names that are bound there."""

    name: Expr
    role: str  # "value", "function" or "index"
    bound: frozenset[Expr]


def occurrences(
    node: Node, bound: frozenset[Expr] = frozenset(), role: str = "value"
) -> Iterator[Occurrence]:
    """Find the names in a tree that are not bound in it; a component counts as one name."""
    if isinstance(node, ast.Symbol | ast.Opaque):
        if node not in bound:
            yield Occurrence(node, role, bound)
    elif isinstance(node, ast.Subscript | ast.Marked):
        yield from _indexed(node, bound, role)
    elif isinstance(node, ast.Call):
        yield from occurrences(node.function, bound, "function")
        for argument in node.arguments:
            yield from occurrences(argument, bound)
    elif isinstance(node, ast.Prime | ast.Inverse | ast.NthDerivative):
        inner = "function" if is_name(node.base) else role
        yield from occurrences(node.base, bound, inner)
        if isinstance(node, ast.NthDerivative):
            yield from occurrences(node.order, bound, "index")
    elif isinstance(node, ast.Composition):
        for function in node.functions:
            yield from occurrences(function, bound, "function")
    else:
        yield from _inside(node, bound, role)


def _indexed(
    node: ast.Subscript | ast.Marked, bound: frozenset[Expr], role: str
) -> Iterator[Occurrence]:
    if not is_name(node):
        yield from occurrences(node.base, bound, role)
    elif not (root_of(node) in bound or bold(root_of(node)) in bound or node in bound):
        yield Occurrence(node, role, bound)
    indices = node.indices if isinstance(node, ast.Subscript) else (node.index,)
    for index in indices:
        if index is not None:
            yield from occurrences(index, bound, "index")
    base = node.base if is_name(node) else node
    while isinstance(base, ast.Marked):
        if base is not node and base.index is not None:
            yield from occurrences(base.index, bound, "index")
        base = base.base


def binds(node: Node) -> tuple[Expr, ...]:
    """The names that a node binds in what it is applied to."""
    if isinstance(node, ast.Reduction):
        return node.indices
    if isinstance(node, Listed):
        return (node.letter,)
    if isinstance(node, ast.Limit) or (isinstance(node, ast.Integral) and node.lower is not None):
        return (node.variable,)
    return ()


def _inside(node: Node, bound: frozenset[Expr], role: str) -> Iterator[Occurrence]:
    inner = bound | frozenset(binds(node))
    outer = _outer_parts(node)
    for part in ast.children(node):
        here = bound if any(part is one for one in outer) else inner
        yield from occurrences(part, here, role)


def _outer_parts(node: Node) -> tuple[Node | None, ...]:
    """The parts of a binding node that do not see its variable."""
    if isinstance(node, ast.Reduction):
        return node.lower, node.upper
    if isinstance(node, ast.Integral):
        return node.lower, node.upper
    if isinstance(node, ast.Limit):
        return (node.target,)
    if isinstance(node, Listed):
        return (node.size,)
    return ()


@dataclass(frozen=True, slots=True)
class Listed(Expr):
    r"""A vector whose entries follow a rule: `(z_1, \dots, z_K)` is `z_k` for k to K."""

    item: Expr
    letter: Expr
    size: Expr


N = TypeVar("N", bound=Node)


def rebuild(node: N, change: Callable[[Node], Node]) -> N:
    """Return a node with each node directly below replaced by what `change` makes of it."""

    def convert(value: Any) -> Any:
        if isinstance(value, Node):
            return change(value)
        if isinstance(value, tuple) and not isinstance(value, ast.Span):
            return tuple(convert(item) for item in value)
        return value

    changes = {part.name: convert(getattr(node, part.name)) for part in fields(node)}
    same = all(changes[part.name] is getattr(node, part.name) for part in fields(node))
    return node if same else replace(node, **changes)


def put(node: Expr, name: Expr, value: Expr) -> Expr:
    """Return an expression with a name replaced, wherever it stands."""

    def change(part: Node) -> Node:
        return value if part == name else rebuild(part, change)

    return change(node)  # type: ignore[return-value]
