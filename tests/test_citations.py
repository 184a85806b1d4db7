"""Citations: every format is written, read back by another reader, and compared field by field."""

import io
import json
import re
import shutil
import struct
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import markdown
import numpy as np
import pytest
import rispy
import yaml
from cffconvert import Citation as CffFile
from citeproc.source.json import CiteProcJSON
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import ValidationError
from lxml import html
from PIL import Image
from pybtex.database import parse_string
from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalker
from readers import heads, pandoc, read_out, said_by_pandoc

from hwlib import cache
from hwlib.__main__ import main
from hwlib.ahead import make_ahead
from hwlib.cite import (
    Project,
    cff,
    formats,
    fragment,
    latex,
    metadata,
    picture,
    project_at,
    work_of_item,
    work_of_site,
)
from hwlib.publish import citations
from hwlib.publish.items import Item
from hwlib.publish.tags import registry

ROOT = Path(__file__).parents[1]
PROJECT = Project(
    name="Notes & “more” · 1 % of ü",
    given="Zoë Ann",
    family="Müller-Łoś",
    url="https://example.org/notes/",
    source="https://example.org/source",
    description="What\n  it is.",
    course="X 1 Sums & series",
    institution="École d’Été",
    version="1.2.0",
    released=date(2026, 3, 9),
)
PAGE = Item(
    label="hw/task-3", kind="page", page="hw/task-3/", fragment="", number="3",
    title="Task 3: 100 % of σ′ & <more>", page_title="Task 3: 100 % of σ′ & <more>", section="",
    parts={}, file="docs/hw/task-3.md", line=1, description="Why σ “is” < 1 & so on.",
)  # fmt: skip
EQUATION = replace(
    PAGE, label="eq-slope", kind="equation", fragment="eq-slope", number="3.7",
    title="σ′(x) = e^(−x)/((1 + e^(−x))^2)", tex="\\sigma'(x)\n= \\frac{e^{-x}}{(1+e^{-x})^2}",
    description="",
)  # fmt: skip
FIGURE = replace(
    PAGE, label="fig-slope", kind="figure", fragment="fig-slope", number="3.2",
    title="The slope at x_1 < 0", description="A bell.",
)  # fmt: skip
SECTION = replace(
    PAGE, label="hw/task-3#a-b", kind="section", fragment="a-b", number="", title="Symmetry [σ*]"
)
ITEMS = [PAGE, EQUATION, FIGURE, SECTION]
NAMES = {"page": "Task 3", "equation": "Equation (3.7)", "figure": "Figure 3.2", "section": "Symm"}
TAGGED = {"address": "t/3KF7/?v=2", "version": "2", "day": date(2027, 12, 31)}


def works():
    tagged = [work_of_item(PROJECT, item, **TAGGED) for item in ITEMS]
    return [work_of_site(PROJECT), *[work_of_item(PROJECT, item) for item in ITEMS], *tagged]


every_work = pytest.mark.parametrize("work", works(), ids=lambda work: f"{work.key}-{work.version}")


# --------------------------------------------------------------------------------------- the work


def test_a_page_stands_in_the_site_and_an_item_in_its_page():
    assert work_of_item(PROJECT, PAGE).container == PROJECT.name
    assert work_of_item(PROJECT, EQUATION).container == f"{PAGE.title}. {PROJECT.name}"
    assert work_of_site(PROJECT).container == ""


def test_where_a_thing_stands_is_cited_until_it_has_a_tag():
    plain = work_of_item(PROJECT, EQUATION)
    assert plain.url == "https://example.org/notes/hw/task-3/#eq-slope"
    assert (plain.version, plain.day) == ("1.2.0", date(2026, 3, 9))
    tagged = work_of_item(PROJECT, EQUATION, **TAGGED)
    assert tagged.url == "https://example.org/notes/t/3KF7/?v=2"
    assert (tagged.version, tagged.day) == ("2", date(2027, 12, 31))
    assert (tagged.key, tagged.title) == (plain.key, plain.title)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.kind)
