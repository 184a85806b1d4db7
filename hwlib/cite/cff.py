"""The project as `CITATION.cff`, which GitHub, Zenodo and Zotero read from its sources."""

from __future__ import annotations

from typing import Any

import yaml

from hwlib.cite.project import Project

FILE = "CITATION.cff"
COMMAND = "python -m hwlib cite"
_HEAD = f"# Written by `{COMMAND}` from pyproject.toml and mkdocs.yml.\n"


class _Dumper(yaml.SafeDumper):
    """Writes what stands twice twice: not every reader of CFF follows YAML's references."""

    def ignore_aliases(self, data: Any) -> bool:
        """Say that nothing is to be referred to."""
        del data
        return True


def text(project: Project) -> str:
    """Return the whole file, in the Citation File Format 1.2.0."""
    content = yaml.dump(record(project), Dumper=_Dumper, sort_keys=False, allow_unicode=True)
    return _HEAD + str(content)


def record(project: Project) -> dict[str, Any]:
    """Return what the file says: the software, and before it the notes that one cites."""
    names = {"family-names": project.family, "given-names": project.given}
    person = {name: value for name, value in names.items() if value}
    same = {"version": project.version, "date-released": project.released.isoformat()}
    known: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "To cite the notes, a page or an equation, please cite the website below.",
        "title": project.name,
        "abstract": " ".join(project.description.split()),
        "type": "software",
        "authors": [person, {"name": f"The contributors to {project.name}"}],
        **same,
        "license": "MIT",
        "url": project.url,
        "repository-code": project.source,
        "preferred-citation": {
            "type": "website",
            "title": project.name,
            "authors": [person],
            **same,
            "year": project.released.year,
            "month": project.released.month,
            "license": project.licence,
            "notes": project.notes,
            "url": project.url,
        },
    }
    return {name: value for name, value in known.items() if value}  # the format has no empty texts
