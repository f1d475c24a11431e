"""Promises and repayment plans: made, kept, broken, and for how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Channel, EventKind, PaymentSource, Stage
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.reading import NEVER, Reading
from simcollect.outcomes.tables.dictionary import columns_of, ratio
from simcollect.outcomes.tables.grouping import Grouping, by_code, by_segment, everything
from simcollect.outcomes.tables.neighbours import last_before, next_after
from simcollect.outcomes.tables.positions import reading_of
from simcollect.outcomes.tables.running import payments
from simcollect.outcomes.tables.survival import kaplan_meier

if TYPE_CHECKING:
    import pandas as pd

_PROMISE_RESULTS = (EventKind.PROMISE_KEPT, EventKind.PROMISE_PART_KEPT, EventKind.PROMISE_BROKEN)
_ARRANGED = (EventKind.PLAN_STARTED, EventKind.OFFER_ACCEPTED)
_OVER = (EventKind.CURED, EventKind.CLOSED)


def promises(source: EventLog | Reading, tolerance_days: int = 3, kept_share: float = 0.9) -> pd.DataFrame:
    """Return promises to pay: made, kept, part kept and broken as recorded, and kept by the money that came.

    Two countings stand side by side. *As recorded*: every promise is kept, part kept, broken, replaced or running, by
    the log's own rows; the five add up to ``n_made``. *By the money*: of the promises falling due, those with at least
    ``kept_share`` of the amount received, from whatever source, between the promise and its due date plus
    ``tolerance_days``; in count and in money. The tolerance is a parameter of practice, not a finding.

    Parameters
    ----------
    source
        Log or reading.
    tolerance_days
        Days of grace after the due date, 0 or more.
    kept_share
        Share of the amount that counts as kept, 0 to 1.

    Columns
    -------
    by : name
        What the groups are made by: all, stage (of the account when it promised), caller.
    group : name
        all; none, early, mid, late, final; human or automated, by who held the conversation (unknown without one).
    n_made : promises
        Promises made.
    n_kept, n_part_kept, n_broken : promises
        As recorded.
    n_replaced : promises
        Without a result because the debt was cured or closed, or a plan or settlement took its place.
    n_running : promises
        Not yet due.
    promised_cents : cents
        Sum of all promises made.
    n_due : promises
        Promises whose due date and tolerance have passed, without those that a plan or settlement replaced.
    n_met : promises
        Of these, with enough money received in time.
    kept_rate : share
        n_met / n_due: the field's kept-promise rate.
    due_cents : cents
        Promised by those that fell due.
    received_cents : cents
        Received of it in time; more than was promised does not count.
    kept_rate_money : share
        received_cents / due_cents.
    """
    import pandas as pd

    reading = reading_of(source)
    made = reading.where(EventKind.PROMISE_MADE)
    account, at = reading.account[made], reading.column("at", made)
    amount, due_at = reading.column("amount_cents", made), reading.column("value", made)
    result = next_after(reading, made, reading.where(*_PROMISE_RESULTS, EventKind.PROMISE_MADE))
    became = np.where(result != NEVER, reading.rows["kind"][result], 0)
    overtaken = next_after(reading, made, reading.where(*_ARRANGED, *_OVER))
    is_recorded = np.isin(became, _PROMISE_RESULTS)
    is_running = ~is_recorded & (result == NEVER) & (overtaken == NEVER) & (due_at >= reading.until)

    arranged = reading.field_at(next_after(reading, made, reading.where(*_ARRANGED)), "at", NEVER)
    last_minute = due_at + tolerance_days * MINUTES_PER_DAY
    fell_due = (last_minute <= reading.until) & ~((arranged != NEVER) & (arranged <= due_at))
    cash = payments(reading)
    received = cash.before(account, last_minute + 1) - cash.before(account, at)
    received = np.where(fell_due, np.minimum(received, amount), 0)
    is_met = fell_due & (received >= kept_share * amount)

    parts = []
    for group in _promise_groups(reading, made):
        n_due, due_cents = group.count(fell_due), group.total(np.where(fell_due, amount, 0))
        n_met, received_cents = group.count(is_met), group.total(received)
        parts.append(
            pd.DataFrame(
                {
                    **group.head(),
                    "n_made": group.count(),
                    "n_kept": group.count(became == EventKind.PROMISE_KEPT),
                    "n_part_kept": group.count(became == EventKind.PROMISE_PART_KEPT),
                    "n_broken": group.count(became == EventKind.PROMISE_BROKEN),
                    "n_replaced": group.count(~is_recorded & ~is_running),
                    "n_running": group.count(is_running),
                    "promised_cents": group.total(amount),
                    "n_due": n_due,
                    "n_met": n_met,
                    "kept_rate": ratio(n_met, n_due),
                    "due_cents": due_cents,
                    "received_cents": received_cents,
                    "kept_rate_money": ratio(received_cents, due_cents),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def plans(source: EventLog | Reading) -> pd.DataFrame:
    """Return repayment plans: started, completed, broken, still running, and what they brought.

    The four ends add up to ``n_started``.

    Columns
    -------
    by : name
        What the groups are made by: all, stage (of the account when the plan began), segment.
    group : name
        Name of the group.
    n_started : plans
        Plans begun.
    n_completed : plans
        Plans that did their work: fully paid, or the arrears cured on the way.
    n_broken : plans
        Given up after too many missed instalments.
    n_ended_otherwise : plans
        Ended by something else, such as insolvency or a sale.
    n_running : plans
        Not ended on the reading day: censored.
    completion_rate : share
        n_completed / n_started. Running plans are in the denominator, so it is a lower bound until they end; the
        survival curve (``plan_survival``) treats them as they should be.
    completion_rate_ended : share
        n_completed / plans that have ended: the upper counterpart.
    n_declined : plans
        Talked about and not begun; by stage and segment as well.
    n_instalments_kept, n_instalments_missed : instalments
        Of these plans.
    mean_instalment_cents : cents
        Mean agreed instalment.
    mean_term : instalments
        Mean agreed number of instalments.
    paid_cents : cents
        Paid under the plans, with down-payments.
    """
    import pandas as pd

    reading = reading_of(source)
    started = reading.where(EventKind.PLAN_STARTED)
    ended_by, _ = _plan_ends(reading, started)
    declined = reading.where(EventKind.PLAN_DECLINED)
    kept, missed = reading.where(EventKind.PLAN_INSTALMENT_KEPT), reading.where(EventKind.PLAN_INSTALMENT_MISSED)
    cash = reading.where(EventKind.PAYMENT)
    cash = cash[np.isin(reading.rows["detail"][cash], (PaymentSource.PLAN, PaymentSource.DOWN_PAYMENT))]
    # A kept instalment may also be one of a settlement: it belongs to the agreement made last.
    n_kept, n_missed = (_count_under(reading, rows, started) for rows in (kept, missed))
    paid = sum_under(reading, cash, started)
    instalment, term = reading.column("amount_cents", started), reading.column("value", started)
    parts = []
    for group, refused in zip(_plan_groups(reading, started), _plan_groups(reading, declined), strict=True):
        n = group.count()
        completed = group.count(ended_by == EventKind.PLAN_COMPLETED)
        running = group.count(ended_by == 0)
        broken = group.count(ended_by == EventKind.PLAN_BROKEN)
        parts.append(
            pd.DataFrame(
                {
                    **group.head(),
                    "n_started": n,
                    "n_completed": completed,
                    "n_broken": broken,
                    "n_ended_otherwise": n - completed - broken - running,
                    "n_running": running,
                    "completion_rate": ratio(completed, n),
                    "completion_rate_ended": ratio(completed, n - running),
                    "n_declined": refused.count(),
                    "n_instalments_kept": group.total(n_kept),
                    "n_instalments_missed": group.total(n_missed),
                    "mean_instalment_cents": ratio(group.total(instalment), n),
                    "mean_term": ratio(group.total(term), n),
                    "paid_cents": group.total(paid),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def plan_survival(source: EventLog | Reading) -> pd.DataFrame:
    """Return the survival curve of repayment plans: the share not broken so many days after they began.

    Kaplan and Meier's estimate with Greenwood's standard error. The event is a broken plan; a plan that was completed,
    ended otherwise, or still ran on the reading day is censored then.

    Columns
    -------
    days : days
        Whole days since the plan began; a first row at 0.
    n_at_risk : plans
        Running just before.
    n_broken : plans
        Broken on that day of theirs.
    n_censored : plans
        Last seen whole on that day of theirs.
    survival : share
        Estimated share of plans not broken by then.
    standard_error : share
        Greenwood's.
    low : share
        Lower 95 % limit, on the log(-log) scale; empty while survival is 1 or once it is 0.
    high : share
        Upper limit.
    """
    reading = reading_of(source)
    started = reading.where(EventKind.PLAN_STARTED)
    ended_by, ended_at = _plan_ends(reading, started)
    days = (ended_at - reading.column("at", started)) // MINUTES_PER_DAY
    curve = kaplan_meier(days, ended_by == EventKind.PLAN_BROKEN)
    curve.columns = [column.name for column in columns_of(plan_survival)]
    return curve


def _promise_groups(reading: Reading, made: NDArray[np.intp]) -> tuple[Grouping, ...]:
    talk = last_before(reading, made, reading.where(EventKind.CONVERSATION))
    automated = reading.rows["channel"][talk] == Channel.AUTOMATED_CALL
    caller = np.where(talk == NEVER, 2, np.where(automated, 1, 0))
    return (
        everything(len(made)),
        by_code("stage", reading.rows["stage"][made], Stage),
        Grouping("caller", ("human", "automated", "unknown"), caller),
    )


def _plan_groups(reading: Reading, rows: NDArray[np.intp]) -> tuple[Grouping, ...]:
    return (
        everything(len(rows)),
        by_code("stage", reading.rows["stage"][rows], Stage),
        by_segment(reading).of(reading.account[rows]),
    )


def _plan_ends(reading: Reading, started: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the kind of row that ended each plan (0: running) and the minute (running: the reading's last)."""
    ends = reading.where(EventKind.PLAN_COMPLETED, EventKind.PLAN_BROKEN, EventKind.PLAN_STARTED, *_OVER)
    end = next_after(reading, started, ends)
    kind = np.where(end != NEVER, reading.rows["kind"][end], 0).astype(np.int64)
    return kind, reading.field_at(end, "at", reading.until)


def agreement_of(reading: Reading, rows: NDArray[np.intp], made: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the place in ``made`` of the agreement that each row is under, -1 where it is under none of these."""
    last = last_before(reading, rows, reading.where(*_ARRANGED))
    place = np.searchsorted(made, last)
    is_mine = (last != NEVER) & (np.append(made, NEVER)[place] == last)
    return np.where(is_mine, place, -1)


def _count_under(reading: Reading, rows: NDArray[np.intp], made: NDArray[np.intp]) -> NDArray[np.int64]:
    place = agreement_of(reading, rows, made)
    return np.bincount(place[place >= 0], minlength=len(made)).astype(np.int64)


def sum_under(reading: Reading, rows: NDArray[np.intp], made: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the cents of the rows under each agreement in ``made``."""
    place = agreement_of(reading, rows, made)
    sums = np.zeros(len(made), dtype=np.int64)
    np.add.at(sums, place[place >= 0], reading.column("amount_cents", rows[place >= 0]))
    return sums
