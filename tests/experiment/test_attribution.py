from __future__ import annotations

import json
import math
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simcollect.core.errors import InputError
from simcollect.engine import simulate
from simcollect.engine.policy import AccountView, Decision
from simcollect.experiment.attribution import (
    GROUPS_TABLE,
    ONLY_WITH_OWN_STAFF,
    PARTS_TABLE,
    PICTURE,
    AttributionResult,
    attribute,
)
from simcollect.experiment.attribution_sentences import sentences
from simcollect.experiment.design import make_design
from simcollect.experiment.manifest import describe, read_manifest
from simcollect.experiment.measure import prices
from simcollect.experiment.run import Interrupted, perform
from simcollect.experiment.store import Store
from simcollect.experiment.twin_runs import with_unlimited_staff
from simcollect.outcomes.attribution import BY, PARTS, UNLIMITED, attribute_recovery
from simcollect.scenario import Scenario, load
from simcollect.stats import estimate_mean

N = 3


@pytest.fixture(scope="module")
def firm(tiny: Scenario) -> AttributionResult:
    return attribute(tiny, "firm", replications=N, workers=1)


def test_every_replication_holds_the_sums_of_its_three_twins(tiny: Scenario, firm: AttributionResult) -> None:
    staffed = with_unlimited_staff(tiny)
    for replication in range(N):
        twins = [
            simulate(scenario, strategy, replication=replication)
            for scenario, strategy in ((tiny, "firm"), (tiny, "no_action"), (staffed, "firm"))
        ]
        for day in (90, 180):
            total = attribute_recovery(*twins, economics=prices(tiny), day=day).total()
            row = firm.runs[(firm.runs["replication"] == replication) & (firm.runs["day"] == day)].iloc[0]
            assert {name: int(row[name]) for name in total} == total
            assert row["digest"] == twins[0].digest()


def test_parts_add_up_in_every_replication_group_and_kind_of_staff(firm: AttributionResult) -> None:
    for frame in (firm.runs, firm.groups):
        for prefix in ("", UNLIMITED):
            part = {name: frame[f"{prefix}{name}"].to_numpy() for name in PARTS if f"{prefix}{name}" in frame}
            assert np.array_equal(part["recovered_cents"], part["self_cure_cents"] + part["incremental_cents"])
            missing = part["cannibalised_cents"] + part["lost_cents"]
            assert np.array_equal(part["no_action_cents"], part["self_cure_cents"] + missing)
            assert np.array_equal(part["difference_cents"], part["incremental_cents"] - missing)
        effect = frame["own_effect_cents"] + frame["congestion_cents"]
        assert np.array_equal(effect, frame["difference_cents"])


def test_groups_add_up_to_the_book(firm: AttributionResult) -> None:
    for by in BY:
        for part in set(PARTS) - {"cost_cents", "no_action_cost_cents", "net_recovered_cents", "net_difference_cents"}:
            sums = sum(firm.cents(part, by=by, group=group) for group in firm.names(by))
            assert np.array_equal(sums, firm.cents(part))


def test_the_twin_without_action_is_all_self_cure_with_no_congestion(tiny: Scenario) -> None:
    result = attribute(tiny, "no_action", replications=2, workers=1)
    assert np.array_equal(result.cents("same_time_cents"), result.cents("recovered_cents"))
    for part in PARTS:
        if part not in ("opening_cents", "no_action_cents", "self_cure_cents", "same_time_cents") and "rec" not in part:
            assert not result.cents(part).any(), part
        if part not in ONLY_WITH_OWN_STAFF:
            assert not result.cents(part, "congestion").any(), part


def test_unlimited_staff_change_headcounts_and_nothing_else(tiny: Scenario) -> None:
    before, after = tiny.model_dump(), with_unlimited_staff(tiny).model_dump()
    pools = after["capacity"]["pools"]
    assert {pool["headcount"] for pool in pools.values()} == {"unlimited"}
    for name, pool in pools.items():
        pool["headcount"] = before["capacity"]["pools"][name]["headcount"]
    assert after == before


