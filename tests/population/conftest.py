"""Behaviour numbers and portfolio blocks of this room's own, so that tuning a preset breaks no test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simcollect.core.codes import Cell
from simcollect.population.book import Population
from simcollect.population.build import Setting, build_portfolio
from simcollect.population.latent import LatentNumbers
from simcollect.scenario.portfolio import Portfolio

GLOBALS = {
    "willingness_log_odds_sd": 0.8,
    "attention_log_odds_sd": 0.8,
    "buffer_log_sd": 1.0,
    "income_reference": 35000.0,
    "income_limit_reference": 100000.0,
    "income_limit_elasticity": 0.35,
    "income_log_sd": 0.45,
    "stated_income_log_sd": 0.2,
    "stated_income_bias": 1.1,
    "burden_reference": 0.07,
    "spare_burden_elasticity": 0.3,
    "spare_income_cap_share": 0.5,
    "attachable_income_share": 0.25,
    "assets_income_months_median": 1.5,
    "assets_log_sd": 1.0,
    "behaviour_score_auc": 0.75,
    "propensity_scale": 2.5,
    "declared_share": 0.6,
    "false_alarm_share": 0.02,
    "strategic_share_of_able": 0.1,
    "knows_schedule_share": 0.2,
    "email_valid_share": 0.7,
    "consent_share": 0.9,
    "preferred_sms_share": 0.45,
    "preferred_email_share": 0.2,
    "months_on_book_mean": 48.0,
    "margin_share_of_limit": 0.01,
    "margin_share_of_balance": 0.06,
    "margin_log_sd": 0.5,
}
CELL_FIELDS = (
    "spare_median", "spare_log_sd", "no_spare_share", "buffer_median", "willingness_median", "attention_median",
    "vulnerable_share", "attachable_prob", "phone_valid_share",
)  # fmt: skip
CELLS = (
    (3.0, 0.6, 0.00, 2.0, 0.85, 0.25, 0.05, 0.60, 0.95),
    (1.4, 0.6, 0.02, 0.3, 0.75, 0.65, 0.10, 0.50, 0.93),
    (0.5, 0.7, 0.25, 0.1, 0.65, 0.50, 0.40, 0.20, 0.88),
    (0.7, 0.7, 0.20, 0.1, 0.40, 0.50, 0.20, 0.35, 0.88),
    (2.5, 0.7, 0.00, 2.0, 0.12, 0.60, 0.03, 0.55, 0.90),
    (2.2, 0.6, 0.00, 1.5, 0.20, 0.75, 0.06, 0.55, 0.95),
    (1.2, 0.8, 0.08, 0.5, 0.35, 0.30, 0.12, 0.30, 0.25),
)
MIX = (
    (0.42, 0.28, 0.09, 0.07, 0.07, 0.03, 0.04),
    (0.25, 0.30, 0.14, 0.12, 0.10, 0.03, 0.06),
    (0.12, 0.27, 0.20, 0.17, 0.13, 0.03, 0.08),
    (0.05, 0.17, 0.25, 0.24, 0.16, 0.03, 0.10),
    (0.02, 0.08, 0.26, 0.30, 0.19, 0.03, 0.12),
)


def _numbers(minor_units: int = 100, **changed: float) -> LatentNumbers:
    values = {**GLOBALS, **changed}
    behaviour = np.array([tuple(values.values())], dtype=[(f"latent_{name}", "<f8") for name in values])
    cells = np.array(list(CELLS), dtype=[(name, "<f8") for name in CELL_FIELDS])
    assert len(cells) == len(Cell)
    return LatentNumbers(behaviour, cells, np.array(MIX), np.array([0, 30, 60, 90, 180]), minor_units)


def _setting(**changed: Any) -> Setting:
    return Setting(**{"start_date": dt.date(2005, 9, 1), "horizon_days": 365, **changed})


CARDS = {"file": "taiwan_cards", "layout": "taiwan_cards", "missing": "impute_median", "impute": ("age",)}
CARD_SEGMENTS = {"by": "limit", "names": ("small", "medium", "large"), "up_to": (50000.0, 200000.0)}


def _cards(n_stock: int | str = 1000, flow: float | str = "observed", **changed: Any) -> dict[str, Any]:
    """Return a portfolio block on the packaged card rows."""
    return {
        "source": "real",
        "n_stock": n_stock,
        "flow_per_month": flow,
        "segments": CARD_SEGMENTS,
        "minimum_floor": 1000.0,
        "real": CARDS,
        **changed,
    }


@pytest.fixture(scope="session")
def make_numbers() -> Callable[..., LatentNumbers]:
    """Behaviour numbers; keyword arguments change single ones of the group latent."""
    return _numbers


@pytest.fixture(scope="session")
def cards() -> Callable[..., dict[str, Any]]:
    """The portfolio block of the packaged card rows."""
    return _cards


@pytest.fixture(scope="session")
def populate() -> Callable[..., Population]:
    """Build a portfolio block written as a table of a scenario file."""

    def build(
        portfolio: dict[str, Any],
        seed: int = 7,
        replication: int = 0,
        folder: Path = Path(),
        numbers: LatentNumbers | None = None,
        **setting: Any,
    ) -> Population:
        block = Portfolio.model_validate(portfolio)
        return build_portfolio(block, numbers or _numbers(), _setting(folder=folder, **setting), seed, replication)

    return build
