"""Queues: the real work lists, pools and clock as Erlang C, Erlang A, M/G/1.

How the engine becomes a queue, by settings alone: accounts of the flow arrive as a Poisson process at any minute; each
needs one analysis of its case, found at once; negotiators work around the clock; task times vary without memory. An
account that pays in full of its own accord while it waits has its item withdrawn: that is a customer who gives up.

The clock counts whole minutes, so a mean task is laid out over hundreds of them: ``run_minutes``. What that moves is
in proportion to one minute over the mean task: at 480 minutes P(wait) is lower by 0.3 to 0.5 % of itself (who waits for
less than a minute is served at once), means by 0.1 %. That is a tenth to a fifth of the standard errors here.

A run begins with the mean number in system; four time constants of the queue are left out at the start, and at the end
the arrivals of the last twelve mean tasks, which might still be waiting. Standard errors come from replications, each
with a book of its own.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np

from simcollect.core.codes import Pool
from simcollect.core.eventlog import EventLog
from simcollect.scenario import Scenario
from simcollect.scenario.kinds import MAX_DAYS
from simcollect.scenario.variation import varied
from simcollect.verify.base import base
from simcollect.verify.case import Case, Given, Parameter, Theory, Value
from simcollect.verify.line import Minutes, Window, balance_of, line_of
from simcollect.verify.settings import around_the_clock, assumed, with_defaults
from simcollect.verify.theory.queues import Impatient, Patient, general_mean_wait

DAY: Final = 1440
DAYS_A_MONTH: Final = 487 / 16
RELAXATIONS: Final = 4.0
"""Time constants of the queue left out at the start, which begins at the mean number in system."""
TAIL_TASKS: Final = 12
"""Mean tasks at the end of a run whose arrivals do not count: most of those who come then are still waiting."""
SPANS: Final = 5.0
"""Fewest time constants that a replication may count: averages over fewer are so skewed that, of 40 of them, the mean
lies below theory by more standard errors than the verdict allows, far too often."""
WAITING: Final = 50.0
"""Fewest customers who may be expected to wait in a replication, for the same reason."""
Queue: TypeAlias = Patient | Impatient

_ARRIVALS = Parameter("arrivals_per_hour", 200.0, "customers an hour", "How many come.", 1e-6, 1e6)
_SERVICE = Parameter("service_seconds", 180.0, "seconds", "Mean time of a service.", 1e-3, 1e6)
_AGENTS = Parameter("agents", 14, "agents", "Servers.", 1, 500)
_ANSWER = Parameter("answer_seconds", 20.0, "seconds", "The wait that the service level allows.", 0.0, 1e6)
_PATIENCE = Parameter("patience_seconds", 120.0, "seconds", "Mean time until a waiting customer gives up.", 1e-2, 1e6)
_CUSTOMERS = Parameter("customers", 2500, "customers", "About how many count in a replication.", 100, 10_000_000)
_MINUTES = Parameter("run_minutes", 480, "minutes", "Minutes of the run that stand for a mean service.", 100, 14_400)


class OpenQueue(Case):
    """A queue whose customers come from outside, as a Poisson process."""

    @abstractmethod
    def queue(self, given: Given) -> Queue:
        """Return the queue of theory, in units of a mean service."""

    def task_times(self, given: Given) -> dict[str, Any]:
        """Return the changes that spread task times."""
        return {"capacity.task_times": "exponential"}

    def check(self, given: Given) -> None:
        """Refuse what never comes to rest, and runs that are longer than a run can be."""
        queue = self.queue(given)
        if isinstance(queue, Patient) and queue.utilisation >= 1.0:
            raise self.refuse(
                "arrivals_per_hour",
                f"keeps {queue.load:g} agents busy",
                f"Expected less than the {queue.agents} there are: nobody gives up, so the queue would grow for ever",
                "Add agents, or ask erlang_a, whose customers give up.",
            )
        least = math.ceil(max(SPANS * self.relaxation(given) * queue.arrival_rate, WAITING / queue.wait_prob))
        if given["customers"] < least:
            raise self.refuse(
                "customers",
                f"is {given['customers']:,}",
                f"Expected {least:,} or more: {WAITING:g} of them must wait, over {SPANS:g} time constants of the line",
                "Raise customers; averages over a shorter run are too skewed for a verdict by standard errors.",
            )
        if self._days(given) > MAX_DAYS:
            raise self.refuse(
                "customers",
                f"needs {self._days(given):,} days",
                f"Expected at most {MAX_DAYS:,}, the longest run",
                "Lower customers or run_minutes, and ask for more replications.",
            )

    def relaxation(self, given: Given) -> float:
        """Return the time constant of the queue, in mean services: how fast it forgets where it began.

        References
        ----------
        Spectral gap of M/M/n, (sqrt(n mu) - sqrt(lambda))^2 where it is below one service (Karlin, McGregor 1957).
        Whoever gives up makes the line forget faster, and alone bounds it where more come than can be served.
        """
        queue = self.queue(given)
        gap = (math.sqrt(queue.agents) - math.sqrt(queue.arrival_rate)) ** 2
        if isinstance(queue, Impatient):
            gap = queue.patience_rate if queue.arrival_rate >= queue.agents else max(gap, queue.patience_rate)
        return max(1.0, 1.0 / gap)

    def window(self, given: Given) -> Window:
        """Return the minutes that count."""
        start = DAY + math.ceil(RELAXATIONS * self.relaxation(given) * given["run_minutes"])  # the flow starts on day 1
        length = given["customers"] / self.queue(given).arrival_rate * given["run_minutes"]
        return Window(start, start + math.ceil(length))

    def _days(self, given: Given) -> int:
        return -(-(self.window(given).end + TAIL_TASKS * int(given["run_minutes"])) // DAY)

    def scenario(self, given: Given) -> Scenario:
        """Return the engine as this queue."""
        queue, minutes = self.queue(given), int(given["run_minutes"])
        per_day = DAY / minutes
        patience = queue.patience_rate * per_day if isinstance(queue, Impatient) else 0.0
        willing = 0.99
        cells = ("forgetful", "cash_flow_gap", "hardship", "over_indebted", "unwilling", "disputing", "unreachable")
        alike: dict[str, Any] = {}
        for cell in cells:
            place = f"behaviour.cells.{cell}"
            alike |= {
                f"{place}.buffer_median": 3.0 if patience > 0.0 else 0.0,  # instalments, one of which is the whole debt
                f"{place}.no_spare_share": 1.0,
                f"{place}.willingness_median": willing,
                f"{place}.vulnerable_share": 0.0,
            }
        marginals = {name: {"family": "constant", "params": [100.0]} for name in ("balance", "instalment", "limit")}
        marginals |= {"dpd": {"family": "constant", "params": [0.0]}, "apr": {"family": "constant", "params": [0.0]}}
        analyse = {"mid": {"enter_dpd": 0, "steps": [{"action": "case_analysis", "day": 0}]}, "early": {"enter_dpd": 0}}
        never = {"late": {"enter_dpd": MAX_DAYS}, "final": {"enter_dpd": MAX_DAYS}}
        return varied(
            base(),
            {
                "run.horizon_days": self._days(given),
                "run.fix_book": False,
                "portfolio": {
                    "source": "synthetic",
                    "n_stock": round(queue.mean_in_system),
                    "flow_per_month": queue.arrival_rate * per_day * DAYS_A_MONTH,
                    "flow_count": "poisson",
                    "arrival_minute": "uniform",
                    "apr": 0.0,
                    "synthetic": {"marginals": marginals},
                },
                **around_the_clock("negotiators", queue.agents),
                "capacity.tasks.case_analysis": assumed(float(minutes), "minutes"),
                **self.task_times(given),
                **alike,
                "behaviour.latent.willingness_log_odds_sd": 0.0,
                "behaviour.latent.buffer_log_sd": 0.0,
                "behaviour.latent.strategic_share_of_able": 0.0,
                "behaviour.payment.base_rate_per_day": assumed(max(patience, 1e-9) / willing, "payments per day"),
                "behaviour.payment.ageing_days": assumed(1e6, "days"),
                "behaviour.payment.attention_floor": 1.0,
                "behaviour.payment.full_share": 1.0,
                "strategies.line": {**analyse, **never, "work": {"review": "at_once"}},
            },
        )

    def strategies(self, given: Given) -> tuple[str, ...]:
        """Return the one strategy."""
        return ("line",)

    def seconds(self, minutes: float, given: Given) -> float:
        """Return minutes of the run in the customer's seconds."""
        return float(minutes) * float(given["service_seconds"]) / float(given["run_minutes"])

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return what the log says within the window."""
        log = logs["line"]
        line, window = line_of(log, Pool.NEGOTIATORS), self.window(given)
        waits = line.waits[window.holds(line.queued_at)]
        services = (line.ended_at - line.started_at)[window.holds(line.started_at)] / given["run_minutes"]
        return {
            "P(wait)": float(np.mean(waits > 0)),
            "mean wait (s)": self.seconds(float(np.mean(waits)), given),
            **self.levels(waits, given),
            "mean queue": window.mean_number(line.queued_at, line.left_at),
            "utilisation": window.mean_number(line.started_at, line.ended_at) / self.queue(given).agents,
            "variance of the service time": float(np.var(services, ddof=1)),
            "L / (lambda W)": balance_of(log, Pool.NEGOTIATORS).line_ratio,
        }

    def levels(self, waits: Minutes, given: Given) -> dict[str, float]:
        """Return the shares of customers that wait no longer, and longer, than theory has a number for."""
        answer = given["answer_seconds"] / given["service_seconds"] * given["run_minutes"]
        longest = self.queue(given).quantile(LONG) * given["run_minutes"]
        return {_name_of_level(given): float(np.mean(waits <= answer)), _LONGER: float(np.mean(waits > longest))}


def _name_of_level(given: Given) -> str:
    return f"P(wait <= {given['answer_seconds']:g} s)"


LONG: Final = 0.9
"""Share of customers who wait no longer than the quantile that a case looks at."""
_LONGER: Final = "P(wait > 90th percentile)"


def _expected(queue: Queue, given: Given) -> dict[str, float]:
    """Return the same measures, from theory (``queue`` in units of a mean service)."""
    return {
        "P(wait)": queue.wait_prob,
        "mean wait (s)": queue.mean_wait * given["service_seconds"],
        _name_of_level(given): queue.within(given["answer_seconds"] / given["service_seconds"]),
        _LONGER: min(1.0 - LONG, queue.wait_prob),
        "mean queue": queue.mean_queue,
        "utilisation": queue.utilisation,
    }


class ErlangC(OpenQueue):
    """Everybody waits until served."""

    def queue(self, given: Given) -> Patient:
        """Return M/M/n."""
        return Patient(given["arrivals_per_hour"] * given["service_seconds"] / 3600.0, 1.0, given["agents"])

    def theory(self, given: Given) -> Theory:
        """Return Erlang's delay formula and what follows from it."""
        return {
            **_expected(self.queue(given), given),
            "variance of the service time": 1.0 - 1.0 / given["run_minutes"],  # of whole minutes without memory
            "L / (lambda W)": 1.0,
        }


