"""How the built site says that it is cited: every page and every item, read back from its files."""

import csv
import json
import re
import struct
from pathlib import Path

import pypandoc
import pytest
import rispy
from lxml import html
from pybtex.database import parse_string
from readers import heads, pandoc, said_by_pandoc

from hwlib import warm
from hwlib.cache import FOLDER
from hwlib.cite import formats, picture, project_at
from hwlib.publish.citations import citations
from hwlib.publish.items import inventory
from hwlib.publish.permanent import registry_at
from hwlib.publish.tags import read

ROOT = Path(__file__).parents[1]
SUFFIXES = ("bib", "ris", "json")


@pytest.fixture(scope="module")
def items(site):
    return inventory(site, ROOT / "docs")


@pytest.fixture(scope="module")
def cited(items):
    return citations(ROOT, items, registry_at(ROOT) or read(""))


def fields(stem):
    """Key, title, address and year of each work in the three files of one name."""
    texts = [stem.with_suffix(f".{suffix}").read_text("utf-8") for suffix in SUFFIXES]
    entries = parse_string(texts[0], "bibtex").entries.items()
    return (
        [(key, one.fields["url"], one.fields["year"]) for key, one in entries],
        [(one["id"], one["urls"][0], one["year"]) for one in rispy.loads(texts[1])],
        [
            (one["id"], one["URL"], str(one["issued"]["date-parts"][0][0]))
            for one in json.loads(texts[2])
        ],
    )


def head(file):
    tree = html.document_fromstring(file.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    tags = tree.xpath("//head/meta[@content]")
    named = [(tag.get("name") or tag.get("property"), tag.get("content")) for tag in tags]
    (script,) = tree.xpath("//head/script[@type='application/ld+json']")
    return named, json.loads(script.text)


def test_pictures_are_made_ahead_of_the_very_drawings_of_the_pages(items):
    shown = [item.drawing for item in items if item.kind == "figure"]
    assert len(shown) > 20
    assert sorted(warm.drawings(ROOT / "docs")) == sorted(shown)


def test_while_an_engine_renders_pictures_are_made(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path))
    drawn = [f'<svg viewBox="0 0 {n} 9"></svg>' for n in range(1, picture.FEWEST + 1)]
    monkeypatch.setattr(warm, "drawings", lambda _: drawn)
    with warm.picturing(ROOT / "docs"):
        pass
    monkeypatch.setattr(picture, "_rendered", pytest.fail)
    assert all(picture.of_figure(one).startswith(b"\x89PNG") for one in drawn)


def test_three_files_hold_the_whole_site(site, items, cited):
    works = [cited.site, *[cited.works[item.label] for item in items]]
    expected = [(work.key, work.url, str(work.day.year)) for work in works]
    for found in fields(site / "citations"):
        assert found == expected
    assert len({key for key, *_ in expected}) == len(expected) > 100


def test_pandoc_reads_the_whole_site_in_every_format(site, items, cited):
    works = {work.key: work for work in [cited.site, *[cited.works[item.label] for item in items]]}
    texts = {
        "bibtex": (site / "citations.bib").read_text("utf-8"),
        "biblatex": formats.biblatex(works.values()),
        "ris": (site / "citations.ris").read_text("utf-8"),
        "csljson": (site / "citations.json").read_text("utf-8"),
    }
    for form, text in texts.items():
        found = pandoc(text, form)
        assert found.keys() == works.keys(), form
        for key, item in found.items():
            assert item["URL"] == works[key].url
            assert item["author"] == [{"family": "Gaplanyan", "given": "Tigran"}]
            assert item["issued"]["date-parts"][0][0] == works[key].day.year
            if form in ("ris", "csljson"):
                assert item["title"] == works[key].title


@pytest.mark.parametrize("style", formats.STYLES)
def test_every_reference_is_what_pandoc_makes_of_the_file(site, items, cited, style):
    works = [cited.site, *[cited.works[item.label] for item in items]]
    pandocs = said_by_pandoc((site / "citations.json").read_text("utf-8"), style)
    ours = [formats.reference(work, style) for work in works]
    assert sorted(map(alone, ours)) == sorted(map(alone, pandocs))


def alone(reference):
    """Return a reference without what it has of its list (a number, the letter in 2026a).

    Which words of a name are written big is left out too: Pandoc does so after a hyphen.
    """
    without = re.sub(r"^\[\d+\]\s*|(?<=\b\d{4})[a-z]+(?=[,.)])", "", reference)
    return without.casefold()


def test_every_equation_to_take_away_is_tex_that_pandoc_reads(site, items):
    registry = registry_at(ROOT)
    equations = [registry.live[item.label].tag for item in items if item.kind == "equation"]
    texts = [(site / "t" / tag / "equation.tex").read_text("utf-8") for tag in equations]
    read = pypandoc.convert_text(
        "\n".join(texts), "html", format="latex", extra_args=["--mathml", "--fail-if-warnings"]
    )
    assert read.count("<math") == len(equations) > 100


