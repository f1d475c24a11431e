"""What must hold on any log: audited on every strategy, with rules on, with no staff and with any number of them."""

from __future__ import annotations

import numpy as np
import pytest

from simcollect.core.codes import EventKind, Rule
from simcollect.engine import Simulation, simulate
from simcollect.experiment.measure import audited, conduct_rules
from simcollect.outcomes import audit, same_before_first_action
from simcollect.scenario import Scenario, load
from tests.engine.runs import POOLS, STAFF, STRATEGIES, Table, crowd, life, merged, packaged, rows_of, run, staffed

K = EventKind
STRICT: Table = {
    "rules": {
        "calls_per_7_days": 2,
        "messages_per_7_days": 1,
        "quiet_days_after_conversation": 5,
        "hours_start": "10:00",
        "hours_end": "16:00",
        "visit_two_people": True,
        "honour_cease": True,
        "consent_needed": True,
        "moratorium_days": 20,
        "forbearance_before_suit": True,
        "vulnerable_hold": True,
    }
}

RULES_OF_STRICT = [
    f"rule_{name}"
    for name in (
        "calls_per_7_days",
        "messages_per_7_days",
        "quiet_after_conversation",
        "permitted_hours",
        "visit_two_people",
        "cease_request",
        "no_consent",
        "moratorium",
        "forbearance_before_suit",
        "vulnerable_hold",
        "third_party",
    )
]


def small_cards(*changes: Table) -> Scenario:
    """The real card rows, few of them."""
    document = packaged("cards_taiwan")
    document["portfolio"]["n_stock"] = 80
    return load(merged(document, staffed(1), *changes))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_audit_finds_nothing_on_tiny(tiny: Scenario, strategy: str) -> None:
    for replication in range(3):
        log = simulate(tiny, strategy, replication=replication)
        found = audited(log, tiny)
        assert found.ok, str(found)
        assert len(found.counts) > 15


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_audit_finds_nothing_on_real_rows_under_strict_rules(strategy: str) -> None:
    scenario = small_cards(STRICT)
    log = simulate(scenario, strategy)
    found = audited(log, scenario)
    assert found.ok, str(found)
    assert set(RULES_OF_STRICT) <= set(found.counts)
    if strategy != "no_action":
        assert len(rows_of(log, K.BLOCKED)) > 10


PLACES = {"us_regf_2021": "America/New_York", "uk_conc_2025": "Europe/London", "cn_cba_2026": "Asia/Shanghai"}
DAY_AND_NIGHT: Table = {"capacity": {"pools": {pool: {"shift_start": "00:00", "shift_end": "24:00"} for pool in POOLS}}}


@pytest.mark.parametrize("pack", PLACES)
def test_a_pack_stops_what_a_run_without_it_would_have_done_wrong(pack: str) -> None:
    """Staff work day and night through a change of the clocks: lawless without the pack, without a breach under it."""
    place = {"run": {"start_date": "2027-02-15", "time_zone": PLACES[pack]}, "capacity": {"time_zone": PLACES[pack]}}
    often = {"strategies": {"busy": {"early": {"steps": [call(0), call(0), sms(0)]}}}}
    lawless = crowd(place, staffed("unlimited"), DAY_AND_NIGHT, often)
    lawful = crowd(place, staffed("unlimited"), DAY_AND_NIGHT, often, {"rules": {"pack": pack}})
    rules = conduct_rules(lawful)
    without = audit(run(lawless, "busy"), rules)
    assert without.n_conduct_breaches > 20, str(without)
    assert len([check for check, n in without.counts.items() if n]) >= 3, str(without)
    log = run(lawful, "busy")
    under = audit(log, rules)
    assert under.ok, str(under)
    assert len(rows_of(log, K.DIALLED)) > 50, "the pack limits contact and does not end it"
    assert len(rows_of(log, K.BLOCKED)) > 20


def call(day: int) -> Table:
    return {"action": "call", "day": day, "repeat_days": 1, "maximum": 20}


def sms(day: int) -> Table:
    return {"action": "sms", "day": day, "repeat_days": 1, "maximum": 20}


