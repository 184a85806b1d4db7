"""What a table is, and how numbers are written in tables and captions.

Numbers are written to the digits that are asked for, so that the last bit of a processor's own
`exp` never shows; what lies at round-off level is written as a bound (`below`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Table:
    """Rows of text under a head.

    Attributes:
        head: One text a column.
        rows: Each as long as the head; the first cell names its row.
        caption: What the table shows and what it means.

    In all of them `$…$` is TeX.

    Raises:
        ValueError: If there is no row, a row is not as long as the head, or the caption is empty.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str

    def __post_init__(self) -> None:
        if not self.caption.strip():
            raise ValueError("Table needs a caption; got an empty one. Say what it shows.")
        if not self.rows:
            raise ValueError("Table needs at least one row; got none.")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.head):
                raise ValueError(
                    f"Table needs rows of {len(self.head)} cells, as many as its head; "
                    f"row {number} has {len(row)}: {list(row)}."
                )


def fixed(x: float, decimals: int) -> str:
    """Write a number with a fixed count of decimals: `fixed(-0.5, 2)` is `−0.50`."""
    return _signed(f"{_finite(x):.{decimals}f}")


def significant(x: float, digits: int) -> str:
    """Write a number with so many significant digits: `0.881`, `−12.3`, `6.10 × 10⁻⁶`.

    From 0.0001 to under a million in plain digits, else as a power of ten.
    """
    mantissa, exponent = _scientific(x, digits)
    if x == 0 or -4 <= exponent < 6:
        return _signed(f"{x:.{max(digits - 1 - exponent, 0)}f}")
    return f"{mantissa} × 10{str(exponent).translate(_RAISED)}"


def significant_tex(x: float, digits: int) -> str:
    r"""Write a number as `significant` does, as TeX to stand in `$…$`: `6.10 \times 10^{-6}`."""
    mantissa, exponent = _scientific(x, digits)
    if x == 0 or -4 <= exponent < 6:
        return significant(x, digits).replace(MINUS, "-")
    return rf"{mantissa.replace(MINUS, '-')} \times 10^{{{exponent}}}"


def power_of_ten(x: float) -> str:
    """Write a whole power of ten: `power_of_ten(1e-20)` is `10⁻²⁰`."""
    exponent = round(math.log10(_finite(x)))
    if not math.isclose(x, float(f"1e{exponent}")):
        raise ValueError(f"power_of_ten needs 1, 10, 0.1, …; got {x!r}. Use significant.")
    return f"10{str(exponent).translate(_RAISED)}"


def below(x: float, bound: float, digits: int = 2) -> str:
    """Write a number, or only that it is under a bound where round-off decides its digits.

    Args:
        x: Any finite number; its size is compared.
        bound: A whole power of ten.
        digits: Significant digits of a number that is not under the bound.
    """
    if abs(_finite(x)) < bound:
        return f"< {power_of_ten(bound)}"
    return significant(x, digits)


def _scientific(x: float, digits: int) -> tuple[str, int]:
    if digits < 1:
        raise ValueError(f"A number needs at least one significant digit; got {digits}.")
    mantissa, exponent = f"{_finite(x):.{digits - 1}e}".split("e")
    return _signed(mantissa), int(exponent)


def _signed(text: str) -> str:
    """Give the minus its own sign, and none to a zero."""
    if not text.strip("-0."):
        return text.lstrip("-")
    return text.replace("-", MINUS)


def _finite(x: float) -> float:
    if not math.isfinite(x):
        raise ValueError(
            f"A table needs finite numbers; got {x}. Write in words why there is none."
        )
    return x
