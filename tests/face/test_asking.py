"""Demonstrations as they are written, and asked of scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcollect.core.errors import InputError, InputErrors
from simcollect.face.asking import NotAskedError, ask
from simcollect.face.demonstration import Demonstration
from simcollect.face.outcomes import OUTCOMES
from simcollect.face.reading import all_demonstrations, read_demonstrations
from simcollect.scenario import Scenario, load

BLOCK = """\
[[demonstration]]
id = "M1"
title = "More callers"
knob = "callers"
levels = [
    { at = 1, set = { "capacity.pools.callers.headcount" = 1 } },
    { at = 3, set = { "capacity.pools.callers.headcount" = { times = 3 } } },
]
claims = [{ outcome = "recovered_share", expect = "up" }]
"""
SECOND = """
[demonstration.second]
knob = "officers"
levels = [{ at = 0 }, { at = 0, set = {} }]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def one(folder: Path, text: str) -> Demonstration:
    (found,) = read_demonstrations(written(folder, text))
    return found


@pytest.fixture(scope="module")
def tiny() -> Scenario:
    return load("tiny")


def test_the_package_asks_all_fourteen_demonstrations_in_both_languages() -> None:
    found = all_demonstrations()
    assert [each.id for each in found] == [
        "D1",
        "D2",
        "D3",
        "D4",
        "D6",
        "D7",
        "D9",
        "D10",
        "D12",
        "D14",
        "D15",
        "D17",
        "D20",
        "D23",
    ]
    for each in found:
        assert each.mechanism
        assert each.flips
        chinese = (
            each.title_zh,
            each.knob_zh,
            each.mechanism_zh,
            each.flips_zh,
            *(c.if_not_zh for c in each.claims if c.if_not),
        )
        assert all(chinese), each.id
        assert {claim.outcome for claim in each.claims} <= set(OUTCOMES)


def test_every_demonstration_can_be_asked_of_both_default_portfolios() -> None:
    for name in ("cards_taiwan", "instalment_us"):
        scenario = load(name)
        for each in all_demonstrations():
            asked = ask(each, scenario)
            assert not asked.left_out
            assert len(asked.points) == len(each.levels) * (len(each.second.levels) if each.second else 1)


