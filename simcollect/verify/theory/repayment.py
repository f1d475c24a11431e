"""Self-exciting repayment: each payment makes the next one likelier, for a while.

The intensity obeys d lambda = kappa (floor - lambda) dt + jump dN, lambda(0) = start; all rates per month.

References
----------
Chehrazi and Weber (2015), Management Science 61(12): the form. The expectations follow from d E lambda / dt =
kappa floor - (kappa - jump) E lambda; they hold for 0 <= jump < kappa.
"""

from __future__ import annotations

import math


def expected_payments(months: float, kappa: float, floor: float, start: float, jump: float) -> float:
    """Return the mean number of payments in so many months.

    Examples
    --------
    >>> [round(expected_payments(t, 0.5, 0.02, 0.10, 0.20), 6) for t in (1, 3, 6, 12, 24)]
    [0.090929, 0.231873, 0.385489, 0.61615, 1.022056]
    """
    back = kappa - jump
    level = kappa * floor / back
    return level * months + (start - level) * (1.0 - math.exp(-back * months)) / back


def expected_intensity(months: float, kappa: float, floor: float, start: float, jump: float) -> float:
    """Return the mean intensity after so many months, per month.

    Examples
    --------
    >>> round(expected_intensity(12, 0.5, 0.02, 0.10, 0.20), 6)
    0.035155
    """
    back = kappa - jump
    level = kappa * floor / back
    return level + (start - level) * math.exp(-back * months)


def no_payment_prob(months: float, kappa: float, floor: float, start: float) -> float:
    """Return the probability that no payment has come by then.

    Examples
    --------
    >>> round(no_payment_prob(12, 0.5, 0.02, 0.10), 6)
    0.670586
    """
    return math.exp(-floor * months - (start - floor) * (1.0 - math.exp(-kappa * months)) / kappa)