def test_an_item_is_called_what_readers_call_it(item):
    assert work_of_item(PROJECT, item).title.startswith(NAMES[item.kind])


def test_a_formula_is_a_title_in_words_and_in_tex():
    work = work_of_item(PROJECT, EQUATION)
    assert work.title == "Equation (3.7): σ′(x) = e^(−x)/((1 + e^(−x))^2)"
    assert work.tex_title == "Equation (3.7): $\\sigma'(x) = \\frac{e^{-x}}{(1+e^{-x})^2}$"


def test_aligned_rows_become_one_and_what_cannot_is_left_to_the_page():
    aligned = "\\begin{aligned}\na &= b \\\\[0.4em]\n&= c\n\\end{aligned}"
    assert work_of_item(PROJECT, replace(EQUATION, tex=aligned)).tex_title.endswith("$a = b = c$")
    for other in ({"tex": "x = \\begin{cases}1\\end{cases}"}, {"title": "x" * 200}):
        work = work_of_item(PROJECT, replace(EQUATION, **other))
        assert work.title == work.tex_title == "Equation (3.7)"


def test_keys_are_plain_and_unlike():
    keys = [work.key for work in works()[:5]]
    assert keys[2] == "mullerŁos-eq-slope".replace("Ł", "")
    assert len(set(keys)) == 5
    assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in keys)


# ------------------------------------------------------------------------------ BibTeX and BibLaTeX


def plain(tex):
    """Read LaTeX as a person would: what stands on the paper (the dot in the middle, primes)."""
    text = LatexNodes2Text(math_mode="verbatim").latex_to_text(tex)
    return text.replace("''", "″").replace("'", "′").replace(r"\cdot", "·")


def read_bibtex(text):
    (entry,) = parse_string(
        text,
        "bibtex",
    ).entries.values()
    return entry


@every_work
def test_bibtex_is_read_back(work):
    entry = read_bibtex(formats.bibtex([work]))
    assert (entry.type, entry.key) == ("misc", work.key)
    (author,) = entry.persons["author"]
    assert plain(" ".join(author.last_names)) == "Müller-Łoś"
    assert plain(" ".join(author.first_names + author.middle_names)) == "Zoë Ann"
    fields = entry.fields
    assert fields["title"] == f"{{{work.tex_title}}}"
    assert fields["year"] == str(work.day.year)
    assert fields["month"] == work.day.strftime("%B")
    assert fields["url"] == work.url
    assert fields["version"] == work.version
    assert plain(fields.get("howpublished", "")) == work.container
    assert plain(fields["note"]).startswith("Course notes, X 1 Sums & series, École d’Été")
    assert f"Version {work.version} of {work.day}" in fields["note"]


@every_work
def test_biblatex_is_read_back(work):
    entry = read_bibtex(formats.biblatex([work]))
    fields = dict(entry.fields)
    assert (entry.type, entry.key) == ("online", work.key)
    assert plain(fields.pop("title")) == plain(work.tex_title)
    assert plain(fields.pop("titleaddon", "")) == work.container
    assert plain(fields.pop("note")) == PROJECT.notes
    assert fields == {
        "version": work.version, "date": str(work.day), "url": work.url, "langid": "british",
    }  # fmt: skip


@every_work
def test_a_title_without_a_formula_comes_back_letter_by_letter(work):
    if "$" not in work.tex_title:
        assert plain(work.tex_title) == work.title


@every_work
def test_pandoc_reads_what_pybtex_reads(work):
    for form, write in (("bibtex", formats.bibtex), ("biblatex", formats.biblatex)):
        (item,) = pandoc(write([work]), form).values()
        assert item["id"] == work.key
        assert item["author"] == [{"family": "Müller-Łoś", "given": "Zoë Ann"}]
        if "$" in work.tex_title:
            assert item["title"].startswith(work.tex_title)
        else:
            assert read_out(item["title"]).startswith(work.title)
        assert (item["URL"], item["version"]) == (work.url, work.version)
        day = [work.day.year, work.day.month, work.day.day]
        assert item["issued"]["date-parts"] == [day[:2] if form == "bibtex" else day]
        assert item["note"].startswith(PROJECT.notes)


