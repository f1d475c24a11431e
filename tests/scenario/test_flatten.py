from __future__ import annotations

import tomllib
from typing import Any

import numpy as np
import pytest

from simcollect.core.codes import Action, Cell, Pool, Stage
from simcollect.core.errors import InputError
from simcollect.scenario import Flat, flatten, holiday_days, lever_words, load
from simcollect.scenario.flatten import _records
from simcollect.scenario.strategy import Levers
from tests.scenario.documents import SYNTHETIC

pytestmark = pytest.mark.usefixtures("small_presets")


def flat(strategy: str = "firm", **blocks: Any) -> Flat:
    return flatten(load({**tomllib.loads(SYNTHETIC), **blocks}), strategy)


def test_levers_stand_in_the_models_order_with_a_record_for_each_segment() -> None:
    levers = flat().levers
    assert levers.shape == (2,)
    assert levers.dtype.names is not None
    assert levers.dtype.names[:3] == ("early_enter_dpd", "early_tone", "early_grace_days_low")
    assert levers.dtype.names[-3:] == ("work_priority", "work_routing", "work_review")
    assert list(levers["late_suit_day"]) == [-1, 30]
    assert list(levers["late_enter_dpd"]) == [90, 90]


def test_every_lever_but_the_lists_has_a_column() -> None:
    expected = []
    for name, field in Levers.model_fields.items():
        table = field.annotation
        assert table is not None
        expected += [f"{name}_{inner}" for inner in table.model_fields if inner not in ("steps", "offers")]
    names = [name.removesuffix("_cents") for name in flat().levers.dtype.names or ()]
    assert names == expected


def test_each_kind_of_value_becomes_its_number() -> None:
    tables = {"a": {"late": {"min_balance": 1234.5, "enforce": True}, "mid": {"plan_affordability_share": 0.35}}}
    levers = flat("a", strategies=tables).levers
    assert levers["late_min_balance_cents"][0] == 123450
    assert levers["late_enforce"][0] == 1
    assert levers["mid_plan_affordability_share"][0] == 0.35
    for name, kind in (
        ("late_min_balance_cents", "i8"),
        ("late_enforce", "i8"),
        ("mid_plan_affordability_share", "f8"),
    ):
        assert levers.dtype[name] == np.dtype(kind)


def test_a_word_becomes_its_position() -> None:
    words = lever_words()
    assert words["early_tone"] == ("gentle", "neutral", "firm")
    assert words["final_disposal"] == ("none", "write_off", "sell")
    for number, word in enumerate(words["work_priority"]):
        assert flat("a", strategies={"a": {"work": {"priority": word}}}).levers["work_priority"][0] == number


def test_steps_come_early_first_then_mid_in_the_documents_order() -> None:
    tables = {
        "a": {
            "mid": {"steps": [{"action": "visit", "day": 30}, {"action": "negotiation_call", "day": 1}]},
            "early": {"steps": [{"action": "call", "day": 4, "repeat_days": 2, "repeat_from": "done", "maximum": 5}]},
        }
    }
    steps = flat("a", strategies=tables).steps
    assert steps.shape == (2, 16)
    assert steps[0, 0].tolist() == (Stage.EARLY, Action.CALL, 4, 2, 1, 5, 0)
    assert steps[0, 1].tolist() == (Stage.MID, Action.VISIT, 30, 0, 0, 1, 0)
    assert steps[1, 2].tolist() == (Stage.MID, Action.NEGOTIATION_CALL, 1, 0, 0, 1, 0)
    assert not np.any(steps["stage"][:, 3:])


@pytest.mark.parametrize(
    "action", ["sms", "email", "automated_call", "call", "negotiation_call", "case_analysis", "visit"]
)
def test_every_action_word_is_the_code_of_its_name(action: str) -> None:
    tables = {"a": {"mid": {"steps": [{"action": action, "day": 1}]}}}
    assert flat("a", strategies=tables).steps[0, 0]["action"] == Action[action.upper()]


def test_offers_keep_their_order_and_leave_unused_places_zero() -> None:
    offers = flat().offers
    assert offers.shape == (2, 6)
    first = offers[0, 0]
    told = [first[name] for name in ("stage", "day", "discount_share", "waive_share", "instalments", "expiry_days")]
    assert told == [Stage.FINAL, 10, 0.2, 0.0, 6, 30]
    assert not np.any(first["longer_instalments"])
    assert not np.any(offers["stage"][:, 1:])


def test_a_rule_that_is_off_is_minus_one() -> None:
    rules = flat(rules={"max_discount_share": 0.5, "hours_start": "08:30", "hours_end": "24:00"}).rules
    assert rules["calls_per_7_days"][0] == -1
    assert flat(rules={}, strategies={"firm": {}}).rules["max_discount_share"][0] == -1.0
    assert (rules["hours_start"][0], rules["hours_end"][0]) == (510, 1440)
    assert (rules["honour_cease"][0], rules["forbid_third_party"][0]) == (0, 1)


