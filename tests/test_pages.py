"""Markdown sources are read as the engine reads them: the same formulas, at their places."""

from __future__ import annotations

import html
import re

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwlib import pages

EXTENSIONS = [
    "admonition",
    "attr_list",
    "def_list",
    "footnotes",
    "md_in_html",
    "tables",
    "toc",
    "pymdownx.arithmatex",
    "pymdownx.details",
    "pymdownx.superfences",
    "pymdownx.tabbed",
]
OPTIONS = {
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.tabbed": {"alternate_style": True},
}
RENDERED = re.compile(
    r'<(?:span|div) class="arithmatex">(\\\(|\\\[)(.*?)(?:\\\)|\\\])</(?:span|div)>', re.DOTALL
)


def rendered(text):
    """Return the formulas that arithmatex finds, sorted: (tex, display)."""
    page = markdown.markdown(text, extensions=EXTENSIONS, extension_configs=OPTIONS)
    return sorted((html.unescape(tex), opening == r"\[") for opening, tex in RENDERED.findall(page))


def found(text):
    return sorted((one.tex, one.display) for one in pages.parse(text).formulas)


def places(text):
    return [(one.tex, one.line, one.column) for one in pages.parse(text).formulas]


# ----------------------------------------------------------------------------------- by hand

SOURCES = {
    "inline": "The slope is $a$, and \\(b + c\\) too.",
    "smart dollar": "It costs $5 and 6$ or $ 7$ or $8 $; but $x$ is maths, $y$, $z$.",
    "escaped": r"A \$x$ and \\$y$ and $a \$ b$ and $a\\$.",
    "two lines": "A $a +\nb$ goes on.",
    "code": "`$a$` and ``$b` $c$`` and $d$ and `` ` `` $e$",
    "code unclosed": "A ` and $a$ and `` `b` $c$",
    "display": "$$a$$\n\n$$\nb\n$$\n\n\\[c\\]\n\n\\begin{align}\nd &= e\n\\end{align}",
    "heading": "# A $a$\n\n## B $b$ {#b}\n$$c$$",
    "setext": "A $a$\n=====\n\nB $b$\n---\n",
    "fence": "```\n$a$\n```\n\n~~~python\n$$b$$\n~~~\n\n$c$",
    "fence in list": "- $a$\n\n    ```\n    $b$\n    ```\n\n- $c$",
    "indented code": "Text\n\n    $a$ is code\n\n$b$ is not",
    "list": "- $a$\n- b $c$\n    - $d$\n\n1. $e$\n\n    $$f$$\n\n    more $g$",
    "admonition": '!!! note "Title $a$"\n    $$b$$\n\n    $c$ and\n\n        $d$ is code\n\n$e$',
    "details": '??? tip "T $a$"\n\n    $$\n    b\n    c\n    $$\n\nend',
    "tabs": '=== "A $a$"\n\n    $$b$$\n\n=== "B"\n\n    $c$\n',
    "nested": "!!! note\n\n    - $a$\n\n        $$b$$\n\n    ??? tip\n\n        $$c$$\n",
    "quote": "> $a$ and\n> $b$\n>\n> $$c$$\n>\n> - $d$\n",
    "table": "| $a$ | b |\n|-----|---|\n| $c$ | `$d$` |\n| $e \\mid f$ | $g$ |\n",
    "footnote": "Text[^1] $a$\n\n[^1]: Note $b$.\n\n    $$c$$\n",
    "definition": "Term $a$\n:   Meaning $b$\n\n    $$c$$\n",
    "comment": "<!-- $a$ -->\n\n$b$\n\n<!--\n$$c$$\n-->\n\n$d$",
    "html": '<div>\n$a$\n</div>\n\n<div markdown="1">\n$b$\n</div>\n\n<span>$c$</span>',
    "emphasis": "**$a$** and *b $c_1$ d $e_2$*",
    "link": "[$a$](x.md) and ![$b$](y.png)",
    "backslashes": r"$a \\ b$ and $\frac{1}{2}$ and \\(c\\)",
    "comment lines": "$$\n% domain: 0 < y < 1\na = b\n\\label{eq-x}\n$$",
}


@pytest.mark.parametrize("text", SOURCES.values(), ids=SOURCES)
def test_finds_what_arithmatex_finds(text):
    assert found(text) == rendered(text)


def test_the_comparison_would_notice():
    assert found("$a$ `$b$`") != rendered("$a$ $b$")


def test_a_pipe_in_a_formula_of_a_table_is_told():
    page = pages.parse("| a | b |\n|---|---|\n| $x$ | $|y|$ and $\\mid$ |\n| `|` | $5 |\n")
    assert [(one.line, one.column, one.message) for one in page.problems] == [(3, 10, pages.SPLIT)]


def test_places_are_those_of_the_file():
    text = "---\ntitle: T\n---\n# A $a$\n\n- b $c$\n\n    $$\n    d\n    $$\n"
    assert places(text) == [("a", 4, 6), ("c", 6, 6), ("\nd\n", 8, 7)]


def test_each_letter_of_a_formula_has_its_place():
    formula = pages.parse("!!! note\n\n    $$\n    a\n    bc\n    $$\n").formulas[0]
    assert formula.at(formula.tex.index("a")) == (4, 5)
    assert formula.at(formula.tex.index("c")) == (5, 6)


def test_leading_tabs_do_not_move_columns():
    assert places("- a\n\n\t$$b$$\n") == [("b", 3, 4)]


def test_windows_line_ends():
    assert places("A\r\n\r\n$$\r\na\r\n$$\r\n") == [("\na\n", 3, 3)]


# ----------------------------------------------------------------------- what else stands there


