from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import simcollect.cli.sweep  # noqa: F401  (registers the commands)
from simcollect.cli.app import app
from tests.sweep.asked import N_RUNS, SMALL, write


def say(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["sweep", *words])
    return done.exit_code, done.output


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("cli")
    code, told = say("run", str(write(place)), "--out", str(place / "study"), "--workers", "1")
    assert code == 0, told
    assert f"{N_RUNS} finished, 0 failed, 0 left" in told
    assert "results.parquet" in told
    return place / "study"


def test_status_counts_for_people_and_for_programs(folder: Path) -> None:
    assert f"{N_RUNS} finished, 0 failed, 0 left" in say("status", str(folder))[1]
    found = json.loads(say("status", str(folder), "--json")[1])
    assert (found["finished"], found["left"], found["points"]) == (N_RUNS, 0, 4)


def test_parts_are_run_and_merged(tmp_path: Path, folder: Path) -> None:
    file = str(write(tmp_path))
    parts = [str(tmp_path / f"part{number}") for number in (1, 2)]
    for number, part in enumerate(parts, start=1):
        assert "Part" in say("run", file, "--out", part, "--shard", f"{number}/2", "--workers", "1")[1]
    code, told = say("merge", str(tmp_path / "whole"), *parts)
    assert code == 0, told
    assert (tmp_path / "whole" / "results.parquet").read_bytes() == (folder / "results.parquet").read_bytes()


def test_extend_runs_the_new_replications_and_resume_has_nothing_left(tmp_path: Path) -> None:
    out = str(tmp_path / "study")
    say("run", str(write(tmp_path)), "--out", out, "--workers", "1")
    assert f"{N_RUNS + 6} finished" in say("extend", out, "--replications", "4", "--workers", "1")[1]
    wider = tmp_path / "wider.toml"
    wider.write_text(SMALL.replace("[60, 75]", "[60, 75, 90]").replace("= 3", "= 4"))
    code, told = say("extend", out, "--experiment", str(wider), "--workers", "1")
    assert code == 0, told
    assert f"{N_RUNS + 6 + 8} finished" in told
    assert f"{N_RUNS + 6 + 8} finished, 0 failed, 0 left" in say("resume", out, "--workers", "1")[1]


def test_a_run_is_replayed_by_its_name(folder: Path) -> None:
    request = json.loads((folder / "request.json").read_text())
    content = request["points"][0]["contents"]["firm"]
    code, told = say("replay", str(folder), f"{content[:12]}-2")
    assert code == 0, told
    assert "digest of its event log" in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("status", "nowhere"), "holds no request.json"),
        (("run", "nowhere.toml"), "does not exist"),
        (("replay", "FOLDER", "beef-1"), "is not in this study"),
        (("extend", "FOLDER"), "is told nothing to add"),
        (("extend", "FOLDER", "--replications", "2"), "Expected more than there are: 3"),
        (("extend", "FOLDER", "--points", "9"), "Expected a drawn design"),
    ],
)
def test_what_cannot_be_done_is_told_with_exit_code_2(folder: Path, words: tuple[str, ...], message: str) -> None:
    code, told = say(*(str(folder) if word == "FOLDER" else word for word in words))
    assert code == 2
    assert message in " ".join(told.split())


@pytest.mark.parametrize("shard", ["3/2", "0/2", "two", "1/0"])
def test_a_part_that_is_none_is_refused(tmp_path: Path, shard: str) -> None:
    code, told = say("run", str(write(tmp_path)), "--out", str(tmp_path / "s"), "--shard", shard)
    assert code == 2
    assert "--shard" in told
