"""The command ``price-rule``: tables, the answer in a sentence, JSON, errors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from simcollect.cli import price as _  # the module adds its command
from simcollect.cli.app import app
from simcollect.cli.tables import reading_aid
from simcollect.stats import paired_difference

assert _ is not None

SCENARIO = """\
extends = "tiny"
[run]
start_date = 2024-01-01
[rules]
pack = "us_regf_2021"
calls_per_7_days = 1
[strategies.calls]
early = { enter_dpd = 0, steps = [{ action = "automated_call", day = 0, repeat_days = 1, maximum = 60 }] }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["price-rule", "mine.toml", *arguments, "--workers", "1"])


def test_one_strategy_is_shown_with_and_without_the_rule_and_by_segment(folder: Path) -> None:
    done = invoke("calls_per_7_days", "--strategy", "calls", "--replications", "3", "--out", "cap")
    assert done.exit_code == 0, done.output
    assert "calls_per_7_days = 1 (set by the scenario)" in done.stdout
    for words in ("Blocked by the rule", "Accounts sued", "Time to cash", "by segment", "\u00b1"):
        assert words in done.stdout
    assert "actions a run are blocked by the rule;" in done.stdout
    assert max(len(line.rstrip()) for line in done.stdout.splitlines()) <= 120
    assert (folder / "cap" / "price.csv").is_file()


def test_the_help_says_what_a_rule_is_called(folder: Path) -> None:
    done = " ".join(invoke("--help").stdout.replace("│", " ").split())
    assert "A field of the rules block (calls_per_7_days), or the id of a pack's rule (R1)." in done


@pytest.mark.parametrize(("n", "told"), [(1, "1 is too small"), (2, "2 are too small")])
def test_what_no_number_of_replications_would_settle_is_counted_in_good_english(n: int, told: str) -> None:
    hopeless = paired_difference([1.0, -1.0], [0.0, 0.0])
    assert hopeless.more_replications is None
    assert reading_aid([hopeless] * n)[-1] == f"  {told} for any number within reach."


def test_all_strategies_stand_side_by_side_and_a_rule_that_blocks_nothing_is_said_to_cost_nothing(folder: Path) -> None:
    done = invoke("R5", "--replications", "2")
    assert done.exit_code == 0, done.output
    assert "R5 of us_regf_2021: 12 CFR 1006.6(e)" in done.stdout
    for strategy in ("gentle", "balanced", "firm", "settle_early", "calls"):
        assert strategy in done.stdout
    assert "calls: the rule blocks nothing and changes nothing here." in done.stdout
    assert max(len(line.rstrip()) for line in done.stdout.splitlines()) <= 120
    made = list((folder / "results").iterdir())
    assert len(made) == 1
    assert made[0].name.startswith("mine-honour_opt_out-")


def test_the_result_can_be_had_as_json(folder: Path) -> None:
    done = invoke("calls_per_7_days", "--strategy", "calls", "--replications", "2", "--out", "cap", "--json")
    content = json.loads(done.stdout)
    assert content["rule"] == "calls_per_7_days"
    assert {row["segment"] for row in content["by_segment"]} == {"small", "large"}
    assert (folder / "cap").is_dir()


@pytest.mark.usefixtures("folder")
def test_a_rule_that_is_off_is_a_message_and_exit_code_two() -> None:
    done = invoke("consent_needed")
    assert done.exit_code == 2
    assert "is off in this scenario" in done.stderr
    assert "Traceback" not in done.output
