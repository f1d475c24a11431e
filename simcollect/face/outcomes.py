"""What a run is asked for: outcomes by account, summed over all accounts and over groups of them.

An outcome is a sum over accounts divided by another ("part" by "whole"). Both sums are kept for every group, so that
several groups together are read from the same runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Cell, CloseReason, Component, EventKind, Stage
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.core.words import Lang
from simcollect.experiment.measure import prices, reading_days
from simcollect.outcomes.accounts import days_by_cents, stage_reached
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.headline import ACTORS_PER_POOL, ATTEMPTS, headline
from simcollect.outcomes.ledger import ledger
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.standing import KEPT, Standing, customer_standing, standing
from simcollect.scenario import Scenario

Numbers = NDArray[np.float64]

FORMAT: Final = 1
"""Raised when an outcome here changes its meaning: runs kept under another number are done again."""

DIMENSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "risk": ("low", "medium", "high"),
    "cell": tuple(cell.name.lower() for cell in Cell),
    "segment": (),
    "value": ("low", "high"),
    "vulnerable": ("yes", "no"),
}
"""Kinds of groups: band of the behaviour score, borrower cell, segment, customer value below or from the median of the
book, true vulnerability. An empty list: as the scenario names them."""

_K = EventKind
_MINUTES_PER_HOUR: Final = 60.0
_DAYS_PER_WEEK: Final = 7.0


@dataclass(frozen=True)
class Outcome:
    """How to read an outcome.

    Attributes
    ----------
    letter
        R recovery, C cost, K customers kept, H harm, T time to cash.
    label, label_zh
        Noun for tables and pictures.
    unit
        "share", "money" (major units), "per 1,000", "a week" or "days".
    definition
        Part and whole, in a sentence.
    grouped
        Whether it is counted by account and so known for groups.
    """

    letter: str
    label: str
    label_zh: str
    unit: str
    definition: str
    grouped: bool = True

    def named(self, lang: Lang = "en") -> str:
        """Return the label in a language."""
        return self.label_zh if lang == "zh" else self.label


OUTCOMES: Final[Mapping[str, Outcome]] = {
    "recovered_share": Outcome("R", "Recovered", "回收率", "share", "Payments / opening balance."),
    "recovered_net_share": Outcome(
        "R", "Recovered less work", "扣除作业成本的回收率", "share", "(Payments - cost of work) / opening balance."
    ),
    "present_value_share": Outcome(
        "R", "Present value", "现值回收率", "share",
        "Payments less cost of work, discounted to the start of the run / opening balance.",
    ),
    "net_recovery_share": Outcome(
        "R", "Net of staffed cost", "净回收率", "share", "(Payments - costs and paid hours) / opening balance.", False
    ),
    "value_with_residual_share": Outcome(
        "R", "Net with residual value", "含剩余价值净回收率", "share",
        "Net recovery with sales and what is still owed at its price / opening balance.", False,
    ),
    "total_cost": Outcome(
        "C", "Total cost an account", "每户总成本", "money",
        "Direct costs and paid staff hours, busy or idle / accounts.", False,
    ),
    "work_cost": Outcome(
        "C", "Cost of work an account", "每户作业成本", "money",
        "Direct costs and the wage of the minutes worked on the account / accounts.",
    ),
    "kept_share": Outcome("K", "Customers kept", "客户留存率", "share", "Accounts whose customer is kept / accounts."),
    "retention_share": Outcome(
        "K", "Kept among resolved", "结清后留存率", "share", "Customers kept / accounts ever cured, paid or settled."
    ),
    "left_share": Outcome("K", "Customers who left", "流失率", "share", "Accounts whose customer left / accounts."),
    "lifetime_value": Outcome(
        "K", "Lifetime value an account", "每户终身价值", "money",
        "Margin of customers kept over the retention years, from the reading day on / accounts.",
    ),
    "relationship_value": Outcome(
        "K", "Net recovery and lifetime value", "净回收与终身价值", "money",
        "(Payments - cost of work + lifetime value) / accounts.",
    ),
    "complaints": Outcome("H", "Complaints", "投诉", "per 1,000", "Complaints / accounts x 1,000."),
    "attempts": Outcome("H", "Contact attempts", "联系次数", "a week", "Attempts / weeks overdue."),
    "sued_share": Outcome("H", "Accounts sued", "被诉账户占比", "share", "Accounts sued / accounts."),
    "late_share": Outcome(
        "H", "Accounts in the late stage", "进入后期阶段占比", "share", "Accounts ever in the late stage / accounts."
    ),
    "insolvent_share": Outcome("H", "Insolvent", "破产率", "share", "Insolvent accounts / accounts."),
    "resolved_share": Outcome(
        "R", "Resolved", "解决率", "share", "Accounts ever cured, paid in full or settled / accounts."
    ),
    "full_pay_share": Outcome(
        "R", "Paid without concession", "未减免而还清占比", "share",
        "Accounts cured or paid in full with no principal forgiven / accounts.",
    ),
    "settled_share": Outcome("R", "Settled", "和解率", "share", "Accounts that accepted an offer / accounts."),
    "forgiven_share": Outcome("R", "Principal forgiven", "本金减免率", "share", "Principal waived / opening balance."),
    "repeat_share": Outcome(
        "H", "Repeat delinquency", "再次逾期率", "share", "Accounts overdue again / accounts ever cured."
    ),
    "plan_break_share": Outcome("R", "Plans broken", "计划违约率", "share", "Plans broken / plans started."),
    "promise_kept_share": Outcome("R", "Promises kept", "承诺兑现率", "share", "Promises kept / promises made."),
    "days_to_cash": Outcome("T", "Time to cash", "回款天数", "days", "Mean days from arrival to a payment, by money."),
}  # fmt: skip
"""Every outcome a claim can name."""

GROUPED: Final = tuple(name for name, outcome in OUTCOMES.items() if outcome.grouped)


def part_column(outcome: str, dimension: str = "", value: str = "") -> str:
    """Return the name under which a run keeps an outcome's part.

    Examples
    --------
    >>> part_column("kept_share", "risk", "low")
    'kept_share, risk low'
    """
    return f"{outcome}, {dimension} {value}" if dimension else outcome


def whole_column(outcome: str, dimension: str = "", value: str = "") -> str:
    """Return the name under which a run keeps an outcome's whole."""
    return "whole of " + part_column(outcome, dimension, value)


