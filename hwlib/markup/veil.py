"""What no search indexer is to read, behind comment marks that it passes over in one step.

The indexers of MkDocs and Zensical read a page's HTML tag by tag, and nine of ten tags are strokes
of drawings, MathML, marks and folded code, which the search leaves out anyway: half of the time of
a warm build went there. So all of that goes to the indexer as comments;
`theme/partials/content.html`, which every engine uses after it has indexed the page, takes the
marks off again.
"""

from __future__ import annotations

import re

__all__ = ["veiled"]

OPEN, CLOSE = "<!--hw:", ":hw-->"  # as in theme/partials/content.html
_WITHIN = r"(?:(?!-->).)*?"  # what holds an end of a comment stays as it is
_UNREAD = re.compile(
    rf"<details\b[^>]* data-search-exclude>{_WITHIN}</details>"
    rf'|<span class="hw-mml">{_WITHIN}</math></span>'
    r'|<span class="hw-mark"[^>]*>[^<]*</span>'
    r'|<div class="hw-results"[^>]*></div>'
    rf"|<(?P<drawing>mjx-container|svg)\b{_WITHIN}</(?P=drawing)>",
    re.DOTALL,
)


def veiled(html: str) -> str:
    """Return a page's HTML with everything that is not to be read by a search behind comments."""
    return _UNREAD.sub(lambda found: f"{OPEN}{found[0]}{CLOSE}", html).replace(CLOSE + OPEN, "")
