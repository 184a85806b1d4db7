r"""Dual numbers: a value with its slope, so that derivatives come out exact to rounding.

`Dual(tag, a, b)` is a + b·ε with ε² = 0. Each derivative has its own ε, told apart by the tag; in
a derivative of a derivative the parts of the outer number are inner ones, and whatever has a lower
tag is a constant to a higher one. Comparisons look at the value alone; where the slope depends on
which side of a tie one stands (|x| at 0) there is no derivative: `NotReal`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hwlib.mathcheck.real import NotReal, mp

Scalar = Any  # mpf or Dual


class Dual:
    """A number with a slope."""

    __slots__ = ("slope", "tag", "value")

    def __init__(self, tag: int, value: Scalar, slope: Scalar) -> None:
        self.tag = tag
        self.value = value
        self.slope = slope

    def __add__(self, other: Scalar) -> Dual:
        if not isinstance(other, Dual) or other.tag < self.tag:
            return Dual(self.tag, self.value + other, self.slope)
        tag, (a, da), (b, db) = _aligned(self, other)
        return Dual(tag, a + b, da + db)

    __radd__ = __add__

    def __sub__(self, other: Scalar) -> Dual:
        if not isinstance(other, Dual) or other.tag < self.tag:
            return Dual(self.tag, self.value - other, self.slope)
        tag, (a, da), (b, db) = _aligned(self, other)
        return Dual(tag, a - b, da - db)

    def __rsub__(self, other: Scalar) -> Dual:
        return (-self).__add__(other)

    def __mul__(self, other: Scalar) -> Dual:
        if not isinstance(other, Dual) or other.tag < self.tag:
            return Dual(self.tag, self.value * other, self.slope * other)
        tag, (a, da), (b, db) = _aligned(self, other)
        return Dual(tag, a * b, da * b + a * db)

    __rmul__ = __mul__

    def __truediv__(self, other: Scalar) -> Dual:
        if not isinstance(other, Dual) or other.tag < self.tag:
            return Dual(self.tag, self.value / other, self.slope / other)
        tag, (a, da), (b, db) = _aligned(self, other)
        return Dual(tag, a / b, (da * b - a * db) / (b * b))

    def __rtruediv__(self, other: Scalar) -> Dual:
        return Dual(self.tag, other / self.value, -other * self.slope / (self.value * self.value))

    def __neg__(self) -> Dual:
        return Dual(self.tag, -self.value, -self.slope)

    def __pos__(self) -> Dual:
        return Dual(self.tag, +self.value, +self.slope)

    def __abs__(self) -> Dual:
        if primal(self) == 0:
            raise NotReal
        return self if primal(self) > 0 else -self

    def __pow__(self, exponent: int) -> Scalar:
        if exponent == 0:
            return mp.mpf(1)
        lower = self.value ** (exponent - 1)
        return Dual(self.tag, lower * self.value, exponent * lower * self.slope)

    def __bool__(self) -> bool:
        return bool(primal(self))

    def __eq__(self, other: object) -> bool:
        return bool(primal(self) == primal(other))

    def __lt__(self, other: Scalar) -> bool:
        return bool(primal(self) < primal(other))

    def __le__(self, other: Scalar) -> bool:
        return bool(primal(self) <= primal(other))

    def __gt__(self, other: Scalar) -> bool:
        return bool(primal(self) > primal(other))

    def __ge__(self, other: Scalar) -> bool:
        return bool(primal(self) >= primal(other))

    __hash__ = None  # type: ignore[assignment]


def primal(x: Scalar) -> Scalar:
    """Return the plain number in a dual one."""
    while isinstance(x, Dual):
        x = x.value
    return x


def parts(x: Scalar, tag: int) -> tuple[Scalar, Scalar]:
    """Return value and slope by a tag."""
    return (x.value, x.slope) if isinstance(x, Dual) and x.tag == tag else (x, mp.mpf(0))


def _aligned(one: Scalar, two: Scalar) -> tuple[int, tuple[Scalar, Scalar], tuple[Scalar, Scalar]]:
    tag = max(one.tag if isinstance(one, Dual) else 0, two.tag if isinstance(two, Dual) else 0)
    return tag, parts(one, tag), parts(two, tag)


def top_tag(*numbers: Scalar) -> int:
    """Return the highest tag among numbers; 0 if none is dual."""
    return max(x.tag if isinstance(x, Dual) else 0 for x in numbers)


_active = [0]


@contextmanager
def new_tag() -> Iterator[int]:
    """Give a tag above all that are in use."""
    _active[0] += 1
    try:
        yield _active[0]
    finally:
        _active[0] -= 1


def depth() -> int:
    """Return how many derivatives are being taken inside one another."""
    return _active[0]


def lift(x: Dual, function: Callable[[Scalar], Scalar], slope: Callable[[Scalar], Scalar]) -> Dual:
    """Apply a function to a dual number by the chain rule; both work on lower tags too."""
    return Dual(x.tag, function(x.value), slope(x.value) * x.slope)


def untie(one: Scalar, two: Scalar) -> None:
    """Refuse to choose between equal numbers of different slopes.

    Raises:
        NotReal: If a derivative would depend on which of the two is taken.
    """
    if (isinstance(one, Dual) or isinstance(two, Dual)) and primal(one) == primal(two):
        raise NotReal
