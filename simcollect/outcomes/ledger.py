"""The double-entry ledger: opening + charges + costs = paid + waived + written off + outstanding, to the cent.

What is owed goes up by the opening amounts, interest, penalty and legal costs put on the debt. It goes down by what the
borrower pays, what is forgiven and what is written off; what is left is outstanding. Money a lender gets for selling a
debt is no payment by the borrower: the written-off row carries the balance, and the proceeds are kept apart.

Two things that look like money do not move the balance: an instalment that falls due and an acceleration only say how
much of the balance is overdue. What a cured borrower pays while in good standing lies outside the log and the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Component, EventKind, PaymentSource
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.reading import Reading

if TYPE_CHECKING:
    import pandas as pd

CREDITS: Final = (
    EventKind.OPENED,
    EventKind.INTEREST_CHARGED,
    EventKind.PENALTY_CHARGED,
    EventKind.COST_ADDED,
)
"""Kinds whose amount raises the balance."""

DEBITS: Final = (EventKind.PAYMENT, EventKind.WAIVED, EventKind.WRITTEN_OFF)
"""Kinds whose amount lowers the balance."""

_N_COMPONENTS: Final = max(Component) + 1
_N_SOURCES: Final = max(PaymentSource) + 1


@dataclass(frozen=True)
class LedgerTotals:
    """The ledger summed over accounts, in cents."""

    opening_cents: int
    interest_cents: int
    penalty_cents: int
    costs_added_cents: int
    paid_cents: int
    waived_cents: int
    written_off_cents: int
    outstanding_cents: int
    sale_proceeds_cents: int

    @property
    def owed_cents(self) -> int:
        """All that was ever owed: opening, charges and costs."""
        return self.opening_cents + self.interest_cents + self.penalty_cents + self.costs_added_cents

    @property
    def accounted_cents(self) -> int:
        """Where it went: paid, waived, written off or still outstanding. Equals ``owed_cents`` always."""
        return self.paid_cents + self.waived_cents + self.written_off_cents + self.outstanding_cents


@dataclass(frozen=True, eq=False)
class Ledger:
    """The ledger by account; every array is int64 cents of shape n.

    Attributes
    ----------
    opening_by_component, waived_by_component
        Shape [n, 5], by ``Component`` (column 0 unused). The log does not say which component a payment or a write-off
        goes to, so these two and the charges are all that is known by component.
    paid_by_source
        Shape [n, 9], by ``PaymentSource`` (column 0 unused).
    interest_cents, penalty_cents, costs_added_cents
        Charged since the account opened: interest, penalty, legal costs put on the debt.
    written_off_cents
        Given up, by write-off, sale or insolvency.
    sale_proceeds_cents
        Received for sold debts; outside the balance.
    """

    opening_by_component: NDArray[np.int64]
    interest_cents: NDArray[np.int64]
    penalty_cents: NDArray[np.int64]
    costs_added_cents: NDArray[np.int64]
    paid_by_source: NDArray[np.int64]
    waived_by_component: NDArray[np.int64]
    written_off_cents: NDArray[np.int64]
    sale_proceeds_cents: NDArray[np.int64]

    @property
    def opening_cents(self) -> NDArray[np.int64]:
        """Balance at opening, all components."""
        return _across(self.opening_by_component)

    @property
    def charges_cents(self) -> NDArray[np.int64]:
        """Interest and penalty."""
        return self.interest_cents + self.penalty_cents

    @property
    def paid_cents(self) -> NDArray[np.int64]:
        """Cash from the borrower, all sources."""
        return _across(self.paid_by_source)

    @property
    def waived_cents(self) -> NDArray[np.int64]:
        """Forgiven, all components."""
        return _across(self.waived_by_component)

    @property
    def outstanding_cents(self) -> NDArray[np.int64]:
        """What is left of the balance; the audit compares it with the log's own OUTSTANDING rows."""
        owed = self.opening_cents + self.charges_cents + self.costs_added_cents
        return owed - self.paid_cents - self.waived_cents - self.written_off_cents

    def totals(self) -> LedgerTotals:
        """Return the sums over accounts as Python integers."""
        return LedgerTotals(**{field.name: int(getattr(self, field.name).sum()) for field in fields(LedgerTotals)})

    def by_component(self) -> pd.DataFrame:
        """Return cents by component: opening, charged, waived, and the rest (paid, written off or outstanding)."""
        import pandas as pd

        opening, waived = self.opening_by_component.sum(axis=0), self.waived_by_component.sum(axis=0)
        charged = np.zeros(_N_COMPONENTS, dtype=np.int64)
        charged[Component.INTEREST] = self.interest_cents.sum()
        charged[Component.FEES] = self.penalty_cents.sum()
        charged[Component.COSTS] = self.costs_added_cents.sum()
        members = list(Component)
        return pd.DataFrame(
            {
                "opening_cents": opening[members],
                "charged_cents": charged[members],
                "waived_cents": waived[members],
                "rest_cents": (opening + charged - waived)[members],
            },
            index=pd.Index([member.name.lower() for member in members], name="component"),
        )


def ledger(source: EventLog | Reading) -> Ledger:
    """Return the ledger of a log, or of a reading of it at an earlier day.

    Linear in the number of rows: ten million take a few seconds.
    """
    reading = source if isinstance(source, Reading) else Reading.at_day(source)
    return Ledger(
        opening_by_component=reading.total_by_detail(EventKind.OPENED, _N_COMPONENTS),
        interest_cents=reading.total(EventKind.INTEREST_CHARGED),
        penalty_cents=reading.total(EventKind.PENALTY_CHARGED),
        costs_added_cents=reading.total(EventKind.COST_ADDED),
        paid_by_source=reading.total_by_detail(EventKind.PAYMENT, _N_SOURCES),
        waived_by_component=reading.total_by_detail(EventKind.WAIVED, _N_COMPONENTS),
        written_off_cents=reading.total(EventKind.WRITTEN_OFF),
        sale_proceeds_cents=reading.total(EventKind.SOLD),
    )


def _across(table: NDArray[np.int64]) -> NDArray[np.int64]:
    sums: NDArray[np.int64] = table.sum(axis=1)
    return sums
