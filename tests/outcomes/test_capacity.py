from __future__ import annotations

import pytest

from simcollect.core.codes import Action, Channel, EventKind, WithdrawReason
from simcollect.outcomes import Reading, capacity_by_day, capacity_by_pool
from simcollect.outcomes.capacity import first_action, work_items
from tests.outcomes.handmade import CALLER, NEGOTIATOR, NEGOTIATOR_2, Story


def desk() -> Story:
    """Three calls are queued on day 0: one is made on day 1, one withdrawn on day 2, one waits. A visit takes two."""
    story = Story(n=4, horizon_days=5)
    for account in range(4):
        story.opened(account, principal=1_000)
    for account in range(3):
        story.add(0, EventKind.WORK_QUEUED, account, clock="12:00", actor=1, detail=Action.CALL)
    story.add(1, EventKind.STAFFED, -1, clock="09:00", actor=1, value=480, cost=9_600)
    story.add(1, EventKind.WORK_STARTED, 0, clock="12:00", actor=CALLER, detail=Action.CALL, value=1_440)
    story.add(1, EventKind.WORK_ENDED, 0, clock="12:24", actor=CALLER, detail=Action.CALL, value=24)
    story.add(2, EventKind.WORK_WITHDRAWN, 1, clock="08:00", actor=1, detail=Action.CALL, value=WithdrawReason.PAID)
    story.add(2, EventKind.WORK_QUEUED, 3, clock="09:00", actor=2, detail=Action.VISIT)
    for actor in (NEGOTIATOR, NEGOTIATOR_2):
        story.add(2, EventKind.WORK_STARTED, 3, clock="10:00", actor=actor, detail=Action.VISIT, value=60)
    for actor in (NEGOTIATOR, NEGOTIATOR_2):
        story.add(2, EventKind.WORK_ENDED, 3, clock="11:00", actor=actor, detail=Action.VISIT, value=60)
    return story


def test_flows_and_backlog_are_told_day_by_day() -> None:
    table = capacity_by_day(desk().log())
    callers = table[table["pool"] == "callers"]
    assert callers["queued"].tolist() == [3, 0, 0, 0, 0]
    assert callers["started"].tolist() == [0, 1, 0, 0, 0]
    assert callers["withdrawn"].tolist() == [0, 0, 1, 0, 0]
    assert callers["backlog"].tolist() == [3, 2, 1, 1, 1]
    assert callers["oldest_days"].tolist() == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert callers["staffed_minutes"].tolist() == [0, 480, 0, 0, 0]
    assert callers["worked_minutes"].tolist() == [0, 24, 0, 0, 0]


def test_a_crew_is_one_item_and_all_its_minutes() -> None:
    table = capacity_by_pool(desk().log()).set_index("pool")
    negotiators = table.loc["negotiators"]
    assert (negotiators["queued"], negotiators["started"], negotiators["backlog"]) == (1, 1, 0)
    assert negotiators["worked_minutes"] == 120
    assert negotiators["mean_wait_days"] == pytest.approx(1 / 24)


def test_utilisation_is_worked_over_staffed() -> None:
    table = capacity_by_pool(desk().log()).set_index("pool")
    assert table.loc["callers", "utilisation"] == pytest.approx(24 / 480)
    assert table.loc["callers", "mean_wait_days"] == 1.0
    assert table["utilisation"].isna()["legal_officers"]  # nobody was staffed


def test_the_same_work_may_be_queued_again_and_waits_are_paired_in_order() -> None:
    story = Story(horizon_days=5).opened(principal=1_000)
    story.worked(0, Action.CALL, start="10:00", end="10:10").worked(1, Action.CALL, start="11:00", end="11:10")
    table = capacity_by_pool(story.log()).set_index("pool")
    assert table.loc["callers", "mean_wait_days"] == pytest.approx(1.5 / 24)
    assert table.loc["callers", "longest_wait_days"] == pytest.approx(2 / 24)


def test_the_backlog_is_that_of_the_reading_day() -> None:
    table = capacity_by_pool(desk().log(), day=1).set_index("pool")
    assert table.loc["callers", "backlog"] == 3


def test_the_oldest_item_is_the_oldest_of_those_still_waiting() -> None:
    story = Story(n=2, horizon_days=5).opened(0, principal=1_000).opened(1, principal=1_000)
    story.add(0, EventKind.WORK_QUEUED, 0, clock="12:00", actor=1, detail=Action.CALL)
    story.add(2, EventKind.WORK_QUEUED, 1, clock="12:00", actor=1, detail=Action.CALL)
    story.add(3, EventKind.WORK_STARTED, 0, clock="12:00", actor=CALLER, detail=Action.CALL)
    table = capacity_by_day(story.log())
    assert table[table["pool"] == "callers"]["oldest_days"].tolist() == [0.5, 1.5, 2.5, 1.5, 2.5]


