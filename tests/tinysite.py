"""Sites for the tests: pages rendered by themselves, whole builds of a few, the real one."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import markdown
from markdown.treeprocessors import Treeprocessor
from mkdocs.config import load_config

ROOT = Path(__file__).parents[1]
SITES = Path(__file__).parent / "sites"
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, PR_CAPBSET_DROP = 1, 2, 24

CONFIG = """\
INHERIT: {root}/mkdocs.yml
site_name: Tiny
docs_dir: {docs}
site_dir: !ENV [HWLIB_SITE, {site}]
theme: {{custom_dir: {root}/hwlib/theme}}
hooks: [{root}/hwlib/hooks.py]
watch: []
nav: null
"""


def write(docs: Path, **pages: str) -> Path:
    """Write pages (`index="…"`, `sub__other="…"`) and return their folder."""
    for name, text in pages.items():
        path = docs / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return docs


def body(text: str) -> str:
    """Return a page without its front matter, as an engine hands it to Markdown."""
    return text.split("---\n", 2)[2] if text.startswith("---\n") else text


def markdown_for(docs: Path, page: str) -> markdown.Markdown:
    """Return the site's own Markdown, told as MkDocs does which page it renders."""
    config = load_config(str(ROOT / "mkdocs.yml"))
    md = markdown.Markdown(
        extensions=config.markdown_extensions, extension_configs=config.mdx_configs
    )
    links = Treeprocessor(md)
    links.run = lambda root: None
    links.file = SimpleNamespace(src_dir=str(docs), src_uri=page)
    md.treeprocessors.register(links, "relpath", 0)
    return md


def render(docs: Path, page: str = "index.md") -> str:
    """Return one page's HTML."""
    return markdown_for(docs, page).convert(body((docs / page).read_text("utf-8")))


def build(docs: Path, folder: Path, **environment: str) -> tuple[int, str, Path]:
    """Build a site with MkDocs as it comes; return exit code, output and the site's folder."""
    config, site = folder / "mkdocs.yml", folder / "site"
    config.write_text(CONFIG.format(root=ROOT, docs=docs, site=site), "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "-f", str(config)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stdout + result.stderr, site


def build_site(folder: Path, engine: str) -> Path:
    """Build the real site into a folder, by the command that people use; return the folder."""
    result = subprocess.run(
        [sys.executable, "-m", "hwlib", "build", "--to", str(folder), "--engine", engine],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"the site could not be built\n{result.stdout}{result.stderr}"
    return folder


def unprivileged() -> None:
    """Let file modes hold for the superuser too; for others they do anyway. For `preexec_fn`."""
    libc = ctypes.CDLL(None)
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