def test_the_month_is_a_name_that_styles_spell():
    assert re.search(r"^  month += mar,$", formats.bibtex(works()[:1]), re.MULTILINE)


def test_all_works_in_one_file():
    text = formats.bibtex(works()[:5])
    assert list(parse_string(text, "bibtex").entries) == [work.key for work in works()[:5]]


def test_a_lost_brace_would_be_noticed():
    broken = formats.bibtex(works()[:1]).replace("}},", "},", 1)
    with pytest.raises(Exception, match=r"syntax error|premature"):
        read_bibtex(broken)


@given(st.text(st.characters(codec="latin-1", categories=["L", "N", "P", "S", "Zs"]), max_size=40))
def test_any_text_is_balanced_latex_without_stray_signs(text):
    tex = latex.text(text)
    LatexWalker(tex, tolerant_parsing=False).get_latex_nodes()
    assert not re.search(r"(?<!\\)[%#&_$]", tex)


# -------------------------------------------------------------------------------- RIS and CSL-JSON


@every_work
def test_ris_is_read_back(work):
    (entry,) = rispy.loads(formats.ris([work]))
    assert entry["type_of_reference"] == "ELEC"
    assert entry["authors"] == ["Müller-Łoś, Zoë Ann"]
    assert entry["title"] == work.title
    assert entry.get("secondary_title", "") == work.container
    assert (entry["year"], entry["date"]) == (f"{work.day:%Y}", f"{work.day:%Y/%m/%d/}")
    assert (entry["edition"], entry["urls"]) == (work.version, [work.url])
    assert (entry["notes"], entry["type_of_work"]) == ([PROJECT.notes], "Course notes")
    assert entry.get("abstract", "") == work.description
    assert (entry["language"], entry["id"]) == ("en-GB", work.key)


@every_work
def test_pandoc_reads_ris_and_csl_json(work):
    for form, text in (("ris", formats.ris([work])), ("csljson", formats.csl_json([work]))):
        (item,) = pandoc(text, form).values()
        assert (item["id"], item["title"], item["URL"]) == (work.key, work.title, work.url)
        assert item["author"] == [{"family": "Müller-Łoś", "given": "Zoë Ann"}]
        assert item["issued"]["date-parts"][0][0] == work.day.year
        assert item.get("container-title", "") == work.container
        assert item.get("version", item.get("edition")) == work.version


def test_ris_begins_each_entry_with_its_type_and_ends_it():
    lines = formats.ris(works()[:2]).splitlines()
    assert lines[0] == "TY  - ELEC"
    assert [line[:5] for line in lines].count("ER  -") == 2
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines if line)


@every_work
def test_csl_json_is_read_by_citeproc(work):
    data = json.loads(formats.csl_json([work]))
    item = CiteProcJSON(data)[work.key]

    def said(name):
        return "".join(map(str, item.get(name, [])))

    assert item.type == "webpage"
    assert (said("title"), said("URL")) == (work.title, work.url)
    assert (said("container_title"), said("version")) == (work.container, work.version)
    assert (item.author[0].family, item.author[0].given) == ("Müller-Łoś", "Zoë Ann")
    assert (item.issued.year, item.issued.month, item.issued.day) == work.day.timetuple()[:3]


# -------------------------------------------------------------------------------- words and links


def test_apa_by_hand():
    work = work_of_item(PROJECT, SECTION, **TAGGED)
    assert formats.reference(work, "apa") == (
        "Müller-Łoś, Z. A. (2027, December 31). Symmetry [σ*] [Course notes]. Task 3: 100 % of σ′ "
        "& <more>. Notes & “more” · 1 % of Ü. https://example.org/notes/t/3KF7/?v=2"
    )


