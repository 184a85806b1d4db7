"""The stage that gives a built site its permanent addresses: checked first, then written.

A project without a registry has no tags, and nothing happens here: the first
`python -m hwlib tag` begins it. One that was published cannot be taken away again.
"""

from __future__ import annotations

from pathlib import Path

from hwlib.executor import SchedulerError
from hwlib.publish.built import BuiltPage
from hwlib.publish.citations import Citations, citations, write_citations
from hwlib.publish.fault import Fault
from hwlib.publish.items import Item, inventory
from hwlib.publish.moved import keep_old_addresses
from hwlib.publish.shown import show_tags
from hwlib.publish.tagpages import Setting, write_tag_pages
from hwlib.publish.tags import FILE, Registry, check, last_published, read

_LICENCES = {
    "CC-BY-4.0": "Text and figures: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
}


def registry_at(root: Path) -> Registry | None:
    """Return the registry of a project; None if it has none and never published one."""
    file = root / FILE
    if file.is_file():
        return read(file.read_text(encoding="utf-8"))
    return read("") if last_published(root).registry.lines else None


def give_addresses(site: Path, root: Path) -> list[Fault]:
    """Write all that makes a built site citable: tags, their pages, citations, old addresses.

    Args:
        site: The folder that was built; its pages are whole.
        root: The project's folder.

    Returns:
        What must not be published.
    """
    docs = root / "docs"
    items = inventory(site, docs)
    registry = registry_at(root)
    faults = check(registry, last_published(root), items) if registry is not None else []
    try:
        cited = citations(root, items, registry or read(""))
    except (ValueError, SchedulerError) as error:
        return [*faults, Fault("", 0, str(error))]
    if cited is not None:
        faults += write_citations(site, docs, items, cited)
    if registry is not None and not faults:
        write_tags(site, items, registry, cited)
    return faults


def write_tags(site: Path, items: list[Item], registry: Registry, cited: Citations | None) -> None:
    """Write the pages of tags, the tags on the pages, and the way from old addresses.

    Args:
        site: The folder that was built.
        items: Its inventory.
        registry: The tags; `check` found nothing wrong with them.
        cited: How the items are cited, if the project says so.
    """
    home = BuiltPage(site / "index.html", "index.html")
    url = cited.project.url if cited else home.canonical
    name = cited.project.name if cited else home.title
    licence = _LICENCES.get(cited.project.licence, "") if cited else ""
    setting = Setting(name, url, licence, _promise(site), cited)
    show_tags(site, items, registry)
    write_tag_pages(site, items, registry, setting)
    keep_old_addresses(site, items, registry, setting)


def _promise(site: Path) -> str:
    return "cite/" if (site / "cite" / "index.html").is_file() else ""
