import re
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hwlib.figures import plot, svg

SVG = "{http://www.w3.org/2000/svg}"


def make(draw, **words):
    figure, axes = plot.canvas()
    draw(axes)
    texts = {"title": "A line", "description": "It rises.", "caption": "See."} | words
    return plot.Plot(figure=figure, data={"z": np.zeros(1)}, **texts)


def everything(axes):
    z = np.linspace(-6.0, 6.0, 241)
    axes.plot(z, np.tanh(z), linestyle="--")
    axes.plot([0, 1], [0, 0.5], "o", color=plot.GREEN)
    axes.fill_between(z, 0, np.tanh(z), color=plot.ORANGE, alpha=0.2, linewidth=0)
    plot.shade(axes, z, [-1, 1], np.outer([-1, 1], z), levels=[0, 2, 4])
    plot.label(axes, r"$\sigma(z) < \frac{1}{2}$", (0, 0))


@pytest.fixture(scope="module")
def text():
    return svg.inline(make(everything, title="a < b", description="One & two."))


@pytest.fixture(scope="module")
def root(text):
    return etree.fromstring(text)


def test_words_come_first_and_are_referred_to(root):
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "a < b"
    assert root[1].tag == f"{SVG}desc"
    assert root[1].text == "One & two."
    assert root.get("role") == "img"
    assert root.get("aria-labelledby").split() == [root[0].get("id"), root[1].get("id")]


def test_it_scales_with_the_page(root):
    assert root.get("viewBox") == "0 0 374.4 230.4"
    assert root.get("width") is None
    assert root.get("height") is None


def test_every_id_is_the_blocks_and_single_and_used(root, text):
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(name.startswith("hw-block-id-") for name in ids)
    used = set(re.findall(r"#([\w-]+)[\")]", text)) | set(root.get("aria-labelledby").split())
    assert set(ids) == {name for name in used if name.startswith("hw")}


def test_every_reference_has_its_target(root):
    ids = {element.get("id") for element in root.iter()}
    for element in root.iter():
        for value in element.attrib.values():
            for target in re.findall(r"url\(#(.+?)\)|^#(.+)$", value):
                assert (target[0] or target[1]) in ids


def test_colours_are_custom_properties_with_the_hex_as_fallback(text):
    without = re.sub(r"var\(--hw-[a-z]+,#[0-9a-f]{6}\)", "", text)
    assert "#0072b2" in text
    assert not re.search(r"#[0-9a-f]{6}", without)
    assert "rgb" not in without


def test_nothing_of_a_document_is_left(root, text):
    names = {etree.QName(element).localname for element in root.iter()}
    assert names <= {"svg", "title", "desc", "defs", "path", "g", "use", "clipPath", "rect"}
    for word in ("<?xml", "<!", "matplotlib", "xlink", "class=", "\n"):
        assert word not in text


def test_coordinates_have_two_decimals(root):
    for element in root.iter():
        for name in ("d", "x", "y", "viewBox"):
            assert not re.search(r"\.\d{3}", element.get(name, ""))


def test_it_is_light(text):
    assert len(text) < 20_000


def test_twice_the_same_text(text):
    assert svg.inline(make(everything, title="a < b", description="One & two.")) == text


def test_the_same_text_in_another_process(text):
    code = (
        "import sys; sys.path.insert(0, 'tests'); import test_svg as t;"
        "print(t.svg.inline(t.make(t.everything, title='a < b', description='One & two.')))"
    )
    run = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, '.'); {code}"]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip() == text


def test_a_colour_of_ones_own_is_refused():
    with pytest.raises(ValueError, match=r"got #ff0000.*BLUE, ORANGE"):
        svg.inline(make(lambda axes: axes.plot([0, 1], color="red")))


