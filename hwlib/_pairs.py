"""Error-free transformations: what rounding took away, as a second float.

Source:
    Ogita, Rump & Oishi (2005), "Accurate sum and dot product", doi:10.1137/030601818
    (algorithms of Knuth, Veltkamp and Dekker).
"""

from hwlib._inputs import Array

_SPLITTER = 2.0**27 + 1.0


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """The rounded sum s and the error e with s + e = a + b exactly (real or complex)."""
    total = a + b
    b_seen = total - a
    return total, (a - (total - b_seen)) + (b - b_seen)


def two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """The rounded product p and the error e with p + e = a b exactly.

    Real only; exact while neither the factors pass 2**996 nor the error falls below 2**-1022.
    """
    product = a * b
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    return product, error


def _split(a: Array) -> tuple[Array, Array]:
    """Two halves of at most 26 significant bits each, whose products are exact."""
    shifted = _SPLITTER * a
    high = shifted - (shifted - a)
    return high, a - high