def observe(log: EventLog, scenario: Scenario) -> list[dict[str, Any]]:
    """Return one row a reading day: part and whole of every outcome, for all accounts and for every group."""
    economics = prices(scenario)
    rows = []
    for day in reading_days(scenario):
        totals = of_whole_book(headline(log, economics, day).as_dict(), scenario)
        wholes = {whole_column(name): 1.0 for name in totals}
        rows.append(by_group(Reading.at_day(log, day), scenario) | totals | wholes)
    return rows


def by_group(reading: Reading, scenario: Scenario) -> dict[str, Any]:
    """Return part and whole of the outcomes that are counted by account, for all accounts and for every group."""
    debts = standing(reading)
    there = debts.has_arrived
    parts = _parts(reading, debts, prices(scenario), float(scenario.economics.minor_units))
    groups = [("", "", there), *group_members(reading.log, scenario, there)]
    row: dict[str, Any] = {"day": reading.day, "n_accounts": int(there.sum())}
    for outcome, (part, whole) in parts.items():
        for dimension, value, mine in groups:
            row[part_column(outcome, dimension, value)] = float(part[mine].sum())
            row[whole_column(outcome, dimension, value)] = float(whole[mine].sum())
    return row


def of_whole_book(headline: Mapping[str, Any], scenario: Scenario) -> dict[str, float]:
    """Return the outcomes that no group has, from the headline numbers of a run on a day."""
    return {
        "net_recovery_share": float(headline["net_recovery_share"]),
        "value_with_residual_share": float(headline["value_with_residual_share"]),
        "total_cost": float(headline["cost_per_account_cents"] / float(scenario.economics.minor_units)),
    }


def read(rows: Sequence[Mapping[str, Any]], outcome: str, dimension: str = "", values: Sequence[str] = ()) -> Numbers:
    """Return the outcome in each of some rows, over several groups of one kind together; NaN without accounts."""
    pairs = [(part_column(outcome, dimension, v), whole_column(outcome, dimension, v)) for v in values or ("",)]
    found = np.full(len(rows), np.nan)
    for position, row in enumerate(rows):
        whole = sum(float(row[below]) for _, below in pairs)
        if whole > 0.0:
            found[position] = sum(float(row[above]) for above, _ in pairs) / whole
    return found


