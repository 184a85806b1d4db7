"""`python -m hwlib check [PATH …] [--json FILE]`: every formula of Markdown files is checked."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from hwlib.mathcheck.pages import check_file
from hwlib.mathcheck.report import as_json, message, summary

SUMMARY = "check every formula of Markdown files"
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
    """Check, report, and return 0 if nothing failed, 1 if something did, 2 for a wrong path."""
    try:
        files = _files(arguments.paths or [Path("docs")])
    except FileNotFoundError as error:
        print(f"hwlib check: {error}", file=sys.stderr)
        return 2
    results = [one for file in _with_progress(files) for one in check_file(file, str(file))]
    for result in results:
        if result.failed:
            print(message(result))
    print(summary(results))
    if arguments.json is not None:
        arguments.json.write_text(as_json(results), encoding="utf-8")
    return int(any(result.failed for result in results))


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


def _with_progress(files: Sequence[Path]) -> Iterator[Path]:
    """Give the files one by one; on a terminal, after a second, draw how far it is."""
    start = time.monotonic()
    drawn = False
    for number, file in enumerate(files):
        if sys.stderr.isatty() and time.monotonic() - start > _PATIENCE:
            done = _WIDTH * number // len(files)
            bar = "#" * done + "." * (_WIDTH - done)
            print(f"\r[{bar}] {number}/{len(files)} {file}\x1b[K", end="", file=sys.stderr)
            drawn = True
        yield file
    if drawn:
        print("\r\x1b[K", end="", file=sys.stderr)
