"""A scenario that starts from another and says only what differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcollect.core.errors import InputErrors
from simcollect.scenario import digest, load

LATER = """
extends = "tiny"

[strategies.court_later]
inherits = "balanced"
late.enter_dpd = 150
final.enter_dpd = 200
"""


def test_what_is_not_said_comes_from_the_scenario_extended(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(LATER)
    mine, tiny = load(tmp_path / "mine.toml"), load("tiny")
    assert mine.name == "mine"
    assert list(mine.strategies) == [*tiny.strategies, "court_later"]
    assert mine.strategies["court_later"].late.enter_dpd == 150
    assert mine.strategies["balanced"] == tiny.strategies["balanced"]
    assert (mine.portfolio, mine.run, mine.rules) == (tiny.portfolio, tiny.run, tiny.rules)


def test_nothing_said_is_the_same_scenario_to_the_last_number() -> None:
    assert digest(load({"extends": "tiny"})) == digest(load("tiny"))


def test_a_field_of_the_extended_scenario_is_overridden_and_its_neighbours_stay() -> None:
    mine, tiny = load({"extends": "tiny", "strategies": {"firm": {"late": {"suit_day": 77}}}}), load("tiny")
    assert mine.strategies["firm"].late == tiny.strategies["firm"].late.model_copy(update={"suit_day": 77})
    assert mine.strategies["gentle"] == tiny.strategies["gentle"]


def test_a_chain_of_files_is_followed_from_each_files_own_folder(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "base.toml").write_text(LATER)
    (tmp_path / "deep" / "middle.toml").write_text('extends = "base.toml"\nrun.seed = 5\n')
    (tmp_path / "top.toml").write_text('extends = "deep/middle.toml"\nrun.replications = 3\n')
    top = load(tmp_path / "top.toml")
    assert (top.run.seed, top.run.replications) == (5, 3)
    assert "court_later" in top.strategies


def test_rows_of_the_extended_scenario_are_found_beside_it(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "cards.toml").write_text('extends = "cards_taiwan"\nportfolio.real.file = "rows.csv"\n')
    (tmp_path / "mine.toml").write_text('extends = "base/cards.toml"\nportfolio.n_stock = 3\n')
    assert Path(load(tmp_path / "mine.toml").folder) == (tmp_path / "base").resolve()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('extends = "tinny"', 'Did you mean "tiny"'),
        ("extends = 3", "Expected a scenario's name"),
        ('extends = "nowhere.toml"', "does not exist"),
        ('extends = "mine.toml"', "leads in a circle: mine.toml -> mine.toml"),
        ('extends = "tiny"\nstrategies.firm.late.suit_dya = 3', 'Did you mean "suit_day"'),
        ('extents = "tiny"', 'Did you mean "extends"'),
    ],
)
def test_a_wrong_extension_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(InputErrors) as caught:
        load(path)
    assert told in str(caught.value)
    assert "mine.toml" in str(caught.value)


def test_a_description_written_anew_in_one_language_does_not_keep_the_others_old_words() -> None:
    read = load(
        {
            "extends": "tiny",
            "description": "Mine.",
            "strategies": {"firm": {"description": "Harder."}, "gentle": {"mid": {"tone": "neutral"}}},
        }
    )
    tiny = load("tiny")
    assert (read.description, read.description_zh) == ("Mine.", "")
    assert (read.strategies["firm"].description, read.strategies["firm"].description_zh) == ("Harder.", "")
    assert read.strategies["gentle"].description_zh == tiny.strategies["gentle"].description_zh
