"""The engine that renders the pages: how it is called and what it says.

It runs in a process of its own, so that whatever a page does to it, there is someone left to tell.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hwlib.publish.fault import Fault, line_of
from hwlib.publish.history import History

CONFIG = "mkdocs.yml"
ENGINES = ("mkdocs", "properdocs", "zensical")

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_RECORD = re.compile(
    r" *(?P<level>DEBUG +-|INFO +-|WARNING +-|ERROR +-|CRITICAL +-|Warning:) +(?P<text>.*)"
)
_ABOUT_A_LINK = re.compile(
    r"Doc file '(?P<page>[^']+)' contains (?P<what>an? .*?link (?:to )?'(?P<link>[^']*)'.*)",
    re.DOTALL,
)
# Up to where the reason stands: after the frames of the last traceback, or after click's "Error: ".
_CRASH = re.compile(
    r"(?s)Traceback \(most recent call last\):(?!.*Traceback \(most).*?\n(?=\S)|(?m:^Error: )"
)
# Zensical draws what it warns of, then says with a traceback that it warned.
_DRAWN = re.compile(
    r"(?P<what>[^\n]*)\n\W*\[ (?P<page>[^\]]+):(?P<line>\d+):(?P<column>\d+) \].*", re.DOTALL
)
_STRICT = re.compile(
    r"(?s)Traceback \(most recent call last\):(?!.*Traceback \(most).*"
    r"RuntimeError: Aborted because --strict flag is set\s*\Z"
)
_SERIOUS = ("WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True)
class Record:
    """One thing that the engine said, with the lines that belong to it."""

    level: str
    text: str


def add_argument(parser: argparse.ArgumentParser) -> None:
    """Let a command take an engine."""
    parser.add_argument(
        "--engine", choices=ENGINES, default=ENGINES[0], help="what renders the pages"
    )


def hindrance(verb: str, root: Path, name: str) -> str:
    """Tell why an engine cannot build or serve a folder, and what to do; "" if it can."""
    if not (root / CONFIG).is_file():
        return f"Nothing to {verb}: no {CONFIG} in {root}. Go to its folder."
    return missing(name)


def missing(name: str) -> str:
    """Tell how to get an engine that is not installed; "" if it is."""
    if importlib.util.find_spec(name):
        return ""
    return f"{name} is not installed; ./scripts/build --engine {name} installs it, as locked."


def command(name: str, verb: str, *options: str) -> list[str]:
    """Return an engine's command line; never with `-q`, which switches MkDocs's strict off."""
    says_all = [] if name == "zensical" else ["--verbose"]
    return [sys.executable, "-m", name, verb, "--config-file", CONFIG, *says_all, *options]


def build_command(name: str, folder: Path) -> list[str]:
    """Return the command line that builds into `folder`.

    Zensical takes the folder, and that it is to be strict, from its configuration.
    """
    strict = [] if name == "zensical" else ["--strict", "--site-dir", str(folder)]
    return command(name, "build", *strict)


def begin(name: str, root: Path, folder: Path) -> Path:
    """Return the folder that an engine can build in, with nothing in it from an earlier build.

    Zensical writes inside the project only, and keeps rendered pages by their text alone, so after
    a change of a label, a figure or a claim elsewhere it would give old pages.
    """
    if name != "zensical":
        return folder
    for kept in (root / ".cache").glob("[0-9]*"):
        if kept.name.isdigit():
            kept.unlink()
    shutil.rmtree(_own_folder(root), ignore_errors=True)
    return _own_folder(root)


def hand_over(name: str, root: Path, folder: Path) -> None:
    """Put into `folder` what an engine had to build elsewhere."""
    if name == "zensical" and _own_folder(root).is_dir():
        shutil.move(_own_folder(root), folder)


def _own_folder(root: Path) -> Path:
    return root / ".cache" / "zensical"


def environment(history: History, folder: Path) -> dict[str, str]:
    """Return an engine's environment: where it builds, and the site's date."""
    variables = {
        **os.environ,
        "HWLIB_ERRORS": "collect",  # every fault becomes a box in its page
        "NO_MKDOCS_2_WARNING": "1",
        "PYTHONUNBUFFERED": "1",
        "HWLIB_SITE": str(folder),  # for the engine without an option for it
        "SOURCE_DATE_EPOCH": str(history.latest),
    }
    variables.pop("COLUMNS", None)  # the engine would wrap what it says
    return variables


def records(lines: Iterable[str]) -> Iterator[Record]:
    """Group the engine's output: a line with a level, then what follows without one."""
    record = Record("", "")
    for line in lines:
        text = _COLOUR.sub("", line.rstrip())
        if found := _RECORD.fullmatch(text):
            yield record
            record = Record(found["level"].strip(" -:").upper(), found["text"])
        else:
            record = Record(record.level, f"{record.text}\n{text}")
    yield record


def fault(record: Record, docs: Path) -> Fault | None:
    """Return what a record complains about, located in the source where it names one.

    A `RuntimeWarning` is a fault too: it is how numpy says that a number on a page is not one.
    """
    text = _STRICT.sub("", record.text).strip()
    if crash := _CRASH.search(text):
        return Fault("", 0, f"the engine failed: {' '.join(text[crash.end() :].split())}")
    if record.level not in _SERIOUS and not text.startswith("RuntimeWarning: "):
        return None
    text = re.split(r"\n\s*Aborted with ", text)[0]
    if drawn := _DRAWN.fullmatch(text):
        file = f"{docs.name}/{drawn['page']}"
        return Fault(file, int(drawn["line"]), drawn["what"], int(drawn["column"]))
    found = _ABOUT_A_LINK.fullmatch(text)
    if not found:
        return Fault("", 0, text)
    source = docs / found["page"]
    return Fault(f"{docs.name}/{found['page']}", line_of(source, found["link"]), found["what"])
