"""Lines that remember where they came from, and what of a file is not Markdown text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_FENCE = re.compile(
    r"""^(?P<lead>[>\ ]*)(?P<fence>~{3,}|`{3,})[ ]*
        (?:\{(?P<attrs>[^\n]*)\}|\.?(?P<lang>[\w\#.+-]+)?(?P<options>[^`\n]*))[ ]*$""",
    re.VERBOSE,
)
_OPTION = re.compile(r"""([a-zA-Z_][\w-]*)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"'}]+)))?""")
_RAW_HTML = re.compile(
    r"^[ ]{0,3}<(address|article|aside|blockquote|center|details|div|dl|fieldset|figure|footer|form"
    r"|header|iframe|main|math|nav|noscript|object|ol|p|pre|script|section|style|svg|table|ul|video)"
    r"(?=[\s>/])([^>]*)>",
    re.IGNORECASE,
)


class Line(NamedTuple):
    """A stretch of one line of the file: its text, 1-based row and column of its first letter."""

    text: str
    row: int
    column: int

    def cut(self, count: int) -> Line:
        """Return the line without its first `count` letters."""
        return Line(self.text[count:], self.row, self.column + count)

    def dedent(self, width: int) -> Line:
        """Return the line without up to `width` leading spaces."""
        return self.cut(min(width, len(self.text) - len(self.text.lstrip(" "))))


class Fence(NamedTuple):
    """A fenced code block: language, options, code, and the rows of its first and last fence."""

    language: str
    options: dict[str, str]
    code: str
    row: int
    end: int


def split_lines(text: str) -> list[Line]:
    """Split a text into lines; leading tabs become four spaces, columns stay those of the file."""
    lines = []
    for row, raw in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        wide = raw.expandtabs(4) if "\t" in raw else raw
        lines.append(Line(wide, row, 1 - (len(wide) - len(raw))))
    return lines


def front_matter_rows(lines: Sequence[Line]) -> int:
    """Return how many rows the YAML front matter takes, with both of its `---` lines; 0 if none."""
    if not lines or lines[0].text.rstrip() != "---":
        return 0
    for line in lines[1:]:
        if line.text.rstrip() in ("---", "..."):
            return line.row
    return 0


def find_fences(lines: Sequence[Line]) -> Iterator[Fence]:
    """Find the fenced code blocks as superfences does: the same fence, not less indented, ends it.

    A fence that is never closed is no fence.
    """
    start = 0
    while start < len(lines):
        match = _FENCE.match(lines[start].text)
        end = _fence_end(lines, start, match) if match else None
        if match and end is not None:
            yield _fence(lines, start, end, match)
            start = end
        start += 1


def _fence_end(lines: Sequence[Line], start: int, match: re.Match[str]) -> int | None:
    lead, fence = len(match["lead"]), match["fence"]
    for index in range(start + 1, len(lines)):
        text = lines[index].text
        body = text.lstrip("> ")
        if body and len(text) - len(body) < lead:
            return None
        if body.rstrip() == fence:
            return index
    return None


def _fence(lines: Sequence[Line], start: int, end: int, match: re.Match[str]) -> Fence:
    lead = len(match["lead"])
    attrs = match["attrs"]
    found = {m[1]: m[2] or m[3] or m[4] or "" for m in _OPTION.finditer(match["options"] or "")}
    language = match["lang"] or ""
    if attrs is not None:
        words = re.match(r"\s*\.?([\w+-]+)", attrs)
        language = words[1] if words else ""
        found = {m[1]: m[2] or m[3] or m[4] or "" for m in _OPTION.finditer(attrs) if "=" in m[0]}
        name = re.search(r"(?<!\S)#([\w-]+)", attrs)
        found |= {"id": name[1]} if name else {}
    code = "\n".join(line.text[lead:] for line in lines[start + 1 : end])
    return Fence(language, found, code, lines[start].row, lines[end].row)


def mask_html(lines: list[Line]) -> None:
    """Blank, in place, comments that start a line and raw HTML without a markdown attribute."""
    index = 0
    while index < len(lines):
        text = lines[index].text
        raw = _RAW_HTML.match(text)
        if text.lstrip().startswith("<!--"):
            index = _mask_comment(lines, index)
        elif raw and not re.search(r"\bmarkdown\b", raw[2]):
            index = _mask_element(lines, index, raw[1])
        else:
            index += 1


def _mask_comment(lines: list[Line], start: int) -> int:
    """Blank a comment from row index `start`; return the index to go on from."""
    for index in range(start, len(lines)):
        text, row, column = lines[index]
        end = text.find("-->")
        lines[index] = Line("", row, column)
        if end >= 0:
            lines[index] = Line(" " * (end + 3) + text[end + 3 :], row, column)
            return index if "<!--" in lines[index].text else index + 1
    return len(lines)


def _mask_element(lines: list[Line], start: int, tag: str) -> int:
    """Blank an HTML element with all that it contains; one that never closes is left alone."""
    pattern = re.compile(rf"<(/?){tag}(?=[\s>/])[^>]*>", re.IGNORECASE)
    depth = 0
    for index in range(start, len(lines)):
        for match in pattern.finditer(lines[index].text):
            depth += -1 if match[1] else 1
            if depth == 0:
                for inside in range(start, index + 1):
                    lines[inside] = Line("", lines[inside].row, lines[inside].column)
                return index + 1
    return start + 1
