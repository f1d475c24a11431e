"""A run on SimPy's clock: builds the processes, keeps the queues, calls the transitions. The model is elsewhere."""

from __future__ import annotations

import numpy as np
import simpy
from numpy.typing import NDArray

from simcollect.core.clock import Calendar
from simcollect.core.codes import Action, EventKind, Pool, Rule, Status
from simcollect.core.errors import SimcollectError
from simcollect.core.eventlog import EventLog, LogHeader
from simcollect.engine.contract import CALLS_PER_PAGE, Arrays, Kernels, open_arrays, order, run_numbers
from simcollect.engine.policy import Policy, decided
from simcollect.engine.processes import CALLS, Desk, Moment, account_life, changes, shifts
from simcollect.engine.staff import pools_in_use, tasks_of, team
from simcollect.engine.treatment import Treatment, levers_of, parts_of, same_steps
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
    strategy : str, Policy or Treatment
        The name of one of the scenario's strategies, a policy of one's own, or several strategies by arms or days.
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
        strategy: str | Policy | Treatment,
        seed: int | None = None,
        replication: int = 0,
        population: Population | None = None,
        shared_streams: bool = False,
    ) -> None:
        self.scenario = scenario
        self.policy = None if isinstance(strategy, str | Treatment) else strategy
        self.strategy = strategy if isinstance(strategy, str) else strategy.name
        if isinstance(strategy, Treatment):
            self.treatment = strategy
        else:
            self.treatment = Treatment.by_one(strategy if isinstance(strategy, str) else strategy.document)
        self.seed = int(scenario.run.seed if seed is None else seed)
        self.replication = replication
        self.population = population if population is not None else build(scenario, self.seed, replication)
        self._flats = [flatten(scenario, name) for name in self.treatment.strategies]
        flat = self._flats[0]
        calendar = Calendar(
            scenario.run.start_date,
            scenario.run.horizon_days,
            tuple(self.population.zones),
            tuple(scenario.capacity.holidays),
        )
        self.horizon = scenario.run.horizon_days * DAY
        numbers = run_numbers(flat, calendar, self.seed, replication, self.policy is not None, shared_streams)
        self.arrays: Arrays = open_arrays(numbers, levers_of(self._flats), self.population.book)
        self.kernels = Kernels(self.arrays)
        self._args = self.arrays.args()
        self._calls = 0
        self._finished = False

        self.env = simpy.Environment()
        n = len(self.population.book)
        self._assign(self.treatment.arms)
        self._next_at: list[int] = self.population.book["arrives_at"].tolist()
        self._next_slot: list[int] = [int(Slot.ARRIVAL)] * n
        self._alarms: list[simpy.Event] = [self.env.event()] * n
        self._items: dict[int, list[Item]] = {}
        self._on_the_line: set[int] = set()
        self.tasks = tasks_of(flat)
        self._median_balance = float(np.median(self.population.book["principal_cents"])) if n else 0.0
        self._median_score = float(np.median(self.population.book["score"])) if n else 0.0

        zone = scenario.capacity.time_zone or scenario.run.time_zone
        self._groups = [0] if self.treatment.staff_shares is None else list(range(len(self._flats)))
        self._rules = list(self._groups)  # by group: the strategy by whose rule its lists are kept
        self._staffed = self._pools_staffed()
        shares = self.treatment.staff_shares or (1.0,)
        self._desks: list[dict[Pool, Desk]] = [{} for _ in self._groups]  # by group of staff
        for pool in POOLS:
            whole, busy = team(flat, pool, calendar, zone, self.seed, replication), set[int]()
            for group, part in enumerate(parts_of(whole, shares) if len(shares) > 1 else (whole,)):
                self._desks[group][pool] = Desk(self, part, group, busy)
        self.desks = self._desks[0]
        if self.treatment.changes:
            self.env.process(changes(self))
        for desk in self._all_desks():
            self.env.process(shifts(self, desk))
        for account in range(n):
            self.env.process(account_life(self, account))

    def _assign(self, arms: NDArray[np.int64] | None) -> None:
        """Let each account be treated by the strategy of its arm, the first where there are no arms."""
        n = len(self.population.book)
        self._arm: list[int] = [0] * n if arms is None else arms.tolist()
        if len(self._arm) != n:
            raise SimcollectError(f"Arms are given for {len(self._arm)} accounts, the book has {n}")
        self.arrays.state["lever_row"] += np.array(self._arm, dtype=np.int64) * len(self._flats[0].levers)
        # Whose arm is not told: one strategy treats all, or the first does until a change.
        self._tells_arm = arms is not None

    def _pools_staffed(self) -> list[frozenset[Pool]]:
        """Return by group the pools that a strategy which its staff work for can send work to."""
        if self.policy is not None:
            return [frozenset(POOLS)]
        if self.treatment.staff_shares is not None:
            return [pools_in_use(flat) for flat in self._flats]
        at_work = range(len(self._flats)) if self.treatment.arms is not None else [self._rules[0]]
        return [frozenset().union(*(pools_in_use(self._flats[k]) for k in at_work))]

    def _all_desks(self) -> list[Desk]:
        return [desk for desks in self._desks for desk in desks.values()]

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
        arrives = self._tells_arm and self._next_slot[account] == Slot.ARRIVAL
        outcome = self.kernels.happen(*self._args, account, now)
        if outcome[2] == life.ASK_POLICY:
            outcome = self._ask_policy(account, now)
        self._take_in(account, outcome)
        if arrives:
            self._tell_arm(account)

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
        decision = decided(self.policy, self.arrays.book, self.arrays.state, account, now)
        again = now + max(1, decision.review_in_days) * DAY
        return self.kernels.decide(
            *self._args, account, now, int(decision.stage), int(decision.action), int(decision.offer_step), again
        )

    def _queue(self, account: int, action: int, pool: int) -> None:
        """Put work that an account just asked for on its pool's list."""
        now, group = self.now, self._group_of(account)
        item = Item(account, action, pool, now, self.kernels.worth(*self._args, account, now, self._priority_of(group)))
        self._items.setdefault(account, []).append(item)
        self._desks[group][Pool(pool or Pool.CALLERS)].put(item)

    def _withdraw_stale(self, account: int) -> None:
        kept = []
        for item in self._items.get(account, []):
            self._use_page()
            item.gone = self.kernels.withdraw(*self._args, account, self.now, item.action, item.pool)
            if not item.gone:
                kept.append(item)
        self._items[account] = kept

    # -- several strategies ------------------------------------------------------------------------------------------

    def routing_of(self, group: int) -> int:
        """Return the rule (its number) by which a group of staff shares out its work among members."""
        return int(self._flats[self._rules[group]].levers["work_routing"][0])

    def _priority_of(self, group: int) -> int:
        return int(self._flats[self._rules[group]].levers["work_priority"][0])

    def _group_of(self, account: int) -> int:
        return 0 if self.treatment.staff_shares is None else self._arm[account]

    def _tell_arm(self, account: int) -> None:
        """Log which of several strategies treats an account from now on."""
        self._use_page()
        stage, kind = int(self.arrays.state[account]["stage"]), int(EventKind.ASSIGNED)
        self.kernels.note(self.arrays.page, self.now, account, stage, kind, 0, self._arm[account], 0, 0)

    def change_strategy(self, position: int) -> None:
        """Treat all accounts by another strategy from now on; those that come later are its own from the first."""
        now, state, levers = self.now, self.arrays.state, self.arrays.levers
        old, new = self._flats[self._rules[0]], self._flats[position]
        n_segments = len(new.levers)
        carried = [same_steps(old, new, segment) for segment in range(n_segments)]
        other_rule = self._priority_of(0) != int(new.levers["work_priority"][0])
        self._rules, self._tells_arm = [position], True
        self._staffed = self._pools_staffed()
        for account in range(len(state)):
            segment = int(self.arrays.book["segment"][account])
            before, after = int(state["lever_row"][account]), position * n_segments + segment
            self._arm[account] = position
            has_come = self._next_slot[account] != Slot.ARRIVAL
            if has_come and state["status"][account] != Status.CLOSED:
                self._tell_arm(account)
            if not has_come or levers[before].tobytes() == levers[after].tobytes():
                state["lever_row"][account] = after
                continue
            self._use_page()
            was = state[account : account + 1].copy()
            outcome = self.kernels.change_strategy(*self._args, account, now, after, was, carried[segment])
            self._changed(account, outcome)
        if other_rule:
            for desk in self._all_desks():
                desk.work.score_anew(
                    lambda item: self.kernels.worth(*self._args, item.account, now, self._priority_of(0))
                )

    # -- the staff's side -----------------------------------------------------------------------------------------

    def may_begin(self, item: Item) -> tuple[int, int]:
        """Return the rule that forbids an item now (0: none) and from when it may be tried again.

        A visit must also end within the permitted hours.
        """
        rule, again = self.kernels.begin(*self._args, item.account, self.now, item.action)
        if rule == 0 and item.action == Action.VISIT:
            home_at = self.now + self.tasks.visit
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
        if not self.tasks.vary:
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

    def note_staffed(self, desk: Desk, minutes: int) -> None:
        """Log the staff time of a pool that is paid for; a pool that the strategy never uses is not staffed."""
        pool = desk.team.pool
        if pool not in self._staffed[desk.group]:
            return
        self._use_page()
        cost = desk.team.cost_cents(minutes)
        whose = desk.group + 1 if self.treatment.staff_shares is not None else 0
        self.kernels.note(self.arrays.page, self.now, -1, 0, int(EventKind.STAFFED), int(pool), whose, cost, minutes)

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
            arms=self.treatment.strategies if len(self.treatment.strategies) > 1 else (),
        )
        return EventLog(self.arrays.rows(), self.population.as_logged(), header)


def simulate(
    scenario: Scenario,
    strategy: str | Policy | Treatment,
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
