"""`python -m hwlib tag`: give tags to what is new, versions to what changed; say what was done.

The pages are rendered aside, so that what is tagged is what would be published; `site/` stays as it
is. Nothing is written unless all is well.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from hwlib import publish
from hwlib.commands import engine
from hwlib.commands.build import render
from hwlib.publish import Fault
from hwlib.publish.items import Item, inventory
from hwlib.publish.tags import FILE, Stated, last_published, read, settled, update, vanished


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--rename",
        nargs=2,
        action="append",
        default=[],
        metavar=("OLD", "NEW"),
        help="what had the label OLD has the label NEW now; a page takes its sections along",
    )
    parser.add_argument(
        "--withdraw",
        nargs=2,
        action="append",
        default=[],
        metavar=("LABEL", "WHY"),
        help="what had this label is gone; its tag says why, in a sentence",
    )
    parser.add_argument(
        "--because",
        default="",
        metavar="WHY",
        help="why things changed, said with each new version",
    )
    parser.add_argument(
        "--against", default="", metavar="COMMIT", help="what was last published; else found by git"
    )


def run(arguments: argparse.Namespace) -> int:
    """Bring the registry of the project in the current folder up to date.

    Returns:
        0 when it is; 1 when it cannot be, and it is as it was; 2 where there is no project.
    """
    root = Path.cwd()
    if hindrance := engine.hindrance("tag", root, engine.ENGINES[0]):
        print(hindrance, file=sys.stderr)
        return 2
    stated = Stated(arguments.rename, arguments.withdraw, arguments.because)
    try:
        faults = tag(root, stated, arguments.against)
    except (OSError, ValueError) as error:
        faults = [Fault("", 0, str(error))]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(f"Nothing was tagged; {FILE} is as it was.", file=sys.stderr)
    return 1 if faults else 0


def tag(root: Path, stated: Stated, against: str = "") -> list[Fault]:
    """Bring the registry of a project up to date with its pages.

    Args:
        root: The project's folder.
        stated: What its author says.
        against: The commit that was last published, or nothing.

    Returns:
        What is in the way.
    """
    published = last_published(root, against)
    file = root / FILE
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    old = settled(read(text), published.registry)
    faults = [*old.faults, *vanished(old, published)]
    if faults:
        return faults
    history = publish.history(root)
    items, faults = _items(root, history)
    if faults:
        return faults
    day = datetime.fromtimestamp(history.latest, UTC).date().isoformat()
    done = update(old, published.registry, items, day, stated)
    if done.faults:
        return done.faults
    if str(done.registry) != text or not file.is_file():
        _write(file, str(done.registry))
    print(*done.said, sep="\n", end="\n" if done.said else "")
    changes = "1 change" if len(done.said) == 1 else f"{len(done.said)} changes"
    print(f"{FILE}: {len(done.registry.records)} tags, {changes}.")
    return []


def _items(root: Path, history: publish.History) -> tuple[list[Item], list[Fault]]:
    """Render the pages aside; return what is on them, or what is wrong with them."""
    waiting = "A build of this folder is running; waiting for it."
    with publish.aside(root / "site", root / ".cache", waiting=lambda: print(waiting)) as new:
        faults = render(root, new, history)
        if new.is_dir():
            faults = sorted({*faults, *publish.errors(new, root / "docs")})
        return ([] if faults else inventory(new, root / "docs")), faults


def _write(file: Path, text: str) -> None:
    """Write aside and rename: whatever happens, there is a whole registry."""
    file.parent.mkdir(exist_ok=True)
    aside = file.with_name(f".{file.name}-{os.getpid()}")
    aside.write_text(text, encoding="utf-8", newline="")
    aside.replace(file)
