"""Rules for the pages, read from their sources: short blocks, unique ids, no number by hand."""

import re
from pathlib import Path

import pytest

from hwlib import pages
from hwlib.pages import formulas

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
MOST_LINES = 3

DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?!\w)")
NO_QUANTITY = re.compile(
    r"""(?x)
      \]\([^)]*\) | <[^>]*> | \{[^}]*\}                 # where a link leads, HTML, attributes
    | (?:doi:|https?://)\S+                             # addresses
    | \b(?:[Ee]xercises?|Python|Attribution|CC\ BY|[Vv]ersion)\s\d[\d.]*  # numbered names
    """
)


def decimals_by_hand(text):
    """Find the decimals in a page's prose that no block computed and no checker sees."""
    found = []
    for lines in pages.parse(text).prose:
        prose = formulas.hide_code("\n".join(line.text for line in lines))
        for formula in formulas.find(lines, block=False):
            start, end = formula.start, formula.start + len(formula.tex)
            prose = prose[:start] + re.sub(r"[^\n]", "\x02", formula.tex) + prose[end:]
        prose = NO_QUANTITY.sub(lambda match: re.sub(r"[^\n]", "\x02", match[0]), prose)
        rows = [lines[prose[: match.start()].count("\n")].row for match in DECIMAL.finditer(prose)]
        found += zip(rows, DECIMAL.findall(prose), strict=True)
    return found


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
    def test_no_decimal_is_typed_by_hand(self, path):
        found = decimals_by_hand(path.read_text("utf-8"))
        assert not found, (
            f"{path.name}: {found} (line, number): put it in maths, where it is checked "
            "($x \\approx 0.5$), in code, or have a block compute it"
        )

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


@pytest.mark.parametrize(
    "text",
    [
        "About 0.73 of it.",
        "| a | b |\n|---|---|\n| $x$ | 0.25 |",
        "- $1.5$ is\n- more than 1.25",
        '!!! note "Is 0.5 a lot?"\n    Yes.',
        "# A heading of 2.5",
        "> quoted 7.5 and `0.1`",
    ],
)
def test_a_decimal_by_hand_is_found(text):
    assert len(decimals_by_hand(f"# A\n\n{text}\n")) == 1


@pytest.mark.parametrize(
    "text",
    [
        r"It is $\sigma(1) \approx 0.7311$ here, and `0.1 + 0.2` there.",
        "$$\na \\approx 0.5\n$$",
        "```python\nx = 0.5\n```",
        "**Exercise 3.1.** Python 3.11, CC BY 4.0, doi:10.1093/imanum/draa038",
        "[paper](https://doi.org/10.1093/66.2) <https://example.org/1.5/>",
        "    an indented 0.5 is code",
        "2026 and 3 are no decimals; nor is section 3.",
    ],
)
def test_other_numbers_are_not(text):
    assert decimals_by_hand(f"# A\n\n{text}\n") == []


def test_a_decimal_is_told_with_its_line():
    assert decimals_by_hand("# A\n\nText\nand $0.5$ or 0.25 of it.\n") == [(4, "0.25")]


def test_a_long_block_is_found():
    text = '```python exec="1" id="a"\n1\n2\n3\n4\n```\n'
    assert long_blocks(text) == [1]
    assert long_blocks(text.replace("4\n", "")) == []


def test_a_shared_id_is_found():
    text = '```python exec="1" id="fig-a"\n1\n```\n'
    assert ids([text, text]) == ["fig-a"]
    assert ids([text.replace(' id="fig-a"', "")]) == [""]
