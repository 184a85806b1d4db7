"""The evaluator's heart: the meaning of each kind of node, registered by type.

A tree is evaluated at hundreds of points. So what its nodes mean is worked out once, from the
leaves up: a node becomes its `Code`, a function of the place alone that holds the codes of its
parts. Kinds of nodes that are rare, or that choose what of them is evaluated, are plain rules.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeVar

from hwlib.mathcheck import functions, values
from hwlib.mathcheck.environment import Env, Refused
from hwlib.mathcheck.names import is_e, key
from hwlib.mathcheck.real import Real, as_integer, mp, real
from hwlib.mathcheck.values import Matrix, ShapeError, Value
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr

Code = Callable[[Env], Value]
Rule = Callable[[Any, Env], Value]
Meaning = Callable[[Any, "Parts"], Code]


class _Known(NamedTuple):
    """A node with its code; the node is kept, so that its id stays.

    Attributes:
        node: The node.
        code: What it is worth at a place.
        cost: How many nodes the code evaluates by itself, not counting what rules evaluate.
    """

    node: Expr
    code: Code
    cost: int


_RULES: dict[type[ast.Node], Rule] = {}
_MEANINGS: dict[type[ast.Node], Meaning] = {}
_KNOWN: dict[int, _Known] = {}
_MANY = 50_000
_OF_NUMBERS = ("", "\\cdot", "\\times")
_EXACT = 2**50  # whole numbers below are exact at every precision
R = TypeVar("R", bound=Rule)
M = TypeVar("M", bound=Meaning)


def rule(*kinds: type[ast.Node]) -> Callable[[R], R]:
    """Register a function of node and place as the meaning of nodes of these types."""

    def register(function: R) -> R:
        _RULES.update(dict.fromkeys(kinds, function))
        return function

    return register


def meaning(*kinds: type[ast.Node]) -> Callable[[M], M]:
    """Register a function that gives the code of a node of these types."""

    def register(function: M) -> M:
        _MEANINGS.update(dict.fromkeys(kinds, function))
        return function

    return register


class Parts:
    """Gives a meaning the codes of a node's parts, and adds up what they cost."""

    def __init__(self) -> None:
        self.cost = 1

    def __call__(self, node: Expr) -> Code:
        """Return the code of a part; besides what `evaluate` raises it may raise `ShapeError`."""
        known = _known(node)
        self.cost += known.cost
        return known.code


def _known(node: Expr) -> _Known:
    known = _KNOWN.get(id(node))
    if known is None:
        if len(_KNOWN) > _MANY:
            _KNOWN.clear()
        known = _KNOWN[id(node)] = _worked_out(node)
    return known


def _worked_out(node: Expr) -> _Known:
    kind = type(node)
    if kind in _MEANINGS:
        parts = Parts()
        return _Known(node, _MEANINGS[kind](node, parts), parts.cost)
    found = _RULES.get(kind)
    if found is None:
        raise Refused("undefined", f"{kind.__name__} has no value by itself", node.span)
    return _Known(node, partial(found, node), 1)


def evaluate(node: Expr, env: Env) -> Value:
    """Return the value of an expression at a place.

    Raises:
        PointError: If it has no usable value at this point.
        Refused: If it has no meaning that could be computed.
    """
    known = _KNOWN.get(id(node)) or _known(node)
    run = env.run
    run.budget -= known.cost
    if run.budget < 0:
        raise Refused("undecided", "too costly to compute; state it for smaller numbers", node.span)
    try:
        return known.code(env)
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


@meaning(ast.Number)
def _number(node: ast.Number, _: Parts) -> Code:
    if node.value.denominator == 1 and abs(node.value) < _EXACT:
        whole = real(node.value)
        return lambda _: whole
    return lambda _: real(node.value)


@rule(ast.Dots)
def _dots(node: ast.Dots, _: Env) -> Value:
    raise Refused("undefined", "it is not known what these dots stand for", node.span)


@rule(ast.Infinity)
def _infinity(node: ast.Infinity, _: Env) -> Value:
    raise Refused(
        "undefined", "infinity is no number; it may stand as a limit or a bound", node.span
    )


@meaning(ast.Add)
def _add(node: ast.Add, code: Parts) -> Code:
    terms = [code(term) for term in node.terms]
    return lambda env: values.add([term(env) for term in terms], exact=env.run.exact)


@meaning(ast.Negative)
def _negative(node: ast.Negative, code: Parts) -> Code:
    operand = code(node.operand)
    return lambda env: values.negative(operand(env))


@rule(ast.PlusMinus)
def _plus_minus(node: ast.PlusMinus, env: Env) -> Value:
    value = evaluate(node.operand, env)
    return value if env.run.sign == (-1 if node.flipped else 1) else values.negative(value)


@meaning(ast.Multiply)
def _multiply(node: ast.Multiply, code: Parts) -> Code:
    first = code(node.factors[0])
    rest = [(sign, code(one)) for sign, one in zip(node.operators, node.factors[1:], strict=True)]

    def product(env: Env) -> Value:
        result = first(env)
        for operator, factor in rest:
            value = factor(env)
            shaped = operator not in _OF_NUMBERS
            if shaped or isinstance(result, Matrix) or isinstance(value, Matrix):
                result = values.multiply(result, value, operator)
            else:
                result = result * value
        return result

    return product


@meaning(ast.Divide)
def _divide(node: ast.Divide, code: Parts) -> Code:
    above, below = code(node.numerator), code(node.denominator)

    def quotient(env: Env) -> Value:
        numerator, denominator = above(env), below(env)
        if isinstance(denominator, Matrix):
            denominator = values.scalar(denominator)
        if isinstance(numerator, Matrix):
            return numerator.map(lambda x: functions.divide(x, denominator))
        return functions.divide(numerator, denominator)

    return quotient


@meaning(ast.Power)
def _power(node: ast.Power, code: Parts) -> Code:
    base, exponent, whole = code(node.base), code(node.exponent), _whole_number(node.exponent)
    e = key(node.base) if is_e(node.base) else None

    def power(env: Env) -> Value:
        if e is not None and e not in env.locals:
            return functions.call("exp", values.scalar(exponent(env)), exact=env.run.exact)
        value = base(env)
        if isinstance(value, Matrix):
            return values.collapse(values.matrix_power(value, evaluate_integer(node.exponent, env)))
        if whole is not None:
            return functions.whole_power(value, whole)
        return functions.power(value, values.scalar(exponent(env)))

    return power


def _whole_number(node: Expr) -> int | None:
    """Return a small whole number that is written out, or None."""
    sign = 1
    if isinstance(node, ast.Negative):
        sign, node = -1, node.operand
    if not isinstance(node, ast.Number) or node.value.denominator != 1:
        return None
    return sign * int(node.value) if abs(node.value) < functions.LARGE_POWER else None


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
