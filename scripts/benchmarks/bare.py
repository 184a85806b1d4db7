"""The computing of a site and nothing else: run every block, typeset and check every formula.

A program of its own, because a measured build imports all this anew too: `bare.py DOCS` prints the
seconds of each as JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from hwlib import blocks, cache
from hwlib.markup.formula import bare
from hwlib.mathcheck.pages import check_files
from hwlib.mathjax import Tex, typeset
from hwlib.pages import Page, read


def main(docs: Path) -> None:
    """Print what the pages of a docs folder take, with an empty cache."""
    sources = [read(path) for path in sorted(docs.rglob("*.md"))]
    parts: dict[str, Callable[[Sequence[Page]], None]] = {
        "blocks": _blocks, "formulas": _formulas, "claims": _claims,
    }  # fmt: skip
    taken = {}
    with cache.fresh(), contextlib.redirect_stdout(io.StringIO()):
        for name, compute in parts.items():
            start = time.monotonic()
            compute(sources)
            taken[name] = time.monotonic() - start
    print(json.dumps(taken))


def _blocks(sources: Sequence[Page]) -> None:
    for page in sources:
        for block in page.blocks:
            blocks.compute(block.code, block.id)


def _formulas(sources: Sequence[Page]) -> None:
    for page in sources:
        typeset([Tex(bare(one.tex), one.display) for one in page.formulas])


def _claims(sources: Sequence[Page]) -> None:
    check_files([(page.path, str(page.path)) for page in sources])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
