"""Settlements by step of the ladder: what became of the offers, how deep they cut, what was forgiven."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import CloseReason, Component, EventKind, PaymentSource
from simcollect.core.eventlog import EventLog
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.headline import MINUTES_PER_MONTH
from simcollect.outcomes.reading import NEVER, Reading
from simcollect.outcomes.tables.agreements import agreement_of, sum_under
from simcollect.outcomes.tables.dictionary import ratio
from simcollect.outcomes.tables.grouping import Grouping, everything
from simcollect.outcomes.tables.neighbours import last_before, next_after
from simcollect.outcomes.tables.positions import reading_of
from simcollect.outcomes.tables.running import balances

if TYPE_CHECKING:
    import pandas as pd

_OVER: Final = (EventKind.CURED, EventKind.CLOSED)


def settlements(source: EventLog | Reading, economics: Economics | None = None) -> pd.DataFrame:
    """Return settlement offers by step of the ladder: what became of them, how deep they cut, what was forgiven.

    Offers end as accepted, declined, expired, overtaken or open; accepted ones as completed, broken, ended otherwise or
    running. Both lists add up.

    Parameters
    ----------
    source
        Log or reading.
    economics
        For the discount rate of ``depth_present_value``; 0 when None.

    Columns
    -------
    by : name
        all, or step.
    group : name
        all; the step of the ladder, from 1.
    n_offered : offers
        Offers made.
    n_accepted, n_declined, n_expired : offers
        What became of them.
    n_overtaken : offers
        Debts cured or closed, or other offers made, before there was an answer.
    n_open : offers
        Not answered yet on the reading day.
    acceptance_rate : share
        n_accepted / n_offered.
    n_completed : settlements
        Accepted and paid.
    n_broken, n_ended_otherwise, n_running : settlements
        Accepted, and broken; ended by a cure, insolvency or the like; or being paid.
    settlement_rate : share
        n_completed / n_offered.
    asked_cents : cents
        Asked for by all offers.
    balance_offered_cents : cents
        Owed when they were made.
    agreed_cents : cents
        To be paid under the accepted ones.
    balance_agreed_cents : cents
        Owed when they were accepted.
    depth : share
        1 - agreed_cents / balance_agreed_cents, undiscounted.
    depth_present_value : share
        The same with the agreed cash discounted to the day of acceptance: a lump sum at once, instalments at the end of
        each of the following months.
    paid_cents : cents
        Paid under the accepted ones so far.
    waived_principal_cents, waived_interest_cents, waived_fees_cents, waived_costs_cents : cents
        Forgiven when they were completed, by component, as the log books it: where payments go to costs, fees and
        interest first, what is left to forgive is principal, however the offer was reckoned.
    """
    import pandas as pd

    reading = reading_of(source)
    economics = economics if economics is not None else Economics()
    offered, accepted = reading.where(EventKind.OFFER_MADE), reading.where(EventKind.OFFER_ACCEPTED)
    answers = (EventKind.OFFER_ACCEPTED, EventKind.OFFER_DECLINED, EventKind.OFFER_EXPIRED)
    answer = next_after(reading, offered, reading.where(*answers, EventKind.OFFER_MADE, *_OVER))
    answered = np.where(answer != NEVER, reading.rows["kind"][answer], 0)
    is_open = (answer == NEVER) & (reading.column("value", offered) >= reading.until)
    is_overtaken = ~np.isin(answered, answers) & ~is_open

    end = next_after(
        reading,
        accepted,
        reading.where(EventKind.SETTLED, EventKind.SETTLEMENT_BROKEN, EventKind.OFFER_ACCEPTED, *_OVER),
    )
    ended_by = np.where(end != NEVER, reading.rows["kind"][end], 0)
    # A settlement of the whole balance ends as a debt paid in full.
    paid_up = (ended_by == EventKind.CLOSED) & np.isin(
        reading.rows["detail"][end], (CloseReason.PAID_IN_FULL, CloseReason.SETTLED)
    )
    is_completed = (ended_by == EventKind.SETTLED) | paid_up
    is_broken, is_running = ended_by == EventKind.SETTLEMENT_BROKEN, ended_by == 0

    owed = balances(reading)
    asked, agreed = reading.column("amount_cents", offered), reading.column("amount_cents", accepted)
    owed_then = owed.before(reading.account[offered], offered)
    owed_at_yes = owed.before(reading.account[accepted], accepted)
    worth = agreed * _instalment_worth(reading.column("value", accepted), economics)
    cash = reading.where(EventKind.PAYMENT)
    cash = cash[reading.rows["detail"][cash] == PaymentSource.SETTLEMENT]
    paid = sum_under(reading, cash, accepted)
    forgiven = _forgiven_under(reading, accepted)

    parts = []
    for made, taken in zip(_step_groups(reading, offered), _step_groups(reading, accepted), strict=True):
        n, n_accepted, completed = made.count(), taken.count(), taken.count(is_completed)
        agreed_cents, owed_cents = taken.total(agreed), taken.total(owed_at_yes)
        columns: dict[str, Any] = {
            **made.head(),
            "n_offered": n,
            "n_accepted": n_accepted,
            "n_declined": made.count(answered == EventKind.OFFER_DECLINED),
            "n_expired": made.count(answered == EventKind.OFFER_EXPIRED),
            "n_overtaken": made.count(is_overtaken),
            "n_open": made.count(is_open),
            "acceptance_rate": ratio(n_accepted, n),
            "n_completed": completed,
            "n_broken": taken.count(is_broken),
            "n_ended_otherwise": taken.count(~is_completed & ~is_broken & ~is_running),
            "n_running": taken.count(is_running),
            "settlement_rate": ratio(completed, n),
            "asked_cents": made.total(asked),
            "balance_offered_cents": made.total(owed_then),
            "agreed_cents": agreed_cents,
            "balance_agreed_cents": owed_cents,
            "depth": 1.0 - ratio(agreed_cents, owed_cents),
            "depth_present_value": 1.0 - ratio(taken.total(worth), owed_cents),
            "paid_cents": taken.total(paid),
        }
        for component in Component:
            columns[f"waived_{component.name.lower()}_cents"] = taken.total(forgiven[:, component])
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


def _step_groups(reading: Reading, rows: NDArray[np.intp]) -> tuple[Grouping, ...]:
    step = reading.column("detail", rows)
    highest = reading.rows["detail"][reading.where(EventKind.OFFER_MADE, EventKind.OFFER_ACCEPTED)].max(initial=-1)
    return everything(len(rows)), Grouping("step", tuple(str(k + 1) for k in range(int(highest) + 1)), step)


def _forgiven_under(reading: Reading, accepted: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return what was waived in the minute a settlement was completed, shape [settlements, components]."""
    waived, settled = reading.where(EventKind.WAIVED), reading.where(EventKind.SETTLED)
    completed = last_before(reading, waived, settled)
    with_it = (completed != NEVER) & (reading.rows["at"][completed] == reading.rows["at"][waived])
    waived = waived[with_it]
    place = agreement_of(reading, waived, accepted)
    waived, place = waived[place >= 0], place[place >= 0]
    sums = np.zeros((len(accepted), max(Component) + 1), dtype=np.int64)
    component = np.clip(reading.rows["detail"][waived], 0, max(Component))
    np.add.at(sums, (place, component), reading.column("amount_cents", waived))
    return sums


def _instalment_worth(n_instalments: NDArray[np.int64], economics: Economics) -> NDArray[np.float64]:
    """Return what one cent of an agreed sum is worth on the day of acceptance, by its number of instalments."""
    worth = np.ones(len(n_instalments))
    for n in np.unique(n_instalments[n_instalments > 1]):
        months = np.arange(1, int(n) + 1)
        worth[n_instalments == n] = economics.discount((months * MINUTES_PER_MONTH).astype(np.int64)).mean()
    return worth
