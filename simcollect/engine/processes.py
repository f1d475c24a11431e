"""An account's life and a collector's work, told in order. Read this first.

An :func:`account_life` sleeps until the next thing on the account's agenda and lets it happen. A :func:`job` is one
piece of work from the moment staff take it up until they are free again. Between them stands the :class:`Desk`: a
pool's work list, its staff, and the one place where it is decided who is served first.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from simcollect.core.codes import Action, EventKind, Rule
from simcollect.engine.contract import PHASE_CHANGE, PHASE_DISPATCH, PHASE_SHIFT_OPENS, PHASE_WORK_ENDS, order
from simcollect.engine.staff import UNLIMITED, Shift, Team
from simcollect.stages.case import DAY, NEVER
from simcollect.stages.worklist import Item, WorkList

if TYPE_CHECKING:
    from simcollect.engine.simulation import Simulation

Story = Generator[simpy.Event, Any, None]

CALLS = frozenset(
    (Action.CALL, Action.NEGOTIATION_CALL, Action.BROKEN_PROMISE_CALL, Action.PLAN_CHECK_CALL, Action.CARE_CALL)
)


class Moment(simpy.Event):
    """A minute of the run with an explicit place in it: SimPy's timeout, ordered by phase and account."""

    _ok = True  # it cannot fail and carries nothing, so the class says so once for all
    _value = None

    def __init__(self, env: simpy.Environment, at: int, place: int) -> None:
        self.env = env
        self.callbacks = []
        env.schedule(self, place, at - env.now)  # type: ignore[arg-type]


def account_life(sim: Simulation, account: int) -> Story:
    """Live the life of one account: sleep until what comes next, let it happen, look ahead again.

    Staff change what comes next (a promise, a plan, a court date): then they set the sleeper's alarm to another minute.
    """
    while True:
        yield sim.set_alarm(account)
        sim.let_happen(account)


def shifts(sim: Simulation, desk: Desk) -> Story:
    """Open a pool's shifts one after the other: staff come in, are paid for, and look at the list."""
    for shift in desk.team.shifts:
        yield Moment(sim.env, shift.opens_at, order(PHASE_SHIFT_OPENS, desk.place))
        desk.open(shift)


def changes(sim: Simulation) -> Story:
    """Change the strategy on the days that the treatment says, before anything else happens on them."""
    for day, position in sim.treatment.changes:
        yield Moment(sim.env, day * DAY, order(PHASE_CHANGE, 0))
        sim.change_strategy(position)


def tell(story: Story) -> None:
    """Let a story go on that nobody waits for and nobody interrupts.

    ``env.process`` would do the same with two more events each, a beginning and an end: for jobs a third of all events.
    """
    moment = next(story, None)
    if moment is not None and moment.callbacks is not None:
        moment.callbacks.append(lambda _: tell(story))


def job(sim: Simulation, desk: Desk, item: Item, crew: tuple[int, ...], talked: int) -> Story:
    """Do one piece of work: dial and perhaps talk, or travel and knock, or sit over the papers; then be free again."""
    team, tasks = desk.team, sim.tasks
    actor = team.actor(crew[0])
    if item.action == Action.VISIT:
        talked = tasks.by_action[Action.VISIT]
        minutes = tasks.visit
    elif item.action in CALLS and item.action != Action.CARE_CALL:
        notes = tasks.after_call if talked > 0 else 0
        minutes = sim.time_taken(item, tasks.dial + notes) + talked
    else:
        minutes = sim.time_taken(item, tasks.by_action[item.action])
    yield Moment(sim.env, sim.now + minutes, order(PHASE_WORK_ENDS, item.account))
    for other in crew[1:]:
        sim.note_companion(EventKind.WORK_ENDED, item, team.actor(other), minutes)
    sim.complete(item, actor, minutes, talked, team.skill_at(crew[0], sim.now))
    if desk.unlimited:
        sim.note_staffed(desk, minutes * len(crew))
    desk.release(crew)


