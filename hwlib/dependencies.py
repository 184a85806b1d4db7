"""What a piece of code rests on: every module of hwlib that it reaches, and the data beside them.

Imports are read, not run (`ast`), wherever they stand, inside functions too, and followed from
module to module; importing `a.b.c` runs `a` and `a.b` as well. A text that is a module's dotted
name (`embed.api("hwlib.activations")`) counts as an import, and one that is the name of a file
beside the module (`with_name("style.mplstyle")`) makes that file part of it.
"""

from __future__ import annotations

import ast
import hashlib
import os
import posixpath
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hwlib.cache import Cache, digest
from hwlib.cache import folder as cache_folder

__all__ = ["Stamp", "fingerprint", "module", "package", "reached", "stamp", "versions"]

ROOT = Path(__file__).resolve().parent.parent
NAME = "hwlib"
_PIN = re.compile(r"(?m)^([\w.-]+)==")
_DOTTED = re.compile(rf"{NAME}(?:\.\w+)+")

_OWN_TEXT = Path(__file__).read_text("utf-8")

Stamp = tuple[int, int, int, int]


class _Source(NamedTuple):
    """A file as it was read: its digest, and what it asks for."""

    digest: str
    asks: frozenset[str]
    texts: frozenset[str]


_sources: dict[Path, tuple[Stamp, _Source]] = {}


def stamp(path: Path) -> Stamp:
    """Return what tells one state of a file from another; zeros where there is none."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0, 0, 0
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino


def fingerprint(code: str, root: Path = ROOT) -> str:
    """Return a digest that changes with the code, with all that it reaches and with the versions.

    Args:
        code: Python; that it cannot be parsed is found out by who runs it.
        root: The folder that holds the package `hwlib`.
    """
    files = [f"{path.relative_to(root)} {_read(path).digest}" for path in reached(code, root)]
    return digest(code, *files, *versions())


@cache
def module(name: str) -> str:
    """Return the fingerprint of the import of a module of hwlib, taken once in a process."""
    return fingerprint(f"import {name}")


@cache
def package(root: Path = ROOT) -> str:
    """Return a digest of every file of the package, styles and templates too, and the versions.

    For what rests on more than imports show. It is taken once in a process.
    """
    files = sorted(name for name in _listing(root) if "__pycache__" not in name)
    sums = [f"{name} {hashlib.sha256((root / name).read_bytes()).hexdigest()}" for name in files]
    return digest(*sums, *versions())


def reached(code: str, root: Path = ROOT) -> list[Path]:
    """Return the files of hwlib that the code rests on, sorted."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return []
    asked = frozenset(_asked(tree)[0])
    known = _reaches.get((asked, root))
    if known is None or any(stamp(place) != was for place, was in known.places):
        known = _reaches[asked, root] = _follow(asked, root)
    return known.files


class _Reach(NamedTuple):
    """What some imports rest on, and all that could change it: files, and folders to come."""

    files: list[Path]
    places: list[tuple[Path, Stamp]]


_reaches: dict[tuple[frozenset[str], Path], _Reach] = {}


def _follow(asked: frozenset[str], root: Path) -> _Reach:
    there = _listing(root)
    names, files = set(asked), set[str]()
    seen: set[str] = set()
    while names - seen:
        new = {file for name in names - seen for file in _run_by(name) if file in there} - files
        seen |= names
        while new:
            files |= new
            sources = [(posixpath.dirname(file), _read(root / file)) for file in new]
            names |= {name for _, source in sources for name in source.asks}
            beside = {f"{folder}/{text}" for folder, source in sources for text in source.texts}
            new = (beside & there) - files
    found = {root / file for file in files}
    folders = {path.parent for path in found}
    for parts in (name.split(".") for name in seen):
        folders |= {root.joinpath(*parts[:end]) for end in range(len(parts))}
    return _Reach(sorted(found), [(place, stamp(place)) for place in sorted(folders | found)])


def _listing(root: Path) -> set[str]:
    """Return the files of the package by their paths from `root`, with forward slashes."""
    start = len(str(root)) + 1
    return {
        f"{folder[start:].replace(os.sep, '/')}/{name}"
        for folder, _, names in os.walk(root / NAME)
        for name in names
    }


def _run_by(name: str) -> Iterator[str]:
    """Yield the files that importing a dotted name runs, if they are there."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        place = "/".join(parts[:end])
        yield from (f"{place}/__init__.py", f"{place}.py")


def _read(path: Path) -> _Source:
    now = stamp(path)
    known = _sources.get(path)
    if known and known[0] == now:
        return known[1]
    content = path.read_bytes()
    asks, texts = _asked_by(content) if path.suffix == ".py" else ([], [])
    source = _Source(hashlib.sha256(content).hexdigest(), frozenset(asks), frozenset(texts))
    _sources[path] = now, source
    return source


def _asked_by(content: bytes) -> tuple[list[str], list[str]]:
    """Return what a module asks for; what was read once is kept, by the module's very text."""
    kept = Cache(cache_folder() / "imports")
    key = digest(_OWN_TEXT, hashlib.sha256(content).hexdigest())
    found = kept.get(key)
    if found is None:
        try:
            found = [sorted(each) for each in _asked(ast.parse(content))]
        except SyntaxError:  # told when it is imported
            found = [[], []]
        kept.put(key, found)
    asks, texts = found
    return asks, texts


def _asked(tree: ast.AST) -> tuple[set[str], set[str]]:
    """Return the dotted names that code may import, and the texts that may name files."""
    asks: set[str] = set()
    texts: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            asks.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            asks.add(node.module)
            asks.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if _DOTTED.fullmatch(node.value):
                asks.add(node.value)
            elif re.fullmatch(r"[\w-]+\.\w+", node.value):
                texts.add(node.value)
    return {name for name in asks if name.split(".")[0] == NAME}, texts


@cache
def versions() -> tuple[str, ...]:
    """Return the version of Python, without its last part, and of each locked package here.

    Without a lock file all that is installed counts. Folders are listed: `importlib.metadata` takes
    longer than a warm page.
    """
    lock = ROOT / "requirements" / "build.txt"
    locked = set(_PIN.findall(lock.read_text("utf-8"))) if lock.is_file() else set()
    installed = {
        path.name.removesuffix(".dist-info")
        for folder in sys.path
        for path in Path(folder or ".").glob("*.dist-info")
        if not locked or _normal(path.name.partition("-")[0]) in locked
    }
    return f"python-{sys.version_info[0]}.{sys.version_info[1]}", *sorted(installed)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
