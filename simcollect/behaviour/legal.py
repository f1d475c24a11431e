"""The economics of going to law, as a legal officer would reckon them, and what the court takes."""

from __future__ import annotations

import math

from simcollect.core.compiled import compiled
from simcollect.core.rng import normal


@compiled
def court_fee_cents(balance_cents: int, fixed_cents: int, share: float) -> int:
    """Return the court fee: a share (0 to 1) of the claim, at the least the fixed fee.

    References
    ----------
    Taiwan, Code of Civil Procedure art. 77-13: 1 % of the claim, at least NT$ 1,000 (with the provincial surcharge).
    """
    return max(fixed_cents, int(share * balance_cents + 0.5))


@compiled
def band_fee_cents(claim_cents: int, above_cents: int, fixed_cents: int, share: float, due_share: float) -> int:
    """Return the court fee in one band of a tariff.

    A fixed fee and a share (0 to 1) of the part of the claim above the band before, times the part of it that is due
    (0.5 where summary procedure halves it).

    References
    ----------
    China, Measures on the Payment of Litigation Costs, art. 13 and 16; England and Wales, Civil Proceedings Fees Order.
    """
    return int(due_share * (fixed_cents + share * (claim_cents - above_cents)) + 0.5)


@compiled
def means_signal(assets_cents: int, attachable_cents: int, months: float, u: float, noise_log_sd: float) -> float:
    """Return the officer's estimate, in cents, of what enforcement could reach within ``months``."""
    truth = assets_cents + attachable_cents * months
    return truth * math.exp(noise_log_sd * normal(u))


@compiled
def expected_net_yield_cents(
    balance_cents: int,
    reachable_cents: float,
    win_prob: float,
    enforce_prob: float,
    voluntary_prob: float,
    cost_cents: int,
) -> int:
    """Return expected recovery through law less its cost, in cents (may be negative).

    Judgment is won with ``win_prob``; then ``voluntary_prob`` pay without enforcement and of the others enforcement
    succeeds with ``enforce_prob`` up to what can be reached.

    References
    ----------
    Default judgments above 70 % (Pew 2020); about a third of judgments lead to voluntary payment, 22 to 38 %
    to a successful garnishment (sources of L2, L3, L8 in the assumptions list).
    """
    reachable = min(float(balance_cents), reachable_cents)
    gross = win_prob * (voluntary_prob * reachable + (1.0 - voluntary_prob) * enforce_prob * reachable)
    return math.floor(gross - cost_cents + 0.5)


@compiled
def court_days(u: float, median_days: float, log_sd: float) -> int:
    """Return whole days from filing to judgment, lognormal, at least 1."""
    return max(1, int(median_days * math.exp(log_sd * normal(u)) + 0.5))
