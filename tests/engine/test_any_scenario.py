"""Any scenario that can be written down runs with every invariant kept or is refused with a message that teaches.

Every log made here is audited against the scenario's own rules and headcounts; under the packs also across changes of
the clock.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simcollect.core.codes import EventKind
from simcollect.core.errors import InputError, InputErrors
from simcollect.core.eventlog import EventLog
from simcollect.engine import Simulation, simulate
from simcollect.experiment.measure import audited, conduct_rules
from simcollect.outcomes.audit import CHECKS, ConductRules, Findings
from simcollect.scenario import Scenario, load
from simcollect.scenario.flatten import flatten
from tests.engine.runs import rows_of
from tests.scenario.strategies import documents, spoilt_documents

K = EventKind
ONCE_A_SPELL = (K.SUIT_FILED, K.ENFORCEMENT_STARTED, K.LAWYERS_LETTER_SENT, K.ASSESSED, K.CREDIT_MARKED)
SPELL_ENDS = (K.CURED, K.CREDIT_MARK_REMOVED)


def relaxed(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],  # shrinking a whole scenario takes minutes
    )


def check(log: EventLog, scenario: Scenario) -> None:
    """Nothing that the auditor finds, and what it does not ask: nothing legal twice in a spell, one offer at a time."""
    found = audited(log, scenario)
    assert found.ok, str(found)
    assert set(CHECKS) < set(found.counts)
    for account in range(len(log.accounts)):
        kinds = log.rows["kind"][log.rows["account"] == account]
        done: set[int] = set()
        offered = 0
        for kind in kinds.tolist():
            if kind in ONCE_A_SPELL:
                assert kind not in done, EventKind(kind).name
                done.add(kind)
            elif kind in SPELL_ENDS:
                done.clear()
                offered = 0
            elif kind == K.OFFER_MADE:
                assert offered == 0
                offered = 1
            elif kind in (K.OFFER_ACCEPTED, K.OFFER_DECLINED, K.OFFER_EXPIRED):
                assert offered == 1
                offered = 0


def run_all(document: dict[str, Any]) -> str | None:
    """Run and check every strategy of a document; return how the first one differs when it is run in pieces."""
    scenario = load(document)
    for name in scenario.strategies:
        log = simulate(scenario, name)
        check(log, scenario)
        levers = flatten(scenario, name).levers
        most = int(levers["stop_max_attempts"].max())
        if most > 0 and levers["stop_max_attempts"].min() == most:
            for account in set(log.rows["account"][log.rows["account"] >= 0].tolist()):
                mine = log.rows[log.rows["account"] == account]
                spells = 1 + int((mine["kind"] == K.REDEFAULTED).sum())
                attempts = len(mine[(mine["kind"] == K.MESSAGE_SENT) | (mine["kind"] == K.DIALLED)])
                # A call and a visit that were under way when the last attempt was counted still come to their end.
                assert attempts <= spells * (most + 2)
    first = next(iter(scenario.strategies))
    pieces = Simulation(scenario, first)
    for day in range(1, scenario.run.horizon_days + 1, max(1, scenario.run.horizon_days // 7)):
        pieces.run(day)
    pieces.run()
    return pieces.log().first_difference(simulate(scenario, first))


@relaxed(25)
@given(documents(max_horizon_days=300))
def test_a_sound_scenario_runs_with_every_invariant_kept(document: dict[str, Any]) -> None:
    assert run_all(document) is None


@pytest.mark.slow
@relaxed(500)
@given(documents(max_horizon_days=500))
def test_many_sound_scenarios_run_with_every_invariant_kept(document: dict[str, Any]) -> None:
    assert run_all(document) is None


CLOCKS = {
    "us_regf_2021": ("America/New_York", dt.date(2027, 3, 14), dt.date(2027, 11, 7)),
    "uk_conc_2025": ("Europe/London", dt.date(2027, 3, 28), dt.date(2027, 10, 31)),
    "cn_cba_2026": ("Asia/Shanghai", dt.date(2027, 3, 1), dt.date(2027, 10, 1)),  # never changed: any day will do
}
"""Each pack's place, and the days of a year on which its clocks go forward and back."""


def held_to(pack: str, document: dict[str, Any], days_before: int, forward: bool) -> Scenario:
    """A random document under a pack, at the pack's place, beginning so many days before the clocks change."""
    zone, spring, autumn = CLOCKS[pack]
    start = (spring if forward else autumn) - dt.timedelta(days=days_before)
    document["run"].update(start_date=start, time_zone=zone)
    document["capacity"]["time_zone"] = zone
    for account in document["portfolio"].get("accounts", []):
        account["time_zone"] = zone
    document["rules"] = {"pack": pack}
    for strategy in document["strategies"].values():
        strategy["mid"]["plan_max_months"] = max(3, strategy["mid"]["plan_max_months"])  # the fewest of any pack
    return load(document)


def findings_under(pack: str, document: dict[str, Any], days_before: int, forward: bool) -> Findings:
    scenario = held_to(pack, document, days_before, forward)
    rules = conduct_rules(scenario)
    assert rules != ConductRules(), "a pack that sets nothing would pass whatever happened"
    return audited(simulate(scenario, next(iter(scenario.strategies))), scenario)


UNDER_A_PACK = {"days_before": st.integers(0, 40), "forward": st.booleans()}


@pytest.mark.parametrize("pack", CLOCKS)
@relaxed(20)
@given(document=documents(behaviour=False, max_horizon_days=150), **UNDER_A_PACK)
def test_random_strategies_never_breach_the_pack_they_run_under(
    pack: str, document: dict[str, Any], days_before: int, forward: bool
) -> None:
    found = findings_under(pack, document, days_before, forward)
    assert found.ok, str(found)


@pytest.mark.slow
@pytest.mark.parametrize("pack", CLOCKS)
@relaxed(250)
@given(document=documents(max_horizon_days=400), **UNDER_A_PACK)
def test_many_random_strategies_never_breach_the_pack_they_run_under(
    pack: str, document: dict[str, Any], days_before: int, forward: bool
) -> None:
    found = findings_under(pack, document, days_before, forward)
    assert found.ok, str(found)


def refused_or_run(document: dict[str, Any]) -> str:
    """Return the refusal, or what an audited run opened."""
    try:
        scenario = load(document)
        strategy = next(iter(scenario.strategies))
        log = simulate(scenario, strategy)
    except (InputError, InputErrors) as error:
        return str(error)
    found = audited(log, scenario)
    assert found.ok, str(found)
    return f"{len(rows_of(log, K.OPENED))} components of debts opened"


@relaxed(25)
@given(spoilt_documents())
def test_a_spoilt_scenario_is_refused_with_a_message_or_runs(document: dict[str, Any]) -> None:
    assert len(refused_or_run(document)) > 20


@pytest.mark.slow
@relaxed(500)
@given(spoilt_documents())
def test_many_spoilt_scenarios_are_refused_with_a_message_or_run(document: dict[str, Any]) -> None:
    assert len(refused_or_run(document)) > 20
