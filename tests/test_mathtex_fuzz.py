"""Whatever the text, TeX is read or refused with a place: no other exception, no hang."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hwlib.mathtex import ast
from hwlib.mathtex.parser import parse, parse_expression
from hwlib.mathtex.resolve import resolve
from tests.mathtex_tree import tree

SECONDS = 5.0  # a bound for a slow machine; each takes a few hundredths of that

HOSTILE = {
    "braces": "{" * 10_000,
    "paired braces": "{" * 4_000 + "x" + "}" * 4_000,
    "power tower": "9^{" * 2_000 + "9" + "}" * 2_000,
    "a tower that is typeset": "9^{9^{9^9}}",
    "a megabyte": "x" * 1_000_000,
    "digits": "1" * 9_000,
    "terms": "+x" * 4_900,
    "sums in sums": r"\sum_i " * 1_200,
    "sums of sums": r"+\sum_i x_i" * 800,
    "integrals": r"\int x" * 1_000 + "dx" * 1_000,
    "fractions": r"\frac" * 1_900,
    "functions": r"\sin " * 1_900,
    "calls": "f(" * 3_000 + "x" + ")" * 3_000,
    "bars": "|x" * 4_900,
    "double bars": "||x" * 3_200,
    "accents": r"\hat " * 1_900,
    "scripts": "x_" * 4_900,
    "fonts": r"\mathrm{" * 1_200 + "x" + "}" * 1_200,
    "texts": r"\text{$" * 1_400,
    "stacked": r"\stackrel{a}{" * 700 + "=" + "}" * 700,
    "rows": r"\\=a" * 2_400,
    "relations": "=a" * 4_900,
    "commas": "a," * 4_900,
    "dots": "i=1," + r"\dots," * 1_500 + "n",
    "ampersands": "&" * 9_900,
    "environments": r"\begin{cases}" * 700,
    "systems": r"\{\begin{aligned}" * 550,
    "arrows": r"a\iff " * 1_600,
    "directives": "% given: x>0\n" * 750,
    "primes": "x" + "'" * 9_900,
    "slashes": "d/" * 4_900,
    "evaluations": r"x\Big|_{x=0}" * 800,
    "not text": "\0\ud800\x7f" * 3_000,
}


def check(tex: str) -> None:
    """Every statement stands in the text, and what was read can be walked and shown."""
    for statement in parse(tex).statements:
        assert 0 <= statement.span.start <= statement.span.end <= len(tex)
        if isinstance(statement, ast.Failure):
            assert 0 <= statement.error.offset <= len(tex)
            assert statement.error.message
        for node in ast.walk(statement):
            assert 0 <= node.span.start <= node.span.end <= len(tex)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_bounded_in_time_and_depth(name: str) -> None:
    start = time.process_time()
    check(HOSTILE[name])
    assert time.process_time() - start < SECONDS


@given(st.text())
@settings(max_examples=200)
def test_any_text(tex: str) -> None:
    check(tex)


@given(st.binary())
@settings(max_examples=100)
def test_any_bytes(data: bytes) -> None:
    check(data.decode("utf-8", errors="replace"))
    check(data.decode("latin-1"))


PIECES = (Path(__file__).parent / "corpus" / "parse_pieces.txt").read_text().splitlines()


@given(st.lists(st.sampled_from(PIECES), max_size=25))
@settings(max_examples=600)
def test_any_shuffle_of_tex(pieces: list[str]) -> None:
    check(" ".join(pieces))
    check("".join(pieces))


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda p: f"{p[0]} + {p[1]}"),
        two.map(lambda p: f"{p[0]} - ({p[1]})"),
        two.map(lambda p: rf"\left({p[0]}\right) \cdot \left({p[1]}\right)"),
        two.map(lambda p: rf"\frac{{{p[0]}}}{{{p[1]}}}"),
        two.map(lambda p: f"({p[0]})^{{{p[1]}}}"),
        inner.map(lambda p: rf"\sqrt{{{p}}}"),
        inner.map(lambda p: rf"\ln\left({p}\right)"),
        inner.map(lambda p: rf"\sum_{{k=1}}^{{n}} \left({p}\right)"),
        inner.map(lambda p: rf"\frac{{d}}{{dx}}\left({p}\right)"),
        inner.map(lambda p: rf"\int_0^1 \left({p}\right) \, dx"),
        inner.map(lambda p: rf"\left| {p} \right|"),
        inner.map(lambda p: rf"f\left({p}\right)"),
    )


EXPRESSIONS = st.recursive(
    st.sampled_from(["x", "y_i", "2", "0.5", "e^{-x}", r"\sigma(x)", r"\hat y", r"\mathbf w"]),
    _grown,
    max_leaves=8,
)


@given(EXPRESSIONS)
@settings(max_examples=200)
def test_well_formed_tex_is_read(tex: str) -> None:
    parse_expression(tex)


@given(EXPRESSIONS, EXPRESSIONS)
@settings(max_examples=100)
def test_brackets_and_spacing_change_nothing(left: str, right: str) -> None:
    plain = parse_expression(f"({left}) + ({right})")
    spaced = parse_expression(rf"\left( {left} \, \right) \; + \bigl( \displaystyle {right} \bigr)")
    assert plain == spaced
    assert tree(plain) == tree(spaced)


@given(EXPRESSIONS, EXPRESSIONS)
@settings(max_examples=100)
def test_rows_say_what_one_line_says(left: str, right: str) -> None:
    one = parse(f"a = ({left}) = ({right})").statements
    rows = parse(rf"\begin{{align}} a &= ({left}) \\[2pt] &= ({right}) \end{{align}}").statements
    assert one == rows


@given(EXPRESSIONS)
@settings(max_examples=100)
def test_every_application_is_settled(tex: str) -> None:
    found = resolve(parse_expression(tex), lambda name: "function")
    assert not any(isinstance(node, ast.Application) for node in ast.walk(found))
