"""What is not known about borrowers and prices, carried through to every difference between strategies."""

from __future__ import annotations

from simcollect.uncertainty.comparison import UncertainComparison, under_uncertainty
from simcollect.uncertainty.draws import Draws, draw
from simcollect.uncertainty.ensemble import Ensemble, read_ensemble
from simcollect.uncertainty.split import Split, Standing, split

__all__ = [
    "Draws",
    "Ensemble",
    "Split",
    "Standing",
    "UncertainComparison",
    "draw",
    "read_ensemble",
    "split",
    "under_uncertainty",
]
