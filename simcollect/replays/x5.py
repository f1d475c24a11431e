"""X5: the champion against a policy that knows what its staff can do, on the same staff."""

from __future__ import annotations

import statistics
from typing import Final

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.replays.published import printed
from simcollect.replays.readings import Logs
from simcollect.replays.replay import Measure, Numbers, Replay, Text
from simcollect.scenario import Scenario

TESTS: Final = tuple(printed(name) for name in ("E26.gain", "E28.gain", "E31.gain"))
"""Gains of the three live tests, %."""
_LOWEST, _HIGHEST = 3.0, 10.0
"""Believable gains, %: a judgement around the tests."""


def recovered_cents(log: EventLog) -> int:
    """Return all that borrowers paid over the run, in cents."""
    return int(log.rows["amount_cents"][log.rows["kind"] == EventKind.PAYMENT].sum())


def measure(logs: Logs, scenario: Scenario) -> Numbers:
    """Return what the challenger recovers more than the champion, in per cent of the champion's.

    Parameters
    ----------
    logs
        Arms ``champion`` and ``capacity_aware``.
    scenario
        Not read: the whole run is the window.
    """
    champion, challenger = (recovered_cents(logs[arm]) for arm in ("champion", "capacity_aware"))
    return {"gain": 100.0 * (challenger / champion - 1.0) if champion else float("nan")}


X5: Final = Replay(
    id="X5",
    title=Text("Champion against a capacity-aware policy, the same staff", "现行策略与考虑人力的策略对照，人力相同"),
    source="Makuch et al. (1992); Miller, Abe et al. (2012), Interfaces; Liu et al. (2025), TKDE; E26, E28, E31",
    file="x5_capacity.toml",
    arms=("champion", "capacity_aware"),
    measures=(
        Measure(
            "gain",
            Text(
                "Recovered in a year, capacity-aware policy more than champion, %",
                "一年回收额，考虑人力的策略比现行策略多（%）",
            ),
            "%",
            statistics.median(TESTS),
            _LOWEST,
            _HIGHEST,
            Text(
                "live tests of +{:g}, +{:g} and at least +{:g} %, their median shown; {:g} to {:g} % is believable, a "
                "doubling a bug".format(*TESTS, _LOWEST, _HIGHEST),
                "三项实测为 +{:g}%、+{:g}%、至少 +{:g}%，取中位数；{:g}% 至 {:g}% 可信，翻倍则为错误".format(
                    *TESTS, _LOWEST, _HIGHEST
                ),
            ),
            Text(
                "All payments count, also those that would have come anyway, as in the live tests.",
                "与实测一致，计入全部还款，包括本来就会收到的部分。",
            ),
        ),
    ),
    measure=measure,
    transfer=Text(
        "Policies learned from data at a card issuer, a tax office and a bank. The challenger here is a rule of thumb, "
        "and in this model staff bring in only a few per cent of what comes: little can be won by using them better.",
        "三项策略来自发卡机构、税务部门与银行的数据学习；此处挑战者只是经验规则，且模型中人工仅带来几个百分点的回款，优化空间有限。",
    ),
    replications=12,
)
