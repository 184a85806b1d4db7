"""The evaluator's heart: one rule for each kind of node, registered by type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hwlib.mathcheck import functions, values
from hwlib.mathcheck.environment import Env, Refused
from hwlib.mathcheck.names import key
from hwlib.mathcheck.real import Real, as_integer, mp, real
from hwlib.mathcheck.values import Matrix, ShapeError, Value
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr

Rule = Callable[[Any, Env], Value]
_RULES: dict[type[ast.Node], Rule] = {}
R = TypeVar("R", bound=Rule)
_MANY = 50_000


def rule(*kinds: type[ast.Node]) -> Callable[[R], R]:
    """Register a function as the meaning of nodes of these types."""

    def register(function: R) -> R:
        for kind in kinds:
            _RULES[kind] = function
        return function

    return register


def evaluate(node: Expr, env: Env) -> Value:
    """Return the value of an expression at a place.

    Raises:
        PointError: If it has no usable value at this point.
        Refused: If it has no meaning that could be computed.
    """
    run = env.run
    run.budget -= 1
    if run.budget < 0:
        raise Refused("undecided", "too costly to compute; state it for smaller numbers", node.span)
    found = _RULES.get(type(node))
    if found is None:
        raise Refused("undefined", f"{type(node).__name__} has no value by itself", node.span)
    try:
        return found(node, env)
    except ShapeError as error:
        raise Refused("undefined", str(error), node.span) from None


def evaluate_scalar(node: Expr, env: Env) -> Real:
    """Return the value of an expression that must be a number."""
    value = evaluate(node, env)
    try:
        return values.scalar(value)
    except ShapeError as error:
        raise Refused("undefined", str(error), node.span) from None


def evaluate_integer(node: Expr, env: Env) -> int:
    """Return the value of an expression that must be a whole number."""
    found = as_integer(evaluate_scalar(node, env))
    if found is None:
        raise Refused("undefined", "a whole number is needed here", node.span)
    return found


_NUMBERS: dict[tuple[int, int], tuple[ast.Number, Real]] = {}


@rule(ast.Number)
def _number(node: ast.Number, _: Env) -> Value:
    known = _NUMBERS.get((id(node), mp.prec))
    if known is None:
        if len(_NUMBERS) > _MANY:
            _NUMBERS.clear()
        known = _NUMBERS[id(node), mp.prec] = (node, real(node.value))
    return known[1]


@rule(ast.Infinity)
def _infinity(node: ast.Infinity, _: Env) -> Value:
    raise Refused(
        "undefined", "infinity is no number; it may stand as a limit or a bound", node.span
    )


@rule(ast.Add)
def _add(node: ast.Add, env: Env) -> Value:
    return values.add([evaluate(term, env) for term in node.terms], exact=env.run.exact)


@rule(ast.Negative)
def _negative(node: ast.Negative, env: Env) -> Value:
    return values.negative(evaluate(node.operand, env))


@rule(ast.PlusMinus)
def _plus_minus(node: ast.PlusMinus, env: Env) -> Value:
    value = evaluate(node.operand, env)
    return value if env.run.sign == (-1 if node.flipped else 1) else values.negative(value)


@rule(ast.Multiply)
def _multiply(node: ast.Multiply, env: Env) -> Value:
    result = evaluate(node.factors[0], env)
    for operator, factor in zip(node.operators, node.factors[1:], strict=True):
        result = values.multiply(result, evaluate(factor, env), operator)
    return result


@rule(ast.Divide)
def _divide(node: ast.Divide, env: Env) -> Value:
    numerator = evaluate(node.numerator, env)
    denominator = evaluate_scalar(node.denominator, env)
    if isinstance(numerator, Matrix):
        return numerator.map(lambda x: functions.divide(x, denominator))
    return functions.divide(numerator, denominator)


@rule(ast.Power)
def _power(node: ast.Power, env: Env) -> Value:
    base = evaluate(node.base, env)
    if isinstance(base, Matrix):
        return values.collapse(values.matrix_power(base, evaluate_integer(node.exponent, env)))
    if _is_e(node.base, env):
        return functions.call("exp", evaluate_scalar(node.exponent, env), exact=env.run.exact)
    return functions.power(base, evaluate_scalar(node.exponent, env))


def _is_e(node: Expr, env: Env) -> bool:
    return isinstance(node, ast.Symbol) and node.name == "e" and key(node) not in env.locals


@rule(ast.Root)
def _root(node: ast.Root, env: Env) -> Value:
    index = mp.mpf(2) if node.index is None else evaluate_scalar(node.index, env)
    return functions.root(evaluate_scalar(node.operand, env), index)


@rule(ast.Absolute)
def _absolute(node: ast.Absolute, env: Env) -> Value:
    value = evaluate(node.operand, env)
    return values.norm(value, None) if isinstance(value, Matrix) else abs(value)


@rule(ast.Norm)
def _norm(node: ast.Norm, env: Env) -> Value:
    order = None
    if isinstance(node.order, ast.Infinity):
        order = mp.inf
    elif node.order is not None:
        order = evaluate_scalar(node.order, env)
    return values.norm(evaluate(node.operand, env), order)


@rule(ast.Factorial)
def _factorial(node: ast.Factorial, env: Env) -> Value:
    return functions.factorial(evaluate_scalar(node.operand, env))


@rule(ast.Binomial)
def _binomial(node: ast.Binomial, env: Env) -> Value:
    return functions.binomial(evaluate_scalar(node.n, env), evaluate_scalar(node.k, env))


@rule(ast.Logarithm)
def _logarithm(node: ast.Logarithm, env: Env) -> Value:
    base = functions.ln(evaluate_scalar(node.base, env))
    return functions.divide(functions.ln(evaluate_scalar(node.argument, env)), base)


@rule(ast.Transpose)
def _transpose(node: ast.Transpose, env: Env) -> Value:
    return values.transpose(evaluate(node.operand, env))


@rule(ast.Matrix)
def _matrix(node: ast.Matrix, env: Env) -> Value:
    return Matrix(tuple(tuple(evaluate_scalar(one, env) for one in row) for row in node.rows))
