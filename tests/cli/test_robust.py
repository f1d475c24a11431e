"""The commands ``robust ...``: what they print, what they write, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from simcollect.cli import robust as _  # the module adds its commands
from simcollect.cli.app import app

assert _ is not None

PRICES = "economics.sms,economics.enforcement"
SMALL = ("--outcome", "cost_per_account", "--assumptions", PRICES, "--replications", "2", "--workers", "1")
EXPERIMENT = """\
scenario = "tiny"
strategies = ["gentle", "firm"]
outcomes = ["cost_per_account_cents"]

[uncertainties]
"economics.sms" = { low = 0.5, high = 1.5 }

[run]
replications = 2
"""
LEVERS = EXPERIMENT + '\n[levers]\n"strategies.firm.late.enter_dpd" = [60, 90]\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["robust", *arguments])


def said(done: Result) -> str:
    return " ".join((done.stdout + done.stderr).replace("│", " ").split())


@pytest.mark.parametrize("command", ["tornado", "break-even", "harm-price", "sensitivity", "regret", "discover"])
def test_every_command_says_what_it_does_and_gives_an_example(command: str) -> None:
    done = invoke(command, "--help")
    assert done.exit_code == 0
    assert f"simcollect robust {command} cards_taiwan" in said(done)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("regret", "tinny"), "tinny"),
        (("regret", "tiny", "--strategies", "firm"), "strategies are 1"),
        (("regret", "tiny", "--strategies", "firm,gentel"), 'Did you mean "gentle"?'),
        (("tornado", "tiny", "--outcome", "net_recoveri"), "net_recover"),
        (("tornado", "tiny", "--assumptions", "behaviour.contakt*"), "fits nothing that is assumed"),
        (("tornado", "tiny", "--replications", "1"), "one run cannot tell what is luck"),
        (("break-even", "tiny", "--screen", "1"), "screen is 1"),
        (("sensitivity", "tiny", "--method", "fast"), "Expected sobol or morris"),
        (("sensitivity", "tiny", "--n", "12"), "Expected a power of 2"),
        (("discover", "tiny", "--strategies", "firm,gentle", "--favourite", "balanced"), "balanced"),
        (("harm-price", "tiny", "--harm", "shouting"), "shouting"),
        (("tornado", "tiny", "--lang", "fr"), "Expected en or zh"),
    ],
)
def test_bad_input_is_one_clear_error_and_no_traceback(
    folder: Path, arguments: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simcollect.api.is_compiled", lambda: False)
    done = invoke(*arguments)
    assert "Compiling" not in done.output  # what is wrong is said first
    assert done.exit_code == 2, done.output
    assert told in said(done)
    assert "Traceback" not in done.output
    assert not list(folder.iterdir())  # nothing is left behind


def test_levers_are_refused_as_nobody_sets_what_is_asked_about(folder: Path) -> None:
    (folder / "mine.toml").write_text(LEVERS, encoding="utf-8")
    done = invoke("tornado", "mine.toml")
    assert done.exit_code == 2
    assert "Expected [uncertainties] only" in said(done)
    assert "simcollect sweep run moves levers" in said(done)


def test_a_tornado_is_told_drawn_and_kept(folder: Path) -> None:
    done = invoke("tornado", "tiny", "--strategies", "firm,gentle", *SMALL, "--out", "mine", "--lang", "zh")
    assert done.exit_code == 0, done.output
    assert "firm minus gentle, cost per account" in said(done)
    assert "Of 2 assumptions" in said(done)
    assert {"tornado.csv", "tornado.png", "tornado.json"} <= {file.name for file in (folder / "mine").iterdir()}


def test_an_experiments_uncertainties_are_moved_and_its_settings_hold(folder: Path) -> None:
    (folder / "mine.toml").write_text(EXPERIMENT, encoding="utf-8")
    done = invoke("break-even", "mine.toml", "--workers", "1", "--out", "mine", "--json")
    assert done.exit_code == 0, done.output
    record = json.loads(done.stdout)
    assert record["strategies"] == ["gentle", "firm"]
    assert (record["outcome"], record["replications"]) == ("cost_per_account_cents", 2)
    (row,) = record["rows"]
    assert (row["assumption"], row["low"], row["high"]) == ("economics.sms", 0.5, 1.5)
