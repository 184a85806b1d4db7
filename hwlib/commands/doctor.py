"""`python -m hwlib doctor`: what a build would find here, what is wrong, and what mends it.

It looks and changes nothing. It needs Python's standard library only, so that it can tell of a
package that is missing; of a project in pieces it tells what it can.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hwlib import cache
from hwlib.cache import Cache, CacheError
from hwlib.executor import SCHEDULER, SchedulerError, executor
from hwlib.mathjax.node import MathJaxError, check_installed, find_node

LOCKS = {  # what is installed, the lock, the command that installs it; a build needs the first
    "packages": ("build", "./scripts/setup"),
    "packages for tests": ("test", "./scripts/setup test"),
    "packages of other engines": ("engines", "./scripts/build --engine zensical"),
}
ENGINES = {"MkDocs": "mkdocs", "Material": "mkdocs-material", "ProperDocs": "properdocs",
           "Zensical": "zensical"}  # fmt: skip
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSER = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
LEAST_SPACE = 500_000_000  # bytes: three copies of the site, a cache, and room to work in

_UNITS = {1_000_000_000: "GB", 1_000_000: "MB", 1000: "kB"}
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\$", re.MULTILINE)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        says: What was found.
        wrong: Whether a build suffers from it.
        mend: The command that mends it, or a sentence.
    """

    says: str
    wrong: bool = False
    mend: str = ""

    def __str__(self) -> str:
        line = f"{'WRONG' if self.wrong else 'ok':5}  {self.says}"
        return f"{line}\n       mend it: {self.mend}" if self.mend else line


Findings = Iterator[Finding]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes nothing."""
    del parser


def run(arguments: argparse.Namespace) -> int:
    """Look at everything and tell; return 0 if all is well, 1 if something is wrong."""
    del arguments
    wrong = 0
    for finding in examine(cache.ROOT):
        print(finding, flush=True)
        wrong += finding.wrong
    things = "1 thing is" if wrong == 1 else f"{wrong} things are"
    print(f"{things} wrong." if wrong else "All is well.")
    return 1 if wrong else 0


def examine(root: Path) -> Findings:
    """Look at everything that a build of the project in `root` rests on."""
    parts: tuple[Callable[[Path], Findings], ...] = (
        _python, _packages, _engines, _node, _browser, _git, _cluster, _caches, _space,
    )  # fmt: skip
    for part in parts:
        try:
            yield from part(root)
        except OSError as error:
            yield Finding(f"{part.__name__.strip('_')}: {error}", True, "make it readable")


# ------------------------------------------------------------------------------- Python, packages


def _python(root: Path) -> Findings:
    yield Finding(f"Python {sys.version.split()[0]} ({sys.executable})")
    if not (root / "mkdocs.yml").is_file():
        yield Finding(f"no mkdocs.yml in {root}: nothing to build", True, "git checkout mkdocs.yml")


def _packages(root: Path) -> Findings:
    """Compare what is installed with the locks; only the build's has to be there as a whole."""
    for what, (name, mend) in LOCKS.items():
        locked = _locked(root / "requirements" / f"{name}.txt")
        found = {package: _version(package) for package in locked}
        missing = [package for package, version in found.items() if not version]
        differ = [
            f"{package} {version} (locked: {' or '.join(sorted(locked[package]))})"
            for package, version in found.items()
            if version and version not in locked[package]
        ]
        if differ:
            yield Finding(f"{what} not as locked: {', '.join(differ)}", True, mend)
        if missing and name == "build":
            yield Finding(f"{what} missing: {', '.join(missing)}", True, mend)
        elif missing:
            yield Finding(f"{what}: not all are here, a build needs none; {mend} installs them")
        elif not differ:
            yield Finding(f"{what}: {len(locked)}, all as requirements/{name}.txt locks them")


def _locked(lock: Path) -> dict[str, set[str]]:
    """Return the versions of each package that a lock file names for this Python and system."""
    found: dict[str, set[str]] = {}
    for pin in _PIN.finditer(lock.read_text(encoding="utf-8")):
        if _holds(pin["marker"]):
            found.setdefault(pin["name"], set()).add(pin["version"])
    return found


def _holds(marker: str | None) -> bool:
    """Return whether a pin is meant for this machine; where nobody can tell, it may be."""
    try:
        from packaging.markers import Marker
    except ImportError:  # it is locked itself, so it is told that it is missing
        return True
    return marker is None or Marker(marker).evaluate()


def _version(package: str) -> str:
    """Return the version of an installed package; "" if there is none, or only its remains."""
    try:
        return importlib.metadata.version(package) or ""
    except importlib.metadata.PackageNotFoundError:
        return ""


