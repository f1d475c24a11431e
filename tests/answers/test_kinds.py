from __future__ import annotations

import numpy as np
import pytest

from simcollect.answers.groups import answer_groups, answer_split
from simcollect.answers.orders import answer_curve, answer_ranking, answer_surface
from simcollect.answers.subjects import PARTS
from simcollect.scenario import Scenario
from tests.answers.made import asked, axis, cube, paired

NET = "net_recovery_share"
DAYS = axis("day", [60, 90, 120])


def by_column(means: list[list[float]], noise: float = 0.01) -> np.ndarray:
    """Means by column, then level; shape [r, k, m]."""
    return np.stack([paired(column, noise=noise, seed=i) for i, column in enumerate(means)], axis=2)


def test_a_surface_says_the_interaction_with_its_sign_and_size(tiny: Scenario) -> None:
    x, y = np.array([60.0, 90.0, 120.0]), np.array([0.0, 1.0, 3.0])
    truth = -0.001 * np.outer(x, y)
    runs = cube({NET: by_column(truth.T.tolist())}, DAYS, axis("officers", [0, 1, 3]))
    sentences, _ = answer_surface(asked("surface", [NET], by="y"), runs, tiny)
    told = next(sentence for sentence in sentences if sentence.startswith("Interaction"))
    assert ": negative. Going from day 60 to 120 changes it by" in told
    # Two corners against two corners, as in the table: -0.001 (120 - 60) (3 - 0), in points.
    assert float(told.split("the second is ")[1].split(" points")[0]) == pytest.approx(-18.0, abs=0.5)


def test_an_interaction_leaves_out_the_levels_it_is_told_to(tiny: Scenario) -> None:
    # The day is worth 30 points without officers, and 10 with one or three of them.
    runs = cube(
        {NET: by_column([[0.1, 0.2, 0.4], [0.1, 0.1, 0.2], [0.1, 0.1, 0.2]])}, DAYS, axis("officers", [0, 1, 3])
    )
    told = []
    for without in ((), ("0",)):
        sentences, _ = answer_surface(asked("surface", [NET], by="y", interaction_without=without), runs, tiny)
        told.append(next(sentence for sentence in sentences if sentence.startswith("Interaction")))
    assert "negative" in told[0]
    assert "at officers 0" in told[0]
    assert "its sign cannot be told" in told[1]
    assert "at officers 1" in told[1]


def test_a_surface_says_that_the_best_moves_only_where_the_sets_have_nothing_in_common(tiny: Scenario) -> None:
    officers = axis("officers", [0, 3])
    moved = cube({NET: by_column([[0.1, 0.2, 0.5], [0.5, 0.2, 0.1]])}, DAYS, officers)
    same = cube({NET: by_column([[0.1, 0.5, 0.2], [0.2, 0.5, 0.1]])}, DAYS, officers)
    told = [" ".join(answer_surface(asked("surface", [NET], by="y"), runs, tiny)[0]) for runs in (moved, same)]
    assert "is shown to be later at officers 0 than at 3" in told[0]
    assert "shown to be later" not in told[1]
    assert "is not excluded" in told[1]


def test_a_curve_tells_what_the_best_level_does_to_every_outcome(tiny: Scenario) -> None:
    runs = cube({NET: paired([0.1, 0.4, 0.2]), "kept_share": paired([0.5, 0.3, 0.4])}, DAYS)
    sentences, table = answer_curve(asked("curve", [NET, "kept_share"]), runs, tiny)
    beside = next(sentence for sentence in sentences if sentence.startswith("At day 90"))
    assert "Net recovery: +30" in beside
    assert "Customers kept: -20" in beside
    assert table[table["outcome"] == NET]["difference"].tolist()[1:] == pytest.approx([30.0, 10.0])


def test_a_curve_tells_the_levels_it_is_asked_to_in_place_of_the_best(tiny: Scenario) -> None:
    runs = cube({NET: paired([0.1, 0.4, 0.2])}, DAYS)
    sentences, _ = answer_curve(asked("curve", [NET], tell=("120", "60")), runs, tiny)
    told = [sentence for sentence in sentences if sentence.startswith("At day")]
    assert [sentence.split(":")[0] for sentence in told] == ["At day 120"]  # 60 is what they are compared with
    assert "Net recovery: +10" in told[0]


