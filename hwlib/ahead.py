"""Results that will be asked for one by one, made before that on all cores and put into the cache.

What is made here is what would be made later: the same function of the same arguments, kept under
the same key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from hwlib.cache import is_kept, kept
from hwlib.executor import executor

__all__ = ["Kind", "Wanted", "make_ahead"]

_CHUNK = 4  # results of one task; sending each on its own costs more than some take to make


class Wanted(NamedTuple):
    """A result: where it is kept, by what, and the function that makes it of its arguments."""

    room: str
    made_from: tuple[str, ...]
    make: Callable[..., Any]
    arguments: tuple[Any, ...]

    def get(self) -> Any:
        """Return the result: found, else made now."""
        return kept(self.room, self.made_from, lambda: self.make(*self.arguments))


class Kind(NamedTuple):
    """Results of one kind, and how many of them are worth the start of other processes."""

    wanted: Sequence[Wanted]
    fewest: int


def make_ahead(kinds: Sequence[Kind]) -> None:
    """Make results of some kinds; a kind whose first is kept already is left alone.

    Raises:
        SchedulerError: If a Dask cluster is asked for and cannot be used.
    """
    cold = [
        one
        for kind in kinds
        if len(kind.wanted) >= kind.fewest and not is_kept(*kind.wanted[0][:2])
        for one in kind.wanted
    ]
    if not cold:
        return
    with executor(len(cold)) as workers:
        calls = [one.make for one in cold], [one.arguments for one in cold]
        for one, result in zip(cold, workers.map(_call, *calls, chunksize=_CHUNK), strict=True):
            kept(one.room, one.made_from, partial(_same, result))


def _call(make: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    return make(*arguments)


def _same(result: Any) -> Any:
    return result
