"""The walk over a Markdown source: containers, paragraphs, headings; and what it collects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from hwlib.pages import formulas as maths
from hwlib.pages.lines import Line, find_fences, front_matter_rows, mask_html, split_lines
from hwlib.utf8 import text_of

_TAB = 4
_HEADER = re.compile(
    r"^(?:!!! ?|\?\?\?\+? ?|===[+!]* +)(?:[\w-]+(?: +[\w-]+)*)?(?: *\"(?P<title>.*?)\")? *$"
)
_HEADING = re.compile(r"^(?P<level>#{1,6})(?P<text>(?:\\.|[^\\#]|#+(?=[^#\n]))*?)#*$")
_UNDERLINE = re.compile(r"^(=+|-+) *$")
_QUOTE = re.compile(r"^ {0,3}> ?")
_ITEM = re.compile(r"^ {0,3}(?:\d+\.|[*+-]) +")
_NESTED_ITEM = re.compile(r"^ {4,7}(?:\d+\.|[*+-]) +")
_NOTE = re.compile(r"^ {0,3}\[\^[^\]\n]+\]:[ ]*")
_DEFINITION = re.compile(r"^ {0,3}: {1,3}")
_TABLE_RULE = re.compile(r"^[|:\- ]*-[|:\- ]*$")
_CELL_END = re.compile(r"(?<!\\)(?:\\\\)*\|")
_TRUE = ("1", "on", "true", "yes")
_LABEL = re.compile(r"\\label\{([^{}]*)\}")


@dataclass(frozen=True)
class Heading:
    """A heading: its level (1 to 6), text as typed, line, and the section that it stands in."""

    level: int
    text: str
    line: int
    section: int


@dataclass(frozen=True)
class Block:
    """An executed block: `line` is that of its opening fence, the code starts on the next."""

    id: str
    language: str
    options: dict[str, str]
    code: str
    line: int
    section: int


@dataclass(frozen=True)
class Formula:
    """A formula of the page.

    Attributes:
        tex: What stands between the delimiters, exactly as arithmatex hands it on.
        display: Whether it is a display formula.
        line: 1-based line in the file of the first letter of `tex`.
        column: 1-based column in the file of the first letter of `tex`.
        section: Number of the section: 0 before the first heading, each h1 and h2 opens the next.
        places: For each line of `tex`, row and column of its first letter.
        lead: What stands before it in its paragraph, at most 80 letters.
    """

    tex: str
    display: bool
    line: int
    column: int
    section: int
    places: tuple[tuple[int, int], ...] = field(repr=False)
    lead: str = field(default="", repr=False)

    def at(self, offset: int) -> tuple[int, int]:
        """Return line and column in the file of the letter at an offset of `tex`."""
        before = self.tex[:offset]
        row = before.count("\n")
        line, column = self.places[row]
        return line, column + offset - (before.rfind("\n") + 1)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        r"""The names in its `\\label{…}`."""
        return tuple(_LABEL.findall(self.tex))


@dataclass(frozen=True)
class Problem:
    """Something in the source that would not be typeset as it was meant."""

    line: int
    column: int
    message: str


@dataclass
class Page:
    """All that was found in one source, in the order of the file."""

    path: Path
    front_matter: str = ""
    headings: list[Heading] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    formulas: list[Formula] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    prose: list[list[Line]] = field(default_factory=list, repr=False)

    @cached_property
    def meta(self) -> dict[str, Any]:
        """The front matter, as YAML reads it."""
        import yaml  # late: the checker never needs it

        found = yaml.safe_load(self.front_matter) if self.front_matter else None
        return found if isinstance(found, dict) else {}

    @property
    def number(self) -> str:
        """The page's number from its front matter (`number: 3`), or an empty text."""
        match = re.search(r"(?m)^number:[ ]*['\"]?([\w.]+)", self.front_matter)
        return match[1] if match else ""


def read(path: Path) -> Page:
    """Read a Markdown file.

    Raises:
        NotUtf8Error: If it is not UTF-8.
    """
    return parse(text_of(path), path)


