"""The figures' data: from links that carry them to files that stand beside the page.

A page links its data as `<a class="hw-csv" download="fig-….csv" href="data:text/csv;base64,…">`,
which works in a preview without any file. In the published site they are files, so that the page
is light and the data have an address.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path

_LINK = re.compile(
    r'<a class="hw-csv" download="(?P<name>[\w.-]+\.csv)" '
    r'href="(?P<uri>data:text/csv;base64,(?P<data>[A-Za-z0-9+/=]+))"'
)


def write_data_files(site: Path) -> list[Path]:
    """Write each linked CSV beside its page and point the link at it.

    Returns:
        The files that were written.
    """
    written = []
    for page in sorted(site.rglob("*.html")):
        html = page.read_text(encoding="utf-8")
        found = list(_LINK.finditer(html))
        for link in found:
            file = page.with_name(link["name"])
            file.write_bytes(base64.b64decode(link["data"]))
            html = html.replace(link["uri"], link["name"])
            written.append(file)
        if found:
            page.write_text(html, encoding="utf-8", newline="")
    return written
