"""How to cite a work, as a page shows it: every format in a box of its own, files to take away."""

from __future__ import annotations

import html
from collections.abc import Collection

from hwlib.cite import formats
from hwlib.cite.work import Work


def texts(work: Work) -> dict[str, str]:
    """Return a work in every format that is copied, by the format's name."""
    return {
        **{name: formats.reference(work, style) for style, name in formats.STYLES.items()},
        "BibTeX": formats.bibtex([work]).strip(),
        "BibLaTeX": formats.biblatex([work]).strip(),
        "RIS": formats.ris([work]).strip(),
        "CSL-JSON": formats.csl_json([work]).strip(),
        "LaTeX": formats.latex_link(work),
        "Markdown": formats.markdown_link(work),
    }


def boxes(work: Work, only: Collection[str] = ()) -> str:
    """Return the formats as HTML, a label and a box each; the theme gives each box a copy button.

    Classes: `p.hw-cite-name` and `div.hw-cite-text` (with Material's `highlight`). No `code`
    inside: the theme's script would give all of them one id.

    Args:
        work: What to cite.
        only: The names of some formats; else all are shown.
    """
    return "\n".join(
        f'<p class="hw-cite-name">{name}</p>\n'
        f'<div class="highlight hw-cite-text"><pre tabindex="0">'
        f"{html.escape(text, quote=False)}</pre></div>"
        for name, text in texts(work).items()
        if not only or name in only
    )


def downloads(stem: str) -> str:
    """Return links to the files of `formats.files` that stand beside the page."""
    links = [
        f'<a href="{stem}.{suffix}" download>{name}</a>'
        for suffix, name in formats.SUFFIXES.items()
    ]
    return f'<p class="hw-cite-files">Files: {", ".join(links)}</p>'
