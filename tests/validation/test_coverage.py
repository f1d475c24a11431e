"""Coverage of intervals: the counting itself, and that an interval too narrow or too wide is noticed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import simcollect.validation.coverage as room
from simcollect.stats import PairedDifference, paired_difference
from simcollect.validation.coverage import (
    Coverage,
    measure_coverage,
    normal_pairs,
    of_pairs,
    of_population,
    skewed_pairs,
    write_coverage,
)


def narrowed(by: float) -> object:
    """The paired interval at another level."""

    def other(ours: object, theirs: object, level: float) -> PairedDifference:
        return paired_difference(ours, theirs, level - by)  # type: ignore[arg-type]

    return other


def test_the_paired_interval_covers_normal_differences_as_often_as_it_says() -> None:
    found = of_pairs("normal", normal_pairs, 0.5, 20, 1_000, seed=3)
    # Student's t is exact here: 95 % of 1,000, standard error 0.69 points; four of them.
    assert abs(found.share - 0.95) < 4.0 * 0.0069
    assert found.low < found.share < found.high
    assert abs(found.skewness) < 0.05


@pytest.mark.parametrize("by", [0.05, -0.03])
def test_an_interval_of_another_level_lies_outside(by: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "paired_difference", narrowed(by))
    found = of_pairs("normal", normal_pairs, 0.5, 20, 1_000, seed=3)
    assert not found.is_inside
    assert not found.low <= 0.95 <= found.high


def test_a_wrong_difference_is_hardly_ever_covered() -> None:
    assert of_pairs("normal", normal_pairs, 1.5, 20, 200, seed=3).share < 0.01


def test_the_synthetic_differences_are_what_theory_says() -> None:
    rng = np.random.default_rng(8)
    for setting, pairs, truth, _ in room.SYNTHETIC:
        ours, theirs = pairs(rng, 200_000)
        error = (ours - theirs).std() / np.sqrt(200_000)
        assert abs((ours - theirs).mean() - truth) < 4.0 * error, setting
        assert np.corrcoef(ours, theirs)[0, 1] > 0.6, setting
    assert np.log(skewed_pairs(rng, 200_000)[0] / 1.2).std() == pytest.approx(0.5, rel=0.01)


def test_a_population_is_covered_at_its_own_mean() -> None:
    population = np.random.default_rng(5).normal(7.0, 2.0, size=2_000)
    found = of_population("made", population, 20, 1_000, seed=1)
    assert abs(found.share - 0.95) < 4.0 * 0.0069


def test_bounds_of_the_bar_count_as_inside() -> None:
    assert Coverage.of("paired t", "made", 0.0, 20, [True] * 187 + [False] * 13).is_inside  # 93.5 %
    assert not Coverage.of("paired t", "made", 0.0, 20, [True] * 967 + [False] * 33).is_inside  # 96.7 %


def test_every_setting_is_measured_and_written(tmp_path: Path) -> None:
    rows = measure_coverage(seed=2, pairs=20, sets=5, model_runs=4, workers=1, folder=tmp_path / "runs")
    told = json.loads(write_coverage(rows, 2, tmp_path / "out").read_text(encoding="utf-8"))
    assert told["command"] == "coverage"
    assert {row["method"] for row in told["rows"]} == {"paired t", "largest t"}
    assert sum(row["setting"].startswith("model, tiny") for row in told["rows"]) == 10
    again = measure_coverage(seed=2, pairs=20, sets=5, model_runs=4, workers=1, folder=tmp_path / "runs")
    assert again == rows
