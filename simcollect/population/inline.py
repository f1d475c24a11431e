"""A few named borrowers written down in the scenario: what is given stands, what is left out is drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Cell, Channel
from simcollect.core.units import MINUTES_PER_DAY, money_cents
from simcollect.population.rows import Terms, empty_rows, minimum_payment
from simcollect.scenario.portfolio import Account

_KEY_BITS = 47
_ROW_MONEY = ("interest", "fees", "limit", "instalment", "arrears", "stated_income", "margin")
_ROW_PLAIN = (
    "apr", "penalty_rate", "months_on_book", "earlier_delinquencies", "age", "phone_valid", "email_valid", "consent",
    "declared_vulnerable",
)  # fmt: skip
_BOOK_MONEY = ("income", "spare", "buffer", "assets", "attachable")
_BOOK_PLAIN = (
    "willingness", "attention", "vulnerable", "disputing", "strategic", "knows_schedule", "due_day", "payday",
)  # fmt: skip


def keys_of(accounts: Sequence[Account]) -> NDArray[np.int64]:
    """Return the accounts' draw keys, shape n: hashes of the names, so that one more borrower changes nobody's luck."""
    keys = [int.from_bytes(hashlib.blake2b(a.name.encode(), digest_size=6).digest(), "big") for a in accounts]
    return np.array([key % (1 << _KEY_BITS) for key in keys], dtype=np.int64)


def ids_of(accounts: Sequence[Account]) -> NDArray[np.int64]:
    """Return the accounts' numbers, shape n: as given, else the lowest numbers that nobody was given."""
    given = {account.account_id for account in accounts if account.account_id is not None}
    free = (number for number in range(1, len(accounts) + len(given) + 1) if number not in given)
    ids = [next(free) if account.account_id is None else account.account_id for account in accounts]
    return np.array(ids, dtype=np.int64)


def arrivals_of(accounts: Sequence[Account]) -> NDArray[np.int64]:
    """Return the minutes at which the accounts come into the book, shape n."""
    return np.array([account.arrives_day * MINUTES_PER_DAY for account in accounts], dtype=np.int64)


def rows_of(accounts: Sequence[Account], terms: Terms, segments: Sequence[str]) -> NDArray[np.void]:
    """Return the accounts as source rows (``rows.ROW_DTYPE``, shape n)."""
    rows = empty_rows(len(accounts))
    for row, account in zip(rows, accounts, strict=True):
        row["apr"], row["penalty_rate"] = terms.apr, terms.penalty_rate
        row["principal_cents"] = max(money_cents(account.balance, terms.minor_units), 1)
        row["dpd_low"] = row["dpd_high"] = account.dpd
        for name in _ROW_MONEY:
            value = getattr(account, name)
            if value is not None:
                row[f"{name}_cents"] = money_cents(value, terms.minor_units)
        for name in _ROW_PLAIN:
            value = getattr(account, name)
            if value is not None:
                row[name] = value
        owed = row["principal_cents"] + row["interest_cents"] + row["fees_cents"]
        if account.limit is None:
            row["limit_cents"] = owed
        if account.instalment is None:
            row["instalment_cents"] = minimum_payment(np.array([owed]), terms)[0]
        if account.segment is not None:
            row["segment"] = segments.index(account.segment)
    return rows


def set_cells(book: NDArray[np.void], accounts: Sequence[Account]) -> None:
    """Put the given cells into the book, before anything is drawn from them."""
    for record, account in zip(book, accounts, strict=True):
        if account.cell is not None:
            record["cell"] = Cell[account.cell.upper()]


def set_latents(book: NDArray[np.void], accounts: Sequence[Account], minor_units: int, zones: Sequence[str]) -> None:
    """Put everything else that is given into the book, over what was drawn.

    An income without a stated income keeps the drawn ratio of the two.
    """
    for record, account in zip(book, accounts, strict=True):
        if account.income is not None and account.stated_income is None:
            ratio = record["stated_income_cents"] / record["income_cents"]
            record["stated_income_cents"] = money_cents(account.income * minor_units * ratio, 1)
        for name in _BOOK_MONEY:
            value = getattr(account, name)
            if value is not None:
                record[f"{name}_cents"] = money_cents(value, minor_units)
        for name in _BOOK_PLAIN:
            value = getattr(account, name)
            if value is not None:
                record[name] = value
        if account.preferred_channel is not None:
            record["preferred_channel"] = Channel[account.preferred_channel.upper()]
        if account.time_zone is not None:
            record["zone"] = zones.index(account.time_zone)


def set_scores(book: NDArray[np.void], accounts: Sequence[Account]) -> None:
    """Put the given scores into the book, over what was drawn from the latents."""
    for record, account in zip(book, accounts, strict=True):
        if account.score is not None:
            record["score"] = account.score
