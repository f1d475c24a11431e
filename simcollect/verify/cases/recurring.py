"""A portfolio that never ends: finitely many accounts, each due again some time after it was worked on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from simcollect.core.codes import Pool
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY as DAY
from simcollect.scenario import Scenario
from simcollect.scenario.kinds import MAX_DAYS
from simcollect.scenario.variation import varied
from simcollect.verify.base import base, borrowers
from simcollect.verify.case import Case, Given, Parameter, Theory
from simcollect.verify.line import Line, Window, balance_of, line_of
from simcollect.verify.settings import around_the_clock, assumed, with_defaults
from simcollect.verify.theory.queues import FiniteSource

WARM_CYCLES: Final = 10
"""Rounds of all accounts left out at the start, where they all begin in the line."""
TAIL_TASKS: Final = 12
"""Mean tasks at the end of a run in which what was begun before can be finished."""


class Recurring(Case):
    """Finitely many accounts that come back to the line so many days after they were served.

    The strategy calls every borrower again ``away_days`` after the last attempt was over; nobody answers.
    """

    def queue(self, given: Given) -> FiniteSource:
        """Return M/M/n//N, in units of a mean task."""
        return FiniteSource(given["accounts"], given["task_minutes"] / (given["away_days"] * DAY), 1.0, given["agents"])

    def theory(self, given: Given) -> Theory:
        """Return the machine-repair model's measures, in units of a mean task."""
        queue = self.queue(given)
        return {
            "in system": queue.mean_in_system,
            "mean queue": queue.mean_queue,
            "throughput": queue.throughput,
            "utilisation": queue.utilisation,
            "mean wait": queue.mean_wait,
            _SAME_SIDE: _same_side_prob(given["task_minutes"]),
            "L / (lambda W)": 1.0,
        }

    def check(self, given: Given) -> None:
        """Refuse runs that are longer than a run can be."""
        if self._days(given) > MAX_DAYS:
            raise self.refuse(
                "cycles",
                f"needs {self._days(given):,} days",
                f"Expected at most {MAX_DAYS:,}, the longest run",
                "Lower cycles, or away_days and task_minutes together.",
            )

    def window(self, given: Given) -> Window:
        """Return the minutes that count."""
        cycle = given["away_days"] * DAY + given["task_minutes"] * (1.0 + self.queue(given).mean_wait)
        start = math.ceil(WARM_CYCLES * cycle / DAY) * DAY
        return Window(start, start + math.ceil(given["cycles"] * cycle / DAY) * DAY)

    def _days(self, given: Given) -> int:
        return -(-(self.window(given).end + TAIL_TASKS * int(given["task_minutes"])) // DAY)

    def scenario(self, given: Given) -> Scenario:
        """Return the engine as this queue."""
        again = {"action": "call", "day": 0, "repeat_days": given["away_days"], "repeat_from": "done"}
        caller: dict[str, Any] = {"early": {"enter_dpd": 0, "steps": [{**again, "maximum": 1_000_000}]}}
        caller |= {stage: {"enter_dpd": MAX_DAYS} for stage in ("mid", "late", "final")}
        return varied(
            base(),
            {
                "run.horizon_days": self._days(given),
                "portfolio.accounts": borrowers(given["accounts"]),
                **around_the_clock("callers", given["agents"]),
                "capacity.tasks.dial": assumed(float(given["task_minutes"]), "minutes"),
                "capacity.task_times": "exponential",
                "behaviour.contact.answer_prob": 0.0,
                "strategies.line": {**caller, "work": {"review": "at_once"}},
            },
        )

    def strategies(self, given: Given) -> tuple[str, ...]:
        """Return the one strategy."""
        return ("line",)

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return what the log says within the window."""
        log, task, window = logs["line"], given["task_minutes"], self.window(given)
        line = line_of(log, Pool.CALLERS)
        queue = window.mean_number(line.queued_at, line.left_at)
        busy = window.mean_number(line.started_at, line.ended_at)
        taken_up = window.holds(line.left_at) & line.was_started
        return {
            "in system": queue + busy,
            "mean queue": queue,
            "throughput": float(taken_up.sum()) / window.length * task,
            "utilisation": busy / given["agents"],
            "mean wait": float(np.mean(line.waits[taken_up])) / task,
            _SAME_SIDE: _same_side(line, window, _median(task)),
            "L / (lambda W)": balance_of(log, Pool.CALLERS).line_ratio,
        }


_SAME_SIDE: Final = "P(an account's task and its next: same side of the median)"


def _median(task_minutes: int) -> int:
    """Return the whole minutes that about half of all tasks do not exceed."""
    return round(task_minutes * math.log(2.0))


def _same_side_prob(task_minutes: int) -> float:
    """Return the probability that two tasks, each with luck of its own, lie on the same side of the median."""
    longer = (1.0 - 1.0 / task_minutes) ** _median(task_minutes)
    return longer * longer + (1.0 - longer) * (1.0 - longer)


def _same_side(line: Line, window: Window, median: int) -> float:
    """Return the share of an account's tasks that lie on the same side of the median as the one before."""
    order = np.lexsort((line.started_at, line.job_account))
    longer, account = ((line.ended_at - line.started_at) > median)[order], line.job_account[order]
    pairs = (account[1:] == account[:-1]) & window.holds(line.started_at[order])[1:]
    return float(np.mean((longer[1:] == longer[:-1])[pairs]))


_RECURRING = (
    Parameter("accounts", 20, "accounts", "How many there are.", 1, 100_000),
    Parameter("away_days", 10, "days", "From the end of a task until the account is due again.", 1, 365),
    Parameter("agents", 2, "agents", "Servers.", 1, 500),
    Parameter("task_minutes", 1440, "minutes", "Mean time of a task.", 100, 14_400),
    Parameter("cycles", 100, "cycles", "About how often an account comes round in a replication.", 2, 10_000),
)

CASES: Final[tuple[Case, ...]] = (
    Recurring("finite_source", "20 accounts called again 10 tasks after the last, 2 callers", "V23", _RECURRING),
    Recurring(
        "finite_source_v24", "200 accounts called again 20 tasks after the last, 10 callers", "V24",
        with_defaults(_RECURRING, accounts=200, away_days=20, agents=10, cycles=30), 30,
    ),
)  # fmt: skip