def test_strict_rules_block_by_many_of_their_ids() -> None:
    log = run(crowd(STRICT, staffed("unlimited")), "busy")
    seen = {Rule(int(row["detail"])).name for row in rows_of(log, K.BLOCKED)}
    assert len(seen) >= 6, seen


def test_every_action_of_the_four_stages_happens_somewhere() -> None:
    """A strategy that does everything, on a crowd, leaves a row of every kind that the model has, but for those that
    tell several strategies apart."""
    behaviour = {
        "contact": {"answer_prob": 0.6, "opt_out_prob": 0.1},
        "conversation": {"cease": 0.5},
        "settlement": {"keep_prob": 0.5},
    }
    strategy = {"strategies": {"busy": {"restoration": {"reopen_line": True}, "escalation": {"balance_floor": 2000.0}}}}
    kinds: set[int] = set()
    for change in ({}, {"strategies": {"busy": {"stop": {"max_attempts": 12}, "final": {"disposal": "write_off"}}}}):
        long = {
            "run": {"horizon_days": 420},
            "portfolio": {"n_stock": 150, "penalty_rate": 0.1},
            "rules": {"calls_per_7_days": 4},
        }
        log = run(crowd({"behaviour": behaviour}, strategy, long, staffed(3), change), "busy")
        kinds |= set(log.rows["kind"].tolist())
    missing = {kind.name for kind in EventKind if int(kind) not in kinds}
    assert missing == {K.ASSIGNED.name}


def test_no_staff_and_no_messages_equals_the_run_without_action(tiny: Scenario) -> None:
    """With nobody to act, payments and balances are those of the twin in which nothing was wanted."""
    for document in (packaged("tiny"), merged(packaged("tiny"), STRICT)):
        silent = copy_without_messages(merged(document, staffed(0)), "balanced")
        silent["strategies"]["balanced"]["late"].update(accelerate=False, mark_credit_record=False)
        for account in silent["portfolio"]["accounts"]:
            account["strategic"] = False  # who waits for an offer that is announced reacts before it comes
        idle, nothing = run(silent, "balanced"), run(silent, "no_action")
        waiting = (*STAFF, K.STAGE_ENTERED, K.BLOCKED, K.STOPPED)
        assert life(idle, without=waiting) == life(nothing, without=waiting)
        assert len(rows_of(idle, K.WORK_QUEUED)) > 20
        assert len(rows_of(idle, K.WORK_STARTED)) == 0


def copy_without_messages(document: Table, strategy: str) -> Table:
    """The strategy's human steps only."""
    for stage in ("early", "mid"):
        steps = document["strategies"][strategy][stage]["steps"]
        document["strategies"][strategy][stage]["steps"] = [
            step for step in steps if step["action"] not in ("sms", "email", "automated_call")
        ]
    return document


def test_unlimited_staff_take_everything_up_within_its_shift() -> None:
    hours = {pool: {"shift_start": "00:00", "shift_end": "24:00", "weekdays": list(WEEK)} for pool in POOLS_ALL}
    log = run(crowd(staffed("unlimited"), {"capacity": {"pools": hours}}), "busy")
    started = rows_of(log, K.WORK_STARTED)
    assert len(started) > 500
    waits = started["value"][~np.isin(started["detail"], [7])]
    # A second call to a borrower who is on the line waits for the first to end; a visit must fit into the shift.
    assert np.percentile(waits, 99) <= 60
    assert set((started["actor"] % 100_000).tolist()) == {0}, "staff of an unlimited pool have no names"


WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
POOLS_ALL = ("callers", "negotiators", "legal_officers", "settlement_desk")


def test_a_strategy_changes_nothing_of_an_account_before_its_first_action_there() -> None:
    scenario = crowd()
    book = Simulation(scenario, "busy").population.book
    knows = (book["strategic"] == 1) & (book["knows_schedule"] == 1)
    log, twin = simulate(scenario, "busy"), simulate(scenario, "nothing")
    found = same_before_first_action(log, twin, exclude=knows)
    assert found.counts == {"same_before_first_action": 0}, str(found)
    late_start = crowd({"strategies": {"busy": {"early": {"steps": []}, "mid": {"steps": []}}}})
    found = same_before_first_action(simulate(late_start, "busy"), twin, exclude=knows)
    assert found.counts == {"same_before_first_action": 0}, str(found)
