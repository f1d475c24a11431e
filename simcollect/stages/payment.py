"""The borrower's next payment: one and the same, whether it comes of his own accord, in a conversation or as promised.

Payment k of a borrower has a threshold and luck of its own. A contact brings it forward; it does not draw another one.
"""

from __future__ import annotations

from simcollect.behaviour.payment import payment_threshold, pays_whole_balance
from simcollect.core.codes import Purpose
from simcollect.core.compiled import compiled
from simcollect.stages.account import asked_for, balance
from simcollect.stages.case import Case, draw, next_draw


@compiled
def pays_all(c: Case) -> bool:
    """Return whether the next payment is the whole balance, as long as the money is there."""
    s = c.account
    u = draw(c, Purpose.PAYMENT_FULL, int(s["n_own_payments"]))
    return pays_whole_balance(u, float(c.numbers["payment_full_share"]), int(s["cash_cents"]), balance(c))


@compiled
def sum_agreed(c: Case) -> int:
    """Return what a borrower pays who says that he will pay, in cents: what is asked for, or all that he owes.

    Whoever would have paid off the balance of his own accord is not talked down to the arrears (A-50).
    """
    return balance(c) if pays_all(c) else min(asked_for(c), balance(c))


@compiled
def count_payment(c: Case) -> int:
    """Count the borrower's next payment as made, draw the threshold of the one after it, and return its number."""
    s = c.account
    k = int(s["n_own_payments"])
    s["n_own_payments"] = k + 1
    s["threshold_left"] = payment_threshold(
        next_draw(c, Purpose.PAYMENT_THRESHOLD), float(c.numbers["payment_regularity"])
    )
    return k
