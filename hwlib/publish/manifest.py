"""The site's list of files, `SHA256SUMS`, and its digest, which every page shows.

A page cannot hold a digest of files that include itself. So the site's digest is taken while the
places that show it hold 64 zeros: it is the SHA-256 of the list of those files. The list that is
published is of the files as they are, digest and all, and `sha256sum --check` reads it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from hwlib.publish.built import BuiltPage, built_pages
from hwlib.publish.dates import day, source_of
from hwlib.publish.history import History

LIST = "SHA256SUMS"
EXPLAINED = "built/index.html"  # the page that says what the digest is
FRAGMENT = "#the-digest-of-the-site"

_FIELD = re.compile(rb'(?<=<code class="hw-digest">)[0-9a-f]{64}(?=</code>)')
_MARK = b"hw-digest"  # a search for it costs a thousandth of the pattern's
_ZEROS = b"0" * 64
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_PLACE = re.compile(r'(?P<tag><(?P<name>p|span) class="hw-built">)(?P<end></(?P=name)>)')


class BadListError(ValueError):
    """A list of files that nothing can be checked against."""


def write_manifest(site: Path, docs: Path, history: History) -> str:
    """Let every page say what it is part of, list every file, and return the site's digest."""
    pages = built_pages(site)
    base = next((urlsplit(page.canonical).path for page in pages if page.path == "index.html"), "")
    for page in pages:
        text = page.file.read_text(encoding="utf-8")
        says = _says(history, _link(site, page, base), source_of(page.path, docs))
        filled = _PLACE.sub(rf"\g<tag>{says}\g<end>", text)
        if filled != text:
            page.file.write_text(filled, encoding="utf-8", newline="")
    sums, shows = {}, []
    for name in names_in(site):
        data = (site / name).read_bytes()
        sums[name] = sum_of(blanked(data))
        if shown_in(data):
            shows.append(name)
    digest = sum_of(listing(sums).encode())
    for name in shows:
        data = _FIELD.sub(digest.encode(), (site / name).read_bytes())
        (site / name).write_bytes(data)
        sums[name] = sum_of(data)
    (site / LIST).write_text(listing(sums), encoding="utf-8", newline="")
    return digest


def _link(site: Path, page: BuiltPage, base: str) -> str:
    """Return the address of the explanation as seen from a page; "" if the site has none.

    The page for addresses that lead nowhere is shown at any depth: its link is from the top.
    """
    if not (site / EXPLAINED).is_file():
        return ""
    up = base or "/" if page.path == "404.html" else "../" * page.path.count("/")
    return f"{up}{EXPLAINED.removesuffix('index.html')}{FRAGMENT}"


def _says(history: History, link: str, source: str) -> str:
    commit = f'<code class="hw-commit">{history.commit}</code>' if history.commit else "none"
    changed = ", with changes" if history.changed else ""
    text = f'commit {commit}{changed}, digest <code class="hw-digest">{_ZEROS.decode()}</code>'
    said = f'<a href="{link}">{text}</a>' if link else text
    return f"{said}; this page last changed on {day(history.date(source))}" if source else said


def names_in(folder: Path) -> list[str]:
    """Return the names of all files of a folder but its list: relative, in the order of bytes."""
    start = len(str(folder)) + 1
    files = (
        f"{place}/{name}"[start:].replace(os.sep, "/")
        for place, _, names in os.walk(folder)
        for name in names
    )
    return sorted((name for name in files if name != LIST), key=os.fsencode)


def sum_of(data: bytes) -> str:
    """Return the SHA-256 of some bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def blanked(data: bytes) -> bytes:
    """Return a file with zeros wherever it shows the site's digest."""
    return _FIELD.sub(_ZEROS, data) if _MARK in data else data


def shown_in(data: bytes) -> set[str]:
    """Return the digests that a file shows."""
    return {found.decode() for found in _FIELD.findall(data)} if _MARK in data else set()


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the digest of a site: of the list of its files, each `blanked`."""
    return sum_of(listing({name: sum_of(data) for name, data in files.items()}).encode())


def listing(sums: Mapping[str, str]) -> str:
    """Return a list of files as `sha256sum` writes and reads it."""
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums, key=os.fsencode))


def read_list(text: str) -> dict[str, str]:
    """Return the sums of a list by the names of the files.

    Raises:
        BadListError: If a line is none of a list, or names a file outside of the folder.
    """
    sums = {}
    for number, line in enumerate(text.splitlines(), 1):
        found = _LINE.fullmatch(line)
        if not found:
            raise BadListError(
                f"{LIST}:{number}: a line holds 64 hex digits, two spaces, a file's name"
            )
        path = PurePosixPath(found[2])
        if path.is_absolute() or ".." in path.parts:
            raise BadListError(f"{LIST}:{number}: {found[2]} is outside of the site")
        sums[found[2]] = found[1]
    return sums
