"""X4: smaller instalments against less interest in repayment plans (Dobbie, Song 2020; Aydin 2021)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Cell, EventKind
from simcollect.core.eventlog import EventLog
from simcollect.replays.readings import Flags, Logs, percent
from simcollect.replays.replay import Measure, Numbers, Replay, Text
from simcollect.scenario import Scenario

_NUMBERS: Final = (
    "cost",
    "write_down",
    "payment_cut",
    "more",
    "insolvent",
    "insolvent_expected",
    "insolvent_cases",
    "planned",
)
ARMS: Final = ("plan", "write_down", "payment_cut")
_LAST: Final = np.iinfo(np.int64).max


def first_rows(log: EventLog, kind: EventKind) -> NDArray[np.int64]:
    """Return the position of each account's first row of a kind, beyond every row where there is none, shape n."""
    first = np.full(len(log.accounts), _LAST)
    rows = np.flatnonzero(log.rows["kind"] == kind)
    np.minimum.at(first, log.rows["account"][rows], rows)
    return first


def planned(log: EventLog) -> Flags:
    """Return who agreed a repayment plan, shape n."""
    flags: Flags = first_rows(log, EventKind.PLAN_STARTED) < _LAST
    return flags


def finished(log: EventLog) -> Flags:
    """Return who completed a plan before breaking one, shape n."""
    flags: Flags = first_rows(log, EventKind.PLAN_COMPLETED) < first_rows(log, EventKind.PLAN_BROKEN)
    return flags


