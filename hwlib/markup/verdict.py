"""What a reader is told of a checked formula: a mark beside it, or the fault below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from hwlib.errors import PageError, report
from hwlib.mathcheck.report import message
from hwlib.mathcheck.verdict import Result

__all__ = ["Told", "fault_of", "tell"]

# From the weakest to the strongest: a formula of several claims carries the weakest one's mark.
SAYS = {
    "unchecked": ("–", "Not checked"),
    "numeric": ("≈", "Agrees as closely as it was approached"),
    "sampled": ("∼", "Holds at every point that was tried"),
    "checked": ("✓", "Both sides agree at every point that was tried, with fifty digits"),
    "proved": ("✓", "Proved by computer algebra, and checked at many points"),
}


@dataclass(frozen=True)
class Told:
    """What stands with a formula.

    Attributes:
        attributes: Attributes of the formula's element.
        mark: HTML inside that element, after the drawing.
        faults: What stops the build.
    """

    attributes: tuple[tuple[str, str], ...] = ()
    mark: str = ""
    faults: tuple[PageError, ...] = ()

    def boxes(self) -> str:
        """Return the faults as boxes.

        Raises:
            PageError: The first of them, unless faults are collected.
        """
        return "".join(report(fault) for fault in self.faults)


def tell(results: Sequence[Result], *, display: bool) -> Told:
    """Return what stands with a formula, given what came of its claims."""
    faults = tuple(fault_of(result) for result in results if result.failed)
    if faults:
        return Told((("data-verdict", "failed"),), faults=faults)
    claims = [result for result in results if result.kind == "claim"]
    if not claims:
        return Told()
    weakest = next(verdict for verdict in SAYS if any(c.verdict == verdict for c in claims))
    says = _says(claims)
    if not display:
        return Told((("data-verdict", weakest), ("title", says)))
    return Told((("data-verdict", weakest),), _mark(weakest, says) + _note(claims))


def fault_of(result: Result) -> PageError:
    """Return what stops the build, given a result that fails."""
    place = f"{result.file}:{result.line}:{result.column}: "
    text = message(result).removeprefix(place)
    return PageError(result.file, result.line, text, result.column)


def _says(claims: Sequence[Result]) -> str:
    """Return how the claims were checked, each way once, weakest first."""
    ways = dict.fromkeys(
        f"{SAYS[verdict][1]}{f': {claim.reason}' if claim.reason else ''}."
        for verdict in SAYS
        for claim in claims
        if claim.verdict == verdict
    )
    many = f"{len(claims)} claims. " if len(claims) > 1 else ""
    return many + " ".join(ways)


def _mark(verdict: str, says: str) -> str:
    """Return the mark: one character, and the words on hover, on focus and for screen readers."""
    text = escape(says)
    return (
        f'<span class="hw-mark" tabindex="0" role="img" aria-label="{text}" data-says="{text}"'
        f" data-search-exclude>{SAYS[verdict][0]}</span>"
    )


def _note(claims: Sequence[Result]) -> str:
    """Return the reasons for what is not checked, for every reader to see."""
    reasons = dict.fromkeys(claim.reason for claim in claims if claim.verdict == "unchecked")
    return "".join(f'<p class="hw-note">Not checked: {escape(reason)}</p>' for reason in reasons)
