"""One page's maths and references: found in its HTML, joined with its source, drawn, linked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape, unescape

from hwlib.errors import PageError, report
from hwlib.markup.formula import Shown, bare, definitions, formula_html
from hwlib.markup.record import Judged, record
from hwlib.markup.verdict import fault_of, tell
from hwlib.mathcheck.pages import check_page
from hwlib.mathcheck.prose import check_prose
from hwlib.mathcheck.texts import Piece
from hwlib.mathcheck.verdict import Result
from hwlib.mathjax import Invalid, MathJaxError, Tex, Typeset, typeset
from hwlib.pages import Block, Formula, Label
from hwlib.site import Place, site_at

__all__ = ["Rendering"]

_REFERENCE = re.compile(r'<span class="hw-ref" data-ref="([^"]+)">([^<]*)</span>')
_MATHS = re.compile(
    r'<(?P<tag>span|div) class="arithmatex"(?: data-block="(?P<block>[^"]*)")?>'
    r"(?P<body>[^<]*)</(?P=tag)>"
)
_PARAGRAPH = re.compile(r"</?(?:p|div|td|th|tr|li|dd|dt|figcaption|caption)\b[^>]*>")


@dataclass(frozen=True)
class Found:
    """A formula in the page's HTML.

    Attributes:
        tex: As the author typed it, labels and comments too.
        display: Whether it stands on its own.
        formula: The same formula in the source; None if an executed block printed it.
        line: Where it is in the file: its own line, or that of the block.
        column: Its column, or 0.
        block: The block that printed it, or None.
        lead: What stands before a printed one in its paragraph.
    """

    tex: str
    display: bool
    formula: Formula | None
    line: int
    column: int
    block: Block | None
    lead: str = ""

    @property
    def labels(self) -> Sequence[str]:
        """The names that the author gave it; only a display has any."""
        return self.formula.labels if self.formula and self.display else ()

    def piece(self, file: str) -> Piece:
        """Return the same formula for the checker: the very text that is typeset."""
        one = self.formula
        if one is not None:
            return Piece(one.tex, file, one.places, one.section, one.display, one.lead)
        tex, places = self.tex, ((self.line, 1),)
        if self.block is None:
            return Piece(tex, file, places, display=self.display)
        if reason := self.block.options.get("unchecked"):
            tex = f"% unchecked: {reason}\n{tex}"
        name, section = self.block.id, self.block.section
        return Piece(tex, file, places, section, self.display, self.lead, name)


class Rendering:
    """One page, once."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.site = site_at(place.docs)
        self.source = self.site.page(place.page)
        self._faults: list[PageError] = []
        self._read_faults()
        self._prose = check_prose(self.source, place.file)
        self._faults += [fault_of(result) for result in self._prose if result.failed]

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
        """Return the page with every formula drawn; at its end the glyphs and what was judged."""
        found = self._match(list(_MATHS.finditer(text)))
        try:
            results = typeset([Tex(bare(f.tex), f.display) for f in found])
        except MathJaxError as error:
            self._fault(0, str(error))
            return text
        judged = self._check(found)
        drawn = iter([self._draw(*each) for each in zip(found, results, judged, strict=True)])
        text = _MATHS.sub(lambda _: next(drawn), text)
        glyphs = definitions(one for one in results if isinstance(one, Typeset))
        return text + glyphs + record([*judged, Judged("", self._prose)])

    def _check(self, found: Sequence[Found]) -> list[Judged]:
        """Return what came of each formula; they are judged in the order of the file."""
        order = sorted(range(len(found)), key=lambda number: found[number].line)
        came: dict[int, list[Result]] = defaultdict(list)
        for result in _judge(tuple(found[number].piece(self.place.file) for number in order)):
            came[order[result.formula]].append(result)
        return [Judged(self._anchor(n, one), came[n]) for n, one in enumerate(found)]

    def _anchor(self, number: int, found: Found) -> str:
        """Return the id of a formula that was judged: its label, or its number on the page."""
        label = self._label(found)
        return label.name if label else f"m-{number + 1}"

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
            block = next((b for b in self.source.blocks if b.id == match["block"]), None)
            line = block.line if block else 0
            return Found(tex, display, None, line, 0, block, _lead(match))
        same = waiting[display, _squeeze(tex)]
        if not same:
            message = "this formula is in the page but cannot be found in the source, so it is not "
            self._fault(0, f"{message}checked: {tex.strip()}")
            return Found(tex, display, None, 0, 0, None)
        formula = same.pop()
        line, column = formula.at(len(formula.tex) - len(formula.tex.lstrip()))
        return Found(tex, display, formula, line, column, None)

    def _draw(self, found: Found, result: Typeset | Invalid, judged: Judged) -> str:
        if isinstance(result, Invalid):
            return self._refuse(found, f"invalid TeX: {result.message}: {bare(found.tex)}")
        label = self.site.label(judged.anchor) if found.labels else None
        told = tell(judged.results, display=found.display)
        shown = Shown(
            tex=bare(found.tex),
            display=found.display,
            typeset=result,
            anchor=judged.anchor if judged.results or label else "",
            number=label.number if label else "",
            attributes=told.attributes,
            mark=told.mark,
        )
        if not found.display:
            self._faults += told.faults
            return formula_html(shown)
        return formula_html(shown) + told.boxes()

    def _label(self, found: Found) -> Label | None:
        names = found.labels
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
            message = f"block {found.block.id}: {message}"
        if found.display:
            return report(self._error(found.line, message, found.column))
        self._fault(found.line, message, found.column)
        return f"<code>{escape(found.tex)}</code>"

    # -- references

    def link(self, text: str) -> str:
        """Return the page with its references as links."""
        return _REFERENCE.sub(self._link, text)

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


def _lead(match: re.Match[str]) -> str:
    """Return the words before a formula in its paragraph, at most 80 letters of them."""
    before = match.string[max(0, match.start() - 400) : match.start()]
    words = re.sub(r"<[^>]*>", "", _PARAGRAPH.split(before)[-1])
    return unescape(words)[-80:]


@cache
def _judge(pieces: tuple[Piece, ...]) -> list[Result]:
    """Check a page; one that a preview renders again with the same formulas is known."""
    return check_page(pieces)


def _squeeze(tex: str) -> str:
    return " ".join(tex.split())
