from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import simcollect.cli.plot  # noqa: F401 - registers the command
from simcollect import api
from simcollect.cli.app import app
from simcollect.experiment.comparison import Comparison
from simcollect.plots import fonts
from tests.plots.drawing import has_chinese

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["plot", *words])

    return run


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return api.compare("tiny", strategies=["no_action", "balanced", "firm"], replications=2, workers=1)


@pytest.fixture(scope="module")
def results(comparison: Comparison, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("comparison")
    comparison.save(folder)
    return folder


def test_a_picture_of_a_scenario_is_named_by_it_and_its_place_is_printed(command: Command, tmp_path: Path) -> None:
    done = command("funnel", "tiny", "balanced")
    assert done.exit_code == 0, done.output
    assert done.stdout.split() == ["tiny-balanced-funnel.png"]
    assert (tmp_path / "tiny-balanced-funnel.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(("suffix", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_the_suffix_of_out_says_the_format(command: Command, tmp_path: Path, suffix: str, begins: bytes) -> None:
    done = command("life", "tiny", "firm", "--account", "Chen Mei-ling", "--out", f"deep/life.{suffix}")
    assert done.exit_code == 0, done.output
    content = (tmp_path / "deep" / f"life.{suffix}").read_bytes()
    assert content.startswith(begins)
    if suffix == "svg":
        assert b"Chen Mei-ling: tiny, firm" in content


def test_all_draws_every_picture_into_a_folder(command: Command, tmp_path: Path) -> None:
    done = command("all", "tiny", "balanced", "--horizon", "90")
    assert done.exit_code == 0, done.output
    names = {path.name for path in (tmp_path / "tiny-balanced-pictures").iterdir()}
    assert names == {f"{name}.png" for name in ("life", "flow", "funnel", "rolls", "load", "liquidation", "cash")}


def test_all_leaves_out_what_has_nothing_to_show_and_says_so(command: Command, tmp_path: Path) -> None:
    done = command("all", "tiny", "no_action", "--horizon", "10", "--out", "few")
    assert done.exit_code == 0, done.output
    assert "No rolls: " in done.stderr
    assert not (tmp_path / "few" / "rolls.png").exists()
    assert (tmp_path / "few" / "flow.png").exists()
    alone = command("rolls", "tiny", "no_action", "--horizon", "10")
    assert alone.exit_code == 2
    assert "picture has nothing to show" in alone.stderr


def test_pictures_of_a_results_folder_go_into_it_and_its_cash_is_that_of_the_run(
    command: Command, tmp_path: Path
) -> None:
    api.run("tiny", "firm").save(tmp_path / "run")
    kept = (tmp_path / "run" / "cash.png").read_bytes()
    (tmp_path / "run" / "cash.png").unlink()
    done = command("cash", "run")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "run" / "cash.png").read_bytes() == kept
    assert command("flow", "run/log.parquet").exit_code == 0
    assert (tmp_path / "tiny-firm-flow.png").is_file()


def test_a_comparisons_folder_gives_forest_trade_off_and_liquidation(
    command: Command, results: Path, tmp_path: Path
) -> None:
    done = command("all", str(results), "--out", "here")
    assert done.exit_code == 0, done.output
    assert {path.name for path in (tmp_path / "here").iterdir()} == {"forest.png", "trade-off.png", "liquidation.png"}


def test_the_trade_off_takes_other_outcomes_and_another_reference(
    command: Command, results: Path, tmp_path: Path
) -> None:
    done = command("trade-off", str(results), "--x", "cost_per_account_cents", "--against", "firm", "--out", "a.svg")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "Cost per account (TWD)" in text
    assert "Net recovery with residual value" in text


@pytest.mark.skipif(not has_chinese(), reason="no font with Chinese is installed here")
def test_pictures_speak_chinese(command: Command, tmp_path: Path) -> None:
    done = command("flow", "tiny", "balanced", "--lang", "zh", "--out", "a.svg")
    assert done.exit_code == 0, done.output
    assert "初始阶段" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_without_a_chinese_font_the_command_ends_with_what_to_install(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "has_characters", lambda *_: False)
    fonts.chinese_family.cache_clear()
    done = command("flow", "tiny", "balanced", "--lang", "zh")
    fonts.chinese_family.cache_clear()
    assert done.exit_code == 2
    assert "needs a font with Chinese characters" in done.stderr
    assert "fonts-noto-cjk" in done.stderr


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (("lif", "tiny", "balanced"), 'Did you mean "life"?'),
        (("life", "tiny"), "comes without a strategy"),
        (("life", "tiny", "balanced", "--account", "nobody"), "is not in this log"),
        (("life", "tiny", "balanced", "--lang", "de"), 'language "de" is not known'),
        (("flow", "tiny", "balanced", "--account", "Chen Mei-ling"), "--account stands only with life"),
        (("flow", "tiny", "balanced", "--x", "kept_share"), "--x stands with a single run"),
        (("flow", "tiny", "balanced", "--out", "a.bmp"), 'ends in ".bmp"'),
        (("forest", "tiny", "balanced"), "simcollect compare tiny --out results/mine"),
        (("trade-off", "some.parquet"), "results folder of a comparison"),
        (("flow", "nowhere.parquet"), "does not exist"),
    ],
)
def test_a_wrong_line_is_taught(command: Command, line: tuple[str, ...], message: str) -> None:
    done = command(*line)
    assert done.exit_code == 2, done.output
    assert message in done.stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("life",), "life is not a known picture"),
        (("forest", "--x", "kept_share"), "--x stands only with trade-off"),
        (("forest", "--account", "Chen"), "--account stands beside a comparison"),
        (("forest", "--against", "frim"), "frim"),
        (("trade-off", "--y", "kept"), "kept is not a known measure"),
    ],
)
def test_a_wrong_line_about_a_comparison_is_taught(
    command: Command, results: Path, words: tuple[str, ...], message: str
) -> None:
    done = command(words[0], str(results), *words[1:])
    assert done.exit_code == 2, done.output
    assert message in done.stderr.replace("\n", " ")


def test_a_place_that_cannot_be_written_is_told(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    done = command("flow", "tiny", "balanced", "--out", "file/a.png")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr
