r"""Find the formulas in Markdown text, by the rules of `pymdownx.arithmatex`.

A display formula is a paragraph of its own, `$$…$$`, `\[…\]` or `\begin{env}…\end{env}`; an inline
one is `$…$` with no blank inside either dollar (the smart dollar rule), or `\(…\)`. A backslash
escapes; code spans go first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hwlib.pages.lines import Line

_DISPLAY = re.compile(
    r"""(?sx)^(?:
        (?P<dollar>[$]{2}) (?P<math>(?:\\.|[^\\])+?) [$]{2}
      | \\\[ (?P<square>(?:\\[^\]]|[^\\])+?) \\\]
      | (?P<begin>\\begin\{(?P<env>[a-z]+\*?)\} (?:\\.|[^\\])+? \\end\{(?P=env)\})
    )[ ]*$"""
)
_INLINE = re.compile(
    r"""(?sx)
        (?<!\\)(?P<even>(?:\\{2})+)(?=\$|\\\()
      | (?<!\\)\$(?!\s)(?P<math>(?:\\.|[^\\$\x02\x03])+?)(?<!\s)\$
      | (?<!\\)\\\((?P<round>(?:\\[^)]|[^\\\x02\x03])+?)\\\)
    """
)
_CROWDED = re.compile(
    r"(?s)(?<!\\)\$\$(?P<math>(?:\\.|[^\\$])+?)\$\$"
    r"|(?P<begin>\\begin\{(?P<env>[a-z]+\*?)\}(?:\\.|[^\\])+?\\end\{(?P=env)\})"
)
_COMMENT = re.compile(r"(?s)<!--.*?-->")
_IMAGE = re.compile(r"!\[[^\[\]]*\](?=\()")  # its text is read out, not typeset
_TICKS = re.compile(r"`+")
_HIDDEN = "\x02"

CROWDED = (
    "a display formula needs a paragraph of its own; this one stands inside other text. "
    "Leave a blank line before and after it."
)
UNCLOSED = (
    "`$$` opens a display formula that does not close in the same paragraph. "
    "Close it with `$$`, and leave no blank line inside."
)

SPLIT = (
    "a | inside a formula ends the cell of a table; write \\mid, or \\lvert … \\rvert around "
    "what has an absolute value."
)


class Found(NamedTuple):
    """A formula in a run of lines: its TeX, whether it is a display, its offset, what is amiss."""

    tex: str
    display: bool
    start: int
    problem: str


def find(lines: Sequence[Line], *, block: bool) -> Iterator[Found]:
    """Find the formulas of one paragraph, in order.

    Args:
        lines: The paragraph's lines, joined by newlines for the offsets.
        block: Whether the paragraph may be one display formula.
    """
    text = "\n".join(line.text for line in lines)
    match = _DISPLAY.match(text) if block else None
    if match and "$$" not in (match["math"] or ""):
        name = next(key for key in ("math", "square", "begin") if match[key] is not None)
        yield Found(match[name], True, match.start(name), "")
    else:
        yield from sorted(_scan(text), key=lambda found: found.start)


def _scan(text: str) -> Iterator[Found]:
    text = _hide(_IMAGE, _hide(_COMMENT, hide_code(text)))
    for match in _CROWDED.finditer(text):
        name = "math" if match["math"] is not None else "begin"
        yield Found(match[name], True, match.start(name), CROWDED)
    text = _hide(_CROWDED, text)
    if (lost := re.search(r"(?<![\\$])\$\$(?!\$)", text)) is not None:
        yield Found("", True, lost.start(), UNCLOSED)
    yield from _inline(text)


def _inline(text: str) -> Iterator[Found]:
    place = 0
    while (match := _INLINE.search(text, place)) is not None:
        place = match.end()
        if match["even"]:
            text = text[: match.start()] + _HIDDEN * len(match[0]) + text[place:]
        else:
            name = "math" if match["math"] is not None else "round"
            yield Found(match[name], False, match.start(name), "")


def _hide(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: _HIDDEN * len(match[0]), text)


def hide_code(text: str) -> str:
    """Replace code spans by as many marks: from a run of backticks to the next one as long.

    Where there is none as long, the longest shorter one will do, as in Python-Markdown.
    """
    place = 0
    while (opening := _TICKS.search(text, place)) is not None:
        before = text[: opening.start()]
        if (len(before) - len(before.rstrip("\\"))) % 2:
            place = opening.start() + 1
            continue
        end = _code_end(text, opening)
        if end is None:
            place = opening.end() + len(opening[0])
        else:
            text = before + _HIDDEN * (end - opening.start()) + text[end:]
            place = end
    return text


def _code_end(text: str, opening: re.Match[str]) -> int | None:
    """Return where a code span ends, behind its closing backticks."""
    runs = list(_TICKS.finditer(text, opening.end()))
    wanted = len(opening[0])
    for run in runs:
        if len(run[0]) == wanted:
            return run.end()
    longest = max((len(run[0]) for run in runs), default=wanted)
    ends = (run.end() for run in runs if len(run[0]) == longest)
    return next(ends, None) if longest < wanted else None
