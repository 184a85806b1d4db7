"""Tables of Task 5: log odds, evidence step by step, the slope, and the ends of float64."""

from collections.abc import Sequence

import numpy as np
from mpmath import mp, mpf  # type: ignore[import-untyped]

from hwlib import activations, evidence, reference
from hwlib.differences import central_difference, relative_error
from hwlib.tables.table import Table, below, fixed, significant

ROUND_OFF = 1e-15


def probability_odds_log_odds(
    probabilities: Sequence[float] = (0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999),
) -> Table:
    """Write each probability as odds and as log odds."""
    rows = []
    for p in probabilities:
        odds = p / (1 - p)
        nats = float(activations.logit(p))
        rows.append([f"{p:g}", significant(odds, 4), fixed(nats, 3)])
    one_nat = float(activations.sigmoid(1.0))
    return Table(
        head=["probability $p$", r"odds $\frac{p}{1-p}$", r"log odds $\operatorname{logit}(p)$"],
        rows=rows,
        caption=(
            "The same events on three scales. Rows that lie opposite each other about the middle "
            "row belong to an event and its opposite: their probabilities add up to one, their "
            "odds are each other's reciprocals, their log odds differ in sign only. Log odds of "
            f"$1$ belong to a probability of about ${one_nat:.2f}$."
        ),
    )


def evidence_step_by_step(results: Sequence[bool] = (True, True, True, False)) -> Table:
    """Add the evidence of each test result to the log odds."""
    test = evidence.EXAMPLE
    ratios = [test.likelihood_ratio(positive) for positive in results]
    nats = evidence.log_odds_after(test.prevalence, ratios).tolist()
    rows = [["nothing yet", *_evidence(1.0), fixed(nats[0], 3), fixed(test.prevalence, 4)]]
    for positive, ratio, log_odds in zip(results, ratios, nats[1:], strict=True):
        word = "positive" if positive else "negative"
        p = float(activations.sigmoid(log_odds))
        rows.append([word, *_evidence(ratio), fixed(log_odds, 3), fixed(p, 4)])
    return Table(
        head=["result", "ratio", "adds", "log odds", "probability"],
        rows=rows,
        caption=(
            "The worked example: a prevalence of "
            f"${test.prevalence:g}$, a sensitivity of ${test.sensitivity:g}$, false alarms at "
            f"${test.false_alarm:g}$. Each result adds the logarithm of its likelihood ratio. A "
            "negative result weighs less than a positive one here: "
            f"${abs(np.log(test.likelihood_ratio(False))):.3f}$ nats against "
            f"${np.log(test.likelihood_ratio(True)):.3f}$."
        ),
    )


def _evidence(ratio: float) -> list[str]:
    """Write a likelihood ratio and what it adds; seeing nothing has the ratio one."""
    return [significant(ratio, 4), fixed(float(np.log(ratio)), 3)]


def counting_heads(people: int = 10_000) -> Table:
    """Count who is ill, who tests positive, and who is both."""
    test = evidence.EXAMPLE
    ill = round(people * test.prevalence)
    healthy = people - ill
    found, alarmed = round(ill * test.sensitivity), round(healthy * test.false_alarm)
    counts = [
        ["ill", found, ill - found, ill],
        ["healthy", alarmed, healthy - alarmed, healthy],
        ["together", found + alarmed, people - found - alarmed, people],
    ]
    share = found / (found + alarmed)
    return Table(
        head=["people", "positive", "negative", "together"],
        rows=[[str(cell) for cell in row] for row in counts],
        caption=(
            f"What the rates of the worked example mean for ${people}$ people. Among the "
            f"${found + alarmed}$ with a positive result, ${found}$ are ill: a share of "
            f"${share:.4f}$."
        ),
    )


def slope_check(
    probabilities: Sequence[float] = (0.01, 0.1, 0.3, 0.5, 0.9, 0.99), step: float = 1e-4
) -> Table:
    """Compare the slope with a central difference, and its error with Taylor's prediction."""
    rows = []
    for p in probabilities:
        back = abs(float(activations.sigmoid(activations.logit(p))) - p)
        slope = float(activations.logit_slope(p))
        difference = float(central_difference(activations.logit, p, step))
        predicted = step**2 / 6 * (2 / p**3 + 2 / (1 - p) ** 3) / slope
        error = relative_error(slope, difference)
        rows.append(
            [
                f"{p:g}",
                below(back, ROUND_OFF),
                significant(slope, 7),
                significant(difference, 7),
                significant(error, 2),
                significant(predicted, 2),
            ]
        )
    return Table(
        head=[
            "$p$",
            "there and back",
            r"$\frac{1}{p(1-p)}$",
            "central difference",
            "relative error",
            "predicted",
        ],
        rows=rows,
        caption=(
            r"By how much $\sigma(\operatorname{logit}(p))$ misses $p$ on the way there and back, "
            f"and the slope, at a step $h$ of ${step:g}$. The error of the central difference is "
            "that of its finite step, as Taylor's theorem predicts it: largest near the "
            "ends, where the logit bends most."
        ),
    )


def ends_of_float64() -> Table:
    """Show how far one step of the number format moves the log odds, from end to end."""
    points = [
        (r"$2^{-1022}$", 2.0**-1022),
        (r"$10^{-6}$", 1e-6),
        (r"$\frac{1}{2}$", 0.5),
        (r"$1-10^{-6}$", 1 - 1e-6),
        (r"$1-2^{-53}$", 1 - 2.0**-53),
    ]
    rows = [
        [written, fixed(float(reference.EXACT["logit"](p)), 2), significant(_jump(p), 2)]
        for written, p in points
    ]
    return Table(
        head=["probability", "log odds", "one step moves them by"],
        rows=rows,
        caption=(
            "From the smallest float64 number of full precision to the largest below one. The last "
            "column says by how much the log odds change from the next smaller float64 number to "
            "this one. Towards zero nothing is lost. Towards one the steps grow, until the last "
            f"one is ${_jump(1 - 2.0**-53):.2f}$; after it comes the number one itself, whose log "
            "odds would be infinite."
        ),
    )


def _jump(p: float) -> float:
    """Log odds from the next smaller float64 number to p."""
    with mp.workdps(reference.DIGITS):
        smaller = mpf(float(np.nextafter(p, 0.0)))
        return float(reference.EXACT["logit"](mpf(p)) - reference.EXACT["logit"](smaller))
