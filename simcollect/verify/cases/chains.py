"""Absorbing chains: borrowers who move by the behaviour block's table of roll rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import CloseReason, EventKind, PaymentSource
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.outcomes.reading import Reading
from simcollect.scenario import Scenario
from simcollect.scenario.rolls import MOST_MONTHS, row_names
from simcollect.scenario.variation import varied
from simcollect.verify.base import base, borrowers
from simcollect.verify.case import Case, Given, Parameter, Theory
from simcollect.verify.theory.chains import Matrix, absorbed, state_vector, steps_until_absorbed, still_moving

Floats = NDArray[np.float64]

_MOST_STEPS: Final = 118
"""Due dates inside the longest run, ten years."""
_SETTLED: Final = 1e-7
_INSTALMENTS: Final = 1000
"""Instalments in a balance: so many that none is paid off by instalments alone."""
_LEAST: Final = 0.05
"""Smallest instalment, so that the cent of arrears with which every account opens is far less than one."""


def roll_table(q: Sequence[Sequence[float]], r: Sequence[Sequence[float]]) -> dict[str, Any]:
    """Return a chain as ``behaviour.rolls``: state i is i months behind; absorbing states are paid off, written off."""
    rows = zip(row_names(len(q) - 1), q, r, strict=True)
    return {name: {"paid_off": end[0], "to": list(to), "written_off": end[1]} for name, to, end in rows}


def check_chain(case: Case, q: Sequence[Sequence[float]], r: Sequence[Sequence[float]]) -> None:
    """Refuse a chain that is none, or that the engine's table of roll rates cannot hold."""
    m = len(q)
    if not 2 <= m <= MOST_MONTHS + 1 or any(len(row) != m for row in q):
        raise case.refuse("q", f"has {m} rows", f"Expected a square matrix of 2 to {MOST_MONTHS + 1} rows")
    if len(r) != m or any(len(row) != 2 for row in r):
        raise case.refuse("r", "is not the rest of q", f"Expected {m} rows of two shares: paid, bad")
    for i in range(m):
        if abs(sum(q[i]) + sum(r[i]) - 1.0) > 1e-9:
            found = f"and r have shares in row {i + 1} that add up to {sum(q[i]) + sum(r[i]):g}"
            raise case.refuse("q", found, "Expected 1")
        if any(share > 0.0 for share in q[i][i + 2 :]):
            found = f"moves from state {i + 1} more than one state on"
            raise case.refuse(
                "q", found, "Expected at most one step forward: nobody falls two instalments behind a month"
            )


def months_closed(reading: Reading, n: int, reason: CloseReason) -> NDArray[np.int64]:
    """Return the due date, counted from 1, on which each account was closed so, 0 if it was not; shape (n,)."""
    rows = reading.rows[reading.where(EventKind.CLOSED)]
    rows = rows[rows["detail"] == reason]
    months = np.zeros(n, dtype=np.int64)
    months[rows["account"]] = np.rint(rows["at"] / MINUTES_PER_DAY * 16 / 487)
    return months


