"""Single values of a loaded scenario changed, each place and value checked."""

from __future__ import annotations

from typing import Any

import pytest

from simcollect.core.errors import InputErrors
from simcollect.scenario import Scenario, digest, load, names
from simcollect.scenario.variation import as_document, parsed, varied


@pytest.mark.parametrize("name", names())
def test_a_scenario_written_out_is_the_same_scenario(name: str) -> None:
    scenario = load(name)
    again = load(as_document(scenario), folder=scenario.folder)
    assert digest(again) == digest(scenario)
    assert again.strategies == {
        key: strategy.model_copy(update={"inherits": None}) for key, strategy in scenario.strategies.items()
    }


def test_nothing_changed_is_the_scenario_itself(tiny: Scenario) -> None:
    assert varied(tiny, {}) is tiny


def test_one_change_changes_one_value(tiny: Scenario) -> None:
    changed = varied(tiny, {"strategies.firm.late.enter_dpd": 75})
    assert changed.strategies["firm"].late.enter_dpd == 75
    undone = varied(changed, {"strategies.firm.late.enter_dpd": tiny.strategies["firm"].late.enter_dpd})
    assert digest(undone) == digest(tiny) != digest(changed)
    assert (changed.name, changed.folder) == (tiny.name, tiny.folder)


def test_lists_quantities_pools_rules_and_the_run_can_be_reached(tiny: Scenario) -> None:
    changes: dict[str, Any] = {
        "strategies.firm.early.steps[0].day": 2,
        "strategies.settle_early.final.offers[0].discount_share": 0.11,
        "capacity.pools.callers.headcount": 3,
        "capacity.pools.callers.hourly_cost": 300.0,
        "rules.calls_per_7_days": 5,
        "run.horizon_days": 100,
        "economics.complaint": 777.0,
    }
    changed = varied(tiny, changes)
    assert changed.strategies["firm"].early.steps[0].day == 2
    assert changed.strategies["settle_early"].final.offers[0].discount_share == 0.11
    callers = changed.capacity.pools.callers
    assert (callers.headcount, callers.hourly_cost.value, callers.hourly_cost.status) == (3, 300.0, "assumed")
    assert callers.hourly_cost.range == tiny.capacity.pools.callers.hourly_cost.range
    assert (changed.rules.calls_per_7_days, changed.run.horizon_days, changed.run.reading_days) == (5, 100, (90,))
    assert changed.economics.complaint.value == 777.0


def test_a_whole_strategy_can_be_added_and_inherit(tiny: Scenario) -> None:
    changed = varied(tiny, {"strategies.later": {"inherits": "firm", "late": {"enter_dpd": 111}}})
    expected = tiny.strategies["firm"].late.model_copy(update={"enter_dpd": 111})
    assert changed.strategies["later"].late == expected
    assert changed.strategies["later"].early == tiny.strategies["firm"].early


def test_a_change_of_a_parent_leaves_its_children(tiny: Scenario) -> None:
    changed = varied(tiny, {"strategies.balanced.late.enter_dpd": 140})
    for name in set(tiny.strategies) - {"balanced"}:
        assert changed.strategies[name].late == tiny.strategies[name].late


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"strategies.firn.late.enter_dpd": 3}, 'Did you mean "firm"'),
        ({"strategies.firm.late.suit_dya": 3}, 'Did you mean "suit_day"'),
        ({"strategies.firm.early.steps[99].day": 3}, "is position 99 of"),
        ({"strategies.firm.late[0]": 3}, "is no list"),
        ({"strategies.firm.late.enter_dpd": -4}, "strategies.firm.late.enter_dpd"),
        ({"strategies.firm.late.enter_dpd.x": 4}, "lies inside a value"),
        ({"capacity.pools.callers.hourly_cost": 1e9}, "capacity.pools.callers.hourly_cost"),
        ({"behaviour.contact.no_such": 1.0}, "no_such"),
        ({"behaviour.preset": "cards"}, 'Expected the whole table: "behaviour": {"preset": "cards"}'),
        ({"..": 1}, "cannot be read"),
        ({"": 1}, "cannot be read"),
    ],
)
def test_a_wrong_place_or_value_is_told(tiny: Scenario, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(InputErrors) as caught:
        varied(tiny, changes)
    assert told in str(caught.value)
    assert str(caught.value).startswith("changes:")


def test_all_wrong_places_are_told_at_once(tiny: Scenario) -> None:
    with pytest.raises(InputErrors) as caught:
        varied(tiny, {"strategies.firn.late.enter_dpd": 3, "capasity.pools": 3})
    assert len(caught.value.errors) == 2


def test_places_are_read_as_messages_write_them() -> None:
    assert parsed('economics."a b"[3].x-y') == ("economics", "a b", 3, "x-y")


def test_a_strategy_with_levers_by_segment_can_be_varied_more_than_once() -> None:
    table = {"final": {"disposal": "sell"}, "segments": {"small": {"final": {"disposal": "none"}}}}
    once = varied(load("cards_taiwan"), {"strategies.mine": table})
    twice = varied(once, {"strategies.mine.final.disposal_dpd": 400})
    assert twice.strategies["mine"].segments["small"].final.disposal == "none"
    assert twice.strategies["mine"].final.disposal_dpd == 400
