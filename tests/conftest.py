"""Shared by all tests: every log that the engine makes in a test is audited, whatever the test is about.

And where a log and its twin without action are made, every account's recovery is attributed and adds up to the cent.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from simcollect.core.eventlog import EventLog
from simcollect.engine.simulation import Simulation
from simcollect.experiment.measure import audited
from simcollect.scenario import Scenario, load
from tests.outcomes.exact import TwinsSeen

# The same examples in every run, and no clock: a test that fails on one machine fails on all.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def twins_seen() -> TwinsSeen:
    """All logs of the session that may be twins."""
    return TwinsSeen()


@pytest.fixture(scope="session", autouse=True)
def _every_log_is_audited(twins_seen: TwinsSeen) -> Iterator[None]:
    plain = Simulation.log

    def log_and_audit(self: Simulation) -> EventLog:
        log = plain(self)
        audited(log, self.scenario).require_clean()
        twins_seen.see(log)
        return log

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Simulation, "log", log_and_audit)
        yield


@pytest.fixture(scope="session")
def tiny() -> Scenario:
    """Twelve named borrowers, half a year."""
    return load("tiny")
