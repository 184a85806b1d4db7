"""Mutate every claim of Markdown pages that passes; compare the checker with the arbiter.

    python -m tests.mutation.run [--every N] [--record] [PATH …]

Without a path it takes the site's pages and the true claims of the corpus. Prints each disagreement
and a table; exit code 1 if a mutant that says something else passes, or if one that says the same
is called false. `--record` writes the figures for the site's page on its checks.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from hwlib import pages
from hwlib.mathcheck.claims import Reader
from hwlib.mathcheck.judges import hear
from hwlib.mathcheck.pages import page_pieces
from hwlib.mathcheck.scope import Scope
from hwlib.mathcheck.texts import Piece
from hwlib.mathcheck.verdict import PASSING
from hwlib.mathtex import ast
from hwlib.mathtex.parser import parse
from hwlib.mathtex.resolve import resolve
from hwlib.tables.mutants import RECORD
from tests.mutation import arbiter
from tests.mutation.mutate import Mutant, mutants

SOURCES = {"site": Path("docs"), "corpus": Path("tests/corpus/true")}

RIGHTLY_REFUSED = "refused, and says something else"
RIGHTLY_PASSES = "passes, and says the same"
ACCEPTED_WRONGLY = "passes, but says something else"
REFUSED_WRONGLY = "called false, but says the same"
REFUSED_OTHERWISE = "refused for another reason, and says the same"
REFUSED_UNSURE = "refused, and the arbiter is unsure"
PASSES_UNSURE = "passes, and the arbiter is unsure"
KINDS = (
    RIGHTLY_REFUSED, RIGHTLY_PASSES, ACCEPTED_WRONGLY, REFUSED_WRONGLY, REFUSED_OTHERWISE,
    REFUSED_UNSURE, PASSES_UNSURE,
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A formula with claims, and the formulas before it that define something."""

    before: tuple[Piece, ...]
    piece: Piece


@dataclass(frozen=True)
class Trial:
    """A mutant with what the two say of it; `checked` is the checker's worst verdict."""

    case: Case
    mutant: Mutant
    checked: str
    arbiter: arbiter.Verdict

    @property
    def kind(self) -> str:
        """Which of the figures of the record it counts in."""
        if self.disagreement:
            return self.disagreement
        if self.arbiter == "unsure":
            return PASSES_UNSURE if self.checked in PASSING else REFUSED_UNSURE
        if self.arbiter == "same":
            return RIGHTLY_PASSES if self.checked in PASSING else REFUSED_OTHERWISE
        return RIGHTLY_REFUSED

    @property
    def disagreement(self) -> str:
        """What is wrong, or an empty text."""
        if self.checked in PASSING and self.arbiter == "different":
            return ACCEPTED_WRONGLY
        if self.checked == "false" and self.arbiter == "same":
            return REFUSED_WRONGLY
        return ""

    def __str__(self) -> str:
        line, column = self.case.piece.at(self.mutant.offset)
        return (
            f"{self.case.piece.file}:{line}:{column}: {self.disagreement or 'agreed'} "
            f"({self.mutant.change}; checker {self.checked}, arbiter {self.arbiter})\n"
            f"  was {self.case.piece.tex.strip()}\n  now {self.mutant.tex.strip()}"
        )


def candidates(file: Path) -> list[Case]:
    """The formulas of a page that make claims and define nothing."""
    pieces = page_pieces(pages.read(file), str(file))
    entries = Reader(pieces).read()
    defining = {entry.piece for entry in entries if entry.kind == "definition"}
    claiming = sorted({entry.piece for entry in entries if entry.kind == "claim"} - defining)
    return [
        Case(
            tuple(pieces[earlier] for earlier in sorted(defining) if earlier < index), pieces[index]
        )
        for index in claiming
    ]


def holds(case: Case) -> bool:
    """Whether all its claims pass and none is unchecked: then its mutants are worth trying."""
    return verdict(case, case.piece.tex) in ("proved", "checked", "sampled", "numeric")


def verdict(case: Case, tex: str) -> str:
    """The checker's worst verdict on the formula's claims, were its TeX this."""
    scope = copy.copy(_scope(case.before))  # claims add nothing to what it holds
    found = []
    for entry in Reader([replace(case.piece, tex=tex)], scope).read():
        if entry.job is None:
            found.append(entry.verdict)
        elif entry.part == 0:
            found += [outcome.verdict for outcome in hear(entry.job)]
    failing = [one for one in found if one not in PASSING]
    return failing[0] if failing else (found or ["nothing"])[0]


@lru_cache(maxsize=8)
def _scope(before: tuple[Piece, ...]) -> Scope:
    """What the formulas before a claim define, for the checker; read once for all its mutants."""
    reader = Reader(before)
    reader.read()
    return reader.scope


def arbitrate(case: Case, tex: str) -> arbiter.Opinion:
    """The arbiter's opinion of the same, from the parser's tree alone."""
    try:
        world, block = _world(case), parse(tex)
        conditions = _conditions(block, world)
        return arbiter.worst(list(_opinions(block, conditions, world)))
    except arbiter.UnsureError as error:
        return arbiter.Opinion("unsure", arbiter.reason(error))
    except ast.TexError:
        return arbiter.Opinion("unsure", "a formula that cannot be read")


