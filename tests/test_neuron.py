import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from mpmath import mp, mpf

from hwlib.differences import central_gradient, complex_step, complex_step_gradient, relative_error
from hwlib.neuron import Neuron
from hwlib.reference import DIGITS, EXACT, ulp_error

finite = st.floats(allow_nan=False, allow_infinity=False)
ordinary = st.floats(-3.0, 3.0)


@st.composite
def neurons(draw, values):
    n = draw(st.integers(1, 5))
    vector = st.lists(values, min_size=n, max_size=n)
    return draw(vector), draw(values), draw(vector)


@pytest.fixture(autouse=True)
def floating_point_warnings_are_errors():
    with np.errstate(all="raise"):
        yield


def exact_score(w, b, x):
    """The score, and how many times larger its terms are."""
    with mp.workdps(1400):
        terms = [mpf(w_i) * mpf(x_i) for w_i, x_i in zip(w, x, strict=True)] + [mpf(b)]
        z = mp.fsum(terms)
        return z, (mp.fsum(abs(t) for t in terms) / abs(z) if z else mp.inf if any(terms) else 1)


# Hand values


def test_value_and_gradient_by_hand():
    neuron, x = Neuron([1.0, -2.0], bias=math.log(2.0)), [4.0, 2.0]  # z = ln 2, F = 3/5
    assert neuron.score(x) == math.log(2.0)
    assert neuron.value(x) == pytest.approx(3 / 5, rel=1e-15)
    gradient = neuron.gradient(x)
    np.testing.assert_allclose(gradient.w, [4 * 16 / 25, 2 * 16 / 25], rtol=1e-15)
    np.testing.assert_allclose(gradient.b, 16 / 25, rtol=1e-15)
    np.testing.assert_allclose(gradient.x, [16 / 25, -2 * 16 / 25], rtol=1e-15)


def test_products_beyond_the_range_and_terms_that_cancel():
    assert Neuron([1e200, 1e200, 0.5], bias=0.25).score([1e-200, -1e-200, 3.0]) == 1.75
    assert Neuron([1e200, 1e200], bias=0.0).value([1e200, -1e200]) == 0.0
    assert Neuron([1e300], bias=0.0).value([1e300]) == 1.0
    assert Neuron([1e300], bias=0.0).gradient([1e300]).w == [0.0]
    tiny = 0.1 * 3.0 - 0.3  # rounded products miss the exact difference of the three floats
    assert Neuron([0.1], bias=-0.3).score([3.0]) != tiny
    assert Neuron([1.0, 1.0], bias=-1e-10).score([1e10, -1e10]) == -1e-10


def test_a_slope_that_underflows_times_a_large_input():
    gradient = Neuron([0.0], bias=400.0).gradient([1e300])
    with mp.workdps(50):
        exact = mpf(1e300) / mp.cosh(400) ** 2
    assert gradient.b == 0.0
    assert ulp_error(gradient.w[0], exact) <= 8


# Accuracy against exact values, for any finite float64


@given(case=neurons(finite) | neurons(ordinary) | neurons(st.floats(-30.0, 30.0)))
def test_score_and_value_hold_a_few_ulp(case):
    w, b, x = case
    z, condition = exact_score(*case)
    assume(condition < 1e14)
    neuron = Neuron(w, b)
    if abs(z) < 1e308:
        assert ulp_error(neuron.score(x), z) <= 1
        assert ulp_error(neuron.value(x), EXACT["tanh"](z)) <= 6
    else:
        assert abs(neuron.value(x)) == 1.0


@given(case=neurons(finite) | neurons(ordinary) | neurons(st.floats(-20.0, 20.0)))
def test_gradient_holds_a_few_ulp(case):
    w, b, x = case
    z, condition = exact_score(*case)
    assume(condition < 1e14)
    assume(abs(z) < 1e5)  # beyond, every derivative is 0; mpmath would take its time
    gradient = Neuron(w, b).gradient(x)
    with mp.workdps(DIGITS):
        slope = 1 / mp.cosh(z) ** 2
        assert ulp_error(gradient.b, slope) <= 10
        for i in range(len(w)):
            assert ulp_error(gradient.w[i], slope * mpf(x[i])) <= 12
            assert ulp_error(gradient.x[i], slope * mpf(w[i])) <= 12


# Gradients against numerical ones


