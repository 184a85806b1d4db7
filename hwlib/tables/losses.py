"""Tables of the losses: worked examples step by step, and checks of their derivatives."""

from collections.abc import Callable, Sequence

import numpy as np

from hwlib._inputs import Array
from hwlib.activations import log_softmax, sigmoid, softmax
from hwlib.differences import (
    central_difference,
    central_gradient,
    complex_step,
    complex_step_gradient,
    relative_error,
)
from hwlib.losses import (
    cross_entropy,
    cross_entropy_gradient,
    log_sum_exp,
    logistic_loss,
    logistic_loss_curvature,
    logistic_loss_slope,
)
from hwlib.tables.table import Table, below, fixed

SCORES = np.array([2.0, 1.0, -1.0])
ONE_HOT = np.array([0.0, 1.0, 0.0])
SOFT = np.array([0.1, 0.8, 0.1])


def log_sum_exp_steps() -> Table:
    """Compute log-sum-exp of the example's scores by the stable form, and its gradient."""
    largest = SCORES.max()
    weights = np.exp(SCORES - largest)
    rows = [["$m$, the largest score", fixed(largest, 4)]]
    rows += [[f"$e^{{z_{k + 1} - m}}$", fixed(weights[k], 4)] for k in range(3)]
    rows += [
        ["their sum", fixed(weights.sum(), 4)],
        ["its logarithm", fixed(np.log(weights.sum()), 4)],
        [r"$\operatorname{LSE}(\mathbf z)$: add $m$", fixed(float(log_sum_exp(SCORES)), 4)],
    ]
    rows += [
        [f"gradient, component ${k + 1}$: the term over the sum", fixed(p, 4)]
        for k, p in enumerate(softmax(SCORES))
    ]
    return Table(
        ["Step", "Value"],
        rows,
        caption=(
            "Log-sum-exp of three scores by the stable form. The terms that were needed for the "
            "value give the gradient as well."
        ),
    )


def log_sum_exp_gradient_check() -> Table:
    """Compare softmax with two numerical gradients of log-sum-exp."""
    return _gradient_table(
        [("", softmax(SCORES), lambda z: log_sum_exp(z))],
        head="Softmax",
        caption="The gradient of log-sum-exp at the scores of the worked example.",
    )


def cross_entropy_steps() -> Table:
    """Compute probabilities, loss and gradient of the example's scores and label."""
    p, log_p = softmax(SCORES), log_softmax(SCORES)
    gradient = cross_entropy_gradient(SCORES, ONE_HOT)
    rows = [
        [
            f"${k + 1}$",
            fixed(SCORES[k], 0),
            fixed(p[k], 4),
            fixed(log_p[k], 4),
            fixed(ONE_HOT[k], 0),
            fixed(gradient[k], 4),
        ]
        for k in range(3)
    ]
    loss = fixed(float(cross_entropy(SCORES, ONE_HOT)), 4)
    return Table(
        ["$i$", "$z_i$", "$p_i$", r"$\ln p_i$", "$y_i$", "$p_i - y_i$"],
        rows,
        caption=(
            f"Class by class from the scores to the gradient. The loss is ${loss}$, minus the "
            "entry of the logarithms where the label is one; the last column adds up to zero."
        ),
    )


def cross_entropy_check() -> Table:
    """Compare prediction minus label with two numerical gradients, for two labels."""
    cases = [
        (name, cross_entropy_gradient(SCORES, y), _loss_with(y))
        for name, y in (("one-hot", ONE_HOT), ("soft", SOFT))
    ]
    shares = ", ".join(f"${fixed(share, 1)}$" for share in SOFT)
    return _gradient_table(
        cases,
        head="$p_i - y_i$",
        caption=(
            "The gradient of cross-entropy at the scores of the worked example, for the one-hot "
            f"label of the second class and for a soft one with the shares {shares}."
        ),
    )


def _loss_with(y: Array) -> Callable[[Array], Array]:
    return lambda z: cross_entropy(z, y)


