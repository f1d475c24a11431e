from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from simcollect import api
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.experiment.manifest import RunDigest, read_manifest
from simcollect.experiment.single import RunResult, repetition
from simcollect.scenario import Scenario


@pytest.fixture(scope="module")
def result(tiny: Scenario) -> RunResult:
    return api.run(tiny, "balanced", replication=3)


def test_the_folder_holds_log_accounts_picture_and_manifest(tmp_path: Path, result: RunResult) -> None:
    result.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "accounts.parquet",
        "cash.png",
        "log.parquet",
        "manifest.json",
    ]
    assert EventLog.from_parquet(tmp_path / "log.parquet") == result.log
    assert len(pd.read_parquet(tmp_path / "accounts.parquet")) == 12
    assert read_manifest(tmp_path).logs == (RunDigest(3, "balanced", result.log.digest()),)


def test_a_saved_run_repeats_to_the_same_digest(tmp_path: Path, result: RunResult) -> None:
    result.save(tmp_path)
    repeated = api.repeat(tmp_path / "manifest.json", workers=1)
    assert repeated.same
    assert repeated.now.digest == result.manifest.digest


def test_a_run_with_its_own_seed_and_horizon_repeats_to_the_same_digest(tmp_path: Path) -> None:
    api.run(api.load("tiny", seed=99, horizon_days=60), "firm").save(tmp_path)
    assert api.repeat(tmp_path, workers=1).same


def test_a_manifest_moved_elsewhere_still_finds_a_scenarios_own_data(tmp_path: Path, tiny: Scenario) -> None:
    result = api.run(tiny, "gentle")
    result.save(tmp_path / "here")
    (tmp_path / "here").rename(tmp_path / "there")
    assert api.repeat(tmp_path / "there", workers=1).same


def test_the_manifest_tells_no_path_of_this_machine(tmp_path: Path) -> None:
    api.run("cards_taiwan", "no_action").save(tmp_path)
    text = (tmp_path / "manifest.json").read_text(encoding="utf-8")
    assert str(Path.home()) not in text
    assert str(Path(api.__file__).parents[1]) not in text
    assert read_manifest(tmp_path).complete


def test_a_repetition_with_another_result_names_the_run_and_the_reason(result: RunResult) -> None:
    told = result.manifest.with_logs([RunDigest(3, "balanced", "0" * 64)])
    repeated = repetition(replace(told, libraries={"numpy": "1.0"}), result.manifest)
    assert not repeated.same
    assert repeated.different == ((3, "balanced"),)
    assert any(reason.startswith("libraries: numpy 1.0 then") for reason in repeated.reasons)


def test_a_manifest_of_a_scenario_nobody_understands_any_more_is_refused(tmp_path: Path, result: RunResult) -> None:
    document = {**result.manifest.document, "weather": "rain"}
    replace(result.manifest, document=document, version="0.0.1").write(tmp_path)
    with pytest.raises(InputError, match=r"document\.weather is not understood .*Install simcollect 0\.0\.1"):
        api.repeat(tmp_path)


def test_a_single_run_replaces_an_earlier_one_but_no_comparison(tmp_path: Path, result: RunResult) -> None:
    result.save(tmp_path / "run")
    result.save(tmp_path / "run")
    api.compare("tiny", strategies=["firm"], replications=1, workers=1, folder=tmp_path / "comparison")
    with pytest.raises(InputError, match="holds a comparison"):
        result.save(tmp_path / "comparison")


def test_a_single_run_leaves_other_peoples_files_alone(tmp_path: Path, result: RunResult) -> None:
    (tmp_path / "thesis.docx").write_text("words")
    with pytest.raises(InputError, match=r"holds files but no manifest\.json"):
        result.save(tmp_path)


def test_the_runs_outcomes_and_accounts_agree(result: RunResult) -> None:
    assert result.accounts["paid_cents"].sum() == result.outcomes.recovered_cents
    assert result.accounts["kept"].mean() == pytest.approx(result.outcomes.kept_share)
    assert result.to_dict()["digest"] == result.log.digest()
