"""What a name is worth: bound, set, defined, an integer, or any real number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from hwlib.mathcheck import functions, names, values
from hwlib.mathcheck.environment import Env, Refused
from hwlib.mathcheck.evaluate.core import (
    Code,
    Parts,
    evaluate,
    evaluate_integer,
    meaning,
    rule,
)
from hwlib.mathcheck.names import key
from hwlib.mathcheck.real import Real, as_integer, mp, real
from hwlib.mathcheck.scope import Definition
from hwlib.mathcheck.show import show_name
from hwlib.mathcheck.values import Matrix, Value, vector
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr

_MANY = 1000  # components of one node that are remembered


def canonical(name: Expr, env: Env) -> Expr:
    """Return a name with its index letters replaced by their numbers."""
    if names.shape_of(name).fixed:
        return name
    if isinstance(name, ast.Subscript):
        indices = tuple(_index(index, env) for index in name.indices)
        return replace(name, base=canonical(name.base, env), indices=indices)
    assert isinstance(name, ast.Marked)
    index = None if name.index is None else _mark(name.index, env)
    return replace(name, base=canonical(name.base, env), index=index)


def _index(index: Expr, env: Env) -> Expr:
    if isinstance(index, ast.Label | ast.Number | ast.Infinity):
        return index
    if isinstance(index, ast.Symbol) and _is_open(index, env):
        return index
    return names.number(evaluate_integer(index, env))


def _mark(index: Expr, env: Env) -> Expr:
    r"""Return the index in a mark: the `l - 1` of `a^{[l-1]}` stays where l is any layer."""
    symbols = [one for one in ast.walk(index) if isinstance(one, ast.Symbol)]
    if symbols and all(_is_open(one, env) for one in symbols):
        return index
    return _index(index, env)


def _is_open(letter: ast.Symbol, env: Env) -> bool:
    """Whether nothing gives a letter a number here."""
    shared = env.run.shared
    counted = key(letter) in env.locals or key(letter) in shared.letters
    return not counted and shared.definition(letter) is None


@meaning(ast.Symbol)
def _symbol(node: ast.Symbol, _: Parts) -> Code:
    text = key(node)

    def symbol(env: Env) -> Value:
        found = env.locals.get(text)
        return _named(node, text, env) if found is None else found

    return symbol


@rule(ast.Marked)
def _marked(node: ast.Marked, env: Env) -> Value:
    if key(node) in env.locals:
        return env.locals[key(node)]
    if not names.shape_of(node).is_name:
        raise Refused("undefined", "a mark belongs to a name", node.span)
    return value_of(canonical(node, env), env)


@rule(ast.Opaque)
def _opaque(node: ast.Opaque, env: Env) -> Value:
    if isinstance(node.head, ast.Symbol) and node.head.name == ast.WORDS:
        raise Refused("undefined", "a condition in words cannot be decided", node.span)
    bound = _bound_tokens(node, env) if env.locals else {}
    found = env.run.view.find_opaque(node) if bound else None
    if found is not None and not found[0].indices:  # its name holds what is bound here
        return evaluate(found[0].value, env.fresh(bound))
    tokens = []
    for token in node.tokens:
        value = _token_value(token, env)
        tokens.append(token if value is None else str(value))
    return value_of(replace(node, tokens=tuple(tokens)), env)


def _bound_tokens(node: ast.Opaque, env: Env) -> dict[str, Value]:
    """Return the values of the letters in an opaque name that are bound where it stands."""
    letters = {key(ast.Symbol(token, span=names.NOWHERE)) for token in node.tokens}
    return {letter: env.locals[letter] for letter in letters if letter in env.locals}


def _token_value(token: str, env: Env) -> int | None:
    """Return the number that an index letter in an opaque name stands for."""
    symbol = ast.Symbol(token, span=names.NOWHERE)
    if key(symbol) in env.locals:
        return as_integer(env.locals[key(symbol)])
    return env.run.source.integer(symbol) if symbol in env.run.plan.indices else None


class _Component(NamedTuple):
    """A component with numbers for indices, and its key; the same with its letter not in bold."""

    name: ast.Subscript
    text: str
    plain: Expr
    plain_text: str
    vectors: tuple[str, str]  # the keys of the vector that it may be an entry of


def component(node: ast.Subscript) -> Code:
    """Return the code of a name with indices."""
    made: dict[object, _Component] = {}
    place = _place_of(node)

    def code(env: Env) -> Value:
        where = place(env)
        known = made.get(where)
        if known is None:
            known = _component(node, env)
            if where is not None and len(made) < _MANY:
                made[where] = known
        if env.locals:
            if known.text in env.locals:
                return env.locals[known.text]
            for vector_ in known.vectors:
                if isinstance(env.locals.get(vector_), Matrix):
                    return pick(env.locals[vector_], known.name)
        return _named(known.plain, known.plain_text, env)

    return code


def _place_of(node: ast.Subscript) -> Callable[[Env], object]:
    """Return what gives the numbers of a node's indices at a place, or None if that is not plain.

    Numbers are given as mpmath keeps them: that they are equal is plain then.
    """
    if names.shape_of(node).fixed:
        return lambda _: ()
    letters = [key(one) for one in node.indices if not isinstance(one, ast.Number)]
    if not all(isinstance(one, ast.Symbol | ast.Number) for one in (node.base, *node.indices)):
        return lambda _: None

    def place(env: Env) -> object:
        found = [_letter_value(letter, env) for letter in letters]
        return None if None in found else tuple(found)

    return place


def _letter_value(letter: str, env: Env) -> object:
    """Return the number of an index letter that is bound, or free and looked up already."""
    value = env.locals.get(letter)
    if value is None and letter in env.run.shared.letters and letter not in env.frame.overrides:
        value = env.run.free.get(letter)
    return getattr(value, "_mpf_", None)


def _component(node: ast.Subscript, env: Env) -> _Component:
    name = canonical(node, env)
    assert isinstance(name, ast.Subscript)
    plain = names.plain(name) if names.shape_of(name).is_bold else name
    vectors = key(name.base), names.bold_key(name.base)
    return _Component(name, key(name), plain, key(plain), vectors)


def pick(value: Value, name: ast.Subscript) -> Value:
    """Return the entry of a vector or a matrix."""
    if not isinstance(value, Matrix):
        raise Refused("undefined", "a number has no components", name.span)
    place = [int(one.value) if isinstance(one, ast.Number) else 0 for one in name.indices]
    rows, columns = value.shape
    if len(place) == 1 and columns == 1:
        place.append(1)
    if len(place) != 2 or not (1 <= place[0] <= rows and 1 <= place[1] <= columns):
        shape = values.show_shape(value)
        raise Refused("undefined", f"there is no such entry in {shape}", name.span)
    return value.rows[place[0] - 1][place[1] - 1]


def value_of(name: Expr, env: Env) -> Value:
    """Return what a name without letters in its indices is worth."""
    return _named(name, key(name), env)


def _named(name: Expr, text: str, env: Env) -> Value:
    frame, run = env.frame, env.run
    if text in frame.overrides:
        return frame.overrides[text]
    if text in run.free:
        return run.free[text]
    if text in frame.cache:
        return frame.cache[text][0]
    definition = run.shared.definition(name)
    if definition is not None:
        value = _with_components(name, _defined(name, definition, env.fresh({})), env)
        frame.cache[text] = (value, definition)
        return value
    if names.shape_of(name).is_bold:
        return _with_components(name, _free_vector(name, env), env)
    if text in run.shared.declared:
        return evaluate(ast.Call(name, (run.point,), span=name.span), env.fresh({}))
    run.free[text] = _free(name, text, env)
    return run.free[text]


def _free(name: Expr, text: str, env: Env) -> Real:
    """Return a value for a name that nothing is known of: an integer or any real number."""
    if names.is_constant(name) and isinstance(name, ast.Symbol):
        return functions.constant(name.name)
    if text in env.run.shared.letters:
        return real(env.run.source.integer(name))
    if names.built_in(name):
        raise Refused("ambiguous", "this function needs its argument", name.span)
    if isinstance(name, ast.Symbol) and name.font == "bb":
        raise Refused("undefined", "a set is no number", name.span)
    if names.is_slice(name):
        raise Refused("undefined", f"{show_name(name)} is no number, but several", name.span)
    return real(env.run.source.value(name))


def _defined(name: Expr, definition: Definition, env: Env) -> Value:
    """Return the value that a definition gives to a name, to a component or to a member."""
    if definition.is_function:
        return _without_argument(name, definition, env)
    if isinstance(name, ast.Opaque):
        found = env.run.view.find_opaque(name)
        tokens = found[1] if found else {}
        return evaluate(
            definition.value, env.fresh({key(k): real(int(v)) for k, v in tokens.items()})
        )
    if definition.key == name and not definition.indices:
        return evaluate(definition.value, env)
    if isinstance(name, ast.Subscript) and definition.indices:
        return _family_member(name, definition, env)
    if isinstance(name, ast.Subscript):
        return pick(value_of(definition.key, env), name)
    return _whole_family(definition, env)


def _family_member(name: ast.Subscript, definition: Definition, env: Env) -> Value:
    bound: dict[str, Value] = {}
    for letter, index in zip(definition.indices, name.indices, strict=True):
        if not isinstance(index, ast.Number):
            raise Refused("undefined", "this index has no number", name.span)
        bound[key(letter)] = mp.mpf(int(index.value))
    return evaluate(definition.value, env.fresh(bound))


def _whole_family(definition: Definition, env: Env) -> Value:
    """Return a vector whose components are defined by `p_i := …`."""
    if len(definition.indices) != 1:
        raise Refused("undefined", "write the indices of this name", definition.key.span)
    size = env.run.source.size(env.run.plan.axes.get((definition.key, 0)))
    letter = key(definition.indices[0])
    entries = [evaluate(definition.value, env.fresh({letter: real(i + 1)})) for i in range(size)]
    return vector(tuple(values.scalar(entry) for entry in entries))


def _without_argument(name: Expr, definition: Definition, env: Env) -> Value:
    if len(definition.parameters) != 1 or definition.indices:
        raise Refused("ambiguous", "write this function's arguments", name.span)
    point = env.run.point
    if point == names.POINT:
        raise Refused("ambiguous", "this is a function; write its argument", name.span)
    return evaluate(ast.Call(name, (point,), span=name.span), env)


def _free_vector(name: Expr, env: Env) -> Value:
    axes, source = env.run.plan.axes, env.run.source
    base = names.plain(name)
    rows = source.size(axes.get((base, 0)))
    if isinstance(name, ast.Symbol) and name.name in ("0", "1"):
        return vector((real(int(name.name)),) * rows)
    if not names.is_bold_matrix(name):
        return vector(tuple(values.scalar(value_of(_entry(base, i), env)) for i in range(rows)))
    columns = source.size(axes.get((base, 1)))
    if isinstance(name, ast.Symbol) and name.name == "I" and (base, 1) not in axes:
        return values.identity(rows)
    return Matrix(
        tuple(
            tuple(values.scalar(value_of(_entry(base, i, j), env)) for j in range(columns))
            for i in range(rows)
        )
    )


def _entry(base: Expr, *place: int) -> ast.Subscript:
    indices = tuple(names.number(index + 1) for index in place)
    return ast.Subscript(base, indices, span=base.span)


def _with_components(name: Expr, value: Value, env: Env) -> Value:
    """Return a vector with those components set that a derivative has set."""
    if not isinstance(value, Matrix) or not env.frame.components:
        return value
    rows = [list(row) for row in value.rows]
    mine = key(names.plain(name))
    for base, place, new in env.frame.components:
        if base == mine and 1 <= place[0] <= len(rows):
            rows[place[0] - 1][place[1] - 1 if len(place) > 1 else 0] = new
    return Matrix(tuple(tuple(row) for row in rows))
