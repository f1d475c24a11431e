"""What is kept of a run's event log: its headline outcomes and their details at every reading day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from simcollect.core.eventlog import EventLog
from simcollect.core.units import money_cents
from simcollect.experiment.detail import LEGAL, detail
from simcollect.outcomes.audit import ConductRules, Findings, StaffLimits, audit
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.headline import headline
from simcollect.outcomes.measures import MEASURES, Measure
from simcollect.scenario import Scenario
from simcollect.scenario.kinds import clock_minutes
from simcollect.scenario.rules import Rules

INCREMENTAL: Final[Mapping[str, Measure]] = {
    "incremental_recovered_share": Measure(
        "R",
        "Incremental recovery",
        "share",
        True,
        "(Recovered - recovered by the twin without action) / opening balance: what would not have come anyway.",
    ),
    "incremental_net_share": Measure(
        "R",
        "Incremental net recovery",
        "share",
        True,
        "(Net recovered - net recovered by the twin without action) / opening balance.",
    ),
}
"""Measures that need the same replication's run without action."""

ALL_MEASURES: Final[Mapping[str, Measure]] = {**MEASURES, **LEGAL, **INCREMENTAL}

_KNOWN_FROM_ELSEWHERE: Final = frozenset({"scenario", "seed", "strategy", "replication"})


def prices(scenario: Scenario) -> Economics:
    """Return the prices and rates of a scenario as plain numbers."""
    economics = scenario.economics
    pools = scenario.capacity.pools
    staff = (pools.callers, pools.negotiators, pools.legal_officers, pools.settlement_desk)
    hourly = [money_cents(pool.hourly_cost.value, economics.minor_units) for pool in staff]
    sale = sorted((int(day), share.value) for day, share in economics.sale_price_share_by_dpd.items())
    return Economics(
        discount_rate_annual=economics.discount_rate_annual.value,
        cost_basis=economics.cost_basis,
        hourly_cost_cents=(hourly[0], hourly[1], hourly[2], hourly[3]),
        sale_from_dpd=tuple(day for day, _ in sale),
        sale_share=tuple(share for _, share in sale),
        retention_years=economics.retention_years.value,
    )


def conduct_rules(scenario: Scenario) -> ConductRules:
    """Return the rules of conduct that a scenario's runs are held to by the audit; those it does not set are off."""
    return held_to(scenario.rules)


def held_to(rules: Rules) -> ConductRules:
    """Return a rules block, a scenario's or a pack's own, as the audit takes it."""
    minutes = {
        "hours_start_minute": None if rules.hours_start is None else clock_minutes(rules.hours_start),
        "hours_end_minute": None if rules.hours_end is None else clock_minutes(rules.hours_end),
    }
    shares = {"plan_surplus_share_ppm": rules.plan_surplus_share, "max_discount_share_ppm": rules.max_discount_share}
    parts = {name: None if share is None else round(share * 1_000_000) for name, share in shares.items()}
    settings = {**dict(rules), **minutes, **parts}
    numbers = {field.name: settings[field.name] for field in fields(ConductRules)}
    return ConductRules(**{name: int(value) for name, value in numbers.items() if value is not None})


def staff_limits(scenario: Scenario) -> StaffLimits:
    """Return the headcounts that a scenario's runs are held to by the audit."""
    pools = scenario.capacity.pools
    staff = (pools.callers, pools.negotiators, pools.legal_officers, pools.settlement_desk)
    heads = [-1 if pool.headcount == "unlimited" else int(pool.headcount) for pool in staff]
    return StaffLimits((heads[0], heads[1], heads[2], heads[3]))


def reading_days(scenario: Scenario) -> tuple[int, ...]:
    """Return the days at which outcomes are read, rising; the last is the horizon."""
    horizon = scenario.run.horizon_days
    return tuple(sorted({day for day in scenario.run.reading_days if day < horizon} | {horizon}))


def audited(log: EventLog, scenario: Scenario) -> Findings:
    """Return what the independent audit finds in a log, held to the scenario's rules and headcounts."""
    return audit(log, conduct_rules(scenario), staff_limits(scenario))


def measure(log: EventLog, scenario: Scenario) -> list[dict[str, Any]]:
    """Return one row a reading day: ``n_events`` (of the whole run), every headline outcome and the details by name.

    Breached contacts are counted at the horizon only, where the audit reads the whole log.
    """
    economics, days = prices(scenario), reading_days(scenario)
    breaches = audit(log, conduct_rules(scenario), conduct_only=True).n_conduct_breaches
    rows: list[dict[str, Any]] = []
    for day in days:
        outcomes = headline(log, economics, day, breaches if day == days[-1] else None)
        numbers = {name: value for name, value in outcomes.as_dict().items() if name not in _KNOWN_FROM_ELSEWHERE}
        rows.append({"n_events": len(log), **numbers, **detail(log, economics, day)})
    return rows
