"""Any scenario that can be written down runs with every invariant kept or is refused with a message that teaches.

Every log made here is audited by the suite's conftest, against the scenario's own rules and headcounts.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from simcollect.core.codes import EventKind
from simcollect.core.errors import InputError, InputErrors
from simcollect.core.eventlog import EventLog
from simcollect.engine import Simulation, simulate
from simcollect.scenario import load
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


def check(log: EventLog) -> None:
    """What the auditor does not ask: nothing legal twice in a spell, one hold at a time, one offer at a time."""
    for account in range(len(log.accounts)):
        kinds = log.rows["kind"][log.rows["account"] == account]
        done: set[int] = set()
        held = 0
        offered = 0
        for kind in kinds.tolist():
            if kind in ONCE_A_SPELL:
                assert kind not in done, EventKind(kind).name
                done.add(kind)
            elif kind in SPELL_ENDS:
                done.clear()
                held = offered = 0
            elif kind == K.HOLD_STARTED:
                assert held == 0
                held = 1
            elif kind == K.HOLD_ENDED:
                assert held == 1
                held = 0
            elif kind == K.OFFER_MADE:
                assert offered == 0
                offered = 1
            elif kind in (K.OFFER_ACCEPTED, K.OFFER_DECLINED, K.OFFER_EXPIRED):
                assert offered == 1
                offered = 0


def run_all(document: dict[str, Any]) -> None:
    """Run every strategy of a document, the first one also in pieces."""
    scenario = load(document)
    for name in scenario.strategies:
        log = simulate(scenario, name)
        check(log)
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
    assert pieces.log().first_difference(simulate(scenario, first)) is None


@relaxed(25)
@given(documents(max_horizon_days=300))
def test_a_sound_scenario_runs_with_every_invariant_kept(document: dict[str, Any]) -> None:
    run_all(document)


@pytest.mark.slow
@relaxed(500)
@given(documents(max_horizon_days=500))
def test_many_sound_scenarios_run_with_every_invariant_kept(document: dict[str, Any]) -> None:
    run_all(document)


def refused_or_run(document: dict[str, Any]) -> None:
    try:
        scenario = load(document)
        strategy = next(iter(scenario.strategies))
        log = simulate(scenario, strategy)
    except (InputError, InputErrors) as error:
        message = str(error)
    else:
        message = f"{len(rows_of(log, K.OPENED))} components of debts opened"
    assert len(message) > 20


@relaxed(25)
@given(spoilt_documents())
def test_a_spoilt_scenario_is_refused_with_a_message_or_runs(document: dict[str, Any]) -> None:
    refused_or_run(document)


@pytest.mark.slow
@relaxed(500)
@given(spoilt_documents())
def test_many_spoilt_scenarios_are_refused_with_a_message_or_run(document: dict[str, Any]) -> None:
    refused_or_run(document)
