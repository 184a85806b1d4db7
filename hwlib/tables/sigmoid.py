"""Tables of Task 3: an example in steps, gradients over layers, extreme scores, a slope check."""

from collections.abc import Sequence

import numpy as np

from hwlib import reference
from hwlib.activations import sigmoid as sigmoid_of
from hwlib.activations import sigmoid_slope
from hwlib.differences import central_difference, complex_step, relative_error
from hwlib.tables.table import Table, below, fixed, significant, significant_tex


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
            f"The sigmoid, its slope and its second derivative at $x = {x:g}$. Three ways to the "
            "slope give one number."
        ),
    )


def gradient_over_layers(scores: Sequence[float] = (0.0, 2.0, 5.0)) -> Table:
    """Raise the slope at some scores to the power of the number of layers."""
    slopes = [float(sigmoid_slope(score)) for score in scores]
    head = ["Layers", *(f"at score ${score:g}$" for score in scores)]
    rows = [
        [str(layers), *(significant(slope**layers, 3) for slope in slopes)]
        for layers in (1, 2, 3, 5, 10, 20, 50)
    ]
    return Table(
        head,
        rows,
        caption=(
            "The gradient that is left after so many layers of sigmoids, if all weights are one "
            "and all units have the same score. The first column of numbers is the best case."
        ),
    )


def extreme_scores() -> Table:
    """Compute value and slope far out, by the textbook formulas and by the stable ones."""
    x = np.array([-1000.0, -710.0, -400.0, -40.0, 0.0, 20.0, 40.0, 400.0, 1000.0])
    textbook = 1.0 / (1.0 + reference.exp(-x))
    product = textbook * (1.0 - textbook)
    columns = (textbook, sigmoid_of(x), product, sigmoid_slope(x))
    return Table(
        ["$x$", r"$\sigma$, textbook", r"$\sigma$, stable", "slope, textbook", "slope, stable"],
        [
            [fixed(score, 0), *(_digits(value) for value in values)]
            for score, *values in zip(x.tolist(), *(c.tolist() for c in columns), strict=True)
        ],
        caption=(
            r"The value and the slope, each by the textbook formula ($\frac{1}{1+e^{-x}}$, and "
            r"$\sigma(x)(1-\sigma(x))$ made of it) and by the stable one. Zero and one without "
            "further digits are exact: the computed number is zero or one. At the two ends the "
            f"true values, near $10^{{{int(1000 / np.log(0.1))}}}$, are below every float64."
        ),
    )


def _digits(value: float) -> str:
    """Four digits, and none for what was rounded to zero or to one."""
    return fixed(value, 0) if value in (0.0, 1.0) else significant(value, 4)


def slope_check(step: float = 2.0**-10) -> Table:
    """Compare the slope with a central difference and a complex step at several scores."""
    rows = []
    for x in (-10.0, -2.0, 0.0, 0.5, 3.0, 6.0):
        slope = float(sigmoid_slope(x))
        difference = relative_error(central_difference(sigmoid_of, x, step=step), slope)
        predicted = step**2 / 6.0 * abs(1.0 - 6.0 * slope)  # of the slope: exercise 3.6
        exact = relative_error(complex_step(sigmoid_of, x), slope)
        rows.append(
            [
                fixed(x, 1),
                significant(slope, 6),
                significant(difference, 2),
                significant(predicted, 2),
                below(exact, 1e-14),
            ]
        )
    return Table(
        ["$x$", r"$\sigma(x)(1-\sigma(x))$", "central difference", "predicted", "complex step"],
        rows,
        caption=(
            "The slope of the derivation, and the relative errors of two numerical slopes beside "
            f"it. The step of the central difference is ${significant_tex(step, 3)}$; the "
            "column after it holds the error that Taylor's theorem predicts for this step. The "
            "complex step agrees to rounding."
        ),
    )
