r"""Conditions that restrict the points: bounds are drawn from, equalities are solved.

`% given: b^x = a` makes `a` depend on b and x; `x^2 = a` gives x its two values in turn, so that a
claim that holds for one of them only is found out. What cannot be turned round by hand (the
variable occurs twice) is solved numerically at each point.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from hwlib.mathcheck import names, values
from hwlib.mathcheck.environment import Env, Frame, Refused, Run, Shared
from hwlib.mathcheck.evaluate import evaluate_scalar
from hwlib.mathcheck.evaluate.core import rule
from hwlib.mathcheck.evaluate.numeric import brackets, zero
from hwlib.mathcheck.indices import Plan
from hwlib.mathcheck.real import NotReal, PointError, Real, digits, mp
from hwlib.mathcheck.sampling import Point, Range
from hwlib.mathcheck.scope import Definition, View, definition_of, uses
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Condition, Expr


@dataclass(frozen=True, slots=True)
class Solution(Expr):
    """The value of a variable that makes two sides equal; `which` chooses among several."""

    variable: Expr
    left: Expr
    right: Expr
    which: int


@rule(Solution)
def _solution(node: Solution, env: Env) -> values.Value:
    def difference(x: Real) -> Real:
        inner = env.override(node.variable, x)
        return evaluate_scalar(node.left, inner) - evaluate_scalar(node.right, inner)

    exact, env.run.exact = env.run.exact, False
    try:
        found = brackets(difference)
        if not found:
            raise NotReal
        return zero(difference, found[node.which % len(found)])
    finally:
        env.run.exact = exact


# --- bounds ---------------------------------------------------------------------------------------


def ranges(conditions: Iterable[Condition], view: View) -> dict[Expr, Range]:
    """Return what conditions say of single variables."""
    found: dict[Expr, Range] = {}
    for condition in conditions:
        for name, where in _bounds(condition, view):
            found[name] = found.get(name, Range()).meet(where)
    return found


def _bounds(condition: Condition, view: View) -> Iterator[tuple[Expr, Range]]:
    if isinstance(condition, ast.Comparison):
        for link in condition.links():
            yield from _link_bounds(link, view)
    elif isinstance(condition, ast.Membership) and not condition.negated:
        where = _member_range(condition.container, view)
        for item in condition.items:
            if where is not None:
                yield item, where


def _link_bounds(link: ast.Link, view: View) -> Iterator[tuple[Expr, Range]]:
    operator = link.operator.rstrip("=")
    if operator not in ("<", ">"):
        return
    for name, other, less in (
        (link.left, link.right, operator == "<"),
        (link.right, link.left, operator == ">"),
    ):
        bound = constant(other, view)
        if bound is None:
            continue
        if names.is_name(name):
            yield name, Range(high=bound) if less else Range(low=bound)
        elif isinstance(name, ast.Absolute) and less and names.is_name(name.operand):
            yield name.operand, Range(-bound, bound)


def _member_range(container: Expr, view: View) -> Range | None:
    if isinstance(container, ast.Interval):
        return Range(constant(container.lower, view), constant(container.upper, view))
    if isinstance(container, ast.SetLiteral):
        found = [constant(item, view) for item in container.items]
        return Range(values=tuple(one for one in found if one is not None))
    base = container
    while isinstance(base, ast.Power | ast.Marked | ast.Subscript):
        base = base.base
    if isinstance(base, ast.Symbol) and base.font == "bb" and base.name in ("N", "Z"):
        return Range(Fraction(1) if base.name == "N" else Fraction(-4), whole=True)
    positive = isinstance(container, ast.Marked | ast.Subscript)
    return Range(Fraction(0)) if positive else None


def constant(node: Expr, view: View) -> Fraction | None:
    """Return the value of an expression without variables, or None."""
    if any(not names.is_constant(one.name) for one in names.occurrences(node)):
        return None
    if isinstance(node, ast.Infinity):
        return None
    if isinstance(node, ast.Number):
        return node.value
    run = Run(Shared(view, Plan()), Point(0, Plan(), view))
    try:
        with digits(30):
            value = evaluate_scalar(node, Env(run, Frame()))
            return Fraction(mp.nstr(value, 25))
    except (PointError, Refused, ValueError):
        return None


# --- equalities -----------------------------------------------------------------------------------


def solved(conditions: Iterable[Condition], view: View, turn: int) -> View:
    """Return a view in which each equality among conditions defines one of its variables.

    Args:
        conditions: The conditions; those that are not equalities are passed over.
        view: What is defined already.
        turn: Chooses among several solutions; goes up with the points.
    """
    for condition in conditions:
        if isinstance(condition, ast.Comparison):
            for link in condition.links():
                if link.operator in ("=", "=="):
                    view = _solve(link, view, turn)
    return view


def has_equality(conditions: Iterable[Condition]) -> bool:
    """Whether there is anything to solve, with perhaps more than one solution."""
    return any(
        link.operator in ("=", "==")
        for condition in conditions
        if isinstance(condition, ast.Comparison)
        for link in condition.links()
    )


def _solve(link: ast.Link, view: View, turn: int) -> View:
    for variable in _unknowns(link, view):
        found = _solutions(link, variable, view)
        if found:
            value = found[turn % len(found)]
            if isinstance(value, Solution):
                value = replace(value, which=turn)
            definition = Definition(variable, (), (), value)
            return view.with_definitions({variable: definition})
    return view


def _unknowns(link: ast.Link, view: View) -> list[Expr]:
    """Return the variables that may be solved for: bare sides first, then in order of place."""
    bare = [side for side in (link.left, link.right) if names.is_name(side)]
    found = []
    for name in [*bare, *_free_names((link.left, link.right), view)]:
        single = _single(name)
        if _is_free(single, view) and single not in found:
            found.append(single)
    return found


def _free_names(sides: Iterable[Expr], view: View) -> Iterator[Expr]:
    for side in sides:
        yield from _values(side)
        for definition in uses(side, view).values():
            yield from _values(definition.value, definition.bound)


def _values(node: Expr, bound: frozenset[Expr] = frozenset()) -> Iterator[Expr]:
    for one in names.occurrences(node, bound):
        if one.role == "value":
            yield one.name


def _single(name: Expr) -> Expr:
    """Return one number where a whole vector or every component is meant: the first component."""
    first = names.number(1)
    if isinstance(name, ast.Subscript):
        fixed = tuple(
            one if isinstance(one, ast.Number | ast.Label) else first for one in name.indices
        )
        return replace(name, base=names.plain(name.base), indices=fixed)
    if names.is_bold(name):
        return ast.Subscript(names.plain(name), (first,), span=name.span)
    return name


def _is_free(name: Expr, view: View) -> bool:
    return not (
        definition_of(name, view)
        or names.is_constant(name)
        or view.is_function(name)
        or names.is_delta(name)
        or (isinstance(name, ast.Symbol) and name.font == "bb")
    )


def _solutions(link: ast.Link, variable: Expr, view: View) -> list[Expr]:
    sides = (link.left, link.right)
    counts = [_count(side, variable) for side in sides]
    hidden = any(
        _count(definition.value, variable)
        for side in sides
        for definition in uses(side, view).values()
    )
    for mine, other in ((0, 1), (1, 0)):
        if counts[mine] == 1 and counts[other] == 0 and not hidden:
            found = invert(sides[mine], variable, sides[other])
            if found:
                return found
    return [Solution(variable, *sides, which=0, span=link.left.span)]


def _count(node: Expr, variable: Expr) -> int:
    """Return how often a variable occurs; any component counts where it may be the one."""
    root = names.root_of(variable)
    total = 0
    for one in names.occurrences(node):
        if one.name == variable:
            total += 1
        elif names.plain(names.root_of(one.name)) == root:
            total += 2
    return total


def invert(node: Expr, variable: Expr, target: Expr) -> list[Expr]:
    """Return the values of a variable, which occurs once in `node`, that make node = target.

    An empty list means that the way to it cannot be turned round by hand.
    """
    if node == variable:
        return [target]
    at = node.span
    if isinstance(node, ast.Negative):
        return invert(node.operand, variable, ast.Negative(target, span=at))
    if isinstance(node, ast.Add):
        inner = _holder(node.terms, variable)
        rest = [ast.Negative(one, span=at) for one in node.terms if one is not inner]
        return invert(inner, variable, ast.Add((target, *rest), span=at))
    if isinstance(node, ast.Multiply) and set(node.operators) <= {"", "\\cdot"}:
        inner = _holder(node.factors, variable)
        for factor in node.factors:
            if factor is not inner:
                target = ast.Divide(target, factor, span=at)
        return invert(inner, variable, target)
    if isinstance(node, ast.Divide):
        if _count(node.numerator, variable):
            product = ast.Multiply((target, node.denominator), ("",), span=at)
            return invert(node.numerator, variable, product)
        return invert(node.denominator, variable, ast.Divide(node.numerator, target, span=at))
    return _invert_function(node, variable, target)


def _holder(parts: tuple[Expr, ...], variable: Expr) -> Expr:
    return next(part for part in parts if _count(part, variable))


def _invert_function(node: Expr, variable: Expr, target: Expr) -> list[Expr]:
    at = node.span
    if isinstance(node, ast.Power):
        return _invert_power(node, variable, target)
    if isinstance(node, ast.Absolute):
        both = (target, ast.Negative(target, span=at))
        return [found for one in both for found in invert(node.operand, variable, one)]
    if isinstance(node, ast.Root) and node.index is None:
        square = ast.Power(target, names.number(2), span=at)
        return invert(node.operand, variable, square)
    if isinstance(node, ast.Call) and len(node.arguments) == 1:
        name = names.built_in(node.function)
        other = {"exp": "ln", "ln": "exp", "log": "exp", "tanh": "artanh", "sinh": "arsinh"}
        if name in other:
            call = ast.Call(ast.Symbol(other[name], span=at), (target,), span=at)
            return invert(node.arguments[0], variable, call)
    return []


def _invert_power(node: ast.Power, variable: Expr, target: Expr) -> list[Expr]:
    at = node.span
    if _count(node.exponent, variable):
        logarithm = ast.Divide(_ln(target), _ln(node.base), span=at)
        return invert(node.exponent, variable, logarithm)
    if not isinstance(node.exponent, ast.Number) or node.exponent.value.denominator != 1:
        return []
    found = ast.Root(target, node.exponent, span=at)
    if node.exponent.value % 2:
        return invert(node.base, variable, found)
    both = (found, ast.Negative(found, span=at))
    return [value for one in both for value in invert(node.base, variable, one)]


def _ln(node: Expr) -> Expr:
    return ast.Call(ast.Symbol("ln", span=node.span), (node,), span=node.span)
