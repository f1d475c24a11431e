"""Named borrowers written down in a scenario."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from simcollect.core.codes import Cell, Channel
from simcollect.population.book import Population
from simcollect.population.inline import ids_of, keys_of
from simcollect.scenario.portfolio import Account

Populate = Callable[..., Population]


def inline(*accounts: dict[str, Any], **changed: Any) -> dict[str, Any]:
    return {"source": "inline", "accounts": accounts, **changed}


def test_everything_written_down_stands_in_the_book(populate: Populate) -> None:
    given = {
        "name": "Lin", "account_id": 9, "balance": 1200.0, "interest": 30.0, "fees": 5.0, "limit": 5000.0,
        "instalment": 60.0, "arrears": 120.0, "dpd": 35, "apr": 0.15, "penalty_rate": 0.02, "months_on_book": 40,
        "earlier_delinquencies": 2, "age": 44, "cell": "unwilling", "score": 0.4, "stated_income": 3100.0,
        "income": 3000.0, "spare": 200.0, "buffer": 10.0, "willingness": 0.1, "attention": 0.9, "margin": 80.0,
        "assets": 500.0, "attachable": 700.0, "vulnerable": True, "declared_vulnerable": False, "disputing": True,
        "strategic": True, "knows_schedule": True, "phone_valid": False, "email_valid": True, "consent": False,
        "preferred_channel": "email", "due_day": 5, "payday": 10, "segment": "b",
    }  # fmt: skip
    segments = {"names": ("a", "b"), "up_to": (1e6,)}
    population = populate(inline(given, segments=segments))
    account = population.book[0]
    assert population.names == ("Lin",)
    for name in ("account_id", "dpd", "apr", "penalty_rate", "months_on_book", "earlier_delinquencies", "age", "score",
                 "willingness", "attention", "vulnerable", "declared_vulnerable", "disputing", "strategic",
                 "knows_schedule", "phone_valid", "email_valid", "consent", "due_day", "payday"):  # fmt: skip
        assert account[name] == given[name], name
    for name in ("interest", "fees", "limit", "instalment", "arrears", "stated_income", "income", "spare", "buffer",
                 "margin", "assets", "attachable"):  # fmt: skip
        assert account[f"{name}_cents"] == round(float(given[name]) * 100), name
    assert account["principal_cents"] == 120_000
    assert account["cell"] == Cell.UNWILLING
    assert account["preferred_channel"] == Channel.EMAIL
    assert account["segment"] == 1


def test_what_is_left_out_is_drawn_from_the_chosen_cell(populate: Populate) -> None:
    accounts = [
        {"name": f"{cell} {i}", "balance": 1000.0, "dpd": 20, "cell": cell}
        for cell in ("forgetful", "unwilling") for i in range(60)
    ]  # fmt: skip
    book = populate(inline(*accounts)).book
    assert np.median(book["willingness"][:60]) > 0.7 > 0.3 > np.median(book["willingness"][60:])
    assert np.all(book["instalment_cents"] == 5_000)


def test_days_past_due_and_arrival_follow_the_document(populate: Populate) -> None:
    population = populate(inline({"name": "A", "balance": 10.0, "dpd": 0, "arrives_day": 12}))
    assert population.book["arrives_at"].tolist() == [12 * 1440]
    assert population.report.accounts_flow == 1


def test_numbers_are_given_to_those_who_have_none() -> None:
    accounts = [
        Account(name="A", balance=1.0, dpd=1),
        Account(name="B", balance=1.0, dpd=1, account_id=1),
        Account(name="C", balance=1.0, dpd=1),
    ]
    assert ids_of(accounts).tolist() == [2, 1, 3]


def test_luck_hangs_on_the_name_alone() -> None:
    first = Account(name="Wang", balance=1.0, dpd=1)
    same = Account(name="Wang", balance=99.0, dpd=77)
    other = Account(name="Chen", balance=1.0, dpd=1)
    keys = keys_of([first, same, other])
    assert keys[0] == keys[1] != keys[2]
    assert np.all((keys >= 0) & (keys < 2**47))


def test_a_borrowers_own_time_zone_is_kept(populate: Populate) -> None:
    accounts = (
        {"name": "A", "balance": 10.0, "dpd": 3, "time_zone": "Asia/Tokyo"},
        {"name": "B", "balance": 9.0, "dpd": 3},
    )
    population = populate(inline(*accounts), zones=("UTC", "Asia/Tokyo"), zone_share=(1.0, 0.0))
    assert population.book["zone"].tolist() == [1, 0]
