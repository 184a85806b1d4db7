"""Wrong derivations are refused: mutants of the claims of the site and the corpus, judged twice.

Here some of them are tried, the same ones every time; `python -m tests.mutation.run` tries all.
"""

import json
import random
from itertools import islice
from pathlib import Path

import pytest

from hwlib import pages
from hwlib.mathcheck.pages import page_pieces
from hwlib.mathtex import ast
from hwlib.mathtex.parser import parse
from hwlib.mathtex.resolve import resolve
from hwlib.tables import mutants as table
from tests.mutation import arbiter, run
from tests.mutation.mutate import mutants

PAGES = sorted(Path("docs").rglob("*.md"))
FILES = PAGES + sorted(run.SOURCES["corpus"].rglob("*.md"))
A_FILE = 4  # formulas of each file that the quick part tries
A_FORMULA = 2  # mutants of each of them


def _link(tex: str) -> ast.Link:
    world = arbiter.World()
    (claim,) = parse(tex).statements
    assert isinstance(claim, ast.Claim)
    return next(resolve(claim, world.role).chain.links())


@pytest.mark.parametrize(
    ("tex", "verdict"),
    [
        (r"(a + b)^2 = a^2 + 2ab + b^2", "same"),
        (r"(a + b)^2 = a^2 + b^2", "different"),
        (r"\frac{d}{dx}\left(\sin x\right) = \cos x", "same"),
        (r"\frac{d}{dx}\left(\sin x\right) = -\cos x", "different"),
        (r"\frac{d^3}{dx^3}\left(e^{2x}\right) = 8 e^{2x}", "same"),
        (r"\int_0^1 t^2 \, dt = \frac{1}{3}", "same"),
        (r"\int_0^1 t^2 \, dt = \frac{1}{2}", "different"),
        (r"\sum_{k=1}^{4} k = 10", "same"),
        (r"\sum_{k=1}^{4} k = 11", "different"),
        (r"\lim_{x \to \infty} \tanh x = 1", "same"),
        (r"\lim_{x \to \infty} x^2 = 1", "different"),
        (r"\lim_{x \to \infty} x^2 = \infty", "same"),
        (r"e^{1} \approx 2.718", "same"),
        (r"e^{1} \approx 2.719", "different"),
        (r"x^2 \ge 0", "same"),
        (r"x^3 > 0", "different"),
        (r"\max(x, y) + \min(x, y) = x + y", "same"),
        (r"\lim_{x \to \infty} e^{3 - x} = 0", "same"),
        (r"4^{-538} = 2^{-1074}", "unsure"),
        (r"m < m + z^2 + 2 z + \frac{9}{10}", "different"),
        (r"\mathbf 1_i = 1", "same"),
        (r"\sum_{k=1}^{K} k = 6", "different"),
        (r"\oint f = 1", "unsure"),
        # near each other, and not the same
        (r"4^{-10} = \frac{1}{1048576}", "same"),
        (r"4^{-10} = \frac{1}{1048577}", "different"),
        (r"\ln(2^{24} - 1) = \ln(2^{24} + 1)", "different"),
        (r"\ln 2 \approx 0.693147180560", "same"),
        (r"\ln 2 \approx 0.693147180561", "different"),
        (r"e^{-747} < 2^{-1075}", "unsure"),
        (r"\exp(-747) < 2^{-1075}", "unsure"),
        # other beyond a number that is written in them
        (r"|x - 200| = \max(x - 200, 200 - x)", "same"),
        (r"|x - 200| = \max(x - 201, 200 - x)", "different"),
        (r"\max(x, 100) = 100 + \max(x - 100, 0)", "same"),
        (r"\max(x, 100) = 100 - \max(x - 100, 0)", "different"),
        (r"\frac{|v|}{4} \cdot \frac{|w|}{4} \le \frac{|w|}{4}", "different"),
        (r"e^e \ge 1 + x", "different"),
        # other at zero alone
        (r"x^2 + 1 > 0", "same"),
        (r"x^2 + 0 > 0", "different"),
        (r"x^2 + 1 > 1", "different"),
        (r"0 < \tanh^2(x)", "different"),
        (r"\ln(1 + e^{x}) > x", "same"),
        # other at one place that no float is
        (r"(x - \sqrt 2)^2 > 0", "unsure"),
        (r"\sin(x^2 - 2) < 1", "unsure"),
        (r"(x - \sqrt 2)^2 + \frac{1}{100} > 0", "same"),
        (r"\cot(\pi) < 1", "unsure"),
        (r"\int_{\infty}^{\infty} e^{-x^2} \, dx = \sqrt{\pi}", "different"),
        # other for two sizes than for one
        (r"\sum_{i=1}^{n} \sum_{j=1}^{m} 1 = n m", "same"),
        (r"\sum_{i=1}^{n} \sum_{j=1}^{m} 1 = n^2", "different"),
        (r"\sum_{j=1}^{z} e^{z_j} > 1", "unsure"),
        # far out
        (r"\lim_{x \to \infty} x^4 e^{-x} = 0", "same"),
        (r"\lim_{x \to \infty} x^4 e^{-x} = 1", "different"),
        (r"\lim_{x \to \infty} \sin x = 0", "unsure"),
    ],
)
def test_arbiter_on_claims_whose_truth_is_known(tex: str, verdict: str) -> None:
    statement = parse(tex).statements[0]
    if isinstance(statement, ast.Failure):
        assert verdict == "unsure"
        return
    assert arbiter.judge(_link(tex), [], arbiter.World()).verdict == verdict


