"""Whether a condition holds at a place, and whether two values are the same."""

from __future__ import annotations

from collections.abc import Iterable

from hwlib.mathcheck.dual import primal, untie
from hwlib.mathcheck.environment import Env, Refused
from hwlib.mathcheck.evaluate.core import evaluate, evaluate_scalar
from hwlib.mathcheck.real import Real, is_whole, mp, power_of_ten, precision
from hwlib.mathcheck.values import Matrix, Value
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Condition, Expr

_SETS = {"R", "N", "Z", "Q"}


def all_hold(conditions: Iterable[Condition], env: Env) -> bool:
    """Whether all conditions hold."""
    return all(holds(condition, env) for condition in conditions)


def holds(condition: Condition, env: Env) -> bool:
    """Whether a condition holds.

    Raises:
        PointError: If a side of it has no value at this point.
        Refused: If it is not known what it means.
    """
    if isinstance(condition, ast.Comparison):
        return all(_link(link, env) for link in condition.links())
    if isinstance(condition, ast.Membership):
        inside = all(_member(item, condition.container, env) for item in condition.items)
        return inside != condition.negated
    raise Refused("undefined", "this condition is not known", condition.span)


def _link(link: ast.Link, env: Env) -> bool:
    infinite = _infinite_link(link, env)
    if infinite is not None:
        return infinite
    left, right = evaluate(link.left, env), evaluate(link.right, env)
    return related(left, link.operator, right)


def _infinite_link(link: ast.Link, env: Env) -> bool | None:
    r"""Settle `x < \infty` without a value for infinity."""
    sides = [_sign_of_infinity(side) for side in (link.left, link.right)]
    if sides == [0, 0]:
        return None
    for side, sign in zip((link.left, link.right), sides, strict=True):
        if not sign:
            evaluate(side, env)
    order = sides[0] < sides[1]
    return {"<": order, "<=": order, ">": not order, ">=": not order, "!=": True}.get(
        link.operator, False
    )


def _sign_of_infinity(node: Expr) -> int:
    if isinstance(node, ast.Infinity):
        return 1
    negative = isinstance(node, ast.Negative) and isinstance(node.operand, ast.Infinity)
    return -1 if negative else 0


def related(left: Value, operator: str, right: Value) -> bool:
    """Whether two values stand in a relation; vectors stand in it by every component."""
    if isinstance(left, Matrix) or isinstance(right, Matrix):
        return _related_matrices(left, operator, right)
    untie(left, right)
    left, right = primal(left), primal(right)
    equal = same(left, right)
    if operator in ("=", "==", "~="):
        return equal
    if operator == "!=":
        return not equal
    if operator in ("<", ">"):
        return not equal and (left < right) == (operator == "<")
    return equal or (left < right) == (operator == "<=")


def _related_matrices(left: Value, operator: str, right: Value) -> bool:
    if isinstance(left, Matrix) and isinstance(right, Matrix):
        if left.shape != right.shape:
            return operator == "!="
        pairs = zip(left.entries, right.entries, strict=True)
    elif isinstance(left, Matrix):
        pairs = zip(left.entries, [right] * len(left.entries), strict=True)
    else:
        pairs = zip([left] * len(right.entries), right.entries, strict=True)
    found = [related(one, operator, two) for one, two in pairs]
    return any(found) if operator == "!=" else all(found)


def same(left: Real, right: Real) -> bool:
    """Whether two numbers agree to the digits of now, less five."""
    if left == right:
        return True
    if mp.isinf(left) or mp.isinf(right):
        return False
    size = max(abs(left), abs(right))
    return bool(abs(left - right) <= size * power_of_ten(5 - precision()))


def _member(item: Expr, container: Expr, env: Env) -> bool:
    if isinstance(container, ast.Interval):
        return _inside(evaluate_scalar(item, env), container, env)
    if isinstance(container, ast.SetLiteral):
        value = evaluate(item, env)
        return any(related(value, "=", evaluate(one, env)) for one in container.items)
    if isinstance(container, ast.IndexRange):
        value = evaluate_scalar(item, env)
        low, high = evaluate_scalar(container.lower, env), evaluate_scalar(container.upper, env)
        return bool(is_whole(value) and low <= value <= high)
    return _in_number_set(item, container, env)


def _inside(value: Real, interval: ast.Interval, env: Env) -> bool:
    low, high = _sign_of_infinity(interval.lower), _sign_of_infinity(interval.upper)
    above = low < 0 or related(
        value, ">=" if interval.lower_closed else ">", evaluate_scalar(interval.lower, env)
    )
    below = high > 0 or related(
        value, "<=" if interval.upper_closed else "<", evaluate_scalar(interval.upper, env)
    )
    return above and below


def _in_number_set(item: Expr, container: Expr, env: Env) -> bool:
    r"""Membership in `\mathbb R`, `\mathbb N`, `\mathbb R_{>0}`, `\mathbb R^n`, …."""
    base, extra = container, ""
    while isinstance(base, ast.Power | ast.Marked | ast.Subscript):
        extra += _extra(base)
        base = base.base
    if not isinstance(base, ast.Symbol) or base.font != "bb" or base.name not in _SETS:
        raise Refused("undefined", "this set is not known", container.span)
    value = evaluate(item, env)
    entries = value.entries if isinstance(value, Matrix) else (value,)
    return all(_in_set(entry, base.name, extra) for entry in entries)


def _extra(node: ast.Power | ast.Marked | ast.Subscript) -> str:
    """Return what a set is restricted by: the ">0" or "+" of its index."""
    if isinstance(node, ast.Marked):
        return node.index.text if isinstance(node.index, ast.Label) else node.kind
    if isinstance(node, ast.Subscript):
        parts = [one.text if isinstance(one, ast.Label) else repr(one) for one in node.indices]
        return "".join(parts)
    return ""


def _in_set(value: Real, name: str, extra: str) -> bool:
    whole = name in ("R", "Q") or is_whole(value)
    if name == "N":
        whole = whole and value >= (0 if "0" in extra else 1)
    if ">" in extra or extra == "+":
        return whole and value > 0
    if "\\ge" in extra or "≥" in extra:
        return whole and value >= 0
    return whole
