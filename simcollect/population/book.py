"""The book: one record an account, as it stands when it arrives, and the report on how it was made.

Fields above the line in ``BOOK_DTYPE`` can be seen by a strategy; those below it are latent and never can.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simcollect.core.eventlog import ACCOUNT_DTYPE

BOOK_DTYPE = np.dtype(
    [
        ("key", "i8"),  # key of all of this account's draws, unique in the book
        ("account_id", "i8"),  # shown in tables and stories, unique
        ("source_row", "i8"),  # row of the file as a spreadsheet numbers it (header 1); 0 where there is no file
        ("arrives_at", "i8"),  # minute; 0 for the stock
        ("segment", "i2"),  # position in Population.segments
        ("principal_cents", "i8"),
        ("interest_cents", "i8"),
        ("fees_cents", "i8"),
        ("limit_cents", "i8"),
        ("instalment_cents", "i8"),  # due each month, at least 1
        ("arrears_cents", "i8"),  # due and unpaid on arrival, 1 to the whole balance
        ("dpd", "i4"),  # days past due on arrival
        ("apr", "f8"),  # interest a year, 0.18 means 18 %
        ("penalty_rate", "f8"),  # a year, on arrears
        ("months_on_book", "i4"),
        ("earlier_delinquencies", "i4"),  # months in arrears before the present spell
        ("score", "f8"),  # noisy probability of paying when left alone, 0 to 1
        ("stated_income_cents", "i8"),  # a month
        ("age", "i4"),  # years; 0 unknown
        ("age_band", "i1"),  # position in AGE_BANDS
        ("margin_cents", "i8"),  # what the customer is worth a year
        ("phone_valid", "i1"),
        ("email_valid", "i1"),
        ("consent", "i1"),  # to electronic messages
        ("preferred_channel", "i1"),  # codes.Channel
        ("zone", "i2"),  # position in Calendar.zones
        ("declared_vulnerable", "i1"),
        ("due_day", "i1"),  # day of the month, 1 to 28
        ("payday", "i1"),  # day of the month, 1 to 28
        # ------------------------------------------------------------------ latent from here on
        ("income_cents", "i8"),  # true, a month
        ("spare_cents", "i8"),  # a month in the normal state, after essentials and other debts; may be 0
        ("buffer_cents", "i8"),  # cash at hand on arrival
        ("cell", "i1"),  # codes.Cell
        ("willingness", "f8"),  # 0 to 1
        ("attention", "f8"),  # 0 to 1
        ("vulnerable", "i1"),
        ("disputing", "i1"),
        ("strategic", "i1"),  # waits for a better offer
        ("knows_schedule", "i1"),  # of settlement offers
        ("assets_cents", "i8"),  # that a court can reach
        ("attachable_cents", "i8"),  # wages a month that a court can reach
    ]
)

AGE_BANDS = ("unknown", "under 25", "25 to 34", "35 to 44", "45 to 54", "55 to 64", "65 and over")
_AGE_BREAKS = np.array([1, 25, 35, 45, 55, 65])


def age_band(age: NDArray[np.int32]) -> NDArray[np.int8]:
    """Return the position in ``AGE_BANDS`` of ages in years (shape n; 0 means unknown)."""
    return np.searchsorted(_AGE_BREAKS, age, side="right").astype(np.int8)


@dataclass(frozen=True)
class Reject:
    """One row of a file that was refused.

    Attributes
    ----------
    row
        As a spreadsheet numbers it: the header is row 1.
    column
        Name of the column at fault.
    reason
        What was found and expected, one sentence.
    """

    row: int
    column: str
    reason: str


@dataclass(frozen=True)
class Report:
    """How a book was made of its source: every row read is accounted for.

    Attributes
    ----------
    source
        File or kind of source.
    rows_read
        Rows below the header; 0 without a file.
    rows_stock, rows_flow
        Usable rows: overdue ones, and current ones that may fall overdue.
    left_out
        (reason, number of rows) of sound rows that no rule of the model can use.
    rejects
        Rows refused for a fault; only where the portfolio asks for a rejects file.
    imputed
        (column, number of values) replaced by the column's median.
    accounts_stock, accounts_flow
        Accounts in the book.
    flow_per_month
        Expected arrivals in a month of 30.4375 days, before inflow events.
    notes
        Rules and defaults that filled what the source does not say.
    """

    source: str
    rows_read: int = 0
    rows_stock: int = 0
    rows_flow: int = 0
    left_out: tuple[tuple[str, int], ...] = ()
    rejects: tuple[Reject, ...] = ()
    imputed: tuple[tuple[str, int], ...] = ()
    accounts_stock: int = 0
    accounts_flow: int = 0
    flow_per_month: float = 0.0
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return the report as sentences, one a line."""
        said = [f"Source: {self.source}."]
        if self.rows_read:
            rejected = len({reject.row for reject in self.rejects})
            said.append(
                f"{self.rows_read:,} rows read: {self.rows_stock:,} overdue, {self.rows_flow:,} current, "
                f"{sum(count for _, count in self.left_out):,} left out by rule, {rejected:,} rejected."
            )
        said += [f"Left out, {count:,} rows: {reason}." for reason, count in self.left_out]
        said += [f"Imputed by the median, {count:,} values of {column}." for column, count in self.imputed]
        said.append(
            f"{self.accounts_stock:,} accounts overdue on day 0, {self.accounts_flow:,} fall overdue later "
            f"({self.flow_per_month:,.1f} a month)."
        )
        return said + [f"{note}." for note in self.notes]

    def write_rejects(self, path: Path) -> None:
        """Write the refused rows to a CSV file with columns row, column, reason."""
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["row", "column", "reason"])
            writer.writerows((reject.row, reject.column, reject.reason) for reject in self.rejects)


