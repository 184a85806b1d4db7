"""Pages of a preview that need not be rendered again: nothing that they rest on has changed.

A page rests on its source, on the labels and the ids of the whole site, on what its blocks print,
on the files that a link may lead to, and on the configuration. One with a fault is rendered each
time, so that the fault is told each time.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from hwlib import blocks
from hwlib.errors import has_box
from hwlib.site import site_at
from hwlib.utf8 import NotUtf8Error

__all__ = ["Rendered", "render"]


class Rendered(NamedTuple):
    """A page as it was rendered.

    Attributes:
        rests_on: All that it was made from; None if it is to be made again.
        made: The attributes of MkDocs's page that rendering has set.
    """

    rests_on: object
    made: dict[str, Any]


def render(page: Any, config: Any, files: Any, last: Rendered | None) -> Rendered:
    """Render a page, or give it what it had the last time, if it rests on the same.

    Args:
        page: MkDocs's page; rendering sets its content, its headings, its anchors.
        config: MkDocs's configuration.
        files: All files of the site.
        last: What the build before made of the page.
    """
    rests_on = _rests_on(page, config, files)
    if last is not None and rests_on is not None and rests_on == last.rests_on:
        vars(page).update(_with_files_of(files, last.made))
        return last
    before = dict(vars(page))
    with _Told() as told:
        type(page).render(page, config, files)
    made = {name: value for name, value in vars(page).items() if before.get(name) is not value}
    if told or has_box(page.content):
        return Rendered(None, made)
    return Rendered(rests_on or _rests_on(page, config, files), made)  # now its blocks have run


def _with_files_of(files: Any, made: dict[str, Any]) -> dict[str, Any]:
    """Return what was made with the files of this build for those of the one before."""
    links = made.get("links_to_anchors")
    if not links:
        return made
    here = {files.get_file_from_path(file.src_uri): anchors for file, anchors in links.items()}
    return {**made, "links_to_anchors": here}


def _rests_on(page: Any, config: Any, files: Any) -> object:
    """Return all that a page is made from; None if that cannot be said, as before a block ran."""
    docs = Path(page.file.src_dir)
    try:
        site_wide = _site_wide(docs, files)
        source = site_at(docs).page(page.file.src_uri)
    except NotUtf8Error:  # told where it is read
        return None
    printed = [blocks.known(block.code) for block in source.blocks]
    if None in printed:
        return None
    settings = (config.markdown_extensions, config.mdx_configs, config.validation)
    problems = site_at(docs).problems(page.file.src_uri)
    return site_wide, page.markdown, source, printed, problems, repr(settings)


@lru_cache(maxsize=1)
def _site_wide(docs: Path, files: Any) -> object:
    """Return what every page rests on, once for a build; `files` are another object in each."""
    site = site_at(docs)
    ids = [(name, block.id) for name, page in site.pages().items() for block in page.blocks]
    labels = {(one.name, one.page, one.number) for one in site.labels().values()}
    return docs, labels, ids, {(file.src_uri, file.url) for file in files}


class _Told(logging.Handler):
    """Gathers what is warned of while it is entered."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def __enter__(self) -> list[logging.LogRecord]:
        logging.getLogger().addHandler(self)
        return self.records

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
