r"""What the last printed digit of a number after `\approx` is worth."""

from __future__ import annotations

from fractions import Fraction

from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr


def printed_unit(left: Expr, right: Expr) -> list[Fraction] | None:
    """Return the unit of the last digit of each number that is printed; None if there is none.

    The right side is the printed one, if both are.
    """
    return unit_of(right) or unit_of(left)


def unit_of(node: Expr) -> list[Fraction] | None:
    r"""Return the units of a printed number or vector: 0.0001 of `0.8808`, `1.2 \times 10^{-3}`."""
    if isinstance(node, ast.Number):
        return [Fraction(1, 10**node.decimals)]
    if isinstance(node, ast.Negative):
        return unit_of(node.operand)
    if isinstance(node, ast.Multiply) and len(node.factors) == 2:
        unit, power = unit_of(node.factors[0]), _power_of_ten(node.factors[1])
        return None if unit is None or power is None else [one * power for one in unit]
    if isinstance(node, ast.Tuple):
        return _many(node.items)
    if isinstance(node, ast.Matrix):
        return _many(tuple(entry for row in node.rows for entry in row))
    if isinstance(node, ast.Transpose):
        return unit_of(node.operand)
    return None


def _many(items: tuple[Expr, ...]) -> list[Fraction] | None:
    found: list[Fraction] = []
    for item in items:
        unit = unit_of(item)
        if unit is None:
            return None
        found += unit
    return found


def _power_of_ten(node: Expr) -> Fraction | None:
    if not isinstance(node, ast.Power) or not isinstance(node.base, ast.Number):
        return None
    sign, exponent = 1, node.exponent
    if isinstance(exponent, ast.Negative):
        sign, exponent = -1, exponent.operand
    if node.base.value != 10 or not isinstance(exponent, ast.Number):
        return None
    if exponent.value.denominator != 1 or exponent.value > 400:
        return None
    return Fraction(10) ** (sign * int(exponent.value))
