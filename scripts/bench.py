"""Measure builds, previews and the check; keep what came out for docs/built.md.

Every comparison is made in one run, the rivals in turn, and what is told is the median: a machine
that is busy with something else slows all of them alike. The record goes to
hwlib/tables/speed.json, from which the pages show it. `mutants` tries the check with every small
change of every claim (see tests/mutation) and is run only when it is asked for.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.check import check
from benchmarks.peers import peers
from benchmarks.project import ROOT, Failure
from benchmarks.scale import scale
from benchmarks.site import site

RECORD = ROOT / "hwlib" / "tables" / "speed.json"
PARTS: Mapping[str, Callable[[Path, int], Mapping[str, object]]] = {
    "check": check, "site": site, "peers": peers, "scale": scale,
}  # fmt: skip


def main() -> int:
    """Run the command line; exit code 0, or 1 when something measured did not work."""
    parser = argparse.ArgumentParser(prog="bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "what",
        nargs="*",
        choices=[*PARTS, "mutants", []],
        metavar="PART",
        help=f"{', '.join(PARTS)}, mutants (default: all but mutants)",
    )
    parser.add_argument("--times", type=int, default=3, help="how often each is measured (3)")
    options = parser.parse_args()
    if "mutants" in options.what:
        tried = [sys.executable, "-m", "tests.mutation.run", "--record"]
        return subprocess.run(tried, cwd=ROOT, check=False).returncode
    try:
        for name in options.what or PARTS:
            with tempfile.TemporaryDirectory(prefix="bench-") as folder:
                keep(name, PARTS[name](Path(folder), options.times))
    except (Failure, subprocess.CalledProcessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(f"{RECORD.relative_to(ROOT)} is new; docs/built.md shows it: python -m hwlib tag")
    return 0


def keep(name: str, figures: Mapping[str, object]) -> None:
    """Write the figures of one part into the record, with machine and date."""
    record = json.loads(RECORD.read_text("utf-8")) if RECORD.is_file() else {}
    record[name] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "figures": figures,
    }
    RECORD.write_text(json.dumps(record, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