def parse(text: str, path: Path = Path("page.md")) -> Page:
    """Read a Markdown text; `path` is what messages will call it."""
    lines = split_lines(text)
    matter = front_matter_rows(lines)
    page = Page(path, "\n".join(line.text for line in lines[1 : matter - 1]) if matter else "")
    lines = [Line("", *line[1:]) if line.row <= matter else line for line in lines]
    walk = _Walk(page)
    pending = _cut_fences(lines)
    mask_html(lines)
    for run in _runs(lines):
        walk.run(run)
    page.blocks = [_in_section(block, page.headings) for block in pending]
    return page


def _cut_fences(lines: list[Line]) -> list[Block]:
    """Blank the fenced code and return the executed ones among it."""
    blocks = []
    for fence in list(find_fences(lines)):
        if fence.options.get("exec", "").lower() in _TRUE:
            name = fence.options.get("id", "")
            blocks.append(
                Block(name, fence.language, fence.options, fence.code, fence.row, section=0)
            )
        for row in range(fence.row, fence.end + 1):
            lines[row - 1] = Line("", row, 1)
    return blocks


def _in_section(block: Block, headings: Sequence[Heading]) -> Block:
    section = max((h.section for h in headings if h.line < block.line), default=0)
    return Block(block.id, block.language, block.options, block.code, block.line, section)


def _runs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Split at blank lines."""
    run: list[Line] = []
    for line in lines:
        if line.text.strip():
            run.append(line)
        elif run:
            yield run
            run = []
    if run:
        yield run


class _Walk:
    """Goes through the paragraphs, keeping how deep the open containers are."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.open = 0  # containers (list items, admonitions, …) that a deeper indent continues
        self.section = 0

    def run(self, lines: list[Line]) -> None:
        """Read a run of lines without a blank one; an indent beyond the containers is code."""
        lines = _after_code(lines, self.open)
        if lines:
            self.open = _depth(lines[0])
            self.content([line.dedent(self.open * _TAB) for line in lines], self.open)

    def content(self, lines: list[Line], depth: int) -> None:
        """Read lines at the left edge of their container; the order of the rules is Markdown's."""
        if not lines:
            return
        if self._container(lines, depth) or self._display(lines) or self._heading(lines, depth):
            return
        if self._list(lines, depth) or self._quote(lines, depth) or self._note(lines, depth):
            return
        if not self._table(lines):
            self._text(lines)

    def _container(self, lines: list[Line], depth: int) -> bool:
        """An admonition, a fold or a tab: its title is text, what is indented below is inside."""
        for index, line in enumerate(lines):
            match = _HEADER.match(line.text)
            if not match:
                continue
            self.content(lines[:index], depth)
            if match["title"]:
                title = line.text[: match.end("title")]
                self._text([Line(title, line.row, line.column).cut(match.start("title"))])
            end = next(
                (i for i in range(index + 1, len(lines)) if not lines[i].text.startswith("    ")),
                len(lines),
            )
            self.open = depth + 1
            inside = [inner.dedent(_TAB) for inner in lines[index + 1 : end]]
            self.content(_after_code(inside), depth + 1)
            self.content(lines[end:], depth)
            return True
        return False

    def _display(self, lines: list[Line]) -> bool:
        found = next(iter(maths.find(lines, block=True)), None)
        if found is None or not found.display or found.problem:
            return False
        self._add(found, lines)
        return True

    def _heading(self, lines: list[Line], depth: int) -> bool:
        for index, line in enumerate(lines):
            match = _HEADING.match(line.text)
            underlined = index == 1 and _UNDERLINE.match(line.text)
            if match:
                self.content(lines[:index], depth)
                level, start = len(match["level"]), match.start("text")
                text = Line(line.text[: match.end("text")], line.row, line.column).cut(start)
            elif underlined:
                level, text = (1 if line.text[0] == "=" else 2), lines[0]
            else:
                continue
            self._open_section(level, text)
            self._text([text])
            self.content(_after_code(lines[index + 1 :]), depth)
            return True
        return False

    def _open_section(self, level: int, text: Line) -> None:
        self.section += level <= 2
        self.page.headings.append(Heading(level, text.text.strip(), text.row, self.section))

    def _list(self, lines: list[Line], depth: int) -> bool:
        if not _ITEM.match(lines[0].text):
            return False
        items: list[list[Line]] = []
        for line in lines:
            match = _ITEM.match(line.text)
            nested = _NESTED_ITEM.match(line.text)
            if match:
                items.append([line.cut(match.end())])
            elif nested and not items[-1][0].text.startswith(" " * _TAB):
                items.append([line])
            else:
                items[-1].append(line)
        for item in items:
            self.open = depth + 1
            self.content([line.dedent(_TAB) for line in item], depth + 1)
        self.open = max(self.open, depth + 1)
        return True

    def _quote(self, lines: list[Line], depth: int) -> bool:
        start = next((i for i, line in enumerate(lines) if _QUOTE.match(line.text)), None)
        if start is None:
            return False
        self.content(lines[:start], depth)
        inner = _Walk(self.page)
        inner.section = self.section
        for run in _runs([_unquote(line) for line in lines[start:]]):
            inner.run(run)
        self.section = inner.section
        return True

    def _note(self, lines: list[Line], depth: int) -> bool:
        """A footnote's text or a definition after its term: the first line loses its mark."""
        start = next((i for i, line in enumerate(lines) if _DEFINITION.match(line.text)), 0)
        match = _DEFINITION.match(lines[start].text) or _NOTE.match(lines[start].text)
        if not match:
            return False
        for term in lines[:start]:
            self._text([term])
        self.open = depth + 1
        rest = [line.dedent(_TAB) for line in lines[start + 1 :]]
        self.content([lines[start].cut(match.end()), *rest], depth + 1)
        self.open = max(self.open, depth + 1)
        return True

    def _table(self, lines: list[Line]) -> bool:
        if len(lines) < 2 or "|" not in lines[0].text or not _TABLE_RULE.match(lines[1].text):
            return False
        head = list(_cells(lines[0]))
        if len(head) != len(list(_cells(lines[1]))):
            return False
        for line in [lines[0], *lines[2:]]:
            self._split_formulas(line)
            for cell in list(_cells(line))[: len(head)]:  # what has no column is not shown
                self._text([cell])
        return True

    def _split_formulas(self, line: Line) -> None:
        """Note the formulas of a table's row that a pipe cuts in two, so that none is one."""
        for found in maths.find([line], block=False):
            bar = _CELL_END.search(found.tex)
            if bar is not None:
                column = line.column + found.start + bar.end() - 1
                self.page.problems.append(Problem(line.row, column, maths.SPLIT))

    def _text(self, lines: list[Line]) -> None:
        """Take the inline formulas of a piece of text."""
        self.page.prose.append(lines)
        for found in maths.find(lines, block=False):
            self._add(found, lines)

    def _add(self, found: maths.Found, lines: list[Line]) -> None:
        places = _places(found, lines)
        row, column = places[0]
        if found.problem:
            self.page.problems.append(Problem(row, column, found.problem))
        if found.tex:
            lead = "\n".join(line.text for line in lines)[: found.start][-80:].rstrip("$\\([")
            self.page.formulas.append(
                Formula(found.tex, found.display, row, column, self.section, places, lead)
            )


