import math
import re

import numpy as np
import pytest

from hwlib import activations
from hwlib.differences import complex_step
from hwlib.figures import sigmoid, svg

FIGURES = [
    sigmoid.sigmoid_and_slope,
    sigmoid.slope_over_value,
    sigmoid.curvature,
    sigmoid.gradient_through_layers,
    sigmoid.overflow_errors,
    sigmoid.slope_errors,
    sigmoid.error_over_step,
]


@pytest.mark.parametrize("draw", FIGURES, ids=lambda draw: draw.__name__)
def test_draws_the_same_bytes_twice(draw):
    once, again = svg.inline(draw()), svg.inline(draw())
    assert once == again
    assert len(once) < 60_000


@pytest.mark.parametrize("draw", FIGURES, ids=lambda draw: draw.__name__)
def test_says_what_it_shows(draw):
    plot = draw()
    assert len(plot.description.split(". ")) >= 2
    assert plot.caption.count("$") % 2 == 0
    outside_maths = re.sub(r"\$[^$]*\$", "", plot.caption)
    assert not re.search(r"\d\.\d", outside_maths)


def test_the_bell_is_the_slope_of_the_curve_above():
    data = sigmoid.sigmoid_and_slope().data
    middle = (data["x"][1:] + data["x"][:-1]) / 2
    rise = np.diff(data["sigmoid"]) / np.diff(data["x"])
    np.testing.assert_allclose(rise, activations.sigmoid_slope(middle), rtol=2e-4)


def test_the_parabola_ends_at_zero_and_peaks_at_a_quarter():
    data = sigmoid.slope_over_value().data
    assert data["slope"][[0, -1]].tolist() == [0.0, 0.0]
    assert data["slope"].max() == 0.25
    assert data["value"][data["slope"].argmax()] == pytest.approx(0.5)


def test_the_marked_extremes_are_those_of_the_exercise():
    plot = sigmoid.curvature()
    assert f"{math.sqrt(3) / 18:.4f}" in plot.caption
    assert f"{math.log(2 + math.sqrt(3)):.3f}" in plot.caption
    data = plot.data
    assert data["curvature"].max() == pytest.approx(math.sqrt(3) / 18, rel=1e-3)


def test_the_chain_rule_along_the_layers_is_the_derivative():
    data = sigmoid.gradient_through_layers(start=0.6).data

    def last_output(first, weight):
        for _ in range(6):
            first = activations.sigmoid(weight * (first - 0.5))
        return first

    for weight in (1.0, 2.0, 4.0, 8.0):
        exact = complex_step(lambda first, w=weight: last_output(first, w), 0.6)
        assert data[f"w_{weight:.0f}"][6] == pytest.approx(exact, rel=1e-12)


def test_large_weights_saturate_and_a_weight_of_four_holds_longest():
    data = sigmoid.gradient_through_layers().data
    assert data["w_8"][1] > 1.0
    assert data["w_8"][-1] < data["w_1"][-1] < data["w_2"][-1] < data["w_4"][-1] < 1.0


def test_the_textbook_formula_is_lost_where_its_exponential_overflows():
    data = sigmoid.overflow_errors().data
    lost = data["x"] < -math.log(2.0) * 1024
    assert (data["textbook"][lost] == 1.0).all()
    assert data["textbook"][~lost].max() < 1e-15
    normal = data["x"] > -708
    assert data["stable"][normal].max() < 1e-15
    subnormal = (data["x"] > -744) & lost
    assert (data["stable"][subnormal] < 1.0).all()


def test_only_the_stable_slope_is_right_on_both_sides():
    data = sigmoid.slope_errors().data
    near, far = data["x_near"], data["x_far"]
    assert data["product"][near < 0].max() < 1e-15
    assert (data["product"][near > 38] == 1.0).all()
    assert (data["quotient"][far < -355] == 1.0).all()
    assert data["quotient"][(far > -354) & (far < 708)].max() < 1e-15
    assert data["stable_near"].max() < 1e-15
    assert data["stable_far"][np.abs(far) < 708].max() < 1e-15


def test_the_error_over_the_step_is_a_v_and_the_complex_step_is_flat():
    data = sigmoid.error_over_step().data
    step, central, complex_ = data["step"], data["central_difference"], data["complex_step"]
    best = step[central.argmin()]
    assert 1e-7 < best < 1e-4
    coarse = (step > 1e-4) & (step < 0.1)
    slope = np.polyfit(np.log(step[coarse]), np.log(central[coarse]), 1)[0]
    assert slope == pytest.approx(2.0, abs=0.01)
    fine = (step > 1e-14) & (step < 1e-7)
    assert np.polyfit(np.log(step[fine]), np.log(central[fine]), 1)[0] == pytest.approx(-1, abs=0.2)
    assert complex_[step < 1e-9].max() < 1e-15
