"""Who wins and who loses: groups against their own twins, and gaps at equal ability."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import simcollect.cli.winners  # noqa: F401 (registers the command)
from simcollect.arms.groups import MEASURES, gap_at_equal_ability
from simcollect.arms.values import Values
from simcollect.arms.winners import Winners, who_wins
from simcollect.cli.app import app
from simcollect.core.errors import InputError
from simcollect.stats.simultaneous import together
from tests.arms.books import small


@pytest.fixture(scope="module")
def found() -> Winners:
    return who_wins(small(1, 100), "gentle", "firm", replications=4, workers=1)


def test_a_strategy_in_its_own_place_leaves_everybody_as_he_was() -> None:
    scenario = small(1, 60, 30)
    twice = scenario.model_copy(update={"strategies": {**scenario.strategies, "copy": scenario.strategies["firm"]}})
    same = who_wins(twice, "firm", "copy", replications=2, workers=1)
    assert (same.table()["difference"].fillna(0.0) == 0.0).all()
    assert (same.borrowers()["same"] == 1.0).all()
    assert (same.borrowers()[["pays_more", "pays_less"]] == 0.0).all(axis=None)


def test_groups_of_a_kind_add_up_to_everybody(found: Winners) -> None:
    borrowers = found.borrowers()
    everyone = borrowers[borrowers["by"] == "all"].iloc[0]
    for by in ("segment", "cell", "age_band"):
        part = borrowers[borrowers["by"] == by]
        assert part["n"].sum() == pytest.approx(everyone["n"])
        for share in ("pays_more", "pays_less", "better", "worse", "same"):
            assert (part["n"] * part[share]).sum() == pytest.approx(everyone["n"] * everyone[share])
    assert everyone[["better", "worse", "same"]].sum() == pytest.approx(1.0)


def test_intervals_of_all_groups_hold_together(found: Winners) -> None:
    """They are those of the largest t over the groups, wider than each alone."""
    runs = found.found[(found.found["by"] == "segment") & (found.found["measure"] == "kept_share")]
    runs = runs[runs["day"] == 90]
    gaps = (runs["second"] - runs["first"]).to_numpy().reshape(4, -1)
    known = together(gaps)
    rows = found.table("segment").query("measure == 'kept_share'")
    assert rows["difference"].to_numpy() == pytest.approx([estimate.mean for estimate in known])
    assert rows["low"].to_numpy() == pytest.approx([estimate.low for estimate in known])


def test_a_gap_at_equal_ability_is_not_one_of_ability() -> None:
    """The group is poorer and pays less for that alone: 0 within every fifth, though the plain gap is large."""
    strata = np.repeat(np.arange(5), 200)
    poorer = np.tile(np.arange(200), 5) < np.repeat([180, 140, 100, 60, 20], 200)
    paid = Values(strata.astype(np.float64), np.ones(1000))
    plain = paid.ratio(poorer) - paid.ratio(~poorer)
    assert plain < -1.0
    assert gap_at_equal_ability(paid, poorer, ~poorer, strata) == pytest.approx(0.0)
    harsher = Values(strata - 0.3 * poorer, np.ones(1000))
    assert gap_at_equal_ability(harsher, poorer, ~poorer, strata) == pytest.approx(-0.3)


def test_gaps_are_told_for_both_strategies_and_for_the_change(found: Winners) -> None:
    gaps = found.fairness("age_band")
    assert set(gaps["measure"]) == set(MEASURES)
    told = gaps.dropna(subset=["difference"])
    assert (told["second"] - told["first"]).to_numpy() == pytest.approx(told["difference"].to_numpy(), abs=1e-9)
    assert (told["second_low"] <= told["second"]).all()
    assert found.fairness("cell").empty


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("by", ["segment", "cell", "age_band"])
def test_every_kind_of_group_has_its_picture(found: Winners, by: str, lang: str) -> None:
    figure = found.plot(by, lang)  # type: ignore[arg-type]
    names = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(names) == found.table(by)["group"].nunique()
    if lang == "zh" and by != "segment":
        assert not any(name.isascii() for name in names)


def test_an_unknown_group_is_refused(found: Winners) -> None:
    with pytest.raises(InputError, match="not a known group"):
        found.table("zone")


def test_the_command_prints_groups_and_what_is_rests_on(tmp_path: Path) -> None:
    words = ["winners", "tiny", "gentle", "firm", "--replications", "3", "--workers", "1"]
    told = CliRunner().invoke(app, [*words, "--by", "segment", "--out", str(tmp_path / "w")])
    assert told.exit_code == 0, told.output
    for part in ("hold together", "better off", "not a finding about borrowers"):
        assert part in told.output
    assert {"winners.csv", "borrowers.csv", "gaps.csv"} <= {path.name for path in (tmp_path / "w").iterdir()}
    as_json = CliRunner().invoke(app, [*words, "--json", "--out", str(tmp_path / "v")])
    assert json.loads(as_json.stdout)["difference"] == "firm - gentle"
    assert CliRunner().invoke(app, [*words, "--by", "zone"]).exit_code == 2
