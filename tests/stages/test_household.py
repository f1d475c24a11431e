"""What happens by itself: paydays, shocks, payments of one's own accord, waiting for a better offer."""

from __future__ import annotations

import math

import pytest

from simcollect.core.codes import EventKind, PaymentSource
from simcollect.stages.case import DAY, NEVER, Slot
from tests.stages.story import Story, Table, always, merged

K = EventKind
NOTHING: Table = {"mid": {"enter_dpd": 3000}, "late": {"enter_dpd": 3000}, "final": {"enter_dpd": 3000}}


def test_wages_come_once_a_month_and_what_is_not_paid_is_kept_up_to_the_cap() -> None:
    story = Story(NOTHING, buffer=0.0, spare=1000.0, payday=5)
    cash = []
    for day in (3, 6, 40, 70, 100, 130):
        cash.append(int(story.live(day).state["cash_cents"]))
    assert cash == [0, 100_000, 200_000, 300_000, 300_000, 300_000], "two months' spare is kept, a third just came"


def test_a_shock_takes_its_share_of_income_and_is_logged_when_it_starts_and_ends() -> None:
    shocks = {"cash": {"shock_onset_prob": 0.5, "shock_recovery_prob": 0.5, "shock_income_loss_share": 1.0}}
    story = Story(NOTHING, behaviour=shocks, cell="hardship", buffer=0.0, spare=1000.0).live(700)
    began, ended = story.of(K.SHOCK_STARTED)["at"], story.of(K.SHOCK_ENDED)["at"]
    assert len(began) >= 3
    assert 0 <= len(began) - len(ended) <= 1
    assert all(a < b for a, b in zip(began, ended, strict=False))


def test_the_same_months_bring_the_same_shocks_whatever_is_done_to_the_account() -> None:
    shocks = {"cash": {"shock_onset_prob": 0.3, "shock_recovery_prob": 0.3}}
    left_alone = Story(NOTHING, behaviour=shocks).live(600)
    steps = [{"action": "sms", "day": 0, "repeat_days": 2, "maximum": 200}]
    pressed = Story(merged(NOTHING, {"early": {"steps": steps}}), behaviour=shocks).live(600)
    for kind in (K.SHOCK_STARTED, K.SHOCK_ENDED):
        assert left_alone.of(kind)["at"].tolist() == pressed.of(kind)["at"].tolist()


def own_payment_at(**case: object) -> int:
    story = Story(NOTHING, silent=False, **case)
    return int(story.state["due_at"][Slot.OWN_PAYMENT])


def test_the_first_payment_comes_when_the_intensity_has_grown_to_a_unit_exponential() -> None:
    story = Story(NOTHING, silent=False, dpd=35)
    s, n = story.state, story.arrays.numbers[0]
    at = int(s["due_at"][Slot.OWN_PAYMENT])
    fading = 1.0 / n["payment_ageing_days"]
    grown = s["gate"] * s["base"] / fading * (1.0 - math.exp(-fading * at / DAY))
    assert at < NEVER
    assert grown == pytest.approx(float(s["threshold_left"]), rel=1e-3)
    assert float(s["base"]) == pytest.approx(float(s["full"]) * math.exp(-35 * fading))
    story.live(at / DAY + 0.001)
    paid = story.last(K.PAYMENT)
    assert paid["at"] == at
    assert paid["detail"] == PaymentSource.OWN_ACCORD
    assert s["threshold_left"] > 0.0


def test_the_willing_and_attentive_pay_sooner_and_the_old_debt_later() -> None:
    assert own_payment_at(willingness=0.9) < own_payment_at(willingness=0.6)
    assert own_payment_at(attention=0.9) < own_payment_at(attention=0.2)
    assert own_payment_at(dpd=10) < own_payment_at(dpd=60)


def test_who_has_less_than_the_floor_pays_nothing_of_his_own_accord() -> None:
    assert own_payment_at(buffer=249.0) >= NEVER
    assert own_payment_at(buffer=251.0) < NEVER


def test_a_payment_excites_the_next_one_and_the_excitement_fades() -> None:
    story = Story(NOTHING, behaviour=always("pay_now"), buffer=500.0, spare=0.0).live(1)
    story.talk()
    assert story.count(K.PAYMENT) == 1
    excited = float(story.state["excitation"])
    n = story.arrays.numbers[0]
    assert excited >= float(n["payment_jump_payment"] * n["payment_decay_per_day"])
    story.state["cash_cents"] = 0
    then = story.now
    story.end(10)  # a signature at the desk: nothing that moves a payment
    story.live(70)
    story.state["cash_cents"] = 10**6
    story.end(10)
    days = (story.now - then) / DAY
    assert float(story.state["excitation"]) == pytest.approx(excited * math.exp(-n["payment_decay_per_day"] * days))


def test_nobody_pays_of_his_own_accord_while_a_promise_or_an_agreement_stands() -> None:
    for outcome in ("promise", "plan"):
        levers = {"mid": {"enter_dpd": 0, "plan_offered": True, "plan_max_months": 60}, "early": {"enter_dpd": 0}}
        behaviour = merged(always(outcome), {"plan": {"accept_prob": 1.0}})
        story = Story(merged(NOTHING, levers), behaviour=behaviour, silent=False, buffer=1500.0).live(0.5)
        assert story.state["due_at"][Slot.OWN_PAYMENT] < NEVER
        story.talk()
        assert story.count(K.HOLD_STARTED) == 1
        assert story.state["due_at"][Slot.OWN_PAYMENT] >= NEVER


OFFERS = [{"stage": "final", "day": 0, "discount_share": 0.4, "waive_share": 1.0, "expiry_days": 30}]
LADDER: Table = {
    "mid": {"enter_dpd": 3000},
    "late": {"enter_dpd": 3000},
    "final": {"enter_dpd": 3000, "offers": OFFERS},
}


def waiting(strategy: Table | None = None, **case: object) -> float:
    near = merged(LADDER, {"mid": {"enter_dpd": 60}, "late": {"enter_dpd": 60}, "final": {"enter_dpd": 60}})
    story = Story(merged(near, strategy or {}), **{"strategic": True, "knows_schedule": True, "payday": 5, **case})
    return float(story.live(6).state["waiting"])


def test_who_knows_the_schedule_and_is_strategic_holds_back_and_others_do_not() -> None:
    assert waiting() > 0.3
    assert waiting(strategic=False) == 0.0
    assert waiting(knows_schedule=False) == 0.0
    assert waiting({"final": {"offers": []}}) == 0.0


def test_waiting_is_weakened_by_random_days_short_expiry_and_distance() -> None:
    assert waiting({"final": {"random_days": 20}}) < waiting()
    assert waiting({"final": {"offers": [{**OFFERS[0], "expiry_days": 5}]}}) < waiting()
    assert waiting({"final": {"enter_dpd": 160}}) < waiting()


def test_waiting_puts_payments_off_and_ends_when_the_last_offer_was_made() -> None:
    near = merged(LADDER, {"mid": {"enter_dpd": 60}, "late": {"enter_dpd": 60}, "final": {"enter_dpd": 60}})
    unread = {"contact": {"letter_read_prob": 0.0}}
    waits = Story(near, strategic=True, knows_schedule=True, behaviour=unread).live(6)
    pays = Story(near, behaviour=unread).live(6)
    assert waits.state["full"] < pays.state["full"]
    waits.live(61)
    assert waits.count(K.OFFER_EXPIRED) == 1
    waits.live(130)
    assert waits.state["waiting"] == 0.0
