"""The commands `validation` and `coverage`: the page is written, checks are run in turn, what fails is said."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from simcollect.cli import coverage as _coverage  # the modules add their commands
from simcollect.cli import validation as room
from simcollect.cli.app import app
from tests.validation import samples

assert _coverage is not None


def asked(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_the_page_is_written_from_the_results_of_a_folder(tmp_path: Path) -> None:
    folder = samples.write(tmp_path / "mine")
    found = asked("validation", "--from", str(folder), "--page", str(tmp_path / "MINE.md"))
    assert found.exit_code == 0, found.output
    assert (tmp_path / "MINE.md").read_text(encoding="utf-8").startswith("# Validation")
    assert "(mine/coverage.png)" in (tmp_path / "MINE.md").read_text(encoding="utf-8")


def test_a_folder_without_results_says_how_to_make_them(tmp_path: Path) -> None:
    found = asked("validation", "--from", str(tmp_path), "--page", str(tmp_path / "MINE.md"))
    assert found.exit_code == 2
    assert "simcollect validation --run" in found.output
    assert not (tmp_path / "MINE.md").exists()


def played(folder: Path, codes: dict[str, int]) -> tuple[list[list[str]], Any]:
    """A stand-in for running commands: it notes them, and writes what they would."""
    calls: list[list[str]] = []

    def run(words: list[str], check: bool) -> subprocess.CompletedProcess[bytes]:
        assert not check
        command = words[3:]
        calls.append(command)
        place = Path(command[command.index("--out") + 1])
        place.mkdir(parents=True, exist_ok=True)
        name = "uncertainty" if command[0] == "compare" else command[0]
        sample = samples.ALL.get(f"{name}.json", samples.CALIBRATE)
        (place / f"{name}.json").write_text(json.dumps(sample), encoding="utf-8")
        return subprocess.CompletedProcess(words, codes.get(command[0], 0))

    assert folder.is_dir()
    return calls, run


def test_run_calls_every_check_and_goes_on_where_one_disagrees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    calls, run = played(tmp_path, {"verify": 1})
    monkeypatch.setattr(room.subprocess, "run", run)
    found = asked("validation", "--run")
    assert found.exit_code == 0, found.output
    assert [call[0] for call in calls] == ["verify", "replays", "face", "coverage", "compare", "calibrate", "calibrate"]
    assert calls[-1][1:4] == ["cards_small", "--targets", "cards_lower_cures"]
    page = (tmp_path / "VALIDATION.md").read_text(encoding="utf-8")
    assert page.count("| not run |") == 1  # the calibration, which was not asked for
    calls.clear()
    assert asked("validation", "--run", "--calibrate").exit_code == 0
    assert ["calibrate", "cards_taiwan_2005", "--out", "results/calibrate-cards_taiwan_2005"] in calls
    assert "## Calibration: cards_taiwan_2005" not in page
    assert "## Calibration: bank" in (tmp_path / "VALIDATION.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("code", "ends"), [(2, 1), (130, 130)])
def test_a_check_that_cannot_run_or_is_stopped_ends_it(
    code: int, ends: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    calls, run = played(tmp_path, {"replays": code})
    monkeypatch.setattr(room.subprocess, "run", run)
    assert asked("validation", "--run").exit_code == ends
    assert [call[0] for call in calls] == ["verify", "replays"]
    assert not (tmp_path / "VALIDATION.md").exists()


def test_coverage_prints_and_writes_what_it_counts(tmp_path: Path) -> None:
    asked_for = ["coverage", "--model-runs", "0", "--pairs", "30", "--sets", "3", "--out", str(tmp_path)]
    found = asked(*asked_for)
    assert found.exit_code == 0, found.output
    assert "settings lie inside 93.5 to 96.5 %" in found.output
    told = json.loads((tmp_path / "coverage.json").read_text(encoding="utf-8"))
    assert len(told["rows"]) == 9
    assert json.loads(asked(*asked_for, "--json").stdout)["rows"] == told["rows"]
