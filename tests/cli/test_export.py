from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from simcollect.cli import export as _export  # noqa: F401 (registers the command)
from simcollect.cli.app import app
from tests.outcomes.lives import every_kind

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run ``simcollect export`` in a folder with the log of five hand-made lives."""
    monkeypatch.chdir(tmp_path)
    every_kind().to_parquet(tmp_path / "log.parquet")

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["export", *words])

    return run


def test_a_scenario_is_run_and_its_log_written(command: Command, tmp_path: Path) -> None:
    done = command("tiny", "balanced", "--out", "tiny.csv")
    assert done.exit_code == 0, done.output
    assert done.stderr.endswith("Events: tiny.csv\n")
    assert pd.read_csv(tmp_path / "tiny.csv")["case:concept:name"].nunique() == 12


def test_the_ending_of_the_name_chooses_the_form(command: Command, tmp_path: Path) -> None:
    for ending in (".xes", ".xes.gz", ".parquet", ".csv"):
        done = command("log.parquet", "--out", f"events{ending}")
        assert done.exit_code == 0, done.output
    n = len(pd.read_csv(tmp_path / "events.csv"))
    assert len(pd.read_parquet(tmp_path / "events.parquet")) == n
    events = ElementTree.parse(tmp_path / "events.xes").getroot().iter("{http://www.xes-standard.org/}event")
    assert len(list(events)) == n


def test_actions_only_writes_fewer_rows_and_lang_other_words(command: Command, tmp_path: Path) -> None:
    command("log.parquet", "--out", "all.csv")
    command("log.parquet", "--out", "few.csv", "--actions-only", "--lang", "zh")
    few = pd.read_csv(tmp_path / "few.csv")
    assert 0 < len(few) < len(pd.read_csv(tmp_path / "all.csv"))
    assert "还款" in set(few["concept:name"])


BAD = [
    (("tiny", "--out", "a.csv"), "comes without a strategy"),
    (("tiny", "balanced", "--out", "a.xlsx"), 'ends in ".xlsx". Expected .xes, .xes.gz, .parquet, .csv'),
    (("log.parquet", "balanced", "--out", "a.csv"), "is an event log, and stands beside a strategy"),
    (("log.parquet", "--out", "no/a.xes"), "cannot be written"),
    (("log.parquet", "--out", "a.csv", "--lang", "fr"), 'language "fr" is not known'),
]


@pytest.mark.parametrize(("words", "message"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_bad_input_ends_with_code_2_one_message_and_no_traceback(
    command: Command, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    done = command(*words)
    assert done.exit_code == 2, done.output
    assert message in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["log.parquet"]


def test_help_has_examples(command: Command) -> None:
    assert "simcollect export tiny balanced --out tiny.xes.gz" in command("--help").stdout
