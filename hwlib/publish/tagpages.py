"""The page of each tag, `t/TAG/`, with the files to take away; the list of all tags; the registry.

A tag's page is one small static file. It shows the item itself, says where it stands, since when,
what changed and how to cite it, and needs no script; with one, `?v=N` says at its top whether the
item is still what it was in the version that was cited.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from hwlib import dependencies
from hwlib.cache import kept
from hwlib.cite import metadata, picture
from hwlib.publish import takeaway
from hwlib.publish.citations import CARD, Citations, main_figures, picture_of
from hwlib.publish.items import Item
from hwlib.publish.tags import Record, Registry, changed

FOLDER = "t"
PROMISE = "cite/"  # the page that says what a tag promises

_TEMPLATES = Path(__file__).with_name("templates")
_LINK = re.compile(r'(<a\b[^>]*?\bhref=")([^"]*)(")')
_FILES = {
    "item.json": "all that this page says, for programs",
    "equation.tex": "the equation in LaTeX (amsmath)",
    "equation.svg": "the equation as a drawing that stands alone",
    "figure.svg": "the figure as a drawing that stands alone",
    "figure.csv": "the data that the figure shows",
}


@dataclass(frozen=True)
class Setting:
    """What the pages of all tags have in common.

    Attributes:
        site_name: As readers know the site.
        url: The site's full address with a slash at its end; empty where it has none.
        licence: A sentence; may be empty.
        promise: The address in the site of the page that says what a tag promises.
        cited: How items are cited; None if that is not known.
    """

    site_name: str
    url: str = ""
    licence: str = ""
    promise: str = PROMISE
    cited: Citations | None = None


def write_tag_pages(
    site: Path, items: Sequence[Item], registry: Registry, setting: Setting
) -> None:
    """Write the pages of all tags into a built site.

    Args:
        site: The folder that was built.
        items: Its inventory; every item has a tag.
        registry: The tags.
        setting: What the pages share.
    """
    by_label = {item.label: item for item in items}
    inside, figures = _inside(items, registry), main_figures(items)
    for record in registry.records.values():
        item = None if record.gone else by_label[record.label]
        head = _head(item, record, figures, setting)
        folder = site / FOLDER / record.tag
        _write(folder, _kept_files(_Tag(item, record, inside.get(record.label, []), head), setting))
        if item and setting.cited and _has_card(item, figures):
            (folder / CARD).write_bytes(picture.of_figure(item.drawing))
    listed = {"index.html": _list(items, registry, setting), "registry.txt": str(registry)}
    _write(site / FOLDER, listed)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")


@cache
def template(name: str) -> Template:
    """Return a template of this package; what it is given is escaped unless it is `Markup`."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)


@cache
def colours() -> Markup:
    """Return the site's colours as custom properties that follow the reader's scheme."""
    light, dark = (
        ";".join(f"--hw-{name}:{value}" for name, value in takeaway.palette()[scheme].items())
        for scheme in ("light", "dark")
    )
    return Markup(f":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}")


# ------------------------------------------------------------------------------------ one tag


class _Tag(NamedTuple):
    """What the page of one tag is made of.

    Attributes:
        item: What has the tag; None where that was withdrawn.
        record: What the registry says.
        inside: Tag, name and title of each item that stands in it.
        head: What the page says of itself to machines.
    """

    item: Item | None
    record: Record
    inside: list[tuple[str, str, str]]
    head: str


def _kept_files(tag: _Tag, setting: Setting) -> dict[str, str]:
    """Return a tag's files, kept by all that they are made from."""
    work = setting.cited.works[tag.item.label] if tag.item and setting.cited else None
    made_from = (
        dependencies.package(),
        json.dumps(asdict(tag.item)) if tag.item else "",
        repr((tag.record, tag.inside, tag.head, work)),
        repr((setting.site_name, setting.url, setting.licence, setting.promise)),
    )
    return kept("tags", made_from, lambda: _files(tag, setting))


def _files(tag: _Tag, setting: Setting) -> dict[str, str]:
    item, record = tag.item, tag.record
    url = f"{setting.url}{FOLDER}/{record.tag}/"
    about = {"where": setting.site_name, "licence": setting.licence}
    if item is None:
        made = {"item.json": takeaway.item_json(record, None, url)}
    else:
        made = takeaway.files(item, record, url, about)
    names = [(name, _FILES[name]) for name in _FILES if name in made]
    cited = setting.cited if item is not None else None
    before = (one for one in record.addresses if one != record.address)
    shown = {
        "record": record,
        "item": item,
        "inside": tag.inside,
        "rows": rows(record),
        "before": list(dict.fromkeys(record.addresses if record.gone else before)),
        "files": names,
        "url": url if setting.url else "",
        "head": Markup(tag.head),
        "cite": Markup(cited.html(record.label)) if cited else "",
        **_shown(item, record),
        **_common(setting),
    }
    if cited:
        made |= cited.files(record.label)
    return {"index.html": template("tag.html").render(shown), **made}


def _head(item: Item | None, record: Record, figures: Mapping[str, Item], setting: Setting) -> str:
    """Return what the page says of itself to machines."""
    if item is None or setting.cited is None:
        return ""
    url = f"{setting.url}{FOLDER}/{record.tag}/"
    card = picture_of(figures.get(item.page), setting.cited.project)
    if _has_card(item, figures):
        card = metadata.Picture(f"{url}{CARD}", item.description or item.title)
    return metadata.head(setting.cited.works[item.label], url, card)


