"""A drawn figure as one inline SVG that follows the page's colours and shares no id with another.

What matplotlib writes is a document of its own: metadata, a style sheet for everything on the
page, ids that repeat from figure to figure, fixed colours, six decimals. Here it becomes a part of
a page: colours are CSS custom properties with the hex as fallback, ids begin with the placeholder
`hw-block-id` (the page's block id takes its place), coordinates have two decimals (a hundredth of a
point; also what makes the drawing the same on every processor), curves keep only the points that
change them by more than `TOLERANCE`, and the words for who cannot see it come first.
"""

import io
import re
from collections.abc import Iterator
from itertools import groupby

import numpy as np
from lxml import etree
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hwlib.figures.plot import COLOURS, Plot

BLOCK_ID = "hw-block-id"  # hwlib.fences puts the id of the executed block in its place
TOLERANCE = 0.02  # points; a fiftieth, under what a screen of twice the size can show

_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"
_GLYPH = "scale(0.015625)"  # what matplotlib puts on the outline of a letter
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_TOKEN = re.compile(r"[MLQCz]|-?\d[\d.]*(?:e-?\d+)?")
_PAIRS = {"M": 1, "L": 1, "Q": 2, "C": 3, "z": 0}  # points after each command
_DEFAULTS = {"stroke-linejoin": "round", "stroke-linecap": "butt", "stroke-width": "1"}


def inline(plot: Plot) -> str:
    """Draw a plot as SVG for a page.

    Args:
        plot: The figure and its words.

    Returns:
        One `<svg>` element, ids under `hw-block-id`, with `<title>` and `<desc>`.

    Raises:
        ValueError: If a colour is not one of `hwlib.figures.plot`, or the figure has a bitmap.
    """
    root = _drawn(plot.figure)
    _gather_definitions(root)
    _colour(root)
    _round(root)
    _name(root)
    _unwrap(root)
    _share_styles(root)
    _describe(root, plot.title, plot.description)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def _drawn(figure: Figure) -> etree._Element:
    text = io.BytesIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    parser = etree.XMLParser(remove_comments=True, remove_blank_text=True)
    root = etree.fromstring(text.getvalue(), parser)
    for name in ("width", "height", "version"):
        del root.attrib[name]
    # matplotlib says this in a style sheet, which would reach the whole page.
    root.set("stroke-linejoin", "round")
    for element in [*root.iter(f"{_SVG}metadata", f"{_SVG}style")]:
        _remove(element)
    if root.find(f".//{_SVG}image") is not None:
        raise ValueError(
            "A figure needs lines and areas only; got a bitmap (imshow, or rasterized=True), which "
            "cannot follow the page's colours. Draw a map with hwlib.figures.plot.shade."
        )
    return root


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _gather_definitions(root: etree._Element) -> None:
    """Move what is shared (glyphs, markers, clip paths) to one place at the front."""
    shared = etree.Element(f"{_SVG}defs")
    for definitions in [*root.iter(f"{_SVG}defs")]:
        shared.extend([*definitions])
        _remove(definitions)
    root.insert(0, shared)


def _colour(root: etree._Element) -> None:
    """Write colours as custom properties; drop what is the default and what cannot be seen."""
    markers = {path.get("id"): _declarations(path) for path in root.iter(f"{_SVG}path")}
    root.set("style", f"fill:{_variable('#1f2733')}")  # text without a colour of its own
    for element in [*root.iter()]:
        if element is root or element.get("style") is None:
            continue
        style = _declarations(element)
        if style.get("fill") == "none" and style.get("stroke", "none") == "none":
            _remove(element)
            continue
        if element.tag == f"{_SVG}use":  # the marker that it shows says some of it already
            shown = markers[element.get(_HREF, "")[1:]]
            style = {name: value for name, value in style.items() if shown.get(name) != value}
        kept = {name: _value(value) for name, value in style.items() if _tells(name, value)}
        if kept:
            element.set("style", ";".join(f"{name}:{value}" for name, value in kept.items()))
        else:
            del element.attrib["style"]


def _declarations(element: etree._Element) -> dict[str, str]:
    parts = element.get("style", "").split(";")
    pairs = (part.split(":", 1) for part in parts if part.strip())
    return {name.strip(): value.strip() for name, value in pairs}


def _tells(name: str, value: str) -> bool:
    return _DEFAULTS.get(name) != value


def _value(value: str) -> str:
    if value.startswith("#"):
        return _variable(value)
    return re.sub(r"-?\d+\.\d+", lambda number: _short(float(number[0])), value)


def _variable(colour: str) -> str:
    if colour not in COLOURS:
        names = ", ".join(name.upper() for name in COLOURS.values())
        raise ValueError(
            f"A figure needs colours that follow the page; got {colour}. "
            f"Take one of hwlib.figures.plot: {names}."
        )
    return f"var(--hw-{COLOURS[colour]},{colour})"


def _round(root: etree._Element) -> None:
    root.set("viewBox", " ".join(_short(float(part)) for part in root.get("viewBox", "").split()))
    for element in root.iter():
        for name in ("x", "y", "width", "height"):
            if name in element.attrib:
                element.set(name, _short(float(element.get(name, ""))))
        if "transform" in element.attrib:
            moved = re.sub(r"translate\([^)]*\)", _translation, element.get("transform", ""))
            element.set("transform", moved)
        if "d" in element.attrib:
            _round_path(element)
        _place(element)


def _place(element: etree._Element) -> None:
    """Say where a letter stands by x and y, which is shorter."""
    move = re.fullmatch(r"translate\((\S+) (\S+)\)", element.get("transform", ""))
    if move and element.tag == f"{_SVG}use":
        del element.attrib["transform"]
        for name, value in zip("xy", move.groups(), strict=True):
            if value != "0":
                element.set(name, value)


