"""How the contacts of a stage and the rungs of a settlement ladder are told."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

from simcollect.scenario.explain.said import Said, days, joined, listed, share, spelled
from simcollect.scenario.strategy import Offer, Step

ACTIONS: Final = {
    "sms": Said("an SMS", "短信提醒"),
    "email": Said("an e-mail", "邮件通知"),
    "automated_call": Said("an automated call", "自动外呼"),
    "call": Said("a call by a collector", "人工电话催收"),
    "negotiation_call": Said("a negotiation call", "协商电话"),
    "case_analysis": Said("an analysis of the case", "逾期情况分析"),
    "visit": Said("a visit", "面对面交流"),
}
"""What a step does, as it stands in a list."""

STAGES: Final = {
    "early": Said("early", "初始阶段"),
    "mid": Said("mid", "中期阶段"),
    "late": Said("late", "后期阶段"),
    "final": Said("final", "最终阶段"),
}


def rhythm(step: Step) -> Said:
    """Return when a step is done: its day, how often it is repeated, how many times at most."""
    on = f"on day {step.day:,}"
    if step.maximum == 1:
        return Said(on, f"第 {step.day:,} 天")
    if step.per_week:
        often = "once a week" if step.per_week == 1 else f"{spelled(step.per_week)} times a week"
        return Said(
            f"{on}, {often}, {spelled(step.maximum)} at most",
            f"第 {step.day:,} 天起每周 {step.per_week} 次，最多 {step.maximum:,} 次",
        )
    from_done = step.repeat_from == "done"
    if step.maximum == 2:
        gap = days(step.repeat_days)
        later = "after it was done" if from_done else "later"
        done = "完成" if from_done else ""
        return Said(f"{on} and once more {gap.en} {later}", f"第 {step.day:,} 天，{done}{gap.zh}后再一次")
    if from_done:
        gap = days(step.repeat_days)
        return Said(
            f"{on}, again {gap.en} after each time it was done, {spelled(step.maximum)} at most",
            f"第 {step.day:,} 天起，每次完成 {gap.zh}后再次进行，最多 {step.maximum:,} 次",
        )
    every = "every day" if step.repeat_days == 1 else f"every {days(step.repeat_days).en}"
    daily = "每天一次" if step.repeat_days == 1 else f"每 {days(step.repeat_days).zh}一次"
    return Said(
        f"{on}, repeated {every}, {spelled(step.maximum)} at most",
        f"第 {step.day:,} 天起{daily}，最多 {step.maximum:,} 次",
    )


def rhythms(steps: Sequence[Step]) -> Said:
    """Return when the steps of one action are done."""
    return joined(rhythm(step) for step in steps)


def cadence(steps: Sequence[Step]) -> Said:
    """Return all steps of a stage in the document's order, "nothing" if there are none."""
    if not steps:
        return Said("nothing", "无")
    told = []
    for step in steps:
        what, when = ACTIONS[step.action], rhythm(step)  # type: ignore[attr-defined]
        told.append(Said(f"{what.en} {when.en}", f"{what.zh}：{when.zh}"))
    return joined(told)


def by_time(offers: Sequence[Offer]) -> list[Offer]:
    """Return the rungs of a ladder in the order in which an account meets them."""
    return sorted(offers, key=lambda offer: (list(STAGES).index(offer.stage), offer.day))


def concession(offer: Offer) -> Said:
    """Return what a settlement forgives."""
    off, waived = share(offer.discount_share), share(offer.waive_share)
    parts = []
    if offer.discount_share > 0:
        parts.append(Said(f"{off.en} off the principal", f"减免本金 {off.zh}"))
    if offer.waive_share == 1:
        parts.append(Said("all interest, fees and costs waived", "息费全免"))
    elif offer.waive_share > 0:
        parts.append(Said(f"{waived.en} of interest, fees and costs waived", f"减免息费 {waived.zh}"))
    return listed(parts) if parts else Said("nothing forgiven", "不作减免")


def rung(offer: Offer, with_stage: bool) -> Said:
    """Return one rung of the ladder: when, what is forgiven, how it is paid, how long it stands."""
    stage, forgiven, stands = STAGES[offer.stage], concession(offer), days(offer.expiry_days)
    paid = payable(offer)
    return Said(
        (f"on day {offer.day:,} of the {stage.en} stage: " if with_stage else f"on day {offer.day:,}: ")
        + f"{forgiven.en}, paid {paid.en}, open for {stands.en}",
        (f"{stage.zh}第 {offer.day:,} 天：" if with_stage else f"第 {offer.day:,} 天：")
        + f"{forgiven.zh}，{paid.zh}，有效期 {stands.zh}",
    )


def payable(offer: Offer) -> Said:
    """Return in how many instalments a settlement is paid, and that the borrower chooses where he may."""
    *shorter, longest = offer.instalments, *offer.longer_instalments
    if not shorter and longest == 1:
        return Said("at once", "一次性付清")
    last = Said(f"in {longest:,} monthly instalments", f"分 {longest:,} 期付清")
    if not shorter:
        return last
    choices = [Said("at once", "一次性") if n == 1 else Said(f"in {n:,}", f"分 {n:,} 期") for n in shorter]
    told = listed([*choices, last], "or")
    return Said(f"{told.en}, the fewest that the borrower can afford", f"{told.zh}，由客户选择能负担的最短期数")


def ladder(offers: Sequence[Offer]) -> Said:
    """Return every rung of a ladder, "no settlement" if there is none."""
    if not offers:
        return Said("no settlement", "不提供和解方案")
    return joined(rung(offer, with_stage=True) for offer in by_time(offers))


def shape(offers: Sequence[Offer]) -> Said:
    """Return how many rungs a ladder has, where they stand and whether it rises; then every rung."""
    stages = {offer.stage for offer in offers}
    rungs = Said("one rung" if len(offers) == 1 else f"{spelled(len(offers))} rungs", f"{len(offers)} 档")
    if len(stages) == 1:
        (stage,) = stages
        rungs = Said(f"{rungs.en} in the {STAGES[stage].en} stage", f"{STAGES[stage].zh} {rungs.zh}")
    if len(offers) > 1:
        way = direction(offers)
        rungs = Said(f"{rungs.en}, {way}", f"{rungs.zh}，{RISES[way].zh.split('，')[0]}")
    told = joined(rung(offer, with_stage=len(stages) > 1) for offer in by_time(offers))
    return Said(f"({rungs.en}): {told.en}", f"（{rungs.zh}）：{told.zh}")


RISES: Final = {
    "rising": Said("rises: whoever waits is offered more", "逐档提高，越晚减免越多"),
    "falling": Said("falls: whoever waits is offered less", "逐档降低，越早减免越多"),
    "level": Said("forgives the same on every rung", "各档减免幅度相同"),
    "up and down": Said("goes up and down", "各档减免有升有降"),
}
"""What a ladder of several rungs does with age."""


def direction(offers: Sequence[Offer]) -> Literal["rising", "falling", "level", "up and down"]:
    """Return whether a ladder of several rungs rises, falls, stays level or goes up and down.

    Examples
    --------
    >>> direction([Offer(day=1, discount_share=0.1), Offer(day=9, discount_share=0.3)])
    'rising'
    """
    given = [(offer.discount_share, offer.waive_share) for offer in by_time(offers)]
    up = all(first[0] <= then[0] and first[1] <= then[1] for first, then in pairwise(given))
    down = all(first[0] >= then[0] and first[1] >= then[1] for first, then in pairwise(given))
    if up and down:
        return "level"
    if up:
        return "rising"
    return "falling" if down else "up and down"
