"""What is wrong in a page, and where.

    Exception
    └── SuperFencesException      the one exception that the fence parser lets through
        └── PageError             a fault in a page's source, located

`PageError` has that parent because every engine reads fenced blocks through superfences, which
swallows any other exception and prints the block as text.
"""

from __future__ import annotations

import html
import os

from pymdownx.superfences import SuperFencesException  # type: ignore[import-untyped]

__all__ = ["PageError", "box", "has_box", "report"]


class PageError(SuperFencesException):  # type: ignore[misc]
    """A fault in a page: what is wrong, where, and what to do.

    Args:
        file: Path of the page as the author knows it, such as `docs/hw1-part2/task-3.md`.
        line: Line in that file, from 1; 0 when the fault has no line.
        message: One sentence or a few lines.
        column: Column in that line, from 1; 0 when the fault has no column.
    """

    def __init__(self, file: str, line: int, message: str, column: int = 0) -> None:
        super().__init__(file, line, message, column)
        self.file = file
        self.line = line
        self.column = column
        self.message = message

    def __str__(self) -> str:
        places = [str(place) for place in (self.line, self.column) if place]
        return f"{':'.join([self.file, *places])}: {self.message}"


def report(error: PageError) -> str:
    """Return the box that stands in the page for a fault, or stop the engine.

    With `HWLIB_ERRORS=collect` the build goes on, so that one run shows every fault; the proof of
    the built pages finds the boxes and refuses the site. An engine started without it stops here.

    Raises:
        PageError: `error` itself, unless faults are collected.
    """
    if os.environ.get("HWLIB_ERRORS") != "collect":
        raise error
    return box(error)


def box(error: PageError) -> str:
    """Return `error` as HTML that is read out at once and stands on one line of source."""
    text = html.escape(str(error)).replace("\n", "&#10;")
    return f'<div class="hw-error" role="alert"><pre>{text}</pre></div>'


def has_box(page: str) -> bool:
    """Return whether a fault may be told in some HTML."""
    return '"hw-error"' in page
