import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from mpmath import mpf

from hwlib import activations as a
from hwlib import reference
from hwlib.differences import complex_step, complex_step_gradient

ELEMENTWISE = [name for name in reference.ULP_BOUNDS if not name.endswith("softmax")]
OF_SCORES = [name for name in ELEMENTWISE if not name.startswith("logit")]
SLOPES = [
    (a.sigmoid, a.sigmoid_slope, 1e-280),
    (a.sigmoid_slope, a.sigmoid_curvature, 1e-16),  # the step's imaginary parts cancel near z = 0
    (a.log_sigmoid, a.log_sigmoid_slope, 1e-280),
    (a.tanh, a.tanh_slope, 1e-280),
]

# Any float64, and more of those where the functions are not yet constant.
scores = st.floats(allow_nan=False, allow_infinity=False) | st.floats(-760.0, 760.0)
probabilities = st.floats(0.0, 1.0, exclude_min=True, exclude_max=True)
score_vectors = st.lists(scores, min_size=1, max_size=8)


@pytest.fixture(autouse=True)
def floating_point_warnings_are_errors():
    with np.errstate(all="raise"):
        yield


def error_in_ulps(name, x):
    return reference.ulp_error(getattr(a, name)(x), reference.EXACT[name](x))


# Hand values


def test_values_that_can_be_worked_out_by_hand():
    assert a.sigmoid(0.0) == 0.5
    assert a.sigmoid(math.log(3.0)) == pytest.approx(3 / 4, rel=1e-15)
    assert a.sigmoid_slope(0.0) == 0.25
    assert a.sigmoid_slope(math.log(3.0)) == pytest.approx(3 / 16, rel=1e-15)
    assert a.sigmoid_curvature(math.log(3.0)) == pytest.approx(-3 / 32, rel=1e-15)
    assert a.log_sigmoid(0.0) == -math.log(2.0)
    assert a.log_sigmoid_slope(0.0) == 0.5
    assert a.logit(0.5) == 0.0
    assert a.logit(0.75) == pytest.approx(math.log(3.0), rel=1e-15)
    assert a.logit_slope(0.5) == 4.0
    assert a.tanh(math.log(2.0)) == pytest.approx(3 / 5, rel=1e-15)
    assert a.tanh_slope(math.log(2.0)) == pytest.approx(16 / 25, rel=1e-15)
    assert a.sech(math.log(2.0)) == pytest.approx(4 / 5, rel=1e-15)


def test_softmax_by_hand():
    z = np.log([1.0, 2.0, 5.0])
    p = np.array([1.0, 2.0, 5.0]) / 8.0
    np.testing.assert_allclose(a.softmax(z), p, rtol=1e-15)
    np.testing.assert_allclose(a.log_softmax(z), np.log(p), rtol=1e-15)
    jacobian = [
        [7 / 64, -2 / 64, -5 / 64],
        [-2 / 64, 12 / 64, -10 / 64],
        [-5 / 64, -10 / 64, 15 / 64],
    ]
    np.testing.assert_allclose(a.softmax_jacobian(z), jacobian, rtol=1e-15)
    of_log = [[7 / 8, -2 / 8, -5 / 8], [-1 / 8, 6 / 8, -5 / 8], [-1 / 8, -2 / 8, 3 / 8]]
    np.testing.assert_allclose(a.log_softmax_jacobian(z), of_log, rtol=1e-15)


@pytest.mark.parametrize("z", [-700.0, 700.0])
def test_far_tails_keep_their_digits(z):
    assert a.sigmoid_slope(z) == pytest.approx(9.859676543759770e-305, rel=1e-14)
    assert a.tanh_slope(z / 2) == pytest.approx(4 * 9.859676543759770e-305, rel=1e-14)


def test_probability_of_the_certain_class_keeps_its_digits():
    assert a.log_softmax([0.0, -50.0])[0] == pytest.approx(-math.exp(-50.0), rel=1e-14)
    assert a.softmax_jacobian([0.0, -50.0])[0, 0] == pytest.approx(math.exp(-50.0), rel=1e-14)
    assert a.log_softmax_jacobian([0.0, -50.0])[0, 0] == pytest.approx(math.exp(-50.0), rel=1e-14)


def test_one_class_is_certain():
    assert a.softmax([3.0]) == [1.0]
    assert str(a.log_softmax([3.0])) == "[0.]"
    assert a.softmax_jacobian([3.0]) == [[0.0]]


# Accuracy: every finite float64, against exact values, and without a floating-point warning


@pytest.mark.parametrize("name", OF_SCORES)
@given(z=scores)
def test_functions_of_a_score_hold_their_bound(name, z):
    assert error_in_ulps(name, z) <= reference.ULP_BOUNDS[name]


