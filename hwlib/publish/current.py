"""Whether a site is already what a build would make; then there is nothing to do.

A build that went well notes, under the digest of everything that it was made from, the digest of
the site. Everything is taken literally: each file of the project, whether it plays a part or not,
the code, the versions, what git says, the variables. What is found must still be whole: each file
of the site is compared with the site's list.
"""

from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path

from hwlib import dependencies
from hwlib.cache import Cache, digest, folder
from hwlib.publish import manifest
from hwlib.publish.history import History
from hwlib.publish.tags.history import last_published

_NOT_SOURCES = {"node_modules", "__pycache__"}
_VARIABLES = ("HWLIB_", "MKDOCS", "SOURCE_DATE_EPOCH")


def sources(root: Path, site: Path, engine: str, history: History) -> str:
    """Return the digest of all that a site is made from.

    Args:
        root: The project's folder; what is hidden at its top belongs to tools.
        site: The folder of the site; no source, wherever it is.
        engine: What renders the pages.
        history: What git knows of the sources.
    """
    files = [f"{path.relative_to(root)} {_sum(path)}" for path in _files(root, site)]
    said = sorted(f"{name}={value}" for name, value in os.environ.items() if _counts(name))
    published = "\n".join(map(repr, last_published(root).registry.lines))
    made_by = (dependencies.package(), engine, metadata.version(engine))
    return digest(*made_by, repr(history), published, *said, *files)


def _files(root: Path, site: Path) -> list[Path]:
    files = []
    for place, folders, names in os.walk(root):
        here = Path(place)
        hidden = here == root
        folders[:] = [
            name
            for name in folders
            if name not in _NOT_SOURCES and not (hidden and name[0] == ".") and here / name != site
        ]
        files += [here / name for name in names if not name.endswith(".pyc")]
    return sorted(files)


def _sum(path: Path) -> str:
    return manifest.sum_of(path.read_bytes())


def _counts(variable: str) -> bool:
    return variable.startswith(_VARIABLES)


def found(site: Path, made_from: str) -> str:
    """Return the digest of a site that is what a build from these sources made; "" otherwise."""
    noted = _room().get(made_from)
    if noted is None or not (site / manifest.LIST).is_file():
        return ""
    listed = (site / manifest.LIST).read_text(encoding="utf-8")
    if manifest.sum_of(listed.encode()) != noted["list"]:
        return ""
    sums = manifest.read_list(listed)
    whole = manifest.names_in(site) == list(sums) and all(
        _sum(site / name) == was for name, was in sums.items()
    )
    return str(noted["digest"]) if whole else ""


def note(site: Path, made_from: str, site_digest: str) -> None:
    """Remember which site came of which sources."""
    noted = {"list": _sum(site / manifest.LIST), "digest": site_digest}
    _room().put(made_from, noted)


def _room() -> Cache:
    return Cache(folder() / "sites")
