"""X2: speaking with a bank agent or not, Germany (Laudenbach, Pirschel, Siegel 2018)."""

from __future__ import annotations

from typing import Final

import numpy as np

from simcollect.core.codes import Stage
from simcollect.replays.published import printed
from simcollect.replays.readings import (
    Flags,
    Logs,
    days_until_overdue_again,
    days_until_resolved,
    days_until_spoken,
    days_until_stage,
    percent,
    watched,
)
from simcollect.replays.replay import NO_ERROR_SEEN, Measure, Numbers, Replay, Text, around
from simcollect.scenario import Scenario

WEEKS_6: Final = 42
"""Days within which the missed instalment is paid "on time"."""
FOLLOWED_DAYS: Final = 210
"""Days after the missed due date over which default and new arrears are looked for."""
_ON_TIME: Final = printed("E6.on_time")
_DEFAULT: Final = printed("E6.default")
_TERMINATED: Final = printed("E6.terminated")
_UNPLEASANT, _PLEASANT = printed("E7.unpleasant"), printed("E7.pleasant")
_VOICE: Final = _PLEASANT - _UNPLEASANT


def measure(logs: Logs, scenario: Scenario) -> Numbers:
    """Return what speaking changes among those reached and among all, in percentage points.

    Who is reached is known from the arm that calls; the same borrowers, with the same luck, are read in the arm that
    does not. So the effect on those reached needs no instrument.

    Parameters
    ----------
    logs
        Arms ``letter`` (an automatic request only), ``speak`` (calls as well, gentle), ``unpleasant`` (calls, firm).
    scenario
        Not read: the windows are the paper's.
    """
    letter, speak, unpleasant = logs["letter"], logs["speak"], logs["unpleasant"]
    counted = watched(letter, FOLLOWED_DAYS)
    reached = counted & (days_until_spoken(speak) <= WEEKS_6)
    paid, paid_anyway = days_until_resolved(speak) <= WEEKS_6, days_until_resolved(letter) <= WEEKS_6

    def change(with_call: Flags, without: Flags, among: Flags) -> float:
        return percent(with_call, among) - percent(without, among)

    on_time = change(paid, paid_anyway, reached)
    all_late = change(paid, paid_anyway, counted)
    reach_share = float(np.mean(reached[counted])) if counted.any() else float("nan")
    spoken_firmly = counted & (days_until_spoken(unpleasant) <= WEEKS_6)
    paid_firmly = days_until_resolved(unpleasant) <= WEEKS_6
    lost, lost_anyway = (days_until_stage(log, Stage.LATE) <= FOLLOWED_DAYS for log in (speak, letter))
    ended, ended_anyway = (days_until_stage(log, Stage.FINAL) <= FOLLOWED_DAYS for log in (speak, letter))
    again, again_anyway = (days_until_overdue_again(log) <= FOLLOWED_DAYS for log in (speak, letter))
    return {
        "on_time": on_time,
        "level": percent(paid, reached),
        "without": percent(paid_anyway, reached),
        "default": change(lost, lost_anyway, reached),
        "terminated": change(ended, ended_anyway, reached),
        "again": change(again, again_anyway, reached & paid & paid_anyway),
        # What floating point leaves of nothing is nothing.
        "identity": round(all_late - reach_share * on_time, 9) + 0.0,
        "voice": percent(paid, reached) - percent(paid_firmly, spoken_firmly),
        "reach": 100.0 * reach_share,
        "all_late": all_late,
    }