def _engines(root: Path) -> Findings:
    del root
    for name, package in ENGINES.items():
        version = _version(package)
        mend = "" if package.startswith("mkdocs") else f"./scripts/build --engine {package}"
        if version:
            yield Finding(f"engine: {name} {version}")
        elif mend:
            yield Finding(f"engine: no {name}; {mend} installs it, as locked")
        else:
            yield Finding(f"engine: no {name}", True, "./scripts/setup")


# ---------------------------------------------------------------------------------- other programs


def _node(root: Path) -> Findings:
    try:
        node = find_node()
        yield Finding(f"Node {_says(node)} ({node})")
    except MathJaxError as error:
        yield Finding(f"Node: {error}", True, "./scripts/setup")
    try:
        yield Finding(f"MathJax {check_installed(root)} ({root / 'node_modules'})")
    except (MathJaxError, ValueError, KeyError) as error:
        yield Finding(f"MathJax: {error}", True, "./scripts/setup")


def _browser(root: Path) -> Findings:
    del root
    browser = find_browser()
    if browser is None:
        yield Finding("browser: none on PATH; only the tests need one, and fetch it")
    elif version := _says(browser):
        yield Finding(f"browser: {version} ({browser})")
    else:
        yield Finding(f"browser: {browser} does not start", True, "install it anew")


def find_browser() -> str | None:
    """Return the path of a Chromium or Chrome of this machine, or None."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or (MAC_BROWSER if Path(MAC_BROWSER).exists() else None)


def _git(root: Path) -> Findings:
    git = shutil.which("git")
    if git is None:
        yield Finding("git: none on PATH; pages are dated 1 January 1980 and show no commit")
        return
    version = _says(git).removeprefix("git version ")
    if not (root / ".git").exists():
        yield Finding(f"git {version}: no history here; pages are dated 1 January 1980")
        return
    said = subprocess.run(
        [git, "-C", str(root), "log", "-1", "--format=commit %h of %cs"],
        capture_output=True, encoding="utf-8", errors="replace", check=False,
    )  # fmt: skip
    if said.returncode == 0:
        yield Finding(f"git {version}: {said.stdout.strip()}")
        return
    first, *more = [*filter(None, map(str.strip, said.stderr.splitlines())), ""]
    mend = next((line for line in more if line.startswith("git ")), "make it readable for git")
    yield Finding(f"git {version} cannot read the history: {first}", True, mend)


def _says(program: str) -> str:
    """Return the version that a program tells; "" if it does not start."""
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, encoding="utf-8", check=False, timeout=20
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _cluster(root: Path) -> Findings:
    """Look for the Dask cluster, where one is asked for."""
    del root
    if address := os.environ.get(SCHEDULER):
        try:
            with executor(1):
                yield Finding(f"cluster: {address} answers")
        except SchedulerError as error:
            yield Finding(f"cluster: {error}", True, f"unset {SCHEDULER}")


# ---------------------------------------------------------------------------------------- the disk


def _caches(root: Path) -> Findings:
    """Look at every entry of the cache; one that is damaged costs time, and tells of the disk."""
    place = cache.folder(root)
    if not place.exists():
        yield Finding(f"cache: {place} is not there yet; the next build makes it")
        return
    try:
        cache.check_usable(place)
    except CacheError as error:
        yield Finding(f"cache: {error}", True, f"rm -r {place}")
        return
    yield Finding(f"cache: {place} can be read and written")
    for room in sorted(path for path in place.iterdir() if path.is_dir()):
        entries = list(Cache(room).entries())
        size = sum(path.stat().st_size for path, _ in entries)
        says = f"cache: {room.name}: {len(entries)} entries, {_bytes(size)}"
        damaged = [path for path, whole in entries if not whole]
        if damaged:
            more = f"{len(damaged)} damaged, the first {damaged[0].relative_to(place)}"
            yield Finding(f"{says}, {more}", True, f"rm -r {room} (it is made again)")
        elif entries:
            yield Finding(says)


def _space(root: Path) -> Findings:
    folders = [folder for folder in (cache.folder(root), root) if folder.exists()]
    for folder in {folder.stat().st_dev: folder for folder in folders}.values():
        free = shutil.disk_usage(folder).free
        mend = f"free some: a build wants {_bytes(LEAST_SPACE)}" if free < LEAST_SPACE else ""
        yield Finding(f"disk: {_bytes(free)} free at {folder}", bool(mend), mend)


def _bytes(size: int) -> str:
    unit = next(unit for unit in (1_000_000_000, 1_000_000, 1000) if size >= unit or unit == 1000)
    return f"{size / unit:.1f} {_UNITS[unit]}"