def _has_card(item: Item, figures: Mapping[str, Item]) -> bool:
    """Tell whether an item has a picture of its own: a figure that is not its page's picture."""
    return item.kind == "figure" and figures[item.page] is not item


def _common(setting: Setting) -> dict[str, Any]:
    return {
        "site_name": setting.site_name,
        "colours": colours(),
        "licence": setting.licence,
        "promise": setting.promise,
    }


def _shown(item: Item | None, record: Record) -> dict[str, Any]:
    """Return the words and drawings that show an item."""
    if item is None:
        heading = f"The {record.kind} {record.label}"
        summary = f"{heading} was withdrawn. Its permanent tag is {record.tag}."
        return {"heading": heading, "record_page": heading, "summary": summary, "glyphs": ""}
    heading = f"{item.name}: {item.title}" if item.kind == "figure" else item.name
    about = f": {item.title}" if item.kind in ("equation", "figure") else ""
    place = f", “{item.page_title}”" if item.kind != "page" else ""
    return {
        "heading": heading,
        "record_page": item.page_title,
        "summary": f"{item.name}{about}{place}. Permanent tag {record.tag}, with its versions.",
        "shown": Markup(_moved_links(item.markup, item.page)),
        "drawing": Markup(item.drawing),
        "glyphs": Markup(_glyphs(item)),
    }


def _moved_links(markup: str, page: str) -> str:
    """Point the links of a piece of a page to where they lead from the tag's page."""

    def moved(match: re.Match[str]) -> str:
        link = match[2]
        if urlsplit(link).scheme or link.startswith("/"):
            return match[0]
        path, mark, fragment = link.partition("#")
        home = posixpath.normpath(posixpath.join(page, path)) if path else page.rstrip("/")
        slash = "/" if home not in ("", ".") and (not path or path.endswith("/")) else ""
        home = "" if home == "." else home
        return f"{match[1]}../../{home}{slash}{mark}{fragment}{match[3]}"

    return _LINK.sub(moved, markup)


def _glyphs(item: Item) -> str:
    if not item.glyphs:
        return ""
    paths = "".join(f'<path id="{name}" d="{d}"/>' for name, d in sorted(item.glyphs.items()))
    return f'<svg class="hw-glyphs" aria-hidden="true"><defs>{paths}</defs></svg>'


@dataclass(frozen=True)
class Row:
    """What the page says of one version.

    Attributes:
        number: Of the version.
        date: From which it held.
        what: What was new in it.
        why: What its author says of it.
        since: Whether the item has changed since.
        read: An equation's TeX, if it is not today's.
    """

    number: int
    date: str
    what: str
    why: str
    since: str
    read: str


def rows(record: Record) -> list[Row]:
    """Return what is to be said of each version, the latest first."""
    made = []
    now = record.versions[-1] if record.versions else None
    for place, version in enumerate(record.versions):
        before = record.versions[place - 1].fingerprint if place else ""
        what = "As it was first published."
        if place:
            what = f"{_and(changed(record.kind, before, version.fingerprint))} changed."
        other = changed(record.kind, version.fingerprint, now.fingerprint) if now else []
        since = "It has not changed since."
        if other:
            since = f"It has changed since: {_and(other).lower()}."
        elif version is not now:
            since = "It changed in between, and says the same again."
        if record.gone:
            since = f"It was withdrawn on {record.gone[0]}."
        read = version.text if other else ""
        made.append(Row(version.number, version.date, what, version.why, since, read))
    return made[::-1]


def _and(parts: Sequence[str]) -> str:
    *others, last = [part if place else part.capitalize() for place, part in enumerate(parts)]
    return f"{', '.join(others)} and {last}" if others else last


# ------------------------------------------------------------------------------------ all tags


def _inside(items: Sequence[Item], registry: Registry) -> dict[str, list[tuple[str, str, str]]]:
    """Return for each page its sections, for each section its equations and figures."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    sections: dict[tuple[str, str], str] = {}
    for item in items:
        if item.kind == "section":
            sections.setdefault((item.page, item.title), item.label)
    for item in items:
        if item.kind == "page":
            continue
        home = item.page.rstrip("/")
        if item.kind != "section":
            home = sections.get((item.page, item.section), home)
        title = "" if item.kind == "section" else item.title
        found.setdefault(home, []).append((registry.live[item.label].tag, item.name, title))
    return found


def _list(items: Sequence[Item], registry: Registry, setting: Setting) -> str:
    groups = [
        (title, [(registry.live[item.label], _named(item)) for item in group])
        for title, group in groupby(items, key=lambda item: item.page_title)
    ]
    gone = [(one, f"{one.kind} {one.label}") for one in registry.records.values() if one.gone]
    if gone:
        groups.append(("Withdrawn", gone))
    url = f"{setting.url}{FOLDER}/" if setting.url else ""
    return template("tags.html").render(groups=groups, url=url, **_common(setting))


def _named(item: Item) -> str:
    if item.kind == "page":
        return "The page"
    return item.name if item.kind == "section" else f"{item.name}: {item.title}"
