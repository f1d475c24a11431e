"""Roll rates, cures and re-defaults against logs worked out by hand and against plain loops."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest

from simcollect.core.codes import Channel, CloseReason, EventKind
from simcollect.outcomes import Reading, ledger
from simcollect.outcomes.tables import (
    BUCKETS,
    bucket_positions,
    cures,
    positions,
    redefaults,
    roll_flows,
    roll_matrix,
    roll_rates,
)
from tests.outcomes.handmade import Story
from tests.outcomes.tables.books import STRATEGIES, card_run, tiny_run
from tests.outcomes.tables.brute import Account, moves


def four_accounts() -> Story:
    """Two months from the first of January 2024, from 1-29 days past due.

    0 (owing 1,000) rolls on twice. 1 (owing 3,000) is cured on day 20, after a message. 2 (owing 6,000) pays all on day
    40. 3 arrives on day 10 owing 500 and is written off on day 50.
    """
    story = Story(n=4, horizon_days=60)
    for account, cents in ((0, 1_000), (1, 3_000), (2, 6_000)):
        story.opened(account, principal=cents, dpd=5)
    story.add(3, EventKind.MESSAGE_SENT, 1, channel=Channel.SMS)
    story.opened(3, day=10, principal=500, dpd=1)
    story.paid(20, 1_200, 1).add(20, EventKind.CURED, 1)
    story.paid(40, 6_000, 2).closed(40, CloseReason.PAID_IN_FULL, 2)
    story.add(50, EventKind.WRITTEN_OFF, 3, amount=500, detail=CloseReason.WRITTEN_OFF)
    story.closed(50, CloseReason.WRITTEN_OFF, 3)
    return story


def row(table: pd.DataFrame, **wanted: object) -> pd.Series:
    for name, value in wanted.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_every_account_stands_in_one_bucket_at_each_month_end() -> None:
    table = bucket_positions(four_accounts().log())
    assert row(table, month=0, bucket="1-29")["n_accounts"] == 3
    assert row(table, month=0, bucket="1-29")["balance_cents"] == 10_000
    assert row(table, month=1, bucket="30-59")["n_accounts"] == 2
    assert row(table, month=1, bucket="current")["balance_cents"] == 1_800
    assert row(table, month=2, bucket="60-89")["n_accounts"] == 1
    assert row(table, month=2, bucket="paid")["balance_cents"] == 0
    assert table.groupby("month")["n_accounts"].sum().tolist() == [3, 4, 4]


def test_flows_name_every_move_of_count_and_balance() -> None:
    flows = roll_flows(four_accounts().log())
    first = {(m["from_bucket"], m["to_bucket"]): m["n_accounts"] for _, m in flows[flows["month"] == 1].iterrows()}
    assert first == {("1-29", "30-59"): 2, ("1-29", "current"): 1, ("new", "1-29"): 1}
    second = flows[flows["month"] == 2]
    assert row(second, from_bucket="30-59", to_bucket="paid")["balance_from_cents"] == 6_000
    assert row(second, from_bucket="30-59", to_bucket="paid")["balance_to_cents"] == 0
    assert row(second, from_bucket="1-29", to_bucket="written_off")["n_accounts"] == 1


def test_the_matrix_shares_count_and_balance_apart() -> None:
    log = four_accounts().log()
    by_count = row(roll_matrix(log, "count"), from_bucket="1-29")
    # 1-29 at a month's start: three in January (two roll on, one is cured), one in February (written off).
    assert (by_count["30-59"], by_count["current"], by_count["written_off"]) == (2 / 4, 1 / 4, 1 / 4)
    by_balance = row(roll_matrix(log, "balance"), from_bucket="1-29")
    assert by_balance["30-59"] == pytest.approx(7_000 / 10_500)
    assert by_balance["current"] == pytest.approx(3_000 / 10_500)
    assert by_balance["written_off"] == pytest.approx(500 / 10_500)


def test_one_month_of_the_matrix_can_be_read_alone() -> None:
    february = roll_matrix(four_accounts().log(), "count", month=2)
    assert row(february, from_bucket="30-59")["60-89"] == 1 / 2
    assert row(february, from_bucket="30-59")["n_accounts"] == 2


def test_the_roll_rate_is_the_next_bucket_over_this_one_a_month_before() -> None:
    table = roll_rates(four_accounts().log())
    january = row(table, month=1, bucket="1-29")
    assert january["roll_rate_count"] == 2 / 3
    assert january["roll_rate_balance"] == 7_000 / 10_000
    assert (january["rolled_share"], january["cured_share"]) == (2 / 3, 1 / 3)
    february = row(table, month=2, bucket="30-59")
    assert (february["roll_rate_count"], february["cured_share"]) == (1 / 2, 1 / 2)
    assert np.isnan(row(table, month=1, bucket="180+")["roll_rate_count"])


def test_what_becomes_of_a_bucket_adds_up_to_all_of_it() -> None:
    for strategy in STRATEGIES:
        table = roll_rates(card_run(strategy))
        parts = ["rolled_share", "stayed_share", "improved_share", "cured_share", "lost_share", "settled_share"]
        held = table[table["n_start"] > 0]
        assert len(held) > 5
        assert np.allclose(held[parts].sum(axis=1), 1.0)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_no_account_is_lost_between_month_ends(strategy: str) -> None:
    log = card_run(strategy)
    flows, standing = roll_flows(log), bucket_positions(log)
    at = standing.set_index(["month", "bucket"])["n_accounts"]
    for month, part in flows.groupby("month"):
        out = part[part["from_bucket"] != "new"].groupby("from_bucket", observed=True)["n_accounts"].sum()
        into = part.groupby("to_bucket", observed=True)["n_accounts"].sum()
        for bucket in BUCKETS:
            assert out.get(bucket, 0) == at[month - 1, bucket]
            assert into.get(bucket, 0) == at[month, bucket]


def test_balances_at_a_month_end_are_the_ledger_of_that_day() -> None:
    log = card_run()
    table = bucket_positions(log)
    for month, end in enumerate(positions(log).ends[1:], start=1):
        owed = int(ledger(Reading.at_day(log, int(end) // 1440)).outstanding_cents.sum())
        assert int(table[table["month"] == month]["balance_cents"].sum()) == owed


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_flows_are_those_of_a_plain_loop_over_accounts(strategy: str) -> None:
    for log in (tiny_run(strategy), card_run(strategy)):
        flows = roll_flows(log)
        found = Counter(
            {
                (int(m["month"]), str(m["from_bucket"]), str(m["to_bucket"])): int(m["n_accounts"])
                for _, m in flows.iterrows()
            }
        )
        assert found == moves(log)


@pytest.mark.parametrize("by", ["count", "balance"])
def test_rows_of_the_matrix_sum_to_one(by: str) -> None:
    matrix = roll_matrix(card_run(), by)  # type: ignore[arg-type]
    assert len(matrix) > 6
    assert np.allclose(matrix[list(BUCKETS)].sum(axis=1), 1.0)


def test_the_matrix_agrees_with_the_cohort_estimator_of_transitionmatrix() -> None:
    cohorts = pytest.importorskip("transitionMatrix.estimators.cohort_estimator")
    library = pytest.importorskip("transitionMatrix")
    log = card_run()
    found = positions(log)
    listed = [("absent", "absent"), *((name, name) for name in BUCKETS), ("end", "end")]
    space = library.StateSpace([(str(k), name) for k, (name, _) in enumerate(listed)])
    data = [
        (account, month, int(found.bucket[month, account]) + 1)
        for account in range(found.bucket.shape[1])
        for month in range(len(found.ends))
    ]
    # The estimator counts the last transition of its data twice: it is that of an account in a state of its own.
    data += [(found.bucket.shape[1], month, len(listed) - 1) for month in range(len(found.ends))]
    frame = pd.DataFrame(data, columns=["ID", "Time", "State"])
    estimator = cohorts.CohortEstimator(
        states=space, cohort_bounds=list(range(len(found.ends))), ci={"method": "goodman", "alpha": 0.05}
    )
    estimator.fit(frame)
    average = np.asarray(estimator.get_average())
    matrix = roll_matrix(log, "count")
    for _, mine in matrix[matrix["from_bucket"] != "new"].iterrows():
        theirs = average[1 + BUCKETS.index(mine["from_bucket"]), 1 : 1 + len(BUCKETS)]
        assert np.allclose(mine[list(BUCKETS)].astype(float), theirs)


def test_cures_are_current_or_paid_and_a_part_payment_is_none() -> None:
    story = four_accounts().paid(21, 100, 0, dpd=26)
    table = cures(story.log(in_order=True)).set_index("bucket")
    # 1-29 at a month's start: accounts 0, 1, 2 in January, 3 in February.
    assert table.loc["1-29", "n_start"] == 4
    assert (table.loc["1-29", "n_current"], table.loc["1-29", "n_paid"]) == (1, 0)
    assert table.loc["1-29", "cure_rate"] == 1 / 4
    assert table.loc["1-29", "cure_rate_balance"] == 3_000 / 10_500
    assert (table.loc["30-59", "n_start"], table.loc["30-59", "n_paid"]) == (2, 1)


def test_self_cure_counts_only_who_was_left_alone() -> None:
    table = cures(four_accounts().log()).set_index("bucket")
    # Account 1 was sent a message before it cured; 0, 2 and 3 were left alone, and no cure came in their first month.
    assert (table.loc["1-29", "n_left_alone"], table.loc["1-29", "n_self_cured"]) == (3, 0)
    assert (table.loc["30-59", "n_left_alone"], table.loc["30-59", "n_self_cured"]) == (2, 1)
    assert table.loc["30-59", "self_cure_rate"] == 1 / 2


def test_without_action_every_cure_is_a_self_cure() -> None:
    table = cures(card_run("no_action"))
    assert table["n_start"].sum() > 50
    assert (table["n_left_alone"] == table["n_start"]).all()
    assert (table["n_self_cured"] == table["n_current"] + table["n_paid"]).all()


def test_a_cure_is_stabilised_after_three_month_ends_in_a_row() -> None:
    story = Story(n=2, horizon_days=125)  # to the end of April and a little more
    for account in (0, 1):
        story.opened(account, principal=1_000, dpd=5)
        story.add(10, EventKind.CURED, account)
    story.add(70, EventKind.REDEFAULTED, 1, amount=100)  # within March
    table = cures(story.log(in_order=True)).set_index("bucket").loc["1-29"]
    # Of March's start, account 1 counts again: it is overdue at March's end and has no cure.
    assert (table["n_current"], table["n_followed"], table["n_stabilised"]) == (2, 2, 1)
    assert table["stabilised_share"] == 1 / 2


def test_a_cure_with_fewer_than_three_month_ends_left_is_not_judged_yet() -> None:
    story = Story(horizon_days=100).opened(principal=1_000, dpd=5).add(40, EventKind.CURED)  # to the end of March
    table = cures(story.log()).set_index("bucket")
    assert (table.loc["30-59", "n_current"], table.loc["30-59", "n_followed"]) == (1, 0)
    assert np.isnan(table.loc["30-59", "stabilised_share"])


def relapses() -> Story:
    """Four cures on day 10, each with a later course of its own, 100 days seen.

    0 stays current. 1 misses on day 40 and is 30 days past due on day 70. 2 misses on day 40 and is cured on day 60,
    before thirty days. 3 misses on day 40 and pays part on day 65, which takes the count back to 10 days.
    """
    story = Story(n=4, horizon_days=100)
    for account in range(4):
        story.opened(account, principal=1_000, dpd=5).add(10, EventKind.CURED, account)
    for account in (1, 2, 3):
        story.add(40, EventKind.REDEFAULTED, account, amount=100)
    story.add(60, EventKind.CURED, 2)
    story.paid(65, 50, 3, dpd=10)
    return story


def test_a_redefault_is_thirty_days_past_due_again_within_k_months() -> None:
    table = redefaults(relapses().log(in_order=True), months=(1, 2)).set_index("months")
    # Five cures; the one of day 60 is younger than two months on day 100. Months have 30.4375 days.
    assert table.loc[1, "n_cures"] == 5
    assert (table.loc[1, "n_followed"], table.loc[1, "n_missed"]) == (5, 3)
    assert table.loc[1, "n_redefaulted"] == 0  # day 70 is 60 days after the cure
    assert (table.loc[2, "n_followed"], table.loc[2, "n_missed"], table.loc[2, "n_redefaulted"]) == (4, 3, 1)
    assert table.loc[2, "redefault_rate"] == 1 / 4


def test_a_part_payment_puts_off_a_redefault_until_the_count_is_back() -> None:
    table = redefaults(relapses().log(in_order=True), months=(2,)).iloc[0]
    assert table["n_redefaulted"] == 1
    # Account 3 counts 10 days on day 65, so 30 on day 85: 75 days after its cure, within 2.5 months but not 2.
    late = Story(horizon_days=200)
    late.rows, late.accounts = relapses().rows, relapses().accounts
    assert redefaults(late.log(in_order=True), months=(3,)).iloc[0]["n_redefaulted"] == 2


def test_contractual_payments_in_good_standing_are_no_arrears() -> None:
    story = Story(horizon_days=300).opened(principal=10_000, dpd=5).add(10, EventKind.CURED)
    for day in (40, 71, 102, 140):
        story.paid(day, 100, source=8)
    assert redefaults(story.log(), months=(6,)).iloc[0]["n_redefaulted"] == 0


def test_redefaults_are_those_of_a_plain_loop() -> None:
    log = card_run()
    window = round(3 * 365.25 / 12 * 1440)
    followed = failed = 0
    for place in range(len(log.accounts)):
        rows = [tuple(int(row[f]) for f in ("at", "kind", "detail", "amount_cents", "value")) for row in log.of(place)]
        for cure_at in [at for at, kind, *_ in rows if kind == EventKind.CURED]:
            if cure_at + window > log.header.horizon_minutes:
                continue
            followed += 1
            # Minute by minute would be long: days past due reach 30 only between rows, so look just before each.
            account, is_late = Account(), False
            for at, *rest in [*rows, (log.header.horizon_minutes, 0, 0, 0, 0)]:
                reached = account.high + 30 * 1440
                is_late |= account.state == "overdue" and cure_at < reached < at and reached <= cure_at + window
                account.read(at, *rest)
            failed += is_late
    table = redefaults(log, months=(3,)).iloc[0]
    assert followed > 20
    assert (table["n_followed"], table["n_redefaulted"]) == (followed, failed)
