from __future__ import annotations

from pathlib import Path

import pytest

from simcollect.scenario import load
from simcollect.scenario.variation import varied
from simcollect.sweep.plan import Plan
from simcollect.sweep.points import point_of
from simcollect.sweep.request import content_of
from tests.sweep.asked import N_RUNS, asked


def runs(plan: Plan, part: tuple[int, int] = (1, 1)) -> list[tuple[str, int]]:
    return [(task.content, job.replication) for job in plan.jobs(part) for task in job.tasks]


def test_a_strategy_that_a_lever_does_not_touch_is_run_once_for_all_its_values(tmp_path: Path) -> None:
    plan = Plan(asked(tmp_path))
    found = runs(plan)
    assert len(found) == len(set(found)) == plan.n_tasks() == N_RUNS
    assert len(plan.uses) == 8


@pytest.mark.parametrize("n_parts", [1, 2, 3, 5])
def test_parts_have_no_run_in_common_and_are_all_together(tmp_path: Path, n_parts: int) -> None:
    plan = Plan(asked(tmp_path))
    parts = [runs(plan, (number, n_parts)) for number in range(1, n_parts + 1)]
    assert sorted(run for part in parts for run in part) == sorted(runs(plan))
    assert [plan.n_tasks((number, n_parts)) for number in range(1, n_parts + 1)] == [len(part) for part in parts]


def test_runs_that_are_done_are_left_out(tmp_path: Path) -> None:
    plan = Plan(asked(tmp_path))
    done = set(runs(plan)[:7])
    left = {
        (task.content, job.replication)
        for job in plan.jobs(is_done=lambda content, replication: (content, replication) in done)
        for task in job.tasks
    }
    assert left == set(runs(plan)) - done


@pytest.mark.parametrize(
    "changes",
    [
        {"run.seed": 99},
        {"behaviour.goodwill.fatigue": 0.4},
        {"capacity.pools.callers.headcount": 2},
        {"strategies.firm.late.enter_dpd": 61},
        {"economics.discount_rate_annual": 0.2},
        {"run.reading_days": [30, 180]},
    ],
)
def test_whatever_changes_a_number_changes_the_content(changes: dict[str, object]) -> None:
    tiny = load("tiny")
    assert content_of(varied(tiny, changes), "firm") != content_of(tiny, "firm")


def test_another_strategy_or_number_of_replications_leaves_the_content_as_it_is() -> None:
    tiny = load("tiny")
    other = varied(tiny, {"strategies.gentle.late.enter_dpd": 150, "run.replications": 99})
    assert content_of(other, "firm") == content_of(tiny, "firm")


def test_an_extension_keeps_points_and_adds_what_is_new_behind_them(tmp_path: Path) -> None:
    request = asked(tmp_path)
    points = [point_of(text) for text in request.points]
    new = {**points[0], "strategies.firm.late.enter_dpd": 90}
    longer = request.extended([points[1], new], ["firm"], 0, 5, "")
    assert longer.points[:4] == request.points
    assert len(longer.points) == 5
    # Point 1 has two more replications of firm; the new one five, no_action none.
    assert Plan(longer).n_tasks() == N_RUNS + 2 + 5
