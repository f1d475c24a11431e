"""Synthetic instalment loans: what is owed follows from amount, rate, term and the instalments paid."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simcollect.core.errors import InputErrors
from simcollect.population.book import Population
from simcollect.population.latent import LatentNumbers
from simcollect.population.opening import balance_cents, due_dates_passed
from simcollect.scenario import load

Populate = Callable[..., Population]
TERM = 36


def loans(n: int = 2000, flow: float = 0.0, **marginals: Any) -> dict[str, Any]:
    """Return a portfolio block of 36-month loans."""
    given = {
        "limit": {"family": "lognorm", "params": (0.6, 0.0, 10_000.0)},
        "apr": {"family": "uniform", "params": (0.05, 0.2)},
        "instalments_paid": {"family": "randint", "params": (0.0, 36.0)},
        "dpd": {"family": "randint", "params": (1.0, 120.0)},
        **marginals,
    }
    synthetic = {"term_months": TERM, "marginals": given}
    return {"source": "synthetic", "n_stock": n, "flow_per_month": flow, "synthetic": synthetic}


def fixed(amount: float, apr: float, paid: float, dpd: float) -> dict[str, Any]:
    values = {"limit": amount, "apr": apr, "instalments_paid": paid, "dpd": dpd}
    return loans(1, **{name: {"family": "constant", "params": (value,)} for name, value in values.items()})


def amortised(amount_cents: int, apr: float, paid: int) -> tuple[float, float]:
    """Return (instalment, principal left) month by month, as a bank statement would show it."""
    factor = (1 + apr / 12) ** TERM
    instalment = amount_cents * apr / 12 * factor / (factor - 1) if apr > 0 else amount_cents / TERM
    left = float(amount_cents)
    for _ in range(paid):
        left -= instalment - left * apr / 12
    return instalment, left


@pytest.mark.parametrize("apr", [0.0, 1e-9, 0.0532, 0.1333, 0.2899])
@pytest.mark.parametrize("paid", [0, 1, 15, 35])
def test_instalment_and_principal_are_those_of_a_statement_written_month_by_month(
    populate: Populate, apr: float, paid: int
) -> None:
    account = populate(fixed(10_000.0, apr, paid, 45.0)).book[0]
    instalment, left = amortised(1_000_000, apr, paid)
    assert account["instalment_cents"] == pytest.approx(instalment, abs=0.51)
    assert account["principal_cents"] == pytest.approx(left, abs=0.51)


def test_all_instalments_paid_would_leave_nothing_so_the_last_one_is_always_missed(populate: Populate) -> None:
    account = populate(fixed(10_000.0, 0.1333, 36.0, 5.0)).book[0]
    assert account["principal_cents"] == pytest.approx(amortised(1_000_000, 0.1333, 35)[1], abs=0.51)


def test_interest_runs_from_the_last_instalment_paid_to_the_first_day_of_the_run(populate: Populate) -> None:
    account = populate(fixed(10_000.0, 0.12, 10.0, 43.0)).book[0]
    assert account["interest_cents"] == pytest.approx(account["principal_cents"] * 0.12 * (30 + 43) / 365, abs=0.51)


def test_an_account_of_the_flow_owes_its_first_missed_instalment_and_one_months_interest(populate: Populate) -> None:
    book = populate(loans(0, 50.0)).book
    assert len(book) > 300
    assert np.all(book["dpd"] == 0)
    wanted = book["principal_cents"] * book["apr"] * 30 / 365
    assert np.all(np.abs(book["interest_cents"] - wanted) <= 0.51)
    assert np.all(book["arrears_cents"] == np.minimum(book["instalment_cents"], balance_cents(book)))


def test_nobody_owes_more_than_was_lent_with_its_interest(populate: Populate) -> None:
    book = populate(loans()).book
    assert np.all(book["principal_cents"] <= book["limit_cents"])
    assert np.all(book["principal_cents"] > 0)


def test_months_on_book_are_the_instalments_paid_and_those_missed(populate: Populate) -> None:
    book = populate(loans(instalments_paid={"family": "constant", "params": (7.0,)})).book
    assert np.array_equal(book["months_on_book"], 7 + due_dates_passed(book["dpd"].astype(np.int64)))


def test_a_new_drawn_field_moves_no_draw_of_the_others(populate: Populate) -> None:
    marginals = loans(500)["synthetic"]["marginals"]
    plain = {
        "source": "synthetic",
        "n_stock": 500,
        "synthetic": {
            "marginals": {
                "balance": {"family": "constant", "params": (5000.0,)},
                **{name: marginals[name] for name in ("limit", "apr", "dpd")},
            }
        },
    }
    with_loans, without = populate(loans(500)).book, populate(plain).book
    for name in ("limit_cents", "apr", "dpd"):
        assert np.array_equal(with_loans[name], without[name])


def faults(synthetic: str, tmp_path: Any) -> str:
    """Return the messages for this synthetic table, in a copy of the smallest scenario."""
    file = tmp_path / "loans.toml"
    file.write_text(f"""
[run]
start_date = 2022-01-03
[portfolio]
source = "synthetic"
n_stock = 5
[portfolio.synthetic]
{synthetic}
[behaviour]
preset = "cards"
[economics]
preset = "taiwan"
[capacity]
preset = "taiwan"
[strategies.no_action]
""")
    with pytest.raises(InputErrors) as raised:
        load(file)
    return str(raised.value)


def test_what_a_schedule_decides_cannot_be_drawn_as_well(tmp_path: Any) -> None:
    drawn = 'marginals = { balance = { family = "constant", params = [1.0] } }'
    message = faults(f"term_months = 36\n{drawn}", tmp_path)
    assert "portfolio.synthetic.marginals.balance" in message
    assert "follows from the schedule" in message
    for name in ("limit", "instalments_paid", "dpd"):
        assert f"portfolio.synthetic.marginals.{name} is missing" in message


def test_a_loan_is_not_fitted_to_a_file(tmp_path: Any) -> None:
    message = faults('term_months = 36\nfit_to = { file = "taiwan_cards", layout = "taiwan_cards" }', tmp_path)
    assert "portfolio.synthetic.fit_to" in message
    assert "remove term_months" in message


def test_only_a_loan_has_a_number_of_instalments(tmp_path: Any) -> None:
    one = '{ family = "constant", params = [1.0] }'
    message = faults(f"marginals = {{ balance = {one}, dpd = {one}, instalments_paid = {one} }}", tmp_path)
    assert "portfolio.synthetic.marginals.instalments_paid" in message
    assert "Add term_months" in message


def test_a_book_without_spread_is_built_without_a_warning(
    populate: Populate, make_numbers: Callable[..., LatentNumbers]
) -> None:
    numbers = make_numbers(assets_log_sd=0.0)
    numbers.cells["spare_log_sd"] = 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = populate(loans(), numbers=numbers).book
    assert np.any(book["assets_cents"] == 0)
    assert np.any(book["assets_cents"] > 0)
    assert np.any(book["spare_cents"] == 0)
    assert np.all(book["spare_cents"] >= 0)
