"""Staff: who is in a pool, who is present today, how well they persuade, and who of the free ones takes an item."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from simcollect.core.clock import Calendar
from simcollect.core.codes import Action, Pool, Purpose, Stage
from simcollect.core.rng import normal, uniform, uniforms
from simcollect.scenario.flatten import Flat
from simcollect.stages.case import DAY

UNLIMITED = -1
ACTORS_PER_POOL = 100_000
DAYS_PER_YEAR = 365.25
NEW_SKILL = 0.6  # persuasion of a new member of staff, share of what he comes to


@dataclass(frozen=True)
class Shift:
    """One working day of a pool: minutes of the run it opens and closes at, and who is present (positions)."""

    opens_at: int
    closes_at: int
    present: tuple[int, ...]


@dataclass(frozen=True)
class Team:
    """The staff of one pool over a run.

    Attributes
    ----------
    pool : Pool
        Which pool.
    headcount : int
        Staff, UNLIMITED (-1) for as many as there is work.
    skill : float array, shape (headcount,)
        Persuasion when fully trained, 1 on average; lognormal.
    new : bool array, shape (headcount,)
        Who starts the run as new.
    successors : tuple, shape (headcount,)
        For each place (minute, skill) of everyone who takes it over during the run, in order; each starts as new.
    learning_days : float
        Days until a new member is fully effective.
    hourly_cost_cents : int
        Cost of an hour.
    shifts : tuple of Shift
        Working days in order.
    """

    pool: Pool
    headcount: int
    skill: NDArray[np.float64]
    new: NDArray[np.bool_]
    successors: tuple[tuple[tuple[int, float], ...], ...]
    learning_days: float
    hourly_cost_cents: int
    shifts: tuple[Shift, ...]

    def actor(self, member: int) -> int:
        """Return the log's code of a member of staff (0 for one of an unlimited pool)."""
        return int(self.pool) * ACTORS_PER_POOL + member

    def skill_at(self, member: int, now: int) -> float:
        """Return the persuasion of a member at minute ``now``; those of an unlimited pool are average."""
        if self.headcount == UNLIMITED:
            return 1.0
        full, is_new, since = float(self.skill[member - 1]), bool(self.new[member - 1]), 0
        for at, skill in self.successors[member - 1]:
            if now >= at:
                full, is_new, since = skill, True, at
        if not is_new or self.learning_days <= 0.0:
            return full
        learnt = min(1.0, (now - since) / DAY / self.learning_days)
        return full * (NEW_SKILL + (1.0 - NEW_SKILL) * learnt)

    def cost_cents(self, minutes: int) -> int:
        """Return the cost of staff minutes, rounded to whole cents."""
        return (minutes * self.hourly_cost_cents + 30) // 60


@dataclass(frozen=True)
class Tasks:
    """How long tasks take, on average, and how many people a visit takes.

    Attributes
    ----------
    dial, after_call, visit : int
        Minutes of dialling, of notes after a talk, and of a visit with the way to it.
    by_action : mapping
        Minutes of every other task by Action, 1 or more.
    visit_people : int
        Collectors on a visit.
    vary : bool
        Whether a task's time is drawn around its mean.
    """

    dial: int
    after_call: int
    visit: int
    by_action: Mapping[int, int]
    visit_people: int
    vary: bool


