"""Results on disk, by the digest of what they were made from, with a checksum of their own.

One folder holds them all, `.cache/` in the project, a room for each kind: `blocks`, `verdicts`,
`mathjax`. `HWLIB_CACHE` names another folder; a build with `--no-cache` names an empty one, so
that it goes the same way as any other build and finds nothing.

What is stored is never changed, only found or not: its name is the digest of everything that it
depends on. A file holds the checksum of its value, a line break and the value; what does not match
(a bit flipped, a file cut short) counts as absent and is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

__all__ = [
    "FOLDER",
    "Cache",
    "CacheError",
    "check_usable",
    "digest",
    "folder",
    "fresh",
    "is_kept",
    "kept",
]

Json = TypeVar("Json")

FOLDER = "HWLIB_CACHE"
ROOT = Path(__file__).resolve().parent.parent
_KEY = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")


class CacheError(OSError):
    """The cache cannot be used here; the message says what to do."""


def digest(*parts: str) -> str:
    """Return the SHA-256 of `parts`, kept apart so that no two lists of parts collide."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def folder(root: Path = ROOT) -> Path:
    """Return the folder of all results: `HWLIB_CACHE` or the project's `.cache`."""
    return Path(os.environ.get(FOLDER) or root / ".cache")


@contextlib.contextmanager
def fresh() -> Iterator[Path]:
    """Let this process, and those that it starts, use an empty cache that goes away afterwards."""
    before = os.environ.get(FOLDER)
    with tempfile.TemporaryDirectory(prefix="hwlib-cache-") as place:
        os.environ[FOLDER] = place
        try:
            yield Path(place)
        finally:
            del os.environ[FOLDER]
            if before is not None:
                os.environ[FOLDER] = before


def check_usable(place: Path) -> None:
    """Write something into a cache and read it back, before a build rests on it.

    Raises:
        CacheError: If that does not work; one line for the terminal.
    """
    room = place
    try:
        rooms = (path for path in place.glob("*") if path.is_dir() or path.name.isalpha())
        for room in (place, *rooms):
            room.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=room) as probe:
                probe.write(b"probe")
                probe.flush()
            os.scandir(room).close()
    except OSError as error:
        raise CacheError(
            f"the cache {room} cannot be read and written "
            f"({error.strerror or error}). Mend that, or delete {place}: everything in it can be "
            "made again."
        ) from error


class Cache:
    """JSON values in files of one folder, `<key>.json`; more folders cost more than they save."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> Any | None:
        """Return the value stored under `key`, or None."""
        text = _whole(self._path(key), key)
        return None if text is None else json.loads(text)

    def put(self, key: str, value: Any) -> None:
        """Store `value` under `key`; a folder that cannot be written only costs the next build."""
        text = json.dumps(value, sort_keys=True)
        with contextlib.suppress(OSError):
            self._write(self._path(key), f"{digest(key, text)}\n{text}")

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def entries(self) -> Iterator[tuple[Path, bool]]:
        """Yield every file under the folder that has an entry's name, and whether it is whole."""
        for path in sorted(self.folder.rglob("*.json")):
            if _KEY.fullmatch(path.stem):
                yield path, _whole(path, path.stem) is not None

    def _write(self, path: Path, text: str) -> None:
        """Write aside and rename: another build never sees half an entry."""
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".aside-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(aside).replace(path)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise


def _whole(path: Path, key: str) -> str | None:
    """Return the value, as JSON, in the file of an entry; None if it is not as it was written."""
    try:
        checksum, _, text = path.read_text("utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return None
    return text if checksum == digest(key, text) else None


def kept(
    room: str,
    made_from: tuple[str, ...],
    make: Callable[[], Json],
    lasting: Callable[[Json], bool] = lambda _: True,
) -> Json:
    """Return what `make` returns, called only if it was never made from the same things.

    Args:
        room: A folder of the project's cache.
        made_from: All that the result depends on: texts, code, versions of libraries.
        make: Makes it: something that JSON can hold, other than None.
        lasting: Whether what was made may be kept; a fault may be gone the next time.
    """
    key = digest(*made_from)
    found: Json | None = _room(folder() / room).get(key)
    if found is None:
        found = make()
        if lasting(found):
            _room(folder() / room).put(key, found)
    return found


def is_kept(room: str, made_from: tuple[str, ...]) -> bool:
    """Return whether `kept` would find its result."""
    return _room(folder() / room).get(digest(*made_from)) is not None


@cache
def _room(place: Path) -> Cache:
    return Cache(place)
