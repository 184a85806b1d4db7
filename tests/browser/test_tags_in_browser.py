"""Tags in a real browser: their pages, what can be taken away, old addresses, tags on the pages."""

import gzip
import http.server
import threading
from pathlib import Path

import pytest
from tagsite import LATER, eq, fig, heading, state

from hwlib.publish.permanent import registry_at
from hwlib.publish.tags import Stated

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TASK = "hw1-part2/task-3/"
MOST = 30_000  # bytes of a tag's page, compressed, with all that it loads


@pytest.fixture(scope="module")
def registry():
    known = registry_at(ROOT)
    assert known is not None, "the site has no tags: python -m hwlib tag"
    return known


def one_of_each(registry):
    found = {record.kind: record for record in registry.live.values()}
    return [found[kind] for kind in sorted(found)]


# --------------------------------------------------------------------------- the site's own tags


def test_every_page_of_a_tag_opens_without_scripts_and_loads_nothing_that_is_not_there(
    visit, registry
):
    visited = visit("t/", java_script_enabled=False)
    for tag, record in registry.records.items():
        page = visited.open(f"t/{tag}/")
        assert page.locator("h1").inner_text().strip()
        shown = page.locator(".tag-item svg, .tag-gone").first
        if record.kind in ("equation", "figure"):
            assert shown.is_visible(), tag
        assert page.locator(".tag-versions > li").count() == len(record.versions)
    assert visited.failed == visited.complaints == visited.foreign == []


DRAWN = """() => {
  const parts = [...document.querySelectorAll(':root > :is(g, path, use)')];
  const boxes = parts.map(part => part.getBoundingClientRect());
  const span = (from, to) =>
    Math.max(...boxes.map(box => box[to])) - Math.min(...boxes.map(box => box[from]));
  return {width: span('left', 'right'), height: span('top', 'bottom')};
}"""


def test_every_file_to_take_away_is_there_and_a_drawing_draws(visit, registry, base, site):
    visited = visit("t/")
    for tag in registry.records:
        for file in sorted((site / "t" / tag).iterdir()):
            answer = visited.page.request.get(f"{base}t/{tag}/{file.name}")
            assert answer.ok
            assert answer.body() == file.read_bytes()
    drawings = sorted(path.relative_to(site).as_posix() for path in site.glob("t/*/*.svg"))
    assert len(drawings) > 100
    for address in drawings:
        visited.open(address)
        drawn = visited.page.evaluate(DRAWN)
        assert min(drawn["width"], drawn["height"]) > 5, address
    assert visited.failed == visited.foreign == []  # it complains that a drawing has no favicon


def test_the_page_of_a_tag_is_light(site, registry):
    assets = ("mathjax.css", "tag-page.css", "tag-page.js", "cite.css", "copy.js", "icon.svg")
    shared = sum(len(gzip.compress((site / "assets" / name).read_bytes())) for name in assets)
    for tag in registry.records:
        page = (site / "t" / tag / "index.html").read_bytes()
        assert len(gzip.compress(page)) + shared < MOST, tag


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_tag_is_accessible_and_fits_a_phone(visit, registry, phone, scheme):
    visited = visit("t/", viewport=phone, color_scheme=scheme)
    for address in ["t/", *(f"t/{record.tag}/" for record in one_of_each(registry))]:
        page = visited.open(address)
        page.add_script_tag(path=str(AXE))
        found = page.evaluate("async () => (await axe.run()).violations.map(v => v.id + v.help)")
        assert found == [], address
        assert page.evaluate("document.scrollingElement.scrollWidth") <= phone["width"], address


def test_a_cited_version_says_whether_the_item_changed(visit, registry):
    record = next(one for one in registry.live.values() if one.kind == "equation")
    number = record.version.number
    note = visit(f"t/{record.tag}/?v={number}").page.locator("#cited")
    assert note.inner_text() == (
        f"You came by a citation of version {number}. It has not changed since."
    )
    note.get_by_role("link", name=f"version {number}").click()
    assert note.page.url.endswith(f"?v={number}#v{number}")
    note = visit(f"t/{record.tag}/?v=999").page.locator("#cited")
    assert "there is no such version" in note.inner_text()
    assert not visit(f"t/{record.tag}/").page.locator("#cited").is_visible()


def test_a_tag_on_a_page_is_quiet_until_hovered_or_focused(visit):
    page = visit(TASK).page
    link = page.locator(".hw-math .hw-tag").first
    opacity = "tag => getComputedStyle(tag).opacity"
    assert link.evaluate(opacity) == "0"
    link.focus()
    page.wait_for_function("getComputedStyle(document.activeElement).opacity === '1'")
    menu = page.locator(".hw-tag-menu")
    assert menu.get_by_text("Cite").get_attribute("href") == link.evaluate("a => a.href + '#cite'")
    page.keyboard.press("Escape")
    assert menu.count() == 0


