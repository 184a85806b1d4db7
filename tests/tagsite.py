"""A built site made by hand, as an engine would leave it, for what reads and dresses such sites."""

from __future__ import annotations

import base64
import shutil
from html import escape
from pathlib import Path

from hwlib.markup.formula import Shown, formula_html
from hwlib.mathjax import Typeset
from hwlib.publish import permanent, prove, tags
from hwlib.publish.items import inventory

ASSETS = Path(__file__).parents[1] / "hwlib" / "theme" / "assets"
DAY, LATER = "2026-11-23", "2027-02-01"
URL = "https://example.org/notes/"
HEAD = (
    '<head><title>{title}</title><meta name="description" content="About {title}">'
    '<link rel="canonical" href="' + URL + '{address}"></head>'
)
SVG = (
    '<svg style="vertical-align: -1em;" width="2em" height="1em" viewBox="0 -350 1000 500">'
    '<g stroke="currentColor" fill="currentColor"><use href="#mjx-{glyph}"/></g>'
    '<svg viewBox="0 0 1 1"><use href="#mjx-{glyph}" transform="translate(5,0)"/></svg></svg>'
)


def maths(tex, label="", number="", *, display=False, verdict=""):
    """A formula as the extension writes it; its drawing uses one glyph."""
    svg = SVG.format(glyph="A" if display else "B")
    typeset = Typeset(
        svg, 1.0, None, 1.0, {}, f"<math><mi>{escape(tex)}</mi></math>", f"read {tex}"
    )
    attributes = (("data-verdict", verdict),) if verdict else ()
    mark = f'<span class="hw-mark" data-says="It is {verdict}.">✓</span>' if verdict else ""
    return formula_html(Shown(tex, display, typeset, label, number, attributes, mark))


def eq(label, tex="a = b", number="3.1", verdict="proved"):
    return maths(tex, label, number, display=True, verdict=verdict)


def fig(label, data="x\n1\n", caption="A line.", number="3.1", colour="blue"):
    coded = base64.b64encode(data.encode()).decode()
    return (
        f'<div class="hw-block" data-block="{label}"><figure id="{label}" class="hw-figure">\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" role="img" '
        f'style="fill:var(--hw-ink,#1f2733)" aria-labelledby="{label}-title">'
        f'<title id="{label}-title">A drawing</title>'
        f'<desc id="{label}-desc">It shows a line.</desc>'
        f'<path d="M0 0l3 3" style="stroke:var(--hw-{colour},#0072b2);stroke-width:.8"/></svg>\n'
        f'<figcaption><a class="hw-caption-number" href="#{label}">Figure {number}</a> {caption}'
        f'</figcaption>\n<p class="hw-data"><a class="hw-csv" download="{label}.csv" '
        f'href="data:text/csv;base64,{coded}">Data</a></p>\n'
        '<details class="hw-fold"><summary>Code</summary>x = 1</details></figure></div>'
    )


def heading(level, name, text):
    link = f'<a class="headerlink" href="#{name}" title="Link to this section">#</a>'
    return f'<h{level} id="{name}">{text}{link}</h{level}>'


def write_site(folder, **pages):
    """Write pages, name=(title, number, content), and the sources they are of.

    Returns:
        The folder of the site and that of the sources.
    """
    docs, site = folder / "docs", folder / "site"
    shutil.copytree(ASSETS, site / "assets")
    for name, (title, number, content) in pages.items():
        address = "" if name == "index" else f"{name}/"
        built = site / address / "index.html"
        for path in (docs / f"{name}.md", built):
            path.parent.mkdir(parents=True, exist_ok=True)
        front = f"number: {number}\n" if number else ""
        (docs / f"{name}.md").write_text(f"---\n{front}title: {title}\n---\n# {title}\n", "utf-8")
        glyphs = '<path id="mjx-A" d="M0 0h9z"/><path id="mjx-B" d="M0 0h8z"/>'
        built.write_text(
            f"<!doctype html><html>{HEAD.format(title=title, address=address)}<body><nav>menu</nav>"
            f'<article class="md-content__inner">{heading(1, "top", title)}{content}'
            f'<svg class="hw-glyphs" aria-hidden="true"><defs>{glyphs}</defs></svg></article>'
            "</body></html>",
            "utf-8",
        )
    return site, docs


def state(folder, registry="", stated=None, published=None, date=DAY, **pages):
    """Build a site by hand, bring a registry up to it, and publish its tags into it."""
    site, docs = write_site(folder, **pages)
    items = inventory(site, docs)
    known = tags.read(registry if published is None else published)
    done = tags.update(tags.read(registry), known, items, date, stated)
    assert done.faults == []
    permanent.write_tags(site, items, done.registry, None)
    assert [str(fault) for fault in prove(site, docs)] == []
    return site, done.registry