class Desk:
    """A pool at work: its list, who is free, and the dispatch that brings them together.

    Parameters
    ----------
    sim : Simulation
        The run.
    team : Team
        The pool's staff, or the part of it that works for one strategy.
    group : int
        Number of this part; 0 where staff are shared.
    busy : set
        Members at work, common to the parts of a pool.
    """

    def __init__(self, sim: Simulation, team: Team, group: int, busy: set[int]) -> None:
        self.sim = sim
        self.team = team
        self.group = group
        self.place = int(team.pool) + 8 * group  # within a minute, desks come in this order
        self.work = WorkList()
        self.unlimited = team.headcount == UNLIMITED
        self.shift = Shift(-1, -1, ())
        self.busy = busy
        self.free: list[int] = []  # present and not busy, by number
        self._looks_at = NEVER  # the next minute at which the list will be looked at

    def put(self, item: Item) -> None:
        """Put an item on the list; it is looked at when everything else of this minute has happened."""
        self.work.add(item)
        if self.free or self.unlimited:
            self.look(self.sim.now)

    def open(self, shift: Shift) -> None:
        """Begin a shift."""
        self.shift = shift
        self.free = [member for member in shift.present if member not in self.busy]
        if not self.unlimited:
            minutes = (shift.closes_at - shift.opens_at) * len(shift.present)
            self.sim.note_staffed(self, minutes)
        self.look(shift.opens_at)

    def release(self, crew: tuple[int, ...]) -> None:
        """Staff are free again."""
        self.busy.difference_update(crew)
        self.free = [member for member in self.shift.present if member not in self.busy]
        if self.work:
            self.look(self.sim.now)

    def look(self, at: int) -> None:
        """See to it that the list is looked at in minute ``at``, if that is within the shift.

        An earlier look that is already due will itself see to what it leaves undone.
        """
        if at >= self._looks_at or not self.shift.opens_at <= at < self.shift.closes_at:
            return
        self._looks_at = at
        Moment(self.sim.env, at, order(PHASE_DISPATCH, self.place)).callbacks.append(self.dispatch)

    def dispatch(self, _: simpy.Event) -> None:
        """Give the first items of the list to free staff until one of the two runs out."""
        now = self.sim.now
        if now != self._looks_at:
            return  # an earlier look came in between
        self._looks_at = NEVER
        self.work.bring_back(now)
        while self.free or self.unlimited:
            item = self.work.take()
            if item is None:
                break
            rule, again = self.sim.may_begin(item)
            if rule == Rule.PERMITTED_HOURS:
                self.sim.note_put_off(item, rule)
                self.work.set_aside(item, again)
                continue
            if rule > 0:
                self.sim.block(item, rule, again)
                continue
            if not self.can_be_done(item):
                self.work.set_aside(item, self.shift.closes_at)
                continue
            crew = self.choose(item)
            if crew is None or self.sim.is_engaged(item):
                # Two are needed and one is free, or a colleague has the borrower on the line: the next item, then.
                self.work.set_aside(item, now + 1)
                continue
            item.gone = True
            if not self.unlimited:
                self.busy.update(crew)
                self.free = [member for member in self.free if member not in crew]
            self.start(item, crew)
        ready = self.work.next_ready_at()
        if ready is not None:
            self.look(max(ready, now + 1))

    def start(self, item: Item, crew: tuple[int, ...]) -> None:
        """Let a crew take an item up: dialled now, so that the next item of the same borrower meets its rules."""
        waited = self.sim.now - item.queued_at
        talked = self.sim.take_up(item, self.team.actor(crew[0]), waited)
        for other in crew[1:]:
            self.sim.note_companion(EventKind.WORK_STARTED, item, self.team.actor(other), waited)
        tell(job(self.sim, self, item, crew, talked))

    def can_be_done(self, item: Item) -> bool:
        """Return whether an item can still be done in this shift: a visit takes its time and its people."""
        if item.action != Action.VISIT:
            return True
        enough = self.unlimited or len(self.shift.present) >= self.sim.tasks.visit_people
        return enough and self.sim.now + self.sim.tasks.visit <= self.shift.closes_at

    def choose(self, item: Item) -> tuple[int, ...] | None:
        """Return who takes an item: the crew, its leader first; None if too few are free."""
        people = self.sim.tasks.visit_people if item.action == Action.VISIT else 1
        if self.unlimited:
            return (0,) * people
        if len(self.free) < people:
            return None
        routing = self.sim.routing_of(self.group)
        if routing == 0:
            return tuple(self.free[:people])
        now = self.sim.now
        by_skill = sorted(self.free, key=lambda member: (-self.team.skill_at(member, now), member))
        if not self.sim.is_prize(item.account, routing):
            by_skill.reverse()
        return tuple(by_skill[:people])


__all__ = ["Desk", "Moment", "account_life", "changes", "job", "shifts", "tell"]