def test_acm_by_hand():
    work = work_of_item(PROJECT, EQUATION)
    assert formats.reference(work, "acm") == (
        "[1] Zoë Ann Müller-Łoś. 2026. Equation (3.7): σ′(x) = e^(−x)/((1 + e^(−x))^2). Task 3: "
        "100 % of σ′ & <more>. Notes & “more” · 1 % of ü. Retrieved from "
        "https://example.org/notes/hw/task-3/#eq-slope"
    )


def test_references_made_ahead_are_those_made_one_by_one(tmp_path, monkeypatch):
    many = [
        work_of_item(PROJECT, replace(EQUATION, label=f"eq-{n}", title=f"slope {n}"))
        for n in range(formats.FEWEST // len(formats.STYLES))
    ]
    alone = [formats.reference_html(work, style) for work in many for style in formats.STYLES]
    monkeypatch.setenv(cache.FOLDER, str(tmp_path))
    make_ahead([formats.references(many)])
    monkeypatch.setattr(formats, "_reference", pytest.fail)
    formats.reference_html.cache_clear()
    ahead = [formats.reference_html(work, style) for work in many for style in formats.STYLES]
    assert ahead == alone
    make_ahead([formats.references(many)])  # makes nothing: the first is there


@every_work
@pytest.mark.parametrize("style", formats.STYLES)
def test_a_reference_in_html_says_what_the_plain_one_says(work, style):
    written = formats.reference_html(work, style)
    assert html.fragment_fromstring(written, create_parent=True).text_content() == (
        formats.reference(work, style)
    )
    assert not re.search(r"<(?!/?i>)|&(?!amp;|lt;|gt;)", written)


@pytest.mark.parametrize("style", formats.STYLES)
def test_a_reference_is_what_pandoc_makes_of_the_file(style):
    """It agrees letter by letter; only which words of a name are big is seen otherwise."""
    ours = [formats.reference(work, style) for work in works()[1:5]]
    pandocs = [
        text for work in works()[1:5] for text in said_by_pandoc(formats.csl_json([work]), style)
    ]
    assert [text.casefold() for text in ours] == [text.casefold() for text in pandocs]


@pytest.mark.parametrize("style", formats.STYLES)
def test_a_variable_is_never_spelt_with_another_letter(style):
    work = replace(work_of_item(PROJECT, SECTION), container="When f and σ′ of x meet. A site")
    assert re.search("f [Aa]nd σ′ of x", formats.reference(work, style))
    assert "e^(−x)" in formats.reference(replace(work, container="Of e^(−x) & y"), style)


@every_work
def test_the_line_of_latex_links_to_the_address(work):
    (node,) = LatexWalker(formats.latex_link(work), tolerant_parsing=False).get_latex_nodes()[0][:1]
    line = formats.latex_link(work)
    url, title = re.fullmatch(r"\\href\{(.*?)\}\{(.*)\}", line).groups()
    assert node.macroname == "href"
    assert re.sub(r"\\([%#])", r"\1", url) == work.url
    assert title == work.tex_title


@every_work
def test_the_markdown_link_says_title_and_address(work):
    rendered = html.fragment_fromstring(markdown.markdown(formats.markdown_link(work)))
    (link,) = rendered.iter("a")
    assert link.get("href") == work.url
    assert rendered.text_content() == link.text_content() == work.title
    assert len(link) == 0


# ------------------------------------------------------------------------------------ the metadata

PICTURE = metadata.Picture("https://example.org/notes/hw/task-3/card.png", "A “bell” <")


def head(work, address):
    text = metadata.head(work, address, PICTURE)
    tree = html.document_fromstring(f"<html><head>{text}</head><body></body></html>")
    named = {
        one.get("name") or one.get("property"): one.get("content") for one in tree.iter("meta")
    }
    (script,) = tree.iter("script")
    assert script.get("type") == "application/ld+json"
    return named, json.loads(script.text)


def zotero_type(named):
    """Decide the item type in the order in which Zotero's translator does."""
    guess = "journalArticle" if "citation_title" in named else "webpage"
    known = {"webpage": "webpage", "text": "journalArticle", "article": "newspaperArticle"}
    by_dublin_core = known.get(named.get("DC.type", "").lower())
    return named.get("z:itemType") or by_dublin_core or guess


def test_the_head_says_the_same_in_every_vocabulary():
    work = work_of_item(PROJECT, PAGE, **TAGGED)
    address = "https://example.org/notes/hw/task-3/"
    named, data = head(work, address)
    for name in ("citation_title", "DC.title", "og:title"):
        assert named[name] == data["name"] == work.title
    for name in ("citation_author", "DC.creator"):
        assert named[name] == "Müller-Łoś, Zoë Ann"
    author = {"name": "Zoë Ann Müller-Łoś", "familyName": "Müller-Łoś", "givenName": "Zoë Ann"}
    assert data["author"] == {"@type": "Person", **author}
    assert named["citation_publication_date"] == "2027/12/31"
    assert named["DC.date"] == data["dateModified"] == "2027-12-31"
    assert named["citation_public_url"] == named["DC.identifier"] == data["identifier"] == work.url
    assert named["og:url"] == data["url"] == address
    for name in ("citation_abstract", "DC.description", "og:description"):
        assert named[name] == data["description"] == work.description
    assert named["og:site_name"] == data["isPartOf"]["name"] == PROJECT.name
    assert named["og:image"] == data["image"]["url"] == PICTURE.url
    assert (named["og:image:width"], named["og:image:height"]) == ("1200", "630")
    assert named["og:image:alt"] == data["image"]["caption"] == "A “bell” <"
    assert data["version"] == "2"
    assert data["@type"] == ["WebPage", "LearningResource"]
    assert named["DC.rights"] == data["license"] == "https://creativecommons.org/licenses/by/4.0/"


def test_a_reader_of_heads_finds_the_same():
    work = work_of_item(PROJECT, FIGURE, **TAGGED)
    text = metadata.head(work, "https://example.org/notes/t/3KF7/", PICTURE)
    (found,) = heads([f"<html><head><title>T</title>{text}</head></html>"])
    assert found["highwirePress"] == {
        "title": work.title, "author": "Müller-Łoś, Zoë Ann", "publication_date": "2027/12/31",
        "public_url": work.url, "language": "en", "abstract": work.description,
    }  # fmt: skip
    assert found["dublinCore"]["creator"] == "Müller-Łoś, Zoë Ann"
    assert found["dublinCore"]["type"] == "webpage"
    assert found["openGraph"]["title"] == found["jsonLd"]["name"] == work.title
    assert found["openGraph"]["image"]["url"] == found["jsonLd"]["image"]["url"] == PICTURE.url


def test_every_card_has_a_sentence_at_least_where_the_thing_stands():
    named, data = head(work_of_item(PROJECT, EQUATION), "https://example.org/notes/t/3KF7/")
    where = f"In: {PAGE.title}. {PROJECT.name}"
    assert named["og:description"] == data["description"] == where
    assert "citation_abstract" not in named


def test_zotero_takes_a_page_for_a_page():
    named, _ = head(works()[1], "https://example.org/notes/hw/task-3/")
    assert zotero_type(named) == "webpage"
    del named["z:itemType"]
    assert zotero_type(named) == "webpage"
    del named["DC.type"]
    assert zotero_type(named) == "journalArticle"


def test_the_home_page_is_the_website_and_others_are_articles():
    assert head(works()[1], PROJECT.url)[0]["og:type"] == "website"
    assert head(works()[1], f"{PROJECT.url}x/")[0]["og:type"] == "article"


def test_what_is_empty_is_not_said_and_a_script_cannot_be_closed():
    work = replace(works()[1], description="", title="</script><b>")
    named, data = head(work, PROJECT.url)
    assert "citation_abstract" not in named
    assert data["name"] == "</script><b>"


# ------------------------------------------------------------------------------------- the picture

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 374.4 230.4" style="fill:var(--hw-ink,'
    '#1f2733)"><path d="M20 200c90 0 110-20 150-90s60-90 150-90" style="fill:none;stroke:'
    'var(--hw-blue,#0072b2);stroke-width:1.8"/><circle cx="187.2" cy="115.2" r="40" '
    'style="opacity:.37"/></svg>'
)


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_the_picture_is_the_figure_in_its_colours_on_paper():
    png = picture.of_figure(DRAWING)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (1200, 630)
    shown = pixels(png)
    assert tuple(shown[0, 0]) == (255, 255, 255)
    colours = {tuple(colour) for colour in shown.reshape(-1, 3)}
    assert (0x00, 0x72, 0xB2) in colours


def test_the_picture_has_the_same_pixels_on_every_machine():
    """Sums of the pixels of one drawing, as they came out where this was written."""
    shown = pixels(picture.of_figure(DRAWING)).astype(np.int64)
    weights = np.arange(shown.size).reshape(shown.shape) % 65521
    assert (int(shown.sum()), int((shown * weights).sum())) == SUMS


SUMS = (569192541, 18515444096480)


def test_a_picture_of_no_drawing():
    with pytest.raises(ValueError, match="viewBox"):
        picture.of_figure("<p>no drawing</p>")


# ------------------------------------------------------------------------ the project and its files


def project(folder, package='[project]\nversion = "2.0"\n[tool.hwlib]\nreleased = 2027-01-02\n'):
    folder.mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text(package)
    (folder / "mkdocs.yml").write_text(
        "site_name: N\nsite_author: A B C\nsite_url: https://n.example/x\n"
        "extra: {course: K, institution: I}\nhook: !!python/name:os.system\nvalue: !ENV X\n"
    )
    return folder


def test_the_project_is_read_without_running_what_its_settings_name(tmp_path):
    found = project_at(project(tmp_path))
    assert (found.name, found.given, found.family) == ("N", "A B", "C")
    assert (found.author, found.sort_name) == ("A B C", "C, A B")
    assert (found.url, found.version) == ("https://n.example/x/", "2.0")
    assert found.released == date(2027, 1, 2)


def test_a_folder_without_a_version_is_no_project_to_cite(tmp_path):
    assert project_at(tmp_path) is None


@pytest.mark.parametrize(
    ("package", "message"),
    [
        ("[tool.hwlib]\nreleased = 2027-01-02\n", r"a version; write \[project\]"),
        ('[project]\nversion = "1"\n', "the day .* got None; write"),
        ('[project]\nversion = "1"\n[tool.hwlib]\nreleased = "soon"\n', "got 'soon'"),
    ],
)
def test_what_a_citation_needs_is_asked_for(tmp_path, package, message):
    with pytest.raises(ValueError, match=message):
        project_at(project(tmp_path, package))


def test_names_that_the_site_lacks_are_asked_for(tmp_path):
    project(tmp_path)
    (tmp_path / "mkdocs.yml").write_text("site_name: N\nsite_url: https://n.example/\n")
    with pytest.raises(ValueError, match=r"needs site_author, extra.course, extra.institution"):
        project_at(tmp_path)


def test_this_projects_citation_file_is_valid_and_says_what_the_project_says():
    text = (ROOT / cff.FILE).read_text("utf-8")
    CffFile(text).validate()
    found = yaml.load(text, yaml.BaseLoader)  # every value as it is written, dates too
    package = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for part in (found, found["preferred-citation"]):
        assert part["version"] == package["project"]["version"]
        assert part["date-released"] == package["tool"]["hwlib"]["released"].isoformat()
        assert part["authors"][0] == {"family-names": "Gaplanyan", "given-names": "Tigran"}
    assert found["cff-version"] == "1.2.0"
    assert found["license"] == package["project"]["license"]
    assert found["preferred-citation"]["type"] == "website"
    assert text == cff.text(project_at(ROOT))


def test_any_projects_citation_file_is_valid_and_converts():
    read = CffFile(cff.text(PROJECT))
    read.validate()
    assert "Müller-Łoś" in read.as_bibtex()
    assert f"Version {PROJECT.version}" in read.as_apalike().replace("version", "Version")


@pytest.mark.parametrize(("old", "new"), [("1.2.0", "1.2.9"), ("authors:", "writers:")])
def test_that_validation_can_fail(old, new):
    with pytest.raises((ValidationError, ValueError)):
        CffFile(cff.text(PROJECT).replace(old, new)).validate()


def test_the_command_writes_the_file_or_says_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["cite"]) == 2
    assert "no pyproject.toml" in capsys.readouterr().err
    project(tmp_path)
    assert main(["cite"]) == 0
    assert capsys.readouterr().out == "CITATION.cff: version 2.0 of 2027-01-02\n"
    CffFile((tmp_path / cff.FILE).read_text("utf-8")).validate()
    (tmp_path / "pyproject.toml").write_text("")
    assert main(["cite"]) == 2
    assert "a citation needs a version" in capsys.readouterr().err


