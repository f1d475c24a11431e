from __future__ import annotations

from dataclasses import replace

import pytest

from simcollect.core.codes import Action, CloseReason, Component, EventKind, PaymentSource
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.outcomes import Economics, headline
from simcollect.outcomes.attribution import attribute_recovery
from tests.outcomes.books import six_borrowers
from tests.outcomes.handmade import NEGOTIATOR, Story
from tests.outcomes.payers import alone, debtor, parts, paying

DAY = 1440


# ------------------------------------------------------------------------------------------------ each part by hand


def test_the_same_money_at_the_same_minute_is_self_cure_at_the_same_time() -> None:
    found = attribute_recovery(paying("firm", (30, 20_000)), alone((30, 20_000)))
    assert parts(found) == {"same_time": 20_000}


def test_a_payment_brought_forward_is_accelerated_by_so_many_days_and_changes_no_sum() -> None:
    found = attribute_recovery(paying("firm", (20, 30_000)), alone((50, 30_000)))
    assert parts(found) == {"accelerated": 30_000, "accelerated_cent_minutes": 30_000 * 30 * DAY}
    assert found.total()["difference_cents"] == 0


def test_a_payment_put_off_is_delayed() -> None:
    found = attribute_recovery(paying("firm", (60, 30_000)), alone((50, 30_000)))
    assert parts(found) == {"delayed": 30_000, "delayed_cent_minutes": 30_000 * 10 * DAY}


def test_one_large_early_payment_is_matched_cent_by_cent_with_two_small_late_ones() -> None:
    # The first 100.00 come on day 20 instead of 10, the next 200.00 on day 20 instead of 50.
    found = attribute_recovery(paying("firm", (20, 30_000)), alone((10, 10_000), (50, 20_000)))
    assert parts(found) == {
        "delayed": 10_000,
        "delayed_cent_minutes": 10_000 * 10 * DAY,
        "accelerated": 20_000,
        "accelerated_cent_minutes": 20_000 * 30 * DAY,
    }


def test_money_that_the_twin_never_pays_is_incremental_and_open_as_far_as_he_still_owes() -> None:
    found = attribute_recovery(paying("firm", (20, 30_000)), alone((20, 5_000)))
    assert parts(found) == {"same_time": 5_000, "incremental": 25_000, "incremental_open": 25_000}
    assert found.total()["difference_cents"] == 25_000


def test_incremental_money_from_a_twin_whose_debt_has_ended_can_never_have_come_later() -> None:
    twin = debtor("no_action").paid(10, 5_000).add(40, EventKind.INSOLVENT)
    twin.add(40, EventKind.WRITTEN_OFF, amount=95_000, detail=CloseReason.INSOLVENT)
    found = attribute_recovery(paying("firm", (10, 30_000)), twin.closed(40, CloseReason.INSOLVENT).log())
    assert parts(found) == {"same_time": 5_000, "incremental": 25_000}


def settled(asked: int, paid_on: float = 30) -> Story:
    """The borrower settles his 1,000.00 for less, in one sum."""
    story = (
        debtor().add(20, EventKind.OFFER_MADE, amount=asked).add(25, EventKind.OFFER_ACCEPTED, amount=asked, value=1)
    )
    story.paid(paid_on, asked, source=PaymentSource.SETTLEMENT).add(paid_on, EventKind.SETTLED)
    story.add(paid_on, EventKind.WAIVED, amount=100_000 - asked, detail=Component.PRINCIPAL)
    return story.closed(paid_on, CloseReason.SETTLED)


def test_a_discount_given_to_a_full_payer_is_cannibalised_and_the_rest_only_accelerated() -> None:
    found = attribute_recovery(settled(70_000).log(), alone((90, 100_000)))
    assert parts(found) == {
        "accelerated": 70_000,
        "accelerated_cent_minutes": 70_000 * 60 * DAY,
        "cannibalised": 30_000,
    }
    assert found.total()["difference_cents"] == -30_000


def test_a_discount_given_to_one_who_would_have_paid_less_cannibalises_nothing() -> None:
    found = attribute_recovery(settled(70_000).log(), alone((30, 40_000)))
    assert parts(found) == {"same_time": 40_000, "incremental": 30_000, "incremental_open": 30_000}


