"""The figures of Task 4: what is drawn is what the page says."""

import numpy as np
import pytest

from hwlib import embed
from hwlib.figures import softmax as figures

ALL = [
    figures.probability_map,
    figures.shifted_sigmoids,
    figures.jacobian_entries,
    figures.overflow_errors,
    figures.one_score_moves,
]


@pytest.mark.parametrize("function", ALL)
def test_every_figure_becomes_html(function):
    html = embed.figure(function)
    assert html.startswith("<figure")
    assert "nan" not in html.split("</svg>")[0].lower()


def test_the_map_depends_on_the_difference_only():
    data = figures.probability_map().data
    assert data["p1"][(data["z1"] == 2.0) & (data["z2"] == 2.0)] == 0.5
    np.testing.assert_allclose(data["p1"], 1 / (1 + np.exp(-(data["z1"] - data["z2"]))), rtol=1e-14)


def test_the_second_score_shifts_the_curve():
    data = figures.shifted_sigmoids().data
    np.testing.assert_allclose(data["p1_at_z2_0"][:-20], data["p1_at_z2_2"][20:], rtol=1e-12)


def test_the_jacobian_has_one_size_and_two_signs():
    data = figures.jacobian_entries().data
    np.testing.assert_allclose(data["dp1_dz1"], -data["dp1_dz2"], rtol=1e-14)
    np.testing.assert_allclose(data["dp1_dz1"], data["p1"] * data["p2"], rtol=1e-14)
    assert data["dp1_dz1"].max() == 0.25


def test_only_the_textbook_formula_loses_digits():
    data = figures.overflow_errors().data
    assert data["shifted_error"].max() < 2.0**-53
    ordinary = np.abs(data["c"]) < 700
    assert data["textbook_error"][ordinary].max() < 4e-16
    assert data["textbook_error"][data["c"] < -740].max() > 0.01


def test_the_first_of_three_is_one_half_at_the_log_sum_exp_of_the_others():
    data = figures.one_score_moves().data
    middle = np.interp(0.5, data["p1"], data["z1"])
    assert middle == pytest.approx(np.log(np.e + 1), abs=1e-3)
    np.testing.assert_allclose(data["p2"] / data["p3"], np.e, rtol=1e-12)
