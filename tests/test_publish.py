"""The proof over small sites made by hand, the swap, and the build command end to end."""

import base64
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tinysite import CONFIG, ROOT

from hwlib import publish
from hwlib.commands import engine
from hwlib.publish import Fault, exchange, proof
from hwlib.publish.fault import line_of

HEAD = (
    '<head><title>{0}</title><meta name="description" content="About {0}">'
    '<link rel="canonical" href="https://example.org/notes/{1}"></head>'
)


def made(folder, **sources_and_bodies):
    """Write sources with the pages that an engine would make of them: name=(markdown, body)."""
    docs, site = folder / "docs", folder / "site"
    for name, (source, body) in sources_and_bodies.items():
        page = site / ("" if name == "index" else name) / "index.html"
        for path in (docs / f"{name}.md", page):
            path.parent.mkdir(parents=True, exist_ok=True)
        (docs / f"{name}.md").write_text(source, "utf-8")
        head = HEAD.format(name, "" if name == "index" else f"{name}/")
        page.write_text(f"<!doctype html><html>{head}<body>{body}</body></html>", "utf-8")
    return docs, site


def faults(folder, **pages):
    docs, site = made(folder, **pages)
    return [str(fault) for fault in publish.prove(site, docs)]


# ------------------------------------------------------------------------------------- the proof


def test_a_whole_site_has_no_fault(tmp_path):
    index = '<a href="other/#here">o</a> <a href="https://elsewhere.example/no">e</a>'
    other = '<h2 id="here">h</h2><a href="..">up</a><a href="/notes/other/#here">me</a>'
    assert faults(tmp_path, index=("", index), other=("", other)) == []


def test_an_error_box_is_told_as_its_message(tmp_path):
    box = (
        '<div class="hw-error" role="alert"><pre>docs/index.md:3:7: a &lt; b&#10;  why</pre></div>'
    )
    assert faults(tmp_path, index=("", box)) == ["docs/index.md:3:7: a < b\n  why"]


def test_a_traceback(tmp_path):
    (fault,) = faults(tmp_path, index=("", "<pre>Traceback (most recent call last):</pre>"))
    assert fault.startswith("docs/index.md: a traceback stands on the page")


BLOCK = '# A\n\n```python exec="1" id="fig-a"\nprint(1)\n```\n'


def test_a_block_that_left_its_mark(tmp_path):
    assert faults(tmp_path, index=(BLOCK, '<div data-block="fig-a"></div>')) == []


def test_a_block_that_left_nothing(tmp_path):
    assert faults(tmp_path, index=(BLOCK, "")) == [
        "docs/index.md:3: block fig-a: it left nothing on the page"
    ]


def test_a_block_that_failed_is_told_once(tmp_path):
    box = '<div class="hw-error" role="alert"><pre>docs/index.md:3: block fig-a: no</pre></div>'
    assert faults(tmp_path, index=(BLOCK, box)) == ["docs/index.md:3: block fig-a: no"]


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("nowhere/", "there is no nowhere/index.html"),
        ("other/#no", "other/index.html has no #no"),
        ("#no", "index.html has no #no"),
        ("other/data.csv", "there is no other/data.csv"),
        ("/notes/nowhere/", "there is no nowhere/index.html"),
        ("https://example.org/notes/nowhere/", "there is no nowhere/index.html"),
    ],
)
def test_a_link_that_leads_nowhere(tmp_path, link, why):
    source = f"# A\n\n[there]({link.rstrip('/')})\n"
    index, other = (source, f'<a href="{link}">there</a>'), ("", "")
    assert faults(tmp_path, index=index, other=other) == [
        f"docs/index.md:3: a link leads nowhere: {link} ({why})"
    ]


def test_a_link_to_what_a_fault_kept_from_being_written_is_no_second_fault(tmp_path):
    body = '<a href="t/ABCD/">a tag</a><a href="tt/">another</a>'
    docs, site = made(tmp_path, index=("# A\n\n[a tag](t/ABCD/)\n\n[another](tt/)\n", body))
    assert len(publish.prove(site, docs)) == 2
    (other,) = publish.prove(site, docs, unwritten="t/")
    assert "leads nowhere: tt/" in str(other)


