"""From a tree to a number: what every node is worth at a point."""

from hwlib.mathcheck.evaluate import calculus, calls, lookup, reduce
from hwlib.mathcheck.evaluate.conditions import all_hold, holds, related, same
from hwlib.mathcheck.evaluate.core import evaluate, evaluate_scalar

__all__ = [
    "all_hold",
    "calculus",
    "calls",
    "evaluate",
    "evaluate_scalar",
    "holds",
    "lookup",
    "reduce",
    "related",
    "same",
]
