"""The site's numbers: which label stands on which page and what it is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hwlib.pages.source import Page, Problem, read

KINDS = {"eq": "equation", "fig": "figure", "tab": "table"}


@dataclass(frozen=True)
class Label:
    """A place that can be referred to.

    Attributes:
        name: As typed: `eq-slope`, `fig-slope`, `tab-steps`.
        kind: `eq`, `fig` or `tab`.
        page: The page's path, relative to the docs folder, with forward slashes.
        number: "3.2" on page 3, "2" on a page without a number.
        line: Line in the page.
    """

    name: str
    kind: str
    page: str
    number: str
    line: int


@dataclass(frozen=True)
class Numbering:
    """All labels of the site, and the duplicates and misnamed ones, located by page."""

    labels: dict[str, Label]
    problems: list[tuple[str, Problem]]


def site_numbering(docs: Path) -> Numbering:
    """Number the labelled equations, figures and tables of all pages under a folder."""
    return number_pages(
        {path.relative_to(docs).as_posix(): read(path) for path in docs.rglob("*.md")}
    )


def number_pages(pages: Mapping[str, Page]) -> Numbering:
    """Number the labelled equations, figures and tables of pages that are read, by their paths.

    Equations are numbered by their place among the page's labelled ones, figures and tables by
    the places of their blocks.
    """
    result = Numbering({}, [])
    for name in sorted(pages, key=lambda path: path.split("/")):
        for label in _page_labels(pages[name], name):
            _enter(result, label)
    return result


def _page_labels(page: Page, name: str) -> Iterator[Label]:
    counts = dict.fromkeys(KINDS, 0)
    places = [(text, f.line) for f in page.formulas if f.display for text in f.labels]
    places += [(b.id, b.line) for b in page.blocks if b.id.startswith(("fig-", "tab-"))]
    for text, line in places:
        kind = text.split("-", 1)[0]
        if kind in counts:
            counts[kind] += 1
            number = f"{page.number}.{counts[kind]}" if page.number else str(counts[kind])
        else:
            number = ""
        yield Label(text, kind, name, number, line)


def _enter(result: Numbering, label: Label) -> None:
    known = result.labels.get(label.name)
    message = ""
    if label.kind not in KINDS:
        message = f"a label starts with eq-, fig- or tab-; got {label.name!r}. Rename it."
    elif known is not None:
        message = (
            f"the label {label.name!r} is taken: {known.page}:{known.line} has it. "
            "Labels are unique in the site; choose another name."
        )
    if message:
        result.problems.append((label.page, Problem(label.line, 1, message)))
    else:
        result.labels[label.name] = label
