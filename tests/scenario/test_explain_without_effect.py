"""A lever that is said to have no effect has none: the model gives the same log whatever its value."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.engine import simulate
from simcollect.scenario import Scenario, Strategy, load
from simcollect.scenario.explain.idle import idle
from tests.scenario.levers import BUSY, moved, with_strategies

Change = tuple[str, str, Any]

SILENT: tuple[Change, ...] = (
    ("early", "steps", ()),
    ("mid", "steps", ()),
    ("follow_up", "plan_check_days", -1),
)
"""Nobody is contacted."""
NO_LAW: tuple[Change, ...] = (
    ("late", "letter_day", -1),
    ("late", "suit_day", -1),
    ("late", "assess", False),
    ("late", "mark_credit_record", False),
)
NO_SETTLEMENT: tuple[Change, ...] = (("final", "offers", ()),)
NO_PLAN: tuple[Change, ...] = (("mid", "plan_offered", False),)
OPEN_END: tuple[Change, ...] = (
    ("final", "disposal", "none"),
    ("restoration", "care_call", False),
    ("restoration", "fee_goodwill_share", 0.0),
    ("restoration", "credit_rebuild", False),
    ("restoration", "reopen_line", False),
)
DIALLER: tuple[Change, ...] = (("early", "caller", "automated"), ("mid", "steps", ()))
NOTHING: tuple[Change, ...] = (
    *SILENT,
    *NO_LAW,
    *NO_SETTLEMENT,
    *OPEN_END,
    ("late", "accelerate", False),
    ("final", "closing_record", False),
)
BY_DAYS_ONLY: tuple[Change, ...] = (
    ("mid", "enter_after_days", -1),
    ("escalation", "refusals", 0),
    ("escalation", "broken_promises", 0),
    ("escalation", "attempts_without_reach", 0),
    ("escalation", "plan_broken", False),
)
"""Nothing brings the mid stage forward."""
CASES: dict[str, tuple[Change, ...]] = {
    "as it is": (),
    "nobody is contacted": SILENT,
    "no legal means": NO_LAW,
    "no settlement": NO_SETTLEMENT,
    "no plan": NO_PLAN,
    "neither plan nor settlement": (*NO_SETTLEMENT, *NO_PLAN),
    "nobody is contacted or offered anything": (*SILENT, *NO_SETTLEMENT),
    "open end": OPEN_END,
    "only the dialler": DIALLER,
    "nothing at all": NOTHING,
    "contact ends before the mid stage": (*BY_DAYS_ONLY, ("stop", "after_dpd", 20)),
    "contact ends before any stage": (*BY_DAYS_ONLY, ("stop", "after_dpd", 1)),
}


def changed(strategy: Strategy, changes: tuple[Change, ...]) -> Strategy:
    for table, field, value in changes:
        strategy = strategy.model_copy(update={table: getattr(strategy, table).model_copy(update={field: value})})
    return strategy


@cache
def scenario() -> Scenario:
    return load("tiny")


def log_of(strategy: Strategy) -> EventLog:
    return simulate(with_strategies(scenario(), s=strategy), "s")


@pytest.mark.parametrize("case", CASES)
def test_a_lever_said_to_have_no_effect_changes_no_log(case: str) -> None:
    busy = changed(Strategy.model_validate(load_busy()), CASES[case])
    log = log_of(busy)
    found = idle(busy, scenario().rules)
    for path in found:
        turned = moved(busy, path)
        assert (log_of(turned).rows == log.rows).all(), f"{'.'.join(path)} has an effect: {found[path].en}"


@pytest.mark.parametrize(("last", "ended"), [(1, {"early", "mid"}), (20, {"mid"}), (33, set()), (0, set())])
def test_steps_of_a_stage_that_begins_after_contact_has_ended_have_no_effect(last: int, ended: set[str]) -> None:
    busy = changed(Strategy.model_validate(load_busy()), (*BY_DAYS_ONLY, ("stop", "after_dpd", last)))
    assert (busy.early.enter_dpd, busy.mid.enter_dpd) == (2, 33)
    assert {table for table in ("early", "mid") if (table, "steps") in idle(busy, scenario().rules)} == ended


@pytest.mark.parametrize("change", [("escalation", "refusals", 4), ("mid", "enter_after_days", 9)], ids=str)
def test_steps_of_a_stage_that_may_be_brought_forward_are_not_called_idle(change: Change) -> None:
    busy = changed(Strategy.model_validate(load_busy()), (*BY_DAYS_ONLY, ("stop", "after_dpd", 20), change))
    assert ("mid", "steps") not in idle(busy, scenario().rules)


@pytest.mark.parametrize("last", [34, 40])
def test_the_model_makes_no_contact_after_the_last_day_that_is_told(last: int) -> None:
    busy = changed(Strategy.model_validate(load_busy()), (("stop", "after_dpd", last), ("stop", "max_attempts", 0)))
    free = changed(busy, (("stop", "after_dpd", 0),))
    assert max(_days_of_contact(log_of(busy))) <= last < max(_days_of_contact(log_of(free)))


def _days_of_contact(log: EventLog) -> list[int]:
    """Days past due of all contacts that come before an account's first payment, which would lower them."""
    opened: dict[int, int] = {}
    days = []
    for row in log.rows[["at", "account", "kind", "value"]].tolist():
        at, account, kind, value = row
        if kind == EventKind.OPENED:
            opened[account] = at - value * MINUTES_PER_DAY
        elif kind == EventKind.PAYMENT:
            opened.pop(account, None)
        elif kind in (EventKind.MESSAGE_SENT, EventKind.DIALLED) and account in opened:
            days.append((at - opened[account]) // MINUTES_PER_DAY)
    return days


IN_FORCE = (("early", "tone"), ("late", "suit_day"), ("mid", "plan_affordability_share"), ("late", "hold_vulnerable"))


@pytest.mark.parametrize("path", IN_FORCE, ids=".".join)
def test_a_lever_in_force_does_change_the_log(path: tuple[str, str]) -> None:
    busy = Strategy.model_validate(load_busy())
    assert path not in idle(busy, scenario().rules)
    assert log_of(moved(busy, path)) != log_of(busy)


def test_hardship_is_held_by_the_strategy_only_where_no_rule_gives_a_moratorium() -> None:
    path = ("escalation", "hardship_hold_days")
    busy = Strategy.model_validate(load_busy())
    free = scenario().rules.model_copy(update={"moratorium_days": None})
    assert path in idle(busy, scenario().rules)
    assert path not in idle(busy, free)
    logs = [
        simulate(with_strategies(scenario().model_copy(update={"rules": free}), s=strategy), "s")
        for strategy in (busy, moved(busy, path))
    ]
    assert logs[0] != logs[1]


def load_busy() -> dict[str, Any]:
    """Levers as the loader hands them to the model: lists frozen."""
    return _frozen(BUSY)


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _frozen(item) for key, item in value.items()}
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value
