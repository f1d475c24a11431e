"""One row an account: what it owed, what it paid and when, what was done to it, and where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Cell, CloseReason, Component, Evaluation, EventKind, PaymentSource, Stage, Status
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.arms import arm_of_accounts
from simcollect.outcomes.headline import ATTEMPTS, days_to_cash, income_paid_share
from simcollect.outcomes.ledger import Ledger, ledger
from simcollect.outcomes.reading import NEVER, Reading
from simcollect.outcomes.standing import KEPT, CustomerStanding, Standing, customer_standing, has_live_plan, standing

if TYPE_CHECKING:
    import pandas as pd

_COUNTS = {
    "attempts": ATTEMPTS,
    "messages": (EventKind.MESSAGE_SENT,),
    "calls": (EventKind.DIALLED,),
    "visits": (EventKind.VISITED,),
    "conversations": (EventKind.CONVERSATION,),
    "blocked": (EventKind.BLOCKED,),
    "refusals": (EventKind.REFUSED,),
    "promises_made": (EventKind.PROMISE_MADE,),
    "promises_kept": (EventKind.PROMISE_KEPT,),
    "promises_part_kept": (EventKind.PROMISE_PART_KEPT,),
    "promises_broken": (EventKind.PROMISE_BROKEN,),
    "plans_started": (EventKind.PLAN_STARTED,),
    "plans_broken": (EventKind.PLAN_BROKEN,),
    "plans_completed": (EventKind.PLAN_COMPLETED,),
    "lawyers_letters": (EventKind.LAWYERS_LETTER_SENT,),
    "suits": (EventKind.SUIT_FILED,),
    "enforcements": (EventKind.ENFORCEMENT_STARTED,),
    "offers_made": (EventKind.OFFER_MADE,),
    "offers_accepted": (EventKind.OFFER_ACCEPTED,),
    "cures": (EventKind.CURED,),
    "redefaults": (EventKind.REDEFAULTED,),
    "complaints": (EventKind.COMPLAINT,),
}

_FLAGS = {
    "left": EventKind.CUSTOMER_LEFT,
    "insolvent": EventKind.INSOLVENT,
    "credit_marked": EventKind.CREDIT_MARKED,
    "hardship_disclosed": EventKind.HARDSHIP_DISCLOSED,
    "dispute_raised": EventKind.DISPUTE_RAISED,
    "cease_requested": EventKind.CEASE_REQUESTED,
}

_FIRST_DAYS = {
    "days_to_first_attempt": ATTEMPTS,
    "days_to_first_payment": (EventKind.PAYMENT,),
    "days_to_cure": (EventKind.CURED,),
    "days_to_close": (EventKind.CLOSED,),
}


def account_table(
    log: EventLog, day: int | None = None, default_dpd: int = 90, paid_by_days: Sequence[int] = ()
) -> pd.DataFrame:
    """Return one row an account, shape [n, columns], in the order of the log's accounts.

    Parameters
    ----------
    log
        Any event log.
    day
        Reading day; None for the horizon.
    default_dpd
        Days past due from which an open debt counts as defaulted, for ``customer`` and ``kept``.
    paid_by_days
        For each day d a column ``paid_by_day_d_cents``: what was paid up to day d of the run.

    Returns
    -------
    pandas.DataFrame
        Money in int64 cents (``*_cents``), counts in int64, flags as bool, codes as categories with their names in
        small letters, ``days_to_*`` as float days since the account's arrival (NaN: never), shares as float.
        ``direct_cost_cents`` is what the log's rows of this account cost; staff time is ``staff_minutes``.

    Raises
    ------
    InputError
        If a day lies outside the run.
    """
    import pandas as pd

    reading = Reading.at_day(log, day)
    debts = standing(reading)
    book = ledger(reading)
    customers = customer_standing(reading, debts, default_dpd)
    columns: dict[str, Any] = {}
    columns.update(_who(log))
    if log.header.arms:
        columns["arm"] = _categories(arm_of_accounts(reading), log.header.arms)
    columns.update(_money(book))
    for d in paid_by_days:
        columns[f"paid_by_day_{d}_cents"] = Reading.at_day(log, d).total(EventKind.PAYMENT)
    columns.update(_where_it_stands(reading, debts, customers))
    columns.update(_what_was_done(reading))
    columns.update(_when(reading, book))
    return pd.DataFrame(columns)


def stage_reached(reading: Reading) -> NDArray[np.int64]:
    """Return the furthest ``Stage`` of each account, 0 before any, shape n."""
    entered = reading.where(EventKind.STAGE_ENTERED)
    stage = np.zeros(reading.n_accounts, dtype=np.int64)
    np.maximum.at(stage, reading.account[entered], reading.column("stage", entered))
    return stage


def days_by_cents(reading: Reading) -> NDArray[np.float64]:
    """Return the sum of cents x days since arrival over each account's payments, shape n."""
    cash = reading.where(EventKind.PAYMENT)
    weighted = np.zeros(reading.n_accounts)
    np.add.at(weighted, reading.account[cash], days_to_cash(reading, cash) * reading.column("amount_cents", cash))
    return weighted