# -------------------------------------------------------------------------------- the built site

TAGS = "3KF7 new equation eq-slope\n3KF7 v1 2026-04-01 0a\n3KF7 v2 2027-12-31 0b x\n"


def site_with(folder, body="", **changed):
    root = project(folder)
    page = root / "site" / "hw" / "task-3"
    page.mkdir(parents=True)
    (root / "docs" / "hw").mkdir(parents=True)
    (root / "docs" / "hw" / "task-3.md").write_text(f"# Task 3\n\n{body}\n")
    page.joinpath("index.html").write_text(
        '<html><head><meta charset="utf-8"><title>T</title></head>'
        f"<body><article>{body}</article></body></html>"
    )
    shutil.copytree(ROOT / "hwlib" / "theme" / "assets", root / "site" / "assets")
    items = [PAGE, EQUATION, replace(FIGURE, drawing=DRAWING, **changed)]
    cited = citations.citations(root, items, registry.read(TAGS))
    (root / cff.FILE).write_text(cff.text(cited.project))
    return root, items, cited


TEXTS = ".//*[@class='hw-cite-text']"


def written(root, items, cited):
    faults = citations.write_citations(root / "site", root / "docs", items, cited)
    return [str(fault) for fault in faults]


def test_an_item_with_a_tag_is_cited_by_it(tmp_path):
    _, _, cited = site_with(tmp_path / "x")
    assert cited.works["eq-slope"].url == "https://n.example/x/t/3KF7/?v=2"
    assert cited.works["eq-slope"].version == "2"
    assert cited.works["eq-slope"].day == date(2027, 12, 31)
    assert cited.works["hw/task-3"].url == "https://n.example/x/hw/task-3/"


