"""What the sentences about one strategy are made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from simcollect.scenario.explain.figures import Figures, figures
from simcollect.scenario.explain.idle import idle
from simcollect.scenario.explain.said import Path, Said, money
from simcollect.scenario.rules import Rules
from simcollect.scenario.strategy import Levers


class Setting(NamedTuple):
    """One setting of all levers with what follows from it.

    Attributes
    ----------
    levers : Levers
        Resolved levers of a strategy, or of one segment under it.
    figures : Figures
        What they amount to by the calendar.
    idle : mapping
        Levers without effect, with the reason.
    currency : str
        Code of the scenario's currency.
    rules : Rules
        Rules in force.
    """

    levers: Levers
    figures: Figures
    idle: Mapping[Path, Said]
    currency: str
    rules: Rules

    def money(self, value: float) -> Said:
        """Return an amount in words."""
        return money(value, self.currency)


def setting(levers: Levers, currency: str, rules: Rules) -> Setting:
    """Return a setting of the levers with what follows from it."""
    return Setting(levers, figures(levers), idle(levers, rules), currency, rules)
