from __future__ import annotations

import tomllib
from typing import Any

import pytest

from simcollect.core.errors import InputErrors
from simcollect.scenario import Strategy, load
from tests.scenario.documents import SYNTHETIC

pytestmark = pytest.mark.usefixtures("small_presets")


def strategies(**tables: Any) -> dict[str, Strategy]:
    return dict(load({**tomllib.loads(SYNTHETIC), "strategies": tables}).strategies)


def test_a_strategy_that_says_nothing_does_nothing() -> None:
    idle = strategies(idle={})["idle"]
    assert (idle.early.steps, idle.mid.steps, idle.final.offers) == ((), (), ())
    assert (idle.late.letter_day, idle.late.suit_day, idle.final.disposal) == (-1, -1, "none")
    assert not idle.late.accelerate
    assert not idle.restoration.care_call


def test_a_child_takes_what_it_does_not_say_from_its_parent() -> None:
    child = strategies(a={"late": {"suit_day": 40, "letter_day": 5}}, b={"inherits": "a", "late": {"suit_day": 50}})[
        "b"
    ]
    assert (child.late.suit_day, child.late.letter_day) == (50, 5)


def test_inheritance_reaches_through_a_grandparent_written_later() -> None:
    tables = {
        "c": {"inherits": "b"},
        "b": {"inherits": "a"},
        "a": {"inherits": "defaults", "stop": {"max_attempts": 9}},
    }
    assert strategies(**tables)["c"].stop.max_attempts == 9


def test_a_list_replaces_the_parents_list_whole() -> None:
    steps = [{"action": "sms", "day": 1}, {"action": "call", "day": 2}]
    tables = {
        "a": {"early": {"steps": steps}},
        "b": {"inherits": "a", "early": {"steps": [{"action": "sms", "day": 9}]}},
    }
    assert [step.day for step in strategies(**tables)["b"].early.steps] == [9]


def test_a_description_is_not_inherited() -> None:
    read = strategies(a={"description": "The first.", "description_zh": "第一个。"}, b={"inherits": "a"})
    assert (read["a"].description_zh, read["b"].description, read["b"].description_zh) == ("第一个。", "", "")


def test_a_segment_overrides_the_strategy_and_nothing_else() -> None:
    firm = strategies(a={"late": {"suit_day": 40}, "segments": {"small": {"late": {"enforce": True}}}})["a"]
    assert (firm.segments["small"].late.suit_day, firm.segments["small"].late.enforce) == (40, True)
    assert not firm.late.enforce
    assert "large" not in firm.segments


def test_an_inherited_segment_still_lies_on_top_of_the_childs_own_fields() -> None:
    tables = {
        "a": {"segments": {"small": {"late": {"suit_day": 60}}}},
        "b": {"inherits": "a", "late": {"suit_day": 20, "enforce": True}},
    }
    child = strategies(**tables)["b"]
    assert (child.late.suit_day, child.segments["small"].late.suit_day) == (20, 60)
    assert child.segments["small"].late.enforce


def faults(**tables: Any) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        strategies(**tables)
    return [fault.path for fault in caught.value.errors]


def test_a_fault_is_blamed_on_the_strategy_that_wrote_it_once() -> None:
    tables = {"a": {"late": {"suit_day": "x"}}, "b": {"inherits": "a"}, "c": {"inherits": "b"}}
    assert faults(**tables) == ["strategies.a.late.suit_day"]


def test_a_contradiction_is_blamed_on_the_strategy_that_brought_it_in() -> None:
    tables = {
        "a": {"final": {"enter_dpd": 150}},
        "b": {"inherits": "a", "late": {"enter_dpd": 160}},
        "c": {"inherits": "b"},
    }
    assert faults(**tables) == ["strategies.b.final.enter_dpd"]


def test_two_circles_are_two_faults() -> None:
    tables = {"a": {"inherits": "b"}, "b": {"inherits": "a"}, "c": {"inherits": "d"}, "d": {"inherits": "c"}}
    assert faults(**tables, e={"inherits": "a"}) == ["strategies.a.inherits", "strategies.c.inherits"]
