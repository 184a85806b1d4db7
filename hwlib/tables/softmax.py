"""Tables of Task 4: softmax over two classes step by step, checked, and at its limits."""

import numpy as np

from hwlib import reference
from hwlib._inputs import Array
from hwlib.activations import sigmoid, softmax, softmax_jacobian
from hwlib.differences import central_gradient, complex_step_gradient, relative_error
from hwlib.tables.table import Table, below, fixed, significant

EXAMPLE = (2.0, 0.5)


def worked_example() -> Table:
    """Compute P(y=1) at the example's scores by the definition, the sigmoid and a shift."""
    z1, z2 = EXAMPLE
    d, top = z1 - z2, max(z1, z2)
    first, second = np.exp(z1), np.exp(z2)
    p1, p2 = softmax(EXAMPLE)
    by_definition = [
        ["$e^{z_1}$", fixed(first, 4)],
        ["$e^{z_2}$", fixed(second, 4)],
        ["$e^{z_1} + e^{z_2}$", fixed(first + second, 4)],
        [r"$P(y=1)$, their quotient", fixed(first / (first + second), 4)],
    ]
    by_sigmoid = [
        ["$z_1 - z_2$", fixed(d, 4)],
        ["$e^{-(z_1 - z_2)}$", fixed(np.exp(-d), 4)],
        ["$1 + e^{-(z_1 - z_2)}$", fixed(1.0 + np.exp(-d), 4)],
        [r"$\sigma(z_1 - z_2)$, its reciprocal", fixed(float(sigmoid(d)), 4)],
    ]
    by_shift = [
        ["$e^{z_1 - m}$", fixed(np.exp(z1 - top), 4)],
        ["$e^{z_2 - m}$", fixed(np.exp(z2 - top), 4)],
        ["$e^{z_1 - m} + e^{z_2 - m}$", fixed(np.exp(z1 - top) + np.exp(z2 - top), 4)],
        [r"$P(y=1)$, the stable way", fixed(p1, 4)],
    ]
    after = [["$P(y=2)$", fixed(p2, 4)], ["$P(y=1) P(y=2)$, the slope", fixed(p1 * p2, 4)]]
    return Table(
        ["Step", "Value"],
        by_definition + by_sigmoid + by_shift + after,
        caption=(
            "Three ways to one probability: by the definition, by the sigmoid of the difference, "
            "and shifted by the larger score $m$. The last two rows are the other probability and "
            "the size of all four entries of the Jacobian."
        ),
    )


def overflow_cases() -> Table:
    """Compute softmax of pairs with difference 1 by the textbook formula and by the shifted one."""
    levels = np.array([0.0, 700.0, 709.0, 1000.0, -730.0, -740.0, -743.0, -746.0, -750.0])
    with np.errstate(invalid="ignore"):
        first, second = reference.exp(levels + 1.0), reference.exp(levels)
        textbook = first / (first + second)
    shifted = softmax(np.stack([levels + 1.0, levels], axis=-1))[:, 0]
    return Table(
        ["$z_1$", "$z_2$", "Textbook", "Shifted"],
        [
            [fixed(c + 1.0, 0), fixed(c, 0), _number_or_words(by_book), fixed(safe, 8)]
            for c, by_book, safe in zip(levels, textbook, shifted, strict=True)
        ],
        caption=(
            "$P(y=1)$ for scores that differ by one, so that every row should show the same "
            "number. The textbook formula gives no number where the exponentials overflow or "
            "vanish, and wrong digits where they are subnormal."
        ),
    )


def _number_or_words(value: float) -> str:
    return fixed(value, 8) if np.isfinite(value) else "not a number"


def identity_check() -> Table:
    """Compare softmax on the vector with the sigmoid of the difference, over many kinds of pair."""
    pairs = [(2.0, 0.5), (0.3, 0.3), (-1.0, 3.0), (-7.5, -9.0), (20.0, -20.0), (0.0, 40.0)]
    pairs += [(1000.0, 999.0), (-800.0, -798.0)]
    rows, errors = [], []
    for z1, z2 in pairs:
        left, right = float(softmax([z1, z2])[0]), float(sigmoid(z1 - z2))
        scores = [significant(z1, _digits(z1)), significant(z2, _digits(z2))]
        rows.append([*scores, significant(left, 6), significant(right, 6)])
        errors.append(abs(left - right) / right)
    head = ["$z_1$", "$z_2$", r"$\operatorname{softmax}(\mathbf z)_1$", r"$\sigma(z_1 - z_2)$"]
    return Table(
        head,
        rows,
        caption=(
            "Softmax of the vector beside the sigmoid of the difference. No pair but one has a "
            "score of zero, and for all of them the relative difference of the two is "
            f"{below(max(errors), 1e-14)}."
        ),
    )


def _digits(x: float) -> int:
    """How many significant digits a score of the check needs."""
    return len(f"{abs(x):g}".replace(".", "").lstrip("0")) or 1


def jacobian_check() -> Table:
    """Compare the Jacobian at the example's scores with two numerical ones."""
    exact = softmax_jacobian(EXAMPLE)
    central = central_gradient(softmax, EXAMPLE)
    complex_ = complex_step_gradient(softmax, EXAMPLE)
    rows = [
        [_entry(i, k), *(fixed(matrix[i, k], 6) for matrix in (exact, central, complex_))]
        for i in range(2)
        for k in range(2)
    ]
    return Table(
        ["Entry", "Formula", "Central", "Complex step"],
        [*rows, ["Relative error", "", _error(central, exact), _error(complex_, exact)]],
        caption=(
            "The four entries of the Jacobian at the scores of the worked example. Equal sizes, "
            "two signs, and each row and each column adds up to zero."
        ),
    )


def _entry(i: int, k: int) -> str:
    return rf"$\partial p_{i + 1} / \partial z_{k + 1}$"


def _error(numerical: Array, exact: Array) -> str:
    error = relative_error(numerical, exact)
    return below(error, 1e-14 if error < 1e-14 else 1e-9)
