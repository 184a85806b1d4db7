"""A page as it was built: what the proof needs to know of its HTML."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hwlib import dependencies
from hwlib.cache import kept

# What each commit and each build writes anew into every page: the facts of a page are without it.
_ANEW = re.compile(r'(<code class="hw-(?:commit|digest)">)[0-9a-f]*(?=</code>)')


@dataclass(frozen=True)
class BuiltPage:
    """One HTML file of a site.

    Attributes:
        file: Where it is.
        path: Its path in the site, with forward slashes.
    """

    file: Path
    path: str

    @cached_property
    def text(self) -> str:
        """The file's text."""
        return self.file.read_text(encoding="utf-8")

    @cached_property
    def _facts(self) -> dict[str, Any]:
        """What is read from the HTML, kept by its text: parsing is most of a proof's work."""
        text = _ANEW.sub(r"\1", self.text)
        made_from = (
            dependencies.module("hwlib.publish.parsed"),
            hashlib.sha256(text.encode()).hexdigest(),
        )
        return kept("facts", made_from, lambda: _read(text))

    @cached_property
    def ids(self) -> Counter[str]:
        """Each id with how often it stands on the page."""
        return Counter(self._facts["ids"])

    @cached_property
    def anchors(self) -> set[str]:
        """Everything that a fragment can point to."""
        return {*self._facts["ids"], *self._facts["names"]}

    @property
    def links(self) -> list[str]:
        """Every address that the page refers to, each once, in order; paint servers too."""
        return list(self._facts["links"])

    @property
    def title(self) -> str:
        """The page's title."""
        return str(self._facts["title"])

    @property
    def description(self) -> str:
        """The page's description for search engines."""
        return str(self._facts["description"])

    @property
    def heading(self) -> str:
        """The page's first heading, its formulas as readable text."""
        return str(self._facts["heading"])

    @property
    def canonical(self) -> str:
        """The page's own full address, as it states it; empty if it does not."""
        return str(self._facts["canonical"])

    @property
    def blocks(self) -> set[str]:
        """The ids of the executed blocks that left their mark."""
        return set(self._facts["blocks"])

    @property
    def figures(self) -> list[str]:
        """The ids of figures and tables."""
        return list(self._facts["figures"])

    @property
    def errors(self) -> list[str]:
        """The text of each error box."""
        return list(self._facts["errors"])

    @property
    def raw_maths(self) -> list[str]:
        """TeX that nobody typeset."""
        return list(self._facts["raw_maths"])


def _read(text: str) -> dict[str, Any]:
    from hwlib.publish import parsed  # late: where all pages are known it is not needed

    return parsed.facts(text)


def built_pages(site: Path) -> list[BuiltPage]:
    """Find every HTML file of a site."""
    files = sorted(site.rglob("*.html"))
    return [BuiltPage(file, file.relative_to(site).as_posix()) for file in files]
