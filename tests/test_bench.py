"""What `scripts/bench` builds its pages from, and what the page says of its figures."""

import json
import sys
from pathlib import Path

import pytest

from hwlib import pages as sources
from hwlib.mathcheck.pages import check_files
from hwlib.pages import number_pages
from hwlib.tables import speed

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from benchmarks import memory, pages, site, translate  # noqa: E402  (scripts, not a package)

PAGE = """\
---
title: Slopes
---

# Slopes

A slope[^1] of [this](../notation.md) is $a$:

$$
a := 2
\\label{eq-a}
$$

See @eq-a and @eq-b and @fig-c.

!!! answer "It is"

    Two.

```python exec="1" html="1" id="fig-c"
from hwlib import embed
from hwlib.figures import sigmoid
print(embed.figure(sigmoid.sigmoid_and_slope))
```

## Cut off

$$
b := 3
\\label{eq-b}
$$

```python exec="1" html="1" id="tab-d"
from hwlib import embed
from hwlib.tables import neuron
print(embed.table(neuron.saturation))
```
"""
BUILT = {"cold": 1.0, "warm": 1.0, "rebuild": 1.0, "edit": 1.0, "megabytes": 500.0}


@pytest.fixture
def short(monkeypatch):
    """A page is cut after its answer."""
    monkeypatch.setattr(pages, "WORDS", 24)


def test_an_excerpt_is_whole_paragraphs_without_ways_out(short):
    text, blocks = pages.excerpt(PAGE)
    assert text.startswith("# Slopes\n\nA slope of this is $a$:\n\n$$\na := 2")
    assert "See @eq-a and an equation and a figure." in text
    assert text.endswith('!!! answer "It is"\n\n    Two.\n')
    assert [name for name, _ in blocks] == ["fig-c", "tab-d"]


def test_no_copy_shares_a_name_or_a_block_with_another():
    made = pages.made(ROOT / "docs", 9)
    read = {page.name: sources.parse(page.markdown()) for page in made}
    assert number_pages(read).problems == []
    codes = [block.code for page in read.values() for block in page.blocks]
    assert len(set(codes)) == len(codes) == 18
    assert len({page.title for page in made}) == 9
    assert pages.folder_of(pages.FOLDER) != pages.folder_of(pages.FOLDER + 1)


def test_every_claim_of_the_pages_is_true(tmp_path):
    for page in pages.made(ROOT / "docs", len(pages.TASKS)):
        file = tmp_path / f"{page.number}.md"
        file.write_text(page.markdown(), "utf-8")
    found = check_files([(file, file.name) for file in sorted(tmp_path.iterdir())])
    assert all(len(results) > 5 for results in found)
    assert [one for results in found for one in results if one.failed] == []


def test_peers_get_the_same_text_formulas_and_functions(short):
    text, blocks = pages.excerpt(PAGE)
    page = pages.Page(1, "Slopes", text, blocks)
    notebook = translate.myst(page)
    assert "$$\na := 2\n$$" in notebook
    assert "**It is**\n\n\nTwo." in notebook
    assert "sigmoid.sigmoid_and_slope().figure" in notebook
    script = translate.sphinx_gallery(page)
    compile(script, "page.py", "exec")
    assert "is :math:`a`\\ :" in script
    assert "# .. math::\n# \n#     a := 2" in script
    assert 'print(*neuron.saturation().rows, sep="\\n")' in script


def test_a_block_that_cannot_be_translated_is_refused():
    page = pages.Page(1, "Slopes", "# Slopes", (("fig-c", "print(1)"),))
    with pytest.raises(ValueError, match=r"cannot be translated: print\(1\)"):
        translate.myst(page)


def test_rivals_have_what_they_are_named_for():
    config = (ROOT / "mkdocs.yml").read_text("utf-8")
    alone, plain = site.alone(config), site.plain(config)
    assert "arithmatex" not in alone
    assert "custom_fences" not in alone
    assert "markdown_exec.formatter" in plain
    assert "arithmatex" in plain
    for one in (alone, plain):
        assert "hooks" not in one
        assert "hwlib.extension" not in one
        assert "strict: false" in one


def test_memory_is_seen():
    with memory.watched(1) as peak:
        pass
    assert peak.megabytes >= 0


# ------------------------------------------------------------------------------------- the tables


