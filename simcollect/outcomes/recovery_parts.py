"""The parts of a strategy's recovery against its twin without action: definitions, and how they are found in two logs.

Definitions, for one account
----------------------------
S(t) and N(t) are what the borrower has paid up to and including minute t under the strategy and without action (all
``PAYMENT`` rows); T is the reading day, r = S(T) and n = N(T). Money has no serial numbers, so the u-th cent of one
curve is matched with the u-th cent of the other: s(u) = min{t : S(t) >= u} is the minute it comes under the strategy,
z(u) = min{t : N(t) >= u} without action.

==================  ==================================================  ============================================
part                formula                                             in words
==================  ==================================================  ============================================
self-cure           k = min(r, n)                                       both pay it by T: it comes anyway
- same time         number of u in 1..k with s(u) = z(u)
- accelerated       number of u in 1..k with s(u) < z(u)                the same money, earlier
- delayed           number of u in 1..k with s(u) > z(u)                the same money, later
incremental         i = max(0, r - n)                                   the twin does not pay it by T
- open              min(i, still owed by the twin at T)                 the twin might yet pay it after T
shortfall           f = max(0, n - r)                                   the twin pays it by T, the strategy does not
- cannibalised      c = min(f, g)                                       given away to one who would have paid more
- lost              l = f - c                                           missing for other reasons
-- uncharged        min(l, max(0, charged(N) - charged(S)))             interest and fees the debt did not grow by
-- given up         min(rest, max(0, written off(S) - written off(N)))  written off, sold or insolvent
-- open             what then remains                                   still owed at T: it might yet come after T
==================  ==================================================  ============================================

The concession is g = max(0, forgiven(S) - forgiven(N) - max(0, charged(S) - charged(N))): what was waived, and what a
settlement that is being paid off at T will waive (its balance less what was agreed and is not yet paid), beyond any
charges and costs that the strategy itself had put on the debt. *Charged* is interest, penalty and added costs together.

It follows on every account, in whole cents, that::

    self-cure                  = same time + accelerated + delayed
    recovered by the strategy  = self-cure + incremental
    paid without action        = self-cure + cannibalised + lost
    difference to no action    = incremental - cannibalised - lost

and that a log against itself is all self-cure at the same time. The sums are checked whenever parts are made.

Why the shortfall divides without remainder: in each log opening + charged = paid + forgiven + written off + owed (the
ledger), so f is the sum of the four ways in which the two ledgers can differ. They are taken in the order of the table,
each as far as it goes. A concession comes first: it is a decision of the strategy; that less interest accrues is often
only the other side of money that came early.

Timing divides the self-cure money and never changes a sum. The days gained are the mean of z(u) - s(u) over accelerated
cents, the days lost the mean of s(u) - z(u) over delayed ones.

What the horizon hides: nothing after T is known. Incremental is incremental *by T*; as far as the twin still owes
(``incremental_open_cents``) it may be money that would have come after T, and thus acceleration across the horizon. The
rest of it could not have come: the twin's debt had ended, or was smaller. Lost money that is still owed
(``lost_open_cents``) may come after T.

What twins do not separate: where a strategy moves a payment across the reading day, or changes the occasions on which
luck is drawn, some accounts gain and others lose what no one intended. Such money stands in both *incremental* and
*lost*; it cancels in the difference, which is the effect of the strategy.

References
----------
Incremental recovery: liquidation under the strategy minus liquidation with no action, common random numbers
(evidence on effects, section 6; model, section 10). Matching the u-th cents is the coupling of two cumulative curves
that shifts money the least (Villani 2003, Topics in Optimal Transportation, section 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind, PaymentSource
from simcollect.outcomes.ledger import ledger
from simcollect.outcomes.reading import NEVER, Reading
from simcollect.outcomes.standing import has_live_settlement

Cents: TypeAlias = NDArray[np.int64]
"""Money by account, whole cents, shape [n]."""


@dataclass(frozen=True, eq=False)
class RecoveryParts:
    """The parts of one strategy's recovery against its twin without action, by account.

    Every array is int64 of shape [n]; all but the two of cent-minutes are cents, none is negative. Definitions stand in
    this module's docstring.

    Attributes
    ----------
    recovered_cents, no_action_cents
        Paid under the strategy, and by the twin.
    same_time_cents, accelerated_cents, delayed_cents
        The self-cure money by its timing.
    accelerated_cent_minutes, delayed_cent_minutes
        Cents times the minutes by which they came earlier, or later.
    incremental_cents, incremental_open_cents
        Money that the twin does not pay by the reading day; the part of it that the twin still owes then.
    cannibalised_cents
        Money conceded to one who would have paid more.
    lost_uncharged_cents, lost_given_up_cents, lost_open_cents
        Money missing for other reasons: charges that were never made; written off, sold or insolvent; still owed.

    Raises
    ------
    ArithmeticError
        If the parts do not add up on some account.
    """

    recovered_cents: Cents
    no_action_cents: Cents
    same_time_cents: Cents
    accelerated_cents: Cents
    delayed_cents: Cents
    accelerated_cent_minutes: Cents
    delayed_cent_minutes: Cents
    incremental_cents: Cents
    incremental_open_cents: Cents
    cannibalised_cents: Cents
    lost_uncharged_cents: Cents
    lost_given_up_cents: Cents
    lost_open_cents: Cents

    def __post_init__(self) -> None:
        """Check that nothing is negative and that both sums hold on every account."""
        negative = np.any([getattr(self, field.name) < 0 for field in fields(self)], axis=0)
        missing = self.no_action_cents != self.self_cure_cents + self.cannibalised_cents + self.lost_cents
        over = self.recovered_cents != self.self_cure_cents + self.incremental_cents
        wrong = np.flatnonzero(negative | missing | over)
        if len(wrong):
            numbers = ", ".join(f"{field.name} {getattr(self, field.name)[wrong[0]]}" for field in fields(self))
            raise ArithmeticError(f"attribution of account {wrong[0]} does not add up: {numbers}")

    @property
    def self_cure_cents(self) -> Cents:
        """Money that both pay by the reading day."""
        return self.same_time_cents + self.accelerated_cents + self.delayed_cents

    @property
    def lost_cents(self) -> Cents:
        """Money that only the twin pays, but for concessions."""
        return self.lost_uncharged_cents + self.lost_given_up_cents + self.lost_open_cents

    @property
    def difference_cents(self) -> Cents:
        """Incremental - cannibalised - lost: recovery minus that of the twin."""
        return self.incremental_cents - self.cannibalised_cents - self.lost_cents

    def columns(self) -> dict[str, Cents]:
        """Return every part by name, in the order of the tables."""
        return {
            "no_action_cents": self.no_action_cents,
            "recovered_cents": self.recovered_cents,
            "self_cure_cents": self.self_cure_cents,
            "same_time_cents": self.same_time_cents,
            "accelerated_cents": self.accelerated_cents,
            "delayed_cents": self.delayed_cents,
            "incremental_cents": self.incremental_cents,
            "incremental_open_cents": self.incremental_open_cents,
            "cannibalised_cents": self.cannibalised_cents,
            "lost_cents": self.lost_cents,
            "lost_uncharged_cents": self.lost_uncharged_cents,
            "lost_given_up_cents": self.lost_given_up_cents,
            "lost_open_cents": self.lost_open_cents,
            "difference_cents": self.difference_cents,
            "accelerated_cent_minutes": self.accelerated_cent_minutes,
            "delayed_cent_minutes": self.delayed_cent_minutes,
        }


def recovery_parts(reading: Reading, base: Reading) -> RecoveryParts:
    """Return the parts of a reading against that of its twin without action, read at the same minute.

    Linear in the number of rows, but for sorting the payments.
    """
    ours, theirs = _Debt.of(reading), _Debt.of(base)
    recovered, without = ours.paid_cents, theirs.paid_cents
    incremental = np.maximum(recovered - without, 0)
    charged = ours.charged_cents - theirs.charged_cents
    conceded = ours.forgiven_cents - theirs.forgiven_cents - np.maximum(charged, 0)

    rest = np.maximum(without - recovered, 0)
    shortfall = []
    for difference in (conceded, -charged, ours.written_off_cents - theirs.written_off_cents):
        part = np.minimum(rest, np.maximum(difference, 0))
        rest = rest - part
        shortfall.append(part)
    return RecoveryParts(
        recovered,
        without,
        *_timing(reading, base, np.minimum(recovered, without)),
        incremental_cents=incremental,
        incremental_open_cents=np.minimum(incremental, theirs.owed_cents),
        cannibalised_cents=shortfall[0],
        lost_uncharged_cents=shortfall[1],
        lost_given_up_cents=shortfall[2],
        lost_open_cents=rest,
    )


@dataclass(frozen=True, eq=False)
class _Debt:
    """Where the debts of a reading went, by account, in cents of shape [n].

    ``forgiven_cents`` and ``owed_cents`` are the ledger's waived and outstanding, with what a settlement still being
    paid off will waive moved from the second to the first.
    """

    charged_cents: Cents
    paid_cents: Cents
    forgiven_cents: Cents
    written_off_cents: Cents
    owed_cents: Cents

    @classmethod
    def of(cls, reading: Reading) -> _Debt:
        book = ledger(reading)
        owed = book.outstanding_cents
        agreed = reading.last(EventKind.OFFER_ACCEPTED)
        instalments = reading.where(EventKind.PAYMENT)
        instalments = instalments[reading.rows["detail"][instalments] == PaymentSource.SETTLEMENT]
        instalments = instalments[instalments > agreed[reading.account[instalments]]]
        paid_off = reading.total_rows(instalments, reading.column("amount_cents", instalments))
        to_come = np.maximum(reading.field_at(agreed, "amount_cents", 0) - paid_off, 0)
        is_live = (agreed != NEVER) & has_live_settlement(reading)
        to_waive = np.where(is_live, np.maximum(owed - to_come, 0), 0)
        return cls(
            charged_cents=book.charges_cents + book.costs_added_cents,
            paid_cents=book.paid_cents,
            forgiven_cents=book.waived_cents + to_waive,
            written_off_cents=book.written_off_cents,
            owed_cents=owed - to_waive,
        )


def _timing(reading: Reading, base: Reading, both_cents: Cents) -> tuple[Cents, Cents, Cents, Cents, Cents]:
    """Return the self-cure money at the same time, accelerated and delayed, and the cent-minutes of the last two.

    The curves of all accounts are laid end to end, each cut off at the money that both pay (``both_cents``), so that
    the u-th cent of the book is the same cent of the same account in both.
    """
    ours_at, ours_up_to, account = _curve(reading, both_cents)
    theirs_at, theirs_up_to, _ = _curve(base, both_cents)
    ends = np.union1d(ours_up_to, theirs_up_to)
    ends = ends[ends > 0]
    cents = np.diff(ends, prepend=0)
    # The first payment that reaches a cent is the one that brings it.
    ours, theirs = np.searchsorted(ours_up_to, ends), np.searchsorted(theirs_up_to, ends)
    earlier = theirs_at[theirs] - ours_at[ours]
    whose = account[ours]

    def added(numbers: Cents, chosen: NDArray[np.bool_]) -> Cents:
        sums = np.zeros(reading.n_accounts, dtype=np.int64)
        np.add.at(sums, whose[chosen], numbers[chosen])
        return sums

    return (
        added(cents, earlier == 0),
        added(cents, earlier > 0),
        added(cents, earlier < 0),
        added(cents * earlier, earlier > 0),
        added(-cents * earlier, earlier < 0),
    )


def _curve(reading: Reading, up_to_cents: Cents) -> tuple[Cents, Cents, NDArray[np.int32]]:
    """Return minute, cumulative cents and account of every payment, by account and time.

    An account's cumulative sum stops at its ``up_to_cents`` and starts where that of the account before stopped.
    """
    payments = reading.where(EventKind.PAYMENT)
    payments = payments[np.argsort(reading.account[payments], kind="stable")]
    account = reading.account[payments]
    paid = np.cumsum(reading.column("amount_cents", payments))
    first = np.searchsorted(account, np.arange(reading.n_accounts))  # position of each account's first payment
    before = np.concatenate(([0], paid))[first]
    start = np.cumsum(up_to_cents) - up_to_cents
    up_to = start[account] + np.minimum(paid - before[account], up_to_cents[account])
    return reading.column("at", payments), up_to, account
