r"""What a name means at a place of the page.

A definition is visible from its place on. A function, `f(x) := …`, is visible to the end of the
page, anything else to the end of its section (an h2): a stale `y := S(x)` would make a later
claim about a free `y` easier to satisfy. A second definition in one section is an error, in a
later section it shadows the first. Names in a definition mean what they mean where it is used, so
`F := \tanh(z)` may stand before `z := wx + b`; a cycle is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from hwlib.mathcheck import names
from hwlib.mathcheck.folding import plain_layers
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr

_DEEPEST = 60  # definitions that rest on one another


class ScopeError(Exception):
    """A definition or a use of a name that cannot stand.

    Attributes:
        kind: The verdict that it leads to: "undefined", "ambiguous" or "undecided".
        message: What is wrong and what to do.
        span: Where in the formula.
    """

    def __init__(self, kind: str, message: str, span: ast.Span = names.NOWHERE) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.span = span


@dataclass(frozen=True)
class Definition:
    """One definition.

    Attributes:
        key: The name: Symbol, Subscript with fixed indices, Marked, or Opaque.
        parameters: The arguments of a function; empty for anything else.
        indices: The letters in the pattern's index that stand for every value: (i,) of `p_i`.
        value: What it means.
        conditions: What was said with it, such as "for x > 0".
        tex: As typed, on one line.
        line: In the file.
        section: Where it stands.
        layer: The letter in the key's bracket that stands for every value: l of `a^{[l]}`.
        origin: The definition for every layer that this one is taken from.
    """

    key: Expr
    parameters: tuple[Expr, ...]
    indices: tuple[Expr, ...]
    value: Expr
    conditions: tuple[ast.Condition, ...] = ()
    tex: str = ""
    line: int = 0
    section: int = 0
    layer: Expr | None = None
    origin: Definition | None = None

    @property
    def is_function(self) -> bool:
        """Whether it is visible to the end of the page."""
        return bool(self.parameters)

    @cached_property
    def bound(self) -> frozenset[Expr]:
        """The names that its value does not look up."""
        layer = () if self.layer is None else (self.layer,)
        return frozenset((*self.parameters, *self.indices, *layer))

    @cached_property
    def vectors(self) -> tuple[bool, ...]:
        """Which parameters are vectors: in bold, or used with components."""
        return tuple(
            names.is_bold(one)
            or any(
                isinstance(inner.name, ast.Subscript) and inner.name.base == one
                for inner in names.occurrences(self.value, self.bound - {one})
            )
            for one in self.parameters
        )


def read_definition(statement: ast.Definition) -> Definition:
    """Return what a parsed definition defines.

    Raises:
        ScopeError: If its left side is nothing that can be defined.
    """
    pattern = statement.pattern
    outer: tuple[Expr, ...] = ()
    if isinstance(pattern, ast.Subscript) and isinstance(pattern.base, ast.Call):
        outer, pattern = pattern.indices, pattern.base
    if isinstance(pattern, ast.Call):
        key, parameters = pattern.function, pattern.arguments
        _check_function(key, parameters)
        indices = _letters(outer, statement.value, always=True)
    else:
        parameters = ()
        key, indices = _variable(pattern, statement.value)
    _check_reserved(key)
    layer = None if parameters else _any_layer(key, statement.value)
    return Definition(key, parameters, indices, statement.value, statement.conditions, layer=layer)


def _any_layer(key: Expr, value: Expr) -> Expr | None:
    """Return the letter of a key's layer if it is meant for any: a small one, and the value's."""
    letter = names.layer_of(key)
    if not isinstance(letter, ast.Symbol) or not letter.name[-1:].islower():
        return None
    return letter if letter in {one.name for one in names.occurrences(value)} else None


def _check_function(key: Expr, parameters: tuple[Expr, ...]) -> None:
    if not names.is_name(key):
        raise ScopeError(
            "undefined", "only a name can be defined; claim this with = instead", key.span
        )
    if not all(names.is_name(one) and not names.is_constant(one) for one in parameters):
        raise ScopeError(
            "undefined", "the arguments of a function that is defined are plain names", key.span
        )
    if len(set(parameters)) != len(parameters):
        raise ScopeError("ambiguous", "two arguments have the same name", key.span)


def _variable(pattern: Expr, value: Expr) -> tuple[Expr, tuple[Expr, ...]]:
    """Return key and index letters of a definition without arguments."""
    if isinstance(pattern, ast.Opaque):
        return pattern, _opaque_letters(pattern, value)
    if not names.is_name(pattern):
        raise ScopeError(
            "undefined", "only a name can be defined; claim this with = instead", pattern.span
        )
    if isinstance(pattern, ast.Subscript):
        letters = _letters(pattern.indices, value, always=False)
        if letters:
            return pattern.base, letters
    return pattern, ()


def _letters(indices: tuple[Expr, ...], value: Expr, *, always: bool) -> tuple[Expr, ...]:
    """Return the index letters of a pattern, if they are all letters and the value uses one."""
    if not indices or not all(isinstance(index, ast.Symbol) for index in indices):
        return ()
    used = {one.name for one in names.occurrences(value)}
    return indices if always or any(index in used for index in indices) else ()


def _opaque_letters(pattern: ast.Opaque, value: Expr) -> tuple[Expr, ...]:
    used = [one.name for one in names.occurrences(value) if one.role == "index"]
    letters = [
        name for name in used if isinstance(name, ast.Symbol) and name.name in pattern.tokens
    ]
    return tuple(dict.fromkeys(letters))


def _check_reserved(key: Expr) -> None:
    if names.is_constant(key):
        name = key.name if isinstance(key, ast.Symbol) else ""
        raise ScopeError("ambiguous", f"{name} is reserved; choose another letter", key.span)


@dataclass(frozen=True)
class View:
    """What is visible at one place: definitions by key, declared functions, known variables."""

    definitions: dict[Expr, Definition] = field(default_factory=dict)
    declared: frozenset[Expr] = frozenset()
    variables: frozenset[Expr] = frozenset()

    def find(self, name: Expr) -> Definition | None:
        """Return the definition of exactly this name, also as one of any layer."""
        found = self.definitions.get(name)
        if found is not None or not self.layers:
            return found
        frame, layer = names.layered(name), names.layer_of(name)
        if frame is None or layer is None or frame not in self.layers:
            return None
        if name not in self._taken:
            self._taken[name] = at_layer(self.layers[frame], name, layer)
        return self._taken[name]

    @cached_property
    def _taken(self) -> dict[Expr, Definition]:
        return {}

    @cached_property
    def layers(self) -> dict[Expr, Definition]:
        """The definitions for any layer, by their keys' frames; none that leads back to itself."""
        found: dict[Expr, list[Definition]] = {}
        for key, definition in self.definitions.items():
            frame = names.layered(key)
            if definition.layer is not None and frame is not None:
                found.setdefault(frame, []).append(definition)
        only = {frame: some[0] for frame, some in found.items() if len(some) == 1}
        return {
            frame: one
            for frame, one in only.items()
            if not _leads_to(one, frame, self.definitions, only, set())
        }

    def find_opaque(self, name: ast.Opaque) -> tuple[Definition, dict[Expr, str]] | None:
        """Return a definition that fits an opaque name, and what its letters stand for."""
        for definition in self.definitions.values():
            if isinstance(definition.key, ast.Opaque):
                found = _match_opaque(definition, name)
                if found is not None:
                    return definition, found
        return None

    def members(self, name: ast.Opaque) -> Iterator[Definition]:
        r"""Return the definitions `P(X = 1) := …` that a `P(X = i)` may lead to as i counts."""
        for definition in self.definitions.values():
            key = definition.key
            if isinstance(key, ast.Opaque) and _is_member(key, name):
                yield definition

    def is_function(self, name: Expr) -> bool:
        """Whether a name may stand before an argument."""
        definition = self.find(name)
        if definition is not None:
            return definition.is_function
        return name in self.declared or bool(names.built_in(name))

    def with_definitions(self, more: dict[Expr, Definition]) -> View:
        """Return a view with further definitions."""
        return replace(self, definitions={**self.definitions, **more})


