"""The preview, live: a project with a copy of hwlib is served, edited and looked at."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from tinysite import CONFIG, ROOT

from hwlib.commands import serve

PATIENCE = 60  # seconds; a busy machine is slow
PAGE = """# Home

A first word.

```python exec="1" id="tab-greeting"
from hwlib import greeting
print(greeting.WORD)
```
"""


@pytest.fixture
def project(tmp_path):
    """A project that may be edited, hwlib too."""
    shutil.copytree(
        ROOT / "hwlib", tmp_path / "hwlib", ignore=shutil.ignore_patterns("__pycache__")
    )
    (tmp_path / "hwlib" / "greeting.py").write_text('WORD = "zebra"\n')
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(PAGE)
    config = CONFIG.format(root=ROOT, docs="docs", site="site").replace("[]", "[hwlib]")
    (tmp_path / "mkdocs.yml").write_text(config)
    for name in ("package.json", "node_modules"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


class Preview:
    """A running preview: what it said, and what it shows."""

    def __init__(self, project):
        self.log = project / "log"
        self.project = project
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hwlib", "serve"],
                cwd=project,
                env={**os.environ, "PYTHONPATH": str(project)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def address(self):
        return self.said.split("Preview at ")[1].split()[0]

    @property
    def said(self):
        return self.log.read_text("utf-8")

    @property
    def page(self):
        try:
            with urllib.request.urlopen(self.address, timeout=PATIENCE) as answer:
                return answer.read().decode()
        except OSError:  # it is being started anew
            return ""

    def wait_for(self, condition):
        end = time.monotonic() + PATIENCE
        while not condition():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.1)

    def edit(self, name, old, new):
        path = self.project / name
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


@pytest.fixture
def preview(project):
    running = Preview(project)
    yield running
    running.process.terminate()
    running.process.wait(PATIENCE)


def test_a_preview_follows_every_edit_and_survives_every_fault(preview):
    preview.wait_for(lambda: "Preview at" in preview.said)
    assert "zebra" in preview.page
    preview.edit("docs/index.md", "first word", "second word")
    preview.wait_for(lambda: "second word" in preview.page)

    preview.edit("docs/index.md", "second word", "second word, $1 + 1 = 3$")
    preview.wait_for(lambda: "left  2    right  3" in preview.page)
    assert 'class="hw-error"' in preview.page
    preview.edit("docs/index.md", "$1 + 1 = 3$", "$1 + 1 = 2$")
    preview.wait_for(lambda: "hw-error" not in preview.page and "second word" in preview.page)

    preview.edit("hwlib/greeting.py", "zebra", "giraffe")
    preview.wait_for(lambda: "giraffe" in preview.page)

    preview.edit("hwlib/greeting.py", '"giraffe"', "1 / 0")
    preview.wait_for(lambda: "hw-error" in preview.page)
    preview.wait_for(lambda: "docs/index.md:5: block tab-greeting: ZeroDiv" in preview.said)
    preview.edit("hwlib/greeting.py", "1 / 0", '"okapi"')
    preview.wait_for(lambda: "okapi" in preview.page)

    (preview.project / "hwlib" / "fences.py").touch()  # it renders the pages
    preview.wait_for(lambda: "starting anew" in preview.said)
    preview.wait_for(lambda: "okapi" in preview.page)

    preview.process.send_signal(signal.SIGTERM)
    assert preview.process.wait(PATIENCE) == 0
    assert preview.said.endswith("Stopped.\n")
    assert preview.page == ""


def test_a_free_port_is_found_and_a_taken_one_is_refused():
    port = serve._port(None)
    assert port is not None
    assert serve._port(65536) is None


def test_what_renders_pages_is_watched():
    watched = {path.relative_to(ROOT).as_posix() for path in serve._stamps(serve._machinery())}
    assert {"hwlib/extension.py", "hwlib/fences.py", "hwlib/pages/source.py"} <= watched
    assert "hwlib/figures/plot.py" not in watched
    assert not [name for name in watched if name.endswith(".pyc")]


def test_nothing_to_serve(tmp_path):
    result = subprocess.run(
        [sys.executable, "-m", "hwlib", "serve"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "no mkdocs.yml" in result.stderr
    assert Path(tmp_path, "site").exists() is False
