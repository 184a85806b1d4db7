r"""The same pages for other programs: MyST for Jupyter Book, Python files for Sphinx-Gallery.

What a reader sees is the same text, the same formulas and the same figures and tables, computed by
the same functions of `hwlib`. Tags, verdicts and numbered references have no counterpart there and
are left out, which costs the other programs nothing.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

from benchmarks.pages import Page

__all__ = ["myst", "sphinx_gallery"]

_BOX = re.compile(r'(?m)^!!! \w+ "(?P<title>[^"]*)"\n(?P<body>(?:(?:    .*)?\n)+)')
_NOT_SHOWN = re.compile(r"(?m)^%.*\n|\\label\{[^}]*\}\n?")
_REFERENCE = re.compile(r"@(eq|fig|tab)-[\w-]+")
_DISPLAY = re.compile(r"(?m)^\$\$\n(?P<tex>.*?)\n\$\$$", re.DOTALL)
_INLINE = re.compile(r"(?<![\\$])\$(?P<tex>[^$]+?)\$")
_CALL = re.compile(
    r"from hwlib\.(?P<package>figures|tables) import (?P<module>\w+)\n"
    r"print\(embed\.\w+\((?P<function>[\w.]+)(?P<arguments>[^()]*)\)\)"
)
_HEADING = re.compile(r"(?m)^(?P<level>#+) (?P<text>.*)$")
_UNDERLINES = {1: "=", 2: "-", 3: "~"}


def myst(page: Page) -> str:
    """Return a page as a MyST notebook."""
    cells = "\n".join(
        f"```{{code-cell}} python3\n%matplotlib inline\n{_cell(code, '{call}')}\n```\n"
        for _, code in page.blocks
    )
    head = "---\njupytext:\n  text_representation:\n    format_name: myst\n"
    kernel = "kernelspec:\n  name: python3\n  display_name: Python 3\n---\n"
    return f"{head}{kernel}\n{_plain(page.text)}\n{cells}"


def sphinx_gallery(page: Page) -> str:
    """Return a page as a Python file: text in comments, code between them."""
    title, _, rest = _restructured(_plain(page.text)).partition("\n\n")
    cells = "\n\n".join(
        f"# %%\n# The computing.\n\n{_cell(code, 'figure = {call}')}" for _, code in page.blocks
    )
    text = textwrap.indent(rest, "# ", lambda _: True)
    return f'r"""\n{title}\n\nPage {page.number}.\n"""\n\n# %%\n{text}\n\n{cells}\n'


def _cell(code: str, shown: str) -> str:
    """Return a block's code without `embed`: the drawing itself, or the rows of the table.

    Raises:
        ValueError: If the block is none of the two kinds that pages have.
    """
    found = _CALL.search(code)
    if found is None:
        raise ValueError(f"a block that cannot be translated: {code}")
    call = f"{found['function']}({found['arguments'].removeprefix(', ')})"
    source = f"from hwlib.{found['package']} import {found['module']}\n"
    if found["package"] == "tables":
        return f'{source}print(*{call}.rows, sep="\\n")'
    return source + shown.format(call=f"{call}.figure")


def _plain(text: str) -> str:
    """Return a page's text without boxes, labels and directives."""
    text = _BOX.sub(lambda box: f"**{box['title']}**\n\n{textwrap.dedent(box['body'])}", text)
    return _REFERENCE.sub("above", _NOT_SHOWN.sub("", text))


def _restructured(text: str) -> str:
    """Return Markdown as reStructuredText, as far as the pages use it."""
    blocks: list[str] = []

    def kept(block: str) -> str:
        blocks.append(block)
        return f"\0{len(blocks) - 1}\0"

    def display(found: re.Match[str]) -> str:
        return kept(".. math::\n\n" + textwrap.indent(found["tex"], "    "))

    def inline(found: re.Match[str]) -> str:
        return kept(f":math:`{found['tex']}`\\ ")

    replace: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
        (_DISPLAY, display), (_INLINE, inline), (_HEADING, _heading),
    )  # fmt: skip
    for pattern, by in replace:
        text = pattern.sub(by, text)
    return re.sub(r"\0(\d+)\0", lambda found: blocks[int(found[1])], text)


def _heading(found: re.Match[str]) -> str:
    line = _UNDERLINES[len(found["level"])] * (3 * len(found["text"]))
    return f"{found['text']}\n{line}"