@pytest.mark.parametrize("name", ["logit", "logit_slope"])
@given(p=probabilities | st.floats(0.49, 0.51) | st.floats(0.999, 1.0, exclude_max=True))
def test_functions_of_a_probability_hold_their_bound(name, p):
    assert error_in_ulps(name, p) <= reference.ULP_BOUNDS[name]


@given(z=score_vectors)
def test_softmax_holds_its_bound(z):
    for computed, exact in zip(a.softmax(z), reference.exact_softmax(z), strict=True):
        assert reference.ulp_error(computed, exact) <= reference.ULP_BOUNDS["softmax"]


@given(z=score_vectors)
def test_log_softmax_holds_its_bound(z):
    for computed, exact in zip(a.log_softmax(z), reference.exact_log_softmax(z), strict=True):
        assert reference.ulp_error(computed, exact) <= reference.ULP_BOUNDS["log_softmax"]


@given(z=score_vectors)
def test_jacobians_hold_a_few_ulp(z):
    jacobian, of_log = a.softmax_jacobian(z), a.log_softmax_jacobian(z)
    p = reference.exact_softmax(z)
    with reference.mp.workdps(reference.DIGITS):
        for i, p_i in enumerate(p):
            others = reference.mp.fsum(p[:i] + p[i + 1 :])  # 1 - p_i, without the subtraction
            for k, p_k in enumerate(p):
                exact = p_i * others if i == k else -p_i * p_k
                assert reference.ulp_error(jacobian[i, k], exact) <= 12
                assert reference.ulp_error(of_log[i, k], others if i == k else -p_k) <= 8


def test_a_subtraction_that_cancels_is_noticed():
    naive = 1.0 - a.sigmoid(20.0)
    assert reference.ulp_error(naive, reference.EXACT["sigmoid"](-20.0)) > 1e6


# Properties


@given(z=scores)
def test_mirror_images(z):
    assert a.sigmoid_slope(z) == a.sigmoid_slope(-z)
    assert a.sigmoid_curvature(z) == -a.sigmoid_curvature(-z)
    assert a.sigmoid(z) + a.sigmoid(-z) == pytest.approx(1.0, rel=3e-16)
    assert a.log_sigmoid_slope(z) == a.sigmoid(-z)


@given(first=scores, second=scores)
def test_the_sigmoid_never_falls(first, second):
    low, high = sorted((first, second))
    # numpy's exp is not monotone in its last bit.
    assert float(a.sigmoid(low)) <= float(a.sigmoid(high)) * (1 + 1e-15)


@given(z=score_vectors)
def test_probabilities_sum_to_one(z):
    assert a.softmax(z).sum() == pytest.approx(1.0, rel=1e-15)


@given(
    z=st.lists(st.integers(-700, 700), min_size=1, max_size=6), shift=st.integers(-(10**9), 10**9)
)
def test_a_common_shift_changes_nothing(z, shift):
    shifted = np.array(z, dtype=np.float64) + shift
    np.testing.assert_array_equal(a.softmax(shifted), a.softmax(z))
    np.testing.assert_array_equal(a.log_softmax(shifted), a.log_softmax(z))


@given(z=st.tuples(scores, scores))
def test_two_classes_are_a_sigmoid(z):
    with reference.mp.workdps(reference.DIGITS):
        exact = reference.EXACT["sigmoid"](mpf(z[0]) - mpf(z[1]))
    assert reference.ulp_error(a.softmax(z)[0], exact) <= reference.ULP_BOUNDS["softmax"]


# Slopes: the function's own complex step


@pytest.mark.parametrize(("function", "slope", "absolute"), SLOPES)
@given(z=st.floats(-300.0, 300.0))
def test_each_slope_is_the_complex_step_of_its_function(function, slope, absolute, z):
    step, exact = float(complex_step(function, z)), float(slope(z))
    assert math.isclose(step, exact, rel_tol=2e-14, abs_tol=absolute)


@given(p=st.floats(1e-9, 1.0 - 1e-9))
def test_slope_of_logit_is_its_complex_step(p):
    assert complex_step(a.logit, p) == pytest.approx(a.logit_slope(p), rel=1e-14)


@given(z=st.lists(st.floats(-200.0, 200.0), min_size=1, max_size=5))
def test_jacobians_are_complex_steps(z):
    p = complex_step_gradient(a.softmax, z)
    log_p = complex_step_gradient(a.log_softmax, z)
    with np.errstate(under="ignore"):  # of the comparison
        np.testing.assert_allclose(p, a.softmax_jacobian(z), rtol=1e-13, atol=1e-280)
        np.testing.assert_allclose(log_p, a.log_softmax_jacobian(z), rtol=1e-13, atol=1e-280)