@pytest.fixture
def record(tmp_path, monkeypatch):
    """A record whose ratios can be reckoned in the head."""
    common = {"date": "2026-01-02", "machine": "a machine", "python": "3.11.7"}
    figures = {
        "check": {"cold": 2.0, "warm": 0.2, "edit": 0.3},
        "site": {
            "alone": BUILT,
            "plain": {**BUILT, "cold": 9.0},
            "mkdocs": {**BUILT, "cold": 10.0, "warm": 1.2, "rebuild": 3.0, "edit": 2.2},
            "zensical": {**BUILT, "edit": 0.1},
            "bare": {"blocks": 1.0, "formulas": 1.0, "claims": 1.0},
        },
        "scale": {
            "mkdocs": {
                "10": {**BUILT, "cold": 10.0},
                "100": {**BUILT, "cold": 100.0},
                "1000": {**BUILT, "cold": 1900.0, "megabytes": 1500.0},
            },
            "zensical": {
                "10": {**BUILT, "cold": 10.0},
                "100": {**BUILT, "cold": 100.0},
                "1000": {**BUILT, "cold": 1000.0, "edit": 2.5},
            },
        },
        "peers": {
            "10": {
                "mkdocs": BUILT,
                "zensical": {**BUILT, "cold": 2.0},
                "one": {"cold": 4.0, "edit": 50.0},
                "other": {"cold": 5.0, "edit": 20.0},
            }
        },
    }
    file = tmp_path / "speed.json"
    file.write_text(json.dumps({name: {**common, "figures": f} for name, f in figures.items()}))
    monkeypatch.setattr(speed, "RECORD", file)
    return file


def test_goals_are_told_as_reached_or_missed(record):
    rows = {row[0]: row[1:] for row in speed.goals().rows}
    allowed = "cold build, by twice MkDocs alone and the bare computing"
    assert rows[allowed] == ["2.0", "1", "missed"]  # 10 / (2 × 1 + 3)
    assert rows["warm build, by MkDocs alone"] == ["1.2", "1.2", "reached"]
    assert rows["build after an edit, by MkDocs alone"] == ["3.0", "1.2", "missed"]
    assert rows["edit to served, by MkDocs alone"] == ["2.2", "1.1", "missed"]
    assert rows["edit to served with Zensical"] == ["0.10 s", "0.2 s", "reached"]
    assert rows["1000 pages: edit to served with Zensical"] == ["2.5 s", "2.5 s", "reached"]
    assert rows["1000 pages: memory with MkDocs"] == ["1.5 GB", "1 GB", "missed"]
    growth = "1000 pages: cold build with {}, a page more by a page more at 100"
    assert rows[growth.format("MkDocs")] == ["2.0", "1.1", "missed"]  # (1800 / 900) / (90 / 90)
    assert rows[growth.format("Zensical")] == ["1.0", "1.1", "reached"]
    best = "10 pages: cold build with {}, by the best other program"
    assert rows[best.format("MkDocs")] == ["0.25", "0.35", "reached"]  # 1 / 4
    assert rows[best.format("Zensical")] == ["0.50", "0.35", "missed"]
    edit = "10 pages: edit to served with MkDocs, by the best other program"
    assert rows[edit] == ["0.050", "0.1", "reached"]  # 1 / 20
    assert rows["checking all formulas of this site, cold"] == ["2.0 s", "3 s", "reached"]


def test_tables_show_the_record_with_machine_and_date(record):
    assert speed.site().rows[2] == ["this site with MkDocs", "10", "1.2", "3.0", "2.2"]
    assert "takes 3.0 s: 1.0 s for the blocks" in speed.site().caption
    assert speed.scale().rows[2] == ["1000 pages, MkDocs", "1900", "1.0", "1.0", "1.0", "1500"]
    assert speed.peers().rows[0] == ["10 pages, MkDocs", "1.0", "1.0"]
    assert speed.peers().rows[2] == ["10 pages, one", "4.0", "50"]
    for table in (speed.site, speed.scale, speed.peers):
        assert "Measured on 2026-01-02, a machine, Python 3.11.7." in table().caption


def test_the_record_of_the_project_can_be_shown():
    record = json.loads(speed.RECORD.read_text("utf-8"))
    assert set(record) == {"check", "peers", "scale", "site"}
    for table in (speed.goals, speed.site, speed.scale, speed.peers):
        assert table().rows
