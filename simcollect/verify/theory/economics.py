"""When to stop, what instalments are worth, from where on a settlement pays. All rates per month."""

from __future__ import annotations

import math
from typing import NamedTuple

from scipy.integrate import quad


def best_stop_months(hazard: float, decline: float, balance: float, effort: float) -> float:
    """Return when to stop pursuing a debt: the month in which hazard times balance has fallen to the effort.

    The hazard of payment in full is ``hazard exp(-decline t)``; the effort costs so much a month while it goes on.

    References
    ----------
    Mitchner and Peterson (1957), Operations Research 5(4): the form of the problem.

    Examples
    --------
    >>> round(best_stop_months(0.08, 0.25, 1000.0, 10.0), 6)
    8.317766
    """
    return max(0.0, math.log(hazard * balance / effort) / decline)


def paid_by(months: float, hazard: float, decline: float) -> float:
    """Return the probability that the debt is paid by then.

    Examples
    --------
    >>> round(paid_by(8.317766, 0.08, 0.25), 6)
    0.244216
    """
    return 1.0 - math.exp(-hazard / decline * (1.0 - math.exp(-decline * months)))


def value_of_stopping(months: float, hazard: float, decline: float, balance: float, effort: float) -> float:
    """Return what comes in less the effort, if a debt is pursued for so many months or until it is paid.

    Examples
    --------
    >>> [round(value_of_stopping(t, 0.08, 0.25, 1000.0, 10.0), 4) for t in (6.0, 8.317766, 12.0)]
    [168.5549, 174.8959, 165.4216]
    """
    pursued, _ = quad(lambda t: 1.0 - paid_by(t, hazard, decline), 0.0, months, epsabs=1e-12)
    return balance * paid_by(months, hazard, decline) - effort * float(pursued)


class Instalments(NamedTuple):
    """A plan of equal instalments: how many are paid on average, their present value, the share completed."""

    expected: float
    present_value: float
    completed: float


def instalments(n: int, amount: float, kept: float, discount: float) -> Instalments:
    """Return what a plan brings that ends with the first instalment missed; each is kept with probability ``kept``.

    Examples
    --------
    >>> found = instalments(12, 100.0, 0.95, 0.01)
    >>> round(found.expected, 7), round(found.present_value, 4), round(found.completed, 7)
    (8.7331583, 824.0583, 0.5403601)
    >>> round(instalments(12, 100.0, 1.0, 0.01).present_value, 4)
    1125.5077
    """
    reached = [kept**k for k in range(1, n + 1)]
    value = amount * sum(prob / (1.0 + discount) ** k for k, prob in enumerate(reached, 1))
    return Instalments(sum(reached), value, reached[-1])


class BreakEven(NamedTuple):
    """Pursuing a debt: present values of what comes in and of its cost, P(paid), and the lump sum worth as much."""

    recovered: float
    cost: float
    paid: float
    share: float


def settlement_break_even(balance: float, months: int, hazard: float, effort: float, discount: float) -> BreakEven:
    """Return what pursuing is worth, by months: each month an open debt is paid with probability ``hazard``.

    A month that begins with the debt open costs ``effort``; both fall at the month's end. ``share`` of the balance is
    the lump sum from which on the lender should settle.

    Examples
    --------
    >>> found = settlement_break_even(1000.0, 24, 0.02, 5.0, 0.01)
    >>> [round(x, 4) for x in found[:2]], round(found.paid, 7), round(found.share, 4)
    ([343.3548, 85.8387], 0.3842197, 0.2575)
    """
    worth = sum((1.0 - hazard) ** (k - 1) / (1.0 + discount) ** k for k in range(1, months + 1))
    recovered, cost = balance * hazard * worth, effort * worth
    return BreakEven(recovered, cost, 1.0 - (1.0 - hazard) ** months, (recovered - cost) / balance)
