"""Headline outcomes of one run: recovery, cost, customers kept, harm and time to cash, always side by side.

The definitions stand in :mod:`simcollect.outcomes.measures`, one sentence a field. They follow collection practice:
liquidation and net liquidation rate, cost to collect, retention among resolved, complaints per thousand accounts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import CloseReason, EventKind, Pool
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY, money_cents
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.ledger import LedgerTotals, ledger
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.standing import KEPT, CustomerStanding, Standing, customer_standing, standing

ATTEMPTS = (EventKind.MESSAGE_SENT, EventKind.DIALLED, EventKind.VISITED)
"""Kinds that are contact attempts, whoever or whatever answers."""

ACTORS_PER_POOL = 100_000
MINUTES_PER_MONTH = 365.25 / 12.0 * MINUTES_PER_DAY
_MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY
_NOT_A_NUMBER = math.nan


@dataclass(frozen=True)
class Outcomes:
    """The outcomes of one log at one reading day; meaning and unit of every field: ``MEASURES``.

    The first five fields name the run; the rest are numbers. Money is in whole cents, but for the two averages
    ``cost_per_account_cents`` and ``cost_per_unit_collected``.
    """

    scenario: str
    strategy: str
    seed: int
    replication: int
    day: int
    n_accounts: int
    opening_cents: int
    recovered_cents: int
    gross_recovery_share: float
    net_recovered_cents: int
    net_recovery_share: float
    present_value_cents: int
    present_value_share: float
    sale_proceeds_cents: int
    residual_value_cents: int
    value_with_residual_cents: int
    value_with_residual_share: float
    direct_cost_cents: int
    staff_cost_cents: int
    cost_cents: int
    cost_per_account_cents: float
    cost_per_unit_collected: float
    kept_share: float
    resolved_share: float
    retention_share: float
    left_share: float
    lifetime_value_cents: int
    complaints_per_1000: float
    blocked_actions: int
    breached_contacts: float
    added_cost_cents: int
    income_paid_share: float
    insolvencies_per_1000: float
    attempts_per_account_week: float
    mean_days_to_cash: float
    half_cash_days: float

    def as_dict(self) -> dict[str, str | int | float]:
        """Return the fields by name, for a row of a table."""
        return asdict(self)


def headline(
    log: EventLog, economics: Economics, day: int | None = None, breached_contacts: int | None = None
) -> Outcomes:
    """Return the headline outcomes of a log.

    Parameters
    ----------
    log
        Any event log.
    economics
        Prices and rates.
    day
        Reading day; None for the horizon. Only rows up to then count, and balances are those of that day.
    breached_contacts
        Number of breaches that an audit of the same log found; None when it was not audited.

    Raises
    ------
    InputError
        If the day lies outside the run.
    """
    reading = Reading.at_day(log, day)
    debts = standing(reading)
    book = ledger(reading)
    totals = book.totals()
    n = int(debts.has_arrived.sum())
    cash = reading.where(EventKind.PAYMENT)
    paid_at, paid_cents = reading.column("at", cash), reading.column("amount_cents", cash)

    cost_at, direct = _direct_costs(reading)
    staff_at, staff = _staff_costs(reading, economics)
    direct_cents, staff_cents = int(direct.sum()), money_cents(float(staff.sum()), 1)
    cost = direct_cents + staff_cents
    present_value = (
        (paid_cents * economics.discount(paid_at)).sum()
        - (direct * economics.discount(cost_at)).sum()
        - (staff * economics.discount(staff_at)).sum()
    )
    residual = money_cents(float((book.outstanding_cents * economics.residual_share(debts.dpd)).sum()), 1)
    net = totals.paid_cents - cost
    customers = customer_standing(reading, debts, economics.default_dpd)
    is_kept = np.isin(customers, KEPT)
    return Outcomes(
        scenario=log.header.scenario,
        strategy=log.header.strategy,
        seed=log.header.seed,
        replication=log.header.replication,
        day=reading.day,
        n_accounts=n,
        opening_cents=totals.opening_cents,
        recovered_cents=totals.paid_cents,
        gross_recovery_share=_ratio(totals.paid_cents, totals.opening_cents),
        net_recovered_cents=net,
        net_recovery_share=_ratio(net, totals.opening_cents),
        present_value_cents=money_cents(float(present_value), 1),
        present_value_share=_ratio(float(present_value), totals.opening_cents),
        sale_proceeds_cents=totals.sale_proceeds_cents,
        residual_value_cents=residual,
        value_with_residual_cents=net + totals.sale_proceeds_cents + residual,
        value_with_residual_share=_ratio(net + totals.sale_proceeds_cents + residual, totals.opening_cents),
        direct_cost_cents=direct_cents,
        staff_cost_cents=staff_cents,
        cost_cents=cost,
        cost_per_account_cents=_ratio(cost, n),
        cost_per_unit_collected=_ratio(cost, totals.paid_cents),
        kept_share=_ratio(int(is_kept.sum()), n),
        resolved_share=_ratio(int((customers == CustomerStanding.RESOLVED).sum()), n),
        retention_share=_retention(reading, debts, is_kept),
        left_share=_ratio(int((reading.count(EventKind.CUSTOMER_LEFT) > 0).sum()), n),
        lifetime_value_cents=_lifetime_value(reading, economics, is_kept),
        complaints_per_1000=1000.0 * _ratio(len(reading.where(EventKind.COMPLAINT)), n),
        blocked_actions=len(reading.where(EventKind.BLOCKED)),
        breached_contacts=_NOT_A_NUMBER if breached_contacts is None else float(breached_contacts),
        added_cost_cents=totals.costs_added_cents,
        income_paid_share=_mean(income_paid_share(reading, book.paid_cents)[debts.has_arrived]),
        insolvencies_per_1000=1000.0 * _ratio(int((reading.count(EventKind.INSOLVENT) > 0).sum()), n),
        attempts_per_account_week=_ratio(
            len(reading.where(*ATTEMPTS)), int(debts.overdue_minutes.sum()) / _MINUTES_PER_WEEK
        ),
        **_time_to_cash(reading, cash, paid_at, paid_cents, totals),
    )


def headlines(log: EventLog, economics: Economics, days: Sequence[int]) -> tuple[Outcomes, ...]:
    """Return the outcomes of one log at several reading days, in the order given."""
    return tuple(headline(log, economics, day) for day in days)


def income_paid_share(reading: Reading, paid_cents: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return paid / (monthly income x months observed) by account, shape n; NaN where no income is known.

    At least one month counts: a payment in an account's first days is not taken for a year's pace.
    """
    months = np.maximum((reading.until - reading.log.accounts["arrives_at"]) / MINUTES_PER_MONTH, 1.0)
    income = reading.log.accounts["income_cents"].astype(np.float64)
    share = np.full(reading.n_accounts, _NOT_A_NUMBER)
    known = income > 0.0
    share[known] = paid_cents[known] / (income[known] * months[known])
    return share


