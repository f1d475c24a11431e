from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from simcollect.core.errors import InputError
from simcollect.core.words import LANGS, Lang
from simcollect.core.wrapping import columns
from simcollect.scenario import Levers, Scenario, digest, load, provenance
from simcollect.scenario.diff import diff
from simcollect.scenario.explain import explain, explain_scenario
from simcollect.scenario.explain.areas import AREAS
from simcollect.scenario.explain.explanation import parts
from simcollect.scenario.explain.levers import LEVERS
from simcollect.scenario.explain.setting import setting
from simcollect.scenario.kinds import kind_of
from simcollect.scenario.rules import Rules
from simcollect.scenario.strategy import EarlyStep, MidStep, Offer
from tests.scenario.golden.refresh import COMMAND, FOLDER, texts
from tests.scenario.levers import ALL, busy_scenario, moved, moved_item, with_strategies
from tests.scenario.strategies import documents

relaxed = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    phases=[Phase.explicit, Phase.generate],
)
NO_RULES_BY_THEMSELVES = ("pack", "hours_start", "hours_end", "moratorium_interest_free", "forbid_third_party")
ITEMS = [
    (path, field)
    for path, item in ((("early", "steps"), EarlyStep), (("mid", "steps"), MidStep), (("final", "offers"), Offer))
    for field in item.model_fields
]


@cache
def busy() -> Scenario:
    return busy_scenario()


def faults_of(text: str, lang: Lang, names: set[str]) -> list[str]:
    """What in a text no reader should see."""
    found = [word for word in re.findall(r"[A-Za-z]+(?:_[A-Za-z]+)+", text) if word not in names]
    found += [sign for sign in ("{", "}", "None", "True", "False", "nan", "..", "。。", "  - -") if sign in text]
    found += re.findall(r"\b(?:day|第) ?-\d+", text)
    if lang == "en":
        found += re.findall(r"[\u3000-\u9fff]+", text)
    else:
        allowed = names | {"TWD", "N", "SMS"}
        found += [word for word in re.findall(r"[A-Za-z]+", text) if word not in allowed]
    return found


def names_of(scenario: Scenario) -> set[str]:
    return {*scenario.strategies, *scenario.segment_names, scenario.name, "taiwan_cards"}


def test_golden_texts_are_those_that_were_read() -> None:
    written = {path.name for path in FOLDER.glob("*.txt")}
    told = dict(texts())
    assert set(told) == written, f"refresh with: {COMMAND}"
    for name, text in told.items():
        assert text == (FOLDER / name).read_text(encoding="utf-8"), f"{name} differs; refresh with: {COMMAND}"


def test_every_lever_has_words_in_both_languages_and_stands_in_one_area() -> None:
    assert set(LEVERS) == set(ALL)
    assert all(lever.label.en and lever.label.zh for lever in LEVERS.values())
    assert sorted(path for _, levers in AREAS for path in levers) == sorted(ALL)


def test_in_the_busy_strategy_every_lever_has_an_effect() -> None:
    s = setting(busy().strategies["busy"], "TWD", busy().rules)
    assert not s.idle


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", ALL, ids=".".join)
def test_every_lever_is_told(path: tuple[str, str], lang: Lang) -> None:
    plain = busy().strategies["busy"]
    told = {
        str(explain(with_strategies(busy(), busy=strategy), "busy", lang, full=True))
        for strategy in (plain, moved(plain, path))
    }
    assert len(told) == 2, f"explain says nothing of {'.'.join(path)}"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("path", "field"), ITEMS, ids=str)
def test_every_field_of_a_step_and_of_an_offer_is_told(path: tuple[str, str], field: str, lang: Lang) -> None:
    plain = busy().strategies["busy"]
    other = moved_item(plain, path, field)
    assert other != plain
    both = with_strategies(busy(), a=plain, b=other)
    assert str(explain(both, "a", lang)).split()[1:] != str(explain(both, "b", lang)).split()[1:]
    forth, back = (str(diff(both, *pair, lang)) for pair in (("a", "b"), ("b", "a")))
    assert not diff(both, "a", "b", lang).same
    assert forth.splitlines()[1:] != back.splitlines()[1:]


@relaxed
@given(documents(behaviour=False))
def test_a_lever_is_told_or_said_to_have_no_effect(document: dict[str, Any]) -> None:
    scenario = load(document)
    for strategy in scenario.strategies.values():
        s = setting(strategy, scenario.economics.currency, scenario.rules)
        told = {path for title, sentences in parts(s) for each in (title, *sentences) for path in each.covers}
        assert told | set(s.idle) == set(ALL)


@relaxed
@given(documents(behaviour=False))
def test_no_text_shows_what_only_the_program_knows(document: dict[str, Any]) -> None:
    scenario = load(document)
    for name in scenario.strategies:
        for lang in LANGS:
            for full in (False, True):
                page = explain(scenario, name, lang, full=full)
                for text in (str(page), page.to_markdown()):
                    assert faults_of(text.replace("\\_", "_"), lang, names_of(scenario)) == []
    for lang in LANGS:
        assert faults_of(str(explain_scenario(scenario, lang)), lang, names_of(scenario)) == []


def test_a_raw_field_name_would_be_found() -> None:
    assert faults_of("The suit_day is 3.", "en", set()) == ["suit_day"]
    assert faults_of("第 3 天 sue", "zh", set()) == ["sue"]


def test_the_short_form_leaves_defaults_out_and_the_full_form_tells_them(tiny: Scenario) -> None:
    short, full = (str(explain(tiny, "firm", full=full)) for full in (False, True))
    assert "random delay" not in short
    assert "without a random delay" in full
    assert len(full) > len(short)


