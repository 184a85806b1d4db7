import re
from html import unescape

import pytest
from tinysite import render, write

from hwlib.errors import PageError
from hwlib.markup.verdict import SAYS, tell
from hwlib.mathcheck.verdict import PASSING, Result


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    monkeypatch.delenv("HWLIB_ERRORS", raising=False)


def page(tmp_path, text):
    return render(write(tmp_path / "docs", index=text))


def claim(verdict, reason="", kind="claim"):
    return Result("docs/x.md", 3, 5, "a = b", kind, verdict, reason=reason)


def mark(html):
    (text,) = re.findall(r'class="hw-mark" [^>]*aria-label="([^"]*)"', html)
    return unescape(text)


# --------------------------------------------------------------------------------- what is told


def test_every_passing_verdict_can_be_told():
    assert set(SAYS) == set(PASSING)


def test_the_weakest_claim_gives_the_mark_and_every_way_is_told_once():
    told = tell([claim("checked"), claim("sampled"), claim("checked")], display=True)
    assert told.attributes == (("data-verdict", "sampled"),)
    assert mark(told.mark) == (
        "3 claims. Holds at every point that was tried. "
        "Both sides agree at every point that was tried, with fifty digits."
    )


def test_a_reason_is_told():
    assert "fifty digits: for K = 2, 3." in mark(
        tell([claim("checked", "for K = 2, 3")], display=True).mark
    )


def test_what_claims_nothing_has_no_mark():
    assert tell([], display=True).mark == ""
    assert tell([claim("checked", kind="definition")], display=True).mark == ""


def test_readers_see_why_something_is_not_checked():
    told = tell([claim("unchecked", "quoted from <the> lecture")], display=True)
    assert '<p class="hw-note">Not checked: quoted from &lt;the&gt; lecture</p>' in told.mark


def test_inline_maths_has_no_mark_of_its_own():
    told = tell([claim("checked")], display=False)
    assert told.mark == ""
    assert dict(told.attributes)["data-verdict"] == "checked"
    assert "fifty digits" in dict(told.attributes)["title"]


def test_a_failure_has_no_mark_but_a_fault():
    told = tell([claim("checked"), claim("undecided", "too few points")], display=True)
    assert told.mark == ""
    (fault,) = told.faults
    assert str(fault) == "docs/x.md:3:5: undecided: a = b\n  too few points"


# -------------------------------------------------------------------------------------- in a page


def test_a_true_claim_is_marked(tmp_path):
    html = page(tmp_path, "$$ (x+1)^2 = x^2 + 2x + 1 $$\n\nAnd $1 + 1 = 2$.\n")
    assert mark(html).startswith("Proved by computer algebra")
    assert 'id="m-2" data-tex="1 + 1 = 2" data-verdict="proved" title="' in html


def test_a_false_claim_stops_the_build_with_a_counterexample(tmp_path):
    with pytest.raises(PageError) as caught:
        page(tmp_path, "# A\n\n$$\nf(x) := x^2\n$$\n\n$$\nf(x) = x^3\n$$\n")
    message = str(caught.value)
    assert message.startswith("docs/index.md:8:1: false: f(x) = x^3\n  left ")
    assert " at x = " in message
    assert "using f(x) := x^2  (line 4)" in message


def test_a_false_number_in_a_sentence(tmp_path):
    with pytest.raises(PageError, match=r"docs/index\.md:1:13: false: e \\approx 2\.719"):
        page(tmp_path, "It is that $e \\approx 2.719$ here.\n")


def test_a_false_claim_of_a_block_names_the_block(tmp_path):
    text = '# A\n\n```python exec="1" id="tab-x"\nprint("$1 + 1 = 3$")\n```\n'
    with pytest.raises(PageError, match=r"docs/index\.md:3:\d+: false: .*block tab-x"):
        page(tmp_path, text)


def test_what_a_block_prints_sees_the_definitions_before_it(tmp_path):
    text = '$$ c := 3 $$\n\n```python exec="1" id="x"\nprint("$c + 1 = 4$")\n```\n'
    assert 'data-verdict="proved"' in page(tmp_path, text)


def test_a_footnote_is_judged_where_it_was_written(tmp_path):
    text = (
        "$$ c := 3 $$\n\nA[^1]\n\n[^1]: That $c + 1 = 4$.\n\n## Next\n\n$$ c := 5 $$\n\n$c = 5$\n"
    )
    assert page(tmp_path, text).count('data-verdict="proved"') == 2


def test_in_a_preview_the_false_claim_shows_in_the_page(tmp_path, monkeypatch):
    monkeypatch.setenv("HWLIB_ERRORS", "collect")
    html = page(tmp_path, "$$ x = x + 1 $$\n\nText, $1 = 2$.\n\n$$ y = y $$\n")
    assert 'data-tex="x = x + 1" data-verdict="failed"' in html
    assert re.search(
        r'</div><div class="hw-error" role="alert"><pre>docs/index.md:1:4: false', html
    )
    assert html.startswith(
        '<div class="hw-error" role="alert"><pre>docs/index.md:3:8: false: 1 = 2'
    )
    assert 'data-tex="y = y" data-verdict="proved"' in html


def test_what_is_wrong_on_purpose_says_so(tmp_path):
    html = page(tmp_path, "$$\n% unchecked: false on purpose, the usual slip\n1 = 2\n$$\n")
    assert 'data-verdict="unchecked"' in html
    assert "Not checked: false on purpose, the usual slip</p>" in html


def test_what_no_calculation_settles_says_so(tmp_path):
    html = page(tmp_path, "$$\nx + x = 2x, \\quad X \\sim p\n$$\n")
    assert 'data-verdict="unchecked"' in html  # the weakest of the two
    assert "Not checked: it says how something is distributed" in html


def test_words_before_a_printed_condition_count(tmp_path):
    code = 'print("<p>Holds <b>for</b> $x > 0$ only.</p>".replace("$x > 0$", MATHS))'
    maths = '<span class=\\"arithmatex\\">\\\\(x > 0\\\\)</span>'
    text = f'```python exec="1" html="1" id="x"\nMATHS = "{maths}"\n{code}\n```\n'
    assert 'data-tex="x &gt; 0"' in page(tmp_path, text)


def test_a_block_may_say_why_its_formulas_are_not_checked(tmp_path):
    text = '```python exec="1" id="x" unchecked="they are from afar"\nprint("$1 + 1 = 3$")\n```\n'
    html = page(tmp_path, text)
    assert 'data-verdict="unchecked" title="Not checked: they are from afar."' in html
    assert '<p class="hw-note">The formulas above are not checked: they are from afar</p>' in html