def test_a_discount_cannibalises_only_what_the_twin_would_have_paid_beyond_it() -> None:
    found = attribute_recovery(settled(70_000).log(), alone((30, 80_000)))
    assert parts(found) == {"same_time": 70_000, "cannibalised": 10_000}


def test_a_settlement_still_being_paid_off_cannibalises_what_it_will_waive_and_leaves_the_rest_open() -> None:
    # 700.00 in seven parts, three of them paid: 300.00 will be waived, 400.00 are still to come.
    story = debtor().add(20, EventKind.OFFER_MADE, amount=70_000)
    story.add(25, EventKind.OFFER_ACCEPTED, amount=70_000, value=7)
    for day in (30, 60, 90):
        story.paid(day, 10_000, source=PaymentSource.SETTLEMENT)
    found = attribute_recovery(story.owed(70_000).log(), alone((90, 100_000)))
    assert parts(found)["cannibalised"] == 30_000
    assert parts(found)["lost_open"] == 40_000
    assert parts(found)["accelerated"] == 20_000


def test_a_broken_settlement_concedes_nothing() -> None:
    story = debtor().add(20, EventKind.OFFER_MADE, amount=70_000)
    story.add(25, EventKind.OFFER_ACCEPTED, amount=70_000, value=7)
    story.paid(30, 10_000, source=PaymentSource.SETTLEMENT).add(80, EventKind.SETTLEMENT_BROKEN)
    found = attribute_recovery(story.owed(90_000).log(), alone((30, 100_000)))
    assert parts(found) == {"same_time": 10_000, "lost_open": 90_000}


def test_only_the_last_settlement_counts_and_what_was_paid_for_it() -> None:
    # 100.00 paid for a settlement that broke, then 600.00 agreed for the 900.00 left, 200.00 of them paid.
    story = debtor().add(5, EventKind.OFFER_MADE, amount=70_000).add(6, EventKind.OFFER_ACCEPTED, amount=70_000)
    story.paid(10, 10_000, source=PaymentSource.SETTLEMENT).add(20, EventKind.SETTLEMENT_BROKEN)
    story.add(30, EventKind.OFFER_MADE, amount=60_000).add(31, EventKind.OFFER_ACCEPTED, amount=60_000)
    story.paid(40, 5_000).paid(50, 20_000, source=PaymentSource.SETTLEMENT)
    found = parts(attribute_recovery(story.owed(65_000).log(), alone((90, 100_000))))
    assert found["lost_open"] == 40_000
    assert found["cannibalised"] == 25_000


def test_money_lost_through_harm_is_lost_and_open_while_it_is_owed() -> None:
    harmed = debtor().add(10, EventKind.LAWYERS_LETTER_SENT).add(12, EventKind.COMPLAINT)
    found = attribute_recovery(harmed.paid(50, 20_000).owed(80_000).log(), alone((50, 20_000), (60, 15_000)))
    assert parts(found) == {"same_time": 20_000, "lost_open": 15_000}


def test_a_debt_sold_before_it_would_have_been_paid_is_lost_for_good() -> None:
    sold = debtor().add(40, EventKind.SOLD, amount=8_000)
    sold.add(40, EventKind.WRITTEN_OFF, amount=100_000, detail=CloseReason.SOLD).closed(40, CloseReason.SOLD)
    found = attribute_recovery(sold.log(), alone((70, 60_000)))
    assert parts(found) == {"lost_given_up": 60_000}


def test_interest_that_never_accrued_because_the_money_came_early_is_lost_as_uncharged() -> None:
    late = debtor("no_action").add(30, EventKind.INTEREST_CHARGED, amount=1_500)
    late.paid(50, 101_500).closed(50, CloseReason.PAID_IN_FULL)
    found = attribute_recovery(paying("firm", (20, 100_000)), late.log())
    assert parts(found) == {
        "accelerated": 100_000,
        "accelerated_cent_minutes": 100_000 * 30 * DAY,
        "lost_uncharged": 1_500,
    }


