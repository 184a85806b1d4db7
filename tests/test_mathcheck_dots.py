r"""Rows of dots: which rule they stand for, and when two terms count as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mathcheck_page import verdicts

from hwlib.mathcheck.folding import fold
from hwlib.mathtex import ast
from hwlib.mathtex.parser import parse


def expression(tex):
    (claim,) = parse(f"{tex} = 0").statements
    return next(claim.chain.links()).left


@pytest.mark.parametrize(
    ("tex", "folded"),
    [
        ("2 + 3", "5"),
        ("n - 1 + 1", "n"),
        ("n - 0", "n"),
        ("0 - 3 + x", "x - 3"),
        ("2 \\cdot 3 x", "6x"),
        ("1 \\cdot x", "x"),
        ("0 \\cdot x", "0"),
        ("-(-x)", "x"),
        ("x^1", "x"),
        ("x^0", "1"),
        ("x^{2 - 1}", "x"),
        ("(-1)^3 x", "-x"),
        ("2^{-2}", "\\frac{1}{4}"),
        ("\\frac{x^2}{2!}", "\\frac{1}{2} x^2"),
        ("\\frac{2x}{y}", "2 \\frac{x}{y}"),
        ("\\frac{1}{1 \\cdot 2}", "\\frac{1}{2}"),
        ("\\sin(1 \\cdot x)", "\\sin x"),
    ],
)
def test_numbers_are_put_together(tex, folded):
    assert fold(expression(tex)) == fold(expression(folded))


@pytest.mark.parametrize(
    ("tex", "other"),
    [
        ("x y", "y x"),  # may be matrices
        ("2 x", "x + x"),
        ("x - 1", "1 - x"),
        ("\\frac{x}{y}", "\\frac{y}{x}"),
        ("x \\times 2", "2 x"),
        ("0^0", "1"),
        ("\\frac{1}{0}", "0"),
        ("(-1)^n", "-1"),
    ],
)
def test_nothing_else_is(tex, other):
    assert fold(expression(tex)) != fold(expression(other))


def test_a_large_power_is_left_alone():
    assert isinstance(fold(expression("9^{9^{9}}")), ast.Power)


def _line(slope, offset):
    def written(place):
        tail = f" + {offset}" if offset > 0 else f" - {-offset}" if offset else ""
        return f"({slope} {place}{tail})"

    return written


@given(st.integers(2, 9), st.integers(-9, 9), st.integers(0, 2), st.integers(2, 4))
def test_a_row_of_a_rule_is_its_sum(slope, offset, start, terms):
    line = _line(slope, offset)
    written = [str(slope * k + offset) for k in range(start, start + terms)]
    row = " + ".join(f"({one})" for one in written) + f" + \\dots + {line('n')}"
    total = f"\\sum_{{k={start}}}^{{n}} {line('k')}"
    assert verdicts(f"$${row} = {total}$$") == ["checked"]
    assert verdicts(f"$${row} = {total} + 1$$") == ["false"]


@given(st.integers(2, 9), st.integers(-9, 9), st.integers(1, 9), st.integers(0, 2))
def test_a_row_with_a_term_that_the_rule_does_not_give_is_refused(slope, offset, wrong, place):
    line = _line(slope, offset)
    written = [slope * k + offset for k in (1, 2, 3)]
    written[place] += wrong
    row = " + ".join(f"({one})" for one in written) + f" + \\dots + {line('n')}"
    shifted = [slope * k + offset for k in (0, 1, 2)], [slope * k + offset for k in (2, 3, 4)]
    expected = "checked" if written in shifted else "ambiguous"
    assert verdicts(f"$${row} = {row}$$") == [expected]
