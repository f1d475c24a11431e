"""A comparison at draws of the parameters: a small real one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import simcollect as sc
from simcollect.core.errors import InputError
from simcollect.uncertainty import UncertainComparison
from simcollect.uncertainty.comparison import FOLDER, PICTURE, RESULT

ASKED = {"strategies": ["gentle", "firm"], "replications": 3, "horizon_days": 90, "workers": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("uncertain") / "results"


@pytest.fixture(scope="module")
def found(folder: Path) -> UncertainComparison:
    result = sc.compare("tiny", uncertainty=5, draw_replications=2, folder=folder, **ASKED)  # type: ignore[call-overload]
    assert isinstance(result, UncertainComparison)
    return result


def test_the_stated_comparison_is_the_one_without_uncertainty(found: UncertainComparison) -> None:
    alone = sc.compare("tiny", **ASKED)  # type: ignore[call-overload]
    assert alone.manifest.digest == found.stated.manifest.digest


def test_every_draw_changes_the_runs_and_has_the_luck_of_the_same_replications(found: UncertainComparison) -> None:
    assert found.values("gross_recovery_share", "firm").shape == (5, 1, 2)
    digests = found.runs.groupby(["strategy", "replication"])["digest"].nunique()
    assert (digests == 5).all()
    assert sorted(found.runs["replication"].unique()) == [0, 1]  # of the three of the stated comparison


def test_each_row_of_the_table_splits_its_interval(found: UncertainComparison) -> None:
    table = found.table(["cost_per_account_cents", "kept_share"])
    assert list(table["strategy"]) == ["firm", "firm"]
    shares = table[["share_run_noise", "share_parameters", "share_assumptions"]].dropna()
    assert shares.sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert (shares["share_parameters"] == 0.0).all()  # no ensemble here
    # More doubt never makes an interval narrower; 2 % for the steps in which the noise is laid out.
    assert (table["all_high"] - table["all_low"] >= (table["high"] - table["low"]) * 0.98).all()


def test_winners_share_the_draws(found: UncertainComparison) -> None:
    winners = found.winners()
    assert winners[["gentle", "firm"]].sum(axis=1).to_numpy() == pytest.approx(1.0)


def test_influence_is_told_only_above_what_chance_reaches(found: UncertainComparison) -> None:
    table = found.influence("cost_per_account_cents", "firm")
    assert len(table) == len(found.draws.assumptions)
    # Five draws can be ordered in 120 ways and there are 250 numbers: nothing can be told.
    assert not table["is_told"].any()


def test_results_are_saved_and_a_second_call_runs_nothing_more(
    found: UncertainComparison, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found.save(folder)
    told = json.loads((folder / RESULT).read_text(encoding="utf-8"))
    assert told["command"] == "compare --uncertainty"
    assert told["draws"]["outer"] == 5
    assert {row["standing"] for row in told["rows"]} <= {
        "higher", "lower", "no difference in any run", "cannot tell: run noise", "not counted in every run",
        "cannot tell: the sign may turn within what is plausible",
    }  # fmt: skip
    assert (folder / PICTURE).stat().st_size > 10_000
    monkeypatch.setattr("simcollect.sweep.work.simulate", None)
    again = sc.compare("tiny", uncertainty=5, draw_replications=2, folder=folder, **ASKED)  # type: ignore[call-overload]
    assert np.array_equal(
        again.values("net_recovery_share", "firm"), found.values("net_recovery_share", "firm"), equal_nan=True
    )
    assert (folder / FOLDER).is_dir()


def test_one_replication_of_a_draw_is_refused() -> None:
    asked = {**ASKED, "replications": 1}
    with pytest.raises(InputError, match="cannot tell its parameters from its luck"):
        sc.compare("tiny", uncertainty=5, **asked)  # type: ignore[call-overload]
