from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import simcollect.cli.explain
from simcollect.cli.app import app
from simcollect.scenario import load
from simcollect.scenario.diff import diff
from simcollect.scenario.explain import explain

Command = Callable[..., Result]
assert simcollect.cli.explain.app is app


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command line in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return run


def test_explain_prints_the_strategy_stage_by_stage(command: Command) -> None:
    done = command("explain", "tiny", "firm")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{explain(load('tiny'), 'firm')}\n"


def test_explain_without_a_strategy_tells_the_scenario_and_all_of_them_in_brief(command: Command) -> None:
    done = command("explain", "tiny")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("tiny\n")
    for name in load("tiny").strategies:
        assert f"\n{name}\n  - " in done.stdout


def test_explain_speaks_chinese_and_tells_all_when_asked(command: Command) -> None:
    done = command("explain", "tiny", "firm", "--lang", "zh", "--full")
    assert done.exit_code == 0, done.output
    assert "后期阶段：逾期第 90 天起" in done.stdout
    assert len(done.stdout) > len(command("explain", "tiny", "firm", "--lang", "zh").stdout)


def test_explain_writes_markdown(command: Command, tmp_path: Path) -> None:
    done = command("explain", "tiny", "firm", "--out", "firm.md")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "firm.md").read_text(encoding="utf-8") == explain(load("tiny"), "firm").to_markdown()
    assert "Markdown: firm.md" in done.stderr


def test_diff_prints_what_two_strategies_do_differently(command: Command) -> None:
    done = command("diff", "cards_taiwan", "gentle", "firm")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{diff(load('cards_taiwan'), 'gentle', 'firm')}\n"


def test_diff_of_two_files_names_scenario_and_strategy_with_a_colon(command: Command, tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "scenarios" / "tiny.toml").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(text.replace("suit_day = 21", "suit_day = 22"), encoding="utf-8")
    done = command("diff", "tiny:firm", "mine.toml:firm", "--out", "both.md")
    assert done.exit_code == 0, done.output
    assert "firm (tiny) goes to court from day 111 past due, firm (mine) from day 112: 1 day sooner" in " ".join(
        done.stdout.split()
    )
    assert (tmp_path / "both.md").exists()


def test_diff_of_one_files_two_strategies_in_colon_form_is_the_same_as_with_three_words(command: Command) -> None:
    assert command("diff", "tiny:gentle", "tiny:firm").stdout == command("diff", "tiny", "gentle", "firm").stdout


@pytest.mark.parametrize("name", ["explain", "diff"])
def test_help_has_an_example(command: Command, name: str) -> None:
    done = command(name, "--help")
    assert done.exit_code == 0
    assert f"simcollect {name}" in done.stdout.split("Example")[1]


BAD = [
    (("explain", "tinny"), 'scenario "tinny" is not known. Did you mean "tiny"?'),
    (("explain", "tiny", "frim"), 'strategy "frim" is not in this scenario. Did you mean "firm"?'),
    (("explain", "tiny", "firm", "--lang", "fr"), "Expected en or zh"),
    (("explain", "tiny", "--full"), "--full stands without a strategy"),
    (("explain", "tiny", "firm", "--out", "firm.txt"), 'ends in ".txt". Expected a Markdown file'),
    (("explain", "tiny", "firm", "--out", "no/such/firm.md"), "cannot be written"),
    (("diff", "tiny", "gentle", "frim"), 'strategy "frim" is not in this scenario. Did you mean "firm"?'),
    (("diff", "tiny", "gentle"), '"tiny" names no strategy'),
    (("diff", "tiny:gentle", "missing.toml:firm"), "does not exist"),
]


@pytest.mark.parametrize(("words", "message"), BAD, ids=[" ".join(words) for words, _ in BAD])
def test_bad_input_ends_with_code_2_one_message_and_no_traceback(
    command: Command, words: tuple[str, ...], message: str
) -> None:
    done = command(*words)
    assert done.exit_code == 2, done.output
    assert message in done.stderr
    assert "Traceback" not in done.output
    assert done.stdout == ""
