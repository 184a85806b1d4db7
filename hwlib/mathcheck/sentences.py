"""Conditions in sentences: "for $x > 0$" states where something holds, and claims nothing."""

from __future__ import annotations

import re

from hwlib.mathcheck import names
from hwlib.mathcheck.texts import Piece
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr

_WORDS = frozenset(
    [
        "for",
        "if",
        "when",
        "where",
        "whenever",
        "with",
        "given",
        "let",
        "assuming",
        "provided",
        "all",
        "every",
        "any",
        "each",
        "some",
        "on",
        "while",
        "unless",
        "since",
        "because",
        "suppose",
        "assume",
        "case",
        "range",
        "domain",
        "interval",
        "condition",
        "needs",
        "need",
        "requires",
        "require",
        "needed",
        "means",
        "say",
        "only",
        "and",
        "or",
        "exactly",
        "at",
        "outside",
        "inside",
        "real",
        "as",
        "is",
        "are",
    ]
)
_AT = frozenset({"at", "for", "where", "when", "if", "near"})
_BOUNDS = {"<", "<=", ">", ">=", "!="}


def is_condition(statement: ast.Claim, piece: Piece) -> bool:
    """Whether a relation in a sentence states for what something holds: "for $x > 0$".

    An inequality needs one word before it that says so. An equality, "at $x = 0$", needs one of
    fewer words, so that "by setting $z_2 = 0$" stays what it is: a claim, and a false one.
    """
    operators = set(statement.chain.operators)
    words = re.findall(r"[a-z]+", piece.lead.lower())
    if piece.display or not words:
        return False
    if not (operators <= _BOUNDS and words[-1] in _WORDS) and not (
        operators == {"="} and words[-1] in _AT
    ):
        return False
    bare = [one for one in statement.chain.operands if names.is_name(one)]
    others = [one for one in statement.chain.operands if not names.is_name(one)]
    return bool(bare) and all(_is_number(one) for one in others)


def _is_number(node: Expr) -> bool:
    return all(names.is_constant(one.name) for one in names.occurrences(node))
