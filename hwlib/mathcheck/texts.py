"""Pieces of TeX from a page, and how they are shown on one line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what is known already is reported without the parser
    from hwlib.mathtex import ast

_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*")
_NOISE = re.compile(
    r"\\(?:label|tag\*?)\{[^{}]*\}|\\\\(?:\[[^\]]*\])?|(?<!\\)&|\\(?:quad|qquad)(?![a-zA-Z])"
    r"|\\(?:begin|end)\{(?:align\*?|aligned|gather\*?|gathered|equation\*?|split|alignat\*?)\}"
)
_NOISE_IN_ARRAYS = re.compile(r"\\(?:label|tag\*?)\{[^{}]*\}")
_ARRAY = re.compile(r"\\begin\{(?:[a-zA-Z]*matrix|cases|array)")
_ENVIRONMENT = re.compile(r"\\(begin|end)\{([a-zA-Z]+)\}(?:\{[lcr| ]*\})?")
_RELATION = re.compile(r"\\[a-zA-Z]+|:=|[=<>]")
_SIGNS = {
    "=": "=", "==": "\\equiv", "~=": "\\approx", "!=": "\\ne",
    "<": "<", "<=": "\\le", ">": ">", ">=": "\\ge",
}  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """One formula of a page.

    Attributes:
        tex: What stands between the delimiters.
        file: What messages call the page.
        places: Row and column, from 1, of the first letter of each line of `tex`; a formula that
            an executed block printed has the row of the block for all of them.
        section: Number of the section.
        display: Whether it is a display formula.
        lead: The words before it in its sentence.
        block: Id of the executed block that printed it, or an empty text.
    """

    tex: str
    file: str
    places: tuple[tuple[int, int], ...]
    section: int = 0
    display: bool = True
    lead: str = ""
    block: str = ""

    def at(self, offset: int) -> tuple[int, int]:
        """Return line and column in the file of a letter of `tex`."""
        before = self.tex[: max(0, offset)]
        row = min(before.count("\n"), len(self.places) - 1)
        line, column = self.places[row]
        return line, column + len(before) - (before.rfind("\n") + 1)


def one_line(tex: str) -> str:
    """Return TeX without comments, alignment, labels and line breaks."""
    text = _without_halves(_COMMENT.sub(r"\1", tex))
    text = (_NOISE_IN_ARRAYS if _ARRAY.search(text) else _NOISE).sub(" ", text)
    return re.sub(r"\s+", " ", text).strip().rstrip(",.;").strip()


def _without_halves(tex: str) -> str:
    r"""TeX without each \begin or \end whose partner stands outside of it."""
    opened: list[re.Match[str]] = []
    halves: list[re.Match[str]] = []
    for found in _ENVIRONMENT.finditer(tex):
        if found[1] == "begin":
            opened.append(found)
        elif opened and opened[-1][2] == found[2]:
            opened.pop()
        else:
            halves.append(found)
    for half in sorted((*opened, *halves), key=lambda one: -one.start()):
        tex = tex[: half.start()] + " " + tex[half.end() :]
    return tex


def operand_texts(tex: str, chain: ast.Comparison) -> list[str]:
    """Return each relation of a chain as text: left side, sign, right side."""
    starts, ends = [chain.span.start], []
    for offset in chain.offsets:
        ends.append(offset)
        sign = _RELATION.match(tex, offset)
        starts.append(sign.end() if sign else offset)
    ends.append(chain.span.end)
    sides = [one_line(tex[start:end]) for start, end in zip(starts, ends, strict=True)]
    return [
        f"{left} {_SIGNS.get(operator, operator)} {right}"
        for left, operator, right in zip(sides, chain.operators, sides[1:], strict=False)
    ]
