import re

import numpy as np
import pytest
from lxml import etree

from hwlib import embed
from hwlib.figures import neuron, svg
from hwlib.figures.plot import Plot

FIGURES = [
    neuron.computational_graph,
    neuron.tanh_and_slope,
    neuron.tanh_from_sigmoid,
    neuron.saturation,
    neuron.gradient_over_weights,
    neuron.descent,
]


@pytest.fixture(scope="module")
def plots() -> dict[str, Plot]:
    return {figure.__name__: figure() for figure in FIGURES}


@pytest.mark.parametrize("figure", FIGURES)
def test_every_figure_can_stand_on_a_page(figure, plots):
    text = svg.inline(plots[figure.__name__])
    assert etree.fromstring(text).tag.endswith("svg")
    assert len(text) < 36_000


def test_the_graph_has_every_number_twice(plots):
    data = plots["computational_graph"].data
    at = {name: row for row, name in enumerate(data["name"])}
    assert len(at) == 9
    assert data["value"][at["w1*x1"]] == pytest.approx(0.8)
    assert data["gradient"][at["w2"]] == pytest.approx(-(1 - np.tanh(0.5) ** 2))
    drawn = [text.get_text() for text in plots["computational_graph"].figure.axes[0].texts]
    for value, gradient in zip(data["value"], data["gradient"], strict=True):
        assert f"→ {value:.2f}".replace("-", "−") in drawn
        assert f"← {gradient:.2f}".replace("-", "−") in drawn


def test_the_slope_is_the_slope_of_what_is_drawn(plots):
    data = plots["tanh_and_slope"].data
    measured = np.gradient(data["tanh"], data["z"])
    np.testing.assert_allclose(data["slope"][1:-1], measured[1:-1], atol=2e-3)


def test_the_stretched_sigmoid_is_tanh(plots):
    data = plots["tanh_from_sigmoid"].data
    np.testing.assert_allclose(data["tanh"], np.tanh(data["x"]), atol=1e-15)
    assert "from 0.25 to 0.5 to 1;" in plots["tanh_from_sigmoid"].caption


def test_saturation_the_difference_dies_and_the_slope_does_not(plots):
    data = plots["saturation"].data
    assert np.all(data["stable"] > 0)
    dead = data["one_minus_tanh_squared"] == 0
    assert data["z"][dead].min() == 19.125
    assert np.all(np.diff(dead.astype(int)) >= 0)
    line = next(line for line in plots["saturation"].figure.axes[0].lines if line.get_ls() == "--")
    assert np.all(line.get_ydata() > 0)


def test_every_arrow_points_along_the_inputs(plots):
    data = plots["gradient_over_weights"].data
    np.testing.assert_allclose(data["by_w1"], -2 * data["by_w2"])
    row = np.argmin(np.hypot(data["w1"] - 0.4, data["w2"] - 0.4))
    z = data["w1"][row] * 2 - data["w2"][row] + 0.2
    assert data["by_w1"][row] == pytest.approx(2 * (1 - np.tanh(z) ** 2))


def test_one_descent_arrives_and_the_other_stays(plots):
    data = plots["descent"].data
    loss = {name: data["loss"][data["start"] == name] for name in ("example", "saturated")}
    assert loss["example"][-1] < 0.01 * loss["example"][0]
    assert loss["saturated"][-1] > 0.999 * loss["saturated"][0]
    np.testing.assert_allclose(data["loss"], (data["F"] + 0.6) ** 2 / 2)


@pytest.mark.parametrize("figure", FIGURES)
def test_no_caption_has_a_number_with_more_digits_than_are_meant(figure, plots):
    assert not re.search(r"\d\.\d{5}", plots[figure.__name__].caption)
    assert "hw-block-number" in embed.figure(figure)
