"""A tiny site has the same bytes in other surroundings; one that depends on them is caught."""

import re
import subprocess
import sys

from tinysite import CONFIG, ROOT

sys.path.insert(0, str(ROOT / "scripts"))

import reproduce  # a script, not a package

PAGE = """---
description: A figure, a table, formulas, a link
---
# Page

## The section

See @fig-tiny, @tab-tiny and @eq-tiny.

$$
\\sigma(x) := \\frac{1}{1+e^{-x}}
\\label{eq-tiny}
$$

```python exec="1" html="1" id="fig-tiny"
from hwlib import embed
from hwlib.figures import sigmoid
print(embed.figure(sigmoid.sigmoid_and_slope))
```

```python exec="1" html="1" id="tab-tiny"
from hwlib import embed
from hwlib.tables import sigmoid
print(embed.table(sigmoid.worked_example))
```
"""
LEAKS = {  # what a block prints, and what of it the second build shows
    "print(*{'a', 'b', 'c', 'd', 'e', 'f'})": r"\+.*\b[a-f]( [a-f]){5}\b",
    "import time; print('clock', time.time_ns())": r"\+.*clock \d+",
    "import time; print('zone', time.tzname)": r"\+.*zone.*0545",
    "import os; print('folder', os.getcwd())": r"\+.*folder.*Ωrt",
    "import os; import hwlib; print('listed', *os.listdir(hwlib.__path__[0]))": r"\+.*listed \w",
    "import os; print('cores', len(os.sched_getaffinity(0)))": r"\+.*cores 1\b",
}


def lay(page):
    """Return what lays down a project with one page."""

    def down(where, one):
        (where / "docs").mkdir(parents=True)
        (where / "docs" / "index.md").write_text(page, "utf-8")
        (where / "mkdocs.yml").write_text(CONFIG.format(root=ROOT, docs="docs", site="site"))

    return down


def test_the_same_bytes_in_other_surroundings(tmp_path, capfd):
    status = reproduce.compare_all(reproduce.FIRST, [reproduce.SECOND], tmp_path, lay(PAGE))
    said = capfd.readouterr().out
    assert status == 0, said
    assert "the same   other path, time," in said
    assert (tmp_path / "a" / "site" / "fig-tiny.csv").is_file()


def test_what_depends_on_the_surroundings_is_caught_and_shown(tmp_path, capfd):
    page = PAGE.split("## The section")[0]
    for number, code in enumerate(LEAKS):
        page += f'\n```python exec="1" id="leak-{number}"\n{code}\n```\n'
    status = reproduce.compare_all(reproduce.FIRST, [reproduce.SECOND], tmp_path, lay(page))
    said = capfd.readouterr().out
    assert status == 1
    assert "DIFFERENT  other path" in said
    for shown in LEAKS.values():
        assert re.search(shown, said), (shown, said)


def test_differences_by_hand(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, texts in {
        one: {"same": "a", "new": "b"},
        other: {"same": "a", "more": "c"},
    }.items():
        (folder / "sub").mkdir(parents=True)
        for name, text in texts.items():
            (folder / name).write_text(text)
        (folder / "sub" / "x").write_text(folder.name)
    assert reproduce.differences(one, other) == ["more", "new", "sub/x"]
    assert reproduce.show(one / "new", other / "new", "new").endswith("only in the first build")
    assert "-one" in reproduce.show(one / "sub" / "x", other / "sub" / "x", "sub/x")


def test_a_long_difference_is_cut(tmp_path):
    (tmp_path / "a").write_text("x\n" * 40)
    (tmp_path / "b").write_text("y" * 500 + "\n")
    shown = reproduce.show(tmp_path / "a", tmp_path / "b", "a").splitlines()
    assert len(shown) == reproduce.MOST_LINES + 2
    assert shown[-1].endswith("more lines")


def test_a_checkout_is_old_where_time_is_not_to_matter(tmp_path):
    root = tmp_path / "root"
    (root / "node_modules").mkdir(parents=True)
    (root / "page.md").write_text("a")
    for words in (["init", "-q"], ["add", "page.md"], ["commit", "-q", "-m", "first"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", "-C", root, *identity, *words], check=True)
    reproduce.check_out(root, "HEAD", tmp_path / "sub" / "a", reproduce.FIRST)
    reproduce.check_out(root, "HEAD", tmp_path / "sub" / "b", reproduce.SECOND)
    new, old = (tmp_path / "sub" / name / "page.md" for name in "ab")
    assert new.read_text() == old.read_text() == "a"
    assert new.stat().st_mtime > old.stat().st_mtime == reproduce.OLD


def test_pythons_are_found_beside_those_on_path(tmp_path, monkeypatch):
    own = reproduce._version_of(sys.executable)
    other = next(version for version in reproduce.PYTHONS if version != own)
    python = tmp_path / "versions" / f"{other}.1" / "bin" / "python3"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\necho {other}\n")
    python.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(reproduce, "PLACES", [(str(tmp_path), reproduce.PLACES[0][1])])
    assert reproduce.find_python(other) == str(python)
    assert reproduce.find_python(own) == ""
    python.write_text("#!/bin/sh\nexit 127\n")  # as pyenv's own stand-in does
    assert reproduce.find_python(other) == ""


def test_the_second_surroundings_differ_in_all_that_they_can():
    first, second = reproduce.FIRST, reproduce.SECOND
    assert all(second.variables.get(name) != value for name, value in first.variables.items())
    assert (first.umask, first.path, first.cores) != (second.umask, second.path, second.cores)
    assert "NPY_DISABLE_CPU_FEATURES" in second.variables
