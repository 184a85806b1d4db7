"""A page as it was built: what the proof needs to know of its HTML."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lxml import etree, html


def _query(path: str) -> etree.XPath:
    return etree.XPath(path, smart_strings=False)


_IDS = _query("//@id")
_NAMES = _query("//a/@name")
_LINKS = _query("//@href | //@src | //@*[name()='xlink:href']")
_PAINTED = _query("//@*[starts-with(., 'url(#')]")
_TITLE = _query("string(//head/title)")
_DESCRIPTION = _query("string(//head/meta[@name='description']/@content)")
_HEADING = _query(
    "(//h1)[1]//text()[not(ancestor::a[@class='headerlink'] or ancestor::*[@class='hw-mml'])]"
)
_CANONICAL = _query("string(//head/link[@rel='canonical']/@href)")
_BLOCKS = _query("//@data-block")
_BOXES = _query("//*[@class='hw-error']")
_FIGURES = _query("//figure/@id")
_RAW_MATHS = _query("//*[@class='arithmatex']")


@dataclass(frozen=True)
class BuiltPage:
    """One HTML file of a site.

    Attributes:
        file: Where it is.
        path: Its path in the site, with forward slashes.
    """

    file: Path
    path: str

    @cached_property
    def text(self) -> str:
        """The file's text."""
        return self.file.read_text(encoding="utf-8")

    @cached_property
    def _tree(self) -> html.HtmlElement:
        return html.document_fromstring(
            self.text.encode(), parser=html.HTMLParser(encoding="utf-8")
        )

    @cached_property
    def ids(self) -> Counter[str]:
        """Each id with how often it stands on the page."""
        return Counter(_strings(_IDS(self._tree)))

    @cached_property
    def anchors(self) -> set[str]:
        """Everything that a fragment can point to."""
        return {*self.ids, *_strings(_NAMES(self._tree))}

    @property
    def links(self) -> list[str]:
        """Every address that the page refers to, each once, in order; paint servers too."""
        painted = [text[4:].split(")")[0].strip("'\"") for text in _strings(_PAINTED(self._tree))]
        return list(dict.fromkeys([*_strings(_LINKS(self._tree)), *painted]))

    @property
    def title(self) -> str:
        """The page's title."""
        return str(_TITLE(self._tree)).strip()

    @property
    def description(self) -> str:
        """The page's description for search engines."""
        return str(_DESCRIPTION(self._tree)).strip()

    @property
    def heading(self) -> str:
        """The page's first heading, its formulas as readable text."""
        return "".join(_strings(_HEADING(self._tree))).strip()

    @property
    def canonical(self) -> str:
        """The page's own full address, as it states it; empty if it does not."""
        return str(_CANONICAL(self._tree))

    @property
    def blocks(self) -> set[str]:
        """The ids of the executed blocks that left their mark."""
        return set(_strings(_BLOCKS(self._tree)))

    @property
    def figures(self) -> list[str]:
        """The ids of figures and tables."""
        return _strings(_FIGURES(self._tree))

    @property
    def errors(self) -> list[str]:
        """The text of each error box."""
        return [box.text_content().strip() for box in _elements(_BOXES(self._tree))]

    @property
    def raw_maths(self) -> list[str]:
        """TeX that nobody typeset."""
        return [left.text_content().strip() for left in _elements(_RAW_MATHS(self._tree))]


def _strings(found: object) -> list[str]:
    return [str(item) for item in found] if isinstance(found, list) else []


def _elements(found: object) -> list[html.HtmlElement]:
    return (
        [item for item in found if isinstance(item, html.HtmlElement)]
        if isinstance(found, list)
        else []
    )


def built_pages(site: Path) -> list[BuiltPage]:
    """Find every HTML file of a site."""
    files = sorted(site.rglob("*.html"))
    return [BuiltPage(file, file.relative_to(site).as_posix()) for file in files]
