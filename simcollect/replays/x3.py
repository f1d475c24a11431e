"""X3: calls by a machine or by people, China (Choi, Huang, Yang, Zhang 2025)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.core.eventlog import EventLog
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.replays.published import printed
from simcollect.replays.readings import Flags, Logs, watched
from simcollect.replays.replay import NO_ERROR_SEEN, Measure, Numbers, Replay, Text, around
from simcollect.scenario import Scenario

MONTH: Final = 30
YEAR: Final = 365
_AT_DAY_30: Final = printed("E10.day_30")
_AFTER_A_YEAR: Final = printed("E10.year")
_TRIAL: Final = printed("E9.repaid")


def repaid_share(log: EventLog, days: int, rate_annual: float) -> NDArray[np.float64]:
    """Return what was repaid of each account's initial late payment, as a share of it, shape n.

    Parameters
    ----------
    log
        Any event log; the initial late payment is one instalment.
    days
        Days after falling overdue up to which payments count.
    rate_annual
        Rate per year at which they are discounted to the day the account fell overdue; 0 for plain sums.

    Notes
    -----
    Payments go to the oldest debt first, so the first of them, up to the instalment, are those of the late payment.
    """
    rows = log.rows[log.rows["kind"] == EventKind.PAYMENT]
    account = rows["account"]
    since = (rows["at"] - log.accounts["arrives_at"][account]) / MINUTES_PER_DAY
    late = np.maximum(log.accounts["instalment_cents"], 1).astype(np.float64)
    left = late.copy()
    worth = np.zeros(len(late))
    for position in np.flatnonzero(since <= days):
        who = account[position]
        part = min(float(rows["amount_cents"][position]), left[who])
        left[who] -= part
        worth[who] += part * (1.0 + rate_annual) ** (-since[position] / YEAR)
    share: NDArray[np.float64] = worth / late
    return share


def later_misses(log: EventLog, days: int) -> NDArray[np.int64]:
    """Return how many later payments each account missed within ``days`` days of falling overdue, shape n."""
    kind = log.rows["kind"]
    rows = log.rows[(kind == EventKind.INSTALMENT_DUE) | (kind == EventKind.REDEFAULTED)]
    within = (rows["at"] - log.accounts["arrives_at"][rows["account"]]) <= days * MINUTES_PER_DAY
    return np.bincount(rows["account"][within], minlength=len(log.accounts)).astype(np.int64)


def measure(logs: Logs, scenario: Scenario) -> Numbers:
    """Return what a machine in place of people changes, in points of the initial late payment.

    Parameters
    ----------
    logs
        Arms ``human``, ``machine_then_human`` and ``machine``.
    scenario
        Its ``economics.discount_rate_annual`` discounts repayments.
    """
    rate = scenario.economics.discount_rate_annual.value
    counted = watched(logs["human"], YEAR)

    def gap(arm: str, days: int, at_rate: float) -> float:
        return _mean(
            100.0 * (repaid_share(logs[arm], days, at_rate) - repaid_share(logs["human"], days, at_rate)), counted
        )

    month, year = gap("machine", MONTH, rate), gap("machine", YEAR, rate)
    misses = later_misses(logs["machine_then_human"], YEAR) - later_misses(logs["human"], YEAR)
    return {
        "npv_30": month,
        "npv_365": year,
        "closed": year - month,
        "trial_365": gap("machine_then_human", YEAR, 0.0),
        "trial_npv_365": gap("machine_then_human", YEAR, rate),
        "misses": _mean(100.0 * misses.astype(np.float64), counted),
    }


def _mean(values: NDArray[np.float64], among: Flags) -> float:
    return float(np.mean(values[among])) if among.any() else float("nan")


X3: Final = Replay(
    id="X3",
    title=Text("Calls by a machine or by people, China", "机器外呼与人工外呼，中国"),
    source="Choi, Huang, Yang, Zhang (2025), How Good Is AI at Twisting Arms?, NBER 33669; E9, E10 (press report)",
    file="x3_china.toml",
    arms=("human", "machine_then_human", "machine"),
    measures=(
        Measure(
            "npv_30",
            Text(
                "Machine for 30 days less people: present value repaid by day 30, points of the late payment",
                "30 天全程机器减人工：第 30 天还款现值（占初始逾期额，百分点）",
            ),
            "pp",
            _AT_DAY_30,
            *around(_AT_DAY_30),
            NO_ERROR_SEEN,
            Text(
                "From the paper's discontinuity at 300 yuan, seen in a press report only; its machine may have "
                "called on after day 30.",
                "来自论文 300 元断点，仅见于报道；论文中的机器可能在 30 天后继续外呼。",
            ),
            given=True,  # the card preset is fitted to it
        ),
        Measure(
            "npv_365",
            Text(
                "Machine for 30 days less people: present value repaid after a year, points of the late payment",
                "30 天全程机器减人工：一年后还款现值（占初始逾期额，百分点）",
            ),
            "pp",
            _AFTER_A_YEAR,
            *around(_AFTER_A_YEAR),
            NO_ERROR_SEEN,
        ),
        Measure(
            "closed",
            Text(
                "How far the gap between machine and people closes from day 30 to a year, points",
                "机器与人工的差距在第 30 天至一年间缩小多少（百分点）",
            ),
            "pp",
            _AFTER_A_YEAR - _AT_DAY_30,
            *around(_AFTER_A_YEAR - _AT_DAY_30),
            NO_ERROR_SEEN,
            given=True,
        ),
        Measure(
            "trial_365",
            Text(
                "Machine for five days, then people, less people: repaid of the late payment after a year, points",
                "前五天机器后转人工减全程人工：一年后已还初始逾期额（百分点）",
            ),
            "pp",
            _TRIAL,
            *around(_TRIAL),
            NO_ERROR_SEEN,
            Text(
                "Counted as the paper counts its trial: the share of the late payment that has come in, not its "
                "present value, which it prints for the discontinuity alone. In the model hardly anything is left to "
                "see after a year: a machine's first five days delay money of those who pay in the end, and leave no "
                "mark on anyone.",
                "与论文的随机试验口径一致：已还占初始逾期额的比例，不折现（论文仅对断点给出现值）。"
                "模型中一年后几乎没有差异：前五天的机器外呼只是推迟了终将还款者的款项，不留下其他影响。",
            ),
        ),
        Measure(
            "trial_npv_365",
            Text(
                "The same, discounted like the rows on thirty days: present value repaid after a year, points",
                "同上，按三十天各行的方式折现：一年后还款现值（百分点）",
            ),
            "pp",
            None,
            None,
            0.0,
            Text("the trial's direction; no present value of it was seen", "仅见试验的方向，未见其现值"),
        ),
        Measure(
            "misses",
            Text(
                "Machine for five days, then people, less people: later payments missed in a year, per 100 borrowers",
                "前五天机器后转人工减全程人工：一年内之后未按期还款次数（每百名）",
            ),
            "per 100",
            None,
            0.0,
            None,
            Text("the abstract gives the direction only", "摘要只给出方向"),
        ),
    ),
    measure=measure,
    transfer=Text(
        "An online lender's small loans, by a machine that talks; the model's automated caller persuades less and "
        "takes promises that bind less, but leaves no mark on later willingness.",
        "对象为网络贷款机构的小额贷款与可对话的人工智能；模型中的自动外呼说服力较弱、承诺约束较弱，但不影响之后的还款意愿。",
    ),
    replications=24,
)
