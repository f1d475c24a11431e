"""Reach: who answers, who opens, how long they talk. A dial that nobody answers never moves a payment."""

from __future__ import annotations

import math

from simcollect.core.compiled import compiled
from simcollect.core.rng import lognormal


@compiled
def hour_factor(hour: int, weekday: int, evening_factor: float, weekend_factor: float) -> float:
    """Return the factor on the answer probability for a local hour (0 to 23) and weekday (0 = Monday)."""
    factor = evening_factor if hour >= 17 else 1.0
    if weekday >= 5:
        factor *= weekend_factor
    return factor


@compiled
def answer_prob(base: float, reach: float, when: float, preferred: float, failed_in_a_row: int, decay: float) -> float:
    """Return the probability that a dial is answered, in [0, 0.95].

    ``reach`` is the borrower's own factor, ``when`` the hour's, ``preferred`` that of his preferred channel;
    each failed attempt in a row multiplies by ``decay`` (0 to 1).

    References
    ----------
    Decline with attempts: bank telemarketing rows (Moro et al. 2014), success hazard by attempt: a sales
    campaign, used as a proxy for the shape only.
    """
    fading = math.exp(math.log(decay) * min(failed_in_a_row, 40))
    return max(0.0, min(0.95, base * reach * when * preferred * fading))


@compiled
def talk_minutes(u: float, median_minutes: float, log_sd: float) -> int:
    """Return whole minutes of a conversation, from 1 to 60.

    References
    ----------
    Bank call durations (Moro et al. 2014): median 181 s, mean 259 s.
    """
    return max(1, min(60, math.ceil(lognormal(u, math.log(median_minutes), log_sd))))
