"""Verdicts on disk, by the digest of all that they depend on.

There are two rooms: `pages` holds the results of a whole page by its text, `claims` the outcomes of
one claim by its tree and those of the definitions that it uses. A warm check reads the first only;
after an edit the second saves all claims that the edit does not touch.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from hwlib.cache import Cache
from hwlib.cache import folder as results

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
    return digest(_version("mpmath"), _version("sympy"), *texts)


def _version(library: str) -> str:
    """Return the names of a library's metadata folders; `importlib.metadata` is slow to import."""
    spec = find_spec(library)
    if spec is None or spec.origin is None:
        return "none"
    folder = Path(spec.origin).parents[1]
    return " ".join(sorted(path.name for path in folder.glob(f"{library}-*.dist-info")))


class Store(Cache):
    """One room of the cache."""

    def __init__(self, room: str, folder: Path | None = None) -> None:
        super().__init__((folder or results()) / "mathcheck" / room)
