"""What is wrong with a site, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """Something that must not be published.

    Attributes:
        file: The source to mend, such as `docs/notation.md`, or the built file where there is none.
        line: Line in it, from 1; 0 where no single line is at fault.
        message: What is wrong and what to do.
        column: Column in that line, from 1; 0 where it is not known.
    """

    file: str
    line: int
    message: str
    column: int = 0

    def __str__(self) -> str:
        places = [str(place) for place in (self.file, self.line, self.column) if place]
        return f"{':'.join(places)}: {self.message}" if places else self.message


def line_of(source: Path, text: str) -> int:
    """Return the first line of a file that holds `text`; 0 if none does."""
    if not text or not source.is_file():
        return 0
    lines = source.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((number for number, line in enumerate(lines, 1) if text in line), 0)
