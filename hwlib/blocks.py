"""What an executed block prints: run, or found in the cache where nothing that it rests on moved.

A result is kept under the digest of the block's text, of every module of hwlib that it reaches
with the data beside them, and of the versions (`hwlib.dependencies`). Beside the printed text the
files of the project are kept that were opened meanwhile, with their digests: whatever a block reads
in ways that cannot be seen in the code, a change to it is noticed. A run that warned, started
another program or met a change to its own sources is not kept.

Fresh code: before a block runs, modules of hwlib whose files have changed are dropped, so that a
live preview shows what the files say. What makes the site stays (it cannot replace itself
halfway); the preview has to be started anew for that.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.util
import io
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from hwlib import dependencies
from hwlib.cache import Cache, folder
from hwlib.dependencies import Stamp, stamp

__all__ = ["PACKAGE", "ROOT", "STAY", "compute", "known", "printed"]

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(__file__).resolve().parent
STAY = (
    "ahead", "blocks", "cache", "cite", "commands", "dependencies", "errors", "executor",
    "extension", "fences", "hooks", "markup", "mathcheck", "mathjax", "mathtex", "pages", "publish",
    "site", "templates", "unchanged", "utf8", "warm", "__main__",
)  # fmt: skip
_NOT_OURS = {".cache", ".git", ".venv", "__pycache__", "node_modules"}
_RACY = 2  # seconds: bytecode as young as its source may be that of the state before

_stamps: dict[str, Stamp] = {}


@dataclass
class Result:
    """What came of a run.

    Attributes:
        text: All that was printed.
        files: The files of the project that were opened, relative to its root, with their digests.
        lasting: Whether the same code is sure to print the same again.
    """

    text: str
    files: dict[str, str] = field(default_factory=dict)
    lasting: bool = True


def printed(code: str, name: str) -> str:
    """Return what the block `name` prints, from the cache if it is there.

    Raises:
        Exception: What the block raises; SystemExit too.
    """
    key = dependencies.fingerprint(code)
    found = _look_up(key)
    if found is not None:
        return found
    result = compute(code, name)
    keep(code, key, result)
    return result.text


def known(code: str) -> str | None:
    """Return what a block prints if the cache holds it."""
    return _look_up(dependencies.fingerprint(code))


def keep(code: str, key: str, result: Result) -> None:
    """Store what came of a run that began when the fingerprint was `key`."""
    if dependencies.fingerprint(code) != key:  # edited meanwhile: which code ran, nobody knows
        _forget_all()
    elif result.lasting:
        _cache(folder()).put(key, {"text": result.text, "files": result.files})


@cache
def _cache(place: Path) -> Cache:
    return Cache(place / "blocks")


def _look_up(key: str) -> str | None:
    found = _cache(folder()).get(key)
    if found is None or any(_digest(ROOT / name) != was for name, was in found["files"].items()):
        return None
    return str(found["text"])


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


# ----------------------------------------------------------------------------------------- run


def compute(code: str, name: str) -> Result:
    """Run a block and return all that it prints, whoever prints it.

    Raises:
        Exception: What the block raises; SystemExit too.
    """
    drop_stale()
    _distrust_bytecode(code)
    text = io.StringIO()
    try:
        compiled = compile(code, f"<block {name}>", "exec")
        with (
            _watch.on() as seen,
            warnings.catch_warnings(record=True) as warned,
            contextlib.redirect_stdout(text),
        ):
            exec(compiled, {"__name__": "block"})
    finally:
        _remember()
    for one in warned:
        warnings.showwarning(one.message, one.category, one.filename, one.lineno)
    files = {path.relative_to(ROOT).as_posix(): _digest(path) for path in sorted(seen.opened)}
    return Result(text.getvalue(), files, lasting=not warned and not seen.started)


@dataclass
class _Seen:
    """What a run did beside printing."""

    opened: set[Path] = field(default_factory=set)
    started: bool = False


class _Watch:
    """Listens to Python's own audit events while a block runs, in its thread."""

    def __init__(self) -> None:
        self._seen: dict[int, _Seen] = {}
        self._listening = False

    @contextlib.contextmanager
    def on(self) -> Iterator[_Seen]:
        if not self._listening:  # a hook stays for as long as the process
            sys.addaudithook(self._hear)
            self._listening = True
        thread = threading.get_ident()
        self._seen[thread] = seen = _Seen()
        try:
            yield seen
        finally:
            del self._seen[thread]

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in ("open", "subprocess.Popen", "os.system", "socket.connect"):
            return
        seen = self._seen.get(threading.get_ident())
        if seen is None:
            return
        if event != "open":
            seen.started = True
        elif isinstance(arguments[0], (str, bytes, os.PathLike)):
            path = Path(os.path.abspath(os.fsdecode(arguments[0])))  # noqa: PTH100  (no links)
            if path.is_relative_to(ROOT):
                inside = path.relative_to(ROOT)
                if not _NOT_OURS.intersection(inside.parts) and path.is_file():
                    seen.opened.add(path)


_watch = _Watch()


# ----------------------------------------------------------------------------------- fresh code


def drop_stale() -> None:
    """Forget the modules of hwlib that blocks use if the file of any has changed."""
    modules = dict(_dropped())
    for name in _stamps.keys() - modules.keys():
        del _stamps[name]
    if any(_stamps.get(name) not in {None, stamp(Path(file))} for name, file in modules.items()):
        _forget_all()


def _remember() -> None:
    """Note the state of the files whose modules a block has just loaded."""
    for name, file in _dropped():
        if name not in _stamps:
            _stamps[name] = stamp(Path(file))


def _dropped() -> Iterator[tuple[str, str]]:
    for name, module in list(sys.modules.items()):
        room = name.removeprefix("hwlib.").partition(".")[0]
        file = getattr(module, "__file__", None)
        if name.startswith("hwlib.") and room not in STAY and file:
            yield name, file


def _forget_all() -> None:
    for name, file in dict(_dropped()).items():
        _forget(name, file)
    importlib.invalidate_caches()


def _forget(name: str, file: str) -> None:
    """Drop a module: its entry, its parent's name for it, and bytecode (dated to the second)."""
    del sys.modules[name]
    _stamps.pop(name, None)
    parent, _, child = name.rpartition(".")
    holder: ModuleType | None = sys.modules.get(parent)
    if holder is not None and hasattr(holder, child):
        delattr(holder, child)
    _drop_bytecode(Path(file))


def _drop_bytecode(file: Path) -> None:
    with contextlib.suppress(OSError):
        Path(importlib.util.cache_from_source(file)).unlink()


def _distrust_bytecode(code: str) -> None:
    """Drop bytecode that may be older than its source; Python compares whole seconds only."""
    for path in dependencies.reached(code):
        bytecode = Path(importlib.util.cache_from_source(path))
        if not bytecode.is_file() or path.suffix != ".py":
            continue
        if bytecode.stat().st_mtime < path.stat().st_mtime + _RACY:
            _drop_bytecode(path)
