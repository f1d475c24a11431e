from __future__ import annotations

import pytest

from simcollect.core.errors import InputErrors
from simcollect.engine import AccountView, Decision
from simcollect.experiment.design import Task, batches, default_reference, make_design, remaining
from simcollect.scenario import Scenario


class Wait:
    name = "wait"
    document = "gentle"

    def review(self, view: AccountView) -> Decision:
        return Decision(review_in_days=30)


def test_without_a_choice_every_strategy_of_the_scenario_is_compared(tiny: Scenario) -> None:
    design = make_design(tiny)
    assert design.strategies == tuple(tiny.strategies)
    assert len(design.replications) == tiny.run.replications


def test_the_strategies_keep_the_order_they_were_asked_in(tiny: Scenario) -> None:
    assert make_design(tiny, ["firm", "balanced"]).strategies == ("firm", "balanced")


def test_a_design_crosses_every_strategy_with_every_replication(tiny: Scenario) -> None:
    design = make_design(tiny, ["firm", "gentle"], 3)
    assert set(design.tasks()) == {Task(r, s) for r in range(3) for s in ("firm", "gentle")}


@pytest.mark.parametrize(
    ("strategies", "replications", "message"),
    [
        (["frim"], 1, r'strategy "frim" is not in this scenario\. Did you mean "firm"\?'),
        (["firm", "firm"], 1, r'strategy "firm" is named twice'),
        ([], 1, "names none"),
        (["firm"], 0, "replications is 0"),
        (["firm"], -3, "replications is -3"),
    ],
)
def test_a_wrong_choice_is_taught(tiny: Scenario, strategies: list[str], replications: int, message: str) -> None:
    with pytest.raises(InputErrors, match=message):
        make_design(tiny, strategies, replications)


def test_all_wrong_choices_are_told_at_once(tiny: Scenario) -> None:
    with pytest.raises(InputErrors) as caught:
        make_design(tiny, ["frim", "gentel"], 0)
    assert len(caught.value.errors) == 3


def test_a_policy_of_ones_own_stands_beside_the_documents_strategies(tiny: Scenario) -> None:
    design = make_design(tiny, ["firm", Wait()], 1)
    assert design.strategies == ("firm", "wait")
    assert [policy.name for policy in design.policies] == ["wait"]


def test_a_policy_with_the_name_of_a_strategy_is_refused(tiny: Scenario) -> None:
    impostor = Wait()
    impostor.name = "firm"
    with pytest.raises(InputErrors, match='policy "firm" has the name of a strategy'):
        make_design(tiny, [impostor])


@pytest.mark.parametrize(
    ("strategies", "reference"),
    [
        (["no_action", "firm", "balanced"], "balanced"),
        (["no_action", "firm", "gentle"], "firm"),
        (["no_action"], "no_action"),
    ],
)
def test_the_reference_is_balanced_or_else_the_first_that_acts(strategies: list[str], reference: str) -> None:
    assert default_reference(strategies) == reference


TASKS = [Task(r, s) for r in range(8) for s in ("a", "b", "c")]


@pytest.mark.parametrize("workers", [1, 2, 3, 5, 100])
def test_batches_hold_every_task_once_and_one_replication_each(workers: int) -> None:
    made = batches(TASKS, workers)
    assert sorted(task for batch in made for task in batch) == TASKS
    assert all(len({task.replication for task in batch}) == 1 for batch in made)


def test_many_workers_share_the_strategies_of_a_replication() -> None:
    assert len(batches(TASKS, 2)) == 8
    assert len(batches(TASKS, 100)) == len(TASKS)


def test_only_tasks_without_a_result_remain(tiny: Scenario) -> None:
    design = make_design(tiny, ["firm", "gentle"], 2)
    assert remaining(design, {(0, "firm"), (1, "gentle"), (9, "firm")}) == [Task(0, "gentle"), Task(1, "firm")]
