"""The command ``rules``: packs listed, one printed with its citations, errors as messages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from simcollect.cli import rules as _  # the module adds its command
from simcollect.cli.app import app
from simcollect.scenario.packs import pack_names, read_pack
from tests.scenario.test_own_packs import OWN

assert _ is not None


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_the_packs_are_listed_and_marked_as_illustrative() -> None:
    result = invoke("rules")
    assert result.exit_code == 0
    for name in pack_names():
        assert name in result.stdout
    assert "Illustrative, not legal advice" in result.stdout


@pytest.mark.parametrize("name", pack_names())
def test_a_pack_is_printed_with_every_rule_its_setting_and_its_source(name: str) -> None:
    result = invoke("rules", name)
    assert result.exit_code == 0
    told = " ".join(result.stdout.split())
    for rule in read_pack(name).rules:
        assert f"{rule.id}: {rule.says}" in told
        assert rule.source in told
        assert rule.status in told
    assert "not legal advice" in told
    assert max(len(line) for line in result.stdout.splitlines()) <= 120


def test_a_pack_is_printed_as_json_for_programs() -> None:
    content = json.loads(invoke("rules", "us_regf_2021", "--json").stdout)
    assert content["rules"][0]["sets"] == {"calls_per_7_days": 7}
    assert content["in_force_from"] == "2021-11-30"
    assert len(json.loads(invoke("rules", "--json").stdout)) == 3


def test_a_pack_of_ones_own_is_checked_and_printed(tmp_path: Path) -> None:
    (tmp_path / "house.toml").write_text(OWN, encoding="utf-8")
    result = invoke("rules", str(tmp_path / "house.toml"))
    assert result.exit_code == 0
    assert "Our own code of conduct" in result.stdout


def test_an_unknown_pack_is_a_message_and_exit_code_two() -> None:
    result = invoke("rules", "us_regf_2012")
    assert result.exit_code == 2
    assert 'Did you mean "us_regf_2021"?' in result.stderr
    assert "Traceback" not in result.output
