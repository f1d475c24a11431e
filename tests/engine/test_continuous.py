"""Settings that let staff work in continuous time: arrivals at any minute, work found at once, task times that vary."""

from __future__ import annotations

import numpy as np
import pytest

from simcollect.core.codes import Action, EventKind
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.experiment.measure import audited
from tests.engine.runs import Table, crowd, merged, rows_of

AT_ONCE: Table = {"strategies": {"busy": {"work": {"review": "at_once"}}}}
ANY_MINUTE: Table = {"portfolio": {"arrival_minute": "uniform", "flow_count": "poisson", "flow_per_month": 40.0}}


def log_of(*changes: Table) -> EventLog:
    return simulate(crowd(*changes), "busy")


def test_accounts_of_the_flow_arrive_at_any_minute_and_the_stock_at_the_start() -> None:
    arrivals = log_of(ANY_MINUTE).accounts["arrives_at"]
    flow = arrivals[arrivals > 0]
    assert len(flow) > 100
    assert len(np.unique(flow % 1440)) > 90
    assert np.all(flow >= 1440)


def test_work_found_at_once_is_queued_in_the_minute_it_falls_due() -> None:
    first = {"strategies": {"busy": {"early": {"enter_dpd": 0, "steps": [{"action": "call", "day": 0}]}}}}
    log = log_of(ANY_MINUTE, AT_ONCE, first)
    arrives = log.accounts["arrives_at"]
    queued = rows_of(log, EventKind.WORK_QUEUED)
    calls = queued[(queued["detail"] == Action.CALL) & (arrives[queued["account"]] > 0)]
    met, place = np.unique(calls["account"], return_index=True)
    at_arrival = calls["at"][place] == arrives[met]
    assert at_arrival.sum() > 50
    morning = rows_of(log_of(ANY_MINUTE, first), EventKind.WORK_QUEUED)
    by_review = morning[(morning["detail"] == Action.CALL) & (arrives[morning["account"]] > 0)]
    assert set(by_review["at"] % 1440) == {60}  # 09:00 in Taipei


def test_rules_and_books_hold_in_continuous_time() -> None:
    hours = {"hours_start": "08:00", "hours_end": "21:00", "calls_per_7_days": 3}
    rules = {"rules": {**hours, "honour_cease": True, "honour_opt_out": True}}
    scenario = crowd(ANY_MINUTE, AT_ONCE, rules, {"capacity": {"task_times": "lognormal"}})
    found = audited(simulate(scenario, "busy"), scenario)
    assert found.ok, str(found)


def times_of(log: EventLog, action: Action) -> np.ndarray:
    ended = rows_of(log, EventKind.WORK_ENDED)
    return ended["value"][ended["detail"] == action]


@pytest.mark.parametrize("word", ["exponential", "lognormal"])
def test_task_times_vary_around_their_mean_and_visits_do_not(word: str) -> None:
    log = log_of({"capacity": {"task_times": word, "tasks": {"case_analysis": 25}}, "portfolio": {"n_stock": 400}})
    minutes = times_of(log, Action.CASE_ANALYSIS)
    spread = 1.0 if word == "exponential" else np.sqrt(np.expm1(0.36))
    assert len(minutes) > 100
    assert abs(minutes.mean() - 25.0) <= 4.5 * spread * 25.0 / np.sqrt(len(minutes))
    assert 0.7 < minutes.std() / 25.0 / spread < 1.4
    assert len(set(times_of(log, Action.VISIT))) == 1


def test_another_task_leaves_the_time_of_this_one_alone() -> None:
    """A task's time is the account's own luck for it: more messages, calls or staff do not redraw it."""
    vary = {"capacity": {"task_times": "exponential"}}
    more = {"capacity": {"pools": {"callers": {"headcount": 5}, "negotiators": {"headcount": 4}}}}

    def first_times(*changes: Table) -> dict[int, int]:
        ended = rows_of(log_of(vary, *changes), EventKind.WORK_ENDED)
        mine = ended[ended["detail"] == Action.CASE_ANALYSIS]
        return {int(row["account"]): int(row["value"]) for row in mine[::-1]}

    one, other = first_times(), first_times(more)
    both = one.keys() & other.keys()
    assert len(both) > 20
    assert all(one[account] == other[account] for account in both)


def test_the_same_task_done_again_takes_a_time_of_its_own() -> None:
    log = log_of({"capacity": {"task_times": "exponential", "tasks": {"dial": 5}}})
    ended = rows_of(log, EventKind.WORK_ENDED)
    calls = ended[ended["detail"] == Action.CALL]
    silent = calls["value"] < 60
    assert len(set(calls["value"][silent & (calls["account"] == calls["account"][0])])) > 2


def test_repeats_from_done_keep_their_distance_from_the_end_of_the_work() -> None:
    """With one caller for sixty borrowers calls wait for days: only repeats from done stay three days from the end."""
    step = {"action": "call", "day": 0, "repeat_days": 3, "maximum": 30}

    def gaps(repeat_from: str) -> np.ndarray:
        steps = {"early": {"enter_dpd": 0, "steps": [{**step, "repeat_from": repeat_from}]}, "mid": {"enter_dpd": 900}}
        late = {"late": {"enter_dpd": 900}, "final": {"enter_dpd": 900, "disposal_dpd": 900}}
        slow = {"capacity": {"tasks": {"dial": {**DIAL, "value": 60}}}}
        silent = {"behaviour": {"contact": {"answer_prob": 0.0}, "payment": {"base_rate_per_day": 0.0005}}}
        log = log_of(AT_ONCE, {"strategies": {"busy": merged(steps, late)}}, slow, silent)
        rows = log.rows[(log.rows["detail"] == Action.CALL) & (log.rows["account"] >= 0)]
        found = []
        for account in np.unique(rows["account"]):
            mine = rows[rows["account"] == account]
            ended = mine["at"][mine["kind"] == EventKind.WORK_ENDED]
            queued = mine["at"][mine["kind"] == EventKind.WORK_QUEUED]
            found += [queued[queued >= end][0] - end for end in ended if (queued >= end).any()]
        return np.array(found)

    asked, done = gaps("asked"), gaps("done")
    assert len(done) > 50
    assert done.min() >= 3 * 1440
    assert asked.min() < 3 * 1440


DIAL: Table = {"unit": "minutes", "range": [1, 90], "status": "assumed", "source": "a test"}
