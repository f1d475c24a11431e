"""Turning any knob changes the log: no lever, rule, capacity or behaviour parameter is without effect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from simcollect.core.errors import InputErrors
from simcollect.core.eventlog import EventLog
from simcollect.engine import simulate
from simcollect.experiment.measure import measure
from simcollect.population import build
from simcollect.scenario import Quantity, Scenario, flatten
from simcollect.scenario.behaviour import CELLS
from simcollect.scenario.capacity import Capacity, Tasks
from simcollect.scenario.economics import Economics
from simcollect.scenario.presets import is_quantity, read_preset
from simcollect.scenario.rules import Rules
from simcollect.scenario.strategy import Levers
from tests.engine.knobs import KNOBS, PER_SEGMENT, STEP_LISTS, every_lever, rung
from tests.engine.runs import POOLS, Table, crowd, merged

LARGE: Table = {
    "run": {"horizon_days": 420},
    "portfolio": {"n_stock": 150, "penalty_rate": 0.1},
    "behaviour": {"contact": {"answer_prob": 0.5}},
}
"""Where two months of sixty borrowers do not show a knob, a year of more of them must."""


def nested(path: str, value: Any) -> Table:
    """A table of tables with one value at the end of a dotted path."""
    for name in reversed(path.split(".")):
        value = {name: value}
    return value


LOGS: dict[str, tuple[str, str]] = {}
"""Digests of the book and of the log by scenario: most comparisons share one of their two sides."""


def digests(*changes: Table) -> tuple[str, str]:
    """Digests of the book and of the log of the busy strategy."""
    laid = repr(merged(*changes))
    if laid not in LOGS:
        scenario = crowd(*changes)
        book = build(scenario)
        LOGS[laid] = book.digest(), simulate(scenario, "busy", population=book).digest()
    return LOGS[laid]


def log_of(*changes: Table) -> EventLog:
    return simulate(crowd(*changes), "busy")


def digest(*changes: Table) -> str:
    return digests(*changes)[1]


# -- the strategy ---------------------------------------------------------------------------------------------------


def test_the_table_of_knobs_has_every_lever_and_nothing_else() -> None:
    assert set(KNOBS) == every_lever()


def test_every_word_of_every_categorical_lever_is_in_the_table() -> None:
    from simcollect.scenario.flatten import lever_words

    for name, words in lever_words().items():
        table, _, field = name.partition("_")
        if table == "follow":
            table, field = "follow_up", field.removeprefix("up_")
        assert set(KNOBS[f"{table}.{field}"].settings) == set(words), name


@pytest.mark.parametrize("lever", sorted(KNOBS))
def test_turning_a_lever_changes_the_log(lever: str) -> None:
    settings, context = KNOBS[lever]
    around = {"strategies": {"busy": {name: table for name, table in context.items() if name != "scenario"}}}
    path = next((place for place in STEP_LISTS if lever.startswith(place + ".")), lever)

    def logs(*more: Table) -> set[str]:
        return {
            digest(context.get("scenario", {}), *more, around, nested(f"strategies.busy.{path}", setting))
            for setting in settings
        }

    if len(logs()) < len(settings):
        assert len(logs(LARGE)) == len(settings)


@pytest.mark.parametrize("table", sorted(PER_SEGMENT))
def test_turning_a_lever_for_one_segment_changes_that_segment_only(table: str) -> None:
    segments = {"portfolio": {"segments": {"by": "balance", "names": ["small", "large"], "up_to": [25_000.0]}}}
    many = {"capacity": {"pools": {pool: {"headcount": "unlimited"} for pool in POOLS}}, "run": {"horizon_days": 200}}
    before = simulate(crowd(segments, many), "busy")
    after = simulate(
        crowd(segments, many, nested(f"strategies.busy.segments.large.{table}", PER_SEGMENT[table])), "busy"
    )
    assert after.digest() != before.digest()
    for place, segment in enumerate(before.accounts["segment"]):
        if segment == 0:
            mine = before.rows[before.rows["account"] == place]
            assert mine.tolist() == after.rows[after.rows["account"] == place].tolist()


def test_every_table_can_be_set_by_segment_but_the_order_of_work() -> None:
    assert set(PER_SEGMENT) | {"work"} == set(Levers.model_fields)
    segments = {"portfolio": {"segments": {"by": "balance", "names": ["small", "large"], "up_to": [25_000.0]}}}
    with pytest.raises(InputErrors, match="one list, in one order"):
        crowd(segments, nested("strategies.busy.segments.large.work", {"priority": "largest"}))


# -- rules ----------------------------------------------------------------------------------------------------------

TALKATIVE: Table = {"behaviour": {"contact": {"answer_prob": 0.6}, "conversation": {"hardship": 2.0, "cease": 2.0}}}
DIALS = [{"action": word, "day": 0, "repeat_days": 1, "maximum": 9} for word in ("call", "automated_call")]
DAILY = [{"action": "sms", "day": 0, "repeat_days": 1, "maximum": 9}]
RULES: dict[str, tuple[Table, Table]] = {
    "calls_per_7_days": ({"calls_per_7_days": 2}, {}),
    "messages_per_7_days": ({"messages_per_7_days": 1}, {"early": {"steps": DAILY}}),
    "quiet_days_after_conversation": ({"quiet_days_after_conversation": 6}, {}),
    "hours_start": ({"hours_start": "13:00", "hours_end": "20:00"}, {}),
    "hours_end": ({"hours_start": "08:00", "hours_end": "11:00"}, {}),
    "visit_two_people": ({"visit_two_people": True}, {}),
    "honour_cease": ({"honour_cease": True}, {}),
    "consent_needed": ({"consent_needed": True}, {}),
    "moratorium_days": ({"moratorium_days": 25}, {}),
    "forbearance_before_suit": ({"forbearance_before_suit": True}, {"mid": {"plan_offered": False}}),
    "vulnerable_hold": ({"vulnerable_hold": True}, {"late": {"hold_vulnerable": False}}),
    "calls_per_day": ({"calls_per_day": 1}, {"early": {"steps": DIALS}}),
    "honour_opt_out": ({"honour_opt_out": True}, {"early": {"steps": DAILY}}),
    "visit_notice_days": ({"visit_notice_days": 4}, {}),
    "added_costs_barred": ({"added_costs_barred": True}, {}),
    "plan_surplus_share": ({"plan_surplus_share": 0.2}, {}),
    "plan_min_instalments": ({"plan_min_instalments": 6}, {}),
}
IN_MORATORIUM: dict[str, Table] = {
    "vulnerable_moratorium_days": {"moratorium_days": 10, "vulnerable_moratorium_days": 90},
    "moratorium_interest_free": {"moratorium_days": 25, "moratorium_interest_free": False},
}
"""Rules that change what the moratorium is."""
AUTHORITY = {"max_discount_share", "max_plan_months", "forbid_third_party", "pack"}
"""Rules that bound the document itself: a strategy beyond them is refused before any run; and the pack they are in."""


def test_every_rule_is_either_turned_here_or_bounds_the_document() -> None:
    assert set(RULES) | set(IN_MORATORIUM) | AUTHORITY == set(Rules.model_fields)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_turning_a_rule_on_changes_the_log(rule: str) -> None:
    setting, strategy = RULES[rule]
    around = merged(TALKATIVE, {"strategies": {"busy": strategy}})
    if digest(around) == digest(around, {"rules": setting}):
        assert digest(LARGE, around) != digest(LARGE, around, {"rules": setting})


@pytest.mark.parametrize("rule", sorted(IN_MORATORIUM))
def test_turning_a_term_of_the_moratorium_changes_the_log(rule: str) -> None:
    changed = IN_MORATORIUM[rule]
    plain = {name: value for name, value in changed.items() if name != rule}
    around = merged(TALKATIVE, {"portfolio": {"penalty_rate": 0.1}})
    if digest(around, {"rules": plain}) == digest(around, {"rules": changed}):
        assert digest(LARGE, around, {"rules": plain}) != digest(LARGE, around, {"rules": changed})


# -- capacity -------------------------------------------------------------------------------------------------------

POOL_SETTINGS: Table = {
    "headcount": 2,
    "shift_start": "11:15",
    "shift_end": "15:45",
    "weekdays": ["tue", "sat"],
    "absence_share": 0.4,
    "hourly_cost": None,  # a quantity in money: half its value
    "skill_sd": 0.6,
    "learning_months": 20.0,
    "new_share": 0.9,
    "turnover_per_year": 2.0,
}


TALKERS = ("callers", "negotiators")
PERSUASION = ("skill_sd", "learning_months", "new_share", "turnover_per_year")
"""Skill shows only in conversations: the other pools have none that ask for money."""


def moved(quantity: Table, part: float) -> float:
    """A value some part of the way to the end of its range that is further away."""
    low, high = quantity["range"]
    value = float(quantity["value"])
    far = low if value - low > high - value else high
    return value + part * (far - value)


def capacity_changes() -> Iterator[tuple[str, Table]]:
    """Every field of the capacity block turned to something else."""
    for pool in POOLS:
        for field, setting in POOL_SETTINGS.items():
            if pool in TALKERS or field not in PERSUASION:
                yield f"pools.{pool}.{field}", {"pools": {pool: {field: setting}}}
    preset = read_preset("capacity", "taiwan", "")[1]
    for task in Tasks.model_fields:
        yield f"tasks.{task}", {"tasks": {task: moved(preset["tasks"][task], 1.0)}}
    yield "task_times", {"task_times": "exponential"}
    yield "task_time_sd", {"task_times": "lognormal", "task_time_sd": 1.5}
    yield "visit_people", {"visit_people": 2}
    yield "holidays", {"holidays": [dt.date(2005, 9, 6), dt.date(2005, 9, 7)]}
    yield "time_zone", {"time_zone": "America/New_York"}
    yield "events", {"events": [{"kind": "sick_leave", "day": 5, "days": 30, "pool": "negotiators", "share": 1.0}]}
    yield "events.inflow", {"events": [{"kind": "inflow", "day": 10, "days": 30, "factor": 3.0}]}


CAPACITY = dict(capacity_changes())


def test_every_field_of_the_capacity_block_is_turned() -> None:
    turned = {name.split(".")[0] for name in CAPACITY}
    assert turned | {"preset"} == set(Capacity.model_fields)
    assert {name.split(".")[2] for name in CAPACITY if name.startswith("pools.callers")} == set(POOL_SETTINGS)
    assert {name.split(".")[1] for name in CAPACITY if name.startswith("tasks.")} == set(Tasks.model_fields)


@pytest.mark.parametrize("name", sorted(CAPACITY))
def test_turning_a_knob_of_capacity_changes_the_log(name: str) -> None:
    change = CAPACITY[name]
    parts = name.split(".")
    around: Table = {"capacity": {"pools": {pool: {"headcount": 3} for pool in POOLS}}} if "pools" in name else {}
    if parts[-1] == "hourly_cost":
        unit = crowd().capacity.pools.callers.hourly_cost.unit
        cost = {"value": 1.0, "unit": unit, "range": [0.0, 1e6], "status": "assumed", "source": "a test"}
        change = {"pools": {parts[1]: {"hourly_cost": cost}}}
    if parts[-1] == "learning_months":
        around = merged(around, {"capacity": {"pools": {parts[1]: {"new_share": 1.0}}}})
    if digest(around) == digest(around, {"capacity": change}):
        assert digest(LARGE, around) != digest(LARGE, around, {"capacity": change})


# -- behaviour ------------------------------------------------------------------------------------------------------


def behaviour_quantities() -> dict[str, Table]:
    """Every quantity of the behaviour preset, moved to the end of its range that is further away."""
    found = {}
    for group, table in read_preset("behaviour", "cards", "")[1].items():
        if group == "cell_mix":
            continue
        members = table.items() if group == "cells" else [("", table)]
        for cell, parameters in members:
            for name, quantity in parameters.items():
                path = f"{group}.{cell}.{name}" if cell else f"{group}.{name}"
                assert is_quantity(quantity), path
                found[path] = nested(path, moved(quantity, 0.9 if path in RARE else 0.3))
    return found


RARE = ("cells.disputing.phone_valid_share",)
"""Few borrowers feel these: a small turn might by chance meet none of them."""
BEHAVIOUR = behaviour_quantities()
HOME: Table = {"strategies": {"busy": {"restoration": {"reopen_line": True, "from_stage": "early"}}}}
OFTEN_BANKRUPT: Table = {"behaviour": {"exit": {"insolvency_per_month": 0.08}}}
WAIVING: Table = {"strategies": {"busy": {"mid": {"plan_interest_waived_share": 0.8}}}}
PLANNING: Table = {"behaviour": {"conversation": {"plan": 8.0}}}
DOWN_PAYMENTS: Table = {"strategies": {"busy": {"mid": {"plan_down_payment_share": 0.3}}}}
SETTLING: Table = {
    "strategies": {"busy": {"late": {"enter_dpd": 30}, "final": {"enter_dpd": 45}}},
    "behaviour": {"settlement": {"accept_intercept": 1.0, "answer_days": 3.0}},
}
SHOWS_ONLY_IN: dict[str, Table] = {
    # Words of the firm tone and the like need a strategy that uses them; rare fates need a world in which they are not.
    "contact.message_neutral_effect": {"strategies": {"busy": {"early": {"tone": "neutral"}}}},
    "contact.message_firm_effect": {"strategies": {"busy": {"early": {"tone": "firm"}}}},
    "conversation.firm_persuasion": {"strategies": {"busy": {"mid": {"tone": "firm"}}}},
    "goodwill.tone_firm": {"strategies": {"busy": {"mid": {"tone": "firm"}}}},
    "plan.down_payment_deterrence": merged(
        PLANNING, {"strategies": {"busy": {"mid": {"plan_down_payment_share": 0.3}}}}
    ),
    "plan.relief_effect": merged(PLANNING, WAIVING),
    "score.low_risk_from": {"strategies": {"busy": {"early": {"grace_days_low": 9}}}},
    "score.high_risk_below": {"strategies": {"busy": {"early": {"grace_days_high": 9}}}},
    "exit.insolvency_lump_sum_factor": merged(SETTLING, OFTEN_BANKRUPT),
    "exit.insolvency_relief_effect": merged(SETTLING, OFTEN_BANKRUPT, PLANNING, WAIVING),
    "settlement.liquid_share": SETTLING,
    "settlement.instalment_share": merged(
        SETTLING, {"strategies": {"busy": {"final": {"offers": rung(instalments=3, longer_instalments=[6, 12])}}}}
    ),
}


@pytest.mark.parametrize("path", sorted(BEHAVIOUR))
def test_turning_a_behaviour_quantity_changes_the_book_or_the_log(path: str) -> None:
    change = {"behaviour": BEHAVIOUR[path]}
    around = merged(HOME, SHOWS_ONLY_IN.get(path, {}))
    if digests(around) == digests(around, change):
        assert digests(LARGE, around) != digests(LARGE, around, change)


def test_consent_shows_where_the_rules_ask_for_it_and_elsewhere_only_in_the_book() -> None:
    change, rule = {"behaviour": BEHAVIOUR["latent.consent_share"]}, {"rules": {"consent_needed": True}}
    plain, changed = log_of(), log_of(change)
    assert np.array_equal(plain.rows, changed.rows)
    assert np.any(plain.accounts["consent"] != changed.accounts["consent"])
    assert not np.array_equal(log_of(rule).rows, log_of(rule, change).rows)


def test_the_mix_of_cells_changes_the_book() -> None:
    plain = crowd()
    bands = plain.behaviour.cell_mix
    for band in bands:
        others = dict.fromkeys(CELLS, 0.0)
        mixed = crowd({"behaviour": {"cell_mix": {band: {**others, "hardship": 1.0}}}})
        if build(mixed).digest() == build(plain).digest():
            old = {"portfolio": {"synthetic": {"marginals": {"dpd": {"family": "table", "quantiles": [1.0, 400.0]}}}}}
            assert build(crowd(old, {"behaviour": {"cell_mix": {band: {**others, "hardship": 1.0}}}})).digest() != (
                build(crowd(old)).digest()
            )


def test_every_number_that_kernels_can_read_is_a_quantity_that_is_turned() -> None:
    names = set(flatten(crowd(), "busy").behaviour.dtype.names or ())
    assert names == {path.replace(".", "_", 1) for path in BEHAVIOUR if not path.startswith("cells.")}


# -- economics ------------------------------------------------------------------------------------------------------


def economics_changes(scenario: Scenario) -> dict[str, Table]:
    """Every field of the economics block turned to something else."""
    found: dict[str, Table] = {"cost_basis": {"cost_basis": "worked"}, "minor_units": {"minor_units": 1000}}
    found["court_fee_bands"] = {"court_fee_bands": {"fixed": [5000.0], "share": [0.0]}}
    for name in Economics.model_fields:
        value = getattr(scenario.economics, name)
        quantities = value.items() if isinstance(value, dict) else [("", value)]
        for key, quantity in quantities:
            if not isinstance(quantity, Quantity):
                continue
            other = moved({"value": quantity.value, "range": quantity.range}, 0.5)
            found[f"{name}.{key}" if key else name] = {name: {key: other} if key else other}
    return found


ECONOMICS = economics_changes(crowd())
NAMES_ONLY = {"preset", "currency"}
"""The preset is where numbers come from, the currency their name; neither is a number."""


def test_every_field_of_the_economics_block_is_turned() -> None:
    assert {name.split(".")[0] for name in ECONOMICS} | NAMES_ONLY == set(Economics.model_fields)


@pytest.mark.parametrize("name", sorted(ECONOMICS))
def test_turning_a_price_changes_the_log_or_a_headline_outcome(name: str) -> None:
    assert outcome() != outcome({"economics": ECONOMICS[name]})


OUTCOMES: dict[str, str] = {}


def outcome(*changes: Table) -> str:
    """The log's digest and all headline outcomes."""
    laid = repr(changes)
    if laid not in OUTCOMES:
        scenario = crowd(LARGE, *changes)
        log = simulate(scenario, "busy")
        OUTCOMES[laid] = repr([log.digest(), measure(log, scenario)])
    return OUTCOMES[laid]
