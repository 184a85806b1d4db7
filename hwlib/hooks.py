"""What MkDocs and ProperDocs call while they build (`hooks` in mkdocs.yml), to do nothing twice.

Both compile every template for every build, and in a preview render every page after each edit.
Zensical knows no hooks, and needs none: it keeps its templates, and renders the edited page alone.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from jinja2 import Environment

from hwlib.templates import Compiled
from hwlib.unchanged import Rendered, render

_rendered: dict[str, Rendered] = {}  # by the path of the page
_serving = False


def on_startup(*, command: str, dirty: bool) -> None:
    """Take note whether there will be a second build."""
    del dirty
    global _serving
    _serving = command == "serve"


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> None:
    """Let a page that was rendered before stay as it is, if nothing that it rests on has moved."""
    del markdown, config, files
    if _serving:
        page.render = partial(_render, page)


def _render(page: Any, config: Any, files: Any) -> None:
    """Stand in for MkDocs's own `Page.render`."""
    name = page.file.src_uri
    _rendered[name] = render(page, config, files, _rendered.get(name))


def on_env(env: Environment, *, config: Any, files: Any) -> Environment:
    """Let templates be compiled once."""
    del config, files
    env.bytecode_cache = Compiled()
    return env