def _leads_to(
    definition: Definition,
    frame: Expr,
    definitions: dict[Expr, Definition],
    layers: dict[Expr, Definition],
    seen: set[Expr],
) -> bool:
    """Whether a definition rests on some layer of a name."""
    seen.add(definition.key)
    for one in names.occurrences(definition.value, definition.bound):
        for part in _parts(one.name):
            framed = names.layered(part)
            if framed == frame:
                return True
            inner = definitions.get(part) or (layers.get(framed) if framed is not None else None)
            if inner is None or inner.key in seen:
                continue
            if _leads_to(inner, frame, definitions, layers, seen):
                return True
    return False


def _parts(name: Expr) -> tuple[Expr, ...]:
    """A name, and what it may be a component of."""
    if not isinstance(name, ast.Subscript):
        return (name, names.plain(name))
    return (name, name.base, names.bold(name.base))


def at_layer(definition: Definition, name: Expr, layer: Expr) -> Definition:
    r"""Return a definition for any layer, taken at one.

    Raises:
        ScopeError: If the layer has a letter that counts something in the definition.
    """
    letters = {one.name for one in names.occurrences(layer)}
    inside = {letter for node in ast.walk(definition.value) for letter in names.binds(node)}
    if letters & (inside | set(definition.indices)) or definition.layer in inside:
        shown = ", ".join(sorted(key.name for key in letters if isinstance(key, ast.Symbol)))
        message = f"{shown} counts something in the definition in line {definition.line} as well"
        raise ScopeError("ambiguous", f"{message}; choose another letter", name.span)
    assert definition.layer is not None
    value = plain_layers(names.put(definition.value, definition.layer, layer))
    return replace(
        definition,
        key=name,
        value=value,  # type: ignore[arg-type]
        layer=None,
        origin=definition,
    )


