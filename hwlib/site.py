"""The site while it is being rendered: which page is on, what is labelled where, what links to it.

Pages are rendered one by one and in any order, under an engine that tells an extension little. So
the sources are read from the docs folder, once, and again when the file in question has changed.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hwlib.pages import Label, Numbering, Page, Problem, number_pages, read

__all__ = ["Place", "Site", "place_of", "site_at"]


@dataclass(frozen=True)
class Place:
    """A page of the site.

    Attributes:
        docs: The folder of all pages.
        page: The page's path in it, with forward slashes.
        mends_links: Whether the engine turns links between sources into addresses in the finished
            page, as Zensical does; MkDocs does it before, in the tree.
    """

    docs: Path
    page: str
    mends_links: bool = False

    @property
    def file(self) -> str:
        """The page as messages name it: `docs/hw1-part2/task-3.md`."""
        return f"{self.docs.name}/{self.page}"

    def link(self, page: str) -> str:
        """Return what a link from here to `page` is to say in the finished page."""
        if page == self.page:
            return ""
        if self.mends_links:
            return posixpath.relpath(page, posixpath.dirname(self.page))
        return posixpath.relpath(_address(page), _address(self.page)) + "/"


def place_of(md: Any) -> Place:
    """Return the page that `md`, a `markdown.Markdown`, is rendering.

    The engines say it in different places: MkDocs and ProperDocs in the treeprocessor that mends
    links, Zensical in a preprocessor. markdown-exec renders what a block printed with a Markdown
    of its own, which knows the page's.

    Raises:
        RuntimeError: Outside of these engines.
    """
    md = getattr(md, "_original_md", md)
    if "relpath" in md.treeprocessors:
        file = md.treeprocessors["relpath"].file
        return Place(Path(file.src_dir), file.src_uri)
    if "rendering_context" in md.preprocessors:
        context = md.preprocessors["rendering_context"]
        return Place(Path(context.config["docs_dir"]), context.page.path, mends_links=True)
    raise RuntimeError(
        "hwlib.extension renders pages of a site; it needs MkDocs, ProperDocs or Zensical to say "
        "which one. For a text on its own leave it out of the Markdown extensions."
    )


def _address(page: str) -> str:
    """Return the folder that `page` is published as (`use_directory_urls`, the default)."""
    folder, name = posixpath.split(page.removesuffix(".md"))
    return "/" + (folder if name in {"index", "README"} else posixpath.join(folder, name))


class Site:
    """The sources under one docs folder."""

    def __init__(self, docs: Path) -> None:
        self.docs = docs
        self._pages: dict[str, Page] = {}
        self._stamps: dict[str, tuple[int, int]] = {}
        self._numbering = Numbering({}, [])
        self._blocks: dict[str, list[tuple[str, int]]] = {}

    def page(self, name: str) -> Page:
        """Return the source of the page `name` as it is on disk now."""
        self._freshen(name)
        return self._pages[name]

    def pages(self) -> Mapping[str, Page]:
        """Return the sources of all pages as they are on disk now, in the order of their names."""
        self._scan()
        return {name: self._pages[name] for name in sorted(self._pages)}

    def problems(self, name: str) -> list[Problem]:
        """Return what is wrong with the page's own labels."""
        self._freshen(name)
        return [problem for page, problem in self._numbering.problems if page == name]

    def label(self, name: str) -> Label | None:
        """Return the place that `name` stands for, or None if no page has it."""
        known = self._numbering.labels.get(name)
        if known is None or not self._is_fresh(known.page):
            self._scan()
        return self._numbering.labels.get(name)

    def blocks(self, block_id: str) -> list[tuple[str, int]]:
        """Return page and line of every block with this id, in the order of the site's paths."""
        return self._blocks.get(block_id, [])

    def labels(self) -> Mapping[str, Label]:
        """All labels, as last read."""
        return self._numbering.labels

    def _freshen(self, name: str) -> None:
        if not self._is_fresh(name):
            self._scan()

    def _is_fresh(self, name: str) -> bool:
        path = self.docs / name
        return path.is_file() and self._stamps.get(name) == _stamp(path)

    def _scan(self) -> None:
        """Read what has changed, then number everything anew."""
        stamps = {
            path.relative_to(self.docs).as_posix(): _stamp(path) for path in self.docs.rglob("*.md")
        }
        self._pages = {
            name: self._pages[name] if self._stamps.get(name) == stamp else read(self.docs / name)
            for name, stamp in stamps.items()
        }
        self._stamps = stamps
        self._numbering = number_pages(self._pages)
        self._blocks = _by_id(self._pages)


def _by_id(pages: Mapping[str, Page]) -> dict[str, list[tuple[str, int]]]:
    """Return page and line of every executed block by its id, in the order of the paths."""
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for name in sorted(pages):
        for block in pages[name].blocks:
            found[block.id].append((name, block.line))
    return dict(found)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@cache
def site_at(docs: Path) -> Site:
    """Return the one `Site` of a docs folder."""
    return Site(docs)