def _who(log: EventLog) -> dict[str, Any]:
    accounts = log.accounts
    who: dict[str, Any] = {"account_id": accounts["account_id"].copy()}
    if log.header.names:
        who["name"] = list(log.header.names)
    who["segment"] = _categories(accounts["segment"], log.header.segments)
    who["cell"] = _named(accounts["cell"], Cell)
    who["vulnerable"] = accounts["vulnerable"] != 0
    who["declared_vulnerable"] = accounts["declared_vulnerable"] != 0
    who["age_band"] = accounts["age_band"].astype(np.int64)
    who["score"] = accounts["score_ppm"] / 1e6
    who["arrives_at"] = accounts["arrives_at"].copy()
    who["income_cents"] = accounts["income_cents"].copy()
    who["margin_cents"] = accounts["margin_cents"].copy()
    return who


def _money(book: Ledger) -> dict[str, Any]:
    money: dict[str, Any] = {
        "opening_cents": book.opening_cents,
        "interest_cents": book.interest_cents,
        "penalty_cents": book.penalty_cents,
        "costs_added_cents": book.costs_added_cents,
        "paid_cents": book.paid_cents,
    }
    for source in PaymentSource:
        money[f"paid_{source.name.lower()}_cents"] = book.paid_by_source[:, source].copy()
    money["waived_cents"] = book.waived_cents
    money["waived_principal_cents"] = book.waived_by_component[:, Component.PRINCIPAL].copy()
    money["written_off_cents"] = book.written_off_cents
    money["sale_proceeds_cents"] = book.sale_proceeds_cents
    money["outstanding_cents"] = book.outstanding_cents
    return money


def _where_it_stands(reading: Reading, debts: Standing, customers: NDArray[np.int8]) -> dict[str, Any]:
    evaluation = reading.field_at(reading.last(EventKind.CASE_RECORDED), "detail", 0)
    return {
        "status": _named(debts.status, Status),
        "close_reason": _named(debts.close_reason, CloseReason),
        "dpd": debts.dpd,
        "stage_reached": _named(stage_reached(reading), Stage),
        "evaluation": _named(evaluation, Evaluation),
        "customer": _named(customers, CustomerStanding),
        "kept": np.isin(customers, KEPT),
        "overdue_days": debts.overdue_minutes / MINUTES_PER_DAY,
    }


def _what_was_done(reading: Reading) -> dict[str, Any]:
    done: dict[str, Any] = {name: reading.count(*kinds) for name, kinds in _COUNTS.items()}
    done.update({name: reading.count(kind) > 0 for name, kind in _FLAGS.items()})
    at_home = reading.count(EventKind.VISITED) - reading.count(EventKind.NOBODY_HOME)
    done["right_party_contacts"] = reading.count(EventKind.ANSWERED) + at_home
    judgment = reading.where(EventKind.JUDGMENT)
    done["judgments_won"] = reading.count_rows(judgment[reading.rows["detail"][judgment] == 1])
    done["plan_running"] = has_live_plan(reading) & (reading.count(EventKind.CLOSED) == 0)
    costly = np.flatnonzero(reading.rows["cost_cents"])
    costly = costly[reading.account[costly] >= 0]
    done["direct_cost_cents"] = reading.total_rows(costly, reading.column("cost_cents", costly))
    done["staff_minutes"] = reading.total(EventKind.WORK_ENDED, field="value")
    return done


def _when(reading: Reading, book: Ledger) -> dict[str, Any]:
    arrives_at = reading.log.accounts["arrives_at"]
    when: dict[str, Any] = {}
    for name, kinds in _FIRST_DAYS.items():
        at = reading.field_at(reading.first(*kinds), "at", NEVER)
        when[name] = np.where(at != NEVER, (at - arrives_at) / MINUTES_PER_DAY, np.nan)
    paid = book.paid_cents
    when["mean_days_to_cash"] = np.divide(
        days_by_cents(reading), paid, out=np.full(reading.n_accounts, np.nan), where=paid > 0
    )
    when["income_paid_share"] = income_paid_share(reading, paid)
    return when


def _named(numbers: NDArray[Any], enum: type[IntEnum]) -> Any:
    """Return codes as categories with small-letter names; 0 without a member of its own is missing."""
    members = list(enum)
    place = np.full(max(members) + 1, -1, dtype=np.int64)
    place[[int(member) for member in members]] = np.arange(len(members))
    return _categories(place[numbers], [member.name.lower() for member in members])


def _categories(positions: NDArray[Any], names: Sequence[str]) -> Any:
    import pandas as pd

    return pd.Categorical.from_codes(positions.astype(np.int64), pd.Index(list(names)))
