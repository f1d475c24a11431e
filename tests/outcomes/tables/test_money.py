"""Vintages, legal yield, costs and days: money that adds up to the ledger and the headline."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simcollect.core.codes import Action, EventKind, PaymentSource
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.experiment.measure import prices
from simcollect.outcomes import Economics, Reading, headline, ledger, standing
from simcollect.outcomes.tables import by_day, by_month, legal_yield, liquidation
from simcollect.outcomes.tables.costs import account_costs
from simcollect.scenario import load
from tests.outcomes.handmade import Story
from tests.outcomes.tables.books import STRATEGIES, card_run, tiny_run

LEGAL = 300_001
BASES = (
    Economics(),
    Economics(cost_basis="worked", hourly_cost_cents=(1_000, 2_000, 3_000, 4_000)),
    prices(load("cards_taiwan")),
)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("economics", BASES)
def test_costs_by_account_add_up_to_the_cost_of_the_headline(strategy: str, economics: Economics) -> None:
    for log in (tiny_run(strategy), card_run(strategy)):
        assert account_costs(Reading.at_day(log), economics).cents.sum() == pytest.approx(
            headline(log, economics).cost_cents, abs=1.0
        )


def test_staff_are_shared_by_minutes_and_an_idle_pool_equally() -> None:
    story = Story(n=3, horizon_days=10).opened(0, principal=1_000).opened(1, principal=1_000)
    story.opened(2, day=3, principal=1_000)
    story.add(0, EventKind.STAFFED, -1, clock="09:00", actor=1, value=480, cost=900)
    story.add(0, EventKind.STAFFED, -1, clock="09:00", actor=2, value=480, cost=300)  # negotiators do nothing
    for account, minutes in ((0, "10:20"), (1, "10:10")):
        story.worked(4, Action.CALL, account, start="10:00", end=minutes)
    spent = account_costs(Reading.at_day(story.log(in_order=True)))
    by_account = np.bincount(spent.account, weights=spent.cents)
    assert by_account.tolist() == [600 + 100, 300 + 100, 100]


def two_vintages() -> Story:
    """Stock: two accounts owing 1,000 each. February: one owing 500. Read on day 100, the tenth of April."""
    story = Story(n=3, horizon_days=100).opened(0, principal=1_000).opened(1, principal=900, fees=100)
    story.opened(2, day=40, principal=500)
    story.paid(0, 10, 0).paid(20, 200, 0).paid(45, 300, 1).paid(70, 60, 2).paid(99, 77, 2)
    story.add(30, EventKind.MESSAGE_SENT, 0, cost=50)
    return story


def test_liquidation_is_cash_within_t_months_of_arrival_over_the_balance_at_arrival() -> None:
    curves = liquidation(two_vintages().log(in_order=True)).set_index(["vintage", "months"])
    stock = curves.loc[0]
    assert stock["paid_cents"].tolist() == [10, 210, 510, 510]  # months of 30.4375 days: three are seen
    assert stock["gross_liquidation_share"].tolist() == [10 / 2000, 210 / 2000, 510 / 2000, 510 / 2000]
    assert stock["net_liquidation_share"].tolist() == [10 / 2000, 160 / 2000, 460 / 2000, 460 / 2000]
    february = curves.loc[2]  # the second calendar month of arrivals
    assert february["vintage_month"].tolist() == ["2024-02", "2024-02"]
    assert february["paid_cents"].tolist() == [0, 60]  # day 70 is within a month of day 40; day 99 is not yet told


def test_no_curve_goes_beyond_what_its_youngest_account_was_observed() -> None:
    story = Story(n=2, horizon_days=100).opened(0, day=1, principal=1_000).opened(1, day=30, principal=1_000)
    curves = liquidation(story.log(in_order=True))
    assert curves["vintage_month"].unique().tolist() == ["2024-01"]
    assert curves["months"].max() == 2  # 70 days


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_liquidation_curves_never_fall_and_end_at_what_the_ledger_says(strategy: str) -> None:
    log = card_run(strategy)
    curves, book = liquidation(log), ledger(log)
    assert len(curves) > 10
    for _, curve in curves.groupby("vintage"):
        assert (np.diff(curve["paid_cents"]) >= 0).all()
    accounts = curves.groupby("vintage")["n_accounts"].first().sum()
    assert accounts == int(standing(Reading.at_day(log)).has_arrived.sum())
    assert curves.groupby("vintage")["opening_cents"].first().sum() == book.opening_cents.sum()
    # The stock's last whole month, by the ledger of that day.
    last = curves[curves["vintage"] == 0].iloc[-1]
    until = int(last["months"] * 365.25 / 12 * 1440)
    stock = log.accounts["arrives_at"] == 0
    assert last["paid_cents"] == ledger(Reading(log, until)).paid_cents[stock].sum()


def two_suits() -> Story:
    """Two sued accounts and one that only got a letter, over 100 days.

    0 owes 1,000.00 at its first step, is sued on day 20 for 80.00, pays 300.00 before and 500.00 after, 200.00 of that
    by enforcement. 1 owes 40.00, is sued for 30.00 and pays nothing. 2 owes 70.00 and gets a letter. The officer works
    60 minutes on 0 and 20 on 1, and costs 160.00.
    """
    story = Story(n=4, horizon_days=100, segments=("a", "b"))
    for account, cents in ((0, 130_000), (1, 4_000), (2, 7_000), (3, 9_000)):
        story.opened(account, principal=cents)
    story.accounts["segment"] = (0, 1, 1, 0)
    story.paid(5, 30_000, 0)
    story.add(0, EventKind.STAFFED, -1, clock="09:00", actor=3, value=480, cost=16_000)
    for account, end in ((0, "11:00"), (1, "10:20")):
        story.worked(10, Action.RISK_ASSESSMENT, account, actor=LEGAL, start="10:00", end=end)
        story.add(10, EventKind.ASSESSED, account, clock=end, detail=1, amount=100)
    story.add(12, EventKind.LAWYERS_LETTER_SENT, 2, cost=500).add(13, EventKind.LAWYERS_LETTER_READ, 2)
    for account, fee in ((0, 8_000), (1, 3_000)):
        story.add(20, EventKind.SUIT_FILED, account, cost=fee, value=50 * 1440)
        story.add(20, EventKind.COST_ADDED, account, amount=fee, detail=Action.LAWSUIT)
    story.add(50, EventKind.JUDGMENT, 0, detail=1).add(50, EventKind.JUDGMENT, 1, detail=0)
    story.add(55, EventKind.ENFORCEMENT_STARTED, 0, cost=1_000)
    story.paid(60, 20_000, 0, source=PaymentSource.ENFORCEMENT).paid(70, 30_000, 0)
    return story


def line(table: pd.DataFrame, by: str, group: str) -> pd.Series:
    return table.set_index(["by", "group"]).loc[(by, group)]


def test_legal_yield_is_cash_after_the_suit_less_all_that_it_cost() -> None:
    table = legal_yield(two_suits().log(in_order=True), bands=(0, 50, 100))
    big, small = line(table, "balance_band", "100 and more"), line(table, "balance_band", "0 to 50")
    assert (big["n_accounts"], big["balance_cents"]) == (1, 100_000)
    assert (big["cash_after_suit_cents"], big["cash_enforced_cents"]) == (50_000, 20_000)
    costs = ["letter_cost_cents", "court_cost_cents", "enforcement_cost_cents", "officer_cost_cents"]
    assert big[costs].tolist() == [0, 8_000, 1_000, 12_000]
    assert big["net_yield_cents"] == 50_000 - 21_000
    assert small[costs].tolist() == [0, 3_000, 0, 4_000]
    assert small["net_yield_per_suit_cents"] == -7_000
    assert line(table, "balance_band", "50 to 100")["letter_cost_cents"] == 500
    whole = line(table, "all", "all")
    assert whole["yield_per_cost"] == pytest.approx(50_000 / (21_000 + 7_000 + 500))


def test_legal_steps_are_counted_one_by_one_and_by_segment() -> None:
    table = legal_yield(two_suits().log(in_order=True))
    whole = line(table, "all", "all")
    steps = ["n_letters", "n_letters_read", "n_assessed", "n_assessed_sue", "n_sued", "n_judged", "n_won", "n_enforced"]
    assert whole[steps].tolist() == [1, 1, 2, 2, 2, 2, 1, 1]
    assert line(table, "segment", "a")["n_accounts"] == 1  # the other account of the segment saw no legal step
    assert line(table, "segment", "b")["n_accounts"] == 2


def test_bands_left_to_the_table_are_round_and_hold_every_account() -> None:
    table = legal_yield(two_suits().log(in_order=True))
    bands = table[table["by"] == "balance_band"]
    assert bands["group"].tolist()[:2] == ["20 to 50", "50 to 100"]
    assert bands["n_accounts"].sum() == 3


@pytest.mark.parametrize("bands", [(), (100, 50), (10, 10)])
def test_bands_that_do_not_rise_are_refused(bands: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="bands"):
        legal_yield(two_suits().log(in_order=True), bands=bands)


def test_legal_costs_add_up_to_the_rows_of_the_log() -> None:
    log = card_run("firm")
    whole, reading = line(legal_yield(log), "all", "all"), Reading.at_day(log)
    assert whole["n_sued"] == len(reading.where(EventKind.SUIT_FILED)) > 0
    assert whole["court_cost_cents"] == reading.column("cost_cents", reading.where(EventKind.SUIT_FILED)).sum()
    assert whole["cost_added_cents"] == ledger(log).costs_added_cents.sum()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_days_add_up_to_the_ledger_and_end_where_the_debts_stand(strategy: str) -> None:
    for log, economics in ((tiny_run(strategy), BASES[1]), (card_run(strategy), BASES[2])):
        days, totals, outcome = by_day(log, economics), ledger(log).totals(), headline(log, economics)
        assert len(days) == log.header.horizon_minutes // 1440
        assert days["paid_cents"].sum() == totals.paid_cents
        assert days["outstanding_cents"].iloc[-1] == totals.outstanding_cents
        assert days["direct_cost_cents"].sum() == outcome.direct_cost_cents
        assert days["staff_cost_cents"].sum() == pytest.approx(outcome.staff_cost_cents, abs=len(days))
        status = standing(Reading.at_day(log)).status
        assert days[["n_overdue", "n_current"]].iloc[-1].tolist() == [(status == 1).sum(), (status == 2).sum()]
        assert days["n_arrived"].sum() == outcome.n_accounts
        assert days["n_closed"].sum() == (status == 3).sum()


def test_the_day_of_an_event_is_counted_from_midnight_and_the_last_minute_belongs_to_the_last_day() -> None:
    story = Story(horizon_days=3).opened(principal=1_000).paid(0.999, 1).paid(1, 2).paid(3, 4)
    assert by_day(story.log())["paid_cents"].tolist() == [1, 2, 4]
    assert by_day(story.log())["date"].tolist() == ["2024-01-01", "2024-01-02", "2024-01-03"]


def test_days_of_an_earlier_reading_are_the_first_days_of_the_run() -> None:
    log: EventLog = card_run()
    early, whole = by_day(Reading.at_day(log, 50)), by_day(log)
    assert len(early) == 50
    # What happens in the first minute of day 50 is in the earlier reading too, and told on its last day.
    assert early["paid_cents"].iloc[:-1].tolist() == whole["paid_cents"].iloc[:49].tolist()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_ledger_of_every_month_balances_to_the_cent(strategy: str) -> None:
    for log in (tiny_run(strategy), card_run(strategy)):
        months = by_month(log)
        assert len(months) > 4
        up = months[["balance_start_cents", "opened_cents", "interest_cents", "penalty_cents", "costs_added_cents"]]
        down = months[["paid_cents", "waived_cents", "written_off_cents", "balance_end_cents"]]
        assert (up.sum(axis=1) == down.sum(axis=1)).all()
        assert (months["balance_start_cents"].iloc[1:].to_numpy() == months["balance_end_cents"].iloc[:-1]).all()


def test_the_monthly_collection_rate_is_cash_over_the_balance_at_the_start() -> None:
    months = by_month(two_vintages().log(in_order=True))
    assert months["month_end"].tolist() == ["2024-01-31", "2024-02-29", "2024-03-31"]
    # What is paid in the first minute of the run is before January's opening balance.
    assert months["collection_rate"].tolist() == [200 / 1_990, 300 / 1_790, 60 / (1_790 - 300 + 500)]
