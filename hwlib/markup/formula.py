r"""A typeset formula as HTML: drawn, read out, found, copied and referred to.

```html
<div class="hw-math hw-w22" id="eq-slope" data-tex="…">
  <span class="hw-text" hidden>σ′(x) = σ(x)(1 − σ(x))</span>       for the search index
  <mjx-container class="hw-wide" jax="SVG" …><svg>…</mjx-container>      for the eyes
  <mjx-container class="hw-narrow" jax="SVG" …><svg>…</mjx-container>    … on a phone
  <span class="hw-mml"><math>…</math></span>                       for screen reader and braille
  <a class="hw-number" href="#eq-slope">(3.1)</a>
</div>
```

The readable text stands in the page once, hidden from everyone but Material's and Zensical's
search indexers, which read the HTML and know nothing of CSS; MathML is closed to them by
`data-search-exclude`, or a fraction would be indexed as its digits run together. That attribute is
on the `math` element itself because those parsers forget an exclusion at the first end tag of the
same name, and `math` never nests.

The number is text of the page, not part of the drawing: it stays at the right edge or, on a phone,
goes under the formula, a screen reader reads it after the formula, and it is a link.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from hwlib.mathjax import Typeset

__all__ = ["Shown", "bare", "definitions", "formula_html"]

SCALE = 1.13  # em of the page per em of the formula, as in worker.mjs
NARROW = 18.0  # em of the formula: what fits a phone, as in worker.mjs
NUMBER = 3.5  # em of the page that a number and the gap before it take
STEP = 2  # em; widths at which a formula turns narrow, one rule each in mathjax.css
WIDEST = 60  # em; beyond the widest column of a page

_LABEL = re.compile(r"\\label\{[^{}]*\}")
_DIRECTIVE = re.compile(r"(?m)^[ \t]*%.*(?:\n|\Z)")
_SIZE = re.compile(r'<svg [^>]*width="([^"]+)" height="([^"]+)"')


@dataclass(frozen=True)
class Shown:
    """What a reader meets at one formula.

    Attributes:
        tex: What is copied.
        display: Whether it stands on its own.
        typeset: How it looks.
        anchor: Its id, such as `eq-slope`, or nothing.
        number: Its number, such as "3.1", or nothing.
        attributes: More attributes of the element, by name.
        mark: HTML that follows the formula.
    """

    tex: str
    display: bool
    typeset: Typeset
    anchor: str = ""
    number: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    mark: str = ""


def bare(tex: str) -> str:
    """Return what is typeset of a formula as its author typed it: no label, no directive."""
    return _LABEL.sub("", _DIRECTIVE.sub("", tex)).strip()


def formula_html(shown: Shown) -> str:
    """Return the element that shows a formula."""
    tag = "div" if shown.display else "span"
    return "".join(
        (
            f"<{tag}{_attributes(shown)}>",
            f'<span class="hw-text" hidden>{_text(shown)}</span>',
            _drawings(shown),
            f'<span class="hw-mml">{_excluded(shown.typeset.mathml)}</span>',
            _number(shown),
            shown.mark,
            f"</{tag}>",
        )
    )


def _attributes(shown: Shown) -> str:
    classes = "hw-math"
    if shown.display and shown.typeset.narrow is not None:
        classes += f" hw-w{_turn(shown)}"
    pairs = [("class", classes)]
    if shown.anchor:
        pairs.append(("id", shown.anchor))
    pairs += [("data-tex", shown.tex), *shown.attributes]
    return "".join(f' {name}="{_attribute(value)}"' for name, value in pairs)


def _attribute(value: str) -> str:
    return escape(value).replace("\n", "&#10;")


def _turn(shown: Shown) -> int:
    """Return the width, in em of the page, below which the narrow form is shown."""
    need = shown.typeset.width * SCALE + (NUMBER if shown.number else 0)
    return min(WIDEST, STEP * math.ceil(need / STEP))


def _text(shown: Shown) -> str:
    """Return the readable text; that of a display keeps its distance from its neighbours."""
    text = escape(shown.typeset.text)
    return f" {text} " if shown.display else text


def _drawings(shown: Shown) -> str:
    typeset = shown.typeset
    if not shown.display:
        return f'<mjx-container jax="SVG" aria-hidden="true">{typeset.wide}</mjx-container>'
    if typeset.narrow is None:
        return _drawing("", typeset.wide, scrolls=typeset.width > NARROW)
    narrow = _drawing("hw-narrow", typeset.narrow, scrolls=typeset.narrow_width > NARROW)
    return _drawing("hw-wide", typeset.wide, scrolls=False) + narrow


def _drawing(name: str, svg: str, *, scrolls: bool) -> str:
    """Return one drawing; one that is too wide for a phone scrolls, by keyboard too.

    It says its size, so that a browser may leave it undrawn while it is off the screen and
    nothing moves when it comes in (`content-visibility` in mathjax.css): a page has hundreds, and
    a phone takes seconds for all at once.
    """
    size = " ".join(_SIZE.findall(svg)[0])
    drawing = (
        f'<mjx-container jax="SVG" display="true" aria-hidden="true"'
        f' style="contain-intrinsic-size:{size}">{svg}</mjx-container>'
    )
    classes = " ".join(filter(None, (name, "hw-scroll" if scrolls else "")))
    if not scrolls:
        return (
            drawing.replace("<mjx-container", f'<mjx-container class="{name}"', 1)
            if name
            else drawing
        )
    label = "Formula, scrolls sideways"
    return (
        f'<span class="{classes}" tabindex="0" role="group" aria-label="{label}">{drawing}</span>'
    )


def _excluded(mathml: str) -> str:
    return mathml.replace("<math", "<math data-search-exclude", 1)


def _number(shown: Shown) -> str:
    if not shown.number:
        return ""
    number = escape(shown.number)
    return (
        f'<a class="hw-number" href="#{shown.anchor}" data-search-exclude'
        f' aria-label="Equation ({number})" title="Link to this equation">({number})</a>'
    )


def definitions(formulas: Iterable[Typeset]) -> str:
    """Return the glyphs of a page, each once, in one order; nothing for a page without maths.

    It belongs at the end of the page: at the start it would open a section of its own in the
    search index.
    """
    glyphs: dict[str, str] = {}
    for formula in formulas:
        glyphs |= formula.glyphs
    if not glyphs:
        return ""
    paths = "".join(f'<path id="{name}" d="{glyphs[name]}"/>' for name in sorted(glyphs))
    return f'<svg class="hw-glyphs" aria-hidden="true"><defs>{paths}</defs></svg>'