def test_front_matter():
    page = pages.parse("---\ntitle: A $a$\nnumber: 3\n---\n$b$\n")
    assert (page.meta["title"], page.number) == ("A $a$", "3")
    assert [one.tex for one in page.formulas] == ["b"]


def test_no_front_matter():
    page = pages.parse("# A\n\n---\n\nnumber: 3\n\n---\n")
    assert (page.meta, page.number) == ({}, "")


def test_headings_and_sections():
    text = "$a$\n\n# A\n\n$b$\n\n## B\n\n$c$\n\n### C\n\n$d$\n\n## D\n\n$e$\n"
    page = pages.parse(text)
    assert [(one.level, one.text, one.line) for one in page.headings] == [
        (1, "A", 3),
        (2, "B", 7),
        (3, "C", 11),
        (2, "D", 15),
    ]
    assert [one.section for one in page.formulas] == [0, 1, 2, 2, 3]


def test_executed_blocks():
    text = (
        "# A\n\n```python\nno()\n```\n\n"
        '- b\n\n    ```python exec="1" html="1" id="fig-b"\n    from x import y\n    y()\n'
        "    ```\n\n"
        '``` { .python exec="on" #tab-c }\nz()\n```\n'
    )
    blocks = pages.parse(text).blocks
    assert [(one.id, one.line, one.code) for one in blocks] == [
        ("fig-b", 9, "from x import y\ny()"),
        ("tab-c", 14, "z()"),
    ]
    assert blocks[0].options["html"] == "1"


def test_the_words_before_a_formula():
    formulas = pages.parse("It holds for $x > 0$, and\nwhere $y$ is.").formulas
    assert formulas[0].lead.endswith("holds for ")
    assert formulas[1].lead.endswith("and\nwhere ")


def test_a_display_in_a_sentence_is_found_and_reported():
    page = pages.parse("Text $$a$$ goes on.\n\n$$b$$\n$$c$$\n")
    assert [one.tex for one in page.formulas] == ["a", "b", "c"]
    assert [(one.line, one.column) for one in page.problems] == [(1, 8), (3, 3), (4, 3)]
    assert "blank line" in page.problems[0].message


def test_a_display_that_never_closes_is_reported():
    page = pages.parse("$$\na\n\nb\n$$\n")
    assert [one.line for one in page.problems] == [1, 5]
    assert "does not close" in page.problems[0].message


# ----------------------------------------------------------------------------------- numbering


def test_numbering(tmp_path):
    (tmp_path / "a.md").write_text(
        "---\nnumber: 3\n---\n$$a \\label{eq-one}$$\n\n$$b$$\n\n$$c \\label{eq-two}$$\n\n"
        '```python exec="1" id="fig-x"\n1\n```\n\n```python exec="1" id="tab-y"\n1\n```\n'
    )
    (tmp_path / "b.md").write_text("$$a \\label{eq-three}$$\n\n$$a \\label{eq-one}$$\n")
    numbering = pages.site_numbering(tmp_path)
    assert {name: (one.number, one.page) for name, one in numbering.labels.items()} == {
        "eq-one": ("3.1", "a.md"),
        "eq-two": ("3.2", "a.md"),
        "fig-x": ("3.1", "a.md"),
        "tab-y": ("3.1", "a.md"),
        "eq-three": ("1", "b.md"),
    }
    ((page, problem),) = numbering.problems
    assert (page, problem.line) == ("b.md", 3)
    assert "a.md:4" in problem.message


# --------------------------------------------------------------------------------- properties

INLINE = st.lists(
    st.sampled_from(
        [
            "$a$",
            "$b + c$",
            "$ d$",
            "\\(f\\)",
            "`$h$`",
            "``$h$`",
            "words",
            "\\$",
            "**$m$**",
            "`",
            "$",
        ]
    ),
    min_size=1,
    max_size=4,
).map(" ".join)
DISPLAY = st.sampled_from(["$$d$$", "$$\ne\n$$", "\\[g\\]", "\\begin{align}\nx\n\\end{align}"])
PARAGRAPH = st.one_of(INLINE, DISPLAY)


def indented(text, width=4):
    return "\n".join(" " * width + line for line in text.split("\n"))


BLOCK = st.one_of(
    PARAGRAPH,
    INLINE.map("## {}".format),
    st.lists(INLINE, min_size=1, max_size=3).map(
        lambda rows: "\n".join(f"- {row}" for row in rows)
    ),
    st.tuples(INLINE, PARAGRAPH).map(lambda two: f"- {two[0]}\n\n{indented(two[1])}"),
    st.tuples(INLINE, PARAGRAPH).map(lambda two: f'!!! note "{two[0]}"\n\n{indented(two[1])}'),
    st.tuples(INLINE, PARAGRAPH).map(lambda two: f'??? note "{two[0]}"\n{indented(two[1])}'),
    PARAGRAPH.map(lambda text: "\n".join(f"> {line}" for line in text.split("\n"))),
    st.tuples(INLINE, INLINE).map(lambda two: f"| {two[0]} | b |\n|---|---|\n| c | {two[1]} |"),
    INLINE.map("<!-- {} -->".format),
    INLINE.map("```\n{}\n```".format),
)


@settings(max_examples=300, derandomize=True)
@given(st.lists(BLOCK, max_size=5).map("\n\n".join))
def test_any_page_that_draws_no_complaint_is_read_as_it_is_rendered(text):
    page = pages.parse(text)
    if not page.problems:
        ours = sorted((one.tex, one.display) for one in page.formulas)
        assert ours == rendered(text)


@settings(max_examples=200, derandomize=True)
@given(st.text())
def test_any_text_is_read(text):
    for formula in pages.parse(text).formulas:
        assert formula.line >= 1
        assert len(formula.places) == formula.tex.count("\n") + 1
