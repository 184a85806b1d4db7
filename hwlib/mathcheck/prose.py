"""Decimals in sentences, outside maths and code: nobody checks them, so they do not pass.

A number that is computed stands in maths, where it is checked, or comes from an executed block. A
decimal that is neither is reported, unless its paragraph says `<!-- unchecked: why -->`. Numbers of
versions, licences, sections, exercises, figures and tables are names, not quantities.

A line `% unchecked: …` in a sentence speaks to no formula, and would be read: it is reported too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hwlib.mathcheck.verdict import Result
from hwlib.pages import Page, formulas
from hwlib.pages.lines import Line

_DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.]*\w)")
_DIGITS = re.compile(r"\d\.\d")  # in most paragraphs there are none
_MARK = re.compile(r"<!--\s*unchecked:\s*(.*?)\s*-->", re.DOTALL)
_NO_QUANTITY = re.compile(
    r"""(?x)
      \]\([^)]*\) | <[^>]*> | \{[^}]*\}                 # where a link leads, HTML, attributes
    | (?:doi:|https?://|\b10\.\d{4,9}/)\S+              # addresses
    | \b(?:[Ee]xercises?|[Ff]igures?|[Tt]ables?|[Ss]ections?|[Cc]hapters?|[Ee]quations?|[Vv]ersions?
      |Python|MathJax|Attribution|CC\ BY)\s\(?\d[\d.]*  # numbered names
    """
)
_REASON = (
    "a decimal in a sentence is checked by nobody; write it in maths, $x \\approx 0.5$, have a "
    "block compute it, or say why not: <!-- unchecked: reason -->"
)

_DIRECTIVE = re.compile(r"(?m)^[ >]*(%\s*(?:unchecked|given|domain|functions)\s*:.*)$")
_OUTSIDE = "a directive outside of a formula; move it between the dollars, on a line of its own"


def check_prose(page: Page, file: str) -> list[Result]:
    """Return a result for each decimal, and each lost directive, in the sentences of a page."""
    return [result for lines in page.prose for result in _paragraph(lines, file)]


def _paragraph(lines: list[Line], file: str) -> Iterator[Result]:
    text = "\n".join(line.text for line in lines)
    if "%" not in text and not _DIGITS.search(text):
        return
    mark = _MARK.search(text)
    shown = _without_formulas(text, lines)
    for match in _DIRECTIVE.finditer(shown):
        yield _result(match, 1, lines, file, ("parse", _OUTSIDE))
    shown = _DIRECTIVE.sub(lambda match: "\x02" * len(match[0]), shown)
    shown = _NO_QUANTITY.sub(lambda match: re.sub(r"[^\n]", "\x02", match[0]), shown)
    verdict = ("unchecked", mark[1]) if mark else ("undecided", _REASON)
    for match in _DECIMAL.finditer(shown):
        yield _result(match, 0, lines, file, verdict)


def _result(
    match: re.Match[str], group: int, lines: list[Line], file: str, said: tuple[str, str]
) -> Result:
    start = match.start(group)
    row = match.string.count("\n", 0, start)
    return Result(
        file=file,
        line=lines[row].row,
        column=lines[row].column + start - (match.string.rfind("\n", 0, start) + 1),
        tex=match[group],
        kind="prose",
        verdict=said[0],
        reason=said[1],
    )


def _without_formulas(text: str, lines: list[Line]) -> str:
    shown = formulas.hide_code(text)
    for found in formulas.find(lines, block=False):
        start, end = found.start, found.start + len(found.tex)
        shown = shown[:start] + re.sub(r"[^\n]", "\x02", found.tex) + shown[end:]
    return shown
