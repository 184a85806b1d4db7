"""Whole pages: their formulas read in order, their claims judged, their prose looked through.

What was judged before is not judged again (see `store`): neither mpmath nor SymPy is imported then.
All that is new is judged together, so that the second judge works beside the first.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hwlib.mathcheck import beside
from hwlib.mathcheck.store import Store, checker, digest
from hwlib.mathcheck.texts import Piece
from hwlib.mathcheck.verdict import Outcome, Result, Use
from hwlib.utf8 import text_of

if TYPE_CHECKING:
    from hwlib.mathcheck.claims import Entry
    from hwlib.mathcheck.court import Hearing
    from hwlib.mathcheck.job import Job
    from hwlib.pages import Page

Tick = Callable[[int, int], None]


@dataclass(frozen=True)
class Stores:
    """Where verdicts are kept."""

    pages: Store
    claims: Store


def stores_in(folder: Path | None = None) -> Stores:
    """Return the stores in a folder, by default the project's cache."""
    return Stores(Store("pages", folder), Store("claims", folder))


def check_page(pieces: Sequence[Piece], stores: Stores | None = None) -> list[Result]:
    """Check the formulas of one page.

    Args:
        pieces: All formulas, in the order of the page.
        stores: Where verdicts are kept, if not in the project's cache.

    Returns:
        What came of each claim, definition and condition, in the same order.
    """
    return check_pages([pieces], stores)[0]


def check_pages(
    pages: Sequence[Sequence[Piece]], stores: Stores | None = None
) -> list[list[Result]]:
    """Check the formulas of pages, as `check_page` does, all that are new together."""
    stores = stores or stores_in()

    def judge(new: Sequence[int]) -> _Judged:
        if len(new) > 1:
            beside.prepare()
        with _uncollected():
            return _judge([pages[number] for number in new], stores.claims, None)

    return _kept([digest(checker(), *map(repr, pieces)) for pieces in pages], stores.pages, judge)


def check_file(path: Path, file: str, stores: Stores | None = None) -> list[Result]:
    """Check one Markdown file, its sentences too; messages call it `file`."""
    return check_files([(path, file)], stores)[0]


def check_files(
    files: Sequence[tuple[Path, str]], stores: Stores | None = None, tick: Tick | None = None
) -> list[list[Result]]:
    """Check Markdown files, their sentences too.

    Args:
        files: Each with the name that messages call it.
        stores: Where verdicts are kept, if not in the project's cache.
        tick: Told how many of the new claims are done, and how many there are.

    Raises:
        OSError: If a file cannot be read.
        NotUtf8Error: If a file is not UTF-8.
    """
    stores = stores or stores_in()
    texts = [(path, file, text_of(path)) for path, file in files]
    keys = [digest(checker(), "file", file, text) for _, file, text in texts]
    return _kept(
        keys,
        stores.pages,
        lambda new: _check_texts([texts[number] for number in new], stores.claims, tick),
    )


def _kept(
    keys: Sequence[str], store: Store, judge: Callable[[Sequence[int]], _Judged]
) -> list[list[Result]]:
    """Return the results under each key: from the store, else as `judge` finds all new ones."""
    known = {number: store.get(key) for number, key in enumerate(keys)}
    found = {n: [_restored(one) for one in page] for n, page in known.items() if page is not None}
    new = [number for number in known if number not in found]
    if new:
        judged = judge(new)
        for number, results in zip(new, judged.pages, strict=True):
            found[number] = results
            if judged.settled:
                store.put(keys[number], [_fields(one) for one in results])
    return [found[number] for number in known]


def _check_texts(
    texts: Sequence[tuple[Path, str, str]], store: Store, tick: Tick | None
) -> _Judged:
    if len(texts) > 1:  # an edit of one may touch no claim
        beside.prepare()
    from hwlib import pages  # late: not for what is known, and after the others have been started
    from hwlib.mathcheck.prose import check_prose

    apart: list[list[Result]] = []

    def pieces() -> Iterator[list[Piece]]:
        for path, file, text in texts:
            page = pages.parse(text, path)
            apart.append([*check_prose(page, file), *_lost(page, file)])
            yield page_pieces(page, file)

    with _uncollected():
        judged = _judge(pieces(), store, tick)
    whole = [
        sorted([*results, *others], key=lambda one: (one.line, one.column))
        for results, others in zip(judged.pages, apart, strict=True)
    ]
    return _Judged(whole, judged.settled)


