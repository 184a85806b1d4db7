"""Permanent tags: what each item is called for ever, whatever becomes of it.

registry        the text file that holds every tag: read, written, only ever added to
minting         a tag for a label
fingerprints    what an item says, in a few letters
changes         from the items of a site to the lines that the registry lacks
checks          what must not be published
history         the registry as it was last published, from git
"""

from hwlib.publish.tags.changes import Stated, Update, settled, update
from hwlib.publish.tags.checks import check, vanished
from hwlib.publish.tags.fingerprints import changed, fingerprint
from hwlib.publish.tags.history import Published, last_published
from hwlib.publish.tags.minting import ALPHABET, mint
from hwlib.publish.tags.registry import FILE, Record, Registry, Version, read

__all__ = [
    "ALPHABET",
    "FILE",
    "Published",
    "Record",
    "Registry",
    "Stated",
    "Update",
    "Version",
    "changed",
    "check",
    "fingerprint",
    "last_published",
    "mint",
    "read",
    "settled",
    "update",
    "vanished",
]
