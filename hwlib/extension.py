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
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor

from hwlib.errors import PageError, report
from hwlib.markup import Shown, definitions, formula_html
from hwlib.mathjax import Invalid, MathJaxError, Tex, Typeset, typeset
from hwlib.pages import Formula, Label
from hwlib.site import Place, place_of, site_at

__all__ = ["HwlibExtension", "makeExtension"]

REFERENCE = r"(?<![\w@/.])@((?:eq|fig|tab)-\w+(?:-\w+)*)"
NAMES = {"eq": "({})", "fig": "Figure {}", "tab": "Table {}"}
LAST = -1000  # priority: after every treeprocessor of the engine and of other extensions
FINAL = 5  # priority: after Python-Markdown's own postprocessors (30 to 10), which finish the
# HTML, and before Zensical's (0), which reads it for the search index

_REFERENCE_HTML = re.compile(r'<span class="hw-ref" data-ref="([^"]+)">([^<]*)</span>')
_MATHS = re.compile(
    r'<(?P<tag>span|div) class="arithmatex"(?: data-block="(?P<block>[^"]*)")?>'
    r"(?P<body>[^<]*)</(?P=tag)>"
)
_ID = re.compile(r'<[a-z][^>]* id="([^"]+)"')
_IN_TITLE = re.compile(r"\\\((.+?)\\\)", re.DOTALL)
_LABEL = re.compile(r"\\label\{[^{}]*\}")
_DIRECTIVE = re.compile(r"(?m)^[ \t]*%.*(?:\n|\Z)")


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
        page = Rendering(place_of(self.md))
        text = page.link(page.draw(text))
        page.title(self.md)
        tell_anchors(self.md, text)
        return page.faults() + text


@dataclass(frozen=True)
class Found:
    """A formula in the page's HTML.

    Attributes:
        tex: As the author typed it, labels and comments too.
        display: Whether it stands on its own.
        formula: The same formula in the source; None if an executed block printed it.
        line: Where it is in the file: its own line, or that of the block.
        column: Its column, or 0.
        block: Id of the block that printed it, or nothing.
    """

    tex: str
    display: bool
    formula: Formula | None
    line: int
    column: int
    block: str

    @property
    def bare(self) -> str:
        """What is typeset: no label, no directive."""
        return _LABEL.sub("", _DIRECTIVE.sub("", self.tex)).strip()


