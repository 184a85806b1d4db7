"""Measure and keep: `site` is this site's builds and previews, `check` its equation check.

`mutants` tries the check with every small change of every claim (see tests/mutation).

Every comparison is made in one run, the rivals in turn, and what is told is the median: a machine
that is busy with something else slows all of them alike. The record goes to
hwlib/tables/speed.json, from which docs/built.md shows it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "hwlib" / "tables" / "speed.json"
TAKEN = (
    "docs", "hwlib", "requirements", "mkdocs.yml", "package.json", "pyproject.toml", "CITATION.cff",
)  # fmt: skip
EDITED = "docs/hw1-part2/task-3.md"
SHOWN = "hw1-part2/task-3/"
PATIENCE = 600  # seconds


def main() -> int:
    """Run the command line; exit code 0, or 1 when something measured did not work."""
    parser = argparse.ArgumentParser(prog="bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", choices=["site", "check", "mutants"])
    parser.add_argument("--times", type=int, default=3, help="how often each is measured (3)")
    options = parser.parse_args()
    if options.what == "mutants":
        tried = [sys.executable, "-m", "tests.mutation.run", "--record"]
        return subprocess.run(tried, cwd=ROOT, check=False).returncode
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        project = copy(Path(folder) / "project")
        try:
            rows = {"site": site, "check": check}[options.what](project, options.times)
        except RuntimeError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
    write(options.what, rows, options.times)
    return 0


def copy(project: Path) -> Path:
    """Copy what a build reads; what is measured here leaves the checkout alone."""
    project.mkdir()
    for name in TAKEN:
        place = ROOT / name
        if place.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(place, project / name, ignore=ignored)
        else:
            shutil.copy(place, project)
    (project / "node_modules").symlink_to(ROOT / "node_modules")
    (project / "alone.yml").write_text(alone((project / "mkdocs.yml").read_text("utf-8")), "utf-8")
    return project


def alone(config: str) -> str:
    """Return the site's configuration without blocks and maths."""
    head, _, extensions = config.partition("  - pymdownx.arithmatex:")
    rest = extensions.partition("  - pymdownx.details")[2].partition("      custom_fences:")[0]
    return f"{head}  - pymdownx.details{rest}".replace("strict: true", "strict: false").replace(
        "  - pymdownx.superfences:\n", "  - pymdownx.superfences\n"
    )


def timed(project: Path, *command: str, **variables: str) -> float:
    """Run `python -m …` in the project and return its seconds.

    Raises:
        RuntimeError: If it fails.
    """
    environment = {**os.environ, "PYTHONPATH": str(project), "NO_MKDOCS_2_WARNING": "1"}
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - start
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr}")
    print(f"  {' '.join(command)}: {seconds:.2f} s", flush=True)
    return seconds


def site(project: Path, times: int) -> dict[str, float]:
    """Measure cold and warm builds and edit -> served, beside MkDocs alone."""
    build = ("hwlib", "build", "--to", "built")
    mkdocs = ("mkdocs", "build", "-q", "-f", "alone.yml", "-d", "alone")
    cold = timed(project, *build)
    runs = [(timed(project, *mkdocs), timed(project, *build)) for _ in range(times)]
    without = ["mkdocs", "serve", "-f", "alone.yml", "--dev-addr", "127.0.0.1:{port}"]
    plain = edited(project, without, times)
    whole = edited(project, ["hwlib", "serve", "--port", "{port}"], times)
    return {
        "MkDocs alone: build": median(one for one, _ in runs),
        "cold build": cold,
        "warm build": median(other for _, other in runs),
        "MkDocs alone: edit to served": plain,
        "edit to served": whole,
    }


def check(project: Path, times: int) -> dict[str, float]:
    """Measure the equation check: cold, warm, and after an edit to one formula's page."""
    cold = timed(project, "hwlib", "check")
    warm = [timed(project, "hwlib", "check") for _ in range(times)]
    after = []
    for number in range(times):
        with (project / EDITED).open("a", encoding="utf-8") as page:
            page.write(f"\n\nOne more: ${number + 2} + 1 = {number + 3}$.\n")
        after.append(timed(project, "hwlib", "check"))
    return {"cold check": cold, "warm check": median(warm), "check after an edit": median(after)}


def edited(project: Path, command: list[str], times: int) -> float:
    """Return the median time from a saved edit until a preview serves it."""
    with serving(project, command) as address:
        return median(until_served(project, address, number) for number in range(times))


def until_served(project: Path, address: str, number: int) -> float:
    """Edit one word of a page; return the seconds until the server gives the new page."""
    page = project / EDITED
    word = f"benchword{number}n{time.monotonic_ns()}"
    before = page.read_text("utf-8")
    time.sleep(1)
    page.write_text(f"{before}\n{word}\n", "utf-8")
    start = time.monotonic()
    while word not in fetched(address + SHOWN):
        if time.monotonic() - start > PATIENCE:
            raise RuntimeError(f"the edit of {EDITED} was not served in {PATIENCE} s")
        time.sleep(0.01)
    seconds = time.monotonic() - start
    page.write_text(before, "utf-8")
    while word in fetched(address + SHOWN):
        time.sleep(0.05)
    print(f"  edit to served: {seconds:.2f} s", flush=True)
    return seconds


def fetched(address: str) -> str:
    """Return a page, or nothing as long as there is none."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return str(answer.read().decode("utf-8"))
    except OSError:
        return ""


@contextlib.contextmanager
def serving(project: Path, command: list[str]) -> Iterator[str]:
    """Run a preview; give its address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", *(word.format(port=port) for word in command)],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project), "NO_MKDOCS_2_WARNING": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}/"
    start = time.monotonic()
    try:
        while not fetched(address + SHOWN):
            if process.poll() is not None or time.monotonic() - start > PATIENCE:
                raise RuntimeError(f"{' '.join(command)} did not serve {SHOWN}")
            time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def write(what: str, rows: dict[str, float], times: int) -> None:
    """Keep the figures of one subcommand with machine and date, and print them."""
    record = json.loads(RECORD.read_text("utf-8")) if RECORD.is_file() else {}
    record[what] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "times": times,
        "seconds": {name: round(seconds, 2) for name, seconds in rows.items()},
    }
    RECORD.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    for name, seconds in rows.items():
        print(f"{name:32}{seconds:9.2f} s")


if __name__ == "__main__":
    sys.exit(main())
