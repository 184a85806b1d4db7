"""How to cite a work, as a page shows it: every format in a box of its own, files to take away."""

from __future__ import annotations

import html
from collections.abc import Collection

from hwlib.cite import formats
from hwlib.cite.work import Work


def texts(work: Work) -> dict[str, str]:
    """Return a work in every format that is copied, by the format's name."""
    return {
        "Address": work.url,
        **{name: formats.reference(work, style) for style, name in formats.STYLES.items()},
        "Markdown": formats.markdown_link(work),
        "LaTeX": formats.latex_link(work),
        "BibTeX": formats.bibtex([work]).strip(),
        "BibLaTeX": formats.biblatex([work]).strip(),
        "RIS": formats.ris([work]).strip(),
        "CSL-JSON": formats.csl_json([work]).strip(),
    }


def boxes(work: Work, only: Collection[str] = (), files: str = "") -> str:
    """Return the formats as HTML: names, texts, and links to the files that hold them.

    What has many lines is folded. The texts can be selected, the files downloaded; the theme's
    script puts a button that copies before the link.

    Args:
        work: What to cite.
        only: The names of some formats; else all are shown.
        files: Where the files of `formats.files` stand, without their endings; else nothing is
            linked.
    """
    shown = {name: text for name, text in texts(work).items() if not only or name in only}
    return "\n".join(_box(work, name, text, files) for name, text in shown.items())


def _box(work: Work, name: str, text: str, files: str) -> str:
    label, content = f'<span class="hw-cite-name">{name}</span>', _text(work, name, text)
    if "\n" in text:
        content = f'<details class="hw-fold"><summary>{label}</summary>\n{content}</details>'
    else:
        content = f"{label}\n{content}"
    suffix = _SUFFIXES.get(name) if files else None
    link = (
        f'<a href="{files}.{suffix}" download="{work.key}.{suffix}" '
        f'aria-label="Download {name}">Download</a>'
        if suffix
        else ""
    )
    return (
        f'<div class="hw-cite-format" data-name="{name}">{content}'
        f'<p class="hw-cite-do">{link}</p></div>'
    )


_SUFFIXES = {name: suffix for suffix, name in formats.SUFFIXES.items()}


def _text(work: Work, name: str, text: str) -> str:
    style = next((style for style, known in formats.STYLES.items() if known == name), None)
    if style:
        return f'<p class="hw-cite-text">{formats.reference_html(work, style)}</p>'
    return f'<pre class="hw-cite-text">{html.escape(text, quote=False)}</pre>'


def downloads(stem: str) -> str:
    """Return links to the files of `formats.files` of many works."""
    links = [
        f'<a href="{stem}.{suffix}" download>{name}</a>'
        for suffix, name in formats.SUFFIXES.items()
    ]
    return f'<p class="hw-cite-files">Files: {", ".join(links)}</p>'
