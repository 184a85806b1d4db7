"""What git knows of the sources: which commit they are, and when each page was last changed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FALLBACK_DATE = 315532800  # 1980-01-01, the oldest date that every archive format can hold
SOURCES = ("docs", "hwlib", "mkdocs.yml", "package-lock.json", "requirements")


@dataclass(frozen=True)
class History:
    """Where the sources stand.

    Attributes:
        commit: The commit's 40 hex digits; empty outside git.
        changed: Whether files that the site is made of differ from that commit.
        latest: The site's date: a Unix time.
        pages: The dates of pages by their path in docs/, where they are known.
        dated: Where the dates come from, as a build says it.
    """

    commit: str
    changed: bool
    latest: int
    pages: Mapping[str, int]
    dated: str

    def date(self, page: str) -> int:
        """Return the time at which `page` was last changed, or the site's where that is unknown."""
        return self.pages.get(page, self.latest)


def history(root: Path) -> History:
    """Return what git knows of the project whose top is `root`.

    Dates are the reader's own `SOURCE_DATE_EPOCH` (a Unix time), else those of the last commits,
    else one fixed date; never the clock's, or no two builds were the same.
    """
    commit, committed = [*_git(root, "log", "-1", "--format=%H %ct").split(), "", ""][:2]
    changed = bool(commit and _git(root, "status", "--porcelain", "--", *SOURCES))
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return History(commit, changed, int(given), {}, "SOURCE_DATE_EPOCH")
    if not commit:
        return History("", False, FALLBACK_DATE, {}, "none (no git history here)")
    dated = "the last commit"
    if _git(root, "rev-parse", "--is-shallow-repository") == "true":
        dated += " (the history is cut off: pages older than that are dated by where it begins)"
    return History(commit, changed, int(committed), _page_dates(root), dated)


def _page_dates(root: Path) -> dict[str, int]:
    """Return the time of the last commit that touched each page."""
    said = _git(root, "-c", "core.quotePath=off", "log", "--format=%x00%ct", "--name-only",
                "--relative=docs", "--", "docs")  # fmt: skip
    dates: dict[str, int] = {}
    for commit in said.split("\0")[1:]:
        time, *names = commit.split("\n")
        for name in filter(None, names):
            dates.setdefault(name, int(time))
    return dates


def _git(root: Path, *words: str) -> str:
    """Return what git says; "" if there is no git, or `root` is not the top of a repository."""
    if not (root / ".git").exists():
        return ""
    command = ["git", "--no-optional-locks", "-C", str(root), *words]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
