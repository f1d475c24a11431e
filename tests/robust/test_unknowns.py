"""What is not known, moved one at a time and all at once."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simcollect.core.errors import InputError
from simcollect.robust.unknowns import Unknown, unknowns_of
from simcollect.scenario import Scenario, load
from simcollect.scenario.variation import varied
from simcollect.sweep.points import Range, Values
from simcollect.uncertainty.assumptions import mixes_of


def test_a_number_moved_to_its_stated_position_has_its_stated_value(tiny: Scenario) -> None:
    unknowns = unknowns_of(tiny)
    for one in unknowns.each:
        point = unknowns.moved(one, one.stated)
        if one.name in point:
            assert point[one.name] == pytest.approx(one.value, rel=1e-6)
            assert unknowns.moved(one, 0.0)[one.name] == pytest.approx(one.low, rel=1e-6)
            assert unknowns.moved(one, 1.0)[one.name] == pytest.approx(one.high, rel=1e-6)


def test_a_borrower_cell_moved_takes_its_share_from_the_others(tiny: Scenario) -> None:
    unknowns = unknowns_of(tiny).only(["behaviour.cell_mix.hardship"])
    (one,) = unknowns.each
    stated = mixes_of(tiny)
    for position, factor in ((0.0, 0.5), (one.stated, 1.0), (1.0, 2.0)):
        moved = mixes_of(varied(tiny, unknowns.moved(one, position)))
        for band, mix in moved.items():
            share = stated[band]["hardship"]
            assert math.fsum(mix.values()) == pytest.approx(1.0, abs=1e-6)
            assert mix["hardship"] == pytest.approx(factor * share / (1.0 + (factor - 1.0) * share), rel=1e-6)


def test_probabilities_are_those_of_the_triangle() -> None:
    one = Unknown("a", "", "range", 0.0, 3.0, 10.0, "linear", 0.3, True)
    draws = np.random.default_rng(1).triangular(0.0, 3.0, 10.0, 40_000)
    for position in (0.1, 0.3, 0.7):
        share = float(np.mean(draws < 10.0 * position))
        assert one.share_below(position) == pytest.approx(share, abs=4.0 * math.sqrt(0.25 / 40_000))


def test_worlds_follow_the_distributions_and_make_valid_scenarios(tiny: Scenario) -> None:
    unknowns = unknowns_of(tiny)
    worlds = unknowns.worlds(64, seed=1)
    assert worlds.coordinates.shape == (64, len(unknowns.each))
    for column, one in enumerate(worlds.unknowns):
        # A Latin hypercube: half of the worlds lie below the median of every distribution.
        below = [one.share_below(position) < 0.5 for position in worlds.coordinates[:, column]]
        assert sum(below) == 32
    varied(tiny, worlds.points[0])


def test_calibrated_numbers_are_moved_within_their_errors_and_drawn_together() -> None:
    scenario = load({"extends": "tiny", "behaviour": {"preset": "cards_2026_11"}})
    unknowns = unknowns_of(scenario)
    assert unknowns.ensemble is not None
    mine = unknowns.only(unknowns.ensemble.places)
    assert {one.rule for one in mine.each} == {"95 % of the calibration"}
    assert len(mine.columns) == 1
    worlds = mine.worlds(40, seed=1)
    assert set(worlds.points[0]) == set(unknowns.ensemble.places)
    inside = float(np.mean((worlds.coordinates >= 0.0) & (worlds.coordinates <= 1.0)))
    assert inside > 0.8  # 95 % of normal draws, and some cut at a number's range
    varied(scenario, worlds.points[3])


def test_an_experiments_ranges_take_the_place_of_the_scenarios_own(tiny: Scenario) -> None:
    place = "behaviour.goodwill.fatigue"
    unknowns = unknowns_of(tiny, {place: Range(0.1, 0.5)})
    (one,) = unknowns.each
    assert (one.low, one.high, one.rule) == (0.1, 0.5, "experiment")
    assert unknowns.moved(one, 0.25) == {place: pytest.approx(0.2)}
    with pytest.raises(InputError, match=r"fatigue lists values.*range"):
        unknowns_of(tiny, {place: Values((0.1, 0.2))})


def test_a_pattern_that_fits_nothing_names_the_groups(tiny: Scenario) -> None:
    with pytest.raises(InputError, match=r'"behaviour.contcat" fits nothing.*behaviour\.contact'):
        unknowns_of(tiny).only(["behaviour.contcat"])
