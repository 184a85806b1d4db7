"""From a relation to "same", "different" or "unsure"."""

from __future__ import annotations

import cmath
import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from hwlib.mathtex import ast
from hwlib.mathtex.resolve import resolve
from tests.mutation.arbiter.conditions import compares, holds
from tests.mutation.arbiter.core import (
    DIFFERENT,
    ENOUGH,
    LARGE,
    NEAR_ZERO,
    ORDER,
    POINTS,
    POINTS_OF_ORDER,
    ROUGH,
    SAME,
    SHAKES,
    SIGN,
    SIZE_NAMES,
    SIZES,
    START,
    TINY,
    TRIED,
    ULP,
    Opinion,
    Point,
    UnsureError,
    Value,
    Verdict,
    World,
    evaluate,
    flat,
    real,
    spelled,
)
from tests.mutation.arbiter.meeting import Margin, may_meet
from tests.mutation.arbiter.points import about, free_indices, met, placed, written_lengths

UNTOLD = (UnsureError, ArithmeticError, ValueError, RecursionError, TypeError)
_REASONS = {
    OverflowError: "a number that is beyond floats",
    ZeroDivisionError: "a division by zero",
    RecursionError: "a definition that leads back to itself",
    TypeError: "a shape where another is needed",
}


def reason(error: Exception) -> str:
    """Why something could not be told, in words that many formulas can share."""
    return _REASONS.get(type(error), str(error))


def worst(opinions: Sequence[Opinion]) -> Opinion:
    """What is to be said of several relations together."""
    for verdict in ("different", "unsure"):
        for one in opinions:
            if one.verdict == verdict:
                return one
    return Opinion("same") if opinions else Opinion("unsure", "nothing that is claimed")


def judge(link: ast.Link, conditions: Iterable[ast.Condition], world: World) -> Opinion:
    """Say whether one relation holds wherever its conditions do."""
    counted = [i for node in _nodes(link) if isinstance(node, ast.Reduction) for i in node.indices]
    if any(spelled(letter) in world.functions for letter in counted):
        return Opinion("unsure", "a letter that counts, and a function")
    if any(isinstance(node, ast.PlusMinus) for node in _nodes(link)):
        return worst([_judge(link, list(conditions), world, sign) for sign in (1, -1)])
    return _judge(link, list(conditions), world, 0)


def _judge(link: ast.Link, conditions: list[ast.Condition], world: World, sign: int) -> Opinion:
    same, missed = 0, Counter[str]()
    sizes = _sizes(link)
    bound = {SIGN: complex(sign)} if sign else {}
    for seed in range(POINTS_OF_ORDER if link.operator in ORDER else POINTS):
        counts = {name: SIZES[(seed + turn) % len(SIZES)] for turn, name in enumerate(sizes)}
        here = Point(world, seed, _marks(link), counts, bound=bound)
        try:
            verdict = _at(link, conditions, here)
        except UNTOLD as error:
            missed[reason(error)] += 1
        else:
            if verdict == "different":
                return Opinion("different")
            same += 1 if here.work.asked else ENOUGH  # a constant is the same everywhere
            if not here.work.asked:
                break
        if seed + 1 == TRIED and not same:
            break
    if same >= ENOUGH:
        if link.operator in ("<", ">") and may_meet(_margins(link, conditions, world)):
            return Opinion("unsure", "two sides that may meet")
        return Opinion("same")
    return Opinion("unsure", missed.most_common(1)[0][0])


def _margins(
    link: ast.Link, conditions: list[ast.Condition], world: World
) -> Iterator[tuple[float, Point, Margin]]:
    """By how much an inequality holds at points, and a function that tells it of others."""

    def margin(point: Point) -> float:
        sides = [real(side) for side in _sides(link, point)]
        return abs(sides[0] - sides[1]) / (1 + abs(sides[0]) + abs(sides[1]))

    if free_indices([link.left, link.right], world):
        return
    for seed in range(POINTS):
        with contextlib.suppress(*UNTOLD):
            point = placed(conditions, set(), Point(world, seed, _marks(link)))
            if met(conditions, set(), point):
                yield margin(point), point, margin


def _sizes(link: ast.Link) -> list[str]:
    """The sizes that the claim sums to: letters that differ stand for sizes that differ."""
    nodes = list(_nodes(link))
    tops = [node.upper for node in nodes if isinstance(node, ast.Reduction) and node.upper]
    letters = [top.name for top in tops if isinstance(top, ast.Symbol)]
    return sorted(set(letters) & set(SIZE_NAMES))


