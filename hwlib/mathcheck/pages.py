"""A whole page: its formulas read in order, its claims judged, its prose looked through."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from hwlib import pages
from hwlib.mathcheck.claims import Entry, Reader
from hwlib.mathcheck.judges import hear
from hwlib.mathcheck.texts import Piece
from hwlib.mathcheck.verdict import Outcome, Result, Use


def check_page(pieces: Sequence[Piece]) -> list[Result]:
    """Check the formulas of one page.

    Args:
        pieces: All formulas, in the order of the page.

    Returns:
        What came of each claim, definition and condition, in the same order.
    """
    results = []
    heard: dict[int, list[Outcome]] = {}
    for entry in Reader(pieces).read():
        if entry.job is None:
            outcome = Outcome(entry.verdict, entry.reason)
        else:
            if id(entry.job) not in heard:
                heard[id(entry.job)] = hear(entry.job)
            outcome = heard[id(entry.job)][entry.part]
        results.append(_result(entry, outcome, pieces[entry.piece]))
    return results


def _result(entry: Entry, outcome: Outcome, piece: Piece) -> Result:
    line, column = piece.at(entry.offset)
    uses = tuple(Use(one.tex, one.line) for one in entry.used)
    return Result(
        file=piece.file,
        line=line,
        column=column,
        tex=entry.tex,
        kind=entry.kind,
        verdict=outcome.verdict,
        left=outcome.left,
        right=outcome.right,
        point=outcome.point,
        uses=uses,
        reason=outcome.reason,
        formula=entry.piece,
        block=piece.block,
    )


def page_pieces(page: pages.Page, file: str) -> list[Piece]:
    """Return the formulas of a source as pieces; those that blocks print are not among them."""
    return [
        Piece(one.tex, file, one.places, one.section, one.display, one.lead)
        for one in page.formulas
    ]


def check_file(path: Path, file: str) -> list[Result]:
    """Check one Markdown file; messages call it `file`."""
    return check_page(page_pieces(pages.read(path), file))