def test_a_ranking_says_that_the_winner_changes(tiny: Scenario) -> None:
    rules, load = axis("rule", ["oldest", "largest"]), axis("load", [1, 4])
    changes = cube({NET: by_column([[0.5, 0.1], [0.1, 0.5]])}, rules, load)
    stays = cube({NET: by_column([[0.5, 0.1], [0.5, 0.1]])}, rules, load)
    told = [" ".join(answer_ranking(asked("ranking", [NET], by="y"), runs, tiny)[0]) for runs in (changes, stays)]
    assert "The winner changes with load" in told[0]
    assert "The winner is the same at every level of load: oldest" in told[1]


def test_groups_are_told_apart_and_so_is_the_difference_of_their_changes(tiny: Scenario) -> None:
    two = axis("treatment", ["as others", "no law"])
    columns = {
        "kept_share, vulnerable yes": paired([0.5, 0.6], seed=1),
        "kept_share, vulnerable no": paired([0.5, 0.52], seed=2),
    }
    question = asked("groups", ["kept_share"], groups="vulnerable")
    sentences, table = answer_groups(question, cube(columns, two), tiny)
    assert "vulnerable: +10" in sentences[0]
    assert "not vulnerable: +2" in sentences[0]
    assert "+8" in sentences[1]
    assert "(higher)" in sentences[1]
    assert set(table["of"]) == {"vulnerable", "not vulnerable"}


def test_a_split_names_what_is_given_away_out_of_every_hundred_recovered(tiny: Scenario) -> None:
    truth = dict(
        zip(PARTS, ([0.4, 0.4], [0.0, 0.1], [0.0, 0.0], [0.0, 0.1], [0.0, 0.05], [0.0, 0.0], [0.0, 0.05]), strict=True)
    )
    columns = {name: np.tile(means, (10, 1)) for name, means in truth.items()}
    offers = axis("early discount", ["none", "30 %"])
    sentences, table = answer_split(asked("split", PARTS, twin="{}"), cube(columns, offers), tiny)
    assert sentences[0] == "early discount none: the same money at the same time as its twin."
    # Of 0.4 + 0.1 recovered: 20 of 100 only thanks to it, 20 earlier, and 10 given away beside them.
    assert "20.0 come only thanks to it, 20.0 earlier" in sentences[1]
    assert "10.0 are given away" in sentences[1]
    assert len(table) == 2 * len(PARTS)


def test_an_outcome_that_no_replication_counts_is_said_to_be_so(tiny: Scenario) -> None:
    runs = cube({NET: np.full((5, 3), np.nan)}, DAYS)
    sentences, table = answer_curve(asked("curve", [NET]), runs, tiny)
    assert sentences[0] == "Net recovery is not counted at every day in two replications or more."
    assert not len(table)


def test_what_the_reference_does_not_count_is_shown_where_it_exists(tiny: Scenario) -> None:
    busy = paired([0.0, 0.9, 0.5])
    busy[:, 0] = np.nan  # nobody is staffed, so nobody can be busy
    name = "utilisation, pool callers"
    runs = cube({NET: paired([0.1, 0.2, 0.4]), name: busy}, axis("callers", [0, 1, 2]))
    sentences, table = answer_curve(asked("curve", [NET, name]), runs, tiny)
    rows = table[table["outcome"] == name]
    assert rows["level"].tolist() == ["1", "2"]
    assert rows["difference"].tolist()[1] == pytest.approx(-40.0)
    assert 'Not counted at callers 0: "Utilisation, callers".' in sentences[-1]
    assert "Utilisation" not in next(sentence for sentence in sentences if sentence.startswith("At callers 2"))


def test_a_ranking_and_groups_tell_the_levels_they_are_asked_to(tiny: Scenario) -> None:
    runs = cube({NET: paired([0.1, 0.4, 0.2])}, DAYS)
    ranked, _ = answer_ranking(asked("ranking", [NET], tell=("90",)), runs, tiny)
    assert any(sentence.startswith("At day 90: Net recovery: +30") for sentence in ranked)
    grouped = cube(
        {f"kept_share, vulnerable {g}": paired([0.1, 0.4, 0.2], seed=i) for i, g in enumerate(("yes", "no"))}, DAYS
    )
    sentences, _ = answer_groups(asked("groups", ["kept_share"], groups="vulnerable", tell=("90",)), grouped, tiny)
    assert any(sentence.startswith("Customers kept, day 90 against 60: vulnerable: +30") for sentence in sentences)
