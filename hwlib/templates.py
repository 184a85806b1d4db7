"""The theme's templates as Jinja compiled them, kept from build to build."""

from __future__ import annotations

from base64 import b64decode, b64encode

from jinja2.bccache import Bucket, BytecodeCache

from hwlib import dependencies
from hwlib.cache import Cache, digest, folder


class Compiled(BytecodeCache):
    """Compiled templates in the project's cache, by their text and the versions."""

    def __init__(self) -> None:
        self._cache = Cache(folder() / "templates")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what is kept for it."""
        found = self._cache.get(_key(bucket))
        if found is not None:
            bucket.bytecode_from_string(b64decode(found))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a bucket holds."""
        self._cache.put(_key(bucket), b64encode(bucket.bytecode_to_string()).decode())


def _key(bucket: Bucket) -> str:
    """Return the digest of a template's name, place and text; Jinja's own digests are of these."""
    return digest(bucket.key, bucket.checksum, *dependencies.versions())
