"""Borrowers who move by a table of monthly roll rates: what is paid when, what still acts, what rests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simcollect.core.codes import CloseReason, EventKind, PaymentSource
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.scenario import load
from simcollect.scenario.variation import varied
from simcollect.verify.base import MONTH_DAYS, STANDSTILL, base, borrowers, pursuing
from tests.engine.runs import Table, crowd, run

K = EventKind


def log_of(rolls: Table, strategy: str = "no_action", days: int = 100, **changes: Any) -> EventLog:
    """One borrower, two instalments of 100 behind on a debt of 1,000, apart from the changes."""
    account = {"balance": 1000.0, "instalment": 100.0, "arrears": 200.0} | changes.pop("account", {})
    settings = {"portfolio.accounts": borrowers(1, **account), "run.horizon_days": days, "behaviour.rolls": rolls}
    return simulate(varied(base(), settings | changes), strategy)


def paid(log: EventLog) -> list[tuple[int, int]]:
    """(month, cents) of every payment."""
    rows = log.rows[log.rows["kind"] == K.PAYMENT]
    return [(round(at / 1440 / MONTH_DAYS), int(cents)) for at, cents in rows[["at", "amount_cents"]].tolist()]


@pytest.mark.parametrize(
    ("two_behind", "amounts"),
    [
        ({"to": [0.0, 0.0, 0.0, 1.0]}, []),
        ({"to": [0.0, 0.0, 1.0]}, [10_000] * 3),
        ({"to": [0.0, 1.0]}, [20_000]),
        ({"to": [1.0]}, [30_000]),
        ({"paid_off": 1.0, "to": []}, [100_000]),
    ],
)
def test_what_is_paid_leads_to_the_months_behind_that_are_drawn(two_behind: Table, amounts: list[int]) -> None:
    stay = {"to": [0.0, 0.0, 0.0, 1.0]}
    rolls = {
        "0": {"to": [0.0, 1.0]},
        "1": {"to": [0.0, 0.0, 0.0, 0.0], "written_off": 1.0},
        "2": two_behind,
        "3+": stay,
    }
    log = log_of(rolls)
    assert [cents for _, cents in paid(log)] == amounts


def test_the_written_off_are_written_off_on_the_due_date() -> None:
    log = log_of({"0": {"to": [1.0]}, "1+": {"to": [], "written_off": 1.0}})
    closed = log.rows[log.rows["kind"] == K.CLOSED]
    assert closed[["at", "detail"]].tolist() == [(30 * 1440, CloseReason.WRITTEN_OFF)]
    assert paid(log) == []


def test_the_table_says_what_is_paid_whatever_cash_is_at_hand() -> None:
    cures = {"0": {"to": [1.0]}, "1+": {"to": [1.0]}}
    poor, rich = log_of(cures), log_of(cures, account={"buffer": 1e6})
    assert paid(poor) == paid(rich) == [(1, 30_000), (2, 10_000), (3, 10_000)]
    sources = poor.rows[poor.rows["kind"] == K.PAYMENT]["detail"].tolist()
    assert sources == [PaymentSource.OWN_ACCORD, PaymentSource.CONTRACTUAL, PaymentSource.CONTRACTUAL]


def test_a_cured_borrower_misses_as_often_as_the_first_row_says() -> None:
    log = log_of({"0": {"to": [0.0, 1.0]}, "1+": {"to": [1.0]}})
    kinds = log.rows["kind"][np.isin(log.rows["kind"], [K.CURED, K.REDEFAULTED])].tolist()
    assert kinds == [K.CURED, K.REDEFAULTED, K.CURED]


def test_a_contact_still_brings_a_payment_forward_and_nothing_else_does() -> None:
    message = {"early": {"steps": [{"action": "sms", "day": 0}]}}
    moving = {"behaviour.payment.jump_message": 2.0, "behaviour.contact.sms_opened_prob": 1.0}
    asked = pursuing("asked", **message) | moving | {"behaviour.payment.base_rate_per_day": 0.5}
    alone = log_of(STANDSTILL, account={"buffer": 1e4}, **asked)
    contacted = log_of(STANDSTILL, "asked", account={"buffer": 1e4}, **asked)
    assert paid(alone) == []
    assert len(paid(contacted)) > 0


def test_a_payment_of_the_table_excites_no_other() -> None:
    pays = {"0": {"to": [1.0]}, "1": {"to": [0.0, 0.0, 1.0]}, "2+": {"to": [0.0, 0.0, 1.0]}}
    three = {"0": {"to": [1.0]}, "1": {"to": [0.0, 1.0]}, "2": {"to": [0.0, 0.0, 1.0]}, "3+": {"to": [1.0]}}
    jumpy = {"behaviour.payment.jump_payment": 3.0, "account": {"buffer": 1e6}}
    assert paid(log_of(three, **jumpy)) == [(1, 10_000), (2, 10_000), (3, 10_000)]
    assert paid(log_of(pays, **jumpy)) == []


def test_the_table_rests_while_a_settlement_is_paid_off() -> None:
    offer = {"stage": "final", "day": 0, "discount_share": 0.5, "instalments": 3, "expiry_days": 30}
    sure = {
        "behaviour.settlement.accept_intercept": 10.0,
        "behaviour.settlement.keep_prob": 1.0,
        "behaviour.settlement.answer_days": 0.5,
        "behaviour.plan.relief_effect": 0.0,
        "account": {"buffer": 1e4, "spare": 500.0, "income": 500.0, "arrears": 1000.0},
    }
    pays_off = {"0": {"to": [1.0]}, "1+": {"paid_off": 1.0, "to": []}}
    log = log_of(pays_off, "settle", 130, **sure, **pursuing("settle", final={"offers": [offer]}))
    sources = set(log.rows["detail"][log.rows["kind"] == K.PAYMENT].tolist())
    assert sources == {PaymentSource.SETTLEMENT}


def test_a_table_changes_what_a_crowd_pays_and_the_audit_finds_nothing() -> None:
    from simcollect.experiment.measure import audited

    rolls = {"0": {"to": [0.9, 0.1]}, "1": {"paid_off": 0.1, "to": [0.3, 0.3, 0.3]}, "2+": {"to": [0.1, 0.0, 0.9]}}
    scenario = crowd({"behaviour": {"rolls": rolls}})
    log = run(scenario, "busy")
    assert audited(log, scenario).ok
    assert log.digest() != run(crowd(), "busy").digest()


def test_luck_belongs_to_borrower_and_due_date_under_every_strategy() -> None:
    """Until a first contact both borrowers roll alike; an added borrower changes nobody's luck."""
    rolls = {"0": {"to": [0.5, 0.5]}, "1+": {"paid_off": 0.2, "to": [0.4, 0.4]}}
    one = varied(base(), {"portfolio.accounts": borrowers(3), "behaviour.rolls": rolls})
    more = varied(base(), {"portfolio.accounts": borrowers(5), "behaviour.rolls": rolls})
    first, second = simulate(one, "no_action"), simulate(more, "no_action")
    for account in range(3):
        assert first.of(account).tolist() == second.of(account).tolist()


def test_a_scenario_with_a_table_can_be_varied_and_written_again() -> None:
    from simcollect.scenario import Scenario

    scenario = load({"extends": "tiny", "behaviour": {"rolls": STANDSTILL}})
    changed = varied(scenario, {'behaviour.rolls."1+".to': [0.5, 0.5]})
    assert changed.behaviour.rolls["1+"].to == (0.5, 0.5)
    assert Scenario.model_validate_json(changed.model_dump_json()) == changed
