"""What a calibration writes down: rows, reasons, a preset that a scenario can read, the command."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from simcollect.calibrate import Calibrated, Calibration, Note
from simcollect.calibrate.evaluate import Moments
from simcollect.calibrate.fit import Fit, sandwich
from simcollect.cli import calibrate as _  # the module adds its command
from simcollect.cli.app import app
from simcollect.scenario import load
from simcollect.scenario.presets import preset_names, read_calibration_table, read_preset
from tests.calibrate.settings import FILE, calibration

assert _ is not None

MODEL = (0.62, 0.30, 0.081)
SE = (0.01, 0.01, 0.001)


def _found(setting: Calibration) -> Calibrated:
    jacobian = np.array([[0.2, 0.0], [0.3, 0.1], [0.02, 0.05]])
    spread = np.array([0.03, 0.02, 0.004])
    at = Moments(tuple(setting.targets), np.array(MODEL), np.array(SE), np.zeros((2, 3)))
    fit = Fit((0.05, 1.7), at, jacobian, spread, sandwich(jacobian, spread, np.eye(3)), 4.2, ())
    return Calibrated(setting, fit, 90.0, dt.date(2026, 11, 23))


def test_a_target_is_met_within_two_standard_errors_or_the_tolerance_and_else_its_reason_is_told(
    tmp_path: Path,
) -> None:
    setting = calibration(tmp_path).changed(reasons=(Note(targets=("payments.cured*",), reason="No such cure."),))
    paid, cured, cash = _found(setting).results  # the data: 0.60, 0.40 and 0.08, errors 0.01, 0.01, 0.002
    assert paid.z == pytest.approx(0.02 / np.hypot(0.01, 0.01))
    assert (paid.met, cured.met, cash.met) == (True, False, True)
    assert (paid.reason, cured.reason) == ("", "No such cure.")
    assert cured.relative == pytest.approx(-0.25)
    unexplained = _found(calibration(tmp_path)).results[1]
    assert unexplained.reason.startswith("no structural reason is stated")


def test_the_folder_holds_json_a_report_a_picture_and_the_preset(tmp_path: Path) -> None:
    found = _found(calibration(tmp_path))
    folder = found.save(tmp_path / "out")
    told = json.loads((folder / "calibrate.json").read_text(encoding="utf-8"))
    assert told["fit"] == {**told["fit"], "n_targets": 3, "n_free": 2, "met_share": pytest.approx(2 / 3, rel=1e-5)}
    assert told["treatment"] == {"nothing": "Nothing is done."}
    assert [row["place"] for row in told["parameters"]] == [p.place for p in found.calibration.parameters]
    assert len(told["identifiability"]) == 2
    report = (folder / "report.txt").read_text(encoding="utf-8")
    for words in ("payments.cured_30", "NOT MET", "Under the treatment nothing", "67% of the fitted"):
        assert words in report
    assert (folder / "targets.png").read_bytes().startswith(b"\x89PNG")


def test_the_preset_says_where_its_numbers_come_from_and_how_sure_they_are(tmp_path: Path) -> None:
    found = _found(calibration(tmp_path))
    told = tomllib.loads(found.preset())
    assert told["extends"] == "cards"
    rate = told["payment"]["base_rate_per_day"]
    assert (rate["value"], rate["status"]) == (0.05, "calibrated")
    assert rate["source"].startswith("fitted to 3 targets of small.toml, 2026-11-23; standard error 0.0")
    table = told["calibration"]
    assert table["places"] == ["payment.base_rate_per_day", "payment.ratio_median"]
    assert table["scales"] == ["log", "log"]
    assert table["estimates"] == [0.05, 1.7]
    assert np.array(table["covariance"]) == pytest.approx(found.fit.covariance, rel=1e-5)
    assert found.estimates[0].se == pytest.approx(0.05 * np.sqrt(found.fit.covariance[0, 0]))  # delta method on a log


def test_the_preset_holds_what_was_held_and_says_that_it_is_assumed(tmp_path: Path) -> None:
    text = FILE.replace("starts = 1", 'starts = 1\nheld = { "behaviour.payment.full_share" = 0.31 }')
    told = tomllib.loads(_found(calibration(tmp_path, text=text)).preset())
    assert (told["payment"]["full_share"]["value"], told["payment"]["full_share"]["status"]) == (0.31, "assumed")
    assert "payment.full_share" not in told["calibration"]["places"]


def test_the_preset_holds_nothing_that_a_scenario_cannot_be_given(tmp_path: Path) -> None:
    text = FILE.replace('families = ["payments"]', 'families = ["payments", "cards"]')
    text = text.replace("[changes]", "[reading]\nheld_share = 0.3\n\n[changes]")
    place = 'place = "reading.held_share"\nlow = 0.01\nhigh = 0.9\nscale = "linear"'
    ratio = 'place = "behaviour.payment.ratio_median"\nlow = 0.3\nhigh = 5.0\nscale = "log"\nstart = 0.8'
    found = _found(calibration(tmp_path, text=text.replace(ratio, place)))
    assert (found.estimates[1].place, found.estimates[1].unit) == ("reading.held_share", "share a month")
    table = tomllib.loads(found.preset())["calibration"]
    assert table["n_free"] == 2
    assert table["places"] == ["payment.base_rate_per_day"]
    assert np.array(table["covariance"]) == pytest.approx(found.fit.covariance[:1, :1], rel=1e-5)
    assert "# reading.held_share = 1.7" in found.preset()


CALIBRATED = [name for name in preset_names("behaviour") if read_calibration_table("behaviour", name)]


@pytest.mark.parametrize("name", CALIBRATED)
def test_a_calibrated_preset_can_be_named_by_a_scenario_and_agrees_with_its_table(name: str) -> None:
    table = read_calibration_table("behaviour", name)
    assert table is not None
    _, content = read_preset("behaviour", name, "")
    assert "calibration" not in content
    groups = load({"extends": "cards_taiwan", "behaviour": {"preset": name}}).behaviour
    for place, estimate in zip(table["places"], table["estimates"], strict=True):
        *path, last = place.split(".")
        quantity = groups.cells[path[1]][last] if path[0] == "cells" else groups.groups[path[0]][last]
        assert quantity.value == estimate
        assert quantity.status == "calibrated"
    covariance = np.array(table["covariance"])
    assert covariance.shape == (len(table["places"]), len(table["places"]))
    assert len(table["places"]) <= table["n_free"]  # less what says how a file is read
    assert np.all(np.linalg.eigvalsh(covariance) > -1e-9)
    assert table["n_free"] < table["n_targets"]


def test_there_is_a_calibrated_preset() -> None:
    assert "cards_2026_11" in CALIBRATED


def test_the_command_writes_a_folder_and_says_what_was_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calibration(tmp_path)
    text = (tmp_path / "small.toml").read_text(encoding="utf-8").replace("iterations = 6", "iterations = 1")
    (tmp_path / "small.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    arguments = ["calibrate", "small.toml", "--out", "found", "--workers", "1", "--replications", "1", "--seed", "5"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "2 parameters fitted to 3 targets" in done.stdout
    assert (tmp_path / "found" / "behaviour_mine.toml").is_file()
    told = json.loads((tmp_path / "found" / "calibrate.json").read_text(encoding="utf-8"))
    assert told["settings"][0]["seeds"] == [5, 6]


def test_a_calibration_nobody_knows_is_refused_with_the_known_ones() -> None:
    done = CliRunner().invoke(app, ["calibrate", "cards_taiwan_2006"])
    assert done.exit_code == 2
    assert 'Did you mean "cards_taiwan_2005"?' in " ".join(done.stderr.split())
