"""The proof that a built site is whole: every page is there, complete, and leads somewhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import yaml

from hwlib.publish.built import BuiltPage, built_pages
from hwlib.publish.fault import Fault, line_of
from hwlib.site import site_at

NOT_FOUND = "404.html"  # no page of the author's: it has no source and no description
LARGEST = 4_000_000  # bytes of a page; the largest of the site has a quarter of it
_LOCATED = re.compile(
    r"(?P<file>[^\s:]+):(?P<line>\d+)(?::(?P<column>\d+))?: (?P<message>.*)", re.DOTALL
)
_PLACEHOLDERS = ("hw-block-id", "hw-block-number")


class _Site:
    """A built site with the sources it was built from."""

    def __init__(self, site: Path, docs: Path, unwritten: str = "") -> None:
        self.folder = site
        self.unwritten = unwritten
        self.docs = docs
        self.pages = {page.path: page for page in built_pages(site)}
        self.sources = {_built_path(path.relative_to(docs)): path for path in _sources(docs)}

    def source(self, page: BuiltPage) -> str:
        """Return the file that an author mends for a page."""
        source = self.sources.get(page.path)
        if source is None:
            return f"{page.path} (built)"
        return f"{self.docs.name}/{source.relative_to(self.docs).as_posix()}"

    def fault(self, page: BuiltPage, message: str, near: str = "") -> Fault:
        """Return a fault of a page, at the source's first line that holds `near`."""
        source = self.sources.get(page.path)
        return Fault(self.source(page), line_of(source, near) if source else 0, message)


def _sources(docs: Path) -> list[Path]:
    paths = [path.relative_to(docs) for path in docs.rglob("*.md")]
    return sorted(docs / path for path in paths if not any(part[0] == "." for part in path.parts))


def _built_path(source: Path) -> str:
    stem = source.with_suffix("")
    page = stem.parent if stem.name in {"index", "README"} else stem
    return (page / "index.html").as_posix()


def prove(site: Path, docs: Path, unwritten: str = "") -> list[Fault]:
    """Look for everything that must not be published.

    Args:
        site: The folder that was built.
        docs: The folder with its sources, as authors name it.
        unwritten: How addresses begin that a fault kept a stage from writing; links to them are no
            faults more.

    Returns:
        All faults, by file and line; none if the site is whole.
    """
    whole = _Site(site, docs, unwritten)
    checks: Iterable[Callable[[_Site], Iterator[Fault]]] = (
        _pages_missing, _sizes, _front_matter, _errors, _blocks_missing, _unfinished, _ids, _names,
        _links,
    )  # fmt: skip
    return sorted({fault for check in checks for fault in check(whole)})


def errors(site: Path, docs: Path) -> list[Fault]:
    """Find only what a preview may show and must tell: unread front matter, error boxes."""
    whole = _Site(site, docs)
    return sorted({*_front_matter(whole), *_errors(whole)})


def _pages_missing(site: _Site) -> Iterator[Fault]:
    for path, source in site.sources.items():
        if path not in site.pages:
            name = f"{site.docs.name}/{source.relative_to(site.docs).as_posix()}"
            yield Fault(name, 0, f"the site has no page of it: {path} was not built")
    if not site.sources:
        yield Fault(site.docs.name, 0, "there is no page to build: no .md file")


def _sizes(site: _Site) -> Iterator[Fault]:
    """Files without content, and pages that break off or are larger than anybody waits for.

    Zensical passes over what it cannot write, so this is where a full disk is seen.
    """
    for file in sorted(site.folder.rglob("*")):
        if file.is_file() and not file.stat().st_size:
            yield Fault(file.relative_to(site.folder).as_posix(), 0, "the built file is empty")
    for page in site.pages.values():
        if page.text and not page.text.endswith(("</html>", "</html>\n")):
            yield site.fault(
                page, f"the built page breaks off: {page.path} has no </html> at its end"
            )
        if (size := len(page.text.encode())) > LARGEST:
            message = f"the built page has {size / 1e6:.1f} MB, at most are {LARGEST / 1e6:.0f} MB"
            yield site.fault(page, f"{message}; divide it")


def _front_matter(site: _Site) -> Iterator[Fault]:
    """Front matter that YAML cannot read; an engine passes over it and shows it as text."""
    for source in site.sources.values():
        try:
            _ = site_at(site.docs).page(source.relative_to(site.docs).as_posix()).meta
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            name = f"{site.docs.name}/{source.relative_to(site.docs).as_posix()}"
            yield Fault(
                name,
                mark.line + 2 if mark else 1,  # its first line is the one below `---`
                f"the front matter cannot be read: {error.problem}. Put a text that holds a colon "
                'into quotes, as in title: "Task 7: …"',
            )


