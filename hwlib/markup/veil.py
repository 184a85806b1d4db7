"""Drawings and MathML behind comment marks, which search indexers pass over in one step.

The indexers of MkDocs and Zensical read a page's HTML tag by tag, and nine of ten tags are strokes
of a drawing, which say nothing: half of the time of a warm build went there. So what is drawn goes
to the indexer as a comment; `theme/partials/content.html`, which every engine uses after it has
indexed the page, takes the marks off again.
"""

from __future__ import annotations

import re

__all__ = ["veiled"]

OPEN, CLOSE = "<!--hw:", ":hw-->"  # as in theme/partials/content.html
_DRAWN = re.compile(
    r"<(?P<tag>mjx-container|svg|math)\b(?:(?!-->).)*?</(?P=tag)>", re.DOTALL
)  # what holds an end of a comment stays as it is


def veiled(html: str) -> str:
    """Return a page's HTML with every drawing behind comment marks."""
    return _DRAWN.sub(lambda drawn: f"{OPEN}{drawn[0]}{CLOSE}", html)
