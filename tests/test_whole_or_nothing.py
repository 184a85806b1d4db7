"""Whatever happens to a build, the site is the old one or the new one, whole, and the next works.

The builds are those of the real command; the engine is a small program that writes three pages,
so that dozens of builds take seconds and most of their time is in what is tested here.
"""

import errno
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from tinysite import ROOT, unprivileged

from hwlib.commands import build as command
from hwlib.publish import manifest

KILLS = 60
SEED = 20230315

# Writes the text of docs/index.md on every page, in many small steps: a page is torn for a while.
ENGINE = """
import sys, time
from pathlib import Path
folder, said = Path(sys.argv[1]), Path("docs/index.md").read_text()
for name in ("index", "other", "built"):
    path = folder / ("" if name == "index" else name) / "index.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", buffering=1) as page:
        page.write(f'<html><head><title>{name}</title>\\n')
        page.write(f'<meta name="description" content="{name}">\\n')
        page.write('</head><body><p class="hw-built"></p><i id="the-digest-of-the-site"></i>\\n')
        for _ in range(20):
            page.write(f"<p>{said}</p>\\n")
            time.sleep(0.001)
        page.write("</body></html>\\n")
"""
BUILD = """
import sys
from hwlib.__main__ import main
from hwlib.commands import engine
engine.build_command = lambda name, to: [sys.executable, "-I", "-S", "engine.py", str(to)]
sys.exit(main(["build"]))
"""


def project(place):
    """Make a project with a site, built."""
    (place / "docs").mkdir()
    for name in ("index", "other", "built"):
        (place / "docs" / f"{name}.md").write_text("first")
    (place / "mkdocs.yml").touch()
    (place / "engine.py").write_text(ENGINE)
    assert build(place) == (0, "")
    return place


@pytest.fixture
def folder(tmp_path):
    return project(tmp_path)


def start(folder, **options):
    return subprocess.Popen(
        [sys.executable, "-c", BUILD],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )


def build(folder, **options):
    with start(folder, **options) as process:
        _, errors = process.communicate()
    return process.returncode, errors


def version(folder):
    """Return what the site says on every page, once it is known to be whole."""
    site = folder / "site"
    sums = manifest.read_list((site / manifest.LIST).read_text())
    assert sorted(sums) == sorted(manifest.names_in(site))
    for name, wanted in sums.items():
        assert manifest.sum_of((site / name).read_bytes()) == wanted, name
    said = {
        line for name in sums for line in (site / name).read_text().splitlines() if "<p>" in line
    }
    assert len(said) == 1
    return said.pop().removeprefix("<p>").removesuffix("</p>")


def leftovers(folder):
    return sorted(path.name for path in folder.glob(".site-*"))


def test_killed_at_any_moment_the_site_is_whole_and_the_next_build_works(folder):
    chance = random.Random(SEED)
    (folder / "docs" / "index.md").write_text("timed")
    begun = time.monotonic()
    build(folder)
    whole_build = time.monotonic() - begun
    possible, outcomes = {"timed"}, set()
    for number in range(KILLS):
        (folder / "docs" / "index.md").write_text(f"version {number}")
        possible.add(f"version {number}")
        with start(folder) as process:
            time.sleep(chance.uniform(0, 1.1 * whole_build))
            alone = chance.random() < 0.5  # the engine outlives it, or dies with it
            (os.kill if alone else os.killpg)(process.pid, signal.SIGKILL)
        found = version(folder)
        assert found in possible
        outcomes.add(found == f"version {number}")
        possible = {found}  # no older site comes back
        if number % 10 == 9:
            assert build(folder) == (0, "")
            possible = {version(folder)}
            assert possible == {f"version {number}"}
            assert leftovers(folder) == []
    assert False in outcomes  # some of the builds were killed before they were done


def test_two_builds_at_once_wait_for_each_other(folder):
    (folder / "docs" / "index.md").write_text("second")
    (folder / "engine.py").write_text(ENGINE.replace("0.001", "0.05"))  # so that they meet
    with start(folder) as one, start(folder) as other:
        said = one.communicate(), other.communicate()
    assert (one.returncode, other.returncode) == (0, 0), said
    waited = [out for out, _ in said if "Another build of this folder is running" in out]
    assert len(waited) == 1
    assert version(folder) == "second"
    assert leftovers(folder) == []


def stands(folder, status, errors):
    """Assert that a build failed with one clear line, and the old site is there."""
    assert status == 1
    first, last = errors.splitlines()
    assert last == "Not built: 1 problem; site/ is as it was."
    assert "Traceback" not in first
    assert version(folder) == "first"
    assert leftovers(folder) == []
    return first


