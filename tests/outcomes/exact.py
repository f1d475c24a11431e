"""Attribution worked out a second way: account by account and cent by cent, without anything of the program's own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

import numpy as np

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.attribution import Attribution, attribute_recovery

_LOGS_KEPT: Final = 6
_BOOKS_KEPT: Final = 20


def require_exact(log: EventLog, no_action: EventLog, day: int | None = None) -> Attribution:
    """Return the attribution of a log, its sums checked on every account against payments added up here."""
    found = attribute_recovery(log, no_action, day=day)
    table = found.table()
    ours, theirs = paid_by_account(log, day), paid_by_account(no_action, day)
    timing = table["same_time_cents"] + table["accelerated_cents"] + table["delayed_cents"]
    lost = table["lost_uncharged_cents"] + table["lost_given_up_cents"] + table["lost_open_cents"]
    effect = table["incremental_cents"] - table["cannibalised_cents"] - table["lost_cents"]
    assert np.array_equal(timing, table["self_cure_cents"])
    assert np.array_equal(lost, table["lost_cents"])
    assert np.array_equal(table["self_cure_cents"] + table["incremental_cents"], ours)
    assert np.array_equal(table["self_cure_cents"] + table["cannibalised_cents"] + table["lost_cents"], theirs)
    assert np.array_equal(effect, ours - theirs)
    assert np.array_equal(table["difference_cents"], ours - theirs)
    may_be_negative = ["difference_cents", "net_recovered_cents", "net_difference_cents"]
    assert (table.select_dtypes("int64").drop(columns=may_be_negative) >= 0).all().all()
    return found


class TwinsSeen:
    """Remembers the logs that tests make, and attributes each that has a twin without action, to the cent.

    Attributes
    ----------
    n_pairs : int
        Pairs checked so far.
    """

    def __init__(self) -> None:
        self.n_pairs = 0
        self._logs: OrderedDict[Hashable, list[EventLog]] = OrderedDict()

    def see(self, log: EventLog) -> None:
        """Check a new log against those of the same borrowers with the same luck: one of a pair takes no action."""
        header = log.header
        luck = (header.scenario, header.seed, header.replication, header.start_date, header.horizon_minutes)
        money = (header.currency, header.minor_units)
        earlier = self._logs.setdefault((luck, money, log.accounts.tobytes()), [])
        for other in [*earlier, log]:
            if is_passive(other):
                require_exact(log, other)
                self.n_pairs += 1
            elif is_passive(log):
                require_exact(other, log)
                self.n_pairs += 1
        earlier.append(log)
        del earlier[:-_LOGS_KEPT]
        while len(self._logs) > _BOOKS_KEPT:
            self._logs.popitem(last=False)


def is_passive(log: EventLog) -> bool:
    """Whether a log is one of a strategy that does nothing."""
    return log.header.strategy in ("no_action", "nothing")


def paid_by_account(log: EventLog, day: int | None = None) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """What each account has paid by a day."""
    until = log.header.horizon_minutes if day is None else day * 1440
    sums = np.zeros(len(log.accounts), dtype=np.int64)
    payments = log.rows[(log.rows["kind"] == EventKind.PAYMENT) & (log.rows["at"] <= until)]
    np.add.at(sums, payments["account"], payments["amount_cents"])
    return sums


def brute_force(log: EventLog, no_action: EventLog, account: int, day: int | None = None) -> dict[str, int]:
    """Timing of every single cent that both logs hold of one account."""
    until = log.header.horizon_minutes if day is None else day * 1440
    ours, theirs = _payments(log, account, until), _payments(no_action, account, until)
    told = dict.fromkeys(
        (
            "same_time_cents",
            "accelerated_cents",
            "delayed_cents",
            "accelerated_cent_minutes",
            "delayed_cent_minutes",
            "incremental_cents",
        ),
        0,
    )
    told["incremental_cents"] = max(0, sum(cents for _, cents in ours) - sum(cents for _, cents in theirs))
    while ours and theirs:
        (our_minute, our_cents), (their_minute, their_cents) = ours[0], theirs[0]
        cents = min(our_cents, their_cents)
        name = "same_time" if our_minute == their_minute else "accelerated" if our_minute < their_minute else "delayed"
        told[f"{name}_cents"] += cents
        if name != "same_time":
            told[f"{name}_cent_minutes"] += cents * abs(their_minute - our_minute)
        for queue, left in ((ours, our_cents - cents), (theirs, their_cents - cents)):
            queue[0] = (queue[0][0], left)
            if left == 0:
                queue.pop(0)
    return told


def _payments(log: EventLog, account: int, until: int) -> list[tuple[int, int]]:
    rows = log.of(account)
    rows = rows[(rows["kind"] == EventKind.PAYMENT) & (rows["at"] <= until)]
    return [(int(row["at"]), int(row["amount_cents"])) for row in rows]
