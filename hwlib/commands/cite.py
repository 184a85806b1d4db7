"""`python -m hwlib cite`: write CITATION.cff from what owns the version and the date."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from hwlib.cite import cff, project_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes: nothing."""
    del parser


def run(arguments: argparse.Namespace) -> int:
    """Write the file of the project in the current folder.

    Returns:
        0 when it is written; 2 where there is no project to cite.
    """
    del arguments
    try:
        project = project_at(Path.cwd())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if project is None:
        print(f"Nothing to cite: no pyproject.toml in {Path.cwd()}.", file=sys.stderr)
        return 2
    Path(cff.FILE).write_text(cff.text(project), encoding="utf-8", newline="")
    print(f"{cff.FILE}: version {project.version} of {project.released}")
    return 0
