"""A calibration file and its targets: what is read, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcollect.calibrate import calibration_names, read_calibration, read_targets
from simcollect.core.errors import InputErrors
from tests.calibrate.settings import FILE, TWO, calibration, write_targets

HELD = 'place = "reading.held_share"\nlow = 0.01\nhigh = 0.9\nscale = "logit"'


def test_a_file_is_read_with_its_changes_its_treatment_and_its_start(tmp_path: Path) -> None:
    found = calibration(tmp_path)
    assert found.scenario.portfolio.n_stock == 120
    assert found.settings[0].treatments == ("nothing",)
    assert found.scenario.strategies["nothing"].description == "Nothing is done."
    assert found.begin == (found.scenario.behaviour.groups["payment"]["base_rate_per_day"].value, 0.8)
    assert [target.name for target in found.fitted] == ["payments.paid_30", "payments.cured_30", "payments.cash_30"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("starts = 1", "starst = 1", 'starst is not a known field. Did you mean "starts"?'),
        ("payment.ratio_median", "payment.ratio_medain", "ratio_medain"),
        ('"portfolio.n_stock" = 120', '"portfolio.n_stok" = 150', "n_stok"),
        ("low = 0.01\nhigh = 0.5", "low = 0.5\nhigh = 0.01", "low below high"),
        ('high = 5.0\nscale = "log"', 'high = 5.0\nscale = "logit"', "strictly between 0 and 1"),
        ("high = 0.5", "high = 0.9", "a value in the number's own range, 0.0005 to 0.5"),
        ('scale = "log"\n', 'scale = "square"\n', "square"),
        ('families = ["payments"]', "families = []", "families is empty"),
        ("replications = 2\nseeds = [11, 12]", "replications = 1\nseeds = [11]", "one replication in all"),
        ('[strategies.nothing]\ndescription = "Nothing is done."', 'treatments = ["nobody"]', "nobody"),
        ("payment.ratio_median", "payment.base_rate_per_day", "twice"),
    ],
)
def test_a_wrong_file_is_refused_with_what_to_do(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in FILE
    text = FILE.replace(old, new)
    if "treatments" in new:  # a plain key stands before the tables
        text = new + "\n" + FILE.replace(old, "")
    with pytest.raises(InputErrors) as refused:
        calibration(tmp_path, text=text)
    assert told in str(refused.value)


def test_how_the_file_shows_accounts_can_be_set_and_fitted(tmp_path: Path) -> None:
    text = FILE.replace("[changes]", "[reading]\nheld_share = 0.3\n\n[changes]")
    text = text.replace('families = ["payments"]', 'families = ["payments", "cards"]')
    text = text.replace(
        'place = "behaviour.payment.ratio_median"\nlow = 0.3\nhigh = 5.0\nscale = "log"\nstart = 0.8', HELD
    )
    found = calibration(tmp_path, text=text)
    assert found.begin[1] == 0.3
    assert found.reading == {"held_share": 0.3}
    with pytest.raises(InputErrors, match='Did you mean "held_share"'):
        calibration(tmp_path, text=text.replace("held_share", "held_shape"))
    with pytest.raises(InputErrors, match="a share from 0 to 1"):
        calibration(tmp_path, text=text.replace("held_share = 0.3", "held_share = 3.0"))


def test_settings_share_the_changes_outside_and_have_books_treatments_and_seeds_of_their_own(tmp_path: Path) -> None:
    found = calibration(tmp_path, text=TWO)
    alone, reminded = found.settings
    assert (alone.name, reminded.name) == ("left alone", "reminded")
    assert (alone.scenario.portfolio.n_stock, reminded.scenario.portfolio.n_stock) == (120, 60)
    assert alone.scenario.run.horizon_days == reminded.scenario.run.horizon_days == 31
    assert (alone.treatments, reminded.treatments) == (("nothing",), ("sms",))
    assert (alone.runs, reminded.runs) == (4, 3)
    again = found.from_seed(7)
    assert [setting.seeds for setting in again.settings] == [(7, 8), (9,)], "no two settings have a seed in common"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "starts = 1",
            'starts = 1\nfamilies = ["payments"]',
            "families stands beside [[settings]]. Write it",
        ),
        ('name = "reminded"', 'name = "left alone"', 'settings[1].name is "left alone" again'),
        ("replications = 3", "replications = 1", "settings[1].replications make one replication in all"),
        ("starts = 1", 'starts = 1\nheld = { "portfolio.n_stock" = 3.0 }', "is no behaviour"),
        ("starts = 1", 'starts = 1\nheld = { "behaviour.payment.ratio_median" = 1.5 }', "twice"),
    ],
)
def test_wrong_settings_are_refused_with_what_to_do(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in TWO
    with pytest.raises(InputErrors) as refused:
        calibration(tmp_path, text=TWO.replace(old, new))
    assert told in str(refused.value)


def test_a_number_that_is_held_is_the_same_in_every_setting(tmp_path: Path) -> None:
    text = TWO.replace("starts = 1", 'starts = 1\nheld = { "behaviour.payment.full_share" = 0.31 }')
    for setting in calibration(tmp_path, text=text).settings:
        assert setting.scenario.behaviour.groups["payment"]["full_share"].value == 0.31


def test_more_parameters_than_targets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputErrors, match="are 2, fitted to 1 targets"):
        calibration(tmp_path, {"payments.paid_30": (0.6, 0.01)})


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("target,value\na,much", 'row 2, column value is "much". Expected a number'),
        ("target,value,se\na,0.3,0", 'row 2, column se is "0". Expected a standard error above 0'),
        ("target,value,held_out\na,0.3,perhaps", 'row 2, column held_out is "perhaps". Expected yes, no or nothing'),
        ("target,value\na,1\na,2", 'row 3, column target repeats "a"'),
        ("target,valeu\na,1", 'column "valeu" is not known. Did you mean "value"?'),
        ("target,value\n", "the file has no rows"),
        ("target,value\n,1", "row 2, column target is empty"),
    ],
)
def test_a_wrong_cell_of_a_target_file_is_named_by_row_and_column(tmp_path: Path, lines: str, told: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(InputErrors) as refused:
        read_targets(path)
    assert told in str(refused.value)


def test_a_target_without_an_error_gets_a_twentieth_of_its_value_and_that_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("target,value,se,n,held_out\na,0.4,,12,\nb,2,0.5,,yes\n", encoding="utf-8")
    a, b = read_targets(path).values()
    assert a.se == pytest.approx(0.02)
    assert (a.se_stated, a.n, a.held_out) == (False, 12, False)
    assert (b.se, b.se_stated, b.n, b.held_out) == (0.5, True, 0, True)


def test_targets_of_ones_own_take_the_place_of_the_files(tmp_path: Path) -> None:
    calibration(tmp_path)
    own = write_targets(tmp_path / "own.csv", {"payments.paid_30": (0.5, 0.1), "payments.cured_30": (0.2, 0.1)})
    found = read_calibration(tmp_path / "small.toml", targets=own)
    assert {name: target.value for name, target in found.targets.items()} == {
        "payments.paid_30": 0.5,
        "payments.cured_30": 0.2,
    }


@pytest.mark.parametrize("name", calibration_names())
def test_every_packaged_calibration_is_sound_and_leaves_no_target_out_in_silence(name: str) -> None:
    found = read_calibration(name)
    assert len(found.parameters) <= len(found.fitted)
    if len(found.fitted) > 3:  # a few published effects may be all there is
        assert 3 * len(found.parameters) < 2 * len(found.fitted)
    assert all(reason for _, reason in found.left_out.values())
    for note in found.reasons:
        assert any(note.covers(target) for target in found.targets), note.targets
