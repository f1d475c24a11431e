"""Confounded logs with known truth: adjusting finds the effect when it can, and must fail when it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import simcollect.cli.confounded  # noqa: F401 (registers the command)
from simcollect.arms.confounded import OUTCOMES, Confounded, confounded
from simcollect.arms.estimators import METHODS, difference_in_means
from simcollect.arms.policy import HARDER_GET_MORE, WITH_A_HUNCH, LoggingPolicy, standardised
from simcollect.cli.app import app
from simcollect.core.errors import InputError
from tests.arms.books import small

PAIR = ("gentle", "firm")


@pytest.fixture(scope="module")
def seen() -> Confounded:
    return confounded(small(1, 600, 150), *PAIR, HARDER_GET_MORE, replications=8, workers=1)


@pytest.fixture(scope="module")
def unseen() -> Confounded:
    return confounded(small(1, 600, 150), *PAIR, WITH_A_HUNCH, replications=8, workers=1)


def test_what_is_observed_is_the_potential_outcome_of_the_treatment_taken(seen: Confounded) -> None:
    table = seen.table
    treated = table["treated"] == 1
    for outcome in OUTCOMES:
        taken = np.where(treated, table[f"{outcome}_second"], table[f"{outcome}_first"])
        assert np.array_equal(table[outcome], taken), outcome


def test_with_the_scenarios_own_staff_borrowers_interfere() -> None:
    table = confounded(small(1, 150, 60), *PAIR, own_staff=True, replications=1, workers=1).table
    taken = np.where(table["treated"] == 1, table["recovered_share_second"], table["recovered_share_first"])
    assert not np.array_equal(table["recovered_share"], taken)


def test_treatment_has_the_probability_that_the_table_says(seen: Confounded) -> None:
    """By tenths of the propensity; each share of treated within 4 standard errors."""
    for _, part in seen.table.groupby(pd.qcut(seen.table["propensity"], 10)):
        p = part["propensity"].mean()
        assert abs(part["treated"].mean() - p) < 4 * np.sqrt(p * (1 - p) / len(part))


def test_when_the_features_suffice_adjusting_finds_the_effect_and_the_plain_difference_does_not(
    seen: Confounded,
) -> None:
    """Paired t over 8 books: adjusted methods within 4 standard errors of the truth, the plain difference far off."""
    for outcome in ("kept", "recovered_share"):
        found = seen.assess(outcome).set_index("method")
        errors = (found["high"] - found["low"]) / 2.0 / 2.365  # t quantile, 7 degrees of freedom
        off = found["bias"].abs() / errors
        assert off["difference in means"] > 8.0, outcome
        assert found.loc["difference in means", "verdict"] == "biased"
        for method in ("regression", "weighting", "doubly robust"):
            assert off[method] < 4.0, (outcome, method)
            assert abs(found.loc[method, "bias"]) < abs(found.loc["difference in means", "bias"]) / 3.0, method


def test_with_a_hidden_confounder_every_method_must_fail(unseen: Confounded) -> None:
    found = unseen.assess("kept").set_index("method")
    assert (found["verdict"] == "biased").all()
    assert (found["coverage"] < 0.6).all()


def test_random_treatment_needs_no_adjusting() -> None:
    tossed = confounded(small(1, 150, 60), *PAIR, LoggingPolicy({}), replications=6, workers=1)
    row = tossed.assess("kept", {"plain": difference_in_means}).iloc[0]
    assert abs(row["bias"]) < 4 * (row["high"] - row["low"]) / 2.0 / 2.571
    assert row["coverage"] >= 4 / 6


def test_ones_own_method_is_assessed_beside_the_truth(seen: Confounded) -> None:
    def oracle(table: pd.DataFrame, outcome: str) -> tuple[float, float]:
        replication = int(table["replication"].iloc[0])
        return float(seen.effect(outcome)[replication]), 0.001

    row = seen.assess("complained", {"oracle": oracle}).iloc[0]
    assert (row["bias"], row["coverage"], row["rmse"]) == (0.0, 1.0, 0.0)


def test_the_analyst_gets_no_truth_and_every_column_is_explained(seen: Confounded, tmp_path: Path) -> None:
    hidden = {"propensity", "willingness", "ability", "kept_first", "kept_second"}
    assert not hidden & set(seen.observed)
    assert hidden <= set(seen.truth)
    seen.save(tmp_path)
    for name, frame in (("observed", seen.observed), ("truth", seen.truth)):
        for read in (pd.read_csv(tmp_path / f"{name}.csv"), pd.read_parquet(tmp_path / f"{name}.parquet")):
            pd.testing.assert_frame_equal(read, frame.reset_index(drop=True))
    explained = pd.read_csv(tmp_path / "dictionary.csv")
    assert list(zip(explained["file"], explained["column"], strict=True)) == [
        (file, column) for file, frame in (("observed", seen.observed), ("truth", seen.truth)) for column in frame
    ]
    assert all(np.issubdtype(kind, np.number) for kind in seen.observed.dtypes)


def test_standardised_features_have_mean_0_and_variance_1_and_ties_share_a_place() -> None:
    scores = standardised(np.array([5.0, 1.0, 1.0, 9.0]))
    assert scores.mean() == pytest.approx(0.0)
    assert scores.std() == pytest.approx(1.0)
    assert scores[1] == scores[2]
    assert not standardised(np.full(5, 3.0)).any()


def test_methods_agree_on_a_linear_world_with_known_effect() -> None:
    """y = x + 2 treated + noise, logit of treatment x: 2 is found by all but the plain difference."""
    rng = np.random.default_rng(8)
    n = 4000
    x = rng.uniform(-1.7, 1.7, n)
    treated = (rng.random(n) < 1 / (1 + np.exp(-x))).astype(int)
    table = pd.DataFrame(0.0, index=range(n), columns=[*_FEATURES])
    table["balance"], table["treated"] = x, treated
    table["y"] = x + 2.0 * treated + rng.normal(size=n)
    for name, method in METHODS.items():
        estimate, error = method(table, "y")
        assert (abs(estimate - 2.0) < 4.0 * error) == (name != "difference in means"), (name, estimate, error)


_FEATURES = (
    "balance", "arrears_share", "dpd", "score", "months_on_book", "earlier_delinquencies", "utilisation",
    "stated_income", "age", "margin",
)  # fmt: skip


def test_the_command_writes_the_bench_and_says_when_methods_must_fail(tmp_path: Path) -> None:
    words = ["confounded", "tiny", "gentle", "firm", "--replications", "2", "--workers", "1"]
    told = CliRunner().invoke(app, [*words, "--hidden", "--out", str(tmp_path / "h")])
    assert told.exit_code == 0, told.output
    assert "must fail" in told.output
    assert {"observed.csv", "truth.parquet", "dictionary.csv"} <= {path.name for path in (tmp_path / "h").iterdir()}
    as_json = CliRunner().invoke(app, [*words, "--weight", "dpd=1", "--json", "--out", str(tmp_path / "j")])
    assert json.loads(as_json.stdout)["hidden_confounding"] is False
    for wrong in ("--weight=dpd", "--weight=luck=1", "--hidden"):
        refused = CliRunner().invoke(app, [*words, "--weight", "dpd=1", wrong, "--out", str(tmp_path / "x")])
        assert refused.exit_code == 2, wrong
    with pytest.raises(InputError, match="not a known feature"):
        LoggingPolicy({"shoe_size": 1.0})