class ErlangA(OpenQueue):
    """Whoever waits gives up after a time: the borrower pays in full of his own accord."""

    def queue(self, given: Given) -> Impatient:
        """Return M/M/n+M."""
        rate = given["arrivals_per_hour"] * given["service_seconds"] / 3600.0
        return Impatient(rate, 1.0, given["agents"], given["service_seconds"] / given["patience_seconds"])

    def theory(self, given: Given) -> Theory:
        """Return the birth-death chain's measures, and the identities that hold for each of them (V22)."""
        queue = self.queue(given)
        return {
            **_expected(queue, given),
            "P(give up)": queue.abandon_prob,
            "P(give up) - theta x mean wait": 0.0,
            "P(give up) x lambda - theta x mean queue": 0.0,
            "variance of the service time": 1.0 - 1.0 / given["run_minutes"],
            "L / (lambda W)": 1.0,
        }

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return what the log says within the window; identities in units of a mean service."""
        said = dict(super().estimates(logs, scenario, given))
        line, window, queue = line_of(logs["line"], Pool.NEGOTIATORS), self.window(given), self.queue(given)
        mine = window.holds(line.queued_at)
        gave_up = float(np.mean(line.was_withdrawn[mine]))
        wait = said["mean wait (s)"] / given["service_seconds"]
        left = window.holds(line.left_at) & line.was_withdrawn
        rate = float(left.sum()) / window.length * given["run_minutes"]
        return {
            **said,
            "P(give up)": gave_up,
            "P(give up) - theta x mean wait": gave_up - queue.patience_rate * wait,
            "P(give up) x lambda - theta x mean queue": rate - queue.patience_rate * said["mean queue"],
        }


class GeneralService(OpenQueue):
    """One agent, services that are fixed or lognormal: only the mean wait has a formula."""

    def queue(self, given: Given) -> Patient:
        """Return M/M/1, for its load and its time constant."""
        return Patient(given["arrivals_per_hour"] * given["service_seconds"] / 3600.0, 1.0, 1)

    def task_times(self, given: Given) -> dict[str, Any]:
        """Return lognormal times of this spread; none if it is 0."""
        if given["service_log_sd"] == 0.0:
            return {"capacity.task_times": "fixed"}
        spread = assumed(given["service_log_sd"], "log")
        return {"capacity.task_times": "lognormal", "capacity.task_time_sd": spread}

    def levels(self, waits: Minutes, given: Given) -> dict[str, float]:
        """Return nothing: theory has no number."""
        return {}

    def theory(self, given: Given) -> Theory:
        """Return the formula of Pollaczek and Khinchin."""
        rate = self.queue(given).arrival_rate
        square = math.exp(given["service_log_sd"] ** 2)
        wait = general_mean_wait(rate, 1.0, math.sqrt(square - 1.0))
        return {
            "P(wait)": rate,
            "mean wait (s)": wait * given["service_seconds"],
            "mean queue": rate * wait,
            "utilisation": rate,
            "variance of the service time": square - 1.0,
            "L / (lambda W)": 1.0,
        }


_ERLANG_C = (_ARRIVALS, _SERVICE, _AGENTS, _ANSWER, _CUSTOMERS, _MINUTES)
_ERLANG_A = (_ARRIVALS, _SERVICE, _PATIENCE, _AGENTS, _ANSWER, _CUSTOMERS, _MINUTES)
_GENERAL = (
    _ARRIVALS,
    _SERVICE,
    Parameter("service_log_sd", 0.6, "log", "Spread of lognormal service times; 0: all alike.", 0.0, 2.0),
    _CUSTOMERS,
    _MINUTES,
)


def _erlang_c(name: str, title: str, source: str, slow: bool = False, **defaults: Value) -> ErlangC:
    return ErlangC(name, title, source, with_defaults(_ERLANG_C, **defaults), slow=slow)


def _erlang_a(name: str, title: str, source: str, **defaults: Value) -> ErlangA:
    defaults = {"service_seconds": 60.0, "answer_seconds": 20.0, "customers": 5000, **defaults}
    return ErlangA(name, title, source, with_defaults(_ERLANG_A, **defaults), slow=True)


_CENTRE: Final[dict[str, Value]] = {"arrivals_per_hour": 2880.0, "agents": 50, "customers": 5000}
"""48 customers a minute, services of a minute, 50 agents."""

CASES: Final[tuple[Case, ...]] = (
    _erlang_c("erlang_c", "Erlang C: 200 calls an hour, 180 s, 14 agents", "V9, Erlang 1917"),
    _erlang_c("erlang_c_v9b", "The same with 11 agents", "V9b", agents=11),
    _erlang_c("erlang_c_v9c_12", "The same with 12 agents", "V9c", agents=12),
    _erlang_c("erlang_c_v9c_13", "The same with 13 agents", "V9c", agents=13),
    _erlang_c(
        "erlang_c_v10", "30 calls an hour, 60 s, 2 agents, answered in 10 s", "V10",
        arrivals_per_hour=30.0, service_seconds=60.0, agents=2, answer_seconds=10.0,
    ),
    _erlang_c(
        "erlang_c_v11", "The same with calls of 80 s", "V11",
        arrivals_per_hour=30.0, service_seconds=80.0, agents=2, answer_seconds=10.0,
    ),
    _erlang_c(
        "erlang_c_v12", "120 customers an hour, 3 min, 10 servers", "V12",
        arrivals_per_hour=120.0, agents=10,
    ),
    _erlang_c(
        "erlang_c_v13", "720 calls an hour, 4 min, 55 agents, answered in 15 s", "V13",
        arrivals_per_hour=720.0, service_seconds=240.0, agents=55, answer_seconds=15.0, customers=4000,
    ),
    _erlang_c("erlang_c_v14", "Load 2, 3 servers", "V14", arrivals_per_hour=40.0, agents=3),
    _erlang_c("erlang_c_v15", "Load 3, 5 servers", "V15", arrivals_per_hour=60.0, agents=5),
    _erlang_c(
        "erlang_c_v16", "48 calls a minute, 1 min, 50 agents, nobody gives up", "V16; Mandelbaum, Zeltyn", True,
        **{**_CENTRE, "service_seconds": 60.0, "customers": 12_000, "run_minutes": 360},
    ),
    _erlang_a("erlang_a", "Erlang A: 48 calls a minute, 50 agents, patience 2 min", "V17, V22; Palm 1957", **_CENTRE),
    _erlang_a("erlang_a_v18_1", "The same with patience of 1 min", "V18, V22", **_CENTRE, patience_seconds=60.0),
    _erlang_a("erlang_a_v18_2", "The same with patience of 30 s", "V18, V22", **_CENTRE, patience_seconds=30.0),
    _erlang_a(
        "erlang_a_v19", "More calls than 50 agents can answer: 55 a minute, patience 2 min", "V19, V22",
        **{**_CENTRE, "arrivals_per_hour": 3300.0},
    ),
    _erlang_a(
        "erlang_a_v20", "Patience equal to service: the number in system is Poisson", "V20, V22",
        arrivals_per_hour=120.0, agents=2, patience_seconds=60.0, customers=4000,
    ),
    _erlang_a(
        "erlang_a_v21", "As many agents as load: 100 calls a minute, 100 agents, patience 1 min", "V21, V22",
        arrivals_per_hour=6000.0, agents=100, patience_seconds=60.0, customers=5000,
    ),
    GeneralService(
        "general_service", "One agent, lognormal services", "Pollaczek 1930, Khinchin 1932",
        with_defaults(_GENERAL, arrivals_per_hour=14.0, customers=1500),
    ),
    GeneralService(
        "fixed_service", "One agent, all services alike", "Pollaczek 1930, Khinchin 1932",
        with_defaults(_GENERAL, arrivals_per_hour=14.0, service_log_sd=0.0, customers=1500),
    ),
)  # fmt: skip
