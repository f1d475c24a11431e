"""Attempts until the first contact, under a cap."""

from __future__ import annotations


def reached_prob(prob: float, attempts: int) -> float:
    """Return the probability of at least one contact in so many independent attempts.

    Examples
    --------
    >>> round(reached_prob(0.05, 7), 7), round(reached_prob(0.05, 28), 7)
    (0.3016627, 0.7621731)
    """
    return 1.0 - (1.0 - prob) ** attempts


def attempts_used(prob: float, cap: int) -> float:
    """Return the mean number of attempts when the first contact or the cap ends them (``prob`` > 0).

    Examples
    --------
    >>> round(attempts_used(0.05, 7), 7)
    6.0332541
    """
    return reached_prob(prob, cap) / prob
