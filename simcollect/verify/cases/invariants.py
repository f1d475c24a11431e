"""What must hold in every run, on the packaged scenarios as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.experiment.measure import audited
from simcollect.outcomes import same_before_first_action
from simcollect.outcomes.reading import Reading
from simcollect.population import Population, build
from simcollect.scenario import Scenario, load
from simcollect.scenario.reading import names as scenario_names
from simcollect.scenario.variation import varied
from simcollect.verify.case import Band, Case, Given, Parameter, Theory

POOLS: Final = ("callers", "negotiators", "legal_officers", "settlement_desk")
NO_ACTION: Final = "no_action"

_OF_STAFF: Final = (
    EventKind.STAFFED,
    EventKind.WORK_QUEUED,
    EventKind.WORK_STARTED,
    EventKind.WORK_ENDED,
    EventKind.WORK_WITHDRAWN,
    EventKind.STAGE_ENTERED,
    EventKind.BLOCKED,
    EventKind.STOPPED,
)
_WITHOUT_STAFF: Final = ("sms", "email", "automated_call")


@dataclass(frozen=True)
class Invariants(Case):
    """Counts of what must not be, each 0: one replication of every strategy of a packaged scenario, and twins of one.

    The audit re-derives from the rows alone that cash is conserved to the cent, staff do one thing at a time, promises,
    plans and holds match, and no rule of conduct that is on was breached. Borrowers who know when offers come are left
    out of the comparison before the first action: they react to a strategy before it acts, and are meant to. Without
    staff and messages a strategy still accelerates debts and marks credit records; these levers are off in that twin,
    the machine's share of the calls is made by people, and nobody waits for offers that will never come.
    """

    def check(self, given: Given) -> None:
        """Refuse a scenario that is not packaged, or lacks the strategy."""
        known = scenario_names()
        if given["scenario"] not in known:
            raise self.refuse("scenario", f"is {given['scenario']}", "Expected one of " + ", ".join(known))
        strategies = load(given["scenario"]).strategies
        if given["strategy"] not in strategies:
            raise self.refuse("strategy", f"is {given['strategy']}", "Expected one of " + ", ".join(strategies))

    def theory(self, given: Given) -> Theory:
        """Return zeros."""
        return {
            "faults found by the audit": 0.0,
            "logs that differ when repeated": 0.0,
            "rows unlike the twin before acting": 0.0,
            "rows unlike no action, without staff": 0.0,
        }

    def scenario(self, given: Given) -> Scenario:
        """Return the packaged scenario."""
        return load(given["scenario"])

    def replicate(self, scenario: Scenario, given: Given, seed: int, replication: int) -> Mapping[str, float]:
        """Run every strategy, one of them twice, and the twin without staff; count what must not be."""
        strategy = given["strategy"]
        book = build(scenario, seed, replication)

        def log_of(name: str, under: Scenario = scenario, of: Population = book) -> EventLog:
            return simulate(under, name, seed=seed, replication=replication, population=of)

        logs = {name: log_of(name) for name in scenario.strategies}
        knows = (book.book["strategic"] == 1) & (book.book["knows_schedule"] == 1)
        before = [
            same_before_first_action(logs[name], logs[NO_ACTION], exclude=knows)
            for name in scenario.strategies
            if name != NO_ACTION
        ]
        idle = without_staff(scenario, strategy)
        calm = build(idle, seed, replication)
        return {
            "faults found by the audit": float(
                sum(sum(audited(log, scenario).counts.values()) for log in logs.values())
            ),
            "logs that differ when repeated": float(log_of(strategy).digest() != logs[strategy].digest()),
            "rows unlike the twin before acting": float(sum(sum(found.counts.values()) for found in before)),
            "rows unlike no action, without staff": float(
                differences(log_of(strategy, idle, calm), log_of(NO_ACTION, idle, calm))
            ),
        }

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return nothing: :meth:`replicate` counts."""
        return {}