def test_a_strategy_that_does_nothing_is_told_in_one_sentence(tiny: Scenario) -> None:
    page = explain(tiny, "no_action")
    assert [len(section.sentences) for section in page.sections] == [1]


def test_grace_and_the_first_call_are_told_by_risk_band(tiny: Scenario) -> None:
    told = " ".join(str(explain(tiny, "balanced")).split())
    assert "No collector calls a low-risk account in its first 10 days, a medium-risk one in its first 5" in told
    # Stage from day 1 past due, first call listed on day 5, low-risk accounts spared for 10 days.
    assert "on day 6 past due for medium and high risk and on day 11 for low risk" in told


def test_a_suit_that_the_final_stage_cuts_off_is_told_as_such(tiny: Scenario) -> None:
    late = tiny.strategies["gentle"].late
    final = tiny.strategies["gentle"].final
    assert late.enter_dpd + late.suit_day > final.enter_dpd, "gentle's suit comes after its final stage begins"
    assert "before the suit would be due" in " ".join(str(explain(tiny, "gentle")).split())
    assert "before the suit would be due" not in " ".join(str(explain(tiny, "firm")).split())


def test_overrides_of_a_segment_are_told(tiny: Scenario) -> None:
    firm = tiny.strategies["firm"]
    kind = Levers.model_validate({**{name: getattr(firm, name) for name in Levers.model_fields}})
    kind = kind.model_copy(update={"mid": firm.mid.model_copy(update={"tone": "gentle"})})
    scenario = with_strategies(tiny, firm=firm.model_copy(update={"segments": {"small": kind}}))
    assert "Segment small is treated differently: tone from the mid stage on: gentle (otherwise firm)." in " ".join(
        str(explain(scenario, "firm")).split()
    )


def test_a_lever_without_effect_is_told_with_its_reason(tiny: Scenario) -> None:
    told = " ".join(str(explain(tiny, "gentle")).split())
    assert "Smallest balance for a visit (TWD 20,000), because nobody is visited." in told


def test_an_unknown_strategy_is_refused_with_the_nearest_name(tiny: Scenario) -> None:
    with pytest.raises(InputError, match='Did you mean "firm"'):
        explain(tiny, "frim")


def test_an_unknown_language_is_refused(tiny: Scenario) -> None:
    with pytest.raises(InputError, match="Expected en or zh"):
        explain(tiny, "firm", "fr")  # type: ignore[arg-type]


def test_the_scenario_says_how_many_of_its_numbers_are_assumed(tiny: Scenario) -> None:
    rows = provenance(tiny)
    assumed = sum(row.status == "assumed" for row in rows)
    assert f"{assumed} of the {len(rows)} numbers" in " ".join(str(explain_scenario(tiny)).split())
    assert [section.title for section in explain_scenario(tiny).sections[1:]] == list(tiny.strategies)


@pytest.mark.parametrize("field", [name for name in Rules.model_fields if name not in NO_RULES_BY_THEMSELVES])
def test_every_rule_in_force_is_told(field: str, tiny: Scenario) -> None:
    off = {name: info.default for name, info in Rules.model_fields.items()}
    value = True if isinstance(off[field], bool) else {"share": 0.37}.get(_kind(field), 13)
    texts = {
        str(explain_scenario(tiny.model_copy(update={"rules": Rules.model_construct(**rules)}), lang))
        for rules in (off, {**off, field: value})
        for lang in LANGS
    }
    assert len(texts) == 4


def test_hours_are_told_together(tiny: Scenario) -> None:
    assert "contact from 08:00 to 21:00" in " ".join(str(explain_scenario(tiny)).split())


def _kind(field: str) -> str:
    kind = kind_of(Rules.model_fields[field].annotation, Rules.model_fields[field].metadata)
    return kind.name if kind is not None else ""


@pytest.mark.parametrize("lang", LANGS)
def test_no_line_is_wider_than_a_terminal(lang: Lang, tiny: Scenario) -> None:
    lines = str(explain(tiny, "settle_early", lang, full=True)).splitlines()
    assert max(columns(line) for line in lines) <= 96
    assert not [line for line in lines if line.strip()[:1] in "，。；：、" and line.strip()]


def test_markdown_has_a_title_sections_and_sentences(tiny: Scenario) -> None:
    text = explain(tiny, "settle_early").to_markdown()
    assert text.startswith("# settle\\_early (tiny)\n\n")
    assert "\n## Mid stage, from day 30 past due\n\n- " in text


def test_a_description_is_told_in_its_language_and_changes_no_number(tiny: Scenario) -> None:
    firm = tiny.strategies["firm"]
    assert (explain(tiny, "firm").opening, explain(tiny, "firm", "zh").opening) == (
        (firm.description,),
        (firm.description_zh,),
    )
    assert explain_scenario(tiny, "zh").opening == (tiny.description_zh,)
    by_title = {section.title: section.sentences for section in explain_scenario(tiny, "zh").sections}
    assert by_title["firm"][0] == firm.description_zh
    other = {"firm": firm.model_copy(update={"description_zh": "别的话。"})}
    changed = tiny.model_copy(update={"description_zh": "", "strategies": {**tiny.strategies, **other}})
    assert digest(changed) == digest(tiny)


def test_a_description_in_one_language_only_is_told_in_both(tiny: Scenario) -> None:
    for update in ({"description": "Press.", "description_zh": ""}, {"description": "", "description_zh": "施压。"}):
        scenario = with_strategies(tiny, firm=tiny.strategies["firm"].model_copy(update=update))
        told = update["description"] or update["description_zh"]
        assert explain(scenario, "firm").opening == explain(scenario, "firm", "zh").opening == (told,)
