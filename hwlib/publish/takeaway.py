"""The files that one can take away from a tag's page: each stands alone, wherever it is put."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from hwlib.publish.items import Item
from hwlib.publish.tags import Record, changed

PALETTE = Path(__file__).parents[1] / "theme" / "assets" / "hw.css"
EM = 16  # pixels of an em, as browsers have it
MARGIN = 0.5  # em of paper around an equation

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "http://www.w3.org/1999/xlink"
_HREF = f"{{{_XLINK}}}href"
_SCHEME = re.compile(r"\[data-md-color-scheme=\"(default|slate)\"\]\s*\{([^}]*)\}")
_COLOUR = re.compile(r"--hw-([a-z]+):\s*(#[0-9a-fA-F]+)")
_VARIABLE = re.compile(r"var\(--hw-([a-z]+),\s*#[0-9a-fA-F]+\)")


@cache
def palette() -> dict[str, dict[str, str]]:
    """Return the colours of the site's style sheet by scheme (`light`, `dark`) and name."""
    blocks = dict(_SCHEME.findall(PALETTE.read_text(encoding="utf-8").partition("@media print")[0]))
    return {
        "light": dict(_COLOUR.findall(blocks["default"])),
        "dark": dict(_COLOUR.findall(blocks["slate"])),
    }


def files(item: Item, record: Record, url: str, about: Mapping[str, str]) -> dict[str, str]:
    """Return the files of an item by name.

    Args:
        item: From the inventory.
        record: Its tag.
        url: The tag's full address.
        about: What a file says of itself: `where`, `licence`.
    """
    made = {"item.json": item_json(record, item, url)}
    if item.kind == "equation":
        made["equation.tex"] = equation_tex(item, f"{url}?v={record.version.number}", about)
        made["equation.svg"] = equation_svg(item)
    if item.kind == "figure":
        made["figure.svg"] = figure_svg(item)
        made["figure.csv"] = item.data
    return {name: text for name, text in made.items() if text}


# ----------------------------------------------------------------------------------------- words


def item_json(record: Record, item: Item | None, url: str) -> str:
    """Return all that is known of a tag, for programs; without an item it was withdrawn."""
    known: dict[str, Any] = {
        "tag": record.tag,
        "url": url,
        "kind": record.kind,
        "label": record.label,
        "versions": [_version(record, place) for place in range(len(record.versions))],
        "withdrawn": {"date": record.gone[0], "why": record.gone[1]} if record.gone else None,
    }
    if item is not None:
        known |= {
            "address": item.address,
            "name": item.name,
            "title": item.title,
            "page": item.page_title,
            "section": item.section,
            "description": item.description,
            "tex": item.tex,
            "caption": item.caption,
            "verdict": {"word": item.verdict.word, "says": item.verdict.says}
            if item.verdict
            else None,
        }
    kept = {name: value for name, value in known.items() if value not in ("", None)}
    return json.dumps(kept, ensure_ascii=False, indent=2) + "\n"


def _version(record: Record, place: int) -> dict[str, Any]:
    version = record.versions[place]
    known: dict[str, Any] = {
        "number": version.number,
        "date": version.date,
        "fingerprint": version.fingerprint,
        "tex": version.text,
        "changed": changed(record.kind, record.versions[place - 1].fingerprint, version.fingerprint)
        if place
        else [],
        "why": version.why,
    }
    return {name: value for name, value in known.items() if value}


def equation_tex(item: Item, url: str, about: Mapping[str, str]) -> str:
    """Return an equation as a piece of LaTeX (amsmath) with a label, and where it is from."""
    lines = [f"{item.name} of “{item.page_title}”, {about['where']}", url, about["licence"]]
    comment = "".join(f"% {line}\n" for line in lines if line)
    tex = item.tex.strip()
    return f"{comment}\\begin{{equation}}\\label{{{item.label}}}\n{tex}\n\\end{{equation}}\n"


# -------------------------------------------------------------------------------------- drawings


