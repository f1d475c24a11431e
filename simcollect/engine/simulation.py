"""A run on SimPy's clock: builds the processes, keeps the queues, calls the transitions. The model is elsewhere."""

from __future__ import annotations

import numpy as np
import simpy

from simcollect.core.clock import Calendar
from simcollect.core.codes import Action, EventKind, Pool, Rule
from simcollect.core.errors import SimcollectError
from simcollect.core.eventlog import ACCOUNT_DTYPE, EventLog, LogHeader
from simcollect.engine.contract import CALLS_PER_PAGE, Arrays, Kernels, open_arrays, order, run_numbers, strategy_levers
from simcollect.engine.policy import ACTIONS, Policy, view_of
from simcollect.engine.processes import CALLS, Desk, Moment, account_life, shifts
from simcollect.engine.staff import Team, pools_in_use, team
from simcollect.population import Population, build
from simcollect.scenario import Scenario
from simcollect.scenario.flatten import flatten
from simcollect.stages import life
from simcollect.stages.action import REQUEST_POOL
from simcollect.stages.case import DAY, Slot
from simcollect.stages.worklist import Item

POOLS = (Pool.CALLERS, Pool.NEGOTIATORS, Pool.LEGAL_OFFICERS, Pool.SETTLEMENT_DESK)


