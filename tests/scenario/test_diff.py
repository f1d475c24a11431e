from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcollect.core.errors import InputError
from simcollect.core.words import LANGS, Lang
from simcollect.scenario import Levers, Scenario, Strategy, load
from simcollect.scenario.diff import diff
from simcollect.scenario.explain import explain
from simcollect.scenario.explain.figures import figures
from simcollect.scenario.explain.idle import idle
from simcollect.scenario.explain.levers import LEVERS, changed, value_at
from simcollect.scenario.strategy import EarlyStep, MidStep, Stop
from tests.scenario.levers import ALL, busy_scenario, moved, with_strategies
from tests.scenario.strategies import documents
from tests.scenario.test_explain import faults_of, names_of, relaxed


@cache
def busy() -> Scenario:
    return busy_scenario()


def told(scenario: Scenario, first: str, second: str, lang: Lang = "en") -> str:
    """A difference as one line of text."""
    return " ".join(str(diff(scenario, first, second, lang)).split())


def two(first: Strategy, second: Strategy) -> Scenario:
    return with_strategies(busy(), a=first, b=second)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("path", ALL, ids=".".join)
def test_one_lever_moved_is_told_with_both_values(path: tuple[str, str], lang: Lang) -> None:
    plain = busy().strategies["busy"]
    once, twice = moved(plain, path), moved(plain, path, 2)
    text = told(two(plain, once), "a", "b", lang)
    assert not diff(two(plain, once), "a", "b", lang).same
    for strategy in (plain, once):
        for figure in figures_in(strategy, path):
            assert re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d])", text), f"{figure} of {path} is not in: {text}"
    # Words and flags have no figure to look for: another value, or the same two the other way round, reads otherwise.
    assert text != told(two(once, plain), "a", "b", lang)
    if twice != plain:
        assert text != told(two(plain, twice), "a", "b", lang)


def figures_in(strategy: Strategy, path: tuple[str, str]) -> list[str]:
    """The figures by which a reader knows a value."""
    value = value_at(strategy, path)
    if isinstance(value, bool | str | tuple):
        return []
    return re.findall(r"[\d,]+(?:\.\d+)?", LEVERS[path].show(value, "TWD").en)


@pytest.mark.parametrize("lang", LANGS)
def test_a_strategy_beside_itself_is_said_to_be_the_same(lang: Lang) -> None:
    found = diff(two(busy().strategies["busy"], busy().strategies["busy"]), "a", "b", lang)
    assert found.same
    assert found.sections == ()
    assert found.opening == (
        {"en": "They are the same: no lever differs.", "zh": "两者相同：没有任何设定不同。"}[lang],
    )


def test_another_description_is_no_difference() -> None:
    plain = busy().strategies["busy"]
    assert diff(two(plain, plain.model_copy(update={"description": "Other words."})), "a", "b").same


@relaxed
@given(documents(behaviour=False))
def test_any_two_strategies_can_be_told_apart_in_words(document: dict[str, Any]) -> None:
    scenario = load(document)
    names = list(scenario.strategies)
    for second in names:
        here, there = scenario.strategies[names[0]], scenario.strategies[second]
        for lang in LANGS:
            found = diff(scenario, names[0], second, lang)
            same_levers = not changed(here, there) and here.segments == there.segments
            assert found.same >= same_levers
            assert bool(found.sections) == (not found.same)
            for text in (str(found), found.to_markdown().replace("\\_", "_")):
                assert faults_of(text, lang, names_of(scenario)) == []


@relaxed
@given(st.data())
def test_levers_moved_together_are_all_told(data: st.DataObject) -> None:
    plain = busy().strategies["busy"]
    other = plain
    moving = data.draw(st.lists(st.sampled_from(ALL), min_size=1, max_size=12, unique=True))
    for path in moving:
        other = moved(other, path)
    before = told(two(plain, other), "a", "b")
    without_effect = idle(other, busy().rules)
    for path in (path for path in moving if path not in without_effect):
        # Taking one of them back changes what is told: none was hidden by the others.
        without = other.model_copy(update={path[0]: _with(other, path, value_at(plain, path))})
        assert told(two(plain, without), "a", "b") != before, path


def _with(levers: Levers, path: tuple[str, str], value: Any) -> Any:
    return getattr(levers, path[0]).model_copy(update={path[1]: value})


@pytest.mark.parametrize("second", ["balanced", "firm", "settle_early"])
def test_the_short_verdict_does_not_depend_on_who_is_named_first(tiny: Scenario, second: str) -> None:
    verdicts = [
        diff(tiny, *pair).opening[0].removeprefix("In short: ") for pair in (("gentle", second), (second, "gentle"))
    ]
    parts = [sorted(part.strip(".").lower() for part in verdict.split("; ")) for verdict in verdicts]
    assert parts[0] == parts[1]
    assert any(part.startswith("gentle gives more") for part in parts[0])


