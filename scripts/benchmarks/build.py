"""This project's own build and preview with one engine: cold, warm, after an edit, memory."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from benchmarks.preview import edited
from benchmarks.project import forget, run

__all__ = ["Built", "measured"]


@dataclass(frozen=True)
class Built:
    """What came of one project with one engine.

    Attributes:
        cold: Seconds of a build with an empty cache; the median, as of the others.
        warm: Seconds of a build after it, nothing changed.
        rebuild: Seconds of a build after one word of a page was changed.
        edit: Seconds from a saved word until the preview serves it.
        megabytes: The most memory that any of these held, all processes together.
    """

    cold: float
    warm: float
    rebuild: float
    edit: float
    megabytes: float

    def figures(self) -> dict[str, float]:
        """Return these as the record keeps them."""
        return {name: round(value, 2) for name, value in asdict(self).items()}


def measured(project: Path, engine: str, page: str, times: int) -> Built:
    """Build a project cold and warm with an engine, and edit a page under its preview."""
    build = ("-m", "hwlib", "build", "--engine", engine, "--to", "built")
    cold, warm, rebuilt = [], [], []
    for number in range(times):
        forget(project)
        cold.append(run(project, *build))
        warm.append(run(project, *build))
        _reword(project / "docs" / f"{page}.md", number)
        rebuilt.append(run(project, *build))
    served = edited(project, ["hwlib", "serve", "--engine", engine, "--port", "{port}"], page, 3)
    return Built(
        median(one.seconds for one in cold),
        median(one.seconds for one in warm),
        median(one.seconds for one in rebuilt),
        served.seconds,
        max(served.megabytes, *(one.megabytes for one in (*cold, *warm, *rebuilt))),
    )


def _reword(page: Path, number: int) -> None:
    """Change a word of a page's description, which no tag holds to what it was."""
    text = page.read_text("utf-8")
    page.write_text(
        re.sub(r"(?m)^description: (?:>-\s+)?", rf"\g<0>Word{number} ", text, count=1), "utf-8"
    )
