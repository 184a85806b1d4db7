"""What an item says, in a few letters: one digest for each of its parts, joined by dots.

An equation has one part (its TeX), a figure two (data, caption), a page and a section three
(words, formulas, what their figures show). `-` stands for a part without content. Two fingerprints
tell which part differs without anything but themselves.
"""

from __future__ import annotations

import hashlib

from hwlib.publish.items import Item

PARTS = {
    "equation": ("tex",),
    "figure": ("data", "caption"),
    "section": ("words", "formulas", "drawn"),
    "page": ("words", "formulas", "drawn"),
}
WORDS = {
    "tex": "the formula",
    "data": "the data",
    "caption": "the caption",
    "words": "the words",
    "formulas": "the formulas",
    "drawn": "the figures",
}
DIGITS = 12


def fingerprint(item: Item) -> str:
    """Return the fingerprint of what an item says."""
    return ".".join(_digest(item.parts[name]) for name in PARTS[item.kind])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS] if text else "-"


def changed(kind: str, old: str, new: str) -> list[str]:
    """Return in words which parts differ between two fingerprints of an item of a kind."""
    pairs = zip(PARTS[kind], old.split("."), new.split("."), strict=False)
    return [WORDS[name] for name, before, after in pairs if before != after]
