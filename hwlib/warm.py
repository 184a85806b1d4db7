"""Cold work, done before the pages are rendered: the blocks that the cache lacks, on all cores.

The engine renders pages one by one; it would run one block after another. What cannot be kept, a
block that fails or warns, is left to the engine, which knows the page and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, as_completed
from pathlib import Path
from typing import NamedTuple

from hwlib import blocks, dependencies, pages
from hwlib.blocks import Result
from hwlib.executor import executor

__all__ = ["warm"]

FEWEST = 4  # blocks; starting processes costs more than running fewer here


class _Cold(NamedTuple):
    """A block whose result is wanted."""

    id: str
    code: str
    key: str


def warm(docs: Path, tell: Callable[[int, int, str], None]) -> int:
    """Fill the cache with what the executed blocks of all pages print.

    Args:
        docs: The folder of all pages.
        tell: Called after each block with how many are done, of how many, and the block's id.

    Returns:
        How many blocks were run.

    Raises:
        SchedulerError: If a Dask cluster is asked for and cannot be used.
    """
    cold = list({block.key: block for block in _cold(docs)}.values())
    if len(cold) < FEWEST:
        return 0
    with executor(len(cold)) as workers:
        waiting = {workers.submit(_run, block.code, block.id): block for block in cold}
        for done, future in enumerate(as_completed(waiting), 1):
            block = waiting[future]
            _keep(block, future)
            tell(done, len(cold), block.id)
    return len(cold)


def _cold(docs: Path) -> Iterable[_Cold]:
    for path in sorted(docs.rglob("*.md")):
        for block in pages.read(path).blocks:
            if block.language == "python" and block.id and not blocks.known(block.code):
                yield _Cold(block.id, block.code, dependencies.fingerprint(block.code))


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
