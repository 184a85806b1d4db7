"""A work in the formats that bibliographies read, each written by the library for it.

BibTeX      `@misc`, which classic BibTeX, BibLaTeX and every reference manager know
BibLaTeX    `@online`, with version and date in fields of their own
RIS         `ELEC`, a web page
CSL-JSON    `webpage`; from it citeproc makes the references in words
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import rispy  # type: ignore[import-untyped]
from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.middlewares.parsestack import default_unparse_stack
from bibtexparser.model import Block, Entry, Field
from bibtexparser.writer import BibtexFormat
from citeproc import (  # type: ignore[import-untyped]
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.model import CitationStylesElement  # type: ignore[import-untyped]
from citeproc.source.json import CiteProcJSON  # type: ignore[import-untyped]

from hwlib.ahead import Kind, Wanted
from hwlib.cite import latex
from hwlib.cite.work import Work

STYLES = {"apa": "APA", "acm": "ACM"}  # author and date; numbered
FEWEST = 100  # references; starting processes costs more than making fewer here
SUFFIXES = {"bib": "BibTeX", "ris": "RIS", "json": "CSL-JSON"}

_UNUSED = {"abstract", "language", "note"}  # no reference shows them
_STYLES = Path(__file__).with_name("styles")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
# Some signs pass through citeproc as signs that nobody writes: those of HTML, which it does not
# escape, and the names of variables, which a style that writes Words so would make other ones.
_HIDDEN = "&<>" + "bcdefghijklmnopqrstuvwxyz" + "αβγδεζηθικλμνξοπρςστυφχψω"
_HIDE = {sign: chr(0xE000 + place) for place, sign in enumerate(_HIDDEN)}
_SHOW = str.maketrans({hidden: html.escape(sign) for sign, hidden in _HIDE.items()})
_TO_HIDE = re.compile(r"[&<>]|(?<![\w'’\\])[b-zα-ω](?![\w'’])")

# citeproc searches the whole style for a macro each time that it is called: a third of the work.
CitationStylesElement.get_macro = cache(CitationStylesElement.get_macro)


# -------------------------------------------------------------------------- files of many works


def files(works: Sequence[Work], stem: str) -> dict[str, str]:
    """Return works as the files that people take away, by name: `stem.bib`, `.ris`, `.json`."""
    return {
        f"{stem}.bib": bibtex(works),
        f"{stem}.ris": ris(works),
        f"{stem}.json": csl_json(works),
    }


def bibtex(works: Iterable[Work]) -> str:
    """Return works as BibTeX."""
    return _bibliography([_entry(work, "misc", _misc(work)) for work in works])


def biblatex(works: Iterable[Work]) -> str:
    """Return works as BibLaTeX."""
    return _bibliography([_entry(work, "online", _online(work)) for work in works])


def _bibliography(entries: list[Block]) -> str:
    style = BibtexFormat()  # type: ignore[no-untyped-call]
    style.indent = "  "
    style.value_column = "auto"
    style.block_separator = "\n"
    ours = default_unparse_stack(allow_inplace_modification=True)  # no copies: nobody has another
    return write_string(Library(entries), ours, bibtex_format=style)


def _entry(work: Work, kind: str, fields: dict[str, str]) -> Block:
    # Braces within the braces keep the capitals and the formulas of a title as they are.
    always = {
        "author": latex.text(work.project.sort_name),
        "title": f"{{{work.tex_title}}}",
    }
    made = [Field(*pair) for pair in {**always, **fields}.items() if pair[1]]
    for field in made:
        if field.key == "month":  # a name that styles know, and spell
            field.enclosing = "no-enclosing"
    return Entry(kind, work.key, made)


def _misc(work: Work) -> dict[str, str]:
    return {
        "howpublished": latex.text(work.container),
        "year": str(work.day.year),
        "month": _MONTHS[work.day.month - 1],
        "note": latex.text(f"{work.project.notes}. Version {work.version} of {work.day}"),
        "version": latex.text(work.version),
        "url": work.url,
    }


def _online(work: Work) -> dict[str, str]:
    return {
        "titleaddon": latex.text(work.container),
        "note": latex.text(work.project.notes),
        "version": latex.text(work.version),
        "date": work.day.isoformat(),
        "url": work.url,
        "langid": "british",
    }


def ris(works: Iterable[Work]) -> str:
    """Return works as RIS."""
    return str(rispy.dumps([_ris(work) for work in works], implementation=_RisWriter))


class _RisWriter(rispy.RisWriter):  # type: ignore[misc]
    """Writes no count before an entry, which not every reader skips."""

    def set_header(self, count: int) -> str:
        """Return what stands before an entry."""
        return "" if count == 1 else "\n"


def _ris(work: Work) -> dict[str, Any]:
    fields = {
        "type_of_reference": "ELEC",
        "authors": [work.project.sort_name],
        "title": work.title,
        "secondary_title": work.container,
        "year": str(work.day.year),
        "date": work.day.strftime("%Y/%m/%d/"),
        "edition": work.version,
        "type_of_work": "Course notes",
        "notes": [work.project.notes],
        "abstract": work.description,
        "language": "en-GB",
        "urls": [work.url],
        "id": work.key,
    }
    return {name: value for name, value in fields.items() if value}


def csl_json(works: Iterable[Work]) -> str:
    """Return works as CSL-JSON."""
    return json.dumps([csl(work) for work in works], ensure_ascii=False, indent=2) + "\n"


def csl(work: Work) -> dict[str, Any]:
    """Return a work as an item of CSL-JSON."""
    fields = {
        "id": work.key,
        "type": "webpage",
        "title": work.title,
        "author": [{"family": work.project.family, "given": work.project.given}],
        "container-title": work.container,
        "genre": "Course notes",
        "version": work.version,
        "issued": {"date-parts": [[work.day.year, work.day.month, work.day.day]]},
        "language": "en-GB",
        "note": work.project.notes,
        "abstract": work.description,
        "URL": work.url,
    }
    return {name: value for name, value in fields.items() if value}


# ------------------------------------------------------------------------------- words and links


def reference(work: Work, style: str) -> str:
    """Return the reference to a work in words, plain text.

    Args:
        work: What to cite.
        style: One of `STYLES`.
    """
    return html.unescape(re.sub(r"<[^>]+>", "", reference_html(work, style)))


@cache
def reference_html(work: Work, style: str) -> str:
    """Return the reference to a work in words, as HTML with its italics."""
    return str(_wanted(_cited(work), style).get())


def references(works: Sequence[Work]) -> Kind:
    """Return the references to works, to be made ahead."""
    wanted = [_wanted(_cited(work), style) for work in works for style in STYLES]
    return Kind(wanted, FEWEST)


def _wanted(text: str, style: str) -> Wanted:
    return Wanted("references", (text, *_writer(style)), _reference, (text, style))


def _cited(work: Work) -> str:
    """Return what a reference shows of a work, as an item of CSL-JSON."""
    item = {name: value for name, value in csl(work).items() if name not in _UNUSED}
    return json.dumps(item, ensure_ascii=False)


def _reference(text: str, style: str) -> str:
    """Return the reference of an item of CSL-JSON; it takes some hundredths of a second."""
    item = json.loads(_TO_HIDE.sub(lambda sign: _HIDE[sign[0]], text))
    bibliography = CitationStylesBibliography(_style(style), CiteProcJSON([item]), formatter.html)
    bibliography.register(Citation([CitationItem(item["id"])]))
    (written,) = map(str, bibliography.bibliography())
    written = re.sub(r"([?!](?:</i>)?)\.", r"\1", written)  # a title's own sign ends the sentence
    return re.sub(r"^\[1\]\s*", "[1] ", written).translate(_SHOW)  # the page gives that gap


@cache
def _writer(style: str) -> tuple[str, ...]:
    """Return what makes references what they are: this module, the style, the library."""
    files = (Path(__file__), _STYLES / f"{style}.csl")
    return (*(file.read_text(encoding="utf-8") for file in files), version("citeproc-py"))


@cache
def _style(name: str) -> CitationStylesStyle:
    return CitationStylesStyle(str(_STYLES / f"{name}.csl"), validate=False)


def latex_link(work: Work) -> str:
    r"""Return a line of LaTeX (package hyperref) that links to a work."""
    url = re.sub(r"([%#\\{}])", r"\\\1", work.url)
    return f"\\href{{{url}}}{{{work.tex_title}}}"


def markdown_link(work: Work) -> str:
    """Return a link to a work in Markdown."""
    title = re.sub(r"([\\`*_\[\]])", r"\\\1", html.escape(work.title, quote=False))
    return (
        f"[{title}](<{work.url}>)" if re.search(r"[()\s]", work.url) else f"[{title}]({work.url})"
    )