@pytest.mark.parametrize(
    ("before", "after", "place", "found", "expected"),
    [
        ('id = "M1"\n', "", "demonstration[0].id", "is missing", "letters, digits"),
        ('id = "M1"', 'id = "M 1"', "demonstration[0].id", 'is "M 1"', "letters, digits"),
        ('knob = "callers"', 'knbo = "callers"', "demonstration[0].knbo", "is not a known field", "knob"),
        ('expect = "up"', 'expect = "higher"', "demonstration[0].claims[0].expect", 'is "higher"', '"up"'),
        ('"recovered_share"', '"recovery"', "demonstration[0].claims[0].outcome", 'is "recovery"', "recovered_share"),
        ('expect = "up"', 'expect = "about"', "demonstration[0].claims[0].expect", "without a band", "no change"),
        ('expect = "up"', 'expect = "inverted_u"', "demonstration[0].claims[0].expect", "inverted_u", "three levels"),
        ('expect = "up"', 'expect = "more_with"', "demonstration[0].claims[0].expect", "more_with", "a second knob"),
        (
            'expect = "up"', 'expect = "up", group = { risk = "tiny" }',
            "demonstration[0].claims[0].group.risk", 'is "tiny"', "low, medium, high",
        ),
        (
            'expect = "up"', 'expect = "up", group = { colour = "red" }',
            "demonstration[0].claims[0].group.colour", "is not a known kind of group", "risk, cell",
        ),
        (
            '"recovered_share", expect = "up"', '"total_cost", expect = "up", group = { risk = "low" }',
            "demonstration[0].claims[0].group", "is given for total_cost", "counted by account",
        ),
        ("at = 3", "at = 1", "demonstration[0].levels", "has the values at = [1.0, 1.0]", "every value once"),
        ("[[demonstration]]", "[[demonstrations]]", "demonstrations", "is not a known table", "demonstration"),
        (
            "claims = [{", SECOND.replace("\n", "", 1) + "#", "demonstration[0].claims", "is missing", "",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_block_is_told(
    tmp_path: Path, before: str, after: str, place: str, found: str, expected: str
) -> None:
    assert before in BLOCK
    with pytest.raises(InputErrors) as caught:
        read_demonstrations(written(tmp_path, BLOCK.replace(before, after, 1)))
    (told,) = (error for error in caught.value.errors if error.path == place)
    assert told.where == "own.toml"
    assert found in told.found
    assert expected in told.expected + told.suggestion


def test_levels_of_a_second_knob_differ_too(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match=r"second.levels has the values at = \[0.0, 0.0\]"):
        read_demonstrations(written(tmp_path, BLOCK + SECOND))


def test_two_blocks_of_one_id_are_refused_but_an_own_file_may_replace_a_packaged_one(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match="every id once"):
        read_demonstrations(written(tmp_path, BLOCK + BLOCK))
    own = written(tmp_path, BLOCK.replace("M1", "D3"))
    assert {each.id: each.title for each in all_demonstrations([own])}["D3"] == "More callers"


def test_some_are_chosen_by_id_and_an_unknown_one_is_told() -> None:
    assert [each.id for each in all_demonstrations(only=["D15", "D1"])] == ["D15", "D1"]
    with pytest.raises(InputError, match='Did you mean "D1"'):
        all_demonstrations(only=["D51"])


def test_a_value_may_be_relative_to_the_scenario(tmp_path: Path, tiny: Scenario) -> None:
    heads = int(tiny.capacity.pools.callers.headcount)
    block = BLOCK.replace("= 1 }", "= { plus = 4 } }")
    points = ask(one(tmp_path, block), tiny).points
    place = "capacity.pools.callers.headcount"
    assert (points[0, 0][place], points[1, 0][place]) == (heads + 4, 3 * heads)


def test_the_strategy_is_the_first_that_the_scenario_has_else_the_first_that_contacts_anybody(
    tmp_path: Path, tiny: Scenario
) -> None:
    block = BLOCK.replace('"capacity.pools.callers.headcount" = 1', '"strategy.late.suit_day" = 90')
    named = block.replace('knob = "callers"', 'knob = "x"\nstrategy = ["nobody", "firm", "gentle"]')
    asked = ask(one(tmp_path, named), tiny)
    assert asked.strategy == "firm"
    assert asked.points[0, 0]['strategies."firm".late.suit_day'] == 90
    nobody = block.replace('knob = "callers"', 'knob = "x"\nstrategy = ["nobody"]')
    first = ask(one(tmp_path, nobody), tiny).strategy
    assert tiny.strategies[first].early.steps
    assert first != "no_action"


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('"capacity.pools.callers.headcount" = 1', '"strategy.lat.suit_day" = 1', "lat"),
        ('"capacity.pools.callers.headcount" = 1', '"strategy.late.suit_day" = "soon"', "whole number of days"),
        ('"capacity.pools.callers.headcount" = 1', '"run.time_zone" = { times = 2 }', "cannot be made larger"),
        ('expect = "up"', 'expect = "up", group = { segment = "golden" }', "has no segment golden"),
        ('expect = "up"', 'expect = "up", day = 3000', "lies behind the horizon"),
    ],
)
def test_what_a_scenario_cannot_be_asked_is_told_with_the_reason(
    tmp_path: Path, tiny: Scenario, before: str, after: str, why: str
) -> None:
    assert before in BLOCK
    with pytest.raises(NotAskedError, match=why):
        ask(one(tmp_path, BLOCK.replace(before, after, 1)), tiny)


def test_staff_without_limit_cannot_be_multiplied(tmp_path: Path) -> None:
    endless = load({"extends": "tiny", "capacity": {"pools": {"callers": {"headcount": "unlimited"}}}})
    with pytest.raises(NotAskedError, match="'unlimited', which cannot be made larger"):
        ask(one(tmp_path, BLOCK), endless)


def test_new_segments_leave_strategies_out_that_treat_the_old_ones() -> None:
    (by_value,) = all_demonstrations(only=["D17"])
    scenario = load(
        {
            "extends": "cards_taiwan",
            "strategies": {"own": {"inherits": "firm", "segments": {"small": {"early": {"tone": "gentle"}}}}},
        }
    )
    asked = ask(by_value, scenario)
    limit = asked.points[0, 0]["portfolio.segments"]["up_to"][0]
    assert limit > 0.0
    assert set(asked.points[0, 0]["strategies"]) == {"firm"}
