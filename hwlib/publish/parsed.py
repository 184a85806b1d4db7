"""What is read from the HTML of a page, as JSON can hold it; `hwlib.publish.built` keeps it."""

from __future__ import annotations

from typing import Any

from lxml import etree, html


def _query(path: str) -> etree.XPath:
    return etree.XPath(path, smart_strings=False)


_IDS = _query("//@id")
_NAMES = _query("//a/@name")
_LINKS = _query("//@href | //@src | //@*[name()='xlink:href']")
_PAINTED = _query("//@*[starts-with(., 'url(#')]")
_TITLE = _query("string(//head/title)")
_DESCRIPTION = _query("string(//head/meta[@name='description']/@content)")
_HEADING = _query(
    "(//h1)[1]//text()[not(ancestor::a[@class='headerlink'] or ancestor::*[@class='hw-mml'])]"
)
_CANONICAL = _query("string(//head/link[@rel='canonical']/@href)")
_BLOCKS = _query("//@data-block")
_BOXES = _query("//*[@class='hw-error']")
_FIGURES = _query("//figure/@id")
_RAW_MATHS = _query("//*[@class='arithmatex']")


def facts(text: str) -> dict[str, Any]:
    """Return what a page's HTML says, by the names of the properties of `BuiltPage`."""
    content = text.strip().encode() or b"<html></html>"  # an empty page is for the proof to tell
    tree = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
    painted = [value[4:].split(")")[0].strip("'\"") for value in _strings(_PAINTED(tree))]
    return {
        "ids": _strings(_IDS(tree)),
        "names": _strings(_NAMES(tree)),
        "links": list(dict.fromkeys([*_strings(_LINKS(tree)), *painted])),
        "title": str(_TITLE(tree)).strip(),
        "description": str(_DESCRIPTION(tree)).strip(),
        "heading": "".join(_strings(_HEADING(tree))).strip(),
        "canonical": str(_CANONICAL(tree)),
        "blocks": sorted(set(_strings(_BLOCKS(tree)))),
        "figures": _strings(_FIGURES(tree)),
        "errors": [box.text_content().strip() for box in _elements(_BOXES(tree))],
        "raw_maths": [left.text_content().strip() for left in _elements(_RAW_MATHS(tree))],
    }


def _strings(found: object) -> list[str]:
    return [str(item) for item in found] if isinstance(found, list) else []


def _elements(found: object) -> list[html.HtmlElement]:
    return (
        [item for item in found if isinstance(item, html.HtmlElement)]
        if isinstance(found, list)
        else []
    )