def test_court_is_told_with_both_days_and_the_gap(tiny: Scenario) -> None:
    days = [figures(tiny.strategies[name]).suit for name in ("firm", "gentle")]
    assert days == [90 + 21, 180 + 45]
    text = told(tiny, "gentle", "firm")
    assert "firm goes to court from day 111 past due, gentle from day 225: 114 days sooner" in text


def test_only_one_of_two_going_to_court_is_told(tiny: Scenario) -> None:
    firm = tiny.strategies["firm"]
    scenario = with_strategies(
        tiny, firm=firm, soft=firm.model_copy(update={"late": _with(firm, ("late", "suit_day"), -1)})
    )
    assert "firm goes to court on day 21 of the late stage (day 111 past due), soft never does." in told(
        scenario, "soft", "firm"
    )


def test_the_weightiest_difference_comes_first(tiny: Scenario) -> None:
    assert diff(tiny, "gentle", "firm").sections[0].title == "Court and legal means"
    assert diff(tiny, "balanced", "settle_early").sections[0].title.startswith("Settlement")


def test_what_is_the_same_is_named_in_one_closing_line(tiny: Scenario) -> None:
    line, _ = diff(tiny, "balanced", "settle_early").closing
    assert line.startswith("The same in both: ")
    assert "repayment plans" in line
    assert "settlements" not in line
    assert "timetable" not in line


def test_a_difference_without_effect_stands_apart(tiny: Scenario) -> None:
    gentle, firm = (tiny.strategies[name].escalation.hardship_hold_days for name in ("gentle", "firm"))
    assert (gentle, firm, tiny.rules.moratorium_days) == (60, 30, 30)
    last = diff(tiny, "gentle", "firm").sections[-1]
    assert last.title == "Written differently, but without effect"
    assert last.sentences == ("Length of the hold for hardship: 60 days under gentle, 30 days under firm.",)


def test_a_segment_that_is_treated_apart_is_told(tiny: Scenario) -> None:
    firm = tiny.strategies["firm"]
    kind = Levers.model_validate({name: getattr(firm, name) for name in Levers.model_fields})
    kind = kind.model_copy(update={"mid": _with(firm, ("mid", "tone"), "gentle")})
    scenario = with_strategies(tiny, firm=firm, kind=firm.model_copy(update={"segments": {"small": kind}}))
    found = diff(scenario, "firm", "kind")
    assert not found.same
    (section,) = found.sections
    assert section.sentences == ("In segment small, tone from the mid stage on: firm under firm, gentle under kind.",)


def test_two_files_strategies_of_one_name_are_told_apart_by_their_scenario(tiny: Scenario) -> None:
    other = tiny.model_copy(update={"name": "mine", "rules": tiny.rules.model_copy(update={"calls_per_7_days": 3})})
    other = with_strategies(other, firm=tiny.strategies["gentle"])
    text = " ".join(str(diff(tiny, "firm", "firm", other=other)).split())
    assert "The scenarios differ in more than their strategies: the rules in force." in text
    assert "firm (tiny) goes to court from day 111 past due, firm (mine) from day 225" in text


def test_amounts_of_two_currencies_keep_their_own(tiny: Scenario) -> None:
    economics = tiny.economics.model_copy(update={"currency": "USD"})
    firm = tiny.strategies["firm"]
    poorer = firm.model_copy(update={"late": _with(firm, ("late", "min_balance"), 900.0)})
    other = with_strategies(tiny.model_copy(update={"name": "us", "economics": economics}), firm=poorer)
    assert "TWD 15,000" in str(diff(tiny, "firm", "firm", other=other))
    assert "USD 900" in str(diff(tiny, "firm", "firm", other=other))


def test_an_unknown_strategy_is_refused_with_the_nearest_name(tiny: Scenario) -> None:
    with pytest.raises(InputError, match='Did you mean "gentle"'):
        diff(tiny, "firm", "gentl")


def calling(caller: str, **levers: Any) -> Levers:
    """A strategy that calls on days 2, 6 and 10 of an early stage from day 1 to day 30."""
    step = EarlyStep(action="call", day=2, repeat_days=4, maximum=3)
    return Levers.model_validate({"early": {"steps": (step,), "caller": caller, **levers}, "mid": {"enter_dpd": 30}})


def test_grace_moves_every_later_call_by_its_repeat() -> None:
    found = figures(calling("human", grace_days_low=20))
    # Days in stage 2, 6, 10 without grace; 20, 24, 28 with it: all before the stage ends on its day 29.
    assert found.first_human == {"low": 21, "medium": 3, "high": 3}
    assert (found.contacts[0], found.human_contacts[0]) == (3, 3)


