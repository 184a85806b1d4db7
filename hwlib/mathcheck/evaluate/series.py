"""Infinite sums: by their terms where these shrink fast, else by extrapolation."""

from __future__ import annotations

from collections.abc import Callable

from hwlib.mathcheck.dual import Dual, parts, top_tag
from hwlib.mathcheck.environment import Refused, Run
from hwlib.mathcheck.real import NotReal, Real, mp

_MOST_TERMS = 1500
_PROBE = 40


def infinite_sum(term: Callable[[int], Real], start: int, run: Run) -> Real:
    """Return the sum of term(start), term(start + 1), … and note its uncertainty.

    Raises:
        NotReal: If the terms do not go to zero.
        Refused: If the sum converges too slowly to be computed.
    """
    exact, run.exact = run.exact, False
    try:
        total, error = _sum(term, start)
    finally:
        run.exact = exact
    run.uncertain(error, "series")
    return total


def _sum(term: Callable[[int], Real], start: int) -> tuple[Real, Real]:
    """Add all terms; the slope of the sum is the sum of the slopes."""
    tag = top_tag(term(start), term(start + 1), term(start + 2))
    if tag:
        value, error = _sum(lambda k: parts(term(k), tag)[0], start)
        slope, more = _sum(lambda k: parts(term(k), tag)[1], start)
        return Dual(tag, value, slope), max(error, more)
    total, settled = _direct(term, start)
    return (total, settled) if settled is not None else _extrapolated(term, start)


def _direct(term: Callable[[int], Real], start: int) -> tuple[Real, Real | None]:
    """Add terms while they shrink like those of a geometric series; error None if they do not."""
    total, before = mp.mpf(0), None
    small = mp.mpf(10) ** -mp.dps
    quiet = 0
    for index in range(start, start + _MOST_TERMS):
        value = term(index)
        total += value
        size = abs(value)
        quiet = quiet + 1 if size <= small * max(1, abs(total)) else 0
        if quiet >= 4:
            return total, 100 * small * max(1, abs(total))
        if index - start > _PROBE and before is not None and size > before * mp.mpf("0.98"):
            if size >= before * mp.mpf("0.9999") and size > mp.mpf(10) ** -3:
                raise NotReal
            return total, None
        before = size if size else before
    return total, None


def _extrapolated(term: Callable[[int], Real], start: int) -> tuple[Real, Real]:
    """Sum a slow series by Levin-like extrapolation at two precisions."""
    found = []
    before = mp.dps
    try:
        for digits in (18, 26):
            mp.dps = digits
            found.append(mp.nsum(lambda k: term(int(k)), [start, mp.inf]))
    finally:
        mp.dps = before
    one, two = found
    if not (mp.isfinite(one) and mp.isfinite(two)):
        raise NotReal
    error = abs(one - two)
    if error > mp.mpf(10) ** -9 * max(1, abs(two)):
        raise Refused("undecided", "this series converges too slowly to be computed")
    return two, max(error, mp.mpf(10) ** -14)
