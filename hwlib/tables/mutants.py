"""Table of the page on the checks: what became of wrong formulas that were made on purpose.

All of them take minutes, so the page shows a record, `mutants.json`, written by

    python -m tests.mutation.run --record

and the tests try some of them again every time.
"""

import json
from pathlib import Path

from hwlib.tables.table import Table

RECORD = Path(__file__).with_name("mutants.json")


def counted() -> Table:
    """Write how many changed formulas were refused and passed, of the site and of the corpus."""
    record = json.loads(RECORD.read_text("utf-8"))
    site, corpus = record["site"], record["corpus"]
    kinds = [name for name in site if name not in ("every", "formulas", "mutants")]
    rows = [[kind, str(site[kind]), str(corpus[kind])] for kind in kinds]
    rows.append(["all", str(site["mutants"]), str(corpus["mutants"])])
    return Table(
        head=["the changed formula", "site", "tests"],
        rows=rows,
        caption=(
            f"{_share(site['every'])} of {site['formulas']} formulas of this site, and "
            f"{_share(corpus['every']).lower()} of {corpus['formulas']} of the tests, judged by "
            "the checker and by the arbiter."
        ),
    )


def _share(every: int) -> str:
    return "Every small change" if every == 1 else f"One in {every} of all small changes"
