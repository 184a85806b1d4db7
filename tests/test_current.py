"""A build of what is built already: nothing is done, and that is only said where it is true."""

import os
import subprocess
import sys

import pytest
from tinysite import ROOT

ENGINE = """
import sys
from pathlib import Path
folder = Path(sys.argv[1])
folder.mkdir()
text = Path("docs/index.md").read_text()
(folder / "index.html").write_text(
    f'<html><head><title>{text}</title><meta name="description" content="x"></head></html>'
)
"""
BUILD = """
import sys
from hwlib.__main__ import main
from hwlib.commands import engine
engine.build_command = lambda name, to: [sys.executable, "-I", "-S", "engine.py", str(to)]
sys.exit(main(["build", *sys.argv[1:]]))
"""
ANEW, CURRENT = "Building the pages", "site/ is current and whole"


@pytest.fixture
def project(tmp_path):
    """A project that was built; its cache is its own."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("first")
    (tmp_path / "docs" / "other.txt").write_text("other")
    (tmp_path / "mkdocs.yml").touch()
    (tmp_path / "engine.py").write_text(ENGINE)
    assert build(tmp_path).startswith(ANEW)
    return tmp_path


def build(project, *words, **variables):
    """Return what a build says."""
    own = {"PYTHONPATH": str(ROOT), "HWLIB_CACHE": str(project / ".cache")}
    done = subprocess.run(
        [sys.executable, "-c", BUILD, *words],
        cwd=project,
        env={**os.environ, **own, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def stamps(project):
    return {path: path.stat().st_mtime_ns for path in (project / "site").iterdir()}


def test_nothing_is_done_where_nothing_has_changed(project):
    before = stamps(project)
    assert build(project).startswith(CURRENT)
    assert stamps(project) == before


def test_it_is_done_when_it_is_asked_for(project):
    assert build(project, "--no-cache").startswith(ANEW)


@pytest.mark.parametrize(
    "name", ["docs/index.md", "docs/more/page.txt", "mkdocs.yml", "tags/other.txt", "any.thing"]
)
def test_any_file_of_the_project_counts(project, name):
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("# other\n")
    assert build(project).startswith(ANEW)
    assert build(project).startswith(CURRENT)


def test_a_file_that_is_gone_or_has_another_name_counts(project):
    (project / "docs" / "other.txt").rename(project / "docs" / "another.txt")
    assert build(project).startswith(ANEW)
    (project / "docs" / "another.txt").unlink()
    assert build(project).startswith(ANEW)


@pytest.mark.parametrize("variables", [{"SOURCE_DATE_EPOCH": "86400"}, {"HWLIB_ANY": "1"}])
def test_variables_count(project, variables):
    assert build(project, **variables).startswith(ANEW)
    assert build(project, **variables).startswith(CURRENT)


def test_another_folder_is_another_site(project):
    assert build(project, "--to", "other").startswith(ANEW)


@pytest.mark.parametrize("harm", ["tampered", "missing", "added", "list"])
def test_a_site_that_is_not_whole_is_built_anew(project, harm):
    page, manifest = project / "site" / "index.html", project / "site" / "SHA256SUMS"
    if harm == "tampered":
        page.write_text(page.read_text().replace("first", "fir5t"))
    elif harm == "missing":
        page.unlink()
    elif harm == "added":
        (project / "site" / "more.html").write_text("more")
    else:
        manifest.write_text(manifest.read_text() + "\n")
    assert build(project).startswith(ANEW)
    assert "first" in page.read_text()
    assert not (project / "site" / "more.html").exists()
    assert build(project).startswith(CURRENT)


def test_an_edit_during_a_build_is_not_taken_for_built(project):
    meddling = 'Path("docs/index.md").write_text("third")\n'
    (project / "engine.py").write_text(ENGINE + meddling)
    assert build(project).startswith(ANEW)
    assert "first" in (project / "site" / "index.html").read_text()
    assert build(project).startswith(ANEW)
    assert "third" in (project / "site" / "index.html").read_text()
