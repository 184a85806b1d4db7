"""The built site as files: what is in it, what it weighs, whom it would ask."""

import gzip
import json
import re
from pathlib import Path

import pytest
from lxml import html

from hwlib import pages, publish
from hwlib.publish.built import built_pages

DOCS = Path(__file__).parents[1] / "docs"
HEAVIEST = 400_000  # bytes of one page, compressed
FETCHED = "//@src | //@srcset | //@poster | //link[@rel!='canonical']/@href"


@pytest.fixture(scope="module")
def built(site):
    return built_pages(site)


def test_it_is_whole(site):
    assert publish.prove(site, DOCS) == []


def test_the_proof_finds_what_is_done_to_it(site, tmp_path):
    copy = tmp_path / "site"
    for page in built_pages(site):
        (copy / page.path).parent.mkdir(parents=True, exist_ok=True)
        (copy / page.path).write_text(page.text.replace("data-block=", "data-gone="), "utf-8")
    blocks = [block for path in DOCS.rglob("*.md") for block in pages.read(path).blocks]
    lost = [fault for fault in publish.prove(copy, DOCS) if "left nothing" in fault.message]
    assert len(lost) == len(blocks) > 0


def test_every_source_has_its_page_and_no_more(site):
    found = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    pages = {path for path in found if not path.startswith("t/")}  # of tags: test_tags_pages
    sources = {path.relative_to(DOCS).with_suffix("") for path in DOCS.rglob("*.md")}
    made = {path.parent if path.name == "index" else path for path in sources}
    assert pages == {"404.html", *((path / "index.html").as_posix() for path in made)}


def test_nothing_is_asked_of_another_server(built):
    for page in built:
        fetched = html.document_fromstring(page.text.encode()).xpath(FETCHED)
        assert [str(link) for link in fetched if "//" in link] == [], page.path


def test_styles_fetch_nothing_from_another_server(site):
    for style in site.rglob("*.css"):
        urls = re.findall(r"url\(\s*['\"]?([^)'\"]*)", style.read_text("utf-8"))
        asked = [url for url in urls if "//" in url and not url.startswith("data:")]
        assert asked == [], style.name


def test_no_maths_script(built):
    for page in built:
        scripts = re.findall(r"<script[^>]*>", page.text)
        assert not [tag for tag in scripts if re.search("mathjax|katex", tag, re.IGNORECASE)]


def test_pages_are_not_too_heavy(built):
    weights = {page.path: len(gzip.compress(page.text.encode())) for page in built}
    assert {path: weight for path, weight in weights.items() if weight > HEAVIEST} == {}


def test_every_figure_has_its_data_in_a_file(site, built):
    figures = 0
    for page in built:
        tree = html.document_fromstring(page.text.encode())
        for figure in tree.xpath("//figure[@class='hw-figure']"):
            (link,) = figure.xpath(".//a[@class='hw-csv']")
            rows = (site / page.path).with_name(link.get("href")).read_text("utf-8").splitlines()
            assert len(rows) > 2
            assert len({row.count(",") for row in rows}) == 1
            figures += 1
    assert figures >= 8  # at least two on each page of a task


def test_every_figure_is_described_and_numbered(built):
    for page in built:
        tree = html.document_fromstring(page.text.encode())
        for figure in tree.xpath("//figure[@class='hw-figure']"):
            (drawing,) = figure.xpath("./svg | ./div/svg")
            assert drawing.get("role") == "img"
            assert len(drawing.xpath("string(./title)")) > 5
            assert len(drawing.xpath("string(./desc)")) > 40
            number = figure.xpath("string(.//a[@class='hw-caption-number'])")
            assert re.fullmatch(r"Figure ([A-Z]?\d+\.)?\d+", number)


def test_the_search_index_holds_words_and_no_tex(site):
    entries = json.loads((site / "search" / "search_index.json").read_text("utf-8"))["docs"]
    shown = [re.sub("<code>(.|\n)*?</code>", "", entry["text"]) for entry in entries]
    texts = [f"{entry['title']} {text}" for entry, text in zip(entries, shown, strict=True)]
    assert any("log odds" in text for text in texts)
    assert [text for text in texts if re.search(r"\\(frac|sigma|mathbf|begin)\b", text)] == []


def test_the_sitemap_lists_every_page(site, built):
    listed = re.findall(r"<loc>(.*?)</loc>", (site / "sitemap.xml").read_text("utf-8"))
    own = [page for page in built if page.path != "404.html" and not page.path.startswith("t/")]
    assert sorted(listed) == sorted(page.canonical for page in own)
