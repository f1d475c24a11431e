"""Figures in one theme, in English and Chinese. They take plain numbers, so that any tool's results can be drawn."""

from __future__ import annotations

from simcollect.plots.cash_in import cash_in
from simcollect.plots.flow import FlowEnd, FlowPath, stage_flow
from simcollect.plots.forest import ForestPanel, ForestRow, forest
from simcollect.plots.funnel import Funnel, contact_funnel
from simcollect.plots.life import Lane, Mark, Span, StageSpan, life_line
from simcollect.plots.liquidation import Curve, liquidation_by_strategy, liquidation_by_vintage
from simcollect.plots.load import PoolLoad, load
from simcollect.plots.rolls import RollPanel, roll_rates
from simcollect.plots.theme import PALETTE, save, theme
from simcollect.plots.trade_off import Outcome, StrategyPoint, trade_off

__all__ = [
    "PALETTE",
    "Curve",
    "FlowEnd",
    "FlowPath",
    "ForestPanel",
    "ForestRow",
    "Funnel",
    "Lane",
    "Mark",
    "Outcome",
    "PoolLoad",
    "RollPanel",
    "Span",
    "StageSpan",
    "StrategyPoint",
    "cash_in",
    "contact_funnel",
    "forest",
    "life_line",
    "liquidation_by_strategy",
    "liquidation_by_vintage",
    "load",
    "roll_rates",
    "save",
    "stage_flow",
    "theme",
    "trade_off",
]