def test_cannibalised_and_lost_can_meet_on_one_account() -> None:
    # The twin pays 1,000.00 and 20.00 of interest; the settlement takes 700.00 before any interest.
    late = debtor("no_action").add(60, EventKind.INTEREST_CHARGED, amount=2_000)
    late.paid(90, 102_000).closed(90, CloseReason.PAID_IN_FULL)
    found = attribute_recovery(settled(70_000).log(), late.log())
    assert (parts(found)["cannibalised"], parts(found)["lost_uncharged"]) == (30_000, 2_000)
    assert found.total()["difference_cents"] == -32_000


def test_waiving_costs_that_the_strategy_itself_added_is_no_concession() -> None:
    story = debtor().add(10, EventKind.COST_ADDED, amount=8_000, detail=Action.LAWSUIT)
    story.add(20, EventKind.WAIVED, amount=8_000, detail=Component.COSTS).paid(30, 10_000).owed(90_000)
    found = attribute_recovery(story.log(), alone((30, 25_000)))
    assert parts(found) == {"same_time": 10_000, "lost_open": 15_000}


# ------------------------------------------------------------------------------------------------ staff, cost, groups


def test_congestion_is_what_own_staff_bring_beyond_unlimited_staff() -> None:
    found = attribute_recovery(paying("firm", (40, 30_000)), alone((90, 10_000)), paying("firm", (20, 50_000))).total()
    assert found["own_effect_cents"] == 40_000
    assert found["congestion_cents"] == -20_000
    assert found["own_effect_cents"] + found["congestion_cents"] == found["difference_cents"] == 20_000
    assert found["unlimited_incremental_cents"] - found["incremental_cents"] == 20_000


def test_unlimited_staff_of_another_strategy_are_refused() -> None:
    with pytest.raises(InputError, match="is of strategy 'gentle'"):
        attribute_recovery(paying("firm"), alone(), paying("gentle"))


def test_unlimited_staff_in_another_run_are_refused() -> None:
    with pytest.raises(InputError, match="seed is 1 in the one and 2 in the other"):
        attribute_recovery(paying("firm"), alone(), debtor("firm", seed=2).owed(100_000).log())


def test_logs_of_other_runs_are_refused() -> None:
    with pytest.raises(InputError, match="seed is 1 in the one and 2 in the other"):
        attribute_recovery(paying("firm"), debtor("no_action", seed=2).owed(100_000).log())


def test_an_earlier_reading_day_sees_an_acceleration_as_incremental_until_the_twin_has_paid() -> None:
    ours, theirs = paying("firm", (20, 30_000)), alone((50, 30_000))
    assert parts(attribute_recovery(ours, theirs, day=49)) == {"incremental": 30_000, "incremental_open": 30_000}
    assert parts(attribute_recovery(ours, theirs, day=50))["accelerated"] == 30_000


def book_alone() -> EventLog:
    """The six borrowers of the shared book, left alone: only 1 pays, later."""
    story = Story(n=6, strategy="no_action")
    for account, cents in ((0, 100_000), (1, 100_000), (2, 50_000), (4, 20_000)):
        story.opened(account, principal=cents)
    story.opened(3, day=50, principal=40_000).paid(80, 60_000, account=1)
    for account, cents in ((0, 100_000), (1, 40_000), (2, 50_000), (3, 40_000), (4, 20_000)):
        story.owed(cents, account)
    story.accounts["arrives_at"][5] = 200 * DAY
    return story.log()


PRICED = Economics(cost_basis="worked", hourly_cost_cents=(3_000, 0, 0, 0))


@pytest.mark.parametrize("economics", [Economics(), PRICED], ids=["staffed", "worked"])
def test_costs_by_account_add_up_to_the_headline_cost(economics: Economics) -> None:
    found = attribute_recovery(six_borrowers().log(), book_alone(), economics=economics)
    assert found.total()["cost_cents"] == headline(six_borrowers().log(), economics).cost_cents
    # Account 2 had every minute of the callers, two court fees and a complaint; 0 had one message.
    staff = 12_000 if economics.cost_basis == "staffed" else 1_500
    assert found.cost.cents.tolist() == [10, 0, 8_000 + 500 + staff, 0, 0, 0]