def _opinions(
    block: ast.Block, conditions: list[ast.Condition], world: arbiter.World
) -> Iterator[arbiter.Opinion]:
    for statement in _claims(block, world):
        here = [*conditions, *statement.conditions]
        if isinstance(statement, ast.Implication):
            yield arbiter.judge_implication(statement, here, world)
        else:
            links = (link for link in statement.chain.links() if not link.states)
            yield from (arbiter.judge(link, here, world) for link in links)


def _world(case: Case) -> arbiter.World:
    """What the formulas before a claim define, for the arbiter; a copy, as claims may declare."""
    return _world_before(case.before, case.piece.section).copy()


@lru_cache(maxsize=8)
def _world_before(before: tuple[Piece, ...], section: int) -> arbiter.World:
    """Functions hold for the page, other names for their section."""
    world = arbiter.World()
    for piece in before:
        here = arbiter.world_of([parse(piece.tex)], world)
        world.functions.update(here.functions)
        if piece.section == section:
            world.values.update(here.values)
            world.vectors.update(here.vectors)
        world.declared.update(here.declared)
    return world


def _claims(block: ast.Block, world: arbiter.World) -> list[ast.Claim | ast.Implication]:
    for directive in block.directives:
        if directive.kind == "functions":
            world.declared.update(arbiter.spelled(name) for name in directive.names)
    if not all(
        isinstance(one, ast.Claim | ast.Implication | ast.Given) for one in block.statements
    ):
        raise arbiter.UnsureError("more than claims")
    found = [one for one in block.statements if isinstance(one, ast.Claim | ast.Implication)]
    return [resolve(claim, world.role) for claim in found]


def _conditions(block: ast.Block, world: arbiter.World) -> list[ast.Condition]:
    stated = [c for d in block.directives if d.kind in ("domain", "given") for c in d.conditions]
    stated += [c for s in block.statements if isinstance(s, ast.Given) for c in s.conditions]
    return [resolve(condition, world.role) for condition in stated]


def trials(case: Case, every: int = 1) -> list[Trial]:
    """Try each `every`-th mutant of a formula."""
    chosen = list(case_mutants(case))[every // 2 :: every]
    return [
        Trial(case, mutant, verdict(case, mutant.tex), arbitrate(case, mutant.tex).verdict)
        for mutant in chosen
    ]


def case_mutants(case: Case) -> Iterator[Mutant]:
    """All mutants of the relations of a formula, each text once."""
    seen: set[str] = set()
    for statement in parse(case.piece.tex).statements:
        if not isinstance(statement, ast.Claim):
            continue
        for side in statement.chain.operands:
            for mutant in mutants(case.piece.tex, side):
                if mutant.tex not in seen:
                    seen.add(mutant.tex)
                    yield mutant


def _all_trials(files: Iterable[Path], every: int) -> Iterator[Trial]:
    """Try the mutants of all files, in their order, on all processors."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = [case for part in pool.map(_cases, files) for case in part]
        for tried in pool.map(partial(trials, every=every), found, chunksize=4):
            yield from tried


def _cases(file: Path) -> list[Case]:
    return [case for case in candidates(file) if holds(case)]


def _files(paths: Sequence[Path]) -> list[Path]:
    return [f for path in paths for f in (sorted(path.rglob("*.md")) if path.is_dir() else [path])]


def main(arguments: Sequence[str]) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="tests.mutation.run", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=list(SOURCES.values()))
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th mutant")
    parser.add_argument("--record", action="store_true", help=f"write {RECORD.name}")
    given = parser.parse_args(arguments)
    if given.record and given.paths != list(SOURCES.values()):
        parser.error("the record is that of the site and the corpus")
    wrong = 0
    record: dict[str, dict[str, int]] = {}
    for path in given.paths:
        counted, failures = _run(_files([path]), given.every)
        wrong += failures
        record[str(path)] = counted
    if given.record:
        named = {name: record[str(path)] for name, path in SOURCES.items()}
        RECORD.write_text(json.dumps(named, indent=2) + "\n", "utf-8")
    return 1 if wrong else 0


def _run(files: Sequence[Path], every: int) -> tuple[dict[str, int], int]:
    """Try, print, and return the figures and how many disagreements there are."""
    table: Counter[str] = Counter()
    formulas = set()
    for trial in _all_trials(files, every):
        table[trial.kind] += 1
        formulas.add((trial.case.piece.file, trial.case.piece.places))
        if trial.disagreement or trial.kind == PASSES_UNSURE:
            print(trial, flush=True)
    print(f"{table.total()} mutants of {len(formulas)} formulas")
    for kind in KINDS:
        print(f"{table[kind]:7}  {kind}")
    counted = {"every": every, "formulas": len(formulas), "mutants": table.total()}
    wrong = table[ACCEPTED_WRONGLY] + table[REFUSED_WRONGLY]
    return counted | {kind: table[kind] for kind in KINDS}, wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