def _gradient_table(
    cases: Sequence[tuple[str, Array, Callable[[Array], Array]]], head: str, caption: str
) -> Table:
    """Rows of exact, central and complex-step derivatives by the example's scores."""
    rows = []
    for name, exact, function in cases:
        central = central_gradient(function, SCORES)
        complex_ = complex_step_gradient(function, SCORES)
        prefix = f"{name}, " if name else ""
        for k, derivatives in enumerate(zip(exact, central, complex_, strict=True)):
            rows.append([f"{prefix}$z_{k + 1}$", *(fixed(d, 6) for d in derivatives)])
        errors = _bounds(central, complex_, exact)
        rows.append([f"{prefix}relative error", "", *errors])
    return Table(["For", head, "Central", "Complex step"], rows, caption)


def _bounds(central: Array, complex_: Array, exact: Array) -> list[str]:
    return [
        below(relative_error(central, exact), 1e-8),
        below(relative_error(complex_, exact), 1e-13),
    ]


EXAMPLE_X, EXAMPLE_Y, EXAMPLE_W, EXAMPLE_B = 2.0, 1.0, 0.5, -2.0


def logistic_steps() -> Table:
    """Compute loss, slopes and curvatures of the example, step by step."""
    x, y = EXAMPLE_X, EXAMPLE_Y
    z = EXAMPLE_W * x + EXAMPLE_B
    slope, curvature = float(logistic_loss_slope(z, y)), float(logistic_loss_curvature(z))
    return Table(
        ["Step", "Value"],
        [
            ["score $w x + b$", fixed(z, 4)],
            [r"prediction $\sigma(z)$", fixed(float(sigmoid(z)), 4)],
            ["loss", fixed(float(logistic_loss(z, y)), 4)],
            [r"slope for the score, $\sigma(z) - y$", fixed(slope, 4)],
            ["for the weight: times $x$", fixed(slope * x, 4)],
            ["for the bias: the same as for the score", fixed(slope, 4)],
            [r"curvature for the score, $\sigma(z)(1 - \sigma(z))$", fixed(curvature, 4)],
            ["for the weight: times $x^2$", fixed(curvature * x * x, 4)],
            ["mixed: times $x$", fixed(curvature * x, 4)],
        ],
        caption="One example, from the score to all first and second derivatives of its loss.",
    )


def logistic_check() -> Table:
    """Compare the example's derivatives by weight and bias with numerical ones."""
    x, y = EXAMPLE_X, EXAMPLE_Y

    def by_weight(w: Array) -> Array:
        return logistic_loss(w * x + EXAMPLE_B, y)

    def by_bias(b: Array) -> Array:
        return logistic_loss(EXAMPLE_W * x + b, y)

    def slope_by_weight(w: Array) -> Array:
        return logistic_loss_slope(w * x + EXAMPLE_B, y) * x

    def mixed(b: Array) -> Array:
        return logistic_loss_slope(EXAMPLE_W * x + b, y) * x

    z = EXAMPLE_W * x + EXAMPLE_B
    slope, curvature = float(logistic_loss_slope(z, y)), float(logistic_loss_curvature(z))
    cases = [
        (r"$\partial \ell / \partial w$", slope * x, complex_step(by_weight, EXAMPLE_W)),
        (r"$\partial \ell / \partial b$", slope, complex_step(by_bias, EXAMPLE_B)),
        (
            r"$\partial^2 \ell / \partial w^2$",
            curvature * x * x,
            central_difference(slope_by_weight, EXAMPLE_W),
        ),
        (
            r"$\partial^2 \ell / \partial w \partial b$",
            curvature * x,
            central_difference(mixed, EXAMPLE_B),
        ),
    ]
    return Table(
        ["Derivative", "Formula", "Numerical", "Relative error"],
        [
            [
                name,
                fixed(exact, 6),
                fixed(float(numerical), 6),
                below(relative_error(exact, numerical), 1e-13 if number < 2 else 1e-8),
            ]
            for number, (name, exact, numerical) in enumerate(cases)
        ],
        caption=(
            "First derivatives of the example's loss against the complex step, second ones "
            "against central differences of the exact first ones."
        ),
    )
