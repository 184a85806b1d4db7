import json

import pytest

from hwlib import reference
from hwlib.tables import accuracy


def test_every_function_with_a_promise_is_on_the_record() -> None:
    record = json.loads(accuracy.RECORD.read_text("utf-8"))
    assert list(record["functions"]) == list(reference.ULP_BOUNDS)
    assert [row[0] for row in accuracy.measured().rows] == list(reference.ULP_BOUNDS)


def test_what_is_found_on_this_machine_is_promised_and_near_the_record() -> None:
    record = json.loads(accuracy.RECORD.read_text("utf-8"))["functions"]
    for found in reference.worst_ulp_errors():
        assert found.ulps <= reference.ULP_BOUNDS[found.name]
        assert found.ulps == pytest.approx(record[found.name]["ulps"], abs=2.0)
        assert found.points == record[found.name]["points"]
