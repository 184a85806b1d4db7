"""The words for what a check can end in, and the record of one."""

from __future__ import annotations

from dataclasses import dataclass

PASSING = ("proved", "checked", "sampled", "numeric", "unchecked")
FAILING = ("false", "parse", "domain", "undefined", "ambiguous", "undecided")
VERDICTS = PASSING + FAILING
KINDS = ("claim", "definition", "condition", "prose")


@dataclass(frozen=True)
class Use:
    """A definition that a claim rests on: its TeX on one line, and its line in the file."""

    tex: str
    line: int


@dataclass(frozen=True)
class Result:
    r"""What came of one claim, definition, condition or number in prose.

    Attributes:
        file: As the caller named it.
        line: 1-based line in the file.
        column: 1-based column in the file.
        tex: What is judged, on one line.
        kind: One of `KINDS`.
        verdict: One of `VERDICTS`.
        left: The left side at the point, as text; empty if there is none.
        right: The right side likewise.
        point: The counterexample: names in TeX and their values, sorted by name.
        uses: The definitions that it rests on.
        reason: For readers: why it is unchecked, how it was checked, what is wrong.
        formula: Number of the formula on the page, from 0.
        block: Id of the executed block that printed it, or an empty text.
    """

    file: str
    line: int
    column: int
    tex: str
    kind: str
    verdict: str
    left: str = ""
    right: str = ""
    point: tuple[tuple[str, str], ...] = ()
    uses: tuple[Use, ...] = ()
    reason: str = ""
    formula: int = 0
    block: str = ""

    @property
    def failed(self) -> bool:
        """Whether it stops the build."""
        return self.verdict in FAILING


@dataclass(frozen=True)
class Outcome:
    """What the judges say of one relation; places and names are still those of the tree."""

    verdict: str
    reason: str = ""
    left: str = ""
    right: str = ""
    point: tuple[tuple[str, str], ...] = ()
