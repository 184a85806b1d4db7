"""`python -m hwlib build`: make the site aside, prove it whole, swap it in."""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from hwlib import cache, publish
from hwlib.cache import CacheError
from hwlib.commands import engine
from hwlib.commands.engine import Record
from hwlib.commands.progress import say_blocks
from hwlib.executor import SchedulerError
from hwlib.publish import Fault, current
from hwlib.utf8 import NotUtf8Error
from hwlib.warm import picturing, warm

LEAST_FREE = 1_000_000  # bytes
_READING = "Reading: "
_NOTHING_NEW = "nothing that it is made from has changed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--to", type=Path, default=Path("site"), metavar="FOLDER", help="instead of site/"
    )
    parser.add_argument(
        "--no-cache", action="store_true", help="make everything anew; nothing that is kept is used"
    )
    engine.add_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Build the project in the current folder.

    Returns:
        0 when the folder is the new site; 1 when that could not be built or must not be published,
        and the folder is as it was; 2 where there is nothing to build.
    """
    root, site = Path.cwd(), Path(arguments.to)
    if hindrance := engine.hindrance("build", root, arguments.engine):
        print(hindrance, file=sys.stderr)
        return 2
    try:
        with cache.fresh() if arguments.no_cache else contextlib.nullcontext():
            cache.check_usable(cache.folder(root))
            faults = build(root, root / site, arguments.engine)
    except CacheError as error:
        faults = [Fault("", 0, str(error))]
    except OSError as error:
        faults = [Fault("", 0, f"cannot write {root / site}: {error}")]
    except KeyboardInterrupt:
        print(f"\nStopped; {site}/ is as it was.", file=sys.stderr)
        return 130
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        count = "1 problem" if len(faults) == 1 else f"{len(faults)} problems"
        print(f"Not built: {count}; {site}/ is as it was.", file=sys.stderr)
    return 1 if faults else 0


def build(root: Path, site: Path, name: str = engine.ENGINES[0]) -> list[Fault]:
    """Build the project in `root`; the folder `site` changes only if nothing is wrong.

    Returns:
        All that is wrong.
    """
    start = time.monotonic()
    with publish.aside(site, root / ".cache", waiting=_say_waiting) as new:
        history = publish.history(root)
        made_from = current.sources(root, site, name, history)
        if digest := current.found(site, made_from):
            print(f"{site.name}/ is current and whole: {_NOTHING_NEW}, digest {digest[:12]}.")
            return []
        try:
            warm(root / "docs", say_blocks)
        except NotUtf8Error as error:
            return [Fault(error.file.relative_to(root).as_posix(), error.line, error.message)]
        except SchedulerError as error:
            return [Fault("", 0, str(error))]
        with picturing(root / "docs"):
            faults = render(root, new, history, name)
        _check_disk(site.parent)
        if new.is_dir():
            publish.write_data_files(new)
            faults += publish.write_report(new)
            tagged = not faults and not publish.errors(new, root / "docs")
            if tagged:
                from hwlib.publish.permanent import give_addresses  # late: it takes long to load

                faults += give_addresses(new, root)
            publish.date_sitemap(new, root / "docs", history)
            digest = publish.write_manifest(new, root / "docs", history)
            unwritten = _unwritten(new) if faults or not tagged else ""
            faults = _merged(faults, publish.prove(new, root / "docs", unwritten))
        if not faults:
            pages = len(list(new.rglob("*.html")))
            publish.swap(new, site)
            if current.sources(root, site, name, history) == made_from:  # no edit meanwhile
                current.note(site, made_from, digest)
            took = f"{time.monotonic() - start:.1f} s"
            print(f"Built {site.name}/: {pages} pages in {took}, digest {digest[:12]}.")
    return faults


def _unwritten(site: Path) -> str:
    """Return how the addresses begin that are not there because something is wrong already."""
    from hwlib.publish.tagpages import FOLDER  # late: it takes long to load

    return "" if (site / FOLDER).is_dir() else f"{FOLDER}/"


def _check_disk(folder: Path) -> None:
    """Stop if the disk is full: Zensical passes over what it cannot write.

    Raises:
        OSError: If less is free than the steps after the engine need.
    """
    if shutil.disk_usage(folder).free < LEAST_FREE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def _say_waiting() -> None:
    print("Another build of this folder is running; waiting for it.", flush=True)


def render(
    root: Path, folder: Path, history: publish.History, name: str = engine.ENGINES[0]
) -> list[Fault]:
    """Run the engine into `folder`; return what it complained about."""
    print(f"Building the pages, dated by {history.dated}.", flush=True)
    pages = len(list((root / "docs").rglob("*.md")))
    with subprocess.Popen(
        engine.build_command(name, folder),
        cwd=root,
        env=engine.environment(history, engine.begin(name, root, folder)),
        text=True,
        errors="replace",
        close_fds=False,  # it shares the hold on the folder
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout is not None
        said = list(_watched(engine.records(process.stdout), pages))
    code = process.returncode
    engine.hand_over(name, root, folder)
    faults = [fault for record in said if (fault := engine.fault(record, root / "docs"))]
    if code != 0 and not faults:
        faults.append(Fault("", 0, f"the engine stopped (exit {code}): {said[-1].text.strip()}"))
    return faults


def _watched(records: Iterator[Record], pages: int) -> Iterator[Record]:
    """Pass the engine's records on, with a line of progress on a terminal."""
    terminal = sys.stdout.isatty()
    done = 0
    for record in records:
        if terminal and record.text.startswith(_READING):
            done += 1
            page = record.text.removeprefix(_READING)
            print(f"\r\033[K  page {done} of {pages}: {page}", end="", flush=True)
        yield record
    if terminal:
        print("\r\033[K", end="", flush=True)


def _merged(said: list[Fault], proved: list[Fault]) -> list[Fault]:
    """Return all faults in order; what the engine said of a line is not said again by the proof."""
    told = {(fault.file, fault.line) for fault in said if fault.line}
    return sorted({*said, *(fault for fault in proved if (fault.file, fault.line) not in told)})
