"""The engine that renders the pages: how it is called and what it says.

It runs in a process of its own, so that whatever a page does to it, there is someone left to tell.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hwlib.publish.fault import Fault, line_of
from hwlib.publish.history import History

CONFIG = "mkdocs.yml"

_RECORD = re.compile(r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) +- +(?P<text>.*)")
_ABOUT_A_LINK = re.compile(
    r"Doc file '(?P<page>[^']+)' contains (?P<what>an? .*?link (?:to )?'(?P<link>[^']*)'.*)",
    re.DOTALL,
)
# Up to where the reason stands: after the frames of the last traceback, or after click's "Error: ".
_CRASH = re.compile(
    r"(?s)Traceback \(most recent call last\):(?!.*Traceback \(most).*?\n(?=\S)|(?m:^Error: )"
)
_SERIOUS = ("WARNING", "ERROR", "CRITICAL")


@dataclass(frozen=True)
class Record:
    """One thing that the engine said, with the lines that belong to it."""

    level: str
    text: str


def command(verb: str, *options: str) -> list[str]:
    """Return the command line of MkDocs; never with `-q`, which switches strict off."""
    return [sys.executable, "-m", "mkdocs", verb, "--verbose", *options]


def environment(history: History) -> dict[str, str]:
    """Return the engine's environment, in which `SOURCE_DATE_EPOCH` is the site's date."""
    variables = {
        **os.environ,
        "HWLIB_ERRORS": "collect",  # every fault becomes a box in its page
        "NO_MKDOCS_2_WARNING": "1",
        "PYTHONUNBUFFERED": "1",
        "SOURCE_DATE_EPOCH": str(history.latest),
    }
    variables.pop("COLUMNS", None)  # the engine would wrap what it says
    return variables


def records(lines: Iterable[str]) -> Iterator[Record]:
    """Group the engine's output: a line with a level, then what follows without one."""
    record = Record("", "")
    for line in lines:
        found = _RECORD.fullmatch(line.rstrip())
        if found:
            yield record
            record = Record(found["level"], found["text"])
        else:
            record = Record(record.level, f"{record.text}\n{line.rstrip()}")
    yield record


def fault(record: Record, docs: Path) -> Fault | None:
    """Return what a record complains about, located in the source where it names one.

    A `RuntimeWarning` is a fault too: it is how numpy says that a number on a page is not one.
    """
    text = record.text.strip()
    if crash := _CRASH.search(text):
        return Fault("", 0, f"the engine failed: {' '.join(text[crash.end() :].split())}")
    if record.level not in _SERIOUS and not text.startswith("RuntimeWarning: "):
        return None
    text = re.split(r"\n\s*Aborted with ", text)[0]
    found = _ABOUT_A_LINK.fullmatch(text)
    if not found:
        return Fault("", 0, text)
    source = docs / found["page"]
    return Fault(f"{docs.name}/{found['page']}", line_of(source, found["link"]), found["what"])
