import json
import re
from html import unescape
from pathlib import Path

import pytest
from tinysite import SITES, build, markdown_for, render, write

from hwlib import cache, extension
from hwlib.errors import PageError
from hwlib.markup import page as page_module
from hwlib.markup.formula import NARROW, SCALE
from hwlib.mathjax import MathJaxError
from hwlib.mathjax.node import WORKER
from hwlib.site import Place, place_of, site_at

GOOD = SITES / "good" / "docs"


@pytest.fixture
def collect(monkeypatch):
    monkeypatch.setenv("HWLIB_ERRORS", "collect")


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """Here formulas are typeset, whether true or not; test_verdict has them checked as well."""
    monkeypatch.delenv("HWLIB_ERRORS", raising=False)
    monkeypatch.setattr(page_module, "_judge", lambda pieces: [])
    monkeypatch.setattr(extension, "kept", lambda room, made_from, make, lasting: make())


def boxes(html):
    return [
        unescape(text)
        for text in re.findall(r'<div class="hw-error" role="alert"><pre>(.*?)</pre></div>', html)
    ]


def page(tmp_path, text):
    return render(write(tmp_path / "docs", index=text))


def fault(tmp_path, text):
    with pytest.raises(PageError) as caught:
        page(tmp_path, text)
    return str(caught.value)


# ------------------------------------------------------------------------------------------ maths


def test_inline_maths(tmp_path):
    html = page(tmp_path, "Where $a < b$ holds.")
    assert '<p>Where <span class="hw-math" data-tex="a &lt; b">' in html
    assert '<span class="hw-text" hidden>a &lt; b</span>' in html
    assert '<mjx-container jax="SVG" aria-hidden="true"><svg ' in html
    assert '<span class="hw-mml"><math data-search-exclude><mi>a</mi>' in html
    assert "arithmatex" not in html


def test_display_maths_with_a_number_and_an_address(tmp_path):
    html = page(tmp_path, "---\nnumber: 3\n---\n$$\na = a\n\\label{eq-same}\n$$\n")
    assert '<div class="hw-math" id="eq-same" data-tex="a = a">' in html
    assert re.search(r'<a class="hw-number" href="#eq-same"[^>]*>\(3\.1\)</a></div>', html)


def test_numbers_follow_the_labelled_ones_of_the_page(tmp_path):
    html = page(tmp_path, "$$ a = a $$\n\n$$ b \\label{eq-b} $$\n\n$$ c \\label{eq-c} $$\n")
    assert re.findall(r">\((\d)\)</a>", html) == ["1", "2"]


def test_directives_are_neither_shown_nor_copied(tmp_path):
    html = page(tmp_path, "$$\n% domain: x > 0\na = a\n% given: b = 1\n$$\n")
    assert 'data-tex="a = a"' in html
    assert "domain" not in html


def test_rows_are_copied_as_typed(tmp_path):
    html = page(tmp_path, "$$\n\\begin{aligned}\na &= b \\\\\n&= c\n\\end{aligned}\n$$\n")
    (tex,) = re.findall(r'data-tex="([^"]*)"', html)
    assert unescape(tex) == "\\begin{aligned}\na &= b \\\\\n&= c\n\\end{aligned}"


def test_a_long_row_turns_narrow_where_it_no_longer_fits(tmp_path):
    long = "a+b+c+d+e+f+g+h+i+j = k+l+m+n+o+p+q+r"
    html = page(tmp_path, f"$$ {long} $$\n\n$$ {long} \\label{{eq-x}} $$\n\n$$ a $$\n")
    plain, numbered = (int(w) for w in re.findall(r'class="hw-math hw-w(\d+)"', html))
    assert plain < numbered
    assert html.count("hw-narrow") == html.count("hw-wide") == 2
    css = (WORKER.parents[1] / "theme" / "assets" / "mathjax.css").read_text()
    for width in (plain, numbered):
        assert f"@container (width < {width}em) {{ div.hw-w{width} >" in css


def test_widths_in_python_css_and_worker_agree():
    worker = WORKER.read_text()
    assert f"const NARROW = {NARROW:g};" in worker
    assert f"const SCALE = {SCALE:g};" in worker


def test_what_cannot_break_scrolls_and_can_be_reached_by_keyboard(tmp_path):
    html = page(tmp_path, r"$$ \begin{pmatrix}" + "&".join("x" * 15) + r"\end{pmatrix} $$")
    assert '<span class="hw-scroll" tabindex="0" role="group" aria-label=' in html


