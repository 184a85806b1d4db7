"""Verdicts on disk, by the digest of all that they depend on, with a checksum of their own.

There are two rooms: `pages` holds the results of a whole page by its text, `claims` the outcomes of
one claim by its tree and those of the definitions that it uses. A warm check reads the first only;
after an edit the second saves all claims that the edit does not touch. A file that does not match
its checksum counts as absent.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parents[1]
_ROOMS = ("mathcheck", "mathtex", "pages")


def digest(*parts: str) -> str:
    """Return the digest of some texts, kept apart."""
    whole = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = part.encode()
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


@cache
def checker() -> str:
    """Return the digest of the checker itself: its sources and the libraries that it uses."""
    sources = sorted(path for room in _ROOMS for path in (_PACKAGE / room).rglob("*.py"))
    texts = [path.read_text("utf-8") for path in sources]
    return digest(version("mpmath"), version("sympy"), *texts)


class Store:
    """One room of the cache."""

    def __init__(self, room: str, folder: Path | None = None) -> None:
        root = _PACKAGE.parent / ".cache" if folder is None else folder
        self.folder = root / "mathcheck" / room

    def get(self, key: str) -> Any | None:
        """Return the JSON value that is stored under a key, or None."""
        try:
            checksum, _, text = self._path(key).read_text("utf-8").partition("\n")
        except (OSError, UnicodeDecodeError):
            return None
        return json.loads(text) if checksum == digest(text) else None

    def put(self, key: str, value: Any) -> None:
        """Store a value; a folder that cannot be written only costs the next check."""
        text = json.dumps(value, separators=(",", ":"))
        path = self._path(key)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".aside-")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(f"{digest(text)}\n{text}")
                Path(aside).replace(path)
            except OSError:
                Path(aside).unlink(missing_ok=True)
                raise

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"
