"""A tag for a label: the same on every machine, and for every order in which items come."""

from __future__ import annotations

import hashlib
from collections.abc import Container

# Digits and capitals, one or none of each pair that is mistaken for another on paper or aloud
# (0 O, 1 I L, 2 Z, 5 S, 8 B, U V), and no A, E, I, O, U, so that no tag is a word.
ALPHABET = "2346789CDFGHJKMNPQRTVWXY"
LENGTH = 4


def mint(label: str, taken: Container[str]) -> str:
    """Return a tag that is not taken: the first of a sequence that the label alone determines.

    Raises:
        ValueError: If a thousand candidates are taken; by then the tags need a fifth character.
    """
    for attempt in range(1000):
        digest = hashlib.sha256(f"{label}\n{attempt}".encode()).digest()
        number = int.from_bytes(digest[:8], "big")
        tag = ""
        for _ in range(LENGTH):
            number, place = divmod(number, len(ALPHABET))
            tag += ALPHABET[place]
        if tag not in taken:
            return tag
    raise ValueError(
        f"no tag is left for {label}: a thousand candidates are taken. "
        "Let hwlib.publish.tags.minting.LENGTH be 5 for new tags."
    )
