"""The engine as a queue: agreement at a small size, and what a broken engine does to the verdict.

The full sizes run with `simcollect verify`. Here a few cases are small, and every mutation is of the real engine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcollect.core.codes import Pool
from simcollect.core.errors import InputError
from simcollect.engine import simulate, simulation, staff
from simcollect.engine.simulation import Simulation
from simcollect.engine.staff import Team
from simcollect.outcomes.audit import AuditError
from simcollect.scenario import Scenario
from simcollect.scenario.flatten import Flat
from simcollect.scenario.variation import varied
from simcollect.stages.worklist import Item, WorkList
from simcollect.verify import CASES, Given, verify
from simcollect.verify.cases.queues import ErlangC
from simcollect.verify.line import balance_of, line_of
from tests.engine.runs import Table, crowd

BUSY: dict[str, Any] = {"arrivals_per_hour": 30.0, "agents": 2, "customers": 800, "run_minutes": 150}
"""Two agents, three quarters busy."""
SMALL_SOURCE: dict[str, Any] = {"accounts": 8, "away_days": 3, "task_minutes": 720, "cycles": 40}


def disagreeing(case: str, settings: dict[str, Any], replications: int = 30) -> set[str]:
    """Names of the quantities that do not agree."""
    found = verify([case], settings, replications=replications, workers=1)
    return {row.quantity for row in found.disagreeing}


def test_erlang_c_agrees_at_a_small_size() -> None:
    assert disagreeing("erlang_c", BUSY) == set()


def test_erlang_a_agrees_at_a_small_size() -> None:
    small = {"arrivals_per_hour": 120.0, "agents": 2, "patience_seconds": 60.0, "customers": 500, "run_minutes": 400}
    assert disagreeing("erlang_a", small) == set()


def test_the_finite_source_agrees_at_a_small_size() -> None:
    assert disagreeing("finite_source", SMALL_SOURCE) == set()


def test_a_queue_that_grows_for_ever_and_a_run_too_long_are_refused() -> None:
    with pytest.raises(InputError, match="keeps 14 agents busy"):
        verify(["erlang_c"], {"arrivals_per_hour": 280.0})
    with pytest.raises(InputError, match=r"customers needs .* days"):
        verify(["erlang_c"], {"customers": 10_000_000})
    with pytest.raises(InputError, match=r"customers is 500"):
        verify(["erlang_c"], {"arrivals_per_hour": 18.0, "agents": 1, "customers": 500})
    with pytest.raises(InputError, match=r"of them must wait"):
        verify(["erlang_c"], {"arrivals_per_hour": 2.0, "agents": 5})
    with pytest.raises(InputError, match=r"cycles needs .* days"):
        verify(["finite_source"], {"cycles": 10_000})
    with pytest.raises(InputError, match="Expected one of "):
        verify(["littles_law"], {"strategy": "nobody's"})


# -- a broken engine is caught ---------------------------------------------------------------------------------------


def test_a_queue_served_in_reverse_order_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def last_first(self: WorkList, item: Item) -> None:
        import heapq

        heapq.heappush(self._ready, (-item.score, -item.queued_at, -item.account, item.action, item))

    monkeypatch.setattr(WorkList, "add", last_first)
    found = disagreeing("erlang_c", BUSY)
    assert "P(wait > 90th percentile)" in found
    assert "P(wait)" not in found  # who must wait at all does not depend on the order


class Overstaffed(ErlangC):
    """The engine works with one agent more than theory is told."""

    def scenario(self, given: Given) -> Scenario:
        return varied(super().scenario(given), {"capacity.pools.negotiators.headcount": given["agents"] + 1})


def test_one_agent_too_many_is_caught() -> None:
    case = Overstaffed("overstaffed", "One agent too many", "nobody", CASES["erlang_c"].parameters)
    found = verify([case], BUSY, replications=10, workers=1).disagreeing
    assert {"P(wait)", "mean wait (s)", "mean queue"} <= {row.quantity for row in found}


def test_one_agent_too_many_behind_the_scenarios_back_is_stopped_by_the_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    hire = staff.team

    def one_more(flat: Flat, *others: Any) -> Team:
        flat.pools["headcount"] += 1
        return hire(flat, *others)

    monkeypatch.setattr(simulation, "team", one_more)
    with pytest.raises(AuditError):
        verify(["erlang_c"], BUSY, replications=2, workers=1)


def with_times(monkeypatch: pytest.MonkeyPatch, draw: Callable[[Simulation, Item], float]) -> None:
    """Let every task take the time of a draw of one's own."""
    from simcollect.behaviour.work import geometric_minutes

    def taken(self: Simulation, item: Item, minutes: int) -> int:
        return geometric_minutes(draw(self, item), float(minutes))

    monkeypatch.setattr(Simulation, "time_taken", taken)


def test_one_draw_for_all_accounts_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from simcollect.core.codes import Purpose
    from simcollect.core.rng import uniform

    # Of the replications' common draws only their own numbers are left: every task of a run takes the same time.
    with_times(monkeypatch, lambda sim, item: uniform(sim.seed, sim.replication, 1, int(Purpose.TASK_TIME), 0))
    assert "variance of the service time" in disagreeing("erlang_c", BUSY, 8)


def test_a_draw_used_again_by_the_same_account_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from simcollect.core.codes import Purpose
    from simcollect.core.rng import uniform

    def always_the_first(sim: Simulation, item: Item) -> float:
        key = int(sim.population.book["key"][item.account])
        return uniform(sim.seed, sim.replication, key, int(Purpose.TASK_TIME), 0)

    with_times(monkeypatch, always_the_first)
    found = verify(["finite_source"], SMALL_SOURCE, replications=10, workers=1).disagreeing
    assert any("same side of the median" in row.quantity for row in found)


# -- Little's law ----------------------------------------------------------------------------------------------------

EVERYTHING: Table = {"capacity": {"visit_people": 2, "task_times": "lognormal"}}
POOLS = [pool for pool in Pool if pool is not Pool.NONE]


@pytest.mark.parametrize("headcount", [1, 3, "unlimited"])
def test_littles_law_holds_exactly_on_every_pool_of_any_log(headcount: int | str) -> None:
    pools = {name.name.lower(): {"headcount": headcount} for name in POOLS}
    scenario = crowd(EVERYTHING, {"capacity": {"pools": pools}})
    log = simulate(scenario, "busy")
    for pool in POOLS:
        found = balance_of(log, pool)
        assert found.in_line == found.waited
        assert found.at_work == found.worked
    assert balance_of(log, Pool.CALLERS).worked > 0


def test_a_wait_noted_wrongly_breaks_littles_law(monkeypatch: pytest.MonkeyPatch) -> None:
    take_up = Simulation.take_up
    monkeypatch.setattr(
        Simulation, "take_up", lambda self, item, actor, waited: take_up(self, item, actor, max(0, waited - 1))
    )
    found = balance_of(simulate(crowd(), "busy"), Pool.CALLERS)
    assert found.in_line != found.waited
    assert found.line_ratio > 1.0


def test_a_line_tells_who_came_and_who_was_withdrawn() -> None:
    log = simulate(crowd(), "busy")
    line = line_of(log, Pool.CALLERS)
    assert len(line.waits) == line.was_started.sum() + line.was_withdrawn.sum() + (line.left_at == line.horizon).sum()
    assert line.was_withdrawn.any()
    assert (line.waits >= 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CASES if name.startswith(("erlang", "finite", "general", "fixed"))])
def test_every_queue_agrees_at_its_full_size(name: str) -> None:
    assert verify([name]).agrees