@dataclass(frozen=True)
class UnlimitedStaff(Invariants):
    """What unlimited staff recover, less what the scenario's own staff do, on the same borrowers.

    The evidence asks that this is never negative. In this model it need not hold: contacts left undone for want of
    staff spare goodwill as well. So it is measured, and reported as it is.
    """

    def theory(self, given: Given) -> Theory:
        """Return a gain of any size: a share of the opening balances, not below 0."""
        return {_GAIN: Band(0.0, 1.0)}

    def replicate(self, scenario: Scenario, given: Given, seed: int, replication: int) -> Mapping[str, float]:
        """Run the strategy with both staffs."""
        unlimited = varied(scenario, {f"capacity.pools.{pool}.headcount": "unlimited" for pool in POOLS})
        book = build(scenario, seed, replication)
        paid = []
        for under in (unlimited, scenario):
            log = simulate(under, given["strategy"], seed=seed, replication=replication, population=book)
            reading = Reading.at_day(log)
            paid.append(int(reading.total(EventKind.PAYMENT).sum()))
        return {_GAIN: (paid[0] - paid[1]) / int(log.accounts["opening_cents"].sum())}


_GAIN: Final = "gain in cash, share of opening"


def without_staff(scenario: Scenario, strategy: str) -> Scenario:
    """Return a scenario in which a strategy can do nothing: no staff, no messages, no step that needs neither."""
    at = f"strategies.{strategy}"
    chosen = scenario.strategies[strategy]
    changes: dict[str, Any] = {f"capacity.pools.{pool}.headcount": 0 for pool in POOLS}
    for stage, steps in (("early", chosen.early.steps), ("mid", chosen.mid.steps)):
        changes[f"{at}.{stage}.steps"] = [
            step.model_dump(exclude_none=True) for step in steps if step.action not in _WITHOUT_STAFF
        ]
    changes |= {f"{at}.early.caller": "human", f"{at}.late.accelerate": False, f"{at}.late.mark_credit_record": False}
    changes |= {f"{at}.restoration.{gift}": False for gift in ("credit_rebuild", "reopen_line")}
    changes[f"{at}.restoration.fee_goodwill_share"] = 0.0
    changes["behaviour.latent.strategic_share_of_able"] = 0.0
    for place, account in enumerate(scenario.portfolio.accounts):
        if account.strategic:
            changes[f"portfolio.accounts[{place}].strategic"] = False
    return varied(scenario, changes)


def differences(log: EventLog, twin: EventLog) -> int:
    """Return how many rows about accounts differ between two logs, what only staff do and ask for left out."""
    names = ("at", "account", "kind", "channel", "detail", "amount_cents", "cost_cents", "value")
    ours, theirs = (each.rows[~np.isin(each.rows["kind"], _OF_STAFF)] for each in (log, twin))
    n = min(len(ours), len(theirs))
    unequal = np.zeros(n, dtype=np.bool_)
    for name in names:
        unequal |= ours[name][:n] != theirs[name][:n]
    return int(unequal.sum()) + abs(len(ours) - len(theirs))


def _parameters(scenario: str) -> tuple[Parameter, ...]:
    return (
        Parameter("scenario", scenario, "name", "A packaged scenario."),
        Parameter("strategy", "balanced", "name", "The strategy whose twins are compared."),
    )


_SHIPPED: Final = ("tiny", "cards_taiwan", "instalment_us", "consumer_loan_cn")

CASES: Final[tuple[Case, ...]] = (
    *(
        Invariants(
            f"invariants_{name}", f"What must hold in every run, on {name}", "4.8", _parameters(name), 1, name != "tiny"
        )
        for name in _SHIPPED
    ),
    *(
        UnlimitedStaff(
            f"unlimited_staff_{name}",
            f"Unlimited staff against the staff of {name}",
            "4.8",
            _parameters(name),
            12,
            True,
        )
        for name in _SHIPPED[1:]
    ),
)
