r"""The registry of tags: a text file of facts, one a line, in the order in which they came about.

    7K3M new equation eq-slope                      the tag is given
    7K3M v1 2026-11-23 3f2a9c1b0d4e \sigma'(z) := … what the item says from that day on
    7K3M at 2026-11-23 hw1-part2/task-3/#eq-slope   where it stands from that day on
    7K3M why v2 the sign was wrong                  what an author says of a version
    7K3M name 2027-02-01 eq-sigmoid-slope           it is called so from that day on
    7K3M gone 2027-03-01 told in Task 4 now         it was withdrawn, and why

A line that has been published stays as it is: the file is its own history, and any two states of
it can be compared by their lines. An equation's version ends with its TeX on one line, so that one
can read what was cited; other items have their fingerprint alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from hwlib.publish.fault import Fault
from hwlib.publish.items import KINDS
from hwlib.publish.tags.minting import ALPHABET

FILE = "tags/registry.txt"

HEADER = """\
# The permanent tags of this site. Each line is one fact and stays as it is once it is published;
# `python -m hwlib tag` adds the lines that are needed. docs/cite.md says what a tag promises.
#
# TAG new KIND LABEL             the tag is given
# TAG vN DATE FINGERPRINT TEX    what the item says from that day on (TeX: of an equation)
# TAG at DATE ADDRESS            where it stands from that day on; / is the home page
# TAG why vN WORDS               what an author says of a version
# TAG name DATE LABEL            it is called so from that day on
# TAG gone DATE WORDS            it was withdrawn, and why
"""

_DATE = r"\d{4}-\d\d-\d\d"
_EVENTS = {
    "new": re.compile(rf"(?P<kind>{'|'.join(KINDS)}) (?P<label>\S+)"),
    "v": re.compile(rf"(?P<date>{_DATE}) (?P<fingerprint>[0-9a-f.-]+)(?: (?P<text>.+))?"),
    "at": re.compile(rf"(?P<date>{_DATE}) (?P<address>\S+)"),
    "why": re.compile(r"v(?P<number>\d+) (?P<text>.+)"),
    "name": re.compile(rf"(?P<date>{_DATE}) (?P<label>\S+)"),
    "gone": re.compile(rf"(?P<date>{_DATE}) (?P<text>.+)"),
}
_LINE = re.compile(rf"(?P<tag>[{ALPHABET}]{{4}}) (?P<event>[a-z]+)(?P<number>\d*) (?P<rest>.+)")


@dataclass(frozen=True)
class Line:
    """One line of the registry that states a fact, with its place in the file."""

    text: str
    row: int
    tag: str
    event: str
    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class Version:
    """One published state of an item.

    Attributes:
        number: From 1.
        date: ISO 8601, the day from which it held.
        fingerprint: See `fingerprints`.
        text: An equation's TeX on one line; empty for others.
        line: The registry's line that states it.
        why: What an author said of it, or nothing.
    """

    number: int
    date: str
    fingerprint: str
    text: str
    line: str
    why: str = ""


@dataclass
class Record:
    """All that the registry says of one tag.

    Attributes:
        tag: Four characters.
        kind: One of `items.KINDS`.
        labels: What the item was called, the last one today.
        versions: By number.
        addresses: Where it stood, the last one today.
        gone: Day and reason of its withdrawal, or None.
        row: Line of the registry that gave the tag.
    """

    tag: str
    kind: str
    labels: list[str]
    row: int
    versions: list[Version] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    gone: tuple[str, str] | None = None

    @property
    def label(self) -> str:
        """What the item is called today."""
        return self.labels[-1]

    @property
    def version(self) -> Version:
        """The version that holds today."""
        return self.versions[-1]

    @property
    def address(self) -> str:
        """Where it stands today, as `Item.address` writes it."""
        return self.addresses[-1] if self.addresses else ""


@dataclass(frozen=True)
class Registry:
    """A state of the registry.

    Attributes:
        lines: The facts, in the order of the file.
        faults: What cannot be read or contradicts itself, located.
    """

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...] = ()

    @cached_property
    def records(self) -> dict[str, Record]:
        """Every tag with what is known of it."""
        return _read_records(self.lines)[0]

    @cached_property
    def live(self) -> dict[str, Record]:
        """The tags that are not withdrawn, by the label of today."""
        return {one.label: one for one in self.records.values() if one.gone is None}

    @cached_property
    def by_tag(self) -> dict[str, list[Line]]:
        """The facts of each tag, in the order of the file."""
        found: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            found[line.tag].append(line)
        return dict(found)

    @property
    def texts(self) -> set[str]:
        """The facts as text."""
        return {line.text for line in self.lines}

    def with_lines(self, texts: Iterable[str]) -> Registry:
        """Return the registry with facts added at its end."""
        return read("\n".join([*(line.text for line in self.lines), *texts]))

    def without(self, texts: Iterable[str]) -> Registry:
        """Return the registry without some facts that were never published."""
        dropped = set(texts)
        return read("\n".join(line.text for line in self.lines if line.text not in dropped))

    def __str__(self) -> str:
        return HEADER + "".join(f"{line.text}\n" for line in self.lines)


def read(text: str) -> Registry:
    """Read a registry; what is wrong with it is in `faults`, by line."""
    lines: list[Line] = []
    faults: list[Fault] = []
    for row, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        fact = _read_line(line.rstrip(), row)
        if fact is None:
            faults.append(
                Fault(FILE, row, f"this is no line of a registry: {line.strip()}. {_MEND}")
            )
        else:
            lines.append(fact)
    faults += _read_records(lines)[1]
    return Registry(tuple(lines), tuple(faults))


_MEND = "Take it out, or bring back the last published file with git, then: python -m hwlib tag"


def _read_line(text: str, row: int) -> Line | None:
    found = _LINE.fullmatch(text)
    pattern = _EVENTS.get(found["event"]) if found else None
    values = pattern.fullmatch(found["rest"]) if found and pattern else None
    if not found or not values or (found["event"] == "v") != bool(found["number"]):
        return None
    known = {name: value or "" for name, value in values.groupdict().items()}
    number = int(found["number"] or known.get("number") or 0)
    return Line(text, row, found["tag"], found["event"], number, known)


def _read_records(lines: Iterable[Line]) -> tuple[dict[str, Record], list[Fault]]:
    records: dict[str, Record] = {}
    faults = []
    for line in lines:
        wrong = _take(records, line)
        if wrong:
            faults.append(Fault(FILE, line.row, wrong))
    faults += _shared_labels(records)
    return records, faults


def _take(records: dict[str, Record], line: Line) -> str:
    """Take in a line; return what is wrong with it, or nothing."""
    record = records.get(line.tag)
    if line.event == "new":
        if record is None:
            records[line.tag] = Record(
                line.tag, line.values["kind"], [line.values["label"]], line.row
            )
            return ""
        return (
            f"the tag {line.tag} is given twice: to {record.labels[0]} (line {record.row}) and to "
            f"{line.values['label']}. A tag names one thing for ever: take this line out, then: "
            "python -m hwlib tag"
        )
    if record is None:
        return f"the tag {line.tag} was never given: no line `{line.tag} new …` before. {_MEND}"
    return _take_fact(record, line)


def _take_fact(record: Record, line: Line) -> str:
    values = line.values
    if line.event == "v":
        if line.number != len(record.versions) + 1:
            return (
                f"version {line.number} of {record.tag} follows {len(record.versions)}. If two "
                "branches gave it that number: python -m hwlib tag. Else the line is not right: "
                f"{_MEND[0].lower()}{_MEND[1:]}"
            )
        version = Version(
            line.number, values["date"], values["fingerprint"], values["text"], line.text
        )
        record.versions.append(version)
    elif line.event == "why":
        if not 1 <= line.number <= len(record.versions):
            return f"there is no version {line.number} of {record.tag} before this line. {_MEND}"
        old = record.versions[line.number - 1]
        record.versions[line.number - 1] = Version(
            old.number, old.date, old.fingerprint, old.text, old.line, values["text"]
        )
    elif line.event == "at":
        record.addresses.append("" if values["address"] == "/" else values["address"])
    elif line.event == "name":
        record.labels.append(values["label"])
    else:
        record.gone = (values["date"], values["text"])
    return ""


def _shared_labels(records: dict[str, Record]) -> Iterator[Fault]:
    seen: dict[str, Record] = {}
    for record in records.values():
        if record.gone is not None:
            continue
        other = seen.setdefault(record.label, record)
        if other is not record:
            message = (
                f"{record.label} has two tags: {other.tag} (line {other.row}) and {record.tag}. "
                "Take out the lines of the one that is not published yet, then: python -m hwlib tag"
            )
            yield Fault(FILE, record.row, message)
