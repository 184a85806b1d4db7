"""The pages of tags, the tags on pages, old addresses, take-away files: over sites made by hand."""

import gzip
import json
import re
from urllib.parse import urljoin

import pytest
from lxml import etree
from tagsite import DAY, LATER, URL, eq, fig, heading, maths, state, write_site

from hwlib.publish import permanent, tags
from hwlib.publish.built import BuiltPage
from hwlib.publish.items import inventory
from hwlib.publish.tags import Stated

NEAR = '<a class="hw-ref" href="../other/#eq-b">(4.1)</a>'
HERE = '<a class="hw-ref" href="#eq-a">(3.1)</a>'
CAPTION = f"Up to {maths('y')}, as in {NEAR} and {HERE}."
CONTENT = f"{heading(2, 'one', 'One')}<p>So.</p>{eq('eq-a')}{fig('fig-a', caption=CAPTION)}"
OTHER = f"<p>Yes.</p>{eq('eq-b', number='4.1')}"


@pytest.fixture
def built(tmp_path):
    return state(
        tmp_path,
        index=("Home", "", "<p>Hello.</p>"),
        task=("Task 3", "3", CONTENT),
        other=("Task 4", "4", OTHER),
    )


def page_of(built, label, file="index.html"):
    site, registry = built
    return (site / "t" / registry.live[label].tag / file).read_text("utf-8")


def words(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html.partition("<main>")[2]).split())


# --------------------------------------------------------------------------------- the tag's page


def test_every_tag_has_a_page_small_and_without_need_of_a_script(built):
    site, registry = built
    assert len(registry.records) == 7
    for tag in registry.records:
        html = (site / "t" / tag / "index.html").read_bytes()
        assert len(gzip.compress(html)) < 30_000
        assert b"<script>" not in html
        assert html.count(b"<script") == 1


def test_the_page_of_an_equation(built):
    html = page_of(built, "eq-a")
    assert "<title>Equation (3.1), Task 3 ·" in html
    assert 'data-tex="a = b"' in html
    assert '<path id="mjx-A" d="M0 0h9z"/>' in html
    assert '<p class="tag-verdict">It is proved.</p>' in html
    assert '<a href="../../task/#eq-a">Task 3, “One”, equation (3.1)</a>' in html
    assert "Version 1 , from 2026-11-23 . As it was first published. It has not changed" in words(
        html
    )
    assert f'rel="canonical" href="{URL}t/' in html


def test_the_page_of_a_figure(built):
    html = page_of(built, "fig-a")
    assert "<h1>Figure 3.1: A drawing</h1>" in html
    assert '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"' in html
    assert 'href="../../other/#eq-b"' in html
    assert 'href="../../task/#eq-a"' in html


def test_pages_and_sections_lead_to_what_is_in_them(built):
    tag = {label: record.tag for label, record in built[1].live.items()}
    assert f'<a href="../{tag["task#one"]}/">One</a>' in page_of(built, "task")
    inside = page_of(built, "task#one")
    assert f'<a href="../{tag["eq-a"]}/">Equation (3.1)</a>: read a = b' in inside
    assert f'<a href="../{tag["fig-a"]}/">Figure 3.1</a>: A drawing' in inside


def test_the_list_of_all_tags_and_the_registry(built):
    site, registry = built
    html = (site / "t" / "index.html").read_text("utf-8")
    assert all(f'<a href="{tag}/">{tag}</a>' in html for tag in registry.records)
    for label, title in (("index", "Home"), ("task", "Task 3"), ("other", "Task 4")):
        tag = registry.live[label].tag
        assert f'<a href="#{tag}">{title}</a>' in html
        assert f'<h2 id="{tag}">{title}</h2>' in html
    assert (site / "t" / "registry.txt").read_text("utf-8") == str(registry)


def test_what_an_item_says_is_escaped(tmp_path):
    title = "A &lt;b&gt; &amp; c"
    site, registry = state(tmp_path, index=("Home", "", ""), task=(title, "3", ""))
    html = (site / "t" / registry.live["task"].tag / "index.html").read_text("utf-8")
    assert f"<h1>{title}</h1>" in html


# ------------------------------------------------------------------------------ files to take away