@pytest.mark.parametrize(
    "body",
    [
        '<svg><use href="#no"/></svg>',
        '<svg><use xlink:href="#no"/></svg>',
        '<svg><path clip-path="url(#no)"/></svg>',
        '<img src="no.png">',
    ],
)
def test_what_a_drawing_refers_to_must_be_there(tmp_path, body):
    (fault,) = faults(tmp_path, index=("", body))
    assert "leads nowhere" in fault


def test_a_dead_link_of_the_navigation_is_told_once(tmp_path):
    pages = {name: ("", f'<a href="{up}gone/">g</a>') for name, up in (("index", ""), ("b", "../"))}
    (fault,) = faults(tmp_path, **pages)
    assert fault.endswith("there is no gone/index.html (and on 1 more pages)")


def test_an_id_twice_on_a_page(tmp_path):
    (fault,) = faults(tmp_path, index=("\n{ #same }\n", '<i id="same"></i><b id="same"></b>'))
    assert fault == 'docs/index.md:2: the id "same" stands 2 times on the page; ids are unique'


def test_a_figure_twice_in_the_site(tmp_path):
    figure = ("", '<figure id="fig-a"></figure>')
    (fault,) = faults(tmp_path, a=figure, b=figure)
    assert fault == 'docs/b.md: the figure "fig-a" stands in docs/a.md too; choose another id'


def test_a_page_that_was_not_built(tmp_path):
    docs, site = made(tmp_path, index=("", ""))
    (docs / "more.md").write_text("# More\n", "utf-8")
    (fault,) = publish.prove(site, docs)
    assert str(fault) == "docs/more.md: the site has no page of it: more/index.html was not built"


def test_no_page_at_all(tmp_path):
    (tmp_path / "docs").mkdir()
    (fault,) = publish.prove(tmp_path / "site", tmp_path / "docs")
    assert "no page to build" in str(fault)


def test_every_page_has_a_title_and_a_description_of_its_own(tmp_path):
    docs, site = made(tmp_path, a=("", ""), b=("", ""), c=("", ""))
    page = site / "b" / "index.html"
    page.write_text(page.read_text("utf-8").replace("About b", "About a"), "utf-8")
    page = site / "c" / "index.html"
    page.write_text(page.read_text("utf-8").replace("<title>c", "<title>"), "utf-8")
    assert [str(fault) for fault in publish.prove(site, docs)] == [
        (
            "docs/b.md: the page has the description of docs/a.md; "
            "write one of its own in its front matter"
        ),
        "docs/c.md: the page has no title; write one in its front matter",
    ]


def test_the_site_s_description_is_no_page_s_own(tmp_path):
    docs, site = made(tmp_path, a=("", ""))
    lost = (site / "a" / "index.html").read_text("utf-8").replace("<title>a", "<title>404")
    (site / "404.html").write_text(lost, "utf-8")
    (fault,) = publish.prove(site, docs)
    assert str(fault) == "docs/a.md: the page has no description; write one in its front matter"


def test_front_matter_that_cannot_be_read(tmp_path):
    source = "---\nnumber: 7\ntitle: Task 7: slopes\n---\n\n# A\n"
    docs, site = made(
        tmp_path, index=(source, ""), good=('---\ntitle: "Task 7: slopes"\n---\n', "")
    )
    (fault,) = publish.prove(site, docs)
    assert str(fault) == (
        "docs/index.md:3: the front matter cannot be read: mapping values are not allowed here. "
        'Put a text that holds a colon into quotes, as in title: "Task 7: …"'
    )
    assert publish.errors(site, docs) == [fault]


def test_a_page_that_breaks_off_and_one_that_is_empty(tmp_path):
    docs, site = made(tmp_path, index=("", ""), torn=("", "words"), none=("", ""))
    (site / "none" / "index.html").write_text("")
    page = site / "torn" / "index.html"
    page.write_text(page.read_text("utf-8").removesuffix("ody></html>"), "utf-8")
    assert [str(fault) for fault in publish.prove(site, docs)] == [
        "docs/none.md: the page has no description; write one in its front matter",
        "docs/none.md: the page has no title; write one in its front matter",
        "docs/torn.md: the built page breaks off: torn/index.html has no </html> at its end",
        "none/index.html: the built file is empty",
    ]


