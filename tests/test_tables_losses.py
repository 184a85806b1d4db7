"""The tables of the losses."""

import math

import numpy as np

from hwlib.tables import losses as tables


def test_log_sum_exp_by_hand():
    rows = dict(tables.log_sum_exp_steps().rows)
    value = math.log(math.exp(2) + math.exp(1) + math.exp(-1))
    assert rows[r"$\operatorname{LSE}(\mathbf z)$: add $m$"] == f"{value:.4f}"
    assert rows["their sum"] == f"{1 + math.exp(-1) + math.exp(-3):.4f}"


def test_cross_entropy_columns_add_up():
    table = tables.cross_entropy_steps()
    columns = list(zip(*table.rows, strict=True))
    as_numbers = [float(cell.replace("−", "-")) for cell in columns[5]]
    assert abs(sum(as_numbers)) < 2e-4
    assert f"${-float(columns[3][1].replace('−', '-')):.4f}$" in table.caption


def test_checks_agree_in_every_digit_that_is_shown():
    for table in (tables.log_sum_exp_gradient_check(), tables.cross_entropy_check()):
        for row in table.rows:
            if row[0].endswith("relative error"):
                assert row[1:] == ["", "< 10⁻⁸", "< 10⁻¹³"]
            else:
                assert row[1] == row[2] == row[3]
    for row in tables.logistic_check().rows:
        assert row[1] == row[2]
        assert row[3].startswith("< ")


def test_a_wrong_gradient_shows_in_the_check(monkeypatch):
    right = tables.cross_entropy_gradient
    monkeypatch.setattr(tables, "cross_entropy_gradient", lambda z, y: 1.001 * right(z, y))
    errors = [row[3] for row in tables.cross_entropy_check().rows if "error" in row[0]]
    assert errors == ["0.0010", "0.0010"]


def test_logistic_example_by_hand():
    rows = dict(tables.logistic_steps().rows)
    p = 1 / (1 + math.e)
    assert rows["loss"] == f"{math.log(1 + math.e):.4f}"
    assert rows["for the weight: times $x^2$"] == f"{4 * p * (1 - p):.4f}"
    assert np.isclose(float(rows["mixed: times $x$"]), 2 * p * (1 - p), atol=1e-4)
