"""The tags on the pages: beside each item a quiet link to the page of its tag."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from html import escape
from pathlib import Path

from hwlib.publish.items import Item
from hwlib.publish.tagpages import FOLDER
from hwlib.publish.tags import Record, Registry

_ASSETS = (
    '<link rel="stylesheet" href="{up}assets/tags.css">'
    '<script src="{up}assets/tags.js" defer></script>'
)


def show_tags(site: Path, items: Sequence[Item], registry: Registry) -> None:
    """Write each item's tag beside it.

    Args:
        site: The folder that was built.
        items: Its inventory; every item has a tag.
        registry: The tags.

    Raises:
        ValueError: If the place of an item is not found on its page.
    """
    pages: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        pages[item.page].append(item)
    for page, inside in pages.items():
        file = site / page / "index.html"
        html = file.read_text(encoding="utf-8")
        up = "../" * page.count("/")
        for item in inside:
            place = _place(html, item)
            html = html[:place] + _tag(registry.live[item.label], up) + html[place:]
        html = html.replace("</head>", _ASSETS.format(up=up) + "</head>", 1)
        file.write_text(html, encoding="utf-8", newline="")


def _tag(record: Record, up: str) -> str:
    says = f"Permanent address of this {record.kind}, and how to cite it: tag {record.tag}"
    return (
        f'<span class="hw-tagged" data-search-exclude><a class="hw-tag" title="{says}" '
        f'href="{up}{FOLDER}/{record.tag}/" data-v="{len(record.versions)}">{record.tag}</a></span>'
    )


def _place(html: str, item: Item) -> int:
    """Return the offset at which an item's tag belongs."""
    name = re.escape(escape(item.fragment))
    patterns = {
        "page": r"<h1\b.*?(?=</h1>)",
        "section": rf'<h2\b[^>]* id="{name}".*?(?=</h2>)',
        "equation": rf'<a class="hw-number" href="#{name}".*?</a>',
        "figure": rf'<figure id="{name}".*?<p class="hw-data">.*?(?=</p>)',
    }
    start = max(html.find("<article"), 0)
    found = re.compile(patterns[item.kind], re.DOTALL).search(html, start)
    if found is None:
        raise ValueError(f"the {item.kind} {item.label} has no place for its tag on its page")
    return found.end()