def test_a_page_gets_its_head_its_fold_and_its_files(tmp_path):
    root, items, cited = site_with(tmp_path / "x")
    assert written(root, items, cited) == []
    folder = root / "site" / "hw" / "task-3"
    tree = html.document_fromstring(folder.joinpath("index.html").read_bytes())
    assert tree.xpath("string(//head/meta[@name='citation_title']/@content)") == PAGE.title
    (fold,) = tree.xpath("//article/details[@id='cite-this-page']")
    boxes = [box.text_content() for box in fold.xpath(TEXTS)]
    assert boxes == list(fragment.texts(cited.works["hw/task-3"]).values())
    downloads = dict(zip(fold.xpath(".//a/@aria-label"), fold.xpath(".//a/@href"), strict=True))
    assert downloads == {
        "Download BibTeX": "cite.bib", "Download RIS": "cite.ris", "Download CSL-JSON": "cite.json",
    }  # fmt: skip
    for link in [*fold.iter("a"), *tree.xpath("//head/link[@rel='describedby']")]:
        assert folder.joinpath(link.get("href")).is_file()
    entry = read_bibtex(folder.joinpath("cite.bib").read_text("utf-8"))
    assert entry.key == cited.works["hw/task-3"].key
    address = "https://n.example/x/hw/task-3/card.png"
    assert tree.xpath("string(//meta[@property='og:image']/@content)") == address
    assert folder.joinpath("card.png").read_bytes() == picture.of_figure(DRAWING)


