"""How everything can be cited, written into the built site: heads, boxes, files.

Each page gets the elements of its head that machines read, a fold with its citation in every
format, the files `cite.bib`, `cite.ris`, `cite.json` and `card.png`; the whole site gets
`citations.bib`, `.ris` and `.json` with all its works. A page of the sources may show how any item
is cited: `<div class="hw-cite" data-cites="eq-slope" data-formats="APA RIS"></div>` is filled here.
`data-cites="site"` is the site, `data-cites="all"` gives links to the three files of all works;
without `data-formats` every format is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hwlib.ahead import make_ahead
from hwlib.cite import cff, formats, fragment, metadata, picture
from hwlib.cite.project import CONFIG, PACKAGE, Project, project_at
from hwlib.cite.work import Work, work_of_item, work_of_site
from hwlib.publish.fault import Fault, line_of
from hwlib.publish.items import Item
from hwlib.publish.tags.registry import Registry

__all__ = ["Citations", "citations", "write_citations"]

ALL = "citations"  # .bib, .ris, .json of the whole site
ONE = "cite"  # the same of one page or item
CARD = "card.png"
SITE = "site"  # what a page calls the whole site in `data-cites`
ALL_WORKS = "all"  # what a page calls the three files of the whole site there
LOGO = "assets/logo.svg"
STYLE = "assets/cite.css"
PAPER = "#1d3a5f"  # the colour of the site's head, on which the logo is drawn

_EXAMPLE = re.compile(
    r'<div class="hw-cite" data-cites="(?P<label>[^"]+)"'
    r'(?: data-formats="(?P<formats>[^"]*)")?>\s*</div>'
)
_HEAD_END = "</head>"
_ARTICLE_END = "</article>"


@dataclass(frozen=True)
class Citations:
    """The works of a site.

    Attributes:
        project: What they are part of.
        works: Each with the label of its item.
    """

    project: Project
    works: Mapping[str, Work]

    @property
    def site(self) -> Work:
        """The whole site."""
        return work_of_site(self.project)

    def files(self, label: str) -> dict[str, str]:
        """Return the files to take away of one item, by name: `cite.bib`, `.ris`, `.json`."""
        return formats.files([self.works[label]], ONE)

    def html(self, label: str) -> str:
        """Return the boxes with every format of one item, which link those files beside it."""
        return fragment.boxes(self.works[label], files=ONE)


def citations(root: Path, items: Sequence[Item], registry: Registry) -> Citations | None:
    """Say how each item of a site is cited: by its tag where it has one.

    Args:
        root: The project's folder.
        items: The inventory of the built site.
        registry: The tags, with the version and day of each item.

    Returns:
        None where the project has no version to cite.

    Raises:
        ValueError: If the project lacks what a citation needs.
        SchedulerError: If a Dask cluster is asked for and cannot be used.
    """
    project = project_at(root)
    if project is None:
        return None
    works = {item.label: _work(project, item, registry) for item in items}
    drawings = [item.drawing for item in items if item.kind == "figure"]
    make_ahead([picture.of_figures(drawings), formats.references([*works.values()])])
    return Citations(project, works)


def _work(project: Project, item: Item, registry: Registry) -> Work:
    record = registry.live.get(item.label)
    if record is None or not record.versions:
        return work_of_item(project, item)
    state = record.version
    return work_of_item(
        project,
        item,
        address=f"t/{record.tag}/?v={state.number}",
        version=str(state.number),
        day=date.fromisoformat(state.date),
    )


def write_citations(site: Path, docs: Path, items: Sequence[Item], cited: Citations) -> list[Fault]:
    """Write all that a built site says of how it is cited.

    Args:
        site: The folder that was built.
        docs: The folder with its sources, inside the project's.
        items: The inventory of the site.
        cited: How they are cited.

    Returns:
        What is wrong with the sources.
    """
    faults = _stale(docs.parent, cited.project)
    _write_files(site, formats.files([cited.site, *cited.works.values()], ALL))
    figures = main_figures(items)
    for page in items:
        if page.kind == "page":
            faults += _write_page(site, docs, page, figures.get(page.page), cited)
    return faults


def main_figures(items: Sequence[Item]) -> dict[str, Item]:
    """Return the figure that stands for each page: its first."""
    figures: dict[str, Item] = {}
    for item in items:
        if item.kind == "figure":
            figures.setdefault(item.page, item)
    return figures


def picture_of(figure: Item | None, project: Project) -> metadata.Picture:
    """Return what is said of the picture of a page: of its main figure, or else the logo's."""
    if figure is None:
        return metadata.Picture(f"{project.url}assets/{CARD}", f"The logo of {project.name}")
    return metadata.Picture(f"{project.url}{figure.page}{CARD}", figure.description or figure.title)


