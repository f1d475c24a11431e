"""A pilot's estimate, the roll-out it stands for, and the bias between them."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import simcollect.cli.pilot  # noqa: F401 (registers the command)
from simcollect.arms.asked import arms_of
from simcollect.arms.pilot import Pilot, pilot
from simcollect.arms.runs import pilot_log
from simcollect.arms.values import OUTCOMES
from simcollect.cli.app import app
from simcollect.core.errors import InputError, InputErrors
from simcollect.scenario import Scenario
from tests.arms.books import small

HALVES = {"balanced": 0.5, "firm": 0.5}


@pytest.fixture(scope="module")
def found() -> Pilot:
    return pilot(small(1, 80), HALVES, replications=3, workers=1)


def test_with_unlimited_staff_a_pilot_is_off_by_nothing_but_the_luck_of_the_draw() -> None:
    """Each arm lives as at roll-out, so pilot - same borrowers at roll-out is 0 in every outcome but cost of staff."""
    scenario = small("unlimited", 100, **{"economics.cost_basis": "worked"})
    free = pilot(scenario, HALVES, staff=["shared"], replications=2, workers=1)
    for outcome in OUTCOMES:
        # A cent of staff cost that is shared out may fall on another account: one cent an account at most.
        tolerance = 1.0 if outcome == "cost_per_account_cents" else 1e-6
        own = free.values("same_borrowers", outcome)
        assert free.values("pilot", outcome) == pytest.approx(own, abs=tolerance), outcome


def test_scarce_shared_staff_bias_the_pilot_and_the_bias_is_seen() -> None:
    """The other arm does nothing: under a shared list the champion's callers serve half the book, at roll-out all."""
    scenario = small(1, 100, 60)
    shared = pilot(scenario, {"balanced": 0.5, "no_action": 0.5}, staff=["shared"], replications=4, workers=1)
    conversations = shared.bias("kept_share")
    assert conversations is not None
    by_pilot = shared.values("champion_value", "mean_days_to_cash")
    at_roll_out = shared.values("champion_roll_out", "mean_days_to_cash")
    assert np.all(by_pilot > 0.0)
    assert not np.array_equal(by_pilot, at_roll_out)
    cost = shared.bias("cost_per_account_cents")
    assert cost is not None
    # One caller's pay is borne by half as many accounts: the champion looks dearer than it is at roll-out.
    assert cost.high < 0.0


def test_whether_staff_bind_stands_beside_the_bias(found: Pilot) -> None:
    """One caller for the whole book is busy; of eight each is so for an eighth of the work at most."""
    many = pilot(small(8, 80), HALVES, staff=["shared"], replications=1, workers=1).staff().set_index(["pool", "run"])
    one = found.staff().set_index(["pool", "run"])
    for run in ("pilot, shared", "balanced", "firm"):
        assert one.loc[("callers", run), "utilisation"] > 2.0 * many.loc[("callers", run), "utilisation"]
    assert ("callers", "pilot, split") in one.index
    with pytest.raises(InputError, match="day"):
        found.staff(7)


def test_an_interval_is_that_of_the_day_it_is_asked_for(found: Pilot) -> None:
    early, late = found.days[0], found.days[-1]
    assert early < late
    name = OUTCOMES[0]
    for day in (early, late):
        table = found.table(day).set_index(["staffing", "outcome"])
        errors = found.values("standard_error", name, None, "shared", day)
        half = 1.959964 * float(np.mean(errors))
        assert table.loc[("shared", name), "one_pilot_half_width"] == pytest.approx(half, rel=1e-6)


def test_bias_and_luck_of_the_draw_add_up_to_how_far_the_pilot_is_off(found: Pilot) -> None:
    for staffing in found.staffings:
        for outcome in OUTCOMES:
            off = found.values("pilot", outcome, None, staffing) - found.values("roll_out", outcome, None, staffing)
            own = found.values("same_borrowers", outcome, None, staffing)
            luck = own - found.values("roll_out", outcome, None, staffing)
            bias = found.values("pilot", outcome, None, staffing) - own
            assert off == pytest.approx(luck + bias)


def test_the_truth_is_that_of_the_plain_comparison(found: Pilot) -> None:
    """The whole book under either strategy: the very runs that compare makes."""
    from simcollect import api

    plain = api.compare(found.scenario, strategies=["balanced", "firm"], replications=3, against="balanced", workers=1)
    for outcome in OUTCOMES:
        told, known = found.truth(outcome), plain.difference(outcome, "firm")
        assert told is not None
        assert known is not None
        assert (told.mean, told.low, told.high) == pytest.approx(
            (known.mean, known.low, known.high), rel=1e-4, abs=1e-6
        )