def test_glyphs_stand_once_sorted_and_last(tmp_path):
    html = page(tmp_path, "# Title\n\n$b + a$ and $a + b$\n\n$$ a $$\n")
    ids = re.findall(r'<path id="([^"]+)"', html)
    assert ids == sorted(set(ids))
    assert set(re.findall(r'<use href="#([^"]+)"', html)) == set(ids)
    assert html.endswith("</defs></svg>:hw-->")
    assert html.count("<defs>") == 1


def test_what_no_search_is_to_read_is_a_comment_until_the_template(tmp_path):
    html = page(tmp_path, "Text $a^2$ and\n\n$$ 1 + 1 = 2 $$\n")
    read = re.sub(r"<!--hw:.*?:hw-->", "", html, flags=re.DOTALL)
    assert not re.search(r"<(?:svg|math|mjx-container|path)\b|hw-mark|hw-results", read)
    assert read.count('class="hw-text"') == 2
    content = (Path(extension.__file__).parent / "theme/partials/content.html").read_text()
    assert '{{ page.content | replace("<!--hw:", "") | replace(":hw-->", "") }}' in content


def test_a_page_is_drawn_once_for_all_builds_unless_something_is_wrong(tmp_path, monkeypatch):
    monkeypatch.setattr(extension, "kept", cache.kept)
    monkeypatch.setenv("HWLIB_CACHE", str(tmp_path / "cache"))
    drawn = []
    made = extension._made
    monkeypatch.setattr(extension, "_made", lambda *given: drawn.append(given[1]) or made(*given))
    first = page(tmp_path, "Here $a$.\n")
    assert page(tmp_path, "Here $a$.\n") == first
    assert len(drawn) == 1
    page(tmp_path, "Here $b$.\n")
    assert len(drawn) == 2
    monkeypatch.setenv("HWLIB_ERRORS", "collect")
    for _ in range(2):
        assert "hw-error" in page(tmp_path, "Here @eq-nowhere.\n")
    assert len(drawn) == 4


def test_a_page_without_maths_has_no_glyphs(tmp_path):
    assert "<svg" not in page(tmp_path, "Text, `$a$` and\n\n    $b$\n")


def test_maths_is_found_wherever_it_stands():
    html = render(GOOD)
    assert "arithmatex" not in html
    for tag in (r"<h1[^>]*>", r"<h2[^>]*>", r'<p class="admonition-title">', "<td>", "<p>"):
        assert re.search(rf'{tag}(?:(?!</).)*<span class="hw-math"', html, re.DOTALL), tag
    assert re.search(r'<div class="footnote">.*data-tex="2 \+ 2 = 4"', html, re.DOTALL)
    assert re.search(r'id="fig-one".*data-tex="y\^2"', html)
    assert re.search(r'data-block="tab-two">.*data-tex="t\^2"', html, re.DOTALL)


def test_rendering_twice_gives_the_same_bytes():
    assert render(GOOD) == render(GOOD)


def test_anchors_are_those_of_the_tex_and_titles_are_readable(tmp_path):
    docs = write(tmp_path / "docs", index="# On $\\sigma(z)$\n\n## If $a < b$ & c\n")
    md = markdown_for(docs, "index.md")
    html = md.convert((docs / "index.md").read_text())
    assert '<h1 id="on-sigmaz">' in html
    (top,) = md.toc_tokens
    assert top["name"] == "On σ(z)"
    assert top["children"][0]["name"] == "If a &lt; b &amp; c"
    assert "\\(" not in top["html"]


# ------------------------------------------------------------------------------------- references


def test_references_on_the_page_and_across_the_site():
    home, other = render(GOOD), render(GOOD, "sub/other.md")
    assert '<a class="hw-ref" href="#eq-sigmoid">(3.1)</a>' in home
    assert '<a class="hw-ref" href="#fig-one">Figure 3.1</a>' in home
    assert '<a class="hw-ref" href="#tab-two">Table 3.1</a>' in home
    assert '<a class="hw-ref" href="sub/other/#eq-other">(4.1)</a>' in home
    assert '<a class="hw-ref" href="../../#eq-sigmoid">(3.1)</a>' in other


def test_a_reference_in_what_a_block_prints():
    assert re.search(r'<td>.*<a class="hw-ref" href="#eq-long">\(3\.2\)</a></td>', render(GOOD))


def test_a_reference_ends_where_its_name_does(tmp_path):
    html = page(tmp_path, "$$ a \\label{eq-a-b} $$\n\nSee @eq-a-b, (@eq-a-b) and @eq-a-b.\n")
    assert html.count('href="#eq-a-b">(1)</a>') == 3
    assert "(1)</a>.</p>" in html