class Rendering:
    """One page, once."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.site = site_at(place.docs)
        self.source = self.site.page(place.page)
        self._faults: list[PageError] = []
        self._read_faults()

    def _read_faults(self) -> None:
        """Take over what is wrong in the source; what is wrong with a block it says itself."""
        blocks = {block.line for block in self.source.blocks}
        for problem in (*self.source.problems, *self.site.problems(self.place.page)):
            if problem.line not in blocks:
                self._fault(problem.line, problem.message, problem.column)
        for block in self.source.blocks:
            if block.language != "python":
                message = f"block {block.id}: only python is executed; got {block.language!r}"
                self._fault(block.line, message)

    def faults(self) -> str:
        """Return the boxes of faults that have no place of their own in the page."""
        return "".join(report(error) for error in sorted(self._faults, key=lambda e: e.line))

    # -- maths

    def draw(self, text: str) -> str:
        """Return the page with every formula drawn, and the glyphs at its end."""
        found = self._match(list(_MATHS.finditer(text)))
        try:
            results = typeset([Tex(f.bare, f.display) for f in found])
        except MathJaxError as error:
            self._fault(0, str(error))
            return text
        drawn = iter([self._draw(f, result) for f, result in zip(found, results, strict=True)])
        text = _MATHS.sub(lambda _: next(drawn), text)
        return text + definitions(r for r in results if isinstance(r, Typeset))

    def _match(self, matches: Sequence[re.Match[str]]) -> list[Found]:
        """Join what is typeset with what the source holds, so that what is checked is shown.

        Equal formulas are joined in the order of the file. A footnote is shown at the end of the
        page wherever it was written, so different ones may come in another order.
        """
        waiting: dict[tuple[bool, str], list[Formula]] = defaultdict(list)
        for formula in reversed(self.source.formulas):
            waiting[formula.display, _squeeze(formula.tex)].append(formula)
        found = [self._find(match, waiting) for match in matches]
        for formula in (formula for rest in waiting.values() for formula in rest):
            message = f"this formula is in the source but not in the page: {formula.tex.strip()}"
            self._fault(formula.line, message, formula.column)
        return found

    def _find(self, match: re.Match[str], waiting: dict[tuple[bool, str], list[Formula]]) -> Found:
        display = match["tag"] == "div"
        tex = unescape(match["body"]).strip()[2:-2]
        if match["block"]:
            line = next((b.line for b in self.source.blocks if b.id == match["block"]), 0)
            return Found(tex, display, None, line, 0, match["block"])
        same = waiting[display, _squeeze(tex)]
        if not same:
            message = "this formula is in the page but cannot be found in the source, so it is not "
            self._fault(0, f"{message}checked: {tex.strip()}")
            return Found(tex, display, None, 0, 0, "")
        formula = same.pop()
        line, column = formula.at(len(formula.tex) - len(formula.tex.lstrip()))
        return Found(tex, display, formula, line, column, "")

    def _draw(self, found: Found, result: Typeset | Invalid) -> str:
        if isinstance(result, Invalid):
            return self._refuse(found, f"invalid TeX: {result.message}: {found.bare}")
        label = self._label(found)
        return formula_html(
            Shown(
                tex=found.bare,
                display=found.display,
                typeset=result,
                label=label.name if label else "",
                number=label.number if label else "",
            )
        )

    def _label(self, found: Found) -> Label | None:
        names = found.formula.labels if found.formula and found.display else ()
        if not names:
            return None
        if len(names) > 1:
            message = f"a formula has one label; this one has {', '.join(names)}"
            self._fault(found.line, message, found.column)
        label = self.site.label(names[0])
        return label if label and label.page == self.place.page else None

    def _refuse(self, found: Found, message: str) -> str:
        """Return a formula's fault where a display stands; an inline one keeps its TeX there."""
        if found.block:
            message = f"block {found.block}: {message}"
        if found.display:
            return report(self._error(found.line, message, found.column))
        self._fault(found.line, message, found.column)
        return f"<code>{escape(found.tex)}</code>"

    # -- titles

    def title(self, md: Markdown) -> None:
        """Write maths in the table of contents and in the page's title as readable text."""
        for token in _tokens(getattr(md, "toc_tokens", [])):
            token["name"] = _plain(token["name"])
            token["html"] = _plain(token["html"])
        if "mkdocs_extract_title" in md.treeprocessors:
            extractor: Any = md.treeprocessors["mkdocs_extract_title"]
            extractor.title = extractor.title and _plain(extractor.title)

    # -- references

    def link(self, text: str) -> str:
        """Return the page with its references as links."""
        return _REFERENCE_HTML.sub(self._link, text)

    def _link(self, match: re.Match[str]) -> str:
        label = self.site.label(match[1])
        if label is None:
            line, column = self._reference_at(match[1])
            message = f"@{match[1]} refers to nothing: no page has this label."
            self._fault(line, message + self._close_to(match[1]), column)
            return match[2]
        address = f"{self.place.link(label.page)}#{label.name}"
        return f'<a class="hw-ref" href="{address}">{match[2]}</a>'

    def _reference_at(self, name: str) -> tuple[int, int]:
        pattern = re.compile(rf"@{re.escape(name)}(?![\w-])")
        for line in (line for run in self.source.prose for line in run):
            if (match := pattern.search(line.text)) is not None:
                return line.row, line.column + match.start()
        return 0, 0

    def _close_to(self, name: str) -> str:
        from difflib import get_close_matches  # late: only a fault needs it

        close = get_close_matches(name, self.site.labels(), 1)
        return f" Did you mean @{close[0]}?" if close else ""

    # -- faults

    def _error(self, line: int, message: str, column: int = 0) -> PageError:
        return PageError(self.place.file, line, message, column)

    def _fault(self, line: int, message: str, column: int = 0) -> None:
        self._faults.append(self._error(line, message, column))


def _squeeze(tex: str) -> str:
    return " ".join(tex.split())


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
    r"""Return a title, as HTML, with readable text for each `\(…\)`."""
    return _IN_TITLE.sub(lambda match: escape(_text(unescape(match[1]))), title)


def _text(tex: str) -> str:
    try:
        (result,) = typeset([Tex(tex, display=False)])
    except MathJaxError:  # told once for the page
        return tex
    return tex if isinstance(result, Invalid) else result.text
