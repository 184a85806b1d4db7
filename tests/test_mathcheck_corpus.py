"""Every claim of the corpus gets the verdict that its heading says."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from hwlib import pages
from hwlib.mathcheck import check_page, page_pieces
from hwlib.mathcheck.verdict import FAILING, PASSING, Result

CORPUS = Path(__file__).parent / "corpus"
WANTED = {"true": {"proved", "checked"}} | {word: {word} for word in PASSING + FAILING}


class Case(NamedTuple):
    """One section of a corpus file."""

    title: str
    wanted: str
    last: list[Result]
    others: list[Result]


def read(path: Path) -> list[Case]:
    page = pages.read(path)
    results = check_page(page_pieces(page, path.name))
    heads = [heading for heading in page.headings if heading.level == 2]
    ends = [heading.line for heading in heads[1:]] + [10**9]
    cases = []
    for heading, end in zip(heads, ends, strict=True):
        inside = [one for one in results if heading.line < one.line < end]
        last = [one for one in inside if one.formula == inside[-1].formula]
        others = [one for one in inside if one.formula != inside[-1].formula]
        wanted, _, title = heading.text.partition(":")
        cases.append(Case(title.strip(), wanted, last, others))
    return cases


def faults(path: Path) -> list[str]:
    """Say which sections of a corpus file do not get what their headings say."""
    found = []
    for case in read(path):
        claims = {one.verdict for one in case.last if one.kind != "definition" or one.failed}
        right = bool(claims & WANTED[case.wanted]) and claims <= WANTED[case.wanted] | set(PASSING)
        if not (right and all(one.verdict in PASSING for one in case.others)):
            seen = [(one.verdict, one.tex, one.reason) for one in case.others + case.last]
            found.append(f"{case.title}: wanted {case.wanted}, got {seen}")
    return found


@pytest.mark.parametrize(
    "path", sorted(CORPUS.glob("*/*.md")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_verdicts(path):
    assert faults(path) == []


def test_there_are_enough_of_both_kinds():
    for kind in ("true", "false"):
        sections = [
            heading
            for path in (CORPUS / kind).glob("*.md")
            for heading in pages.read(path).headings
            if heading.level == 2
        ]
        assert len(sections) >= 150


def test_the_harness_notices_a_wrong_verdict(tmp_path):
    path = tmp_path / "wrong.md"
    path.write_text("## true: not so\n\n$$x = x + 1$$\n\n## false: not so\n\n$$x = x$$\n")
    assert len(faults(path)) == 2
