"""One hand-made borrower and no engine: a test says what time it is, what staff do, and how luck falls.

A :class:`Story` holds the arrays of a run of one account and calls the transitions of ``stages.life`` itself. By
default the household is quiet: no shocks, no insolvency, no payments of its own accord, so that whatever happens is the
strategy's doing. Tests change the account's state directly where a case would be long in coming about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simcollect.core.clock import Calendar
from simcollect.core.codes import Action, EventKind, Hold
from simcollect.engine.contract import Arrays, Kernels, open_arrays, run_numbers, strategy_levers
from simcollect.population import build
from simcollect.scenario import load
from simcollect.scenario.flatten import flatten
from simcollect.stages.case import DAY, NEVER, Slot

Table = dict[str, Any]

BORROWER: Table = {
    "name": "Ann",
    "balance": 20_000.0,
    "interest": 400.0,
    "fees": 100.0,
    "instalment": 1_000.0,
    "arrears": 2_000.0,
    "dpd": 35,
    "apr": 0.24,
    "penalty_rate": 0.12,
    "income": 40_000.0,
    "spare": 4_000.0,
    "buffer": 6_000.0,
    "assets": 0.0,
    "attachable": 0.0,
    "willingness": 1.0,
    "attention": 0.5,
    "cell": "cash_flow_gap",
    "score": 0.5,
    "margin": 1_000.0,
    "vulnerable": False,
    "declared_vulnerable": False,
    "disputing": False,
    "strategic": False,
    "knows_schedule": False,
    "phone_valid": True,
    "email_valid": True,
    "consent": True,
    "preferred_channel": "call",
    "payday": 5,
}
QUIET: Table = {
    "cash": {"shock_onset_prob": 0.0, "shocked_at_arrival_prob": 0.0},
    "exit": {"insolvency_per_month": 0.0, "complaint_rate": 0.0},
}
OUTCOMES = ("pay_now", "promise", "plan", "hardship", "no_result", "dispute", "refuse", "cease")
CALL_CHAIN = (
    EventKind.DIALLED,
    EventKind.NO_ANSWER,
    EventKind.WRONG_PARTY,
    EventKind.ANSWERED,
    EventKind.CONVERSATION,
)


def always(outcome: str) -> Table:
    """Behaviour under which every conversation ends in one way."""
    return {"conversation": {name: 10.0 if name == outcome else 0.0 for name in OUTCOMES}}


def merged(*tables: Mapping[str, Any]) -> Table:
    """Tables laid over each other, the last on top."""
    result: Table = {}
    for table in tables:
        for key, value in table.items():
            both = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
            result[key] = merged(result[key], value) if both else value
    return result


class Story:
    """One account under one strategy."""

    def __init__(
        self,
        strategy: Table,
        *,
        behaviour: Table | None = None,
        rules: Table | None = None,
        economics: Table | None = None,
        capacity: Table | None = None,
        seed: int = 1,
        zone: str = "UTC",
        start: str = "2005-09-01",
        silent: bool = True,
        **borrower: Any,
    ) -> None:
        import datetime as dt

        self.scenario = load(
            {
                "run": {
                    "start_date": dt.date.fromisoformat(start),
                    "horizon_days": 1500,
                    "seed": seed,
                    "time_zone": zone,
                },
                "portfolio": {"source": "inline", "accounts": [{**BORROWER, **borrower}]},
                "behaviour": merged(QUIET, behaviour or {}),
                "rules": rules or {},
                "economics": economics or {},
                "capacity": capacity or {},
                "strategies": {"tried": strategy},
            }
        )
        flat = flatten(self.scenario, "tried")
        population = build(self.scenario, seed, 0)
        calendar = Calendar(self.scenario.run.start_date, 1500, tuple(population.zones))
        numbers = run_numbers(flat, calendar, seed, 0, False, False)
        self.arrays: Arrays = open_arrays(numbers, strategy_levers(flat), population.book)
        self.kernels = Kernels(self.arrays)
        self.now = 0
        self.waiting: list[tuple[int, int]] = []
        self.silent = silent
        self._advance()

    # -- looking ---------------------------------------------------------------------------------------------------

    @property
    def state(self) -> Any:
        """The account's state record; tests may write to it."""
        return self.arrays.state[0]

    @property
    def rows(self) -> np.ndarray[Any, Any]:
        """The log so far."""
        return self.arrays.rows()

    def of(self, *kinds: EventKind) -> np.ndarray[Any, Any]:
        """The rows of some kinds, in order."""
        return self.rows[np.isin(self.rows["kind"], kinds)]

    def count(self, kind: EventKind) -> int:
        return len(self.of(kind))

    def last(self, kind: EventKind) -> Any:
        found = self.of(kind)
        assert len(found), f"no {kind.name} in {self.kinds()}"
        return found[-1]

    def kinds(self) -> list[str]:
        """Names of everything that happened, in order: for messages."""
        return [EventKind(int(kind)).name for kind in self.rows["kind"]]

    @property
    def day(self) -> float:
        return self.now / DAY

    @property
    def balance(self) -> int:
        s = self.state
        return int(s["principal_cents"] + s["interest_cents"] + s["fees_cents"] + s["costs_cents"])

    @property
    def hold(self) -> Hold:
        return Hold(int(self.state["hold"]))

    # -- time ------------------------------------------------------------------------------------------------------

    def _advance(self) -> bool:
        """Let the next thing on the agenda happen."""
        at = int(self.state["due_at"].min())
        if at >= NEVER:
            return False
        assert at >= self.now, "the agenda points to the past"
        self.now = at
        self._take_in(self.kernels.happen(*self.arrays.args(), 0, at))
        return True

    def _take_in(self, outcome: tuple[int, int, int, bool]) -> None:
        _, _, request, stale = outcome
        if stale:
            self.waiting = [
                (action, pool)
                for action, pool in self.waiting
                if not self.kernels.withdraw(*self.arrays.args(), 0, self.now, action, pool)
            ]
        if request > 0:
            self.waiting.append((request % 32, request // 32))
        if self.silent:
            # A threshold that no pressure reaches: nothing is paid unless somebody brings it about.
            self.state["threshold_left"] = 1e12
            self.state["due_at"][Slot.OWN_PAYMENT] = NEVER

    def live(self, until_day: float, staff: bool = True) -> Story:
        """Let the account live until the start of a day; with ``staff``, whatever is asked of them is done at once."""
        until = int(until_day * DAY)
        while int(self.state["due_at"].min()) < until:
            self._advance()
            while staff and self.waiting:
                self.serve()
        self.now = until
        return self

    # -- staff -----------------------------------------------------------------------------------------------------

    def queued(self) -> list[Action]:
        """What waits for staff."""
        return [Action(action) for action, _ in self.waiting]

    def serve(self, skill: float = 1.0) -> Action:
        """Let staff take up the oldest waiting item and end it within the minute."""
        action, pool = self.waiting.pop(0)
        rule, again = self.kernels.begin(*self.arrays.args(), 0, self.now, action)
        if rule:
            self._take_in(self.kernels.block(*self.arrays.args(), 0, self.now, action, pool, rule, again))
            return Action(action)
        actor = pool * 100_000 + 1
        talked = self.kernels.take_up(*self.arrays.args(), 0, self.now, action, actor, 0)
        if action == Action.VISIT:
            talked = 20
        self.end(Action(action), talked, skill)
        return Action(action)

    def end(self, action: Action, talked: int = 0, skill: float = 1.0) -> None:
        """Let staff end work on an action, whether or not it was asked for."""
        outcome = self.kernels.complete(*self.arrays.args(), 0, self.now, int(action), 100_001, 5, talked, skill)
        self._take_in(outcome)

    def talk(self, action: Action = Action.CALL) -> None:
        """Let a conversation of five minutes end now."""
        self.end(action, 5)

    def forbidden(self, action: Action) -> tuple[int, int]:
        """The rule that forbids an action now (0: none), and from when it may be tried."""
        rule, again = self.kernels.begin(*self.arrays.args(), 0, self.now, int(action))
        return rule, again

    def offer(self, step: int = 0) -> None:
        """Let the settlement desk make an offer now, and the borrower answer it at once if he will answer."""
        self.state["queued_step"][Action.SETTLEMENT_OFFER] = 200 + step
        self.end(Action.SETTLEMENT_OFFER)
        if self.state["due_at"][Slot.OFFER_ANSWER] < NEVER:
            self.state["due_at"][Slot.OFFER_ANSWER] = self.now
            self._advance()
