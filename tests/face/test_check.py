"""The whole check on a small book: a user's own block, resumed runs, face.json, the command."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simcollect.cli import face as _  # the module adds its command
from simcollect.cli.app import app
from simcollect.core.errors import InputError
from simcollect.core.words import LANGS, Lang
from simcollect.experiment.run import Interrupted
from simcollect.face.check import FaceCheck, check_face
from simcollect.face.demonstration import Demonstration
from simcollect.face.picture import picture
from simcollect.face.reading import read_demonstrations
from simcollect.face.verdict import Answer
from simcollect.scenario import Scenario, load

assert _ is not None

OWN = """\
[[demonstration]]
id = "Pay"
title = "Borrowers who pay more by themselves"
title_zh = "自愿还款更多的借款人"
strategy = ["no_action"]
knob = "rate of payment"
levels = [
    { at = 1, set = { "behaviour.payment.base_rate_per_day" = { times = 0.2 } } },
    { at = 3, set = { "behaviour.payment.base_rate_per_day" = { times = 3 } } },
]
claims = [
    { outcome = "recovered_share", expect = "up" },
    { outcome = "recovered_share", expect = "down", if_not = "Who pays more pays more.", if_not_zh = "多还者多还。" },
    { outcome = "attempts", expect = "about", within = 0.01, added = true },
    { outcome = "plan_break_share", expect = "down" },
]

[[demonstration]]
id = "None"
title = "What nobody has"
knob = "x"
levels = [{ at = 0 }, { at = 1, set = { "behaviour.dreams.length" = 3 } }]
claims = [{ outcome = "kept_share", expect = "up" }]
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("own") / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def demonstrations(own: Path) -> tuple[Demonstration, ...]:
    return read_demonstrations(own)


