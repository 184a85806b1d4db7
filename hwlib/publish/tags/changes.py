"""What the registry lacks, given the items of a site: new tags, versions, places.

What is not published yet is a draft and may still change: however often an author runs the
command while writing, a published state has one version, and a tag that was given to something
that never came out is forgotten.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hwlib.publish.fault import Fault
from hwlib.publish.items import Item
from hwlib.publish.tags.fingerprints import changed, fingerprint
from hwlib.publish.tags.minting import mint
from hwlib.publish.tags.registry import FILE, Line, Record, Registry, read

COMMAND = "python -m hwlib tag"


@dataclass(frozen=True)
class Stated:
    """What only an author can know.

    Attributes:
        renamed: Old label and new one.
        withdrawn: Label and reason.
        because: Why things changed, for the versions that this run gives; or nothing.
    """

    renamed: Sequence[tuple[str, str]] = ()
    withdrawn: Sequence[tuple[str, str]] = ()
    because: str = ""


@dataclass
class Update:
    """A registry brought up to date.

    Attributes:
        registry: As it is to be written.
        said: What was done, a line each.
        faults: Why it must not be written; none if all is well.
    """

    registry: Registry
    said: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def update(
    registry: Registry,
    published: Registry,
    items: Sequence[Item],
    date: str,
    stated: Stated | None = None,
) -> Update:
    """Bring a registry up to date with the items of a site.

    Args:
        registry: As it stands in the project.
        published: As it was last published; its lines stay.
        items: All of them, labels unique.
        date: ISO 8601, for what is new.
        stated: What the author says of renamed and withdrawn items.

    Returns:
        The registry to write, unless there are faults.
    """
    work = _Work(registry, published.texts, {item.label: item for item in items}, date)
    stated = stated or Stated()
    for old, new in stated.renamed:
        work.rename(old, new)
    for label, why in stated.withdrawn:
        work.withdraw(label, why)
    work.forget()
    if not work.result.faults:
        work.result.faults += dangling(work.result.registry, work.items)
    if not work.result.faults:
        work.bring_up(items, stated.because)
    return work.result


def settled(registry: Registry, published: Registry) -> Registry:
    """Return a registry that two branches wrote and Git joined, without what they clash in.

    A line of both stands once. Where both gave a version the same number, the drafts go, and
    `update` counts on from what is published.

    Args:
        registry: As Git left it, its lines in any order.
        published: As it was last published; its lines stay.
    """
    kept = published.texts
    drafts = {
        line.text
        for lines in registry.by_tag.values()
        if _counted_twice(lines)
        for line in lines
        if line.event in ("v", "why") and line.text not in kept
    }
    once = list(dict.fromkeys(line.text for line in registry.lines))
    if not drafts and len(once) == len(registry.lines):
        return registry
    return read("\n".join(text for text in once if text not in drafts))


def _counted_twice(lines: Sequence[Line]) -> bool:
    numbers = [line.number for line in lines if line.event == "v"]
    return len(set(numbers)) < len(numbers)


def dangling(registry: Registry, items: Mapping[str, Item]) -> Iterator[Fault]:
    """Find tags whose item is not in the site, with the commands of which one mends it."""
    for label, record in registry.live.items():
        if label in items and items[label].kind == record.kind:
            continue
        quoted = shlex.quote(label)
        like = _alike(registry, record, items)
        new = shlex.quote(like) if like else "NEW-LABEL"
        hint = f" (it says what {like} says)" if like else ""
        message = (
            f"the tag {record.tag} names nothing: no {record.kind} {label} is in the site{hint}. "
            f"If it was renamed: {COMMAND} --rename {quoted} {new}   "
            f'If it was withdrawn: {COMMAND} --withdraw {quoted} "why"'
        )
        yield Fault(FILE, record.row, message)


def _alike(registry: Registry, record: Record, items: Mapping[str, Item]) -> str:
    """Return the label of an item without a tag that says exactly what a vanished one said."""
    if not record.versions:
        return ""
    return next(
        (
            label
            for label, item in items.items()
            if item.kind == record.kind
            and label not in registry.live
            and fingerprint(item) == record.version.fingerprint
        ),
        "",
    )


class _Work:
    """One run over a registry."""

    def __init__(
        self, registry: Registry, kept: set[str], items: dict[str, Item], date: str
    ) -> None:
        self.result = Update(registry, faults=list(registry.faults))
        self.items = items
        self._kept = kept
        self._date = date

    def _refuse(self, message: str) -> None:
        self.result.faults.append(Fault(FILE, 0, message))

    def _add(self, *texts: str) -> None:
        self.result.registry = self.result.registry.with_lines(texts)

    def _drop(self, texts: Sequence[str]) -> None:
        self.result.registry = self.result.registry.without(texts)

    def _lines(self, tag: str) -> list[str]:
        return [line.text for line in self.result.registry.by_tag.get(tag, [])]

    # -- what the author states

    def rename(self, old: str, new: str) -> None:
        """State that what was called `old` is called `new`; a page takes its sections along."""
        live = self.result.registry.live
        if old not in live:
            self._refuse(f"cannot rename {old}: no tag has this label. {_close(old, live)}")
            return
        record = live[old]
        if new not in self.items:
            self._refuse(f"cannot rename {old}: no {record.kind} {new} is in the site")
            return
        pairs = {old: new}
        if record.kind == "page":
            pairs |= {
                one: f"{new}#{one.partition('#')[2]}" for one in live if one.startswith(f"{old}#")
            }
        for before, after in pairs.items():
            self._rename(live[before], after)

    def _rename(self, record: Record, new: str) -> None:
        if new not in self.items and record.kind == "section":
            return  # a section that did not come along: told as a tag that names nothing
        other = self.result.registry.live.get(new)
        if other is not None and self._kept.intersection(self._lines(other.tag)):
            self._refuse(f"cannot rename {record.label}: {new} has the tag {other.tag} already")
            return
        if other is not None:
            self._drop(self._lines(other.tag))
        self._add(f"{record.tag} name {self._date} {new}")
        self.result.said.append(f"{record.tag}  renamed: {record.label} is {new}")

    def withdraw(self, label: str, why: str) -> None:
        """State that an item was withdrawn; a page takes its sections along."""
        live = self.result.registry.live
        if label not in live:
            self._refuse(f"cannot withdraw {label}: no tag has this label. {_close(label, live)}")
            return
        if label in self.items:
            item = self.items[label]
            message = f"{label} is still on its page; take it out, then withdraw its tag"
            self.result.faults.append(Fault(item.file, item.line, message))
            return
        gone = [one for name, one in live.items() if name == label or name.startswith(f"{label}#")]
        for record in gone:
            if record.label not in self.items:
                self._add(f"{record.tag} gone {self._date} {' '.join(why.split())}")
                self.result.said.append(f"{record.tag}  withdrawn: {record.label}")

    # -- what the site shows

    def forget(self) -> None:
        """Drop the tags of things that went away before they were published."""
        for label, record in self.result.registry.live.items():
            lines = self._lines(record.tag)
            if label not in self.items and not self._kept.intersection(lines):
                self._drop(lines)
                self.result.said.append(f"{record.tag}  forgotten: {label} was never published")

    def bring_up(self, items: Sequence[Item], because: str) -> None:
        """Add what the registry lacks of the items, and drop drafts that no longer hold."""
        registry = self.result.registry
        taken = dict(registry.records)
        added: list[str] = []
        dropped: list[str] = []
        for item in items:
            record = registry.live.get(item.label)
            if record is None:
                tag = mint(item.label, taken)
                record = taken[tag] = Record(tag, item.kind, [item.label], 0)
                added.append(f"{tag} new {item.kind} {item.label}")
                self.result.said.append(f"{tag}  new: {item.kind} {item.label}")
            for more, less in (self._version(item, record, because), self._place(item, record)):
                added += more
                dropped += less
        if added or dropped:
            self.result.registry = registry.without(dropped).with_lines(added)

    def _version(self, item: Item, record: Record, because: str) -> tuple[list[str], list[str]]:
        """Return the lines to add and to drop for what an item says."""
        tag, versions, now = record.tag, record.versions, fingerprint(item)
        if versions and versions[-1].fingerprint == now:
            return [], []
        dropped = []
        if versions and versions[-1].line not in self._kept:
            about = f"{tag} why v{len(versions)} "
            dropped = [versions[-1].line]
            dropped += [text for text in self._lines(tag) if text.startswith(about)]
            versions = versions[:-1]
        number = len(versions) + 1
        if versions and versions[-1].fingerprint == now:
            self.result.said.append(f"{tag}  as published: {item.label} is back at v{number - 1}")
            return [], dropped
        text = " ".join(item.tex.split())
        added = [" ".join(filter(None, (f"{tag} v{number} {self._date} {now}", text)))]
        if versions:
            what = " and ".join(changed(item.kind, versions[-1].fingerprint, now))
            self.result.said.append(f"{tag}  v{number}: {item.label}, {what} changed")
            if because:
                added.append(f"{tag} why v{number} {' '.join(because.split())}")
        elif dropped:
            self.result.said.append(f"{tag}  v1, not published yet: {item.label} as it reads now")
        return added, dropped

    def _place(self, item: Item, record: Record) -> tuple[list[str], list[str]]:
        """Return the lines to add and to drop for where an item stands."""
        tag, addresses = record.tag, record.addresses
        if addresses and addresses[-1] == item.address:
            return [], []
        lines = [text for text in self._lines(tag) if text.split()[1] == "at"]
        dropped = [text for text in lines[-1:] if text not in self._kept]
        if dropped:
            addresses = addresses[:-1]
        if addresses and addresses[-1] == item.address:
            return [], dropped
        if addresses:
            self.result.said.append(f"{tag}  moved: {item.label} is at {item.address or '/'}")
        return [f"{tag} at {self._date} {item.address or '/'}"], dropped


def _close(label: str, live: Mapping[str, Record]) -> str:
    from difflib import get_close_matches  # late: only a slip needs it

    close = get_close_matches(label, live, 1)
    return f"Did you mean {close[0]}?" if close else f"{FILE} lists all labels."
