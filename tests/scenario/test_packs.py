"""Rule packs: what stands in them, how a scenario takes them over, and what a faulty one is told."""

from __future__ import annotations

from typing import Any

import pytest

from simcollect.core.codes import Rule
from simcollect.scenario import Scenario, digest, load, provenance, schema
from simcollect.scenario.packs import cited, pack_names, read_pack
from simcollect.scenario.rules import FIELDS_OF_RULE, PACK_FIELD, Rules
from tests.scenario.documents import extended

SECTION_3: dict[str, dict[str, dict[str, Any]]] = {
    "us_regf_2021": {
        "R1": {"calls_per_7_days": 7},
        "R2": {"quiet_days_after_conversation": 7},
        "R3": {},
        "R4": {"hours_start": "08:00", "hours_end": "21:00"},
        "R5": {"honour_opt_out": True},
        "R6": {},
        "R7": {},
        "R8": {},
        "R25": {},
        "M1": {"honour_cease": True},
    },
    "uk_conc_2025": {
        "R9": {"moratorium_days": 60, "moratorium_interest_free": True},
        "R10": {"vulnerable_moratorium_days": 90},
        "R11a": {"hours_start": "08:00", "hours_end": "21:00"},
        "R11b": {"honour_opt_out": True, "honour_cease": True},
        "R11c": {"forbid_third_party": True},
        "R11d": {"visit_notice_days": 3},
        "R12a": {"plan_surplus_share": 1.0},
        "R12b": {"plan_min_instalments": 3},
        "R13": {"forbearance_before_suit": True},
        "R14": {},
        "R15": {},
    },
    "cn_cba_2026": {
        "R16": {"max_plan_months": 60},
        "R17": {"hours_start": "08:00", "hours_end": "22:00"},
        "R18": {"calls_per_day": 6},
        "R19a": {"visit_two_people": True},
        "R19b": {},
        "R20": {"forbid_third_party": True},
        "R21": {},
        "R22a": {"added_costs_barred": True},
        "R22b": {},
    },
}
"""The regulation section of the evidence file, rule by rule, as far as it concerns the three places."""
FROM_MEMORY = {"M1", "R14", "R16"}
SECONDARY = {"R17", "R18", "R19a", "R19b", "R20", "R22a", "R22b"}
NO_NUMBER_IN_THE_TEXT = {"R10", "R11a", "R11d", "R12b"}

OFF_IN_TINY = dict.fromkeys(
    [
        "calls_per_7_days",
        "messages_per_7_days",
        "hours_start",
        "hours_end",
        "honour_cease",
        "honour_opt_out",
        "moratorium_days",
        "vulnerable_hold",
        "max_discount_share",
        "max_plan_months",
    ],
    "off",
)


def under(pack: str) -> Scenario:
    """The twelve borrowers under a pack and nothing else."""
    own = {name: word for name, word in OFF_IN_TINY.items() if name not in read_pack(pack).settings}
    given = {name: value for name, value in read_pack(pack).settings.items() if name in OFF_IN_TINY}
    return load(extended({"pack": pack, **own, **given}))


# -- what stands in the packs ---------------------------------------------------------------------------------------


def test_three_packs_come_with_the_program() -> None:
    assert pack_names() == sorted(SECTION_3)


@pytest.mark.parametrize("name", sorted(SECTION_3))
def test_a_pack_holds_the_rules_of_the_evidence_and_the_numbers_they_give(name: str) -> None:
    assert {rule.id: rule.sets for rule in read_pack(name).rules} == SECTION_3[name]


@pytest.mark.parametrize("name", sorted(SECTION_3))
def test_every_rule_has_its_citation_and_source_and_says_why_if_it_is_only_recorded(name: str) -> None:
    pack = read_pack(name)
    assert "not legal advice" in pack.notice
    assert pack.scope
    for rule in pack.rules:
        assert len(rule.citation) >= 8, rule.id
        assert len(rule.source) >= 10, rule.id
        assert len(rule.says) >= 20, rule.id
        assert rule.sets or rule.note.startswith(("Recorded only", "The pack's in_force_from")), rule.id


def test_what_was_not_read_stays_memory_and_what_is_no_number_of_the_text_is_assumed() -> None:
    rules = [rule for name in pack_names() for rule in read_pack(name).rules]
    assert {rule.id for rule in rules if rule.status == "MEMORY"} == FROM_MEMORY
    assert {rule.id for rule in rules if rule.status == "SEEN-2"} == SECONDARY
    assert {rule.id for rule in rules if rule.number_assumed} == NO_NUMBER_IN_THE_TEXT
    for rule in rules:
        if rule.number_assumed:
            assert "assumed" in rule.note, rule.id
        if rule.id in FROM_MEMORY | NO_NUMBER_IN_THE_TEXT:
            assert rule.standing == "assumed"


