"""A preview that is measured: how long after an edit is saved the new page is served."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.memory import watched
from benchmarks.project import Failure, environment

__all__ = ["Edited", "edited"]

PATIENCE = 900  # seconds
ENOUGH = 60  # seconds of waiting, after which no more edits are tried
LOOK = 0.01  # seconds between two looks at the page
REST = 1.0  # seconds without a change, so that a preview has caught up


@dataclass(frozen=True)
class Edited:
    """What came of editing a page while a preview ran.

    Attributes:
        seconds: From the saved edit until the page with it was served; the median.
        megabytes: The most memory that the preview held.
    """

    seconds: float
    megabytes: float


def edited(project: Path, command: Sequence[str], page: str, times: int) -> Edited:
    """Edit one word of a page, several times, under a preview.

    Args:
        project: The folder in which it runs.
        command: What `python -m` runs; `{port}` stands for the port.
        page: The page's path in `docs` without suffix.
        times: How often; less often where that takes more than a minute.

    Raises:
        Failure: If it does not serve, or does not serve an edit.
    """
    source = project / "docs" / f"{page}.md"
    before = source.read_text("utf-8")
    try:
        with _serving(project, command, f"{page}/") as (address, process), watched(process) as peak:
            runs: list[float] = []
            while len(runs) < times and sum(runs) < ENOUGH:
                runs.append(_until_served(source, address))
    finally:
        source.write_text(before, "utf-8")
    return Edited(median(runs), peak.megabytes)


def _until_served(source: Path, address: str) -> float:
    """Save a page with one word more; return the seconds until it is served."""
    word = f"benchword{time.monotonic_ns()}"
    longer = f"{source.read_text('utf-8')}\n{word}\n"
    time.sleep(REST)
    source.write_text(longer, "utf-8")
    start = time.monotonic()
    while word not in _fetched(address):
        if time.monotonic() - start > PATIENCE:
            raise Failure(f"the edit of {source} was not served in {PATIENCE} s")
        time.sleep(LOOK)
    seconds = time.monotonic() - start
    print(f"  edit to served: {seconds:.2f} s", flush=True)
    return seconds


def _fetched(address: str) -> str:
    """Return a page, or nothing as long as there is none."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return str(answer.read().decode("utf-8"))
    except OSError:
        return ""


@contextlib.contextmanager
def _serving(project: Path, command: Sequence[str], page: str) -> Iterator[tuple[str, int]]:
    """Run a preview; give the page's address once it answers, and the number of the process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", *(word.format(port=port) for word in command)],
        cwd=project,
        env={**environment(project), "TMPDIR": str(project.parent)},  # it may leave something
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/{page}"
    start = time.monotonic()
    try:
        while not _fetched(address):
            if process.poll() is not None or time.monotonic() - start > PATIENCE:
                raise Failure(f"{' '.join(command)} did not serve {page}")
            time.sleep(0.1)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait()