def test_a_page_without_a_figure_shares_the_logo(tmp_path):
    root, items, cited = site_with(tmp_path / "x")
    assert written(root, items[:2], cited) == []
    page = (root / "site" / "hw" / "task-3" / "index.html").read_text("utf-8")
    assert 'content="https://n.example/x/assets/card.png"' in page
    assert tuple(pixels((root / "site/assets/card.png").read_bytes())[0, 0]) == (0x1D, 0x3A, 0x5F)


def test_the_whole_site_is_three_files_with_all_works(tmp_path):
    root, items, cited = site_with(tmp_path / "x")
    written(root, items, cited)
    keys = [cited.site.key, *[work.key for work in cited.works.values()]]
    files = {path.suffix: path.read_text("utf-8") for path in (root / "site").glob("citations.*")}
    assert list(parse_string(files[".bib"], "bibtex").entries) == keys
    assert [entry["id"] for entry in rispy.loads(files[".ris"])] == keys
    assert [entry["id"] for entry in json.loads(files[".json"])] == keys


def test_a_page_can_show_how_an_item_is_cited(tmp_path):
    example = '<div class="hw-cite" data-cites="eq-slope"></div>'
    root, items, cited = site_with(tmp_path / "x", example)
    assert written(root, items, cited) == []
    page = (root / "site" / "hw" / "task-3" / "index.html").read_text("utf-8")
    boxes = fragment.boxes(cited.works["eq-slope"], files="../../t/3KF7/cite")
    assert f'<div class="hw-cite">\n{boxes}' in page


