"""X6: telling third parties is refused at every door, and each check of that can fail."""

from __future__ import annotations

import pytest

from simcollect.core.errors import InputErrors, SimcollectError
from simcollect.engine import AccountView, Decision, simulate
from simcollect.replays import REPLAYS, play, x6
from simcollect.scenario import load


def test_a_strategy_that_asks_to_notify_a_third_party_is_refused_by_rule_r20() -> None:
    with pytest.raises(InputErrors) as refused:
        load(x6.ASKED)
    assert "strategies.told.early.steps[0].action" in str(refused.value)
    assert "refused by rule THIRD_PARTY (R20 of cn_cba_2026" in str(refused.value)


def test_a_policy_that_asks_for_it_is_refused_by_rule_r20() -> None:
    with pytest.raises(SimcollectError, match=r"tell_contacts.*refused by rule THIRD_PARTY \(R20 of cn_cba_2026"):
        simulate(REPLAYS["X6"].scenario(), x6.TellContacts())


def test_x6_agrees_at_every_door() -> None:
    assert play(REPLAYS["X6"]) == {"strategy": 1.0, "rules": 1.0, "policy": 1.0, "audit": 1.0}


def test_x6_sees_a_door_that_stands_open_and_a_refusal_without_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    class Meek(x6.TellContacts):
        def review(self, view: AccountView) -> Decision:
            return Decision()

    monkeypatch.setattr(x6, "TellContacts", Meek)
    monkeypatch.setattr(x6, "RULE", ("THIRD_PARTY", "R99"))
    monkeypatch.setattr(x6, "with_a_contact_told", lambda log: log)
    assert play(REPLAYS["X6"]) == {"strategy": 0.0, "rules": 0.0, "policy": 0.0, "audit": 0.0}
