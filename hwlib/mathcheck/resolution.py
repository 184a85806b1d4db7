"""How many digits the numbers in a claim ask for."""

from __future__ import annotations

from collections.abc import Iterable
from math import log10

from hwlib.mathtex import ast

_PLAIN = 15  # digits that need no more than the usual precision
_MOST = 1000


def resolution(roots: Iterable[ast.Node]) -> int:
    """Return how many more digits than usual to compute with.

    `1 = 1 + 10^{-60}` needs more than 60 digits to be found out, and so does a number that is
    printed with 60 digits.
    """
    return min(max((_digits(node) for root in roots for node in ast.walk(root)), default=0), _MOST)


def _digits(node: ast.Node) -> int:
    if isinstance(node, ast.Number):
        size = max(len(str(abs(node.value.numerator))), len(str(node.value.denominator)))
        return 2 * size if size > _PLAIN else 0
    if isinstance(node, ast.Power) and isinstance(node.base, ast.Number) and node.base.value:
        exponent = node.exponent
        exponent = exponent.operand if isinstance(exponent, ast.Negative) else exponent
        if isinstance(exponent, ast.Number) and abs(exponent.value) < 10**9:
            base = abs(node.base.value)
            power = abs(exponent.value) * abs(log10(base.numerator) - log10(base.denominator))
            return int(2 * power) if power > _PLAIN else 0
    return 0
