r"""Derivatives, integrals and limits of expressions.

A derivative holds its variable atomic and recomputes everything that depends on it: with
`F := \tanh(z)` and `z := wx + b`, a change of `z` changes F, and so does a change of `w`.
"""

from __future__ import annotations

from hwlib.mathcheck import names, values
from hwlib.mathcheck.environment import Env, Refused, family
from hwlib.mathcheck.evaluate.core import evaluate, evaluate_integer, evaluate_scalar, rule
from hwlib.mathcheck.evaluate.limits import limit
from hwlib.mathcheck.evaluate.lookup import canonical
from hwlib.mathcheck.evaluate.numeric import differentiate, integrate
from hwlib.mathcheck.names import key
from hwlib.mathcheck.real import Real, mp, real
from hwlib.mathcheck.scope import uses
from hwlib.mathcheck.show import show_name
from hwlib.mathcheck.values import Matrix, Value, vector
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr


@rule(ast.Derivative)
def _derivative(node: ast.Derivative, env: Env) -> Value:
    known = env.run.shared.slopes.get(id(node))
    if known is None:
        known = (node, *_operand_and_variables(node, env))
        if all(isinstance(by.order, ast.Number) for by in node.by):  # not another at each point
            env.run.shared.slopes[id(node)] = known
    _, operand, variables = known
    return _derive(operand, variables, env)


def _operand_and_variables(node: ast.Derivative, env: Env) -> tuple[Expr, list[Expr]]:
    """Return what is differentiated, and by which variables, each as often as its order says."""
    variables: list[Expr] = []
    for by in node.by:
        variables += [by.variable] * evaluate_integer(by.order, env)
    operand = _with_arguments(node.operand, variables, env)
    for variable in variables:
        require_dependence(operand, variable, env)
    return operand, variables


def _with_arguments(operand: Expr, variables: list[Expr], env: Env) -> Expr:
    """Give a function that stands bare in a derivative its arguments back."""
    if not (names.is_name(operand) and env.run.view.is_function(operand)):
        return operand
    definition = env.run.view.find(operand)
    distinct = tuple(dict.fromkeys(variables))
    if definition is None or (len(definition.parameters) == 1 and len(distinct) == 1):
        return ast.Call(operand, distinct, span=operand.span)
    for variable in distinct:
        if variable not in definition.parameters:
            raise Refused("undefined", "this function has no argument of that name", variable.span)
    return ast.Call(operand, definition.parameters, span=operand.span)


def _derive(operand: Expr, variables: list[Expr], env: Env) -> Value:
    """Differentiate by the first variable what the others have left."""
    if not variables:
        return evaluate(operand, env)
    variable, rest = variables[0], variables[1:]
    _require_name(variable)
    value = evaluate(variable, env)
    if isinstance(value, Matrix):
        return _by_vector(operand, variable, value, rest, env)
    same = 1
    while rest and rest[0] == variable:
        same, rest = same + 1, rest[1:]
    name = canonical(variable, env)
    return differentiate(lambda x: _derive(operand, rest, env.override(name, x)), value, same)


def _require_name(variable: Expr) -> None:
    if not names.is_name(variable) or names.is_constant(variable):
        raise Refused("undefined", "a derivative is by a variable", variable.span)


def _by_vector(operand: Expr, variable: Expr, at: Matrix, rest: list[Expr], env: Env) -> Value:
    """Return the gradient of a number (shaped like the variable) or a vector's Jacobian."""
    name = canonical(variable, env)
    parts: list[list[Value]] = []
    for i, row in enumerate(at.rows):
        parts.append([])
        for j, entry in enumerate(row):

            def moved(x: Real, i: int = i, j: int = j) -> Value:
                return _derive(operand, rest, _set_entry(env, name, at, (i, j), x))

            parts[-1].append(differentiate(moved, entry))
    if not isinstance(parts[0][0], Matrix):
        return Matrix(tuple(tuple(row) for row in parts))
    columns = [row[0] for row in parts]
    if not at.is_vector or not all(one.is_vector for one in columns):
        raise Refused("undefined", "such a derivative has more than two indices", variable.span)
    return Matrix(tuple(zip(*(one.entries for one in columns), strict=True)))


