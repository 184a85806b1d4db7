"""Mutate every claim of Markdown pages that passes; compare the checker with the arbiter.

    python -m tests.mutation.run [--every N] [PATH …]

Prints each disagreement and a table; exit code 1 if a mutant that says something else passes, or
if one that says the same is called false.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hwlib import mathtex, pages
from hwlib.mathcheck.claims import Reader
from hwlib.mathcheck.judges import hear
from hwlib.mathcheck.pages import page_pieces
from hwlib.mathcheck.texts import Piece
from hwlib.mathcheck.verdict import PASSING
from hwlib.mathtex import ast
from tests.mutation import arbiter
from tests.mutation.mutate import Mutant, mutants

ACCEPTED_WRONGLY = "passes, but says something else"
REFUSED_WRONGLY = "called false, but says the same"


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


def cases(file: Path) -> Iterator[Case]:
    """The formulas of a page that make claims which all pass, and are not unchecked."""
    pieces = page_pieces(pages.read(file), str(file))
    entries = Reader(pieces).read()
    defining = {entry.piece for entry in entries if entry.kind == "definition"}
    claiming = sorted({entry.piece for entry in entries if entry.kind == "claim"} - defining)
    for index in claiming:
        before = tuple(pieces[earlier] for earlier in sorted(defining) if earlier < index)
        case = Case(before, pieces[index])
        if verdict(case, case.piece.tex) in ("proved", "checked", "sampled", "numeric"):
            yield case


def verdict(case: Case, tex: str) -> str:
    """The checker's worst verdict on the formula's claims, were its TeX this."""
    pieces = [*case.before, replace(case.piece, tex=tex)]
    entries = [entry for entry in Reader(pieces).read() if entry.piece == len(pieces) - 1]
    found = []
    for entry in entries:
        if entry.job is None:
            found.append(entry.verdict)
        elif entry.part == 0:
            found += [outcome.verdict for outcome in hear(entry.job)]
    failing = [one for one in found if one not in PASSING]
    return failing[0] if failing else (found or ["nothing"])[0]


def arbitrate(case: Case, tex: str) -> arbiter.Verdict:
    """The arbiter's verdict on the same, from the parser's tree alone."""
    try:
        world, block = _world(case), mathtex.parse(tex)
        conditions = _conditions(block, world)
        found = [
            arbiter.judge(link, [*conditions, *claim.conditions], world)
            for claim in _claims(block, world)
            for link in claim.chain.links()
        ]
    except (arbiter.UnsureError, ast.TexError):
        return "unsure"
    if "different" in found:
        return "different"
    return "same" if found and set(found) == {"same"} else "unsure"


def _world(case: Case) -> arbiter.World:
    """Functions hold for the page, other names for their section."""
    world = arbiter.World()
    for piece in case.before:
        here = arbiter.world_of([mathtex.parse(piece.tex)], world)
        world.functions.update(here.functions)
        if piece.section == case.piece.section:
            world.values.update(here.values)
        world.declared.update(here.declared)
    return world


def _claims(block: ast.Block, world: arbiter.World) -> list[ast.Claim]:
    for directive in block.directives:
        if directive.kind == "functions":
            world.declared.update(arbiter.spelled(name) for name in directive.names)
        if directive.kind == "given":
            raise arbiter.UnsureError("a given equation")
    if not all(isinstance(one, ast.Claim | ast.Given) for one in block.statements):
        raise arbiter.UnsureError("more than claims")
    found = [one for one in block.statements if isinstance(one, ast.Claim)]
    return [mathtex.resolve(claim, world.role) for claim in found]


def _conditions(block: ast.Block, world: arbiter.World) -> list[ast.Condition]:
    stated = [c for d in block.directives if d.kind == "domain" for c in d.conditions]
    stated += [c for s in block.statements if isinstance(s, ast.Given) for c in s.conditions]
    return [mathtex.resolve(condition, world.role) for condition in stated]


def trials(files: Iterable[Path], every: int = 1) -> Iterator[Trial]:
    """Try each `every`-th mutant of the claims of the files."""
    count = 0
    for file in files:
        for case in cases(file):
            for mutant in case_mutants(case):
                count += 1
                if count % every == 0:
                    checked = verdict(case, mutant.tex)
                    yield Trial(case, mutant, checked, arbitrate(case, mutant.tex))


def case_mutants(case: Case) -> Iterator[Mutant]:
    """All mutants of the relations of a formula, each text once."""
    seen: set[str] = set()
    for statement in mathtex.parse(case.piece.tex).statements:
        if not isinstance(statement, ast.Claim):
            continue
        for side in statement.chain.operands:
            for mutant in mutants(case.piece.tex, side):
                if mutant.tex not in seen:
                    seen.add(mutant.tex)
                    yield mutant


def main(arguments: Sequence[str]) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="tests.mutation.run", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[Path("docs")])
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each N-th mutant")
    given = parser.parse_args(arguments)
    files = [
        f for path in given.paths for f in (sorted(path.rglob("*.md")) if path.is_dir() else [path])
    ]
    table: Counter[tuple[str, str]] = Counter()
    wrong = 0
    for trial in trials(files, given.every):
        table[trial.checked, trial.arbiter] += 1
        if trial.disagreement:
            wrong += 1
            print(trial, flush=True)
    print(f"{table.total()} mutants, {wrong} disagreements")
    for (checked, judged), count in sorted(table.items()):
        print(f"{count:7}  checker {checked:10}  arbiter {judged}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
