"""One contract for three engines: the same pages, drawings and formulas, and the same refusals."""

import os
import re
import subprocess
import sys

import pytest
from lxml import html
from tinysite import ROOT

from hwlib.commands.engine import ENGINES

MATTER = "---\ndescription: All about {}\n---\n"
GOOD = {
    "index": "# Home\n\nSee @eq-slope and @fig-tiny in [the task](part/task.md#the-slope).\n",
    "part/task": """# Task

## The slope

Let $\\sigma(x) := \\frac{1}{1+e^{-x}}$. Then

$$
\\frac{d\\sigma(x)}{dx} = \\sigma(x)(1-\\sigma(x))
\\label{eq-slope}
$$

| a | $b$ |
|---|---|
| 1 | $1 + 1 = 2$ |

!!! note "Mind"
    Text[^1].

[^1]: A note.

```python exec="1" html="1" id="fig-tiny"
from hwlib import embed
from hwlib.figures import sigmoid
print(embed.figure(sigmoid.sigmoid_and_slope))
```
""",
}
BAD = {
    "index": "# Home\n\nText.",
    "block": '# Block\n\n```python exec="1" id="tab-broken"\nx = 0\nprint(1 / x)\n```\n',
    "exit": '# Exit\n\n```python exec="1" id="tab-exit"\nimport sys; sys.exit(0)\n```\n',
    "false": "# False\n\n$$\n1 + 1 = 3\n$$\n",
    "reference": "# Reference\n\nSee @eq-nowhere.\n",
}


def configuration(pages):
    """Return this site's configuration for other pages (Zensical would join inherited lists)."""
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    text = re.sub(r"(?ms)^nav:\n.*?\n\n", f"nav: {[f'{name}.md' for name in pages]}\n\n", text)
    return text.replace("custom_dir: hwlib", f"custom_dir: {ROOT}/hwlib").replace(
        "  - hwlib\n", "  - docs\n"
    )


def build(folder, pages, engine):
    """Build a project of some pages with an engine: exit code, messages, the site's folder."""
    for name, text in pages.items():
        path = folder / "docs" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MATTER.format(name) + text, "utf-8")
    (folder / "mkdocs.yml").write_text(configuration(pages), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "hwlib", "build", "--engine", engine],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr, folder / "site"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The good site as each engine built it."""
    sites = {}
    for engine in ENGINES:
        code, errors, sites[engine] = build(tmp_path_factory.mktemp(engine), GOOD, engine)
        assert (code, errors) == (0, ""), engine
    return sites


def pages(site):
    return {path.relative_to(site).as_posix(): path for path in site.rglob("*.html")}


def article(path):
    """The page's own part: what stands in the theme's article."""
    (found,) = html.parse(str(path)).getroot().xpath("//article")
    for button in found.xpath(".//*[contains(@class, 'md-content__button')] | .//form"):
        button.drop_tree()
    return found


def words(path):
    return " ".join(article(path).text_content().split())


def parts(path, pattern):
    text = path.read_text("utf-8").replace(" data-search-exclude", "")  # Zensical acts on it first
    return re.findall(pattern, text, re.DOTALL)


OTHERS = ENGINES[1:]


@pytest.mark.parametrize("engine", OTHERS)
def test_the_same_pages_at_the_same_addresses(built, engine):
    assert pages(built[engine]).keys() == pages(built["mkdocs"]).keys()
    first, other = ((built[name] / "sitemap.xml").read_text() for name in ("mkdocs", engine))
    entry = "<loc>(.*?)</loc><lastmod>(.*?)</lastmod>"
    assert re.findall(entry, first) == re.findall(entry, other)


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize("page", ["index.html", "part/task/index.html"])
def test_the_same_text(built, engine, page):
    first, other = (
        re.sub("[0-9a-f]{64}", "", words(built[name] / page)) for name in ("mkdocs", engine)
    )
    assert first == other


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize(
    ("what", "pattern", "least"),
    [
        ("figures", r'<figure id="fig-.*?</figure>', 1),
        ("drawings", r"<svg[^>]* role=\"img\".*?</svg>", 1),
        ("formulas and verdicts", r'<(?:span|div) class="hw-math.*?</mjx-container>', 4),
        ("references", r'<a class="hw-ref"[^>]*>', 0),
    ],
)
def test_the_same_bytes_where_it_matters(built, engine, what, pattern, least):
    first, other = (
        parts(built[name] / "part/task/index.html", pattern) for name in ("mkdocs", engine)
    )
    assert len(first) >= least, what
    assert first == other, what


@pytest.mark.parametrize("engine", ENGINES)
def test_references_lead_to_what_they_name(built, engine):
    (first, second) = article(built[engine] / "index.html").xpath(
        ".//a[contains(@class, 'hw-ref')]"
    )
    assert first.get("href").rstrip("/").endswith("part/task/#eq-slope")
    assert second.get("href").endswith("part/task/#fig-tiny")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_data_are_files(built, engine):
    assert (built[engine] / "part" / "task" / "fig-tiny.csv").read_bytes().startswith(b"x,")


def test_what_is_wrong_stops_every_build_with_the_same_message(tmp_path):
    said = {}
    for engine in ENGINES:
        code, errors, site = build(tmp_path / engine, BAD, engine)
        assert code == 1
        assert not site.exists()
        said[engine] = errors
    assert said["mkdocs"].splitlines()[-1].startswith("Not built: 4 problems")
    for start in (
        "docs/block.md:6: block tab-broken: ZeroDivisionError",
        "docs/exit.md:6: block tab-exit: SystemExit: 0",
        "docs/false.md:7:1: false: 1 + 1 = 3",
        "docs/reference.md:6:5: ",
    ):
        assert f"\n{start}" in f"\n{said['mkdocs']}", said["mkdocs"]
    assert said["properdocs"] == said["mkdocs"]
    assert said["zensical"] == said["mkdocs"]


def test_a_page_that_zensical_kept_is_not_used_again(tmp_path):
    pages = {"index": "# Home\n\nSee @eq-a.\n", "a": "# A\n\n$$\na = a\n\\label{eq-a}\n$$\n"}
    assert build(tmp_path, pages, "zensical")[0] == 0
    pages["a"] = pages["a"].replace("# A\n", "# A\n\n$$\nb = b\n\\label{eq-b}\n$$\n")
    code, errors, site = build(tmp_path, pages, "zensical")
    assert (code, errors) == (0, "")
    assert "(2)" in words(site / "index.html")


def test_an_engine_that_is_not_installed_is_one_line(tmp_path, monkeypatch, capsys):
    from hwlib.__main__ import main
    from hwlib.commands import engine

    (tmp_path / "mkdocs.yml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(engine.importlib.util, "find_spec", lambda name: None)
    assert main(["build", "--engine", "zensical"]) == 2
    assert capsys.readouterr().err == (
        "zensical is not installed; ./scripts/build --engine zensical installs it, as locked.\n"
    )
