"""What is kept of a run beside its headline: legal volume, what each rule blocked, and outcomes by segment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind, Rule, Stage
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.economics import Economics
from simcollect.outcomes.headline import ATTEMPTS
from simcollect.outcomes.measures import Measure
from simcollect.outcomes.reading import Reading
from simcollect.outcomes.standing import KEPT, customer_standing, standing

_K = EventKind
_LEGAL_STEPS: Final = (_K.LAWYERS_LETTER_SENT, _K.SUIT_FILED, _K.ENFORCEMENT_STARTED)

LEGAL: Final[Mapping[str, Measure]] = {
    "legal_cost_cents": Measure(
        "C", "Legal cost", "cents", False, "Letters of lawyers, court fees and enforcement; staff time apart."
    ),
    "suits_filed": Measure("H", "Suits filed", "count", None, "Lawsuits filed up to the reading day."),
    "sued_share": Measure("H", "Accounts sued", "share", None, "Of all arrived accounts, those sued at least once."),
    "entered_late_share": Measure(
        "H", "Accounts in the late stage", "share", None, "Of all arrived accounts, those that entered the late stage."
    ),
}
"""How much of the work goes to court; part of every run's measures."""

BY_SEGMENT: Final = (
    "gross_recovery_share",
    "kept_share",
    "complaints_per_1000",
    "attempts_per_account_week",
    "sued_share",
)
"""Measures that are taken in each segment as well; not a number in a segment without accounts."""
_MINUTES_PER_WEEK: Final = 7 * MINUTES_PER_DAY


def blocked_column(rule: Rule) -> str:
    """Return the name under which a run keeps how many actions a rule blocked.

    Examples
    --------
    >>> blocked_column(Rule.CALLS_PER_DAY)
    'blocked_calls_per_day'
    """
    return f"blocked_{rule.name.lower()}"


def segment_column(measure: str, segment: str) -> str:
    """Return the name under which a run keeps a measure of one segment.

    Examples
    --------
    >>> segment_column("sued_share", "small")
    'sued_share of small'
    """
    return f"{measure} of {segment}"


def detail(log: EventLog, economics: Economics, day: int | None = None) -> dict[str, int | float]:
    """Return legal volume, blocks by rule and outcomes by segment of a log at a reading day, by column.

    Parameters
    ----------
    log
        Any event log.
    economics
        Prices and rates; of them only the days past due from which a customer counts as lost.
    day
        Reading day; None for the horizon.

    Raises
    ------
    InputError
        If the day lies outside the run.
    """
    reading = Reading.at_day(log, day)
    debts = standing(reading)
    arrived = debts.has_arrived
    sued = reading.count(_K.SUIT_FILED) > 0
    legal = reading.where(*_LEGAL_STEPS)
    entered = reading.where(_K.STAGE_ENTERED)
    late = reading.count_rows(entered[reading.rows["stage"][entered] == Stage.LATE]) > 0
    everyone = np.ones(reading.n_accounts)
    found: dict[str, int | float] = {
        "legal_cost_cents": int(reading.column("cost_cents", legal).sum()),
        "suits_filed": len(reading.where(_K.SUIT_FILED)),
        "sued_share": _ratio(sued, everyone, arrived),
        "entered_late_share": _ratio(late, everyone, arrived),
    }
    blocks = reading.where(_K.BLOCKED)
    by_rule = np.bincount(reading.rows["detail"][blocks], minlength=max(Rule) + 1)
    found |= {blocked_column(rule): int(by_rule[rule]) for rule in Rule}

    kept = np.isin(customer_standing(reading, debts, economics.default_dpd), KEPT)
    parts: dict[str, tuple[NDArray[Any], NDArray[Any]]] = {
        "gross_recovery_share": (reading.total(_K.PAYMENT), log.accounts["opening_cents"]),
        "kept_share": (kept, everyone),
        "complaints_per_1000": (1000 * reading.count(_K.COMPLAINT), everyone),
        "attempts_per_account_week": (reading.count(*ATTEMPTS), debts.overdue_minutes / _MINUTES_PER_WEEK),
        "sued_share": (sued, everyone),
    }
    for number, segment in enumerate(log.header.segments):
        mine = arrived & (log.accounts["segment"] == number)
        found |= {segment_column(name, segment): _ratio(*parts[name], mine) for name in BY_SEGMENT}
    return found


def _ratio(part: NDArray[Any], whole: NDArray[Any], chosen: NDArray[np.bool_]) -> float:
    below = float(whole[chosen].sum())
    return float(part[chosen].sum()) / below if below > 0.0 else float("nan")
