"""A change of strategy on a day, from the API and the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import simcollect.cli.fork  # noqa: F401 (registers the command)
from simcollect.arms.fork import fork, fork_log, require_same_until
from simcollect.cli.app import app
from simcollect.core.errors import InputError, InputErrors, SimcollectError
from simcollect.engine import simulate
from simcollect.scenario import Scenario
from tests.engine.runs import STRATEGIES


@settings(max_examples=20)
@given(day=st.integers(1, 179), start=st.sampled_from(STRATEGIES), to=st.sampled_from(STRATEGIES))
def test_before_the_day_of_the_change_nothing_differs(tiny: Scenario, day: int, start: str, to: str) -> None:
    log, stays = fork_log(tiny, start, {day: to}), simulate(tiny, start)
    before = stays.rows[stays.rows["at"] < day * 1440]
    assert log.rows[: len(before)].tobytes() == before.tobytes()
    if start == to:
        assert log == stays


@pytest.mark.parametrize("start", STRATEGIES)
@pytest.mark.parametrize("to", STRATEGIES)
def test_a_change_on_day_0_is_the_other_strategys_run(tiny: Scenario, start: str, to: str) -> None:
    assert fork_log(tiny, start, {0: to}) == simulate(tiny, to)


def test_a_change_and_back_leaves_its_trace_only_after_the_change(tiny: Scenario) -> None:
    there_and_back = fork_log(tiny, "balanced", {60: "firm", 61: "balanced"})
    assert there_and_back.header.arms == ("balanced", "firm")
    assert there_and_back.header.strategy == "balanced, from day 60 firm, from day 61 balanced"
    told = there_and_back.rows[there_and_back.rows["kind"] == 36]
    days, places = (told["at"] // 1440).tolist(), told["detail"].tolist()
    assert {(60, 1), (61, 0)} <= set(zip(days, places, strict=True))
    assert all(place == 0 for day, place in zip(days, places, strict=True) if day != 60)  # who came later is told too


def test_staying_and_changing_are_compared_in_pairs(tiny: Scenario, tmp_path: Path) -> None:
    found = fork(tiny, "gentle", {45: "firm"}, replications=3, workers=1, folder=tmp_path / "f")
    assert found.strategies == ("gentle", "gentle, from day 45 firm")
    assert found.reference == "gentle"
    gap = found.difference("cost_per_account_cents", "gentle, from day 45 firm")
    assert gap is not None
    assert gap.n == 3
    again = fork(tiny, "gentle", {45: "firm"}, replications=3, workers=1, folder=tmp_path / "f")
    assert again.manifest.digest == found.manifest.digest
    with pytest.raises(InputError, match="another experiment"):
        fork(tiny, "gentle", {46: "firm"}, replications=3, workers=1, folder=tmp_path / "f")


def test_a_run_that_differed_too_early_would_be_noticed(tiny: Scenario) -> None:
    stays = simulate(tiny, "balanced")
    early = fork_log(tiny, "balanced", {30: "firm"})
    require_same_until(30, early, stays)
    with pytest.raises(SimcollectError, match="Before day 45 the two books differ"):
        require_same_until(45, early, stays)


def test_what_makes_no_change_is_refused_with_what_to_do(tiny: Scenario) -> None:
    with pytest.raises(InputErrors, match='Did you mean "firm"'):
        fork_log(tiny, "balanced", {45: "frim"})
    with pytest.raises(InputErrors, match=r"day of a change is 180\. Expected 0 to 179"):
        fork_log(tiny, "balanced", {180: "firm"})
    with pytest.raises(InputError, match="leaves the book under balanced"):
        fork(tiny, "balanced", {45: "balanced"}, workers=1)


def test_the_command_says_what_the_change_brings_and_that_it_is_exact(tmp_path: Path) -> None:
    words = ["fork", "tiny", "gentle", "--at", "45", "--to", "firm", "--replications", "2", "--workers", "1"]
    told = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "a")])
    assert told.exit_code == 0, told.output
    assert "Before day 45 both books are the same in all 2 replications, byte for byte." in told.output
    assert "not a finding about borrowers" in told.output
    as_json = CliRunner().invoke(app, [*words, "--json", "--out", str(tmp_path / "b")])
    assert json.loads(as_json.stdout)["reference"] == "gentle"
    wrong = CliRunner().invoke(app, [*words, "--at", "45", "--to", "balanced"])
    assert wrong.exit_code == 2
    assert "names a day twice" in wrong.output