_TASKS: Final[Mapping[Action, str]] = {
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


def tasks_of(flat: Flat) -> Tasks:
    """Return a scenario's tasks."""
    minutes, capacity = flat.tasks[0], flat.capacity
    by_action = {int(action): max(1, int(minutes[name])) for action, name in _TASKS.items()}
    return Tasks(
        dial=max(1, int(minutes["dial"])),
        after_call=int(minutes["after_call"]),
        visit=int(minutes["travel"]) + by_action[Action.VISIT],  # on the way, then at the door
        by_action=by_action,
        visit_people=2 if flat.rules["visit_two_people"][0] == 1 else int(capacity["visit_people"][0]),
        vary=int(capacity["task_times"][0]) > 0,
    )


def team(flat: Flat, pool: Pool, calendar: Calendar, zone: str, seed: int, replication: int) -> Team:
    """Return a pool's staff.

    Skill, tenure and absence by keyed draws, so that a new colleague changes nobody's days, and a higher turnover makes
    the same people leave sooner. Days of absence belong to the place, whoever holds it.
    """
    row = flat.pools[int(pool) - 1]
    headcount = int(row["headcount"])
    members = max(0, headcount)
    numbers = [-(int(pool) * ACTORS_PER_POOL + i + 1) for i in range(members)]
    keys = np.array(numbers, dtype=np.int64)
    sd, rate = float(row["skill_sd"]), float(row["turnover_per_year"])
    skill = np.array([_skill(seed, replication, k, 0, sd) for k in numbers])
    new = np.array(
        [uniform(seed, replication, k, int(Purpose.TENURE), 0) < float(row["new_share"]) for k in numbers],
        dtype=np.bool_,
    )
    return Team(
        pool,
        headcount,
        skill,
        new,
        tuple(_successors(seed, replication, k, rate, sd, calendar.horizon_minutes) for k in numbers),
        float(row["learning_months"]) * 30.4375,
        int(row["hourly_cost_cents"]),
        _shifts(flat, pool, calendar, zone, keys, seed, replication),
    )


def _skill(seed: int, replication: int, place: int, holder: int, sd: float) -> float:
    return math.exp(sd * normal(uniform(seed, replication, place, int(Purpose.SKILL), holder)))


def _successors(
    seed: int, replication: int, place: int, rate: float, sd: float, horizon: int
) -> tuple[tuple[int, float], ...]:
    """Return when a place is taken over before the horizon (minute), and the skill of who takes it.

    Stays are exponential with a mean of 1 / rate years; occurrence 0 of TENURE says whether the first holder is new.
    """
    found: list[tuple[int, float]] = []
    at = 0.0
    while rate > 0.0:
        holder = len(found) + 1
        stay = -math.log(1.0 - uniform(seed, replication, place, int(Purpose.TENURE), holder))
        at += stay / rate * DAYS_PER_YEAR * DAY
        if at >= horizon:
            break
        found.append((int(at), _skill(seed, replication, place, holder, sd)))
    return tuple(found)


def pools_in_use(flat: Flat) -> frozenset[Pool]:
    """Return the pools that a strategy document can send work to.

    A pool that it never uses is not staffed and costs nothing (A-16): reminders by SMS alone need no legal officers.
    """
    levers, used = flat.levers, set()
    actions = set(flat.steps["action"][flat.steps["stage"] > 0].tolist())
    automated = (levers["early_caller"] == 1)[:, None] & (flat.steps["stage"] == Stage.EARLY)
    if ((flat.steps["stage"] > 0) & (flat.steps["action"] == Action.CALL) & ~automated).any():
        used.add(Pool.CALLERS)
    if actions & {int(Action.NEGOTIATION_CALL), int(Action.VISIT), int(Action.CASE_ANALYSIS)}:
        used.add(Pool.NEGOTIATORS)
    if (
        talks(flat)
        and ((levers["follow_up_broken_promise_call_days"] >= 0) | (levers["follow_up_plan_check_days"] >= 0)).any()
    ):
        used |= {Pool.CALLERS, Pool.NEGOTIATORS}
    if ((levers["late_assess"] == 1) | (levers["late_letter_day"] >= 0) | (levers["late_suit_day"] >= 0)).any():
        used.add(Pool.LEGAL_OFFICERS)
    closing = (
        (levers["final_disposal"] != 0) | (levers["final_closing_record"] == 1) | (levers["restoration_care_call"] == 1)
    )
    if (flat.offers["stage"] > 0).any() or closing.any():
        used.add(Pool.SETTLEMENT_DESK)
    return frozenset(used)


def talks(flat: Flat) -> bool:
    """Return whether a strategy document lets anybody speak to a borrower, a person or the dialler."""
    spoken = (Action.CALL, Action.NEGOTIATION_CALL, Action.VISIT, Action.AUTOMATED_CALL)
    return bool((np.isin(flat.steps["action"], spoken) & (flat.steps["stage"] > 0)).any())


def _shifts(
    flat: Flat, pool: Pool, calendar: Calendar, zone: str, keys: NDArray[np.int64], seed: int, replication: int
) -> tuple[Shift, ...]:
    row = flat.pools[int(pool) - 1]
    if int(row["headcount"]) == 0:
        return ()
    clock = ZoneInfo(zone)
    holidays = set(calendar.holiday_days.tolist())
    midnight_utc = datetime.combine(calendar.start_date, time(), tzinfo=ZoneInfo("UTC"))
    shifts = []
    for day in range(-1, calendar.horizon_days + 1):
        date = calendar.start_date + timedelta(days=day)
        if not (int(row["weekday_mask"]) >> date.weekday()) & 1 or day in holidays:
            continue
        wall = [
            datetime.combine(date, time()) + timedelta(minutes=int(row[name])) for name in ("shift_start", "shift_end")
        ]
        opens, closes = (int((at.replace(tzinfo=clock) - midnight_utc).total_seconds()) // 60 for at in wall)
        opens, closes = max(opens, 0), min(closes, calendar.horizon_minutes)
        if opens >= closes:
            continue
        away = float(row["absence_share"]) + _sick_share(flat, pool, day)
        luck = uniforms(seed, replication, keys, int(Purpose.ABSENCE), day + 1)
        shifts.append(Shift(opens, closes, tuple((np.flatnonzero(luck >= away) + 1).tolist())))
    return tuple(shifts)


def _sick_share(flat: Flat, pool: Pool, day: int) -> float:
    """Return the extra share of a pool that sick-leave events keep away on a day."""
    share = 0.0
    for event in flat.events:
        if event["kind"] == 1 and event["pool"] == int(pool) and event["day"] <= day < event["day"] + event["days"]:
            share += float(event["share"])
    return share