def _is_member(key: ast.Opaque, name: ast.Opaque) -> bool:
    """Whether the key is the name, with numbers for some of its letters."""
    if key.head != name.head or len(key.tokens) != len(name.tokens):
        return False
    pairs = zip(key.tokens, name.tokens, strict=True)
    changed = [pair for pair in pairs if pair[0] != pair[1]]
    return bool(changed) and all(mine.isdigit() and theirs.isalpha() for mine, theirs in changed)


def _match_opaque(definition: Definition, name: ast.Opaque) -> dict[Expr, str] | None:
    key = definition.key
    if not isinstance(key, ast.Opaque) or key.head != name.head:
        return None
    if len(key.tokens) != len(name.tokens):
        return None
    letters = {one.name: one for one in definition.indices if isinstance(one, ast.Symbol)}
    found: dict[Expr, str] = {}
    for mine, theirs in zip(key.tokens, name.tokens, strict=True):
        if mine in letters:
            found[letters[mine]] = theirs
        elif mine != theirs:
            return None
    return found


def definition_of(name: Expr, view: View) -> Definition | None:
    r"""Return the definition that gives a name its value.

    A component `z_1` is defined by `z_1 := …`, by the family `z_i := …`, or as an entry of
    `\mathbf z := …`.
    """
    if isinstance(name, ast.Opaque):
        found = view.find_opaque(name)
        return found[0] if found else None
    exact = view.find(name)
    if exact is not None or not isinstance(name, ast.Subscript):
        return exact
    family = view.find(name.base)
    if family is not None and len(family.indices) == len(name.indices):
        return family
    whole = view.find(names.bold(name.base))
    if whole is None and family is not None and isinstance(family.value, ast.Tuple | ast.Matrix):
        whole = family
    return whole if whole is not None and not mentions(whole.value, name.base) else None


def mentions(value: Expr, base: Expr) -> bool:
    """Whether components of a name occur in an expression."""
    return any(names.root_of(one.name) == base for one in names.occurrences(value))


def uses(node: ast.Node, view: View) -> dict[Expr, Definition]:
    """Return every definition that an expression depends on, by its key.

    Raises:
        ScopeError: If a definition depends on itself.
    """
    found: dict[Expr, Definition] = {}
    for one in names.occurrences(node):
        _visit(one, view, found, {})
    return found


