"""One contract for three engines: the same pages to the byte, and the same refusals.

What an engine does otherwise stands in the table of docs/built.md and nowhere else; each of its
rows is shown here to be so.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pytest
from lxml import html
from tinysite import ROOT, build_site

from hwlib.commands.engine import ENGINES

MKDOCS, PROPERDOCS, ZENSICAL = ENGINES
OTHERS = ENGINES[1:]
MATTER = "---\ntitle: {0}\ndescription: All about {0}\n---\n"
GOOD = {  # what the pages of the site may lack: footnotes, boxes, tables, maths in each, headings
    "index": "# Home\n\nSee @eq-slope and @fig-tiny in [the task](part/task.md#the-slope).\n",
    "part/task": """# Task

## The slope of $x^2$ {: #the-slope }

Let $\\sigma(x) := \\frac{1}{1+e^{-x}}$. Then

$$
\\frac{d\\sigma(x)}{dx} = \\sigma(x)(1-\\sigma(x))
\\label{eq-slope}
$$

| a | $b$ |
|---|---|
| 1 | $1 + 1 = 2$ |

!!! note "Mind"
    Text[^1], <a href="../../">raw</a>, <a href="../../sitemap.xml">file</a>.

[^1]: A note with $2 + 2 = 4$.

```python exec="1" html="1" id="fig-tiny"
from hwlib import embed
from hwlib.figures import sigmoid
print(embed.figure(sigmoid.sigmoid_and_slope))
```
""",
}
HOOK = "from pathlib import Path\ndef on_startup(**given):\n    Path('hooked').touch()\n"
BAD = {
    "index": "# Home\n\nText.",
    "block": '# Block\n\n```python exec="1" id="tab-broken"\nx = 0\nprint(1 / x)\n```\n',
    "exit": '# Exit\n\n```python exec="1" id="tab-exit"\nimport sys; sys.exit(0)\n```\n',
    "false": "# False\n\n$$\n1 + 1 = 3\n$$\n",
    "link": "# Link\n\n[gone](gone.md)\n",
    "reference": "# Reference\n\nSee @eq-nowhere.\n",
    "ambiguous": "# Ambiguous\n\n$$\nf(x) = f(x) + 1\n$$\n",
}


def configuration(pages):
    """Return this site's configuration for other pages (Zensical would join inherited lists)."""
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    text = re.sub(r"(?ms)^nav:\n.*?\n\n", f"nav: {[f'{name}.md' for name in pages]}\n\n", text)
    text = text.replace("custom_dir: hwlib", f"custom_dir: {ROOT}/hwlib")
    text = text.replace("- hwlib/hooks.py", f"- {ROOT}/hwlib/hooks.py\n  - hook.py")
    return text.replace("  - hwlib\n", "  - docs\n")


def build(folder, pages, engine):
    """Build a project of some pages with an engine: exit code, messages, the site's folder."""
    for name, text in pages.items():
        path = folder / "docs" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MATTER.format(name) + text, "utf-8")
    (folder / "mkdocs.yml").write_text(configuration(pages), "utf-8")
    (folder / "hook.py").write_text(HOOK)
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
def tiny(tmp_path_factory):
    """A tiny site as each engine built it."""
    sites = {}
    for engine in ENGINES:
        code, errors, sites[engine] = build(tmp_path_factory.mktemp(engine), GOOD, engine)
        assert (code, errors) == (0, ""), engine
    return sites


@pytest.fixture(scope="module")
def real(site, tmp_path_factory):
    """This site as each engine built it; MkDocs's is the one that all tests look at."""
    others = {name: build_site(tmp_path_factory.mktemp(name) / "site", name) for name in OTHERS}
    return {MKDOCS: site, **others}


