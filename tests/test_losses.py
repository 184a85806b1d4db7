"""Losses against hand values, exact values and numerical derivatives."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from hwlib import losses
from hwlib.activations import log_sigmoid, softmax
from hwlib.differences import (
    central_difference,
    central_gradient,
    complex_step,
    complex_step_gradient,
    relative_error,
)

finite_scores = st.floats(-800, 800)
vectors = st.lists(finite_scores, min_size=1, max_size=6)


def test_log_sum_exp_by_hand():
    assert losses.log_sum_exp([0.0, 0.0]) == pytest.approx(math.log(2), rel=1e-15)
    assert losses.log_sum_exp([1000.0] * 3) == pytest.approx(1000 + math.log(3), rel=1e-15)
    assert losses.log_sum_exp([[5.0], [-3.0]]).tolist() == [5.0, -3.0]


def test_log_sum_exp_keeps_what_a_rounded_sum_would_lose():
    assert losses.log_sum_exp([0.0, -50.0]) == pytest.approx(math.exp(-50), rel=1e-14)


@given(vectors)
def test_log_sum_exp_is_exact_and_between_its_bounds(z):
    value = float(losses.log_sum_exp(z))
    largest, *others = sorted(map(mpf, z), reverse=True)
    with mp.workdps(60):
        exact = largest + mp.log1p(mp.fsum(mp.exp(x - largest) for x in others))
        assert abs(value - exact) <= 4e-16 * max(abs(exact), abs(largest))
    assert max(z) <= value <= max(z) + math.log(len(z)) + 1e-12


@given(st.lists(st.floats(-30, 30), min_size=2, max_size=5))
def test_the_gradient_of_log_sum_exp_is_softmax(z):
    assert relative_error(complex_step_gradient(losses.log_sum_exp, z), softmax(z)) < 1e-14


def test_cross_entropy_by_hand():
    assert losses.cross_entropy([0.0, 0.0], [1.0, 0.0]) == pytest.approx(math.log(2))
    assert losses.cross_entropy([0.0, -1000.0], [0.0, 1.0]) == 1000.0
    np.testing.assert_allclose(losses.cross_entropy(np.zeros((3, 4)), np.eye(4)[:3]), math.log(4))


@given(st.lists(st.tuples(st.floats(-30, 30), st.floats(0.01, 1)), min_size=2, max_size=5))
def test_the_gradient_of_cross_entropy_is_prediction_minus_label(pairs):
    z, y = np.transpose(pairs)
    y = y / y.sum()
    exact = losses.cross_entropy_gradient(z, y)
    assert abs(exact.sum()) < 1e-14
    numerical = complex_step_gradient(lambda s: losses.cross_entropy(s, y), z)
    np.testing.assert_allclose(numerical, exact, atol=1e-14)


def test_a_gradient_without_the_off_diagonal_is_rejected():
    z, y = np.array([2.0, 1.0, -1.0]), np.array([0.0, 1.0, 0.0])
    wrong = -y * (1 - softmax(z))
    central = central_gradient(lambda s: losses.cross_entropy(s, y), z)
    assert relative_error(losses.cross_entropy_gradient(z, y), central) < 1e-9
    assert relative_error(wrong, central) > 0.1


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ([1.0], "shape of the scores"),
        ([0.5, 0.6], "add up to 1"),
        ([1.5, -0.5], ">= 0"),
        ([np.nan, 1.0], "finite"),
    ],
)
def test_cross_entropy_refuses_what_is_no_label(labels, words):
    with pytest.raises(ValueError, match=words):
        losses.cross_entropy([0.0, 1.0], labels)


def test_logistic_loss_by_hand():
    assert losses.logistic_loss(0.0, 1.0) == pytest.approx(math.log(2))
    assert losses.logistic_loss(-1.0, 1.0) == pytest.approx(math.log(1 + math.e))
    assert losses.logistic_loss(-800.0, 1.0) == 800.0
    assert losses.logistic_loss(800.0, 1.0) == pytest.approx(0.0)


@given(finite_scores, st.sampled_from([0.0, 0.25, 1.0]))
def test_logistic_loss_is_cross_entropy_of_two_classes(z, y):
    two = losses.cross_entropy([z, 0.0], [y, 1 - y])
    assert losses.logistic_loss(z, y) == pytest.approx(two, rel=1e-14)


@given(st.floats(-30, 30), st.sampled_from([0.0, 0.25, 1.0]))
def test_logistic_slope_and_curvature(z, y):
    slope = complex_step(lambda s: losses.logistic_loss(s, y), z)
    np.testing.assert_allclose(losses.logistic_loss_slope(z, y), slope, atol=1e-15)
    curvature = central_difference(lambda s: losses.logistic_loss_slope(s, y), z)
    np.testing.assert_allclose(losses.logistic_loss_curvature(z), curvature, atol=1e-10)


def test_logistic_slope_keeps_its_digits_where_the_sigmoid_is_one():
    slope = float(losses.logistic_loss_slope(50.0, 1.0))
    assert slope == pytest.approx(-math.exp(-50), rel=1e-14)
    assert float(losses.logistic_loss(50.0, 1.0)) == -float(log_sigmoid(50.0))


def test_logistic_loss_refuses_labels_of_other_conventions():
    with pytest.raises(ValueError, match="Labels -1 and 1"):
        losses.logistic_loss(0.0, -1.0)
