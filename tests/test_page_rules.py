"""Rules for the pages, read from their sources: short blocks, unique ids."""

from pathlib import Path

import pytest

from hwlib import pages

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
MOST_LINES = 3


def long_blocks(text):
    """Find the executed blocks that hold more than a call."""
    blocks = pages.parse(text).blocks
    return [b.line for b in blocks if len(b.code.strip().splitlines()) > MOST_LINES]


def ids(texts):
    """Return the ids that more than one executed block has, or that a block lacks."""
    seen = [block.id for text in texts for block in pages.parse(text).blocks]
    return sorted({name for name in seen if not name or seen.count(name) > 1})


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(DOCS).as_posix())
class TestPage:
    def test_blocks_are_short(self, path):
        assert long_blocks(path.read_text("utf-8")) == []

    def test_what_is_typed_is_what_is_typeset(self, path):
        problems = pages.read(path).problems
        assert [f"{path.name}:{p.line}:{p.column}: {p.message}" for p in problems] == []


def test_ids_are_unique_in_the_site():
    assert ids(path.read_text("utf-8") for path in PAGES) == []


def test_labels_are_unique_in_the_site():
    assert pages.site_numbering(DOCS).problems == []


# --------------------------------------------------------------------------- the rules themselves


def test_a_long_block_is_found():
    text = '```python exec="1" id="a"\n1\n2\n3\n4\n```\n'
    assert long_blocks(text) == [1]
    assert long_blocks(text.replace("4\n", "")) == []


def test_a_shared_id_is_found():
    text = '```python exec="1" id="fig-a"\n1\n```\n'
    assert ids([text, text]) == ["fig-a"]
    assert ids([text.replace(' id="fig-a"', "")]) == [""]
