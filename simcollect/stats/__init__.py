"""Estimates from replications: how large a difference is, and how sure we may be of it."""

from __future__ import annotations

from simcollect.stats.intervals import (
    Estimate,
    PairedDifference,
    Verdict,
    estimate_mean,
    paired_difference,
    replications_needed,
    variance_ratio,
)

__all__ = [
    "Estimate",
    "PairedDifference",
    "Verdict",
    "estimate_mean",
    "paired_difference",
    "replications_needed",
    "variance_ratio",
]
