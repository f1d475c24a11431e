"""What is said of arrivals, work found at once, repeats and task times, in both languages."""

from __future__ import annotations

import pytest

from simcollect.core.errors import InputErrors
from simcollect.scenario import Scenario
from simcollect.scenario.diff import diff
from simcollect.scenario.explain import explain, explain_scenario
from simcollect.scenario.variation import varied

STEP = {"action": "call", "day": 1, "repeat_days": 3, "maximum": 5}
CHANGES = {
    "portfolio.flow_per_month": 40.0,
    "portfolio.flow_count": "poisson",
    "portfolio.arrival_minute": "uniform",
    "capacity.task_times": "lognormal",
    "strategies.firm.work.review": "at_once",
    "strategies.firm.early.steps": [{**STEP, "repeat_from": "done"}],
}


@pytest.fixture(scope="module")
def plain() -> Scenario:
    from tests.engine.runs import crowd

    return varied(crowd({"strategies": {"firm": {"early": {"steps": [STEP]}}}}), {"portfolio.flow_per_month": 40.0})


def test_a_scenario_says_how_accounts_arrive_and_that_task_times_vary(plain: Scenario) -> None:
    changed = varied(plain, CHANGES)
    for told, silent in (("Poisson", plain), ("any minute of the day", plain), ("vary: lognormal", plain)):
        assert told in str(explain_scenario(changed))
        assert told not in str(explain_scenario(silent))
    chinese = str(explain_scenario(changed, lang="zh"))
    assert "泊松分布" in chinese
    assert "任意时刻" in chinese
    assert "对数正态分布" in chinese


def test_a_strategy_says_that_work_is_found_at_once_and_what_repeats_count_from(plain: Scenario) -> None:
    changed = varied(plain, CHANGES)
    told = " ".join(str(explain(changed, "firm")).split())
    assert "Work is found the moment it falls due" in told
    assert "again 3 days after each time it was done" in told
    assert "work is found" not in str(explain(plain, "firm")).lower()
    assert "完成 3 天后再次进行" in str(explain(changed, "firm", lang="zh"))
    assert "昼夜不限" in str(explain(changed, "firm", lang="zh"))


def test_two_strategies_that_differ_in_it_are_told_apart(plain: Scenario) -> None:
    both = varied(plain, {"strategies.prompt": {"inherits": "firm", "work": {"review": "at_once"}}})
    told = " ".join(str(diff(both, "firm", "prompt")).split())
    assert "work is found at a review in the morning" in told
    assert "the moment it falls due" in told
    assert "即时生成" in str(diff(both, "firm", "prompt", lang="zh"))


@pytest.mark.parametrize(
    ("place", "word", "nearest"),
    [
        ("portfolio.flow_count", "poison", "poisson"),
        ("portfolio.arrival_minute", "unifrom", "uniform"),
        ("capacity.task_times", "exponetial", "exponential"),
        ("strategies.firm.work.review", "atonce", "at_once"),
        ("strategies.firm.early.steps[0].repeat_from", "don", "done"),
    ],
)
def test_a_wrong_word_is_named_with_the_nearest(plain: Scenario, place: str, word: str, nearest: str) -> None:
    with pytest.raises(InputErrors) as refused:
        varied(plain, {place: word})
    assert f'Did you mean "{nearest}"?' in str(refused.value)
    assert place in str(refused.value)
