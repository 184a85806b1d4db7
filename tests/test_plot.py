import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from matplotlib.textpath import TextToPath

from hwlib.figures import plot


def drawn(**changes):
    figure, axes = plot.canvas()
    z = np.array([0.0, 1.0, 2.0])
    axes.plot(z, z)
    words = {"title": "A line", "description": "It rises.", "caption": "See $z$."}
    return plot.Plot(**({"figure": figure, "data": {"z": z}} | words | changes))


def test_a_plot_keeps_what_it_was_given():
    assert drawn().data["z"].tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "got no column"),
        ({"z": np.zeros((2, 2))}, r"'z' of shape \(2, 2\)"),
        ({"z": np.zeros(3), "p": np.zeros(2)}, "z: 3, p: 2"),
        ({"z": np.array([0.0, np.nan, np.inf])}, "column 'z' has 2 of 3.*nan at index 1"),
    ],
)
def test_data_that_cannot_be_a_table_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        drawn(data=data)


def test_words_may_stand_in_data():
    assert drawn(data={"curve": np.array(["a", "b"])}).data["curve"][1] == "b"


def test_a_drawn_nan_is_refused_even_if_the_data_hide_it():
    figure, axes = plot.canvas()
    axes.plot([0.0, 1.0], [0.0, np.nan], label="loss")
    with pytest.raises(ValueError, match="drawn line 'loss' has 1 of 2"):
        drawn(figure=figure)


@pytest.mark.parametrize("name", ["title", "description", "caption"])
def test_a_plot_without_words_is_refused(name):
    with pytest.raises(ValueError, match=f"needs a {name}"):
        drawn(**{name: " "})


def test_panels_are_stacked():
    figure, (top, bottom) = plot.canvas(2, height=5)
    assert (figure.get_figwidth(), figure.get_figheight()) == (plot.WIDTH, 5)
    assert top.get_subplotspec().rowspan.start < bottom.get_subplotspec().rowspan.start


def test_shade_lays_one_layer_a_level_that_is_reached():
    _, axes = plot.canvas()
    side = np.linspace(0.0, 1.0, 5)
    plot.shade(axes, side, side, np.add.outer(side, side), levels=[0.5, 1.5, 9.0])
    assert len(axes.collections) == 2


def test_shade_refuses_nan():
    _, axes = plot.canvas()
    with pytest.raises(ValueError, match="the shaded map has 1 of 4"):
        plot.shade(axes, [0, 1], [0, 1], [[0, 1], [2, np.nan]], levels=[0.5])


def test_the_style_uses_only_the_colours_of_the_module():
    lines = Path(plot.STYLE).read_text(encoding="utf-8").splitlines()
    written = re.findall(r"\b[0-9a-f]{6}\b", "\n".join(line.split("#")[0] for line in lines))
    assert {f"#{colour}" for colour in written} <= set(plot.COLOURS)
    assert len(written) > 10


def test_colour_names_are_those_of_the_module():
    for colour, name in plot.COLOURS.items():
        assert getattr(plot, name.upper()) == colour


def test_the_style_is_in_force_and_no_font_of_the_machine():
    assert matplotlib.rcParams["svg.hashsalt"] == "hwlib"
    own = Path(matplotlib.get_data_path())
    assert font_manager.fontManager.ttflist
    assert all(Path(font.fname).is_relative_to(own) for font in font_manager.fontManager.ttflist)


def test_a_formula_is_read_once_whatever_draws_it():
    one, another = TextToPath(), TextToPath()
    one.get_text_width_height_descent("$w_{17}$", FontProperties(), ismath=True)
    before = MathTextParser._parse_cached.cache_info().hits
    another.get_text_width_height_descent("$w_{17}$", FontProperties(), ismath=True)
    assert MathTextParser._parse_cached.cache_info().hits == before + 1
