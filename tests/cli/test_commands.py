from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from simcollect.cli.app import app
from simcollect.cli.screen import Screen
from simcollect.experiment.manifest import MANIFEST, read_manifest

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return run


COMPARE = ("compare", "tiny", "--strategies", "no_action,gentle,firm", "--replications", "3", "--workers", "1")


def test_compare_prints_all_five_outcomes_and_signed_differences(command: Command, tmp_path: Path) -> None:
    done = command(*COMPARE, "--against", "gentle", "--out", "here")
    assert done.exit_code == 0, done.output
    for letter in "RCKHT":
        assert f"\n {letter}  " in done.stdout or f"\n{letter}  " in done.stdout
    assert "Differences to gentle" in done.stdout
    assert "\u00b1" in done.stdout
    assert {path.name for path in (tmp_path / "here").iterdir()} >= {
        MANIFEST,
        "replications.parquet",
        "recovery_kept.png",
    }


def test_compare_tables_fit_into_120_columns(command: Command) -> None:
    done = command("compare", "tiny", "--replications", "2", "--workers", "1")
    assert done.exit_code == 0, done.output
    assert max(len(line.rstrip()) for line in done.stdout.splitlines()) <= 120


def test_without_out_results_go_to_a_folder_named_by_the_scenario_and_are_found_again(
    command: Command, tmp_path: Path
) -> None:
    first, second = command(*COMPARE), command(*COMPARE)
    assert first.stdout == second.stdout
    folders = list((tmp_path / "results").iterdir())
    assert len(folders) == 1
    assert folders[0].name.startswith("tiny-")


def test_compare_json_is_json_and_nothing_else_on_standard_output(command: Command) -> None:
    done = command(*COMPARE, "--json")
    told = json.loads(done.stdout)
    assert told["replications"] == 3
    assert set(told["strategies"]) == {"no_action", "gentle", "firm"}


def test_one_replication_is_shown_without_an_interval_and_says_so(command: Command) -> None:
    done = command("compare", "tiny", "--strategies", "gentle,firm", "--replications", "1", "--workers", "1")
    assert "One replication has no interval" in done.stdout
    assert "nan" not in done.stdout.lower()


def test_run_writes_its_folder_and_repeats_from_the_manifest(command: Command, tmp_path: Path) -> None:
    done = command("run", "tiny", "balanced", "--replication", "2", "--out", "one")
    assert done.exit_code == 0, done.output
    assert "Net recovery" in done.stdout
    assert "checks passed" in done.stdout
    names = {path.name for path in (tmp_path / "one").iterdir()}
    assert names == {"log.parquet", "accounts.parquet", "cash.png", MANIFEST}
    again = command("run", "--from", "one/manifest.json", "--workers", "1")
    assert again.exit_code == 0, again.output
    assert again.stdout.startswith("Same: 1 run of tiny repeated")


def test_a_comparison_repeats_from_its_manifest(command: Command) -> None:
    command(*COMPARE, "--out", "here")
    again = command("run", "--from", "here", "--workers", "1", "--json")
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["same"] is True


def test_a_repetition_that_differs_exits_with_1_and_names_the_run(command: Command, tmp_path: Path) -> None:
    command("run", "tiny", "firm", "--out", "one")
    told = read_manifest(tmp_path / "one")
    wrong = [log.__class__(log.replication, log.strategy, "0" * 64) for log in told.logs]
    told.with_logs(wrong).write(tmp_path / "one")
    again = command("run", "--from", "one", "--workers", "1")
    assert again.exit_code == 1
    assert "Different: 1 of 1 run of tiny gave another event log.\n  firm, replication 0" in again.stdout


def test_validate_says_ok_and_what_the_scenario_describes(command: Command) -> None:
    done = command("validate", "tiny")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("OK: tiny.toml")
    assert "settle_early" in done.stdout


