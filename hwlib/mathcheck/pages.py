"""A whole page: its formulas read in order, its claims judged, its prose looked through.

What was judged before is not judged again (see `store`): neither mpmath nor SymPy is imported then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hwlib import pages
from hwlib.mathcheck.store import Store, checker, digest
from hwlib.mathcheck.texts import Piece
from hwlib.mathcheck.verdict import Outcome, Result, Use

if TYPE_CHECKING:
    from hwlib.mathcheck.claims import Entry, Job


@dataclass(frozen=True)
class Stores:
    """Where verdicts are kept."""

    pages: Store
    claims: Store


@cache
def usual_stores() -> Stores:
    """Return the stores in the project's cache."""
    return Stores(Store("pages"), Store("claims"))


def check_page(pieces: Sequence[Piece], stores: Stores | None = None) -> list[Result]:
    """Check the formulas of one page.

    Args:
        pieces: All formulas, in the order of the page.
        stores: Where verdicts are kept, if not in the project's cache.

    Returns:
        What came of each claim, definition and condition, in the same order.
    """
    stores = stores or usual_stores()
    key = digest(checker(), *(repr(piece) for piece in pieces))
    known = stores.pages.get(key)
    if known is None:
        results = _judge_page(pieces, stores.claims)
        stores.pages.put(key, [asdict(one) for one in results])
        return results
    return [_restored(one) for one in known]


def check_file(path: Path, file: str, stores: Stores | None = None) -> list[Result]:
    """Check one Markdown file, its sentences too; messages call it `file`."""
    stores = stores or usual_stores()
    text = path.read_text("utf-8-sig")
    key = digest(checker(), "file", file, text)
    known = stores.pages.get(key)
    if known is None:
        results = _check_text(text, path, file, stores)
        stores.pages.put(key, [asdict(one) for one in results])
        return results
    return [_restored(one) for one in known]


def _check_text(text: str, path: Path, file: str, stores: Stores) -> list[Result]:
    from hwlib.mathcheck.prose import check_prose  # late: not for what is known

    page = pages.parse(text, path)
    results = check_page(page_pieces(page, file), stores) + check_prose(page, file)
    unclosed = [
        Result(file, one.line, one.column, "$$", "claim", "parse", reason=one.message)
        for one in page.problems
        if one.message == pages.UNCLOSED
    ]
    return sorted(results + unclosed, key=lambda one: (one.line, one.column))


def _restored(known: dict[str, Any]) -> Result:
    uses = tuple(Use(**one) for one in known["uses"])
    point = tuple((name, value) for name, value in known["point"])
    return Result(**{**known, "uses": uses, "point": point})


def page_pieces(page: pages.Page, file: str) -> list[Piece]:
    """Return the formulas of a source as pieces; those that blocks print are not among them."""
    return [
        Piece(one.tex, file, one.places, one.section, one.display, one.lead)
        for one in page.formulas
    ]


# --- judging --------------------------------------------------------------------------------------


def _judge_page(pieces: Sequence[Piece], store: Store) -> list[Result]:
    from hwlib.mathcheck.claims import Reader

    entries = Reader(pieces).read()
    outcomes = _outcomes([one.job for one in entries if one.job is not None], store)
    return [_result(entry, _outcome(entry, outcomes), pieces[entry.piece]) for entry in entries]


def _outcomes(jobs: Iterable[Job], store: Store) -> dict[int, list[Outcome]]:
    """Return the outcomes of jobs by their identity: from the store, else by hearing the judges."""
    keys = {id(job): (job, digest(checker(), job.text())) for job in jobs}
    found: dict[str, list[Outcome]] = {}
    missing: dict[str, Job] = {}
    for job, key in keys.values():
        known = store.get(key) if key not in found and key not in missing else None
        if known is not None:
            found[key] = [_outcome_restored(one) for one in known]
        elif key not in found:
            missing[key] = job
    if missing:
        from hwlib.mathcheck.court import hear_all  # late: imports mpmath

        for key, outcomes in zip(missing, hear_all(list(missing.values())), strict=True):
            found[key] = outcomes
            store.put(key, [asdict(one) for one in outcomes])
    return {number: found[key] for number, (_, key) in keys.items()}


def _outcome_restored(known: dict[str, Any]) -> Outcome:
    point = tuple((name, value) for name, value in known["point"])
    return Outcome(**{**known, "point": point})


def _outcome(entry: Entry, outcomes: dict[int, list[Outcome]]) -> Outcome:
    if entry.job is None:
        return Outcome(entry.verdict, entry.reason)
    return outcomes[id(entry.job)][entry.part]


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