def test_the_wait_before_the_first_action_of_a_pool_counts_an_account_once() -> None:
    story = Story(n=2, horizon_days=5).opened(0, principal=1_000).opened(1, principal=1_000)
    story.worked(0, Action.CALL, 0, start="10:00", end="10:10")  # queued at 09:00
    story.worked(1, Action.CALL, 0, start="15:00", end="15:10")
    story.worked(1, Action.CALL, 1, start="12:00", end="12:10")
    table = capacity_by_pool(story.log(in_order=True)).set_index("pool")
    assert table.loc["callers", "mean_wait_days"] == pytest.approx((1 + 6 + 3) / 3 / 24)
    assert table.loc["callers", "mean_first_wait_days"] == pytest.approx((1 + 3) / 2 / 24)


def test_the_wait_before_the_first_action_runs_from_arrival() -> None:
    # 0 is sent a message on day 2 and 1 on day 6, four days after its arrival; 2 is cured before; 3 waits since day 3.
    story = Story(n=5, horizon_days=10, segments=("a", "b"))
    story.accounts["segment"] = (0, 0, 0, 1, 1)
    for account, day in ((0, 0), (1, 2), (2, 0), (3, 3)):
        story.opened(account, day=day, principal=1_000)
    for account, day in ((0, 2), (0, 4), (1, 6)):
        story.add(day, EventKind.MESSAGE_SENT, account, channel=Channel.SMS)
    story.add(5, EventKind.CURED, 2)
    table = first_action(story.log(in_order=True)).set_index("segment")
    counts = ["n_accounts", "n_acted_on", "n_resolved_before", "n_waiting"]
    assert table.loc["a", counts].tolist() == [3, 2, 1, 0]
    assert table.loc["a", ["mean_days", "median_days", "longest_days"]].tolist() == [3.0, 3.0, 4.0]
    assert table.loc["b", counts].tolist() == [1, 0, 0, 1]
    assert table.loc["b", "mean_days_waiting"] == 7.0
    assert table.loc["all", counts].tolist() == [4, 2, 1, 1]


def test_items_of_one_account_and_action_are_paired_in_order_whatever_happens_within_a_minute() -> None:
    story = Story(horizon_days=5).opened(principal=1_000)
    for day in (0, 1):
        story.add(day, EventKind.WORK_QUEUED, actor=1, detail=Action.CALL)
    story.add(2, EventKind.WORK_WITHDRAWN, actor=1, detail=Action.CALL, value=WithdrawReason.PAID)
    story.add(2, EventKind.WORK_STARTED, actor=CALLER, detail=Action.CALL)
    items = work_items(Reading.at_day(story.log()))
    assert (items.left_at - items.queued_at).tolist() == [2 * 1440, 1 * 1440]
    assert items.was_started.tolist() == [False, True]


def test_the_oldest_item_may_outlast_later_ones() -> None:
    story = Story(n=3, horizon_days=5)
    for account, came in ((0, 0.5), (1, 1.0), (2, 2.0)):
        story.add(came, EventKind.WORK_QUEUED, account, actor=1, detail=Action.CALL)
    for account, left in ((0, 3.5), (1, 1.5), (2, 4.5)):
        story.add(left, EventKind.WORK_STARTED, account, actor=CALLER, detail=Action.CALL)
    table = capacity_by_day(story.log(in_order=True))
    assert table[table["pool"] == "callers"]["oldest_days"].tolist() == [0.5, 1.5, 2.5, 2.0, 0.0]


def test_a_crew_does_not_take_up_the_next_visit_of_the_account_in_advance() -> None:
    story = Story(horizon_days=9).opened(principal=1_000)
    for came, taken_up in ((0, 1), (5, 8)):
        story.add(came, EventKind.WORK_QUEUED, actor=2, detail=Action.VISIT)
        for actor in (NEGOTIATOR, NEGOTIATOR_2):
            story.add(taken_up, EventKind.WORK_STARTED, actor=actor, detail=Action.VISIT)
    items = work_items(Reading.at_day(story.log()))
    assert ((items.left_at - items.queued_at) / 1440).tolist() == [1.0, 3.0]