def test_the_files_of_an_equation(built):
    assert page_of(built, "eq-a", "equation.tex").splitlines()[-3:] == [
        r"\begin{equation}\label{eq-a}",
        "a = b",
        r"\end{equation}",
    ]
    known = json.loads(page_of(built, "eq-a", "item.json"))
    assert known["tex"] == "a = b"
    assert known["address"] == "task/#eq-a"
    assert known["verdict"] == {"word": "proved", "says": "It is proved."}
    assert [version["number"] for version in known["versions"]] == [1]


def test_the_drawing_of_an_equation_stands_alone(built):
    text = page_of(built, "eq-a", "equation.svg")
    root = etree.fromstring(text)
    assert alone(root) == []
    # 2 em by 1 em with half an em of paper around them, 16 pixels an em, 500 units an em
    assert (root.get("width"), root.get("height")) == ("48.00", "32.00")
    assert root.get("viewBox") == "-250 -600 1500 1000"
    assert root.findtext("{*}title") == "read a = b"
    assert "currentColor" not in text


def test_the_drawing_of_an_equation_is_ink_on_paper_light_and_dark(built):
    text = page_of(built, "eq-a", "equation.svg")
    root = etree.fromstring(text)
    paper, ink = root.find("{*}rect"), root.find("{*}g")
    assert (paper.get("fill"), paper.get("class")) == ("#fff", "fill-paper")
    assert [paper.get(name) for name in ("x", "y", "width", "height")] == (
        root.get("viewBox").split()
    )
    assert (ink.get("fill"), ink.get("class")) == ("#1f2933", "fill-ink stroke-ink")
    assert ".fill-ink{fill:#e4e9f0}.fill-paper{fill:#151b24}" in text


def test_the_drawing_of_a_figure_stands_alone_light_and_dark(built):
    text = page_of(built, "fig-a", "figure.svg")
    root = etree.fromstring(text)
    assert alone(root) == []
    assert "var(" not in text
    path = root.find("{*}path")
    assert (path.get("stroke"), path.get("class")) == ("#0069a8", "stroke-blue")
    assert "@media (prefers-color-scheme:dark){" in text
    assert ".stroke-blue{stroke:#5db5f2}" in text
    assert root.find("{*}rect").get("class") == "fill-paper"
    assert page_of(built, "fig-a", "figure.csv") == "x\n1\n"


def alone(root):
    """What a drawing needs from outside of it."""
    ids = {element.get("id") for element in root.iter()}
    values = [str(value) for element in root.iter() for value in element.attrib.values()]
    needed = [value[1:] for value in values if value.startswith("#") and not is_colour(value)]
    needed += [value[5:-1] for value in values if value.startswith("url(#")]
    foreign = [value for value in values if value.startswith(("http", "//", "data:"))]
    return [name for name in needed if name not in ids] + foreign


def is_colour(value):
    return re.fullmatch(r"#[0-9a-f]{3}([0-9a-f]{3})?", value) is not None


def test_that_check_can_fail():
    assert alone(etree.fromstring('<svg><use href="#mjx"/></svg>')) == ["mjx"]


# -------------------------------------------------------------------------------- tags on the pages


def test_every_item_shows_its_tag_once_as_a_link(built):
    site, registry = built
    shown = []
    for file in (site / "index.html", site / "task" / "index.html", site / "other" / "index.html"):
        html = file.read_text("utf-8")
        links = re.findall(r'<a class="hw-tag"[^>]* href="([^"]+)" data-v="1">(\w{4})</a>', html)
        shown += [tag for _, tag in links]
        base = URL + file.relative_to(site).as_posix().removesuffix("index.html")
        assert all(urljoin(base, link) == f"{URL}t/{tag}/" for link, tag in links)
        assert html.count("assets/tags.css") == 1
    assert sorted(shown) == sorted(registry.records)


def test_a_tag_stands_with_its_item(built):
    site, registry = built
    html = (site / "task" / "index.html").read_text("utf-8")
    tag = {label: record.tag for label, record in registry.live.items()}
    assert re.search(rf"<h1 [^>]*>(?:(?!</h1>).)*{tag['task']}</a></span></h1>", html)
    assert re.search(rf'<h2 id="one">(?:(?!</h2>).)*{tag["task#one"]}</a></span></h2>', html)
    assert re.search(rf"\(3\.1\)</a><span [^>]*><a [^>]*>{tag['eq-a']}</a></span>", html)
    assert re.search(rf'<p class="hw-data">(?:(?!</p>).)*{tag["fig-a"]}</a></span></p>', html)


