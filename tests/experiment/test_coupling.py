"""The measurement of what keyed twins are worth."""

from __future__ import annotations

import numpy as np

from simcollect.core.codes import EventKind, Pool
from simcollect.engine import simulate
from simcollect.experiment.coupling import COUPLINGS, CouplingReport, measure_coupling, reference_pair


def test_the_ratio_is_that_of_the_variances() -> None:
    keyed = np.array([0.0, 1.0, 2.0, 3.0])
    report = CouplingReport({"keyed": keyed, "independent": 3.0 * keyed, "streams": 2.0 * keyed})
    assert report.ratio("independent")[0] == 9.0
    assert report.ratio("streams")[0] == 4.0


def test_the_interval_holds_the_ratio_when_one_is_a_multiple_of_the_other() -> None:
    keyed = np.arange(30.0)
    report = CouplingReport({"keyed": keyed, "independent": -5.0 * keyed, "streams": keyed})
    ratio, low, high = report.ratio("independent")
    assert low <= ratio <= high
    np.testing.assert_allclose([low, high], 25.0)  # every resample has the same ratio


def test_the_pair_differs_in_the_day_of_escalation_only() -> None:
    pair = reference_pair(n_stock=20, horizon_days=60)
    early, late = pair.strategies["escalate_25"], pair.strategies["escalate_45"]
    assert (early.mid.enter_dpd, late.mid.enter_dpd) == (25, 45)
    for stage in ("mid", "late", "final"):
        a, b = getattr(early, stage), getattr(late, stage)
        assert a.model_copy(update={"enter_dpd": a.enter_dpd + 20}) == b
    for block in ("early", "follow_up", "restoration", "escalation", "stop", "work"):
        assert getattr(early, block) == getattr(late, block)


def test_staff_of_the_pair_are_scarce() -> None:
    rows = simulate(reference_pair(horizon_days=120), "escalate_25").rows
    staffed = rows[(rows["kind"] == EventKind.STAFFED) & (rows["actor"] == Pool.NEGOTIATORS)]
    worked = rows[(rows["kind"] == EventKind.WORK_ENDED) & (rows["actor"] // 100_000 == Pool.NEGOTIATORS)]
    assert worked["value"].sum() > 0.8 * staffed["value"].sum()
    waited = rows[(rows["kind"] == EventKind.WORK_STARTED) & (rows["actor"] // 100_000 == Pool.NEGOTIATORS)]["value"]
    assert waited.mean() > 24 * 60


def test_keyed_twins_vary_less_than_independent_seeds_on_a_small_book() -> None:
    report = measure_coupling(reference_pair(n_stock=25, horizon_days=90), replications=5, workers=1)
    assert set(report.differences) == set(COUPLINGS)
    # By theory the ratio is far above 1; that it falls below 1 with five pairs would be a broken coupling, not luck.
    assert report.variance("keyed") < report.variance("independent")