def test_a_mean_and_its_interval_are_those_of_the_replications_shares(firm: AttributionResult) -> None:
    shares = firm.cents("incremental_cents") / firm.cents("opening_cents")
    found, wanted = firm.estimate("incremental_cents"), estimate_mean(shares)
    assert found == wanted
    row = firm.table().set_index(["staff", "part"]).loc[("own", "incremental_cents")]
    assert (row["share"], row["low"], row["high"]) == (wanted.mean, wanted.low, wanted.high)
    assert row["money"] == pytest.approx(firm.cents("incremental_cents").mean() / 100)


def test_congestion_is_the_difference_between_the_two_staffs_part_by_part(firm: AttributionResult) -> None:
    for part in set(PARTS) - set(ONLY_WITH_OWN_STAFF):
        difference = firm.cents(part) - firm.cents(part, "unlimited")
        assert np.array_equal(firm.cents(part, "congestion"), difference)
    assert np.array_equal(
        firm.cents("recovered_cents", "congestion"), firm.runs.query("day == 180")["congestion_cents"]
    )


def test_intervals_of_groups_hold_together_and_are_wider_than_one_alone(firm: AttributionResult) -> None:
    table = firm.by("segment").set_index(["group", "part"])
    for group in firm.names("segment"):
        alone = firm.estimate("difference_cents", by="segment", group=group)
        row = table.loc[(group, "difference_cents")]
        assert alone is not None
        assert row["share"] == alone.mean
        assert row["high"] - row["low"] > alone.high - alone.low > 0.0


def test_a_group_without_accounts_has_no_share(firm: AttributionResult) -> None:
    groups = firm.groups.copy()
    groups.loc[(groups["group"] == "small") & (groups["replication"] == 1), "opening_cents"] = 0
    empty = AttributionResult(firm.manifest, firm.strategy, firm.currency, firm.minor_units, firm.runs, groups)
    assert empty.estimate("lost_cents", by="segment", group="small") is None
    assert empty.by("segment").set_index(["group", "part"]).loc[("small", "lost_cents"), ["share", "low"]].isna().all()


