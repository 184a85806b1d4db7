"""Tables of the page on how the site is built: how fast it is, beside goals and other programs.

Times differ from machine to machine and from day to day, so the page shows a record, `speed.json`,
written by

    ./scripts/bench

in which every comparison is of one run. A goal that was missed is said to be missed.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from hwlib.tables.table import Table, significant

RECORD = Path(__file__).with_name("speed.json")

ENGINES = {"mkdocs": "MkDocs", "zensical": "Zensical"}
STEPS = {
    "cold": "cold build (s)",
    "warm": "warm build (s)",
    "rebuild": "build after an edit (s)",
    "edit": "edit to served (s)",
}
_MEGA = 1000  # MB in a GB


class Goal(NamedTuple):
    """One goal with what came of it.

    Attributes:
        what: In words.
        found: What was measured, in `unit`.
        most: What it may be.
        unit: "s", "GB" or nothing for a ratio.
    """

    what: str
    found: float
    most: float
    unit: str = ""


def goals() -> Table:
    """Write every goal beside what was measured, and whether it is reached."""
    record = _record()
    rows = [
        [
            goal.what,
            _with_unit(significant(goal.found, 2), goal.unit),
            _with_unit(f"{goal.most:g}", goal.unit),
            "reached" if goal.found <= goal.most else "missed",
        ]
        for goal in _goals(record)
    ]
    return Table(
        head=["goal", "measured", "at most", "so the goal is"],
        rows=rows,
        caption=(
            "The goals of this project. A number without a unit is a ratio of two times of the "
            "same run."
        ),
    )


def site() -> Table:
    """Write what builds and previews of this site take, beside MkDocs without blocks and maths."""
    record = _record()
    figures = record["site"]["figures"]
    names = {
        "alone": "MkDocs alone, blocks and maths switched off",
        "plain": "MkDocs and markdown-exec as they come, maths left to the browser",
        "mkdocs": "this site with MkDocs",
        "zensical": "this site with Zensical",
    }
    rows = [
        [name, *(_seconds(figures[key][step]) for step in STEPS)] for key, name in names.items()
    ]
    bare = figures["bare"]
    return Table(
        head=["built by", *STEPS.values()],
        rows=rows,
        caption=(
            "The pages of this site; an edit changes one word. MkDocs by itself keeps nothing, so "
            "all its builds are one. "
            f"The bare computing, one thing after the other, takes {_seconds(sum(bare.values()))} "
            f"s: {_seconds(bare['blocks'])} s for the blocks, {_seconds(bare['formulas'])} s to "
            f"typeset the formulas, {_seconds(bare['claims'])} s to check them. "
            f"{_where(record['site'])}"
        ),
    )


def scale() -> Table:
    """Write what builds and previews take by the number of pages."""
    record = _record()
    rows = [
        [
            f"{size} pages, {ENGINES[engine]}",
            *(_seconds(built[step]) for step in STEPS),
            f"{built['megabytes']:.0f}",
        ]
        for engine, sizes in record["scale"]["figures"].items()
        for size, built in sizes.items()
    ]
    return Table(
        head=["site", *STEPS.values(), "memory (MB)"],
        rows=rows,
        caption=(
            "Sites of more pages, each the first 500 words of a task with a figure and a table of "
            "its own to compute, tagged, cited and proved like this one. Formulas recur from copy "
            "to copy, so their cost does not grow. Memory is that of all processes at the peak. "
            f"{_where(record['scale'])}"
        ),
    )


def peers() -> Table:
    """Write what other programs take for the same pages."""
    record = _record()
    rows = [
        [f"{size} pages, {ENGINES.get(name, name)}", _seconds(one["cold"]), _seconds(one["edit"])]
        for size, rows in record["peers"]["figures"].items()
        for name, one in rows.items()
    ]
    return Table(
        head=["site", STEPS["cold"], STEPS["edit"]],
        rows=rows,
        caption=(
            "The same pages, figures and tables built by this project with MkDocs and with "
            "Zensical, and by other programs, which neither typeset nor check the formulas. "
            f"{_where(record['peers'])}"
        ),
    )


# ------------------------------------------------------------------------------------------ goals


def _goals(record: Mapping[str, Any]) -> Iterator[Goal]:
    yield from _site_goals(record["site"]["figures"])
    yield from _scale_goals(record["scale"]["figures"])
    yield from _peer_goals(record["peers"]["figures"])
    check = record["check"]["figures"]
    yield Goal("checking all formulas of this site, cold", check["cold"], 3, "s")
    yield Goal("checking them again, nothing changed", check["warm"], 0.1, "s")


def _site_goals(figures: Mapping[str, Mapping[str, float]]) -> Iterator[Goal]:
    alone, ours = figures["alone"], figures["mkdocs"]
    allowed = 2 * alone["cold"] + sum(figures["bare"].values())
    yield Goal(
        "cold build, by twice MkDocs alone and the bare computing", ours["cold"] / allowed, 1
    )
    yield Goal("warm build, by MkDocs alone", ours["warm"] / alone["warm"], 1.2)
    yield Goal("build after an edit, by MkDocs alone", ours["rebuild"] / alone["warm"], 1.2)
    yield Goal("edit to served, by MkDocs alone", ours["edit"] / alone["edit"], 1.1)
    yield Goal("edit to served with Zensical", figures["zensical"]["edit"], 0.2, "s")


def _scale_goals(figures: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[Goal]:
    few, many, most = sorted(map(int, figures["mkdocs"]))[-3:]
    yield Goal(
        f"{most} pages: edit to served with Zensical", figures["zensical"][f"{most}"]["edit"], 2.5,
        "s",
    )  # fmt: skip
    for engine, name in ENGINES.items():
        sizes = figures[engine]
        memory = sizes[f"{most}"]["megabytes"] / _MEGA
        yield Goal(f"{most} pages: memory with {name}", memory, 1, "GB")
        low, middle, high = (sizes[f"{size}"]["cold"] for size in (few, many, most))
        growth = (high - middle) / (most - many) / ((middle - low) / (many - few))
        what = f"{most} pages: cold build with {name}, a page more by a page more at {many}"
        yield Goal(what, growth, 1.1)


def _peer_goals(figures: Mapping[str, Mapping[str, Mapping[str, float]]]) -> Iterator[Goal]:
    size = max(figures, key=int)
    rows = figures[size]
    others = [one for name, one in rows.items() if name not in ENGINES]
    for step, most in (("cold", 0.35), ("edit", 0.1)):
        best = min(one[step] for one in others)
        word = {"cold": "cold build", "edit": "edit to served"}[step]
        for engine, name in ENGINES.items():
            what = f"{size} pages: {word} with {name}, by the best other program"
            yield Goal(what, rows[engine][step] / best, most)


# ---------------------------------------------------------------------------------------- writing


def _record() -> dict[str, Any]:
    record: dict[str, Any] = json.loads(RECORD.read_text("utf-8"))
    return record


def _seconds(seconds: float) -> str:
    return significant(seconds, 2 if seconds < 100 else 3)


def _with_unit(number: str, unit: str) -> str:
    return f"{number} {unit}".strip()


def _where(part: Mapping[str, Any]) -> str:
    return f"Measured on {part['date']}, {part['machine']}, Python {part['python']}."