@pytest.mark.slow
def test_the_pilots_own_interval_covers_the_truth_as_often_as_it_says_when_arms_do_not_meet() -> None:
    """95 % nominal; 40 pilots, so at least 31 hold the truth but for 1 in 10,000 (binomial)."""
    scenario = small("unlimited", 60, 30, **{"economics.cost_basis": "worked"})
    free = pilot(scenario, HALVES, staff=["shared"], replications=40, workers=1)
    for outcome in ("gross_recovery_share", "kept_share"):
        assert free.coverage(outcome) >= 31 / 40, outcome


def test_windows_tell_who_leads_on_each_reading_day(found: Pilot) -> None:
    windows = found.windows("complaints_per_1000")
    assert windows["day"].tolist() == [30, 90]
    assert set(windows["winner"]) <= {"balanced", "firm", "cannot tell"}
    assert windows["picks_the_winner"].between(0.0, 1.0).all()
    last = windows.iloc[-1]
    truth = found.truth("complaints_per_1000")
    assert truth is not None
    assert last["roll_out"] == truth.mean


def test_tables_pictures_and_json_hold_every_outcome(found: Pilot, tmp_path: Path) -> None:
    table = found.table()
    assert len(table) == 2 * len(OUTCOMES)
    assert set(table["outcome"]) == set(OUTCOMES)
    for lang in ("en", "zh"):
        found.save(tmp_path / lang, lang)  # type: ignore[arg-type]
        assert {path.name for path in (tmp_path / lang).iterdir()} == {
            "pilot.csv",
            "staff.csv",
            "windows.csv",
            "pilot.png",
        }
    told = json.dumps(found.to_dict(), allow_nan=False)
    assert "not a finding about borrowers" in told
    assert any("kept by balanced's rule" in note for note in found.notes())


def test_finished_pilots_are_taken_over_and_another_split_of_arms_is_refused(tmp_path: Path) -> None:
    scenario = small(1, 40, 30)
    first = pilot(scenario, HALVES, replications=2, workers=1, folder=tmp_path / "p")
    calls: list[tuple[int, int]] = []
    again = pilot(
        scenario,
        HALVES,
        replications=2,
        workers=1,
        folder=tmp_path / "p",
        on_progress=lambda k, n: calls.append((k, n)),
    )
    assert calls == [(4, 4)]
    assert again.runs.equals(first.runs)
    with pytest.raises(InputError, match="another experiment"):
        pilot(scenario, {"balanced": 0.6, "firm": 0.4}, replications=2, workers=1, folder=tmp_path / "p")


def test_the_log_of_a_pilot_tells_its_arms() -> None:
    log = pilot_log(small(1, 40, 30), (("balanced", 0.5), ("firm", 0.5)), "split")
    assert log.header.arms == ("balanced", "firm")
    assert "split staff" in log.header.strategy


@pytest.mark.parametrize(
    ("arms", "says"),
    [
        ({"balanced": 0.5, "frim": 0.5}, 'Did you mean "firm"'),
        ({"balanced": 1.0}, "Expected two or more"),
        ({}, "are none"),
        ({"balanced": 0.5, "firm": 0.6}, "add up to 1.1"),
        ({"balanced": -0.5, "firm": 1.5}, "above 0 and below 1"),
        ({"balanced": math.nan, "firm": 0.5}, "above 0 and below 1"),
    ],
)
def test_arms_that_make_no_experiment_are_refused(tiny: Scenario, arms: dict[str, float], says: str) -> None:
    with pytest.raises(InputErrors, match=says):
        arms_of(tiny, arms)


def test_the_command_prints_estimate_truth_and_bias(tmp_path: Path) -> None:
    words = ["pilot", "tiny", "--arm", "gentle=0.5", "--arm", "firm=0.5", "--replications", "2", "--workers", "1"]
    told = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "a")])
    assert told.exit_code == 0, told.output
    for part in ("pilot, shared", "pilot, split", "roll-out", "bias, shared", "Judged by", "Bias: pilots"):
        assert part in told.output
    as_json = CliRunner().invoke(app, [*words, "--json", "--staff", "shared", "--out", str(tmp_path / "b")])
    assert json.loads(as_json.stdout)["arms"] == {"gentle": 0.5, "firm": 0.5}
    for wrong, says in (
        ("--arm=gentle", "is no arm"),
        ("--staff=halved", "not a known way"),
        ("--arm=firm=0.5", "twice"),
    ):
        refused = CliRunner().invoke(app, [*words, wrong])
        assert refused.exit_code == 2
        assert says in refused.output