def test_pools_stand_in_the_order_of_their_codes() -> None:
    pools = flat(capacity={"pools": {"negotiators": {"headcount": "unlimited", "weekdays": ["mon", "sun"]}}}).pools
    assert pools.shape == (len(Pool) - 1,)
    negotiators = pools[Pool.NEGOTIATORS - 1]
    assert (negotiators["headcount"], negotiators["weekday_mask"]) == (-1, 0b1000001)
    assert (negotiators["shift_start"], negotiators["shift_end"]) == (600, 1140)
    assert negotiators["hourly_cost_cents"] == 33000


def test_costs_follow_the_currencys_minor_units() -> None:
    assert flat(economics={"sms": 1.25}).economics["sms_cents"][0] == 125
    whole = flat(economics={"sms": 1.25, "minor_units": 1}).economics
    assert whole["sms_cents"][0] == 1
    assert whole["minor_units"][0] == 1


def test_tasks_are_whole_minutes() -> None:
    tasks = flat(capacity={"tasks": {"dial": 4}}).tasks
    assert (tasks["dial"][0], tasks.dtype["dial"]) == (4, np.dtype("i8"))


def test_behaviour_and_cells_are_floats_in_the_presets_order() -> None:
    numbers = flat()
    assert numbers.behaviour.dtype.names == ("payment_base_rate_per_day", "payment_partial_share", "cash_rent")
    assert numbers.behaviour["payment_base_rate_per_day"][0] == 0.05
    assert numbers.cells.shape == (len(Cell),)
    assert numbers.cells["willingness"][Cell.UNWILLING] == 0.5
    assert numbers.cell_mix.shape == (2, len(Cell))
    assert np.allclose(numbers.cell_mix.sum(axis=1), 1)
    assert list(numbers.cell_mix_from_dpd) == [0, 60]


def test_prices_rise_by_day_whatever_the_order_written() -> None:
    prices = flat(economics={"sale_price_share_by_dpd": {"700": 0.02, "45": 0.5}}).sale_prices
    assert list(prices["from_dpd"]) == [0, 30, 45, 60, 90, 120, 180, 360, 700]
    assert prices["share"][2] == 0.5


def test_events_say_which_of_their_numbers_are_meant() -> None:
    sick = {"kind": "sick_leave", "day": 10, "days": 5, "pool": "legal_officers", "share": 0.5}
    inflow = {"kind": "inflow", "day": 3, "days": 30, "factor": 1.3}
    events = flat(capacity={"events": [inflow, sick]}).events
    assert events.tolist() == [(0, 3, 30, 1.3, -1, -1.0), (1, 10, 5, -1.0, Pool.LEGAL_OFFICERS, 0.5)]
    assert flat().events.shape == (0,)


def test_holidays_are_days_of_the_run() -> None:
    document = {**tomllib.loads(SYNTHETIC), "capacity": {"holidays": ["2006-01-01", "2005-08-31"]}}
    assert list(holiday_days(load(document))) == [-1, 122]


def test_arrays_of_two_calls_share_nothing() -> None:
    scenario = load(tomllib.loads(SYNTHETIC))
    first, second = flatten(scenario, "firm"), flatten(scenario, "firm")
    first.levers["late_suit_day"] = 999
    assert 999 not in second.levers["late_suit_day"]


def test_an_unknown_strategy_names_the_known_ones() -> None:
    with pytest.raises(InputError, match='Did you mean "firm"\\? Strategies: balanced, firm, no_action'):
        flat("frim")


def test_changing_any_lever_changes_its_own_column_and_no_other() -> None:
    plain = flat("a", strategies={"a": {}}).levers[0]
    for block, field in Levers.model_fields.items():
        table = field.annotation
        assert table is not None
        for name in table.model_fields:
            if name in ("steps", "offers"):
                continue
            value = other_value(getattr(table(), name), lever_words().get(f"{block}_{name}", ()))
            levers = Levers.model_validate({block: {name: value}})
            changed = _records([levers], Levers, 100)[0]
            differing = [column for column in plain.dtype.names or () if changed[column] != plain[column]]
            assert [column.removesuffix("_cents") for column in differing] == [f"{block}_{name}"]


def other_value(default: Any, words: tuple[str, ...]) -> Any:
    if words:
        return next(word for word in words if word != default)
    if isinstance(default, bool):
        return not default
    if isinstance(default, float):
        return default - 0.25 if default == 1.0 else default + 0.25
    return default + 1
