"""Several strategies in one run: arms that share staff or not, and a change of strategy on a day."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcollect.core.codes import EventKind
from simcollect.core.errors import SimcollectError
from simcollect.core.eventlog import EventLog
from simcollect.engine import Simulation, Treatment, simulate
from simcollect.engine.treatment import whose
from simcollect.outcomes.accounts import account_table
from simcollect.outcomes.tables.groups import headline_by
from simcollect.population import build
from simcollect.scenario import Scenario
from tests.engine.runs import STRATEGIES, Table, crowd, life, staffed

K = EventKind
DAY = 1440
GENTLE: Table = {
    "strategies": {
        "gentle": {"early": {"enter_dpd": 2, "steps": [{"action": "sms", "day": 0, "repeat_days": 7, "maximum": 4}]}},
        "riskiest": {"inherits": "busy", "work": {"priority": "riskiest", "routing": "best_to_largest"}},
    }
}


def arms_of(scenario: Scenario, n_arms: int = 2) -> np.ndarray:
    return np.arange(len(build(scenario).book)) % n_arms


def without_telling(log: EventLog) -> np.ndarray:
    return log.rows[log.rows["kind"] != K.ASSIGNED]


def of_arm(log: EventLog, accounts: np.ndarray) -> list[tuple[int, ...]]:
    return [row for row in life(log, (K.ASSIGNED,)) if row[1] in set(accounts.tolist())]


def test_one_arm_for_all_is_the_run_of_that_strategy_with_a_row_an_account_that_says_so(tiny: Scenario) -> None:
    pilot = simulate(tiny, Treatment("all firm", ("firm", "gentle"), np.zeros(12, dtype=np.int64)))
    # Pools of both arms are kept, though one arm is empty.
    assert life(pilot, (K.ASSIGNED, K.STAFFED)) == life(simulate(tiny, "firm"), (K.STAFFED,))
    told = pilot.rows[pilot.rows["kind"] == K.ASSIGNED]
    assert sorted(told["account"].tolist()) == list(range(12))
    assert set(told["detail"].tolist()) == {0}


def test_with_unlimited_staff_every_account_lives_as_if_all_were_in_its_arm() -> None:
    """Nothing but staff couples borrowers: without that bond a pilot has no interference to be biased by."""
    scenario = crowd(staffed("unlimited"), GENTLE)
    arms = arms_of(scenario)
    pilot = simulate(scenario, Treatment("pilot", ("busy", "gentle"), arms))
    for place, strategy in enumerate(("busy", "gentle")):
        mine = np.flatnonzero(arms == place)
        assert of_arm(pilot, mine) == of_arm(simulate(scenario, strategy), mine)
        assert len(of_arm(pilot, mine)) > 100


def test_shared_staff_let_one_arm_change_the_other_and_split_staff_do_not() -> None:
    """The control arm lives another life when its neighbours ask for the same callers, and not when they cannot."""
    scenario = crowd(staffed(2), GENTLE)
    arms = arms_of(scenario)
    control = np.flatnonzero(arms == 0)
    lives = {}
    for shares in (None, (0.5, 0.5)):
        for rival in ("nothing", "riskiest"):
            log = simulate(scenario, Treatment("pilot", ("busy", rival), arms, shares))
            lives[shares, rival] = of_arm(log, control)
    assert lives[None, "nothing"] != lives[None, "riskiest"]
    assert lives[(0.5, 0.5), "nothing"] == lives[(0.5, 0.5), "riskiest"]


def test_split_staff_work_for_their_own_arm_only_and_are_paid_by_it() -> None:
    scenario = crowd(staffed(3), GENTLE)
    arms = arms_of(scenario)
    log = simulate(scenario, Treatment("pilot", ("busy", "riskiest"), arms, (2 / 3, 1 / 3)))
    work = log.rows[np.isin(log.rows["kind"], (K.WORK_STARTED, K.WORK_ENDED))]
    member = work["actor"] % 100_000
    assert set(member[arms[work["account"]] == 0].tolist()) <= {1, 2}
    assert set(member[arms[work["account"]] == 1].tolist()) == {3}
    shifts = log.rows[log.rows["kind"] == K.STAFFED]
    paid = [int(shifts["cost_cents"][shifts["detail"] == whose].sum()) for whose in (1, 2)]
    assert paid[0] > paid[1] > 0


def test_tables_tell_the_arms_apart() -> None:
    scenario = crowd(GENTLE)
    arms = arms_of(scenario)
    log = simulate(scenario, Treatment("pilot", ("busy", "gentle"), arms))
    assert account_table(log)["arm"].tolist() == [("busy", "gentle")[arm] for arm in arms]
    by_arm = headline_by(log).query("by == 'arm'")
    assert by_arm["group"].tolist() == ["busy", "gentle"]
    assert by_arm["n_accounts"].sum() == len(arms)
    assert "arm" not in account_table(simulate(scenario, "busy"))


@settings(max_examples=25)
@given(day=st.integers(1, 119), pair=st.permutations(["busy", "gentle", "nothing", "riskiest"]))
def test_until_the_day_of_a_change_the_log_is_that_of_the_first_strategy(day: int, pair: list[str]) -> None:
    scenario = crowd(GENTLE)
    first, second = pair[:2]
    plain, forked = simulate(scenario, first), simulate(scenario, Treatment("f", (first, second), changes=((day, 1),)))
    before = plain.rows[plain.rows["at"] < day * DAY]
    assert forked.rows[: len(before)].tobytes() == before.tobytes()
    assert np.all(forked.rows["at"][len(before) :] >= day * DAY)
    told = forked.rows[forked.rows["kind"] == K.ASSIGNED]
    assert set(told["detail"].tolist()) <= {1}


@settings(max_examples=15)
@given(day=st.integers(1, 179), strategy=st.sampled_from(STRATEGIES))
def test_a_change_to_the_same_levers_changes_nothing(tiny: Scenario, day: int, strategy: str) -> None:
    """A copy of a strategy under another name is the same strategy: the run goes on byte for byte."""
    levers = tiny.strategies[strategy]
    twice = tiny.model_copy(update={"strategies": {**tiny.strategies, "copy": levers}})
    forked = simulate(twice, Treatment("f", (strategy, "copy"), changes=((day, 1),)))
    assert np.array_equal(without_telling(forked), simulate(tiny, strategy).rows)


def test_running_across_a_change_in_pieces_gives_the_same_log() -> None:
    scenario = crowd(GENTLE)
    treatment = Treatment("f", ("busy", "riskiest"), changes=((30, 1), (60, 0)))
    pieces = Simulation(scenario, treatment)
    for day in (10, 30, 31, 60, 90):
        pieces.run(day)
    pieces.run()
    assert pieces.log() == simulate(scenario, treatment)


def test_after_the_change_only_what_the_new_strategy_wants_is_done() -> None:
    """Contacts end when the new strategy makes none; what waited for staff is withdrawn, not forgotten."""
    scenario = crowd(GENTLE, staffed(1))
    log = simulate(scenario, Treatment("f", ("busy", "nothing"), changes=((40, 1),)))
    after = log.rows[log.rows["at"] >= 41 * DAY]
    assert not np.isin(after["kind"], (K.MESSAGE_SENT, K.DIALLED, K.VISITED, K.OFFER_MADE)).any()
    plain = simulate(scenario, "busy")
    assert (plain.rows["kind"][plain.rows["at"] >= 41 * DAY] == K.DIALLED).sum() > 100
    idle = simulate(crowd(GENTLE, staffed(0)), Treatment("f", ("busy", "nothing"), changes=((40, 1),)))
    queued, withdrawn = ((idle.rows["kind"] == kind).sum() for kind in (K.WORK_QUEUED, K.WORK_WITHDRAWN))
    assert queued == withdrawn > 20
    assert ((idle.rows["kind"] == K.WORK_WITHDRAWN) & (idle.rows["at"] == 40 * DAY)).sum() > 20


def test_a_step_that_both_strategies_have_goes_on_and_one_joined_late_is_not_made_up_for() -> None:
    """Four weekly messages are four, whoever sends them; a cadence joined on day 20 sends what is left of it."""
    weekly = {"early": {"enter_dpd": 1, "steps": [{"action": "sms", "day": 0, "repeat_days": 7, "maximum": 8}]}}
    daily = {"early": {"enter_dpd": 1, "steps": [{"action": "sms", "day": 0, "repeat_days": 1, "maximum": 60}]}}
    late = {"late": {"enter_dpd": 170}}
    scenario = crowd(
        {
            "rules": {"messages_per_7_days": None},
            "strategies": {"weekly": weekly, "twin": {**weekly, **late}, "daily": daily},
        }
    )
    same = simulate(scenario, Treatment("f", ("weekly", "twin"), changes=((20, 1),)))
    sent = [row for row in life(same) if row[2] == K.MESSAGE_SENT]
    assert sent == [row for row in life(simulate(scenario, "weekly")) if row[2] == K.MESSAGE_SENT]
    joined = simulate(scenario, Treatment("f", ("weekly", "daily"), changes=((20, 1),)))
    messages = joined.rows[joined.rows["kind"] == K.MESSAGE_SENT]
    on_a_day = np.unique(np.stack([messages["account"], messages["at"] // DAY]), axis=1, return_counts=True)[1]
    assert on_a_day.max() == 1


def test_an_offer_that_stands_is_kept_by_a_strategy_that_makes_none() -> None:
    """What was put in writing holds: the borrower can still take it, on the terms it was made on."""
    scenario = crowd(
        GENTLE, staffed("unlimited"), {"behaviour": {"settlement": {"answer_days": 15.0, "accept_intercept": 4.0}}}
    )
    plain = simulate(scenario, "busy")
    made = plain.rows[plain.rows["kind"] == K.OFFER_MADE]
    day = int(np.median(made["at"])) // DAY + 1
    forked = simulate(scenario, Treatment("f", ("busy", "nothing"), changes=((day, 1),)))
    taken = [row for row in forked.rows if row["kind"] == K.OFFER_ACCEPTED and row["at"] >= day * DAY]
    assert taken
    for row in taken:
        asked = forked.rows[(forked.rows["kind"] == K.OFFER_MADE) & (forked.rows["account"] == row["account"])]
        assert asked["at"].max() < day * DAY
        assert row["amount_cents"] <= asked["amount_cents"].max()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"strategies": ("a", "a")}, "different strategies"),
        ({"strategies": ("a", "b"), "arms": np.array([0, 2])}, "positions"),
        ({"strategies": ("a", "b"), "staff_shares": (1.0,)}, "shared out"),
        ({"strategies": ("a", "b"), "changes": ((0, 1),)}, "rising days from 1"),
        ({"strategies": ("a", "b"), "changes": ((9, 1), (9, 0))}, "rising days from 1"),
        ({"strategies": ("a", "b"), "changes": ((9, 2),)}, "positions"),
        ({"strategies": ("a", "b"), "changes": ((9, 1),), "arms": np.array([0])}, "not both"),
    ],
)
def test_a_treatment_that_does_not_fit_together_is_refused(wrong: dict, says: str) -> None:
    with pytest.raises(SimcollectError, match=says):
        Treatment("t", **wrong)


@given(heads=st.integers(1, 12), parts=st.lists(st.integers(1, 9), min_size=2, max_size=4))
def test_staff_are_shared_out_in_proportion_whatever_the_number(heads: int, parts: list[int]) -> None:
    """Over 250 shifts each strategy has its share of all members' days, but for two days a boundary at most."""
    shares = tuple(part / sum(parts) for part in parts)
    served = [whose(member, shift, heads, shares) for member in range(1, heads + 1) for shift in range(250)]
    days = np.bincount(served, minlength=len(shares))
    assert np.all(np.abs(days - 250 * heads * np.array(shares)) <= 2 * 2)
