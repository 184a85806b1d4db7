"""Both judges on many claims: SymPy works beside the referee, and then they are compared."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from hwlib.mathcheck.claims import Job
from hwlib.mathcheck.judges import hear
from hwlib.mathcheck.prover import LIMIT, PROVED, REFUTED, Claim
from hwlib.mathcheck.service import Service
from hwlib.mathcheck.solve import has_equality
from hwlib.mathcheck.verdict import Outcome
from hwlib.mathtex import ast

_DISAGREE = "the two judges disagree: SymPy refutes what holds at every point that was tried"
_MANY = 60  # jobs that are worth a second referee's start
_PATIENCE = 120.0  # seconds for the second referee's one claim

Tick = Callable[[int, int], None]


@cache
def _prover() -> Service:
    return Service("hwlib.mathcheck.prover", LIMIT)


def prepare() -> None:
    """Start the second judge, which takes half a second, while the claims are being read."""
    _prover().start()


class Heard(NamedTuple):
    """The outcomes of a job; `settled` unless the second judge was cut short."""

    outcomes: list[Outcome]
    settled: bool


def hear_all(jobs: Sequence[Job], tick: Tick | None = None) -> list[Heard]:
    """Hear all jobs, in order; `tick` is told how many are done, of how many."""
    asked = list(_asked(jobs))
    claims = [claim for _, _, claim in asked]
    _prover().ask(claims)
    heard = [Heard(outcomes, settled=True) for outcomes in _referees(jobs, tick)]
    for (number, part, _), word in zip(asked, _prover().answers(claims), strict=True):
        outcomes, settled = heard[number]
        outcomes[part] = agreed(outcomes[part], word, jobs[number])
        heard[number] = Heard(outcomes, settled and word is not None)
    return heard


def _referees(jobs: Sequence[Job], tick: Tick | None) -> list[list[Outcome]]:
    """Let one or two referees hear the jobs: with two, every other one."""
    two = len(jobs) >= _MANY and (os.cpu_count() or 1) > 1
    mine, theirs = (jobs[::2], jobs[1::2]) if two else (jobs, [])
    helper = Service("hwlib.mathcheck.helper", _PATIENCE)
    helper.ask(theirs)
    heard = []
    for job in mine:
        heard.append(hear(job))
        if tick is not None:
            tick(len(heard) * (1 + two), len(jobs))
    found = helper.answers(theirs)
    helper.close()
    others = [hear(job) if one is None else one for job, one in zip(theirs, found, strict=True)]
    if not two:
        return heard
    return [(others if number % 2 else heard)[number // 2] for number in range(len(jobs))]


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


def agreed(outcome: Outcome, word: str | None, job: Job) -> Outcome:
    """Return what both judges say together; a judge that was cut short says nothing."""
    if outcome.verdict != "checked":
        return outcome
    if word == PROVED:
        return replace(outcome, verdict="proved")
    if word == REFUTED and not job.conditions:
        return replace(outcome, verdict="undecided", reason=_DISAGREE)
    return outcome