def _parts(reading: Reading, debts: Standing, economics: Economics, minor: float) -> dict[str, tuple[Numbers, Numbers]]:
    """Return part and whole of every grouped outcome by account, money in major units."""

    def number(*kinds: EventKind) -> Numbers:
        return reading.count(*kinds).astype(np.float64)

    def share(is_so: NDArray[np.bool_]) -> Numbers:
        return is_so.astype(np.float64)

    book = ledger(reading)
    one = np.ones(reading.n_accounts)
    opening, paid = book.opening_cents / minor, book.paid_cents / minor
    work, work_now, paid_now = (money / minor for money in _streams(reading, economics))
    kept = share(np.isin(customer_standing(reading, debts, economics.default_dpd), KEPT))
    was_cured = reading.count(_K.CURED) > 0
    cured = share(was_cured)
    has_paid_off = debts.close_reason == CloseReason.PAID_IN_FULL
    resolved = share(was_cured | has_paid_off | (debts.close_reason == CloseReason.SETTLED))
    forgiven = book.waived_by_component[:, Component.PRINCIPAL] / minor
    lifetime = kept * reading.log.accounts["margin_cents"] / minor * economics.retention_annuity()
    late = share(np.isin(stage_reached(reading), (Stage.LATE, Stage.FINAL)))
    days = np.divide(days_by_cents(reading), book.paid_cents, out=np.zeros_like(one), where=book.paid_cents > 0)
    return {
        "recovered_share": (paid, opening),
        "recovered_net_share": (paid - work, opening),
        "present_value_share": (paid_now - work_now, opening),
        "work_cost": (work, one),
        "kept_share": (kept, one),
        "retention_share": (kept * resolved, resolved),
        "left_share": (share(reading.count(_K.CUSTOMER_LEFT) > 0), one),
        "lifetime_value": (lifetime, one),
        "relationship_value": (paid - work + lifetime, one),
        "complaints": (1000.0 * number(_K.COMPLAINT), one),
        "attempts": (number(*ATTEMPTS), debts.overdue_minutes / MINUTES_PER_DAY / _DAYS_PER_WEEK),
        "sued_share": (share(reading.count(_K.SUIT_FILED) > 0), one),
        "late_share": (late, one),
        "insolvent_share": (share(reading.count(_K.INSOLVENT) > 0), one),
        "resolved_share": (resolved, one),
        "full_pay_share": (share((was_cured | has_paid_off) & (forgiven == 0.0)), one),
        "settled_share": (share(reading.count(_K.OFFER_ACCEPTED) > 0), one),
        "forgiven_share": (forgiven, opening),
        "repeat_share": ((reading.count(_K.REDEFAULTED) > 0) * cured, cured),
        "plan_break_share": (number(_K.PLAN_BROKEN), number(_K.PLAN_STARTED)),
        "promise_kept_share": (number(_K.PROMISE_KEPT), number(_K.PROMISE_MADE)),
        "days_to_cash": (days * paid, paid),
    }


def _streams(reading: Reading, economics: Economics) -> tuple[Numbers, Numbers, Numbers]:
    """Return by account, in cents: cost of work, its present value, and the present value of payments."""
    costly = np.flatnonzero(reading.rows["cost_cents"])
    costly = costly[(reading.rows["kind"][costly] != EventKind.STAFFED) & (reading.account[costly] >= 0)]
    jobs = reading.where(EventKind.WORK_ENDED)
    jobs = jobs[reading.account[jobs] >= 0]
    hourly = np.array((0, *economics.hourly_cost_cents), dtype=np.float64)
    pool = np.clip(reading.column("actor", jobs) // ACTORS_PER_POOL, 0, len(hourly) - 1)
    wages = reading.column("value", jobs) * hourly[pool] / _MINUTES_PER_HOUR
    cash = reading.where(EventKind.PAYMENT)
    found = (np.zeros(reading.n_accounts), np.zeros(reading.n_accounts), np.zeros(reading.n_accounts))
    for rows, cents in ((costly, reading.column("cost_cents", costly).astype(np.float64)), (jobs, wages)):
        np.add.at(found[0], reading.account[rows], cents)
        np.add.at(found[1], reading.account[rows], cents * economics.discount(reading.column("at", rows)))
    paid = reading.column("amount_cents", cash) * economics.discount(reading.column("at", cash))
    np.add.at(found[2], reading.account[cash], paid)
    return found


def group_members(
    log: EventLog, scenario: Scenario, there: NDArray[np.bool_]
) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    """Yield (dimension, value, members) of every group among the accounts ``there``; both of shape [n]."""
    accounts = log.accounts
    score = accounts["score_ppm"] / 1e6
    borders = scenario.behaviour.groups.get("score", {})
    if {"low_risk_from", "high_risk_below"} <= borders.keys():
        low, high = score >= borders["low_risk_from"].value, score < borders["high_risk_below"].value
        for value, mine in (("low", low & ~high), ("medium", ~low & ~high), ("high", high)):
            yield "risk", value, mine & there
    for cell in Cell:
        yield "cell", cell.name.lower(), (accounts["cell"] == cell) & there
    for number, segment in enumerate(log.header.segments):
        yield "segment", segment, (accounts["segment"] == number) & there
    margin = accounts["margin_cents"]
    # The median of the whole book, so that a strategy or a reading day moves nobody to another group.
    valued = margin >= np.median(margin) if len(margin) else np.zeros(0, dtype=np.bool_)
    yield "value", "high", valued & there
    yield "value", "low", ~valued & there
    is_vulnerable = accounts["vulnerable"] != 0
    yield "vulnerable", "yes", is_vulnerable & there
    yield "vulnerable", "no", ~is_vulnerable & there
