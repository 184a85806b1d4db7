"""What every citation says of the project, read from the two files that own it.

`mkdocs.yml` owns name, author, address and course; `pyproject.toml` the version and the day on
which that version was released. The day is not the day of a build or of a commit: a citation must
be the same from a copy without history, and must not change while the words stay.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

CONFIG = "mkdocs.yml"
PACKAGE = "pyproject.toml"
_COURSE = ("course", "institution")


@dataclass(frozen=True)
class Project:
    """The project as a citation names it.

    Attributes:
        name: Of the site.
        given: The author's given names.
        family: The author's family name.
        url: The site's full address, with a slash at its end.
        source: The address of its sources.
        description: What it is, in a sentence or two.
        course: What the notes belong to, such as `DS 235 Generative AI`.
        institution: Where that course is held.
        version: Of the released project.
        released: The day of that release.
        licence: SPDX name of the licence of text and figures.
    """

    name: str
    given: str
    family: str
    url: str
    source: str
    description: str
    course: str
    institution: str
    version: str
    released: date
    licence: str = "CC-BY-4.0"

    @property
    def author(self) -> str:
        """The author's name as it is written on the title page."""
        return f"{self.given} {self.family}".strip()

    @property
    def sort_name(self) -> str:
        """The author's name as bibliographies sort it."""
        return f"{self.family}, {self.given}" if self.given else self.family

    @property
    def notes(self) -> str:
        """What kind of thing it is, for fields of free text."""
        return f"Course notes, {self.course}, {self.institution}"


class _Loader(yaml.SafeLoader):
    """Reads the engine's settings without what its own tags would load."""


_Loader.add_multi_constructor("", lambda *_: None)


def project_at(root: Path) -> Project | None:
    """Read the project in a folder.

    Returns:
        The project, or None where there is no `pyproject.toml`: without a version there is nothing
        that a citation could promise.

    Raises:
        ValueError: If one of the two files lacks what a citation needs, with what to write.
    """
    if not (root / PACKAGE).is_file():
        return None
    package = tomllib.loads((root / PACKAGE).read_text(encoding="utf-8"))
    site = yaml.load((root / CONFIG).read_text(encoding="utf-8"), _Loader)
    extra = site.get("extra") or {}
    missing = [name for name in ("site_name", "site_author", "site_url") if not site.get(name)]
    missing += [f"extra.{name}" for name in _COURSE if not extra.get(name)]
    if missing:
        raise ValueError(f"{CONFIG}: a citation needs {', '.join(missing)}; write what it is")
    given, _, family = site["site_author"].rpartition(" ")
    return Project(
        name=site["site_name"],
        given=given,
        family=family,
        url=site["site_url"].rstrip("/") + "/",
        source=site.get("repo_url") or "",
        description=site.get("site_description") or "",
        course=extra["course"],
        institution=extra["institution"],
        version=_version(package),
        released=_released(package),
    )


def _version(package: dict[str, Any]) -> str:
    version = package.get("project", {}).get("version")
    if not isinstance(version, str):
        raise ValueError(
            f'{PACKAGE}: a citation needs a version; write [project] version = "1.0.0"'
        )
    return version


def _released(package: dict[str, Any]) -> date:
    day = package.get("tool", {}).get("hwlib", {}).get("released")
    if not isinstance(day, date):
        raise ValueError(
            f"{PACKAGE}: a citation needs the day on which the version was released, got {day!r}; "
            "write [tool.hwlib] released = 2026-11-23 (a date without quotes)"
        )
    return day
