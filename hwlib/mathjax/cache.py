"""Results on disk, by the digest of what they were made from, with a checksum of their own."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["Cache", "digest"]


def digest(*parts: str) -> str:
    """Return the SHA-256 of `parts`, kept apart so that no two lists of parts collide."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Cache:
    """JSON values in files `ab/cdef….json` under one folder.

    A file holds the checksum of its value, a line break and the value. What does not match its
    checksum (a bit flipped, a file cut short) counts as absent and is made again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> Any | None:
        """Return the value stored under `key`, or None."""
        try:
            checksum, _, text = self._path(key).read_text("utf-8").partition("\n")
        except (OSError, UnicodeDecodeError):
            return None
        return json.loads(text) if checksum == digest(text) else None

    def put(self, key: str, value: Any) -> None:
        """Store `value` under `key`; a folder that cannot be written only costs the next build."""
        text = json.dumps(value, sort_keys=True)
        with contextlib.suppress(OSError):
            self._write(self._path(key), f"{digest(text)}\n{text}")

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"

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
