"""A preview renders a page again only if something that it rests on has changed; templates, too."""

import logging

import pytest
from jinja2 import Environment, FileSystemLoader
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.structure.pages import Page
from tinysite import CONFIG, ROOT, write

from hwlib.templates import Compiled

FIRST = "# First\n\n$$\na = a \\label{eq-first}\n$$\n"
SECOND = "# Second\n\nBy @eq-first. [There](first.md#eq-first).\n"
BLOCK = '# Third\n\n```python exec="1" id="tab-word"\nprint("zebra")\n```\n'


@pytest.fixture
def preview(tmp_path, monkeypatch):
    """Builds a site of three pages as a preview does; says which pages it rendered."""
    docs = write(tmp_path / "docs", index="# Home\n", first=FIRST, second=SECOND, third=BLOCK)
    config = tmp_path / "mkdocs.yml"
    config.write_text(CONFIG.format(root=ROOT, docs=docs, site=tmp_path / "site"), "utf-8")
    monkeypatch.setenv("HWLIB_ERRORS", "collect")
    rendered = []
    whole = Page.render
    monkeypatch.setattr(
        Page,
        "render",
        lambda page, *given: rendered.append(page.file.src_uri) or whole(page, *given),
    )

    def again(command="serve"):
        rendered.clear()
        loaded = load_config(str(config), strict=False)
        loaded.plugins.on_startup(command=command, dirty=False)
        build(loaded)
        return sorted(rendered)

    return again


def edit(folder, page, old, new):
    path = folder / "docs" / page
    assert old in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def shown(folder):
    """The pages, as they were built."""
    site = folder / "site"
    return {
        path.relative_to(site).as_posix(): path.read_text("utf-8") for path in site.rglob("*.html")
    }


ALL = ["first.md", "index.md", "second.md", "third.md"]


def test_only_the_edited_page_is_rendered_and_the_site_is_that_of_a_whole_build(preview, tmp_path):
    assert preview() == ALL
    assert preview() == []
    edit(tmp_path, "second.md", "By ", "It follows by ")
    assert preview() == ["second.md"]
    kept = shown(tmp_path)
    assert "It follows by" in kept["second/index.html"]
    assert preview("build") == ALL
    assert shown(tmp_path) == kept


def test_a_number_that_moves_moves_on_other_pages(preview, tmp_path):
    preview()
    edit(tmp_path, "first.md", "$$\na", "$$\nb = b \\label{eq-new}\n$$\n\n$$\na")
    assert set(preview()) >= {"first.md", "second.md"}
    assert ">(2)</a>" in shown(tmp_path)["second/index.html"]


def test_a_line_more_elsewhere_moves_nothing(preview, tmp_path):
    preview()
    edit(tmp_path, "first.md", "# First\n", "# First\n\nA line.\n")
    assert preview() == ["first.md"]


def test_a_block_that_prints_something_else_is_rendered(preview, monkeypatch):
    preview()
    monkeypatch.setattr("hwlib.blocks.known", lambda _: "okapi")
    assert preview() == ["third.md"]


def test_a_fault_is_told_each_time(preview, tmp_path, caplog):
    preview()
    edit(tmp_path, "second.md", "(first.md#eq-first)", "(gone.md)")
    edit(tmp_path, "third.md", "# Third\n", "# Third\n\n$1 + 1 = 3$\n")
    for _ in range(2):
        caplog.clear()
        assert preview() == ["second.md", "third.md"]
        assert "gone.md" in caplog.text


def test_a_link_to_a_page_that_is_gone_is_told(preview, tmp_path, caplog):
    preview()
    edit(tmp_path, "second.md", "By @eq-first. ", "")
    preview()
    (tmp_path / "docs" / "first.md").unlink()
    preview()
    assert "first.md" in caplog.text


def test_another_setting_renders_all_pages(preview, tmp_path):
    preview()
    config = tmp_path / "mkdocs.yml"
    config.write_text(config.read_text("utf-8") + "markdown_extensions: [admonition]\n", "utf-8")
    assert preview() == ALL


def test_links_to_anchors_are_checked_in_a_page_that_is_kept(preview, tmp_path, caplog):
    caplog.set_level(logging.INFO, logger="mkdocs")  # the engine checks them at this level
    preview()
    edit(tmp_path, "index.md", "# Home", "# Home again")
    assert preview() == ["index.md"]
    assert "an anchor" not in caplog.text
    edit(tmp_path, "first.md", "\\label{eq-first}", "")
    edit(tmp_path, "second.md", "By @eq-first. ", "")
    preview()
    caplog.clear()
    assert preview() == []
    assert "does not contain an anchor '#eq-first'" in caplog.text


def test_a_template_is_compiled_once_for_all_builds(preview, tmp_path, monkeypatch):
    monkeypatch.setenv("HWLIB_CACHE", str(tmp_path / "cache"))
    compiled = []
    whole = Environment.compile
    monkeypatch.setattr(
        Environment,
        "compile",
        lambda one, source, name=None, *given: (
            compiled.append(name) or whole(one, source, name, *given)
        ),
    )
    preview()
    site = shown(tmp_path)
    assert "main.html" in compiled
    compiled.clear()
    preview()
    other = {None, "partials/language.html", "partials/languages/en.html"}
    assert set(compiled) <= other  # texts, and what the search asks of an environment of its own
    assert shown(tmp_path) == site


def test_a_template_with_another_text_is_another_one(tmp_path, monkeypatch):
    monkeypatch.setenv("HWLIB_CACHE", str(tmp_path / "cache"))
    for text in ("one", "two", "one"):
        (tmp_path / "page.html").write_text(text)
        env = Environment(loader=FileSystemLoader(tmp_path), bytecode_cache=Compiled())
        assert env.get_template("page.html").render() == text
    assert len(list((tmp_path / "cache" / "templates").iterdir())) == 2
