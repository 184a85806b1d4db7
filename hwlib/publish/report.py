"""The report of the checks: what each page carries, gathered into one page and one file.

While a page is rendered it knows nothing of the others. So each carries what was judged on it
(`hwlib.markup.record`), and here, over the built site, it is taken out of them all and put where a
page has room for it:

```html
<div class="hw-report" data-part="counts" data-search-exclude>…what the preview shows…</div>
```

with the parts `summary` (one sentence), `counts`, `unchecked` and `claims`. `report.json` is
written beside the page that has `claims`, in the form of `python -m hwlib check --json`.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from typing import Any

from hwlib.markup.verdict import SAYS
from hwlib.mathcheck.verdict import PASSING
from hwlib.publish.built import BuiltPage, built_pages
from hwlib.publish.fault import Fault

NAME = "report.json"
_RECORD = re.compile(r'<div class="hw-results" data-results="([^"]*)" hidden(?:="")?></div>')
_PLACEHOLDER = re.compile(
    r'(?P<open><div class="hw-report" data-part="(?P<part>[a-z]+)"[^>]*>).*?</div>', re.DOTALL
)
_FALSE = "false on purpose"  # how a reason begins where readers are shown a mistake
_KINDS = (
    ("Cannot be decided by the program", "The reason stands with each."),
    ("Wrong on purpose", "Mistakes to recognise; the text beside each says what is wrong."),
    (
        "In the descriptions of the code",
        "The formulas in the docstrings of hwlib: the tests compare the code with them.",
    ),
    ("Numbers in sentences", "Decimals outside of formulas; the reason stands with each."),
)
_WHY = (
    "that the program cannot decide",
    "wrong on purpose, to show a mistake",
    "in the descriptions of the code",
)
_OURS = ("anchor", "text", "block")  # members that the command's report does not have
_LOST = "its formulas were judged, but the engine lost what came of them (class hw-results)"


@dataclass(frozen=True)
class Judged:
    """A page with what was judged on it.

    Attributes:
        path: Of the built page, in the site.
        heading: Its first heading.
        results: In the order of the source.
    """

    path: str
    heading: str
    results: Sequence[Mapping[str, Any]]

    @property
    def claims(self) -> list[Mapping[str, Any]]:
        """What the page says is true; definitions and conditions say nothing."""
        return [result for result in self.results if result["kind"] == "claim"]

    @property
    def numbers(self) -> list[Mapping[str, Any]]:
        """The decimals in its sentences, which nobody checks."""
        return [result for result in self.results if result["kind"] == "prose"]


def write_report(site: Path) -> list[Fault]:
    """Take the results out of the pages; write the report where a page has room for it.

    Args:
        site: The folder that was built.

    Returns:
        A fault for each page whose formulas were judged but that lost what came of them: a report
        without them would pass for a whole one.
    """
    pages = built_pages(site)
    judged = [found for page in pages if (found := _take_out(page)) is not None]
    for room in (page for page in pages if _PLACEHOLDER.search(page.text)):
        _fill(room.file, room.path, judged)
        if 'data-part="claims"' in room.text:
            results = [_plain(result) for page in judged for result in page.results]
            text = json.dumps(results, indent=2, ensure_ascii=False) + "\n"
            room.file.with_name(NAME).write_text(text, encoding="utf-8", newline="")
    kept = {page.path for page in judged}
    lost = [page for page in pages if "data-verdict=" in page.text and page.path not in kept]
    return [Fault(page.path, 0, _LOST) for page in lost]


def _take_out(page: BuiltPage) -> Judged | None:
    """Return what a page carries, and leave the page without it; None if it carries nothing."""
    found = _RECORD.search(page.text)
    if found is None:
        return None
    text = _RECORD.sub("", page.text)
    page.file.write_text(text, encoding="utf-8", newline="")
    results = sorted(
        json.loads(unescape(found[1])), key=lambda one: (one["file"], one["line"], one["column"])
    )
    return Judged(page.path, page.heading, results)


def _plain(result: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in result.items() if name not in _OURS}


# ------------------------------------------------------------------------------------ the page


def _fill(file: Path, path: str, judged: Sequence[Judged]) -> None:
    """Write each part of the report in its place on a page."""
    claiming = [page for page in judged if page.claims]
    parts: Mapping[str, Callable[[], str]] = {
        "summary": lambda: _summary(claiming),
        "counts": lambda: _counts(claiming),
        "unchecked": lambda: _unchecked(judged, path),
        "claims": lambda: _claims(claiming, path),
    }

    def write(match: re.Match[str]) -> str:
        part = parts.get(match["part"])
        return f"{match['open']}\n{part()}\n</div>" if part else match[0]

    text = file.read_text(encoding="utf-8")
    file.write_text(_PLACEHOLDER.sub(write, text), encoding="utf-8", newline="")


def _summary(pages: Sequence[Judged]) -> str:
    """Return in two sentences how much of what was checked, and why the rest was not."""
    counted = _total(pages)
    tried = counted["checked"] + counted["sampled"] + counted["numeric"]
    unchecked = [c for page in pages for c in page.claims if c["verdict"] == "unchecked"]
    kinds = Counter(_kind(claim) for claim in unchecked)
    whys = [f"{kinds[kind]} {says}" for kind, says in enumerate(_WHY) if kinds[kind]]
    rest = f" {len(unchecked)} were not checked: {', '.join(whys)}." if whys else ""
    return (
        f"<p><strong>{_many(counted.total(), 'claim')}</strong> on {_many(len(pages), 'page')}: "
        f"{counted['proved']} proved by computer algebra, {tried} checked with numbers.{rest}</p>"
    )


def _counts(pages: Sequence[Judged]) -> str:
    """Return the numbers by verdict."""
    counted = _total(pages)
    rows = "\n".join(_row(SAYS[v][0], v, counted[v]) for v in PASSING if counted[v])
    return (
        f"{_summary(pages)}\n"
        '<table class="hw-grid">\n<thead><tr><th scope="col">mark</th><th scope="col">verdict</th>'
        '<th scope="col" class="hw-cell-number">claims</th></tr></thead>\n'
        f"<tbody>\n{rows}\n{_row('', 'all', counted.total())}\n</tbody>\n</table>\n"
        f'<p>For programs: <a href="{NAME}" download>the report as JSON</a>.</p>'
    )


def _row(mark: str, name: str, number: int) -> str:
    cells = f'<td>{mark}</td><th scope="row">{name}</th>'
    return f'<tr>{cells}<td class="hw-cell-number">{number}</td></tr>'


def _total(pages: Sequence[Judged]) -> Counter[str]:
    return Counter(claim["verdict"] for page in pages for claim in page.claims)


def _unchecked(pages: Sequence[Judged], here: str) -> str:
    """Return what was not checked, and why: first what a reader has to judge without help."""
    kinds: list[dict[tuple[str, str], list[str]]] = [defaultdict(list) for _ in _KINDS]
    for page in pages:
        for claim in (*page.claims, *page.numbers):
            if claim["verdict"] == "unchecked":
                group = kinds[_kind(claim)][page.heading, claim["reason"]]
                group.append(_link(claim, page, here))
    parts = [_group(*words, groups) for words, groups in zip(_KINDS, kinds, strict=True) if groups]
    return "\n".join(parts) or "<p>Everything was checked.</p>"


def _kind(claim: Mapping[str, Any]) -> int:
    """Return the place in `_KINDS` of an unchecked claim or number."""
    if claim["kind"] == "prose":
        return 3
    return 2 if claim["block"] else int(claim["reason"].startswith(_FALSE))


def _group(title: str, words: str, groups: Mapping[tuple[str, str], Sequence[str]]) -> str:
    """Return unchecked claims of one kind; what has one reason on one page stands together."""
    items = "\n".join(
        f"<li>{'<br>'.join(links)}<br>{escape(heading)}: {escape(reason)}</li>"
        for (heading, reason), links in groups.items()
    )
    number = sum(len(links) for links in groups.values())
    return f"<p><strong>{title} ({number}).</strong> {words}</p>\n<ul>\n{items}\n</ul>"


def _claims(pages: Sequence[Judged], here: str) -> str:
    """Return every claim, folded by page."""
    return "\n".join(_fold(page, here) for page in pages)


def _fold(page: Judged, here: str) -> str:
    counted = Counter(claim["verdict"] for claim in page.claims)
    items = "\n".join(
        f"<li>{_link(claim, page, here)}<br>{_how(claim)}</li>" for claim in page.claims
    )
    return (
        f'<details class="hw-fold"><summary>{escape(page.heading)}: {_list(counted)}</summary>\n'
        f"<ul>\n{items}\n</ul>\n</details>"
    )


def _link(claim: Mapping[str, Any], page: Judged, here: str) -> str:
    """Return a claim as a link to its formula."""
    folder = posixpath.relpath(posixpath.dirname(page.path) or ".", posixpath.dirname(here) or ".")
    address = "" if page.path == here else f"{folder}/"
    address += f"#{claim['anchor']}" if claim["anchor"] else ""
    return f'<a href="{address}">{escape(claim["text"], quote=False)}</a>'


def _how(claim: Mapping[str, Any]) -> str:
    verdict = claim["verdict"]
    words = [f"{SAYS[verdict][0]} {verdict}" if verdict in SAYS else verdict]
    words += [escape(claim["reason"], quote=False)] if claim["reason"] else []
    words += [f"computed by the block {claim['block']}"] if claim["block"] else []
    return ", ".join(words)


def _list(counted: Counter[str]) -> str:
    return ", ".join(f"{counted[verdict]} {verdict}" for verdict in PASSING if counted[verdict])


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'s' * (count != 1)}"
