"""Whether the sides of a strict inequality may meet between the points at which it holds.

From the point where they are closest, one quantity after another is moved, by golden sections, to
where they come closer still.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.mutation.arbiter.core import Point

__all__ = ["Margin", "may_meet"]

Margin = Callable[[Point], float]

GOLDEN = (5**0.5 - 1) / 2
STEP, WIDEST = 1e-3, 4.0
SECTIONS = 60
MEETING = 1e-12  # a margin that may be zero
APART = 1e-9  # one that is more than rounding has left of it


def may_meet(margins: Iterable[tuple[float, Point, Margin]]) -> bool:
    """Whether some quantity, moved alone, leads to a place where the margin is zero."""
    known = [one for one in margins if one[0] > APART]
    if not known:
        return False
    _, point, margin = min(known, key=lambda one: one[0])
    return any(_lowest(name, point, margin) < MEETING for name in sorted(point.work.asked - {""}))


def _lowest(name: str, point: Point, margin: Margin) -> float:
    """The least margin between two that are larger; infinite where there are none."""
    start = point.free(name).real

    def at(value: float) -> float:
        try:
            return margin(point.with_atom(name, complex(value)))
        except (ArithmeticError, ValueError):
            return float("inf")

    here, low, high, step = start, start - STEP, start + STEP, STEP
    while at(here) > min(at(low), at(high)) and step < WIDEST:
        step *= 2
        here = low if at(low) < at(high) else high
        low, high = here - step, here + step
    if not APART < min(at(low), at(high)) > at(here):
        return float("inf")
    for _ in range(SECTIONS):
        one, two = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        low, high = (low, two) if at(one) < at(two) else (one, high)
    return at((low + high) / 2)
