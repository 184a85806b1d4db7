"""What takes long to make and is the same each time is kept from build to build."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from hwlib.cache import Cache, digest, folder


def kept(room: str, made_from: tuple[str, ...], make: Callable[[], str]) -> str:
    """Return what `make` returns, called only if it was never made from the same things.

    Args:
        room: A folder of the project's cache.
        made_from: All that the result depends on, versions of libraries too.
        make: Makes it.
    """
    key = digest(*made_from)
    found = _cache(folder() / room).get(key)
    if not isinstance(found, str):
        found = make()
        _cache(folder() / room).put(key, found)
    return found


@cache
def _cache(place: Path) -> Cache:
    return Cache(place)