def test_that_reading_can_fail():
    with pytest.raises(RuntimeError, match="Could not convert TeX math"):
        pypandoc.convert_text(
            r"\begin{equation}\nosuch{a}\end{equation}",
            "html",
            format="latex",
            extra_args=["--mathml", "--fail-if-warnings"],
        )


def test_every_figures_data_have_named_columns_and_are_numbers_or_words_throughout(site, items):
    registry = registry_at(ROOT)
    for item in items:
        if item.kind == "figure":
            file = site / "t" / registry.live[item.label].tag / "figure.csv"
            names, *rows = csv.reader(file.read_text("utf-8").splitlines())
            assert rows, item.label
            assert len(set(names)) == len(names), item.label
            assert not any(is_number(name) for name in names), item.label
            assert {len(row) for row in rows} == {len(names)}, item.label
            for name, column in zip(names, zip(*rows, strict=True), strict=True):
                kinds = {is_number(cell) for cell in column if cell}
                assert len(kinds) == 1, f"{item.label}: {name}"


def is_number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_every_page_has_its_own_three_files(site, items, cited):
    for page in items:
        if page.kind == "page":
            work = cited.works[page.label]
            for found in fields(site / page.page / "cite"):
                assert found == [(work.key, work.url, str(work.day.year))], page.page


def test_every_item_with_a_tag_has_its_own_three_files(site, items, cited):
    registry = registry_at(ROOT)
    for item in items if registry else []:
        work = cited.works[item.label]
        for found in fields(site / "t" / registry.live[item.label].tag / "cite"):
            assert found == [(work.key, work.url, str(work.day.year))], item.label


def test_every_address_that_is_cited_is_there(site, cited):
    for work in [cited.site, *cited.works.values()]:
        path, _, fragment = work.url.removeprefix(cited.project.url).partition("#")
        page = (site / path.partition("?")[0] / "index.html").read_text("utf-8")
        assert not fragment or f'id="{fragment}"' in page


def test_every_page_says_what_it_is(site, items, cited):
    for page in items:
        if page.kind != "page":
            continue
        named, data = head(site / page.page / "index.html")
        said = dict(named)
        work = cited.works[page.label]
        assert len(said) == len(named), f"{page.page}: something is said twice"
        assert said["z:itemType"] == "webpage"
        assert said["citation_title"] == said["og:title"] == data["name"] == page.title
        assert said["citation_author"] == said["DC.creator"] == "Gaplanyan, Tigran"
        assert said["citation_public_url"] == work.url
        assert said["og:description"] == said["description"]
        assert data["version"] == work.version


def test_every_head_is_read_back_by_another_reader(site, items, cited):
    registry = registry_at(ROOT)
    pairs = [(item.page, item) for item in items if item.kind == "page"]
    pairs += [(f"t/{registry.live[item.label].tag}/", item) for item in items]
    found = heads([(site / folder / "index.html").read_text("utf-8") for folder, _ in pairs])
    for (folder, item), said in zip(pairs, found, strict=True):
        work = cited.works[item.label]
        assert said["highwirePress"]["title"] == work.title, folder
        assert said["highwirePress"]["public_url"] == said["dublinCore"]["identifier"] == work.url
        assert said["highwirePress"]["author"] == said["dublinCore"]["creator"]
        assert said["dublinCore"]["type"] == "webpage"
        assert said["openGraph"]["title"] == said["jsonLd"]["name"] == work.title
        assert said["openGraph"]["url"] == said["jsonLd"]["url"] == said["general"]["canonical"]
        assert said["openGraph"]["description"]
        picture = said["openGraph"]["image"]["url"].removeprefix(cited.project.url)
        assert (site / picture).is_file()
        assert empty_values(said["jsonLd"]) == []


def empty_values(data):
    """Find what JSON-LD says with nothing."""
    return [
        name
        for name, value in data.items()
        if value in ("", [], None) or (isinstance(value, dict) and empty_values(value))
    ]


def test_the_picture_of_a_figures_tag_is_that_figure(site, items):
    registry = registry_at(ROOT)
    seen = set()
    for item in items:
        if item.kind == "figure":
            said = dict(head(site / "t" / registry.live[item.label].tag / "index.html")[0])
            assert said["og:image:alt"] == item.description
            seen.add(said["og:image"])
    assert len(seen) == sum(item.kind == "figure" for item in items)


def test_every_page_has_a_picture_of_the_size_that_it_says(site, items):
    url = project_at(ROOT).url
    pictures = set()
    for page in items:
        if page.kind == "page":
            said = dict(head(site / page.page / "index.html")[0])
            picture = (site / said["og:image"].removeprefix(url)).read_bytes()
            pictures.add(picture)
            assert picture[12:24] == b"IHDR" + struct.pack(">II", 1200, 630)
            assert len(picture) < 100_000
    figures = {item.page for item in items if item.kind == "figure"}
    assert len(pictures) == len(figures) + 1


def test_nothing_is_left_to_be_filled_in(site):
    page = (site / "cite" / "index.html").read_text("utf-8")
    assert "data-cites" not in page
    assert page.count('class="hw-cite"') >= 3
