r"""Read a Markdown source: its headings, executed blocks, formulas and labels, each with its place.

The site's own extension, the checker and the page rules all need the same thing: what stands
where in the FILE. Markdown engines throw that away, so the source is read here once more, by the
rules of Python-Markdown and `pymdownx.arithmatex` (generic mode, smart dollar). Where a formula is
plainly meant but arithmatex would not see it, the formula is still returned and a `Problem` says
what to do.

Example:
    >>> from hwlib import pages
    >>> page = pages.parse("# Slope\n\nThe slope is $a$.\n")
    >>> [(formula.tex, formula.line, formula.column) for formula in page.formulas]
    [('a', 3, 15)]
"""

from hwlib.pages.formulas import CROWDED, SPLIT, UNCLOSED
from hwlib.pages.numbering import Label, Numbering, number_pages, site_numbering
from hwlib.pages.source import Block, Formula, Heading, Page, Problem, parse, read

__all__ = [
    "CROWDED",
    "SPLIT",
    "UNCLOSED",
    "Block",
    "Formula",
    "Heading",
    "Label",
    "Numbering",
    "Page",
    "Problem",
    "number_pages",
    "parse",
    "read",
    "site_numbering",
]