def _depth(line: Line) -> int:
    """Return how many containers' indents a line has."""
    return (len(line.text) - len(line.text.lstrip(" "))) // _TAB


def _after_code(lines: list[Line], depth: int = 0) -> list[Line]:
    """Return lines without the first ones that are indented beyond a depth: they are code."""
    code = 0
    while code < len(lines) and _depth(lines[code]) > depth:
        code += 1
    return lines[code:]


def _unquote(line: Line) -> Line:
    match = _QUOTE.match(line.text)
    return line.cut(match.end()) if match else line


def _cells(line: Line) -> Iterator[Line]:
    """Split a table's row at its pipes, other than escaped ones and those in code spans."""
    text = maths.hide_code(line.text).strip(" ")
    row = line.dedent(len(line.text))
    start = 1 if text.startswith("|") else 0
    for match in _CELL_END.finditer(text, start):
        yield Line(row.text[: match.end() - 1], row.row, row.column).cut(start)
        start = match.end()
    if start < len(text):
        yield row.cut(start)


def _places(found: maths.Found, lines: list[Line]) -> tuple[tuple[int, int], ...]:
    """Return row and column of each line of a formula that starts at an offset of joined lines."""
    offset = found.start
    first = 0
    while offset > len(lines[first].text):
        offset -= len(lines[first].text) + 1
        first += 1
    places = [(lines[first].row, lines[first].column + offset)]
    below = lines[first + 1 : first + 1 + found.tex.count("\n")]
    return tuple(places + [(line.row, line.column) for line in below])