def _set_entry(env: Env, name: Expr, at: Matrix, place: tuple[int, int], x: Real) -> Env:
    if key(name) in env.locals:
        rows = [list(row) for row in at.rows]
        rows[place[0]][place[1]] = x
        return env.bind({key(name): Matrix(tuple(tuple(row) for row in rows))})
    indices = place[:1] if at.is_vector and not names.is_bold_matrix(name) else place
    component = ast.Subscript(
        names.plain(name), tuple(names.number(i + 1) for i in indices), span=name.span
    )
    return env.override(component, x)


def require_dependence(operand: Expr, variable: Expr, env: Env) -> None:
    """Refuse the derivative of something that has nothing to do with the variable.

    Otherwise undefined names would verify as 0 = 0. Numbers may be differentiated, and so may
    one component by another.
    """
    known = env.run.shared.dependence
    pair = (key(operand), key(variable))
    if pair not in known:
        known[pair] = _depends(operand, variable, env)
    if not known[pair]:
        shown = show_name(operand) if names.is_name(operand) else "this"
        raise Refused(
            "undefined",
            f"{shown} does not depend on {show_name(variable)}; define it with := before this, or "
            "write its argument",
            operand.span,
        )


def _depends(operand: Expr, variable: Expr, env: Env) -> bool:
    letters = env.run.shared.reach(operand)
    if not letters or family(variable) in letters:
        return True
    bare = any(
        one.role == "value" and env.run.view.is_function(one.name)
        for one in names.occurrences(operand)
    )
    return bare and variable == env.run.point


@rule(ast.Differential)
def _differential(node: ast.Differential, env: Env) -> Value:
    """The total differential: every free variable x moves by its own dx."""
    free = _free_variables(node.variable, env)
    if not free:
        raise Refused("undefined", "a differential of a constant", node.span)

    def moved(step: Real) -> Value:
        inner = env
        for name in free:
            own = env.run.source.value(names.differential(name))
            inner = inner.override(name, evaluate_scalar(name, env) + step * real(own))
        return evaluate_scalar(node.variable, inner)

    return differentiate(moved, mp.mpf(0))


@rule(ast.Prime)
def _prime(node: ast.Prime, env: Env) -> Value:
    """A prime without an argument: by the variable at which bare functions are taken."""
    bare = any(
        one.role == "value" and env.run.view.is_function(one.name)
        for one in names.occurrences(node.base)
    )
    variable = env.run.point if bare else _only_variable(node.base, env)
    name = canonical(variable, env)
    return differentiate(
        lambda x: evaluate(node.base, env.override(name, x)), evaluate(variable, env), node.order
    )


def _only_variable(node: Expr, env: Env) -> Expr:
    """Return the one free variable that an expression depends on."""
    free = _free_variables(node, env)
    if len(free) != 1:
        raise Refused(
            "ambiguous", "by which variable? write \\frac{d}{dx} instead of the prime", node.span
        )
    return free[0]


def _free_variables(node: Expr, env: Env) -> list[Expr]:
    """Return the free variables that an expression depends on, in order of their names."""
    view = env.run.view
    found = {one.name for one in names.occurrences(node)}
    for definition in uses(node, view).values():
        found |= {one.name for one in names.occurrences(definition.value, definition.bound)}
    free = {
        name
        for name in found
        if view.find(name) is None and not names.is_constant(name) and not view.is_function(name)
    }
    return sorted(free, key=key)


@rule(ast.Gradient)
def _gradient(node: ast.Gradient, env: Env) -> Value:
    operand, variables = _gradient_variables(node, env)
    for variable in variables:
        require_dependence(operand, variable, env)
    if node.order == 1:
        return _first(operand, variables, env)
    if len(variables) == 1 and isinstance(evaluate(variables[0], env), Matrix):
        return _derive_twice(operand, variables[0], env)
    rows = [[_derive(operand, [one, two], env) for two in variables] for one in variables]
    return Matrix(tuple(tuple(row) for row in rows))


def _derive_twice(operand: Expr, variable: Expr, env: Env) -> Value:
    """Return the Hessian matrix by a vector."""
    at = evaluate(variable, env)
    name = canonical(variable, env)

    def gradient(x: Real, i: int) -> Value:
        return _derive(operand, [variable], _set_entry(env, name, at, (i, 0), x))

    columns = [
        differentiate(lambda x, i=i: gradient(x, i), entry)  # type: ignore[misc]
        for i, entry in enumerate(at.entries)
    ]
    return Matrix(tuple(zip(*(one.entries for one in columns), strict=True)))


