"""Money on one account: charges, allocation, days past due, cure, and never a cent lost."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from simcollect.core.codes import CloseReason, Component, EventKind, PaymentSource, Status
from simcollect.stages.case import DAY, MONTH, Slot
from tests.stages.story import Story, Table, always, merged

K = EventKind
NOTHING: Table = {
    "early": {"enter_dpd": 1},
    "mid": {"enter_dpd": 3000},
    "late": {"enter_dpd": 3000},
    "final": {"enter_dpd": 3000},
}
PAYS = always("pay_now")


def test_an_account_opens_with_each_component_of_its_debt() -> None:
    opened = Story(NOTHING).of(K.OPENED)
    assert opened["detail"].tolist() == [Component.PRINCIPAL, Component.INTEREST, Component.FEES]
    assert opened["amount_cents"].tolist() == [2_000_000, 40_000, 10_000]
    assert set(opened["value"]) == {35}


@pytest.mark.parametrize(
    ("cash", "costs", "fees", "interest", "principal"),
    [
        (20.0, 3_000, 10_000, 40_000, 2_000_000),
        (80.0, 0, 7_000, 40_000, 2_000_000),
        (400.0, 0, 0, 15_000, 2_000_000),
        (1000.0, 0, 0, 0, 1_955_000),
    ],
)
def test_a_payment_goes_to_costs_then_fees_then_interest_then_principal(
    cash: float, costs: int, fees: int, interest: int, principal: int
) -> None:
    story = Story(NOTHING, behaviour=PAYS, buffer=cash).live(1)
    story.state["costs_cents"] = 5_000
    story.talk()
    s = story.state
    assert (s["costs_cents"], s["fees_cents"], s["interest_cents"], s["principal_cents"]) == (
        costs,
        fees,
        interest,
        principal,
    )
    assert s["cash_cents"] == 0
    assert s["fees_paid_cents"] == 50_000 - fees - interest, "interest and fees, which can be given back"


@pytest.mark.parametrize(("paid", "months_less"), [(999.0, 0), (1000.0, 1), (1500.0, 1), (1999.99, 1)])
def test_days_past_due_fall_by_a_month_for_every_whole_instalment_paid(paid: float, months_less: int) -> None:
    story = Story(NOTHING, behaviour=PAYS, buffer=paid, dpd=35).live(1)
    before = int(story.state["oldest_due_at"])
    story.talk()
    assert int(story.state["oldest_due_at"]) == min(story.now, before + months_less * MONTH)
    assert story.last(K.PAYMENT)["value"] == max(0, (story.now - int(story.state["oldest_due_at"])) // DAY)


def test_paying_the_arrears_cures_and_paying_the_balance_closes() -> None:
    cured = Story(NOTHING, behaviour=PAYS, buffer=9000.0).live(1)
    cured.talk()
    assert cured.last(K.CURED)["value"] == 36, "days since the account fell overdue"
    assert cured.state["status"] == Status.CURRENT
    pays_all = {"payment": {"full_share": 1.0, "base_rate_per_day": 0.5}}
    closed = Story(NOTHING, behaviour=pays_all, silent=False, buffer=90_000.0).live(60)
    assert closed.last(K.CLOSED)["detail"] == CloseReason.PAID_IN_FULL
    assert closed.count(K.CURED) == 0
    assert closed.balance == 0


def test_interest_on_the_principal_and_penalty_on_the_arrears_are_posted_monthly() -> None:
    story = Story(NOTHING, apr=0.24, penalty_rate=0.12, spare=0.0, buffer=0.0, dpd=10).live(60)
    interest, penalty = story.of(K.INTEREST_CHARGED), story.of(K.PENALTY_CHARGED)
    assert interest["amount_cents"].tolist() == [40_000, 40_000]
    assert penalty["amount_cents"].tolist() == [2_000, 3_000], "a hundredth of 2,000 and of 3,000"
    assert story.of(K.INSTALMENT_DUE)["amount_cents"].tolist() == [100_000, 100_000]
    days = [(int(at) + 10 * DAY) / DAY for at in interest["at"]]
    assert days == [math.floor(30.4375), math.floor(2 * 30.4375)]


def test_arrears_never_outgrow_the_balance() -> None:
    story = Story(NOTHING, balance=1500.0, interest=0.0, fees=0.0, arrears=1000.0, spare=0.0, buffer=0.0, dpd=5)
    story.live(400)
    assert story.of(K.INSTALMENT_DUE)["amount_cents"][0] < 100_000
    assert story.state["arrears_cents"] == story.balance


def test_a_cured_account_pays_its_instalments_as_they_fall_due_until_the_debt_is_gone() -> None:
    behaviour = merged(PAYS, {"payment": {"redefault_prob_per_month": 0.0}})
    story = Story(NOTHING, behaviour=behaviour, balance=5000.0, buffer=4000.0, spare=4000.0).live(1)
    story.talk()
    story.live(300)
    later = story.of(K.PAYMENT)[1:]
    assert set(later["detail"]) == {PaymentSource.CONTRACTUAL}
    assert set(later["amount_cents"][:-1]) == {100_000}
    assert later["at"].tolist() == story.of(K.INTEREST_CHARGED)["at"].tolist(), "interest goes on until then"
    assert story.last(K.CLOSED)["detail"] == CloseReason.PAID_IN_FULL
    assert story.count(K.CURED) == 1
    assert story.count(K.REDEFAULTED) == 0


def test_a_cured_account_without_the_money_for_its_instalment_falls_overdue_again() -> None:
    behaviour = merged(PAYS, {"payment": {"redefault_prob_per_month": 0.0}})
    story = Story(NOTHING, behaviour=behaviour, buffer=2999.0, spare=0.0).live(1)
    story.talk()
    assert story.live(40).count(K.REDEFAULTED) == 1
    enough = Story(NOTHING, behaviour=behaviour, buffer=3000.0, spare=0.0).live(1)
    enough.talk()
    assert enough.live(40).count(K.REDEFAULTED) == 0


def test_a_cured_account_that_misses_an_instalment_starts_a_new_spell_with_a_clean_record() -> None:
    behaviour = merged(PAYS, {"payment": {"redefault_prob_per_month": 1.0, "redefault_human_factor": 1.0}})
    story = Story(NOTHING, behaviour=behaviour, buffer=9000.0, willingness=0.5).live(1)
    story.state["refusals"] = 2
    story.state["broken"] = 2
    story.talk()
    assert story.count(K.CURED) == 1
    story.live(31)
    again = story.last(K.REDEFAULTED)
    assert again["amount_cents"] == 100_000
    s = story.state
    assert s["status"] == Status.OVERDUE
    assert (s["refusals"], s["broken"], s["attempts"], s["spoken"], s["letters"], s["assessed"]) == (0, 0, 0, 0, 0, 0)
    assert s["oldest_due_at"] == again["at"]
    story.live(33)
    assert story.last(K.STAGE_ENTERED)["at"] > again["at"]
    assert story.last(K.STAGE_ENTERED)["value"] == 1, "days past due count from the new miss"


def test_a_human_conversation_lowers_the_hazard_of_falling_overdue_again_and_a_shock_raises_it() -> None:
    hazard = {"redefault_prob_per_month": 0.3, "redefault_human_factor": 0.0, "redefault_shock_factor": 4.0}
    behaviour = merged(PAYS, {"payment": hazard})
    n = 8

    def fallen(spoken: int, shocked: int) -> int:
        count = 0
        for seed in range(n):
            story = Story(NOTHING, behaviour=behaviour, buffer=9000.0, willingness=0.5, seed=seed)
            story.live(1).talk()
            story.state["spoken"] = spoken
            story.state["shocked"] = shocked
            story.state["due_at"][Slot.PAYDAY] = 10**12  # so that the shock lasts
            count += story.live(31).count(K.REDEFAULTED)
        return count

    assert fallen(1, 0) == 0
    assert 0 < fallen(0, 0) < n
    assert fallen(0, 1) == n


amounts = st.integers(0, 3_000_000)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(st.lists(st.tuples(st.integers(1, 60), amounts), max_size=6), st.booleans(), st.booleans())
def test_whatever_is_paid_and_charged_balances_to_the_cent(
    visits: list[tuple[int, int]], accelerated: bool, plan: bool
) -> None:
    strategy = merged(NOTHING, {"mid": {"enter_dpd": 30, "plan_offered": plan, "plan_interest_waived_share": 0.3}})
    outcome = always("plan") if plan else PAYS
    story = Story(strategy, behaviour=merged(outcome, {"conversation": {"pay_now": 5.0}}), spare=1500.0).live(1)
    if accelerated:
        story.state["accelerated"] = 1
        story.state["arrears_cents"] = story.balance
    for days, cash in visits:
        story.live(story.day + days)
        story.state["cash_cents"] = cash
        story.talk()
        charged = story.of(K.OPENED, K.INTEREST_CHARGED, K.PENALTY_CHARGED, K.COST_ADDED)["amount_cents"].sum()
        gone = story.of(K.PAYMENT, K.WAIVED, K.WRITTEN_OFF)["amount_cents"].sum()
        assert charged - gone == story.balance
        s = story.state
        assert min(s["principal_cents"], s["interest_cents"], s["fees_cents"], s["costs_cents"], s["cash_cents"]) >= 0
        assert 0 <= s["arrears_cents"] <= story.balance
        assert (s["arrears_cents"] == 0) == (s["status"] != Status.OVERDUE)
    assert set(story.of(K.PAYMENT)["detail"]) <= {
        PaymentSource.IN_CONVERSATION,
        PaymentSource.PLAN,
        PaymentSource.DOWN_PAYMENT,
        PaymentSource.CONTRACTUAL,
    }
