"""Staff: shifts, holidays, absence, sick leave, crews, who is served first and by whom."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from simcollect.core.codes import Action, EventKind, Pool
from simcollect.core.eventlog import EventLog
from simcollect.engine import Simulation
from simcollect.engine.staff import Team
from simcollect.scenario import load
from tests.engine.runs import Table, crowd, merged, rows_of, run, staffed

K = EventKind
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def callers(**fields: Any) -> Table:
    return {"capacity": {"pools": {"callers": fields}}}


def clock(log: EventLog, at: int, zone: str) -> dt.datetime:
    start = dt.datetime.fromisoformat(log.header.start_date).replace(tzinfo=dt.UTC)
    return (start + dt.timedelta(minutes=int(at))).astimezone(ZoneInfo(zone))


def started_by(log: EventLog, pool: Pool) -> np.ndarray[Any, Any]:
    rows = rows_of(log, K.WORK_STARTED)
    return rows[rows["actor"] // 100_000 == pool]


def test_work_is_taken_up_in_the_shift_on_working_days_by_the_centres_clock() -> None:
    holiday = dt.date(2005, 9, 14)
    shift = callers(shift_start="11:00", shift_end="13:30", weekdays=["mon", "wed"], headcount=2)
    centre = {"capacity": {"time_zone": "America/New_York", "holidays": [holiday]}}
    log = run(crowd(shift, centre), "busy")
    times = [clock(log, at, "America/New_York") for at in started_by(log, Pool.CALLERS)["at"]]
    assert len(times) > 50
    assert {time.weekday() for time in times} == {0, 2}
    assert all(dt.time(11) <= time.time() < dt.time(13, 30) for time in times)
    assert holiday not in {time.date() for time in times}
    # 2005-10-30: the clocks of New York go back; the shift goes on opening at eleven by the wall clock.
    assert {min(t.time() for t in times if t.date() == day).hour for day in {t.date() for t in times}} == {11}


def test_a_shift_that_crosses_the_start_of_the_run_is_worked_from_minute_nought() -> None:
    all_day = callers(shift_start="00:00", shift_end="24:00", weekdays=WEEK, absence_share=0.0)
    log = run(crowd(all_day, {"capacity": {"time_zone": "Asia/Taipei"}}), "busy")
    staffed_rows = rows_of(log, K.STAFFED)
    minutes = staffed_rows[staffed_rows["actor"] == Pool.CALLERS]["value"]
    assert minutes.sum() == 120 * 1440, "one caller, round the clock, no minute twice and none left out"


def test_staffed_minutes_and_their_cost_are_logged_shift_by_shift() -> None:
    log = run(crowd(callers(headcount=3, absence_share=0.0, weekdays=WEEK)), "busy")
    scenario = crowd()
    rows = rows_of(log, K.STAFFED)
    rows = rows[rows["actor"] == Pool.CALLERS]
    assert len(rows) == 120
    pool = scenario.capacity.pools.callers
    length = (dt.datetime.strptime(pool.shift_end, "%H:%M") - dt.datetime.strptime(pool.shift_start, "%H:%M")).seconds
    assert set(rows["value"]) == {3 * length // 60}
    hourly = round(100 * pool.hourly_cost.value)
    assert rows["cost_cents"].tolist() == [(int(v) * hourly + 30) // 60 for v in rows["value"]]


def test_absence_takes_its_share_of_shifts() -> None:
    n_days, heads, share = 120, 10, 0.25
    log = run(crowd(callers(headcount=heads, absence_share=share, weekdays=WEEK)), "busy")
    full = run(crowd(callers(headcount=heads, absence_share=0.0, weekdays=WEEK)), "busy")

    def minutes(of: EventLog) -> int:
        rows = rows_of(of, K.STAFFED)
        return int(rows[rows["actor"] == Pool.CALLERS]["value"].sum())

    present = minutes(log) / minutes(full)
    # A share of 1,200 shifts: four standard errors, one false alarm in 16,000.
    assert abs(present - (1 - share)) < 4 * math.sqrt(share * (1 - share) / (n_days * heads))


def test_sick_leave_keeps_its_share_of_a_pool_away_for_its_days() -> None:
    event = {"kind": "sick_leave", "day": 30, "days": 20, "pool": "callers", "share": 1.0}
    log = run(crowd(callers(weekdays=WEEK, absence_share=0.0), {"capacity": {"events": [event]}}), "busy")
    days = {int(at) // 1440 for at in started_by(log, Pool.CALLERS)["at"]}
    assert not days & set(range(31, 49))
    assert days & set(range(20, 30))
    assert days & set(range(51, 60))
    assert {int(at) // 1440 for at in started_by(log, Pool.NEGOTIATORS)["at"]} & set(range(31, 49)), "others come in"


def test_more_staff_change_nobody_elses_days() -> None:
    one, more = (Simulation(crowd(callers(headcount=n)), "busy").desks[Pool.CALLERS].team for n in (3, 7))
    assert more.skill[:3].tolist() == one.skill.tolist()
    for few, many in zip(one.shifts, more.shifts, strict=True):
        assert tuple(member for member in many.present if member <= 3) == few.present


def test_skill_spreads_around_one_and_new_staff_learn() -> None:
    team = (
        Simulation(crowd(callers(headcount=400, skill_sd=0.3, new_share=1.0, learning_months=2.0)), "nothing")
        .desks[Pool.CALLERS]
        .team
    )
    logs = np.log(team.skill)
    assert abs(logs.mean()) < 4 * 0.3 / math.sqrt(400)
    assert abs(logs.std() - 0.3) < 4 * 0.3 / math.sqrt(800)
    full = team.skill[0]
    first, half, learnt = (team.skill_at(1, int(days * 1440)) for days in (0, 30.4375, 90))
    assert first == pytest.approx(0.6 * full)
    assert half == pytest.approx(0.8 * full)
    assert learnt == full


def test_staff_leave_at_their_rate_and_their_places_are_taken_by_new_people_who_learn() -> None:
    heads, rate = 400, 1.5
    year: Table = {"run": {"horizon_days": 365}}

    def staff(turnover: float) -> Team:
        pool = callers(headcount=heads, skill_sd=0.3, learning_months=2.0, new_share=0.0, turnover_per_year=turnover)
        return Simulation(crowd(year, pool), "nothing").desks[Pool.CALLERS].team

    team, stable, slower = staff(rate), staff(0.0), staff(rate / 2)
    assert stable.successors == ((),) * heads
    leavers = [len(place) for place in team.successors]
    expected = heads * rate * 365 / 365.25
    assert abs(sum(leavers) - expected) < 4 * math.sqrt(expected), "a Poisson number; chance of failing 1 in 15,000"
    member = next(i for i, n in enumerate(leavers) if n > 0)
    at, skill = team.successors[member][0]
    assert team.skill_at(member + 1, at - 1) == stable.skill[member], "experienced until the day of leaving"
    assert team.skill_at(member + 1, at) == pytest.approx(0.6 * skill)
    assert team.skill.tolist() == stable.skill.tolist()
    for soon, late in zip(team.successors, slower.successors, strict=True):
        assert len(late) <= len(soon), "half the turnover makes the same people leave, later"
        assert [b[1] for b in late] == [a[1] for a in soon][: len(late)]
        assert all(b[0] - 2 <= 2 * a[0] <= b[0] + 2 for a, b in zip(soon, late, strict=False))


def test_turnover_costs_promises_and_payments() -> None:
    def outcomes(turnover: float) -> float:
        pool = {
            "headcount": 4,
            "new_share": 0.0,
            "learning_months": 12.0,
            "turnover_per_year": turnover,
            "skill_sd": 0.0,
        }
        change = {"capacity": {"pools": {"callers": pool, "negotiators": pool}}, "portfolio": {"n_stock": 300}}
        log = run(crowd(change), "busy")
        talks = rows_of(log, K.CONVERSATION)
        human = talks[talks["channel"] == 4]
        return float(np.isin(human["detail"], (1, 2, 3)).mean())

    assert outcomes(0.0) > outcomes(2.0)


def test_better_persuaders_get_more_promises_and_payments() -> None:
    """The skill that staff bring reaches the conversation."""

    def outcomes(months: float) -> int:
        change = {
            "capacity": {
                "pools": {p: {"new_share": 1.0, "learning_months": months} for p in ("callers", "negotiators")}
            }
        }
        log = run(crowd(change, staffed(4), {"portfolio": {"n_stock": 300}}), "busy")
        talks = rows_of(log, K.CONVERSATION)
        human = talks[talks["channel"] == 4]
        return int(np.isin(human["detail"], (1, 2, 3)).sum()) * 10_000 // len(human)

    assert outcomes(0.0) > outcomes(36.0)


@pytest.mark.parametrize("people", [1, 2])
def test_a_visit_is_made_by_as_many_people_as_the_centre_or_the_rule_asks_for(people: int) -> None:
    by_centre = {"capacity": {"visit_people": people}}
    by_rule = {"rules": {"visit_two_people": people == 2}}
    for change in (by_centre, by_rule):
        log = run(crowd(change, staffed(3)), "busy")
        for kind in (K.WORK_STARTED, K.WORK_ENDED):
            rows = rows_of(log, kind)
            visits = rows[rows["detail"] == Action.VISIT]
            crews: dict[tuple[int, int], list[int]] = {}
            for row in visits:
                crews.setdefault((int(row["at"]), int(row["account"])), []).append(int(row["actor"]))
            assert len(crews) > 3
            assert {len(set(crew)) for crew in crews.values()} == {people}


def test_a_visit_that_needs_two_is_not_made_where_there_is_one() -> None:
    log = run(crowd({"capacity": {"visit_people": 2}}, staffed(1)), "busy")
    assert len(rows_of(log, K.VISITED)) == 0
    assert (rows_of(log, K.WORK_QUEUED)["detail"] == Action.VISIT).any()
    assert len(rows_of(log, K.CONVERSATION)) > 10, "and keeps nobody from his other work"


def test_a_list_full_of_visits_that_nobody_can_make_does_not_swamp_the_clock() -> None:
    simulation = Simulation(crowd({"capacity": {"visit_people": 2}}, staffed(1)), "busy")
    for day in range(1, 121, 7):
        simulation.run(day)
        moments = len(simulation.env._queue)
        # An account has one moment ahead and perhaps one overtaken by an interrupt; each of four desks a few.
        assert moments <= 4 * len(simulation.population.book) + 100


# -- who first ------------------------------------------------------------------------------------------------------

QUEUE: list[Table] = [
    {"name": "A", "balance": 30_000.0, "dpd": 12, "score": 0.9, "instalment": 1000.0, "arrears": 1000.0},
    {"name": "B", "balance": 90_000.0, "dpd": 11, "score": 0.5, "instalment": 1000.0, "arrears": 1500.0},
    {"name": "C", "balance": 20_000.0, "dpd": 15, "score": 0.4, "instalment": 1000.0, "arrears": 9000.0},
    {"name": "D", "balance": 50_000.0, "dpd": 14, "score": 0.1, "instalment": 1000.0, "arrears": 2000.0},
    {"name": "E", "balance": 50_000.0, "dpd": 13, "score": 0.1, "instalment": 1000.0, "arrears": 2000.0},
]
EXPECTED = {
    "oldest": "ABCDE",
    "largest": "BDEAC",
    "riskiest": "CDEAB",
    "lowest_score": "DECBA",
    "incremental_value": "CBDEA",
}


def queue(priority: str, routing: str = "any", **pool: Any) -> Table:
    quiet = {"buffer": 0.0, "spare": 0.0, "phone_valid": False}
    return merged(
        {
            "run": {"start_date": dt.date(2005, 9, 1), "horizon_days": 10, "seed": 3},
            "portfolio": {"source": "inline", "accounts": [{**account, **quiet} for account in QUEUE]},
            "strategies": {
                "tried": {
                    "early": {"steps": [{"action": "call", "day": 0}]},
                    "work": {"priority": priority, "routing": routing},
                }
            },
        },
        callers(**{"headcount": 1, "absence_share": 0.0, "shift_start": "12:00", "shift_end": "18:00", **pool}),
    )


def order_of_calls(log: EventLog) -> str:
    return "".join(log.header.names[int(row["account"])] for row in rows_of(log, K.DIALLED))


@pytest.mark.parametrize("priority", sorted(EXPECTED))
def test_waiting_accounts_are_called_in_the_order_of_the_priority_rule(priority: str) -> None:
    log = run(queue(priority), "tried")
    assert order_of_calls(log) == EXPECTED[priority]
    starts = rows_of(log, K.WORK_STARTED)["at"]
    assert (np.diff(starts) >= 1).all(), "one caller, one call at a time"


def test_the_oldest_item_is_taken_first_also_across_days() -> None:
    document = queue("oldest")
    document["portfolio"]["accounts"][1]["time_zone"] = "America/New_York"  # reviewed four hours after the others
    document["portfolio"]["accounts"][0]["time_zone"] = "Asia/Taipei"  # and eight hours before them
    document = merged(document, callers(shift_start="16:00", shift_end="18:00"))
    assert order_of_calls(run(document, "tried")) == "ACDEB"


def test_five_priorities_and_three_routings_make_different_logs() -> None:
    def digest(priority: str, routing: str) -> str:
        change = {"strategies": {"busy": {"work": {"priority": priority, "routing": routing}}}}
        skilled = {"capacity": {"pools": {p: {"headcount": 2, "skill_sd": 0.5} for p in ("callers", "negotiators")}}}
        return run(crowd(change, skilled), "busy").digest()

    by_priority = {digest(priority, "any") for priority in EXPECTED}
    by_routing = {digest("oldest", routing) for routing in ("any", "best_to_largest", "best_to_riskiest")}
    assert len(by_priority) == 5
    assert len(by_routing) == 3


@pytest.mark.parametrize(
    ("routing", "prizes"), [("best_to_largest", {"B", "D", "E"}), ("best_to_riskiest", {"D", "E"})]
)
def test_the_best_of_those_free_take_the_prizes_and_the_weakest_the_rest(routing: str, prizes: set[str]) -> None:
    document = queue("oldest", routing, headcount=5, skill_sd=0.5)
    simulation = Simulation(load(document), "tried")
    simulation.run()
    log = simulation.log()
    free = set(range(1, 6))
    team = simulation.desks[Pool.CALLERS].team
    for row in rows_of(log, K.WORK_STARTED):
        name = log.header.names[int(row["account"])]
        ranked = sorted(free, key=lambda member: team.skill_at(member, int(row["at"])))
        assert int(row["actor"]) % 100_000 == (ranked[-1] if name in prizes else ranked[0])
        free.discard(int(row["actor"]) % 100_000)


def test_two_colleagues_never_have_the_same_borrower_on_the_line() -> None:
    steps = [{"action": "negotiation_call", "day": 0}, {"action": "call", "day": 0}]
    both = {"strategies": {"busy": {"mid": {"steps": steps, "enter_dpd": 1}, "early": {"enter_dpd": 1}}}}
    together = {"capacity": {"pools": {pool: {"shift_start": "09:00"} for pool in ("callers", "negotiators")}}}
    log = run(crowd(staffed("unlimited"), both, together), "busy")
    calls = np.isin(log.rows["detail"], (Action.CALL, Action.NEGOTIATION_CALL, Action.BROKEN_PROMISE_CALL))
    rows = log.rows[calls & np.isin(log.rows["kind"], (K.WORK_STARTED, K.WORK_ENDED))]
    assert len(rows) > 100
    for account in np.unique(rows["account"]):
        kinds = rows["kind"][rows["account"] == account].tolist()
        assert kinds[::2] == [int(K.WORK_STARTED)] * len(kinds[::2])
        assert kinds[1::2] == [int(K.WORK_ENDED)] * len(kinds[1::2])


def test_work_that_is_under_way_is_not_asked_for_again() -> None:
    """The letter is begun at half past eight and takes an hour; at nine the account is reviewed."""
    hour = {"value": 60.0, "unit": "minutes", "range": [1.0, 600.0], "status": "assumed", "source": "a test"}
    officer = {"headcount": 1, "weekdays": ["fri"], "shift_start": "08:30", "absence_share": 0.0}
    document = {
        "run": {"start_date": dt.date(2005, 9, 1), "horizon_days": 20},  # a Thursday
        "portfolio": {"source": "inline", "accounts": [{**QUEUE[0], "dpd": 29, "buffer": 0.0, "spare": 0.0}]},
        "capacity": {"pools": {"legal_officers": officer}, "tasks": {"lawyers_letter": hour}},
        "strategies": {
            "tried": {
                "mid": {"enter_dpd": 30, "steps": [{"action": "sms", "day": 0, "repeat_days": 1, "maximum": 30}]},
                "late": {"enter_dpd": 31, "letter_day": 0, "keep_negotiating": True},
            }
        },
    }
    log = run(document, "tried")
    reviewed = rows_of(log, K.MESSAGE_SENT)["at"]
    assert (reviewed == 8 * 1440 + 9 * 60).any(), "on the second Friday, as every morning"
    letters = rows_of(log, K.WORK_QUEUED)
    assert letters["detail"].tolist() == [Action.LAWYERS_LETTER]
    started, ended = rows_of(log, K.WORK_STARTED)["at"][0], rows_of(log, K.WORK_ENDED)["at"][0]
    assert started % 1440 < 9 * 60 < ended % 1440


def test_a_pool_that_the_strategy_never_uses_is_not_paid() -> None:
    paid = {int(row["actor"]) for row in rows_of(run(crowd(), "nothing"), K.STAFFED)}
    assert paid == set()
    only_mid = {
        "strategies": {"busy": {"early": {"caller": "automated"}, "mid": {"steps": [{"action": "call", "day": 0}]}}}
    }
    log = run(crowd(only_mid), "busy")
    assert Pool.CALLERS in {int(row["actor"]) for row in rows_of(log, K.STAFFED)}
    assert len(started_by(log, Pool.CALLERS)) > 0