def terms(log: EventLog, who: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sum in the first plan, in cents, and its months, for each of ``who``."""
    plans = log.rows[first_rows(log, EventKind.PLAN_STARTED)[who]]
    months = plans["value"].astype(np.float64)
    return plans["amount_cents"] * months, months


def waiver_cost(log: EventLog, who: NDArray[np.intp], share: float) -> NDArray[np.float64]:
    """Return what a waiver is scheduled to cost the lender, in cents, for each of ``who``.

    What is forgiven as the plan begins, and ``share`` (0 to 1) of a month's interest for every month of it; the month
    is the account's first in the run.
    """
    rows = log.rows
    starts = rows["at"][first_rows(log, EventKind.PLAN_STARTED)[who]]
    waived = rows[rows["kind"] == EventKind.WAIVED]
    forgiven = [
        waived["amount_cents"][(waived["account"] == account) & (waived["at"] == at)].sum()
        for account, at in zip(who, starts, strict=True)
    ]
    charged = first_rows(log, EventKind.INTEREST_CHARGED)[who]
    a_month = np.where(charged < _LAST, rows["amount_cents"][np.minimum(charged, len(rows) - 1)], 0)
    return np.array(forgiven, dtype=np.float64) + share * a_month * terms(log, who)[1]


def delay_cost(plain: EventLog, stretched: EventLog, who: NDArray[np.intp], rate_annual: float) -> NDArray[np.float64]:
    """Return what a longer term is scheduled to cost the lender, in cents, for each of ``who``.

    The sum of the plain plan comes half of the added months later on average, at ``rate_annual`` per year.
    """
    owed, months = terms(plain, who)
    return owed * rate_annual / 12.0 * (terms(stretched, who)[1] - months) / 2.0


def spared(log: EventLog, who: NDArray[np.intp], scenario: Scenario, share: float) -> NDArray[np.float64]:
    """Return by how much a waiver of ``share`` lowers each one's probability of insolvency, to first order.

    Relief lowers the monthly hazard of insolvency while the plan runs: hazard times its effect times the share waived,
    over the plan's months. Shocks, which raise the hazard for some months, are left out.
    """
    exits, cells = scenario.behaviour.groups["exit"], scenario.behaviour.cells
    factor = {int(Cell[name.upper()]): numbers["insolvency_factor"].value for name, numbers in cells.items()}
    hazard = np.array([exits["insolvency_per_month"].value * factor[int(cell)] for cell in log.accounts["cell"][who]])
    return hazard * exits["insolvency_relief_effect"].value * share * terms(log, who)[1]


def measure(logs: Logs, scenario: Scenario) -> Numbers:
    """Return what each relief changes for the same borrowers, those who agree a plan in every arm, in points.

    Parameters
    ----------
    logs
        Arms ``plan``, ``write_down`` and ``payment_cut``.
    scenario
        Its discount rate and the write-down's share of interest say what relief costs the lender.
    """
    both = np.logical_and.reduce([planned(logs[arm]) for arm in ARMS])
    who = np.flatnonzero(both)
    if len(who) == 0:
        return dict.fromkeys(_NUMBERS, float("nan"))
    plain, write_down, payment_cut = (logs[arm] for arm in ARMS)
    share = scenario.strategies["write_down"].mid.plan_interest_waived_share
    rate = scenario.economics.discount_rate_annual.value
    delay = delay_cost(plain, payment_cut, who, rate) - waiver_cost(write_down, who, share)
    helped = percent(finished(write_down), both) - percent(finished(plain), both)
    cut = percent(finished(payment_cut), both) - percent(finished(plain), both)
    insolvent = [percent(first_rows(log, EventKind.INSOLVENT) < _LAST, both) for log in (write_down, plain)]
    spares = spared(write_down, who, scenario, share)
    return {
        "cost": float(100.0 * delay.sum() / terms(plain, who)[0].sum()),
        "write_down": helped,
        "payment_cut": cut,
        "more": helped - cut,
        "insolvent": insolvent[0] - insolvent[1],
        "insolvent_expected": 100.0 * float(spares.mean()),
        "insolvent_cases": float(spares.sum()),
        "planned": float(len(who)),
    }


_DIRECTION: Final = Text("signs and scale only were seen, no sizes", "仅见方向与规模，未见数值")

X4: Final = Replay(
    id="X4",
    title=Text("Smaller instalments or less interest at equal cost", "降低每期金额或减免利息，成本相同"),
    source="Dobbie, Song (2020), Targeted Debt Relief, AER; Aydin (2021), Forbearance vs. Interest Rates; E17, E19",
    file="x4_relief.toml",
    arms=ARMS,
    measures=(
        Measure(
            "cost",
            Text(
                "Scheduled cost to the lender, payment cut less write-down, % of the sum in the plan",
                "贷款机构的预定成本，降低每期减去减息（占计划金额 %）",
            ),
            "%",
            0.0,
            -0.5,
            0.5,
            Text("the design's condition, give or take half a per cent", "设计条件 ±0.5%"),
            Text(
                "A setting, not a finding. Later money is discounted at the lender's rate; interest on what is "
                "still owed goes on in every arm and is left out.",
                "这是设定而非发现。推迟的款项按机构贴现率折算；各组对剩余欠款照常计息，未计入。",
            ),
            given=True,
        ),
        Measure(
            "write_down",
            Text("A quarter of the interest waived: plans completed, points", "减免四分之一利息：完成计划（百分点）"),
            "pp",
            None,
            0.0,
            None,
            _DIRECTION,
        ),
        Measure(
            "payment_cut",
            Text("Instalments cut to a third: plans completed, points", "每期降至三分之一：完成计划（百分点）"),
            "pp",
            0.0,
            -2.0,
            2.0,
            Text("no positive effect printed; 2 points either way count as none", "论文称无正效果；±2 个百分点视为无"),
            Text(
                "In the paper the easier month is offset by longer exposure to default risk.",
                "论文中，每月压力减轻被更长的违约风险期抵消。",
            ),
        ),
        Measure(
            "more",
            Text("Write-down less payment cut: plans completed, points", "减息减去降低每期：完成计划（百分点）"),
            "pp",
            None,
            0.0,
            None,
            _DIRECTION,
        ),
        Measure(
            "insolvent",
            Text("A quarter of the interest waived: insolvent, points", "减免四分之一利息：资不抵债（百分点）"),
            "pp",
            None,
            None,
            0.0,
            _DIRECTION,
            Text(
                "Says nothing either way: in the model relief touches insolvency only while a plan runs, by an assumed "
                "factor. A fall of {insolvent_expected:.2g} points is to be expected here, {insolvent_cases:.2g} cases "
                "among the {planned:.0f} borrowers with plans of a replication.",
                "此行不能说明任何问题：模型中减免仅在计划执行期内按假设系数影响资不抵债，"
                "此处预期下降 {insolvent_expected:.2g} 个百分点，"
                "每次模拟 {planned:.0f} 名计划客户中 {insolvent_cases:.2g} 例。",
            ),
            given=True,
        ),
    ),
    measure=measure,
    transfer=Text(
        "Debt-management plans of US card borrowers over three to five years, all creditors at once; the model's "
        "plan is one lender's, for the arrears only.",
        "对象为美国信用卡借款人三至五年、覆盖所有债权人的债务管理计划；模型中的计划仅涉及一家机构的逾期部分。",
    ),
    replications=28,
)
