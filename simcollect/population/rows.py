"""Source rows: what a file, or a synthetic draw, says of an account before chance fills in the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Purpose
from simcollect.core.errors import InputError
from simcollect.core.rng import uniforms
from simcollect.population.book import Reject
from simcollect.population.rounding import whole_cents
from simcollect.population.table import Fault, Table, refuse

UNKNOWN = -1
"""In a field of ``ROW_DTYPE``: the source does not say, a stated rule or a draw decides."""

LARGEST_ID = 2**46 - 1
"""Largest account number a source may give (13 digits and more); larger keys are kept for accounts that come later."""

ROW_DTYPE = np.dtype(
    [
        ("source_row", "i8"),
        ("account_id", "i8"),  # UNKNOWN: numbered by slot
        ("principal_cents", "i8"),  # with UNKNOWN interest: the whole balance
        ("interest_cents", "i8"),  # UNKNOWN: split from the balance by age
        ("fees_cents", "i8"),
        ("limit_cents", "i8"),
        ("instalment_cents", "i8"),
        ("arrears_cents", "i8"),  # UNKNOWN: unpaid due dates x instalment
        ("dpd_low", "i4"),  # days past due are drawn from dpd_low to dpd_high
        ("dpd_high", "i4"),
        ("apr", "f8"),
        ("penalty_rate", "f8"),
        ("months_on_book", "i4"),
        ("earlier_delinquencies", "i4"),
        ("stated_income_cents", "i8"),
        ("age", "i4"),  # 0 unknown
        ("margin_cents", "i8"),
        ("phone_valid", "i1"),
        ("email_valid", "i1"),
        ("consent", "i1"),
        ("declared_vulnerable", "i1"),
        ("segment", "i2"),  # UNKNOWN: by the portfolio's rule
        ("weight", "f8"),  # chance of being drawn, relative to the other rows of its kind
    ]
)

DRAWN_FIELDS = (
    "account_id",
    "interest_cents",
    "arrears_cents",
    "months_on_book",
    "stated_income_cents",
    "margin_cents",
    "phone_valid",
    "email_valid",
    "consent",
    "declared_vulnerable",
    "segment",
)
"""Fields that may be UNKNOWN."""


def empty_rows(n: int) -> NDArray[np.void]:
    """Return ``n`` rows in which everything that may be unknown is, and weights are 1."""
    rows = np.zeros(n, dtype=ROW_DTYPE)
    for name in DRAWN_FIELDS:
        rows[name] = UNKNOWN
    rows["weight"] = 1.0
    return rows


@dataclass(frozen=True)
class Terms:
    """What holds of every account whose source does not say otherwise.

    Attributes
    ----------
    minor_units
        Cents in a unit of the currency.
    minimum_share
        Minimum payment as a share of the balance, 0 to 1.
    minimum_cents
        Its floor; the balance is its ceiling.
    apr, penalty_rate
        A year; 0.18 means 18 %.
    """

    minor_units: int
    minimum_share: float
    minimum_cents: int
    apr: float
    penalty_rate: float


def minimum_payment(balance_cents: NDArray[np.int64], terms: Terms) -> NDArray[np.int64]:
    """Return the minimum payment in cents (shape n) on balances above 0: a share, floored, at most the balance."""
    due = np.maximum(whole_cents(balance_cents * terms.minimum_share), terms.minimum_cents)
    return np.maximum(np.minimum(due, balance_cents), 1)


@dataclass(frozen=True)
class Missing:
    """What to do with rows that cannot be used as they are.

    Attributes
    ----------
    policy
        "refuse" (any fault is an error), "reject_file" (faulty rows are listed and left out) or "impute_median" (an
        empty value of a declared column becomes the column's median; any other fault is an error).
    impute
        Columns for which the median may stand in.
    """

    policy: str = "refuse"
    impute: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceRows:
    """The usable rows of a source.

    Attributes
    ----------
    where
        File name.
    stock, flow
        Rows of ``ROW_DTYPE``: overdue ones, and current ones that may fall overdue (``weight`` says how readily).
    flow_ratio
        Accounts that fall overdue in a month for each overdue account of the stock; None where the source does not show
        it.
    given
        Drawn fields of the portfolio (balance, limit, dpd ...) that the file itself gives: what a synthetic twin can be
        fitted to.
    rows_read, left_out, rejects, imputed, notes
        As in ``book.Report``.
    """

    where: str
    stock: NDArray[np.void]
    flow: NDArray[np.void]
    flow_ratio: float | None
    rows_read: int
    given: frozenset[str] = frozenset()
    left_out: tuple[tuple[str, int], ...] = ()
    rejects: tuple[Reject, ...] = ()
    imputed: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()

    def draw(self, seed: int, replication: int, keys: NDArray[np.int64], flow: bool) -> NDArray[np.void]:
        """Return one row for each key (shape n), drawn with replacement in proportion to the weights.

        Raises
        ------
        InputError
            If rows are asked for and the source has none of that kind.
        """
        rows = self.flow if flow else self.stock
        if len(keys) == 0:
            return rows[:0]
        reach = np.cumsum(rows["weight"])
        if len(rows) == 0 or not reach[-1] > 0.0:
            kind = "current accounts that may fall overdue" if flow else "overdue accounts"
            raise InputError(
                self.where,
                "the file",
                f"has no {kind} with a balance above 0",
                f"Expected some, because the portfolio asks for {len(keys):,}",
                "Set portfolio.flow_per_month to 0." if flow else "Set portfolio.n_stock to 0.",
            )
        u = uniforms(seed, replication, keys, Purpose.RESAMPLE_ROW, 0)
        at = np.searchsorted(reach, u * reach[-1], side="right")
        drawn: NDArray[np.void] = rows[np.minimum(at, len(rows) - 1)]
        return drawn


def settle_faults(
    table: Table, values: dict[str, NDArray[np.float64]], faults: Sequence[Fault], missing: Missing
) -> tuple[NDArray[np.bool_], tuple[Reject, ...], tuple[tuple[str, int], ...]]:
    """Apply the policy to the faults: fill medians into ``values``, raise, or list what is rejected.

    Parameters
    ----------
    values
        Column name to numbers (shape n_rows, NaN where faulty); imputed in place.

    Returns
    -------
    tuple
        Sound rows (mask of shape n_rows), rejects, and (column, number of imputed values).

    Raises
    ------
    InputErrors
        If a fault remains that the policy does not allow for.
    InputError
        If every row is rejected, or a median is asked of a column without any number.
    """
    sound = np.ones(table.n_rows, dtype=np.bool_)
    if missing.policy == "reject_file":
        for fault in faults:
            sound[fault.position] = False
        if not np.any(sound):
            first = faults[0].error(table.where)
            found = f"are all rejected: zero accounts are left; the first fault is: {first.path} {first.found}"
            raise InputError(table.where, "the rows", found, first.expected)
        return sound, tuple(_reject(fault) for fault in faults), ()
    left = list(faults)
    imputed: list[tuple[str, int]] = []
    if missing.policy == "impute_median":
        for column in missing.impute:
            gaps = [fault.position for fault in left if fault.column == column and fault.missing]
            if not gaps:
                continue
            known = values[column][np.isfinite(values[column])]
            if len(known) == 0:
                raise InputError(table.where, f"column {column}", "has no number to take a median of", "Expected some")
            values[column][gaps] = np.sort(known)[len(known) // 2]
            imputed.append((column, len(gaps)))
            left = [fault for fault in left if not (fault.column == column and fault.missing)]
    advice = 'Mend the file, or set portfolio.real.missing to "reject_file" to leave such rows out and list them.'
    refuse(table.where, left, advice)
    return sound, (), tuple(imputed)


def _reject(fault: Fault) -> Reject:
    error = fault.error("")
    return Reject(fault.position + 2, fault.column, f"{error.found}. {error.expected}.")