@pytest.mark.parametrize("text", ["me@eq-a.org", "`@eq-a`", "@equal", "@eq- a"])
def test_what_is_no_reference(tmp_path, text):
    assert "hw-ref" not in page(tmp_path, f"$$ a \\label{{eq-a}} $$\n\n{text}\n")


@pytest.mark.parametrize(
    ("target", "start", "expected"),
    [
        ("index.md", "index.md", ""),
        ("a.md", "index.md", "a/"),
        ("index.md", "a.md", "../"),
        ("b.md", "a.md", "../b/"),
        ("x/a.md", "x/b.md", "../a/"),
        ("x/index.md", "x/b.md", "../"),
        ("x/a.md", "x/index.md", "a/"),
        ("x/a.md", "y/z/b.md", "../../../x/a/"),
        ("x/README.md", "index.md", "x/"),
    ],
)
def test_addresses(target, start, expected):
    assert Place(Path("docs"), start).link(target) == expected


@pytest.mark.parametrize(
    ("target", "start", "expected"),
    [
        ("a.md", "a.md", ""),
        ("a.md", "index.md", "a.md"),
        ("index.md", "x/a.md", "../index.md"),
        ("x/a.md", "x/b.md", "a.md"),
    ],
)
def test_addresses_for_an_engine_that_mends_links(target, start, expected):
    assert Place(Path("docs"), start, mends_links=True).link(target) == expected


def test_a_new_label_on_another_page_is_seen(tmp_path):
    docs = write(tmp_path / "docs", index="@eq-new\n", other="text\n")
    with pytest.raises(PageError, match="refers to nothing"):
        render(docs)
    write(docs, other="---\nnumber: 7\n---\n$$ a \\label{eq-new} $$\n")
    assert "(7.1)</a>" in render(docs)


# ----------------------------------------------------------------------------------------- faults


def test_invalid_tex(tmp_path):
    message = fault(tmp_path, "---\ntitle: x\n---\n\nText and\nthen $\\frac{1}$.\n")
    assert message == r"docs/index.md:6:7: invalid TeX: Missing argument for \frac: \frac{1}"


def test_invalid_tex_in_a_display(tmp_path):
    message = fault(tmp_path, "# A\n\n$$\n\\foo = 1\n$$\n")
    assert message.startswith("docs/index.md:4:1: invalid TeX: Undefined control sequence \\foo")


def test_invalid_tex_from_a_block_names_the_block(tmp_path):
    text = '# A\n\n```python exec="1" id="x"\nprint(r"$\\foo$")\n```\n'
    assert fault(tmp_path, text).startswith("docs/index.md:3: block x: invalid TeX: Undefined")


def test_unknown_reference(tmp_path):
    message = fault(tmp_path, "$$ a \\label{eq-slope} $$\n\nText\nand @eq-slop.\n")
    assert message == (
        "docs/index.md:4:5: @eq-slop refers to nothing: no page has this label. "
        "Did you mean @eq-slope?"
    )


def test_duplicate_label(tmp_path):
    docs = write(tmp_path / "docs", a="$$ a \\label{eq-x} $$\n", b="\n$$ b \\label{eq-x} $$\n")
    render(docs, "a.md")
    with pytest.raises(PageError, match=r"docs/b\.md:2:\d+: the label 'eq-x' is taken: a\.md:1"):
        render(docs, "b.md")


def test_two_labels_at_one_formula(tmp_path):
    message = fault(tmp_path, "$$ a \\label{eq-x} \\label{eq-y} $$\n")
    assert "a formula has one label; this one has eq-x, eq-y" in message


def test_a_display_inside_other_text(tmp_path):
    assert fault(tmp_path, "Text\n$$ a $$\n").startswith("docs/index.md:2:3: a display formula")


def test_a_formula_that_is_typeset_but_not_scanned(tmp_path):
    text = '<p><span class="arithmatex">\\(a=b\\)</span></p>\n'
    assert "in the page but cannot be found in the source, so it is not checked" in fault(
        tmp_path, text
    )


def test_a_formula_that_is_scanned_but_not_typeset(tmp_path, monkeypatch):
    docs = write(tmp_path / "docs", index="$a$ then $b$\n")
    site = site_at(docs)
    source = site.page("index.md")
    source.formulas.append(source.formulas[0])
    with pytest.raises(
        PageError, match=r"docs/index\.md:1:2: .* in the source but not in the page"
    ):
        render(docs)


def test_a_decimal_that_nobody_checks(tmp_path):
    message = fault(tmp_path, "# A\n\nIt is 0.25 of $x$.\n")
    assert message.startswith("docs/index.md:3:7: undecided: 0.25")
    assert "<!-- unchecked: reason -->" in message


