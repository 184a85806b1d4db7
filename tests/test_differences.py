import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwlib.differences import (
    CENTRAL_STEP,
    central_difference,
    central_gradient,
    complex_step,
    complex_step_gradient,
    relative_error,
)


@pytest.fixture(autouse=True)
def floating_point_warnings_are_errors():
    with np.errstate(all="raise", under="ignore"):  # the functions under test may underflow
        yield


def area(x):
    return x[0] * x[1] ** 2


def polar(x):
    return np.stack([x[0] * np.cos(x[1]), x[0] * np.sin(x[1])])


# Hand values


def test_a_central_difference_by_hand():
    # x^3 at 2 with h = 1/2: ((5/2)^3 - (3/2)^3) / 1 = 98/8 = 12 + h^2
    assert central_difference(lambda x: x**3, 2.0, step=0.5) == 12.25


def test_parabolas_are_differentiated_exactly():
    assert central_difference(lambda x: x * x, 3.0, step=0.125) == 6.0


def test_complex_step_is_exact_to_rounding():
    assert complex_step(np.exp, 1.0) == pytest.approx(math.e, rel=3e-16)
    assert complex_step(lambda x: x**3, 2.0) == 12.0


def test_gradients_by_hand():
    assert central_gradient(area, [3.0, 2.0], step=0.25).tolist() == [4.0, 12.0]
    assert complex_step_gradient(area, [3.0, 2.0]).tolist() == [4.0, 12.0]


def test_jacobian_of_a_vector_function():
    r, angle = 2.0, math.pi / 6
    exact = [[math.cos(angle), -r * math.sin(angle)], [math.sin(angle), r * math.cos(angle)]]
    np.testing.assert_allclose(complex_step_gradient(polar, [r, angle]), exact, rtol=1e-15)
    np.testing.assert_allclose(central_gradient(polar, [r, angle]), exact, rtol=1e-9)


# Properties


@given(x=st.floats(-20.0, 20.0))
def test_both_find_the_slope_of_the_sine(x):
    assert central_difference(np.sin, x) == pytest.approx(math.cos(x), abs=1e-7)
    assert complex_step(np.sin, x) == pytest.approx(math.cos(x), rel=1e-14, abs=1e-16)


@given(x=st.floats(1e-3, 1e6), k=st.integers(1, 30))
def test_the_distance_that_rounding_left_is_the_one_divided_by(x, k):
    assert central_difference(lambda v: 3.0 * v, x, step=x * 2.0**-k) == pytest.approx(
        3.0, rel=1e-6
    )
    assert central_difference(lambda v: v, x, step=x * 1e-15) == 1.0


def test_halving_the_step_quarters_the_error():
    steps = np.array([1e-2, 5e-3])
    errors = np.abs(central_difference(np.exp, 0.0, step=steps) - 1.0)
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=1e-3)


def test_the_default_step_is_near_the_best():
    steps = CENTRAL_STEP * 10.0 ** np.arange(-6, 5)
    errors = np.abs(central_difference(np.exp, 1.0, step=steps) - math.e)
    assert abs(central_difference(np.exp, 1.0) - math.e) <= 30.0 * errors.min() < errors[0] / 100.0
    assert errors.min() < errors[-1] / 100.0


def test_the_default_step_grows_with_x():
    assert central_difference(lambda v: v * v, 1e12) == pytest.approx(2e12, rel=1e-9)


@given(a=st.lists(st.floats(-1e308, 1e308), min_size=1, max_size=4), scale=st.integers(-60, 60))
def test_relative_error_is_a_ratio_of_lengths(a, scale):
    assert relative_error(a, a) == 0.0
    negative = [-v for v in a]
    assert relative_error(a, negative) == pytest.approx(2.0 if any(a) else 0.0)
    assert relative_error(a, [0.0] * len(a)) == pytest.approx(1.0 if any(a) else 0.0)
    b = [v * 2.0**-900 for v in a]
    scaled = [v * 2.0**scale for v in b]
    other = [v * 2.0**scale for v in reversed(b)]
    assert relative_error(scaled, other) == pytest.approx(relative_error(b, list(reversed(b))))


def test_relative_error_by_hand():
    assert relative_error([3.0, 4.0], [3.0, 3.0]) == pytest.approx(1 / 5)
    assert relative_error(2.0, 1.0) == 0.5


# Shapes and types


def test_points_and_steps_broadcast():
    x, steps = np.array([1.0, 2.0, 3.0]), np.array([[1e-3], [1e-4]])
    assert central_difference(np.exp, x, step=steps).shape == (2, 3)
    assert complex_step(np.exp, x, step=steps).shape == (2, 3)
    assert isinstance(central_difference(np.exp, 1.0), np.float64)
    assert isinstance(complex_step(np.exp, 1.0), np.float64)
    assert central_gradient(area, [1, 2], step=[1e-3, 1e-4]).shape == (2,)


def test_float32_points_get_a_step_that_moves_them():
    slope = central_difference(np.exp, np.float32(1.0))
    assert slope == pytest.approx(math.e, rel=1e-3)


# Refusals


def test_a_step_that_vanishes_is_refused():
    for function in (central_difference, central_gradient):
        with pytest.raises(ValueError, match=r"large enough to move x; got step 1e-20 at .* Take"):
            function(np.sum, [1.0], step=1e-20)


@pytest.mark.parametrize("function", [central_difference, complex_step, complex_step_gradient])
@pytest.mark.parametrize("step", [0.0, -1e-3])
def test_a_step_that_is_not_positive_is_refused(function, step):
    with pytest.raises(ValueError, match="step needs to be positive; got"):
        function(np.sum, [1.0], step=step)


def test_points_that_are_no_real_vector_are_refused():
    with pytest.raises(
        ValueError, match="central_difference: x needs real numbers; got dtype complex"
    ):
        central_difference(np.exp, 1j)
    with pytest.raises(ValueError, match=r"x of shape \(n,\), n >= 1; got shape \(\)"):
        complex_step_gradient(area, 1.0)
    with pytest.raises(ValueError, match="needs finite numbers; got nan"):
        complex_step(np.exp, math.nan)


def test_gradients_of_different_shapes_are_refused():
    with pytest.raises(ValueError, match=r"one shape; got \(2,\) and \(1, 2\)"):
        relative_error([1.0, 2.0], [[1.0, 2.0]])