def test_staff_that_never_worked_belong_to_no_account_but_to_the_total() -> None:
    idle = debtor().add(0, EventKind.STAFFED, -1, actor=3, value=480, cost=9_000).owed(100_000)
    found = attribute_recovery(idle.log(), alone())
    assert found.cost.cents.tolist() == [0]
    assert found.total()["cost_cents"] == 9_000
    assert found.total()["net_difference_cents"] == -9_000


def test_a_cost_that_belongs_to_no_account_is_in_the_total_only() -> None:
    letters = Story(n=2, strategy="firm").opened(principal=100_000).opened(1, principal=50_000)
    letters.add(5, EventKind.MESSAGE_SENT, -1, cost=700).owed(100_000).owed(50_000, 1)
    twin = Story(n=2, strategy="no_action").opened(principal=100_000).opened(1, principal=50_000)
    found = attribute_recovery(letters.log(), twin.owed(100_000).owed(50_000, 1).log())
    assert found.cost.cents.tolist() == [0, 0]
    assert found.total()["cost_cents"] == 700


def test_an_hour_of_a_dear_pool_costs_its_account_more() -> None:
    story = Story(n=2, strategy="firm").opened(principal=100_000).opened(1, principal=50_000)
    story.worked(1, Action.CALL).worked(2, Action.NEGOTIATION_CALL, 1, NEGOTIATOR)
    twin = Story(n=2, strategy="no_action").opened(principal=100_000).opened(1, principal=50_000)
    economics = Economics(cost_basis="worked", hourly_cost_cents=(3_000, 6_000, 0, 0))
    found = attribute_recovery(
        story.owed(100_000).owed(50_000, 1).log(), twin.owed(100_000).owed(50_000, 1).log(), economics=economics
    )
    assert found.cost.cents.tolist() == [500, 1_000]  # ten minutes each


def test_the_net_effect_is_the_difference_less_the_cost_beyond_no_action() -> None:
    twin = debtor("no_action").add(5, EventKind.COMPLAINT, cost=300).owed(100_000)
    ours = debtor().add(5, EventKind.MESSAGE_SENT, cost=50).paid(30, 20_000).owed(80_000)
    found = attribute_recovery(ours.log(), twin.log()).total()
    assert (found["cost_cents"], found["no_action_cost_cents"]) == (50, 300)
    assert found["net_difference_cents"] == 20_000 - (50 - 300)


def test_groups_add_up_to_the_total_and_empty_ones_are_there() -> None:
    story = six_borrowers()
    story.header = replace(story.header, segments=("small", "large", "none of these"))
    twin = book_alone()
    story.accounts["segment"][[1, 2]] = 1
    story.accounts["cell"][[0, 3]] = 4
    found = attribute_recovery(
        story.log(), EventLog(twin.rows, story.log().accounts, replace(twin.header, segments=story.header.segments))
    )
    total = found.total()
    for key in ("segment", "cell"):
        sums = found.by(key)  # type: ignore[arg-type]
        assert {name: int(sums[name].sum()) for name in sums} == total
    by_segment = found.by("segment")
    assert list(by_segment.index) == ["small", "large", "none of these"]
    assert by_segment.loc["large", "recovered_cents"] == 100_000
    assert by_segment.loc["none of these"].sum() == 0
    assert by_segment["n_accounts"].tolist() == [3, 2, 0]  # the sixth never arrives


def test_the_table_has_one_row_an_account_and_the_parts_of_the_total() -> None:
    found = attribute_recovery(six_borrowers().log(), book_alone())
    table = found.table()
    assert table["account_id"].tolist() == [1, 2, 3, 4, 5, 6]
    assert table["recovered_cents"].tolist() == [10_000, 100_000, 0, 0, 0, 0]
    assert table["incremental_cents"].tolist() == [10_000, 40_000, 0, 0, 0, 0]
    assert table["accelerated_cents"].tolist() == [0, 60_000, 0, 0, 0, 0]
