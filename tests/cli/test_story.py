from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from simcollect.cli import story as _story  # noqa: F401 (registers the command)
from simcollect.cli.app import app
from simcollect.core.wrapping import columns
from simcollect.outcomes.story import PICKS, story
from tests.outcomes.lives import every_kind

Command = Callable[..., Result]


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run ``simcollect story`` in a folder with the log of five hand-made lives."""
    monkeypatch.chdir(tmp_path)
    every_kind().to_parquet(tmp_path / "log.parquet")

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["story", *words])

    return run


def test_a_scenario_takes_a_strategy_and_an_account(command: Command) -> None:
    done = command("tiny", "balanced", "Wu Yi-chun")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Account 5 (Wu Yi-chun): tiny, strategy balanced\n")
    assert "How it ended" in done.stdout
    assert command("tiny", "balanced", "5").stdout == done.stdout


@pytest.mark.parametrize("source", ["log.parquet", "."])
def test_a_kept_log_takes_an_account_alone(command: Command, source: str) -> None:
    done = command(source, "2")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Account 2 (Boris): handmade, strategy story\n")


def test_a_case_is_picked_by_what_happened(command: Command) -> None:
    assert command("log.parquet", "--pick", "settled").stdout.startswith("Account 4 (Dora)")
    done = command("tiny", "balanced", "--pick", "longest")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Account ")


def test_a_story_is_told_in_chinese_and_in_full(command: Command) -> None:
    assert command("log.parquet", "1", "--lang", "zh").stdout.startswith("账户1（Ada）：情景handmade，策略story\n")
    assert "Every row of the log" in command("log.parquet", "1", "--full").stdout


@pytest.mark.parametrize("detail", [(), ("--full",)])
def test_a_chinese_story_breaks_neither_within_a_number_nor_before_a_mark(
    command: Command, detail: tuple[str, ...]
) -> None:
    for account in "12345":
        lines = command("log.parquet", account, "--lang", "zh", *detail).stdout.splitlines()
        assert len(lines) > 10
        for line, after in pairwise(lines):
            assert columns(line) <= 110
            assert not after.lstrip().startswith(("，", "。", "；", "、", "）", "”", "：")), after
            assert not re.search(r"[\d.,]$", line) or not re.match(r" *[\d.,]", after), (line, after)
    told = str(story(every_kind(), 3, "zh"))
    shown = command("log.parquet", "3", "--lang", "zh").stdout
    assert "".join(shown.split()) == "".join(told.split())


@pytest.mark.parametrize(("name", "begin"), [("case.md", "# Account 1"), ("case.txt", "Account 1")])
def test_a_story_is_written_to_a_file(command: Command, tmp_path: Path, name: str, begin: str) -> None:
    done = command("log.parquet", "1", "--out", name)
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert text.startswith(begin)
    assert text.endswith(".\n")


BAD = [
    (("tiny",), "is followed by nothing. For instance: simcollect story tiny balanced 5"),
    (("tiny", "balanced"), "Expected a strategy and an account"),
    (("tiny", "frim", "5"), 'Did you mean "firm"?'),
    (("tiny", "balanced", "99"), "for instance 1, 2, 3,"),
    (("tiny", "balanced", "5", "6"), "is followed by 3 words (balanced 5 6)"),
    (("log.parquet",), "Expected an account"),
    (("log.parquet", "balanced", "1"), "is followed by 2 words"),
    (("log.parquet", "Adda"), 'Did you mean "Ada"?'),
    (("log.parquet", "1", "--pick", "suit"), "Expected nothing"),
    (("log.parquet", "--pick", "sued"), "sued is not a known kind"),
    (("log.parquet", "--pick", "untouched"), "finds no account"),
    (("log.parquet", "1", "--lang", "fr"), 'language "fr" is not known'),
    (("log.parquet", "1", "--out", "case.pdf"), "Expected .md or .txt"),
    (("log.parquet", "1", "--out", "no/case.md"), "cannot be written"),
]


@pytest.mark.parametrize(("words", "message"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_bad_input_ends_with_code_2_one_message_and_no_traceback(
    command: Command, words: tuple[str, ...], message: str
) -> None:
    done = command(*words)
    assert done.exit_code == 2, done.output
    assert message in done.stderr
    assert done.stdout == ""


def test_help_has_examples(command: Command) -> None:
    assert "simcollect story cards_taiwan balanced 18" in command("--help").stdout


def test_help_names_every_kind_of_case_that_can_be_picked(command: Command) -> None:
    shown = " ".join(command("--help").stdout.replace("│", " ").split())
    assert f"{', '.join(list(PICKS)[:-1])} or {list(PICKS)[-1]}." in shown
