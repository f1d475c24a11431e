"""The frame of the replays: verdicts, files, command, errors."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simcollect.cli import replays as _  # the module adds its command
from simcollect.cli.app import app
from simcollect.core.errors import InputError
from simcollect.experiment.run import Interrupted
from simcollect.replays import REPLAYS, Replays, play, replays
from simcollect.replays.published import FILE, table
from simcollect.replays.replay import around
from simcollect.replays.results import judged, rows_of

assert _ is not None


@pytest.mark.parametrize("name", REPLAYS)
def test_every_replay_is_told_in_both_languages_with_a_source_and_a_band(name: str) -> None:
    replay = REPLAYS[name]
    assert replay.id == name
    assert replay.source
    for text in (replay.title, replay.transfer, *(measure.title for measure in replay.measures)):
        assert text.en
        assert text.zh
    for measure in replay.measures:
        assert measure.band.en
        assert measure.low is not None or measure.high is not None
        if measure.paper is not None:
            assert (measure.low or -math.inf) <= measure.paper <= (math.inf if measure.high is None else measure.high)


@pytest.mark.parametrize("name", REPLAYS)
def test_the_scenario_of_a_replay_loads_and_holds_its_arms(name: str) -> None:
    scenario = REPLAYS[name].scenario()
    assert set(REPLAYS[name].arms) <= set(scenario.strategies)


def test_a_band_without_a_printed_error_goes_from_half_to_one_and_a_half_times_the_effect() -> None:
    assert around(34.0) == (17.0, 51.0)
    assert around(-4.0) == (-6.0, -2.0)


def test_words_of_a_replay_take_their_numbers_from_the_run() -> None:
    x2 = REPLAYS["X2"]
    numbers = dict.fromkeys((measure.name for measure in x2.measures), 1.0)
    row = rows_of(x2, [numbers | {"reach": 20.0}, numbers | {"reach": 30.0}])[0]
    assert "25 % within six weeks" in row.transfer()
    assert "25%" in row.transfer("zh")
    assert row.to_dict()["transfer"] == row.transfer()
    assert row.transfer() not in row.to_dict()["note"]


def test_what_the_papers_printed_comes_from_the_table_and_every_number_of_it_is_used() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(FILE.parent.glob("x?.py")))
    for row in table().values():
        assert f'printed("{row.id}")' in text or f'"{row.id}"' in text, row.id
        typed = re.search(rf"(?<![\d.]){re.escape(f'{abs(row.value):g}')}(?![\d.])", text)
        assert abs(row.value) < 10.0 or typed is None, row.id
    assert REPLAYS["X5"].measures[0].paper == 7.0


def test_an_interval_that_does_not_exist_tells_nothing() -> None:
    assert judged(math.nan, math.nan, None, 0.0) == "cannot tell"


def test_replications_in_which_a_measure_is_not_defined_are_left_out_of_its_mean() -> None:
    one = replace(REPLAYS["X1"], measures=REPLAYS["X1"].measures[:1])
    rows = rows_of(one, [{"delinquent": value} for value in (65.9, math.nan, 66.1)])
    assert rows[0].estimate == pytest.approx(66.0)
    assert rows[0].n == 2
    assert rows_of(one, [{"delinquent": math.nan}] * 2)[0].verdict == "cannot tell"


def test_a_number_far_from_the_paper_is_said_to_disagree() -> None:
    one = replace(REPLAYS["X1"], measures=REPLAYS["X1"].measures[:1])
    assert rows_of(one, [{"delinquent": 40.0}, {"delinquent": 41.0}])[0].verdict == "disagrees"
    assert rows_of(one, [{"delinquent": 66.0}, {"delinquent": 66.1}])[0].verdict == "agrees"
    assert rows_of(one, [{"delinquent": 60.0}, {"delinquent": 66.0}])[0].verdict == "cannot tell"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"names": ["X9"]}, 'replay "X9": is not known'),
        ({"replications": 1}, "replications: is 1"),
        ({"seed": -1}, "seed: is -1"),
    ],
)
def test_what_is_asked_wrongly_is_said(arguments: dict[str, object], told: str) -> None:
    with pytest.raises(InputError) as error:
        replays(**arguments)  # type: ignore[arg-type]
    assert told.split(":")[0] in str(error.value)
    assert told.split(": ")[1] in str(error.value)


def test_ctrl_c_is_told_with_what_was_done() -> None:
    def stop(n_finished: int, n_all: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="stopped after 0 of 2"):
        replays(["X1"], replications=2, workers=1, on_progress=stop)


def test_the_command_writes_json_and_a_picture_and_says_the_verdicts(tmp_path: Path) -> None:
    call = ["replays", "x1", "--replications", "2", "--workers", "1", "--out", str(tmp_path)]
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 0, done.output
    assert "X1  One moral SMS" in done.stdout
    assert "cannot tell" in done.stdout
    assert max(len(line.rstrip()) for line in done.stdout.splitlines()) <= 120
    content = json.loads((tmp_path / "replays.json").read_text(encoding="utf-8"))
    assert content["command"] == "replays"
    assert content["replications"] == {"X1": 2}
    wanted = {"id", "title", "source", "measure", "paper", "paper_low", "paper_high", "estimate", "low", "high"}
    for row in content["rows"]:
        assert wanted | {"verdict", "note"} <= set(row)
    assert (tmp_path / "replays.png").stat().st_size > 10_000
    x1 = REPLAYS["X1"]
    again = rows_of(x1, [play(x1, replication) for replication in (0, 1)])
    assert [row.to_dict() for row in again] == content["rows"]


def test_the_digest_tells_seeds_apart() -> None:
    found = [replays(["X6"], seed=seed, workers=1).digest for seed in (7, 7, 8)]
    assert found[0] == found[1] != found[2]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    numbers = dict.fromkeys((measure.name for measure in REPLAYS["X1"].measures), 1.0)
    rows = tuple(rows_of(REPLAYS["X1"], [numbers, numbers]))
    with pytest.raises(InputError, match="cannot be written"):
        Replays(rows, None, {"X1": 2}, "d").save(tmp_path / "taken")