def _marks(link: ast.Link) -> tuple[float, ...]:
    """The numbers that are written in the claim: it may be another one beyond them."""
    numbers = {float(node.value) for node in _nodes(link) if isinstance(node, ast.Number)}
    return tuple(sorted(number for number in numbers if 0 < number < 1e6))


def _nodes(link: ast.Link) -> Iterator[ast.Node]:
    for side in (link.left, link.right):
        yield from ast.walk(side)


def _at(link: ast.Link, conditions: list[ast.Condition], point: Point) -> Verdict:
    """What the relation says at a point, for all values of its indices together.

    Raises:
        UnsureError: If it says nothing there, or the conditions do not hold.
    """
    indices = free_indices([link.left, link.right], point.world)
    point = placed(conditions, indices, _whole_numbers(link, point))
    if not met(conditions, indices, point):
        raise UnsureError("a condition that was not met")
    names, looked = sorted(indices), 0
    filters = [condition for condition in conditions if about(condition, indices)]
    lengths = written_lengths([link.left, link.right], point.world)
    counts = [range(1, lengths.get(name, point.size) + 1) for name in names]
    for chosen in product(*counts):
        here = point.child({n: complex(value) for n, value in zip(names, chosen, strict=True)})
        if not all(holds(condition, here) for condition in filters):
            continue
        looked += 1
        if _told(link, here) == "different":
            return "different"
    if not looked:
        raise UnsureError("a condition that was not met")
    return "same"


def _whole_numbers(link: ast.Link, point: Point) -> Point:
    """Letters in a factorial or a binomial are whole, where they are no size."""
    counted = {
        spelled(part)
        for node in _nodes(link)
        if isinstance(node, ast.Factorial | ast.Binomial)
        for part in ast.walk(node)
        if isinstance(part, ast.Symbol)
    }
    free = counted - set(SIZE_NAMES) - set(point.world.values)
    return point.with_atoms({n: complex(round(abs(point.free(n))) % 7) for n in sorted(free)})


def _told(link: ast.Link, point: Point) -> Verdict:
    """What the relation says; with integrals without bounds, of how its sides change."""
    nodes = list(_nodes(link))
    open_ones = [n for n in nodes if isinstance(n, ast.Integral) and n.lower is None]
    if not open_ones:
        return relation(link, point)
    names = {spelled(node.variable) for node in open_ones}
    if len(names) > 1 or link.operator != "=":
        raise UnsureError("an integral without bounds")
    (name,) = names
    start = real(complex(evaluate(open_ones[0].variable, point)))
    if abs(start) < 1e-3:
        raise UnsureError("an integral without bounds at zero")
    places = [
        point.with_atom(name, complex(start * far)).child({START: complex(start)})
        for far in (1.1, 1.3)
    ]
    (a, b), (c, d) = (_sides(link, place) for place in places)
    return _equal([(c - a, d - b)], link, point)


def _sides(link: ast.Link, point: Point) -> tuple[complex, complex]:
    return complex(evaluate(link.left, point)), complex(evaluate(link.right, point))


def relation(link: ast.Link, point: Point) -> Verdict:
    """Whether a relation holds at a point: "same" or "different".

    Raises:
        UnsureError: If that cannot be told.
    """
    left, right = evaluate(link.left, point), evaluate(link.right, point)
    if link.operator == "~=":
        return _printed(link, complex(left), complex(right), point)
    if link.operator == "!=":
        return "same" if compares(link, point) else "different"
    if link.operator in ORDER:
        return _ordered(link, real(complex(left)), real(complex(right)), point)
    if link.operator not in ("=", "=="):
        raise UnsureError(f"the sign {link.operator}")
    pairs = _pairs(left, right)
    for a, b in pairs:
        if max(abs(complex(a).imag), abs(complex(b).imag)) > 1e-9 * (1 + abs(a)):
            raise UnsureError("a complex value")
    return _equal(pairs, link, point)


def _pairs(left: Value, right: Value) -> list[tuple[complex, complex]]:
    if len(list(flat(left))) != len(list(flat(right))):
        raise UnsureError("shapes differ")
    return list(zip(flat(left), flat(right), strict=True))


