"""The packaged loan scenarios, played small: every strategy runs, its log is clean, and what comes out makes sense."""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from simcollect.api import headline
from simcollect.core.codes import Channel, EventKind, Pool, Rule, Stage, Trigger
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.experiment.measure import audited
from simcollect.outcomes.capacity import capacity_by_pool
from simcollect.outcomes.headline import Outcomes
from simcollect.scenario import Scenario, load

FIVE = ("no_action", "gentle", "balanced", "firm", "settle_early")
NAMES = ("instalment_us", "consumer_loan_cn")
K = EventKind


@cache
def small(name: str) -> Scenario:
    """Return a packaged scenario with about a quarter of its accounts, over 11 months."""
    scenario = load(name)
    book = scenario.portfolio.model_copy(update={"n_stock": 120, "flow_per_month": 12.0})
    run = scenario.run.model_copy(update={"horizon_days": 330, "reading_days": ()})
    return scenario.model_copy(update={"portfolio": book, "run": run})


@cache
def played(name: str, strategy: str) -> EventLog:
    return simulate(small(name), strategy)


@cache
def outcome(name: str, strategy: str) -> Outcomes:
    return headline(played(name, strategy), small(name))


def count(log: EventLog, kind: EventKind) -> int:
    return int(np.sum(log.rows["kind"] == kind))


@pytest.mark.parametrize("strategy", FIVE)
@pytest.mark.parametrize("name", NAMES)
def test_every_strategy_runs_and_its_log_is_clean(name: str, strategy: str) -> None:
    log = played(name, strategy)
    assert len(log.accounts) > 200
    findings = audited(log, small(name))
    assert findings.ok, str(findings)
    assert (outcome(name, strategy).cost_cents > 0) == (strategy != "no_action")


@pytest.mark.parametrize("name", NAMES)
def test_no_strategy_doubles_recovery_and_balanced_earns_something(name: str) -> None:
    # A believable policy gains 5 to 10 % (published policy experiments): half as much again would be a straw man.
    alone = outcome(name, "no_action").gross_recovery_share
    assert 0.1 < alone < 0.8
    for strategy in FIVE:
        assert 0.85 * alone < outcome(name, strategy).gross_recovery_share < 1.5 * alone
    assert outcome(name, "balanced").gross_recovery_share > alone


@pytest.mark.parametrize("name", NAMES)
def test_firm_goes_to_court_most_and_gentle_least(name: str) -> None:
    suits = [count(played(name, strategy), K.SUIT_FILED) for strategy in ("gentle", "balanced", "firm")]
    assert suits == sorted(suits)
    assert 0 < suits[-1] < 0.4 * len(played(name, "firm").accounts)


@pytest.mark.parametrize("name", NAMES)
def test_settle_early_settles_before_anyone_is_charged_off(name: str) -> None:
    log = played(name, "settle_early")
    accepted = log.rows[log.rows["kind"] == K.OFFER_ACCEPTED]
    assert np.any(accepted["stage"] == Stage.MID)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_staff_are_sized_for_the_strategy_that_needs_them_most(name: str) -> None:
    used: dict[Pool, list[float]] = {pool: [] for pool in Pool if pool is not Pool.NONE}
    for strategy in ("balanced", "firm", "settle_early"):
        table = capacity_by_pool(simulate(load(name), strategy)).set_index("pool")
        for pool, shares in used.items():
            shares.append(float(table.loc[pool.name.lower(), "utilisation"]))
    for pool, shares in used.items():
        assert 0.5 < max(shares) < 0.95, (pool, shares)


def test_the_us_call_cap_binds_firm_and_nobody_else() -> None:
    blocked = {}
    for strategy in FIVE:
        rows = played("instalment_us", strategy).rows
        mine = rows[rows["kind"] == K.BLOCKED]
        blocked[strategy] = int(np.sum(mine["detail"] == Rule.CALLS_PER_7_DAYS))
    assert blocked["firm"] > 0.2 * count(played("instalment_us", "firm"), K.DIALLED)
    assert {blocked[strategy] for strategy in FIVE if strategy != "firm"} == {0}


def test_calls_that_reach_nobody_lead_firm_to_law() -> None:
    rows = played("instalment_us", "firm").rows
    entered = rows[(rows["kind"] == K.STAGE_ENTERED) & (rows["stage"] == Stage.LATE)]
    assert np.sum(entered["detail"] == Trigger.UNREACHED) > 0
    assert np.sum(entered["detail"] == Trigger.DAYS) > 0


@pytest.mark.parametrize("strategy", ["balanced", "firm"])
def test_nobody_in_the_us_is_contacted_before_eight_or_after_nine_on_his_own_clock(strategy: str) -> None:
    log = played("instalment_us", strategy)
    start = dt.datetime.fromisoformat(log.header.start_date).replace(tzinfo=dt.UTC)
    rows = log.rows[np.isin(log.rows["kind"], (K.DIALLED, K.MESSAGE_SENT))]
    offsets: dict[str, set[dt.timedelta | None]] = {}
    for row in rows:
        zone = log.header.zones[log.accounts["zone"][row["account"]]]
        local = (start + dt.timedelta(minutes=int(row["at"]))).astimezone(ZoneInfo(zone))
        assert 8 <= local.hour < 21, (zone, local)
        offsets.setdefault(zone, set()).add(local.utcoffset())
    assert len(offsets) == 4
    assert all(len(seen) == 2 for seen in offsets.values())  # winter and summer time


def test_chinese_visits_are_made_and_the_machine_hands_over_on_day_six() -> None:
    log = played("consumer_loan_cn", "balanced")
    assert count(log, K.VISITED) > 0
    dialled = log.rows[(log.rows["kind"] == K.DIALLED) & (log.rows["stage"] == Stage.EARLY)]
    assert {Channel.AUTOMATED_CALL, Channel.CALL} <= set(dialled["channel"].tolist())
