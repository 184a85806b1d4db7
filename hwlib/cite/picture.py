"""The picture of a page for the card of a shared link: a PNG made from the page's main figure.

A raster image must come out the same on every machine. So it is made from the drawing as it stands
in the page, whose coordinates are rounded, and not drawn once more; and by resvg, which brings all
that it needs and promises the same pixels on every system (a test holds it to that). Letters are
outlines, so no font is asked for.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence

import resvg_py

from hwlib import dependencies
from hwlib.ahead import Kind, Wanted

FEWEST = 4  # pictures; starting processes costs more than making fewer here
WIDTH, HEIGHT = 1200, 630  # what Open Graph's readers show whole
_MARGIN = 30
_VARIABLE = re.compile(r"var\(--[\w-]+,\s*(#[0-9a-fA-F]+)\)")
_SHAPE = re.compile(r"<svg\b[^>]*>")
_CARD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}">'
    '<rect width="{w}" height="{h}" fill="{paper}"/>{drawing}</svg>'
)


def of_figure(drawing: str) -> bytes:
    """Return the PNG of a figure on white paper.

    Args:
        drawing: The `<svg>` as it stands in the page, colours as `var(--hw-…, #rrggbb)`.

    Raises:
        ValueError: If the drawing is none.
    """
    return _png(_wanted(_figure_card(drawing)))


def of_figures(drawings: Sequence[str]) -> Kind:
    """Return the pictures of figures, to be made ahead."""
    return Kind([_wanted(_figure_card(drawing)) for drawing in drawings], FEWEST)


def of_logo(logo: str, paper: str) -> bytes:
    """Return the PNG of the site's logo, small, on paper of a colour."""
    return _png(_wanted(_card(logo, paper, HEIGHT // 4)))


def _figure_card(drawing: str) -> str:
    return _card(_VARIABLE.sub(r"\1", drawing), "#ffffff", _MARGIN)


def _card(drawing: str, paper: str, margin: int) -> str:
    """Return a drawing in the middle of paper of a card's size."""
    opening = _SHAPE.search(drawing)
    box = re.search(r'viewBox="([^"]+)"', opening[0]) if opening else None
    if opening is None or box is None:
        raise ValueError(f"a picture needs an <svg> with a viewBox; got {drawing[:60]!r}")
    place = f'x="{margin}" y="{margin}" width="{WIDTH - 2 * margin}" height="{HEIGHT - 2 * margin}"'
    styled = re.search(r'style="[^"]*"|$', opening[0])
    root = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box[1]}" {place} '
        f'stroke-linejoin="round" {styled[0] if styled else ""}>'
    )
    inner = drawing[: opening.start()] + root + drawing[opening.end() :]
    return _CARD.format(w=WIDTH, h=HEIGHT, paper=paper, drawing=inner)


def _png(wanted: Wanted) -> bytes:
    return base64.b64decode(wanted.get())


def _wanted(card: str) -> Wanted:
    made_from = (dependencies.module(__name__), card)
    return Wanted("pictures", made_from, _rendered, (card,))


def _rendered(card: str) -> str:
    png = resvg_py.svg_to_bytes(svg_string=card, skip_system_fonts=True)
    return base64.b64encode(bytes(png)).decode()
