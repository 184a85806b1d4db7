"""Both judges on many claims: SymPy works beside the referee, and then they are compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from hwlib.mathcheck.claims import Job
from hwlib.mathcheck.judges import hear
from hwlib.mathcheck.prover import PROVED, REFUTED, Claim
from hwlib.mathcheck.solve import has_equality
from hwlib.mathcheck.symbolic import shared_prover
from hwlib.mathcheck.verdict import Outcome
from hwlib.mathtex import ast

_DISAGREE = "the two judges disagree: SymPy refutes what holds at every point that was tried"


def hear_all(jobs: Sequence[Job]) -> list[list[Outcome]]:
    """Return the outcomes of all jobs, in order."""
    asked = [(number, part, claim) for number, part, claim in _asked(jobs)]
    claims = [claim for _, _, claim in asked]
    prover = shared_prover()
    prover.ask(claims)
    outcomes = [hear(job) for job in jobs]
    for (number, part, _), word in zip(asked, prover.answers(claims), strict=True):
        outcomes[number][part] = agreed(outcomes[number][part], word, jobs[number])
    return outcomes


def _asked(jobs: Sequence[Job]) -> Iterator[tuple[int, int, Claim]]:
    """Give the equalities that the second judge may hear: those that hold without conditions."""
    for number, job in enumerate(jobs):
        if not isinstance(job.statement, ast.Claim) or job.what != "claim":
            continue
        if has_equality(job.conditions):
            continue
        for part, link in enumerate(job.statement.chain.links()):
            if link.operator == "=":
                yield number, part, (link.left, link.right, job.view)


def agreed(outcome: Outcome, word: str, job: Job) -> Outcome:
    """Return what both judges say together."""
    if outcome.verdict != "checked":
        return outcome
    if word == PROVED:
        return replace(outcome, verdict="proved")
    if word == REFUTED and not job.conditions:
        return replace(outcome, verdict="undecided", reason=_DISAGREE)
    return outcome