def test_the_days_gained_are_the_cent_days_over_the_cents(firm: AttributionResult) -> None:
    last = firm.runs.query("day == 180")
    wanted = last["accelerated_cent_minutes"].sum() / last["accelerated_cents"].sum() / 1440
    assert firm.days_moved("accelerated") == pytest.approx(wanted)
    assert firm.days_moved("accelerated") > 0.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: r.cents("incremental"), 'Did you mean "incremental_cents"'),
        (lambda r: r.cents("cost_cents", "unlimited"), 'Expected staff "own"'),
        (lambda r: r.cents("lost_cents", day=30), "Recovery was read on days 90, 180"),
        (lambda r: r.cents("lost_cents", by="segment", group="smal"), 'Did you mean "small"'),
    ],
)
def test_a_wrong_question_is_taught(
    firm: AttributionResult, call: Callable[[AttributionResult], Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        call(firm)


def test_a_scenario_without_no_action_is_told_what_to_add(tiny: Scenario) -> None:
    fewer = tiny.model_copy(
        update={"strategies": {name: tiny.strategies[name] for name in tiny.strategies if name != "no_action"}}
    )
    with pytest.raises(InputError, match=r"Add \[strategies.no_action\]"):
        attribute(fewer, "firm", replications=1)


def test_an_unknown_strategy_is_refused(tiny: Scenario) -> None:
    with pytest.raises(Exception, match='Did you mean "firm"'):
        attribute(tiny, "frim", replications=1)


# ------------------------------------------------------------------------------------------------ running and keeping


class Stopping(Executor):
    """The user presses Ctrl-C while the second job runs."""

    def __init__(self) -> None:
        self.n_jobs = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.n_jobs += 1
        if self.n_jobs == 1:
            future.set_result(fn(*args))
        elif self.n_jobs == 2:
            future.set_exception(KeyboardInterrupt())
        return future


def test_two_processes_give_the_rows_of_one(tiny: Scenario, firm: AttributionResult) -> None:
    again = attribute(tiny, "firm", replications=N, workers=2)
    pd.testing.assert_frame_equal(again.runs, firm.runs)
    pd.testing.assert_frame_equal(again.groups, firm.groups)


def test_a_stopped_attribution_goes_on_from_its_folder(tiny: Scenario, firm: AttributionResult, tmp_path: Path) -> None:
    with pytest.raises(Interrupted) as stopped:
        attribute(tiny, "firm", replications=N, executor=Stopping(), folder=tmp_path)
    assert (stopped.value.n_finished, stopped.value.n_all) == (1, N)
    told: list[tuple[int, int]] = []
    again = attribute(
        tiny, "firm", replications=N, workers=1, folder=tmp_path, on_progress=lambda *told_now: told.append(told_now)
    )
    assert told[0] == (1, N)
    pd.testing.assert_frame_equal(again.runs[firm.runs.columns], firm.runs)
    pd.testing.assert_frame_equal(again.groups[firm.groups.columns], firm.groups)


def test_the_folder_holds_manifest_runs_tables_and_picture(firm: AttributionResult, tmp_path: Path) -> None:
    firm.save(tmp_path)
    tables = {GROUPS_TABLE.format(by=by) for by in BY} | {PARTS_TABLE}
    assert {path.name for path in tmp_path.iterdir()} == {"manifest.json", "replications.parquet", PICTURE} | tables
    manifest = read_manifest(tmp_path)
    assert (manifest.command, manifest.complete, manifest.strategies) == ("attribute", True, ("firm",))
    assert (tmp_path / PICTURE).read_bytes()[:4] == b"\x89PNG"
    shares = pd.read_csv(tmp_path / PARTS_TABLE)["share"].to_numpy()
    assert shares == pytest.approx(firm.table()["share"].to_numpy())


def test_a_segment_that_looks_like_a_formula_is_harmless_in_the_tables(firm: AttributionResult, tmp_path: Path) -> None:
    nasty = replace(firm, groups=firm.groups.replace({"group": {"small": "=1+1"}}))
    nasty.save(tmp_path)
    assert set(pd.read_csv(tmp_path / GROUPS_TABLE.format(by="segment"))["group"]) == {"'=1+1", "large"}


def test_saving_twice_changes_nothing(firm: AttributionResult, tmp_path: Path) -> None:
    firm.save(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    firm.save(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_comparisons_folder_is_not_taken_over(tiny: Scenario, tmp_path: Path) -> None:
    design = make_design(tiny, ["firm"], 1)
    perform(design, store=Store(tmp_path, describe("compare", design)), workers=1)
    with pytest.raises(InputError, match="holds the results of another experiment: command differ"):
        attribute(tiny, "firm", replications=1, workers=1, folder=tmp_path)


class Silent:
    """Does nothing, in Python."""

    name = "silent"
    document = "no_action"

    def review(self, view: AccountView) -> Decision:
        return Decision()


def test_a_policy_is_attributed_like_a_strategy(tiny: Scenario) -> None:
    result = attribute(tiny, Silent(), replications=1, workers=1)
    assert result.strategy == "silent"
    assert np.array_equal(result.cents("recovered_cents"), result.cents("no_action_cents"))


# ------------------------------------------------------------------------------------------------ what is said


def made_up(**changes: list[int]) -> AttributionResult:
    """Three replications by hand: 1,000.00 owed, 100.00 come anyway, half of them 20 days later."""
    numbers = {name: [0] * 3 for part in PARTS for name in (part, UNLIMITED + part)}
    numbers |= {"n_accounts": [2] * 3, "opening_cents": [100_000] * 3, "replication": [0, 1, 2], "day": [90] * 3}
    for prefix in ("", UNLIMITED):
        for part in ("no_action", "self_cure", "recovered"):
            numbers[f"{prefix}{part}_cents"] = [10_000] * 3
        numbers[f"{prefix}accelerated_cents"] = [5_000] * 3
        numbers[f"{prefix}same_time_cents"] = [5_000] * 3
        numbers[f"{prefix}accelerated_cent_minutes"] = [5_000 * 20 * 1440] * 3
        numbers[f"{prefix}delayed_cent_minutes"] = [0] * 3
    runs = pd.DataFrame(numbers | changes)
    groups = runs.assign(by="segment", group="all")
    manifest = describe("attribute", make_design(load("tiny"), ["firm"], 3))
    return AttributionResult(manifest, "firm", "EUR", 100, runs, groups)


def test_sentences_say_what_would_have_come_anyway_and_how_much_later() -> None:
    told = sentences(
        made_up(
            recovered_cents=[12_500] * 3,
            incremental_cents=[2_500] * 3,
            incremental_open_cents=[1_000] * 3,
            difference_cents=[2_400, 2_500, 2_600],
        )
    )
    assert told[0] == (
        "Of every 100 EUR recovered, 80.0 would have come anyway (40.0 of them were brought forward, by 20 days on "
        "average); 20.0 are incremental."
    )
    assert told[1].startswith("40 % of the incremental money is still owed without action on day 90")
    assert told[2] == "Nothing that would have come without action was given away or lost."
    assert "Against no action: +2.50 (+2.25 to +2.75)" in told[3]


def test_sentences_say_what_was_given_away_and_lost_and_why() -> None:
    told = sentences(
        made_up(
            recovered_cents=[8_000] * 3,
            self_cure_cents=[8_000] * 3,
            cannibalised_cents=[1_500] * 3,
            lost_cents=[500] * 3,
            lost_open_cents=[400] * 3,
            lost_given_up_cents=[100] * 3,
        )
    )
    assert (
        "Of every 100 EUR that would have come without action, 15.0 were conceded to borrowers who would have paid, "
        "and 5.0 lost (0.0 interest and fees never charged, 1.0 debts written off, sold or insolvent, 4.0 still owed)."
    ) in told


def test_a_difference_whose_interval_holds_zero_cannot_be_told_yet() -> None:
    told = sentences(made_up(difference_cents=[-2_000, 100, 2_000]))
    assert "cannot tell yet" in told[-2]


def test_nothing_recovered_is_said_so(tiny: Scenario) -> None:
    zero = {f"{part}_cents": [0] * 3 for part in ("recovered", "no_action", "self_cure")}
    assert sentences(made_up(**zero)) == ["Nothing was recovered by day 90."]


def test_json_has_no_numbers_that_json_does_not_know(firm: AttributionResult) -> None:
    told = json.loads(json.dumps(firm.to_dict(), allow_nan=False))
    assert told["replications"] == N
    own = {row["part"]: row for row in told["parts"] if row["staff"] == "own"}
    assert own["recovered_cents"]["per_hundred"] == 100.0
    total = own["self_cure_cents"]["per_hundred"] + own["incremental_cents"]["per_hundred"]
    assert math.isclose(total, 100.0)


def test_the_picture_is_drawn_in_shares_and_in_money(firm: AttributionResult) -> None:
    share, money = (
        [text.get_text() for text in figure.texts] for figure in (firm.plot(), firm.plot(in_money=True, day=90))
    )
    recovered = firm.estimate("recovered_cents")
    assert recovered is not None
    assert any(text.startswith(f"{100.0 * recovered.mean:.1f}") for text in share)
    assert any(text.startswith("TWD thousand, mean of 3 replications, read on day 90") for text in money)
