"""What a name is worth: bound, set, defined, an integer, or any real number."""

from __future__ import annotations

from dataclasses import replace

from hwlib.mathcheck import functions, names, values
from hwlib.mathcheck.environment import Env, Refused
from hwlib.mathcheck.evaluate.core import evaluate, evaluate_integer, rule
from hwlib.mathcheck.real import as_integer, real
from hwlib.mathcheck.scope import Definition, definition_of
from hwlib.mathcheck.values import Matrix, Value, vector
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr


def canonical(name: Expr, env: Env) -> Expr:
    """Return a name with its index letters replaced by their numbers."""
    if isinstance(name, ast.Subscript):
        indices = tuple(_index(index, env) for index in _separate(name, env))
        return replace(name, base=canonical(name.base, env), indices=indices)
    if isinstance(name, ast.Marked):
        index = None if name.index is None else _index(name.index, env)
        return replace(name, base=canonical(name.base, env), index=index)
    return name


def _separate(name: ast.Subscript, env: Env) -> tuple[Expr, ...]:
    """Return the indices; the 12 of `w_{12}` is two of them beside a `w_{ij}`."""
    only = name.indices[0]
    if len(name.indices) > 1 or (names.plain(name.base), 1) not in env.run.plan.axes:
        return name.indices
    if isinstance(only, ast.Number) and only.value.denominator == 1 and 11 <= only.value <= 99:
        return tuple(names.number(int(digit)) for digit in str(only.value))
    return name.indices


def _index(index: Expr, env: Env) -> Expr:
    if isinstance(index, ast.Label | ast.Number | ast.Infinity):
        return index
    plan = env.run.plan
    if isinstance(index, ast.Symbol):
        known = index in plan.indices or index in plan.sizes or index in plan.counts
        if index not in env.locals and not known and definition_of(index, env.run.view) is None:
            return index
    return names.number(evaluate_integer(index, env))


@rule(ast.Symbol, ast.Marked)
def _name(node: Expr, env: Env) -> Value:
    if node in env.locals:
        return env.locals[node]
    if not names.is_name(node):
        raise Refused("undefined", "a mark belongs to a name", node.span)
    return value_of(canonical(node, env), env)


@rule(ast.Opaque)
def _opaque(node: ast.Opaque, env: Env) -> Value:
    letters = {one.name: one for one in env.locals if isinstance(one, ast.Symbol)}
    letters |= {one.name: one for one in env.run.plan.indices if isinstance(one, ast.Symbol)}
    tokens = []
    for token in node.tokens:
        value = as_integer(evaluate(letters[token], env)) if token in letters else None
        tokens.append(token if value is None else str(value))
    return value_of(replace(node, tokens=tuple(tokens)), env)


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
    frame = env.frame
    if name in frame.overrides:
        return frame.overrides[name]
    if name not in frame.cache:
        frame.cache[name] = _with_overrides(name, _look_up(name, env), env)
    return frame.cache[name]


def _look_up(name: Expr, env: Env) -> Value:
    if names.is_constant(name) and isinstance(name, ast.Symbol):
        return functions.constant(name.name)
    run = env.run
    definition = definition_of(name, run.view)
    if definition is not None:
        return _defined(name, definition, env.fresh({}))
    if name in run.view.declared:
        return evaluate(ast.Call(name, (run.point,), span=name.span), env.fresh({}))
    if name in run.plan.indices or name in run.plan.sizes or name in run.plan.counts:
        return real(run.source.integer(name))
    return _free(name, env)


def _defined(name: Expr, definition: Definition, env: Env) -> Value:
    """Return the value that a definition gives to a name, to a component or to a member."""
    if definition.is_function:
        return _without_argument(name, definition, env)
    if isinstance(name, ast.Opaque):
        found = env.run.view.find_opaque(name)
        tokens = found[1] if found else {}
        return evaluate(definition.value, env.fresh({k: real(int(v)) for k, v in tokens.items()}))
    if definition.key == name and not definition.indices:
        return evaluate(definition.value, env)
    if isinstance(name, ast.Subscript) and definition.indices:
        return _family_member(name, definition, env)
    if isinstance(name, ast.Subscript):
        return pick(value_of(definition.key, env), name)
    return _whole_family(definition, env)


def _family_member(name: ast.Subscript, definition: Definition, env: Env) -> Value:
    if not all(isinstance(index, ast.Number) for index in name.indices):
        raise Refused("undefined", "this index has no number", name.span)
    numbers = [evaluate(index, env) for index in name.indices]
    return evaluate(
        definition.value, env.fresh(dict(zip(definition.indices, numbers, strict=True)))
    )


def _whole_family(definition: Definition, env: Env) -> Value:
    """Return a vector whose components are defined by `p_i := …`."""
    if len(definition.indices) != 1:
        raise Refused("undefined", "write the indices of this name", definition.key.span)
    size = env.run.source.size(env.run.plan.axes.get((definition.key, 0)))
    return vector(
        tuple(
            values.scalar(evaluate(definition.value, env.fresh({definition.indices[0]: real(i)})))
            for i in range(1, size + 1)
        )
    )


def _without_argument(name: Expr, definition: Definition, env: Env) -> Value:
    if len(definition.parameters) != 1 or definition.indices:
        raise Refused("ambiguous", "write this function's arguments", name.span)
    point = env.run.point
    if point == names.POINT:
        raise Refused("ambiguous", "this is a function; write its argument", name.span)
    return evaluate(ast.Call(name, (point,), span=name.span), env)


def _free(name: Expr, env: Env) -> Value:
    """Return a value for a name that nothing is known of: any real number, by its point."""
    if names.built_in(name):
        raise Refused("ambiguous", "this function needs its argument", name.span)
    if isinstance(name, ast.Symbol) and name.font == "bb":
        raise Refused("undefined", "a set is no number", name.span)
    if names.is_bold(name):
        return _free_vector(name, env)
    return real(env.run.source.value(name))


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


def _with_overrides(name: Expr, value: Value, env: Env) -> Value:
    """Return a defined vector with those components set that a derivative has set."""
    if not isinstance(value, Matrix) or not env.frame.overrides:
        return value
    rows = [list(row) for row in value.rows]
    for key, new in env.frame.overrides.items():
        if isinstance(key, ast.Subscript) and names.bold(key.base) == names.bold(name):
            place = [int(one.value) - 1 for one in key.indices if isinstance(one, ast.Number)]
            if place and place[0] < len(rows):
                rows[place[0]][place[1] if len(place) > 1 else 0] = new
    return Matrix(tuple(tuple(row) for row in rows))
