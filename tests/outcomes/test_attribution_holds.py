"""Attribution: what holds for any two histories, every account and every strategy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcollect.core.codes import CloseReason, Component, EventKind, Status
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.experiment.measure import prices
from simcollect.outcomes import headline
from simcollect.outcomes.attribution import attribute_recovery
from simcollect.outcomes.costs import shared_out
from simcollect.scenario import Scenario
from tests.outcomes import exact
from tests.outcomes.exact import TwinsSeen, brute_force, require_exact
from tests.outcomes.handmade import Story

# ------------------------------------------------------------------------------------------------ what always holds
from tests.outcomes.payers import alone, parts, paying


@pytest.mark.parametrize(
    "changes",
    [
        {"incremental_cents": 1},
        {"lost_open_cents": 1},
        {"accelerated_cents": 1},
        {"delayed_cents": -1, "same_time_cents": 1},
    ],
    ids=["over", "missing", "both", "negative"],
)
def test_parts_that_do_not_add_up_are_refused(changes: dict[str, int]) -> None:
    sound = attribute_recovery(paying("firm", (20, 30_000)), alone((50, 30_000))).parts
    with pytest.raises(ArithmeticError, match="attribution of account 0 does not add up"):
        replace(sound, **{field: getattr(sound, field) + change for field, change in changes.items()})


def test_the_check_of_every_test_run_sees_both_twins_in_either_order(tiny: Scenario, twins_seen: TwinsSeen) -> None:
    before = twins_seen.n_pairs
    simulate(tiny, "gentle", replication=77)
    assert twins_seen.n_pairs == before
    simulate(tiny, "no_action", replication=77)
    assert twins_seen.n_pairs == before + 2  # with itself and with gentle
    simulate(tiny, "firm", replication=77)
    assert twins_seen.n_pairs == before + 3


def test_the_check_of_every_test_run_finds_a_cent_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = paying("firm", (20, 30_000)), alone((50, 30_000))
    other = paying("firm", (20, 30_001))
    require_exact(ours, theirs)
    monkeypatch.setattr(exact, "attribute_recovery", lambda *_, **__: attribute_recovery(other, theirs))
    with pytest.raises(AssertionError):
        require_exact(ours, theirs)


payment_histories = st.lists(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 60)), max_size=7), min_size=1, max_size=4
)
"""For each account: days and cents of its payments."""

concessions = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 30), st.integers(0, 50)), min_size=4, max_size=4)
"""For each account: cents waived, charged, written off."""


def made_up(
    strategy: str, histories: list[list[tuple[int, int]]], ends: list[tuple[int, int, int]], n: int
) -> EventLog:
    """A book of n borrowers who owe 10.00 each and pay, are charged, waived and written off as drawn."""
    story = Story(n=n, strategy=strategy, horizon_days=50)
    for account in range(n):
        story.opened(account, principal=1_000)
        history = histories[account] if account < len(histories) else []
        for day, cents in history:
            story.paid(day, cents, account)
        waived, charged, written_off = ends[account]
        story.add(45, EventKind.INTEREST_CHARGED, account, amount=charged)
        story.add(46, EventKind.WAIVED, account, amount=waived, detail=Component.PRINCIPAL)
        story.add(47, EventKind.WRITTEN_OFF, account, amount=written_off, detail=CloseReason.WRITTEN_OFF)
        owed = 1_000 + charged - waived - written_off - sum(cents for _, cents in history)
        story.owed(owed, account, Status.OVERDUE)
    return story.log(in_order=True)


@given(payment_histories, payment_histories, concessions, concessions)
def test_any_two_histories_divide_exactly_and_as_a_count_cent_by_cent_does(
    ours: list[list[tuple[int, int]]],
    theirs: list[list[tuple[int, int]]],
    our_ends: list[tuple[int, int, int]],
    their_ends: list[tuple[int, int, int]],
) -> None:
    n = max(len(ours), len(theirs))
    log, twin = made_up("firm", ours, our_ends, n), made_up("no_action", theirs, their_ends, n)
    found = require_exact(log, twin)
    assert found.table()[list(brute_force(log, twin, 0))].to_dict("records") == [
        brute_force(log, twin, account) for account in range(n)
    ]


@given(payment_histories, concessions)
def test_a_log_against_itself_is_all_self_cure(
    histories: list[list[tuple[int, int]]], ends: list[tuple[int, int, int]]
) -> None:
    log = made_up("no_action", histories, ends, len(histories))
    paid = sum(cents for history in histories for _, cents in history)
    assert parts(attribute_recovery(log, log, log)) == (
        {"same_time": paid, "unlimited_no_action": paid, "unlimited_recovered": paid, "unlimited_self_cure": paid}
        | {"unlimited_same_time": paid}
        if paid
        else {}
    )


@pytest.mark.parametrize("strategy", ["no_action", "gentle", "balanced", "firm", "settle_early"])
def test_every_account_of_every_strategy_divides_exactly(tiny: Scenario, strategy: str) -> None:
    log, twin = simulate(tiny, strategy), simulate(tiny, "no_action")
    for day in (30, 90, None):
        found = require_exact(log, twin, day)
        table = found.table()
        for account in range(len(table)):
            told = brute_force(log, twin, account, day)
            assert table.loc[account, list(told)].to_dict() == told
    cost = attribute_recovery(log, twin, economics=prices(tiny)).total()["cost_cents"]
    assert cost == headline(log, prices(tiny)).cost_cents
    if strategy == "no_action":
        assert set(parts(found)) == {"same_time"}


@given(st.integers(0, 10_000), st.lists(st.integers(0, 500), min_size=1, max_size=12))
def test_a_cost_shared_out_adds_up_and_nobody_is_a_cent_from_his_due(whole: int, weights: list[int]) -> None:
    shares = shared_out(whole, np.array(weights))
    total = sum(weights)
    assert shares.sum() == (whole if total else 0)
    if total:
        assert np.all(np.abs(shares - whole * np.array(weights) / total) < 1.0)
