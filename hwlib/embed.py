"""A figure, a table, the API of a module: HTML for a page.

Called from executed blocks; returns text and the page prints it. Where a number or an id belongs
to the page, a placeholder stands and `hwlib.fences` fills it: `hw-block-id` (the id of the block,
such as `fig-sigmoid-and-slope`) and `hw-block-number` (such as `3.2`).

Classes that are written here and styled in the theme's `hw.css`:

    figure.hw-figure                the figure; its children: svg, figcaption, .hw-data
      .hw-caption-number            "Figure 3.2" in a caption: a link to the figure itself
      .hw-data                      the line with the CSV link
        a.hw-csv                    the data that was drawn; publishing makes a file of it
      details.hw-fold               what is folded away: data (.hw-fold-data), code (.hw-fold-code)
    figure.hw-table                 the table; its children: figcaption (above), .hw-scroll
      div.hw-scroll                 scrolls sideways on a phone; focusable
        table.hw-grid               the class also keeps Material's own scroller away
          .hw-cell-number           a cell that is a number: to the right, figures of one width
    section.hw-api                  one module (see hwlib.apidoc)
      .hw-api-item                  one function, class or method: h3 or h4, then
        .hw-api-signature           its signature, in a .highlight
        p.hw-api-part               "Arguments", "Returns", …, before a dl or text
        details.hw-fold.hw-api-source
    span.arithmatex                 TeX, which hwlib.extension typesets

Numbers in data have six significant digits: what a vectorised exp gives differs from processor to
processor in the last of seventeen, and the pages must not.
"""

import base64
import csv
import html
import inspect
import io
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from hwlib import apidoc
from hwlib.figures import svg
from hwlib.figures.plot import Plot
from hwlib.tables.table import MINUS, Table

BLOCK_ID = svg.BLOCK_ID
BLOCK_NUMBER = "hw-block-number"
SMALL = 30  # rows of data that are also shown as a table

_NUMBER_CLASS = ' class="hw-cell-number"'
_Made = TypeVar("_Made", Plot, Table)
_MATHS = re.compile(r"(?<!\\)\$(.+?)(?<!\\)\$", re.DOTALL)
# A number, a power of ten, a bound; a unit may follow.
_NUMBER = re.compile(
    rf"NaN|[-+{MINUS}]?\d[\d.]*(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?: (?:s|GB))?|[<>] 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+"
)


def figure(function: Callable[..., Plot], **arguments: Any) -> str:
    """Draw a figure for a page.

    Args:
        function: Returns a `Plot`; its source is shown, folded.
        arguments: For the function.

    Returns:
        One `<figure>`: the drawing, its caption, its data and the code that drew it.

    Raises:
        TypeError: If the function returns something else.
        ValueError: If the drawing cannot follow the page (see `hwlib.figures.svg`).
    """
    plot = _made(function, arguments, Plot)
    return (
        f'<figure id="{BLOCK_ID}" class="hw-figure">\n{svg.inline(plot)}\n'
        f"{_caption('Figure', plot.caption)}\n"
        f'<p class="hw-data">{_csv_link(plot.data)}</p>\n'
        f"{_data_fold(plot.data)}{_code_fold(function, arguments)}</figure>"
    )


def table(function: Callable[..., Table], **arguments: Any) -> str:
    """Write a table for a page.

    Args:
        function: Returns a `Table`.
        arguments: For the function.

    Returns:
        One `<figure>` with the caption and the table, which scrolls by itself where it is too wide.

    Raises:
        TypeError: If the function returns something else.
    """
    made = _made(function, arguments, Table)
    grid = _grid([text(cell) for cell in made.head], [[*row] for row in made.rows])
    return (
        f'<figure id="{BLOCK_ID}" class="hw-table">\n{_caption("Table", made.caption)}\n'
        f"{_scroller(grid, f'Table {BLOCK_NUMBER}')}\n</figure>"
    )


def api(module_name: str) -> str:
    """Write the API of a module for a page, from its docstrings.

    Args:
        module_name: Dotted, such as `hwlib.activations`.

    Returns:
        One `<section>` with an h3 for each public function and class.

    Raises:
        ValueError: If there is no such module, or a public name in it has no docstring.
    """
    return apidoc.module(module_name)


