import math

import pytest

from hwlib import activations
from hwlib.tables import sigmoid
from hwlib.tables.table import MINUS


def number(cell):
    """Read a cell back."""
    mantissa, times, power = cell.replace(MINUS, "-").partition(" × 10")
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return float(mantissa) * (10.0 ** int(power.translate(raised)) if times else 1.0)


def test_the_worked_example_at_the_logarithm_of_three():
    cells = [number(row[1]) for row in sigmoid.worked_example(math.log(3.0)).rows]
    by_hand = [1 / 3, 4 / 3, 3 / 4, 1 / 4, 3 / 16, 16 / 9, 3 / 16, 3 / 16, -1 / 2, -3 / 32]
    assert cells == pytest.approx(by_hand, abs=5.1e-5)


def test_three_ways_to_the_slope_agree():
    slopes = [row[1] for row in sigmoid.worked_example().rows if "slope" in row[0]]
    assert len(set(slopes)) == 1


def test_layers_at_the_steepest_point_are_powers_of_a_quarter():
    for row in sigmoid.gradient_over_layers().rows:
        layers, best, *others = (number(cell) for cell in row)
        assert best == pytest.approx(0.25**layers, rel=5e-3)
        assert all(other < best for other in others)


def test_textbook_formulas_for_the_value_fail_where_the_page_says():
    rows = {number(row[0]): row[1:] for row in sigmoid.extreme_values().rows}
    assert rows[-1000.0] == ["0", "0", "0"]
    assert rows[-720.0][0] == "0"
    assert number(rows[-720.0][2]) == pytest.approx(math.exp(-720.0), rel=0.5)
    assert rows[720.0] == ["1", "NaN", "1"]


def test_textbook_formulas_for_the_slope_fail_where_the_page_says():
    rows = {number(row[0]): row[1:] for row in sigmoid.extreme_slopes().rows}
    assert rows[-720.0][1] == "NaN"
    assert rows[-400.0][1] == rows[40.0][0] == "0"
    assert number(rows[40.0][2]) == pytest.approx(math.exp(-40.0), rel=0.5)
    assert all(cells[2] == rows[-score][2] for score, cells in rows.items())


def test_the_slope_has_the_error_that_taylor_predicts():
    assert "relative error is < 10⁻¹⁴" in sigmoid.slope_check().caption
    for row in sigmoid.slope_check().rows:
        assert number(row[2]) == pytest.approx(number(row[3]), rel=0.05)


def test_a_wrong_slope_would_not_have_it(monkeypatch):
    exact = activations.sigmoid_slope
    monkeypatch.setattr(sigmoid, "sigmoid_slope", lambda z: 1.001 * exact(z))
    for row in sigmoid.slope_check().rows:
        assert number(row[2]) > 100 * number(row[3])
    assert "< 10⁻¹⁴" not in sigmoid.slope_check().caption
