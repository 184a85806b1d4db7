"""Numbers and names as people read them in a message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from hwlib.mathcheck.real import Real, mp
from hwlib.mathcheck.values import Matrix, Value
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr

_FONTS = {"bf": "\\mathbf", "rm": "\\mathrm", "cal": "\\mathcal", "bb": "\\mathbb"}


def show_values(left: Value, right: Value) -> tuple[str, str]:
    """Return two values as text, with more digits than six where these do not tell them apart."""
    for count in (6, 12, 24, 48):
        shown = show_value(left, count), show_value(right, count)
        if shown[0] != shown[1]:
            return shown
    text = show_value(right)
    if isinstance(left, mp.mpf) and isinstance(right, mp.mpf) and left != right:
        more = "more" if right > left else "less"
        text += f", {more} by {show_real(abs(right - left))}"
    return show_value(left), text


def show_value(value: Value, count: int = 6) -> str:
    """Return a number to some digits, or the rows of a matrix."""
    if isinstance(value, Matrix):
        rows = [", ".join(show_real(x, count) for x in row) for row in value.rows]
        return "(" + "; ".join(rows) + ")" if not value.is_vector else f"({', '.join(rows)})"
    return show_real(value, count)


def show_real(value: Real, count: int = 6) -> str:
    """Return significant digits: 0.196612, 1.5e-30, inf."""
    if mp.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == 0 or 1e-4 <= abs(value) < 1e7:
        text = mp.nstr(value, count, strip_zeros=False, min_fixed=-6, max_fixed=count + 2)
        return _trim(text) if mp.isint(value) else text
    return str(mp.nstr(value, count))


def _trim(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def show_fraction(value: Fraction) -> str:
    """Return an exact decimal, shortened to six digits."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.6g}"


_BEFORE = {"Delta": "\\Delta ", "d": "d"}  # accents that are written before their letter


def show_name(name: Expr) -> str:
    r"""Return a name in TeX: `z_1`, `\mathbf{x}`, `P(y=1)`."""
    if isinstance(name, ast.Symbol):
        text = f"{_FONTS[name.font]}{{{name.name}}}" if name.font in _FONTS else name.name
        for accent in name.accents:
            text = f"{_BEFORE[accent]}{text}" if accent in _BEFORE else f"\\{accent}{{{text}}}"
        return text
    if isinstance(name, ast.Subscript):
        inner = [show_name(index) for index in name.indices]
        text = inner[0] if len(inner) == 1 else ",".join(inner)
        return f"{show_name(name.base)}_{text if len(text) == 1 else '{' + text + '}'}"
    if isinstance(name, ast.Number):
        return show_fraction(name.value)
    if isinstance(name, ast.Label):
        return f"\\text{{{name.text}}}"
    if isinstance(name, ast.Opaque):
        return _show_opaque(name)
    if isinstance(name, ast.Marked):
        return _show_marked(name)
    return _show_index(name)


def _show_index(index: Expr) -> str:
    """Return an index that is computed: the `k+1` of `x_{k+1}`."""
    if isinstance(index, ast.Add):
        terms = [show_name(index.terms[0])]
        for term in index.terms[1:]:
            text = show_name(term)
            terms.append(text if text.startswith("-") else f"+{text}")
        return "".join(terms)
    if isinstance(index, ast.Negative):
        return f"-{show_name(index.operand)}"
    if isinstance(index, ast.Multiply):
        return " ".join(map(show_name, index.factors))
    return "?"


def _show_opaque(name: ast.Opaque) -> str:
    inside = _joined(name.tokens)
    head = name.head.name if isinstance(name.head, ast.Symbol) else ""
    drawn = name.tokens[0] == "_"
    if head in ("", "\\lim", "\\nabla", "|") or (head.startswith("\\") and drawn):
        return show_name(name.head) + inside
    if drawn:  # an expectation: what it is taken over stands before the bracket
        at = name.tokens.index("[")
        below = _joined(name.tokens[1:at])
        return f"{show_name(name.head)}_{{{below}}}[{_joined(name.tokens[at + 1 :])}]"
    return f"{show_name(name.head)}({inside})"


def _joined(tokens: Sequence[str]) -> str:
    r"""Return tokens as TeX: `\log p` is not `\logp`."""
    text = ""
    for token in tokens:
        ended = re.search(r"\\[A-Za-z]+$", text)
        text += f" {token}" if ended and token[:1].isalpha() else token
    return text


def _show_marked(name: ast.Marked) -> str:
    if name.kind in (",", "(,)"):
        return _show_listed(name)
    base = show_name(name.base)
    if name.index is None:
        return f"{base}^{name.kind}" if len(name.kind) == 1 else f"{base}^{{{name.kind}}}"
    inner = show_name(name.index)
    brackets = {"[]": f"[{inner}]", "()": f"({inner})"}
    return f"{base}^{{{brackets.get(name.kind, inner)}}}"


def _show_listed(name: ast.Marked) -> str:
    base: Expr = name
    indices: list[str] = []
    while isinstance(base, ast.Marked) and base.kind == name.kind and base.index is not None:
        indices.insert(0, show_name(base.index))
        base = base.base
    inner = ",".join(indices)
    return f"{show_name(base)}^{{{inner if name.kind == ',' else f'({inner})'}}}"
