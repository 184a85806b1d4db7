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

_PLACES = (0, 1, -1, 2, -2, Fraction(1, 2), Fraction(-1, 2), 10, -10, 40, -40, Fraction(1, 100))
_STARTS = (Fraction(1, 3), Fraction(3, 2), Fraction(-6, 5))
_STEPS = (
    2,
    1,
    Fraction(1, 2),
    Fraction(1, 4),
    Fraction(1, 16),
    Fraction(1, 128),
    Fraction(1, 2048),
)
_MOST = 160  # evaluations


def special_presets(free: list[Expr]) -> Iterator[Preset]:
    """Give every variable the same likely value; then, for two and more, one of them apart."""
    for place in _PLACES if free else ():
        yield dict.fromkeys(free, Fraction(place))
    if len(free) > 1:
        for name in free[:4]:
            for place in (0, 1, -1, 10, -10):
                yield {**dict.fromkeys(free, Fraction(1)), name: Fraction(place)}


def presets_near(free: list[Expr], margin: Margin) -> Iterator[Preset]:
    """Give the lowest places of the margin that a pattern search finds, plain and rounded."""
    for start in _STARTS if free else ():
        found = _descend(free, start, margin)
        if found is not None:
            yield found
            for size in (1, 2, 4, 12):
                yield {name: value.limit_denominator(size) for name, value in found.items()}


def _descend(free: list[Expr], start: Fraction, margin: Margin) -> Preset | None:
    place = {name: start + Fraction(index, 7) for index, name in enumerate(free)}
    best = margin(place)
    if best is None:
        return None
    left = _MOST
    for step in _STEPS:
        moved = True
        while moved and left > 0:
            moved = False
            for name in free:
                for change in (step, -step):
                    trial = {**place, name: place[name] + change}
                    left -= 1
                    value = margin(trial)
                    if value is not None and value < best:
                        place, best, moved = trial, value, True
    return place
