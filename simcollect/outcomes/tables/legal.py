"""Legal means: what letters, suits and enforcement cost, and what came in after them, by balance and by segment."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind, PaymentSource, Pool
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.reading import NEVER, Reading
from simcollect.outcomes.tables.costs import staff_costs
from simcollect.outcomes.tables.dictionary import ratio
from simcollect.outcomes.tables.grouping import Grouping, by_segment, everything
from simcollect.outcomes.tables.positions import reading_of
from simcollect.outcomes.tables.running import balances

if TYPE_CHECKING:
    import pandas as pd

_FIRST_STEPS: Final = (EventKind.ASSESSED, EventKind.LAWYERS_LETTER_SENT, EventKind.SUIT_FILED)
_LEGAL_COSTS: Final = (EventKind.LAWYERS_LETTER_SENT, EventKind.SUIT_FILED, EventKind.ENFORCEMENT_STARTED)
_ROUND: Final = (1, 2, 5)


def legal_yield(
    source: EventLog | Reading, economics: Economics | None = None, bands: Sequence[float] | None = None
) -> pd.DataFrame:
    """Return by balance band and segment what legal means cost and what came in after the suit.

    Counts accounts with at least one legal step: an assessment, a lawyer's letter or a suit. Cash after a suit is what
    came after it, not what came because of it: what the suit itself brought shows only against a twin without it.

    Parameters
    ----------
    source
        Log or reading.
    economics
        For the cost of the legal officers; what the log's shifts say when None.
    bands
        Lower edges of the balance bands in major units of money, rising; accounts below the first are put there. None:
        1, 2, 5, 10, 20, 50, ... as far as the balances reach.

    Raises
    ------
    InputError
        If the bands are empty or do not rise.

    Columns
    -------
    by : name
        What the groups are made by: all, balance_band, segment.
    group : name
        all; the band in major units of money, by the balance owed at the account's first legal step; the segment.
    n_accounts : accounts
        With a legal step.
    balance_cents : cents
        What they owed at the first one.
    n_letters : letters
        Lawyer's letters sent.
    n_letters_read : letters
        Of these, read.
    n_assessed : assessments
        Pre-legal risk assessments.
    n_assessed_sue : assessments
        Of these, for suing.
    n_sued : suits
        Suits filed.
    n_judged : judgments
        Judgments given.
    n_won : judgments
        Of these, for the lender.
    n_enforced : enforcements
        Enforcements started.
    n_enforcement_failed : enforcements
        Of these, without anything to take.
    letter_cost_cents : cents
        Direct cost of letters.
    court_cost_cents : cents
        Court fees.
    enforcement_cost_cents : cents
        Direct cost of enforcement.
    officer_cost_cents : cents
        Legal officers: their pool's cost shared by the minutes worked on each account.
    cost_added_cents : cents
        Legal costs put on the borrowers' debts.
    cash_after_suit_cents : cents
        Paid by the sued accounts after their first suit, from any source.
    cash_enforced_cents : cents
        Of this, taken by enforcement.
    net_yield_cents : cents
        cash_after_suit_cents less the four costs.
    net_yield_per_suit_cents : cents
        net_yield_cents / n_sued.
    yield_per_cost : ratio
        cash_after_suit_cents / the four costs.
    """
    import pandas as pd

    reading = reading_of(source)
    first = reading.first(*_FIRST_STEPS)
    concerned = np.flatnonzero(first != NEVER)
    owed = balances(reading).before(concerned, first[concerned])
    place = np.full(reading.n_accounts, -1, dtype=np.int64)  # of each account among those concerned
    place[concerned] = np.arange(len(concerned))

    def count(rows: NDArray[np.intp]) -> NDArray[np.int64]:
        return reading.count_rows(rows)[concerned]

    def cents(rows: NDArray[np.intp], field: str) -> NDArray[np.int64]:
        return reading.total_rows(rows, reading.column(field, rows))[concerned]

    def yes(kind: EventKind) -> NDArray[np.intp]:
        rows = reading.where(kind)
        chosen: NDArray[np.intp] = rows[reading.rows["detail"][rows] == 1]
        return chosen

    sued = reading.first(EventKind.SUIT_FILED)
    cash = reading.where(EventKind.PAYMENT)
    suit = sued[reading.account[cash]]
    cash = cash[(suit != NEVER) & (cash > suit)]
    enforced = cash[reading.rows["detail"][cash] == PaymentSource.ENFORCEMENT]
    staff = staff_costs(reading, economics)
    officers = np.bincount(
        staff.account[staff.pool == Pool.LEGAL_OFFICERS],
        weights=staff.cents[staff.pool == Pool.LEGAL_OFFICERS],
        minlength=reading.n_accounts,
    )[concerned]
    where = reading.where
    each: dict[str, NDArray[Any]] = {
        "balance_cents": owed,
        "n_letters": count(where(EventKind.LAWYERS_LETTER_SENT)),
        "n_letters_read": count(where(EventKind.LAWYERS_LETTER_READ)),
        "n_assessed": count(where(EventKind.ASSESSED)),
        "n_assessed_sue": count(yes(EventKind.ASSESSED)),
        "n_sued": count(where(EventKind.SUIT_FILED)),
        "n_judged": count(where(EventKind.JUDGMENT)),
        "n_won": count(yes(EventKind.JUDGMENT)),
        "n_enforced": count(where(EventKind.ENFORCEMENT_STARTED)),
        "n_enforcement_failed": count(where(EventKind.ENFORCEMENT_FAILED)),
    }
    for name, kind in zip(("letter", "court", "enforcement"), _LEGAL_COSTS, strict=True):
        each[f"{name}_cost_cents"] = cents(where(kind), "cost_cents")
    each["officer_cost_cents"] = officers
    each["cost_added_cents"] = cents(where(EventKind.COST_ADDED), "amount_cents")
    each["cash_after_suit_cents"] = cents(cash, "amount_cents")
    each["cash_enforced_cents"] = cents(enforced, "amount_cents")
    parts = []
    for group in (everything(len(concerned)), _by_band(reading, owed, bands), by_segment(reading).of(concerned)):
        columns: dict[str, Any] = {**group.head(), "n_accounts": group.count()}
        columns.update({name: np.rint(group.total(numbers)).astype(np.int64) for name, numbers in each.items()})
        cost = sum(columns[f"{name}_cost_cents"] for name in ("letter", "court", "enforcement", "officer"))
        columns["net_yield_cents"] = columns["cash_after_suit_cents"] - cost
        columns["net_yield_per_suit_cents"] = ratio(columns["net_yield_cents"], columns["n_sued"])
        columns["yield_per_cost"] = ratio(columns["cash_after_suit_cents"], cost)
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def _by_band(reading: Reading, owed: NDArray[np.int64], bands: Sequence[float] | None) -> Grouping:
    minor = reading.log.header.minor_units
    edges = np.array(_round_edges(owed, minor) if bands is None else bands, dtype=np.float64)
    if not len(edges) or np.any(np.diff(edges) <= 0):
        raise InputError("", "bands", f"are {list(edges)}", "Expected at least one lower edge, each above the last")
    place = np.clip(np.searchsorted(edges * minor, owed, side="right") - 1, 0, None)
    names = [f"{low:,.0f} to {high:,.0f}" for low, high in pairwise(edges)]
    return Grouping("balance_band", (*names, f"{edges[-1]:,.0f} and more"), place)


def _round_edges(owed: NDArray[np.int64], minor: int) -> list[float]:
    """Return round lower edges, 1-2-5 in every power of ten, that span the balances."""
    if not len(owed):
        return [0.0]
    low, high = max(1.0, float(owed.min()) / minor), max(1.0, float(owed.max()) / minor)
    edges = [float(step * 10**power) for power in range(16) for step in _ROUND]
    return [edge for edge, above in pairwise(edges) if above > low and edge <= high]
