"""The report of the checks: carried by each page, gathered when the site is published."""

import json
import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from hwlib import publish
from hwlib.publish.report import write_report
from tests import tinysite

ROOM = """\
# The report

A formula of its own: $2 + 2 = 4$.

<div class="hw-report" data-part="counts" data-search-exclude><p>only a preview</p></div>
<div class="hw-report" data-part="unchecked" data-search-exclude><p>only a preview</p></div>
<div class="hw-report" data-part="claims" data-search-exclude><p>only a preview</p></div>
"""
OTHER = r"""# Sums of $n$ < words

$$
(a + b)^2 = a^2 + 2ab + b^2
$$

$$
\label{eq-two}
\sigma(x) := \frac{1}{1 + e^{-x}}
$$

$$
% unchecked: false on purpose, "signs"
1 = 2
$$

$$
% unchecked: a limit of the program
3 = 3
$$

A range: $x^2 \ge 0$. A letter: $n$.

It took 0.25 s. <!-- unchecked: by a stopwatch -->
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two pages as an engine leaves them."""
    docs = tinysite.write(tmp_path / "docs", report=ROOM, sub__other=OTHER)
    for name in ("report", "sub/other"):
        file = tmp_path / "site" / name / "index.html"
        file.parent.mkdir(parents=True)
        html = tinysite.render(docs, f"{name}.md")
        file.write_text(f"<html><body><article>{html}</article></body></html>", "utf-8")
    return tmp_path / "site"


def text(site: Path, page: str) -> str:
    return (site / page / "index.html").read_text("utf-8")


def test_a_page_carries_its_results_in_an_attribute(site):
    html = text(site, "sub/other")
    carried = html.split('data-results="')[1].split('"')[0]
    results = json.loads(unescape(carried))
    assert [(r["kind"], r["anchor"]) for r in results] == [
        ("claim", "m-2"), ("definition", "eq-two"), ("claim", "m-4"), ("claim", "m-5"),
        ("claim", "m-6"), ("prose", ""),
    ]  # fmt: skip
    assert 'id="m-2"' in html
    assert 'id="m-7"' not in html  # a lone letter states nothing


def test_the_report_has_every_claim_and_its_page(site):
    assert write_report(site) == []
    html = text(site, "report")
    assert "only a preview" not in html
    assert "<strong>5 claims</strong> on 2 pages" in html
    assert 'href="#m-1"' in html
    assert 'href="../sub/other/#m-2"' in html
    assert 'href="../sub/other/#m-5"' in html
    assert "Sums of n &lt; words" in html
    assert "words: false on purpose, &quot;signs&quot;" in html


def test_unchecked_claims_stand_before_all_others(site):
    write_report(site)
    html = text(site, "report")
    assert html.index("false on") < html.index("<details")


def test_what_nobody_decided_stands_before_what_is_wrong_on_purpose(site):
    write_report(site)
    html = text(site, "report")
    assert "Cannot be decided by the program (1)" in html
    assert html.index("a limit of the program") < html.index("false on purpose")


def test_a_number_that_nobody_checks_is_listed_with_its_page(site):
    write_report(site)
    html = text(site, "report")
    assert "Numbers in sentences (1)" in html
    assert '<a href="../sub/other/">0.25</a><br>Sums of n &lt; words: by a stopwatch' in html


def test_the_counts_add_up(site):
    write_report(site)
    claims = json.loads((site / "report" / "report.json").read_text("utf-8"))
    counts = Counter(one["verdict"] for one in claims if one["kind"] == "claim")
    assert counts.total() == 5
    assert counts["unchecked"] == 2
    assert counts["sampled"] == 1
    rows = text(site, "report").split("<tbody>")[1].split("</tbody>")[0]
    assert [int(n) for n in re.findall(r'">(\d+)</td>', rows)] == [2, 1, 2, 5]


def test_one_sentence_says_it_on_another_page(site):
    home = site / "index.html"
    home.write_text('<h1>Home</h1><div class="hw-report" data-part="summary"></div>', "utf-8")
    write_report(site)
    says = "5 claims</strong> on 2 pages: 2 proved by computer algebra, 1 checked with numbers."
    assert says in home.read_text("utf-8")
    assert "2 were not checked: 1 that the program cannot decide, 1 wrong" in home.read_text(
        "utf-8"
    )
    assert not (site / "report.json").exists()  # it stands once, beside the whole report


def test_the_file_has_the_form_of_the_command(site):
    write_report(site)
    claims = json.loads((site / "report" / "report.json").read_text("utf-8"))
    assert list(claims[0]) == [
        "file", "line", "column", "tex", "kind", "verdict", "left", "right", "point", "uses",
        "reason",
    ]  # fmt: skip
    assert [one["file"] for one in claims] == ["docs/report.md"] + 6 * ["docs/sub/other.md"]


def test_published_pages_carry_nothing(site):
    write_report(site)
    assert all("hw-results" not in text(site, page) for page in ("report", "sub/other"))


def test_the_report_is_the_same_again(site):
    before = {page: text(site, page) for page in ("report", "sub/other")}
    write_report(site)
    first = text(site, "report")
    for page, html in before.items():
        (site / page / "index.html").write_text(html, "utf-8")
    write_report(site)
    assert text(site, "report") == first


def test_what_an_engine_loses_is_told(site):
    file = site / "sub" / "other" / "index.html"
    file.write_text(file.read_text("utf-8").replace('class="hw-results"', "class=gone"), "utf-8")
    (fault,) = publish.write_report(site)
    assert fault.file == "sub/other/index.html"
    assert "lost" in fault.message


def test_a_site_without_a_room_only_loses_the_attribute(site):
    (site / "report" / "index.html").write_text("<h1>Nothing</h1>", "utf-8")
    assert write_report(site) == []
    assert not (site / "report" / "report.json").exists()
