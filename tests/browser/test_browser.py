"""The built site in a real browser: every page, on a desk and on a phone, in light and dark."""

import re
from pathlib import Path

import pytest

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TASK = "hw1-part2/task-3/"
NARROW = 360

OPEN_FOLDS = "document.querySelectorAll('details').forEach(fold => { fold.open = true })"

TOO_WIDE = """width => {
  const scrolls = box => box && (/auto|scroll|hidden|clip/.test(getComputedStyle(box).overflowX)
    || scrolls(box.parentElement));
  const names = [];
  for (const box of document.querySelectorAll('.md-content *, .md-footer *')) {
    const right = box.getBoundingClientRect().right;
    if (right > width + 1 && !scrolls(box)) names.push(`${box.tagName}.${box.className} ${right}`);
  }
  return [document.scrollingElement.scrollWidth, names.slice(0, 5)];
}"""

DUPLICATES = """() => {
  const ids = [...document.querySelectorAll('[id]')].map(element => element.id);
  return ids.filter((id, place) => ids.indexOf(id) !== place);
}"""

# One rule of axe's is left out and asked anew below: it counts only text that is drawn, so that a
# heading cell with a formula (drawn as SVG, read out as MathML) is empty to it.
VIOLATIONS = """async rules => {
  rules = {rules: {'empty-table-header': {enabled: false}}, ...rules};
  const found = await axe.run(document, {resultTypes: ['violations'], ...rules});
  return found.violations.flatMap(rule => rule.nodes.slice(0, 3).map(
    node => `${rule.id}: ${rule.help}: ${node.target.join(' ')} ${node.html.slice(0, 160)}`));
}"""

EMPTY_HEADINGS = """() => [...document.querySelectorAll('th')].filter(cell =>
  !cell.innerText.trim()
  && ![...cell.querySelectorAll('math')].some(maths => maths.textContent.trim())
).map(cell => cell.outerHTML.slice(0, 200))"""

COLOURS = """() => [...document.querySelectorAll('figure.hw-figure svg *')].flatMap(part => {
  const style = getComputedStyle(part);
  return [style.stroke, style.fill];
}).filter(colour => colour.startsWith('rgb'))"""


# ------------------------------------------------------------------------------------ every page


def test_a_page_is_clean(visit, address):
    visited = visit(address)
    page = visited.page
    missing = address == "no/such/page/"
    assert visited.foreign == []
    assert [text for text in visited.failed if address not in text or not missing] == []
    assert [text for text in visited.complaints if not (missing and "404" in text)] == []
    assert page.locator(".hw-error").count() == 0
    assert "Traceback (most recent call last)" not in page.content()
    assert page.evaluate(DUPLICATES) == []


def test_a_page_fits_a_phone(visit, address, phone):
    page = visit(address, viewport=phone, is_mobile=True, has_touch=True).page
    page.evaluate(OPEN_FOLDS)
    width, too_wide = page.evaluate(TOO_WIDE, NARROW)
    assert too_wide == []
    assert width <= NARROW


@pytest.mark.parametrize(
    ("scheme", "rules"),
    [
        ("light", {}),
        ("dark", {"runOnly": ["color-contrast", "link-in-text-block"]}),  # all that sees colours
    ],
    ids=["light", "dark"],
)
def test_a_page_is_accessible(visit, address, scheme, rules):
    page = visit(address, color_scheme=scheme, reduced_motion="reduce").page
    page.evaluate(OPEN_FOLDS)
    page.add_script_tag(path=AXE)
    assert page.evaluate(VIOLATIONS, rules) == []
    assert page.evaluate(EMPTY_HEADINGS) == []


# ---------------------------------------------------------------------------------- what it does


def test_the_dark_switch_recolours_the_figures_and_is_remembered(visit):
    page = visit(TASK, color_scheme="light").page
    light = page.evaluate(COLOURS)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    for _ in range(3):
        if page.locator("body").get_attribute("data-md-color-scheme") == "slate":
            break
        page.locator("form[data-md-component=palette] label:visible").click()
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    dark = page.evaluate(COLOURS)
    assert len(light) == len(dark) > 50
    assert sum(a != b for a, b in zip(light, dark, strict=True)) > len(light) / 2
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != ground
    page.reload()
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"


def test_hovering_over_a_reference_shows_what_it_points_to(visit):
    visited = visit(TASK)
    page = visited.page
    link = page.locator("a.hw-ref").first
    link.hover()
    preview = page.locator(".hw-preview")
    preview.wait_for(state="visible")
    assert preview.locator("svg").count() > 0
    page.keyboard.press("Escape")
    assert page.locator(".hw-preview").count() == 0
    assert visited.complaints == []


def test_a_reference_to_another_page_shows_what_stands_there(visit):
    visited = visit("hw1-part2/task-5/")
    page = visited.page
    links = page.locator("a.hw-ref:not([href^='#'])")
    assert links.count() > 0
    links.first.hover()
    page.locator(".hw-preview").wait_for(state="visible")
    assert visited.foreign == visited.complaints == []


def test_search_finds_log_odds_and_shows_readable_text(visit):
    visited = visit("")
    page = visited.page
    page.keyboard.press("/")
    page.get_by_text("Type to start searching").wait_for()  # the index is read
    page.locator(".md-search__input").press_sequentially("log odds")
    results = page.locator(".md-search-result__item")
    results.first.wait_for(state="visible")
    text = page.locator(".md-search-result__list").inner_text()
    assert re.search("log.odds", text, re.IGNORECASE)
    assert not re.search(r"\\[a-z]+\{|\$", text)
    results.first.locator("a").first.click()
    page.wait_for_url(re.compile("task-5|notation|#"))
    assert visited.foreign == visited.complaints == []


def test_copying_a_formula_gives_its_tex(visit):
    page = visit(TASK, permissions=["clipboard-read", "clipboard-write"]).page
    formula = page.locator(".md-content div.hw-math").first
    page.evaluate("formula => getSelection().selectAllChildren(formula)", formula.element_handle())
    page.keyboard.press("Control+C")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert formula.get_attribute("data-tex") in copied
    assert copied.startswith("$$")


def test_a_task_prints_as_a_handout(visit):
    page = visit(TASK, color_scheme="dark").page
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) > 3
    page.emulate_media(media="print")
    for part in (".md-header", ".md-sidebar", ".md-footer__inner", ".md-top"):
        for index in range(page.locator(part).count()):
            assert not page.locator(part).nth(index).is_visible(), part
    assert page.locator("h1").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )


def test_the_data_of_a_figure_can_be_downloaded(visit):
    page = visit(TASK).page
    link = page.locator("a.hw-csv").first
    with page.expect_download() as started:
        link.click()
    text = Path(started.value.path()).read_text("utf-8")
    assert started.value.suggested_filename == link.get_attribute("download")
    assert len(text.splitlines()) > 2


def test_it_reads_without_scripts(visit):
    page = visit(TASK, java_script_enabled=False).page
    assert page.locator(".md-content div.hw-math svg").first.is_visible()
    assert page.locator("figure.hw-figure svg").first.is_visible()


def test_a_fragment_of_another_page_is_reached(visit):
    page = visit("hw1-part2/task-5/").page
    link = page.locator("a.hw-ref:not([href^='#'])").first
    fragment = link.get_attribute("href").split("#")[1]
    link.click()
    page.wait_for_url(re.compile(f"#{fragment}$"))
    assert page.locator(f"[id='{fragment}']").is_visible()