def text(source: str) -> str:
    r"""Write text with `$TeX$` as HTML; a dollar of money is `\$`."""
    parts = _MATHS.split(source)  # text and TeX in turn
    parts[::2] = [html.escape(part.replace(r"\$", "$"), quote=False) for part in parts[::2]]
    parts[1::2] = [
        rf'<span class="arithmatex">\({html.escape(part, quote=False)}\)</span>'
        for part in parts[1::2]
    ]
    return "".join(parts)


def _made(function: Callable[..., _Made], arguments: Mapping[str, Any], kind: type[_Made]) -> _Made:
    made = function(**arguments)
    if not isinstance(made, kind):
        raise TypeError(
            f"A page needs a function that returns a {kind.__name__} here; "
            f"{_named(function)} returned {type(made).__name__}."
        )
    return made


def _named(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _caption(kind: str, words: str) -> str:
    number = f'<a class="hw-caption-number" href="#{BLOCK_ID}">{kind} {BLOCK_NUMBER}</a>'
    return f"<figcaption>{number} {text(words)}</figcaption>"


def _csv_link(data: Mapping[str, NDArray[Any]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(data)
    writer.writerows(_rows(data))
    coded = base64.b64encode(written.getvalue().encode()).decode()
    return (
        f'<a class="hw-csv" download="{BLOCK_ID}.csv" href="data:text/csv;base64,{coded}">'
        f"Data of this figure (CSV)</a>"
    )


def _rows(data: Mapping[str, NDArray[Any]]) -> list[list[str]]:
    columns = [[_plain(value) for value in column] for column in data.values()]
    return [list(row) for row in zip(*columns, strict=True)]


def _plain(value: Any) -> str:
    """Write a value of the data: six significant digits, no negative zero."""
    return f"{value + 0.0:.6g}" if isinstance(value, np.floating) else str(value)


def _data_fold(data: Mapping[str, NDArray[Any]]) -> str:
    rows = _rows(data)
    if len(rows) > SMALL:
        return ""
    shown = [[_shown(cell) for cell in row] for row in rows]
    grid = _grid([html.escape(name) for name in data], shown)
    body = _scroller(grid, f"Data of figure {BLOCK_NUMBER}")
    return _fold("data", "Data as a table", body)


def _shown(cell: str) -> str:
    """Write a number of the data for people: a true minus, a power of ten."""
    mantissa, e, exponent = cell.partition("e")
    if not e or not exponent.lstrip("+-").isdigit():
        return re.sub(r"^-(?=\d)", MINUS, cell)
    raised = str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{mantissa.replace('-', MINUS)} × 10{raised}"


def _code_fold(function: Callable[..., Any], arguments: Mapping[str, Any]) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    called = f"# {_named(function)}({given})\n"
    return _fold("code", "Code that drew it", apidoc.coloured(called + inspect.getsource(function)))


def _fold(kind: str, summary: str, body: str) -> str:
    return (
        f'<details class="hw-fold hw-fold-{kind}" data-search-exclude>'
        f"<summary>{summary}</summary>\n{body}\n</details>\n"
    )


def _scroller(body: str, name: str) -> str:
    return f'<div class="hw-scroll" role="region" aria-label="{name}" tabindex="0">{body}</div>'


def _grid(head: list[str], rows: list[list[str]]) -> str:
    columns = "".join(
        _headed(cell, [row[place] for row in rows]) for place, cell in enumerate(head)
    )
    body = "\n".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    return (
        f'<table class="hw-grid">\n<thead><tr>{columns}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody>\n</table>"
    )


def _headed(head: str, column: list[str]) -> str:
    """Write a column's head, on the side where its numbers are."""
    numbers = all(_NUMBER.fullmatch(cell) for cell in column if cell)
    return f'<th scope="col"{_NUMBER_CLASS if numbers else ""}>{head}</th>'


def _cells(row: list[str]) -> str:
    first, *others = row
    return _cell("th", first, ' scope="row"') + "".join(_cell("td", other) for other in others)


def _cell(tag: str, source: str, scope: str = "") -> str:
    number = _NUMBER_CLASS if _NUMBER.fullmatch(source) else ""
    return f"<{tag}{scope}{number}>{text(source)}</{tag}>"
