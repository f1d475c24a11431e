"""What a comparison says all at once: wider intervals, the best, and marks where one reading is not enough."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t as student_t

from simcollect.core.errors import InputError
from simcollect.experiment.comparison import Comparison, compared
from simcollect.experiment.design import make_design
from simcollect.experiment.joint import Family, best_of, family, family_table, joint_differences, may_vary
from simcollect.experiment.manifest import RunDigest, describe
from simcollect.experiment.store import Row
from simcollect.outcomes import MEASURES
from simcollect.scenario import Scenario
from simcollect.stats.promises import twins_lognormal
from simcollect.stats.simultaneous import largest_t
from simcollect.stats.skewed import arms, p_value

R = 12
STRATEGIES = ("no_action", "gentle", "firm")
ASKED = ("net_recovery_share", "kept_share", "mean_days_to_cash")


def made(tiny: Scenario, shift: float = 0.05, n: int = R) -> Comparison:
    """Firm is ``shift`` above the others in two outcomes; one replication has no time to cash."""
    rng = np.random.default_rng(4)
    rows: list[Row] = []
    for replication in range(n):
        luck = rng.normal()
        for strategy in STRATEGIES:
            row: Row = dict.fromkeys(MEASURES, 1.0)
            row |= {"replication": replication, "strategy": strategy, "day": 180, "digest": f"{replication}{strategy}"}
            up = shift if strategy == "firm" else 0.0
            row["net_recovery_share"] = 0.3 + 0.1 * luck + up + 0.02 * rng.normal()
            row["kept_share"] = 0.7 + 0.1 * luck + up + 0.02 * rng.normal()
            row["cost_per_account_cents"] = 100.0 + up + 0.02 * rng.normal()
            row["mean_days_to_cash"] = math.nan if (replication, strategy) == (3, "firm") else 90.0
            rows.append(row)
    manifest = describe("compare", make_design(tiny, STRATEGIES, n))
    return compared(manifest, "gentle", "TWD", 100, rows)


def test_intervals_that_hold_together_lie_between_one_and_bonferroni(tiny: Scenario) -> None:
    comparison = made(tiny)
    joint = joint_differences(comparison, ASKED[:2])
    alone = comparison.differences(ASKED[:2])
    assert list(joint["strategy"]) == list(alone["strategy"])
    np.testing.assert_allclose(joint["mean"], alone["mean"])
    wider = (joint["high"] - joint["low"]) / (alone["high"] - alone["low"])
    one, bonferroni = (float(student_t.isf(0.025 / k, R - 1)) for k in (1, 4))
    assert np.all(wider > 1.0)
    assert np.all(wider <= bonferroni / one + 1e-9)
    # A comparison's own method is the same.
    assert comparison.differences(ASKED[:2], together=True).equals(joint)


def test_p_values_go_with_intervals_and_are_adjusted_by_holm(tiny: Scenario) -> None:
    comparison = made(tiny)
    joint = joint_differences(comparison, ASKED[:1])
    p = p_value(comparison.values(ASKED[0], "firm") - comparison.values(ASKED[0], "gentle"))
    firm = joint[joint["strategy"] == "firm"].iloc[0]
    assert firm["p"] == pytest.approx(p)
    assert firm["p_holm"] == pytest.approx(min(1.0, 2 * p))  # the smaller of two


def test_the_arm_towards_the_long_tail_is_longer_and_the_half_width_is_that_of_the_longer(tiny: Scenario) -> None:
    plain = made(tiny)
    rng = np.random.default_rng(9)
    jump = np.where(plain.runs["strategy"] == "firm", np.exp(1.5 * rng.normal(size=len(plain.runs))), 0.0)
    comparison = replace(plain, runs=plain.runs.assign(kept_share=plain.runs["kept_share"] - jump))
    joint = joint_differences(comparison, ASKED[:2]).set_index(["strategy", "measure"])
    values = family(comparison, ASKED[:2]).values
    row = joint.loc[("firm", "kept_share")]
    below, above = arms(values[:, joint.index.get_loc(("firm", "kept_share"))], largest_t(values))
    assert below > 1.1 * above  # the tail points down
    assert (row["mean"] - row["low"]) / (row["high"] - row["mean"]) == pytest.approx(below / above)
    assert row["half_width"] == pytest.approx(row["mean"] - row["low"])


def test_what_is_no_number_in_some_run_is_told_and_widens_nothing(tiny: Scenario) -> None:
    comparison = made(tiny)
    joint = joint_differences(comparison, ASKED).set_index(["strategy", "measure"])
    assert joint.loc[("firm", "mean_days_to_cash"), "verdict"] == "not counted in every replication"
    assert joint.loc[("no_action", "mean_days_to_cash"), "verdict"] == "cannot tell: the same in every replication"
    assert math.isnan(joint.loc[("no_action", "mean_days_to_cash"), "half_width"])
    fewer = joint_differences(comparison, ASKED[:2]).set_index(["strategy", "measure"])
    key = ("firm", "kept_share")
    assert joint.loc[key, "half_width"] == pytest.approx(fewer.loc[key, "half_width"])


def test_what_never_differed_is_known_only_where_the_event_logs_are_the_same(tiny: Scenario) -> None:
    comparison = made(tiny)
    for same, verdict in ((True, "no difference in any replication"), (False, "cannot tell: the same in every")):
        logs = [
            RunDigest(n, name, f"{n}" if same and name != "firm" else f"{n}{name}")
            for n in range(R)
            for name in STRATEGIES
        ]
        table = joint_differences(replace(comparison, manifest=comparison.manifest.with_logs(logs)), ASKED)
        row = table.set_index(["strategy", "measure"]).loc[("no_action", "mean_days_to_cash")]
        assert row["verdict"].startswith(verdict)
        assert math.isnan(row["high"]) is not same
        assert row["p"] == 1.0
    # As many replications without another would be seen with 5 %: about 3 / n.
    assert (1.0 - may_vary(R)) ** R == pytest.approx(0.05)


def test_the_best_stands_alone_only_where_the_others_are_excluded(tiny: Scenario) -> None:
    clear, close = best_of(made(tiny, 0.2), "kept_share"), best_of(made(tiny, 0.0), "kept_share")
    assert clear is not None
    assert close is not None
    assert clear.candidates == ("firm",)
    assert clear.sentence() == "Customers kept: firm is the best."
    assert set(close.candidates) == set(STRATEGIES)
    assert close.sentence().endswith("cannot be told from the best.")
    dearer = best_of(made(tiny, 0.2), "cost_per_account_cents")
    assert dearer is not None
    assert "firm" not in dearer.candidates  # less cost is better


def test_there_is_no_best_where_neither_direction_is_good(tiny: Scenario) -> None:
    comparison = made(tiny)
    assert best_of(comparison, "income_paid_share") is None
    assert best_of(comparison, "mean_days_to_cash") is None
    assert best_of(made(tiny, n=1), "kept_share") is None


def test_one_replication_has_no_interval(tiny: Scenario) -> None:
    with pytest.raises(InputError, match="one replication has no interval"):
        joint_differences(made(tiny, n=1))


@pytest.mark.slow
def test_intervals_of_a_table_hold_together_for_skewed_twins_where_symmetric_ones_do_not() -> None:
    """Eight lognormal differences of which half is shared, skewness 1.2: both arms alike hold in 91 % of 1,000."""
    keys = tuple((f"s{n}", "kept_share") for n in range(8))
    n, held, alike = 1_000, 0, 0
    for seed in range(n):
        values = twins_lognormal(np.random.default_rng([seed, 8]), 20, 8)
        multiple = largest_t(values)
        table = family_table(Family(keys, (True,) * 8, values, frozenset()), multiple, 0.95)
        held += bool(np.all((table["low"] <= 0.0) & (table["high"] >= 0.0)))
        error = values.std(axis=0, ddof=1) / math.sqrt(20)
        alike += bool(np.all(np.abs(values.mean(axis=0)) <= multiple * error))
    # A share of 0.93 has a standard error of 0.008.
    assert alike / n < 0.92 < held / n