@pytest.mark.parametrize("tex", [r"\sigma(z) - \sigma = z", r"\frac{d^2 L}{dL^2} > 0"])
def test_arbiter_on_names_that_are_no_free_quantity(tex: str) -> None:
    before = r"\sigma(z) := \frac{1}{1 + e^{-z}} \\ L := \ln(1 + e^{-z})"
    world = arbiter.world_of([parse(before)], arbiter.World())
    assert arbiter.judge(_link(tex), [], world).verdict == "unsure"


def test_mutants_of_a_hand_made_claim() -> None:
    tex = r"x^2 - 1 = (x-1)(x+1)"
    found = {mutant.tex for mutant in mutants(tex, _link(tex).left)}
    assert r"x^2 + 1 = (x-1)(x+1)" in found
    assert r"x  - 1 = (x-1)(x+1)" in found
    assert r"x^3 - 1 = (x-1)(x+1)" in found
    assert tex not in found


@pytest.fixture(params=FILES, ids=lambda path: path.stem, scope="module")
def some(request: pytest.FixtureRequest) -> list[run.Case]:
    found = run.candidates(request.param)
    random.Random("formulas").shuffle(found)
    return list(islice(filter(run.holds, found), A_FILE))


def test_no_mutant_is_judged_wrongly(some: list[run.Case]) -> None:
    tried = []
    for case in some:
        chosen = list(run.case_mutants(case))
        random.Random("mutants").shuffle(chosen)
        tried += [
            run.Trial(
                case, mutant, run.verdict(case, mutant.tex), run.arbitrate(case, mutant.tex).verdict
            )
            for mutant in chosen[:A_FORMULA]
        ]
    assert [str(trial) for trial in tried if trial.disagreement] == []


def test_arbiter_agrees_with_the_claims_themselves(some: list[run.Case]) -> None:
    verdicts = {case.piece.tex: run.arbitrate(case, case.piece.tex).verdict for case in some}
    assert [tex for tex, verdict in verdicts.items() if verdict == "different"] == []


def test_a_checker_that_accepts_everything_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Page\n\n$$\n(a+b)^2 = a^2 + 2ab + b^2\n$$\n", encoding="utf-8")
    (case,) = run.candidates(page)
    assert run.holds(case)
    found = [
        run.Trial(case, mutant, "checked", run.arbitrate(case, mutant.tex).verdict).disagreement
        for mutant in run.case_mutants(case)
    ]
    assert found.count(run.ACCEPTED_WRONGLY) > 10
    same = run.Trial(case, next(run.case_mutants(case)), "false", "same")
    assert same.disagreement == run.REFUSED_WRONGLY


def test_the_site_has_claims_to_mutate() -> None:
    counts = [len(page_pieces(pages.read(path), str(path))) for path in PAGES]
    assert sum(counts) > 500


def test_the_record_adds_up_and_its_table_shows_it() -> None:
    record = json.loads(table.RECORD.read_text("utf-8"))
    for figures in record.values():
        assert sum(figures[kind] for kind in run.KINDS) == figures["mutants"] > 500
    made = table.counted()
    assert [row[0] for row in made.rows] == [*run.KINDS, "all"]
