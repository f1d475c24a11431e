"""Rule packs that a user writes: found beside the scenario, every fault told with place and suggestion."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcollect.core.errors import InputErrors
from simcollect.scenario import load
from simcollect.scenario.packs import Pack, read_pack
from tests.scenario.documents import extended

# -- a pack of one's own --------------------------------------------------------------------------------------------

OWN = """\
name = "house"
title = "Our own code of conduct"
jurisdiction = "Utopia"
in_force_from = 2020-01-01
version = "1"
scope = "Our own staff."
notice = "Illustrative, not legal advice."

[[rules]]
id = "H1"
title = "Three calls a week"
says = "At most three calls in seven days."
citation = "House code 1"
kind = "self-regulatory"
status = "SEEN"
source = "The code itself."
sets = { calls_per_7_days = 3 }

[[rules]]
id = "H2"
title = "Two calls a day"
says = "At most two calls a day."
citation = "House code 2"
kind = "self-regulatory"
status = "SEEN"
source = "The code itself."
sets = { calls_per_day = 2 }
"""
SCENARIO = """\
extends = "tiny"
[run]
start_date = 2024-01-01
[rules]
calls_per_7_days = "off"
pack = "house.toml"
"""


def written(folder: Path, pack: str = OWN, scenario: str = SCENARIO) -> Path:
    (folder / "house.toml").write_text(pack, encoding="utf-8")
    (folder / "mine.toml").write_text(scenario, encoding="utf-8")
    return folder / "mine.toml"


def test_a_pack_of_ones_own_is_found_beside_the_scenario(tmp_path: Path) -> None:
    scenario = load(written(tmp_path))
    assert scenario.pack is not None
    assert scenario.pack.name == "house"
    assert (scenario.rules.calls_per_day, scenario.rules.calls_per_7_days) == (2, None)


def test_a_pack_is_found_beside_the_scenario_that_names_it_when_another_extends_that_one(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    base = written(tmp_path / "base")
    (tmp_path / "child.toml").write_text(f'extends = "{base.parent.name}/mine.toml"\n', encoding="utf-8")
    assert load(tmp_path / "child.toml").rules.calls_per_day == 2


FAULTS = {
    "unknown pack": (
        'pack = "house.toml"', 'pack = "us_regf_2012"', "mine.toml", "rules.pack",
        'is "us_regf_2012", which is not a known rule pack', "cn_cba_2026, uk_conc_2025, us_regf_2021",
        'Did you mean "us_regf_2021"?',
    ),
    "unknown pack like none": (
        'pack = "house.toml"', 'pack = "house"', "mine.toml", "rules.pack",
        'is "house", which is not a known rule pack', "Packs: cn_cba_2026", "ends in .toml",
    ),
    "file that is not there": (
        'pack = "house.toml"', 'pack = "home.toml"', "mine.toml", "rules.pack", "does not exist", "a rule pack in TOML",
        "Packs by name: cn_cba_2026",
    ),
    "run before the rules": (
        "start_date = 2024-01-01", "start_date = 2019-12-31", "mine.toml", "rules.pack",
        'is "house", in force from 2020-01-01, but the run starts on 2019-12-31', "starts on 2020-01-01 or later",
        "Move run.start_date",
    ),
    "pack as a number": ('pack = "house.toml"', "pack = 7", "mine.toml", "rules.pack", "is 7", "a name in quotes", ""),
    "field that no rule has": (
        "calls_per_day = 2", "calls_per_dya = 2", "house.toml", "rules[1].sets.calls_per_dya", "is not a known field",
        "Known fields: calls_per_7_days", 'Did you mean "calls_per_day"?',
    ),
    "a pack inside a pack": (
        "calls_per_day = 2", 'pack = "us_regf_2021"', "house.toml", "rules[1].sets.pack", "is not a known field",
        "Known fields", "Remove it",
    ),
    "id that stands twice": (
        'id = "H2"', 'id = "H1"', "house.toml", "rules[1].id", 'is "H1"', "an id that no other rule has",
        "Number the rules apart",
    ),
    "field set by two rules": (
        "calls_per_day = 2", "calls_per_7_days = 2", "house.toml", "rules[1].sets.calls_per_7_days",
        "is set by H1 already", "each field in one rule", "Keep the stricter one",
    ),
    "bad value": (
        "calls_per_day = 2", "calls_per_day = -2", "house.toml", "rules[1].sets.calls_per_day", "is -2",
        "a whole number from 0 to 64", "Give a value in that range",
    ),
    "cap that no run could count up to": (
        "calls_per_day = 2", "calls_per_day = 65", "house.toml", "rules[1].sets.calls_per_day", "is 65",
        "a whole number from 0 to 64, the most attempts that a run counts back", "Give a value in that range",
    ),
    "value of another kind": (
        "calls_per_day = 2", 'calls_per_day = "2"', "house.toml", "rules[1].sets.calls_per_day", 'is "2"',
        "a whole number from 0", "Write 2 without quotes",
    ),
    "rule without a citation": (
        'citation = "House code 2"\n', "", "house.toml", "rules[1].citation", "is missing", "a name in quotes",
        "Add citation",
    ),
    "unknown status": (
        'status = "SEEN"\nsource = "The code itself."\nsets = { calls_per_day', 'status = "SEEM"\nsource = "The code '
        'itself."\nsets = { calls_per_day', "house.toml", "rules[1].status", 'is "SEEM"', '"SEEN-2"',
        'Did you mean "SEEN"?',
    ),
    "unknown column of a rule": (
        'citation = "House code 2"', 'citation = "House code 2"\nparagraph = 2', "house.toml", "rules[1].paragraph",
        "is not a known field", "citation", "Remove it",
    ),
    "date that does not exist": (
        "in_force_from = 2020-01-01", 'in_force_from = "2020-02-30"', "house.toml", "in_force_from",
        'is "2020-02-30"', "a date", "February 2020 has 29 days",
    ),
    "earliest hour without a latest": (
        "calls_per_day = 2", 'hours_start = "21:00"', "house.toml", "rules[1].sets.hours_end", "is missing",
        "both hours_start and hours_end", 'Add hours_end = "HH:MM"',
    ),
    "hours that run backwards": (
        "calls_per_day = 2", 'hours_start = "21:00", hours_end = "08:00"', "house.toml", "rules[1].sets.hours_end",
        'is "08:00"', 'a time after hours_start "21:00"', "swap the two",
    ),
    "third parties allowed": (
        "calls_per_day = 2", "forbid_third_party = false", "house.toml", "rules[1].sets.forbid_third_party", "is false",
        "true: no action", "Remove the line",
    ),
    "pack without a name": (
        'name = "house"\n', "", "house.toml", "name", "is missing", "a name in quotes",
        "Add name = ... above the first [[rules]]",
    ),
    "settings that are no table": (
        "sets = { calls_per_day = 2 }", "sets = 3", "house.toml", "rules[1].sets", "is 3", "a table",
        "Write it as a table",
    ),
    "line that is no TOML": (
        'id = "H2"', "id = H2", "house.toml", "line 20, column 6", "is not valid TOML", "TOML 1.0", "Text needs quotes",
    ),
}  # fmt: skip
"""Old text, new text, file, place, found, expected, suggestion."""


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_pack_gives_one_message_with_file_place_found_expected_and_suggestion(
    name: str, tmp_path: Path
) -> None:
    old, new, where, path, found, expected, suggestion = FAULTS[name]
    assert old in OWN + SCENARIO
    mine = written(tmp_path, OWN.replace(old, new, 1), SCENARIO.replace(old, new, 1))
    with pytest.raises(InputErrors) as caught:
        load(mine)
    faults = caught.value.errors
    assert len(faults) == 1, str(caught.value)
    fault = faults[0]
    assert (fault.where, fault.path) == (where, path)
    assert found in fault.found
    assert expected in fault.expected
    assert suggestion in fault.suggestion
    assert "\n" not in str(fault)


def of_rules(*sets: str) -> str:
    """A pack of one's own with one rule for each of these settings."""
    top, first, _ = OWN.split("[[rules]]")
    rules = [first.replace("H1", f"H{i}").replace("calls_per_7_days = 3", each) for i, each in enumerate(sets)]
    return top + "".join(f"[[rules]]{rule}" for rule in rules)