def test_showing_tags_changes_no_item(tmp_path):
    site, docs = write_site(tmp_path, index=("Home", "", ""), task=("Task 3", "3", CONTENT))
    items = inventory(site, docs)
    before = [tags.fingerprint(item) for item in items]
    permanent.write_tags(
        site, items, tags.update(tags.read(""), tags.read(""), items, DAY).registry, None
    )
    assert [tags.fingerprint(item) for item in inventory(site, docs)] == before


def test_an_item_without_a_place_for_its_tag_is_told(tmp_path):
    site, docs = write_site(tmp_path, index=("Home", "", eq("eq-a")))
    items = inventory(site, docs)
    file = site / "index.html"
    file.write_text(file.read_text("utf-8").replace("hw-number", "number"), "utf-8")
    registry = tags.update(tags.read(""), tags.read(""), items, DAY).registry
    with pytest.raises(ValueError, match="equation eq-a has no place for its tag"):
        permanent.write_tags(site, items, registry, None)


# ------------------------------------------------------------------------------------- versions


def changed_twice(tmp_path, *texts):
    registry = ""
    for number, tex in enumerate(texts):
        site, after = state(
            tmp_path / str(number),
            registry,
            date=f"2026-12-0{number + 1}",
            stated=Stated(because="A slip." if number else ""),
            index=("Home", "", eq("eq-a", tex)),
        )
        registry = str(after)
    return site, after


def test_the_page_says_of_each_version_whether_the_item_changed_since(tmp_path):
    built = changed_twice(tmp_path, "a = b", "a = c")
    html = page_of(built, "eq-a")
    since = dict(re.findall(r'<li id="v(\d)" data-since="([^"]*)"', html))
    assert since == {
        "2": "It has not changed since.",
        "1": "It has changed since: the formula.",
    }
    assert "from 2026-12-02 . The formula changed. A slip." in words(html)
    assert '<pre aria-label="What it read"><code>a = b</code></pre>' in html
    known = json.loads(page_of(built, "eq-a", "item.json"))
    assert known["versions"][1]["changed"] == ["the formula"]
    assert known["versions"][0]["tex"] == "a = b"


def test_a_change_that_was_taken_back(tmp_path):
    html = page_of(changed_twice(tmp_path, "a = b", "a = c", "a = b"), "eq-a")
    since = dict(re.findall(r'<li id="v(\d)" data-since="([^"]*)"', html))
    assert since["1"] == "It changed in between, and says the same again."
    assert since["2"] == "It has changed since: the formula."


# ---------------------------------------------------------------------------------- old addresses


def target(site, address, *, script):
    """Where a browser ends that follows an old address, within the site."""
    path, _, name = address.partition("#")
    page = BuiltPage(site / path / "index.html", f"{path}index.html")
    html = page.text
    if not name or ' id="moved"' in html:
        part = re.search(rf'<li id="{name}"><a href="([^"]+)"', html) if name and script else None
        refresh = re.search(r'<noscript><meta http-equiv="refresh" content="0; url=([^"]+)">', html)
        first = part or refresh
        return urljoin(f"/{path}", first[1])[1:] if first else address
    assert name in page.anchors, f"{path} has no #{name}"
    note = re.search(rf'<p class="hw-moved" id="{name}"[^>]*>.*?<a href="([^"]+)"', html)
    if note:
        return urljoin(f"/{path}", note[1])[1:]
    after = html.partition(f'id="{name}" class="hw-was"></span>')[2]
    real = re.match(r'<\w+\b[^>]* id="([^"]+)"', after)
    return f"{path}#{real[1]}" if real else address


def test_move_to_another_page(tmp_path, built):
    site, registry = state(
        tmp_path / "new",
        str(built[1]),
        date=LATER,
        index=("Home", "", "<p>Hello.</p>"),
        task=("Task 3", "3", f"{heading(2, 'one', 'One')}<p>So.</p>{fig('fig-a')}"),
        other=("Task 4", "4", f"{OTHER}{eq('eq-a', number='4.2')}"),
    )
    assert registry.live["eq-a"].tag == built[1].live["eq-a"].tag
    assert target(site, "task/#eq-a", script=False) == "other/#eq-a"
    assert target(site, "other/#eq-a", script=False) == "other/#eq-a"
    html = page_of((site, registry), "eq-a")
    assert "equation (4.2)" in html
    assert "Before, at <code>task/#eq-a</code>" in html


