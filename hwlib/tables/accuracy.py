"""Table of the API page: how accurate the functions of `hwlib.activations` are.

The last digit of NumPy's own exp differs from processor to processor, and so do measured errors;
the page must not. The measurement is therefore a record, `accuracy.json`, written by

    python -m hwlib.tables.accuracy

and the tests measure again on every machine: no error above the promised bound, none far from the
record.
"""

import json
import math
import platform
from pathlib import Path
from typing import Any

import numpy as np

from hwlib import reference
from hwlib.tables.table import Table, fixed

RECORD = Path(__file__).with_name("accuracy.json")


def measured() -> Table:
    """Write the largest error that was found of each function, beside the promised bound."""
    record = json.loads(RECORD.read_text("utf-8"))
    rows = [
        [name, fixed(found["ulps"], 1), f"{reference.ULP_BOUNDS[name]:.0f}"]
        for name, found in record["functions"].items()
    ]
    points = sum(found["points"] for found in record["functions"].values())
    return Table(
        head=["function", "largest error found (ulp)", "promised (ulp)"],
        rows=rows,
        caption=(
            f"Errors against values of {reference.DIGITS} digits at {points} points, from one end "
            f"of float64 to the other. Measured with NumPy {record['numpy']} on "
            f"{record['machine']}; on another processor the last digit of the exponential can "
            "differ, and with it the first column, but not the promise."
        ),
    )


def measure() -> dict[str, Any]:
    """Measure all functions; errors rounded up to a tenth of an ulp."""
    functions = {
        found.name: {"ulps": math.ceil(10 * found.ulps) / 10, "points": found.points}
        for found in reference.worst_ulp_errors()
    }
    return {"numpy": np.__version__, "machine": platform.machine(), "functions": functions}


if __name__ == "__main__":
    RECORD.write_text(json.dumps(measure(), indent=2) + "\n", "utf-8")
