"""What a function's value or a component is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from hwlib.mathcheck import functions, names, values
from hwlib.mathcheck.environment import Env, Refused
from hwlib.mathcheck.evaluate.core import Code, Parts, evaluate, evaluate_integer, meaning
from hwlib.mathcheck.evaluate.lookup import component, pick
from hwlib.mathcheck.evaluate.numeric import brackets, differentiate, extremum, zero
from hwlib.mathcheck.names import key
from hwlib.mathcheck.real import NotReal, Real, mp, real
from hwlib.mathcheck.scope import Definition
from hwlib.mathcheck.show import show_name
from hwlib.mathcheck.values import Matrix, Value, vector
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr


@meaning(ast.Subscript)
def _subscript(node: ast.Subscript, _: Parts) -> Code:
    shape = names.shape_of(node)
    if not shape.is_name:
        return partial(_component_of, node)
    named = component(node)
    return partial(_delta, node, named) if shape.is_delta else named


def _delta(node: ast.Subscript, named: Code, env: Env) -> Value:
    if env.run.shared.definition(node) is not None:
        return named(env)
    one, two = (evaluate_integer(index, env) for index in node.indices)
    return mp.mpf(one == two)


def _component_of(node: ast.Subscript, env: Env) -> Value:
    if isinstance(node.base, ast.Call):
        definition = env.run.view.find(node.base.function)
        if definition is not None and definition.indices:
            arguments = _arguments(definition, node.base.arguments, env)
            indices = [evaluate_integer(index, env) for index in node.indices]
            return apply_definition(definition, arguments, env, indices)
    index = tuple(names.number(evaluate_integer(one, env)) for one in node.indices)
    return pick(evaluate(node.base, env), replace(node, indices=index))


@meaning(ast.Call)
def _call(node: ast.Call, code: Parts) -> Code:
    arguments = [code(one) for one in node.arguments]

    def call(env: Env) -> Value:
        definition = env.run.shared.function(node.function)
        if definition is None:
            return apply(node.function, [argument(env) for argument in arguments], env)
        if any(definition.vectors):
            return apply_definition(definition, _arguments(definition, node.arguments, env), env)
        _check_count(definition, node.arguments)
        return apply_definition(definition, [argument(env) for argument in arguments], env)

    return call


def _arguments(definition: Definition, arguments: Sequence[Expr], env: Env) -> list[Value]:
    """Evaluate arguments; where a vector is wanted a bare letter is one."""
    _check_count(definition, arguments)
    return [
        evaluate(_as_vector(argument, env) if is_vector else argument, env)
        for is_vector, argument in zip(definition.vectors, arguments, strict=True)
    ]


def _check_count(definition: Definition, arguments: Sequence[Expr]) -> None:
    if len(arguments) != len(definition.parameters):
        wanted, came = len(definition.parameters), len(arguments)
        raise Refused(
            "undefined",
            f"this function has {wanted} argument{'s' * (wanted > 1)}, not {came}",
            arguments[0].span,
        )


def _as_vector(argument: Expr, env: Env) -> Expr:
    plain = isinstance(argument, ast.Symbol) and not names.is_bold(argument)
    if plain and key(argument) not in env.locals and env.run.shared.definition(argument) is None:
        return names.bold(argument)
    return argument


def apply_definition(
    definition: Definition, arguments: list[Value], env: Env, indices: Sequence[int] = ()
) -> Value:
    """Return the value of a defined function; numbers where vectors come go entry by entry."""
    if indices or definition.indices:
        return _applied(definition, arguments, env, indices)
    calls = env.frame.calls
    known = (id(definition), mp.prec, env.run.exact, *map(_identity, arguments))
    if known not in calls:
        calls[known] = arguments, _applied(definition, arguments, env, ())
    return calls[known][1]


def _identity(argument: Value) -> object:
    """Return what tells an argument from others; what is known by its id is kept with the call."""
    return getattr(argument, "_mpf_", None) or id(argument)


def _applied(
    definition: Definition, arguments: list[Value], env: Env, indices: Sequence[int]
) -> Value:
    bound: dict[str, Value] = {}
    for place, argument in enumerate(arguments):
        parameter, is_vector = definition.parameters[place], definition.vectors[place]
        if isinstance(argument, Matrix) and not is_vector:
            if len(arguments) > 1:
                raise Refused("undefined", "a number is needed as this argument", parameter.span)
            return argument.map(lambda x: values.scalar(apply_definition(definition, [x], env)))
        if is_vector and not isinstance(argument, Matrix):
            raise Refused("undefined", "a vector is needed as this argument", parameter.span)
        bound[key(parameter)] = argument
    if definition.indices and not indices:
        return _every_index(definition, bound, env)
    for letter, index in zip(definition.indices, indices, strict=True):
        bound[key(letter)] = real(index)
    return evaluate(definition.value, env.fresh(bound))


def _every_index(definition: Definition, bound: dict[str, Value], env: Env) -> Value:
    """Return the vector of all components of a function that is defined by its component."""
    sizes = [len(one.rows) for one in bound.values() if isinstance(one, Matrix)]
    if len(definition.indices) != 1 or not sizes:
        raise Refused("undefined", "write the index of this function", definition.key.span)
    letter = key(definition.indices[0])
    entries = [
        evaluate(definition.value, env.fresh({**bound, letter: real(i)}))
        for i in range(1, sizes[0] + 1)
    ]
    return vector(tuple(values.scalar(entry) for entry in entries))


def apply(function: Expr, arguments: list[Value], env: Env) -> Value:
    """Return the value of a function, or of an expression in functions, at values."""
    definition = env.run.shared.function(function)
    if definition is not None:
        if len(arguments) != len(definition.parameters):
            raise Refused("undefined", "another number of arguments is needed", function.span)
        return apply_definition(definition, arguments, env)
    if key(function) in env.run.shared.declared:
        env.run.notes.add("functions")
        return _random_function(function, arguments, env)
    if names.built_in(function):
        return _built_in(function, arguments, env)
    if isinstance(function, ast.Prime):
        return _nth(function.base, function.order, arguments, env)
    if isinstance(function, ast.NthDerivative):
        return _nth(function.base, evaluate_integer(function.order, env), arguments, env)
    if isinstance(function, ast.Inverse):
        return _inverse(function, arguments, env)
    if isinstance(function, ast.Composition):
        for one in reversed(function.functions):
            arguments = [apply(one, arguments, env)]
        return arguments[0]
    return _pointwise(function, arguments, env)


def _pointwise(function: Expr, arguments: list[Value], env: Env) -> Value:
    """Return an expression in functions, `(fg)(x)`, at a value."""
    if names.is_name(function) or not isinstance(
        function, ast.Add | ast.Multiply | ast.Divide | ast.Negative | ast.Power
    ):
        shown = show_name(function) if names.is_name(function) else "this function"
        raise Refused(
            "undefined",
            f"{shown} is not defined; define it with :=, or declare it with % functions:",
            function.span,
        )
    point = ast.Symbol("argument of a sum of functions", span=function.span)
    bound = env.bind({key(point): arguments[0]})
    return evaluate(_spread(function, point), bound)


def _spread(function: Expr, point: Expr) -> Expr:
    """Put the argument behind each function of an expression in functions."""
    if isinstance(function, ast.Add):
        return replace(function, terms=tuple(_spread(one, point) for one in function.terms))
    if isinstance(function, ast.Multiply):
        return replace(function, factors=tuple(_spread(one, point) for one in function.factors))
    if isinstance(function, ast.Divide):
        return replace(
            function,
            numerator=_spread(function.numerator, point),
            denominator=_spread(function.denominator, point),
        )
    if isinstance(function, ast.Negative):
        return replace(function, operand=_spread(function.operand, point))
    if isinstance(function, ast.Power):
        return replace(function, base=_spread(function.base, point))
    if isinstance(function, ast.Number):
        return function
    return ast.Call(function, (point,), span=function.span)


def _nth(function: Expr, order: int, arguments: list[Value], env: Env) -> Value:
    if len(arguments) != 1 or isinstance(arguments[0], Matrix):
        raise Refused("ambiguous", "a prime needs a function of one number", function.span)
    return differentiate(lambda x: apply(function, [x], env), arguments[0], order)


def _built_in(function: Expr, arguments: list[Value], env: Env) -> Value:
    name = names.built_in(function)
    if name in ("max", "min"):
        entries = [
            x for one in arguments for x in (one.entries if isinstance(one, Matrix) else (one,))
        ]
        return extremum(entries, largest=name == "max")
    if name == "diag" and len(arguments) > 1:
        return values.diagonal(values.vector(tuple(map(values.scalar, arguments))))
    if len(arguments) != 1:
        raise Refused("undefined", f"{name} has one argument", function.span)
    value = arguments[0]
    if name in ("det", "tr", "diag"):
        return {"det": values.determinant, "tr": values.trace, "diag": values.diagonal}[name](value)

    def call(x: Real) -> Real:
        return functions.call(name, x, exact=env.run.exact)

    return value.map(call) if isinstance(value, Matrix) else call(value)


def _random_function(function: Expr, arguments: list[Value], env: Env) -> Value:
    """Return the value of a function that is only declared: a random smooth one of this point.

    c0 + c1 s + c2 sin(s + c3) + c4 sin(2 s + c5) with s a random combination of the arguments.
    """
    reals = [x for one in arguments for x in (one.entries if isinstance(one, Matrix) else (one,))]
    found = env.run.source.coefficients(function, 6 + 2 * len(reals))
    one, two = (
        functions.total([real(c) * x for c, x in zip(found[6 + k :: 2], reals, strict=False)])
        for k in (0, 1)
    )
    c = [real(value) for value in found[:6]]
    waves = c[2] * functions.call("sin", one + c[3]) + c[4] * functions.call("sin", 2 * two + c[5])
    return c[0] + c[1] * one + waves


def _inverse(node: ast.Inverse, arguments: list[Value], env: Env) -> Value:
    """Return the inverse of a function at a value."""
    if len(arguments) != 1:
        raise Refused("undefined", "an inverse has one argument", node.span)
    name = names.built_in(node.base)
    if name in functions.INVERSES and env.run.view.find(node.base) is None:
        symbol = ast.Symbol(functions.INVERSES[name], span=node.span)
        return _built_in(symbol, arguments, env)
    target = values.scalar(arguments[0])
    env.run.uncertain(mp.mpf(10) ** (8 - mp.dps), "inverse")

    def difference(x: Real) -> Real:
        return values.scalar(apply(node.base, [x], env)) - target

    found = brackets(difference)
    if not found:
        raise NotReal
    if len(found) > 1:
        raise Refused("ambiguous", "this function takes a value twice: no inverse", node.span)
    return zero(difference, found[0])