def test_a_file_beside_the_pages_that_is_empty(tmp_path):
    docs, site = made(tmp_path, index=("", ""))
    (site / "assets").mkdir()
    (site / "assets" / "hw.css").touch()
    (fault,) = publish.prove(site, docs)
    assert str(fault) == "assets/hw.css: the built file is empty"


def test_a_page_that_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(proof, "LARGEST", 2_000_000)
    (fault,) = faults(tmp_path, index=("", "x" * 2_100_000), other=("", "x" * 1_900_000))
    assert fault == ("docs/index.md: the built page has 2.1 MB, at most are 2 MB; divide it")


def test_what_was_left_unfinished(tmp_path):
    body = r'<span class="arithmatex">\(a\)</span> hw-block-number'
    first, second = faults(tmp_path, index=("Text\n\nthen $a$.", body))
    assert first == "docs/index.md: the placeholder hw-block-number was not filled in"
    assert second == r"docs/index.md:3: a formula was not typeset: \(a\)"


def test_a_fault_without_a_file_is_its_message():
    assert str(Fault("", 0, "no")) == "no"


def test_line_of_nothing(tmp_path):
    assert line_of(tmp_path / "none.md", "a") == 0


# -------------------------------------------------------------------------------- data files


def test_data_become_files_beside_the_page(tmp_path):
    coded = base64.b64encode(b"z,s\n0,0.5\n").decode()
    link = f'<a class="hw-csv" download="fig-a.csv" href="data:text/csv;base64,{coded}">Data</a>'
    docs, site = made(tmp_path, task=("", link))
    assert publish.write_data_files(site) == [site / "task" / "fig-a.csv"]
    assert (site / "task" / "fig-a.csv").read_bytes() == b"z,s\n0,0.5\n"
    assert 'href="fig-a.csv"' in (site / "task" / "index.html").read_text("utf-8")
    assert publish.prove(site, docs) == []


# ---------------------------------------------------------------------------------- the swap


def folder_with(path, text):
    path.mkdir()
    (path / "index.html").write_text(text)
    return path


@pytest.mark.parametrize("at_once", [True, False])
def test_the_new_site_takes_the_place_of_the_old(tmp_path, monkeypatch, at_once):
    if not at_once:  # as on a system without it
        monkeypatch.setattr(exchange, "_exchange", lambda one, other: False)
    site = folder_with(tmp_path / "site", "old")
    with publish.aside(site, tmp_path / ".cache", pytest.fail) as new:
        folder_with(new, "new")
        publish.swap(new, site)
    assert (site / "index.html").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".cache", "site"]


def test_the_first_site(tmp_path):
    publish.swap(folder_with(tmp_path / ".site-1", "new"), tmp_path / "site")
    assert (tmp_path / "site" / "index.html").read_text() == "new"


def test_what_a_killed_build_left_is_cleaned_and_its_old_site_comes_back(tmp_path):
    folder_with(tmp_path / ".site-1", "half")
    folder_with(tmp_path / ".site-old-1", "old")
    with publish.aside(tmp_path / "site", tmp_path / ".cache", pytest.fail):
        pass
    assert (tmp_path / "site" / "index.html").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".cache", "site"]


