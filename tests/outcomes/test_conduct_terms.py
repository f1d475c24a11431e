"""Principal owed and forgiven, worked out from the log: against an account book kept row by row, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcollect.core.codes import CloseReason, Component, ConversationOutcome, EventKind, Hold, PaymentSource
from simcollect.outcomes import ConductRules, Findings, Reading, audit
from simcollect.outcomes.audit.principal import principal_history
from tests.outcomes.handmade import Story

K = EventKind
THIRTY_PERCENT = ConductRules(max_discount_share_ppm=300_000)
MONTH = ConductRules(moratorium_days=30)


def audited(story: Story, rules: ConductRules = THIRTY_PERCENT) -> Findings:
    return audit(story.log(), rules, conduct_only=True)


STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["interest", "penalty", "cost", "payment", "waive principal", "waive interest", "asked"]),
        st.integers(0, 60),
    ),
    max_size=40,
)


@given(st.tuples(st.integers(0, 200), st.integers(0, 50)), STEPS, st.booleans())
def test_principal_is_what_an_account_book_kept_row_by_row_says(
    opening: tuple[int, int], steps: list[tuple[int, str, int]], fees_first: bool
) -> None:
    """Two accounts with the same opening; every payment goes to the charges first, then to principal."""
    story = Story(n=2)
    book = [{"principal": opening[0], "charges": opening[1], "forgiven": 0, "charges paid": 0} for _ in range(2)]
    for account in range(2):
        parts = {"principal": opening[0], "fees": opening[1]}
        story.opened(account, **(dict(reversed(parts.items())) if fees_first else parts))
    said: list[dict[str, int]] = []
    kinds = {"interest": K.INTEREST_CHARGED, "penalty": K.PENALTY_CHARGED, "cost": K.COST_ADDED}
    for account, what, wanted in steps:
        own = book[account]
        if what in kinds:
            own["charges"] += wanted
            story.add(1, kinds[what], account, amount=wanted)
        elif what == "payment":
            amount = min(wanted, own["principal"] + own["charges"])
            to_charges = min(amount, own["charges"])
            own["charges"] -= to_charges
            own["charges paid"] += to_charges
            own["principal"] -= amount - to_charges
            story.add(1, K.PAYMENT, account, amount=amount, detail=PaymentSource.OWN_ACCORD)
        elif what == "waive principal":
            amount = min(wanted, own["principal"])
            own["principal"] -= amount
            own["forgiven"] += amount
            story.add(1, K.WAIVED, account, amount=amount, detail=Component.PRINCIPAL)
        elif what == "waive interest":
            amount = min(wanted, own["charges"])
            own["charges"] -= amount
            story.add(1, K.WAIVED, account, amount=amount, detail=Component.INTEREST)
        else:
            story.add(1, K.OFFER_MADE, account)
            said.append(dict(own))
    reading = Reading.at_day(story.log())
    asked = reading.where(K.OFFER_MADE)
    history = principal_history(reading, asked)
    assert history.principal_cents(asked).tolist() == [own["principal"] for own in said]
    assert history.forgiven_cents(asked).tolist() == [own["forgiven"] for own in said]
    assert history.charges_paid_cents(asked).tolist() == [own["charges paid"] for own in said]


@pytest.mark.parametrize(("asked", "n"), [(70_000, 0), (69_999, 1)])
def test_waiving_all_charges_is_no_discount_of_principal(asked: int, n: int) -> None:
    story = Story().opened(principal=100_000, interest=20_000, fees=5_000).add(5, K.OFFER_MADE, amount=asked)
    assert audited(story).counts["rule_discount_beyond_authority"] == n


def test_what_has_been_paid_already_is_not_counted_as_forgiven() -> None:
    story = Story().opened(principal=100_000, interest=1_000).paid(2, 41_000)  # 60,000 of principal are left
    assert audited(story.add(5, K.OFFER_MADE, amount=42_000)).ok
    assert audited(story.add(6, K.OFFER_MADE, amount=41_999)).counts["rule_discount_beyond_authority"] == 1


@pytest.mark.parametrize(("left", "n"), [(35_000, 0), (35_001, 1)])
def test_what_is_written_off_to_settle_is_forgiven_after_the_charges(left: int, n: int) -> None:
    # Of 105,000 owed 5,000 are charges; paying charges first, 30,000 principal may go beside the 5,000 written off.
    story = Story().opened(principal=100_000, interest=5_000).add(5, K.OFFER_MADE, amount=70_000)
    story.add(6, K.OFFER_ACCEPTED, amount=105_000 - left, value=1)
    story.paid(7, 105_000 - left, source=PaymentSource.SETTLEMENT).add(7, K.SETTLED)
    story.add(7, K.WRITTEN_OFF, amount=left, detail=CloseReason.SETTLED)
    assert audited(story).counts["rule_discount_beyond_authority"] == n


@pytest.mark.parametrize(("written", "n"), [(30_000, 0), (30_001, 1)])
def test_what_is_written_off_to_settle_without_any_offer_is_forgiven_too(written: int, n: int) -> None:
    story = Story().opened(principal=100_000).add(7, K.WRITTEN_OFF, amount=written, detail=CloseReason.SETTLED)
    assert audited(story).counts["rule_discount_beyond_authority"] == n


@pytest.mark.parametrize(("instalments", "n"), [(2, 1), (3, 0)])
def test_a_plan_has_at_least_its_fewest_instalments(instalments: int, n: int) -> None:
    story = Story().opened(principal=1_000).add(5, K.PLAN_STARTED, amount=500, value=instalments, detail=instalments)
    assert audited(story, ConductRules(plan_min_instalments=3)).counts["rule_plan_too_short"] == n


def test_a_write_off_of_a_lost_debt_is_no_discount() -> None:
    story = Story().opened(principal=100_000).add(5, K.WRITTEN_OFF, amount=100_000, detail=CloseReason.WRITTEN_OFF)
    assert audited(story).ok


@pytest.mark.parametrize(("waived", "n"), [(20_000, 0), (30_001, 1)])
def test_a_second_settlement_is_judged_by_what_it_forgives_itself(waived: int, n: int) -> None:
    story = Story().opened(principal=100_000)
    story.add(5, K.OFFER_ACCEPTED, amount=75_000, value=1).add(9, K.WAIVED, amount=25_000, detail=Component.PRINCIPAL)
    story.add(10, K.SETTLEMENT_BROKEN)  # 75,000 are left, of which 30 % are 22,500
    story.add(20, K.OFFER_ACCEPTED, amount=75_000 - waived, value=1)
    story.add(25, K.WAIVED, amount=waived, detail=Component.PRINCIPAL)
    assert audited(story).counts["rule_discount_beyond_authority"] == n


def test_after_a_broken_settlement_all_that_was_forgiven_counts() -> None:
    story = Story().opened(principal=100_000).add(5, K.OFFER_ACCEPTED, amount=75_000, value=3)
    story.add(6, K.WAIVED, amount=25_000, detail=Component.PRINCIPAL).add(10, K.SETTLEMENT_BROKEN)
    story.add(20, K.WAIVED, amount=5_001, detail=Component.PRINCIPAL)
    found = audited(story)
    assert [finding.row for finding in found.of_check("rule_discount_beyond_authority")] == [4]
    assert "forgives 1 cents more of the principal than the authority allows" in str(found)


def test_large_amounts_do_not_overflow() -> None:
    story = Story().opened(principal=10**12).add(5, K.OFFER_MADE, amount=10**12 - 10**11)
    assert audited(story).ok
    assert np.iinfo(np.int64).max > 2 * 10**12 * 1_000_001


@pytest.mark.parametrize(("day", "n"), [(39, 1), (40, 0)])
def test_a_notice_of_a_moratorium_begins_it_where_no_hardship_was_disclosed(day: int, n: int) -> None:
    story = Story().opened(principal=1_000).add(10, K.HOLD_STARTED, detail=Hold.MORATORIUM, value=40 * 1440)
    story.add(day, K.MESSAGE_SENT)
    assert audited(story, ConductRules(moratorium_days=30)).counts["rule_moratorium"] == n


def test_a_hold_resumed_for_a_moratorium_does_not_begin_it_anew() -> None:
    story = Story().opened(principal=1_000).add(10, K.HARDSHIP_DISCLOSED)
    story.add(30, K.HOLD_STARTED, detail=Hold.MORATORIUM, value=40 * 1440).add(40, K.MESSAGE_SENT)
    assert audited(story, ConductRules(moratorium_days=30)).ok


def test_hardship_disclosed_again_begins_another_moratorium() -> None:
    story = Story().opened(principal=1_000).add(10, K.HARDSHIP_DISCLOSED).add(35, K.HARDSHIP_DISCLOSED)
    assert audited(story.add(64, K.MESSAGE_SENT), ConductRules(moratorium_days=30)).counts["rule_moratorium"] == 1


@pytest.mark.parametrize(("day", "n"), [(39, 1), (40, 0)])
def test_hardship_may_be_told_by_the_conversation_alone(day: int, n: int) -> None:
    story = Story().opened(principal=1_000).add(10, K.CONVERSATION, detail=ConversationOutcome.DISCLOSE_HARDSHIP)
    assert audited(story.add(day, K.MESSAGE_SENT), MONTH).counts["rule_moratorium"] == n


@pytest.mark.parametrize(("noticed", "n"), [(39, 0), (40, 1), (60, 1)])
def test_a_notice_after_the_moratorium_that_was_disclosed_begins_another(noticed: int, n: int) -> None:
    story = Story().opened(principal=1_000).add(10, K.HARDSHIP_DISCLOSED)
    story.add(noticed, K.HOLD_STARTED, detail=Hold.MORATORIUM).add(noticed + 9, K.MESSAGE_SENT)
    assert audited(story, MONTH).counts["rule_moratorium"] == n


def test_a_notice_of_a_second_moratorium_counts_also_for_one_who_planned_meanwhile() -> None:
    story = Story().opened(principal=1_000).add(10, K.HARDSHIP_DISCLOSED)
    story.add(50, K.HOLD_STARTED, detail=Hold.PLAN).add(60, K.HOLD_ENDED, detail=Hold.PLAN)
    story.add(60, K.HOLD_STARTED, detail=Hold.MORATORIUM).add(65, K.MESSAGE_SENT)
    assert audited(story, MONTH).counts["rule_moratorium"] == 1


@pytest.mark.parametrize("agreement", [Hold.PLAN, Hold.SETTLEMENT])
@pytest.mark.parametrize("disclosed_first", [True, False])
def test_a_hold_that_a_dispute_stretched_and_an_agreement_broke_up_is_no_second_moratorium(
    agreement: Hold, disclosed_first: bool
) -> None:
    story = Story().opened(principal=1_000)
    if disclosed_first:
        story.add(10, K.HARDSHIP_DISCLOSED).add(10, K.HOLD_STARTED, detail=Hold.MORATORIUM, value=40 * 1440)
        story.add(11, K.DISPUTE_RAISED).add(20, K.HOLD_ENDED, detail=Hold.MORATORIUM)
    story.add(20, K.HOLD_STARTED, detail=agreement)
    if not disclosed_first:
        story.add(21, K.HARDSHIP_DISCLOSED).add(22, K.DISPUTE_RAISED)
    story.add(60, K.HOLD_ENDED, detail=agreement).add(60, K.HOLD_STARTED, detail=Hold.MORATORIUM, value=62 * 1440)
    story.add(62, K.HOLD_ENDED, detail=Hold.MORATORIUM).add(65, K.MESSAGE_SENT)
    assert audited(story, MONTH).ok


@pytest.mark.parametrize("kind", [K.INTEREST_CHARGED, K.PENALTY_CHARGED, K.COST_ADDED])
def test_a_moratorium_may_or_may_not_be_free_of_charges(kind: EventKind) -> None:
    story = Story().opened(principal=1_000).add(10, K.HARDSHIP_DISCLOSED).add(20, kind, amount=5)
    free = audited(story, ConductRules(moratorium_days=30, moratorium_interest_free=1))
    assert free.counts["rule_interest_in_moratorium"] == 1
    assert audited(story, ConductRules(moratorium_days=30, moratorium_interest_free=0)).ok


@pytest.mark.parametrize(
    ("share_ppm", "surplus", "instalment", "n"),
    [
        (1_000_000, 5_000, 5_000, 0),
        (1_000_000, 5_000, 5_001, 1),
        (333_333, 30_000, 10_000, 0),  # a third: to the nearest cent
        (333_333, 30_000, 10_001, 1),
        (0, 30_000, 1, 1),
    ],
)
def test_an_instalment_takes_at_most_its_share_of_the_surplus_found_last(
    share_ppm: int, surplus: int, instalment: int, n: int
) -> None:
    story = (
        Story().opened(principal=1_000).add(3, K.SURPLUS_FOUND, amount=10**6).add(4, K.SURPLUS_FOUND, amount=surplus)
    )
    story.add(5, K.PLAN_STARTED, amount=instalment, value=6, detail=6)
    assert audited(story, ConductRules(plan_surplus_share_ppm=share_ppm)).counts["rule_plan_too_large"] == n
