"""The command ``select``, and ``compare`` with a precision: tables, answers in sentences, JSON, errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from simcollect.cli import select as _  # the module adds its command
from simcollect.cli.app import app

assert _ is not None


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--workers", "1"])


def test_a_selection_names_the_best_and_when_the_others_fell(folder: Path) -> None:
    done = invoke("select", "tiny", "--outcome", "cost_per_account", "--indifference", "100TWD", "--final", "2")
    assert done.exit_code == 0, done.output
    assert "Cost per account: no_action is the best of 5, selected with 50 runs." in done.stdout
    assert done.stdout.count("dropped after 10") == 4
    assert "probability 95 % or more" in done.stdout
    assert max(len(line.rstrip()) for line in done.stdout.splitlines()) <= 120
    made = list((folder / "results").iterdir())
    assert [path.name.startswith("tiny-select-") for path in made] == [True]
    assert (made[0] / "selection.png").is_file()


def test_values_of_a_place_are_chosen_among_and_the_answer_is_json() -> None:
    place = "strategies.firm.late.enter_dpd"
    done = invoke(
        "select", "tiny", "--outcome", "kept", "--replications", "2", "--strategies", "firm", "--vary",
        f"{place}=60,75", "--final", "2", "--out", "out", "--json",
    )  # fmt: skip
    content = json.loads(done.stdout)
    assert [row[place] for row in sorted(content["candidates"], key=lambda row: row[place])] == [60, 75]
    assert content["method"] == "subset"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--indifference", "0pp"], "no procedure can promise"),
        (["--indifference", "1"], "Expected percentage points"),
        ([], "is not told how to end"),
        (["--budget", "100", "--vary", "a.b"], "Expected PLACE=V,V,..."),
    ],
)
def test_what_cannot_be_meant_is_taught(arguments: list[str], told: str) -> None:
    done = invoke("select", "tiny", "--outcome", "kept", *arguments)
    assert done.exit_code == 2
    assert told in " ".join(done.output.split())


def test_a_comparison_runs_until_it_is_precise_enough_or_says_how_many_more(folder: Path) -> None:
    asked = ["compare", "tiny", "--strategies", "gentle,firm", "--precision", "kept=1pp", "--at-most", "10"]
    done = invoke(*asked, "--out", "out")
    assert done.exit_code == 0, done.output
    assert "not as narrow as asked: about" in done.stdout
    assert "Looked at 10; intervals are" in done.stdout
    assert (folder / "out" / "together.csv").is_file()
    content = json.loads(invoke(*asked, "--out", "out", "--json").stdout)
    assert content["reached"] is False
    assert content["together"][0]["more_replications"] > 0


def test_a_comparison_can_show_intervals_that_hold_together(folder: Path) -> None:
    asked = ["compare", "tiny", "--replications", "3", "--out", "out"]
    alone, joint = invoke(*asked).stdout, invoke(*asked, "--simultaneous").stdout
    assert "intervals that hold together" in joint
    assert "intervals that hold together" not in alone
    assert alone.count(" ?") < joint.count(" ?") + alone.count(" ~")  # wider ones hold zero more often
    assert "Net with residual value: " in alone


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--precision", "kept"], "Expected OUTCOME=HALF"),
        (["--precision", "kept=1pp", "--replications", "5"], "stands beside --precision"),
        (["--at-most", "5"], "stands without --precision"),
    ],
)
def test_a_precision_that_cannot_be_meant_is_taught(arguments: list[str], told: str) -> None:
    done = invoke("compare", "tiny", *arguments)
    assert done.exit_code == 2
    assert told in " ".join(done.output.split())
