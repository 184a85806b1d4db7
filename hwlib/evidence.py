"""Evidence on the scale of the log odds, and the medical test that Task 5 works through."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hwlib._inputs import Array
from hwlib.activations import logit


@dataclass(frozen=True)
class Screening:
    """A test for a disease, as three probabilities.

    Attributes:
        prevalence: Of the disease, before the test.
        sensitivity: Of a positive result for who is ill.
        false_alarm: Of a positive result for who is healthy.
    """

    prevalence: float
    sensitivity: float
    false_alarm: float

    def likelihood_ratio(self, positive: bool) -> float:
        """Probability of the result for who is ill, divided by that for who is healthy."""
        if positive:
            return self.sensitivity / self.false_alarm
        return (1.0 - self.sensitivity) / (1.0 - self.false_alarm)


EXAMPLE = Screening(prevalence=0.01, sensitivity=0.9, false_alarm=0.05)


def log_odds_after(prior: float, ratios: Sequence[float]) -> Array:
    r"""Log odds before and after each observation: $\operatorname{logit}(p) + \sum_i \ln r_i$.

    Args:
        prior: The probability p before any observation, 0 < p < 1.
        ratios: The likelihood ratios r, positive, shape (n,).

    Returns:
        Shape (n + 1,); the first value is that of the prior.

    Raises:
        ValueError: If the prior is not between 0 and 1, or a ratio is not positive and finite.

    Source:
        Good (1950), Probability and the Weighing of Evidence. Independent observations only.

    Example:
        >>> log_odds_after(0.5, [2.0, 0.5]).round(6).tolist()
        [0.0, 0.693147, 0.0]
    """
    r = np.asarray(ratios, dtype=np.float64)
    outside = r[~((r > 0.0) & np.isfinite(r))]
    if outside.size:
        raise ValueError(
            f"log_odds_after needs positive, finite likelihood ratios; got {outside[0]:g} "
            f"({outside.size} of {r.size}). A ratio of 0 or infinity would be a proof, which no "
            "sum of evidence can express."
        )
    return np.cumsum(np.concatenate([[logit(prior)], np.log(r)]))
