"""Any portfolio file through a column map: which of our fields stands in which column.

A field that is not in the map is read from the column of its own name, where there is one (but for ``segment``, which
must be asked for). Needed are ``dpd`` and
either ``principal`` or ``balance``; the rest is filled by stated rules and draws. Rows with 0 days past due are
current: they can only fall overdue later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simcollect.core.errors import InputError, closest
from simcollect.population.rounding import whole_cents
from simcollect.population.rows import (
    LARGEST_ID,
    UNKNOWN,
    Missing,
    SourceRows,
    Terms,
    empty_rows,
    minimum_payment,
    settle_faults,
)
from simcollect.population.table import Fault, Numbers, Table, read_numbers, repeated, require_columns

_MOST = 1e12
_MONEY = Numbers(0, _MOST, "Expected an amount of money from 0 to 1,000,000,000,000 (major units)")
_RATE = Numbers(0, 10, "Expected a rate a year from 0 to 10 (0.18 means 18 %)")
_FLAG = Numbers(0, 1, "Expected 0 or 1", whole=True)
_MONTHS = Numbers(0, 1200, "Expected a whole number of months from 0 to 1200", whole=True)
RULES: Mapping[str, Numbers] = {
    "account_id": Numbers(0, LARGEST_ID, f"Expected a whole number from 0 to {LARGEST_ID:,}", whole=True),
    "balance": _MONEY,
    "principal": _MONEY,
    "interest": _MONEY,
    "fees": _MONEY,
    "limit": _MONEY,
    "instalment": _MONEY,
    "arrears": _MONEY,
    "dpd": Numbers(0, 3650, "Expected whole days past due from 0 to 3650", whole=True),
    "apr": _RATE,
    "penalty_rate": _RATE,
    "months_on_book": _MONTHS,
    "earlier_delinquencies": _MONTHS,
    "stated_income": _MONEY,
    "age": Numbers(18, 110, "Expected an age in years from 18 to 110", whole=True),
    "margin": _MONEY,
    "phone_valid": _FLAG,
    "email_valid": _FLAG,
    "consent": _FLAG,
    "declared_vulnerable": _FLAG,
}
"""What each field may hold."""

_MONEY_FIELDS = ("interest", "fees", "limit", "instalment", "arrears", "stated_income", "margin")
_PLAIN_FIELDS = (
    "account_id", "apr", "penalty_rate", "months_on_book", "earlier_delinquencies", "age", "phone_valid", "email_valid",
    "consent", "declared_vulnerable",
)  # fmt: skip
_MAY_BE_FITTED = frozenset(
    (
        "balance", "limit", "instalment", "dpd", "age", "months_on_book", "earlier_delinquencies", "apr",
        "stated_income",
    )
)  # fmt: skip


def read_columns(
    table: Table,
    terms: Terms,
    missing: Missing,
    mapped: Mapping[str, str],
    segments: Sequence[str] = (),
    segment_column: str | None = None,
) -> SourceRows:
    """Return the overdue and the current rows of a portfolio file.

    Parameters
    ----------
    mapped
        Our field to the file's column, where the names differ.
    segments, segment_column
        Segment names, and the column that holds them; without a column the portfolio's rule decides.

    Raises
    ------
    InputError
        If the file has neither a balance nor a principal.
    InputErrors
        If columns are missing or values cannot be used (see ``rows.Missing``).
    """
    column_of = {name: column for name, column in mapped.items() if name in RULES}
    column_of |= {name: name for name in RULES if name not in mapped and name in table.columns}
    _require_fields(table, column_of)
    segment_column = segment_column or mapped.get("segment")
    wanted = [*column_of.values(), *([segment_column] if segment_column else [])]
    require_columns(table, wanted, "portfolio.real.columns")
    values: dict[str, NDArray[np.float64]] = {}
    faults: list[Fault] = []
    for name, column in column_of.items():
        values[column], found = read_numbers(table, column, RULES[name])
        faults += found
    if "account_id" in column_of:
        faults += repeated(values[column_of["account_id"]], column_of["account_id"])
    segment = np.full(table.n_rows, UNKNOWN, dtype=np.int16)
    if segment_column:
        segment, found = _read_segments(table, segment_column, segments)
        faults += found
    faults += _contradictions(values, column_of)
    sound, rejects, imputed = settle_faults(table, values, faults, missing)

    held = {name: np.where(sound, values[column], 0.0) for name, column in column_of.items()}
    rows = _rows(table, held, terms)
    rows["segment"] = segment
    owing = rows["principal_cents"] + np.maximum(rows["interest_cents"], 0) + rows["fees_cents"] > 0
    overdue = sound & owing & (rows["dpd_low"] > 0)
    current = sound & owing & (rows["dpd_low"] == 0)
    nothing = int(np.sum(sound & ~owing))
    return SourceRows(
        table.where,
        rows[overdue],
        rows[current],
        flow_ratio=None,
        rows_read=table.n_rows,
        given=frozenset(_MAY_BE_FITTED & ({*column_of} | {"balance"})),
        left_out=(("a balance of 0: nothing is owed", nothing),) if nothing else (),
        rejects=rejects,
        imputed=imputed,
        notes=_notes(column_of, terms),
    )


def _require_fields(table: Table, column_of: Mapping[str, str]) -> None:
    columns = list(table.columns)
    for names in (("principal", "balance"), ("dpd",)):
        if not any(name in column_of for name in names):
            near = {name: closest(name, columns) for name in names}
            hints = [
                f'Did you mean "{column}"? Then write {name} = "{column}" there.'
                for name, column in near.items()
                if column
            ]
            raise InputError(
                table.where,
                "the header",
                f"has no column {' or '.join(names)}, and portfolio.real.columns maps none to it",
                f"Columns of the file: {', '.join(columns)}",
                hints[0] if hints else "",
            )


def _read_segments(table: Table, column: str, segments: Sequence[str]) -> tuple[NDArray[np.int16], list[Fault]]:
    place = {name: position for position, name in enumerate(segments)}
    texts = table.columns[column]
    faults = [
        Fault(position, column, f'is "{text}"' if text else "is empty", f"Expected one of {', '.join(segments)}")
        for position, text in enumerate(texts)
        if text not in place
    ]
    return np.array([place.get(text, UNKNOWN) for text in texts], dtype=np.int16), faults


def _contradictions(values: Mapping[str, NDArray[np.float64]], column_of: Mapping[str, str]) -> list[Fault]:
    """Return a fault for each row whose parts are larger than the whole, or whose instalment is 0."""
    held = {name: values[column] for name, column in column_of.items()}
    faults: list[Fault] = []

    def add(name: str, wrong: NDArray[np.bool_], expected: str) -> None:
        column, numbers = column_of[name], held[name]
        faults.extend(
            Fault(int(at), column, f"is {numbers[at]:,.12g}", expected) for at in np.flatnonzero(wrong).tolist()
        )

    whole = held.get("balance")
    if whole is None:
        whole = held["principal"] + held.get("interest", 0.0) + held.get("fees", 0.0)
    else:
        for name in ("principal", "interest", "fees"):
            if name in held:
                add(name, held[name] > whole, f"Expected at most the balance in column {column_of['balance']}")
    if "arrears" in held:
        add("arrears", held["arrears"] > whole, "Expected at most the whole balance: arrears are the part that is due")
        unpaid = (held["arrears"] == 0.0) & (held["dpd"] > 0.0) & (whole > 0.0)
        add("arrears", unpaid, "Expected arrears above 0, because the row has days past due")
    if "instalment" in held:
        add("instalment", (held["instalment"] == 0.0) & (whole > 0.0), "Expected an instalment above 0")
    return faults


def _rows(table: Table, held: Mapping[str, NDArray[np.float64]], terms: Terms) -> NDArray[Any]:
    rows = empty_rows(table.n_rows)
    rows["source_row"] = table.row_numbers()
    rows["apr"], rows["penalty_rate"] = terms.apr, terms.penalty_rate
    for name in _MONEY_FIELDS:
        if name in held:
            rows[f"{name}_cents"] = whole_cents(held[name] * terms.minor_units)
    for name in _PLAIN_FIELDS:
        if name in held:
            rows[name] = held[name]
    rows["dpd_low"] = rows["dpd_high"] = held["dpd"].astype(np.int32)
    known_interest = np.maximum(rows["interest_cents"], 0)
    if "principal" in held:
        rows["principal_cents"] = whole_cents(held["principal"] * terms.minor_units)
        rows["interest_cents"] = known_interest
        if "balance" in held and "interest" not in held:
            whole = whole_cents(held["balance"] * terms.minor_units)
            rows["interest_cents"] = np.maximum(whole - rows["principal_cents"] - rows["fees_cents"], 0)
    else:
        whole = whole_cents(held["balance"] * terms.minor_units)
        rows["principal_cents"] = np.maximum(whole - known_interest - rows["fees_cents"], 0)
    whole = rows["principal_cents"] + np.maximum(rows["interest_cents"], 0) + rows["fees_cents"]
    if "limit" not in held:
        rows["limit_cents"] = whole
    if "instalment" not in held:
        rows["instalment_cents"] = minimum_payment(np.maximum(whole, 1), terms)
    return rows


def _notes(column_of: Mapping[str, str], terms: Terms) -> tuple[str, ...]:
    rules = {
        "limit": "the whole balance",
        "instalment": f"{terms.minimum_share:.1%} of the balance, floored, at most the balance",
        "arrears": "instalments for the due dates passed, at most the balance",
        "apr": f"{terms.apr:.2%} a year for all",
        "penalty_rate": f"{terms.penalty_rate:.2%} a year for all",
        "earlier_delinquencies": "none",
        "age": "unknown",
    }
    said = [f"No column {name}: {rule}" for name, rule in rules.items() if name not in column_of]
    drawn = [
        name
        for name in (
            "months_on_book", "stated_income", "margin", "phone_valid", "email_valid", "consent", "declared_vulnerable"
        )
        if name not in column_of
    ]  # fmt: skip
    return (*said, *((f"Drawn, because the file does not say: {', '.join(drawn)}",) if drawn else ()))