def _first(operand: Expr, variables: list[Expr], env: Env) -> Value:
    if len(variables) == 1:
        result = _derive(operand, variables, env)
        return result if isinstance(result, Matrix) else vector((result,))
    entries = [_derive(operand, [one], env) for one in variables]
    return vector(tuple(values.scalar(entry) for entry in entries))


def _gradient_variables(node: ast.Gradient, env: Env) -> tuple[Expr, list[Expr]]:
    """Return what is differentiated and by which variables."""
    operand = node.operand
    if node.by is not None:
        return operand, [node.by]
    if names.is_name(operand):
        definition = env.run.view.find(operand)
        if definition is not None and definition.is_function:
            parameters = definition.parameters
            return ast.Call(operand, parameters, span=operand.span), list(parameters)
    if isinstance(operand, ast.Call):
        variables = list(operand.arguments)
        if all(names.is_name(one) for one in variables) and len(set(variables)) == len(variables):
            return operand, variables
    raise Refused("ambiguous", "by which variables? write them below: \\nabla_{x}", node.span)


# --- integrals ------------------------------------------------------------------------------------


@rule(ast.Integral)
def _integral(node: ast.Integral, env: Env) -> Value:
    if node.lower is None or node.upper is None:
        return _indefinite(node, env)
    low, high = bound_value(node.lower, env), bound_value(node.upper, env)
    variable = canonical(node.variable, env)

    def integrand(x: Real) -> Real:
        return evaluate_scalar(node.integrand, env.override(variable, x))

    exact, env.run.exact = env.run.exact, False
    outside, env.run.nested = env.run.nested, env.run.nested or _holds_integral(node.integrand)
    try:
        value, error = integrate(integrand, low, high, few=env.run.nested)
    finally:
        env.run.exact, env.run.nested = exact, outside
    env.run.uncertain(error, "integral")
    return value


def _holds_integral(node: Expr) -> bool:
    return any(isinstance(one, ast.Integral) for one in ast.walk(node))


def bound_value(node: Expr, env: Env) -> Real:
    """Return a bound of a sum or an integral: a number or an infinity."""
    if isinstance(node, ast.Infinity):
        return mp.inf
    if isinstance(node, ast.Negative) and isinstance(node.operand, ast.Infinity):
        return -mp.inf
    return evaluate_scalar(node, env)


def _indefinite(node: ast.Integral, env: Env) -> Value:
    """Return an antiderivative, near the point: zero there, with the integrand for its slope.

    Only its derivative at the point is ever used (see `referee`), where the variable is moved by
    a step so small that the value in the middle will do.
    """
    if env.run.anchor is None:
        raise Refused("undefined", "an indefinite integral stands only in an equality", node.span)
    start = evaluate_scalar(node.variable, env.run.anchor)
    x = evaluate_scalar(node.variable, env)
    middle = env.override(canonical(node.variable, env), (start + x) / 2)
    return (x - start) * evaluate_scalar(node.integrand, middle)


@rule(ast.Between)
def _between(node: ast.Between, env: Env) -> Value:
    variable = node.variable or _only_variable(node.operand, env)
    name = canonical(variable, env)
    upper, lower = (
        limit(lambda x: evaluate_scalar(node.operand, env.override(name, x)), bound, "", env.run)
        if mp.isinf(bound)
        else evaluate(node.operand, env.override(name, bound))
        for bound in (bound_value(node.upper, env), bound_value(node.lower, env))
    )
    return values.add([upper, values.negative(lower)], exact=env.run.exact)


@rule(ast.Evaluated)
def _evaluated(node: ast.Evaluated, env: Env) -> Value:
    inner = env
    for variable, value in node.at:
        _require_name(variable)
        inner = inner.override(canonical(variable, env), evaluate(value, env))
    return evaluate(node.operand, inner)


@rule(ast.Limit)
def _limit(node: ast.Limit, env: Env) -> Value:
    target = bound_value(node.target, env)
    name = canonical(node.variable, env)
    exact, env.run.exact = env.run.exact, False
    try:
        return limit(
            lambda x: evaluate_scalar(node.operand, env.override(name, x)),
            target,
            node.side,
            env.run,
        )
    finally:
        env.run.exact = exact
