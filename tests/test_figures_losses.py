"""The figures of the losses: what is drawn is what the pages say."""

import numpy as np
import pytest

from hwlib import embed
from hwlib.figures import losses as figures

ALL = [
    figures.smooth_maximum,
    figures.level_lines,
    figures.loss_slopes,
    figures.descent_on_scores,
    figures.logistic_loss_and_tangents,
    figures.logistic_bowl,
    figures.curvatures,
]


@pytest.mark.parametrize("function", ALL)
def test_every_figure_becomes_html(function):
    html = embed.figure(function)
    assert html.startswith("<figure")
    assert "nan" not in html.split("</svg>")[0].lower()


def test_log_sum_exp_lies_above_the_maximum_and_nearer_when_colder():
    data = figures.smooth_maximum().data
    assert np.all(data["lse_t_1"] > data["lse_t_0.25"])
    assert np.all(data["lse_t_0.25"] > data["maximum"] - 1e-15)


@pytest.mark.parametrize(
    ("function", "loss", "slope"),
    [
        (figures.loss_slopes, "cross_entropy", "cross_entropy_slope"),
        (figures.loss_slopes, "squared_error", "squared_error_slope"),
        (figures.smooth_maximum, "lse_t_1", "slope_t_1"),
        (figures.smooth_maximum, "lse_t_0.25", "slope_t_0.25"),
    ],
)
def test_drawn_slopes_are_the_slopes_of_what_is_drawn(function, loss, slope):
    data = function().data
    numerical = np.gradient(data[loss], data["z"])
    np.testing.assert_allclose(data[slope][1:-1], numerical[1:-1], atol=3e-3)


def test_drawn_curvatures_are_those_of_the_losses():
    slopes, data = figures.loss_slopes().data, figures.curvatures().data
    for name in ("cross_entropy", "squared_error"):
        numerical = np.gradient(slopes[f"{name}_slope"], slopes["z"])
        drawn = np.interp(slopes["z"], data["z"], data[name])
        np.testing.assert_allclose(drawn[1:-1], numerical[1:-1], atol=3e-3)
    assert data["cross_entropy"].min() > 0 > data["squared_error"].min()


def test_the_caption_of_the_curvatures_names_the_turning_point():
    # sigma'^2 + (p - 1) sigma'' = p (1-p)^2 (3p - 1) is 0 at p = 1/3, the score -ln 2
    assert f"${-np.log(2):.2f}$" in figures.curvatures().caption


def test_every_step_of_both_descents_lowers_the_loss():
    assert np.all(np.diff(figures.descent_on_scores().data["loss"]) < 0)
    bowl = figures.logistic_bowl()
    walk = np.stack([bowl.data["w"], bowl.data["b"]])
    assert np.abs(np.diff(walk)[:, -1]).max() < 0.01
