"""Both judges on many claims: SymPy works beside the referee, and then they are compared."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
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
_FEW = 8  # jobs that it is given at a time
_PATIENCE = 120.0  # seconds for the second referee's one claim

Tick = Callable[[int, int], None]


@cache
def _prover() -> Service:
    return Service("hwlib.mathcheck.prover", LIMIT)


@cache
def _second_referee() -> Service:
    return Service("hwlib.mathcheck.helper", _PATIENCE)


def prepare() -> None:
    """Start the other processes, which takes half a second, while the claims are being read."""
    _prover().start()
    if _two_processors():
        _second_referee().start()


def _two_processors() -> bool:
    return (os.cpu_count() or 1) > 1


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
    """Let one or two referees hear the jobs: one takes them from the front, one from the back.

    They meet where they meet; what a job comes to does not depend on who heard it.
    """
    waiting = deque(range(len(jobs)))
    heard: dict[int, list[Outcome]] = {}
    second = threading.Thread(target=_hear_from_the_back, args=(jobs, waiting, heard))
    if len(jobs) >= _MANY and _two_processors():
        second.start()
    with contextlib.suppress(IndexError):  # when the other has taken the last one
        while waiting:
            number = waiting.popleft()
            heard[number] = hear(jobs[number])
            if tick is not None:
                tick(len(heard), len(jobs))
    if second.ident is not None:
        second.join()
        _second_referee().close()
    return [heard[n] if n in heard else hear(job) for n, job in enumerate(jobs)]


def _hear_from_the_back(
    jobs: Sequence[Job], waiting: deque[int], heard: dict[int, list[Outcome]]
) -> None:
    """Have another process hear jobs, a few at a time, until none waits; some may get no answer."""
    while numbers := _last(waiting, _FEW):
        few = [jobs[number] for number in numbers]
        _second_referee().ask(few)
        answers = zip(numbers, _second_referee().answers(few), strict=True)
        heard |= {number: outcomes for number, outcomes in answers if outcomes is not None}


def _last(waiting: deque[int], count: int) -> list[int]:
    taken: list[int] = []
    with contextlib.suppress(IndexError):
        while len(taken) < count:
            taken.append(waiting.pop())
    return taken


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
