"""Cold work, done before the pages are rendered, on all cores: what the cache lacks.

The engine renders pages one by one; it would run one block, typeset one formula and judge one claim
after another. So a cold build runs the blocks here, in processes, and beside them typesets the
formulas of the sources and judges their claims. What cannot be kept, such as a block that fails, is
left to the engine, which knows the page and says so.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from hwlib import blocks, dependencies
from hwlib.blocks import Result
from hwlib.executor import executor
from hwlib.markup.formula import bare
from hwlib.mathcheck import check_pages, page_pieces
from hwlib.mathjax import MathJaxError, Tex, rest, typeset
from hwlib.pages import Page
from hwlib.site import Place, site_at

__all__ = ["warm"]

FEWEST = 4  # blocks; starting processes costs more than running fewer here

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
        beside.submit(_typeset, list(pages.values()))
        check_pages([page_pieces(page, Place(docs, name).file) for name, page in pages.items()])
        run.result()
    return len(cold)


def _cold(pages: Iterable[Page]) -> Iterable[_Cold]:
    for page in pages:
        for block in page.blocks:
            if block.language == "python" and block.id and not blocks.known(block.code):
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
    rest()
