"""Queues: many servers with patient, impatient and finitely many customers; waiting times, not only their means.

Rates are per unit of time, any unit; times come out in the same.

References
----------
Erlang 1917; Palm 1957 (patience); Gross, Shortle, Thompson, Harris 2008, Fundamentals of queueing theory, chapter 3;
Garnett, Mandelbaum, Reiman 2002, Designing a call center with impatient customers, MSOM 4(3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betainc
from scipy.stats import norm

Floats = NDArray[np.float64]

TAIL: Final = 1e-15
"""Probability beyond which a chain without end is cut off; well below the 1e-12 that results are good to."""


def erlang_b(load: float, agents: int) -> float:
    """Return the probability that a customer is lost if nobody can wait.

    Parameters
    ----------
    load
        Arrival rate times mean service time, above 0.

    Examples
    --------
    >>> round(erlang_b(2.0, 3), 6)
    0.210526
    """
    lost = 1.0
    for k in range(1, agents + 1):
        lost = load * lost / (k + load * lost)
    return lost


@dataclass(frozen=True)
class Patient:
    """The queue M/M/n (Erlang C): everybody waits until served. Needs a load below the number of agents.

    Attributes
    ----------
    arrival_rate, service_rate
        Customers, and services an agent, per unit of time.
    agents
        Servers.
    """

    arrival_rate: float
    service_rate: float
    agents: int

    @property
    def load(self) -> float:
        """Mean number of busy agents."""
        return self.arrival_rate / self.service_rate

    @property
    def utilisation(self) -> float:
        """Share of the time that an agent is busy."""
        return self.load / self.agents

    @property
    def wait_prob(self) -> float:
        """Probability that a customer waits."""
        lost = erlang_b(self.load, self.agents)
        return self.agents * lost / (self.agents - self.load * (1.0 - lost))

    @property
    def spare_rate(self) -> float:
        """Services that all agents could do beyond the arrivals, per unit of time."""
        return self.agents * self.service_rate - self.arrival_rate

    @property
    def mean_wait(self) -> float:
        """Mean wait of all customers."""
        return self.wait_prob / self.spare_rate

    @property
    def mean_queue(self) -> float:
        """Mean number of customers who wait."""
        return self.arrival_rate * self.mean_wait

    @property
    def mean_in_system(self) -> float:
        """Mean number of customers who wait or are served."""
        return self.mean_queue + self.load

    def within(self, time: float) -> float:
        """Return the probability of a wait of at most ``time``: the service level."""
        return 1.0 - self.wait_prob * math.exp(-self.spare_rate * time)

    def quantile(self, share: float) -> float:
        """Return the wait that a share of the customers (0 to 1) does not exceed; 0 if they do not wait."""
        return max(0.0, math.log(self.wait_prob / (1.0 - share)) / self.spare_rate)


@dataclass(frozen=True)
class Impatient:
    """The queue M/M/n+M (Erlang A): whoever waits gives up after an exponential time. Any load, patience finite.

    A wait ends by service or by giving up; waits are those of all customers.

    Attributes
    ----------
    arrival_rate, service_rate, patience_rate
        Customers; services an agent; customers that give up, for each who waits. Per unit of time, above 0.
    agents
        Servers.
    """

    arrival_rate: float
    service_rate: float
    agents: int
    patience_rate: float

    @cached_property
    def in_system(self) -> Floats:
        """Probability of 0, 1, 2, ... customers who wait or are served; beyond lies less than ``TAIL``."""
        logs, k = [0.0], 0
        while True:
            k += 1
            out = min(k, self.agents) * self.service_rate + max(k - self.agents, 0) * self.patience_rate
            logs.append(logs[-1] + math.log(self.arrival_rate / out))
            ratio = self.arrival_rate / out
            # beyond k the terms fall faster than a geometric series of this ratio
            if k > self.agents and ratio < 1.0 and logs[-1] - math.log1p(-ratio) < max(logs) + math.log(TAIL):
                break
        found = np.exp(np.array(logs) - max(logs))
        total: Floats = found / found.sum()
        return total

    @property
    def wait_prob(self) -> float:
        """Probability that a customer waits."""
        return float(self.in_system[self.agents :].sum())

    @property
    def mean_queue(self) -> float:
        """Mean number of customers who wait."""
        waiting = np.maximum(np.arange(len(self.in_system)) - self.agents, 0)
        return float(waiting @ self.in_system)

    @property
    def mean_busy(self) -> float:
        """Mean number of busy agents."""
        return float(np.minimum(np.arange(len(self.in_system)), self.agents) @ self.in_system)

    @property
    def mean_in_system(self) -> float:
        """Mean number of customers who wait or are served."""
        return self.mean_queue + self.mean_busy

    @property
    def utilisation(self) -> float:
        """Share of the time that an agent is busy."""
        return self.mean_busy / self.agents

    @property
    def abandon_prob(self) -> float:
        """Probability that a customer gives up."""
        return self.patience_rate * self.mean_queue / self.arrival_rate

    @property
    def mean_wait(self) -> float:
        """Mean wait of all customers, those who give up included."""
        return self.mean_queue / self.arrival_rate

    def beyond(self, time: float) -> float:
        """Return the probability of a wait longer than ``time``.

        A customer who meets j others waiting is next after j + 1 departures; with i still before him they come at rate
        ``agents x service_rate + i x patience_rate``. In units of patience the exponential of minus each of these times
        is a Beta(a + i, 1) variate, and their product a Beta(a, j + 1). He waits while that has not happened and his
        own patience lasts.
        """
        met = self.in_system[self.agents :]
        a = self.agents * self.service_rate / self.patience_rate
        not_yet = betainc(a, np.arange(len(met)) + 1.0, math.exp(-self.patience_rate * time))
        return float(met @ not_yet) * math.exp(-self.patience_rate * time)

    def within(self, time: float) -> float:
        """Return the probability of a wait of at most ``time``."""
        return 1.0 - self.beyond(time)

    def quantile(self, share: float) -> float:
        """Return the wait that a share of the customers (0 to 1) does not exceed; 0 if they do not wait."""
        if self.wait_prob <= 1.0 - share:
            return 0.0
        longest = math.log(self.wait_prob / (1.0 - share)) / self.patience_rate  # patience alone ends waits by then
        return float(brentq(lambda time: self.beyond(time) - (1.0 - share), 0.0, longest, xtol=1e-12))

    def in_the_limit(self) -> tuple[float, float]:
        """Return P(wait) and P(abandon) in the limit of many agents at this square-root safety staffing.

        References
        ----------
        Garnett, Mandelbaum, Reiman 2002, theorem 4.
        """
        load = self.arrival_rate / self.service_rate
        beta = (self.agents - load) / math.sqrt(load)
        ease = math.sqrt(self.service_rate / self.patience_rate)

        def hazard(x: float) -> float:
            return float(norm.pdf(x) / norm.sf(x))

        wait = 1.0 / (1.0 + hazard(beta * ease) / ease / hazard(-beta))
        return wait, wait * (hazard(beta * ease) / ease - beta) / math.sqrt(self.agents)


@dataclass(frozen=True)
class FiniteSource:
    """The queue M/M/n//N: each of N accounts comes back to the line some time after it was served.

    The time away may have any distribution with this mean: the number waiting does not depend on its form.

    Attributes
    ----------
    accounts
        N, at least 1.
    return_rate, service_rate
        Returns of an account that is away, and services an agent, per unit of time.
    agents
        Servers.
    """

    accounts: int
    return_rate: float
    service_rate: float
    agents: int

    @cached_property
    def in_system(self) -> Floats:
        """Probability of 0 to N accounts that wait or are served."""
        logs = [0.0]
        for k in range(1, self.accounts + 1):
            come = (self.accounts - k + 1) * self.return_rate
            logs.append(logs[-1] + math.log(come / (min(k, self.agents) * self.service_rate)))
        found = np.exp(np.array(logs) - max(logs))
        total: Floats = found / found.sum()
        return total

    @property
    def mean_in_system(self) -> float:
        """Mean number of accounts that wait or are served."""
        return float(np.arange(self.accounts + 1) @ self.in_system)

    @property
    def mean_queue(self) -> float:
        """Mean number of accounts that wait."""
        return float(np.maximum(np.arange(self.accounts + 1) - self.agents, 0) @ self.in_system)

    @property
    def throughput(self) -> float:
        """Services per unit of time."""
        return (self.accounts - self.mean_in_system) * self.return_rate

    @property
    def utilisation(self) -> float:
        """Share of the time that an agent is busy."""
        return self.throughput / self.service_rate / self.agents

    @property
    def mean_wait(self) -> float:
        """Mean wait of an account that comes to the line."""
        return self.mean_queue / self.throughput


def general_mean_wait(arrival_rate: float, mean_service: float, service_cv: float) -> float:
    """Return the mean wait in M/G/1: one agent, services of any distribution.

    Parameters
    ----------
    arrival_rate, mean_service
        Their product is below 1.
    service_cv
        Standard deviation of the service time over its mean.

    References
    ----------
    Pollaczek 1930, Khinchin 1932.
    """
    load = arrival_rate * mean_service
    return load * mean_service * (1.0 + service_cv * service_cv) / 2.0 / (1.0 - load)
