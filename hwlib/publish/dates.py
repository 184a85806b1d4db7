"""When pages were last changed: written into the sitemap, the same whichever engine made it."""

from __future__ import annotations

import gzip
import io
import re
import time
from pathlib import Path
from urllib.parse import unquote, urljoin

from hwlib.publish.built import BuiltPage
from hwlib.publish.history import History

_ENTRY = re.compile(r"(<loc>(?P<address>[^<]*)</loc>)(\s*<lastmod>[^<]*</lastmod>)?")


def source_of(built: str, docs: Path) -> str:
    """Return the path in docs/ of the source of a built page; "" for one that has none."""
    folder = built.removesuffix("index.html").rstrip("/")
    names = [f"{folder}.md", f"{folder}/index.md".lstrip("/"), f"{folder}/README.md".lstrip("/")]
    return next((name for name in names if (docs / name).is_file()), "")


def day(moment: int) -> str:
    """Return the day of a Unix time, in UTC: 2026-11-23."""
    return time.strftime("%Y-%m-%d", time.gmtime(moment))


def date_sitemap(site: Path, docs: Path, history: History) -> None:
    """Give each page of sitemap.xml, where there is one, the day on which it was last changed."""
    file = site / "sitemap.xml"
    if not file.is_file():
        return
    base = BuiltPage(site / "index.html", "index.html").canonical

    def dated(entry: re.Match[str]) -> str:
        path = urljoin(unquote(entry["address"].removeprefix(base)), "index.html")
        moment = history.date(source_of(path, docs))
        return f"{entry[1]}<lastmod>{day(moment)}</lastmod>"

    text = _ENTRY.sub(dated, file.read_text(encoding="utf-8")).encode()
    file.write_bytes(text)
    packed = io.BytesIO()
    with gzip.GzipFile("", "wb", fileobj=packed, mtime=history.latest) as stream:
        stream.write(text)
    (site / "sitemap.xml.gz").write_bytes(packed.getvalue())
