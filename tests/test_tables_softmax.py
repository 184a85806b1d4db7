"""The tables of Task 4."""

import math

import numpy as np

from hwlib.tables import softmax as tables


def test_three_ways_lead_to_one_number():
    rows = dict(tables.worked_example().rows)
    assert rows["$e^{z_1}$"] == "7.3891"
    ends = [value for step, value in rows.items() if step.startswith(("$P(y=1)$", r"$\sigma"))]
    assert ends == ["0.8176"] * 3


def test_overflow_is_named_and_the_shifted_column_is_constant():
    rows = tables.overflow_cases().rows
    assert {row[3] for row in rows} == {"0.73105858"}
    by_level = {row[1]: row[2] for row in rows}
    assert by_level["0"] == "0.73105858"
    assert by_level["1000"] == by_level["−750"] == "not a number"
    assert by_level["−743"] not in {"0.73105858", "not a number"}


def test_identity_agrees_in_every_row():
    table = tables.identity_check()
    assert "is < 10⁻¹⁴" in table.caption
    for row in table.rows:
        assert row[2] == row[3]


def test_identity_shows_the_pairs_as_they_are():
    shown = [(row[0], row[1]) for row in tables.identity_check().rows]
    assert ("−7.5", "−9") in shown
    assert ("1000", "999") in shown
    assert ("20", "−20") in shown


def test_jacobian_agrees_with_hand_value_and_both_numerical_ones():
    *entries, errors = tables.jacobian_check().rows
    p = 1 / (1 + math.exp(-1.5))
    assert entries[0][1:] == [f"{p * (1 - p):.6f}"] * 3
    assert [row[1][0] for row in entries] == ["0", "−", "−", "0"]
    assert errors[2:] == ["< 10⁻⁹", "< 10⁻¹⁴"]


def test_a_wrong_jacobian_would_be_seen(monkeypatch):
    right = tables.softmax_jacobian
    monkeypatch.setattr(tables, "softmax_jacobian", lambda z: np.diag(np.diag(right(z))))
    errors = tables.jacobian_check().rows[-1]
    assert errors[2] == "0.71"