def test_or_how_in_some_formats(tmp_path):
    example = '<div class="hw-cite" data-cites="site" data-formats="RIS APA"></div>'
    root, items, cited = site_with(tmp_path / "x", example)
    assert written(root, items, cited) == []
    tree = html.document_fromstring((root / "site/hw/task-3/index.html").read_bytes())
    boxes = tree.xpath("//div[@class='hw-cite']" + TEXTS[1:])
    texts = fragment.texts(cited.site)
    assert [box.text_content() for box in boxes] == [texts["APA"], texts["RIS"]]


def test_or_link_the_files_of_the_whole_site(tmp_path):
    example = '<div class="hw-cite" data-cites="all"></div>'
    root, items, cited = site_with(tmp_path / "x", example)
    assert written(root, items, cited) == []
    file = root / "site/hw/task-3/index.html"
    tree = html.document_fromstring(file.read_bytes())
    links = tree.xpath("//div[@class='hw-cite']//a/@href")
    assert links == [f"../../citations.{suffix}" for suffix in ("bib", "ris", "json")]
    assert all((file.parent / link).is_file() for link in links)


def test_an_example_of_nothing_is_told_with_its_line(tmp_path):
    root, items, cited = site_with(tmp_path / "x", '<div class="hw-cite" data-cites="eq-no"></div>')
    (fault,) = written(root, items, cited)
    assert fault == ('docs/hw/task-3.md:3: data-cites="eq-no": no item of the site has this label')


@pytest.mark.parametrize("text", [None, "cff-version: 1.2.0\n"])
def test_a_citation_file_that_was_left_behind_is_told(tmp_path, text):
    root, items, cited = site_with(tmp_path / "x")
    (root / cff.FILE).unlink()
    if text:
        (root / cff.FILE).write_text(text)
    (fault,) = written(root, items, cited)
    assert fault == (
        "CITATION.cff: does not say what pyproject.toml and mkdocs.yml say; write it anew: "
        "python -m hwlib cite"
    )
