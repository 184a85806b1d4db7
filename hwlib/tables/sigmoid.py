"""Tables of Task 3: an example in steps, gradients over layers, extreme scores, a slope check."""

from collections.abc import Sequence

import numpy as np

from hwlib import reference
from hwlib._inputs import Array
from hwlib.activations import sigmoid as sigmoid_of
from hwlib.activations import sigmoid_slope
from hwlib.differences import central_difference, complex_step, relative_error
from hwlib.tables.table import Table, below, fixed, significant


def worked_example(x: float = 2.0) -> Table:
    """Compute value and slope at one score, the slope in three ways."""
    up = float(np.exp(-x))
    value, slope = float(sigmoid_of(x)), float(sigmoid_slope(x))
    steps: list[tuple[str, float]] = [
        ("$e^{-x}$", up),
        ("$1 + e^{-x}$", 1.0 + up),
        (r"$\sigma(x)$, its reciprocal", value),
        (r"$1 - \sigma(x)$", 1.0 - value),
        (r"$\sigma(x)(1 - \sigma(x))$, the slope", slope),
        ("$(1 + e^{-x})^2$", (1.0 + up) ** 2),
        ("$e^{-x}/(1 + e^{-x})^2$, the slope again", up / (1.0 + up) ** 2),
        (r"$\sigma(x)\,\sigma(-x)$, and again", value * float(sigmoid_of(-x))),
        (r"$1 - 2\sigma(x)$", 1.0 - 2.0 * value),
        (r"$\sigma'(x)(1 - 2\sigma(x))$, the second derivative", slope * (1.0 - 2.0 * value)),
    ]
    return Table(
        ["Step", "Value"],
        [[name, fixed(number, 4)] for name, number in steps],
        caption=(
            f"The sigmoid, its slope and its second derivative at the score ${x:g}$. Three ways "
            "to the slope give one number."
        ),
    )


def gradient_over_layers(scores: Sequence[float] = (0.0, 4.0)) -> Table:
    """Raise the slope at some scores to the power of the number of layers."""
    slopes = [float(sigmoid_slope(score)) for score in scores]
    head = ["Layers", *(f"score ${score:g}$" for score in scores)]
    rows = [
        [str(layers), *(significant(slope**layers, 3) for slope in slopes)]
        for layers in (1, 2, 3, 5, 10, 20, 50)
    ]
    return Table(
        head,
        rows,
        caption=(
            "The gradient that is left after so many layers of sigmoids, if all weights are one "
            "and all units have the same score. The column of score $0$ is the best case."
        ),
    )


def extreme_values() -> Table:
    """Compute the sigmoid far out by two textbook formulas and by the stable form."""
    x = np.array([-1000.0, -745.0, -720.0, -700.0, -40.0, 700.0, 720.0])
    with np.errstate(invalid="ignore"):
        up, down = reference.exp(x), reference.exp(-x)
        columns = [1.0 / (1.0 + down), up / (up + 1.0), sigmoid_of(x)]
    return Table(
        ["$x$", r"$\frac{1}{1+e^{-x}}$", r"$\frac{e^{x}}{e^{x}+1}$", "stable"],
        _rows(x, columns),
        caption=(
            r"The value $\sigma(x)$ by three formulas. NaN is the computer's word for not a "
            "number. In the first row zero is right: the true "
            f"value, near $10^{{{int(1000 / np.log(0.1))}}}$, is below every float64."
        ),
    )


def extreme_slopes() -> Table:
    """Compute the slope far out by two textbook formulas and by the stable form."""
    x = np.array([-720.0, -400.0, -40.0, 40.0, 400.0, 720.0])
    with np.errstate(invalid="ignore", over="ignore"):
        down = reference.exp(-x)
        value = 1.0 / (1.0 + down)
        columns = [value * (1.0 - value), down / (1.0 + down) ** 2, sigmoid_slope(x)]
    return Table(
        ["$x$", "product", "quotient", "stable"],
        _rows(x, columns),
        caption=(
            r"The slope as the product $\sigma(x)(1-\sigma(x))$, as the quotient "
            r"$\frac{e^{-x}}{(1+e^{-x})^2}$, and by the stable form. It is the same for opposite "
            "scores, but only in the last column. NaN: not a number."
        ),
    )


def _rows(x: Array, columns: Sequence[Array]) -> list[list[str]]:
    return [
        [fixed(score, 0), *(_digits(value) for value in values)]
        for score, *values in zip(x.tolist(), *(c.tolist() for c in columns), strict=True)
    ]


def _digits(value: float) -> str:
    """One digit: only the size matters, and the table stays narrow."""
    return "NaN" if np.isnan(value) else significant(value, 1)


def slope_check(step: float = 2.0**-10) -> Table:
    """Compare the slope with a central difference and a complex step at several scores."""
    scores = (-4.0, -2.0, 0.0, 0.5, 3.0, 6.0)
    rows = []
    for x in scores:
        slope = float(sigmoid_slope(x))
        difference = relative_error(central_difference(sigmoid_of, x, step=step), slope)
        predicted = step**2 / 6.0 * abs(1.0 - 6.0 * slope)  # of the slope: exercise 3.6
        cells = [significant(value, 2) for value in (difference, predicted)]
        rows.append([fixed(x, 1), significant(slope, 4), *cells])
    imaginary = max(relative_error(complex_step(sigmoid_of, x), sigmoid_slope(x)) for x in scores)
    return Table(
        ["$x$", "slope", "error", "predicted"],
        rows,
        caption=(
            "The slope of the derivation, the relative error of a central difference with the step "
            f"$2^{{{int(np.log2(step))}}}$ beside it, and the error that Taylor's theorem predicts "
            "for this step. The complex step, explained below, agrees with the slope at all these "
            f"scores: its relative error is {below(imaginary, 1e-14)}."
        ),
    )
