r"""Pages for measuring: as many as are asked for, each the start of a task page with its blocks.

A page is the first paragraphs of a task page, about 500 words, with the first figure and the first
table of that page. Taking the start keeps every claim true: a definition stands before its use.
Each copy is made unlike the others where a site must be: its title and description, its labels and
ids, and a comment in its blocks, so that no copy can use what another one computed.

What stands outside of the part that was taken cannot be referred to: such references and the links
to other pages are left as words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

__all__ = ["FOLDER", "TASKS", "Page", "excerpt", "folder_of", "made"]

TASKS = ("task-3", "task-4", "task-5", "task-6")
WORDS = 500
FOLDER = 50  # pages in one; a site of a thousand pages in one folder has no navigation to speak of

_FENCE = re.compile(r'```python exec="1"[^\n]*\n(?P<code>.*?)\n```\n?', re.DOTALL)
_FENCE_ID = re.compile(r'id="(?P<id>[\w-]+)"')
_LABEL = re.compile(r"(?<=\\label\{)eq-[\w-]+(?=\})")
_REFERENCE = re.compile(r"@(?P<label>(?P<kind>eq|fig|tab)-\w+(?:-\w+)*)")
_LINK = re.compile(r"\[(?P<text>[^\]\n]+)\]\((?!https?:)[^)\s]*\)")
_NOTE = re.compile(r"\[\^[^\]]+\]")
_NAMES = {"eq": "an equation", "fig": "a figure", "tab": "a table"}


@dataclass(frozen=True)
class Page:
    """A page, with what its engine-specific writers need.

    Attributes:
        number: From 1; part of every name on it.
        title: Unlike that of any other page.
        text: Markdown without front matter and without executed blocks.
        blocks: Id and code of each executed block.
    """

    number: int
    title: str
    text: str
    blocks: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """Its path without suffix: `part-1/page-17`."""
        return f"{folder_of(self.number)}/page-{self.number}"

    def markdown(self) -> str:
        """Return the source of this page for this site's engines."""
        fences = "".join(
            f'\n```python exec="1" html="1" id="{name}"\n{code}\n```\n'
            for name, code in self.blocks
        )
        return (
            f'---\ntitle: "{self.title}"\ndescription: Page {self.number} for measuring.\n'
            f"number: {self.number}\n---\n\n{self.text}\n{fences}"
        )


def folder_of(number: int) -> str:
    """Return the folder of a page: each holds `FOLDER` of them."""
    return f"part-{(number - 1) // FOLDER + 1}"


def made(docs: Path, count: int) -> list[Page]:
    """Make pages from the task pages under a docs folder, in turn."""
    sources = [(docs / "hw1-part2" / f"{task}.md").read_text("utf-8") for task in TASKS]
    parts = [excerpt(source) for source in sources]
    turns = islice(cycle(parts), count)
    return [_copy(part, number) for number, part in enumerate(turns, 1)]


def excerpt(source: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the first paragraphs of a page, and its first figure and first table.

    Returns:
        Markdown without blocks; id and code of each block.
    """
    body = source.split("---\n", 2)[2] if source.startswith("---\n") else source
    fences = [(_named(match[0]), match["code"]) for match in _FENCE.finditer(body)]
    firsts = [
        next((block for block in fences if block[0].startswith(kind)), None)
        for kind in ("fig-", "tab-")
    ]
    text = _start(_FENCE.sub("", body))
    labels = set(_LABEL.findall(text))
    text = _REFERENCE.sub(lambda match: _kept(match, labels), text)
    text = _NOTE.sub("", _LINK.sub(r"\g<text>", text))
    return text.strip() + "\n", tuple(block for block in firsts if block)


def _named(fence: str) -> str:
    found = _FENCE_ID.search(fence)
    return found["id"] if found else ""


def _start(body: str) -> str:
    """Return whole paragraphs until there are enough words; what is indented belongs to a box."""
    taken: list[str] = []
    for paragraph in re.split(r"\n{2,}", body.strip()):
        enough = sum(len(one.split()) for one in taken) >= WORDS
        if enough and not paragraph.startswith("    "):
            break
        taken.append(paragraph)
    while taken[-1].startswith("#") or taken[-1].rstrip().endswith((":", ",")):
        taken.pop()  # it leads on to what was cut off
    return "\n\n".join(taken)


def _kept(reference: re.Match[str], labels: set[str]) -> str:
    return reference[0] if reference["label"] in labels else _NAMES[reference["kind"]]


def _copy(part: tuple[str, tuple[tuple[str, str], ...]], number: int) -> Page:
    """Return a page of its own: title, labels, ids and code unlike those of every other."""
    text, blocks = part
    text = _LABEL.sub(rf"\g<0>-n{number}", text)
    text = _REFERENCE.sub(rf"\g<0>-n{number}", text)
    heading, _, rest = text.partition("\n")
    title = f"{heading.lstrip('# ').rstrip()}, copy {number}"
    return Page(
        number,
        title,
        f"# {title}\n{rest}",
        tuple((f"{name}-n{number}", f"{code}  # copy {number}") for name, code in blocks),
    )
