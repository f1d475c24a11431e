"""What an industry's figures imply for one another."""

from __future__ import annotations


def collected_per_collector(balances: float, collectors: float, yield_share: float) -> float:
    """Return what one collector brings in a month: balances under collection per head, times the share collected.

    References
    ----------
    YX Asset Recovery (Yongxiong), Form F-1, 2019: CNY 44.6 bn, 10,915 collectors, 27,385 a month each, so 0.67 %.

    Examples
    --------
    >>> round(collected_per_collector(44.6e9, 10_915, 0.0067), -2)
    27400.0
    """
    return balances / collectors * yield_share
