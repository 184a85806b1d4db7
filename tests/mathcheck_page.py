"""Small pages for the tests of the checker."""

from __future__ import annotations

from hwlib import pages
from hwlib.mathcheck import Result, page_pieces
from hwlib.mathcheck.claims import Reader
from hwlib.mathcheck.pages import Stores, check_page, stores_in


def check(text: str, stores: Stores | None = None) -> list[Result]:
    """Check a Markdown text; without a store nothing is kept and nothing is known."""
    pieces = page_pieces(pages.parse(text), "page.md")
    return check_page(pieces, stores)


def verdicts(text: str) -> list[str]:
    return [one.verdict for one in check(text) if one.kind != "definition" or one.failed]


def jobs(text: str):
    pieces = page_pieces(pages.parse(text), "page.md")
    return [one.job for one in Reader(pieces).read() if one.job is not None]


__all__ = ["check", "jobs", "stores_in", "verdicts"]
