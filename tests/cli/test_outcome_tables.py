"""The command ``tables``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from simcollect.cli import outcome_tables  # noqa: F401 - adds the command
from simcollect.cli.app import app
from simcollect.outcomes.tables import TABLES

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return run


def test_tables_of_a_scenario_are_printed_with_units_and_written(command: Command, tmp_path: Path) -> None:
    done = command("tables", "tiny", "firm")
    assert done.exit_code == 0, done.output
    for name in ("roll_matrix_count", "liquidation", "stage_funnel", "contact_funnel", "promises", "settlements"):
        assert f"\n{name}: " in done.stdout
    lines = done.stdout.splitlines()
    assert any(line.split()[:2] == ["paid", "TWD"] for line in lines)
    assert any(line.split()[:3] == ["resolved", "share", "%"] for line in lines)
    folder = tmp_path / "results" / "tiny-firm-tables"
    names = {path.name for path in folder.iterdir()}
    assert names == {"README.md"} | {f"{kind.name}.{end}" for kind in TABLES for end in ("csv", "parquet")}
    assert "results/tiny-firm-tables" in done.stderr


def test_no_line_is_wider_than_a_plain_screen(command: Command) -> None:
    done = command("tables", "tiny", "balanced", "--only", ",".join(kind.name for kind in TABLES))
    assert done.exit_code == 0, done.output
    wide = [line for line in done.stdout.splitlines() if len(line) > 110 or "\u2026" in line]
    assert done.stdout.count("\n") > 200
    assert wide == []


def test_money_is_shown_in_major_units_and_kept_in_minor_ones(command: Command, tmp_path: Path) -> None:
    done = command("tables", "tiny", "firm", "--only", "headline_by", "--out", "here")
    opening = pd.read_parquet(tmp_path / "here" / "headline_by.parquet")["opening_cents"].iloc[0]
    told = [line.split() for line in done.stdout.splitlines() if line.split()[:2] == ["opening", "TWD"]]
    assert told
    assert told[0][2] == f"{opening / 100:,.0f}"


def test_tables_come_from_a_kept_run_with_its_own_prices(command: Command, tmp_path: Path) -> None:
    assert command("run", "tiny", "firm", "--out", "kept").exit_code == 0
    for source, out in ((("tiny", "firm"), "a"), (("kept",), "b"), (("kept/log.parquet",), "c")):
        done = command("tables", *source, "--only", "headline_by", "--out", out)
        assert done.exit_code == 0, done.output
    kept = [(tmp_path / out / "headline_by.csv").read_bytes() for out in "abc"]
    assert kept[0] == kept[1] == kept[2]
    costs = pd.read_csv(tmp_path / "a" / "headline_by.csv")["cost_cents"]
    assert costs.iloc[0] > 0


def test_a_log_that_stands_alone_is_told_so_and_takes_prices_by_name(command: Command, tmp_path: Path) -> None:
    command("run", "tiny", "firm", "--out", "kept")
    (tmp_path / "kept" / "log.parquet").rename(tmp_path / "alone.parquet")
    bare = command("tables", "alone.parquet", "--only", "headline_by", "--out", "bare")
    assert bare.exit_code == 0, bare.output
    assert "--prices" in bare.stderr
    priced = command("tables", "alone.parquet", "--prices", "tiny", "--only", "headline_by", "--out", "priced")
    assert "--prices" not in priced.stderr
    costs = [pd.read_csv(tmp_path / out / "headline_by.csv")["cost_cents"].iloc[0] for out in ("bare", "priced")]
    assert costs[0] > 10 * costs[1] > 0  # twelve borrowers by the shifts of a team; tiny pays by the minute worked


def test_tables_can_be_read_at_an_earlier_day_and_as_json(command: Command) -> None:
    done = command("tables", "tiny", "firm", "--only", "by_day,roll_rates", "--day", "70", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["scenario"], told["strategy"], told["currency"]) == ("tiny", "firm", "TWD")
    assert set(told["tables"]) == {"by_day", "roll_rates"}
    assert len(told["tables"]["by_day"]) == 70
    assert told["tables"]["roll_rates"][7]["roll_rate_count"] is None  # there is no bucket after 180+


@pytest.mark.parametrize("when", [("--horizon", "1"), ("--day", "20", "--only", "rolls")])
def test_a_run_too_short_for_some_tables_has_them_empty(
    command: Command, tmp_path: Path, when: tuple[str, ...]
) -> None:
    done = command("tables", "tiny", "firm", *when, "--out", "short")
    assert done.exit_code == 0, done.output
    table = pd.read_parquet(tmp_path / "short" / "roll_flows.parquet")
    assert len(table[table["from_bucket"] != "new"]) == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("tables", "tiny", "firm", "--only", "rollz"), "rollz"),
        (("tables", "tiny", "firm", "--day", "9999"), "9999"),
        (("tables", "tiny"), "without a strategy"),
        (("tables", "nowhere.parquet"), "does not exist"),
    ],
)
def test_what_cannot_be_done_is_told(command: Command, words: tuple[str, ...], told: str) -> None:
    done = command(*words)
    assert done.exit_code == 2
    assert told in done.stderr