def test_packs_are_dated() -> None:
    dates = {name: read_pack(name).in_force_from.isoformat() for name in pack_names()}
    assert dates == {"us_regf_2021": "2021-11-30", "uk_conc_2025": "2021-05-04", "cn_cba_2026": "2026-01-31"}


# -- a scenario and its pack ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(SECTION_3))
def test_a_scenario_under_a_pack_has_the_packs_settings(name: str) -> None:
    scenario = under(name)
    for field, value in read_pack(name).settings.items():
        assert getattr(scenario.rules, field) == value, field


def test_a_scenarios_own_value_takes_the_place_of_the_packs_and_off_switches_a_rule_off() -> None:
    rules = load(extended({"pack": "cn_cba_2026", "calls_per_day": 4, "visit_two_people": "off", **HOURS})).rules
    assert (rules.calls_per_day, rules.visit_two_people, rules.added_costs_barred) == (4, False, True)
    assert (rules.hours_start, rules.hours_end) == (None, None)


HOURS = {"hours_start": "off", "hours_end": "off"}


def test_off_switches_off_what_is_on_by_default_and_the_pack_of_an_extended_scenario() -> None:
    assert load(extended({"moratorium_interest_free": "off"})).rules.moratorium_interest_free is False
    assert load(extended({"pack": "off"})).pack is None


def test_the_same_rules_have_the_same_digest_from_a_pack_or_written_out() -> None:
    pack = read_pack("us_regf_2021")
    from_pack = load(extended({"pack": "us_regf_2021", "calls_per_7_days": 5}))
    written = load(extended({**pack.settings, "calls_per_7_days": 5}))
    assert digest(from_pack) == digest(written)
    assert digest(from_pack) != digest(load(extended({"pack": "us_regf_2021", "calls_per_7_days": 6})))


def test_a_scenario_under_a_pack_survives_being_written_as_json() -> None:
    scenario = under("uk_conc_2025")
    assert Scenario.model_validate_json(scenario.model_dump_json()) == scenario


def test_provenance_names_pack_id_and_citation_of_every_rule_that_is_on() -> None:
    scenario = load(extended({"pack": "cn_cba_2026", "calls_per_day": 4, "hours_end": "22:00"}))
    rows = {row.path: row for row in provenance(scenario) if row.path.startswith("rules.")}
    assert rows["rules.hours_end"].source.startswith("cn_cba_2026 R17, CBA guidelines")
    assert rows["rules.hours_end"].status == "published"
    assert (rows["rules.hours_end"].value, rows["rules.hours_end"].unit) == (1320.0, "minutes after midnight")
    assert rows["rules.max_plan_months"].status == "assumed", "a number from memory is no finding"
    assert rows["rules.calls_per_day"].status == "assumed"
    assert "in place of 6 of cn_cba_2026 R18" in rows["rules.calls_per_day"].source
    assert rows["rules.moratorium_days"].source == "set in scenario"
    assert "rules.consent_needed" not in rows, "a rule that is off has no provenance"


def test_every_field_of_the_rules_block_has_its_rule_and_every_rule_its_fields() -> None:
    fields = [field for fields in FIELDS_OF_RULE.values() for field in fields]
    assert sorted(fields) == sorted(set(Rules.model_fields) - {PACK_FIELD})
    without_fields = {Rule.VISIT_HOURS, Rule.DISPUTE}  # the hours of all contacts; holds are the strategy's
    assert set(FIELDS_OF_RULE) == set(Rule) - without_fields


@pytest.mark.parametrize("name", sorted(SECTION_3))
def test_every_setting_of_a_pack_is_reached_from_a_rules_code(name: str) -> None:
    pack = read_pack(name)
    for field in pack.settings:
        assert any(field in fields for fields in FIELDS_OF_RULE.values())
        assert pack.rule_for(field) is not None
    assert pack.rule_for("messages_per_7_days") is None


def test_words_for_a_field_name_the_packs_rule_unless_the_scenario_overrides_it() -> None:
    scenario = under("uk_conc_2025")
    assert cited("plan_min_instalments", scenario.rules, scenario.pack) == (
        "rules.plan_min_instalments (R12b of uk_conc_2025)"
    )
    own = scenario.rules.model_copy(update={"plan_min_instalments": 2})
    assert cited("plan_min_instalments", own, scenario.pack) == "rules.plan_min_instalments"


def test_the_schema_lets_every_rule_be_switched_off_by_word() -> None:
    fields = schema()["properties"]["rules"]["properties"]
    assert set(fields) == set(Rules.model_fields)
    for field in fields.values():
        assert {"const": "off"} in field["anyOf"]
