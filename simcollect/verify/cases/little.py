"""Little's law on the work lists of any scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simcollect.core.codes import Pool
from simcollect.core.eventlog import EventLog
from simcollect.core.words import name_of
from simcollect.scenario import Scenario, load
from simcollect.verify.case import Case, Given, Parameter, Theory
from simcollect.verify.line import balance_of

POOLS: Final = tuple(pool for pool in Pool if pool is not Pool.NONE)


class LittlesLaw(Case):
    """L = lambda W on every pool of any scenario: the log's path of the line against the waits that staff noted."""

    def theory(self, given: Given) -> Theory:
        """Return 1 for every pool, for items in line and for staff at work."""
        return {f"L / (lambda W), {name_of(pool)}, {what}": 1.0 for pool in POOLS for what in ("in line", "at work")}

    def scenario(self, given: Given) -> Scenario:
        """Return the scenario of this name or file."""
        return load(given["scenario"])

    def strategies(self, given: Given) -> tuple[str, ...]:
        """Return the strategy of this name."""
        return (given["strategy"],)

    def check(self, given: Given) -> None:
        """Refuse a strategy that the scenario does not have."""
        known = load(given["scenario"]).strategies
        if given["strategy"] not in known:
            raise self.refuse("strategy", f"is {given['strategy']}", "Expected one of " + ", ".join(known))

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return both ratios of every pool; 1 where it had nothing to do."""
        log = logs[given["strategy"]]
        found = {}
        for pool in POOLS:
            balance = balance_of(log, pool)
            found[f"L / (lambda W), {name_of(pool)}, in line"] = balance.line_ratio
            found[f"L / (lambda W), {name_of(pool)}, at work"] = balance.work_ratio
        return found


CASES: Final[tuple[Case, ...]] = (
    LittlesLaw(
        "littles_law",
        "Little's law on every pool of a scenario",
        "Little 1961",
        (
            Parameter("scenario", "cards_taiwan", "scenario", "Name of a packaged scenario, or a file."),
            Parameter("strategy", "firm", "strategy", "One of its strategies."),
        ),
        replications=1,
    ),
)