def test_a_marker_keeps_its_filling_and_its_edge():
    dots = etree.fromstring(
        svg.inline(make(lambda axes: axes.plot(0, 0, "o", color=plot.GREEN, mec=plot.PURPLE)))
    )
    marker = next(path for path in dots[2] if "purple" in path.get("style", ""))
    shown = next(use for use in dots.iter(f"{SVG}use") if use.get("href")[1:] == marker.get("id"))
    assert "--hw-green" in shown.get("style")
    assert "--hw-purple" not in shown.get("style")


def test_neighbours_share_their_style_but_not_their_opacity():
    root = etree.fromstring(
        '<svg xmlns="http://www.w3.org/2000/svg"><g><path style="a"/><path style="a"/>'
        '<path style="b"/><path style="opacity:.5"/><path style="opacity:.5"/></g></svg>'
    )
    svg._share_styles(root)
    found = [(etree.QName(child).localname, child.get("style"), len(child)) for child in root[0]]
    faint = ("path", "opacity:.5", 0)
    assert found == [("g", "a", 2), ("path", "b", 0), faint, faint]


def test_a_bitmap_is_refused():
    with pytest.raises(ValueError, match="got a bitmap"):
        svg.inline(make(lambda axes: axes.imshow([[0, 1], [1, 0]])))


def test_text_without_a_colour_is_ink(root):
    assert root.get("style") == f"fill:var(--hw-ink,{plot.INK})"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0.504, ".5"),
        (-0.004, "0"),
        (-0.25, "-.25"),
        (12.0, "12"),
        (100.0, "100"),
        (-7.126, "-7.13"),
    ],
)
def test_numbers_are_short(number, written):
    assert svg._short(number) == written


def test_a_path_by_hand():
    assert svg._path("M 1 1 \nL 2 1 \nL 3 1 \nL 3 2.5 \nz\n") == "M1 1l2 0 0 1.5z"
    assert svg._path("M 0 0 \nQ 1 1 2 0 \nQ 3 -1 4 0 \n") == "M0 0q1 1 2 0 1-1 2 0"
    assert (
        svg._path("M 1 1 \nC 1 2 3 4 5.128 6 \nM 0 0 \nL 1 1 \n") == "M1 1c0 1 2 3 4.13 5M0 0l1 1"
    )


def test_letters_are_coarser_but_keep_their_size(root):
    glyphs = [path for path in root[2] if path.get("transform")]
    assert {path.get("transform") for path in glyphs} == {"scale(.125)"}
    assert not any("." in path.get("d") for path in glyphs)
    assert svg._path("M 80 160 \nL 800 160 \nL 84 240 \n", 1 / 8, 0) == "M10 20l90 0-90 10"


points = st.lists(st.tuples(*[st.floats(-1e4, 1e4)] * 2), min_size=1, max_size=60)


@settings(max_examples=60)
@given(points)
def test_relative_steps_do_not_drift(path):
    source = "M 0 0 " + " ".join(f"L {x:.6f} {y:.6f}" for x, y in path)
    numbers = [float(n) for n in re.findall(r"-?\d*\.?\d+", svg._path(source))]
    end = np.reshape(numbers, (-1, 2)).sum(axis=0)
    assert np.abs(end - path[-1]).max() <= 0.00501


@settings(max_examples=60)
@given(points)
def test_no_point_is_further_than_the_tolerance_from_what_is_kept(path):
    given_points = np.array(path)
    kept = svg._simplified(given_points)
    nearest = np.full(len(given_points), np.inf)
    for start, end in pairwise(kept):
        nearest = np.minimum(nearest, svg._distances(given_points, start, end))
    if len(kept) > 1:
        assert nearest.max() <= svg.TOLERANCE * (1 + 1e-9)
    assert kept[0].tolist() == list(path[0])
    assert kept[-1].tolist() == list(path[-1])


def test_a_straight_line_needs_two_points_and_a_corner_three():
    line = np.column_stack([np.linspace(0, 9, 50), np.linspace(0, 3, 50)])
    assert len(svg._simplified(line)) == 2
    assert len(svg._simplified(np.vstack([line, [[9.0, 0.0]]]))) == 3
