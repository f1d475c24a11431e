"""Promises, plans and settlements: what is agreed, what is kept, who waits for a better offer."""

from __future__ import annotations

import math

from simcollect.core.compiled import compiled
from simcollect.core.rng import normal


@compiled
def promise_credibility(
    base: float, caller_factor: float, broken_before: int, broken_factor: float, willingness: float
) -> float:
    """Return the probability in [0, 1] that a borrower with the money keeps a promise.

    A broken promise multiplies later credibility by ``broken_factor``; an automated caller extracts promises that
    bind less (``caller_factor`` < 1).

    References
    ----------
    Choi et al. (2025): "lesser ability to extract promises that feel binding". Base: A-10 (no published table).
    """
    fading = math.exp(math.log(broken_factor) * min(broken_before, 20))
    return max(0.0, min(1.0, base * caller_factor * fading * (0.4 + 0.6 * willingness)))


@compiled
def ability_signal(spare_cents: int, instalment_cents: int, u: float, noise_log_sd: float) -> float:
    """Return an estimate of monthly spare cash over the instalment: the truth times lognormal noise, >= 0.

    ``noise_log_sd`` is what analysis buys: small after a case analysis, large after a question on the telephone.
    """
    truth = max(spare_cents, 0) / max(instalment_cents, 1)
    return truth * math.exp(noise_log_sd * normal(u))


@compiled
def affordable_cents(signal: float, instalment_cents: int, affordability_share: float) -> int:
    """Return the instalment that takes ``affordability_share`` (0 to 1) of the estimated spare cash, in cents."""
    return int(signal * instalment_cents * affordability_share + 0.5)


@compiled
def instalment_keep_prob(base: float, willingness: float, relief_share: float, relief_effect: float) -> float:
    """Return the probability in [0, 0.995] that a borrower with the money pays an instalment that falls due.

    Relief works through the debt: the share of the claim forgiven lowers the share of instalments missed; a longer
    term by itself does not (Dobbie and Song 2020; Aydin 2021).
    """
    missing = (1.0 - base) * (1.6 - 0.6 * willingness) * (1.0 - relief_effect * relief_share)
    return max(0.0, min(0.995, 1.0 - missing))


@compiled
def acceptance_prob(
    concession_share: float, willingness: float, pressure: float, intercept: float, slope: float, pressure_weight: float
) -> float:
    """Return the probability that an offer is accepted by a borrower who can pay it.

    Parameters
    ----------
    concession_share : float
        Part of the balance forgiven, in [0, 1].
    willingness : float
        In [0, 1].
    pressure : float
        Legal pressure in [0, 1]: 0 none, 0.5 letter, 1 suit or judgment.
    intercept, slope, pressure_weight : float
        Log-odds at no concession, per unit of concession, per unit of pressure.

    References
    ----------
    No acceptance curve by discount is published (AEARCTR-0013871 has no results yet): A-13.
    """
    logit = intercept + slope * concession_share + pressure_weight * pressure + 1.5 * (willingness - 0.5)
    return 1.0 / (1.0 + math.exp(-logit))


@compiled
def waiting_share(
    better_concession: float,
    days_ahead: float,
    patience_days: float,
    random_days: int,
    expiry_days: int,
    strength: float,
) -> float:
    """Return the share in [0, 1] of willingness to pay that a strategic borrower holds back.

    Parameters
    ----------
    better_concession : float
        How much more of the balance the best later offer forgives, in [0, 1].
    days_ahead, patience_days : float
        Days until that offer, and the scale on which waiting is discounted.
    random_days, expiry_days : int
        A random offer day and a short expiry weaken waiting (questions Q11, Q12).
    strength : float
        Response per unit of concession, >= 0.
    """
    if better_concession <= 0.0:
        return 0.0
    sure = 1.0 / (1.0 + random_days / 30.0)
    open_window = expiry_days / (expiry_days + 15.0)
    wish = strength * better_concession * math.exp(-days_ahead / patience_days) * sure * open_window
    return min(1.0, wish)