def test_a_decimal_with_its_reason_passes(tmp_path):
    html = page(tmp_path, "# A\n\nIt took 0.25 s. <!-- unchecked: measured -->\n")
    assert "0.25 s" in html


def test_only_python_is_executed(tmp_path):
    text = '```bash exec="1" id="x"\nls\n```\n'
    assert "only python is executed; got 'bash'" in fault(tmp_path, text)


def test_collected_faults_are_boxes_and_the_page_goes_on(tmp_path, collect):
    text = "# A\n\nBad $\\foo$, @eq-none.\n\n$$ \\bar $$\n\nGood $a$.\n"
    html = page(tmp_path, text)
    assert [message.split(": ")[0] for message in boxes(html)] == [
        "docs/index.md:3:6",
        "docs/index.md:3:13",
        "docs/index.md:5:4",
    ]
    assert 'data-tex="a"' in html
    assert r"<code>\foo</code>" in html


def test_no_mathjax_is_told_once(tmp_path, collect, monkeypatch):
    def missing(formulas):
        raise MathJaxError("Typesetting needs Node")

    monkeypatch.setattr(extension, "plain_texts", missing)
    monkeypatch.setattr(page_module, "typeset", missing)
    assert boxes(page(tmp_path, "# On $a$\n\n$b$ and $c$\n")) == [
        "docs/index.md: Typesetting needs Node"
    ]


def test_a_postprocessor_of_the_engine_reads_the_finished_page(tmp_path):
    from markdown.postprocessors import Postprocessor

    seen = []

    class Index(Postprocessor):
        def run(self, text):
            seen.append(text)
            return text

    docs = write(tmp_path / "docs", index="# On $a$\n\n$b$ & @eq-x\n\n$$ c \\label{eq-x} $$\n")
    md = markdown_for(docs, "index.md")
    md.postprocessors.register(Index(md), "search", 0)  # where Zensical's stands
    html = md.convert((docs / "index.md").read_text())
    assert seen[-1].strip() == html


def test_outside_an_engine(tmp_path):
    import markdown

    md = markdown.Markdown(extensions=["hwlib.extension"])
    with pytest.raises(RuntimeError, match="needs MkDocs, ProperDocs or Zensical"):
        md.convert("text")


def test_zensical_names_its_page_elsewhere():
    from types import SimpleNamespace

    context = SimpleNamespace(page=SimpleNamespace(path="x/a.md"), config={"docs_dir": "docs"})
    md = SimpleNamespace(treeprocessors={}, preprocessors={"rendering_context": context})
    assert place_of(md) == Place(Path("docs"), "x/a.md", mends_links=True)


# ------------------------------------------------------------------------------------ whole sites


def test_a_good_site_builds_and_its_search_holds_readable_text_once(tmp_path):
    code, output, site = build(GOOD, tmp_path)
    assert code == 0, output
    index = json.loads((site / "search" / "search_index.json").read_text())["docs"]
    titles = [entry["title"] for entry in index]
    assert titles == ["On e^(−x) here", "Where σ(x) &lt; 1", "Other"]
    text = index[0]["text"]
    assert text.count("σ(x) := 1/(1 + e^(−x))") == 1
    assert all("\\" not in entry["text"].replace("\\n", "") for entry in index)
    assert "<title>Home" in (site / "index.html").read_text()


BAD = {
    "invalid-tex": r"docs/index.md:8:1: invalid TeX: Missing argument for \frac",
    "unknown-reference": "docs/index.md:3:5: @eq-nowhere refers to nothing",
    "failing-block": "docs/index.md:5: block tab-broken: ZeroDivisionError: division by zero",
    "false-claim": "docs/index.md:7:2: false: (x + 1)^2 = x^2 + 1",
    "misspelt-option": "docs/index.md:3: python fence with an unknown option exce=",
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_site_stops_the_engine_with_the_place(tmp_path, name):
    docs = write(tmp_path / "docs", index=(SITES / "bad" / f"{name}.md").read_text())
    code, output, _ = build(docs, tmp_path)
    assert code == 1
    assert BAD[name] in output


def test_every_bad_site_is_built():
    assert {path.stem for path in (SITES / "bad").glob("*.md")} == set(BAD)


def test_collected_faults_let_the_engine_finish(tmp_path):
    docs = write(tmp_path / "docs", index=(SITES / "bad" / "failing-block.md").read_text())
    code, output, site = build(docs, tmp_path, HWLIB_ERRORS="collect")
    assert code == 0, output
    (message,) = boxes((site / "index.html").read_text())
    assert message.startswith(BAD["failing-block"])
