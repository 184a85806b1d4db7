"""The tables of the two-layer network."""

import numpy as np

from hwlib.tables import network as tables


def cells(table):
    return {row[0]: row[1:] for row in table.rows}


def number(cell):
    return float(cell.replace("−", "-"))


def test_the_example_is_exact_in_what_is_shown():
    rows = tables.two_layer_parameters().rows
    shown = [number(cell) for row in rows for cell in row[1:] if cell]
    assert sorted(shown) == sorted(tables.PARAMETERS.vector().tolist())


def test_forward_by_hand():
    rows = cells(tables.two_layer_forward())
    assert rows[r"$\alpha_i$"][1:] == ["0.2500", "0.7500", "−0.5000"]
    h = np.tanh([0.25, 0.75, -0.5])
    assert rows["$h_i$"][1:] == [f"{value:.4f}".replace("-", "−") for value in h]
    zeta = [h[0] - h[1] / 2 + h[2] / 2 + 0.25, -h[0] / 2 + h[1] + h[2] / 4 - 0.25]
    p2 = 1 / (1 + np.exp(zeta[0] - zeta[1]))
    assert rows["$L$"][1] == f"{-np.log(p2):.4f}"


def test_backward_rows_follow_from_the_rows_above():
    rows = cells(tables.two_layer_backward())
    by_h = np.array([number(cell) for cell in rows["for $h_i$"][1:]])
    slope = np.array([number(cell) for cell in rows["slope"][1:]])
    gamma = [number(cell) for cell in rows[r"$\gamma_i$, also for $b_i$"][1:]]
    np.testing.assert_allclose(gamma, by_h * slope, atol=1e-4)
    assert rows["for $u_{i,1}$"][1:] == rows[r"$\gamma_i$, also for $b_i$"][1:]


def test_check_agrees_in_every_part():
    rows = tables.two_layer_check().rows
    assert [row[1] for row in rows] == [r"$3 \times 2$", "$3$", r"$2 \times 3$", "$2$", "$2$"]
    assert {tuple(row[3:]) for row in rows} == {("< 10⁻⁸", "< 10⁻¹³")}


def test_a_wrong_gradient_shows_in_the_check(monkeypatch):
    right = tables.backward

    def forgetful(*arguments):
        back = right(*arguments)
        return back._replace(parameters=back.parameters._replace(b=back.h))

    monkeypatch.setattr(tables, "backward", forgetful)
    row = tables.two_layer_check().rows[1]
    assert "<" not in row[3] + row[4]
