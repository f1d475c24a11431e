"""Court fees as the tariffs say, in the words of the tariffs: no bands shared with the engine."""

from __future__ import annotations


def china(claim: float, summary: bool = False) -> float:
    """Return the fee of the Measures on the Payment of Litigation Costs (2006), art. 13 and 16, in yuan.

    Examples
    --------
    >>> china(8_000.0), china(50_000.0), china(150_000.0), china(50_000.0, summary=True)
    (50.0, 1050.0, 3300.0, 525.0)
    """
    if claim <= 10_000.0:
        fee = 50.0
    elif claim <= 100_000.0:
        fee = 0.025 * claim - 200.0
    elif claim <= 200_000.0:
        fee = 0.02 * claim + 300.0
    elif claim <= 500_000.0:
        fee = 0.015 * claim + 1_300.0
    else:
        fee = 0.01 * claim + 3_800.0
    return 0.5 * fee if summary else fee


def england_2020_online(claim: float) -> float:
    """Return the fee for a money claim issued online in England and Wales in 2020, in pounds (claims to 100,000).

    Examples
    --------
    >>> england_2020_online(4_000.0), england_2020_online(12_000.0)
    (185.0, 540.0)
    """
    for limit, fee in ((300, 25), (500, 35), (1_000, 60), (1_500, 70), (3_000, 105), (5_000, 185), (10_000, 410)):
        if claim <= limit:
            return float(fee)
    return 0.045 * claim
