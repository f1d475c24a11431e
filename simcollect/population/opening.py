"""From source rows to the book: what each account owes on the day it arrives."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Purpose
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.population.book import BOOK_DTYPE, age_band
from simcollect.population.draws import Draws
from simcollect.population.latent import LatentNumbers
from simcollect.population.rows import UNKNOWN

DAYS_PER_YEAR = 365.0
DAYS_OF_INSTALMENT = 30
"""Days of interest in the first unpaid statement or instalment."""
_YOUNGEST_ACCOUNT = 6  # months
_LAST_DUE_DAY = 28

_COPIED = (
    "source_row",
    "principal_cents",
    "fees_cents",
    "limit_cents",
    "apr",
    "penalty_rate",
    "months_on_book",
    "earlier_delinquencies",
    "stated_income_cents",
    "age",
    "margin_cents",
    "phone_valid",
    "email_valid",
    "consent",
    "declared_vulnerable",
    "segment",
)


def due_dates_passed(dpd: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of due dates from the oldest unpaid one to today, both included (shape n).

    Due dates follow each other by 30.4375 days, rounded down to a day, as in the simulation.

    Examples
    --------
    >>> due_dates_passed(np.array([0, 29, 30, 60, 61]))
    array([1, 1, 2, 3, 3])
    """
    return ((dpd + 1) * 16 - 1) // 487 + 1


def open_accounts(
    rows: NDArray[np.void],
    keys: NDArray[np.int64],
    account_ids: NDArray[np.int64],
    arrives_at: NDArray[np.int64],
    draws: Draws,
    numbers: LatentNumbers,
    start_date: dt.date,
) -> NDArray[np.void]:
    """Return a book (``BOOK_DTYPE``, shape n) with everything filled that does not depend on the borrower's cell.

    A balance whose interest is unknown is split: the APR over the statement month and the days past due explains the
    interest. Arrears are the instalments of the due dates passed, at most the balance; an account of the flow owes its
    first.
    """
    n = len(rows)
    book: NDArray[Any] = np.zeros(n, dtype=BOOK_DTYPE)
    book["key"], book["account_id"], book["arrives_at"] = keys, account_ids, arrives_at
    for name in _COPIED:
        book[name] = rows[name]
    book["age_band"] = age_band(rows["age"])

    u = draws.uniform(Purpose.DAYS_PAST_DUE)
    width = rows["dpd_high"].astype(np.int64) - rows["dpd_low"] + 1
    dpd = rows["dpd_low"] + np.floor(u * width).astype(np.int64)
    book["dpd"] = dpd

    split = rows["interest_cents"] == UNKNOWN
    growth = rows["apr"] * (DAYS_OF_INSTALMENT + dpd) / DAYS_PER_YEAR
    part = np.floor(rows["principal_cents"] * (growth / (1.0 + growth))).astype(np.int64)
    book["interest_cents"] = np.where(split, part, rows["interest_cents"])
    book["principal_cents"] = np.where(split, rows["principal_cents"] - part, rows["principal_cents"])

    balance = balance_cents(book)
    instalment = np.maximum(np.minimum(rows["instalment_cents"], balance), 1)
    book["instalment_cents"] = instalment
    by_rule = due_dates_passed(dpd) * instalment
    arrears = np.where(rows["arrears_cents"] == UNKNOWN, by_rule, rows["arrears_cents"])
    book["arrears_cents"] = np.clip(arrears, 1, balance)

    age_limit = np.where(rows["age"] > 0, 12 * (rows["age"].astype(np.int64) - 18), 1200)
    mean = max(numbers.get("months_on_book_mean") - _YOUNGEST_ACCOUNT, 0.0)
    months = _YOUNGEST_ACCOUNT + np.floor(-mean * np.log1p(-draws.uniform(Purpose.MONTHS_ON_BOOK)))
    drawn = np.maximum(np.minimum(months, age_limit), 1).astype(np.int32)
    book["months_on_book"] = np.where(rows["months_on_book"] == UNKNOWN, drawn, rows["months_on_book"])
    book["due_day"] = _due_days(arrives_at // MINUTES_PER_DAY - dpd, start_date)
    return book


def balance_cents(book: NDArray[np.void]) -> NDArray[np.int64]:
    """Return what each account of a book owes on arrival, in cents, shape n."""
    total: NDArray[np.int64] = book["principal_cents"] + book["interest_cents"] + book["fees_cents"]
    return total


def segments_by_rule(book: NDArray[np.void], by: str, up_to: tuple[float, ...], minor_units: int) -> NDArray[np.int16]:
    """Return each account's segment, shape n: the first whose upper limit (in the field's unit) is not exceeded."""
    money = {"limit": "limit_cents", "stated_income": "stated_income_cents", "margin": "margin_cents"}
    if by == "balance":
        size = balance_cents(book) / minor_units
    elif by in money:
        size = book[money[by]] / minor_units
    else:
        size = book[by].astype(np.float64)
    return np.searchsorted(np.array(up_to, dtype=np.float64), size, side="left").astype(np.int16)


def _due_days(oldest_day: NDArray[np.int64], start_date: dt.date) -> NDArray[np.int8]:
    """Return the day of the month of a day of the run, 29 to 31 becoming 28, shape n."""
    day = np.datetime64(start_date, "D") + oldest_day.astype("timedelta64[D]")
    in_month = (day - day.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    due: NDArray[np.int8] = np.minimum(in_month, _LAST_DUE_DAY).astype(np.int8)
    return due
