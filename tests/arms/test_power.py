"""Power by simulation against theory, and what a control arm costs and tells."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm
from typer.testing import CliRunner

import simcollect.cli.power  # noqa: F401 (registers the commands)
from simcollect.arms.control import control_arm
from simcollect.arms.power import Power, power, within
from simcollect.arms.trials import found_share
from simcollect.cli.app import app
from simcollect.core.codes import EventKind
from simcollect.core.errors import InputError
from simcollect.engine import simulate
from tests.arms.books import small

TRIALS = 1500


@pytest.fixture(scope="module")
def found() -> Power:
    return power(small(1), "balanced", effect=0.2, windows=(30, 60), sizes=(500, 4000), replications=2, workers=1)


def test_without_an_effect_one_test_in_twenty_rejects() -> None:
    """Normal outcomes, no effect: 5 %; standard error of the share sqrt(0.05 x 0.95 / 1500)."""
    rng = np.random.default_rng(1)
    y = rng.normal(10.0, 3.0, 2000)
    rejected = found_share(y, np.ones(2000), 1000, 0.0, 0.3, TRIALS, rng)
    assert rejected == pytest.approx(0.05, abs=4 * math.sqrt(0.05 * 0.95 / TRIALS))


@pytest.mark.parametrize("share", [0.5, 0.2])
@pytest.mark.parametrize("size", [800, 100_000])
def test_power_is_that_of_the_two_sample_test(share: float, size: int) -> None:
    """Power of a z test of means; both ways of drawing how often an account is in a sample."""
    rng = np.random.default_rng(2)
    y = rng.normal(10.0, 3.0, 1000)
    error = y.std(ddof=1) * math.sqrt((1 / share + 1 / (1 - share)) / size)
    effect = 2.5 * error / y.mean()
    theory = norm.sf(1.959964 - 2.5)
    simulated = found_share(y, np.ones(1000), size, effect, share, TRIALS, rng)
    # A gain of d widens the challenger's spread by the factor 1 + d, here 7 % at most: 0.02 beside the error.
    assert simulated == pytest.approx(theory, abs=0.02 + 4 * math.sqrt(theory * (1 - theory) / TRIALS))


def test_a_gain_of_a_yes_or_no_outcome_turns_as_many_into_a_yes() -> None:
    rng = np.random.default_rng(3)
    y = (np.arange(1000) < 300).astype(np.float64)
    size, effect = 4000, 0.15
    p, q = 0.3, 0.3 * 1.15
    error = math.sqrt((p * (1 - p) + q * (1 - q)) / (size / 2))
    theory = norm.sf(1.959964 - (q - p) / error)
    simulated = found_share(y, np.ones(1000), size, effect, 0.5, TRIALS, rng)
    assert simulated == pytest.approx(theory, abs=4 * math.sqrt(theory * (1 - theory) / TRIALS))
    loss = found_share(y, np.ones(1000), size, -effect, 0.5, TRIALS, rng)
    assert loss > 0.5


def test_the_number_needed_has_the_power_it_is_needed_for(found: Power) -> None:
    for window in found.windows:
        n = found.accounts_needed(window)
        assert n is not None
        chosen = found.accounts[found.accounts["window"] == window]
        part, whole = chosen["part"].to_numpy(), chosen["whole"].to_numpy()
        simulated = found_share(part, whole, n, 0.2, 0.5, TRIALS, np.random.default_rng(4))
        assert simulated == pytest.approx(0.8, abs=0.05 + 4 * math.sqrt(0.16 / TRIALS)), window


def test_days_to_enrol_follow_from_stock_and_arrivals(found: Power) -> None:
    table = found.table()
    assert found.per_month == 0.0
    assert table[table["n_accounts"] > found.stock]["days_in_all"].isna().all()
    assert found.days_needed(30) is None
    flowing = power(
        small(1, **{"portfolio.flow_per_month": 100}),
        "balanced",
        effect=0.5,
        windows=(30,),
        sizes=(250,),
        replications=1,
        workers=1,
    )
    wait = int(flowing.table()["days_to_enrol"].iloc[0])
    assert wait == math.ceil((250 - 150) / flowing.per_month * 30.4375)
    assert int(flowing.table()["days_in_all"].iloc[0]) == wait + 30


def test_an_outcome_is_what_came_within_the_window_of_an_account() -> None:
    log = simulate(small(1, 60, 60, **{"portfolio.flow_per_month": 40}), "balanced")
    part, whole = within(log, "recovered", 30)
    arrives = log.accounts["arrives_at"]
    followed = np.flatnonzero(arrives <= 30 * 1440)
    assert len(part) == len(whole) == len(followed) < len(arrives)
    for position, account in enumerate(followed[:20]):
        rows = log.of(int(account))
        mine = rows[(rows["kind"] == EventKind.PAYMENT) & (rows["at"] <= arrives[account] + 30 * 1440)]
        assert part[position] == mine["amount_cents"].sum()
    resolved, ones = within(log, "resolved", 30)
    assert set(resolved.tolist()) == {0.0, 1.0}
    assert (ones == 1.0).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"effect": 0.0},
        {"effect": math.nan},
        {"share": 1.0},
        {"outcome": "happy"},
        {"windows": (0,)},
        {"windows": (91,)},
        {"trials": 9},
    ],
)
def test_a_question_without_an_answer_is_refused(wrong: dict) -> None:
    with pytest.raises(InputError):
        power(small(1), "balanced", workers=1, **wrong)


def test_a_gain_beyond_all_that_is_left_to_gain_is_refused() -> None:
    """Who resolves p already cannot resolve more than 1 / p times as many."""
    with pytest.raises(InputError, match="Expected at most"):
        power(small(1), "balanced", outcome="resolved", effect=0.99, windows=(90,), replications=1, workers=1)


def test_the_answer_says_what_simulated_tests_of_that_size_find() -> None:
    found = power(small(1, 80), "balanced", effect=0.2, windows=(30,), replications=2, workers=1)
    n = found.accounts_needed(30)
    assert n is not None
    size, share = found.simulated(30, n)
    assert abs(size - n) == (found.table()["n_accounts"] - n).abs().min()
    assert f"{100.0 * share:.0f} % of simulated tests of {size:,} find it" in found.sentences()[0]


def test_a_control_arm_costs_what_the_book_loses_and_pays_only_beyond_a_doubt() -> None:
    weighed = control_arm(small(1, 300, 60), "balanced", shares=(0.1, 0.3), replications=3, workers=1)
    assert weighed.table()["share"].tolist() == [0.1, 0.3]
    # By theory 1.5 times as wide: the square root of (1/0.1 + 1/0.9) over (1/0.3 + 1/0.7).
    assert weighed.table()["half_width"].iloc[0] > weighed.table()["half_width"].iloc[1]
    assert weighed.value(0.3, 0.0) == 0.0
    values = [weighed.value(0.3, doubt) for doubt in (0.01, 0.05, 0.2)]
    assert values == sorted(values)
    for share in weighed.shares:
        pays = weighed.worth_it_from(share)
        assert (pays is not None) == (weighed.pays(share) == "from a doubt")
        if pays is not None:
            assert weighed.value(share, pays) == pytest.approx(weighed.cost(share).mean, rel=1e-6)


def test_a_control_arm_whose_cost_may_be_nothing_is_not_said_to_pay() -> None:
    weighed = control_arm(small(1, 60, 30), "balanced", shares=(0.5,), replications=2, workers=1)
    for lost, told in (((-3.0, 1.0), "cannot tell"), ((-3.0, -3.1), "always"), ((1e15, 1.0001e15), "never")):
        runs = weighed.runs.assign(lost=lost)
        again = type(weighed)(weighed.manifest, weighed.scenario, "balanced", (0.5,), 0.3, 1.0, runs)
        assert again.pays(0.5) == told
        assert again.worth_it_from(0.5) is None


def test_the_value_of_an_answer_is_that_of_the_textbook() -> None:
    """Raiffa and Schlaifer: with a prior mean of 0 an exact answer is worth s / sqrt(2 pi) a unit."""
    weighed = control_arm(small(1, 60, 30), "balanced", shares=(0.5,), replications=2, workers=1)
    runs = weighed.runs.assign(effect=0.0, standard_error=1e-9, opening=1.0)
    exact = type(weighed)(weighed.manifest, weighed.scenario, "balanced", (0.5,), 0.3, 1.0, runs)
    assert exact.value(0.5) == pytest.approx(0.3 / math.sqrt(2.0 * math.pi), rel=1e-6)


def test_the_commands_answer_in_sentences(tmp_path: Path) -> None:
    words = ["power", "tiny", "balanced", "--effect", "0.2", "--windows", "30", "--replications", "2", "--workers", "1"]
    told = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "p")])
    assert told.exit_code == 0, told.output
    assert "for power 80%" in told.output
    as_json = CliRunner().invoke(app, [*words, "--json", "--lang", "zh", "--out", str(tmp_path / "q")])
    assert json.loads(as_json.stdout)["effect"] == 0.2
    control = ["control-arm", "tiny", "balanced", "--shares", "0.3,0.5", "--replications", "2", "--workers", "1"]
    weighed = CliRunner().invoke(app, [*control, "--out", str(tmp_path / "c")])
    assert weighed.exit_code == 0, weighed.output
    assert "stated, not found" in weighed.output
    for wrong in ("--shares=a", "--shares=0", "--doubt=-1", "--books=0"):
        assert CliRunner().invoke(app, [*control, wrong]).exit_code == 2