def test_validate_tells_every_fault_of_a_file_at_once(command: Command, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(
        '[portfolio]\nsource = "inline"\n[run]\nstart_date = "2005-02-30"\nsede = 3\n'
        "[strategies.firm]\nlate.letter_dya = 3\n"
    )
    done = command("validate", "bad.toml")
    assert done.exit_code == 2
    for fault in ("run.start_date", "February 2005 has 28 days", "run.sede", '"seed"', '"letter_day"'):
        assert fault in done.stderr
    assert done.stdout == ""


def test_population_prints_a_summary_and_writes_the_book(command: Command, tmp_path: Path) -> None:
    done = command("population", "tiny", "--out", "book.csv")
    assert done.exit_code == 0, done.output
    assert "Days past due" in done.stdout
    assert len(pd.read_csv(tmp_path / "book.csv")) == 12
    assert command("population", "tiny", "--out", "book.parquet").exit_code == 0
    assert len(pd.read_parquet(tmp_path / "book.parquet")) == 12


def test_a_borrower_whose_name_looks_like_a_formula_is_harmless_in_the_book(command: Command, tmp_path: Path) -> None:
    (tmp_path / "nasty.toml").write_text(
        '[portfolio]\nsource = "inline"\nsegments = { names = ["@all"] }\n'
        'accounts = [{ name = "=1+1", balance = 900.0, dpd = 5 }]\n'
        "[run]\nstart_date = 2024-01-01\nhorizon_days = 10\n[strategies.no_action]\n"
    )
    done = command("population", "nasty.toml", "--out", "book.csv")
    assert done.exit_code == 0, done.output
    book = pd.read_csv(tmp_path / "book.csv")
    assert (book["name"].tolist(), book["segment"].tolist()) == (["'=1+1"], ["'@all"])


def test_schema_prints_a_json_schema(command: Command) -> None:
    assert "$schema" in json.loads(command("schema").stdout)


def test_version_is_printed(command: Command) -> None:
    assert command("--version").stdout.startswith("simcollect 0.")


def test_population_of_loans_tells_the_amount_lent_and_leaves_out_what_nobody_has(command: Command) -> None:
    loans, cards = command("population", "instalment_us"), command("population", "tiny")
    assert loans.exit_code == 0, loans.output
    assert "Original amount" in loans.stdout
    assert "Credit limit" not in loans.stdout
    assert "Age" not in loans.stdout
    assert "Credit limit" in cards.stdout
    assert "Age" in cards.stdout


@pytest.mark.parametrize("name", ["compare", "run", "validate", "population", "schema"])
def test_every_commands_help_has_an_example(command: Command, name: str) -> None:
    done = command(name, "--help")
    assert done.exit_code == 0
    assert f"simcollect {name}" in done.stdout.split("Example")[1]


BAD = [
    (("compare", "tinny"), 'scenario "tinny" is not known. Did you mean "tiny"?'),
    (("compare", "missing.toml"), "does not exist"),
    (("compare", "."), "is a folder"),
    (("compare", "tiny", "--strategies", "frim"), 'Did you mean "firm"?'),
    (("compare", "tiny", "--strategies", ","), "strategies names none"),
    (("compare", "tiny", "--replications", "0"), "replications is 0"),
    (("compare", "tiny", "--seed", "-1"), "seed is -1"),
    (("compare", "tiny", "--horizon", "4000"), "horizon_days is 4000"),
    (("compare", "tiny", "--against", "nobody"), 'reference strategy "nobody"'),
    (("compare", "tiny", "--strategies", "firm", "--out", "file.txt"), "cannot be written"),
    (("run",), "run names no scenario"),
    (("run", "tiny"), "run names no strategy"),
    (("run", "tiny", "frim"), 'Did you mean "firm"?'),
    (("run", "tiny", "firm", "--from", "x"), "--from stands beside a scenario"),
    (("run", "--from", "nowhere"), "does not exist"),
    (("run", "--from", "file.txt"), "cannot be read as JSON"),
    (("run", "tiny", "firm", "--out", "file.txt"), "cannot be written"),
    (("validate", "file.txt"), "file.txt"),
    (("population", "tiny", "--out", "book.xlsx"), 'ends in ".xlsx". Expected .parquet or .csv'),
    (("population", "tiny", "--out", "no/such/folder.csv"), "cannot be written"),
]


@pytest.mark.parametrize(("words", "message"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_bad_input_ends_with_code_2_one_message_and_no_traceback(
    command: Command, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    (tmp_path / "file.txt").write_text("neither TOML nor JSON")
    done = command(*words)
    assert done.exit_code == 2, done.output
    assert message in done.stderr
    assert "Traceback" not in done.output
    assert done.stdout == ""


def test_ctrl_c_ends_with_code_130_and_says_how_to_go_on(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def pressed_after_the_first_batch(self: Screen, noun: str) -> Iterator[Callable[[int, int], None]]:
        def report(n_finished: int, n_all: int) -> None:
            if n_finished > 0:
                raise KeyboardInterrupt

        yield report

    with monkeypatch.context() as patch:
        patch.setattr(Screen, "progress", pressed_after_the_first_batch)
        stopped = command(*COMPARE, "--out", "here")
    assert stopped.exit_code == 130
    assert "Stopped after 3 of 9 runs. They are kept in here" in stopped.stderr
    assert not read_manifest(tmp_path / "here").complete
    assert command(*COMPARE, "--out", "here").stdout == command(*COMPARE, "--out", "elsewhere").stdout


def test_a_finished_folder_refuses_another_experiment_unless_told_fresh(command: Command) -> None:
    command(*COMPARE, "--out", "here")
    refused = command(*COMPARE, "--seed", "5", "--out", "here")
    assert refused.exit_code == 2
    assert "replace what is there with --fresh" in refused.stderr
    assert command(*COMPARE, "--seed", "5", "--out", "here", "--fresh").exit_code == 0