def days_to_cash(reading: Reading, cash: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return days from the account's arrival to each of the payment rows at these positions."""
    arrived_at = reading.log.accounts["arrives_at"][reading.account[cash]]
    days: NDArray[np.float64] = (reading.column("at", cash) - arrived_at) / MINUTES_PER_DAY
    return days


def _direct_costs(reading: Reading) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    costly = np.flatnonzero(reading.rows["cost_cents"])
    costly = costly[reading.rows["kind"][costly] != EventKind.STAFFED]
    return reading.column("at", costly), reading.column("cost_cents", costly)


def _staff_costs(reading: Reading, economics: Economics) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return minutes and costs in cents; floats, because a minute's work may cost a fraction of a cent."""
    if economics.cost_basis == "staffed":
        shifts = reading.where(EventKind.STAFFED)
        return reading.column("at", shifts), reading.column("cost_cents", shifts).astype(np.float64)
    jobs = reading.where(EventKind.WORK_ENDED)
    pool = reading.column("actor", jobs) // ACTORS_PER_POOL
    hourly = np.array((0, *economics.hourly_cost_cents), dtype=np.float64)
    return reading.column("at", jobs), reading.column("value", jobs) * hourly[np.clip(pool, 0, max(Pool))] / 60.0


def _retention(reading: Reading, debts: Standing, is_kept: NDArray[np.bool_]) -> float:
    was_resolved = (
        (reading.count(EventKind.CURED) > 0)
        | (debts.close_reason == CloseReason.PAID_IN_FULL)
        | (debts.close_reason == CloseReason.SETTLED)
    )
    return _ratio(int((is_kept & was_resolved).sum()), int(was_resolved.sum()))


def _lifetime_value(reading: Reading, economics: Economics, is_kept: NDArray[np.bool_]) -> int:
    margin = int(reading.log.accounts["margin_cents"][is_kept].sum())
    to_start = float(economics.discount(np.array([reading.until]))[0])
    return money_cents(margin * economics.retention_annuity() * to_start, 1)


def _time_to_cash(
    reading: Reading,
    cash: NDArray[np.intp],
    paid_at: NDArray[np.int64],
    paid_cents: NDArray[np.int64],
    totals: LedgerTotals,
) -> dict[str, float]:
    if totals.paid_cents == 0:
        return {"mean_days_to_cash": _NOT_A_NUMBER, "half_cash_days": _NOT_A_NUMBER}
    days = days_to_cash(reading, cash)
    order = np.argsort(days, kind="stable")
    come = np.cumsum(paid_cents[order])
    half = int(np.searchsorted(come, (totals.paid_cents + 1) // 2))
    return {
        "mean_days_to_cash": float((days * paid_cents).sum() / totals.paid_cents),
        "half_cash_days": float(days[order][half]),
    }


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole != 0 else _NOT_A_NUMBER


def _mean(values: NDArray[np.float64]) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else _NOT_A_NUMBER