@dataclass(frozen=True)
class AbsorbingChain(Case):
    """A chain with two ends, paid and bad.

    Exact: state i is i months behind, one step is one due date, and the table of roll rates decides. "Paid" is paid
    off, "bad" written off. A textbook's money is the balance by how it ended, with the instalments paid on the way.
    """

    states: tuple[str, ...] = ()

    def given(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return a value for every parameter; a chain of another size has no balances unless they are given too."""
        parameters = {parameter.name: parameter for parameter in self.parameters}
        if "q" in settings and "balances" not in settings:
            size = len(cast(Matrix, parameters["q"].read(settings["q"], self.name)))
            if size != len(cast(Matrix, parameters["balances"].default)):
                settings = {**settings, "balances": (0.0,) * size}
        return super().given(settings)

    def check(self, given: Given) -> None:
        """Refuse what is no chain, and balances that do not fit it."""
        q, r = given["q"], given["r"]
        check_chain(self, q, r)
        if len(given["balances"]) != len(q):
            raise self.refuse("balances", f"has {len(given['balances'])} entries", f"Expected {len(q)}, one a state")
        if still_moving(q, _MOST_STEPS) > _SETTLED:
            found = "keeps some accounts for longer than the longest run, ten years"
            raise self.refuse("q", found, "Expected a chain that is absorbed sooner")

    def theory(self, given: Given) -> Theory:
        """Return absorption probabilities, mean times and the split of the money."""
        ends, months = absorbed(given["q"], given["r"]), steps_until_absorbed(given["q"])
        names = self._names(given)
        found = {f"P(paid), from {name}": float(ends[i, 0]) for i, name in enumerate(names)}
        found |= {f"months to either, from {name}": float(months[i]) for i, name in enumerate(names)}
        if any(given["balances"]):
            found["balances paid"] = float(np.dot(given["balances"], ends[:, 0]))
            found["balances bad"] = float(np.dot(given["balances"], ends[:, 1]))
        return found

    def scenario(self, given: Given) -> Scenario:
        """Return a scenario with so many borrowers in each state."""
        n, accounts = given["borrowers"], []
        for state, money in enumerate(given["balances"]):
            balance = (money or 1000.0 * n) / n
            size = max(balance / _INSTALMENTS, _LEAST)
            accounts += borrowers(n, f"{state}-", balance=balance, instalment=size, arrears=state * size)
        steps = next(step for step in range(1, _MOST_STEPS + 1) if still_moving(given["q"], step) <= _SETTLED)
        return varied(
            base(),
            {
                "portfolio.accounts": accounts,
                "run.horizon_days": steps * 487 // 16 + 1,
                "behaviour.rolls": roll_table(given["q"], given["r"]),
            },
        )

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return shares of borrowers, mean months and balances by how they ended."""
        reading, names = Reading.at_day(logs["no_action"]), self._names(given)
        n = given["borrowers"] * len(names)
        paid = months_closed(reading, n, CloseReason.PAID_IN_FULL)
        bad = months_closed(reading, n, CloseReason.WRITTEN_OFF)
        by_state = (paid + bad).reshape(len(names), -1)
        share = (paid > 0).reshape(len(names), -1).mean(axis=1)
        found = {f"P(paid), from {name}": float(share[i]) for i, name in enumerate(names)}
        found |= {f"months to either, from {name}": float(by_state[i].mean()) for i, name in enumerate(names)}
        if any(given["balances"]):
            opened = reading.total(EventKind.OPENED).astype(np.float64) / scenario.economics.minor_units
            opened *= np.repeat(np.array(given["balances"]) > 0.0, given["borrowers"])
            found["balances paid"] = float(opened[paid > 0].sum())
            found["balances bad"] = float(opened[bad > 0].sum())
        return found

    def _names(self, given: Given) -> list[str]:
        m = len(given["q"])
        return list(self.states) if len(self.states) == m else [f"state {i + 1}" for i in range(m)]


@dataclass(frozen=True)
class StateVectors(Case):
    """A chain without ends: where borrowers who start in good standing are after so many months.

    Exact: Kallberg and Saunders' NC is 0 months behind here, their 0, 1, 2, 3+ are 1, 2, 3, 4 or more. A borrower's
    state is read off the log: instalments due less payments.
    """

    states: tuple[str, ...] = ()

    def check(self, given: Given) -> None:
        """Refuse what is no chain."""
        check_chain(self, given["q"], ((0.0, 0.0),) * len(given["q"]))
        for month in given["months"]:
            if month != int(month) or not 1 <= month <= _MOST_STEPS:
                raise self.refuse("months", f"has {month:g}", f"Expected whole numbers from 1 to {_MOST_STEPS}")

    def theory(self, given: Given) -> Theory:
        """Return the state vectors."""
        m = len(given["q"])
        found: dict[str, float] = {}
        for month in given["months"]:
            vector = state_vector(given["q"], [1.0] + [0.0] * (m - 1), int(month))
            found |= {self._name(given, state, month): float(vector[state]) for state in range(m)}
        return found

    def scenario(self, given: Given) -> Scenario:
        """Return a scenario of borrowers with nothing overdue."""
        q = given["q"]
        return varied(
            base(),
            {
                "portfolio.accounts": borrowers(given["borrowers"], balance=100_000.0, arrears=0.0),
                "run.horizon_days": int(max(given["months"])) * 487 // 16 + 2,
                "behaviour.rolls": roll_table(q, ((0.0, 0.0),) * len(q)),
            },
        )

    def estimates(self, logs: Mapping[str, EventLog], scenario: Scenario, given: Given) -> Mapping[str, float]:
        """Return the share of borrowers in each state."""
        log, m = logs["no_action"], len(given["q"])
        found: dict[str, float] = {}
        for month in given["months"]:
            reading = Reading.at_day(log, int(month) * 487 // 16 + 1)
            rows = reading.rows[reading.where(EventKind.PAYMENT)]
            paid = rows[rows["detail"] == PaymentSource.OWN_ACCORD]
            arrears = reading.total(EventKind.INSTALMENT_DUE, EventKind.REDEFAULTED)
            np.subtract.at(arrears, paid["account"], paid["amount_cents"])
            state = np.minimum(np.rint(arrears / log.accounts["instalment_cents"]).astype(np.int64), m - 1)
            share = np.bincount(state, minlength=m) / len(state)
            found |= {self._name(given, i, month): float(share[i]) for i in range(m)}
        return found

    def _name(self, given: Given, state: int, month: float) -> str:
        named = self.states[state] if len(self.states) == len(given["q"]) else str(state + 1)
        return f"in state {named} after {month:g} months"


def _chain(
    name: str, title: str, source: str, states: tuple[str, ...], q: Any, r: Any, balances: tuple[float, ...]
) -> AbsorbingChain:
    parameters = (
        Parameter("q", q, "shares", "Moves among the states of arrears in a month, a row a state.", 0.0, 1.0),
        Parameter("r", r, "shares", "Moves from each state to paid and to bad.", 0.0, 1.0),
        Parameter("balances", balances, "money", "What is owed in each state; 0: left out of the sums.", 0.0, 1e9),
        Parameter("borrowers", 200, "accounts", "Borrowers who start in each state.", 1, 100_000),
    )
    return AbsorbingChain(name, title, source, parameters, states=states)


CASES: Final[tuple[Case, ...]] = (
    _chain(
        "absorbing_chain", "Current and overdue accounts, UC Limited", "V1, published example",
        ("current", "overdue"), ((0.5, 0.2), (0.3, 0.1)), ((0.3, 0.0), (0.5, 0.1)), (70_000.0, 30_000.0),
    ),
    StateVectors(
        "chain_five_states", "Credit states of trade customers month by month", "V2, Kallberg and Saunders 1983",
        (
            Parameter(
                "q",
                (
                    (0.79, 0.21, 0.0, 0.0, 0.0),
                    (0.09, 0.73, 0.18, 0.0, 0.0),
                    (0.09, 0.51, 0.0, 0.40, 0.0),
                    (0.07, 0.38, 0.0, 0.0, 0.55),
                    (0.06, 0.32, 0.0, 0.0, 0.62),
                ),
                "shares", "Moves among the states in a month, a row a state.", 0.0, 1.0,
            ),
            Parameter("months", (2.0, 3.0, 4.0, 5.0, 10.0), "months", "When the states are read.", 1.0, _MOST_STEPS),
            Parameter("borrowers", 250, "accounts", "Borrowers a replication.", 1, 100_000),
        ),
        states=("NC", "0", "1", "2", "3+"),
    ),
    _chain(
        "chain_four_buckets", "A new account and three months overdue", "V3, exercise",
        ("new", "1 month", "2 months", "3 months"),
        ((0.0, 0.6, 0.0, 0.0), (0.0, 0.0, 0.5, 0.0), (0.0, 0.0, 0.0, 0.4), (0.0, 0.0, 0.0, 0.0)),
        ((0.4, 0.0), (0.5, 0.0), (0.6, 0.0), (0.7, 0.3)), (0.0, 0.0, 0.0, 0.0),
    ),
    _chain(
        "chain_three_buckets", "Sales on credit that are paid sooner or later", "V4, A&W store, exercise",
        ("month 1", "month 2", "month 3"),
        ((0.0, 0.2, 0.0), (0.0, 0.0, 0.1), (0.0, 0.0, 0.0)), ((0.8, 0.0), (0.9, 0.0), (0.85, 0.15)),
        (150_000.0, 0.0, 0.0),
    ),
    _chain(
        "chain_department_store", "Accounts 1 to 30 and 31 to 60 days overdue", "V5, department store, exercise",
        ("good standing", "1-30 days", "31-60 days"),
        ((0.0, 0.0, 0.0), (0.0, 0.25, 0.25), (0.0, 0.05, 0.25)), ((1.0, 0.0), (0.5, 0.0), (0.5, 0.2)),
        (0.0, 40_000.0, 50_000.0),
    ),
    _chain(
        "chain_supply_company", "Current accounts and two classes of overdue ones", "V6, supply company, exercise",
        ("C", "I", "II"), ((0.0, 0.2, 0.0), (0.0, 0.3, 0.3), (0.0, 0.6, 0.1)), ((0.8, 0.0), (0.4, 0.0), (0.2, 0.1)),
        (1_000_000.0, 900_000.0, 600_000.0),
    ),
    _chain(
        "chain_two_buckets", "Two classes of accounts", "V7, Render and Stair (inputs from memory)",
        ("0-1 month", "1-3 months"), ((0.2, 0.2), (0.3, 0.2)), ((0.6, 0.0), (0.4, 0.1)), (2_000.0, 5_000.0),
    ),
)  # fmt: skip
