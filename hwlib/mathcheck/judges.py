"""From a job to its outcomes: which judge hears what."""

from __future__ import annotations

import sys
from dataclasses import replace

from hwlib.mathcheck import names
from hwlib.mathcheck.environment import Refused
from hwlib.mathcheck.job import Job
from hwlib.mathcheck.logic import judge_implication
from hwlib.mathcheck.look import Question, look
from hwlib.mathcheck.real import PointError
from hwlib.mathcheck.referee import judge
from hwlib.mathcheck.scope import ScopeError, read_definition
from hwlib.mathcheck.service import DEPTH
from hwlib.mathcheck.verdict import Outcome
from hwlib.mathtex import ast
from hwlib.mathtex.ast import Expr

_TRIES = 64


def hear(job: Job) -> list[Outcome]:
    """Return the outcomes of a job, one for each of its entries."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEPTH))  # the same depth in whatever process it is heard
    try:
        return _hear(job)
    except (Refused, ScopeError) as error:
        return [Outcome(error.kind, error.message)] * _parts(job)
    except RecursionError:
        return [Outcome("undecided", "too deeply nested to be computed")] * _parts(job)
    finally:
        sys.setrecursionlimit(before)


def _parts(job: Job) -> int:
    if isinstance(job.statement, ast.Claim) and job.what == "claim":
        return len(job.statement.chain.operators)
    if isinstance(job.statement, ast.Implication):
        return len(job.statement.arrows)
    return 1


def _hear(job: Job) -> list[Outcome]:
    statement = job.statement
    if job.what == "condition":
        return [_condition(job)]
    if isinstance(statement, ast.Definition):
        return [_definition(job, statement)]
    if isinstance(statement, ast.Implication):
        return judge_implication(statement, job.conditions, job.view)
    assert isinstance(statement, ast.Claim)
    return judge(statement.chain, job.conditions, job.view)


def _condition(job: Job) -> Outcome:
    """A condition claims nothing, but there must be something that meets it."""
    conditions = job.conditions
    if isinstance(job.statement, ast.Claim):
        conditions = (*conditions, job.statement.chain)
    question = Question((), conditions, job.view)
    if any(look(question, number, 20) is not None for number in range(_TRIES)):
        return Outcome("sampled", "states a condition")
    return Outcome("undecided", "nothing was found that meets this condition")


def _definition(job: Job, statement: ast.Definition) -> Outcome:
    """A definition claims nothing, unless its name means something already."""
    found = read_definition(statement)
    name = names.built_in(found.key)
    if name and len(found.parameters) == 1:
        built_in = ast.Call(found.key, found.parameters, span=found.key.span)
        return _agrees(built_in, found.value, job)
    return _has_meaning(job, statement)


def _agrees(one: Expr, other: Expr, job: Job) -> Outcome:
    span = ast.Span(one.span.start, other.span.end)
    chain = ast.Comparison((one, other), ("=",), (one.span.start,), span=span)
    outcome = judge(chain, job.conditions, job.view)[0]
    if outcome.verdict in ("false", "domain"):
        return replace(outcome, reason="this is not what the name means already")
    return outcome


def _has_meaning(job: Job, statement: ast.Definition) -> Outcome:
    """Compute the value once, with any arguments, to meet what is undefined in it."""
    found = read_definition(statement)
    question = Question((found.value,), job.conditions, job.view)
    for parameter in found.parameters:
        question.plan.axes.setdefault((names.plain(parameter), 0), None)
    for number in range(4):
        seen = look(question, number, 15)
        if seen is None or isinstance(seen.sides[0], PointError):
            continue
        if isinstance(seen.sides[0], Refused):
            error = seen.sides[0]
            return Outcome(error.kind, error.message)
        break
    return Outcome("checked", "a definition")
