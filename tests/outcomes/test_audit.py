"""Every check of the audit: a clean story passes it, and a breach planted in the story is found at its row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simcollect.core.codes import (
    Action,
    Channel,
    CloseReason,
    Component,
    EventKind,
    Hold,
    PaymentSource,
    WithdrawReason,
)
from simcollect.outcomes import Findings, StaffLimits, audit
from simcollect.outcomes.audit import CHECKS
from tests.outcomes.handmade import CALLER, CALLER_2, NEGOTIATOR, NEGOTIATOR_2, Story

K = EventKind
ALL_CHECKS = set(CHECKS) | {"well_formed", "within_headcount", "rule_cease_request", "rule_third_party"}


def whole_life() -> Story:
    """One borrower through all four stages, without a fault: the story that breaches are planted in."""
    story = Story().opened(principal=100_000, interest=2_000, dpd=5)
    story.add(1, K.STAGE_ENTERED, detail=1, stage=1, value=6)
    story.add(1, K.MESSAGE_SENT, clock="10:00", channel=Channel.SMS, cost=10)
    story.add(1, K.MESSAGE_OPENED, clock="11:00", channel=Channel.SMS)
    story.add(3, K.WORK_QUEUED, clock="09:00", actor=1, detail=Action.CALL)
    story.add(3, K.WORK_STARTED, clock="10:00", actor=CALLER, detail=Action.CALL, value=60)
    story.add(3, K.DIALLED, clock="10:00", actor=CALLER, channel=Channel.CALL)
    story.add(3, K.ANSWERED, clock="10:00", actor=CALLER, channel=Channel.CALL)
    story.add(3, K.WORK_ENDED, clock="10:08", actor=CALLER, detail=Action.CALL, value=8)
    story.add(3, K.CONVERSATION, clock="10:08", actor=CALLER, channel=Channel.CALL, detail=2, value=6)
    story.add(3, K.PROMISE_MADE, clock="10:08", amount=5_000, value=8 * 1440)
    story.add(3, K.HOLD_STARTED, clock="10:08", detail=Hold.PROMISE, value=8 * 1440)
    story.add(8, K.HOLD_ENDED, detail=Hold.PROMISE)
    story.add(8, K.PROMISE_KEPT, amount=5_000).paid(8, 5_000, source=PaymentSource.PROMISE, dpd=8)
    story.add(10, K.INTEREST_CHARGED, amount=1_000).add(10, K.INSTALMENT_DUE, amount=3_000, value=15)
    story.add(12, K.WORK_QUEUED, clock="09:00", actor=1, detail=Action.CALL)
    story.add(13, K.WORK_WITHDRAWN, clock="09:00", actor=1, detail=Action.CALL, value=WithdrawReason.HOLD)
    story.add(14, K.WORK_QUEUED, clock="09:00", actor=2, detail=Action.VISIT)
    for actor in (NEGOTIATOR, NEGOTIATOR_2):
        story.add(14, K.WORK_STARTED, clock="10:00", actor=actor, detail=Action.VISIT, value=60)
    story.add(14, K.VISITED, clock="11:00", actor=NEGOTIATOR, channel=Channel.VISIT, cost=500, value=60)
    for actor in (NEGOTIATOR, NEGOTIATOR_2):
        story.add(14, K.WORK_ENDED, clock="11:00", actor=actor, detail=Action.VISIT, value=60)
    story.add(14, K.CONVERSATION, clock="11:00", actor=NEGOTIATOR, channel=Channel.VISIT, detail=3, value=30)
    story.add(14, K.PLAN_STARTED, clock="11:00", amount=1_000, value=3, detail=3)
    story.add(14, K.WAIVED, clock="11:00", amount=500, detail=Component.INTEREST)
    story.add(14, K.PAYMENT, clock="11:00", amount=500, detail=PaymentSource.DOWN_PAYMENT, value=19)
    story.add(20, K.PLAN_INSTALMENT_KEPT, amount=1_000, value=2).paid(20, 1_000, source=PaymentSource.PLAN, dpd=25)
    story.add(30, K.PLAN_INSTALMENT_MISSED, amount=1_000, value=1).add(
        40, K.PLAN_INSTALMENT_MISSED, amount=1_000, value=2
    )
    story.add(40, K.PLAN_BROKEN).add(45, K.LAWYERS_LETTER_SENT, cost=300)
    story.add(46, K.SUIT_FILED, cost=4_000).add(46, K.COST_ADDED, amount=4_000, detail=Action.LAWSUIT)
    story.add(60, K.JUDGMENT, detail=1).add(62, K.ENFORCEMENT_STARTED, cost=900)
    story.paid(65, 10_000, source=PaymentSource.ENFORCEMENT, dpd=70)
    story.add(70, K.OFFER_MADE, amount=60_000, value=80 * 1440).add(72, K.OFFER_ACCEPTED, amount=60_000, value=2)
    story.add(75, K.PLAN_INSTALMENT_KEPT, amount=30_000, value=1).paid(
        75, 30_000, source=PaymentSource.SETTLEMENT, dpd=80
    )
    story.add(80, K.SETTLEMENT_INSTALMENT_MISSED, amount=30_000, value=1)
    story.add(85, K.PLAN_INSTALMENT_KEPT, amount=30_000).paid(85, 30_000, source=PaymentSource.SETTLEMENT, dpd=90)
    story.add(85, K.SETTLED).add(85, K.WAIVED, amount=30_000, detail=Component.PRINCIPAL)
    story.closed(85, CloseReason.SETTLED)
    story.worked(86, Action.CLOSING_RECORD, actor=400_001).add(86, K.CASE_RECORDED, clock="10:10", detail=3)
    return story.add(90, K.CARE_CALL, value=5).add(95, K.COMPLAINT, cost=100).add(96, K.INSOLVENT)


def index_of(story: Story, kind: EventKind, nth: int = 0) -> int:
    return [i for i, row in enumerate(story.rows) if row[2] == kind][nth]


def changed(story: Story, position: int, **fields: int) -> None:
    names = ("at", "account", "kind", "stage", "channel", "actor", "detail", "amount_cents", "cost_cents", "value")
    row = list(story.rows[position])
    for name, value in fields.items():
        row[names.index(name)] = value
    story.rows[position] = tuple(row)


def audited(story: Story) -> Findings:
    return audit(story.log(), capacity=StaffLimits((2, 2, 2, 1)))


def test_a_whole_life_without_a_fault_passes_every_check() -> None:
    found = audited(whole_life())
    assert found.ok, str(found)
    assert set(found.counts) == ALL_CHECKS
    assert str(found) == f"{len(found.counts)} checks passed."


# Each breach: what is done to the clean story, the check that must find it, and words of its message.


def a_cent_disappears(s: Story) -> None:
    changed(s, index_of(s, K.WAIVED, 1), amount_cents=29_999)


def a_debt_is_paid_twice(s: Story) -> None:
    changed(s, index_of(s, K.PAYMENT, 3), amount_cents=200_000)


def an_opening_denies_the_accounts_table(s: Story) -> None:
    s.accounts["opening_cents"] += 1


def it_is_never_closed(s: Story) -> None:
    del s.rows[index_of(s, K.CLOSED) :]


def it_is_closed_and_yet_owed(s: Story) -> None:
    s.owed(0)


def it_is_closed_twice(s: Story) -> None:
    s.rows.insert(index_of(s, K.CLOSED), s.rows[index_of(s, K.CLOSED)])


def the_time_runs_back(s: Story) -> None:
    changed(s, index_of(s, K.JUDGMENT), at=10)


def the_horizon_is_passed(s: Story) -> None:
    s.add(101, K.COMPLAINT)


def a_kind_is_unknown(s: Story) -> None:
    changed(s, index_of(s, K.JUDGMENT), kind=999)


def an_account_is_unknown(s: Story) -> None:
    changed(s, index_of(s, K.JUDGMENT), account=1)


def a_payment_is_negative(s: Story) -> None:
    changed(s, index_of(s, K.PAYMENT), amount_cents=-1)


def a_cost_is_negative(s: Story) -> None:
    changed(s, index_of(s, K.MESSAGE_SENT), cost_cents=-1)


def a_source_is_unknown(s: Story) -> None:
    changed(s, index_of(s, K.PAYMENT), detail=77)


def a_message_precedes_the_opening(s: Story) -> None:
    s.rows.insert(0, (0, 0, K.MESSAGE_SENT, 0, Channel.SMS, 0, 0, 0, 0, 0))


def it_opens_before_it_arrives(s: Story) -> None:
    s.accounts["arrives_at"] = 1_440


def a_call_is_dialled_after_the_end(s: Story) -> None:
    s.add(97, K.DIALLED)


def interest_is_charged_after_the_end(s: Story) -> None:
    s.add(97, K.INTEREST_CHARGED, amount=0)


def a_call_is_queued_after_the_end(s: Story) -> None:
    s.add(97, K.WORK_QUEUED, actor=1, detail=Action.CALL)


def a_promise_is_kept_a_day_after_the_end(s: Story) -> None:
    s.rows.insert(index_of(s, K.PROMISE_MADE), s.rows[index_of(s, K.PROMISE_MADE)])
    s.add(97, K.PROMISE_KEPT)


def a_judgment_comes_without_a_suit(s: Story) -> None:
    del s.rows[index_of(s, K.SUIT_FILED)]


def a_lost_suit_is_enforced(s: Story) -> None:
    changed(s, index_of(s, K.JUDGMENT), detail=0)


def an_answer_comes_without_a_call(s: Story) -> None:
    del s.rows[index_of(s, K.DIALLED)]


def enforcement_pays_before_it_starts(s: Story) -> None:
    changed(s, index_of(s, K.PAYMENT, 0), detail=PaymentSource.ENFORCEMENT)


def an_offer_is_accepted_that_was_not_made(s: Story) -> None:
    del s.rows[index_of(s, K.OFFER_MADE)]


def a_job_starts_that_was_not_queued(s: Story) -> None:
    del s.rows[index_of(s, K.WORK_QUEUED)]


def a_withdrawn_item_was_not_queued(s: Story) -> None:
    del s.rows[index_of(s, K.WORK_QUEUED, 1)]


def a_job_ends_that_was_not_started(s: Story) -> None:
    s.rows.insert(index_of(s, K.INTEREST_CHARGED), s.rows[index_of(s, K.WORK_ENDED)])
    changed(s, index_of(s, K.WORK_ENDED, 1), at=9 * 1440, value=0, actor=0)


def a_collector_does_two_jobs_at_once(s: Story) -> None:
    # Out on the visit from 10:00 to 11:00, the negotiator starts an analysis of the case at 10:30.
    place = index_of(s, K.VISITED)
    at = 14 * 1440 + 630
    extra = [
        (14 * 1440 + 600, 0, K.WORK_QUEUED, 0, 0, 2, Action.CASE_ANALYSIS, 0, 0, 0),
        (at, 0, K.WORK_STARTED, 0, 0, NEGOTIATOR, Action.CASE_ANALYSIS, 0, 0, 0),
        (at + 10, 0, K.WORK_ENDED, 0, 0, NEGOTIATOR, Action.CASE_ANALYSIS, 0, 0, 10),
    ]
    s.rows[place:place] = extra


def a_collector_ends_anothers_job(s: Story) -> None:
    changed(s, index_of(s, K.WORK_ENDED), actor=CALLER_2)


def a_collector_ends_another_job_than_started(s: Story) -> None:
    changed(s, index_of(s, K.WORK_ENDED), detail=Action.VISIT)


def a_pool_is_named_as_a_collector(s: Story) -> None:
    changed(s, index_of(s, K.WORK_STARTED), actor=1)


def more_time_is_charged_than_passed(s: Story) -> None:
    changed(s, index_of(s, K.WORK_ENDED), value=9)


def both_of_a_crew_charge_for_both(s: Story) -> None:
    for nth in (1, 2):
        changed(s, index_of(s, K.WORK_ENDED, nth), value=120)


def a_third_caller_works_in_a_pool_of_two(s: Story) -> None:
    for kind in (K.WORK_STARTED, K.WORK_ENDED):
        changed(s, index_of(s, kind), actor=100_003)


def a_promise_is_kept_that_was_not_made(s: Story) -> None:
    del s.rows[index_of(s, K.PROMISE_MADE)]


def a_promise_is_kept_twice(s: Story) -> None:
    s.rows.insert(index_of(s, K.INTEREST_CHARGED), s.rows[index_of(s, K.PROMISE_KEPT)])


def an_instalment_is_paid_after_the_plan_broke(s: Story) -> None:
    changed(s, index_of(s, K.PLAN_BROKEN), at=19 * 1440)
    s.rows.sort(key=lambda row: row[0])


def an_instalment_is_missed_without_a_plan(s: Story) -> None:
    del s.rows[index_of(s, K.PLAN_STARTED)]


def a_settlement_is_paid_without_an_agreement(s: Story) -> None:
    del s.rows[index_of(s, K.OFFER_ACCEPTED)]


def a_plan_breaks_twice(s: Story) -> None:
    s.rows.insert(index_of(s, K.PLAN_BROKEN), s.rows[index_of(s, K.PLAN_BROKEN)])


def a_message_follows_a_request_to_cease(s: Story) -> None:
    at, place = 2 * 1440, index_of(s, K.WORK_QUEUED)
    s.rows.insert(place, (at, 0, K.CEASE_REQUESTED, 0, 0, 0, 0, 0, 0, 0))


def a_third_party_is_called(s: Story) -> None:
    changed(s, index_of(s, K.DIALLED), detail=Action.NOTIFY_THIRD_PARTY)


def a_withdrawn_suit_is_decided(s: Story) -> None:
    s.rows.insert(index_of(s, K.JUDGMENT), (50 * 1440, 0, K.SUIT_WITHDRAWN, 0, 0, 0, 0, 0, 0, 0))


def a_suit_is_withdrawn_that_was_not_filed(s: Story) -> None:
    s.rows.insert(index_of(s, K.SUIT_FILED), (45 * 1440, 0, K.SUIT_WITHDRAWN, 0, 0, 0, 0, 0, 0, 0))


def a_hold_begins_twice(s: Story) -> None:
    s.rows.insert(index_of(s, K.HOLD_ENDED), s.rows[index_of(s, K.HOLD_STARTED)])


def a_hold_ends_that_did_not_begin(s: Story) -> None:
    s.rows.insert(index_of(s, K.INTEREST_CHARGED), s.rows[index_of(s, K.HOLD_ENDED)])


def another_hold_ends(s: Story) -> None:
    changed(s, index_of(s, K.HOLD_ENDED), detail=Hold.PLAN)


def a_hold_outlives_the_debt(s: Story) -> None:
    del s.rows[index_of(s, K.HOLD_ENDED)]


BREACHES: list[tuple[Callable[[Story], None], str, str]] = [
    (a_cent_disappears, "cash_conserved", "closed with a balance of 1 cents"),
    (a_debt_is_paid_twice, "balance_never_negative", "the balance falls to -"),
    (
        an_opening_denies_the_accounts_table,
        "cash_conserved",
        "opened with 102000 cents, which the accounts table denies",
    ),
    (it_is_never_closed, "cash_conserved", "neither closed nor outstanding"),
    (it_is_closed_and_yet_owed, "cash_conserved", "closed, and yet outstanding"),
    (it_is_closed_twice, "cash_conserved", "CLOSED 2 times"),
    (the_time_runs_back, "well_formed", "time runs back: the row before it is at minute 66240"),
    (the_horizon_is_passed, "well_formed", "minute 145440 lies outside the run"),
    (a_kind_is_unknown, "well_formed", "kind 999 is not a known kind"),
    (an_account_is_unknown, "well_formed", "account 1 does not exist"),
    (a_payment_is_negative, "well_formed", "the amount is negative: -1"),
    (a_cost_is_negative, "well_formed", "the cost is negative: -1"),
    (a_source_is_unknown, "well_formed", "detail 77 is not a PaymentSource"),
    (a_message_precedes_the_opening, "nothing_before_opened", "MESSAGE_SENT: happens before the account is opened"),
    (it_opens_before_it_arrives, "nothing_before_opened", "arrives at minute 1440 in the accounts table"),
    (a_call_is_dialled_after_the_end, "nothing_after_closed", "DIALLED: happens after the account is closed"),
    (interest_is_charged_after_the_end, "nothing_after_closed", "INTEREST_CHARGED: happens after"),
    (a_call_is_queued_after_the_end, "nothing_after_closed", "WORK_QUEUED: happens after"),
    (a_promise_is_kept_a_day_after_the_end, "nothing_after_closed", "PROMISE_KEPT: happens after"),
    (a_judgment_comes_without_a_suit, "causes_precede_effects", "JUDGMENT: without any SUIT_FILED"),
    (a_lost_suit_is_enforced, "causes_precede_effects", "without a judgment for the lender"),
    (an_answer_comes_without_a_call, "causes_precede_effects", "ANSWERED: without any DIALLED or VISITED"),
    (enforcement_pays_before_it_starts, "causes_precede_effects", "paid by enforcement without any"),
    (an_offer_is_accepted_that_was_not_made, "causes_precede_effects", "OFFER_ACCEPTED: without any OFFER_MADE"),
    (a_job_starts_that_was_not_queued, "work_accounted_for", "WORK_STARTED: was not waiting on any work list"),
    (a_withdrawn_item_was_not_queued, "work_accounted_for", "WORK_WITHDRAWN: was not waiting"),
    (a_job_ends_that_was_not_started, "work_accounted_for", "ends a job that nobody had started"),
    (a_collector_does_two_jobs_at_once, "one_job_at_a_time", "collector 200001 is already at work"),
    (a_collector_ends_anothers_job, "one_job_at_a_time", "collector 100002 had started nothing"),
    (a_collector_ends_another_job_than_started, "one_job_at_a_time", "ends another job than the one started"),
    (a_pool_is_named_as_a_collector, "one_job_at_a_time", "actor 1 is a pool, not a collector"),
    (more_time_is_charged_than_passed, "staff_time_passes", "1 more staff minutes charged"),
    (both_of_a_crew_charge_for_both, "staff_time_passes", "120 more staff minutes charged"),
    (a_third_caller_works_in_a_pool_of_two, "within_headcount", "actor 100003 is beyond the pool's headcount"),
    (a_promise_is_kept_that_was_not_made, "promises_match", "ends what no PROMISE_MADE began"),
    (a_promise_is_kept_twice, "promises_match", "ends what no PROMISE_MADE began"),
    (an_instalment_is_paid_after_the_plan_broke, "instalments_inside_agreement", "no PLAN_STARTED is running"),
    (an_instalment_is_missed_without_a_plan, "instalments_inside_agreement", "no PLAN_STARTED is running"),
    (a_settlement_is_paid_without_an_agreement, "instalments_inside_agreement", "no OFFER_ACCEPTED is running"),
    (a_plan_breaks_twice, "instalments_inside_agreement", "ends what no PLAN_STARTED began"),
    (a_message_follows_a_request_to_cease, "rule_cease_request", "after a request to cease"),
    (a_hold_begins_twice, "holds_match", "HOLD_STARTED: begins while another hold runs"),
    (a_hold_ends_that_did_not_begin, "holds_match", "HOLD_ENDED: ends though no hold runs"),
    (another_hold_ends, "holds_match", "HOLD_ENDED: ends another hold than the one that runs"),
    (a_hold_outlives_the_debt, "holds_match", "CLOSED: and yet a hold still runs"),
    (a_third_party_is_called, "rule_third_party", "DIALLED: tells a third party"),
    (a_withdrawn_suit_is_decided, "causes_precede_effects", "JUDGMENT: on a suit that had been withdrawn"),
    (a_suit_is_withdrawn_that_was_not_filed, "causes_precede_effects", "SUIT_WITHDRAWN: without any SUIT_FILED"),
]


@pytest.mark.parametrize(("breach", "check", "words"), BREACHES, ids=[breach.__name__ for breach, _, _ in BREACHES])
def test_a_planted_breach_is_found(breach: Callable[[Story], None], check: str, words: str) -> None:
    story = whole_life()
    breach(story)
    found = audited(story)
    assert not found.ok
    assert any(words in finding.message for finding in found.of_check(check)), str(found)


def test_every_check_has_a_planted_breach() -> None:
    assert {check for _, check, _ in BREACHES} == ALL_CHECKS
