"""The doctor finds what is wrong, says what mends it, and never falls ill itself."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from tinysite import ROOT, unprivileged

from hwlib import cache
from hwlib.__main__ import main
from hwlib.cache import Cache, digest
from hwlib.commands import doctor

DOCTOR = "from hwlib.__main__ import main; sys.exit(main(['doctor']))"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with all that a build rests on, and a cache of one entry."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "requirements", root / "requirements")
    for name in ("mkdocs.yml", "package.json"):
        shutil.copy(ROOT / name, root)
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    monkeypatch.delenv(cache.FOLDER, raising=False)
    monkeypatch.setattr(cache, "ROOT", root)
    Cache(root / ".cache" / "blocks").put(digest("a"), "value")
    return root


@pytest.fixture
def told(project, capsys):
    """Run the doctor; give the exit status and what it said of each thing."""

    def run():
        status = main(["doctor"])
        return status, capsys.readouterr().out

    return run


def wrong(out):
    """Return what is wrong, each thing with what mends it."""
    return re.findall(r"(?m)^WRONG  (.*)\n       mend it: (.*)$", out)


def git(folder, *words):
    variables = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER")
                 for what in ("NAME", "EMAIL")}  # fmt: skip
    subprocess.run(["git", "-C", folder, *words], env={**os.environ, **variables}, check=True)


def test_a_project_that_is_well(told, project):
    status, out = told()
    assert (status, wrong(out)) == (0, [])
    assert out.endswith("\nAll is well.\n")
    for start in (
        f"Python {sys.version.split()[0]} ",
        "packages: ",
        "packages for tests: ",
        "packages of other engines: ",
        "engine: MkDocs 1.6",
        "engine: Material 9.",
        "engine: ProperDocs 1.6.7",
        "engine: Zensical 0.0.73",
        "Node v",
        "MathJax 4.",
        "browser: ",
        "git 2",
        f"cache: {project}/.cache can be read and written",
        "cache: blocks: 1 entries, 0.1 kB",
        "disk: ",
    ):
        assert f"\nok     {start}" in f"\n{out}", start


def test_the_engines_are_those_of_the_build():
    from hwlib.commands.engine import ENGINES

    assert set(ENGINES) == {name for name in doctor.ENGINES.values() if name != "mkdocs-material"}


# ----------------------------------------------------------------------------------- the packages


@pytest.fixture
def versions(monkeypatch):
    """Packages that seem to have another version, or none."""
    pretended = {}
    real = doctor.importlib.metadata.version

    def version(package):
        if pretended.get(package) == "":
            raise doctor.importlib.metadata.PackageNotFoundError(package)
        return pretended.get(package) or real(package)

    monkeypatch.setattr(doctor.importlib.metadata, "version", version)
    return pretended


def test_a_package_that_is_not_as_locked(told, versions):
    versions["numpy"] = "1.0"
    status, out = told()
    assert status == 1
    (says, mend), *_ = wrong(out)
    assert re.fullmatch(r"packages not as locked: numpy 1\.0 \(locked: 2\.\d+\.\d+\)", says)
    assert mend == "./scripts/setup"


def test_packages_that_are_missing(told, versions):
    versions["mkdocs"] = versions["lxml"] = versions["pytest"] = versions["zensical"] = ""
    status, out = told()
    assert status == 1
    assert wrong(out) == [
        ("packages missing: lxml, mkdocs", "./scripts/setup"),
        ("engine: no MkDocs", "./scripts/setup"),
    ]
    assert out.endswith("\n2 things are wrong.\n")
    assert "ok     packages for tests: not all are here, a build needs none; ./scripts/setup" in out
    assert "ok     engine: no zensical" in out.lower()


def test_it_needs_no_package(tmp_path):
    """As when a set-up was cut short: not even what reads the locks' conditions is there."""
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{DOCTOR}"
    command = [sys.executable, "-I", "-S", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert ("engine: no MkDocs", "./scripts/setup") in wrong(done.stdout)
    assert any(says.startswith("packages missing: ") for says, _ in wrong(done.stdout))


def test_a_pin_for_another_python_is_not_asked_for(project):
    lock = project / "requirements" / "build.txt"
    hashed = " \\\n    --hash=sha256:0\n"
    lock.write_text(
        f"a==1 ; python_full_version < '3'{hashed}a==2 ; python_full_version >= '3'{hashed}"
        f"b==3 ; sys_platform == 'cli'{hashed}c==4{hashed}"
    )
    assert doctor._locked(lock) == {"a": {"2"}, "c": {"4"}}


# --------------------------------------------------------------------------------- other programs


def only(tmp_path, monkeypatch, **programs):
    """Make PATH a folder with these programs alone, each a shell script."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in programs.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(doctor, "MAC_BROWSER", "/nowhere")
    monkeypatch.setattr("hwlib.mathjax.node.importlib.util.find_spec", lambda name: None)


def test_nothing_on_path(told, tmp_path, monkeypatch):
    only(tmp_path, monkeypatch)
    status, out = told()
    assert status == 1
    ((says, mend),) = wrong(out)
    assert says.startswith("Node: Typesetting needs Node 18 or newer; there is none on PATH.")
    assert mend == "./scripts/setup"
    assert "ok     browser: none on PATH; only the tests need one" in out
    assert "ok     git: none on PATH; pages are dated 1 January 1980" in out


def test_programs_that_do_not_work(told, tmp_path, monkeypatch):
    broken = "\x7fELF and no more"
    only(tmp_path, monkeypatch, node=broken, chromium=broken, git="#!/bin/sh\nexit 1\n")
    status, out = told()
    assert status == 1
    first, second = wrong(out)
    assert "is version 0" in first[0]
    assert second[0] == f"browser: {tmp_path}/bin/chromium does not start"


def test_an_old_node(told, tmp_path, monkeypatch):
    only(tmp_path, monkeypatch, node="#!/bin/sh\necho v12.0.0\n")
    assert "node is version 12. " in wrong(told()[1])[0][0]


@pytest.mark.parametrize("found", [None, "9.9.9", "{"])
def test_no_mathjax_or_another(told, project, found):
    (project / "node_modules").unlink()
    package = project / "node_modules" / "mathjax" / "package.json"
    if found:
        package.parent.mkdir(parents=True)
        package.write_text(found if found == "{" else json.dumps({"version": found}))
    ((says, mend),) = wrong(told()[1])
    assert says.startswith("MathJax: ")
    assert mend == "./scripts/setup"


def test_the_commit(told, project):
    git(project, "init", "-q")
    assert "cannot read the history" in wrong(told()[1])[0][0]  # there is no commit
    git(project, "commit", "-q", "--allow-empty", "-m", "first")
    assert re.search(r"ok     git \S+: commit [0-9a-f]+ of \d{4}-", told()[1])


def test_a_repository_that_git_does_not_trust(told, project, monkeypatch):
    git(project, "init", "-q")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    ((says, mend),) = wrong(told()[1])
    assert "dubious ownership" in says
    assert mend == f"git config --global --add safe.directory {project}"


def test_a_cluster_that_does_not_answer(told, monkeypatch):
    monkeypatch.setenv("HWLIB_SCHEDULER", "nonsense://here")
    ((says, mend),) = wrong(told()[1])
    assert says.startswith("cluster: no Dask scheduler answers at")
    assert mend == "unset HWLIB_SCHEDULER"


# --------------------------------------------------------------------------------------- the disk


def test_a_damaged_entry(told, project):
    (path,) = (project / ".cache" / "blocks").rglob("*.json")
    path.write_text(path.read_text().replace("value", "valve"))
    status, out = told()
    assert status == 1
    ((says, mend),) = wrong(out)
    assert says.endswith(f"1 damaged, the first {path.relative_to(project / '.cache')}")
    assert mend.startswith(f"rm -r {path.parent} ")


def test_other_files_are_no_entries(told, project):
    (project / ".cache" / "blocks" / "notes.json").mkdir(parents=True)
    (project / ".cache" / "reproduce" / "ab").mkdir(parents=True)
    (project / ".cache" / "reproduce" / "ab" / "cd.json").touch()
    status, out = told()
    assert status == 0
    assert "reproduce" not in out


def test_no_cache_yet(told, project):
    shutil.rmtree(project / ".cache")
    status, out = told()
    assert status == 0
    assert "is not there yet; the next build makes it" in out
    assert not (project / ".cache").exists()


def test_a_cache_that_cannot_be_read(project):
    script = (
        "import sys; from pathlib import Path; from hwlib import cache\n"
        f"cache.ROOT = Path({str(project)!r})\n{DOCTOR}"
    )
    room = project / ".cache" / "blocks"
    room.chmod(0)
    try:
        done = subprocess.run(
            [sys.executable, "-c", script], preexec_fn=unprivileged, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        )  # fmt: skip
    finally:
        room.chmod(0o755)
    assert (done.returncode, done.stderr) == (1, "")
    ((says, mend),) = wrong(done.stdout)
    assert "blocks cannot be read and written (Permission denied)" in says
    assert mend == f"rm -r {project / '.cache'}"


def test_a_full_disk(told, monkeypatch):
    usage = shutil._ntuple_diskusage(10**10, 10**10 - 1234, 1234)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage)
    ((says, mend),) = wrong(told()[1])
    assert says.startswith("disk: 1.2 kB free at ")
    assert mend == "free some: a build wants 500.0 MB"


def test_a_project_in_pieces(told, project):
    for path in (project / "mkdocs.yml", project / "package.json"):
        path.unlink()
    shutil.rmtree(project / "requirements")
    status, out = told()
    assert status == 1
    says = [one for one, _ in wrong(out)]
    assert any(one.startswith("no mkdocs.yml in ") for one in says)
    assert any("package.json" in one for one in says)
    assert any("requirements/build.txt" in one for one in says)
    assert "ok     disk: " in out


def test_a_size_is_told_in_its_unit():
    assert [doctor._bytes(size) for size in (0, 999, 1500, 2_000_000, 7_500_000_000)] == [
        "0.0 kB", "1.0 kB", "1.5 kB", "2.0 MB", "7.5 GB",
    ]  # fmt: skip
