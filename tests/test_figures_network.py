"""The figures of the two-layer network."""

import numpy as np
import pytest

from hwlib import embed
from hwlib.figures import network as figures
from hwlib.tables.network import PARAMETERS, X, Y

ALL = [figures.two_layer_graph, figures.wrong_gradients, figures.exclusive_or]


@pytest.mark.parametrize("function", ALL)
def test_every_figure_becomes_html(function):
    html = embed.figure(function)
    assert html.startswith("<figure")
    assert "nan" not in html.split("</svg>")[0].lower()


def test_the_graph_shows_every_node_once_with_its_value_and_gradient():
    data = figures.two_layer_graph().data
    rows = {name: (v, g) for name, v, g in zip(*data.values(), strict=True)}
    assert len(rows) == 2 + 3 + 3 + 2 + 1
    alpha = PARAMETERS.u[1] @ X + PARAMETERS.b[1]
    assert rows["alpha2"][0] == pytest.approx(alpha)
    assert rows["h2"][0] == pytest.approx(np.tanh(alpha))
    assert rows["zeta1"][1] == pytest.approx(-rows["zeta2"][1])
    by_input = sum(PARAMETERS.u[i, 0] * rows[f"alpha{i + 1}"][1] for i in range(3))
    assert rows["x1"][1] == pytest.approx(by_input)
    assert rows["L"][0] == pytest.approx(np.log1p(np.exp(rows["zeta1"][0] - rows["zeta2"][0])))
    assert Y.tolist() == [0.0, 1.0]


def test_only_the_right_gradient_passes_the_check():
    data = figures.wrong_gradients().data
    assert data["gradient"][0] == "right"
    assert data["relative_error_at_most"][0] == 1e-8
    assert data["relative_error_at_most"][1:].min() > 0.05
    turned = data["gradient"] == "label − prediction"
    assert data["relative_error_at_most"][turned] == pytest.approx(2.0)


def test_exclusive_or_is_learned():
    plot = figures.exclusive_or()
    assert plot.data["mean_loss"][0] > np.log(2)
    assert plot.data["mean_loss"][-1] < 0.01
