"""This site's own builds and previews, beside MkDocs without what makes them dear."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks.build import Built, measured
from benchmarks.preview import edited
from benchmarks.project import copied, environment, run

__all__ = ["alone", "plain", "site"]

PAGE = "hw1-part2/task-3"
BARE = Path(__file__).with_name("bare.py")


def site(folder: Path, times: int) -> dict[str, object]:
    """Measure this site with two engines, its rivals, and the bare computing."""
    project = copied(folder / "site")
    run(project, "-m", "hwlib", "tag")  # a page shows the record, which may be new by now
    config = (project / "mkdocs.yml").read_text("utf-8")
    (project / "alone.yml").write_text(alone(config), "utf-8")
    (project / "plain.yml").write_text(plain(config), "utf-8")
    return {
        "alone": _rival(project, "alone.yml", times).figures(),
        "plain": _rival(project, "plain.yml", times).figures(),
        "mkdocs": measured(project, "mkdocs", PAGE, times).figures(),
        "zensical": measured(project, "zensical", PAGE, times).figures(),
        "bare": _bare(project),
    }


def alone(config: str) -> str:
    """Return the site's configuration without blocks and maths."""
    head, _, extensions = config.partition("  - pymdownx.arithmatex:")
    rest = extensions.partition("  - pymdownx.details")[2].partition("      custom_fences:")[0]
    return _by_itself(f"{head}  - pymdownx.details{rest}").replace(
        "  - pymdownx.superfences:\n", "  - pymdownx.superfences\n"
    )


def plain(config: str) -> str:
    """Return it with markdown-exec as it comes and maths left to the reader's browser."""
    return (
        _by_itself(config)
        .replace("name:hwlib.fences.", "name:markdown_exec.")
        .replace("  - hwlib.extension\n", "")
    )


def _by_itself(config: str) -> str:
    """A rival has none of our hooks; links to what it does not make would stop a strict build."""
    return config.replace("hooks:\n  - hwlib/hooks.py\n", "").replace(
        "strict: true", "strict: false"
    )


def _rival(project: Path, config: str, times: int) -> Built:
    """Measure MkDocs by itself; it keeps nothing, so all its builds are one."""
    build = ("-m", "mkdocs", "build", "-q", "-f", config, "-d", "rival")
    runs = [run(project, *build) for _ in range(times)]
    serve = ["mkdocs", "serve", "-f", config, "--dev-addr", "127.0.0.1:{port}"]
    served = edited(project, serve, PAGE, times)
    seconds = median(one.seconds for one in runs)
    most = max(served.megabytes, *(one.megabytes for one in runs))
    return Built(seconds, seconds, seconds, served.seconds, most)


def _bare(project: Path) -> dict[str, float]:
    """Return the seconds of the computing alone, by kind, one after the other on one core."""
    told = subprocess.run(
        [sys.executable, BARE, project / "docs"],
        cwd=project,
        env=environment(project),
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: round(seconds, 2) for name, seconds in json.loads(told.stdout).items()}