def test_copy_link_copies_the_permanent_address_with_its_version(visit, base):
    page = visit(TASK, permissions=["clipboard-read", "clipboard-write"]).page
    link = page.locator(".hw-math .hw-tag").first
    link.focus()
    page.locator(".hw-tag-menu").get_by_text("Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{base}t/{link.inner_text()}/?v={link.get_attribute('data-v')}"


def cited_on(page):
    """Each format of a page's citations with its text and the button that copies it."""
    for box in page.locator(".hw-cite-format").all():
        button = box.get_by_role("button", name=f"Copy {box.get_attribute('data-name')}")
        yield box.locator(".hw-cite-text").text_content(), button


@pytest.mark.parametrize("where", ["page", "tag"])
def test_every_format_is_copied_at_a_click(visit, registry, where):
    allowed = {"permissions": ["clipboard-read", "clipboard-write"]}
    if where == "page":
        page = visit(TASK, **allowed).page
        page.get_by_text("Cite this page").click()
    else:
        page = visit(f"t/{one_of_each(registry)[0].tag}/", **allowed).page
    found = list(cited_on(page))
    assert len(found) == 9
    for text, button in found:
        button.click()
        page.get_by_role("button", name="Copied").first.wait_for()
        assert "Copied" in page.get_by_role("status").all_inner_texts()
        assert page.evaluate("navigator.clipboard.readText()") == text


def test_without_scripts_a_citation_is_read_and_its_files_are_links(visit, registry):
    tag = one_of_each(registry)[0].tag
    page = visit(f"t/{tag}/", java_script_enabled=False).page
    assert page.get_by_role("button").count() == 0
    page.get_by_text("BibLaTeX", exact=True).click()
    assert page.get_by_text("@online").is_visible()
    for name in ("BibTeX", "RIS", "CSL-JSON"):
        with page.expect_download() as started:
            page.get_by_role("link", name=f"Download {name}").click()
        assert started.value.suggested_filename.startswith("gaplanyan-")


def test_on_a_touch_screen_a_tag_is_seen_and_leads_to_what_is_copied(visit, phone):
    allowed = {"permissions": ["clipboard-read", "clipboard-write"]}
    page = visit(TASK, viewport=phone, is_mobile=True, has_touch=True, **allowed).page
    link = page.locator(".hw-math .hw-tag").first
    assert link.evaluate("tag => getComputedStyle(tag).opacity") == "1"
    tag = link.inner_text()
    link.tap()
    page.wait_for_url(f"**/t/{tag}/")
    page.get_by_role("button", name="Copy Address").tap()
    page.get_by_role("button", name="Copied").wait_for()
    assert f"/t/{tag}/?v=" in page.evaluate("navigator.clipboard.readText()")


TAGS_OVER_TEXT = """() => {
  const inside = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  return [...document.querySelectorAll('.md-content .hw-tag')].flatMap(tag => {
    const box = tag.getBoundingClientRect();
    const home = tag.closest('.hw-math, h1, h2, figure');
    const near = [...home.querySelectorAll('mjx-container > svg, .hw-number, .hw-mark, a.hw-csv')];
    const next = home.nextElementSibling;
    const words = document.createRange();
    if (next?.tagName === 'P') { words.selectNodeContents(next); near.push(words); }
    return near.filter(one => inside(box, one.getBoundingClientRect()))
      .map(() => `${tag.textContent} in ${home.id || home.tagName}`);
  });
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_a_tag_covers_nothing(visit, width):
    for address in (TASK, "hw1-part2/task-6/", "going-further/two-layer-network/"):
        page = visit(address, viewport={"width": width, "height": 740}, has_touch=True).page
        page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
        assert page.evaluate(TAGS_OVER_TEXT) == []


def test_a_tag_is_a_link_without_scripts(visit):
    page = visit(TASK, java_script_enabled=False).page
    link = page.locator("h1 .hw-tag")
    tag = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/t/{tag}/")


# ---------------------------------------------------------------------------------- old addresses


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """A small site whose page `task` was renamed, with equations that moved, or went."""
    folder = tmp_path_factory.mktemp("moved")
    home = ("Home", "", "<p>Hello.</p>" + eq("eq-home") + eq("eq-gone"))
    one = f"{heading(2, 'one', 'One')}<p>So.</p>"
    other = ("Other", "4", "<p>Yes.</p>")
    content = one + eq("eq-a") + fig("fig-a")
    _, before = state(folder / "old", index=home, task=("Task", "3", content), other=other)
    site, _ = state(
        folder / "new",
        str(before),
        Stated(
            renamed=[("task", "lesson"), ("eq-home", "eq-house")],
            withdrawn=[("eq-gone", "Wrong.")],
        ),
        date=LATER,
        index=("Home", "", "<p>Hello.</p>" + eq("eq-house")),
        lesson=("Task", "3", one + fig("fig-a")),
        other=("Other", "4", f"<p>Yes.</p>{eq('eq-a', number='4.1')}"),
    )

    class Here(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(site))

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Here) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", before.live["eq-gone"].tag
        server.shutdown()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("task/", "lesson/"),
        ("task/#one", "lesson/#one"),
        ("task/#fig-a", "lesson/#fig-a"),
        ("task/#eq-a", "other/#eq-a"),
        ("task/#never-was", "lesson/#never-was"),
        ("#eq-home", "#eq-home"),  # an anchor before what is called eq-house now
        ("#eq-gone", "t/{gone}/"),
    ],
)
def test_an_old_address_leads_to_where_the_item_is(browser, moved, old, new):
    base, gone = moved
    context = browser.new_context()
    page = context.new_page()
    page.goto(base + old)
    page.wait_for_url(base + new.format(gone=gone))
    context.close()


def test_an_old_address_works_without_scripts(browser, moved):
    base, gone = moved
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}task/")
    page.wait_for_url(f"{base}lesson/")
    page.goto(f"{base}#eq-gone")
    note = page.locator("#eq-gone")
    assert note.is_visible()
    note.get_by_role("link").click()
    page.wait_for_url(f"{base}t/{gone}/")
    page.goto(base)
    assert not note.is_visible()
    context.close()
