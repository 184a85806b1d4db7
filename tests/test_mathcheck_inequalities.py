"""Where an inequality fails: the walk downhill, and zeros that are no fractions."""

from fractions import Fraction

import pytest
from mathcheck_page import check, verdicts

from hwlib.mathcheck.attained import attained
from hwlib.mathcheck.names import POINT
from hwlib.mathcheck.real import digits, mp, real
from hwlib.mathcheck.search import Measured, lowest, starts
from hwlib.mathtex import ast

X = POINT
Y = ast.Symbol("y", span=ast.Span(0, 1))


def gap(function):
    """Turn a function of reals into one of a place and digits."""

    def at(place, count):
        with digits(count):
            return function(*map(real, place.values()))

    return at


def test_a_walk_ends_at_the_bottom_of_a_parabola():
    found = lowest({X: Fraction(4)}, lambda at: real((at[X] - 1) ** 2))
    assert abs(found.place[X] - 1) < Fraction(1, 10**6)
    assert found.between


def test_a_walk_stays_where_the_margin_is_known():
    found = lowest({X: Fraction(4)}, lambda at: real(at[X]) if at[X] > 2 else None)
    assert found.place[X] > 2
    assert not found.between


def test_a_walk_to_an_asymptote_is_not_between():
    found = lowest({X: Fraction(0)}, lambda at: mp.exp(-real(at[X])))
    assert not found.between


def test_a_walk_follows_a_valley_aslant():
    found = lowest(
        {X: Fraction(3), Y: Fraction(-2)},
        lambda at: real((at[X] - at[Y]) ** 2 + (at[X] + at[Y] - 1) ** 2 / 2),
    )
    assert found.value < 1e-6


def test_walks_begin_at_every_low_between_higher_neighbours():
    margins = [5, 1, 4, 2, 6, 0.5]
    points = [Measured(m, n, {X: Fraction(n)}) for n, m in enumerate(margins)]
    assert [one.number for one in starts(points)] == [1, 3, 5]


def test_no_variable_no_walk():
    assert starts([Measured(1.0, 0, {})]) == []
    assert lowest({}, lambda _: None) is None


@pytest.mark.parametrize(
    "function",
    [
        lambda x: (x * x - 2) ** 2,
        lambda x: abs(x * x - 2),
        lambda x: (x * x - 2) ** 4,
    ],
)
def test_a_root_is_reached(function):
    place, exact, below = attained({X: Fraction("1.4142136")}, gap(function), 50)
    assert not exact
    assert not below
    assert abs(place[X] ** 2 - 2) < Fraction(1, 10**200)


def test_a_fraction_is_found_exactly():
    found = attained({X: Fraction("0.142857")}, gap(lambda x: (7 * x - 1) ** 2), 50)
    assert found == ({X: Fraction(1, 7)}, True, False)


def test_a_zero_in_two_variables_that_go_together():
    def function(x, y):
        return (x - mp.sqrt(2)) ** 2 + (x - mp.sqrt(2)) * (y - mp.pi) + (y - mp.pi) ** 2

    near = {X: Fraction("1.4142136"), Y: Fraction("3.1415927")}
    place, _, _ = attained(near, gap(function), 50)
    assert abs(place[X] ** 2 - 2) < Fraction(1, 10**200)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: (x - mp.sqrt(2)) ** 2 + mp.mpf(10) ** -90,
        lambda x: mp.exp(-x),
        lambda x: 1 - mp.tanh(20 * x),
        lambda _: mp.mpf(0),
    ],
)
def test_what_is_merely_small_is_not_reached(function):
    assert attained({X: Fraction("1.4142136")}, gap(function), 50) is None


@pytest.mark.parametrize("digits", [30, 100, 300])
def test_what_lies_a_little_below_is_found(digits):
    def function(x):
        return (x - mp.sqrt(2)) ** 2 - mp.mpf(10) ** -digits

    found = attained({X: Fraction("1.4142136")}, gap(function), 50)
    assert found.below
    assert abs(found.place[X] ** 2 - 2) < Fraction(1, 10 ** (digits // 2 - 1))


@pytest.mark.parametrize("sign", [">", r"\ge"])
def test_what_is_below_refutes_either_sign(sign):
    assert verdicts(rf"$$(x - \sqrt 2)^2 {sign} 10^{{-100}}$$") == ["false"]
    assert verdicts(rf"$$(x - \sqrt 2)^2 {sign} -10^{{-100}}$$") == ["sampled"]


def test_sides_that_look_alike_are_told_apart():
    (found,) = check(r"$$1 - 10^{-100} > \sin x$$")
    assert (found.left, found.right) == ("1.00000", "1.00000, more by 1.0e-100")


def test_the_point_is_shown():
    (found,) = check(r"$$\sin x < 1$$")
    assert found.verdict == "false"
    assert (found.left, found.right) == ("1", "1")
    assert found.reason.startswith("both sides are equal")
