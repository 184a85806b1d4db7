r"""Whether a claim may change its truth far from zero, and where.

For real-analytic expressions one generic point tells as much as any other. With a maximum, an
absolute value, cases, a root or a logarithm that is not so: `\max(x, 100) = 100` holds at every
small x. Such claims are looked at far out as well, and around the numbers that stand in them.

A condition inside of an expression, `\mathbb 1[y = 1]`, may change at one value only, which no
random point meets. There the variables are set to the numbers that stand in such conditions.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from hwlib.mathcheck import names
from hwlib.mathtex import ast

_NODES = (ast.Cases, ast.Absolute, ast.Root, ast.Logarithm, ast.Indicator)
_CALLS = frozenset(
    {"ln", "log", "max", "min", "floor", "ceil", "sgn", "sign", "arcosh", "acosh", "arccosh"}
)
_STEPS = frozenset({"floor", "ceil", "sgn", "sign"})
_KINDS = frozenset({"max", "min", "sup", "inf", "argmax", "argmin"})
_LARGEST = 10**6


def is_kinked(roots: Iterable[ast.Node]) -> bool:
    """Whether anything among these trees is not analytic everywhere."""
    return any(_is_kink(node) for root in roots for node in ast.walk(root))


def _is_kink(node: ast.Node) -> bool:
    if isinstance(node, _NODES):
        return True
    if isinstance(node, ast.Call):
        return names.built_in(node.function) in _CALLS
    if isinstance(node, ast.Reduction):
        return node.kind in _KINDS or bool(node.conditions)
    return isinstance(node, ast.Power) and not _is_whole(node.exponent)


def may_jump(roots: Iterable[ast.Node]) -> bool:
    """Whether anything among these trees may have a jump: cases, a condition, a step."""
    return any(
        isinstance(node, ast.Cases | ast.Indicator)
        or (isinstance(node, ast.Reduction) and bool(node.conditions))
        or (isinstance(node, ast.Call) and names.built_in(node.function) in _STEPS)
        for root in roots
        for node in ast.walk(root)
    )


def _is_whole(node: ast.Expr) -> bool:
    """Whether an exponent is a whole number, or one of e."""
    inner = node.operand if isinstance(node, ast.Negative) else node
    return not isinstance(inner, ast.Divide) and (
        not isinstance(inner, ast.Number) or inner.value.denominator == 1
    )


def edges(roots: Iterable[ast.Node]) -> tuple[Fraction, ...]:
    """Return the values at which a condition inside these trees may change; none without one."""
    compared = [
        condition
        for root in roots
        for node in ast.walk(root)
        if isinstance(node, ast.Indicator | ast.Branch | ast.Reduction)
        for condition in node.conditions
        if not (isinstance(node, ast.Reduction) and _is_of_indices(condition))
    ]
    if not compared:
        return ()
    found = {Fraction(0), Fraction(1)}
    for condition in compared:
        for node in ast.walk(condition):
            if isinstance(node, ast.Number) and abs(node.value) <= _LARGEST:
                found.add(node.value)
            elif isinstance(node, ast.Negative) and isinstance(node.operand, ast.Number):
                found.add(-node.operand.value)
    return tuple(sorted(found))


def _is_of_indices(condition: ast.Condition) -> bool:
    r"""Whether it only compares indices, as `j \ne i` does: whole numbers meet anyway."""
    return not any(isinstance(node, ast.Subscript) for node in ast.walk(condition))


def centres(roots: Iterable[ast.Node]) -> tuple[Fraction, ...]:
    """Return zero and the numbers that stand in these trees, without their signs."""
    found = {
        abs(node.value)
        for root in roots
        for node in ast.walk(root)
        if isinstance(node, ast.Number) and 1 <= abs(node.value) <= _LARGEST
    }
    return (Fraction(0), *sorted(found))