HOLD = """
import subprocess, sys, time
from pathlib import Path
from hwlib import publish
with publish.aside(Path("site"), Path(".cache"), print) as new:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep({})"], close_fds=False)
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_build_waits_for_another_and_for_the_engine_of_a_killed_one(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(1)], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "held\n"
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        waited = []
        with publish.aside(tmp_path / "site", tmp_path / ".cache", lambda: waited.append(1)):
            assert waited == [1]


# ------------------------------------------------------------------------ what the engine says


def test_records_keep_the_lines_that_belong_to_them():
    said = ["INFO    -  Building\n", "WARNING -  Pages:\n", "  - a.md\n", "ERROR   -  No\n"]
    found = [(record.level, record.text) for record in engine.records(said)]
    assert found[1:] == [("INFO", "Building"), ("WARNING", "Pages:\n  - a.md"), ("ERROR", "No")]


def test_what_zensical_draws_is_located_and_its_last_word_is_no_news():
    said = [
        "Build started\n",
        "\x1b[33mWarning:\x1b[0m page does not exist\n",
        "   \x1b[38;5;246m╭\x1b[0m─[ sub/link.md:7:8 ]\n",
        " 7 │ [gone](gone.md)\n",
        " Warning: anchor does not exist\n",
        "   ╭─[ other.md:9:1 ]\n",
        "2 issues found\n",
        "Traceback (most recent call last):\n",
        '  File "main.py", line 81, in execute_build\n',
        "RuntimeError: Aborted because --strict flag is set\n",
    ]
    found = [engine.fault(record, Path("docs")) for record in engine.records(said)]
    assert [str(fault) for fault in found if fault] == [
        "docs/sub/link.md:7:8: page does not exist",
        "docs/other.md:9:1: anchor does not exist",
    ]


def fault_in(text, docs=Path("docs"), level="WARNING"):
    fault = engine.fault(engine.Record(level, text), docs)
    return fault and str(fault)


def test_a_link_warning_is_located(tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("# A\n\n[b](b.md)\n")
    said = "Doc file 'a.md' contains a link 'b.md', but the target is not found."
    assert fault_in(said, docs) == "docs/a.md:3: a link 'b.md', but the target is not found."


def test_the_last_exception_is_the_reason():
    first = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    f()\nOSError: one'
    text = f"Reading\n{first}\n\nDuring the handling:\n\n{first.replace('one', 'two: three')}"
    assert fault_in(text, level="DEBUG") == "the engine failed: OSError: two: three"
    strict = "RuntimeError: Aborted because --strict flag is set"
    text = f"{first}\n{first.replace('OSError: one', strict)}"
    assert fault_in(text, level="DEBUG") == "the engine failed: OSError: one"
    assert (
        fault_in("Loading\nError: bad\n  line 3", level="DEBUG") == "the engine failed: bad line 3"
    )


def test_news_is_no_fault_but_a_runtime_warning_is():
    assert fault_in("Cleaning site directory", level="INFO") is None
    assert fault_in("RuntimeWarning: overflow", level="INFO") == "RuntimeWarning: overflow"


def test_the_sum_of_warnings_is_not_a_warning():
    assert fault_in("No page\n\nAborted with 1 warnings in strict mode!") == "No page"


def test_the_engine_is_told_the_date(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "5")
    assert engine.environment(publish.history(ROOT), tmp_path)["SOURCE_DATE_EPOCH"] == "5"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert (
        engine.environment(publish.history(tmp_path), tmp_path)["SOURCE_DATE_EPOCH"] == "315532800"
    )


# -------------------------------------------------------------------------- the command itself


def project(folder, pages):
    """Make a project of its own from some pages (name: text), with this site's configuration."""
    docs = folder / "docs"
    docs.mkdir(parents=True)
    for name, text in pages.items():
        matter = f"---\ndescription: All about {name}\n---\n"
        (docs / f"{name}.md").write_text(matter + text, "utf-8")
    config = CONFIG.format(root=ROOT, docs="docs", site="site")
    (folder / "mkdocs.yml").write_text(config, "utf-8")
    return folder


