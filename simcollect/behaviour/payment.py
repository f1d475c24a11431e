"""When an overdue borrower pays of his own accord, and how much.

The intensity is ``gate x (base + excitation(t))``; excitation jumps at a contact or a payment and decays
exponentially (Chehrazi and Weber 2015, Management Science 61(12)). A payment happens when the integrated intensity
crosses a threshold (unit-exponential, or more even), so more pressure brings the same payment forward instead of
drawing another one.
"""

from __future__ import annotations

import math

from simcollect.core.compiled import compiled
from simcollect.core.rng import lognormal, normal


@compiled
def willingness_now(willingness: float, goodwill: float, reference: float, weight: float) -> float:
    """Return effective willingness in [0, 1]: lost goodwill lowers it by at most ``weight`` (0 to 1)."""
    lost = max(0.0, reference - goodwill) / reference
    return willingness * (1.0 - weight * min(lost, 1.0))


@compiled
def full_intensity(
    rate_per_day: float, willingness: float, attention: float, attention_floor: float, waiting: float
) -> float:
    """Return the base intensity, per day, that the borrower would have on the due date itself.

    Parameters
    ----------
    rate_per_day : float
        Intensity of a fully willing, fully attentive borrower with cash, > 0.
    willingness, attention : float
        In [0, 1]. ``attention_floor`` in [0, 1] is what a borrower who never thinks of the debt keeps.
    waiting : float
        Share of the intensity held back while a better offer is expected, in [0, 1].
    """
    seen = attention_floor + (1.0 - attention_floor) * attention
    return rate_per_day * willingness * seen * (1.0 - waiting)


@compiled
def integrated_intensity(
    gate: float, base: float, ageing_per_day: float, excitation: float, decay_per_day: float, days: float
) -> float:
    """Return the expected number of payments in ``days`` if nothing else happens.

    Both parts fade exponentially: the base as the debt ages, the excitation as the contact is forgotten.
    """
    steady = base / ageing_per_day * (1.0 - math.exp(-ageing_per_day * days))
    burst = excitation / decay_per_day * (1.0 - math.exp(-decay_per_day * days))
    return gate * (steady + burst)


@compiled
def payment_threshold(u: float, regularity: float) -> float:
    """Return the integrated intensity at which the next payment comes, above 0, of mean 1.

    Weibull of shape ``regularity`` (above 0): at 1 it is the unit exponential and payments have no memory; above 1 they
    come more evenly, as those of people who pay by the calendar do.

    References
    ----------
    Unit-exponential threshold: random time change of Chehrazi and Weber (2015), section 3. Renewal processes with a
    Weibull distribution: Cox (1962), Renewal Theory.
    """
    if regularity == 1.0:
        return -math.log(u)
    mean = math.gamma(1.0 + 1.0 / regularity)
    return math.exp(math.log(-math.log(u)) / regularity) / mean


@compiled
def days_until(
    needed: float, gate: float, base: float, ageing_per_day: float, excitation: float, decay_per_day: float
) -> float:
    """Return the days until the integrated intensity has grown by ``needed``, or -1 if it never does.

    Newton's method from the left: the integral is concave and increasing, so every tangent reaches ``needed`` no
    later than the curve and the iterates climb to the root without overshooting.
    """
    if gate <= 0.0:
        return -1.0
    target = needed / gate
    if base / ageing_per_day + excitation / decay_per_day <= target * (1.0 + 1e-9):
        return -1.0
    days = 0.0
    for _ in range(100):
        aged = math.exp(-ageing_per_day * days)
        faded = math.exp(-decay_per_day * days)
        gap = target - base / ageing_per_day * (1.0 - aged) - excitation / decay_per_day * (1.0 - faded)
        slope = base * aged + excitation * faded
        if slope <= 1e-300:
            return -1.0
        step = gap / slope
        days += step
        if days > 1e5:
            return -1.0
        if step < 1e-7:
            break
    return days


@compiled
def pays_whole_balance(u_full: float, full_share: float, cash_cents: int, balance_cents: int) -> bool:
    """Return whether a payment is the whole balance: so it is for a ``full_share`` (0 to 1) of those with the money."""
    return u_full < full_share and cash_cents >= balance_cents


@compiled
def amount_paid(
    u_full: float,
    u_kind: float,
    u_amount: float,
    full_share: float,
    cure_share: float,
    minimum_share: float,
    ratio_median: float,
    ratio_log_sd: float,
    cash_cents: int,
    instalment_cents: int,
    overdue_cents: int,
    balance_cents: int,
) -> int:
    """Return the amount of a payment made of one's own accord, in cents, at most cash and balance.

    With probability ``full_share`` a borrower who has the money pays the whole balance. Otherwise, with probability
    ``cure_share``, one who has it pays exactly what is overdue, and is cured. Of the other payments a share
    ``minimum_share`` is exactly one instalment, and the rest a multiple of it, lognormal with median ``ratio_median``
    and log standard deviation ``ratio_log_sd``.

    References
    ----------
    Shape: Taiwan card rows, payment / statement by the code one month earlier (Yeh and Lien 2009 data, April to August
    2005): partial payments of code 2 have quartiles 4.5 %, 7.8 %, 12.2 % of the statement; the minimum is 5 %.
    """
    if pays_whole_balance(u_full, full_share, cash_cents, balance_cents):
        return balance_cents
    if u_kind < cure_share and cash_cents >= overdue_cents:
        return min(overdue_cents, balance_cents)
    if cure_share <= u_kind < cure_share + (1.0 - cure_share) * minimum_share:
        return max(0, min(instalment_cents, cash_cents, balance_cents))
    wanted = int(instalment_cents * lognormal(u_amount, math.log(ratio_median), ratio_log_sd) + 0.5)
    return max(0, min(wanted, cash_cents, balance_cents))


@compiled
def habitual_prob(usual: float, factor: float, log_odds_sd: float, u: float) -> float:
    """Return a household's own probability of missing an instalment, in (0, 1).

    Parameters
    ----------
    usual
        Of the median household where ``factor`` is 1, in (0, 1).
    factor
        On the odds, above 0.
    log_odds_sd
        Spread of the habit between households.
    u
        The household's uniform: its place among all.

    References
    ----------
    After a cure the hazard of falling behind again declines (0.26, then 0.17 a month: Taiwan card rows, Yeh and Lien
    2009), as it does where those who are prone to it go first.
    """
    own = math.log(factor * usual / (1.0 - usual)) + log_odds_sd * normal(u)
    return 1.0 / (1.0 + math.exp(-own))
