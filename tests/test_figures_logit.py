import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwlib import activations, evidence
from hwlib.figures import logit, svg

FIGURES = [
    logit.mirror_images,
    logit.three_scales,
    logit.evidence_adds_up,
    logit.round_trip_error,
    logit.error_of_three_formulas,
]


@pytest.mark.parametrize("draw", FIGURES, ids=lambda draw: draw.__name__)
def test_draws_the_same_bytes_twice(draw) -> None:
    once, again = svg.inline(draw()), svg.inline(draw())
    assert once == again
    assert len(once) < 60_000


@pytest.mark.parametrize("draw", FIGURES, ids=lambda draw: draw.__name__)
def test_says_what_it_shows(draw) -> None:
    plot = draw()
    assert len(plot.description.split(". ")) >= 2
    assert plot.caption.count("$") % 2 == 0
    outside_maths = re.sub(r"\$[^$]*\$", "", plot.caption)
    assert not re.search(r"\d\.\d", outside_maths)


def test_mirror_shows_the_sigmoid() -> None:
    data = logit.mirror_images().data
    middle = data["x"] == 0
    assert data["sigmoid"][middle] == 0.5


def test_three_scales_are_the_same_events() -> None:
    data = logit.three_scales().data
    np.testing.assert_allclose(data["odds"], np.exp(data["log_odds"]))
    np.testing.assert_allclose(activations.sigmoid(data["log_odds"]), data["probability"])


def test_evidence_starts_at_the_prior_and_moves_by_equal_steps() -> None:
    data = logit.evidence_adds_up().data
    assert data["probability"][0] == pytest.approx(0.01)
    assert data["probability"][1] == pytest.approx(90 / 585)
    np.testing.assert_allclose(np.diff(data["log_odds"])[:3], math.log(18))


def test_round_trip_stays_under_its_bound() -> None:
    data = logit.round_trip_error().data
    # First order only: the slope changes within half a spacing where the spacing is 1 - p itself.
    ordinary = data["score"] < 34
    assert (data["error"] <= data["bound"] * (1 + 1e-6))[ordinary & (data["score"] > 0)].all()
    # Below one half the drawn bound skips the steps of the number format: at most a factor 2.
    assert (data["error"] <= data["bound"] * 2)[data["score"] < 0].all()
    assert data["error"][data["score"] < 0].max() < 1e-15
    assert data["error"].max() > 1e-2


def test_only_the_shifted_formula_keeps_its_digits() -> None:
    data = logit.error_of_three_formulas().data
    assert data["log1p"].max() < 4e-16
    assert data["quotient"].max() > 1e-12
    assert data["difference"].max() > 1e-12


def test_likelihood_ratios_by_hand() -> None:
    test = evidence.Screening(prevalence=0.5, sensitivity=0.75, false_alarm=0.25)
    assert test.likelihood_ratio(positive=True) == 3.0
    assert test.likelihood_ratio(positive=False) == pytest.approx(1 / 3)


@given(
    prior=st.floats(0.01, 0.99),
    given_true=st.floats(0.01, 0.99),
    given_false=st.floats(0.01, 0.99),
)
def test_adding_evidence_is_bayes_rule(prior, given_true, given_false) -> None:
    after = evidence.log_odds_after(prior, [given_true / given_false])[-1]
    seen = given_true * prior + given_false * (1 - prior)
    assert activations.sigmoid(after) == pytest.approx(given_true * prior / seen, rel=1e-12)


@given(st.permutations([0.2, 3.0, 0.7, 11.0]))
def test_the_order_of_evidence_plays_no_part(ratios) -> None:
    expected = evidence.log_odds_after(0.3, [0.2, 3.0, 0.7, 11.0])[-1]
    assert evidence.log_odds_after(0.3, ratios)[-1] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("ratio", [0.0, -1.0, math.inf, math.nan])
def test_refuses_what_is_no_evidence(ratio) -> None:
    with pytest.raises(ValueError, match=r"positive, finite likelihood ratios; got .* \(1 of 2\)"):
        evidence.log_odds_after(0.5, [2.0, ratio])
