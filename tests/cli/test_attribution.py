from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import simcollect.cli.attribution
from simcollect.cli.app import app
from tests.plots.drawing import has_chinese

Command = Callable[..., Result]
ATTRIBUTE = ("attribute", "tiny", "firm", "--replications", "2", "--workers", "1")

assert simcollect.cli.attribution.app is app  # the import adds the command


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return run


def test_attribute_prints_every_part_sentences_and_a_folder(command: Command, tmp_path: Path) -> None:
    done = command(*ATTRIBUTE, "--out", "here", "--by", "segment")
    assert done.exit_code == 0, done.output
    for part in ("Self-cure", "accelerated", "Incremental", "Cannibalised", "Lost", "Recovered", "congestion", "Cost"):
        assert part in done.stdout
    assert "would have come anyway" in done.stdout
    assert "By segment" in done.stdout
    assert "large" in done.stdout
    assert "\u00b1" in done.stdout
    names = {path.name for path in (tmp_path / "here").iterdir()}
    assert names >= {"manifest.json", "replications.parquet", "attribution.csv", "attribution.png"}


def test_tables_fit_into_120_columns(command: Command) -> None:
    done = command(*ATTRIBUTE, "--by", "cell")
    assert done.exit_code == 0, done.output
    assert max(len(line.rstrip()) for line in done.stdout.splitlines()) <= 120
    assert "\u2026" not in done.stdout  # nothing cut short


def test_without_out_the_same_command_finds_its_runs_again(command: Command, tmp_path: Path) -> None:
    first, second = command(*ATTRIBUTE), command(*ATTRIBUTE)
    assert first.stdout == second.stdout
    (folder,) = (tmp_path / "results").iterdir()
    assert folder.name.startswith("tiny-")
    assert folder.name.endswith("-firm")


def test_json_is_json_and_nothing_else_on_standard_output(command: Command) -> None:
    told = json.loads(command(*ATTRIBUTE, "--json").stdout)
    assert told["strategy"] == "firm"
    assert told["replications"] == 2
    assert {row["group"] for row in told["by_segment"]} == {"small", "large"}


def test_one_replication_is_shown_without_an_interval_and_says_so(command: Command) -> None:
    done = command("attribute", "tiny", "gentle", "--replications", "1", "--workers", "1", "--horizon", "60")
    assert done.exit_code == 0, done.output
    assert "one replication: no interval" in done.stdout
    assert "nan" not in done.stdout.lower()
    assert "60 days" in done.stdout


def test_no_action_against_itself_has_nothing_but_self_cure(command: Command) -> None:
    done = command("attribute", "tiny", "no_action", "--replications", "2", "--workers", "1")
    assert "Of every 100 TWD recovered, 100.0 would have come anyway; 0.0 are incremental." in done.stdout
    assert "Nothing that would have come without action was given away or lost." in done.stdout


@pytest.mark.skipif(not has_chinese(), reason="no font with Chinese is installed here")
def test_the_picture_can_be_chinese(command: Command, tmp_path: Path) -> None:
    english, chinese = command(*ATTRIBUTE, "--out", "en"), command(*ATTRIBUTE, "--out", "zh", "--lang", "zh")
    assert chinese.exit_code == 0, chinese.output
    assert english.stdout == chinese.stdout
    pictures = [(tmp_path / lang / "attribution.png").read_bytes() for lang in ("en", "zh")]
    assert pictures[0] != pictures[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("attribute", "tiny", "frim"), 'Did you mean "firm"'),
        ((*ATTRIBUTE, "--by", "cel"), 'Did you mean "cell"'),
        ((*ATTRIBUTE, "--lang", "fr"), "Expected en or zh"),
        ((*ATTRIBUTE[:3], "--replications", "0"), "Expected a whole number of 1 or more"),
    ],
)
def test_what_is_written_wrong_is_taught(command: Command, words: tuple[str, ...], message: str) -> None:
    done = command(*words)
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())
