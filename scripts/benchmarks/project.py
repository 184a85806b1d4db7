"""Projects to measure in: a copy of this one, or one of generated pages; how a command is timed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from benchmarks import pages
from benchmarks.memory import watched

__all__ = ["ROOT", "Failure", "Run", "copied", "environment", "forget", "generated", "run"]

ROOT = Path(__file__).resolve().parents[2]
TAKEN = (
    "docs", "hwlib", "requirements", "tags", "mkdocs.yml", "package.json", "pyproject.toml",
    "CITATION.cff",
)  # fmt: skip

_NAV = re.compile(r"(?ms)^nav:\n.*?(?=^\S)")


class Failure(RuntimeError):  # noqa: N818  (as sentences read)
    """Something measured did not work; the message holds what it said."""


def copied(project: Path) -> Path:
    """Copy what a build reads; what is measured leaves the checkout alone."""
    project.mkdir(parents=True)
    for name in TAKEN:
        place = ROOT / name
        if place.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(place, project / name, ignore=ignored)
        else:
            shutil.copy(place, project)
    (project / "node_modules").symlink_to(ROOT / "node_modules")
    return project


def generated(project: Path, count: int) -> Path:
    """Make a project of generated pages, with this one's code and configuration, and tag it."""
    copied(project)
    made = pages.made(project / "docs", count)
    for name in ("docs", "tags"):
        shutil.rmtree(project / name)
    docs = project / "docs"
    docs.mkdir()
    (docs / "index.md").write_text(_home(count), "utf-8")
    for page in made:
        file = docs / f"{page.name}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text(page.markdown(), "utf-8")
    config = project / "mkdocs.yml"
    config.write_text(_NAV.sub(_navigation(made), config.read_text("utf-8")), "utf-8")
    run(project, "-m", "hwlib", "tag")
    return project


def _home(count: int) -> str:
    return (
        "---\ntitle: Pages for measuring\ndescription: Where the pages begin.\n---\n\n"
        f"# Pages for measuring\n\nThere are ${count}$ of them.\n"
    )


def _navigation(made: list[pages.Page]) -> str:
    lines = ["nav:", "  - Home: index.md"]
    for folder, group in groupby(made, key=lambda page: pages.folder_of(page.number)):
        lines.append(f"  - {folder}:")
        lines += [f"      - {page.name}.md" for page in group]
    return "\n".join([*lines, "", ""])


def forget(project: Path) -> None:
    """Let the next build be cold."""
    shutil.rmtree(project / ".cache", ignore_errors=True)


def environment(project: Path) -> dict[str, str]:
    """Return the environment of what is measured: the code is the project's."""
    return {**os.environ, "PYTHONPATH": str(project), "NO_MKDOCS_2_WARNING": "1"}


@dataclass(frozen=True)
class Run:
    """What a command took: seconds, and the most memory that it and its children held, in MB."""

    seconds: float
    megabytes: float


def run(project: Path, *command: str, python: Path = Path(sys.executable)) -> Run:
    """Run Python with arguments in a project; what it says goes to a file that is read on failure.

    Raises:
        Failure: If it fails.
    """
    with tempfile.TemporaryFile("w+") as said:
        start = time.monotonic()
        with (
            subprocess.Popen(
                [python, *command],
                cwd=project,
                env=environment(project),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
            ) as process,
            watched(process.pid) as peak,
        ):
            code = process.wait()
            seconds = time.monotonic() - start
        if code != 0:
            said.seek(0)
            raise Failure(f"{' '.join(command)} failed:\n{said.read()[-3000:]}")
    print(f"  {' '.join(command)}: {seconds:.2f} s", flush=True)
    return Run(seconds, peak.megabytes)
