from __future__ import annotations

import datetime as dt
import warnings

import numpy as np
import pytest

from simcollect.sweep.points import (
    Kind,
    Point,
    Range,
    Values,
    distinct,
    drawn,
    grid,
    in_parallel,
    point_of,
    point_text,
)

CHOICES = {"day": Range(30, 89), "share": Range(0.0, 1.0), "tone": Values(("gentle", "firm"))}


def column(points: list[Point], place: str) -> np.ndarray:
    return np.array([point[place] for point in points])


def test_a_grid_has_every_combination_once() -> None:
    points = grid({"a": Values((1, 2, 3)), "b": Range(0.0, 1.0, 5)})
    assert len(distinct(points)) == 15
    assert sorted({point["b"] for point in points}) == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_lists_in_parallel_pair_the_values_by_position() -> None:
    assert in_parallel({"a": Values((1, 2)), "b": Values(("x", "y"))}) == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol"])
def test_drawn_points_stay_within_ranges_and_keep_their_kind(kind: Kind) -> None:
    points = drawn(kind, CHOICES, 60, seed=3)
    days = column(points, "day")
    assert days.min() >= 30
    assert days.max() <= 89
    assert all(isinstance(point["day"], int) for point in points)
    assert column(points, "share").min() >= 0.0
    assert column(points, "share").max() < 1.0
    assert set(column(points, "tone")) == {"gentle", "firm"}


def test_a_latin_hypercube_has_one_point_in_each_of_n_equal_slices() -> None:
    shares = column(drawn("latin_hypercube", CHOICES, 50, seed=3), "share")
    assert sorted(np.floor(shares * 50)) == list(range(50))


def test_a_sobol_sequence_is_balanced_over_a_power_of_two() -> None:
    shares = column(drawn("sobol", CHOICES, 64, seed=3), "share")
    assert sorted(np.floor(shares * 64)) == list(range(64))


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol"])
def test_a_seed_gives_the_same_points_and_another_seed_others(kind: Kind) -> None:
    assert drawn(kind, CHOICES, 8, seed=1) == drawn(kind, CHOICES, 8, seed=1)
    assert drawn(kind, CHOICES, 8, seed=1) != drawn(kind, CHOICES, 8, seed=2)


def test_a_sobol_sequence_goes_on_where_it_stopped_and_a_hypercube_draws_new_points() -> None:
    assert drawn("sobol", CHOICES, 6, 1) + drawn("sobol", CHOICES, 10, 1, 6) == drawn("sobol", CHOICES, 16, 1)
    first = drawn("latin_hypercube", CHOICES, 6, 1)
    assert not {point_text(point) for point in first} & {
        point_text(point) for point in drawn("latin_hypercube", CHOICES, 6, 1, 6)
    }


def test_a_number_of_points_that_is_no_power_of_two_warns_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(drawn("sobol", CHOICES, 7, seed=1)) == 7


def test_a_point_survives_being_written_dates_and_tables_too() -> None:
    point = {"b": dt.date(2005, 9, 1), "a": [{"day": 3, "share": 0.5}], "c": np.float64(0.1)}
    assert point_of(point_text(point)) == {"b": dt.date(2005, 9, 1), "a": [{"day": 3, "share": 0.5}], "c": 0.1}
    assert point_text({"x": 1, "y": 2}) == point_text({"y": 2, "x": 1})