class Simulation:
    """One replication of one strategy, which can be run in one piece or in many.

    Parameters
    ----------
    scenario : Scenario
        What is simulated.
    strategy : str or Policy
        The name of one of the scenario's strategies, or a policy of one's own.
    seed : int, optional
        Seed of all keyed draws; the scenario's own if None.
    replication : int
        Which replication, 0 or more.
    population : Population, optional
        The book; built from the scenario if None.
    shared_streams : bool
        Draw from one stream a decision in event order instead of keyed draws: only to measure what keying is worth.

    Examples
    --------
    >>> from simcollect.scenario import load
    >>> run = Simulation(load("tiny"), "gentle")
    >>> run.run(30)
    >>> run.run()
    >>> len(run.log().rows) > 100
    True
    """

    def __init__(
        self,
        scenario: Scenario,
        strategy: str | Policy,
        seed: int | None = None,
        replication: int = 0,
        population: Population | None = None,
        shared_streams: bool = False,
    ) -> None:
        self.scenario = scenario
        self.policy = None if isinstance(strategy, str) else strategy
        self.strategy = strategy if isinstance(strategy, str) else strategy.name
        self.seed = int(scenario.run.seed if seed is None else seed)
        self.replication = replication
        self.population = population if population is not None else build(scenario, self.seed, replication)
        document = strategy if isinstance(strategy, str) else strategy.document
        flat = flatten(scenario, document)
        calendar = Calendar(
            scenario.run.start_date,
            scenario.run.horizon_days,
            tuple(self.population.zones),
            tuple(scenario.capacity.holidays),
        )
        self.horizon = scenario.run.horizon_days * DAY
        numbers = run_numbers(flat, calendar, self.seed, replication, self.policy is not None, shared_streams)
        self.arrays: Arrays = open_arrays(numbers, strategy_levers(flat), self.population.book)
        self.kernels = Kernels(self.arrays)
        self._args = self.arrays.args()
        self._calls = 0
        self._finished = False

        self.env = simpy.Environment()
        n = len(self.population.book)
        self._next_at: list[int] = self.population.book["arrives_at"].tolist()
        self._next_slot: list[int] = [int(Slot.ARRIVAL)] * n
        self._alarms: list[simpy.Event] = [self.env.event()] * n
        self._items: dict[int, list[Item]] = {}
        self._on_the_line: set[int] = set()
        self._set_tasks(flat.tasks[0])
        self._times_vary = int(flat.capacity["task_times"][0]) > 0
        by_rule = bool(flat.rules["visit_two_people"][0] == 1)
        self.visit_people = 2 if by_rule else int(flat.capacity["visit_people"][0])
        self._priority = int(flat.levers["work_priority"][0])
        self._median_balance = float(np.median(self.population.book["principal_cents"])) if n else 0.0
        self._median_score = float(np.median(self.population.book["score"])) if n else 0.0

        zone = scenario.capacity.time_zone or scenario.run.time_zone
        routing = int(flat.levers["work_routing"][0])
        self.desks = {
            pool: Desk(self, team(flat, pool, calendar, zone, self.seed, replication), routing) for pool in POOLS
        }
        self._staffed = pools_in_use(flat) if self.policy is None else frozenset(POOLS)
        self._desks: list[Desk] = [self.desks[Pool.CALLERS], *self.desks.values()]  # by pool code
        for desk in self.desks.values():
            self.env.process(shifts(self, desk))
        for account in range(n):
            self.env.process(account_life(self, account))

    def _set_tasks(self, tasks: np.void) -> None:
        """Read how many minutes each task takes."""
        self.dial_minutes = max(1, int(tasks["dial"]))
        self.after_call_minutes = int(tasks["after_call"])
        names = {
            Action.CASE_ANALYSIS: "case_analysis",
            Action.VISIT: "visit",
            Action.RISK_ASSESSMENT: "risk_assessment",
            Action.LAWYERS_LETTER: "lawyers_letter",
            Action.LAWSUIT: "lawsuit",
            Action.ENFORCEMENT: "enforcement",
            Action.SETTLEMENT_OFFER: "settlement_offer",
            Action.WRITE_OFF: "write_off",
            Action.SALE: "write_off",
            Action.CLOSING_RECORD: "closing_record",
            Action.CARE_CALL: "care_call",
        }
        self.task_minutes = {int(action): max(1, int(tasks[name])) for action, name in names.items()}
        self.visit_minutes = int(tasks["travel"]) + self.task_minutes[Action.VISIT]  # on the way, then at the door

    # -- the account's side ---------------------------------------------------------------------------------------

    def set_alarm(self, account: int) -> simpy.Event:
        """Return the moment of the next thing on an account's agenda; past the horizon it never comes."""
        at = self._next_at[account]
        alarm: simpy.Event
        if at < self.horizon:
            alarm = Moment(self.env, at, order(self._next_slot[account], account))
        else:
            alarm = self.env.event()
        self._alarms[account] = alarm
        return alarm

    def let_happen(self, account: int) -> None:
        """Let the next thing on an account's agenda happen, and pass on what it asks of staff."""
        self._use_page()
        now = self.now
        outcome = self.kernels.happen(*self._args, account, now)
        if outcome[2] == life.ASK_POLICY:
            outcome = self._ask_policy(account, now)
        self._take_in(account, outcome)

    @property
    def now(self) -> int:
        """The minute of the run."""
        return self.env.now  # type: ignore[return-value]  # whole minutes throughout

    def _use_page(self) -> None:
        """Begin a new page of the event log before a transition that might not find room for its rows."""
        self._calls += 1
        if self._calls % CALLS_PER_PAGE == 0:
            self.arrays.turn_page()

    def _take_in(self, account: int, outcome: tuple[int, int, int, bool]) -> None:
        """Note when the account is next due, queue the work it asks for, withdraw the work that it no longer wants."""
        self._next_at[account], self._next_slot[account], request, stale = outcome
        if stale:
            self._withdraw_stale(account)
        if request > 0:
            self._queue(account, request % REQUEST_POOL, request // REQUEST_POOL)

    def _ask_policy(self, account: int, now: int) -> tuple[int, int, int, bool]:
        assert self.policy is not None
        decision = self.policy.review(view_of(self.arrays.book, self.arrays.state, account, now))
        if decision.action == Action.NOTIFY_THIRD_PARTY:
            raise SimcollectError(
                f"Policy {self.strategy!r} asked to tell third parties about a debt on day {now // DAY}: refused by "
                "rule THIRD_PARTY (R20 of cn_cba_2026, R11c of uk_conc_2025), whatever it would bring."
            )
        if decision.action not in ACTIONS:
            possible = ", ".join(action.name for action in Action if action in ACTIONS)
            raise SimcollectError(
                f"Policy {self.strategy!r} asked for {Action(decision.action).name} on day {now // DAY}. "
                f"A policy can ask for {possible}; everything else comes from its document, "
                f"{self.policy.document!r}, or is forbidden."
            )
        again = now + max(1, decision.review_in_days) * DAY
        return self.kernels.decide(
            *self._args, account, now, int(decision.stage), int(decision.action), int(decision.offer_step), again
        )

    def _queue(self, account: int, action: int, pool: int) -> None:
        """Put work that an account just asked for on its pool's list."""
        now = self.now
        item = Item(account, action, pool, now, self.kernels.worth(*self._args, account, now, self._priority))
        self._items.setdefault(account, []).append(item)
        self._desks[pool].put(item)

    def _withdraw_stale(self, account: int) -> None:
        kept = []
        for item in self._items.get(account, []):
            self._use_page()
            item.gone = self.kernels.withdraw(*self._args, account, self.now, item.action, item.pool)
            if not item.gone:
                kept.append(item)
        self._items[account] = kept

    # -- the staff's side -----------------------------------------------------------------------------------------

    def may_begin(self, item: Item) -> tuple[int, int]:
        """Return the rule that forbids an item now (0: none) and from when it may be tried again.

        A visit must also end within the permitted hours.
        """
        rule, again = self.kernels.begin(*self._args, item.account, self.now, item.action)
        if rule == 0 and item.action == Action.VISIT:
            home_at = self.now + self.visit_minutes
            late, next_day = self.kernels.begin(*self._args, item.account, home_at, item.action)
            if late == Rule.PERMITTED_HOURS:
                return late, next_day
        return rule, again

    def is_engaged(self, item: Item) -> bool:
        """Return whether an item is a call to somebody whom a colleague has on the line."""
        return item.action in CALLS and item.account in self._on_the_line

    def block(self, item: Item, rule: int, again: int) -> None:
        """Withdraw an item that a rule forbids."""
        self._use_page()
        item.gone = True
        self._items[item.account].remove(item)
        outcome = self.kernels.block(*self._args, item.account, self.now, item.action, item.pool, rule, again)
        self._changed(item.account, outcome)

    def take_up(self, item: Item, actor: int, waited: int) -> int:
        """Staff take an item up; return the minutes of talk if it is a call that reached the borrower."""
        self._use_page()
        self._items[item.account].remove(item)
        if item.action in CALLS:
            self._on_the_line.add(item.account)
        return self.kernels.take_up(*self._args, item.account, self.now, item.action, actor, waited)

    def time_taken(self, item: Item, minutes: int) -> int:
        """Return the minutes that an item takes whose task takes ``minutes`` on average."""
        if not self._times_vary:
            return minutes
        return self.kernels.task_minutes(*self._args, item.account, item.action, minutes)

    def complete(self, item: Item, actor: int, staff_minutes: int, talked: int, skill: float) -> None:
        """Staff end their work on an item."""
        self._on_the_line.discard(item.account)
        self._use_page()
        outcome = self.kernels.complete(
            *self._args, item.account, self.now, item.action, actor, staff_minutes, talked, skill
        )
        self._changed(item.account, outcome)

    def _changed(self, account: int, outcome: tuple[int, int, int, bool]) -> None:
        """Take in a change that staff made; set the account's alarm anew if what it waits for has moved."""
        before = (self._next_at[account], self._next_slot[account])
        self._take_in(account, outcome)
        if before != (self._next_at[account], self._next_slot[account]):
            old = self._alarms[account]
            # Whoever slept for the old moment now sleeps for the new one; the old one passes unheard.
            self.set_alarm(account).callbacks, old.callbacks = old.callbacks, []

    def note_staffed(self, of: Team, minutes: int) -> None:
        """Log the staff time of a pool that is paid for; a pool that the strategy never uses is not staffed."""
        if of.pool not in self._staffed:
            return
        self._use_page()
        cost = of.cost_cents(minutes)
        self.kernels.note(self.arrays.page, self.now, -1, 0, int(EventKind.STAFFED), int(of.pool), 0, cost, minutes)

    def note_companion(self, kind: EventKind, item: Item, actor: int, value: int) -> None:
        """Log that another member of a crew began or ended the same work."""
        self._use_page()
        stage = int(self.arrays.state[item.account]["stage"])
        self.kernels.note(self.arrays.page, self.now, item.account, stage, int(kind), actor, item.action, 0, value)

    def note_put_off(self, item: Item, rule: int) -> None:
        """Log that a rule puts off an item, which keeps its place on the list."""
        self._use_page()
        stage = int(self.arrays.state[item.account]["stage"])
        self.kernels.note(
            self.arrays.page, self.now, item.account, stage, int(EventKind.BLOCKED), 0, int(rule), 0, item.action
        )

    def is_prize(self, account: int, routing: int) -> bool:
        """Return whether an account gets the best free member of staff under a routing rule (1 largest, 2 riskiest)."""
        row = self.arrays.book[account]
        if routing == 1:
            return bool(row["principal_cents"] >= self._median_balance)
        return bool(row["score"] < self._median_score)

    # -- the clock ------------------------------------------------------------------------------------------------

    def run(self, until_day: int | None = None) -> None:
        """Run to the start of day ``until_day``, or to the horizon. Running in pieces gives the same log."""
        until = self.horizon if until_day is None else min(until_day * DAY, self.horizon)
        if until > self.env.now:
            self.env.run(until=until)
        if until == self.horizon and not self._finished:
            self._finished = True
            for account in range(len(self._next_at)):
                self._use_page()
                self.kernels.close_books(*self._args, account, self.horizon)

    def log(self) -> EventLog:
        """Return the event log so far."""
        book = self.population.book
        accounts = np.zeros(len(book), dtype=ACCOUNT_DTYPE)
        for name in (
            "account_id",
            "arrives_at",
            "segment",
            "cell",
            "vulnerable",
            "declared_vulnerable",
            "consent",
            "zone",
            "age_band",
        ):
            accounts[name] = book[name]
        for name in ("instalment_cents", "margin_cents", "income_cents"):
            accounts[name] = book[name]
        accounts["score_ppm"] = np.floor(book["score"] * 1_000_000)
        accounts["opening_cents"] = book["principal_cents"] + book["interest_cents"] + book["fees_cents"]
        header = LogHeader(
            start_date=self.scenario.run.start_date.isoformat(),
            horizon_minutes=self.horizon,
            currency=self.scenario.economics.currency,
            minor_units=self.scenario.economics.minor_units,
            segments=tuple(self.population.segments),
            zones=tuple(self.population.zones),
            names=tuple(self.population.names),
            scenario=self.scenario.name,
            strategy=self.strategy,
            seed=self.seed,
            replication=self.replication,
        )
        return EventLog(self.arrays.rows(), accounts, header)


def simulate(
    scenario: Scenario,
    strategy: str | Policy,
    seed: int | None = None,
    replication: int = 0,
    population: Population | None = None,
    shared_streams: bool = False,
) -> EventLog:
    """Return the event log of one replication of one strategy, run to the horizon.

    Parameters are those of :class:`Simulation`.
    """
    run = Simulation(scenario, strategy, seed, replication, population, shared_streams)
    run.run()
    return run.log()
