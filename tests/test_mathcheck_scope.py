"""Which definition a name means, and where."""

import pytest
from mathcheck_page import check, verdicts


def failures(text):
    return [(one.line, one.verdict) for one in check(text) if one.failed]


def test_a_definition_is_visible_from_its_place_on():
    assert verdicts("$a := 2$\n\n$a + 1 = 3$\n") == ["proved"]
    assert verdicts("$a + 1 = 3$\n\n$a := 2$\n") == ["false"]


def test_a_function_holds_on_the_whole_page_and_a_variable_in_its_section():
    text = "## A\n\n$f(x) := x^2$ and $a := 3$\n\n$a = 3$\n\n## B\n\n$f(2) = 4$\n\n$a = 3$\n"
    assert failures(text) == [(11, "false")]


def test_a_third_level_heading_opens_no_section():
    assert verdicts("## A\n\n$a := 3$\n\n### B\n\n$a = 3$\n") == ["proved"]


def test_redefinition_is_an_error_in_a_section_and_shadows_in_a_later_one():
    assert failures("$a := 1$\n\n$a := 1$\n") == [(3, "ambiguous")]
    assert verdicts("## A\n\n$f(x) := x$\n\n## B\n\n$f(x) := 2x$\n\n$f(3) = 6$\n") == ["proved"]


def test_cycles_are_errors():
    assert failures("$a := b$\n\n$b := a$\n") == [(3, "undefined")]
    assert failures("$a := a + 1$\n") == [(1, "undefined")]


@pytest.mark.parametrize("name", ["e", "\\pi"])
def test_constants_are_reserved(name):
    assert failures(f"${name} := 3$\n") == [(1, "ambiguous")]


def test_bound_variables_shadow_definitions():
    sums = "$$\\sum_{k=1}^{3} k = 6$$\n\n$$\\int_0^1 k \\, dk = \\frac{1}{2}$$\n\n"
    assert verdicts(f"$k := 7$\n\n{sums}$k = 7$\n") == ["proved", "numeric", "proved"]


def test_a_parameter_shadows_and_the_rest_is_looked_up_outside():
    text = "$a := x^2$ and $f(x) := a + x$\n\n$$f(3) = x^2 + 3$$\n"
    assert verdicts(text) == ["proved"]


def test_a_value_may_be_defined_before_what_it_needs():
    assert verdicts("$F := z^2$ where $z := 3x$\n\n$$F = 9x^2$$\n") == ["proved"]


def test_a_definition_of_a_built_in_function_must_agree_with_it():
    right = "$$\\tanh(x) := \\frac{e^x - e^{-x}}{e^x + e^{-x}}$$\n"
    wrong = "$$\\tanh(x) := \\frac{e^x + e^{-x}}{e^x - e^{-x}}$$\n"
    assert failures(right) == []
    assert [verdict for _, verdict in failures(wrong)] == ["false"]


def test_an_inverse_follows_from_its_function_and_is_not_defined():
    assert failures("$$\\sigma^{-1}(y) := \\ln\\frac{y}{1-y}$$\n") == [(1, "parse")]


def test_a_definition_holds_only_under_its_condition():
    text = "$$r(x) := \\sqrt{x} \\quad \\text{for } x > 0$$\n\n$$r(x)^2 = x$$\n"
    assert verdicts(text) == ["domain"]


def test_declared_functions_end_with_their_section():
    text = "## A\n\n$$\n% functions: f\n(f(x) + 1)' = f'(x)\n$$\n\n## B\n\n$$f(x+1) = f(x+1)$$\n"
    assert verdicts(text)[-1] == "ambiguous"


def test_a_letter_that_stood_by_itself_is_a_factor_before_a_bracket():
    assert verdicts("Let $y$ be real.\n\n$$y(1 + y) = y + y^2$$\n") == ["proved"]
    assert verdicts("$$g(1 + y) = g + gy$$\n") == ["proved"]
    assert verdicts("$$g(1 + y) = 2$$\n") == ["ambiguous"]


def test_uses_are_told_with_their_lines():
    (claim,) = [
        one
        for one in check("$a := 2$\n\n$b := a^2$\n\n$c := 1$\n\n$b = 4$\n")
        if one.kind == "claim"
    ]
    assert [(use.tex, use.line) for use in claim.uses] == [("a := 2", 1), ("b := a^2", 3)]


def test_one_row_that_is_not_read_does_not_spoil_the_others():
    text = "$$\\begin{aligned}\na &= a \\\\\nx^12 &= 3 \\\\\nb &= b\n\\end{aligned}$$\n"
    assert verdicts(text) == ["proved", "parse", "proved"]


def test_unchecked_needs_a_reason_and_gives_it():
    (one,) = check("$$\n% unchecked: quoted from a book\nE = mc^2\n$$\n")
    assert (one.verdict, one.reason) == ("unchecked", "quoted from a book")
    assert verdicts("$$\n% unchecked:\nE = mc^2\n$$\n") == [
        "parse",
        "false",
    ] or "parse" in verdicts("$$\n% unchecked:\nE = mc^2\n$$\n")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("It holds for $x > 0$.", "condition"),
        ("Let $x \\in \\mathbb R$.", "condition"),
        ("There, at $x = 0$, it touches.", "condition"),
        ("We have $x > 0$.", "claim"),
        ("It is false that, by setting $z_2 = 0$, we get it.", "claim"),
        ("For every $x^2 > 0$.", "claim"),
        ("for $x > y + 1$", "claim"),
    ],
)
def test_conditions_in_sentences(text, kind):
    assert [one.kind for one in check(text)] == [kind]


# ------------------------------------------------------------------------------- many definitions


def doubled(levels):
    first = "$$f_0(x) := x + 1$$\n\n"
    rest = (
        f"$$f_{{{i}}}(x) := f_{{{i - 1}}}(x) + f_{{{i - 1}}}(x)$$\n\n" for i in range(1, levels + 1)
    )
    return first + "".join(rest)


def test_a_call_is_computed_once_however_often_it_is_met():
    page = doubled(20) + "$$f_{20}(1) = 2^{21}$$\n"  # two million calls otherwise
    assert check(page)[-1].verdict in ("checked", "proved")


def test_definitions_that_rest_on_too_many_others_are_refused_everywhere_alike():
    first = next(one for one in check(doubled(70)) if one.failed)
    assert first.verdict == "undecided"
    assert "more than 60 deep" in first.reason


@pytest.mark.parametrize(("total", "verdict"), [(7, "proved"), (8, "false")])
def test_definitions_are_found_for_a_letter_among_two_indices_above(total, verdict):
    page = "$w^{1,1}_3 := 3$\n\n$w^{1,2}_3 := 4$\n\n"
    claim = rf"$\sum_{{k=1}}^{{2}} w^{{1,k}}_3 = {total}$"
    assert check(f"{page}{claim}\n")[-1].verdict == verdict
