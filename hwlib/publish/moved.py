"""Old addresses that keep working: of what was renamed, moved to another page, or withdrawn.

renamed on its page       the old name is an anchor in front of the item
moved to another page     where it stood, a note that only who comes by the old `#…` sees, with
                          a link; the pages' script follows it at once
its page is gone          a page at the old address that leads on, by script with every `#…`,
                          without a script by a refresh and links
withdrawn                 the same, and on to the page of its tag, which says why
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from hwlib.publish.items import Item
from hwlib.publish.tagpages import FOLDER, Setting, colours, template
from hwlib.publish.tags import Record, Registry

_ARTICLE_END = "</article>"


@dataclass(frozen=True)
class Old:
    """An address of the past.

    Attributes:
        page: The page's address in the site.
        fragment: What stood after `#`, or nothing.
        target: The address in the site to go to.
        record: The tag of what stood there.
        item: That item, if it was not withdrawn.
    """

    page: str
    fragment: str
    target: str
    record: Record
    item: Item | None


def keep_old_addresses(
    site: Path, items: Sequence[Item], registry: Registry, setting: Setting
) -> None:
    """Make every address at which something tagged has stood lead to where it is.

    Args:
        site: The folder that was built.
        items: Its inventory.
        registry: The tags with the addresses of the past.
        setting: What the pages of tags share.
    """
    by_label = {item.label: item for item in items}
    for page, olds in _old(registry, by_label).items():
        file = site / page / "index.html"
        if file.is_file():
            html = file.read_text(encoding="utf-8")
            file.write_text(_with_anchors(html, page, olds), encoding="utf-8", newline="")
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_redirect(page, olds, setting), encoding="utf-8", newline="")


def _old(registry: Registry, items: Mapping[str, Item]) -> dict[str, list[Old]]:
    found: dict[str, list[Old]] = defaultdict(list)
    standing = {item.address for item in items.values()}
    for record in registry.records.values():
        item = None if record.gone else items[record.label]
        target = item.address if item else f"{FOLDER}/{record.tag}/"
        for address in dict.fromkeys(record.addresses):
            page, _, fragment = address.partition("#")
            if address not in standing:
                found[page].append(Old(page, fragment, target, record, item))
    return found


def _with_anchors(html: str, page: str, olds: Sequence[Old]) -> str:
    """Return a page that still stands, with the names of what stood on it."""
    notes = ""
    for old in olds:
        if not old.fragment or f' id="{old.fragment}"' in html:
            continue  # something else has that name now; the tag's page tells them apart
        new_page, _, name = old.target.partition("#")
        anchor = f'<span id="{escape(old.fragment)}" class="hw-was"></span>'
        place = re.search(rf'<\w+\b[^>]* id="{re.escape(name)}"', html) if name else None
        if new_page == page and place:
            html = html[: place.start()] + anchor + html[place.start() :]
        else:
            notes += _note(old, "../" * page.count("/"))
    before, end, after = html.rpartition(_ARTICLE_END)
    return f"{before}{notes}{end}{after}" if end else html


def _note(old: Old, up: str) -> str:
    link = f'<a href="{up}{escape(old.target)}">{escape(_name(old))}</a>'
    said = "was withdrawn; its tag says why" if old.item is None else "now stands on another page"
    return (
        f'<p class="hw-moved" id="{escape(old.fragment)}" data-search-exclude>'
        f"What stood here {said}: {link}.</p>\n"
    )


def _name(old: Old) -> str:
    if old.item is None:
        return f"{old.record.kind} {old.record.label}"
    if old.item.kind == "page":
        return old.item.title
    return f"{old.item.name}, {old.item.page_title}"


def _redirect(page: str, olds: Sequence[Old], setting: Setting) -> str:
    """Return the page that leads on from an address at which no page stands any more."""
    whole = next((old for old in olds if not old.fragment), olds[0])
    return template("moved.html").render(
        old=page,
        target=whole.target,
        title=_name(whole),
        canonical=f"{setting.url}{whole.target}",
        up="../" * page.count("/"),
        parts=[(old.fragment, old.target, _name(old)) for old in olds if old.fragment],
        site_name=setting.site_name,
        colours=colours(),
    )
