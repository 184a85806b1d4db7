"""The equation check of this site: cold, warm, and after one formula was added."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks.project import copied, forget, run

__all__ = ["check"]

EDITED = "docs/hw1-part2/task-3.md"


def check(folder: Path, times: int) -> dict[str, object]:
    """Measure `python -m hwlib check` in a copy of this project."""
    project = copied(folder / "check")
    command = ("-m", "hwlib", "check")
    cold, warm, after = [], [], []
    for number in range(times):
        forget(project)
        cold.append(run(project, *command).seconds)
        warm.append(run(project, *command).seconds)
        with (project / EDITED).open("a", encoding="utf-8") as page:
            page.write(f"\n\nOne more: ${number + 2} + 1 = {number + 3}$.\n")
        after.append(run(project, *command).seconds)
    runs = {"cold": cold, "warm": warm, "edit": after}
    return {name: round(median(seconds), 2) for name, seconds in runs.items()}
