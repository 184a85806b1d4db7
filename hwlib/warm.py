"""Cold work, done before the pages are rendered or beside that, on all cores: what the cache lacks.

The engine renders pages one by one; it would run one block, typeset one formula and judge one claim
after another. So a cold build runs the blocks here, in processes, and beside them typesets the
formulas of the sources, judges their claims and reads these out. While the engine renders on one
core, the others make pictures of the figures that the blocks drew. What cannot be kept, such as a
block that fails, is left to the engine, which knows the page and says so.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from hwlib import blocks, dependencies
from hwlib.ahead import make_ahead
from hwlib.blocks import Result
from hwlib.executor import SchedulerError, executor
from hwlib.fences import named
from hwlib.markup.formula import bare
from hwlib.mathcheck import check_pages, page_pieces
from hwlib.mathjax import MathJaxError, Tex, plain_texts, rest, typeset
from hwlib.pages import Page
from hwlib.site import Place, site_at

__all__ = ["drawings", "picturing", "warm"]

FEWEST = 4  # blocks; starting processes costs more than running fewer here

_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)

Tell = Callable[[int, int, str], None]


class _Cold(NamedTuple):
    """A block whose result is wanted."""

    id: str
    code: str
    key: str


def warm(docs: Path, tell: Tell) -> int:
    """Fill the cache with what the pages need, if it is a cold one.

    Args:
        docs: The folder of all pages.
        tell: Called after each block with how many are done, of how many, and the block's id.

    Returns:
        How many blocks were run.

    Raises:
        SchedulerError: If a Dask cluster is asked for and cannot be used.
    """
    pages = site_at(docs).pages()
    cold = list({block.key: block for block in _cold(pages.values())}.values())
    if len(cold) < FEWEST:
        return 0
    with ThreadPoolExecutor() as beside:
        run = beside.submit(_run_all, cold, tell)
        set_all = beside.submit(_typeset, list(pages.values()))
        judged = check_pages(
            [page_pieces(page, Place(docs, name).file) for name, page in pages.items()]
        )
        _read_out({result.tex for results in judged for result in results})
        set_all.result()
        rest()
        run.result()
    return len(cold)


@contextlib.contextmanager
def picturing(docs: Path) -> Iterator[None]:
    """Make the pictures of all figures beside what is done meanwhile."""
    with ThreadPoolExecutor() as beside:
        beside.submit(_picture, drawings(docs))
        yield


def drawings(docs: Path) -> list[str]:
    """Return the `<svg>` of every figure whose block has run, as it will stand in its page."""
    found = []
    for page in site_at(docs).pages().values():
        for block in page.blocks:
            text = blocks.known(block.code) if block.id.startswith("fig-") else None
            if text and (drawing := _DRAWING.search(text)):
                found.append(named(drawing[0], block.id))
    return found


def _picture(drawn: Sequence[str]) -> None:
    from hwlib.cite import picture  # late: only a build makes pictures

    with contextlib.suppress(SchedulerError):  # said where they are wanted
        make_ahead([picture.of_figures(drawn)])


def _cold(pages: Iterable[Page]) -> Iterable[_Cold]:
    for page in pages:
        for block in page.blocks:
            if block.language == "python" and block.id and blocks.known(block.code) is None:
                yield _Cold(block.id, block.code, dependencies.fingerprint(block.code))


def _run_all(cold: Sequence[_Cold], tell: Tell) -> None:
    with executor(len(cold)) as workers:
        waiting = {workers.submit(_run, block.code, block.id): block for block in cold}
        for done, future in enumerate(as_completed(waiting), 1):
            block = waiting[future]
            _keep(block, future)
            tell(done, len(cold), block.id)


def _run(code: str, name: str) -> Result | None:
    """Run a block in a worker; None for what only the engine can tell."""
    try:
        return blocks.compute(code, name)
    except (Exception, SystemExit):
        return None


def _keep(block: _Cold, future: Future[Result | None]) -> None:
    result = future.result()
    if result is not None:
        blocks.keep(block.code, block.key, result)


def _typeset(pages: Iterable[Page]) -> None:
    formulas = [Tex(bare(one.tex), one.display) for page in pages for one in page.formulas]
    with contextlib.suppress(MathJaxError):  # the engine says it, for a page
        typeset(formulas)


def _read_out(claims: Iterable[str]) -> None:
    with contextlib.suppress(MathJaxError):
        plain_texts(sorted(claims))
