"""The Taiwan card file: which rows are overdue, which can become so, and what the columns say of an account.

The file shows one statement a month. PAY_2 says how August's statement, BILL_AMT2, was treated; it is the last month
coded on this basis (September, PAY_0, is coded on another and is not used). Code k > 1 means k minimum payments due and
k - 1 missed: code 2 is 1 to 59 days past due, code 3 is 60 to 89, and so on in steps of 30, as the data's documentation
has it. (The calibration ``cards_taiwan_2005`` reads k - 1 missed at month ends, where the payment that fell due last
counts as missed: code 3 is 30 to 59 days there. It opens without a stock, so nothing is read both ways in one run.)
PAY_AMT1, which settles August's statement, is the future this program simulates, so it is not read.

References
----------
Yeh and Lien 2009, Expert Systems with Applications 36(2) (rows); median payments by transition in those rows (meaning
of the codes): about 5 % of the statement keeps code 2, about 11 % cures it. Transition rates:
``data/taiwan_cards/tw_transition_6state.csv``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcollect.population.rounding import whole_cents
from simcollect.population.rows import (
    LARGEST_ID,
    Missing,
    SourceRows,
    Terms,
    empty_rows,
    minimum_payment,
    settle_faults,
)
from simcollect.population.table import Fault, Numbers, Table, read_numbers, repeated, require_columns

COLUMNS: Mapping[str, str] = {
    "account_id": "ID",
    "limit": "LIMIT_BAL",
    "age": "AGE",
    "code": "PAY_2",
    "code_july": "PAY_3",
    "code_june": "PAY_4",
    "code_may": "PAY_5",
    "code_april": "PAY_6",
    "balance": "BILL_AMT2",
}
"""Our field to the file's column; a portfolio may rename any of them."""

_EARLIER = ("code_july", "code_june", "code_may", "code_april")
_STATES = {"U": -2, "F": -1, "R": 0}
_MOST = 1e10  # New Taiwan dollars: far above any card, far below where floats skip cents
_CODE = Numbers(-2, 9, "Expected an arrears code, a whole number from -2 to 9", whole=True)
_RULES = {
    "account_id": Numbers(0, LARGEST_ID, f"Expected a whole number from 0 to {LARGEST_ID:,}", whole=True),
    "limit": Numbers(1, _MOST, "Expected a credit limit above 0, at most 10,000,000,000"),
    "age": Numbers(18, 110, "Expected an age in years from 18 to 110", whole=True),
    "balance": Numbers(-_MOST, _MOST, "Expected an amount of money between -10,000,000,000 and 10,000,000,000"),
    "code": _CODE,
    **dict.fromkeys(_EARLIER, _CODE),
}


def days_of_code(code: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and last day past due of arrears codes of 2 and more (shape n each).

    Examples
    --------
    >>> days_of_code(np.array([2, 3, 4]))
    (array([ 1, 60, 90]), array([ 59,  89, 119]))
    """
    return np.where(code == 2, 1, 30 * (code - 1)), 30 * code - 1


@lru_cache(maxsize=1)
def monthly_miss_rates() -> Mapping[str, float]:
    """Return the monthly probability of missing a payment by state: U unused, F paid in full, R revolving."""
    table = files("simcollect") / "data" / "taiwan_cards" / "tw_transition_6state.csv"
    with table.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["to_state"] == "D1-2"]
    return {state: next(float(row["prob"]) for row in rows if row["from_state"] == state) for state in _STATES}


def read_cards(table: Table, terms: Terms, missing: Missing, renamed: Mapping[str, str]) -> SourceRows:
    """Return the overdue rows and the current rows of a card file with the source's header.

    Parameters
    ----------
    renamed
        Our field to another column name, for a file whose header differs from ``COLUMNS``.

    Raises
    ------
    InputErrors
        If columns are missing or values cannot be used (see ``rows.Missing``).
    """
    column_of = {**COLUMNS, **renamed}
    require_columns(table, column_of.values(), "the layout taiwan_cards")
    values: dict[str, NDArray[np.float64]] = {}
    faults: list[Fault] = []
    for name, column in column_of.items():
        values[column], found = read_numbers(table, column, _RULES[name])
        faults += found
    faults += repeated(values[column_of["account_id"]], column_of["account_id"])
    sound, rejects, imputed = settle_faults(table, values, faults, missing)

    held = {name: values[column] for name, column in column_of.items()}
    code, balance = held["code"], held["balance"]
    overdue, current = sound & (code >= 2), sound & (code <= 0)
    owing = sound & (whole_cents(np.where(sound, balance, 0.0) * terms.minor_units) > 0)
    stock = _card_rows(table, held, overdue & owing, terms)
    stock["dpd_low"], stock["dpd_high"] = days_of_code(code[overdue & owing].astype(np.int64))
    flow = _card_rows(table, held, current & owing, terms)
    flow["weight"] = _miss_rate(code[current & owing])
    left_out = (
        ("overdue in August with a balance of 0 or less: nothing is owed", int(np.sum(overdue & ~owing))),
        ("current in August with a balance of 0 or less: nothing can fall overdue", int(np.sum(current & ~owing))),
        ("code 1 in August: payment due, none missed, neither current nor overdue", int(np.sum(sound & (code == 1)))),
    )
    return SourceRows(
        table.where,
        stock,
        flow,
        flow_ratio=float(np.cumsum(flow["weight"])[-1]) / len(stock) if len(stock) and len(flow) else 0.0,
        rows_read=table.n_rows,
        left_out=tuple((reason, count) for reason, count in left_out if count),
        rejects=rejects,
        imputed=imputed,
        given=frozenset(("balance", "limit", "dpd", "age", "earlier_delinquencies")),
        notes=(
            f"Minimum payment: {terms.minimum_share:.1%} of the statement, floored, at most the balance",
            "Interest: what the APR makes of the rest of the statement in its month and the days past due",
        ),
    )


def _card_rows(
    table: Table, held: Mapping[str, NDArray[np.float64]], chosen: NDArray[np.bool_], terms: Terms
) -> NDArray[np.void]:
    """Return the chosen rows (mask of shape n_rows) with the fields that stock and flow share."""
    rows: NDArray[Any] = empty_rows(int(np.sum(chosen)))
    rows["source_row"] = table.row_numbers()[chosen]
    rows["account_id"] = held["account_id"][chosen].astype(np.int64)
    rows["limit_cents"] = whole_cents(held["limit"][chosen] * terms.minor_units)
    rows["principal_cents"] = whole_cents(held["balance"][chosen] * terms.minor_units)
    rows["instalment_cents"] = minimum_payment(rows["principal_cents"], terms)
    rows["apr"] = terms.apr
    rows["penalty_rate"] = terms.penalty_rate
    rows["age"] = held["age"][chosen].astype(np.int32)
    for name in _EARLIER:
        rows["earlier_delinquencies"] += held[name][chosen] >= 2
    return rows


def _miss_rate(code: NDArray[np.float64]) -> NDArray[np.float64]:
    rates = monthly_miss_rates()
    rate = np.zeros(len(code))
    for state, state_code in _STATES.items():
        rate[code == state_code] = rates[state]
    return rate
