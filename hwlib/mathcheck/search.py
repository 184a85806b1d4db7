"""Where an inequality might fail: places on purpose, and a walk downhill.

Random points never hit the one place where `x^2 > 0` fails. So zero and other likely places are
tried, and a pattern search goes to where the margin is smallest; what it finds is rounded to
simple fractions, because that is where equality tends to be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from hwlib.mathtex.ast import Expr

Preset = dict[Expr, Fraction]
Margin = Callable[[Preset], float | None]

_PLACES = (
    0, 1, -1, 2, -2, Fraction(1, 2), Fraction(-1, 2), Fraction(1, 100),
    10, -10, 40, -40, 1000, -1000, 10**9, -(10**9), Fraction(1, 10**9), Fraction(-1, 10**9),
)  # fmt: skip
_START = Fraction(-6, 5)
_STEPS = (Fraction(2), Fraction(1, 2), Fraction(1, 8), Fraction(1, 32), Fraction(1, 256))
_MOST = 40  # evaluations, and 20 more for each variable


def special_presets(free: list[Expr]) -> Iterator[Preset]:
    """Give every variable the same likely value; then, for two and more, one of them apart."""
    for place in _PLACES if free else ():
        yield dict.fromkeys(free, Fraction(place))
    if len(free) > 1:
        for name in free[:4]:
            for place in (0, 1, -1, 10, -10):
                yield {**dict.fromkeys(free, Fraction(1)), name: Fraction(place)}


def presets_near(start: Preset, margin: Margin) -> Iterator[Preset]:
    """Give the lowest places of the margin that a pattern search finds, plain and rounded.

    Args:
        start: A point where the inequality has been looked at; one other is made from its names.
        margin: By how much the inequality holds at a point.
    """
    other = {name: _START + Fraction(index, 7) for index, name in enumerate(start)}
    for place in (start, other) if start else ():
        found = _descend(place, margin)
        if found is not None:
            yield found
            for size in (1, 2, 4, 12):
                yield {name: value.limit_denominator(size) for name, value in found.items()}


def _descend(place: Preset, margin: Margin) -> Preset | None:
    best = margin(place)
    if best is None:
        return None
    left = _MOST + 20 * len(place)
    for step in _STEPS:
        moved = True
        while moved and left > 0:
            moved = False
            for name in place:
                for change in (step, -step):
                    trial = {**place, name: place[name] + change}
                    left -= 1
                    value = margin(trial)
                    if value is not None and value < best:
                        place, best, moved = trial, value, True
    return place