@pytest.fixture(params=["tiny", "real"])
def built(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """What each engine says of a site that must not be published."""
    said = {}
    for engine in ENGINES:
        code, errors, site = build(tmp_path_factory.mktemp(f"bad-{engine}"), BAD, engine)
        assert code == 1
        assert not site.exists()
        said[engine] = errors.splitlines()
    return said


# ---------------------------------------------------------------------- what a site is made of

THEMES_OWN = re.compile(r"assets/(javascripts|stylesheets|images)/|search(/|\.json$)")
SUMS = {"SHA256SUMS", "sitemap.xml", "sitemap.xml.gz"}  # follow from the rest, and are read apart


def files(site):
    """The files of a site, but for those that each theme brings along."""
    paths = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    return {name: path for name, path in paths.items() if not THEMES_OWN.match(name)}


def pages(site):
    """The pages that an engine made."""
    return {
        name: path
        for name, path in files(site).items()
        if name.endswith(".html") and not name.startswith("t/")
    }


def comparable(text):
    """A page without its digest, the anchor of the frame, marks for the search, empty lines."""
    text = re.sub(r"[0-9a-f]{64}", "", text).replace(", with changes", "")
    text = text.replace('<a id="__skip" tabindex="-1"></a>', "")
    text = re.sub(r' data-search-exclude(="")?', "", text)
    return re.sub(r"(?m)^\s*\n", "", text)


def article(path):
    """What the author's page became: text, figures, formulas, verdicts, tags, links."""
    (found,) = re.findall(r"(?s)<article.*</article>", path.read_text("utf-8"))
    return comparable(found)


@dataclass
class Frame:
    """What surrounds an article: its maker, the words for machines, where its links lead."""

    generator: str
    head: list[tuple[str, ...]]
    navigation: set[tuple[str, str]]


def frame(path):
    tree = html.parse(str(path)).getroot()
    (generator,) = tree.xpath("//head/meta[@name='generator']/@content")
    here = "http://here.invalid/" + "x/" * 9
    head = [
        (one.tag, *(urljoin(here, value) for value in one.attrib.values()), one.text or "")
        for one in tree.xpath(
            "//head/title | //head/meta[not(@name='generator')]"
            " | //head/link[not(@rel='stylesheet')] | //head/script[@type='application/ld+json']"
        )
    ]
    links = {
        (urljoin(here, link.get("href")), " ".join(link.text_content().split()))
        for link in tree.xpath("//nav//a[@href]")
    }
    return Frame(generator, head, links)


def entries(site):
    """The addresses and dates of the site map; their order means nothing."""
    text = (site / "sitemap.xml").read_text()
    return sorted(re.findall("<loc>(.*?)</loc><lastmod>(.*?)</lastmod>", text))


# ------------------------------------------------------------------------------- the contract


@pytest.mark.parametrize("engine", OTHERS)
def test_the_same_files_at_the_same_addresses(built, engine):
    assert files(built[engine]).keys() == files(built[MKDOCS]).keys()
    assert entries(built[engine]) == entries(built[MKDOCS]) != []


@pytest.mark.parametrize("engine", OTHERS)
def test_the_same_articles_to_the_byte(built, engine):
    first, other = pages(built[MKDOCS]), pages(built[engine])
    wrong = [name for name in first if article(first[name]) != article(other[name])]
    assert wrong == []


@pytest.mark.parametrize("engine", OTHERS)
def test_everything_beside_the_pages_is_the_same_to_the_byte(built, engine):
    """Pages of tags and what can be taken away, data, citations, the report, scripts of ours."""
    first, other = files(built[MKDOCS]), files(built[engine])
    for name in first.keys() - pages(built[MKDOCS]).keys() - SUMS:
        one, two = (site[name].read_bytes() for site in (first, other))
        if name.endswith(".html"):
            one, two = comparable(one.decode()), comparable(two.decode())
        assert one == two, name


@pytest.mark.parametrize("engine", OTHERS)
def test_the_same_words_for_machines_and_the_same_navigation(built, engine):
    first, other = pages(built[MKDOCS]), pages(built[engine])
    for name in first:
        one, two = frame(first[name]), frame(other[name])
        assert one.head == two.head, name
        assert one.navigation == two.navigation, name


def test_the_contract_is_about_what_matters(real):
    """Each kind of thing that the contract speaks of is there to be compared."""
    site = real[MKDOCS]
    whole = "".join(map(article, pages(site).values()))
    for kind, least in {
        '<figure id="fig-': 15,
        'role="img"': 15,
        "<mjx-container": 1000,
        "data-verdict=": 100,
        'class="hw-ref"': 50,
        'class="hw-tag"': 100,
        'class="hw-csv"': 15,
    }.items():
        assert whole.count(kind) >= least, kind
    names = "\n".join(files(site))
    for name in ("item.json", "equation.svg", "figure.csv", "cite.bib", "report.json"):
        assert name in names


def test_the_comparison_sees_a_difference(real, tmp_path):
    page = tmp_path / "index.html"
    text = (real[MKDOCS] / "hw1-part2" / "task-3" / "index.html").read_text("utf-8")
    for old, new in {' d="M': ' d="L', "<mi>x</mi>": "<mi>y</mi>", "task-4/": "task-5/"}.items():
        assert old in text
        page.write_text(text, "utf-8")
        before = article(page)
        start = text.index("<article")
        page.write_text(text[:start] + text[start:].replace(old, new, 1), "utf-8")
        assert article(page) != before, old


def test_what_is_wrong_stops_every_build_with_the_same_message(refused):
    first = refused[MKDOCS]
    assert first[-1] == "Not built: 6 problems; site/ is as it was."
    for start in (
        "docs/block.md:7: block tab-broken: ZeroDivisionError",
        "docs/exit.md:7: block tab-exit: SystemExit: 0",
        "docs/false.md:8:1: false: 1 + 1 = 3",
        "docs/link.md:7: a link",
        "docs/reference.md:7:5: ",
        "docs/ambiguous.md:8:1: ambiguous: ",
    ):
        assert any(line.startswith(start) for line in first), (start, first)
    for engine in OTHERS:
        for one, other in zip(first, refused[engine], strict=True):
            if not one.startswith("docs/link.md:7: "):  # see the table below
                assert other == one


# ----------------------------------------------------- what an engine does otherwise, and why

Shown = Callable[[pytest.FixtureRequest], None]
OTHERWISE: dict[tuple[str, str], Shown] = {}


def row(engine, start):
    """Register what shows that a row of the table is so, by the row's engine and first words."""

    def register(shown):
        OTHERWISE[engine, start] = shown
        return shown

    return register


@row("ProperDocs", "the frame of a page names another generator")
def _(sites):
    made = {name: frame(site / "index.html").generator for name, site in sites.real.items()}
    assert made[MKDOCS].startswith("mkdocs-1")
    assert made[PROPERDOCS].startswith("mkdocs-ProperDocs")
    assert made[ZENSICAL].startswith("zensical")


@row("Zensical", "the frame of a page, the search and the list of its words")
def _(sites):
    assert (sites.real[MKDOCS] / "search" / "search_index.json").is_file()
    assert (sites.real[ZENSICAL] / "search.json").is_file()
    assert (sites.real[ZENSICAL] / "assets" / "stylesheets" / "modern").is_dir()


@row("Zensical", "marks of what the search leaves out")
def _(sites):
    pages = [sites.tiny[name] / "part" / "task" / "index.html" for name in (MKDOCS, ZENSICAL)]
    first, other = (page.read_text().count("data-search-exclude") for page in pages)
    assert first > other


@row("Zensical", "a dead link has another message")
def _(sites):
    said = [next(line for line in sites.refused[name] if "link.md" in line) for name in ENGINES]
    assert said[0] == said[1]
    assert said[0].startswith("docs/link.md:7: a link 'gone.md', but the target is not found")
    assert said[2] == "docs/link.md:7:8: page does not exist"


@row("Zensical", "every build renders every page")
def _(sites):
    pages = {"index": "# Home\n\nSee @eq-a.\n", "a": "# A\n\n$$\na = a\n\\label{eq-a}\n$$\n"}
    assert build(sites.folder, pages, ZENSICAL)[0] == 0
    pages["a"] = pages["a"].replace("# A\n", "# A\n\n$$\nb = b\n\\label{eq-b}\n$$\n")
    code, errors, site = build(sites.folder, pages, ZENSICAL)
    assert (code, errors) == (0, "")
    assert ">(2)</a>" in article(site / "index.html")


@row("Zensical", "`hooks:` and plugins are passed over in silence")
def _(sites):
    ran = [(site.parent / "hooked").exists() for site in sites.tiny.values()]
    assert ran == [True, True, False]


@dataclass
class Sites:
    """All that was built, as it is asked for."""

    request: pytest.FixtureRequest
    folder: Path

    def __getattr__(self, name):
        return self.request.getfixturevalue(name)


def table():
    """The rows of the table in docs/built.md: the engine, what is different, why."""
    text = (ROOT / "docs" / "built.md").read_text("utf-8").split("## Three engines")[1]
    return [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in text.split("\n## ")[0].splitlines()
        if line.startswith("|")
    ][2:]


@pytest.mark.parametrize("number", range(len(table())))
def test_each_row_of_the_table_is_so(number, request, tmp_path):
    engine, what, why = table()[number]
    (shown,) = [one for (name, start), one in OTHERWISE.items()
                if name == engine and what.startswith(start)]  # fmt: skip
    assert len(why) > 10
    shown(Sites(request, tmp_path))


def test_the_table_has_every_row():
    assert len(table()) == len(OTHERWISE)


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
