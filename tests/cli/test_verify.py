"""The command ``simcollect verify``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import simcollect.cli.verify  # noqa: F401 (registers the command)
from simcollect.cli.app import app
from simcollect.verify import CASES

RUN = CliRunner()


def asked(*words: str) -> Any:
    return RUN.invoke(app, ["verify", *words])


def test_a_case_prints_theory_estimate_and_verdict_and_writes_both_files(tmp_path: Path) -> None:
    done = asked("court_fee_england", "--set", "claims=[4000,12000]", "--out", str(tmp_path), "--workers", "1")
    assert done.exit_code == 0, done.output
    assert "540" in done.output
    assert "all agree" in done.output
    told = json.loads((tmp_path / "verify.json").read_text(encoding="utf-8"))
    assert [row["theory"] for row in told["rows"]] == [185.0, 540.0]
    assert (tmp_path / "verify.png").exists()


def test_json_has_a_row_a_quantity_with_parameters_as_set() -> None:
    done = asked(
        "contact_cap", "--set", "borrowers=5", "--set", "weeks=1", "--replications", "2", "--workers", "1", "--json"
    )
    told = json.loads(done.output[done.output.index("{") :])
    assert {row["parameters"]["borrowers"] for row in told["rows"]} == {5}
    assert {row["replications"] for row in told["rows"]} == {2}
    assert done.exit_code == (0 if told["agrees"] else 1)


def test_a_disagreement_ends_with_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simcollect.verify.cases.courts.england_2020_online", lambda claim: 1.0)
    done = asked("court_fee_england", "--set", "claims=[4000]", "--workers", "1")
    assert done.exit_code == 1
    assert "1 disagree" in done.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["absorbing_chian"], 'absorbing_chian is not a known case. Did you mean "absorbing_chain"?'),
        (["contact_cap", "--set", "attemts=3"], 'Did you mean "attempts"?'),
        (["contact_cap", "--set", "attempts"], "Expected name=value"),
        (["--set", "attempts=3"], "is given without a case"),
        (["contact_cap", "--replications", "1"], "Expected 2 or more"),
        (["absorbing_chain", "--set", "q=[[0.5,0.2],[0.3,0.2]]"], "row 2 that add up to 1.1"),
        (["absorbing_chain", "--set", "q=[[0.5,0.5],[0.3]]"], "Expected a square matrix"),
        (["self_exciting_repayment", "--set", "jump=0.6"], "Expected less than kappa, 0.5"),
        (["invariants_tiny", "--set", "scenario=tinny"], "Expected one of"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(words: list[str], message: str) -> None:
    done = asked(*words)
    assert done.exit_code == 2
    assert message in " ".join(done.output.split())


def test_the_list_names_every_case_and_its_parameters() -> None:
    done = asked("--list")
    assert done.exit_code == 0
    assert all(name in done.output for name in CASES)
    assert "rpc_prob = 0.05" in done.output
    assert {entry["name"] for entry in json.loads(asked("--list", "--json").output)} == set(CASES)