def refused(folder: Path, pack: str) -> list[tuple[str, str]]:
    """Place and finding of everything that is wrong with a pack read by itself."""
    (folder / "house.toml").write_text(pack, encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        read_pack("house.toml", folder)
    return [(fault.path, str(fault.found)) for fault in caught.value.errors]


def test_rules_that_contradict_each_other_are_found_across_a_pack_that_no_scenario_names(tmp_path: Path) -> None:
    apart = of_rules('hours_start = "21:00"', "calls_per_day = 2", 'hours_end = "08:00"')
    assert refused(tmp_path, apart) == [("rules[2].sets.hours_end", 'is "08:00"')]
    half = of_rules("calls_per_day = 2", 'hours_end = "21:00"')
    assert refused(tmp_path, half) == [("rules[1].sets.hours_start", "is missing")]


def test_hours_in_two_rules_go_together_and_a_wrong_half_is_not_called_missing(tmp_path: Path) -> None:
    (tmp_path / "house.toml").write_text(of_rules('hours_start = "08:00"', 'hours_end = "21:00"'), encoding="utf-8")
    assert read_pack("house.toml", tmp_path).settings == {"hours_start": "08:00", "hours_end": "21:00"}
    wrong = of_rules('hours_start = "08:00"', 'hours_end = "25:00"')
    assert refused(tmp_path, wrong) == [("rules[1].sets.hours_end", 'is "25:00"')]


def test_a_pack_whose_only_rule_is_wrong_is_not_said_to_have_none(tmp_path: Path) -> None:
    assert refused(tmp_path, of_rules("").replace("sets = {  }", "sets = 3")) == [("rules[0].sets", "is 3")]


@pytest.mark.parametrize(("rules", "found"), [("", "is missing"), ("rules = []\n", "has no entries")])
def test_a_pack_without_rules_is_none(rules: str, found: str, tmp_path: Path) -> None:
    assert refused(tmp_path, rules + of_rules()) == [("rules", found)]


def test_a_pack_that_forbids_nothing_about_third_parties_cannot_allow_telling_them() -> None:
    with pytest.raises(InputErrors, match="THIRD_PARTY, R20"):
        load(extended({"pack": "cn_cba_2026", "forbid_third_party": "off"}))


def test_what_goes_beyond_a_packs_authority_is_refused_with_the_id_of_its_rule() -> None:
    long = {"strategies": {"slow": {"mid": {"plan_offered": True, "plan_max_months": 72}}}}
    with pytest.raises(InputErrors, match=r"at most 60, the limit in rules\.max_plan_months \(R16 of cn_cba_2026\)"):
        load(extended({"pack": "cn_cba_2026"}, **long))
    short = {"strategies": {"quick": {"mid": {"plan_offered": True, "plan_max_months": 2}}}}
    with pytest.raises(InputErrors, match=r"at least 3, the fewest .* \(R12b of uk_conc_2025\)"):
        load(extended({"pack": "uk_conc_2025"}, **short))


ASKS = {
    "a step of the early stage": {"early": {"steps": [{"action": "notify_third_party", "day": 1}]}},
    "a step of the mid stage": {"mid": {"steps": [{"action": "notify_third_party", "day": 1}]}},
    "a step where there are none": {"late": {"steps": [{"action": "notify_third_party", "day": 1}]}},
    "an action of the final stage": {"final": {"action": "notify_third_party"}},
    "an offer": {"final": {"offers": [{"day": 3, "action": "notify_third_party"}]}},
    "a field of its own name": {"restoration": {"notify_third_party": True}},
    "a segment": {"segments": {"small": {"mid": {"steps": [{"action": "notify_third_party", "day": 1}]}}}},
}


@pytest.mark.parametrize("place", ASKS)
def test_telling_third_parties_is_refused_in_every_stage_with_the_ids_of_the_rules(place: str) -> None:
    with pytest.raises(InputErrors, match=r"rule THIRD_PARTY \(R20 of cn_cba_2026, R11c of uk_conc_2025\)") as caught:
        load(extended({}, strategies={"asks": ASKS[place]}))
    assert len(caught.value.errors) == 1


def test_a_packs_own_reading_needs_no_scenario() -> None:
    pack = read_pack("uk_conc_2025")
    assert isinstance(pack, Pack)
    with pytest.raises(InputErrors, match="is not a known rule pack"):
        read_pack("uk")
