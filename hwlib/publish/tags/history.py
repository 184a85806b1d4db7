"""The registry as it was last published: what git has of it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hwlib.publish.tags.registry import FILE, Registry, read

VARIABLE = "HWLIB_PUBLISHED"
_REFS = ("origin/HEAD", "origin/main", "HEAD")


@dataclass(frozen=True)
class Published:
    """The registry of a commit.

    Attributes:
        ref: What the commit is called; empty where there is no history.
        registry: What it held then; empty where it had none.
    """

    ref: str
    registry: Registry


def last_published(root: Path, ref: str = "") -> Published:
    """Read the registry that readers may rely on.

    Args:
        root: The project's folder.
        ref: A commit; else the one that `HWLIB_PUBLISHED` names, else the published branch as it
            was last fetched, else, where nothing was ever fetched, the last commit.

    Raises:
        ValueError: If a commit was named and git does not know it.
    """
    named = ref or os.environ.get(VARIABLE, "")
    for one in [named] if named else _REFS:
        if _git(root, "rev-parse", "--verify", "--quiet", f"{one}^{{commit}}") is not None:
            return Published(one, read(_git(root, "show", f"{one}:./{FILE}") or ""))
    if named:
        raise ValueError(f"git knows no commit {named}; fetch it, or name another one")
    return Published("", read(""))


def _git(root: Path, *words: str) -> str | None:
    if not (root / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *words], capture_output=True, encoding="utf-8", check=False
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
