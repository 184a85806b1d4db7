"""`python -m hwlib serve`: a preview that follows every edit, faults included.

The engine rebuilds and reloads when a page, `mkdocs.yml` or a file of hwlib changes. What an edit
does to the code that renders the pages it cannot take up itself: for that it is started anew here.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NoReturn

from lxml.etree import LxmlError

from hwlib import publish
from hwlib.blocks import PACKAGE, STAY
from hwlib.commands import engine
from hwlib.commands.engine import Record
from hwlib.commands.progress import say_blocks
from hwlib.executor import SchedulerError
from hwlib.utf8 import NotUtf8Error
from hwlib.warm import warm

HOST = "127.0.0.1"
PORTS = range(8000, 8020)
BLINK = 0.3  # seconds between two looks at the files

_BUILT = re.compile(r"(?:Documentation built|Build finished) in (?P<seconds>[\d.]+) ?s")
_SERVING = re.compile(r"Serving (?:\S+ )?on (?P<address>\S+)")
# MkDocs logs nothing twice, "built in 0.22 seconds" neither; of these lines each is logged.
_CHANGED, _RELOADING = re.compile(r"Detected file changes"), re.compile(r"Reloading browsers")
_STUCK = re.compile(r"An error happened during the rebuild")
_CLOCK = re.compile(r"^\[[\d:]+\] ")

Stamps = dict[Path, int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--port", type=int, help=f"port (default: a free one from {PORTS[0]} on)")
    engine.add_argument(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve the project in the current folder until Ctrl-C.

    Returns:
        0 when stopped; 1 when the port is taken; 2 where there is nothing to serve.
    """
    root = Path.cwd()
    if hindrance := engine.hindrance("serve", root, arguments.engine):
        print(hindrance, file=sys.stderr)
        return 2
    port = _port(arguments.port)
    if port is None:
        print(
            f"Port {arguments.port} is in use. Choose another one, or leave --port out for a free "
            "one.",
            file=sys.stderr,
        )
        return 1
    signal.signal(signal.SIGTERM, _stop)
    with contextlib.suppress(KeyboardInterrupt), tempfile.TemporaryDirectory() as folder:
        with contextlib.suppress(NotUtf8Error, SchedulerError):  # the engine works without
            warm(root / "docs", say_blocks)
        _serve(root, port, Path(folder), arguments.engine)
    print("Stopped.")
    return 0


def _stop(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def _port(wanted: int | None) -> int | None:
    """Return the wanted port if it is free, or a free one if none is wanted."""
    for port in [wanted] if wanted is not None else [*PORTS, 0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError, OverflowError):
                probe.bind((HOST, port))
                return int(probe.getsockname()[1])
    return None


def _serve(root: Path, port: int, folder: Path, name: str) -> NoReturn:
    """Run the engine, again and again; its files go to `folder`."""
    while True:
        before = _stamps(_machinery())
        everything = _stamps(_sources(root))
        with _engine(root, port, folder, name) as process:
            while process.poll() is None and _stamps(_machinery()) == before:
                time.sleep(BLINK)
            stopped = process.poll() is not None
        if not stopped:
            print("The code that renders the pages has changed: starting anew.", flush=True)
            continue
        print("The preview waits for a change to a file.", file=sys.stderr, flush=True)
        while _stamps(_sources(root)) == everything:
            time.sleep(BLINK)


@contextlib.contextmanager
def _engine(root: Path, port: int, folder: Path, name: str) -> Iterator[subprocess.Popen[str]]:
    """Start the engine and pass on what it says; end it afterwards."""
    variables = engine.environment(publish.history(root), made := engine.begin(name, root, folder))
    variables["TMPDIR"] = str(folder)  # where it builds: what it leaves behind goes with the folder
    variables["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")  # not among the watched files
    address = f"{HOST}:{port}"
    lenient = [] if name == "zensical" else ["--no-strict"]
    print("Building the pages for the preview.", flush=True)
    process = subprocess.Popen(
        [*engine.command(name, "serve"), *lenient, "--dev-addr", address],
        cwd=root,
        env=variables,
        text=True,
        errors="replace",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    reader = threading.Thread(target=_tell, args=(process.stdout, made, root / "docs"))
    reader.start()
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
        reader.join()


def _tell(lines: Iterable[str], folder: Path, docs: Path) -> None:
    """Print what a writer wants to know of what the engine says, as soon as it has said a part."""
    part: list[str] = []
    told = False
    for line in lines:
        if _CHANGED.search(line):
            told = False
        if told and _RELOADING.search(line):
            continue
        part.append(line)
        if any(end.search(line) for end in (_BUILT, _RELOADING, _SERVING, _STUCK)):
            _tell_part(part, folder, docs)
            told = bool(_BUILT.search(line))
            part.clear()
    _tell_part(part, folder, docs)


def _tell_part(lines: list[str], folder: Path, docs: Path) -> None:
    faults: set[publish.Fault] = set()
    news = []
    for record in engine.records(lines):
        text = _CLOCK.sub("", record.text)
        if (built := _BUILT.search(text)) or _RELOADING.match(text):
            news.append(f"Built in {built['seconds']} s." if built else "Built.")
            sites = [*folder.glob("mkdocs_*"), *folder.glob("properdocs_*")] or [folder]
            faults.update(*(_shown(site, docs) for site in sites))
        elif serving := _SERVING.search(text):
            news.append(f"Preview at {serving['address']} (Ctrl-C stops it).")
        elif _STUCK.match(text):
            news.append("The preview stands still until this is mended.")
        elif fault := engine.fault(Record(record.level, text), docs):
            faults.add(fault)
    for line in [*sorted(faults), *news]:
        print(line, flush=True)


def _shown(site: Path, docs: Path) -> list[publish.Fault]:
    """Return the faults that the pages show; none while the next build clears the pages away.

    That build tells its own, so what is read of half a page now is not missed.
    """
    with contextlib.suppress(OSError, LxmlError):
        return publish.errors(site, docs)
    return []


def _machinery() -> Iterator[Path]:
    """Find the files of hwlib that the engine holds in memory."""
    for name in STAY:
        yield from [PACKAGE / f"{name}.py", *(PACKAGE / name).rglob("*")]


def _sources(root: Path) -> Iterator[Path]:
    """Find every file that a preview depends on."""
    yield root / engine.CONFIG
    for folder in (root / "docs", PACKAGE):
        yield from folder.rglob("*")


def _stamps(paths: Iterable[Path]) -> Stamps:
    """Return when each file was last changed; bytecode and folders do not count."""
    found: Stamps = {}
    for path in paths:
        with contextlib.suppress(OSError):
            if path.suffix != ".pyc" and path.is_file():
                found[path] = path.stat().st_mtime_ns
    return found
