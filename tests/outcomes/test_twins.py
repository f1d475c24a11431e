from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simcollect.core.codes import Channel, EventKind
from simcollect.core.errors import InputError
from simcollect.outcomes import check_twins, incremental_recovery, same_before_first_action
from tests.outcomes.handmade import Story


def alone(**header: Any) -> Story:
    """Two borrowers whom nobody contacts: 0 pays 300.00 on day 30, 1 pays nothing."""
    story = Story(n=2, strategy="no_action", **header).opened(0, principal=100_000).opened(1, principal=50_000)
    story.add(10, EventKind.INSTALMENT_DUE, 1, amount=1_000, value=20)
    story.paid(30, 30_000, dpd=10)
    return story.owed(70_000, 0, dpd=80).owed(50_000, 1, dpd=110)


def contacted(paid_on: float = 15, message_on: float = 12) -> Story:
    """The same two: a message brings 0's payment forward, and 1 pays 100.00 after another."""
    story = Story(n=2, strategy="gentle").opened(0, principal=100_000).opened(1, principal=50_000)
    story.add(10, EventKind.INSTALMENT_DUE, 1, amount=1_000, value=20)
    for account in (0, 1):
        story.add(message_on, EventKind.MESSAGE_SENT, account, channel=Channel.SMS)
    story.paid(paid_on, 30_000, dpd=10).paid(20, 10_000, account=1, dpd=20)
    return story.owed(70_000, 0, dpd=80).owed(40_000, 1, dpd=100)


def test_incremental_recovery_is_what_would_not_have_come_anyway() -> None:
    found = incremental_recovery(contacted().log(), alone().log())
    assert found.by_account_cents.tolist() == [0, 10_000]
    assert found.total_cents == 10_000
    assert found.share_of_opening == pytest.approx(10_000 / 150_000)


def test_a_payment_brought_forward_is_incremental_only_until_it_would_have_come() -> None:
    assert incremental_recovery(contacted().log(), alone().log(), day=25).by_account_cents.tolist() == [30_000, 10_000]
    assert incremental_recovery(contacted().log(), alone().log(), day=30).by_account_cents.tolist() == [0, 10_000]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"seed": 2}, "seed is 1 in the one and 2 in the other"),
        ({"replication": 3}, "replication is 0 in the one and 3 in the other"),
        ({"scenario": "cards"}, "scenario is 'handmade' in the one and 'cards' in the other"),
        ({"horizon_days": 200}, "horizon_minutes is 144000 in the one and 288000"),
    ],
)
def test_logs_of_different_runs_are_no_twins(other: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_twins(contacted().log(), alone(**other).log())


def test_logs_of_different_borrowers_are_no_twins() -> None:
    other = alone()
    other.accounts["income_cents"][1] += 1
    with pytest.raises(InputError, match="account 1 is not the same borrower in both"):
        check_twins(contacted().log(), other.log())
    with pytest.raises(InputError, match="accounts are 2 in the one and 1 in the other"):
        check_twins(contacted().log(), Story(n=1, strategy="no_action").log())


def test_a_strategy_that_changes_nothing_before_it_acts_passes() -> None:
    assert same_before_first_action(contacted().log(), alone().log()).ok


def test_a_payment_moved_before_the_first_action_is_found() -> None:
    found = same_before_first_action(contacted(paid_on=11).log(in_order=True), alone().log())
    assert found.n == 1
    assert "account 0" in found.found[0].message
    assert "1 rows more than its twin" in found.found[0].message


def test_a_changed_amount_before_the_first_action_is_found() -> None:
    changed = contacted(message_on=40)
    changed.rows = [(*row[:7], 30_001, *row[8:]) if row[7] == 30_000 else row for row in changed.rows]
    twin = alone()
    twin.rows = [(15 * 1440, *row[1:]) if row[7] == 30_000 else row for row in twin.rows]
    found = same_before_first_action(changed.log(in_order=True), twin.log(in_order=True))
    assert [finding.account for finding in found.found] == [0, 1]
    assert "PAYMENT: differs from its twin" in found.found[0].message


def test_an_account_never_acted_on_must_be_the_same_to_the_end() -> None:
    story = alone()
    story.rows = [row for row in story.rows if row[7] != 30_000]
    found = same_before_first_action(story.log(), alone().log())
    assert [finding.account for finding in found.found] == [0]


def test_bookkeeping_of_the_strategy_is_no_action() -> None:
    story = alone()
    story.rows.insert(3, story.add(1, EventKind.STAGE_ENTERED, 0, detail=1).rows.pop())
    assert same_before_first_action(story.log(), alone().log()).ok


def test_excluded_accounts_are_not_compared() -> None:
    log = contacted(paid_on=11).log(in_order=True)
    assert same_before_first_action(log, alone().log(), exclude=np.array([True, False])).ok


def test_what_happens_in_the_minute_of_the_first_action_may_be_its_effect() -> None:
    assert same_before_first_action(contacted(message_on=15, paid_on=15).log(in_order=True), alone().log()).ok
