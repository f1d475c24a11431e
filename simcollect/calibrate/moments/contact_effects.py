"""Effects of a contact as field experiments measured them: the same borrowers, with the same luck, with and without it.

Every moment is a difference between two treatments on one book, so borrower for borrower. Which moments there are
depends on the treatments that a calibration simulates:

``reminded``, ``neutral``, ``moral``
    One more SMS on the eighth day, or none (Bursztyn, Fiorin, Gottlieb, Kanz 2019).
``letter``, ``speak``, ``unpleasant``
    An automatic request alone, or calls as well in one tone or another (Laudenbach, Pirschel, Siegel 2018).
``human``, ``machine``, ``machine_then_human``
    Who calls (Choi, Huang, Yang, Zhang 2025).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.calibrate.moments.tally import Replication, Tally
from simcollect.core.codes import CloseReason, EventKind, Stage
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NEVER: Final = np.inf
CYCLE_DAYS: Final = 30
"""Days from the missed due date to the end of the card's cycle."""
WEEKS_6: Final = 42
"""Days within which a missed instalment counts as paid on time."""
DEFAULT_DAYS: Final = 210
"""Days within which an account is 90 days past due, or is not."""
MONTH: Final = 30
YEAR: Final = 365


def contact_effects(replication: Replication) -> Mapping[str, Tally]:
    """Return the moments ``effect.*`` and ``level.*`` of the treatments that are there."""
    logs = replication.logs
    found: dict[str, Tally] = {}
    if {"reminded", "neutral", "moral"} <= logs.keys():
        found |= messages(logs)
    if {"letter", "speak", "unpleasant"} <= logs.keys():
        found |= speaking(logs)
    if {"human", "machine"} <= logs.keys():
        found |= machines(logs, replication.scenario.economics.discount_rate_annual.value)
    return found


def messages(logs: Mapping[str, EventLog]) -> dict[str, Tally]:
    """Return who is still delinquent at the end of the cycle, and what one more SMS changes in that share."""
    counted = watched(logs["reminded"], CYCLE_DAYS)
    late = {name: days_until_resolved(logs[name]) > CYCLE_DAYS for name in ("reminded", "neutral", "moral")}
    return {
        "level.delinquent_30": difference(late["reminded"], np.zeros_like(counted), counted),
        "effect.moral_sms": difference(late["moral"], late["reminded"], counted),
        "effect.neutral_sms": difference(late["neutral"], late["reminded"], counted),
    }


def speaking(logs: Mapping[str, EventLog]) -> dict[str, Tally]:
    """Return what speaking changes among those reached: paid within six weeks, 90 days past due, overdue again.

    Who is reached is known from the treatment that calls; the same borrowers are read in the one that does not.
    """
    letter, speak, unpleasant = logs["letter"], logs["speak"], logs["unpleasant"]
    counted = watched(letter, DEFAULT_DAYS)
    reached = counted & (days_until_spoken(speak) <= WEEKS_6)
    reached_so = counted & (days_until_spoken(unpleasant) <= WEEKS_6)
    paid, paid_anyway, paid_so = (days_until_resolved(log) <= WEEKS_6 for log in (speak, letter, unpleasant))
    lost, lost_anyway = (days_until_late(log) <= DEFAULT_DAYS for log in (speak, letter))
    nobody = np.zeros_like(counted)
    # Both shares over the same borrowers where both tones reach them: all but a few, whom a firm tone may put off.
    both = reached & reached_so
    again = [days_until(log, log.rows["kind"] == EventKind.REDEFAULTED) <= DEFAULT_DAYS for log in (speak, letter)]
    return {
        "level.paid_on_time": difference(paid, nobody, reached),
        "effect.speaking_on_time": difference(paid, paid_anyway, reached),
        "effect.speaking_default": difference(lost, lost_anyway, reached),
        "effect.speaking_again": difference(again[0], again[1], reached & paid & paid_anyway),
        "effect.pleasant_voice": difference(paid, paid_so, both),
        "effect.reach_identity": difference(paid, paid_anyway, counted & ~reached),
    }


def machines(logs: Mapping[str, EventLog], rate_annual: float) -> dict[str, Tally]:
    """Return what a machine in place of people changes in what is repaid of the initial late payment."""
    human = logs["human"]
    found = {}
    for name, arm, days, rate in (
        ("effect.machine_npv_30", "machine", MONTH, rate_annual),
        ("effect.machine_npv_365", "machine", YEAR, rate_annual),
        ("effect.machine_first_repaid_365", "machine_then_human", YEAR, 0.0),
    ):
        counted = watched(human, days)
        if arm in logs and counted.any():
            gap = repaid_share(logs[arm], days, rate) - repaid_share(human, days, rate)
            found[name] = Tally(float(np.sum(gap[counted])), float(np.sum(counted)))
    return found


def difference(with_contact: Flags, without: Flags, among: Flags) -> Tally:
    """Return the difference of two shares over the same borrowers."""
    gain = with_contact[among].astype(np.float64) - without[among].astype(np.float64)
    return Tally(float(np.sum(gain)), float(np.sum(among)))


def watched(log: EventLog, days: int) -> Flags:
    """Return which accounts the run follows for ``days`` days or more from their arrival, shape n."""
    flags: Flags = log.header.horizon_minutes - log.accounts["arrives_at"] >= days * MINUTES_PER_DAY
    return flags


def days_until(log: EventLog, rows: Flags) -> Floats:
    """Return the days from each account's arrival to the first of the chosen rows, NEVER if there is none, shape n."""
    first = np.full(len(log.accounts), NEVER)
    np.minimum.at(first, log.rows["account"][rows], log.rows["at"][rows].astype(np.float64))
    since: Floats = (first - log.accounts["arrives_at"]) / MINUTES_PER_DAY
    return since


def days_until_resolved(log: EventLog) -> Floats:
    """Return the days until the arrears were paid, by a cure or by paying off the debt, shape n."""
    paid_off = (log.rows["kind"] == EventKind.CLOSED) & (log.rows["detail"] == CloseReason.PAID_IN_FULL)
    return days_until(log, (log.rows["kind"] == EventKind.CURED) | paid_off)


def days_until_spoken(log: EventLog) -> Floats:
    """Return the days until the first conversation, shape n."""
    return days_until(log, log.rows["kind"] == EventKind.CONVERSATION)


def days_until_late(log: EventLog) -> Floats:
    """Return the days until the late stage, which the treatments enter 90 days past due, shape n."""
    return days_until(log, (log.rows["kind"] == EventKind.STAGE_ENTERED) & (log.rows["stage"] == Stage.LATE))


def repaid_share(log: EventLog, days: int, rate_annual: float) -> Floats:
    """Return what was repaid of each account's first late instalment, as a share of it, shape n.

    Payments go to the oldest debt first: the first of them, up to the instalment, are those of the late one. Each is
    discounted to the day the account fell overdue at ``rate_annual``, a rate per year.
    """
    rows = log.rows[log.rows["kind"] == EventKind.PAYMENT]
    since = (rows["at"] - log.accounts["arrives_at"][rows["account"]]) / MINUTES_PER_DAY
    rows, since = rows[since <= days], since[since <= days]
    late = np.maximum(log.accounts["instalment_cents"], 1).astype(np.float64)
    left, worth = late.copy(), np.zeros(len(late))
    for row, day in zip(rows, since, strict=True):
        part = min(float(row["amount_cents"]), left[row["account"]])
        left[row["account"]] -= part
        worth[row["account"]] += part * (1.0 + rate_annual) ** (-day / YEAR)
    share: Floats = worth / late
    return share