def _lost(page: Page, file: str) -> list[Result]:
    """Return a failure for each formula that never closes, or that a table cuts in two.

    Nothing of it was read.
    """
    from hwlib.pages import SPLIT, UNCLOSED

    lost = {UNCLOSED: "$$", SPLIT: "|"}
    return [
        Result(file, one.line, one.column, lost[one.message], "claim", "parse", reason=one.message)
        for one in page.problems
        if one.message in lost
    ]


def _fields(result: Result) -> dict[str, Any]:
    return {**vars(result), "uses": [vars(use) for use in result.uses]}


def _restored(known: dict[str, Any]) -> Result:
    uses = tuple(Use(**one) for one in known["uses"])
    point = tuple((name, value) for name, value in known["point"])
    return Result(**{**known, "uses": uses, "point": point})


def page_pieces(page: Page, file: str) -> list[Piece]:
    """Return the formulas of a source as pieces; those that blocks print are not among them."""
    return [
        Piece(one.tex, file, one.places, one.section, one.display, one.lead)
        for one in page.formulas
    ]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Do not collect garbage: many small trees that all live on, for a fifth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


# --- judging --------------------------------------------------------------------------------------


class _Judged(NamedTuple):
    """The results of pages; `settled` unless a judge was cut short: then they are not kept."""

    pages: list[list[Result]]
    settled: bool


def _judge(pages: Iterable[Sequence[Piece]], store: Store, tick: Tick | None) -> _Judged:
    """Judge pages as they come: the first claims are heard while the last are being read."""
    from hwlib.mathcheck.claims import Reader

    read: list[tuple[Sequence[Piece], list[Entry]]] = []

    def jobs() -> Iterator[Job]:
        for pieces in pages:
            read.append((pieces, Reader(pieces).read()))
            yield from (one.job for one in read[-1][1] if one.job is not None)

    outcomes, settled = _outcomes(jobs(), store, tick)
    results = [
        [_result(one, _outcome(one, outcomes), pieces[one.piece]) for one in entries]
        for pieces, entries in read
    ]
    return _Judged(results, settled)


def _outcomes(
    jobs: Iterable[Job], store: Store, tick: Tick | None
) -> tuple[dict[int, list[Outcome]], bool]:
    """Return the outcomes of jobs by their identity: from the store, else by hearing the judges."""
    keys: dict[int, str] = {}
    found: dict[str, list[Outcome]] = {}
    missing: dict[str, None] = {}
    hearing: Hearing | None = None
    for job in jobs:
        if id(job) in keys:
            continue
        key = keys[id(job)] = digest(checker(), job.text())
        if key in found or key in missing:
            continue
        known = store.get(key)
        if known is not None:
            found[key] = [_outcome_restored(one) for one in known]
            continue
        hearing = hearing or _hearing()
        hearing.add(job)
        missing[key] = None
    settled = True
    for key, heard in zip(missing, hearing.end(tick) if hearing else (), strict=True):
        found[key] = heard.outcomes
        settled = settled and heard.settled
        if heard.settled:
            store.put(key, [vars(one) for one in heard.outcomes])
    return {number: found[key] for number, key in keys.items()}, settled


def _hearing() -> Hearing:
    from hwlib.mathcheck.court import Hearing  # late: imports mpmath

    return Hearing()


def _outcome_restored(known: dict[str, Any]) -> Outcome:
    point = tuple((name, value) for name, value in known["point"])
    return Outcome(**{**known, "point": point})


def _outcome(entry: Entry, outcomes: dict[int, list[Outcome]]) -> Outcome:
    if entry.job is None:
        return Outcome(entry.verdict, entry.reason)
    return outcomes[id(entry.job)][entry.part]


def _result(entry: Entry, outcome: Outcome, piece: Piece) -> Result:
    line, column = piece.at(entry.offset)
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
        uses=tuple(Use(one.tex, one.line) for one in entry.used),
        reason=outcome.reason,
        formula=entry.piece,
        block=piece.block,
    )