def build(folder, *options):
    result = subprocess.run(
        [sys.executable, "-m", "hwlib", "build", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout, result.stderr


GOOD = {
    "index": "# Home\n\nSee @eq-same, [there](other.md#part-two).\n",
    "other": """# Other

## Part two

$$
a = a
\\label{eq-same}
$$

```python exec="1" html="1" id="tab-data"
link = '<a class="hw-csv" download="tab-data.csv" href="data:text/csv;base64,eg==">Data</a>'
print('<figure id="tab-data">' + link + '</figure>')
```
""",
}
BAD = {
    "index": "# Home\n\nText.",
    "block": '# Block\n\n```python exec="1" id="tab-broken"\nx = 0\nprint(1 / x)\n```\n',
    "exit": '# Exit\n\n```python exec="1" id="tab-exit"\nimport sys; sys.exit(0)\n```\n',
    "tex": "# TeX\n\nText\n\n$$\n\\frac{1}\n$$\n",
    "link": "# Link\n\n[gone](gone.md) and [no](index.md#no-such)\n",
    "id": "# Id\n\nA\n{ #same }\n\nB\n{ #same }\n",
    "reference": "# Reference\n\nSee @eq-nowhere.\n",
}
FAULTS = [
    "docs/block.md:6: block tab-broken: ZeroDivisionError: division by zero",
    "docs/exit.md:6: block tab-exit: SystemExit: 0",
    'docs/id.md:7: the id "same" stands 2 times',
    "docs/link.md:6: a link 'gone.md', but the target is not found",
    "docs/reference.md:6:5: ",
    "docs/tex.md:9:1: ",
]


def test_a_link_to_the_tags_is_no_fault_where_another_kept_them_from_being_written(tmp_path):
    folder = project(tmp_path, {"index": '# A\n\n<a href="t/">tags</a>\n\n$$\n1 = 2\n$$\n'})
    status, _, said = build(folder)
    assert status == 1
    assert "docs/index.md:9:1: false: 1 = 2" in said
    assert said.endswith("Not built: 1 problem; site/ is as it was.\n")


def test_a_bad_site_fails_with_all_its_faults_and_the_old_one_stands(tmp_path):
    folder = project(tmp_path, BAD)
    folder_with(folder / "site", "old")
    code, _, errors = build(folder)
    lines = [line for line in errors.splitlines() if not line.startswith("  ")]
    assert code == 1
    for expected in FAULTS:
        assert any(line.startswith(expected) for line in lines), (expected, errors)
    assert "@eq-nowhere" in errors
    assert "\\frac" in errors
    assert "Traceback" not in errors
    assert lines[-1] == f"Not built: {len(lines) - 1} problems; site/ is as it was."
    assert (folder / "site" / "index.html").read_text() == "old"
    assert sorted(path.name for path in folder.iterdir()) == [
        ".cache",
        "docs",
        "mkdocs.yml",
        "site",
    ]


def test_a_page_that_is_not_utf8_is_told_with_its_line(tmp_path):
    folder = project(tmp_path, BAD)
    (folder / "docs" / "latin.md").write_bytes(b"# A\n\nIn a caf\xe9\n")
    folder_with(folder / "site", "old")
    code, _, errors = build(folder)
    assert code == 1
    assert errors == (
        "docs/latin.md:3: byte 0xe9 is not UTF-8; save the file as UTF-8\n"
        "Not built: 1 problem; site/ is as it was.\n"
    )
    assert (folder / "site" / "index.html").read_text() == "old"


def test_a_good_site_is_built_and_built_again(tmp_path):
    folder = project(tmp_path, GOOD)
    for says in ("Built site/: ", "site/ is current and whole"):
        code, output, errors = build(folder)
        assert (code, errors) == (0, "")
        assert output.splitlines()[-1].startswith(says)
    assert (folder / "site" / "other" / "tab-data.csv").read_text() == "z"
    assert sorted(path.name for path in folder.iterdir()) == [
        ".cache",
        "docs",
        "mkdocs.yml",
        "site",
    ]


def test_a_killed_build_leaves_the_old_site_and_the_next_one_works(tmp_path):
    folder = project(tmp_path, GOOD)
    folder_with(folder / "site", "old")
    command = [sys.executable, "-m", "hwlib", "build"]
    variables = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=folder, env=variables, stdout=subprocess.DEVNULL) as process:
        while not list(folder.glob(".site-*")):
            time.sleep(0.01)
        process.kill()
    assert (folder / "site" / "index.html").read_text() == "old"
    code, _, errors = build(folder)
    assert (code, errors) == (0, "")
    assert not list(folder.glob(".site-*"))


def test_a_folder_without_a_configuration(tmp_path):
    code, _, errors = build(tmp_path)
    assert (code, errors.count("\n")) == (2, 1)
    assert "no mkdocs.yml" in errors


def test_a_broken_configuration_is_one_line(tmp_path):
    folder = project(tmp_path, GOOD)
    with (folder / "mkdocs.yml").open("a") as config:
        config.write("nav: [\n")
    code, _, errors = build(folder)
    assert code == 1
    assert errors.startswith("the engine failed: ")
    assert errors.count("\n") == 2