def _stale(root: Path, project: Project) -> list[Fault]:
    file = root / cff.FILE
    if file.is_file() and file.read_text(encoding="utf-8") == cff.text(project):
        return []
    message = f"does not say what {PACKAGE} and {CONFIG} say; write it anew: {cff.COMMAND}"
    return [Fault(cff.FILE, 0, message)]


def _write_page(
    site: Path, docs: Path, page: Item, figure: Item | None, cited: Citations
) -> list[Fault]:
    work = cited.works[page.label]
    folder = site / page.page
    file = folder / "index.html"
    html = file.read_text(encoding="utf-8")
    html, faults = _with_examples(html, docs, page, cited)
    _write_picture(site, figure)
    project = cited.project
    head = metadata.head(work, project.url + page.page, picture_of(figure, project))
    up = "../" * page.page.count("/")
    links = f'<link rel="stylesheet" href="{up}{STYLE}">\n' + "".join(
        f'<link rel="describedby" type="{kind}" title="{name}" href="{ONE}.{suffix}">\n'
        for (suffix, name), kind in zip(formats.SUFFIXES.items(), _TYPES, strict=True)
    )
    html = html.replace(_HEAD_END, f"{head}{links}{_HEAD_END}", 1)
    before, end, after = html.rpartition(_ARTICLE_END)
    html = f"{before}{_fold(cited.html(page.label))}{end}{after}" if end else html
    file.write_text(html, encoding="utf-8", newline="")
    _write_files(folder, cited.files(page.label))
    return faults


_TYPES = (
    "application/x-bibtex",
    "application/x-research-info-systems",
    "application/vnd.citationstyles.csl+json",
)


def _fold(content: str) -> str:
    return (
        '<details class="hw-fold hw-cite" id="cite-this-page" data-search-exclude>'
        f"<summary>Cite this page</summary>\n{content}\n</details>\n"
    )


def _with_examples(html: str, docs: Path, page: Item, cited: Citations) -> tuple[str, list[Fault]]:
    """Fill the places of a page that show how something is cited."""
    known = {SITE: cited.site, **cited.works}
    faults = []
    for found in _EXAMPLE.finditer(html):
        if found["label"] not in {ALL_WORKS, *known}:
            line = line_of(docs.parent / page.file, found[0][:40])
            message = f'data-cites="{found["label"]}": no item of the site has this label'
            faults.append(Fault(page.file, line, message))

    up = "../" * page.page.count("/")

    def filled(found: re.Match[str]) -> str:
        if found["label"] == ALL_WORKS:
            return f'<div class="hw-cite">\n{fragment.downloads(up + ALL)}\n</div>'
        work, only = known.get(found["label"]), (found["formats"] or "").split()
        if work is None:
            return found[0]
        stem, tagged, _ = work.url.removeprefix(cited.project.url).partition("?")
        files = f"{up}{stem}{ONE}" if tagged else ""
        return f'<div class="hw-cite">\n{fragment.boxes(work, only, files)}\n</div>'

    return _EXAMPLE.sub(filled, html), faults


def _write_picture(site: Path, figure: Item | None) -> None:
    """Write the picture of a page: of its main figure, or for all others the logo's, once."""
    if figure is not None:
        (site / figure.page / CARD).write_bytes(picture.of_figure(figure.drawing))
    elif not (site / "assets" / CARD).exists():
        logo = (site / LOGO).read_text(encoding="utf-8")
        (site / "assets" / CARD).write_bytes(picture.of_logo(logo, PAPER))


def _write_files(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
