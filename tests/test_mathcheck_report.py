"""The command, its messages and its JSON; what is kept; the second judge; decimals in prose."""

import json
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mathcheck_page import check, jobs, stores_in

from hwlib.__main__ import main
from hwlib.dependencies import ROOT, reached
from hwlib.mathcheck import beside, check_files, court, prover, store
from hwlib.mathcheck.judges import hear
from hwlib.mathcheck.report import as_json, message, summary
from hwlib.mathcheck.service import Service
from hwlib.mathcheck.show import show_name
from hwlib.mathcheck.store import Store
from hwlib.mathcheck.verdict import KINDS, VERDICTS, Outcome
from hwlib.mathtex.parser import parse

PAGE = """\
# Slope

$$\\sigma(x) := \\frac{1}{1+e^{-x}}$$

$$
\\frac{d\\sigma(x)}{dx} = \\sigma(x)(1+\\sigma(x))
$$

It is $\\sigma(2) \\approx 0.8808$.
"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "task.md"
    path.write_text(PAGE)
    return path


# ----------------------------------------------------------------------------------- the message


def test_the_message_has_place_sides_point_and_definitions():
    (wrong,) = [one for one in check(PAGE) if one.failed]
    assert message(wrong) == (
        "page.md:6:1: false: \\frac{d\\sigma(x)}{dx} = \\sigma(x)(1+\\sigma(x))\n"
        "  left  0.196612    right  1.26551    at x = 1\n"
        "  using \\sigma(x) := \\frac{1}{1+e^{-x}}  (line 3)"
    )


def test_a_row_of_a_chain_is_told_where_it_stands():
    text = "$$\\begin{aligned}\n(a+b)^2 &= a^2 + 2ab + b^2 \\\\\n&= a^2 + b^2\n\\end{aligned}$$\n"
    (wrong,) = [one for one in check(text) if one.failed]
    assert (wrong.line, wrong.column) == (3, 2)
    assert wrong.tex == "a^2 + 2ab + b^2 = a^2 + b^2"


@pytest.mark.parametrize(
    ("tex", "verdict", "words"),
    [
        ("x^12 = 1", "parse", "write ^{12}"),
        ("\\ln x^2 = 2 \\ln x", "domain", "% domain"),
        ("f'(x) = 0", "undefined", "% functions"),
        ("h(x+1) = 0", "ambiguous", "product or a call"),
        ("\\frac{dy}{dx} = 0", "undefined", "y does not depend on x; define it"),
        ("(fg)'(x) = f'(x) g'(x)", "undefined", "f is not defined"),
        ("y = x^2", "false", "write := if this defines it"),
        ("e^{i \\pi} = -1", "false", "complex numbers need"),
        ("\\mathbf z + c = \\mathbf z", "undefined", "\\mathbf 1 has c in every entry"),
        ("s^2 := 1", "parse", "define its root"),
        ("dw = 3 \\, dx", "undefined", "w is not defined"),
    ],
)
def test_every_failure_says_what_to_do(tex, verdict, words):
    (one,) = check(f"${tex}$")
    assert one.verdict == verdict
    assert words in message(one)


def test_the_summary_counts_every_verdict():
    assert summary(check(PAGE)) == "2 claims: 1 checked, 1 false; 1 definition"


# ----------------------------------------------------------------------------------- the command


def test_exit_status_and_json(page, tmp_path, capsys):
    out = tmp_path / "report.json"
    assert main(["check", str(page), "--json", str(out)]) == 1
    printed = capsys.readouterr().out
    assert f"{page}:6:1: false" in printed
    assert printed.endswith("2 claims: 1 checked, 1 false; 1 definition\n")
    entries = json.loads(out.read_text())
    assert [one["kind"] for one in entries] == ["definition", "claim", "claim"]
    wrong = entries[1]
    assert wrong == {
        "file": str(page),
        "line": 6,
        "column": 1,
        "tex": "\\frac{d\\sigma(x)}{dx} = \\sigma(x)(1+\\sigma(x))",
        "kind": "claim",
        "verdict": "false",
        "left": 0.196612,
        "right": 1.26551,
        "point": {"x": 1},
        "uses": [{"tex": "\\sigma(x) := \\frac{1}{1+e^{-x}}", "line": 3}],
        "reason": None,
    }


def test_what_is_true_exits_with_zero(tmp_path):
    (tmp_path / "a.md").write_text("$1 + 1 = 2$\n")
    (tmp_path / "b.md").write_text("No maths.\n")
    assert main(["check", str(tmp_path)]) == 0


def test_a_wrong_path_is_a_usage_error(tmp_path, capsys):
    assert main(["check", str(tmp_path / "none.md")]) == 2
    assert "does not exist" in capsys.readouterr().err
    assert main(["check", str(tmp_path)]) == 2
    with pytest.raises(SystemExit) as stop:
        main(["check", "--unknown"])
    assert stop.value.code == 2


def test_a_file_that_cannot_be_read_is_named_with_its_line(tmp_path, capsys):
    (tmp_path / "latin.md").write_bytes(b"# A\n\n$x = \xe4$\n")
    assert main(["check", str(tmp_path / "latin.md")]) == 2
    assert "latin.md:3: byte 0xe4 is not UTF-8" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_told(page, tmp_path, capsys):
    assert main(["check", str(page), "--json", str(tmp_path / "no" / "report.json")]) == 2
    assert "report.json" in capsys.readouterr().err


def test_a_reader_that_stops_early_sees_no_traceback(page):
    command = f"{sys.executable} -m hwlib check {page} | true"
    done = subprocess.run(["sh", "-c", command], check=True, stderr=subprocess.PIPE, text=True)
    assert done.stderr == ""


def test_a_file_outside_of_the_site_in_every_form_of_maths(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text(
        "In a line $1 + 1 = 3$ and \\(1 + 1 = 4\\).\n\n"
        "$$ 2 + 2 = 5 $$\n\n\\[ 2 + 2 = 6 \\]\n\n"
        "\\begin{align}\nx + x &= 2x \\\\\n&= 3x\n\\end{align}\n\n"
        "| a |\n|---|\n| $1 = 2$ |\n\n`$1 = 5$` and \\$1 = 6\\$\n"
    )
    (results,) = check_files([(path, "notes.md")], stores_in(tmp_path))
    assert [(one.line, one.column) for one in results if one.verdict == "false"] == [
        (1, 12), (1, 29), (3, 4), (5, 4), (9, 2), (14, 4)
    ]  # fmt: skip


def test_decimals_after_an_approximation_are_checked_in_a_line_too():
    found = check("It is $\\sqrt 2 \\approx 1.414$, not $\\sqrt 2 \\approx 1.415$.\n")
    assert [one.verdict for one in found] == ["checked", "false"]


def test_each_relation_of_a_line_has_its_own_entry():
    found = check("$$1 + 1 = 2 = 3, \\qquad 2 < 1$$\n")
    assert [(one.column, one.verdict) for one in found] == [
        (3, "proved"), (13, "false"), (25, "false")
    ]  # fmt: skip


def test_the_report_is_the_same_each_time(page, tmp_path):
    reports = []
    for number in range(2):
        stores = stores_in(tmp_path / str(number))
        reports.append(as_json(check_files([(page, "task.md")], stores)[0]))
    assert reports[0] == reports[1]


# ----------------------------------------------------------------------------------- what is kept


def test_what_is_known_needs_neither_mpmath_nor_sympy(page):
    main(["check", str(page)])
    script = (
        "import sys\nfrom hwlib.__main__ import main\n"
        f"main(['check', {str(page)!r}])\n"
        "assert not {'mpmath', 'sympy', 'hwlib.mathtex'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL)


def jobs_heard(monkeypatch):
    heard = []
    add = court.Hearing.add
    monkeypatch.setattr(court.Hearing, "add", lambda one, job: heard.append(job) or add(one, job))
    return heard


def test_an_edit_is_judged_alone(page, tmp_path, monkeypatch):
    stores = stores_in(tmp_path / "kept")
    check_files([(page, "task.md")], stores)
    heard = jobs_heard(monkeypatch)
    page.write_text(PAGE.replace("0.8808", "0.881"))
    after = check_files([(page, "task.md")], stores)[0]
    assert len(heard) == 1
    assert [one.verdict for one in after] == ["checked", "false", "checked"]


def test_a_changed_definition_is_judged_with_all_that_uses_it(page, tmp_path, monkeypatch):
    stores = stores_in(tmp_path / "kept")
    text = PAGE + "\n$$(a+b)^2 = a^2 + 2ab + b^2$$\n"
    page.write_text(text)
    check_files([(page, "task.md")], stores)
    heard = jobs_heard(monkeypatch)
    page.write_text(text.replace("1+e^{-x}}$$", "1+e^{x}}$$"))
    after = check_files([(page, "task.md")], stores)[0]
    assert [one.verdict for one in after] == ["checked", "false", "false", "proved"]
    assert [job.what for job in heard] == [
        "definition",
        "claim",
        "claim",
    ]  # the square of a sum is not judged again


def test_an_edit_of_words_starts_no_judge(page, tmp_path, monkeypatch):
    stores = stores_in(tmp_path / "kept")
    before = check_files([(page, "task.md")], stores)[0]
    monkeypatch.setattr(Service, "start", lambda service: pytest.fail("a judge was started"))
    monkeypatch.setattr(court, "hear", lambda _: pytest.fail("a judge was asked"))
    page.write_text(PAGE.replace("# Slope", "# Its slope"))
    assert check_files([(page, "task.md")], stores)[0] == before


def test_a_damaged_entry_counts_as_absent(tmp_path):
    store = Store("claims", tmp_path)
    store.put("abcdef", ["value"])
    assert store.get("abcdef") == ["value"]
    (path,) = tmp_path.rglob("*.json")
    path.write_text(path.read_text().replace("value", "fault"))
    assert store.get("abcdef") is None
    path.write_bytes(b"\xff\xfe")
    assert store.get("abcdef") is None


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path):
    (tmp_path / "mathcheck").write_text("a file where the folder should be")
    Store("claims", tmp_path).put("abcdef", 1)
    assert Store("claims", tmp_path).get("abcdef") is None


# --------------------------------------------------------------------------------- two referees


def test_two_referees_say_what_one_says_and_both_hear(monkeypatch):
    many = jobs("\n\n".join(f"$$(a + {n})^2 = a^2 + {2 * n} a + {n * n}$$" for n in range(80)))
    many[40:40] = jobs("$$(a + b)^2 = a^2 + b^2$$")
    monkeypatch.setattr(beside, "two_processors", lambda: False)
    alone = heard_together(many)
    assert [one.outcomes[0].verdict for one in alone].count("proved") == 80
    assert alone[40].outcomes[0].verdict == "false"
    here = []
    monkeypatch.setattr(beside, "two_processors", lambda: True)
    monkeypatch.setattr(court, "hear", lambda job: here.append(job) or hear(job))
    assert heard_together(many, patience=60.0) == alone
    assert len(here) < 81


def heard_together(many, patience=0.0):
    """The outcomes of jobs; with patience only after a second referee has heard some."""
    hearing = court.Hearing()
    for job in many:
        hearing.add(job)
    end = time.monotonic() + patience
    while not hearing._heard and time.monotonic() < end:
        time.sleep(0.01)
    return hearing.end()


# ----------------------------------------------------------------------------------- two judges


@pytest.mark.parametrize(
    ("tex", "word"),
    [
        ("(a+b)^2 = a^2 + 2ab + b^2", "proved"),
        ("(a+b)^2 = a^2 + b^2", "refuted"),
        ("\\sin^2 x + \\cos^2 x = 1", "proved"),
        ("\\ln\\frac{a}{b} = \\ln a - \\ln b", "proved"),
        ("\\sqrt{x} \\sqrt{x} = x", "proved"),
        ("\\frac{d}{dx} \\tanh x = 1 - \\tanh^2 x", "proved"),
        ("e^{a+b} = e^a + e^b", "unknown"),
        ("\\sum_{k=1}^{n} k = n", "unknown"),
        ("9^{9^{9}} = 9^{9^{9}}", "unknown"),
    ],
)
def test_opinions_of_the_second_judge(tex, word):
    (job,) = jobs(f"$${tex}$$\n")
    (link,) = job.statement.chain.links()
    assert prover.opinion(link.left, link.right, job.view) == word


@pytest.mark.parametrize(
    ("verdict", "word", "together"),
    [
        ("checked", "proved", "proved"),
        ("checked", "unknown", "checked"),
        ("checked", None, "checked"),
        ("checked", "refuted", "undecided"),
        ("false", "proved", "false"),
        ("domain", "proved", "domain"),
        ("numeric", "proved", "numeric"),
    ],
)
def test_both_judges_together(verdict, word, together):
    (job,) = jobs("$$a = a$$\n")
    assert court.agreed(Outcome(verdict), word, job).verdict == together


@pytest.fixture
def odd_service(tmp_path, monkeypatch):
    (tmp_path / "odd_service.py").write_text(
        "import os, time\nfrom hwlib.mathcheck.service import serve\n"
        "def answer(q):\n"
        "    if q == 'die': os._exit(1)\n"
        "    if q == 'sleep': time.sleep(60)\n"
        "    return q * 2\n"
        "serve(answer)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    service = Service("odd_service", limit=2.0)
    yield service
    service.close()


def test_a_judge_that_dies_or_dawdles_says_nothing_and_is_replaced(odd_service):
    start = time.monotonic()
    odd_service.ask([1, "die", 2, "sleep", 3])
    assert odd_service.answers() == [2, None, 4, None, 6]
    assert time.monotonic() - start < 30


def test_what_is_asked_of_a_judge_that_has_died_is_answered_by_the_next(odd_service):
    odd_service.ask([1, "die", 2])
    while odd_service._process.poll() is None:
        time.sleep(0.01)
    odd_service.ask([3, 4])
    assert odd_service.answers() == [2, None, 4, 6, 8]
    odd_service._process.kill()
    odd_service._process.wait()
    odd_service.ask([5])
    assert odd_service.answers() == [10]


def test_what_nobody_took_is_not_taken_for_the_next_answers(odd_service):
    odd_service.ask([1, 2])
    odd_service.forget()
    odd_service.ask([3])
    assert odd_service.answers() == [6]
    odd_service.forget()  # nothing is open: the process stays
    assert odd_service._process.poll() is None


# ----------------------------------------------------------------------------------- prose


def prose(tmp_path, text):
    path = tmp_path / "prose.md"
    path.write_text(text)
    (results,) = check_files([(path, "prose.md")], stores_in(tmp_path))
    return [(one.line, one.column, one.tex, one.verdict) for one in results if one.kind == "prose"]


def test_a_decimal_in_a_sentence_is_reported(tmp_path):
    text = "It is 0.25 here,\nand $0.5 = \\frac{1}{2}$ or `0.7` there, and - 1.5 too.\n"
    assert prose(tmp_path, text) == [
        (1, 7, "0.25", "undecided"),
        (2, text.split("\n")[1].index("1.5") + 1, "1.5", "undecided"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "About 0.73 of it.",
        "| a | b |\n|---|---|\n| $x$ | 0.25 |",
        "- $1.5$ is\n- more than 1.25",
        '!!! note "Is 0.5 a lot?"\n    Yes.',
        "# A heading of 2.5",
        "> quoted 7.5 and `0.1`",
    ],
)
def test_a_decimal_by_hand_is_found(tmp_path, text):
    assert len(prose(tmp_path, f"# A\n\n{text}\n")) == 1


@pytest.mark.parametrize(
    "text",
    [
        r"It is $\sigma(1) \approx 0.7311$ here, and `0.1 + 0.2` there.",
        "$$\na \\approx 0.5\n$$",
        "```python\nx = 0.5\n```",
        "**Exercise 3.1.** Python 3.11, CC BY 4.0, doi:10.1093/imanum/draa038",
        "[paper](https://doi.org/10.1093/66.2) <https://example.org/1.5/>",
        "    an indented 0.5 is code",
        "2026 and 3 are no decimals; nor is section 3.",
    ],
)
def test_other_numbers_are_not(tmp_path, text):
    assert prose(tmp_path, f"# A\n\n{text}\n") == []


def test_a_marked_decimal_passes_with_its_reason(tmp_path):
    text = "It took 0.25 s. <!-- unchecked: measured -->\n"
    assert prose(tmp_path, text) == [(1, 9, "0.25", "unchecked")]


def test_names_are_no_quantities(tmp_path):
    text = "Section 2.1, Exercise 3.1, Python 3.11, [a](b-1.5.md), version 1.2.3, at 10.5281/x.\n"
    assert prose(tmp_path, text) == []


def test_a_directive_outside_of_a_formula_is_reported(tmp_path):
    text = "$$1 + 1 = 2$$\n% unchecked: quoted, by 0.5\n\nTen % given here.\n"
    assert prose(tmp_path, text) == [(2, 1, "% unchecked: quoted, by 0.5", "parse")]


# ----------------------------------------------------------------------------------- any text

ATOMS = st.sampled_from(
    ["x", "y_i", "e", "\\pi", "2", "0.5", "\\infty", "\\sigma(x)", "f'(x)", "\\mathbf z", "P(y=1)"]
)
SIGNS = st.sampled_from(
    ["+", "-", "\\cdot", "", "/", "\\times", "=", "<", "\\approx", ":=", "\\iff"]
)
FORMS = st.sampled_from(
    [
        "\\frac{%s}{%s}",
        "%s^{%s}",
        "\\sqrt[%s]{%s}",
        "\\ln(%s) \\sin %s",
        "\\sum_{i=1}^{%s} %s",
        "\\int_0^{%s} %s \\, dx",
        "\\lim_{x \\to %s} %s",
        "\\frac{d}{dx}(%s %s)",
        "(%s, %s)",
        "\\begin{cases} %s & x > 0 \\\\ %s \\end{cases}",
        "\\max_{i} (%s %s)",
        "\\left. %s \\right|_{x=%s}",
    ]
)
TEX = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, SIGNS, inner).map(" ".join),
        st.tuples(FORMS, inner, inner).map(lambda three: three[0] % three[1:]),
    ),
    max_leaves=8,
)


@settings(max_examples=150, derandomize=True)
@given(TEX)
def test_any_formula_gets_a_verdict(tex):
    for one in check(f"$$\n{tex}\n$$\n"):
        assert one.verdict in VERDICTS
        assert one.kind in KINDS


@settings(max_examples=150, derandomize=True)
@given(st.text())
def test_any_text_gets_a_verdict(text):
    for one in check(text):
        assert one.verdict in VERDICTS


def test_the_key_of_a_verdict_covers_all_code_that_judges():
    """The rooms are listed by hand, for speed; here their imports are followed."""
    found = reached("import hwlib.mathcheck.pages, hwlib.mathcheck.court, hwlib.mathcheck.helper")
    rooms = {path.relative_to(ROOT / "hwlib").parts[0] for path in found}
    assert rooms - set(store._ROOMS) == {"__init__.py", "cache.py", "utf8.py"}  # none judges


@pytest.mark.parametrize(
    "name",
    [
        r"\mathbb{E}_{z\sim p}[\log p(z)]",
        r"P(y=1\mid x)",
        r"\nabla\cdot F",
        r"w^{1,2}",
        r"F^{(2,0)}",
        r"\mathsf{\mathbf{K}}",
    ],
)
def test_a_name_is_shown_as_it_is_typed(name):
    (statement,) = parse(f"{name} := 1").statements
    assert show_name(statement.pattern) == name


def test_a_statement_that_nobody_judges_is_listed_with_its_conditions():
    (result,) = check(r"$$X \sim p, \quad x > 0$$")
    assert (result.verdict, result.tex) == ("unchecked", r"X \sim p, x > 0")
