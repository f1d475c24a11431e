"""Goodwill, and the three things that it drives: complaints, leaving and willingness (weakly evidenced: A-11, A-12)."""

from __future__ import annotations

import math

from simcollect.core.compiled import compiled


@compiled
def pressure_now(pressure: float, days: float, half_life_days: float) -> float:
    """Return what is left of recent contact pressure after ``days`` (contacts that bunch are felt together)."""
    return pressure * math.exp(-0.6931471805599453 * days / half_life_days)


@compiled
def goodwill_loss(
    weight: float, tone_factor: float, pressure: float, fatigue: float, vulnerable: bool, vulnerable_factor: float
) -> float:
    """Return the loss of goodwill from one contact.

    ``weight`` is the loss of a lone gentle contact of this kind; recent ``pressure`` raises it by ``fatigue`` per unit;
    the vulnerable lose ``vulnerable_factor`` times as much.
    """
    loss = weight * tone_factor * (1.0 + fatigue * pressure)
    if vulnerable:
        loss *= vulnerable_factor
    return loss


@compiled
def complaint_hazard(rate: float, loss: float, goodwill: float) -> float:
    """Return the addition to the integrated complaint hazard from a contact that cost ``loss`` of goodwill."""
    return rate * loss * (1.0 + 3.0 * (1.0 - goodwill))


@compiled
def attrition_factor(goodwill: float, reference: float, elasticity: float) -> float:
    """Return the factor on the hazard of leaving: 1 at the reference goodwill, more below it, less above.

    References
    ----------
    3 % of 30-day delinquents close the account after paying in full (Experian, in BAI 2018); the response to
    goodwill is assumed (A-12).
    """
    return math.exp(elasticity * (reference - goodwill))
