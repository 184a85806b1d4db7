import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwlib.tables import table


def test_a_table_keeps_its_rows():
    assert table.Table(["a", "b"], [["1", "2"]], "Two.").rows[0][1] == "2"


@pytest.mark.parametrize(
    ("rows", "caption", "message"),
    [
        ([["1"]], "Two.", r"rows of 2 cells.*row 1 has 1: \['1'\]"),
        ([], "Two.", "at least one row"),
        ([["1", "2"]], " ", "needs a caption"),
    ],
)
def test_a_table_that_is_none_is_refused(rows, caption, message):
    with pytest.raises(ValueError, match=message):
        table.Table(["a", "b"], rows, caption)


@pytest.mark.parametrize(
    ("x", "decimals", "text"),
    [
        (0.5, 2, "0.50"),
        (-0.5, 2, "−0.50"),
        (-0.001, 2, "0.00"),
        (-0.0, 1, "0.0"),
        (1234.0, 0, "1234"),
    ],
)
def test_fixed(x, decimals, text):
    assert table.fixed(x, decimals) == text


@pytest.mark.parametrize(
    ("x", "digits", "text", "tex"),
    [
        (0.880797, 3, "0.881", "0.881"),
        (-12.34, 3, "−12.3", "-12.3"),
        (6.1e-6, 3, "6.10 × 10⁻⁶", r"6.10 \times 10^{-6}"),
        (-2e20, 1, "−2 × 10²⁰", r"-2 \times 10^{20}"),
        (0.00099996, 3, "0.00100", "0.00100"),
        (999999.9, 3, "1.00 × 10⁶", r"1.00 \times 10^{6}"),
        (0.0, 2, "0.0", "0.0"),
    ],
)
def test_significant(x, digits, text, tex):
    assert table.significant(x, digits) == text
    assert table.significant_tex(x, digits) == tex


def test_below_writes_a_bound_where_round_off_decides():
    assert table.below(8.5e-14, 1e-10) == table.below(1.2e-13, 1e-10) == "< 10⁻¹⁰"
    assert table.below(-3.21e-9, 1e-10) == "−3.2 × 10⁻⁹"


def test_power_of_ten():
    assert table.power_of_ten(1e-20) == "10⁻²⁰"
    with pytest.raises(ValueError, match=r"got 0\.2"):
        table.power_of_ten(0.2)


@pytest.mark.parametrize("x", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(x):
    with pytest.raises(ValueError, match="finite numbers"):
        table.fixed(x, 2)
    with pytest.raises(ValueError, match="finite numbers"):
        table.significant(x, 2)


def test_no_digit_is_refused():
    with pytest.raises(ValueError, match="at least one significant digit; got 0"):
        table.significant(1.0, 0)


@given(st.floats(-1e300, 1e300), st.integers(1, 9))
def test_significant_reads_back_to_its_digits(x, digits):
    text = table.significant(x, digits).replace("−", "-")
    mantissa, _, power = text.partition(" × 10")
    exponent = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    value = float(f"{mantissa}e{exponent or 0}")
    assert abs(value - x) <= 0.5000001 * 10.0 ** (1 - digits) * max(abs(x), 5e-324) or value == x
