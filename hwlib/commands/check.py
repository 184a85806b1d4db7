"""`python -m hwlib check [PATH …] [--json FILE]`: every formula of Markdown files is checked."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from hwlib.mathcheck.pages import check_files
from hwlib.mathcheck.report import as_json, message, summary
from hwlib.mathcheck.verdict import Result
from hwlib.utf8 import NotUtf8Error

_PATIENCE = 1.0  # seconds without a progress bar
_WIDTH = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH",
        help="Markdown files or folders of them (default: docs)",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Check, report; return 0 if nothing failed, 1 if something did, 2 for a path that is wrong."""
    try:
        results = _check(arguments.paths or [Path("docs")])
        if arguments.json is not None:
            arguments.json.write_text(as_json(results), encoding="utf-8")
    except (OSError, NotUtf8Error) as error:
        print(f"hwlib check: {error}", file=sys.stderr)
        return 2
    for result in results:
        if result.failed:
            print(message(result))
    print(summary(results))
    return int(any(result.failed for result in results))


def _check(paths: Sequence[Path]) -> list[Result]:
    files = _files(paths)
    progress = _Progress()
    gc.disable()
    try:
        checked = check_files([(file, str(file)) for file in files], tick=progress.tick)
    finally:
        progress.end()
        gc.freeze()  # it lives to the end: to search it for garbage takes a quarter of a second
        gc.enable()
    return [one for page in checked for one in page]


def _files(paths: Sequence[Path]) -> list[Path]:
    """Return the Markdown files that are meant, folders opened, each file once.

    Raises:
        FileNotFoundError: If a path does not exist or a folder holds no Markdown.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*.md")) if path.is_dir() else [path]
        if not path.exists():
            raise FileNotFoundError(f"{path} does not exist; give a Markdown file or a folder")
        if not inside:
            raise FileNotFoundError(f"{path} holds no Markdown file (*.md)")
        found += inside
    return list(dict.fromkeys(found))


class _Progress:
    """A bar on the terminal, for those who have waited a second."""

    def __init__(self) -> None:
        self.start = time.monotonic()
        self.drawn = False

    def tick(self, done: int, total: int) -> None:
        """Draw how many claims of how many are done."""
        if not sys.stderr.isatty() or time.monotonic() - self.start < _PATIENCE:
            return
        full = _WIDTH * done // total
        bar = "#" * full + "." * (_WIDTH - full)
        print(f"\r[{bar}] {done}/{total} claims\x1b[K", end="", file=sys.stderr, flush=True)
        self.drawn = True

    def end(self) -> None:
        """Wipe the bar away."""
        if self.drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
