r"""What a built site holds that can be cited: pages, task sections, labelled equations, figures.

Everything is read from the finished HTML, so that it is the same whatever the engine; the sources
say only which pages are the author's, which are numbered, and in which line a thing stands.

An item is known by its label, which says what it is and does not change when it moves:

    hw1-part2/task-3                 a page: its address in the site (`index` is the home page)
    hw1-part2/task-3#derivation      a section: an h2 of a page with a number
    eq-slope, fig-sigmoid-slope      an equation, a figure: their names, unique in the site

`Item.parts` is what the item says and nothing else: TeX without the spaces that typeset nothing,
data at their printed digits, captions, words. Numbers such as (3.7), drawings, verdicts and all
that is computed anew with each build are left out: they may change and the item is still the same.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

from lxml import html

from hwlib import dependencies, pages
from hwlib.cache import kept
from hwlib.publish.fault import line_of

__all__ = ["KINDS", "Item", "Verdict", "inventory", "plain_tex"]

KINDS = ("page", "section", "equation", "figure")
HOME = "index"

_SKIPPED = {  # classes of what a page shows beside its own words, or anew with each build
    "footnote-backref", "footnote-ref", "headerlink", "hw-built", "hw-caption-number", "hw-cite",
    "hw-data", "hw-error", "hw-fold", "hw-glyphs", "hw-mark", "hw-mml", "hw-moved", "hw-note",
    "hw-number", "hw-report", "hw-results", "hw-tagged", "hw-text", "linenos",
    "md-content__button", "md-source-file", "md-tags",
}  # fmt: skip
_BREAKS = {"br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "li", "p", "pre", "td", "th", "tr"}
_MATHS = re.compile(r'<div class="hw-math[^"]*" id="(eq-[\w-]+)"')
_FIGURE = re.compile(r'<figure id="(fig-[\w-]+)" class="hw-figure">.*?</figure>', re.DOTALL)
_GLYPHS = re.compile(r'<svg class="hw-glyphs".*?</svg>', re.DOTALL)
_GLYPH = re.compile(r'<path id="([^"]+)" d="([^"]*)"')
_USED = re.compile(r'<use\b[^>]*?href="#([^"]+)"')
_CSV = re.compile(r'<a class="hw-csv"[^>]* href="([^"]+)"')
_CODED = "data:text/csv;base64,"
_TEX_TOKEN = re.compile(
    r"\\(?:text(?:rm|it|bf|sf)?|mbox|operatorname\*?)\s*\{[^{}]*\}"  # blanks count in these
    r"|\\\\(?:\[-?[\d.]+ *[a-z]+\])?"  # a new row, however much space it asks for
    r"|\\[a-zA-Z]+|\\.|\S"
)


@dataclass(frozen=True)
class Verdict:
    """How an equation was checked: the word of `hwlib.mathcheck.verdict`, and a sentence."""

    word: str
    says: str


@dataclass(frozen=True)
class Item:
    r"""One thing of the site that can be cited.

    Attributes:
        label: What it is known by; see the module.
        kind: One of `KINDS`.
        page: The address of its page in the site: `hw1-part2/task-3/`; the home page's is empty.
        fragment: Its id on that page; empty for the page itself.
        number: "3.7" of an equation or figure, "3" of a page with a number, else empty.
        title: Its name in plain text: heading, title of the drawing, or the equation read out.
        page_title: The heading of its page, in plain text.
        section: The heading of the task section (h2) that it stands in; empty where in none.
        parts: What the item says, by name: `tex`, or `data` and `caption`, or `words`, `formulas`
            and `drawn`; each normalised (see the module).
        file: The source that an author mends, such as `docs/notation.md`.
        line: Line in it.
        description: For a page its description, for a figure what it shows in words, for a section
            its first paragraph; plain text.
        tex: An equation's TeX as the author wrote it, without label and directives.
        caption: A figure's caption, with `$TeX$`.
        data: A figure's data as CSV, a header line first.
        drawing: The `<svg>` of an equation or figure as it stands in the page.
        markup: An equation's whole element, or a caption's inner HTML.
        glyphs: The outlines that `drawing` and `markup` refer to, by id.
        verdict: How an equation was checked; None where there is no claim in it, or for others.
    """

    label: str
    kind: str
    page: str
    fragment: str
    number: str
    title: str
    page_title: str
    section: str
    parts: Mapping[str, str]
    file: str = ""
    line: int = 0
    description: str = ""
    tex: str = ""
    caption: str = ""
    data: str = ""
    drawing: str = field(default="", repr=False)
    markup: str = field(default="", repr=False)
    glyphs: Mapping[str, str] = field(default_factory=dict, repr=False)
    verdict: Verdict | None = None

    @property
    def address(self) -> str:
        """Where it stands in the site: `hw1-part2/task-3/#eq-slope`; empty for the home page."""
        return f"{self.page}#{self.fragment}" if self.fragment else self.page

    @property
    def name(self) -> str:
        """What a reader calls it: "Equation (3.7)", "Figure 3.2", or its title."""
        if self.kind == "equation":
            return f"Equation ({self.number})"
        if self.kind == "figure":
            return f"Figure {self.number}"
        return self.title


def inventory(site: Path, docs: Path) -> list[Item]:
    """Read all items of a built site.

    Args:
        site: The folder that was built; data may stand in the links or in files beside the page.
        docs: The folder with its sources.

    Returns:
        Page by page in the order of their addresses; in each the page, its sections, its
        equations, its figures, in the order of the page.
    """
    found: list[tuple[str, list[Item]]] = []
    for source in sorted(docs.rglob("*.md")):
        name = source.relative_to(docs)
        if any(part.startswith(".") for part in name.parts):
            continue
        stem = name.with_suffix("")
        home = stem.parent if stem.name in {"index", "README"} else stem
        address = "" if home.as_posix() == "." else f"{home.as_posix()}/"
        built = site / address / "index.html"
        if built.is_file():
            file = f"{docs.name}/{name.as_posix()}"
            found.append((address, _items_of(built, address, source, file)))
    return [item for _, items in sorted(found, key=lambda page: page[0]) for item in items]


def _items_of(built: Path, address: str, source: Path, file: str) -> list[Item]:
    """Return the items of a page, kept by all that they are read from."""
    read_from = [built, source, *sorted(built.parent.glob("*.csv"))]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in read_from]
    found = kept(
        "items",
        (dependencies.module(__name__), address, file, *digests),
        lambda: [asdict(item) for item in _Page(built, address, source, file).items()],
    )
    return [_item(fields) for fields in found]


def _item(fields: dict[str, Any]) -> Item:
    verdict = fields["verdict"] and Verdict(**fields["verdict"])
    return Item(**{**fields, "verdict": verdict})


def plain_tex(tex: str) -> str:
    r"""Return TeX without what does not change what is typeset: blanks, the height of a new row.

    A blank stays where it ends a command's name before a letter: `\sin x` is not `\sinx`.
    """
    tokens = [
        _token(match[0]) for match in _TEX_TOKEN.finditer(re.sub(r"(?m)(?<!\\)%.*$", "", tex))
    ]
    text = ""
    for token in tokens:
        needs = re.search(r"\\[a-zA-Z]+$", text) and re.match(r"[a-zA-Z]", token)
        text += f" {token}" if needs else token
    return text


def _token(token: str) -> str:
    if token.startswith("\\\\"):
        return "\\\\"
    return re.sub(r"\s+", " ", token)


class _Page:
    """One built page with its source."""

    def __init__(self, built: Path, address: str, source: Path, file: str) -> None:
        self.address = address
        self.file = file
        self._folder = built.parent
        self._source = source
        self._read = pages.read(source)
        self._text = built.read_text(encoding="utf-8")
        parser = html.HTMLParser(encoding="utf-8")
        self._tree = html.document_fromstring(self._text.encode(), parser=parser)
        glyphs = _GLYPHS.search(self._text)
        self._glyphs = dict(_GLYPH.findall(glyphs[0])) if glyphs else {}
        self._sections = self._find_sections()

    def items(self) -> Iterator[Item]:
        """Yield the page, its sections, its equations and its figures."""
        yield self._page()
        if self._read.number:
            yield from self._section_items()
        yield from self._equations()
        yield from self._figures()

    # -- the page and its sections

    @cached_property
    def _article(self) -> html.HtmlElement:
        return next(iter(_found(self._tree, "//article")), self._tree)

    @cached_property
    def _title(self) -> str:
        headings = _found(self._article, ".//h1")
        return _plain(headings[0]) if headings else _squeezed(self._tree.findtext(".//title") or "")

    def _page(self) -> Item:
        about = _found(self._tree, "//head/meta[@name='description']")
        return Item(
            label=self.address.rstrip("/") or HOME,
            kind="page",
            page=self.address,
            fragment="",
            number=self._read.number,
            title=self._title,
            page_title=self._title,
            section="",
            parts=self._said([self._article]),
            file=self.file,
            line=1,
            description=_squeezed(about[0].get("content", "") if about else ""),
        )

    def _find_sections(self) -> list[tuple[html.HtmlElement, list[html.HtmlElement]]]:
        """Each h2 with an id, and what stands between it and the next."""
        found = []
        for heading in _found(self._article, ".//h2[@id]"):
            content = []
            for element in heading.itersiblings():
                if element.tag == "h2" or "footnote" in _classes(element):
                    break
                content.append(element)
            found.append((heading, content))
        return found

    def _section_items(self) -> Iterator[Item]:
        lines = [heading.line for heading in self._read.headings if heading.level == 2]
        for place, (heading, content) in enumerate(self._sections):
            title = _plain(heading)
            first = next((_plain(one) for one in content if one.tag == "p"), "")
            yield Item(
                label=f"{self.address.rstrip('/') or HOME}#{heading.get('id')}",
                kind="section",
                page=self.address,
                fragment=heading.get("id", ""),
                number="",
                title=title,
                page_title=self._title,
                section=title,
                parts=self._said([heading, *content]),
                file=self.file,
                line=lines[place] if place < len(lines) else 1,
                description=first,
            )

    @cached_property
    def _section_of(self) -> dict[str, str]:
        """The heading of the section that each id stands in."""
        return {
            name: _plain(heading)
            for heading, content in self._sections
            for element in content
            for part in element.iter()
            if (name := part.get("id"))
        }

    def _said(self, elements: Iterable[html.HtmlElement]) -> dict[str, str]:
        said = _Said()
        for element in elements:
            said.read(element)
        drawn = [
            f"{figure[1]} {self._data(figure[0])}"
            for figure in _FIGURE.finditer(self._text)
            if figure[1] in said.figures
        ]
        lines = map(_squeezed, "".join(said.words).split("\n"))
        words = "\n".join(line for line in lines if line)
        return {"words": words, "formulas": "\n".join(said.formulas), "drawn": "\n".join(drawn)}

    # -- equations and figures

    def _equations(self) -> Iterator[Item]:
        for match in _MATHS.finditer(self._text):
            markup = _balanced(self._text, match.start(), "div")
            element = html.fragment_fromstring(markup)
            tex = element.get("data-tex", "")
            yield Item(
                label=match[1],
                kind="equation",
                page=self.address,
                fragment=match[1],
                number=_inner(element, "hw-number").strip("()"),
                title=_inner(element, "hw-text"),
                page_title=self._title,
                section=self._section_of.get(match[1], ""),
                parts={"tex": plain_tex(tex)},
                file=self.file,
                line=line_of(self._source, f"\\label{{{match[1]}}}"),
                tex=tex,
                drawing=_balanced(markup, markup.index("<svg"), "svg"),
                markup=markup,
                glyphs=self._used(markup),
                verdict=_verdict(element),
            )

    def _figures(self) -> Iterator[Item]:
        for match in _FIGURE.finditer(self._text):
            markup = match[0]
            element = html.fragment_fromstring(markup)
            inner = markup.partition("<figcaption>")[2].partition("</figcaption>")[0]
            inner = re.sub(r'^<a class="hw-caption-number".*?</a>\s*', "", inner)
            said = _Said()
            said.read(element.find("figcaption"), formulas_in_words=True)
            data = self._data(markup)
            yield Item(
                label=match[1],
                kind="figure",
                page=self.address,
                fragment=match[1],
                number=_inner(element, "hw-caption-number").removeprefix("Figure "),
                title=_squeezed(element.findtext(".//title") or ""),
                page_title=self._title,
                section=self._section_of.get(match[1], ""),
                parts={"data": data, "caption": _squeezed("".join(said.words))},
                file=self.file,
                line=line_of(self._source, f'id="{match[1]}"'),
                description=_squeezed(element.findtext(".//desc") or ""),
                caption=_squeezed("".join(said.caption)),
                data=data,
                drawing=_balanced(markup, markup.index("<svg"), "svg"),
                markup=inner,
                glyphs=self._used(inner),
            )

    def _data(self, markup: str) -> str:
        link = _CSV.search(markup)
        if not link:
            return ""
        if link[1].startswith(_CODED):
            return base64.b64decode(link[1].removeprefix(_CODED)).decode()
        return (self._folder / unescape(link[1])).read_text(encoding="utf-8")

    def _used(self, markup: str) -> dict[str, str]:
        names = dict.fromkeys(_USED.findall(markup))
        return {name: self._glyphs[name] for name in names if name in self._glyphs}


class _Said:
    """What an element says, gathered over its tree."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.formulas: list[str] = []
        self.figures: list[str] = []
        self.caption: list[str] = []  # as `words`, formulas as they were written

    def read(self, element: html.HtmlElement, *, formulas_in_words: bool = False) -> None:
        """Take in an element and all that is in it, without the text that follows it."""
        if not isinstance(element.tag, str) or _is_skipped(element):
            return
        if "hw-math" in _classes(element):
            self._formula(element.get("data-tex", ""), formulas_in_words)
            self.words.append("\n" if element.tag == "div" else "")
        elif "hw-ref" in _classes(element):  # the number may change, what it refers to stays
            self.words.append(f"@{element.get('href', '').partition('#')[2]}")
            self.caption.append(element.text_content())
        else:
            self._inside(element, formulas_in_words)

    def _formula(self, tex: str, in_words: bool) -> None:
        self.formulas.append(plain_tex(tex))
        self.words.append(f"${plain_tex(tex)}$" if in_words else "$")
        self.caption.append(f"${tex}$")

    def _inside(self, element: html.HtmlElement, formulas_in_words: bool) -> None:
        if "hw-figure" in _classes(element):
            self.figures.append(element.get("id", ""))
        self._text(element.text)
        for child in element:
            self.read(child, formulas_in_words=formulas_in_words)
            self._text(child.tail)
        if element.tag in _BREAKS:
            self.words.append("\n")

    def _text(self, text: str | None) -> None:
        flowing = re.sub(r"\s+", " ", text or "")
        self.words.append(flowing)
        self.caption.append(flowing)


