import numpy as np
import pytest

from hwlib import embed
from hwlib.tables import neuron

TABLES = [
    neuron.forward_pass,
    neuron.backward_pass,
    neuron.gradient_check,
    neuron.wrong_gradients,
    neuron.saturation,
    neuron.descent_steps,
]


def cells(table):
    return {row[0]: list(row[1:]) for row in table.rows}


@pytest.mark.parametrize("table", TABLES)
def test_every_table_can_stand_on_a_page(table):
    assert embed.table(table).count("<tr>") == len(table().rows) + 1


def test_forwards_by_hand():
    rows = cells(neuron.forward_pass())
    assert list(rows) == [
        "$w_1$",
        "$x_1$",
        "$w_2$",
        "$x_2$",
        "$b$",
        "$w_1 x_1$",
        "$w_2 x_2$",
        "$z$",
        "$F$",
    ]
    assert rows["$w_2 x_2$"] == ["$w_2$ times $x_2$", "−0.5000"]
    assert rows["$F$"][1] == "0.4621"


def test_backwards_by_hand():
    rows = cells(neuron.backward_pass())
    assert rows["$F$"] == ["the start", "1.0000"]
    assert rows["$z$"] == [r"that of $F$, times $1-\tanh^2(z)$", "0.7864"]
    assert rows["$x_2$"] == ["that of $w_2 x_2$, times $w_2$", "0.3932"]


def test_backwards_uses_only_what_was_found_before():
    found = []
    for name, (after, _) in neuron._BACKWARD.items():
        assert not after or after in found
        found.append(name)


def test_the_check_agrees_to_every_printed_digit():
    rows = cells(neuron.gradient_check())
    assert rows.pop("Relative error") == ["", "< 10⁻⁹", "< 10⁻¹⁴"]
    assert len(rows) == 5
    for formula, central, complex_ in rows.values():
        assert formula == central == complex_


def test_the_check_can_fail():
    verdicts = [row[2] for row in neuron.wrong_gradients().rows]
    assert verdicts == ["right", "wrong", "wrong", "wrong", "wrong"]


def test_a_wrong_formula_would_show(monkeypatch):
    right = neuron._analytic()
    monkeypatch.setattr(neuron, "_analytic", lambda: right * np.array([1, 1, 1, 1, 1.001]))
    rows = cells(neuron.gradient_check())
    assert rows["Relative error"][1] == "0.00020"
    assert rows[r"$\partial F/\partial x_2$"][0] != rows[r"$\partial F/\partial x_2$"][1]


def test_saturation_ends_in_zero():
    rows = cells(neuron.saturation())
    assert rows["1"] == ["0.76159416", "0.4200", "0.4200"]
    assert rows["20"] == ["1.00000000", "1.699 × 10⁻¹⁷", "0"]


def test_descent_starts_at_the_example():
    rows = neuron.descent_steps(2).rows
    assert [*rows[0]] == ["0", "0.4000", "0.5000", "0.4621", "0.5640"]
    assert [*rows[1]][1:3] == ["0.3165", "0.5418"]