def equation_svg(item: Item) -> str:
    """Return an equation as an SVG of its own: its glyphs in it, on paper, sized in pixels."""
    root = _parsed(re.sub(r"^<svg\b(?![^>]*\bxmlns=)", f'<svg xmlns="{_SVG[1:-1]}"', item.drawing))
    _drop(root, "style")
    left, top, width, height = _numbers(root.get("viewBox", "0 0 1 1"))
    ems = float(root.get("width", "1").removesuffix("em"))
    around = MARGIN * width / ems
    box = (left - around, top - around, width + 2 * around, height + 2 * around)
    root.set("viewBox", " ".join(f"{number:g}" for number in box))
    for name, length in (("width", box[2]), ("height", box[3])):
        root.set(name, f"{length * ems / width * EM:.2f}")
    used = [element.get("href", "") for element in root.iter(f"{_SVG}use")]
    glyphs = etree.Element(f"{_SVG}defs")
    for name in dict.fromkeys(used):
        etree.SubElement(glyphs, f"{_SVG}path", id=name[1:], d=item.glyphs[name[1:]])
    root.insert(0, glyphs)
    for element in root.iter():
        inked = [name for name in ("fill", "stroke") if element.get(name) == "currentColor"]
        _colour(element, dict.fromkeys(inked, "ink"))
    _lay_on_paper(root, box)
    _entitle(root, item.title, "")
    return _written(root)


def figure_svg(item: Item) -> str:
    """Return a figure as an SVG of its own, on paper."""
    root = _parsed(item.drawing)
    box = _numbers(root.get("viewBox", "0 0 1 1"))
    root.set("width", f"{box[2]:g}")
    root.set("height", f"{box[3]:g}")
    for element in root.iter():
        _resolve(element)
    for old in [*root.findall(f"{_SVG}title"), *root.findall(f"{_SVG}desc")]:
        root.remove(old)
    _lay_on_paper(root, box)
    _entitle(root, item.title, item.description)
    return _written(root)


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(map(float, text.split()))


def _lay_on_paper(root: etree._Element, box: tuple[float, ...]) -> None:
    """Lay a drawing on paper of its own, both light or dark as the reader is.

    Colours are presentation attributes, which every program reads; a style sheet replaces them
    where the reader prefers a dark scheme.
    """
    places = zip(("x", "y", "width", "height"), box, strict=True)
    paper = etree.Element(f"{_SVG}rect", {name: f"{number:g}" for name, number in places})
    _colour(paper, {"fill": "paper"})
    root.insert(0, paper)
    pairs = {tuple(name.split("-")) for one in root.iter() for name in one.get("class", "").split()}
    rules = "".join(f".{p}-{n}{{{p}:{palette()['dark'][n]}}}" for p, n in sorted(pairs))
    style = etree.Element(f"{_SVG}style")
    style.text = f"@media (prefers-color-scheme:dark){{{rules}}}"
    root.insert(0, style)


def _resolve(element: etree._Element) -> None:
    """Turn the site's colours in an element's style into attributes and classes."""
    kept, colours = [], {}
    for declaration in element.get("style", "").split(";"):
        name, _, value = declaration.partition(":")
        colour = _VARIABLE.fullmatch(value.strip())
        if colour:
            colours[name.strip()] = colour[1]
        elif declaration.strip():
            kept.append(declaration.strip())
    _drop(element, "style")
    if kept:
        element.set("style", ";".join(kept))
    _colour(element, colours)


def _colour(element: etree._Element, colours: Mapping[str, str]) -> None:
    """Give properties of an element the light colours of some names, and classes for the dark."""
    for name, colour in colours.items():
        element.set(name, palette()["light"][colour])
    if colours:
        element.set("class", " ".join(f"{name}-{colour}" for name, colour in colours.items()))


def _drop(element: etree._Element, name: str) -> None:
    if name in element.attrib:
        del element.attrib[name]


def _parsed(text: str) -> etree._Element:
    return etree.fromstring(text.replace("&nbsp;", "&#160;").encode())


def _entitle(root: etree._Element, title: str, description: str) -> None:
    for name in ("role", "aria-labelledby"):
        _drop(root, name)
    root.set("role", "img")
    for place, (name, text) in enumerate((("title", title), ("desc", description))):
        if text:
            element = etree.Element(f"{_SVG}{name}")
            element.text = text
            root.insert(place, element)


def _written(root: etree._Element) -> str:
    """Write with `xlink:href`, which drawing programs older than SVG 2 need and browsers read."""
    etree.register_namespace("xlink", _XLINK)
    for element in root.iter(f"{_SVG}use"):
        element.set(_HREF, element.get("href", ""))
        _drop(element, "href")
    etree.cleanup_namespaces(root, top_nsmap={"xlink": _XLINK})
    return etree.tostring(root, encoding="unicode") + "\n"
