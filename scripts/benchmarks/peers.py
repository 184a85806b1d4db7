"""Other programs on the same pages: Jupyter Book 1 and Sphinx-Gallery, each as it is locked.

Each has an environment of its own in `.cache/peers`, set up from `requirements/NAME.txt`. The
others that one might name, MyST (Jupyter Book 2) and Quarto, fetch a program at their first use;
they are not measured.

A peer's page is served as soon as it is built, so edit to served is the time of a build after one
word was changed.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import pages
from benchmarks.build import measured
from benchmarks.project import ROOT, generated, run
from benchmarks.scale import ENGINES, PAGE
from benchmarks.translate import myst, sphinx_gallery

__all__ = ["SIZES", "peers"]

SIZES = (10, 30)
ENVIRONMENTS = ROOT / ".cache" / "peers"

_BOOK = """\
title: Pages for measuring
execute:
  execute_notebooks: cache
parse:
  myst_enable_extensions: [dollarmath, amsmath]
"""
_BUILD_BOOK = "from jupyter_book.cli.main import main; main()"  # it has no `-m`
_SPHINX = '''\
project = "Pages for measuring"
extensions = ["sphinx_gallery.gen_gallery", "sphinx.ext.mathjax"]


def scraper(block, variables, conf):
    """Save what a cell called `figure`."""
    figure = variables["example_globals"].pop("figure", None)
    if figure is None:
        return ""
    path = next(variables["image_path_iterator"])
    figure.savefig(path)
    from sphinx_gallery.scrapers import figure_rst
    return figure_rst([path], conf["src_dir"])


sphinx_gallery_conf = {
    "examples_dirs": "pages",
    "gallery_dirs": "gallery",
    "filename_pattern": "page-",
    "image_scrapers": (scraper,),
}
'''


@dataclass(frozen=True)
class Peer:
    """Another program.

    Attributes:
        package: Its name on the index.
        suffix: Of its pages.
        lay: Writes a project of pages into a folder.
        command: What its Python runs there.
    """

    package: str
    suffix: str
    lay: Callable[[Path, Sequence[pages.Page]], None]
    command: tuple[str, ...]


def _lay_book(folder: Path, made: Sequence[pages.Page]) -> None:
    files = [page.name.replace("/", "-") for page in made]
    (folder / "_config.yml").write_text(_BOOK, "utf-8")
    chapters = "".join(f"- file: {name}\n" for name in files)
    (folder / "_toc.yml").write_text(
        f"format: jb-book\nroot: index\nchapters:\n{chapters}", "utf-8"
    )
    (folder / "index.md").write_text("# Pages for measuring\n", "utf-8")
    for name, page in zip(files, made, strict=True):
        (folder / f"{name}.md").write_text(myst(page), "utf-8")


def _lay_gallery(folder: Path, made: Sequence[pages.Page]) -> None:
    (folder / "conf.py").write_text(_SPHINX, "utf-8")
    index = "Pages for measuring\n===================\n\n.. toctree::\n\n   gallery/index\n"
    (folder / "index.rst").write_text(index, "utf-8")
    (folder / "pages").mkdir()
    (folder / "pages" / "README.txt").write_text("Pages\n=====\n", "utf-8")
    for page in made:
        file = folder / "pages" / f"{page.name.replace('/', '-')}.py"
        file.write_text(sphinx_gallery(page), "utf-8")


PEERS = (
    Peer("jupyter-book", ".md", _lay_book, ("-c", _BUILD_BOOK, "build", ".", "-q")),
    Peer("sphinx-gallery", ".py", _lay_gallery, ("-m", "sphinx", "-q", "-b", "html", ".", "out")),
)


def peers(folder: Path, times: int, sizes: Sequence[int] = SIZES) -> dict[str, object]:
    """Measure peers and this project on the same pages, by number of pages and program."""
    found: dict[str, object] = {}
    pythons = {peer.package: _set_up(peer.package) for peer in PEERS}
    for size in sizes:
        print(f"{size} pages", flush=True)
        ours = generated(folder / f"peers-{size}", size)
        rows: dict[str, dict[str, float]] = {
            engine: measured(ours, engine, PAGE, 1).figures() for engine in ENGINES
        }
        made = pages.made(ROOT / "docs", size)
        for peer in PEERS:
            place = folder / f"{peer.package}-{size}"
            rows[_named(peer.package)] = _peer(
                peer, pythons[peer.package], ours, place, made, times
            )
        found[str(size)] = rows
        shutil.rmtree(ours)
    return found


def _peer(
    peer: Peer,
    python: Path,
    ours: Path,
    place: Path,
    made: Sequence[pages.Page],
    times: int,
) -> dict[str, float]:
    """Build a peer's project cold, then after each of several edits."""
    place.mkdir()
    shutil.copytree(ours / "hwlib", place / "hwlib")  # on its path, as on ours
    peer.lay(place, made)
    cold = run(place, *peer.command, python=python)
    edited = next(place.rglob(f"*page-{made[2].number}{peer.suffix}"))
    edits = []
    for number in range(times):
        text = edited.read_text("utf-8")
        edited.write_text(text.replace("the ", f"the word{number} ", 1), "utf-8")
        time.sleep(1)
        edits.append(run(place, *peer.command, python=python).seconds)
    return {"cold": round(cold.seconds, 2), "edit": round(median(edits), 2)}


def _named(package: str) -> str:
    """Return a package with its locked version: `jupyter-book 1.0.4.post1`."""
    lock = (ROOT / "requirements" / f"{package}.txt").read_text("utf-8")
    found = re.search(rf"(?m)^{package}==(\S+)", lock)
    assert found is not None, f"requirements/{package}.txt does not lock {package}"
    return f"{package} {found[1]}"


def _set_up(package: str) -> Path:
    """Make the environment of a peer, once; return its Python."""
    folder = ENVIRONMENTS / package
    lock = ROOT / "requirements" / f"{package}.txt"
    stamp = folder / ".ready"
    whole = f"{sys.version} {hashlib.sha256(lock.read_bytes()).hexdigest()}"
    python = folder / "bin" / "python"
    if stamp.is_file() and stamp.read_text("utf-8") == whole:
        return python
    print(f"Installing {package}, as locked.", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--require-hashes", "--only-binary", ":all:"]
    subprocess.run([*pip, *options, "-r", str(lock)], check=True)
    stamp.write_text(whole, "utf-8")
    return python