_LOGGED_AS_THEY_ARE = (
    "account_id",
    "arrives_at",
    "segment",
    "cell",
    "vulnerable",
    "declared_vulnerable",
    "consent",
    "zone",
    "age_band",
    "instalment_cents",
    "margin_cents",
    "income_cents",
)


@dataclass(frozen=True)
class Population:
    """The accounts of one replication.

    Attributes
    ----------
    book
        Structured array of ``BOOK_DTYPE``, shape n: the stock in slot order, then the flow in slot order. Read-only.
    segments, zones
        Names that the book's ``segment`` and ``zone`` point to.
    names
        Borrowers' names, shape n; empty where accounts have none.
    report
        How the book was made.
    """

    book: NDArray[np.void]
    segments: tuple[str, ...]
    zones: tuple[str, ...]
    names: tuple[str, ...] = ()
    report: Report = field(default_factory=lambda: Report("none"))

    def __post_init__(self) -> None:
        """Check the dtype and the names, and lock the book."""
        if self.book.dtype != BOOK_DTYPE:
            raise TypeError("Population.book must have the dtype BOOK_DTYPE")
        if self.names and len(self.names) != len(self.book):
            raise ValueError("Population.names must be empty or have one name an account")
        self.book.flags.writeable = False

    def __len__(self) -> int:
        return len(self.book)

    def as_logged(self) -> NDArray[np.void]:
        """Return what an event log keeps of each account, shape n, ``ACCOUNT_DTYPE``: nothing latent but the cell."""
        accounts = np.zeros(len(self), dtype=ACCOUNT_DTYPE)
        for name in _LOGGED_AS_THEY_ARE:
            accounts[name] = self.book[name]
        accounts["score_ppm"] = np.floor(self.book["score"] * 1_000_000)
        accounts["opening_cents"] = self.book["principal_cents"] + self.book["interest_cents"] + self.book["fees_cents"]
        return accounts

    def digest(self) -> str:
        """Return the SHA-256 (hex) of the book, segments, zones and names."""
        seen = hashlib.sha256(np.ascontiguousarray(self.book).tobytes())
        for part in (self.segments, self.zones, self.names):
            seen.update("\x1f".join(part).encode() + b"\x1e")
        return seen.hexdigest()

    def index_of(self, keys: Sequence[int]) -> NDArray[np.int64]:
        """Return the positions in the book of the accounts with these keys, shape of ``keys``.

        Raises
        ------
        KeyError
            If a key is not in the book.
        """
        order = np.argsort(self.book["key"], kind="stable")
        held = self.book["key"][order]
        wanted = np.asarray(keys, dtype=np.int64)
        at = np.minimum(np.searchsorted(held, wanted), max(len(held) - 1, 0))
        if len(held) == 0 or np.any(held[at] != wanted):
            raise KeyError("no account of the book has one of these keys")
        return order[at]
