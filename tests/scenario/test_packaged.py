"""The presets and scenarios that come with the package."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from pathlib import Path
from typing import Any

import pytest

from simcollect.core.codes import Cell
from simcollect.scenario import Quantity, Scenario, digest, flatten, load, names, provenance, reading, scenario_path
from simcollect.scenario.presets import FOLDER
from simcollect.scenario.quantity import currency_of

FIVE = {"no_action", "gentle", "balanced", "firm", "settle_early"}


PACKAGED = ("cards_taiwan", "tiny", "instalment_us", "consumer_loan_cn")


def test_the_packaged_scenarios_are_found_by_name() -> None:
    assert set(PACKAGED) <= set(names())


def test_an_installed_scenario_comes_before_the_repositorys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "package", tmp_path / "repository"
    for shelf in (first, second):
        shelf.mkdir()
        (shelf / "tiny.toml").touch()
    (second / "only_here.toml").touch()
    monkeypatch.setattr(reading, "_SHELVES", (first, second))
    assert scenario_path("tiny") == first / "tiny.toml"
    assert scenario_path("only_here") == second / "only_here.toml"
    assert names() == ["only_here", "tiny"]


def test_a_folder_of_the_same_name_does_not_hide_a_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tiny").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load("tiny").name == "tiny"


@pytest.fixture(params=PACKAGED)
def scenario(request: pytest.FixtureRequest) -> Scenario:
    return load(str(request.param))


def test_a_name_and_its_path_give_the_same_scenario(scenario: Scenario) -> None:
    assert load(scenario_path(scenario.name)) == scenario


def test_the_five_strategies_are_there_and_described(scenario: Scenario) -> None:
    assert set(scenario.strategies) == FIVE
    for described in (scenario, *scenario.strategies.values()):
        assert described.description
        assert "\u4e00" <= described.description_zh[0] <= "\u9fff" or described.description_zh.startswith("M1")
        assert described.description_zh.endswith("。")


@pytest.mark.parametrize("name", PACKAGED)
def test_who_asks_to_be_left_alone_is_left_alone(name: str) -> None:
    rules = load(name).rules
    assert rules.honour_cease
    assert rules.honour_opt_out


def test_every_strategy_becomes_finite_numbers(scenario: Scenario) -> None:
    for name in scenario.strategies:
        numbers = flatten(scenario, name)
        for field in ("levers", "behaviour", "cells", "rules", "economics", "pools", "tasks"):
            table = getattr(numbers, field)
            for column in table.dtype.names:
                assert all(math.isfinite(value) for value in table[column].ravel())


def test_no_action_does_nothing_and_the_others_do_something(scenario: Scenario) -> None:
    idle = scenario.strategies["no_action"]
    assert (idle.early.steps, idle.mid.steps, idle.final.offers) == ((), (), ())
    assert (idle.late.letter_day, idle.late.suit_day) == (-1, -1)
    for name in FIVE - {"no_action"}:
        strategy = scenario.strategies[name]
        assert strategy.early.steps
        assert strategy.mid.steps
        assert strategy.final.offers
        assert strategy.late.suit_day >= 0


def test_firm_goes_to_law_earlier_and_settle_early_settles_earlier_than_balanced(scenario: Scenario) -> None:
    firm, balanced = scenario.strategies["firm"], scenario.strategies["balanced"]
    early = scenario.strategies["settle_early"]
    assert firm.late.enter_dpd < balanced.late.enter_dpd < scenario.strategies["gentle"].late.enter_dpd
    when = {"mid": early.mid.enter_dpd, "late": early.late.enter_dpd, "final": early.final.enter_dpd}
    first = min(when[offer.stage] + offer.day for offer in early.final.offers)
    usual = {"mid": balanced.mid.enter_dpd, "late": balanced.late.enter_dpd, "final": balanced.final.enter_dpd}
    assert first < min(usual[offer.stage] + offer.day for offer in balanced.final.offers)


def test_the_digests_of_all_differ() -> None:
    assert len({digest(load(name)) for name in PACKAGED}) == len(PACKAGED)


def test_tiny_has_twelve_borrowers_with_every_reason_among_them() -> None:
    tiny = load("tiny")
    assert len(tiny.portfolio.accounts) == 12
    assert {account.cell for account in tiny.portfolio.accounts} == {cell.name.lower() for cell in Cell}
    limit = tiny.portfolio.segments.up_to[0]
    for account in tiny.portfolio.accounts:
        assert account.segment == ("small" if account.balance <= limit else "large")


def test_cards_taiwan_names_its_segments_by_credit_limit() -> None:
    cards = load("cards_taiwan")
    assert cards.segment_names == ("small", "medium", "large")
    assert cards.portfolio.segments.up_to == (50000.0, 200000.0)


def test_a_number_that_claims_a_source_has_one(scenario: Scenario) -> None:
    for row in provenance(scenario):
        assert row.status == "assumed" or len(row.source) > 10, row.path


def test_every_number_says_where_it_comes_from_or_why_it_is_assumed(scenario: Scenario) -> None:
    rows = provenance(scenario)
    assert len(rows) > 250
    for row in rows:
        assert len(row.source) > 5, row.path
        assert row.low <= row.value <= row.high, row.path


@pytest.mark.parametrize("name", ["instalment_us", "consumer_loan_cn"])
def test_no_loan_number_counts_as_calibrated_because_cards_were(name: str) -> None:
    for row in provenance(load(name)):
        assert row.status == "assumed" or "Taiwan" not in row.source, row.path


@pytest.mark.parametrize(("name", "currency"), [("instalment_us", "USD"), ("consumer_loan_cn", "CNY")])
def test_all_money_of_a_scenario_is_in_its_own_currency(name: str, currency: str) -> None:
    scenario = load(name)
    assert scenario.economics.currency == currency
    found = {currency_of(row.unit) for row in provenance(scenario)} - {""}
    assert found == {currency}


def test_the_loan_scenarios_begin_after_their_rules_came_into_force() -> None:
    assert load("instalment_us").run.start_date >= dt.date(2021, 11, 30)
    assert load("consumer_loan_cn").run.start_date >= dt.date(2026, 2, 1)


def test_the_call_cap_of_the_us_lies_below_what_firm_asks_for() -> None:
    scenario = load("instalment_us")
    steps = scenario.strategies["firm"].early.steps
    wanted = sum(7 / step.repeat_days for step in steps if step.action in ("call", "automated_call"))
    assert scenario.rules.calls_per_7_days == 7
    assert wanted == 14


def test_no_chinese_strategy_puts_its_costs_on_the_debt() -> None:
    for name, strategy in load("consumer_loan_cn").strategies.items():
        assert not strategy.late.add_costs, name


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_number_of_a_preset_is_a_whole_quantity_with_a_reason(path: Path) -> None:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    tables = [table for table in walk(content) if "value" in table]
    assert tables
    for table in tables:
        pairs = {key: tuple(table[key]) for key in ("range", "plausible") if key in table}
        quantity = Quantity.model_validate(table | pairs)
        assert quantity.status == "assumed" or quantity.source


def walk(table: dict[str, Any]) -> list[dict[str, Any]]:
    inner = [value for value in table.values() if isinstance(value, dict)]
    return [table, *(found for value in inner for found in walk(value))]