def _is_skipped(element: html.HtmlElement) -> bool:
    block = element.get("data-block", "fig-")
    computed = "hw-block" in _classes(element) and not block.startswith(("fig-", "tab-"))
    return (
        computed or element.tag in {"script", "style", "svg"} or bool(_SKIPPED & _classes(element))
    )


def _found(element: html.HtmlElement, path: str) -> list[html.HtmlElement]:
    found = element.xpath(path)
    assert isinstance(found, list)
    return [one for one in found if isinstance(one, html.HtmlElement)]


def _classes(element: html.HtmlElement) -> set[str]:
    return set(element.get("class", "").split())


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _plain(element: html.HtmlElement) -> str:
    """Return readable text: formulas as they are read out, no link signs."""
    return _squeezed("".join(_readable(element)))


def _readable(element: html.HtmlElement) -> Iterator[str]:
    if "hw-text" in _classes(element):
        yield element.text_content()
    elif isinstance(element.tag, str) and not _is_skipped(element):
        yield element.text or ""
        for child in element:
            yield from _readable(child)
            yield child.tail or ""


def _inner(element: html.HtmlElement, name: str) -> str:
    for found in element.iter():
        if isinstance(found.tag, str) and name in _classes(found):
            return _squeezed(found.text_content())
    return ""


def _verdict(element: html.HtmlElement) -> Verdict | None:
    word = element.get("data-verdict", "")
    says = next((one.get("data-says", "") for one in element.iter() if one.get("data-says")), "")
    return Verdict(word, says) if word else None


def _balanced(text: str, start: int, name: str) -> str:
    """Return the element that starts at an offset, up to the end tag that closes it."""
    depth = 0
    for tag in re.compile(rf"<(/?){name}\b[^>]*?(/?)>").finditer(text, start):
        depth += 0 if tag[2] else -1 if tag[1] else 1
        if depth == 0:
            return text[start : tag.end()]
    raise ValueError(f"an element that is not closed: {text[start : start + 60]}")
