"""What a figure is, and the canvas, colours and small helpers that every figure is drawn with.

Importing this module gives matplotlib the one style of the site for the whole process, from
matplotlib's defaults (never from a reader's own matplotlibrc), and leaves it only the fonts that
it brings itself: a figure is the same drawing on every machine. matplotlib reads its settings at
many moments, some as late as the drawing, so that a style set around a call would not hold.

Colours are those of Okabe and Ito (2008), "Color Universal Design", which readers with any of the
common colour vision deficiencies can tell apart, beside four neutral ones. In the page each is a
CSS custom property, `--hw-blue` for `BLUE`; the hex written here is what is shown without it.
"""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import matplotlib
import matplotlib.style
import numpy as np
from matplotlib import font_manager, textpath
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Annotation, Text
from numpy.typing import ArrayLike, NDArray

STYLE = Path(__file__).with_name("style.mplstyle")

BLUE = "#0072b2"
ORANGE = "#e69f00"
GREEN = "#009e73"
VERMILLION = "#d55e00"
PURPLE = "#cc79a7"
SKY = "#56b4e9"
INK = "#1f2733"
MUTED = "#5b6675"
GRID = "#d5dae1"
PAPER = "#ffffff"

COLOURS: Mapping[str, str] = MappingProxyType(
    {
        BLUE: "blue",
        ORANGE: "orange",
        GREEN: "green",
        VERMILLION: "vermillion",
        PURPLE: "purple",
        SKY: "sky",
        INK: "ink",
        MUTED: "muted",
        GRID: "grid",
        PAPER: "paper",
    }
)

WIDTH = 5.2  # inches; 374.4 units of the viewBox
FORMULA_SCALE = 1.25  # evens out the small letters of the maths font

_FORMULA = re.compile(r"\$[^$]+\$")


def _use_style() -> None:
    matplotlib.style.use(["default", STYLE])
    own = Path(matplotlib.get_data_path())
    manager = font_manager.fontManager
    manager.ttflist = [font for font in manager.ttflist if Path(font.fname).is_relative_to(own)]


def _share_parser() -> None:
    """Let every canvas read formulas with one parser, which remembers what it has read.

    matplotlib makes a canvas for each measuring and each drawing, and a parser for each canvas, so
    that the label of a tick is read once more each time: a third of the work of a figure.
    """
    textpath.MathTextParser = functools.cache(MathTextParser)  # type: ignore[attr-defined, assignment]


_use_style()
_share_parser()


@dataclass(frozen=True)
class Plot:
    """A drawn figure with the numbers in it and the words for it.

    Attributes:
        figure: The drawing; its colours are those of this module.
        data: Column name (plain, such as `z`) to the values that were drawn, shape (n,), the same
            n for all; they become the CSV file.
        title: Plain text, read out first.
        description: Plain text for a reader who cannot see the figure: what is drawn, how it
            runs, what to notice.
        caption: Text with `$TeX$`: what to see and what it means. Its numbers are computed.

    Raises:
        ValueError: If the columns are empty, not 1-D or of different lengths, if a value of a
            column or of a drawn line is NaN or infinite, or if a text is empty.
    """

    figure: Figure
    data: Mapping[str, NDArray[Any]]
    title: str
    description: str
    caption: str

    def __post_init__(self) -> None:
        for name in ("title", "description", "caption"):
            if not getattr(self, name).strip():
                raise ValueError(f"Plot needs a {name}; got an empty one. Say it in words.")
        _check_columns(self.data)
        for axes in self.figure.axes:
            for line in axes.lines:
                _check_finite(f"the drawn line {line.get_label()!r}", np.asarray(line.get_ydata()))
        _enlarge_formulas(self.figure)


def _enlarge_formulas(figure: Figure) -> None:
    """Write what is a formula and nothing else as large as the words beside it."""
    for text in figure.findobj(Text):
        if isinstance(text, Text) and _FORMULA.fullmatch(text.get_text()):
            text.set_fontsize(FORMULA_SCALE * float(text.get_fontsize()))


def _check_columns(data: Mapping[str, NDArray[Any]]) -> None:
    if not data:
        raise ValueError("Plot needs the data that it drew; got no column. Name at least one.")
    for name, column in data.items():
        if column.ndim != 1:
            raise ValueError(
                f"Plot needs 1-D columns; got {name!r} of shape {column.shape}. "
                "Ravel a grid into one row a point."
            )
        _check_finite(f"column {name!r}", column)
    if len({column.size for column in data.values()}) > 1:
        sizes = ", ".join(f"{name}: {column.size}" for name, column in data.items())
        raise ValueError(f"Plot needs columns of one length; got {sizes}. Draw them on one grid.")


def _check_finite(what: str, values: NDArray[Any]) -> None:
    if not np.issubdtype(values.dtype, np.number):
        return
    bad = np.flatnonzero(~np.isfinite(values))
    if bad.size:
        raise ValueError(
            f"Plot needs finite values; {what} has {bad.size} of {values.size} that are NaN or "
            f"infinite, the first {values[bad[0]]} at index {bad[0]}. "
            "Leave those points out or mend the formula."
        )


def canvas(rows: int = 1, columns: int = 1, height: float = 3.2) -> tuple[Figure, Any]:
    """Make an empty figure of the site's width, and its axes.

    Args:
        rows: Panels from top to bottom; stacked panels stay readable on a phone.
        columns: Panels side by side.
        height: In inches; the width is 5.2 in.

    Returns:
        The figure and what `Figure.subplots` gives: one `Axes`, or an array of them.
    """
    figure = Figure(figsize=(WIDTH, height))
    return figure, figure.subplots(rows, columns)


def label(
    axes: Axes,
    text: str,
    at: tuple[float, float],
    colour: str = INK,
    shift: tuple[float, float] = (0.0, 0.0),
    align: str = "center",
) -> Annotation:
    """Write text at a point of the axes, on a patch of paper that keeps it readable over lines.

    Args:
        axes: Where to write.
        text: What to write, with `$TeX$` as matplotlib reads it.
        at: The point in data coordinates.
        colour: One of this module's colours.
        shift: From the point, in units of 1/72 in.
        align: `left`, `center` or `right`: which end of the text is at the point.

    Returns:
        The text, for what else one wants to set.
    """
    return axes.annotate(
        text,
        at,
        xytext=shift,
        textcoords="offset points",
        color=colour,
        ha=align,
        va="center",
        bbox={"boxstyle": "square,pad=0.15", "facecolor": PAPER, "alpha": 0.8, "linewidth": 0},
        zorder=4,
    )


def shade(
    axes: Axes,
    x: ArrayLike,
    y: ArrayLike,
    values: ArrayLike,
    levels: Sequence[float],
    colour: str = BLUE,
    opacity: float = 0.1,
) -> None:
    """Fill the regions where values exceed each level, layer over layer, in one hue.

    Each layer lies on those below it, so that the colour deepens by steps without the hairlines
    that neighbouring bands show, and it works on light and on dark paper. For values of both signs
    call it twice, the second time with `-values` and another colour.

    Args:
        axes: Where to draw.
        x: Shape (columns,).
        y: Shape (rows,).
        values: Shape (rows, columns), finite.
        levels: Rising.
        colour: One of this module's colours.
        opacity: Of one layer, in (0, 1].

    Raises:
        ValueError: If a value is NaN or infinite.
    """
    heights = np.asarray(values, dtype=float)
    _check_finite("the shaded map", heights.ravel())
    top = float(heights.max())
    for level in levels:
        if level < top:
            axes.contourf(x, y, heights, levels=[level, top], colors=[colour], alpha=opacity)
