"""A tiny site has the same bytes in other surroundings; one that depends on them is caught."""

import re
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
    "import time; print('zone', time.tzname)": r"\+.*zone.*0545",
    "import os; print('folder', os.getcwd())": r"\+.*folder.*Ωrt",
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
    assert "the same   other path, zone," in said
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


def test_the_second_surroundings_differ_in_all_that_they_can():
    first, second = reproduce.FIRST, reproduce.SECOND
    assert all(second.variables.get(name) != value for name, value in first.variables.items())
    assert (first.umask, first.path, first.cores) != (second.umask, second.path, second.cores)
    assert "NPY_DISABLE_CPU_FEATURES" in second.variables
