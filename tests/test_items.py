"""The inventory of a built site: what is an item, what it says, what it does not say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tagsite import eq, fig, heading, maths, write_site

from hwlib.publish.items import Verdict, inventory, plain_tex


def items(folder, **pages):
    return {item.label: item for item in inventory(*write_site(folder, **pages))}


TASK = (
    f"<p>First {maths('x')}, see <a class='hw-ref' href='../b/#eq-far'>(4.1)</a>.</p>"
    f"{heading(2, 'derivation', 'Why ' + maths('z') + ' falls')}"
    f"<p>Because  so.</p>\n{eq('eq-a')}"
    f"{heading(2, 'picture', 'Picture')}{fig('fig-a', caption='Up to ' + maths('y') + '.')}"
    '<div class="footnote"><ol><li>A note.</li></ol></div>'
)


def task(folder):
    return items(folder, task=("Task 3", "3", TASK), index=("Home", "", "<p>Hello.</p>"))


# ------------------------------------------------------------------------------ what is an item


def test_pages_sections_equations_and_figures_in_order(tmp_path):
    assert [(i.label, i.kind, i.address) for i in task(tmp_path).values()] == [
        ("index", "page", ""),
        ("task", "page", "task/"),
        ("task#derivation", "section", "task/#derivation"),
        ("task#picture", "section", "task/#picture"),
        ("eq-a", "equation", "task/#eq-a"),
        ("fig-a", "figure", "task/#fig-a"),
    ]


def test_sections_of_pages_without_a_number_are_not_items(tmp_path):
    assert list(items(tmp_path, about=("About", "", TASK))) == ["about", "eq-a", "fig-a"]


def test_what_an_engine_adds_is_not_an_item(tmp_path):
    site, docs = write_site(tmp_path, index=("Home", "", ""))
    (site / "404.html").write_text("<h1>Not found</h1>", "utf-8")
    assert [item.label for item in inventory(site, docs)] == ["index"]


def test_an_equation(tmp_path):
    item = task(tmp_path)["eq-a"]
    assert (item.name, item.number, item.title) == ("Equation (3.1)", "3.1", "read a = b")
    assert (item.page_title, item.section) == ("Task 3", "Why read z falls")
    assert (item.tex, dict(item.parts)) == ("a = b", {"tex": "a=b"})
    assert item.verdict == Verdict("proved", "It is proved.")
    assert item.drawing.startswith("<svg style=")
    assert item.drawing.endswith("</svg></svg>")
    assert item.markup.startswith('<div class="hw-math"')
    assert item.markup.endswith("</div>")
    assert dict(item.glyphs) == {"mjx-A": "M0 0h9z"}


def test_a_figure(tmp_path):
    item = task(tmp_path)["fig-a"]
    assert (item.name, item.title, item.description) == (
        "Figure 3.1",
        "A drawing",
        "It shows a line.",
    )
    assert (item.caption, item.data) == ("Up to $y$.", "x\n1\n")
    assert dict(item.parts) == {"data": "x\n1\n", "caption": "Up to $y$."}
    assert dict(item.glyphs) == {"mjx-B": "M0 0h8z"}


def test_data_that_have_become_a_file(tmp_path):
    from hwlib.publish import write_data_files

    site, docs = write_site(tmp_path, task=("Task 3", "3", TASK))
    before = inventory(site, docs)
    write_data_files(site)
    assert [item.parts for item in inventory(site, docs)] == [item.parts for item in before]


def test_a_section_says_its_words_formulas_and_figures(tmp_path):
    found = task(tmp_path)
    assert dict(found["task#derivation"].parts) == {
        "words": "Why $ falls\nBecause so.\n$",
        "formulas": "z\na=b",
        "drawn": "",
    }
    assert dict(found["task#picture"].parts) == {
        "words": "Picture\nUp to $.",
        "formulas": "y",
        "drawn": "fig-a x\n1\n",
    }
    assert found["task#derivation"].description == "Because so."


def test_a_page_says_all_of_it_with_its_footnotes(tmp_path):
    words = task(tmp_path)["task"].parts["words"]
    assert words.startswith("Task 3\nFirst $, see @eq-far.\n")
    assert words.endswith("A note.")
    assert "menu" not in words


# ------------------------------------------------------------------- what does not change an item


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(4.1)", "(4.9)"),  # the number of what is referred to
        ("Because  so.", "Because\nso."),  # how the source is broken into lines
        ("x = 1", "x = 2"),  # the code behind a figure
        ("M0 0l3 3", "M0 0l4 4"),  # a drawing
        ("It is proved.", "It is checked."),  # a verdict
        ("Figure 3.1", "Figure 3.2"),
    ],
)
def test_what_may_change_without_a_word(tmp_path, old, new):
    before = task(tmp_path / "a")
    assert old in TASK or old == "Because  so."
    after = items(tmp_path / "b", task=("Task 3", "3", TASK.replace(old, new)))
    assert after["task"].parts == before["task"].parts
    assert after["eq-a"].parts == before["eq-a"].parts
    assert after["fig-a"].parts == before["fig-a"].parts


def test_computed_text_is_no_part_of_a_page(tmp_path):
    page = '<p>So:</p><div class="hw-block" data-block="digest">123</div>'
    other = page.replace("123", "456")
    one = items(tmp_path / "a", a=("A", "", page))["a"]
    assert one.parts == items(tmp_path / "b", a=("A", "", other))["a"].parts
    assert one.parts["words"] == "A\nSo:"


def test_a_computed_table_is_part_of_a_page(tmp_path):
    page = '<div class="hw-block" data-block="tab-a"><table><tr><td>1</td></tr></table></div>'
    assert items(tmp_path, a=("A", "", page))["a"].parts["words"] == "A\n1"


# --------------------------------------------------------------------------------- TeX in short


@pytest.mark.parametrize(
    ("tex", "short"),
    [
        ("a  +\n b", "a+b"),
        (r"\sin x", r"\sin x"),
        (r"\sin  2", r"\sin2"),
        (r"\alpha \beta", r"\alpha\beta"),
        (r"a \\[0.4em] b", r"a\\b"),
        (r"a \\ [b]", r"a\\[b]"),
        (r"a \\[b] c", r"a\\[b]c"),
        (r"\text{for  all } x", r"\text{for all }x"),
        (r"\operatorname{logit} (p)", r"\operatorname{logit}(p)"),
        ("a % a remark\nb", "ab"),
        (r"5\,\% a", r"5\,\%a"),
    ],
)
def test_plain_tex(tex, short):
    assert plain_tex(tex) == short


TOKENS = st.sampled_from([r"\sin", "x", "2", "+", "{", "}", r"\\", r"\,", r"\frac", r"\text{a b}"])


@given(st.lists(TOKENS), st.lists(st.sampled_from([" ", "\n", "  "]), min_size=1))
def test_blanks_between_tokens_do_not_matter(tokens, blanks):
    wide = "".join(token + blanks[place % len(blanks)] for place, token in enumerate(tokens))
    assert plain_tex(wide) == plain_tex(" ".join(tokens))
    assert plain_tex(plain_tex(wide)) == plain_tex(wide)