def test_calls_after_the_end_of_the_stage_do_not_count() -> None:
    assert figures(calling("human", grace_days_low=27, grace_days_medium=27, grace_days_high=27)).contacts[0] == 1
    assert figures(calling("human", grace_days_low=29, grace_days_medium=29, grace_days_high=29)).contacts[0] == 0


def test_the_dialler_hands_over_to_people_on_its_day() -> None:
    found = figures(calling("automated_until", automated_until_day=5))
    assert (found.contacts[0], found.human_contacts[0]) == (3, 2)
    assert found.first_human == {"low": 7, "medium": 7, "high": 7}
    assert figures(calling("automated")).first_human == {}


def ending(**stop: int) -> Levers:
    """An SMS on days 1, 6, 11 and calls on days 2, 6, 10 of an early stage from day 1, a call in the mid stage."""
    message = EarlyStep(action="sms", day=1, repeat_days=5, maximum=3)
    levers = calling("human")
    early = levers.early.model_copy(update={"steps": (message, *levers.early.steps)})
    mid = levers.mid.model_copy(update={"steps": (MidStep(action="negotiation_call", day=4),)})
    return levers.model_copy(update={"early": early, "mid": mid, "stop": Stop(**stop)})


@pytest.mark.parametrize(
    ("stop", "contacts", "human", "first"),
    [
        ({}, (6, 1), (3, 1), 3),
        ({"after_dpd": 7}, (4, 0), (2, 0), 3),  # days past due 2 and 7 by SMS, 3 and 7 by a call
        ({"after_dpd": 6}, (2, 0), (1, 0), 3),
        ({"after_dpd": 34}, (6, 1), (3, 1), 3),  # the mid stage's call on day 30 + 4
        ({"after_dpd": 33}, (6, 0), (3, 0), 3),
        ({"max_attempts": 3}, (3, 1), (1, 1), 3),
        ({"max_attempts": 1}, (1, 1), (0, 1), 34),  # the early stage's only attempt is an SMS
    ],
    ids=str,
)
def test_contacts_are_counted_until_contact_ends(
    stop: dict[str, int], contacts: tuple[int, int], human: tuple[int, int], first: int
) -> None:
    found = figures(ending(**stop))
    assert (found.contacts, found.human_contacts) == (contacts, human)
    assert found.cut_contacts == (6 - contacts[0], 1 - contacts[1])
    assert set(found.first_human.values()) == {first}


def test_an_earlier_end_of_contact_is_told_in_counts_by_explain_and_diff(tiny: Scenario) -> None:
    plain = tiny.strategies["balanced"]
    week, three = (
        plain.model_copy(update={"stop": plain.stop.model_copy(update=stop)})
        for stop in ({"after_dpd": 7}, {"max_attempts": 3})
    )
    scenario = with_strategies(tiny, plain=plain, week=week, three=three)
    in_brief = " ".join(str(explain(scenario, "week")).split())
    # Days past due 2 (SMS), 4 (e-mail), 5 (dialler) and 6 (a person calls): the second SMS comes on day 9.
    assert "Up to 4 contacts in the early stage and none from the mid stage on; the first contact by" in in_brief
    assert "Contact ends before any of them is due." in in_brief
    assert "Up to 3 contacts in the early stage and 3 from the mid stage on, 3 in all" in " ".join(
        str(explain(scenario, "three")).split()
    )
    text = told(scenario, "plain", "week")
    assert "From the mid stage on plain makes at most 23 contacts (15 by a person), week 0 (0)." in text
    assert "contacts" not in text.partition("The same in both")[2].partition("Days and counts")[0]


def test_days_in_the_stage_before_can_bring_a_stage_forward() -> None:
    levers = Levers.model_validate({"mid": {"enter_after_days": 20}, "late": {"enter_after_days": 10, "suit_day": 5}})
    assert figures(levers).enters == (1, 21, 31, 180)
    assert figures(levers).suit == 36


@pytest.mark.parametrize(("first", "second"), [("mm", "firm"), ("firm", "mm"), ("mm", "no_action")])
def test_a_strategys_name_stays_as_it_is_written_at_the_start_of_a_sentence(
    first: str, second: str, tiny: Scenario
) -> None:
    scenario = with_strategies(
        tiny, mm=tiny.strategies["gentle"], firm=tiny.strategies["firm"], no_action=tiny.strategies["no_action"]
    )
    text = told(scenario, first, second)
    assert re.search(r"- mm\b", text), "some sentence begins with the name"
    assert not re.search(r"\b(Mm|Firm|No_action)\b", text)
