"""A replication of a strategy with its twins: without action, and with unlimited staff."""

from __future__ import annotations

from simcollect.engine import simulate
from simcollect.experiment.design import BASELINE
from simcollect.experiment.measure import prices, reading_days
from simcollect.experiment.store import Row
from simcollect.experiment.workers import Batch, Specification
from simcollect.outcomes.attribution import BY, attribute_recovery
from simcollect.population import build
from simcollect.scenario import Scenario


def attribute_runs(specification: Specification, batch: Batch) -> list[Row]:
    """Return the attribution of a batch's runs, one row a run and reading day; its twins are simulated beside each."""
    scenario, replication = specification.scenario, batch[0].replication
    book = build(scenario, scenario.run.seed, replication)
    no_action = simulate(scenario, BASELINE, replication=replication, population=book)
    staffed = with_unlimited_staff(scenario)
    economics = prices(scenario)
    rows: list[Row] = []
    for task in batch:
        chosen = specification.strategy(task.strategy)
        log = simulate(scenario, chosen, replication=replication, population=book)
        unlimited = simulate(staffed, chosen, replication=replication, population=book)
        key = {"replication": replication, "strategy": task.strategy, "digest": log.digest()}
        for day in reading_days(scenario):
            found = attribute_recovery(log, no_action, unlimited, economics=economics, day=day)
            groups = [
                {"by": by, "group": str(group), **{str(name): int(value) for name, value in sums.items()}}
                for by in BY
                for group, sums in found.by(by).iterrows()
            ]
            rows.append(key | {"day": day} | found.total() | {"groups": groups})
    return rows


def with_unlimited_staff(scenario: Scenario) -> Scenario:
    """Return the scenario with the headcount of every pool set to unlimited; everything else is the same."""
    pools = scenario.capacity.pools
    unlimited = {
        name: getattr(pools, name).model_copy(update={"headcount": "unlimited"}) for name in type(pools).model_fields
    }
    capacity = scenario.capacity.model_copy(update={"pools": pools.model_copy(update=unlimited)})
    return scenario.model_copy(update={"capacity": capacity})
