"""X6: telling a debtor's contacts, China (Lu, Lu, Wang, Wu 2021): effective, and refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from simcollect.core.codes import Action, EventKind
from simcollect.core.errors import SimcollectError
from simcollect.core.eventlog import EventLog
from simcollect.engine import AccountView, Decision, simulate
from simcollect.outcomes.audit import audit
from simcollect.replays.readings import Logs
from simcollect.replays.replay import FOLDER, Measure, Numbers, Replay, Text
from simcollect.scenario import Scenario, load
from simcollect.scenario.variation import varied

ASKED: Final = FOLDER / "x6_asked.toml"
"""Scenario file that asks for the forbidden action."""
RULE: Final = ("THIRD_PARTY", "R20")
"""What a refusal must name: the rule's code, and its id in the pack in force."""


class TellContacts:
    """A policy that tries to tell third parties at its first review."""

    name = "tell_contacts"
    document = "balanced"

    def review(self, view: AccountView) -> Decision:
        """Ask for what no strategy can do."""
        return Decision(Action.NOTIFY_THIRD_PARTY)


def measure(logs: Logs, scenario: Scenario) -> Numbers:
    """Return 1 for every way of asking that is refused with the rule's name and id, else 0.

    Parameters
    ----------
    logs
        Arm ``balanced``: a lawful log, into which one notified contact is written for the audit to find.
    scenario
        Whose rules block is asked to allow it.
    """
    return {
        "strategy": _refused(lambda: load(ASKED)),
        "rules": _refused(lambda: varied(scenario, {"rules.forbid_third_party": False})),
        "policy": _refused(lambda: simulate(scenario, TellContacts())),
        "audit": float(_notices(logs["balanced"]) == 0 and _notices(with_a_contact_told(logs["balanced"])) == 1),
    }


def with_a_contact_told(log: EventLog) -> EventLog:
    """Return a log in which the first message or call was to tell a third party; unchanged where there was none."""
    rows = log.rows.copy()
    tried = np.flatnonzero((rows["kind"] == EventKind.MESSAGE_SENT) | (rows["kind"] == EventKind.DIALLED))
    rows["detail"][tried[:1]] = Action.NOTIFY_THIRD_PARTY
    return EventLog(rows, log.accounts, log.header)


def _notices(log: EventLog) -> int:
    return audit(log, conduct_only=True).counts["rule_third_party"]


def _refused(ask: Callable[[], object]) -> float:
    """Return 1.0 if what is asked for is refused by the rule's name and id, 0.0 if it is done or refused unnamed."""
    try:
        ask()
    except SimcollectError as refusal:
        return float(all(word in str(refusal) for word in RULE))
    return 0.0


_ALWAYS: Final = Text("the rule is hard: always", "硬性规则：必须如此")


def _door(name: str, title: Text) -> Measure:
    return Measure(name, title, "0 or 1", 1.0, 1.0, 1.0, _ALWAYS, given=True)


X6: Final = Replay(
    id="X6",
    title=Text(
        "Telling a debtor's contacts, China: effective, and refused", "通知借款人的联系人，中国：有效，但被拒绝"
    ),
    source="Lu, Lu, Wang, Wu (2021), Can Social Notifications Help ..., POM; E14. Forbidden: R20 (and R11c)",
    file="x6_third_party.toml",
    arms=("balanced",),
    measures=(
        _door(
            "strategy",
            Text(
                "A strategy asks for it: refused, naming THIRD_PARTY and R20",
                "策略提出该操作：被拒绝并指明 THIRD_PARTY 与 R20",
            ),
        ),
        _door(
            "rules",
            Text(
                "The rules block asks to allow it: refused, naming THIRD_PARTY and R20",
                "规则设置要求放行：被拒绝并指明 THIRD_PARTY 与 R20",
            ),
        ),
        _door(
            "policy",
            Text(
                "A policy in Python asks for it: refused, naming THIRD_PARTY and R20",
                "Python 策略提出该操作：被拒绝并指明 THIRD_PARTY 与 R20",
            ),
        ),
        _door(
            "audit",
            Text(
                "It is written into a log from elsewhere: the audit finds it, and nothing else of its kind",
                "他处日志中出现该操作：审计能发现，且无误报",
            ),
        ),
    ),
    measure=measure,
    transfer=Text(
        "The paper finds defaults cut by more than half, contacts at the edge wearing out with use. The model has no "
        "such effect to offer: the action is refused whatever it would bring.",
        "论文称违约下降一半以上，且边缘联系人的作用随使用而减弱。模型不提供该效果：无论收益如何，一律拒绝。",
    ),
    replications=1,
)