@pytest.fixture(scope="module")
def small() -> Scenario:
    return load(
        {"extends": "cards_taiwan", "run": {"horizon_days": 60, "reading_days": []}, "portfolio": {"n_stock": 60}}
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def checked(small: Scenario, demonstrations: tuple[Demonstration, ...], results: Path) -> FaceCheck:
    return check_face([small], demonstrations, seeds=(1, 2, 3), replications=3, folder=results, workers=1)


def test_an_own_block_is_answered_claim_by_claim(checked: FaceCheck) -> None:
    answers = [row.verdict.answer for row in checked.rows]
    assert answers == [Answer.AGREES, Answer.DISAGREES, Answer.AGREES, Answer.CANNOT_TELL]
    up, down, calls, plans = (row.verdict for row in checked.rows)
    assert 0.0 < up.low < up.estimate < up.high
    assert (up.low, up.high) == (down.low, down.high), "told in the outcome's own sign, whatever is expected"
    assert (calls.low, calls.high) == (0.0, 0.0)
    assert math.isnan(plans.estimate)
    assert (up.n, len(up.seeds)) == (9, 3)


def test_what_cannot_be_asked_is_told_with_the_reason(checked: FaceCheck) -> None:
    (left,) = checked.not_asked
    assert left.demonstration.id == "None"
    assert "dreams" in left.reason


def test_a_disagreement_carries_the_reason_found_and_an_open_one_says_why(checked: FaceCheck) -> None:
    notes = [row.note() for row in checked.rows]
    assert notes == [
        "",
        "A likely reason, not tested: Who pays more pays more.",
        "",
        "Not counted in every replication.",
    ]
    assert checked.rows[1].note("zh") == "可能的原因（未经检验）：多还者多还。"


def test_a_second_call_runs_nothing_and_more_replications_only_the_new_ones(
    small: Scenario, demonstrations: tuple[Demonstration, ...], results: Path, checked: FaceCheck
) -> None:
    told: list[tuple[int, int]] = []
    again = check_face(
        [small], demonstrations, seeds=(1, 2, 3), replications=3, folder=results, workers=1,
        on_progress=lambda ended, every: told.append((ended, every)),
    )  # fmt: skip
    assert told == [(18, 18)]
    assert str(again.to_dict()) == str(checked.to_dict())
    told.clear()
    check_face(
        [small], demonstrations, seeds=(1, 2, 3), replications=4, folder=results, workers=1,
        on_progress=lambda ended, every: told.append((ended, every)),
    )  # fmt: skip
    assert (told[0], told[-1]) == ((18, 24), (24, 24))


def test_a_stop_keeps_what_is_finished(
    small: Scenario, demonstrations: tuple[Demonstration, ...], tmp_path: Path
) -> None:
    def stop(ended: int, every: int) -> None:
        if ended == 3:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stopped:
        check_face(
            [small], demonstrations[:1], seeds=(1,), replications=3, folder=tmp_path, workers=1, on_progress=stop
        )
    assert (stopped.value.n_finished, stopped.value.n_all) == (3, 6)
    told: list[int] = []
    check_face(
        [small], demonstrations[:1], seeds=(1,), replications=3, folder=tmp_path, workers=1,
        on_progress=lambda ended, every: told.append(ended),
    )  # fmt: skip
    assert told[0] == 3


def test_json_holds_every_row_in_the_agreed_form(checked: FaceCheck, tmp_path: Path) -> None:
    checked.save(tmp_path)
    assert {"face.json", "face.csv", "face.png"} <= {path.name for path in tmp_path.iterdir()}
    found = json.loads((tmp_path / "face.json").read_text(encoding="utf-8"))
    assert (found["command"], found["replications"], found["level"]) == ("face", 3, 0.95)
    assert found["seed"] == {"scenario": [1, 2, 3]}
    keys = {"id", "title", "scenario", "outcome", "expected", "estimate", "low", "high", "seeds", "verdict", "note"}
    assert all(keys <= row.keys() for row in found["rows"])
    assert [row["verdict"] for row in found["rows"]] == ["agrees", "disagrees", "agrees", "cannot tell"]
    assert found["rows"][3]["estimate"] is None
    beforehand = {"agrees": 1, "disagrees": 1, "cannot_tell": 1}
    assert {name: found[name] for name in beforehand} == beforehand
    assert found["added_later"] == {"agrees": 1, "disagrees": 0, "cannot_tell": 0}
    assert found["not_asked"][0]["id"] == "None"


@pytest.mark.parametrize("lang", LANGS)
def test_the_picture_names_every_claim(checked: FaceCheck, lang: Lang) -> None:
    texts = " ".join(text.get_text() for text in picture(checked, lang).texts)
    assert ("自愿还款更多的借款人" if lang == "zh" else "Borrowers who pay more") in texts
    assert ("回收率：上升" if lang == "zh" else "Recovered: up") in texts
    axes = " ".join(text.get_text() for axes in picture(checked, lang).axes for text in axes.texts)
    assert ("无数值" if lang == "zh" else "not counted") in axes


@pytest.mark.parametrize("lang", LANGS)
def test_the_command_prints_a_table_and_what_disagrees(own: Path, tmp_path: Path, lang: str) -> None:
    scenario = tmp_path / "mine.toml"
    scenario.write_text(
        'extends = "cards_taiwan"\nrun.horizon_days = 40\nrun.reading_days = []\nportfolio.n_stock = 30\n',
        encoding="utf-8",
    )
    arguments = ["face", str(scenario), "--add", str(own), "--only", "Pay,None", "--replications", "2"]
    arguments += ["--seeds", "5,6", "--workers", "1", "--out", str(tmp_path / "out"), "--lang", lang]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    words = (
        ("不一致", "未经检验", "多还者多还", "未提问", "看过结果后增加")
        if lang == "zh"
        else ("disagrees", "not tested: Who pays more pays more", "not asked", "added after results")
    )
    assert all(word in result.output for word in words)
    assert (tmp_path / "out" / "face.json").is_file()


def test_the_list_of_demonstrations_is_printed_without_running() -> None:
    result = CliRunner().invoke(app, ["face", "--list"])
    assert result.exit_code == 0
    assert len(result.output.strip().splitlines()) == 14
    assert result.output.startswith("D1 ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--seeds", "1,two"], 'holds "two"'),
        (["--only", "D99"], "is not a known demonstration"),
        (["--lang", "fr"], "fr"),
        (["--add", "nowhere.toml"], "does not exist"),
    ],
)
def test_what_is_asked_wrongly_is_told(arguments: list[str], told: str) -> None:
    result = CliRunner().invoke(app, ["face", "tiny", *arguments])
    assert result.exit_code == 2
    assert told in result.output


def test_two_scenarios_of_one_name_are_refused(small: Scenario, demonstrations: tuple[Demonstration, ...]) -> None:
    with pytest.raises(InputError, match="names that differ"):
        check_face([small, small], demonstrations)


def test_one_pair_is_refused(small: Scenario, demonstrations: tuple[Demonstration, ...]) -> None:
    with pytest.raises(InputError, match="two pairs or more"):
        check_face([small], demonstrations, seeds=(1,), replications=1)
