import os
import re
import sys
from html import unescape

import pytest
from tinysite import render, write

import hwlib
from hwlib import fences
from hwlib.errors import PageError


@pytest.fixture(autouse=True)
def bare(monkeypatch, tmp_path):
    monkeypatch.delenv("HWLIB_ERRORS", raising=False)
    monkeypatch.setenv("HWLIB_CACHE", str(tmp_path / "cache"))


def block(code, options='exec="1" id="x"', before="# A\n\n"):
    return f"{before}```python {options}\n{code}\n```\n"


def page(tmp_path, text):
    return render(write(tmp_path / "docs", index=text))


def fault(tmp_path, text):
    with pytest.raises(PageError) as caught:
        page(tmp_path, text)
    return str(caught.value)


# -------------------------------------------------------------------------------------- what runs


def test_html_is_taken_as_it_is(tmp_path):
    html = page(tmp_path, block("print('<p>a *b*</p>')", 'exec="1" html="1" id="x"'))
    assert '<div class="hw-block" data-block="x"><p>a *b*</p>\n</div>' in html


def test_markdown_is_rendered(tmp_path):
    html = page(tmp_path, block("print('a *b*')"))
    assert '<div class="hw-block" data-block="x"><p>a <em>b</em></p></div>' in html


def test_what_a_helper_prints_is_printed(tmp_path):
    assert "<p>from afar</p>" in page(tmp_path, block("import sys\nsys.stdout.write('from afar')"))


def test_a_block_that_prints_nothing_ran(tmp_path):
    assert '<div class="hw-block" data-block="x"></div>' in page(tmp_path, block("pass"))


def test_blocks_share_nothing(tmp_path):
    text = block("a = 1") + block("print('a' in globals())", 'exec="1" id="y"', "\n")
    assert "<p>False</p>" in page(tmp_path, text)


def test_placeholders_become_id_and_number(tmp_path):
    code = 'print("<p id=hw-block-id>hw-block-number</p>")'
    text = "---\nnumber: 5\n---\n" + block(code, 'exec="1" html="1" id="fig-x"')
    assert "<p id=fig-x>5.1</p>" in page(tmp_path, text)


def test_other_python_is_shown(tmp_path):
    html = page(tmp_path, block("1 / 0", 'title="t" linenums="1"') + block("1 / 0", "", "\n"))
    assert html.count('class="language-python') == 2 or html.count("highlight") >= 2
    assert "hw-block" not in html


def test_exec_no_is_shown(tmp_path):
    assert "hw-block" not in page(tmp_path, block("1 / 0", 'exec="0"'))


# ----------------------------------------------------------------------------------------- faults


def test_an_exception_names_page_line_block_and_the_line_that_failed(tmp_path):
    message = fault(tmp_path, block("a = 0\nprint(1 / a)"))
    assert message == (
        "docs/index.md:3: block x: ZeroDivisionError: division by zero\n"
        "  docs/index.md:5: print(1 / a)"
    )


def test_an_exception_inside_hwlib_names_its_line_too(tmp_path):
    code = "from hwlib.mathjax.text import readable\nreadable('<math>')"
    message = fault(tmp_path, block(code))
    assert "docs/index.md:3: block x: ParseError: " in message
    assert "  docs/index.md:5: readable('<math>')\n" in message
    assert re.search(r"\n  hwlib/mathjax/text\.py:\d+: return ", message)


def test_no_path_of_this_machine_is_told(tmp_path):
    message = fault(tmp_path, block("from hwlib import nothing_of_the_kind"))
    assert str(fences.ROOT) not in message


@pytest.mark.parametrize("code", ["import sys; sys.exit(0)", "raise SystemExit", "exit(3)"])
def test_exit_is_an_error(tmp_path, code):
    assert re.match(
        r"docs/index\.md:3: block x: (SystemExit|NameError)", fault(tmp_path, block(code))
    )


def test_a_syntax_error_names_its_line(tmp_path):
    message = fault(tmp_path, block("a = 1\nb = ("))
    assert message.startswith("docs/index.md:3: block x: SyntaxError: '(' was never closed")
    assert "docs/index.md:5: b = (" in message


