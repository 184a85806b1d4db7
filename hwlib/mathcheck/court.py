"""Both judges on many claims: SymPy works beside the referee, and then they are compared."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from hwlib.mathcheck import beside
from hwlib.mathcheck.job import Job
from hwlib.mathcheck.judges import hear
from hwlib.mathcheck.prover import PROVED, REFUTED, Claim
from hwlib.mathcheck.solve import has_equality
from hwlib.mathcheck.verdict import Outcome
from hwlib.mathtex import ast

_DISAGREE = "the two judges disagree: SymPy refutes what holds at every point that was tried"
_MANY = 60  # jobs that are worth a second referee's start
_FEW = 8  # jobs that it is given at a time
_SOME = 40  # jobs whose equalities the second judge is told at a time
_BLINK = 0.005  # seconds between two looks at whether a job waits

Tick = Callable[[int, int], None]


class Heard(NamedTuple):
    """The outcomes of a job; `settled` unless the second judge was cut short."""

    outcomes: list[Outcome]
    settled: bool


class Asked(NamedTuple):
    """An equality before the second judge: of which job, and which part of it."""

    job: int
    part: int
    claim: Claim


class Hearing:
    """Jobs that are heard while others are still being read.

    A second referee begins with the first ones that wait. When all are there, this process hears
    too: one takes them from the front, one from the back, and they meet where they meet. What a job
    comes to does not depend on who heard it.
    """

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._asked: list[Asked] = []
        beside.prover().forget()
        self._told = 0  # jobs whose equalities the second judge knows
        self._waiting: deque[int] = deque()
        self._complete = threading.Event()
        self._heard: dict[int, list[Outcome]] = {}
        self._second = threading.Thread(target=self._hear_from_the_back, daemon=True)

    def add(self, job: Job) -> None:
        """Let a job wait to be heard."""
        self._waiting.append(len(self._jobs))
        self._jobs.append(job)
        if len(self._jobs) % _SOME == 0:
            self._ask()
        if len(self._jobs) == _MANY and beside.two_processors():
            self._second.start()

    def end(self, tick: Tick | None = None) -> list[Heard]:
        """Hear what waits and return what came of all jobs, in order."""
        self._ask()
        heard = [Heard(outcomes, settled=True) for outcomes in self._referees(tick)]
        for (number, part, _), word in zip(self._asked, beside.prover().answers(), strict=True):
            outcomes, settled = heard[number]
            outcomes[part] = agreed(outcomes[part], word, self._jobs[number])
            heard[number] = Heard(outcomes, settled and word is not None)
        if self._second.ident is not None:  # many claims: there will hardly be more
            beside.second_referee().close()
            beside.prover().close()
        return heard

    def _ask(self) -> None:
        """Put the newest jobs to the second judge."""
        start = self._told
        self._told = len(self._jobs)
        new = list(_equalities(self._jobs, start))
        beside.prover().ask([one.claim for one in new])
        self._asked += new

    def _referees(self, tick: Tick | None) -> list[list[Outcome]]:
        self._complete.set()
        with contextlib.suppress(IndexError):  # when the other has taken the last one
            while self._waiting:
                number = self._waiting.popleft()
                self._heard[number] = hear(self._jobs[number])
                if tick is not None:
                    tick(len(self._heard), len(self._jobs))
        if self._second.ident is not None:
            self._second.join()
        found = self._heard
        return [found[n] if n in found else hear(job) for n, job in enumerate(self._jobs)]

    def _hear_from_the_back(self) -> None:
        """Have another process hear jobs, a few at a time; some may get no answer."""
        while True:
            numbers = _last(self._waiting, _FEW)
            if not numbers and self._complete.wait(_BLINK):
                return
            few = [self._jobs[number] for number in numbers]
            beside.second_referee().ask(few)
            for number, outcomes in zip(numbers, beside.second_referee().answers(), strict=True):
                if outcomes is not None:
                    self._heard[number] = outcomes


def _last(waiting: deque[int], count: int) -> list[int]:
    taken: list[int] = []
    with contextlib.suppress(IndexError):
        while len(taken) < count:
            taken.append(waiting.pop())
    return taken


def _equalities(jobs: Sequence[Job], start: int) -> Iterator[Asked]:
    """Give what the second judge may hear from a job on: equalities without conditions."""
    for number, job in enumerate(jobs[start:], start):
        if not isinstance(job.statement, ast.Claim) or job.what != "claim":
            continue
        if has_equality(job.conditions):
            continue
        for part, link in enumerate(job.statement.chain.links()):
            if link.operator == "=":
                yield Asked(number, part, (link.left, link.right, job.view))


def agreed(outcome: Outcome, word: str | None, job: Job) -> Outcome:
    """Return what both judges say together; a judge that was cut short says nothing."""
    if outcome.verdict != "checked":
        return outcome
    if word == PROVED:
        return replace(outcome, verdict="proved")
    if word == REFUTED and not job.conditions:
        return replace(outcome, verdict="undecided", reason=_DISAGREE)
    return outcome
