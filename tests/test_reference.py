import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from hwlib import activations, reference
from hwlib.reference import EXACT, nearest, ulp_error

finite = st.floats(allow_nan=False, allow_infinity=False)


def definition(name, x):
    """The textbook formula, at so many digits that nothing in it cancels."""
    with mp.workdps(800):
        x = mpf(x)
        s = 1 / (1 + mp.exp(-x))
        t = (mp.exp(x) - mp.exp(-x)) / (mp.exp(x) + mp.exp(-x))
        return {
            "sigmoid": s,
            "sigmoid_slope": s * (1 - s),
            "sigmoid_curvature": s * (1 - s) * (1 - 2 * s),
            "log_sigmoid": mp.log(s),
            "log_sigmoid_slope": 1 - s,
            "tanh": t,
            "tanh_slope": 1 - t * t,
        }[name]


# The exact values


@pytest.mark.parametrize("name", [n for n in EXACT if n.startswith(("sig", "log_", "tanh"))])
@given(z=st.floats(-700.0, 700.0).filter(lambda z: abs(z) > 1e-300))
def test_exact_values_agree_with_the_definitions(name, z):
    with mp.workdps(reference.DIGITS):
        expected = definition(name, z)
        assert abs(EXACT[name](z) - expected) <= abs(expected) * mpf(10) ** -75


@given(p=st.floats(1e-300, 1.0, exclude_max=True))
def test_exact_logit_is_the_inverse_of_the_sigmoid(p):
    with mp.workdps(400):
        exact = -mp.log(1 / mpf(p) - 1)
        slope = 1 / (mpf(p) * (1 - mpf(p)))
    with mp.workdps(reference.DIGITS):
        assert abs(EXACT["logit"](p) - exact) <= mpf(10) ** -60 * max(abs(exact), mpf(10) ** -16)
        assert abs(EXACT["logit_slope"](p) - slope) <= slope * mpf(10) ** -75


def test_exact_softmax_by_hand():
    p = reference.exact_softmax([0.0, 0.0, 0.0, 0.0])
    assert [float(v) for v in p] == [0.25] * 4
    log_p = reference.exact_log_softmax([0.0, -50.0])
    assert float(log_p[0]) == pytest.approx(-math.exp(-50.0), rel=1e-15)
    assert float(log_p[1]) == -50.0


def test_the_callers_precision_neither_matters_nor_changes():
    with mp.workdps(5):
        coarse = EXACT["exp"](1.0)
        assert mp.dps == 5
    with mp.workdps(100):
        assert abs(coarse - mp.e) < mpf(10) ** -78


# Rounding to the nearest float64


@given(x=finite)
def test_floats_are_their_own_nearest(x):
    assert nearest(mpf(x)) == x


@given(x=finite, third=st.sampled_from([Fraction(1, 3), Fraction(2, 3), Fraction(1, 2)]))
def test_between_two_floats_the_nearer_wins(x, third):
    above = math.nextafter(x, math.inf)
    if math.isinf(above):
        return
    between = Fraction(x) + (Fraction(above) - Fraction(x)) * third
    with mp.workprec(3000):
        exact = mpf(between.numerator) / between.denominator
    if third == Fraction(1, 2):
        even = x if round(Fraction(x) / Fraction(math.ulp(x))) % 2 == 0 else above
        assert nearest(exact) in (x, above) if abs(x) < 1e-300 else nearest(exact) == even
    else:
        assert nearest(exact) == (x if third < Fraction(1, 2) else above)


def test_subnormal_results_are_rounded_once():
    # Just above the tie between 2 and 3 units; rounded to 53 bits first, it would go to 2.
    with mp.workprec(200):
        exact = mpf(2.5) * mpf(2) ** -1074 * (1 + mpf(2) ** -80)
    assert nearest(exact) == 3 * 5e-324


def test_results_beyond_the_range():
    with mp.workdps(50):
        assert nearest(mp.exp(1000)) == math.inf
        assert nearest(-mp.exp(mpf(10) ** 300)) == -math.inf
        assert nearest(mp.exp(-(mpf(10) ** 300))) == 0.0
        assert nearest(mpf(2) ** 1024 * (1 - mpf(2) ** -60)) == math.inf
        assert nearest(mpf("inf")) == math.inf


@given(x=st.floats(-745.0, 709.0))
def test_the_rounded_exponential_is_within_half_an_ulp(x):
    assert ulp_error(reference.exp(x), EXACT["exp"](x)) <= 0.5


def test_rounded_functions_keep_shapes():
    x = np.array([[0.5, 1.0], [2.0, 4.0]])
    for function in (reference.exp, reference.log, reference.log1p, reference.tanh):
        assert function(x).shape == (2, 2)
        assert isinstance(function(0.5), np.float64)
    assert reference.exp(1000.0) == math.inf
    assert reference.rounded("sigmoid", [0.0, -1000.0]).tolist() == [0.5, 0.0]
    np.testing.assert_allclose(reference.tanh(x), np.tanh(x), rtol=1e-15)


def test_unknown_functions_are_refused():
    with pytest.raises(ValueError, match="no function 'sine'; it has cos, exp, log"):
        reference.rounded("sine", 1.0)
    with pytest.raises(ValueError, match=r"reference.exp needs finite numbers; got nan"):
        reference.exp(math.nan)


# Units in the last place


def test_ulps_by_hand():
    with mp.workdps(50):
        assert ulp_error(1.0, mpf(1)) == 0.0
        assert ulp_error(1.0 + 2**-52, mpf(1)) == 1.0
        assert ulp_error(np.float32(1.0 + 2**-22), mpf(1)) == 2.0
        assert ulp_error(0.0, mpf(5e-324)) == 1.0
        assert ulp_error(math.inf, mpf(10) ** 400) == 0.0
        assert ulp_error(math.inf, mpf(1)) == math.inf
        assert ulp_error(1.0, mpf(10) ** 400) == math.inf
        assert ulp_error(math.nan, mpf(1)) == math.inf


# The measured errors of `activations`


def test_every_measured_error_is_within_its_bound():
    measured = reference.worst_ulp_errors(count=150)
    assert [m.name for m in measured] == list(reference.ULP_BOUNDS)
    for m in measured:
        assert 0.0 < m.ulps <= reference.ULP_BOUNDS[m.name], m
        assert m.points > 100


@pytest.mark.parametrize("name", ["sigmoid", "logit", "softmax"])
def test_a_function_that_loses_digits_is_measured_so(monkeypatch, name):
    right = getattr(activations, name)
    monkeypatch.setattr(activations, name, lambda x: right(x) * (1.0 + 1e-14))
    worst = next(m for m in reference.worst_ulp_errors(count=60) if m.name == name)
    assert worst.ulps > 10 * reference.ULP_BOUNDS[name]
