"""Every command that reads an event log takes a file, a results folder, or a scenario and a strategy."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcollect import api
from simcollect.cli.source import LOG_FILE, open_log
from simcollect.core.errors import InputError, InputErrors


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "tiny-firm"
    api.run("tiny", "firm").save(folder)
    return folder


def test_a_folder_its_log_and_the_scenario_give_the_same_log(kept: Path) -> None:
    logs = [open_log(str(kept), None), open_log(str(kept / LOG_FILE), None), open_log("tiny", "firm")]
    assert logs[0] == logs[1] == logs[2]


def test_another_replication_seed_or_horizon_is_another_log() -> None:
    plain = open_log("tiny", "firm")
    for other in (
        open_log("tiny", "firm", replication=1),
        open_log("tiny", "firm", seed=5),
        open_log("tiny", "firm", horizon=90),
    ):
        assert other != plain


def test_a_log_stands_alone(kept: Path) -> None:
    for changes in ({"replication": 1}, {"seed": 3}, {"horizon": 9}):
        with pytest.raises(InputError, match="Expected the log alone"):
            open_log(str(kept), None, **changes)
    with pytest.raises(InputError, match="Expected the log alone"):
        open_log(str(kept), "firm")


def test_a_scenario_needs_a_strategy_and_the_known_ones_are_named() -> None:
    with pytest.raises(InputError, match="no_action, balanced, gentle"):
        open_log("tiny", None)


def test_what_is_neither_log_nor_scenario_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        open_log(str(tmp_path / "no.parquet"), None)
    with pytest.raises(InputErrors, match="is not known"):
        open_log("tinny", "firm")
    for name, found in (("notes.md", r'notes.md" ends in "\.md"'), ("LICENCE", "has no ending that says what it is")):
        (tmp_path / name).write_text("# Not a log", encoding="utf-8")
        with pytest.raises(InputError, match=found) as caught:
            open_log(str(tmp_path / name), "firm")
        assert ".parquet" in caught.value.expected