def _errors(site: _Site) -> Iterator[Fault]:
    """Error boxes, as their messages, and tracebacks."""
    for page in site.pages.values():
        for text in page.errors:
            found = _LOCATED.fullmatch(text)
            if found:
                line, column = int(found["line"]), int(found["column"] or 0)
                yield Fault(found["file"], line, found["message"], column)
            else:
                yield site.fault(page, text)
        if "Traceback (most recent call last)" in page.text:
            yield site.fault(page, "a traceback stands on the page; mend the code that printed it")


def _blocks_missing(site: _Site) -> Iterator[Fault]:
    """Executed blocks without the mark that each leaves; one that failed has said so already."""
    for path, source in site.sources.items():
        page = site.pages.get(path)
        if page is None:
            continue
        file = site.source(page)
        told = {_LOCATED.sub(r"\g<file>:\g<line>", text) for text in page.errors}
        for block in site_at(site.docs).page(source.relative_to(site.docs).as_posix()).blocks:
            if block.id not in page.blocks and f"{file}:{block.line}" not in told:
                yield Fault(file, block.line, f"block {block.id}: it left nothing on the page")


def _unfinished(site: _Site) -> Iterator[Fault]:
    for page in site.pages.values():
        for tex in page.raw_maths:
            near = tex.strip("\\()[] \n").split("\n")[0]
            yield site.fault(page, f"a formula was not typeset: {tex}", near)
        for name in _PLACEHOLDERS:
            if name in page.text:
                yield site.fault(page, f"the placeholder {name} was not filled in")


def _ids(site: _Site) -> Iterator[Fault]:
    """Ids that a page has twice, and figures and tables that the site has twice."""
    homes: dict[str, list[str]] = defaultdict(list)
    for page in site.pages.values():
        for name, count in page.ids.items():
            if count > 1:
                message = f'the id "{name}" stands {count} times on the page; ids are unique'
                yield site.fault(page, message, name)
        for name in dict.fromkeys(page.figures):
            homes[name].append(page.path)
    for name, (first, *others) in homes.items():
        for path in others:
            where = site.source(site.pages[first])
            message = f'the figure "{name}" stands in {where} too; choose another id'
            yield site.fault(site.pages[path], message, name)


def _names(site: _Site) -> Iterator[Fault]:
    """Pages without a title or a description of their own.

    An engine gives a page without a description that of the site, as it does the page of no source.
    """
    nobodys = site.pages.get(NOT_FOUND)
    lent = nobodys.description if nobodys else ""
    for kind in ("title", "description"):
        seen: dict[str, str] = {}
        for page in site.pages.values():
            if page.path == NOT_FOUND:
                continue
            text = getattr(page, kind)
            if not text or (kind == "description" and text == lent):
                yield site.fault(page, f"the page has no {kind}; write one in its front matter")
            elif text in seen:
                message = f"the page has the {kind} of {seen[text]}; write one of its own"
                yield site.fault(page, f"{message} in its front matter")
            seen.setdefault(text, site.source(page))


def _links(site: _Site) -> Iterator[Fault]:
    """Links within the site that lead nowhere.

    One that stands in no source comes from the navigation or the theme, so from many pages: it is
    told once.
    """
    home = site.pages.get("index.html")
    base = (home.canonical if home else "") or "http://site.invalid/"
    drawn: dict[str, list[str]] = defaultdict(list)
    for page in site.pages.values():
        here = urljoin(base, page.path.removesuffix("index.html"))
        for link in page.links:
            target = urljoin(here, link)
            if not target.startswith(base) or not (wrong := _dead(site, target.removeprefix(base))):
                continue
            fault = site.fault(page, f"a link leads nowhere: {link} ({wrong})", _typed(link))
            if fault.line:
                yield fault
            else:
                drawn[f"a link leads nowhere: {wrong}"].append(fault.file)
    for message, files in drawn.items():
        more = f" (and on {len(files) - 1} more pages)" if files[1:] else ""
        yield Fault(files[0], 0, message + more)


def _typed(link: str) -> str:
    """Return the part of a built link that its source must hold."""
    path, hash_, fragment = link.partition("#")
    return hash_ + fragment if fragment else path.rstrip("/").split("/")[-1]


def _dead(site: _Site, address: str) -> str:
    """Tell why an address within the site, relative to its root, leads nowhere; "" if it leads."""
    parts = urlsplit(address)
    path = unquote(parts.path)
    if path == "" or path.endswith("/"):
        path += "index.html"
    if site.unwritten and path.startswith(site.unwritten):
        return ""
    if path not in site.pages:
        return "" if (site.folder / path).is_file() else f"there is no {path}"
    fragment = unquote(parts.fragment)
    if fragment and fragment not in site.pages[path].anchors:
        return f"{path} has no #{fragment}"
    return ""
