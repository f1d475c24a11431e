"""The command ``simcollect audit``, on runs, kept logs and logs of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import simcollect.cli.audit  # noqa: F401 (adds the command)
from simcollect.cli.app import app
from simcollect.core.codes import EventKind
from simcollect.engine import simulate
from simcollect.scenario import Scenario
from tests.outcomes.lawful import BEN, lawful, told

Command = Callable[..., Result]

CALLS = """account,time,kind,channel
Ott,2024-03-09 08:00,dialled,call
Ott,2024-03-10 07:30,dialled,call
Ott,2024-03-10 09:00,dialled,call
Lee,2024-03-14 10:00,opted out,sms
Lee,2024-03-15 10:00,message sent,sms
"""


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command line in a folder that holds a log of one's own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calls.csv").write_text(CALLS, encoding="utf-8")

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return run


def plain(result: Result) -> str:
    """What was printed, without line breaks and columns."""
    return " ".join(result.output.split())


def test_a_run_that_keeps_its_scenarios_rules_passes_every_check(command: Command) -> None:
    result = command("audit", "tiny", "balanced")
    assert result.exit_code == 0, result.output
    assert "Held to the rules of scenario tiny." in result.output
    assert "checks passed." in result.output
    assert "rules.calls_per_7_days" in result.output
    assert "within headcount" in result.output


def test_a_run_held_to_rules_it_never_knew_breaks_them_and_each_is_cited(command: Command) -> None:
    result = command("audit", "tiny", "firm", "--rules", "uk_conc_2025")
    assert result.exit_code == 1
    assert "rule: notice of a visit" in result.output
    assert "within headcount" in result.output, "other rules, and yet the scenario's own staff"
    assert "R11d, CONC 7.9" in result.output
    assert "a visit without a notice of its own" in plain(result)
    assert "not legal advice" in plain(result)


def test_a_kept_log_is_held_to_its_manifests_rules_and_a_bare_file_to_none(
    command: Command, tmp_path: Path, tiny: Scenario
) -> None:
    assert command("run", "tiny", "gentle", "--out", "kept").exit_code == 0
    kept = command("audit", "kept")
    assert kept.exit_code == 0, kept.output
    assert "Held to the rules of scenario tiny." in kept.output
    simulate(tiny, "gentle").to_parquet(tmp_path / "bare.parquet")
    bare = command("audit", "bare.parquet")
    assert bare.exit_code == 0, bare.output
    assert "name some with --rules" in bare.output
    assert "within headcount" not in bare.output
    assert "permitted hours" not in bare.output


def test_a_log_of_ones_own_is_told_by_file_row_name_and_the_borrowers_clock(command: Command) -> None:
    result = command("audit", "calls.csv", "--rules", "us_regf_2021", "--zone", "America/New_York")
    assert result.exit_code == 1
    told = plain(result)
    assert (
        "Ott, Sun 2024-03-10 07:30 America/New_York (row 3 of the file), dialled: "
        "at 07:30 by the borrower's clock; 08:00 to 21:00 is permitted" in told
    )
    assert "Lee, Fri 2024-03-15 10:00 America/New_York (row 6 of the file), message sent: after opting out" in told
    assert "R4, 12 CFR 1006.6(b)(1)" in told
    assert "2 faults, by 2 of " in told
    assert "conduct alone is audited" in told


def test_json_says_the_same_to_a_program(command: Command) -> None:
    result = command("audit", "calls.csv", "--rules", "us_regf_2021", "--zone", "America/New_York", "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["ok"] is False
    found = {check["rule"]: (check["found"], check["citation"]) for check in told["checks"] if check["rule"]}
    assert found["PERMITTED_HOURS"] == (1, "R4, 12 CFR 1006.6(b)(1)")
    assert found["OPT_OUT"] == (1, "R5, 12 CFR 1006.6(e)")
    assert sum(n for n, _ in found.values()) == 2
    early = next(each for each in told["found"] if each["check"] == "rule_permitted_hours")
    assert (early["account"], early["at"], early["file_row"]) == ("Ott", "2024-03-10T07:30-04:00", 3)


def test_an_accounts_file_moves_a_borrower_to_another_clock(command: Command, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("account,zone\nOtt,America/Chicago\nLee,\n", encoding="utf-8")
    words = ("audit", "calls.csv", "--rules", "us_regf_2021", "--zone", "America/New_York")
    result = command(*words, "--accounts", "people.csv", "--json")
    hours = [each["at"] for each in json.loads(result.stdout)["found"] if each["check"] == "rule_permitted_hours"]
    assert hours == ["2024-03-09T07:00-06:00", "2024-03-10T06:30-05:00"]


def test_a_whole_log_written_as_csv_is_audited_like_the_log(command: Command, tmp_path: Path) -> None:
    story = lawful()
    told(story, 20, "10:00", EventKind.MESSAGE_SENT, BEN, channel=2)
    log = story.log(in_order=True)
    log.to_csv(tmp_path / "events.csv")
    log.accounts_frame().to_csv(tmp_path / "accounts.csv", index=False)
    log.to_parquet(tmp_path / "log.parquet")
    rules = ("--rules", "uk_conc_2025", "--json")
    from_csv = json.loads(command("audit", "events.csv", "--accounts", "accounts.csv", *rules).stdout)
    from_log = json.loads(command("audit", "log.parquet", *rules).stdout)
    assert from_csv["checks"] == from_log["checks"]
    assert sum(check["found"] for check in from_log["checks"]) > 0
    assert [each["reason"] for each in from_csv["found"]] == [each["reason"] for each in from_log["found"]]


def test_a_pack_of_ones_own_is_taken_from_its_file(command: Command, tmp_path: Path) -> None:
    (tmp_path / "house.toml").write_text(
        'name = "house"\ntitle = "House rules"\njurisdiction = "here"\nin_force_from = 2020-01-01\nversion = "1"\n'
        'scope = "us"\nnotice = "Ours alone."\n[[rules]]\nid = "H1"\ntitle = "One call a day"\nsays = "One."\n'
        'citation = "page 1"\nkind = "hard"\nstatus = "PROPOSED"\nsource = "us"\nsets = { calls_per_day = 1 }\n',
        encoding="utf-8",
    )
    result = command("audit", "calls.csv", "--rules", "house.toml")
    assert result.exit_code == 1
    assert "H1, page 1" in result.output
    assert "more than 1 calls on one day of the borrower's calendar" in plain(result)
    assert "Ours alone." in result.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("calls.csv", "--rules", "us_regf_202"), 'Did you mean "us_regf_2021"?'),
        (("calls.csv", "--rules", "nowhere.toml"), "nowhere.toml"),
        (("calls.csv", "firm"), "calls.csv is a log of your own. Expected no strategy"),
        (("tiny", "balanced", "--accounts", "calls.csv"), "tiny brings its own accounts and clocks"),
        (("calls.csv", "--zone", "Europe/Lodon"), 'Did you mean "Europe/London"?'),
        (("missing.csv",), "missing.csv: the file does not exist"),
        (("notes.md",), 'file "notes.md" ends in ".md", which is no log and no scenario. Expected a log (.parquet)'),
        (("notes.md", "--rules", "us_regf_2021"), "your own log (.csv or .csv.gz)"),
        (("tiny",), "comes without a strategy"),
    ],
)
def test_what_cannot_be_audited_is_refused_with_advice(
    command: Command, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    (tmp_path / "notes.md").write_text("# Not a log", encoding="utf-8")
    result = command("audit", *words)
    assert result.exit_code == 2, result.output
    assert message in plain(result)
