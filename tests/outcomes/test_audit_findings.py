"""What an audit says, and what it lets pass: work that crosses an end, empty logs, counts and words of findings."""

from __future__ import annotations

import numpy as np
import pytest

from simcollect.core.codes import Action, CloseReason, EventKind, Status
from simcollect.outcomes import AuditError, StaffLimits, audit
from simcollect.outcomes.audit import CHECKS
from tests.outcomes.books import six_borrowers
from tests.outcomes.handmade import CALLER, Story

K = EventKind


def test_an_open_account_that_states_another_balance_is_found() -> None:
    story = Story().opened(principal=1_000).paid(5, 300, dpd=10).owed(701, dpd=110)
    assert "OUTSTANDING differs from the ledger by 1 cents" in str(audit(story.log()))


def test_a_wrong_status_at_the_horizon_is_found() -> None:
    story = Story().opened(principal=1_000).paid(5, 300).add(5, K.CURED).owed(700, status=Status.OVERDUE, dpd=95)
    assert "OUTSTANDING states another status than the rows before it, which say 2" in str(audit(story.log()))


def test_a_current_account_past_due_is_found() -> None:
    story = Story().opened(principal=1_000).paid(5, 300).add(5, K.CURED).owed(700, status=Status.CURRENT, dpd=3)
    assert "current, and yet 3 days past due" in str(audit(story.log()))


def test_work_under_way_when_the_debt_closes_may_be_finished_but_not_begun() -> None:
    story = Story().opened(principal=1_000)
    story.add(5, K.WORK_QUEUED, clock="09:00", actor=1, detail=Action.CALL)
    story.add(5, K.WORK_STARTED, clock="10:00", actor=CALLER, detail=Action.CALL)
    story.add(5, K.PAYMENT, clock="10:05", amount=1_000, detail=1).add(5, K.CLOSED, clock="10:05", detail=1)
    story.add(5, K.WORK_ENDED, clock="10:10", actor=CALLER, detail=Action.CALL, value=10)
    assert audit(story.log()).ok
    story.rows[2:5] = [story.rows[3], story.rows[4], story.rows[2]]
    at = np.array([row[0] for row in story.rows])
    story.rows = [(int(max(at[: i + 1])), *row[1:]) for i, row in enumerate(story.rows)]
    assert audit(story.log()).counts["nothing_after_closed"] == 2


def test_waiting_and_unfinished_work_at_the_horizon_is_no_fault() -> None:
    story = Story(n=2).opened(0, principal=1).opened(1, principal=1)
    story.add(99, K.WORK_QUEUED, 0, actor=1, detail=Action.CALL)
    story.add(99, K.WORK_QUEUED, 1, actor=1, detail=Action.CALL)
    story.add(99, K.WORK_STARTED, 1, clock="23:59", actor=CALLER, detail=Action.CALL)
    found = audit(story.owed(1, 0, dpd=110).owed(1, 1, dpd=110).log())
    assert found.counts["work_accounted_for"] == found.counts["one_job_at_a_time"] == 0
    assert found.ok, str(found)


def test_staff_of_an_unlimited_pool_may_work_at_many_things_at_once() -> None:
    story = Story(n=3)
    for account in range(3):
        story.opened(account, principal=1)
    for account in range(3):
        story.worked(1, Action.CALL, account, actor=100_000)
    log = [story.owed(1, account, dpd=110) for account in range(3)][-1].log(in_order=True)
    assert audit(log, capacity=StaffLimits((-1, 0, 0, 0))).ok
    assert audit(log, capacity=StaffLimits((5, 0, 0, 0))).counts["within_headcount"] == 3


def test_findings_are_counted_in_full_and_spelt_out_in_part() -> None:
    story = Story().opened(principal=1_000).closed(1, CloseReason.SETTLED)
    for _ in range(50):
        story.add(2, K.DIALLED)
    found = audit(story.log())
    assert found.counts["nothing_after_closed"] == 50
    assert len(found.of_check("nothing_after_closed")) == 20


def test_a_finding_names_row_borrower_time_and_kind() -> None:
    story = Story(names=("Ann",)).opened(principal=0).closed(1, CloseReason.SETTLED)
    story.add(2, K.DIALLED, clock="14:05")
    finding = audit(story.log()).of_check("nothing_after_closed")[0]
    assert finding.message == "row 2, account 0 (Ann), day 2 14:05, DIALLED: happens after the account is closed"
    assert (finding.row, finding.account, finding.at) == (2, 0, 2 * 1440 + 845)
    assert finding.reason == "happens after the account is closed"


def test_require_clean_raises_with_the_findings() -> None:
    with pytest.raises(AuditError, match="cash_conserved: 1 fault"):
        audit(Story().opened(principal=5).log()).require_clean()


def test_conduct_alone_can_be_asked_of_a_log_that_keeps_no_money() -> None:
    story = Story().add(4, K.CEASE_REQUESTED).add(5, K.DIALLED)
    assert audit(story.log()).counts["nothing_before_opened"] == 2
    found = audit(story.log(), conduct_only=True)
    assert found.counts == {"well_formed": 0, "rule_third_party": 0, "rule_cease_request": 1}


def test_asking_for_a_check_that_did_not_run_is_an_error() -> None:
    with pytest.raises(KeyError, match="no check 'honesty' ran"):
        audit(six_borrowers().log()).of_check("honesty")


def test_an_empty_log_is_clean() -> None:
    found = audit(Story(n=0).log())
    assert found.ok
    assert len(found.counts) > len(CHECKS)