@given(case=neurons(ordinary))
def test_gradient_agrees_with_both_numerical_ones(case):
    w, b, x = case
    gradient = Neuron(w, b).gradient(x)
    by_w = complex_step_gradient(lambda v: Neuron(v, b).value(x), w)
    by_b = complex_step(lambda v: Neuron(w, v).value(x), b)
    by_x = complex_step_gradient(Neuron(w, b).value, x)
    difference = central_gradient(lambda v: Neuron(v, b).value(x), w)
    with np.errstate(under="ignore"):  # of the comparison
        for analytic, step in zip(gradient, (by_w, by_b, by_x), strict=True):
            np.testing.assert_allclose(analytic, step, rtol=1e-12, atol=1e-290)
        np.testing.assert_allclose(gradient.w, difference, atol=1e-8)


def test_a_wrong_gradient_is_noticed():
    w, b, x = [0.5, -1.0], 0.25, [2.0, 1.0]
    wrong = Neuron(w, b).gradient(x).x  # the gradient by x, passed off as the one by w
    right = complex_step_gradient(lambda v: Neuron(v, b).value(x), w)
    assert relative_error(wrong, right) > 0.1


# Shapes and types


def test_batches_of_any_shape():
    neuron = Neuron([0.5, -1.0, 2.0], bias=0.1)
    x = np.linspace(-1.0, 1.0, 2 * 4 * 3).reshape(2, 4, 3)
    gradient = neuron.gradient(x)
    assert neuron.score(x).shape == neuron.value(x).shape == gradient.b.shape == (2, 4)
    assert gradient.w.shape == gradient.x.shape == (2, 4, 3)
    one = neuron.gradient(x[1, 2])
    assert neuron.value(x)[1, 2] == neuron.value(x[1, 2])
    assert gradient.w[1, 2].tolist() == one.w.tolist()
    assert gradient.b[1, 2] == one.b
    assert neuron.value(np.empty((0, 3))).shape == (0,)


def test_a_single_example_gives_a_scalar():
    assert isinstance(Neuron([1.0], bias=0.0).value([1.0]), np.float64)
    assert isinstance(Neuron([1.0], bias=0.0).gradient([1.0]).b, np.float64)


def test_float32_is_kept():
    neuron, x = (
        Neuron(np.array([0.1, 0.2], dtype=np.float32), bias=0.5),
        np.ones((4, 2), np.float32),
    )
    assert {neuron.score(x).dtype, neuron.value(x).dtype} == {np.dtype(np.float32)}
    assert {part.dtype for part in neuron.gradient(x)} == {np.dtype(np.float32)}
    assert neuron.value(x.astype(np.float64)).dtype == np.float64


def test_complex_input_gives_the_complex_value():
    z = (1 + 2j) * (0.5 - 1j) + (0.25 + 3j) * 2j + (0.125 - 0.5j)
    value = Neuron([1 + 2j, 2j], bias=0.125 - 0.5j).value([0.5 - 1j, 0.25 + 3j])
    assert value == pytest.approx(np.tanh(z), rel=1e-15)


# Refusals


def test_wrong_shapes_are_refused():
    with pytest.raises(
        ValueError, match=r"weights of shape \(n,\), n >= 1; got shape \(1, 2\). Pass"
    ):
        Neuron([[1.0, 2.0]], bias=0.0)
    with pytest.raises(ValueError, match=r"got shape \(0,\)"):
        Neuron([], bias=0.0)
    with pytest.raises(ValueError, match=r"one number as its bias; got shape \(1,\). Make"):
        Neuron([1.0], bias=[0.0])
    for x in (1.0, [1.0], np.ones((2, 3))):
        with pytest.raises(
            ValueError, match=r"x of shape \(..., 2\), one value a weight; got .* Put"
        ):
            Neuron([1.0, 2.0], bias=0.0).value(x)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_nan_and_infinity_are_refused(bad):
    with pytest.raises(ValueError, match="Neuron: weights needs finite"):
        Neuron([bad], bias=0.0)
    with pytest.raises(ValueError, match="Neuron: bias needs finite"):
        Neuron([1.0], bias=bad)
    for method in ("score", "value", "gradient"):
        with pytest.raises(ValueError, match="Neuron: x needs finite"):
            getattr(Neuron([1.0], bias=0.0), method)([bad])
