r"""The Python-Markdown extension that joins the site's parts: maths, references, their faults.

Maths is found in the page's final HTML, where `pymdownx.arithmatex` left it, so it is found
wherever it stands: headings, tables, tabs, footnotes, what an executed block printed. Two passes
must be left alone, because they render parts of a page with the same postprocessors: the one in
which `toc` makes anchors of headings and the one in which markdown-exec renders what a block
printed. A treeprocessor that runs last of all, and in the page's own pass only, arms the
postprocessor.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import escape, unescape
from pathlib import PurePosixPath
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor

from hwlib import dependencies
from hwlib.cache import kept
from hwlib.errors import has_box
from hwlib.markup import Rendering, veiled
from hwlib.mathjax import Invalid, MathJaxError, made_by, plain_texts
from hwlib.site import Place, place_of, site_at

__all__ = ["HwlibExtension", "makeExtension"]

REFERENCE = r"(?<![\w@/.])@((?:eq|fig|tab)-\w+(?:-\w+)*)"
NAMES = {"eq": "({})", "fig": "Figure {}", "tab": "Table {}"}
LAST = -1000  # priority: after every treeprocessor of the engine and of other extensions
FINAL = 5  # priority: after Python-Markdown's own postprocessors (30 to 10), which finish the
# HTML, and before Zensical's (0), which reads it for the search index

_REFERRED = re.compile(r'data-ref="([^"]+)"')
# A link up to what is no source; the engine turns sources into addresses.
_UP = re.compile(r'<a href="\.\./(?=(?:[^"#]*/)?(?:[\w-]+\.(?!md[#"])\w+)?(?:#[^"]*)?")')
_ID = re.compile(r'<[a-z][^>]* id="([^"]+)"')
_IN_TITLE = re.compile(
    r'<span class="arithmatex">\\\((?P<whole>.+?)\\\)</span>|\\\((?P<bare>.+?)\\\)', re.DOTALL
)


class HwlibExtension(Extension):
    """`markdown_extensions: - hwlib.extension`, after arithmatex and toc."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register the three processors."""
        md.registerExtension(self)
        maths = Maths(md)
        md.inlinePatterns.register(References(REFERENCE, md), "hw-references", 75)
        md.treeprocessors.register(Arm(md, maths), "hw-arm", LAST)
        md.postprocessors.register(maths, "hw-maths", FINAL)


def makeExtension(**options: Any) -> HwlibExtension:  # noqa: N802
    """Return the extension; Python-Markdown looks for this name."""
    return HwlibExtension(**options)


# ---------------------------------------------------------------------------------- references


class References(InlineProcessor):
    """`@eq-slope` in a text becomes "(3.1)", with the label kept for the link.

    The link is made with the maths, in the final HTML: MkDocs would look for its target among
    anchors that are not there yet.
    """

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002
    ) -> tuple[ET.Element, int, int]:
        """Return the number of what is referred to."""
        name = m[1]
        label = site_at(place_of(self.md).docs).label(name)
        element = ET.Element("span", {"class": "hw-ref", "data-ref": name})
        element.text = NAMES[label.kind].format(label.number) if label else f"@{name}"
        return element, m.start(), m.end()


# --------------------------------------------------------------------------------------- maths


class Arm(Treeprocessor):
    """Arms the postprocessor for the one time that it sees the page's final HTML."""

    def __init__(self, md: Markdown, maths: Maths) -> None:
        super().__init__(md)
        self._maths = maths

    def run(self, root: ET.Element) -> None:  # noqa: ARG002
        """Arm, unless this is markdown-exec's pass over what a block printed."""
        self._maths.armed = not hasattr(self.md, "_original_md")


class Maths(Postprocessor):
    """Typesets the page."""

    armed = False

    def run(self, text: str) -> str:
        """Return the page's final HTML with its maths drawn and its references linked."""
        if not self.armed:
            return text
        self.armed = False
        text = _finished(place_of(self.md), text)
        tell_titles(self.md)
        tell_anchors(self.md, text)
        return text


def _finished(place: Place, text: str) -> str:
    """Return the page's final HTML, kept by all that it is made from where nothing is wrong."""
    site = site_at(place.docs)
    targets = [site.label(name) for name in dict.fromkeys(_REFERRED.findall(text))]
    referred = [one and (one.name, one.page, one.number) for one in targets]
    made_from = (
        dependencies.fingerprint(f"import {__name__}"),
        made_by(),
        repr((place.page, place.mends_links, referred, site.problems(place.page))),
        (place.docs / place.page).read_text("utf-8"),
        text,
    )
    return kept("pages", made_from, lambda: _made(place, text), lambda html: not has_box(html))


def _made(place: Place, text: str) -> str:
    page = Rendering(place)
    text = page.link(page.draw(text))
    return veiled(page.faults() + _as_typed(place, text))


def _as_typed(place: Place, text: str) -> str:
    """Let a link that the author typed as HTML lead where it says, as from the finished page.

    Zensical takes it as one from the source, and puts a step up before it.
    """
    moves = place.mends_links and PurePosixPath(place.page).stem not in {"index", "README"}
    return _UP.sub('<a href="', text) if moves else text


# --------------------------------------------------------------------------- what engines ask for


def tell_titles(md: Markdown) -> None:
    """Write maths in the table of contents and in the page's title as readable text."""
    for token in _tokens(getattr(md, "toc_tokens", [])):
        token["name"] = _plain(token["name"])
        token["html"] = _plain(token["html"])
    if "mkdocs_extract_title" in md.treeprocessors:
        extractor: Any = md.treeprocessors["mkdocs_extract_title"]
        extractor.title = extractor.title and _plain(extractor.title)


def tell_anchors(md: Markdown, text: str) -> None:
    """Tell MkDocs's link check which anchors the page has, those of blocks and equations too."""
    if "mkdocs_extract_anchors" in md.treeprocessors:
        anchors: Any = md.treeprocessors["mkdocs_extract_anchors"]
        anchors.present_anchor_ids.update(_ID.findall(text))


def _tokens(tokens: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for token in tokens:
        yield token
        yield from _tokens(token["children"])


def _plain(title: str) -> str:
    r"""Return a title, as HTML, with readable text for each `\(…\)`, whatever element holds it."""
    return _IN_TITLE.sub(
        lambda match: escape(_text(unescape(match["whole"] or match["bare"]))), title
    )


def _text(tex: str) -> str:
    try:
        (text,) = plain_texts([tex])
    except MathJaxError:  # told once for the page
        return tex
    return tex if isinstance(text, Invalid) else text
