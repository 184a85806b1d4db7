"""`python -m hwlib tag` and the build that insists on it, over a small project under git."""

import os
import subprocess
import sys

from tinysite import CONFIG, ROOT

TASK = """\
---
number: 3
description: The task
---
# Task

## Derivation

$$
a = a
\\label{eq-same}
$$
"""
HOME = "---\ndescription: The home page\n---\n# Home\n\nSee @eq-same.\n"
REGISTRY = "tags/registry.txt"


def project(folder):
    (folder / "docs").mkdir()
    write(folder, HOME, TASK)
    config = CONFIG.format(root=ROOT, docs="docs", site="site")
    (folder / "mkdocs.yml").write_text(config, "utf-8")
    (folder / ".gitignore").write_text("site\n.cache\n", "utf-8")
    git(folder, "init", "-q", "-b", "main")
    return folder


def write(folder, home, task):
    (folder / "docs" / "index.md").write_text(home, "utf-8")
    (folder / "docs" / "task.md").write_text(task, "utf-8")


def git(folder, *words):
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *who, "-C", str(folder), *words], check=True)


def commit(folder):
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "a")


def hwlib(folder, *words):
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1800000000"}
    done = subprocess.run(
        [sys.executable, "-m", "hwlib", *words],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_project_without_a_registry_has_no_tags_and_one_with_it_insists(tmp_path):
    folder = project(tmp_path)
    code, output, errors = hwlib(folder, "build")
    assert (code, errors) == (0, "")
    assert not (folder / "site" / "t").exists()

    code, output, errors = hwlib(folder, "tag")
    assert (code, errors) == (0, "")
    assert [line.split(maxsplit=1)[1] for line in output.splitlines()[1:-1]] == [
        "new: page index",
        "new: page task",
        "new: section task#derivation",
        "new: equation eq-same",
    ]
    assert output.splitlines()[-1] == f"{REGISTRY}: 4 tags, 4 changes."
    text = (folder / REGISTRY).read_text("utf-8")
    assert " v1 2027-01-15 " in text
    commit(folder)
    assert hwlib(folder, "tag")[1].splitlines()[-1] == f"{REGISTRY}: 4 tags, 0 changes."
    assert (folder / REGISTRY).read_text("utf-8") == text
    assert hwlib(folder, "build")[0] == 0
    assert len(list((folder / "site" / "t").glob("????/index.html"))) == 4

    home = HOME.replace("same", "new") + '\n<a href="t/">All tags</a>\n'
    write(folder, home, TASK.replace("a = a", "b = b").replace("same", "new"))
    code, _, errors = hwlib(folder, "build")
    assert code == 1
    assert "docs/task.md:11: the equation eq-new has no tag yet: python -m hwlib tag" in errors
    assert "python -m hwlib tag --rename eq-same NEW-LABEL" in errors
    assert "changed since version 1; give it a version: python -m hwlib tag" in errors
    assert "leads nowhere" not in errors  # the pages of tags were not written
    assert hwlib(folder, "tag")[0] == 1
    assert (folder / REGISTRY).read_text("utf-8") == text

    code, output, errors = hwlib(folder, "tag", "--rename", "eq-same", "eq-new", "--because", "No.")
    assert (code, errors) == (0, "")
    assert "v2: eq-new, the formula changed" in output
    assert (folder / REGISTRY).read_text("utf-8").startswith(text)
    assert hwlib(folder, "build")[0] == 0
    assert 'id="eq-same" class="hw-was"' in (folder / "site/task/index.html").read_text("utf-8")

    (folder / REGISTRY).unlink()
    code, _, errors = hwlib(folder, "build")
    assert code == 1
    assert "a line that was published with HEAD is gone" in errors
    assert f"git checkout HEAD -- {REGISTRY}" in errors


def test_pages_with_faults_are_not_tagged(tmp_path):
    folder = project(tmp_path)
    write(folder, HOME, TASK.replace("a = a", "\\frac{1}"))
    code, _, errors = hwlib(folder, "tag")
    assert code == 1
    assert "docs/task.md:10:1: invalid TeX" in errors
    assert errors.splitlines()[-1] == f"Nothing was tagged; {REGISTRY} is as it was."
    assert not (folder / REGISTRY).exists()


def test_where_there_is_no_project(tmp_path):
    code, _, errors = hwlib(tmp_path, "tag")
    assert code == 2
    assert errors.startswith("Nothing to tag: no mkdocs.yml in ")


def test_an_unknown_commit_is_told(tmp_path):
    folder = project(tmp_path)
    code, _, errors = hwlib(folder, "tag", "--against", "nowhere")
    assert code == 1
    assert errors.startswith("git knows no commit nowhere")
