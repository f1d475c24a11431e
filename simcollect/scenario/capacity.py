"""Capacity: four pools of staff, how long their tasks take, and the days that are not like the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from simcollect.core.codes import Pool as PoolCode
from simcollect.scenario.kinds import (
    MAX_HEADCOUNT,
    Clock,
    Date,
    Days,
    Document,
    Factor,
    Kind,
    Name,
    Share,
    Weekdays,
    Zone,
    clock_minutes,
)
from simcollect.scenario.places import Problem, shown
from simcollect.scenario.quantity import AnnualRate, Deviation, HourlyCost, MinuteQuantity, MonthQuantity, ShareQuantity

PoolName: TypeAlias = Literal["callers", "negotiators", "legal_officers", "settlement_desk"]
POOL_CODES: dict[str, PoolCode] = {
    "callers": PoolCode.CALLERS,
    "negotiators": PoolCode.NEGOTIATORS,
    "legal_officers": PoolCode.LEGAL_OFFICERS,
    "settlement_desk": PoolCode.SETTLEMENT_DESK,
}
UNLIMITED = -1
"""Headcount of an unlimited pool in the flattened arrays."""

Headcount: TypeAlias = Annotated[
    Annotated[int, Field(ge=0, le=MAX_HEADCOUNT)] | Literal["unlimited"],
    Kind("headcount", 'a whole number of staff from 0 to 1,000,000, or "unlimited"'),
]


class Pool(Document):
    """One group of staff with one work list."""

    headcount: Headcount = Field(description='Staff in the pool (count, 0 to 1,000,000), or "unlimited".')
    shift_start: Clock = Field(description="Start of the shift (time of day at the centre).")
    shift_end: Clock = Field(description="End of the shift (time of day at the centre); later than its start.")
    weekdays: Weekdays = Field(description="Days of the week worked.")
    absence_share: ShareQuantity = Field(description="Share of shifts missed through sickness or leave (0 to 1).")
    hourly_cost: HourlyCost = Field(description="Full cost of one staffed hour (money per hour).")
    skill_sd: Deviation = Field(description="Spread of skill: standard deviation of log effectiveness among staff.")
    learning_months: MonthQuantity = Field(description="Months until a new member of staff is fully effective.")
    new_share: ShareQuantity = Field(description="Share of staff who start the run as new (0 to 1).")
    turnover_per_year: AnnualRate = Field(
        description="Rate at which a member of staff leaves, replaced at once by someone new (per year)."
    )


class Pools(Document):
    """The four pools."""

    callers: Pool = Field(description="Calls of the early and mid stage.")
    negotiators: Pool = Field(description="Negotiation calls, case analysis, visits, follow-up of promises and plans.")
    legal_officers: Pool = Field(description="Risk assessment, letters, suits, enforcement.")
    settlement_desk: Pool = Field(description="Settlement offers, write-off, closing record, care calls.")


class Tasks(Document):
    """Staff time a task takes beside the conversation itself (minutes). Talking time belongs to the behaviour block."""

    dial: MinuteQuantity = Field(description="Dialling until answered or given up (minutes an attempt).")
    after_call: MinuteQuantity = Field(description="Notes after a conversation (minutes).")
    case_analysis: MinuteQuantity = Field(description="Reading the repayment history and finances (minutes).")
    visit: MinuteQuantity = Field(description="Time at the door or in the home (minutes).")
    travel: MinuteQuantity = Field(description="Travel to a visit and back, shared over a round (minutes a visit).")
    risk_assessment: MinuteQuantity = Field(description="Pre-legal risk assessment (minutes).")
    lawyers_letter: MinuteQuantity = Field(description="Preparing a lawyer's letter (minutes).")
    lawsuit: MinuteQuantity = Field(description="Preparing and filing a suit (minutes).")
    enforcement: MinuteQuantity = Field(description="Applying for enforcement of a judgment (minutes).")
    settlement_offer: MinuteQuantity = Field(description="Preparing and explaining a settlement offer (minutes).")
    write_off: MinuteQuantity = Field(description="Writing an account off or preparing its sale (minutes).")
    closing_record: MinuteQuantity = Field(description="Closing record and evaluation (minutes).")
    care_call: MinuteQuantity = Field(description="Care call after a closed case (minutes).")


class Inflow(Document):
    """A period in which more or fewer accounts fall overdue."""

    kind: Literal["inflow"] = Field(description="inflow")
    day: Days = Field(description="First day of the period (day of the run).")
    days: Days = Field(description="Length of the period (days, at least 1).")
    factor: Factor = Field(description="Inflow as a multiple of the usual (0 to 100; 1.3: 30 % more).")


class SickLeave(Document):
    """A period in which part of a pool is away."""

    kind: Literal["sick_leave"] = Field(description="sick_leave")
    day: Days = Field(description="First day of the period (day of the run).")
    days: Days = Field(description="Length of the period (days, at least 1).")
    pool: PoolName = Field(description="Pool that is short of staff.")
    share: Share = Field(description="Share of the pool that is away (0 to 1).")


Event: TypeAlias = Annotated[Inflow | SickLeave, Field(discriminator="kind")]
EVENT_KINDS = ("inflow", "sick_leave")


class Capacity(Document):
    """Staff, tasks and events."""

    preset: Name = Field("taiwan", description="Preset that unnamed pools and tasks come from.")
    pools: Pools = Field(description="The four pools of staff.")
    tasks: Tasks = Field(description="Staff time by task.")
    task_times: Literal["fixed", "exponential", "lognormal"] = Field(
        "fixed",
        description="Spread of task times around their means: none, exponential, or lognormal. Visits keep their time: "
        "a round is planned.",
    )
    task_time_sd: Deviation = Field(
        description="Spread of lognormal task times: standard deviation of their logarithm."
    )
    visit_people: Literal[1, 2] = Field(1, description="Staff who make a visit together, unless a rule asks for two.")
    holidays: tuple[Date, ...] = Field((), description="Dates on which nobody works.")
    time_zone: Zone | None = Field(None, description="Time zone of the centre; without it the run's time zone.")
    events: tuple[Event, ...] = Field((), description="Inflow shocks and sick leave.")


def capacity_problems(capacity: Capacity, horizon_days: int | None) -> Iterator[Problem]:
    """What contradicts itself in the capacity block.

    Parameters
    ----------
    capacity : Capacity
        The block.
    horizon_days : int or None
        Length of the run, days; None where the run block is itself wrong.
    """
    for name in POOL_CODES:
        pool: Pool = getattr(capacity.pools, name)
        if clock_minutes(pool.shift_end) <= clock_minutes(pool.shift_start):
            yield Problem(
                ("pools", name, "shift_end"),
                shown(pool.shift_end),
                f'a time after the shift\'s start "{pool.shift_start}"',
                "A shift lies within one day; swap the two, or end it at 24:00.",
            )
    for position, event in enumerate(capacity.events):
        if event.days == 0:
            yield Problem(("events", position, "days"), shown(0), "at least 1 day", "Give the period a length.")
        if horizon_days is not None and event.day >= horizon_days:
            yield Problem(
                ("events", position, "day"),
                shown(event.day),
                f"a day before the run's end, day {horizon_days}",
                "Move the event, or lengthen run.horizon_days.",
            )