X2: Final = Replay(
    id="X2",
    title=Text("Speaking with a bank agent or not, Germany", "是否与银行人员通话，德国"),
    source="Laudenbach, Pirschel, Siegel (2018), Personal Communication in an Automated World; E6, E7, E8 (press note)",
    file="x2_germany.toml",
    arms=("letter", "speak", "unpleasant"),
    measures=(
        Measure(
            "on_time",
            Text(
                "Missed instalment paid within 6 weeks, effect on those spoken to, points",
                "六周内补缴欠款，通话者的效果（百分点）",
            ),
            "pp",
            _ON_TIME,
            *around(_ON_TIME),
            NO_ERROR_SEEN,
            Text(
                "Over those reached, never over dials: per dial it would be one or two orders of magnitude less.",
                "按接通者计算，不按拨打次数：后者会小一到两个数量级。",
            ),
        ),
        Measure(
            "level",
            Text("Missed instalment paid within 6 weeks, those spoken to, %", "六周内补缴欠款，通话者（%）"),
            "%",
            None,
            _UNPLEASANT,
            _PLEASANT,
            Text("the two voices of the paper", "论文中两种嗓音的数值"),
        ),
        Measure(
            "without",
            Text("The same borrowers if they had not been spoken to, %", "同一批客户若未通话（%）"),
            "%",
            None,
            _UNPLEASANT - _ON_TIME,
            _PLEASANT - _ON_TIME,
            Text("the row above less the effect", "上一行减去效果"),
            given=True,
        ),
        Measure(
            "default",
            Text(
                "90 days past due within 210 days, effect on those spoken to, points",
                "210 天内逾期达 90 天，通话者的效果（百分点）",
            ),
            "pp",
            _DEFAULT,
            *around(_DEFAULT),
            NO_ERROR_SEEN,
            Text(
                "What the bank calls default could not be seen; 90 days past due stands for it.",
                "论文的违约定义未见；以逾期 90 天代替。",
            ),
        ),
        Measure(
            "terminated",
            Text(
                "180 days past due within 210 days, effect on those spoken to, points",
                "210 天内逾期达 180 天，通话者的效果（百分点）",
            ),
            "pp",
            _TERMINATED,
            *around(_TERMINATED),
            NO_ERROR_SEEN,
            Text(
                "Early termination of the loan in the paper. When its bank ended a loan could not be seen; 180 days "
                "past due, where nothing happens in this scenario, stands for it.",
                "论文中为提前终止贷款；终止条件未见，以逾期 180 天（本情景中不触发任何操作）代替。",
            ),
        ),
        Measure(
            "again",
            Text(
                "Overdue again within 210 days, of those who were spoken to and paid with or without it, points",
                "210 天内再次逾期，通话且无论如何都会还款者（百分点）",
            ),
            "pp",
            None,
            None,
            0.0,
            Text("the abstract gives the direction only", "摘要只给出方向"),
            Text(
                "The same borrowers in both arms, so that who is cured does not change who is counted.",
                "两组为同一批客户，结清与否不改变统计对象。",
            ),
        ),
        Measure(
            "identity",
            Text(
                "Effect on all late customers less share reached x effect on those reached, points",
                "全体逾期客户的效果减去（接通率 × 通话者的效果）（百分点）",
            ),
            "pp",
            0.0,
            -0.25,
            0.25,
            Text("an identity if a call that reaches nobody changes nothing", "若未接通的电话不产生影响，则为恒等式"),
            given=True,
        ),
        Measure(
            "voice",
            Text(
                "Paid within 6 weeks, pleasant less unpleasant voice, points",
                "六周内还款，悦耳嗓音减不悦耳嗓音（百分点）",
            ),
            "pp",
            _VOICE,
            *around(_VOICE),
            NO_ERROR_SEEN,
            Text(
                "Tone stands for voice: gentle against firm. A voice is the agent's, not the strategy's.",
                "以语气（温和对强硬）代表嗓音；嗓音属于坐席而非策略，只能作界限参考。",
            ),
        ),
    ),
    measure=measure,
    transfer=Text(
        "Small point-of-sale loans of a large German bank in 2012; the model's loans are American and larger, its "
        "borrowers drawn like those who were charged off. How many are reached is the preset's: {reach:.0f} % within "
        "six weeks.",
        "对象为 2012 年德国大型银行的小额消费贷款；模型中为金额较大的美国贷款，客户按已核销者抽取。"
        "接通率取自预设：六周内 {reach:.0f}%。",
    ),
    replications=24,
)