def test_a_slope_that_is_slightly_wrong_is_noticed():
    with pytest.raises(AssertionError):
        assert complex_step(a.sigmoid, 1.0) == pytest.approx(
            1.000001 * a.sigmoid_slope(1.0), rel=1e-14
        )


# Shapes and types


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_type_and_shape_of_the_input_are_kept(name):
    function = getattr(a, name)
    for dtype in (np.float32, np.float64, np.complex64, np.complex128):
        result = function(np.full((2, 3), 0.25, dtype=dtype))
        assert (result.shape, result.dtype) == ((2, 3), dtype)
    assert isinstance(function(0.25), np.float64)
    assert isinstance(function(np.float32(0.25)), np.float32)
    assert function([]).shape == (0,)


def test_integers_are_numbers():
    assert a.sigmoid([0, 1]).dtype == np.float64
    assert a.softmax([0, 0]).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("name", OF_SCORES)
@given(z=hnp.from_dtype(np.dtype(np.float32), allow_nan=False, allow_infinity=False))
def test_float32_is_computed_in_double_and_rounded_once(name, z):
    with np.errstate(under="ignore"):
        expected = np.float32(getattr(a, name)(np.float64(z)))
    assert getattr(a, name)(z) == expected


def test_softmax_works_along_any_axis():
    z = np.arange(24.0).reshape(2, 3, 4) ** 1.5
    for axis in (0, 1, 2, -1, -2, -3):
        moved = np.moveaxis(a.softmax(np.moveaxis(z, axis, -1)), -1, axis)
        np.testing.assert_array_equal(a.softmax(z, axis=axis), moved)
        np.testing.assert_array_equal(np.exp(a.log_softmax(z, axis)).sum(axis).round(12), 1.0)
    assert a.softmax_jacobian(z).shape == (2, 3, 4, 4)
    np.testing.assert_array_equal(a.softmax_jacobian(z)[1, 2], a.softmax_jacobian(z[1, 2]))
    assert a.log_softmax_jacobian(z.astype(np.float32)).dtype == np.float32


def test_the_input_is_not_changed():
    z = np.array([1.0, 2.0])
    for name in (*OF_SCORES, "softmax", "log_softmax", "softmax_jacobian", "log_softmax_jacobian"):
        getattr(a, name)(z)
    assert z.tolist() == [1.0, 2.0]


def test_results_beyond_the_range_are_infinite_without_a_warning():
    assert a.logit_slope(5e-324) == np.inf
    assert a.log_softmax([1.7e308, -1.7e308]).tolist() == [0.0, -np.inf]
    assert a.softmax([1.7e308, -1.7e308]).tolist() == [1.0, 0.0]


# Refusals: what was needed, what came, what to do


@pytest.mark.parametrize(
    "name", [*reference.ULP_BOUNDS, "softmax_jacobian", "log_softmax_jacobian"]
)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_nan_and_infinity_are_refused(name, bad):
    with pytest.raises(ValueError, match=rf"{name} needs finite numbers; got .*1 of 2 .*Look for"):
        getattr(a, name)([0.5, bad])


@pytest.mark.parametrize("name", ["logit", "logit_slope"])
@pytest.mark.parametrize("bad", [0.0, 1.0, -0.5, 1.5])
def test_probabilities_outside_the_open_interval_are_refused(name, bad):
    with pytest.raises(
        ValueError, match=rf"{name} needs 0 < p < 1; got p = {bad:g} \(1 of 3 .*pass"
    ):
        getattr(a, name)([0.5, bad, 0.25])


def test_what_is_no_array_of_numbers_is_refused():
    with pytest.raises(
        ValueError, match=r"sigmoid needs real or complex numbers; got dtype <U1. Pass"
    ):
        a.sigmoid("x")
    with pytest.raises(ValueError, match="rows of different lengths"):
        a.softmax([[1.0, 2.0], [1.0]])


@pytest.mark.parametrize("function", [a.softmax, a.log_softmax, a.softmax_jacobian])
@pytest.mark.parametrize("bad", [0.0, [], np.ones((2, 0))])
def test_softmax_needs_a_class(function, bad):
    with pytest.raises(ValueError, match=r"at least one class along axis -1; got scores of shape"):
        function(bad)


def test_softmax_needs_an_axis_that_is_there():
    with pytest.raises(ValueError, match="along axis 2; got scores of shape \\(2, 2\\)"):
        a.softmax(np.eye(2), axis=2)
