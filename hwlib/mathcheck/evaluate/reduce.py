r"""Sums, products and extrema over an index; vectors; cases.

An index without bounds runs over what it indexes: the components of a vector that is at hand, or
the size that the plan found.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce as fold
from typing import TypeGuard

from hwlib.mathcheck import names, values
from hwlib.mathcheck.environment import Env, Refused
from hwlib.mathcheck.evaluate.calculus import bound_value
from hwlib.mathcheck.evaluate.conditions import all_hold
from hwlib.mathcheck.evaluate.core import evaluate, evaluate_scalar, rule
from hwlib.mathcheck.evaluate.numeric import extremum
from hwlib.mathcheck.evaluate.series import infinite_sum
from hwlib.mathcheck.names import key
from hwlib.mathcheck.real import NotReal, Real, TooLarge, as_integer, mp, real
from hwlib.mathcheck.values import Matrix, Value, vector
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr

_LONGEST = 20_000


@rule(ast.Reduction)
def _reduction(node: ast.Reduction, env: Env) -> Value:
    if _is_infinite(node):
        return _infinite(node, env)
    terms: list[Value] = []
    places: list[Env] = []
    for inner in _places(node, node.indices, env):
        if all_hold(node.conditions, inner):
            terms.append(evaluate(node.body, inner))
            places.append(inner)
    if node.kind == "sum":
        return values.add(terms, exact=env.run.exact) if terms else mp.mpf(0)
    if node.kind == "prod":
        return fold(lambda a, b: values.multiply(a, b, ""), terms, mp.mpf(1))
    return _extremum(node, terms, places)


def _extremum(node: ast.Reduction, terms: list[Value], places: list[Env]) -> Value:
    if not terms:
        raise NotReal
    reals = [values.scalar(term) for term in terms]
    best = extremum(reals, largest=node.kind in ("max", "sup", "argmax"))
    if node.kind in ("argmax", "argmin"):
        return places[reals.index(best)].locals[key(node.indices[0])]
    return best


def _is_infinite(node: ast.Reduction) -> bool:
    """Whether a bound is an infinity."""
    bounds = [
        part.operand if isinstance(part, ast.Negative) else part
        for part in (node.lower, node.upper)
    ]
    return any(isinstance(part, ast.Infinity) for part in bounds)


def _places(node: ast.Reduction, letters: tuple[Expr, ...], env: Env) -> Iterator[Env]:
    """Go through all values of the indices."""
    if not letters:
        yield env
        return
    for value in _range(node, letters[0], env):
        yield from _places(node, letters[1:], env.bind({key(letters[0]): value}))


def _range(node: ast.Reduction, letter: Expr, env: Env) -> list[Real]:
    if node.lower is not None and node.upper is not None:
        low, high = evaluate_scalar(node.lower, env), evaluate_scalar(node.upper, env)
        first, last = as_integer(low), as_integer(high)
        if first is not None and last is not None and last < first - 1:
            raise NotReal
        return _integers(first, last, node)
    for condition in node.conditions:
        members = _members(condition, letter, env)
        if members is not None:
            return members
        if _stands_between(condition, letter) and node.kind in ("sum", "prod"):
            ends = sorted(evaluate_scalar(condition.operands[at], env) for at in (0, -1))
            return _integers(as_integer(ends[0]), as_integer(ends[1]), node)
    return [real(i) for i in range(1, _size(node, letter, env) + 1)]


def _stands_between(condition: ast.Condition, letter: Expr) -> TypeGuard[ast.Comparison]:
    r"""Whether a condition gives both ends of what a letter runs over: `1 \le i < j \le n`."""
    return isinstance(condition, ast.Comparison) and letter in condition.operands[1:-1]


def _integers(first: int | None, last: int | None, node: ast.Reduction) -> list[Real]:
    if first is None or last is None:
        raise Refused("undefined", "the bounds of a sum are whole numbers", node.span)
    if last - first > _LONGEST:
        raise TooLarge
    return [real(i) for i in range(first, last + 1)]


def _members(condition: ast.Condition, letter: Expr, env: Env) -> list[Real] | None:
    """Return the values of an index that is said to be in a set that is written out."""
    if not isinstance(condition, ast.Membership):
        return None
    paired = any(isinstance(one, ast.Tuple) and letter in one.items for one in condition.items)
    if letter not in condition.items and not paired:
        return None
    if paired:
        raise Refused("undefined", "which pairs are in this set is not known", condition.span)
    if isinstance(condition.container, ast.SetLiteral):
        return [evaluate_scalar(item, env) for item in condition.container.items]
    if isinstance(condition.container, ast.IndexRange):
        low = as_integer(evaluate_scalar(condition.container.lower, env))
        high = as_integer(evaluate_scalar(condition.container.upper, env))
        if low is not None and high is not None:
            return [real(i) for i in range(low, high + 1)]
    raise Refused("undefined", "what is in this set is not known", condition.span)


def _size(node: ast.Reduction, letter: Expr, env: Env) -> int:
    """Return how far an index without bounds runs."""
    if letter not in {one.name for one in _index_uses(node)}:
        raise Refused(
            "ambiguous", "over what does this run? write the bounds, \\sum_{j=1}^{K}", node.span
        )
    for one in names.occurrences(node.body, frozenset()):
        if isinstance(one.name, ast.Subscript) and letter in one.name.indices:
            bound = env.vector_of(one.name)
            if bound is not None:
                matrix: Matrix = env.locals[bound]
                return matrix.shape[one.name.indices.index(letter)]
    return env.run.source.size(env.run.plan.reductions.get((id(node), letter)))


def _index_uses(node: ast.Reduction) -> Iterator[names.Occurrence]:
    for part in (node.body, *node.conditions):
        for one in names.occurrences(part):
            if one.role == "index":
                yield one


def _infinite(node: ast.Reduction, env: Env) -> Value:
    """Return the sum or the product of a series in one index."""
    if len(node.indices) != 1 or node.lower is None or node.upper is None or node.conditions:
        raise Refused("undefined", "such an infinite sum is not known", node.span)
    start = bound_value(node.lower, env)
    if mp.isinf(start) or as_integer(start) is None or node.kind not in ("sum", "prod"):
        raise Refused("undefined", "such an infinite sum is not known", node.span)

    def term(index: int) -> Real:
        value = evaluate_scalar(node.body, env.bind({key(node.indices[0]): real(index)}))
        if node.kind == "prod":
            if value <= 0:
                raise NotReal
            return mp.log(value)
        return value

    total = infinite_sum(term, int(start), env.run)
    return mp.exp(total) if node.kind == "prod" else total


@rule(ast.Tuple)
def _tuple(node: ast.Tuple, env: Env) -> Value:
    return vector(tuple(evaluate_scalar(item, env) for item in node.items))


@rule(names.Listed)
def _listed(node: names.Listed, env: Env) -> Value:
    count = as_integer(evaluate_scalar(node.size, env))
    if count is None or not 1 <= count <= _LONGEST:
        raise Refused("undefined", "how many entries are meant?", node.span)
    places = [env.bind({key(node.letter): real(i + 1)}) for i in range(count)]
    return vector(tuple(evaluate_scalar(node.item, place) for place in places))


# --- cases and indicators -------------------------------------------------------------------------


@rule(ast.Cases)
def _cases(node: ast.Cases, env: Env) -> Value:
    for branch in node.branches:
        if all_hold(branch.conditions, env):
            return evaluate(branch.value, env)
    raise NotReal


@rule(ast.Indicator)
def _indicator(node: ast.Indicator, env: Env) -> Value:
    return mp.mpf(all_hold(node.conditions, env))
