"""Cash: paydays, shocks and the gate that keeps an empty account from paying."""

from __future__ import annotations

from simcollect.core.compiled import compiled


@compiled
def shocked_next_month(shocked: bool, u: float, onset_prob: float, recovery_prob: float) -> bool:
    """Return whether the household is in shock in the month that begins.

    Parameters
    ----------
    shocked : bool
        State in the month that ends.
    u : float
        The month's uniform in (0, 1). A low uniform is bad luck in either state, so a higher onset
        probability can only add months of shock.
    onset_prob, recovery_prob : float
        Monthly probabilities of the two-state chain, each in [0, 1].

    References
    ----------
    Two-state shock process: model assumption A-05.
    """
    if shocked:
        return u < 1.0 - recovery_prob
    return u < onset_prob


@compiled
def spare_this_month(spare_cents: int, income_cents: int, shocked: bool, income_loss_share: float) -> int:
    """Return the month's spare cash in cents, never below zero.

    Spare cash is income less essentials and other debts. A shock takes ``income_loss_share`` (0 to 1) of income away.
    """
    if shocked:
        left = spare_cents - int(income_loss_share * income_cents + 0.5)
        return max(left, 0)
    return max(spare_cents, 0)


@compiled
def cash_after_payday(cash_cents: int, spare_cents: int, cap_cents: int) -> int:
    """Return the cash at hand after a payday, in cents.

    What is not paid to this lender is carried over up to ``cap_cents``: the rest is consumed.
    """
    kept = min(cash_cents, cap_cents)
    return kept + spare_cents


@compiled
def ability_gate(cash_cents: int, instalment_cents: int, floor_share: float) -> float:
    """Return the gate in [0, 1] that multiplies the payment intensity.

    Zero below ``floor_share`` of an instalment, one at a full instalment, linear between.

    References
    ----------
    "No contact makes an empty account pay": Gerardi et al. (2018), Ganong and Noel (2023) bound the mix of can't and
    won't pay; the linear form is assumption A-06.
    """
    if instalment_cents <= 0:
        return 0.0
    ratio = cash_cents / instalment_cents
    if ratio < floor_share:
        return 0.0
    return min(ratio, 1.0)
