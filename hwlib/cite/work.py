"""One thing to cite: the whole site, a page, or an item of a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from hwlib.cite import latex
from hwlib.cite.project import Project

if TYPE_CHECKING:  # publish stands above this room; only the shape of what it hands down is meant
    from hwlib.publish.items import Item

_LONGEST = 120  # letters of a title; a formula beyond that is left to the page
_ALIGNED = re.compile(r"\\begin\{aligned\}(.*)\\end\{aligned\}", re.DOTALL)
_ROW = re.compile(r"\\\\(\s*\[[^\]]*\])?")


@dataclass(frozen=True)
class Work:
    """One thing to cite.

    Attributes:
        project: What it is part of.
        key: Its name in a bibliography's source, such as `gaplanyan-eq-sigmoid-slope`.
        title: In plain text.
        tex_title: The same in LaTeX.
        container: What it stands in, in plain text; empty for the site.
        url: The address to cite, which stays.
        version: Of this very thing.
        day: Of that version.
        description: A sentence on it; may be empty.
    """

    project: Project
    key: str
    title: str
    tex_title: str
    container: str
    url: str
    version: str
    day: date
    description: str = ""


def work_of_site(project: Project) -> Work:
    """Return the whole site as a work."""
    return Work(
        project=project,
        key=_key(project, "site"),
        title=project.name,
        tex_title=latex.text(project.name),
        container="",
        url=project.url,
        version=project.version,
        day=project.released,
        description=" ".join(project.description.split()),
    )


def work_of_item(
    project: Project,
    item: Item,
    *,
    address: str | None = None,
    version: str | None = None,
    day: date | None = None,
) -> Work:
    """Return a page or an item of one as a work.

    Args:
        project: What it is part of.
        item: From the inventory of the built site.
        address: The address in the site to cite, such as `t/3KF7/?v=2`; else where it stands.
        version: Of the item; else the project's.
        day: Of that version; else the project's release.
    """
    title, tex_title = _titles(item)
    inside = item.kind != "page"
    return Work(
        project=project,
        key=_key(project, item.label),
        title=title,
        tex_title=tex_title,
        container=f"{item.page_title}. {project.name}" if inside else project.name,
        url=project.url + (item.address if address is None else address),
        version=version or project.version,
        day=day or project.released,
        description=item.description,
    )


def _key(project: Project, label: str) -> str:
    """Return a key that every BibTeX reads: plain letters, digits and hyphens."""
    plain = re.sub(r"[^A-Za-z]", "", latex.ascii_letters(project.family)).lower() or "anonymous"
    return f"{plain}-{re.sub(r'[^A-Za-z0-9]+', '-', label).strip('-')}"


def _titles(item: Item) -> tuple[str, str]:
    """Return an item's title in plain text and in LaTeX."""
    if item.kind == "equation":
        tex = _one_row(item.tex)
        if not tex or len(item.title) > _LONGEST:
            return item.name, latex.text(item.name)
        return f"{item.name}: {item.title}", f"{latex.text(item.name)}: ${tex}$"
    title = f"{item.name}: {item.title}" if item.kind == "figure" else item.title
    return title, latex.text(title)


def _one_row(tex: str) -> str:
    """Return an equation's TeX for a line of text; empty if it cannot be one (cases, matrices)."""
    aligned = _ALIGNED.fullmatch(tex.strip())
    row = _ROW.sub(" ", aligned[1]).replace("&", "") if aligned else tex
    return "" if "\\begin" in row else " ".join(row.split())