def test_a_file_that_cannot_grow(folder):
    """As on a full disk: the system refuses a write in the middle."""
    (folder / "docs" / "index.md").write_text("second " * 2000)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))

    (folder / "engine.py").write_text(
        ENGINE.replace(
            "import sys, time", "import sys, time, signal\nsignal.signal(25, signal.SIG_IGN)"
        )
    )
    first = stands(folder, *build(folder, preexec_fn=limit))
    assert "File too large" in first


@pytest.mark.parametrize("at", ["write_data_files", "date_sitemap", "write_manifest", "swap"])
def test_a_full_disk(folder, monkeypatch, capsys, at):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "site/index.html")

    (folder / "docs" / "index.md").write_text("second")
    monkeypatch.setattr(command.publish, at, full)
    monkeypatch.setattr(
        command.engine, "build_command", lambda name, to: [sys.executable, "engine.py", str(to)]
    )
    monkeypatch.chdir(folder)
    given = {"to": Path("site"), "engine": "mkdocs", "no_cache": False}
    status = command.run(command.argparse.Namespace(**given))
    first = stands(folder, status, capsys.readouterr().err)
    assert first.startswith(f"cannot write {folder / 'site'}: ")
    assert "No space left on device" in first


@dataclass
class Disk:
    """A small file system of its own, or what this machine allows instead of one."""

    place: Path
    mounted: bool

    def room(self, size):
        """Leave room for so many bytes; give what a build is to be started with."""
        if not self.mounted:
            limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))  # noqa: E731
            return {"preexec_fn": limit}
        with (self.place / "filler").open("wb", buffering=0) as filler:
            if (much := shutil.disk_usage(self.place).free - size) > 0:
                os.posix_fallocate(filler.fileno(), 0, much)
        return {}

    def free(self):
        (self.place / "filler").unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path):
    """A disk of four megabytes; where nobody may mount one, files cannot grow beyond a size."""
    place = tmp_path / "disk"
    place.mkdir()
    options = f"size=4m,uid={os.getuid()},gid={os.getgid()}"
    for sudo in ([], ["sudo", "-n"]):
        command = [*sudo, "mount", "-t", "tmpfs", "-o", options, "none", place]
        if shutil.which(command[0]) and not subprocess.run(command, capture_output=True).returncode:
            yield Disk(place, mounted=True)
            subprocess.run([*sudo, "umount", "-l", place], check=True)
            return
    yield Disk(place, mounted=False)


@pytest.fixture
def silent(monkeypatch):
    """An engine that passes over what it cannot write, as Zensical does."""
    text = ENGINE.replace("import sys, time", "import sys, time\ntry:", 1)
    first, _, rest = text.strip().partition("try:\n")
    rest = "".join(f"    {line}\n" for line in rest.splitlines())
    return f"{first}try:\n{rest}except OSError:\n    sys.stdout = None\n"


@pytest.mark.parametrize("passes_over", [False, True])
def test_a_disk_that_is_full_sooner_or_later(disk, silent, passes_over):
    folder = project(disk.place)
    if passes_over:
        (folder / "engine.py").write_text(silent)
    outcomes = []
    for size in [*range(0, 200_000, 20_000), 400_000, 1_300_000]:
        (folder / "docs" / "index.md").write_text("second " * 300)
        outcomes.append(build(folder, **disk.room(size)))
        disk.free()
        if outcomes[-1] == (0, ""):
            (folder / "docs" / "index.md").write_text("first")
            assert build(folder) == (0, "")
            continue
        first = stands(folder, *outcomes[-1])
        assert re.search("No space left on device|File too large", first)
        assert str(folder) in first or first.startswith("the engine failed: ")
    assert outcomes[0][0] == 1
    assert outcomes[-1] == (0, "")


@pytest.fixture
def mode(folder):
    """Set the mode of a part of the project, for the time of a test."""
    changed = []

    def change(name, bits):
        changed.append(folder / name)
        (folder / name).chmod(bits)

    yield change
    for path in changed:
        path.chmod(0o755)


def test_a_checkout_that_cannot_be_written(folder, mode):
    (folder / "docs" / "index.md").write_text("second")
    mode(".", 0o555)
    first = stands(folder, *build(folder, preexec_fn=unprivileged))
    assert "Permission denied" in first
    assert str(folder) in first


def test_a_cache_that_cannot_be_read(folder, mode):
    mode(".cache", 0o000)
    first = stands(folder, *build(folder, preexec_fn=unprivileged))
    assert "Permission denied" in first
    assert ".cache" in first
