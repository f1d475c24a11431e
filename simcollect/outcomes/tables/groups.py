"""Who fared how: the headline outcomes and the harm done, by segment, borrower cell, age band and stage reached.

Groups with the same ability that are treated differently show here. Cells are why a borrower is overdue; they are known
in a simulation and to no strategy. A stage reached is a result of treatment, so its groups are no fair comparison of
strategies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import CloseReason, EventKind, Hold, Rule
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.headline import ATTEMPTS, MINUTES_PER_MONTH, days_to_cash, income_paid_share
from simcollect.outcomes.ledger import Ledger, ledger
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.standing import KEPT, CustomerStanding, Standing, customer_standing, standing
from simcollect.outcomes.tables.costs import account_costs
from simcollect.outcomes.tables.dictionary import ratio
from simcollect.outcomes.tables.grouping import Grouping, account_groups
from simcollect.outcomes.tables.positions import reading_of

if TYPE_CHECKING:
    import pandas as pd

_MINUTES_PER_WEEK: Final = 7 * MINUTES_PER_DAY
_CAPS: Final = (Rule.CALLS_PER_DAY, Rule.CALLS_PER_7_DAYS, Rule.MESSAGES_PER_7_DAYS)


def headline_by(source: EventLog | Reading, economics: Economics | None = None) -> pd.DataFrame:
    """Return the headline outcomes of every group of accounts: recovery, cost, customers kept, harm, time to cash.

    The row ``all`` is the headline of the log, measure by measure; sums of the other rows of one kind add up to it.
    Staff is shared over accounts by the minutes worked on them, so a group's cost holds its share of idle time.

    Parameters
    ----------
    source
        Log or reading.
    economics
        Prices and rates; the defaults when None.

    Columns
    -------
    by : name
        What the groups are made by: all, segment, cell, age_band, stage_reached.
    group : name
        Name of the group.
    n_accounts : accounts
        That had arrived by the reading day.
    opening_cents : cents
        Their opening balances.
    recovered_cents : cents
        Paid by borrowers, from any source.
    gross_recovery_share : share
        recovered_cents / opening_cents; interest and penalty charged since are in the numerator.
    cost_cents : cents
        Direct costs and staff.
    net_recovery_share : share
        (recovered_cents - cost_cents) / opening_cents.
    cost_per_account_cents : cents
        cost_cents / n_accounts.
    cost_per_unit_collected : ratio
        Cost to collect: cost_cents / recovered_cents.
    present_value_share : share
        (Payments - costs), each discounted to the start of the run, / opening_cents. Staff costs count on the day of
        the work; the headline counts shifts on their own day, so the two can differ in the last decimals.
    loss_given_default_share : share
        1 - present_value_share: what is lost of the exposure at entry, as banks reckon it.
    residual_value_cents : cents
        What the balances still open would fetch by the stated price per days past due.
    value_with_residual_share : share
        (recovered - cost + sale proceeds + residual value) / opening_cents.
    kept_share : share
        Customers kept / n_accounts, by the definition of the headline.
    resolved_share : share
        Kept and cured, paid in full or settled / n_accounts.
    retention_share : share
        Kept / ever cured, paid in full or settled.
    complaints_per_1000 : per 1,000 accounts
        Complaints / n_accounts x 1,000.
    insolvencies_per_1000 : per 1,000 accounts
        Insolvent accounts / n_accounts x 1,000.
    attempts_per_account_week : attempts per account-week
        Messages, calls and visits / weeks that accounts were overdue.
    income_paid_share : share
        Mean of paid / (monthly income x months observed, at least one) over accounts with known income.
    mean_days_to_cash : days
        From arrival to payment, weighted by the money.
    half_cash_days : days
        Days after arrival within which half of the cash had come.
    """
    import pandas as pd

    reading = reading_of(source)
    economics = economics if economics is not None else Economics()
    facts = _facts(reading, economics)
    arrived, debts, book = facts.arrived, facts.debts, facts.book
    spent_on = account_costs(reading, economics)
    n_all = reading.n_accounts
    cost = _summed(spent_on.account, spent_on.cents, n_all)
    residual = book.outstanding_cents * economics.residual_share(debts.dpd)
    is_kept = np.isin(facts.customers, KEPT)
    was_resolved = (
        (reading.count(EventKind.CURED) > 0)
        | (debts.close_reason == CloseReason.PAID_IN_FULL)
        | (debts.close_reason == CloseReason.SETTLED)
    )
    cash = reading.where(EventKind.PAYMENT)
    days, cents = days_to_cash(reading, cash), reading.column("amount_cents", cash)
    in_order = np.argsort(days, kind="stable")
    payer = reading.account[cash]
    days_cents = _summed(payer, days * cents, n_all)
    present = _summed(payer, cents * economics.discount(reading.column("at", cash)), n_all)
    present -= _summed(spent_on.account, spent_on.cents * economics.discount(spent_on.at), n_all)
    parts = []
    for group in account_groups(reading):
        n, opening, paid = group.count(arrived), group.total(book.opening_cents), group.total(book.paid_cents)
        spent, value = group.total(cost), group.total(residual)
        worth = paid - spent + group.total(book.sale_proceeds_cents) + value
        parts.append(
            pd.DataFrame(
                {
                    **group.head(),
                    "n_accounts": n,
                    "opening_cents": opening,
                    "recovered_cents": paid,
                    "gross_recovery_share": ratio(paid, opening),
                    "cost_cents": _whole(spent),
                    "net_recovery_share": ratio(paid - spent, opening),
                    "cost_per_account_cents": ratio(spent, n),
                    "cost_per_unit_collected": ratio(spent, paid),
                    "present_value_share": ratio(group.total(present), opening),
                    "loss_given_default_share": 1.0 - ratio(group.total(present), opening),
                    "residual_value_cents": _whole(value),
                    "value_with_residual_share": ratio(worth, opening),
                    "kept_share": ratio(group.count(is_kept), n),
                    "resolved_share": ratio(group.count(facts.customers == CustomerStanding.RESOLVED), n),
                    "retention_share": ratio(group.count(is_kept & was_resolved), group.count(was_resolved)),
                    **_harm_rates(group, facts, n),
                    "mean_days_to_cash": ratio(group.total(days_cents), paid),
                    "half_cash_days": _half_days(group.place[payer][in_order], days[in_order], cents[in_order], paid),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def harm(source: EventLog | Reading) -> pd.DataFrame:
    """Return what pursuit did to borrowers, of every group of accounts: complaints, intensity, costs, hardship.

    Parameters
    ----------
    source
        Log or reading.

    Columns
    -------
    by : name
        What the groups are made by: all, segment, cell, age_band, stage_reached.
    group : name
        Name of the group.
    n_accounts : accounts
        That had arrived by the reading day.
    account_weeks : weeks
        Weeks that they were overdue.
    n_complaints : complaints
        Complaints.
    complaints_per_1000 : per 1,000 accounts
        n_complaints / n_accounts x 1,000.
    complaints_per_1000_worked_month : per 1,000 accounts and month
        Complaints of accounts with an attempt / months that these were overdue x 1,000: the regulator's form.
    complaint_cost_cents : cents
        What handling and redress cost.
    attempts_per_account_week : attempts per account-week
        Messages, calls and visits / account_weeks.
    messages_per_account_week, calls_per_account_week, visits_per_account_week : attempts per account-week
        The same by channel.
    n_blocked : actions
        Actions that a rule of conduct stopped.
    at_cap_share : share
        Accounts stopped at least once by a cap on calls or messages / accounts with an attempt.
    income_paid_share : share
        Mean of paid / (monthly income x months observed, at least one) over accounts with known income.
    cost_added_cents : cents
        Legal costs put on the debts, paid or not.
    cost_added_per_account_cents : cents
        cost_added_cents / n_accounts.
    n_insolvent : accounts
        Became insolvent.
    insolvencies_per_1000 : per 1,000 accounts
        n_insolvent / n_accounts x 1,000.
    n_hardship : accounts
        Disclosed hardship.
    n_moratoria : accounts
        Under a moratorium at least once.
    n_overdue_again : accounts
        Cured and overdue again at least once.
    n_credit_marked : accounts
        Reported to a credit register.
    n_judged : accounts
        With a judgment against them.
    n_left : accounts
        Whose customer closed the relationship.
    """
    import pandas as pd

    reading = reading_of(source)
    facts = _facts(reading, Economics())
    worked = facts.attempts > 0
    blocks, holds = reading.where(EventKind.BLOCKED), reading.where(EventKind.HOLD_STARTED)
    capped = blocks[np.isin(reading.rows["detail"][blocks], _CAPS)]
    moratoria = holds[reading.rows["detail"][holds] == Hold.MORATORIUM]
    judged = reading.where(EventKind.JUDGMENT)
    judged = judged[reading.rows["detail"][judged] == 1]
    overdue = facts.debts.overdue_minutes
    flags = {
        "n_hardship": reading.count(EventKind.HARDSHIP_DISCLOSED),
        "n_moratoria": reading.count_rows(moratoria),
        "n_overdue_again": reading.count(EventKind.REDEFAULTED),
        "n_credit_marked": reading.count(EventKind.CREDIT_MARKED),
        "n_judged": reading.count_rows(judged),
        "n_left": reading.count(EventKind.CUSTOMER_LEFT),
    }
    by_channel = {
        "messages": reading.count(EventKind.MESSAGE_SENT),
        "calls": reading.count(EventKind.DIALLED),
        "visits": reading.count(EventKind.VISITED),
    }
    complaint_cost = reading.total(EventKind.COMPLAINT, field="cost_cents")
    n_capped, n_blocked = reading.count_rows(capped), reading.count(EventKind.BLOCKED)
    parts = []
    for group in account_groups(reading):
        n, complaints = group.count(facts.arrived), group.total(facts.complaints)
        weeks = group.total(overdue) / _MINUTES_PER_WEEK
        months = group.total(np.where(worked, overdue, 0)) / MINUTES_PER_MONTH
        complaints_worked = group.total(np.where(worked, facts.complaints, 0))
        rates = _harm_rates(group, facts, n)
        added = group.total(facts.book.costs_added_cents)
        columns: dict[str, Any] = {
            **group.head(),
            "n_accounts": n,
            "account_weeks": weeks,
            "n_complaints": complaints,
            "complaints_per_1000": rates["complaints_per_1000"],
            "complaints_per_1000_worked_month": 1000.0 * ratio(complaints_worked, months),
            "complaint_cost_cents": group.total(complaint_cost),
            "attempts_per_account_week": rates["attempts_per_account_week"],
        }
        columns.update({f"{name}_per_account_week": ratio(group.total(c), weeks) for name, c in by_channel.items()})
        columns["n_blocked"] = group.total(n_blocked)
        columns["at_cap_share"] = ratio(group.count(worked & (n_capped > 0)), group.count(worked))
        columns["income_paid_share"] = rates["income_paid_share"]
        columns["cost_added_cents"] = added
        columns["cost_added_per_account_cents"] = ratio(added, n)
        columns["n_insolvent"] = group.count(facts.is_insolvent)
        columns["insolvencies_per_1000"] = rates["insolvencies_per_1000"]
        columns.update({name: group.count(times > 0) for name, times in flags.items()})
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


@dataclass(frozen=True, eq=False)
class _Facts:
    """What both tables need of every account; arrays of shape n."""

    debts: Standing
    book: Ledger
    customers: NDArray[np.int8]
    arrived: NDArray[np.bool_]
    attempts: NDArray[np.int64]
    complaints: NDArray[np.int64]
    is_insolvent: NDArray[np.bool_]
    income_share: NDArray[np.float64]


def _facts(reading: Reading, economics: Economics) -> _Facts:
    debts, book = standing(reading), ledger(reading)
    share = income_paid_share(reading, book.paid_cents)
    return _Facts(
        debts=debts,
        book=book,
        customers=customer_standing(reading, debts, economics.default_dpd),
        arrived=debts.has_arrived,
        attempts=reading.count(*ATTEMPTS),
        complaints=reading.count(EventKind.COMPLAINT),
        is_insolvent=reading.count(EventKind.INSOLVENT) > 0,
        income_share=np.where(debts.has_arrived, share, np.nan),
    )


def _harm_rates(group: Grouping, facts: _Facts, n: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    weeks = group.total(facts.debts.overdue_minutes) / _MINUTES_PER_WEEK
    known = ~np.isnan(facts.income_share)
    return {
        "complaints_per_1000": 1000.0 * ratio(group.total(facts.complaints), n),
        "insolvencies_per_1000": 1000.0 * ratio(group.count(facts.is_insolvent), n),
        "attempts_per_account_week": ratio(group.total(facts.attempts), weeks),
        "income_paid_share": ratio(group.total(np.where(known, facts.income_share, 0.0)), group.count(known)),
    }


def _summed(account: NDArray[np.integer], numbers: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    return np.bincount(account, weights=numbers, minlength=n).astype(np.float64)


def _half_days(
    place: NDArray[np.int64], days: NDArray[np.float64], cents: NDArray[np.int64], paid: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return by group the days within which half its cash had come; payments in the order of days."""
    found = np.full(len(paid), np.nan)
    for k, total in enumerate(paid):
        mine = place == k
        if total > 0:
            found[k] = days[mine][np.searchsorted(np.cumsum(cents[mine]), (total + 1) // 2)]
    return found


def _whole(cents: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(cents).astype(np.int64)
