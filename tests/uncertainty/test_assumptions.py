"""Which numbers are drawn, from which spread, and that every draw makes a valid scenario."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simcollect.core.errors import InputError
from simcollect.scenario import Scenario, load, provenance
from simcollect.scenario.variation import varied
from simcollect.uncertainty import draw
from simcollect.uncertainty.assumptions import Assumption, Member, assumptions_of, shares_of


def by_name(found: tuple[Assumption, ...]) -> dict[str, Assumption]:
    return {one.name: one for one in found}


def test_every_assumed_number_is_drawn_but_those_the_lender_knows_and_those_at_the_end_of_their_scale() -> None:
    scenario = load("cards_taiwan")
    drawn = {member.place for one in assumptions_of(scenario) for member in one.members}
    left = {
        row.path: row
        for row in provenance(scenario)
        if row.path.startswith(("behaviour.", "economics."))
        and row.status in ("assumed", "calibrated")
        and row.path not in drawn
    }
    known = {
        "behaviour.score.low_risk_from",
        "behaviour.score.high_risk_below",
        "behaviour.latent.income_limit_reference",
    }
    assert {path for path, row in left.items() if row.value not in (0.0, 1.0)} == known
    assert not {row.path for row in provenance(scenario) if row.status in ("statute", "published")} & drawn
    assert not any(place.startswith("capacity.") for place in drawn)


def test_the_ends_are_the_plausible_ones_else_the_range_of_prices_else_half_to_double() -> None:
    found = by_name(assumptions_of(load("cards_taiwan")))
    opened = found["behaviour.contact.sms_opened_prob"]
    assert (opened.rule, opened.members[0].low, opened.members[0].high) == ("plausible", 0.3, 0.9)
    sms = found["economics.sms"]
    assert (sms.rule, sms.members[0].low, sms.members[0].high) == ("range", 0.5, 1.6)
    cap = found["behaviour.cash.buffer_cap_months"].members[0]
    assert (cap.low, cap.value, cap.high) == pytest.approx((1.0, 2.0, 4.0))
    share = found["behaviour.promise.part_share"].members[0]
    # One half has odds 1: half and double of them are a third and two thirds.
    assert (share.low, share.high) == pytest.approx((1 / 3, 2 / 3))
    odds = found["behaviour.settlement.accept_intercept"].members[0]
    assert (odds.low, odds.high) == pytest.approx((-1.9 - math.log(2), -1.9 + math.log(2)))
    cut = found["behaviour.contact.preferred_factor"].members[0]
    assert cut.low == 1.0  # not 0.65: the range starts at 1


def test_another_value_than_the_preset_finds_plausible_is_drawn_around_itself() -> None:
    own = load({"extends": "tiny", "behaviour": {"contact": {"sms_opened_prob": 0.1}}})
    member = by_name(assumptions_of(own))["behaviour.contact.sms_opened_prob"].members[0]
    assert member.low < 0.1 < member.high < 0.3


@pytest.mark.parametrize("scale", ["linear", "log", "logit"])
def test_a_number_is_triangular_on_its_scale(scale: str) -> None:
    ends = {"linear": (0.0, 1.0, 4.0), "log": (1.0, 2.0, 8.0), "logit": (0.2, 0.5, 0.6)}[scale]
    member = Member("behaviour.a.b", *ends, scale)  # type: ignore[arg-type]
    onto = {"linear": lambda x: x, "log": math.log, "logit": lambda x: math.log(x / (1.0 - x))}[scale]
    drawn = np.array([onto(member.at((i + 0.5) / 20_000)) for i in range(20_000)])
    a, c, b = (onto(x) for x in ends)
    assert drawn.mean() == pytest.approx((a + b + c) / 3.0, abs=1e-3 * (b - a))
    assert drawn.var() == pytest.approx((a * a + b * b + c * c - a * b - a * c - b * c) / 18.0, rel=1e-2)
    assert member.at(0.0) == pytest.approx(ends[0])
    assert member.at(1.0) == pytest.approx(ends[2])


def test_each_number_takes_every_part_of_its_distribution_once(tiny: Scenario) -> None:
    found = assumptions_of(tiny)
    shares = shares_of(found, 10, seed=1)
    assert np.all(np.sort((shares * 10).astype(int), axis=0) == np.arange(10)[:, None])


def test_a_number_that_is_added_leaves_the_draws_of_the_others_as_they_are(tiny: Scenario) -> None:
    found = assumptions_of(tiny)
    all_of_them, fewer = shares_of(found, 6, seed=5), shares_of(found[:40] + found[41:], 6, seed=5)
    assert np.array_equal(np.delete(all_of_them, 40, axis=1), fewer)
    assert not np.array_equal(all_of_them, shares_of(found, 6, seed=6))
    columns = {tuple(column) for column in all_of_them.T}
    assert len(columns) == len(found)  # no two numbers move together


@pytest.mark.parametrize("name", ["cards_taiwan", "instalment_us", "consumer_loan_cn"])
def test_every_draw_is_a_valid_scenario_whose_mixes_add_up(name: str) -> None:
    scenario = load(name)
    for point in draw(scenario, 6).points:
        drawn = varied(scenario, point)  # refuses what is outside a range, and mixes that are none
        for band, mix in drawn.behaviour.cell_mix.items():
            assert math.fsum(share.value for share in mix.values()) == pytest.approx(1.0), band
        prices = [price.value for price in drawn.economics.sale_price_share_by_dpd.values()]
        assert prices == sorted(prices, reverse=True)


def test_the_mix_of_cells_keeps_its_course_over_the_bands() -> None:
    scenario = load("cards_taiwan")
    before = {band: mix["forgetful"].value / mix["hardship"].value for band, mix in scenario.behaviour.cell_mix.items()}
    after = varied(scenario, draw(scenario, 5).points[0]).behaviour.cell_mix
    moved = {round(mix["forgetful"].value / mix["hardship"].value / before[band], 6) for band, mix in after.items()}
    assert len(moved) == 1
    assert moved != {1.0}


def test_equal_seeds_give_equal_draws_and_others_do_not(tiny: Scenario) -> None:
    assert draw(tiny, 5).points == draw(tiny, 5).points
    other = tiny.model_copy(update={"run": tiny.run.model_copy(update={"seed": tiny.run.seed + 1})})
    assert draw(tiny, 5).points != draw(other, 5).points


def test_too_few_draws_are_refused(tiny: Scenario) -> None:
    with pytest.raises(InputError, match="Expected 5 or more"):
        draw(tiny, 4)
