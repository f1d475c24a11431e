"""What a run asks of SimPy, recorded; and bare programs that ask the same again, with nothing in them.

The ratio of their costs to the engine's is what the model adds to the clock: transitions, work lists, the event log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial

import simpy

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.engine import Simulation
from simcollect.engine.staff import ACTORS_PER_POOL
from simcollect.scenario import Scenario

Pools = tuple[int, ...]
Story = Generator[simpy.Event, object, None]


@dataclass(frozen=True)
class Nap:
    """What an account sleeps for: minute aimed at, whether it is heard (else staff move it), pools it then asks."""

    until: int
    heard: bool
    asks: Pools


@dataclass(frozen=True)
class Work:
    """One piece of work: its minutes, the pools that its end asks, the account whose alarm it moves (-1 for none)."""

    minutes: int
    asks: Pools
    moves: int


@dataclass(frozen=True)
class Skeleton:
    """One run's processes, timeouts, store operations and moved alarms, in the minutes in which they happened.

    Attributes
    ----------
    horizon : int
        Minutes.
    naps : list of lists
        For each account what it slept for, in order.
    looks : dict
        Pool -> minute -> work taken up then.
    shifts : dict
        Pool -> minutes at which its shifts opened.
    """

    horizon: int
    naps: list[list[Nap]]
    looks: dict[int, dict[int, list[Work]]]
    shifts: dict[int, list[int]]

    @property
    def work(self) -> list[Work]:
        """All pieces of work."""
        return [work for looks in self.looks.values() for taken in looks.values() for work in taken]

    @property
    def n_processes(self) -> int:
        """Accounts, and for each pool its shifts and its looks at the list."""
        return len(self.naps) + len(self.shifts) + len(self.looks)

    @property
    def n_timeouts(self) -> int:
        """Alarms heard, shifts opened, looks at which work was taken up, work ended."""
        heard = sum(nap.heard for naps in self.naps for nap in naps)
        return heard + sum(map(len, self.shifts.values())) + sum(map(len, self.looks.values())) + self.n_gets

    @property
    def n_puts(self) -> int:
        """Items put on work lists."""
        return sum(len(nap.asks) for naps in self.naps for nap in naps) + sum(len(work.asks) for work in self.work)

    @property
    def n_gets(self) -> int:
        """Items that staff took."""
        return len(self.work)

    @property
    def n_moved(self) -> int:
        """Alarms that staff moved: interrupts, in a program that has them."""
        return sum(work.moves >= 0 for work in self.work)


class _Recorded(Simulation):
    """A run that remembers the alarms of its accounts, and whose alarm each end of work moved."""

    def __init__(self, scenario: Scenario, strategy: str) -> None:
        super().__init__(scenario, strategy)
        self.alarms: list[list[tuple[int, bool]]] = [[] for _ in range(len(self.population.book))]
        self.moved: set[tuple[int, int]] = set()

    def set_alarm(self, account: int) -> simpy.Event:
        self.alarms[account].append((self._next_at[account], False))
        return super().set_alarm(account)

    def let_happen(self, account: int) -> None:
        self.alarms[account][-1] = (self.now, True)
        super().let_happen(account)

    def _changed(self, account: int, outcome: tuple[int, int, int, bool]) -> None:
        before = len(self.alarms[account])
        super()._changed(account, outcome)
        if len(self.alarms[account]) > before:
            self.moved.add((account, self.now))


def record(scenario: Scenario, strategy: str) -> tuple[Skeleton, EventLog]:
    """Run a strategy once; return what it asked of SimPy, and its event log."""
    run = _Recorded(scenario, strategy)
    run.run()
    log = run.log()
    asked: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    ends: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    starts: list[tuple[int, int, int, int]] = []
    for row in log.rows[["at", "account", "kind", "actor", "detail"]].tolist():
        at, account, kind, actor, action = row
        if kind == EventKind.WORK_QUEUED:
            asked[account, at].append(actor)
        elif kind == EventKind.WORK_STARTED and starts[-1:] != [(at, account, actor // ACTORS_PER_POOL, action)]:
            starts.append((at, account, actor // ACTORS_PER_POOL, action))  # once for a crew of two
        elif kind == EventKind.WORK_ENDED and ends[account, action][-1:] != [at]:
            ends[account, action].append(at)
    naps = [
        [Nap(until, heard, tuple(asked.pop((account, until), ())) if heard else ()) for until, heard in alarms]
        for account, alarms in enumerate(run.alarms)
    ]
    looks: dict[int, dict[int, list[Work]]] = {int(pool): {} for pool in run.desks}
    for at, account, pool, action in starts:
        waiting = ends[account, action]
        until = waiting.pop(0) if waiting else run.horizon
        moves = account if (account, until) in run.moved else -1
        run.moved.discard((account, until))
        work = Work(until - at, tuple(asked.pop((account, until), ())), moves)
        looks[pool].setdefault(at, []).append(work)
    shifts = {int(pool): [shift.opens_at for shift in desk.team.shifts] for pool, desk in run.desks.items()}
    return Skeleton(run.horizon, naps, looks, shifts), log


def bare(skeleton: Skeleton) -> simpy.Environment:
    """Run a SimPy program with the skeleton's processes, timeouts and store operations; return its environment.

    Like the engine it has a process an account and none for a piece of work, whose end is the callback of a timeout.
    """
    env = simpy.Environment()
    stores = {pool: simpy.PriorityStore(env) for pool in skeleton.looks}

    def account(naps: list[Nap]) -> Story:
        for nap in naps:
            if nap.heard:
                yield env.timeout(nap.until - env.now)
                for pool in nap.asks:
                    stores[pool].put(0)

    def desk(pool: int) -> Story:
        for at, taken in skeleton.looks[pool].items():
            yield env.timeout(at - env.now)
            for work in taken:
                yield stores[pool].get()
                end = env.timeout(work.minutes)
                for asked in work.asks:
                    end.callbacks.append(partial(_ask, stores[asked]))

    return _play(env, skeleton, account, desk, [])


def idiomatic(skeleton: Skeleton) -> simpy.Environment:
    """Run the program that SimPy's manual would lead to: work is a process, and moves an alarm by interrupting."""
    env = simpy.Environment()
    stores = {pool: simpy.PriorityStore(env) for pool in skeleton.looks}
    lives: list[simpy.Process] = []

    def account(naps: list[Nap]) -> Story:
        for nap in naps:
            try:
                yield env.timeout(max(0, nap.until - env.now))
                for pool in nap.asks:
                    stores[pool].put(0)
            except simpy.Interrupt:
                continue

    def job(work: Work) -> Story:
        yield env.timeout(work.minutes)
        for pool in work.asks:
            stores[pool].put(0)
        if work.moves >= 0 and lives[work.moves].is_alive:
            lives[work.moves].interrupt()

    def desk(pool: int) -> Story:
        for at, taken in skeleton.looks[pool].items():
            yield env.timeout(at - env.now)
            for work in taken:
                yield stores[pool].get()
                env.process(job(work))

    return _play(env, skeleton, account, desk, lives)


def _play(
    env: simpy.Environment,
    skeleton: Skeleton,
    account: Callable[[list[Nap]], Story],
    desk: Callable[[int], Story],
    lives: list[simpy.Process],
) -> simpy.Environment:
    lives += [env.process(account(naps)) for naps in skeleton.naps]
    for pool, opens in skeleton.shifts.items():
        env.process(_shifts(env, opens))
        env.process(desk(pool))
    env.run(until=skeleton.horizon)
    return env


def _ask(store: simpy.PriorityStore, _: simpy.Event) -> None:
    store.put(0)


def _shifts(env: simpy.Environment, opens: list[int]) -> Story:
    for at in opens:
        yield env.timeout(at - env.now)
