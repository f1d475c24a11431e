"""Figures in one theme. They take plain numbers, so that any tool's results can be drawn."""

from __future__ import annotations

from simcollect.plots.forest import ForestPanel, ForestRow, forest
from simcollect.plots.recovery_kept import StrategyPoint, recovery_kept
from simcollect.plots.theme import PALETTE, save, theme

__all__ = [
    "PALETTE",
    "ForestPanel",
    "ForestRow",
    "StrategyPoint",
    "forest",
    "recovery_kept",
    "save",
    "theme",
]
