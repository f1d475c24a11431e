"""Money balances to the cent on ten thousand accounts under every strategy."""

from __future__ import annotations

import numpy as np
import pytest

from simcollect.core.codes import EventKind
from simcollect.engine import simulate
from simcollect.outcomes import ledger
from simcollect.scenario import Scenario, load


@pytest.fixture(scope="module")
def large_book() -> Scenario:
    scenario = load("cards_taiwan")
    portfolio = scenario.portfolio.model_copy(update={"n_stock": 2_400})
    return scenario.model_copy(update={"portfolio": portfolio})


@pytest.mark.parametrize("strategy", ["no_action", "gentle", "balanced", "firm", "settle_early"])
def test_money_balances_to_the_cent_on_ten_thousand_accounts(large_book: Scenario, strategy: str) -> None:
    log = simulate(large_book, strategy)
    assert len(log.accounts) >= 10_000
    book = ledger(log)
    owed_at_the_end = np.zeros(len(log.accounts), dtype=np.int64)
    rows = log.rows[log.rows["kind"] == EventKind.OUTSTANDING]
    np.add.at(owed_at_the_end, rows["account"], rows["amount_cents"])
    charged = book.opening_cents + book.charges_cents + book.costs_added_cents
    accounted = book.paid_cents + book.waived_cents + book.written_off_cents + owed_at_the_end
    assert (charged == accounted).all()
