"""The memory of a process with all its children, at its peak: looked at again and again.

What processes share is counted once (the kernel's proportional set size). Where there is no
`/proc` (macOS) nothing is known, and the peak is 0.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path

__all__ = ["Peak", "watched"]

BLINK = 0.2  # seconds between two looks
_PSS = re.compile(r"(?m)^Pss:\s*(\d+) kB")


class Peak:
    """The most that was seen, in MB (10⁶ bytes)."""

    megabytes = 0.0


@contextlib.contextmanager
def watched(process: int) -> Iterator[Peak]:
    """Watch a process and its children until the end of the block."""
    peak, over = Peak(), threading.Event()

    def look() -> None:
        while not over.wait(BLINK):
            peak.megabytes = max(peak.megabytes, _now(process))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def _now(process: int) -> float:
    """Return what a process and its children hold, in MB; one that has just ended holds nothing."""
    place = Path("/proc") / str(process)
    try:
        found = _PSS.search((place / "smaps_rollup").read_text("ascii"))
        children = [
            int(child)
            for task in (place / "task").iterdir()
            for child in (task / "children").read_text("ascii").split()
        ]
    except OSError:
        return 0.0
    own = int(found[1]) * 1.024e-3 if found else 0.0
    return own + sum(map(_now, children))
