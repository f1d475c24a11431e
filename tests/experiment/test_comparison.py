from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simcollect.core.errors import InputError
from simcollect.experiment.comparison import SHOWN, Comparison, compared, read_comparison
from simcollect.experiment.design import make_design
from simcollect.experiment.manifest import Manifest, RunDigest, describe, read_manifest
from simcollect.experiment.store import DIFFERENCES, MEANS, PICTURE, Row
from simcollect.outcomes import MEASURES
from simcollect.scenario import Scenario
from simcollect.scenario.variation import varied

N = 4
STRATEGIES = ("no_action", "gentle", "firm")


def made_up(replication: int, strategy: str, day: int) -> Row:
    """Firm recovers 500 more than no action in every replication; nobody pays without action in replication 3."""
    lift = {"no_action": 0, "gentle": 200 - 100 * (replication % 2), "firm": 500}[strategy]
    recovered = (1000 + 300 * replication + lift) * day // 180
    row: Row = dict.fromkeys(MEASURES, 1.0)
    row |= {"replication": replication, "strategy": strategy, "day": day, "digest": f"{replication}{strategy}"}
    row |= {"recovered_cents": recovered, "net_recovered_cents": recovered - lift // 10, "opening_cents": 10_000}
    row |= {"net_recovery_share": row["net_recovered_cents"] / 10_000, "kept_share": 0.5 + lift / 2000}
    if strategy == "no_action" and replication == 3:
        row["mean_days_to_cash"] = math.nan
    return row


@pytest.fixture(scope="module")
def manifest(tiny: Scenario) -> Manifest:
    return describe("compare", make_design(tiny, STRATEGIES, N)).with_logs(
        RunDigest(r, s, f"{r}{s}") for r in range(N) for s in STRATEGIES
    )


@pytest.fixture(scope="module")
def result(manifest: Manifest) -> Comparison:
    rows = [made_up(r, s, day) for day in (180, 90) for s in STRATEGIES for r in reversed(range(N))]
    return compared(manifest, "gentle", "TWD", 100, rows)


def test_values_are_one_a_replication_in_their_order(result: Comparison) -> None:
    assert list(result.values("recovered_cents", "firm")) == [1500, 1800, 2100, 2400]
    assert list(result.values("recovered_cents", "firm", day=90)) == [750, 900, 1050, 1200]


def test_incremental_recovery_is_the_difference_to_the_same_replications_twin(result: Comparison) -> None:
    assert list(result.values("incremental_recovered_share", "firm")) == [0.05] * N
    assert list(result.values("incremental_recovered_share", "gentle")) == [0.02, 0.01, 0.02, 0.01]
    assert list(result.values("incremental_recovered_share", "no_action")) == [0.0] * N


def test_without_no_action_there_is_no_increment_to_show(manifest: Manifest) -> None:
    fewer = replace(manifest, strategies=("gentle", "firm"))
    rows = [made_up(r, s, 180) for s in ("gentle", "firm") for r in range(N)]
    assert not any(name.startswith("incremental") for name in compared(fewer, "gentle", "TWD", 100, rows).measures)


def test_a_difference_is_paired_replication_by_replication(result: Comparison) -> None:
    found = result.difference("kept_share", "firm")
    assert found is not None
    assert found.mean == pytest.approx(np.mean([0.15, 0.2, 0.15, 0.2]))
    assert found.low < found.mean < found.high


def test_the_reference_can_be_chosen_afterwards(result: Comparison) -> None:
    table = result.differences(["recovered_cents"], against="no_action")
    assert list(table["strategy"]) == ["gentle", "firm"]
    assert list(table["mean"]) == [150.0, 500.0]


def test_a_measure_that_is_no_number_somewhere_has_no_difference_and_says_so(result: Comparison) -> None:
    assert result.difference("mean_days_to_cash", "no_action") is None
    row = result.differences(["mean_days_to_cash"]).set_index("strategy").loc["no_action"]
    assert math.isnan(row["mean"])
    assert row["verdict"] == "not counted in every replication"


def test_tables_name_letter_label_and_unit_of_every_measure(result: Comparison) -> None:
    for table in (result.table(SHOWN), result.differences(SHOWN)):
        assert set(table["letter"]) == set("RCKHT")
        assert not table[["label", "unit"]].isna().any().any()


@pytest.mark.parametrize(
    ("measure", "strategy", "day", "message"),
    [
        ("net_recovery", "firm", None, "is not a known measure"),
        ("kept_share", "frim", None, 'Did you mean "firm"'),
        ("kept_share", "firm", 30, "Outcomes were read on days 90, 180"),
    ],
)
def test_a_wrong_question_is_taught(
    result: Comparison, measure: str, strategy: str, day: int | None, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        result.values(measure, strategy, day)


def test_the_folder_holds_manifest_runs_tables_and_picture(tmp_path: Path, result: Comparison) -> None:
    result.save(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"manifest.json", "replications.parquet", MEANS, DIFFERENCES, PICTURE}
    assert read_manifest(tmp_path).complete
    assert len(pd.read_parquet(tmp_path / "replications.parquet")) == 2 * N * len(STRATEGIES)
    assert (tmp_path / PICTURE).read_bytes()[:4] == b"\x89PNG"
    read_back = pd.read_csv(tmp_path / DIFFERENCES)
    assert read_back["mean"].to_numpy() == pytest.approx(result.differences()["mean"].to_numpy(), nan_ok=True)


def test_a_strategy_that_looks_like_a_formula_is_harmless_in_the_tables(tmp_path: Path, tiny: Scenario) -> None:
    nasty = varied(tiny, {'strategies."=1+1"': {"inherits": "gentle"}})
    pairs = [(r, s) for r in range(N) for s in ("no_action", "=1+1")]
    manifest = describe("compare", make_design(nasty, ("no_action", "=1+1"), N))
    manifest = manifest.with_logs(RunDigest(r, s, f"{r}{s}") for r, s in pairs)
    rows = [made_up(r, "gentle", day) | {"strategy": s, "digest": f"{r}{s}"} for day in (180, 90) for r, s in pairs]
    compared(manifest, "no_action", "TWD", 100, rows).save(tmp_path)
    for name in (MEANS, DIFFERENCES):
        assert "'=1+1" in pd.read_csv(tmp_path / name)["strategy"].tolist()
        assert ",=1+1" not in "\n,".join((tmp_path / name).read_text().splitlines())


def test_saving_twice_changes_nothing(tmp_path: Path, result: Comparison) -> None:
    result.save(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    result.save(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_json_has_no_numbers_that_json_does_not_know(result: Comparison) -> None:
    text = json.dumps(result.to_dict(), allow_nan=False)
    told = json.loads(text)["strategies"]["firm"]["kept_share"]
    assert told["difference"]["verdict"] == "higher"
    assert "difference" not in json.loads(text)["strategies"]["gentle"]["kept_share"]


def test_the_trade_off_draws_any_two_measures_in_their_units(result: Comparison) -> None:
    axes = result.plot("recovered_cents", "kept_share").axes[0]
    assert axes.get_xlabel() == "Recovered (TWD)"
    points = [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines if line.get_linestyle() == "None"]  # type: ignore[index]
    firm = np.mean([1500, 1800, 2100, 2400]) / 100.0
    assert points[2] == (pytest.approx(firm), pytest.approx(75.0))
    with pytest.raises(InputError, match='Did you mean "kept_share"'):
        result.plot("kept_shares")
    with pytest.raises(InputError, match="mean_days_to_cash of no_action is not a number in some replication"):
        result.plot("mean_days_to_cash")


def test_the_forest_draws_the_paired_differences_of_the_tables(result: Comparison) -> None:
    figure = result.forest(["recovered_cents", "kept_share", "mean_days_to_cash"])
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["R  Recovered", "K  Customers kept", "T  Time to cash"]
    assert [axes.get_xlabel() for axes in figure.axes] == ["TWD", "percentage points", "days"]
    found = result.difference("recovered_cents", "firm")
    assert found is not None
    bars = [line.get_xdata() for line in figure.axes[0].lines if line.get_linewidth() == 2.2]
    assert list(bars[-1]) == pytest.approx([found.low / 100.0, found.high / 100.0])  # type: ignore[arg-type]
    assert "not defined" in [text.get_text() for text in figure.axes[2].texts]
    against = result.forest(["kept_share"], against="firm")
    assert [text.get_text() for text in against.axes[0].get_yticklabels()] == ["no_action", "gentle"]


def test_the_liquidation_curves_pass_through_the_means_of_the_reading_days(result: Comparison) -> None:
    runs = [(r, s, day) for day in (90, 180) for s in STRATEGIES for r in range(N)]
    rows = [made_up(r, s, day) | {"gross_recovery_share": 0.1 * day / 90} for r, s, day in runs]
    curves = compared(result.manifest, "gentle", "TWD", 100, rows).liquidation().axes[0]
    assert list(curves.lines[0].get_xdata()) == [0.0, 90.0, 180.0]
    assert list(curves.lines[0].get_ydata()) == pytest.approx([0.0, 10.0, 20.0])


def test_a_comparison_is_read_back_from_its_folder(tmp_path: Path, result: Comparison) -> None:
    result.save(tmp_path)
    again = read_comparison(tmp_path, "gentle")
    assert (again.reference, again.currency, again.minor_units) == ("gentle", "TWD", 100)
    assert again.manifest.digest == result.manifest.digest
    assert again.to_dict() == result.to_dict()
    assert read_comparison(tmp_path).reference == "gentle"  # the first that acts
    with pytest.raises(InputError, match="frim"):
        read_comparison(tmp_path, "frim")


def test_an_unfinished_comparison_is_not_read(tmp_path: Path, result: Comparison) -> None:
    result.save(tmp_path)
    (tmp_path / "replications.parquet").unlink()
    with pytest.raises(InputError, match="a comparison that is not finished"):
        read_comparison(tmp_path)