def _equal(pairs: list[tuple[complex, complex]], link: ast.Link, point: Point) -> Verdict:
    if any(cmath.isinf(a) or cmath.isinf(b) for a, b in pairs):
        return "same" if all(a.real == b.real for a, b in pairs) else "different"
    if 0 < max(abs(part) for pair in pairs for part in pair) < TINY:
        raise UnsureError("two sides that are tiny")
    gaps = [abs(a - b) for a, b in pairs]
    units = [_unit(a, b, point) for a, b in pairs]
    if all(gap <= SAME * unit for gap, unit in zip(gaps, units, strict=True)):
        return "same"
    noise = _noise(link, point)
    if noise < 1e-9 and all(g <= SAME * u + 10 * noise for g, u in zip(gaps, units, strict=True)):
        return "same"
    if any(g >= DIFFERENT * u + 100 * noise for g, u in zip(gaps, units, strict=True)):
        return "different"
    raise UnsureError("two sides that are close")


def _ordered(link: ast.Link, left: float, right: float, point: Point) -> Verdict:
    """Whether an inequality holds; where the two sides meet, only whole numbers tell."""
    gap = right - left if link.operator[0] == "<" else left - right
    far = DIFFERENT * _unit(left, right, point)
    if max(abs(left), abs(right)) > LARGE:
        raise UnsureError("a side that may be divided by a rounding of zero")
    if gap > far:
        return "same"
    noise = _noise(link, point)
    if gap < -far - 100 * noise:
        return "different"
    if link.operator in ("<=", ">=") and noise < 1e-9:
        return "same"
    if link.operator in ("<", ">") and gap == noise == 0 and not point.work.rough:
        return "different"
    raise UnsureError("two sides that are close")


def _unit(left: complex, right: complex, point: Point) -> float:
    """What a difference of the two sides is compared with."""
    size = abs(left) + abs(right)
    return ROUGH * (size + NEAR_ZERO) if point.work.rough else size


def _noise(link: ast.Link, point: Point) -> float:
    """How much the difference of the sides moves when every rounding goes another way."""
    plain, *others = (
        [a - b for a, b in _pairs(evaluate(link.left, at), evaluate(link.right, at))]
        for at in (point, *map(point.shaken, range(SHAKES)))
    )
    return max(abs(a - b) for other in others for a, b in zip(plain, other, strict=True))


def _printed(link: ast.Link, left: complex, value: complex, point: Point) -> Verdict:
    """Whether a printed decimal is right to half a unit of its last digit."""
    gap, half = abs(left - value), _last_digit(link.right) / 2
    if abs(gap - half) <= ULP * _unit(left, value, point) + 10 * _noise(link, point):
        raise UnsureError("a decimal that is just between")
    return "same" if gap < half else "different"


def _last_digit(node: ast.Expr) -> float:
    """One unit of the last digit of a printed decimal, perhaps times a power of ten."""
    printed = node.operand if isinstance(node, ast.Negative) else node
    if isinstance(printed, ast.Number):
        return 10.0**-printed.decimals
    if isinstance(printed, ast.Multiply) and len(printed.factors) == 2:
        first, power = printed.factors
        ten = isinstance(power, ast.Power) and isinstance(power.base, ast.Number)
        if isinstance(first, ast.Number) and ten and power.base.value == 10:
            exponent = power.exponent
            sign = -1 if isinstance(exponent, ast.Negative) else 1
            exponent = exponent.operand if isinstance(exponent, ast.Negative) else exponent
            if isinstance(exponent, ast.Number):
                return 10.0 ** (sign * float(exponent.value) - first.decimals)
    raise UnsureError("an approximation that is no decimal")


def world_of(blocks: Iterable[ast.Block], known: World) -> World:
    """Gather what blocks define, in their order, read with what is known already."""
    world = World(dict(known.functions), declared=set(known.declared))
    for block in blocks:
        for directive in block.directives:
            if directive.kind == "functions":
                world.declared.update(spelled(name) for name in directive.names)
        for statement in block.statements:
            if isinstance(statement, ast.Definition):
                _define_or_leave(world, statement)
    return world


def _define_or_leave(world: World, statement: ast.Definition) -> None:
    """What the arbiter cannot read stays undefined: then it is unsure of what rests on it."""
    pattern = statement.pattern
    function = pattern.base if isinstance(pattern, ast.Subscript) else pattern
    if isinstance(function, ast.Call):
        world.declared.discard(spelled(function.function))
    with contextlib.suppress(UnsureError, ast.TexError):
        world.define(resolve(statement, world.role))