def _round_path(element: etree._Element) -> None:
    """Round a path; a glyph is finer than any screen, so eight of its units make one."""
    if element.get("transform") == _GLYPH:
        element.set("d", _path(element.get("d", ""), scale=1 / 8, decimals=0))
        element.set("transform", "scale(.125)")
    else:
        element.set("d", _path(element.get("d", "")))


def _translation(match: re.Match[str]) -> str:
    numbers = re.findall(r"-?[\d.]+(?:e-?\d+)?", match[0])
    return f"translate({' '.join(_short(float(number)) for number in numbers)})"


def _short(value: float) -> str:
    """Write a number with at most two decimals: `0.504` is `.5`, `-0.001` is `0`."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    text = re.sub(r"^(-?)0\.", r"\1.", text)
    return "0" if text == "-0" else text


def _path(text: str, scale: float = 1.0, decimals: int = 2) -> str:
    """Rewrite a path with relative, rounded coordinates and no point that lies on its curve."""
    written: list[str] = []
    unit = scale * 10.0**decimals
    last = np.zeros(2, dtype=int)  # whole units: their differences add up without drift
    for command, points in _segments(text):
        if command == "L":
            points = _simplified(np.vstack([last / unit, points]))[1:]
        whole = np.rint(points * unit).astype(int)
        steps = whole.copy()
        for row, point in enumerate(whole):
            steps[row] -= 0 if command == "M" else last
            if (row + 1) % max(_PAIRS[command], 1) == 0:
                last = point
        numbers = " ".join(_short(value / 10.0**decimals) for value in steps.ravel())
        written.append((command if command == "M" else command.lower()) + numbers)
    return "".join(written).replace(" -", "-")


def _segments(text: str) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Split a path into runs of one command, each with its points, shape (n, 2)."""
    tokens = _TOKEN.findall(text)
    run: tuple[str, list[float]] | None = None
    for token in tokens:
        if token in _PAIRS and (run is None or token != run[0] or token in "Mz"):
            if run is not None:
                yield run[0], np.reshape(run[1], (-1, 2))
            run = (token, [])
        elif run is not None and token not in _PAIRS:
            run[1].append(float(token))
    if run is not None:
        yield run[0], np.reshape(run[1], (-1, 2))


def _simplified(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keep the ends and every point that the line through its kept neighbours would miss.

    Source:
        Douglas & Peucker (1973), doi:10.3138/FM57-6770-U75U-7727.
    """
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        distances = _distances(points[first + 1 : last], points[first], points[last])
        if distances.size and distances.max() > TOLERANCE:
            far = first + 1 + int(distances.argmax())
            keep[far] = True
            spans += [(first, far), (far, last)]
    return points[keep]


def _distances(
    points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Distances of points, shape (n, 2), from the segment between two points."""
    along = end - start
    length = float(along @ along)
    where = np.clip((points - start) @ along / length, 0, 1) if length else np.zeros(len(points))
    away = points - start - where[:, None] * along
    return np.hypot(away[:, 0], away[:, 1])


def _name(root: etree._Element) -> None:
    """Number the ids that something refers to, in the order of the drawing; drop the others."""
    used = {use.get(_HREF, "")[1:] for use in root.iter(f"{_SVG}use")}
    for element in root.iter():
        for value in element.attrib.values():
            used.update(_REFERENCE.findall(str(value)))
    new: dict[str, str] = {}
    for element in [*root.iter()]:
        old = element.attrib.pop("id", "")
        if old in used:
            new[str(old)] = f"{BLOCK_ID}-{len(new) + 1}"
            element.set("id", new[str(old)])
    for element in root.iter():
        if _HREF in element.attrib:
            element.set("href", f"#{new[str(element.attrib.pop(_HREF))[1:]]}")
        for name, value in element.attrib.items():
            renamed = _REFERENCE.sub(lambda found: f"url(#{new[found[1]]})", str(value))
            element.set(name, renamed)


def _unwrap(root: etree._Element) -> None:
    """Take out groups that say nothing, and definitions that nothing shows."""
    for definition in [*root[0]]:
        if "id" not in definition.attrib:
            _remove(definition)
    for group in [*root.iter(f"{_SVG}g")]:
        parent = group.getparent()
        if not group.attrib and parent is not None:
            place = parent.index(group)
            parent[place : place + 1] = [*group]


def _share_styles(root: etree._Element) -> None:
    """Put neighbours that look the same into one group that says it once."""
    for parent in [*root.iter(f"{_SVG}svg", f"{_SVG}g")]:
        for look, run in groupby([*parent], key=_look):
            alike = [*run]
            if look and len(alike) > 1:
                group = etree.Element(f"{_SVG}g", dict(look))
                parent.insert(parent.index(alike[0]), group)
                for element in alike:
                    for name, _ in look:
                        del element.attrib[name]
                    group.append(element)


def _look(element: etree._Element) -> tuple[tuple[str, str], ...]:
    """What neighbours may share; nothing where a group would look different from its parts."""
    if "transform" in element.attrib or ";opacity" in f";{element.get('style', '')}":
        return ()
    names = ("clip-path", "style")
    return tuple((name, element.get(name, "")) for name in names if name in element.attrib)


def _describe(root: etree._Element, title: str, description: str) -> None:
    root.set("role", "img")
    root.set("aria-labelledby", f"{BLOCK_ID}-title {BLOCK_ID}-desc")
    for place, (name, text) in enumerate([("title", title), ("desc", description)]):
        element = etree.Element(f"{_SVG}{name}", id=f"{BLOCK_ID}-{name}")
        element.text = text
        root.insert(place, element)