def _visit(
    one: names.Occurrence, view: View, found: dict[Expr, Definition], path: dict[Expr, None]
) -> None:
    if len(path) > _DEEPEST:
        raise ScopeError(
            "undecided", f"definitions rest on one another more than {_DEEPEST} deep", one.name.span
        )
    for definition in _candidates(one.name, view):
        if definition.key in path and not definition.line:
            continue  # solved from a condition: it stands on both sides
        if definition.key in path:
            raise ScopeError("undefined", _itself(definition))
        if definition.key not in found:
            found[definition.key] = definition
            path[definition.key] = None
            for inner in names.occurrences(definition.value, definition.bound):
                _visit(inner, view, found, path)
            del path[definition.key]


def _itself(definition: Definition) -> str:
    return (
        f"the definition in line {definition.line} depends on itself; write the steps of a "
        "recursion out (x_1 := x_0 - …), or say % unchecked: and the reason"
    )


def _candidates(name: Expr, view: View) -> Iterator[Definition]:
    """The definitions that a name with any value of its indices may lead to."""
    direct = definition_of(name, view)
    if direct is not None:
        direct = direct.origin or direct
        yield direct
    if isinstance(name, ast.Opaque) and direct is None:
        yield from view.members(name)
    frame, has_letter = _frame(name)
    if has_letter:
        for key, definition in view.definitions.items():
            marked = isinstance(key, ast.Subscript | ast.Marked)
            if marked and _frame(key)[0] == frame and definition is not direct:
                yield definition
    if isinstance(name, ast.Subscript) or not names.is_bold(name) or direct is not None:
        return
    for key, definition in view.definitions.items():
        if isinstance(key, ast.Subscript) and key.base == names.plain(name):
            yield definition
    family = view.find(names.plain(name))
    if family is not None and family.indices:
        yield family


def _frame(name: Expr) -> tuple[tuple[object, ...], bool]:
    """Return a name without its indices, and whether one of these is a letter."""
    frame: list[object] = []
    indices: list[Expr | None] = []
    while isinstance(name, ast.Subscript | ast.Marked):
        if isinstance(name, ast.Subscript):
            frame.append(len(name.indices))
            indices += name.indices
        else:
            frame.append(name.kind)
            indices.append(name.index)
        name = name.base
    return (*frame, name), any(isinstance(index, ast.Symbol) for index in indices)


class Scope:
    """The page's names, while it is read from top to bottom."""

    def __init__(self) -> None:
        self.section = 0
        self._functions: dict[Expr, Definition] = {}
        self._variables: dict[Expr, Definition] = {}
        self._declared: frozenset[Expr] = frozenset()
        self._seen: frozenset[Expr] = frozenset()

    def enter(self, section: int) -> None:
        """Go on to a section: variables, declarations and known letters end with the last one."""
        if section != self.section:
            self.section = section
            self._variables = {}
            self._declared = frozenset()
            self._seen = frozenset()

    def view(self) -> View:
        """Return what is visible now."""
        return View({**self._functions, **self._variables}, self._declared, self._seen)

    def declare(self, functions: tuple[Expr, ...]) -> None:
        """Declare names as functions of which nothing is known."""
        self._declared |= frozenset(functions)

    def see(self, variables: frozenset[Expr]) -> None:
        """Remember names that stood by themselves: before a bracket they are factors."""
        self._seen |= variables

    def define(self, definition: Definition) -> None:
        """Make a definition visible from here on.

        Raises:
            ScopeError: If the name is defined in this section already, or the value needs it.
        """
        self._check_new(definition)
        table = self._functions if definition.is_function else self._variables
        other = self._variables if definition.is_function else self._functions
        view = self.view().with_definitions({definition.key: definition})
        for one in names.occurrences(definition.value, definition.bound):
            _visit(one, view, {}, {definition.key: None})
        other.pop(definition.key, None)
        table[definition.key] = definition

    def _check_new(self, definition: Definition) -> None:
        known = self._variables.get(definition.key) or self._functions.get(definition.key)
        if known is not None and known.section == self.section:
            raise ScopeError(
                "ambiguous",
                f"already defined in line {known.line} of this section; state it as a claim with "
                "=, or choose another name",
            )
