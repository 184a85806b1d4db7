"""The judges in processes of their own, which work beside the caller.

Nothing of a judge is imported here: the processes are started first, and get ready while the
caller reads what there is to judge.
"""

from __future__ import annotations

import os
from functools import cache

from hwlib.mathcheck.service import Service

_LIMIT = 20.0  # seconds for one claim; what SymPy hears at all takes a fraction of one
_PATIENCE = 120.0  # seconds for the second referee's one claim


@cache
def prover() -> Service:
    """Return the second judge."""
    return Service("hwlib.mathcheck.prover", _LIMIT)


@cache
def second_referee() -> Service:
    """Return another first judge, for the other processor."""
    return Service("hwlib.mathcheck.helper", _PATIENCE)


def two_processors() -> bool:
    """Return whether a second referee would have a processor of its own."""
    return (os.cpu_count() or 1) > 1


def prepare() -> None:
    """Start the processes, each of which takes half a second to get ready."""
    prover().start()
    if two_processors():
        second_referee().start()
