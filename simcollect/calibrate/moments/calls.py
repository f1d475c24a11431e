"""Calls by a bank's staff: how long they last, and how success declines from call to call.

The rows are a sales campaign (Moro, Cortez and Rita 2014): their durations are those of a bank's outbound calls, their
success is a sale. Only the shape of its decline is used, as a proxy: here a call succeeds when the borrower pays or
promises to. A conversation of the model lasts whole minutes, rounded up, so shares are read at whole minutes, where
the rounding changes nothing, and means with half a minute taken off.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.calibrate.moments.tally import Replication, Tally
from simcollect.core.codes import Channel, ConversationOutcome, EventKind
from simcollect.core.eventlog import EventLog

UP_TO_MINUTES: Final = (1, 2, 3, 5, 10, 20)
ATTEMPTS: Final = 6
ROUNDED_UP: Final = 0.5
"""What rounding up adds to a mean, minutes."""
SUCCESS: Final = (ConversationOutcome.PAY_NOW, ConversationOutcome.PROMISE)


def calls(replication: Replication) -> Mapping[str, Tally]:
    """Return the moments ``bk.*`` of the first treatment's calls by staff: durations, and success by attempt."""
    log = replication.log
    return {f"bk.{name}": tally for name, tally in {**durations(log), **successes(log)}.items()}


def durations(log: EventLog) -> dict[str, Tally]:
    """Return how long conversations of staff on the telephone last: shares up to whole minutes, means in seconds."""
    talks = _talks(log)
    minutes = talks["value"].astype(np.float64)
    n = float(len(minutes))
    found = {f"duration.up_to_{most}_min": Tally(float(np.sum(minutes <= most)), n) for most in UP_TO_MINUTES}
    won = np.isin(talks["detail"], SUCCESS)
    for name, chosen in (("all", np.ones(len(minutes), dtype=bool)), ("yes", won), ("no", ~won)):
        seconds = 60.0 * (minutes[chosen] - ROUNDED_UP)
        found[f"duration.{name}.mean"] = Tally(float(np.sum(seconds)), float(len(seconds)))
    return found


def successes(log: EventLog) -> dict[str, Tally]:
    """Return the hazard of success at the k-th call, among borrowers called so often without success before."""
    dialled = log.rows[(log.rows["kind"] == EventKind.DIALLED) & (log.rows["channel"] == Channel.CALL)]
    talks = _talks(log)
    won = talks[np.isin(talks["detail"], SUCCESS)]
    won_at = np.full(len(log.accounts), np.iinfo(np.int64).max)
    np.minimum.at(won_at, won["account"], won["at"])
    dialled = dialled[dialled["at"] <= won_at[dialled["account"]]]
    order = np.argsort(dialled["account"], kind="stable")
    dialled = dialled[order]
    account = dialled["account"]
    starts = np.flatnonzero(np.r_[True, account[1:] != account[:-1]]) if len(account) else np.zeros(0, dtype=np.int64)
    number = 1 + np.arange(len(account)) - np.repeat(starts, np.diff(np.r_[starts, len(account)]))
    is_last = np.r_[account[1:] != account[:-1], True] if len(account) else np.zeros(0, dtype=bool)
    # A call is won if a success follows before the next call: of those kept above that is the borrower's last one.
    is_won = is_last & (won_at[account] < np.iinfo(np.int64).max)
    return {
        f"success_hazard.attempt{k}": Tally(float(np.sum(is_won & (number == k))), float(np.sum(number == k)))
        for k in range(1, ATTEMPTS + 1)
    }


def _talks(log: EventLog) -> NDArray[np.void]:
    rows = log.rows
    talks: NDArray[np.void] = rows[(rows["kind"] == EventKind.CONVERSATION) & (rows["channel"] == Channel.CALL)]
    return talks
