"""`python -m hwlib verify URL|FOLDER [--against FOLDER]`: is a copy of the site as it should be?"""

from __future__ import annotations

import argparse
import html
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from hwlib.publish import manifest
from hwlib.publish.manifest import LIST, BadListError

AT_ONCE = 8  # requests to one server
PATIENCE = 30.0  # seconds for one answer
GONE = {403, 404, 410}  # what servers answer where there is no file; 403: storage that hides which

_LINK = re.compile(rb'(?:href|src)="([^"#]+)')


class CannotLookError(Exception):
    """Why nothing can be said about a copy."""


class Copy(Protocol):
    """A copy of the site, wherever it is."""

    name: str

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None if there is no such file."""

    def others(self, known: Iterable[str], changed: Mapping[str, bytes]) -> set[str]:
        """Return files that are there although they are not among the known ones."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("copy", metavar="URL|FOLDER", help="the copy to look at")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="a build that is trusted")


def run(arguments: argparse.Namespace) -> int:
    """Compare and tell.

    Returns:
        0 when every file is as it should be; 1 when one differs, is missing or was added; 2 when
        that cannot be said.
    """
    try:
        copy = _copy(arguments.copy)
        wanted, trusted = _wanted(copy, arguments.against)
        seen = look(copy, wanted)
    except CannotLookError as error:
        print(f"hwlib verify: {error}", file=sys.stderr)
        return 2
    for line in seen.lines():
        print(line)
    if seen.same:
        print(f"{copy.name} is as {trusted} says: {len(wanted)} files, digest {seen.digest}.")
        return 0
    print(f"{copy.name} is not as {trusted} says: {seen.summary()}.", file=sys.stderr)
    return 1


# -------------------------------------------------------------------------------------- comparing


@dataclass(frozen=True)
class Seen:
    """What was found in a copy.

    Attributes:
        different: Files with other content than they should have.
        missing: Files that are not there.
        added: Files that should not be there.
        digest: The digest that the copy's files give.
        shown: The digests that its pages show.
    """

    different: list[str]
    missing: list[str]
    added: list[str]
    digest: str
    shown: set[str]

    @property
    def same(self) -> bool:
        """Whether everything is as it should be."""
        return not (self.different or self.missing or self.added or self.shown - {self.digest})

    def lines(self) -> list[str]:
        """Return one line for each file at fault, and one for a digest that is not the files'."""
        groups = {"differs": self.different, "missing": self.missing, "added": self.added}
        found = [f"{word:8} {name}" for word, names in groups.items() for name in names]
        if not found:
            found += [f"its files give the digest {self.digest}, but pages show {digest}"
                      for digest in sorted(self.shown - {self.digest})]  # fmt: skip
        return found

    def summary(self) -> str:
        """Return how many files are at fault."""
        if not (self.different or self.missing or self.added):
            return "it shows a digest that is not its own"
        counts = len(self.different), len(self.missing), len(self.added)
        return "{} differ, {} missing, {} added".format(*counts)


def look(copy: Copy, wanted: Mapping[str, str]) -> Seen:
    """Read all of a copy and compare it with the sums of the files that it should have."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        files = dict(zip(wanted, pool.map(copy.read, wanted), strict=True))
    there = {name: data for name, data in files.items() if data is not None}
    different = {
        name: data for name, data in there.items() if manifest.sum_of(data) != wanted[name]
    }
    added = copy.others({*wanted, LIST}, different)
    pages = {name: data for name, data in there.items() if name != LIST}
    return Seen(
        different=sorted(different),
        missing=sorted(wanted.keys() - there.keys()),
        added=sorted(added),
        digest=manifest.digest_of({name: manifest.blanked(data) for name, data in pages.items()}),
        shown={digest for data in pages.values() for digest in manifest.shown_in(data)},
    )


def _wanted(copy: Copy, against: Path | None) -> tuple[dict[str, str], str]:
    """Return the sums that files should have, and who says so."""
    if against is None:
        data = copy.read(LIST)
        if data is None:
            raise CannotLookError(
                f"{copy.name} has no {LIST} to check it against; name a build: --against site"
            )
        return _read(data, copy.name), f"its own {LIST}"
    if not (against / "index.html").is_file():
        raise CannotLookError(f"{against} is no built site: no index.html; run ./scripts/build")
    names = [*manifest.names_in(against), *([LIST] if (against / LIST).is_file() else [])]
    return {name: manifest.sum_of((against / name).read_bytes()) for name in names}, f"{against}"


def _read(data: bytes, name: str) -> dict[str, str]:
    try:
        return manifest.read_list(data.decode())
    except (BadListError, UnicodeDecodeError) as error:
        raise CannotLookError(f"{name}: {error}") from None


# ------------------------------------------------------------------------------------- the copies


def _copy(name: str) -> Copy:
    if urlsplit(name).scheme in {"http", "https"}:
        return Address(name)
    if not Path(name).is_dir():
        raise CannotLookError(f"{name} is neither a folder nor an address (https://…)")
    return Folder(Path(name))


class Folder:
    """A copy on this machine."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None if there is no such file."""
        file = self._folder / path
        try:
            return file.read_bytes() if file.is_file() else None
        except OSError as error:
            raise CannotLookError(f"cannot read {file}: {error.strerror}") from None

    def others(self, known: Iterable[str], changed: Mapping[str, bytes]) -> set[str]:  # noqa: ARG002
        """Return files of the folder that are not among the known ones."""
        return set(manifest.names_in(self._folder)) - set(known)


class Address:
    """A copy on a web server."""

    def __init__(self, address: str) -> None:
        self.name = address
        self._top = urldefrag(address)[0].removesuffix("index.html").rstrip("/") + "/"

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None if there is no such file."""
        address = self._top + quote(path)
        asked = urllib.request.Request(address, headers={"Accept-Encoding": "identity"})
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                if error.code not in GONE:
                    raise CannotLookError(f"{address}: the server says {error}") from None
                # Some servers give the page for wrong addresses only with the status of one.
                return error.read() if path == "404.html" else None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise CannotLookError(f"{address}: {reason}; is the server up?") from None

    def others(self, known: Iterable[str], changed: Mapping[str, bytes]) -> set[str]:
        """Return files that the copy's own list names or a changed page links to, if they exist."""
        suspects = {self._path(page, link) for page, data in changed.items()
                    for link in _LINK.findall(data) if page.endswith(".html")}  # fmt: skip
        if LIST in changed:
            suspects |= _read(changed[LIST], self.name).keys()
        return {
            path for path in suspects - set(known) - {""} if path and self.read(path) is not None
        }

    def _path(self, page: str, link: bytes) -> str:
        """Return where in the copy a link leads; "" if it leads elsewhere."""
        target = urljoin(self._top + quote(page), html.unescape(link.decode(errors="replace")))
        target = target.partition("?")[0]
        if not target.startswith(self._top):
            return ""
        path = unquote(target.removeprefix(self._top))
        return path + "index.html" if path == "" or path.endswith("/") else path
