"""What must not be published: items without a tag, tags without an item, changes without a word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hwlib.publish.fault import Fault
from hwlib.publish.items import Item
from hwlib.publish.tags.changes import COMMAND, dangling
from hwlib.publish.tags.fingerprints import changed, fingerprint
from hwlib.publish.tags.history import Published
from hwlib.publish.tags.registry import FILE, Line, Record, Registry


def check(registry: Registry, published: Published, items: Sequence[Item]) -> list[Fault]:
    """Compare a registry with the items of a site and with the last published registry.

    Returns:
        All faults, each with the command that mends it; none if the site may be published.
    """
    faults = [*registry.faults, *vanished(registry, published)]
    if faults:  # what else is wrong may follow from it
        return sorted(faults)
    by_label = {item.label: item for item in items}
    faults += dangling(registry, by_label)
    for item in items:
        record = registry.live.get(item.label)
        faults += _unknown(item) if record is None else _behind(item, record)
    return sorted(faults)


def vanished(registry: Registry, published: Published) -> Iterator[Fault]:
    """Find published lines that are gone, read otherwise, or stand in another order."""
    mend = f"git checkout {published.ref} -- {FILE} && {COMMAND}"
    for tag, lines in published.registry.by_tag.items():
        now = registry.by_tag.get(tag, [])
        place = 0
        for line in lines:
            rest = [one.text for one in now[place:]]
            if line.text in rest:
                place += rest.index(line.text) + 1
                continue
            like = next((one for one in now if _same(one, line)), None)
            what = "reads otherwise or stands elsewhere now" if like else "is gone"
            message = (
                f"a line that was published with {published.ref} {what}: {line.text}   "
                f"Such lines stay as they are; bring it back: {mend}"
            )
            yield Fault(FILE, like.row if like else 0, message)


def _same(one: Line, other: Line) -> bool:
    return (one.tag, one.event, one.number) == (other.tag, other.event, other.number)


def _unknown(item: Item) -> Iterator[Fault]:
    yield Fault(item.file, item.line, f"the {item.kind} {item.label} has no tag yet: {COMMAND}")


def _behind(item: Item, record: Record) -> Iterator[Fault]:
    if not record.versions or record.version.fingerprint != fingerprint(item):
        what = "it has no version yet"
        if record.versions:
            parts = changed(item.kind, record.version.fingerprint, fingerprint(item))
            what = f"{' and '.join(parts)} changed since version {record.version.number}"
        message = (
            f"the {item.kind} {item.label} ({record.tag}): {what}; give it a version: {COMMAND}"
        )
        yield Fault(item.file, item.line, message)
    elif record.address != item.address or not record.addresses:
        message = f"the {item.kind} {item.label} ({record.tag}) moved to {item.address or '/'}"
        yield Fault(item.file, item.line, f"{message}; say so: {COMMAND}")
