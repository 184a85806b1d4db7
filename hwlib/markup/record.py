"""What was judged on a page, carried in the page itself until the site is published.

```html
<div class="hw-results" data-results="[…]" hidden></div>
```

No page knows the others while it is rendered, and engines render them in any order, some in
several processes. So each carries its results in one attribute, which no search index reads, and
`hwlib.publish` gathers them into the report and takes them out again. Each is an object as
`python -m hwlib check --json` writes it, with three more members: `anchor`, the id of the formula,
`text`, the claim for people, and `block`, the executed block that printed it or nothing. A number
in a sentence has no anchor.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from hwlib.mathcheck.report import as_json
from hwlib.mathcheck.verdict import Result
from hwlib.mathjax import Invalid, MathJaxError, plain_texts

__all__ = ["Judged", "record"]


@dataclass(frozen=True)
class Judged:
    """A formula, or the sentences of a page, and what came of it.

    Attributes:
        anchor: Its id on the page; "" for sentences.
        results: One for each of its statements; none where it states nothing.
    """

    anchor: str
    results: Sequence[Result]


def record(formulas: Sequence[Judged]) -> str:
    """Return the element that carries the results of a page; nothing if there are none."""
    results = [result for formula in formulas for result in formula.results]
    if not results:
        return ""
    anchors = [formula.anchor for formula in formulas for _ in formula.results]
    members = [
        {**common, "anchor": anchor, "text": text, "block": result.block}
        for result, common, anchor, text in zip(
            results, json.loads(as_json(results)), anchors, _texts(results), strict=True
        )
    ]
    written = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    return f'<div class="hw-results" data-results="{escape(written)}" hidden></div>'


def _texts(results: Sequence[Result]) -> list[str]:
    """Return each statement as people read it; its TeX where it cannot be typeset by itself."""
    sources = [result.tex for result in results]
    try:
        found = plain_texts(sources)
    except MathJaxError:  # told once for the page
        return sources
    return [
        source if isinstance(one, Invalid) else one.strip()
        for source, one in zip(sources, found, strict=True)
    ]
