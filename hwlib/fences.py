"""Executed blocks: runs a `python exec="1"` fence and says exactly what is wrong with one.

A fence in `mkdocs.yml` names `validator` and `formatter`. Its options are `exec`, `id`, `html`
(what is printed is HTML, not Markdown) and `unchecked` (why the formulas that it prints are not
checked).

Code runs here rather than in markdown-exec, which names neither page nor line of a fault, publishes
the traceback, lets `sys.exit(0)` end the build as a success, keeps sessions from page to page and
loses what a helper prints; it still renders Markdown that a block printed.

What a block prints is kept (`hwlib.blocks`); what is wrong with one never is.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from difflib import get_close_matches
from html import escape
from pathlib import Path
from typing import Any

from hwlib import blocks
from hwlib.blocks import PACKAGE, ROOT
from hwlib.errors import PageError, report
from hwlib.site import Place, Site, place_of, site_at

__all__ = ["formatter", "named", "validator"]

EXECUTED = {"exec", "html", "id", "unchecked"}
HIGHLIGHTED = {"hl_lines", "linenums", "title", "title_mode"}
FALSE = {"", "0", "false", "no", "off"}
MOST_LINES = 3
MACHINERY = {Path(__file__).resolve(), Path(blocks.__file__).resolve()}

_MATHS = re.compile(r'(<(?:span|div) class="arithmatex")>')


def validator(
    language: str, inputs: dict[str, str], options: dict[str, Any], attrs: dict[str, Any], md: Any
) -> bool:
    """Take a fence that asks to be executed, or that meant to; leave others to be highlighted.

    A fault is passed on to `formatter`: only what that returns can show it in the page.
    """
    del attrs
    wrong = sorted(set(inputs) - EXECUTED - HIGHLIGHTED)
    if inputs.get("exec", "").lower() in FALSE and not wrong:
        return False
    if not wrong:
        wrong = sorted(set(inputs) - EXECUTED)
    if wrong:
        options["fault"] = _misspelt(place_of(md), language, wrong[0])
    options["html"] = inputs.get("html", "").lower() not in FALSE
    options["id"] = inputs.get("id", "")
    options["unchecked"] = inputs.get("unchecked", "")
    return True


def _misspelt(place: Place, language: str, name: str) -> PageError:
    lines = (place.docs / place.page).read_text("utf-8").splitlines()
    fence = re.compile(rf"[>\s]*[`~]{{3,}}\s*{language}\b.*\b{re.escape(name)}\b")
    line = next((row for row, text in enumerate(lines, 1) if fence.match(text)), 0)
    close = get_close_matches(name, EXECUTED | HIGHLIGHTED, 1)
    hint = f"did you mean {close[0]}=?" if close else f"known: {', '.join(sorted(EXECUTED))}"
    return PageError(place.file, line, f"{language} fence with an unknown option {name}=; {hint}")


def formatter(
    source: str, language: str, css_class: str, options: dict[str, Any], md: Any, **kwargs: Any
) -> str:
    """Return the HTML of what a block printed, or of what is wrong with it.

    Raises:
        PageError: If something is wrong with it and faults are not collected.
    """
    del language, css_class, kwargs
    try:
        if "fault" in options:
            raise options["fault"]
        html = _block(source, options["id"], md, html=options["html"])
    except PageError as error:
        return report(error)
    return html + _note(options["unchecked"])


def _note(reason: str) -> str:
    """Tell every reader why the formulas of a block are not checked (`unchecked="reason"`)."""
    if not reason:
        return ""
    return f'<p class="hw-note">The formulas above are not checked: {escape(reason)}</p>'


def _block(source: str, name: str, md: Any, *, html: bool) -> str:
    place = place_of(md)
    site = site_at(place.docs)
    line = _line(site, place, name, source)
    _check(site, place, line, name, source)
    printed = _run(source, place.file, line, name)
    label = site.label(name) if name.startswith(("fig-", "tab-")) else None
    printed = named(printed, name).replace("hw-block-number", label.number if label else "")
    if not html:
        printed = _markdown(printed, md)
    printed = _MATHS.sub(rf'\1 data-block="{name}">', printed)
    return f'<div class="hw-block" data-block="{name}">{printed}</div>'


def named(printed: str, name: str) -> str:
    """Return what a block printed with the block's id in the ids of all that it printed."""
    return printed.replace("hw-block-id", name)


def _markdown(text: str, md: Any) -> str:
    from markdown_exec import MarkdownConverter

    return str(MarkdownConverter(md).convert(text, id_prefix=""))


def _line(site: Site, place: Place, name: str, source: str) -> int:
    """Return the line of the block's fence; by its code where an id is missing or not unique."""
    blocks = [block for block in site.page(place.page).blocks if block.id == name]
    same = [block for block in blocks if block.code.split() == source.split()]
    return next((block.line for block in same or blocks), 0)


def _check(site: Site, place: Place, line: int, name: str, source: str) -> None:
    """Raise if the block breaks a rule of the house.

    Raises:
        PageError: If it has no id, shares one, or is too long.
    """
    if not name:
        message = 'an executed block needs an id that is unique in the site: id="fig-…"'
        raise PageError(place.file, line, message)
    first, *others = site.blocks(name) or [(place.page, line)]
    if others and first != (place.page, line):
        where = f"{place.docs.name}/{first[0]}:{first[1]}"
        message = f"block {name}: this id is taken by {where}; ids are unique in the site"
        raise PageError(place.file, line, message)
    count = len(source.strip().splitlines())
    if count > MOST_LINES:
        message = (
            f"block {name}: a block has at most {MOST_LINES} lines, this one has {count}; "
            "move the code into hwlib and call it here"
        )
        raise PageError(place.file, line, message)


# ----------------------------------------------------------------------------------------- run


def _run(source: str, file: str, line: int, name: str) -> str:
    """Return all that the code of a block prints, whoever prints it.

    Raises:
        PageError: On any exception, SystemExit too.
    """
    try:
        return blocks.printed(source, name)
    except (Exception, SystemExit) as error:
        trail = "".join(f"\n  {step}" for step in _trail(error, file, line, source))
        said = str(error).replace(f"{ROOT}/", "")
        message = f"block {name}: {type(error).__name__}: {said}{trail}"
        raise PageError(file, line, message) from error


def _trail(error: BaseException, file: str, line: int, source: str) -> Iterator[str]:
    """Yield the lines that led to the error: the block's own, then those of hwlib."""
    lines = source.splitlines()
    if isinstance(error, SyntaxError) and (error.filename or "").startswith("<block"):
        yield f"{file}:{line + (error.lineno or 0)}: {(error.text or '').strip()}"
    for frame in traceback.extract_tb(error.__traceback__):
        path, row = Path(frame.filename), frame.lineno or 0
        if frame.filename.startswith("<block"):
            yield f"{file}:{line + row}: {lines[row - 1].strip()}"
        elif path.is_relative_to(PACKAGE) and path not in MACHINERY:
            yield f"{path.relative_to(ROOT).as_posix()}:{row}: {frame.line}"