def test_rename_on_its_page(tmp_path, built):
    site, registry = state(
        tmp_path / "new",
        str(built[1]),
        Stated(renamed=[("eq-a", "eq-z"), ("task#one", "task#uno")]),
        date=LATER,
        index=("Home", "", "<p>Hello.</p>"),
        task=("Task 3", "3", CONTENT.replace("eq-a", "eq-z").replace('"one"', '"uno"')),
        other=("Task 4", "4", OTHER),
    )
    assert registry.live["eq-z"].tag == built[1].live["eq-a"].tag
    assert target(site, "task/#eq-a", script=False) == "task/#eq-z"
    assert target(site, "task/#one", script=False) == "task/#uno"


def test_a_page_that_is_renamed(tmp_path, built):
    site, registry = state(
        tmp_path / "new",
        str(built[1]),
        Stated(renamed=[("task", "lesson")]),
        date=LATER,
        index=("Home", "", "<p>Hello.</p>"),
        lesson=("Task 3", "3", CONTENT.replace(eq("eq-a"), "").replace(HERE, "")),
        other=("Task 4", "4", OTHER + eq("eq-a", number="4.2")),
    )
    assert registry.live["lesson"].tag == built[1].live["task"].tag
    for script in (True, False):
        assert target(site, "task/", script=script) == "lesson/"
    assert target(site, "task/#one", script=True) == "lesson/#one"
    assert target(site, "task/#fig-a", script=True) == "lesson/#fig-a"
    assert target(site, "task/#eq-a", script=True) == "other/#eq-a"
    html = (site / "task" / "index.html").read_text("utf-8")
    assert '<li id="eq-a"><a href="../other/#eq-a">Equation (4.2), Task 4</a></li>' in html
    assert f'<link rel="canonical" href="{URL}lesson/">' in html


def test_delete_leaves_the_tag_and_says_why(tmp_path, built):
    site, _ = state(
        tmp_path / "new",
        str(built[1]),
        Stated(withdrawn=[("eq-a", "It was wrong <b>")]),
        date=LATER,
        index=("Home", "", "<p>Hello.</p>"),
        task=("Task 3", "3", CONTENT.replace(eq("eq-a"), "").replace(HERE, "")),
        other=("Task 4", "4", OTHER),
    )
    tag = built[1].live["eq-a"].tag
    assert target(site, "task/#eq-a", script=False) == f"t/{tag}/"
    html = (site / "t" / tag / "index.html").read_text("utf-8")
    assert "Withdrawn on <time>2027-02-01</time>: It was wrong &lt;b&gt;" in html
    assert "Before, at <code>task/#eq-a</code>. Links to there lead here." in html
    assert "<pre><code>a = b</code></pre>" in html
    assert (site / "t" / tag / "item.json").is_file()
    assert not (site / "t" / tag / "equation.svg").exists()
    assert "eq-a" in words((site / "t" / "index.html").read_text("utf-8")).partition("Withdrawn")[2]


def test_a_page_that_is_withdrawn(tmp_path, built):
    site, _ = state(
        tmp_path / "new",
        str(built[1]),
        Stated(withdrawn=[("task", "Merged"), ("fig-a", "Merged")]),
        date=LATER,
        index=("Home", "", "<p>Hello.</p>"),
        other=("Task 4", "4", OTHER + eq("eq-a", number="4.2")),
    )
    tag = built[1].live["task"].tag
    assert target(site, "task/", script=False) == f"t/{tag}/"
    assert target(site, "task/#eq-a", script=True) == "other/#eq-a"
    assert target(site, "task/#fig-a", script=True) == f"t/{built[1].live['fig-a'].tag}/"


def test_an_old_name_that_something_else_has_now_is_left_alone(tmp_path, built):
    site, _ = state(
        tmp_path / "new",
        str(built[1]),
        Stated(renamed=[("eq-b", "eq-c")]),
        date=LATER,
        index=("Home", "", "<p>Hello.</p>"),
        task=("Task 3", "3", CONTENT.replace("#eq-b", "#eq-c")),
        other=("Task 4", "4", f'<p>Yes.</p>{eq("eq-c", number="4.1")}<p id="eq-b">No.</p>'),
    )
    assert target(site, "other/#eq-b", script=False) == "other/#eq-b"
    assert (site / "other" / "index.html").read_text("utf-8").count('id="eq-b"') == 1
