"""MathML to plain text that a person can read and a search can find: `σ(x) = 1/(1 + e^(−x))`."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence

__all__ = ["readable"]

INVISIBLE = {"\u2061": "", "\u2062": "", "\u2063": "", "\u2064": "", "\u200b": ""}
RELATIONS = set("=<>≤≥≠≈∼≃≅≡∝∈∉⊂⊆→↦⇒⟹⇔⟺⟸←∣") | {":=", "≔"}
BINARY = set("+−±×÷∧∨∪∩∘⊙⊗⊕-")
OPENING = set("([{⟨⌊⌈")
LARGE = set("∑∏∫∬∮⋃⋂")
ACCENTS = {"¯": "\u0304", "‾": "\u0304", "―": "\u0304", "^": "\u0302", "˙": "\u0307",
           "~": "\u0303", "→": "\u20d7", "⃗": "\u20d7"}  # fmt: skip
PRIMES = {"′": "′", "″": "″", "‴": "‴"}


def readable(mathml: str) -> str:
    """Return the formula in `mathml` as one line of text.

    Args:
        mathml: What the worker writes: presentation MathML, one root `math`.
    """
    return _tidy(_text(ET.fromstring(mathml))).replace("∣", "|")  # the one on a keyboard


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text.replace("\xa0", " "))
    text = re.sub(r"(?<=[(\[{|]) | (?=[)\]},;])|(?<=\)) (?=\()", "", text)
    return text.strip()


def _text(node: ET.Element) -> str:
    write = WRITERS.get(node.tag)
    return write(node) if write else _row(list(node))


def _token(node: ET.Element) -> str:
    text = node.text or ""
    return "".join(INVISIBLE.get(character, character) for character in text)


def _row(nodes: Sequence[ET.Element]) -> str:
    parts: list[str] = []
    for node in nodes:
        text = _operator(node, "".join(parts)) if _is(node, "mo") else _text(node)
        parts.append(_apart(parts, text))
    return "".join(parts)


def _apart(parts: list[str], text: str) -> str:
    """Keep two words apart: `log softmax`, `2 sin x`, but `2x` and `wx`."""
    before = next((part for part in reversed(parts) if part), "")
    word = r"[^\W\d_]{2,}"
    if re.search(rf"{word}$", before) and re.match(r"\w", text):
        return f" {text}"
    if re.search(r"\w$", before) and re.match(word, text):
        return f" {text}"
    return text


def _operator(node: ET.Element, before: str) -> str:
    """Return an operator with the spaces of its kind; a leading minus is a sign and has none."""
    sign = _token(node)
    if sign in RELATIONS:
        return f" {sign} "
    if sign in BINARY:
        unary = not before.strip() or before.rstrip()[-1:] in OPENING | RELATIONS | set(",;=")
        return sign if unary else f" {sign} "
    return f"{sign} " if sign in {",", ";", ":"} else sign


def _is(node: ET.Element, kind: str) -> bool:
    return node.tag == kind


def _atom(node: ET.Element) -> str:
    """Return the text of `node`, in parentheses unless it reads as one thing."""
    text = _tidy(_text(node))
    if re.fullmatch(r"[^\W_][^\W_′'.\u0300-\u036f]*|[\d.]+|\(.*\)|\|.*\||", text):
        return f"({text})" if _splits(text) else text
    return f"({text})"


def _splits(text: str) -> bool:
    """Return whether a text that starts and ends with a bracket is more than one group."""
    if not text.startswith("("):
        return False
    depth = 0
    for place, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return place < len(text) - 1
    return True


def _fraction(node: ET.Element) -> str:
    above, below = node
    if node.get("linethickness") == "0":
        return f"{_tidy(_text(above))} over {_tidy(_text(below))}"
    return f"{_factor(above)}/{_divisor(below)}"


def _factor(node: ET.Element) -> str:
    """Return a numerator: a product such as `dσ(x)` needs no parentheses, a sum does."""
    text = _tidy(_text(node))
    return text if re.fullmatch(r"[^\s+−=/]*(\([^()]*\))?", text) else _atom(node)


def _divisor(node: ET.Element) -> str:
    """Return a denominator: one name with its index or a `∂` needs no parentheses."""
    text = _tidy(_text(node))
    return text if re.fullmatch(r"∂?[^\W_]+(_[^\W_]+)?", text) else _atom(node)


def _superscript(node: ET.Element) -> str:
    base, script = node
    text = _tidy(_text(script))
    return f"{_text(base)}{text}" if set(text) <= set(PRIMES) else f"{_base(base)}^{_atom(script)}"


def _subscript(node: ET.Element) -> str:
    base, script = node
    return f"{_base(base)}_{_atom(script)}"


def _both(node: ET.Element) -> str:
    base, below, above = node
    text = _tidy(_text(above))
    if set(text) <= set(PRIMES):
        return f"{_base(base)}{text}_{_atom(below)}"
    space = " " if _text(base) in LARGE else ""
    return f"{_base(base)}_{_atom(below)}^{_atom(above)}{space}"


def _base(node: ET.Element) -> str:
    """Return what carries a script; a bracket or a word is left as it is."""
    text = _text(node)
    return text if _is(node, "mo") or len(text) <= 1 else _atom(node)


def _under(node: ET.Element) -> str:
    base, below = node
    if (text := _tidy(_text(below))) in {"⏟", "_", "―"}:
        return _text(base)
    return f"{_base(base)}_({text}) "


def _over(node: ET.Element) -> str:
    base, above = node
    sign = _tidy(_text(above))
    if sign in ACCENTS and len(_text(base)) == 1:
        return f"{_text(base)}{ACCENTS[sign]}"
    return _text(base) if sign in ACCENTS or sign == "⏞" else f"{_base(base)}^{_atom(above)}"


def _root(node: ET.Element) -> str:
    if _is(node, "mroot"):
        inside, degree = node
        return f"root_{_atom(degree)}({_tidy(_text(inside))})"
    return f"√({_tidy(_row(list(node)))})"


def _table(node: ET.Element) -> str:
    """Rows with a semicolon between them; a row that starts with a relation goes on."""
    text = ""
    for row in node:
        cells = [_text(cell) for cell in row]
        line = "".join(cells) if _aligned(node) else ", ".join(_tidy(cell) for cell in cells)
        continues = not text or line.lstrip()[:1] in RELATIONS | BINARY
        text += line if continues else f"; {line}"
    return text


def _aligned(table: ET.Element) -> bool:
    return table.get("columnalign", "").startswith("right left")


def _nothing(_: ET.Element) -> str:
    return ""


def _space(_: ET.Element) -> str:
    return " "


def _children(node: ET.Element) -> str:
    return _row(list(node))


WRITERS: dict[str, Callable[[ET.Element], str]] = {
    "mi": _token,
    "mn": _token,
    "mo": lambda node: _operator(node, ""),
    "mtext": _token,
    "mspace": _space,
    "mphantom": _nothing,
    "mfrac": _fraction,
    "msup": _superscript,
    "msub": _subscript,
    "msubsup": _both,
    "munderover": _both,
    "munder": _under,
    "mover": _over,
    "msqrt": _root,
    "mroot": _root,
    "mtable": _table,
    "math": _children,
}
