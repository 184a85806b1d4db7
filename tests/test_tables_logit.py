import math

import numpy as np
import pytest

from hwlib import activations
from hwlib.tables import logit
from hwlib.tables.table import MINUS


def number(cell: str) -> float:
    """Read a cell back."""
    mantissa, times, power = cell.replace(MINUS, "-").partition(" × 10")
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    return float(mantissa) * (10.0 ** int(power.translate(raised)) if times else 1.0)


def test_three_to_one_is_three_quarters() -> None:
    (row,) = logit.probability_odds_log_odds([0.75]).rows
    assert row == ["0.75", "3.000", "1.099"]


def test_an_event_and_its_opposite_differ_in_sign() -> None:
    rows = logit.probability_odds_log_odds().rows
    for row, opposite in zip(rows, reversed(rows), strict=True):
        assert number(row[0]) + number(opposite[0]) == pytest.approx(1.0)
        assert number(row[1]) * number(opposite[1]) == pytest.approx(1.0, rel=1e-3)
        assert number(row[2]) == -number(opposite[2])


def test_evidence_agrees_with_counting_heads() -> None:
    heads = logit.counting_heads()
    ill, _, together = heads.rows
    assert ill[1:] == ["90", "10", "100"]
    assert together[1] == "585"
    after_one = logit.evidence_step_by_step().rows[1]
    assert after_one[-1] == f"{90 / 585:.4f}"


def test_every_row_of_evidence_is_the_sum_of_those_before() -> None:
    prior, *rows = logit.evidence_step_by_step().rows
    total = number(prior[3])
    for row in rows:
        total += number(row[2])
        assert number(row[3]) == pytest.approx(total, abs=3e-3)  # rounded terms
        assert number(row[4]) == pytest.approx(float(activations.sigmoid(total)), abs=5e-4)


def test_heads_add_up() -> None:
    counts = np.array([[int(cell) for cell in row[1:]] for row in logit.counting_heads().rows])
    assert (counts[0] + counts[1] == counts[2]).all()
    assert (counts[:, 0] + counts[:, 1] == counts[:, 2]).all()


def test_the_slope_has_the_error_that_taylor_predicts() -> None:
    for row in logit.slope_check().rows:
        assert row[1] == "< 10⁻¹⁵"
        assert number(row[4]) == pytest.approx(number(row[5]), rel=0.05)


def test_a_wrong_slope_would_not_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = activations.logit_slope
    monkeypatch.setattr(activations, "logit_slope", lambda p: 1.001 * exact(p))
    row = logit.slope_check([0.5]).rows[0]
    assert number(row[4]) > 1e4 * number(row[5])


def test_the_last_step_below_one_is_the_logarithm_of_two() -> None:
    *_, last = logit.ends_of_float64().rows
    assert last[1] == f"{math.log(2**53 - 1):.2f}"
    assert last[2] == f"{math.log(2):.2f}"


def test_steps_below_one_half_are_at_round_off() -> None:
    steps = [number(row[2]) for row in logit.ends_of_float64().rows[:3]]
    assert max(steps) < 3e-16
