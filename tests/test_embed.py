import base64
import re

import numpy as np
import pytest
from lxml import etree

from hwlib import embed
from hwlib.figures import plot
from hwlib.figures.plot import Plot
from hwlib.tables.table import Table


def line(n: int = 3) -> Plot:
    z = np.linspace(0.0, 1.0, n)
    figure, axes = plot.canvas()
    axes.plot(z, z / 3)
    data = {"z": z, "third": z / 3, "name": np.array(["a,b"] * n), "count": np.arange(n)}
    return Plot(figure, data, "A line", "It rises.", r"See $z < 1$ & \$5.")


def small() -> Table:
    return Table(["$z$", "what"], [["−1.0", "$a<b$"], ["2 × 10⁻⁹", "< 10⁻¹⁰"]], "Some $z$.")


def parse(text):
    return etree.fromstring(text.replace("data-search-exclude", 'data-search-exclude=""'))


@pytest.fixture(scope="module")
def drawing():
    return embed.figure(line)


def csv(text):
    coded = re.search(r'href="data:text/csv;base64,([^"]+)"', text)[1]
    return base64.b64decode(coded).decode()


def test_a_figure_has_its_parts(drawing):
    figure = parse(drawing)
    assert figure.tag == "figure"
    assert figure.get("id") == "hw-block-id"
    assert figure.get("class") == "hw-figure"
    tags = [etree.QName(child).localname for child in figure]
    assert tags == ["svg", "figcaption", "p", "details", "details"]


def test_the_caption_is_numbered_and_typeset(drawing):
    assert (
        '<figcaption><a class="hw-caption-number" href="#hw-block-id">Figure hw-block-number</a> '
        r'See <span class="arithmatex">\(z &lt; 1\)</span> &amp; $5.</figcaption>'
    ) in drawing


def test_the_data_have_six_digits(drawing):
    assert csv(drawing) == (
        'z,third,name,count\n0,0,"a,b",0\n0.5,0.166667,"a,b",1\n1,0.333333,"a,b",2\n'
    )
    assert 'download="hw-block-id.csv"' in drawing


def test_small_data_are_a_table_and_large_ones_are_not(drawing):
    assert "hw-fold-data" in drawing
    assert "0.166667</td>" in drawing
    assert "hw-fold-data" not in embed.figure(line, n=embed.SMALL + 1)
    assert "hw-fold-data" in embed.figure(line, n=embed.SMALL)


def test_the_code_is_shown_with_its_call(drawing):
    code = "".join(parse(embed.figure(line, n=4)).xpath("//details[last()]//code")[0].itertext())
    assert code.startswith(f"# {__name__}.line(n=4)\ndef line(n: int = 3) -> Plot:\n    z = np.")
    assert f"# {__name__}.line()\n" in "".join(parse(drawing).itertext())


def test_every_id_is_under_the_block(drawing):
    ids = re.findall(r'\sid="([^"]+)"', drawing)
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"hw-block-id(-\w+)?", name) for name in ids)


def test_twice_the_same_figure(drawing):
    assert embed.figure(line) == drawing


def test_a_table_has_its_parts():
    text = embed.table(small)
    made = parse(text)
    assert (made.tag, made.get("id"), made.get("class")) == ("figure", "hw-block-id", "hw-table")
    scroller = made.find("div")
    assert scroller.get("tabindex") == "0"
    assert scroller.get("aria-label") == "Table hw-block-number"
    assert r'<td><span class="arithmatex">\(a&lt;b\)</span></td>' in text
    assert '<th scope="row" class="hw-cell-number">−1.0</th>' in text
    assert '<td class="hw-cell-number">&lt; 10⁻¹⁰</td>' in text


def test_a_head_is_on_the_side_of_its_numbers():
    text = embed._grid(["a", "b"], [["x", "1.0"], ["y", ""], ["z", "0.97 GB"]])
    assert '<th scope="col">a</th><th scope="col" class="hw-cell-number">b</th>' in text


def test_what_a_function_returns_is_checked():
    with pytest.raises(TypeError, match=r"returns a Plot here; .*small returned Table"):
        embed.figure(small)
    with pytest.raises(TypeError, match=r"returns a Table here; .*line returned Plot"):
        embed.table(line)


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("a < b", "a &lt; b"),
        (r"costs \$5, not $x$", r'costs $5, not <span class="arithmatex">\(x\)</span>'),
        (
            "$a$ and $b$",
            r'<span class="arithmatex">\(a\)</span> and <span class="arithmatex">\(b\)</span>',
        ),
    ],
)
def test_text(source, written):
    assert embed.text(source) == written


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("-0.5", "−0.5"),
        ("1e-20", "1 × 10⁻²⁰"),
        ("-2.5e+08", "−2.5 × 10⁸"),
        ("exp", "exp"),
        ("3", "3"),
    ],
)
def test_data_are_shown_for_people(cell, shown):
    assert embed._shown(cell) == shown


def test_the_data_have_no_negative_zero():
    assert embed._plain(np.float64(-0.0)) == "0"
    assert embed._plain(np.float64(0.1) + np.float64(0.2)) == "0.3"
    assert embed._plain(np.int64(1234567)) == "1234567"
