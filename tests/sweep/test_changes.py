"""Differences between points: of the same replications, of a strategy or of its lead over another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simcollect.core.errors import InputError
from simcollect.stats import paired_difference
from simcollect.sweep.changes import changes
from simcollect.sweep.study import Study
from tests.sweep.asked import DAY, FATIGUE, finished

OFFICERS = "capacity.pools.legal_officers.headcount"
R = 12


@pytest.fixture(scope="module")
def runs() -> pd.DataFrame:
    """A grid of two places, two strategies and two days: the luck of a replication is shared and large."""
    rng = np.random.default_rng(3)
    luck, rows = rng.normal(size=R), []
    for point, (day, officers) in enumerate([(60, 1), (60, 2), (90, 1), (90, 2)]):
        for strategy in ("balanced", "firm"):
            for replication in range(R):
                for read in (90, 180):
                    effect = 0.01 * (day == 90) * (2.0 if strategy == "firm" else 1.0) + 0.1 * officers
                    kept = 0.5 + 0.2 * luck[replication] + effect + 0.003 * rng.normal()
                    rows.append((point, day, officers, strategy, replication, read, "", kept * read / 180))
    columns = ["point", DAY, OFFICERS, "strategy", "replication", "day", "digest", "kept_share"]
    return pd.DataFrame(rows, columns=columns).sample(frac=1.0, random_state=1)  # in no order


def values(runs: pd.DataFrame, point: int, strategy: str, day: int = 180) -> np.ndarray:
    chosen = runs[(runs["point"] == point) & (runs["strategy"] == strategy) & (runs["day"] == day)]
    return chosen.sort_values("replication")["kept_share"].to_numpy()


def test_each_point_is_compared_with_the_one_that_has_the_value_and_all_else_alike(runs: pd.DataFrame) -> None:
    found = changes(runs, ["kept_share"], to={DAY: 60})
    assert found[["point", "to", DAY, OFFICERS]].drop_duplicates().to_numpy().tolist() == [[2, 0, 90, 1], [3, 1, 90, 2]]
    row = found.set_index(["point", "strategy"]).loc[(3, "firm")]
    wanted = paired_difference(values(runs, 3, "firm"), values(runs, 1, "firm"))
    assert (row["mean"], row["low"], row["high"]) == pytest.approx((wanted.mean, wanted.low, wanted.high))
    assert (row["n"], row["day"], row["verdict"]) == (R, 180, "higher")
    # Luck drops out: its own standard error alone is ten times the interval.
    assert row["high"] - row["low"] < 0.2 / np.sqrt(R) / 5


def test_a_number_compares_all_points_with_one(runs: pd.DataFrame) -> None:
    found = changes(runs, ["kept_share"], to=1, day=90)
    assert found["point"].unique().tolist() == [0, 2, 3]
    assert set(found["to"]) == {1}
    row = found.set_index(["point", "strategy"]).loc[(0, "balanced")]
    assert row["mean"] == pytest.approx(
        float(np.mean(values(runs, 0, "balanced", 90) - values(runs, 1, "balanced", 90)))
    )


def test_with_a_reference_it_is_the_lead_that_changes(runs: pd.DataFrame) -> None:
    found = changes(runs, ["kept_share"], to={DAY: 60}, reference="balanced")
    assert set(found["strategy"]) == {"firm"}
    row = found.set_index("point").loc[2]
    leads = [values(runs, point, "firm") - values(runs, point, "balanced") for point in (2, 0)]
    wanted = paired_difference(*leads)
    assert (row["mean"], row["low"], row["high"]) == pytest.approx((wanted.mean, wanted.low, wanted.high))
    together = (
        changes(runs, ["kept_share"], to={DAY: 60}, reference="balanced", together=True).set_index("point").loc[2]
    )
    assert together["high"] - together["low"] > row["high"] - row["low"]


def test_a_study_says_what_a_lever_changes_and_that_another_s_twin_is_the_same(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    study: Study = finished(tmp_path_factory.mktemp("changes"))
    found = study.changes(["net_recovery_share"], to={DAY: 60}).set_index(["point", "strategy"])
    for point, row in found.xs("no_action", level="strategy").iterrows():
        assert row["verdict"] == "no difference in any replication", point
    firm = found.xs("firm", level="strategy")
    means = study.means(["net_recovery_share"]).query("strategy == 'firm'").set_index([DAY, FATIGUE])["mean"]
    for _, row in firm.iterrows():
        assert row["mean"] == pytest.approx(means[75, row[FATIGUE]] - means[60, row[FATIGUE]])


def test_the_scenario_as_it_is_is_a_point_like_others(runs: pd.DataFrame) -> None:
    plain = runs[runs["point"].isin([0, 2])].drop(columns=OFFICERS)
    plain = plain.assign(**{DAY: plain[DAY].where(plain["point"] == 2)})  # point 0 changes nothing
    assert changes(plain, ["kept_share"], to=0)["point"].unique().tolist() == [2]
    assert changes(plain, ["kept_share"], to={DAY: 90})[["point", "to"]].drop_duplicates().to_numpy().tolist() == [
        [0, 2]
    ]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"to": 7}, "to is 7. Expected the number of a point: 0, 1, 2, 3"),
        ({"to": {DAY: 61}}, "Expected a value that was run: 60, 90"),
        ({"to": {"strategies.firm.late.entr_dpd": 60}}, "entr_dpd is not a known place"),
        ({"to": {}}, "that others can be compared with"),
        ({"to": 0, "reference": "fierce"}, "is not a known strategy"),
        ({"to": 0, "day": 91}, "Outcomes were read on days 90, 180"),
        ({"to": 0, "outcomes": ["kept_shar"]}, 'Did you mean "kept_share"'),
    ],
)
def test_what_cannot_be_compared_is_taught(asked: dict[str, object], told: str, runs: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=told.replace("[", r"\[")):
        changes(runs, **{"outcomes": ["kept_share"], **asked})  # type: ignore[arg-type]
