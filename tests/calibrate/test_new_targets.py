"""A calibration follows its targets: the packaged example with every cure rate a fifth lower."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcollect.calibrate import calibrate, read_calibration
from simcollect.calibrate.targets import Target

STATES = ("code2", "code3", "code4plus")


def targets(file: str | None) -> dict[str, Target]:
    of = read_calibration("cards_small", targets=file)
    return {**of.targets, **{name: target for name, (target, _) in of.left_out.items()}}


def is_cure(name: str) -> bool:
    cured = name.startswith("tw.trans.code") and name.endswith("to_current")
    return cured or name.endswith(".cure") or name.startswith(("tw.cure_hazard", "tw.cure_by_util"))


def test_the_example_differs_by_a_fifth_of_every_cure_rate_and_by_who_stays_instead() -> None:
    published, lower = targets(None), targets("cards_lower_cures")
    assert list(published) == list(lower)
    cures = [name for name in published if is_cure(name)]
    assert len(cures) == 15
    for name in cures:
        assert lower[name].value == pytest.approx(0.8 * published[name].value, rel=1e-5)
    for state in STATES:
        rows = [name for name in published if name.startswith(f"tw.trans.{state}_to_")]
        sums = [sum(file[name].value for name in rows) for file in (published, lower)]
        assert sums[1] == pytest.approx(sums[0], abs=1e-5)
        stayed = [lower[name].value / published[name].value for name in rows if not is_cure(name)]
        assert min(stayed) == pytest.approx(max(stayed), rel=1e-4)
        assert min(stayed) > 1.0
    stays = {f"tw.{code}.{end}" for code in ("code2", "code3", "code4") for end in ("stay", "roll")}
    others = [name for name in published if not is_cure(name) and not name.startswith("tw.trans.code")]
    assert {name for name in others if lower[name].value != published[name].value} == stays
    assert all(lower[name].se == published[name].se for name in published)


def test_an_example_is_known_by_name_and_a_file_of_that_name_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    packaged = read_calibration("cards_small", targets="cards_lower_cures").targets["tw.trans.code2_to_current"]
    assert packaged.value == 0.2425
    text = (Path(__file__).parents[2] / "simcollect/calibrate/files/cards_taiwan_2005_targets.csv").read_text()
    Path("cards_lower_cures").write_text(text, encoding="utf-8")
    own = read_calibration("cards_small", targets="cards_lower_cures").targets["tw.trans.code2_to_current"]
    assert own.value == 0.303125


@pytest.mark.slow  # two fits, about a minute together on one core
def test_cure_rates_a_fifth_lower_lower_every_parameter_that_makes_cures_likelier() -> None:
    published, lower = (calibrate("cards_small", targets=file, workers=1) for file in (None, "cards_lower_cures"))
    for before, after in zip(published.estimates, lower.estimates, strict=True):
        assert after.estimate < before.estimate, before.place
    cured = [
        next(one.model for one in found.results if one.target.name == "tw.trans.code2_to_current")
        for found in (published, lower)
    ]
    assert cured[1] < 0.95 * cured[0]