def test_front_matter_and_containers_keep_the_line(tmp_path):
    inside = '    ```python exec="1" id="x"\n    1 / 0\n    ```\n'
    text = f"---\ntitle: t\n---\n# A\n\n!!! note\n\n{inside}"
    message = fault(tmp_path, text)
    assert message.startswith("docs/index.md:8: block x:")
    assert "docs/index.md:9: 1 / 0" in message


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ('exce="1" id="x"', "exce=; did you mean exec=?"),
        ('exec="1" idd="x"', "idd=; did you mean id=?"),
        ('exec="1" id="x" htlm="1"', "htlm=; did you mean html=?"),
        ('exec="1" id="x" session="s"', "session=; known: exec, html, id, unchecked"),
        ('exec="1" id="x" title="t"', "title=; did you mean title=?"),
    ],
)
def test_misspelt_options(tmp_path, options, hint):
    message = fault(tmp_path, "\n\n" + block("1", options, ""))
    assert message.startswith("docs/index.md:3: python fence with an unknown option ")
    assert hint in message


def test_a_missing_id(tmp_path):
    message = fault(tmp_path, block("print()", 'exec="1"'))
    assert message.startswith("docs/index.md:3: an executed block needs an id")


def test_an_id_twice_on_a_page(tmp_path):
    message = fault(tmp_path, block("print()") + block("print(2)", before="\n"))
    assert message == (
        "docs/index.md:7: block x: this id is taken by docs/index.md:3; ids are unique in the site"
    )


@pytest.mark.parametrize("name", ["x", "fig-x"])
def test_an_id_twice_in_the_site_whatever_page_comes_first(tmp_path, name):
    text = block("print()", f'exec="1" id="{name}"')
    docs = write(tmp_path / "docs", a=text, b=text)
    with pytest.raises(PageError, match=r"docs/b\.md:3: block .*taken by docs/a\.md:3"):
        render(docs, "b.md")
    render(docs, "a.md")


def test_four_lines_are_too_many(tmp_path):
    assert "at most 3 lines, this one has 4" in fault(tmp_path, block("a\nb\nc\nd"))
    assert "x" in page(tmp_path, block("a = 1\nb = 2\nprint(a)"))


def test_faults_are_collected_and_other_blocks_run(tmp_path, monkeypatch):
    monkeypatch.setenv("HWLIB_ERRORS", "collect")
    text = block("1 / 0") + block("print('fine')", 'exec="1" id="y"', "\n")
    text += block("print()", 'exce="1"', "\n")
    html = page(tmp_path, text)
    messages = [unescape(m) for m in re.findall(r'role="alert"><pre>(.*?)</pre>', html)]
    assert [m[:16] for m in messages] == ["docs/index.md:3:", "docs/index.md:11"]
    assert "<p>fine</p>" in html
    assert 'data-block="x"' not in html  # no sentinel: the proof sees that it did not run


# ------------------------------------------------------------------------------------- fresh code


@pytest.fixture
def helper():
    """A module of hwlib that a test may rewrite."""
    path = fences.PACKAGE / "_fences_test_helper.py"
    user = fences.PACKAGE / "_fences_test_user.py"
    user.write_text("from hwlib._fences_test_helper import word\n")

    def write_word(word):
        path.write_text(f"word = {word!r}\n")
        os.utime(path, ns=(clock[0], clock[0]))
        clock[0] += 1  # within one second, and of one size: bytecode alone would not notice

    clock = [1_700_000_000_000_000_000]
    yield write_word
    for file in (path, user):
        file.unlink(missing_ok=True)
        sys.modules.pop(f"hwlib.{file.stem}", None)
        vars(hwlib).pop(file.stem, None)


def test_an_edited_module_is_used_also_through_another(tmp_path, helper):
    text = block("from hwlib import _fences_test_user as user\nprint(user.word)")
    helper("old")
    assert "<p>old</p>" in page(tmp_path, text)
    helper("new")
    assert "<p>new</p>" in page(tmp_path, text)


def test_what_has_not_changed_is_kept(tmp_path, helper):
    text = block("from hwlib import _fences_test_user as user\nprint(user.word)")
    helper("old")
    page(tmp_path, text)
    before = sys.modules["hwlib._fences_test_user"]
    page(tmp_path, text)
    assert sys.modules["hwlib._fences_test_user"] is before


def test_what_renders_pages_stays(tmp_path, helper):
    text = block("from hwlib import _fences_test_user as user\nprint(user.word)")
    helper("old")
    page(tmp_path, text)
    helper("new")
    page(tmp_path, text)
    assert sys.modules["hwlib.fences"] is fences
    assert sys.modules["hwlib.errors"].PageError is PageError
