"""Days past due, buckets and balances at any moment, from rows that only sometimes state them."""

from __future__ import annotations

import numpy as np
import pytest

from simcollect.core.codes import CloseReason, EventKind, Status
from simcollect.core.errors import InputError
from simcollect.engine import Simulation
from simcollect.outcomes import Reading
from simcollect.outcomes.tables import BUCKETS, positions
from simcollect.scenario import load
from tests.outcomes.handmade import Story
from tests.outcomes.tables.books import STRATEGIES, card_run, tiny_run
from tests.outcomes.tables.brute import month_ends, standings


def test_month_ends_are_those_of_the_calendar() -> None:
    found = positions(Story(horizon_days=100).opened(principal=1_000).log())  # from the first of January 2024
    assert (found.ends // 1440).tolist() == [0, 31, 31 + 29, 31 + 29 + 31]
    assert found.dates == ["2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31"]


def test_a_run_that_starts_within_a_month_is_read_from_the_first_month_end() -> None:
    story = Story(horizon_days=50, start_date="2024-01-11").opened(principal=1_000)
    assert (positions(story.log()).ends // 1440).tolist() == [21, 21 + 29]


def test_months_may_have_a_length_in_days() -> None:
    log = Story(horizon_days=100).opened(principal=1_000).log()
    assert (positions(log, every_days=30).ends // 1440).tolist() == [0, 30, 60, 90]
    with pytest.raises(InputError, match="every_days"):
        positions(log, every_days=0)


def test_a_run_shorter_than_a_month_has_its_opening_only() -> None:
    assert positions(Story(horizon_days=20).opened(principal=1_000).log()).n_months == 0


def test_days_past_due_grow_by_one_a_day_between_rows() -> None:
    found = positions(Story(horizon_days=100).opened(principal=1_000, dpd=10).log(), every_days=7)
    assert found.dpd[:, 0].tolist() == [10 + 7 * k for k in range(15)]


@pytest.mark.parametrize(("dpd", "bucket"), [(0, "1-29"), (29, "1-29"), (30, "30-59"), (179, "150-179"), (180, "180+")])
def test_buckets_have_exact_edges(dpd: int, bucket: str) -> None:
    found = positions(Story().opened(principal=1_000, dpd=dpd).log())
    assert BUCKETS[found.bucket[0, 0]] == bucket


def test_a_payment_that_lowers_the_days_past_due_counts_from_its_own_row() -> None:
    story = Story(horizon_days=60).opened(principal=1_000, dpd=70).paid(10.0, 100, dpd=50)
    assert positions(story.log(), every_days=10).dpd[:, 0].tolist() == [70, 50, 60, 70, 80, 90, 100]


def test_a_figure_stated_late_in_the_day_does_not_make_the_account_younger() -> None:
    # Overdue since noon ten days before: at midnight the account is 10 days past due whatever a morning row says.
    story = Story(horizon_days=10).opened(principal=1_000, dpd=10)
    story.add(2, EventKind.STAGE_ENTERED, clock="09:00", value=12, stage=1)
    assert positions(story.log(), every_days=1).dpd[:, 0].tolist() == list(range(10, 21))


def test_the_count_starts_anew_when_an_account_falls_overdue_again() -> None:
    story = Story(horizon_days=100).opened(principal=1_000, dpd=70).paid(10, 300).add(10, EventKind.CURED)
    story.add(40, EventKind.REDEFAULTED, amount=100)
    found = positions(story.log(), every_days=20)
    told = [BUCKETS[b] for b in found.bucket[:, 0]]
    assert told == ["60-89", "current", "1-29", "1-29", "30-59", "60-89"]
    assert found.dpd[:, 0].tolist() == [70, 0, 0, 20, 40, 60]


def test_an_account_overdue_again_within_a_day_of_a_payment_is_overdue_since_then_and_no_longer() -> None:
    story = Story(horizon_days=50).opened(principal=1_000, dpd=5).add(10, EventKind.CURED).paid(40, 100, source=8)
    story.add(40, EventKind.REDEFAULTED, clock="12:00", amount=100)
    assert positions(story.log(), every_days=1).dpd[41:44, 0].tolist() == [0, 1, 2]  # at midnight: half a day, ...


@pytest.mark.parametrize("reason", list(CloseReason))
def test_a_closed_account_stays_where_it_was_closed(reason: CloseReason) -> None:
    found = positions(Story(horizon_days=100).opened(principal=1_000).closed(5, reason).log())
    expected = ["paid", "settled", "written_off", "sold", "insolvent"][reason - 1]
    assert [BUCKETS[b] for b in found.bucket[1:, 0]] == [expected] * 3


def test_an_account_is_absent_before_it_arrives() -> None:
    found = positions(Story(horizon_days=100).opened(day=40, principal=1_000, dpd=1).log())
    assert found.bucket[:, 0].tolist() == [-1, -1, 1, 2]
    assert found.balance_cents[:, 0].tolist() == [0, 0, 1_000, 1_000]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_buckets_and_balances_are_those_of_a_plain_loop_over_the_rows(strategy: str) -> None:
    for log in (tiny_run(strategy), card_run(strategy)):
        found = positions(log)
        assert found.ends.tolist() == month_ends(log)
        for k, month in enumerate(standings(log, month_ends(log))):
            mine = ["" if b < 0 else BUCKETS[b] for b in found.bucket[k]]
            assert mine == [bucket for bucket, _ in month]
            assert found.balance_cents[k].tolist() == [balance for _, balance in month]


def test_the_log_tells_days_past_due_exactly_but_for_a_day_after_a_part_payment() -> None:
    # The model knows the minute of the oldest due date; the log states whole days at some rows. Theory: where the
    # oldest due date has not moved since a row of known minute the figure is exact, else it is at most one day low.
    run = Simulation(load("tiny"), "balanced")
    n_read = n_exact = 0
    told = []
    for day in range(1, 180, 3):
        run.run(day)
        state = run.arrays.state
        is_overdue = state["status"] == Status.OVERDUE
        days = np.where(state["arrears_cents"] > 0, (day * 1440 - state["oldest_due_at"]) // 1440, 0)
        told.append((day, is_overdue.copy(), np.maximum(days, 0)))
    run.run()
    found = positions(run.log(), every_days=1)
    for day, is_overdue, days in told:
        # What happens in the first minute of the day is not in the paused state: leave out who has a row then.
        quiet = ~np.isin(np.arange(len(days)), run.log().rows["account"][run.log().rows["at"] == day * 1440])
        difference = (found.dpd[day] - days)[is_overdue & quiet]
        assert set(difference.tolist()) <= {-1, 0}
        n_read, n_exact = n_read + len(difference), n_exact + int((difference == 0).sum())
    assert n_read > 200
    assert n_exact >= 0.9 * n_read


def test_positions_at_an_earlier_day_know_nothing_of_later_rows() -> None:
    log = card_run()
    early, late = positions(Reading.at_day(log, 100)), positions(log)
    k = len(early.ends)
    assert k == 4
    for name in ("bucket", "dpd", "balance_cents"):
        assert np.array_equal(getattr(early, name), getattr(late, name)[:k])
