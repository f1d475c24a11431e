"""Sentences about the early and the mid stage, and about promises and plans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from simcollect.scenario.explain.cadence import cadence
from simcollect.scenario.explain.figures import BANDS
from simcollect.scenario.explain.levers import TONES
from simcollect.scenario.explain.said import (
    Said,
    Sentence,
    covering,
    days,
    in_a_row,
    listed,
    months,
    sentence,
    share,
    spelled,
)
from simcollect.scenario.explain.setting import Setting

BAND_NAMES = {
    "low": Said("low", "低风险"),
    "medium": Said("medium", "中风险"),
    "high": Said("high", "高风险"),
}


_TITLES = {
    "early": Said("Early stage", "初始阶段"),
    "mid": Said("Mid stage", "中期阶段"),
    "late": Said("Late stage", "后期阶段"),
    "final": Said("Final stage", "最终阶段"),
}
_BEFORE = {"mid": "early", "late": "mid", "final": "late"}


def early(s: Setting) -> Iterator[Sentence]:
    """Yield the sentences about the early stage."""
    stage, begins = s.levers.early, s.figures.enters
    if begins[0] == begins[1]:
        yield Sentence(
            sentence(
                "the mid stage begins on the same day, so no account ever waits here",
                "中期阶段同日开始，账户不会停留在本阶段",
            )
        )
    yield _cadence(s, "early")
    yield from _amount(s, 0)
    yield from _grace(s)
    if ("early", "caller") not in s.idle:
        yield _caller(s)
    if ("early", "tone") not in s.idle:
        tone = TONES[stage.tone]
        yield Sentence(sentence(f"the tone is {tone.en}", f"语气{tone.zh}"), covering("early", "tone"))
    if ("early", "channel_rule") not in s.idle:
        preferred = stage.channel_rule == "preferred"
        yield Sentence(
            sentence(
                "in every stage messages go by the channel that the borrower prefers",
                "各阶段信息均按客户偏好的渠道发送",
            )
            if preferred
            else sentence("messages go by the channel listed", "信息按所列渠道发送"),
            covering("early", "channel_rule"),
            plain=not preferred,
        )


def mid(s: Setting) -> Iterator[Sentence]:
    """Yield the sentences about the mid stage."""
    stage = s.levers.mid
    yield _cadence(s, "mid")
    yield from _amount(s, 1)
    if ("mid", "visit_min_balance") not in s.idle:
        least = s.money(stage.visit_min_balance)
        yield Sentence(
            sentence(f"nobody who owes less than {least.en} is visited", f"欠款低于{least.zh}的客户不上门")
            if stage.visit_min_balance > 0
            else sentence("visits are made whatever is owed", "上门不设最低余额"),
            covering("mid", "visit_min_balance"),
            plain=stage.visit_min_balance == 0,
        )
    if ("mid", "tone") not in s.idle:
        tone = TONES[stage.tone]
        yield Sentence(
            sentence(f"from here on the tone is {tone.en}", f"本阶段起语气{tone.zh}"), covering("mid", "tone")
        )


def agreements(s: Setting) -> Iterator[Sentence]:
    """Yield the sentences about promises to pay and repayment plans."""
    after = s.levers.follow_up
    if ("follow_up", "promise_max_days") not in s.idle:
        longest = days(after.promise_max_days)
        yield Sentence(
            sentence(f"a promise to pay is taken for at most {longest.en} ahead", f"承诺还款最长 {longest.zh}"),
            covering("follow_up", "promise_max_days"),
        )
        call = after.broken_promise_call_days
        yield Sentence(
            sentence("a broken promise is not followed up", "失约后不安排跟进电话")
            if call < 0
            else sentence(
                f"a broken one is followed by a call {_later(call).en}", f"失约后{_later(call).zh}安排跟进电话"
            ),
            covering("follow_up", "broken_promise_call_days"),
        )
    if ("mid", "plan_offered") not in s.idle:
        yield _plan(s)
    if ("follow_up", "plan_check_days") not in s.idle:
        call, most = after.plan_check_days, after.max_missed_instalments
        yield Sentence(
            sentence("a missed instalment is not followed up", "漏还后不安排跟进电话")
            if call < 0
            else sentence(
                f"a missed instalment is followed by a call {_later(call).en}", f"漏还后{_later(call).zh}安排跟进电话"
            ),
            covering("follow_up", "plan_check_days"),
        )
        yield Sentence(
            sentence("the first missed instalment breaks the agreement", "漏还一期即视为违约")
            if most == 0
            else sentence(
                f"{spelled(most)} missed in a row {'is' if most == 1 else 'are'} borne, one more breaks the agreement",
                f"连续漏还不超过 {most:,} 期可予容忍，再漏一期即视为违约",
            ),
            covering("follow_up", "max_missed_instalments"),
        )


def _later(count: int) -> Said:
    return Said("the same day", "当天") if count == 0 else Said(f"{days(count).en} later", f" {days(count).zh}")


def heading(s: Setting, table: Literal["early", "mid", "late", "final"]) -> Sentence:
    """Return the title of a stage's section: its name and when it begins."""
    begins = getattr(s.levers, table).enter_dpd
    name, covers = _TITLES[table], covering(table, "enter_dpd")
    en, zh = f"{name.en}, from day {begins:,} past due", f"{name.zh}：逾期第 {begins:,} 天起"
    if table != "early":
        after = getattr(s.levers, table).enter_after_days
        covers |= covering(table, "enter_after_days")
        if after >= 0:
            before = _TITLES[_BEFORE[table]]
            en += f" or {days(after).en} after the {before.en.lower()} began"
            zh = f"{name.zh}：逾期第 {begins:,} 天或{before.zh}满 {days(after).zh}起"
    return Sentence(Said(en, zh), covers)


def _cadence(s: Setting, table: str) -> Sentence:
    steps = s.levers.early.steps if table == "early" else s.levers.mid.steps
    told = cadence(steps)
    return Sentence(
        sentence(told.en, told.zh) if steps else sentence("nobody is contacted", "不安排任何联系"),
        covering(table, "steps"),
    )


def _amount(s: Setting, place: int) -> Iterator[Sentence]:
    """Yield how many contacts the cadence makes by the calendar."""
    contacts, human = s.figures.contacts[place], s.figures.human_contacts[place]
    if not (s.levers.early.steps, s.levers.mid.steps)[place]:
        return
    first, after = s.figures.enters[place], s.figures.enters[place + 1]
    goes_on = place == 1 and s.levers.late.keep_negotiating
    length = days((s.figures.enters[3] if goes_on else after) - first)
    people = Said("none of them", "无人工联系") if human == 0 else Said(f"{human:,} of them", f"其中人工 {human:,} 次")
    cut = s.figures.cut_contacts[place]
    ends = Said("", "")
    if cut > 0:
        ends = Said(f"; {cut:,} more would follow, but contact ends before", f"；另有 {cut:,} 次因停止联系而不再进行")
    if contacts == 0 < cut:
        yield Sentence(sentence("contact ends before any of them is due", "此前已停止联系，上述联系均不进行"))
        return
    yield Sentence(
        sentence(
            f"that is up to {contacts:,} {'contact' if contacts == 1 else 'contacts'}, {people.en} by a person, in "
            + (f"{length.en}: they go on in the late stage" if goes_on else f"the {length.en} of the stage")
            + ends.en,
            f"合计：{length.zh}内{'（后期阶段继续联系）' if goes_on else ''}最多联系 {contacts:,} 次，"
            f"{people.zh}{ends.zh}",
        )
    )


def _grace(s: Setting) -> Iterator[Sentence]:
    """Yield for how long people keep from calling, and when they first do."""
    if ("early", "grace_days_low") in s.idle:
        return
    early = s.levers.early
    grace = {band: int(getattr(early, f"grace_days_{band}")) for band in BANDS}
    covers = covering("early", *(f"grace_days_{band}" for band in BANDS))
    if not any(grace.values()):
        yield Sentence(
            sentence("no risk band has a grace period without calls", "各风险等级均不设人工电话宽限期"), covers, True
        )
    else:
        left = [band for band in BANDS if grace[band] > 0]
        first, *others = left
        told = [f"a {first}-risk account in its first {days(grace[first]).en}"]
        told += [f"a {band}-risk one in its first {grace[band]:,}" for band in others]
        zh = "、".join(f"{BAND_NAMES[band].zh} {days(grace[band]).zh}" for band in left)
        rest = listed(BAND_NAMES[band] for band in BANDS if grace[band] == 0)
        en_rest = f"; {rest.en} risk has no grace" if rest.en else ""
        zh_rest = f"；{rest.zh}不设宽限" if rest.zh else ""
        yield Sentence(
            sentence(f"no collector calls {in_a_row(told, 'or')}{en_rest}", f"人工电话宽限期：{zh}{zh_rest}"),
            covers,
        )
    comes = first_contact(s)
    if comes is not None:
        yield Sentence(comes)


def first_contact(s: Setting) -> Said | None:
    """Return when a person first contacts an account of each risk band, days past due; None if nobody ever does."""
    found = s.figures.first_human
    if not found:
        return None
    day = sorted(set(found.values()))
    if len(day) == 1 and len(found) == len(BANDS):
        return sentence(
            f"the first contact by a person comes on day {day[0]:,} past due",
            f"首次人工联系在逾期第 {day[0]:,} 天",
        )
    groups = [(when, [band for band in BANDS if found.get(band) == when]) for when in day]
    en = [f"on day {when:,} for {listed(BAND_NAMES[band] for band in bands).en} risk" for when, bands in groups]
    en[0] = en[0].replace(" for ", " past due for ", 1)
    zh = "，".join(f"{listed(BAND_NAMES[band] for band in bands).zh}在逾期第 {when:,} 天" for when, bands in groups)
    return sentence(f"the first contact by a person comes {in_a_row(en)}", f"首次人工联系：{zh}")


def _caller(s: Setting) -> Sentence:
    early = s.levers.early
    covers = covering("early", "caller", "automated_until_day")
    if early.caller == "human":
        said = sentence("collectors make the calls themselves", "电话由人工拨打")
        return Sentence(said, covering("early", "caller"), plain=True)
    if early.caller == "automated":
        return Sentence(
            sentence("the dialler makes every call, collectors none", "所列电话全部改由自动外呼"),
            covering("early", "caller"),
        )
    return Sentence(
        sentence(
            f"the dialler makes the calls before day {early.automated_until_day:,}, collectors from then on",
            f"第 {early.automated_until_day:,} 天以前的电话由自动外呼，此后转人工",
        ),
        covers,
    )


def _plan(s: Setting) -> Sentence:
    mid = s.levers.mid
    if not mid.plan_offered:
        return Sentence(sentence("no repayment plan is offered", "不提供还款计划"), covering("mid", "plan_offered"))
    terms = plan_terms(s)
    return Sentence(
        sentence(
            f"from the mid stage on, a conversation can end in a repayment plan: {terms.en}",
            f"中期阶段起可在沟通中商定还款计划：{terms.zh}",
        ),
        covering(
            "mid",
            "plan_offered",
            "plan_affordability_share",
            "plan_max_months",
            "plan_down_payment_share",
            "plan_interest_waived_share",
        ),
    )


def plan_terms(s: Setting) -> Said:
    """Return the terms of a repayment plan."""
    mid = s.levers.mid
    part, longest = share(mid.plan_affordability_share), months(mid.plan_max_months)
    down, waived = share(mid.plan_down_payment_share), share(mid.plan_interest_waived_share)
    terms = [
        Said(
            f"instalments of {part.en} of the spare income found",
            f"每期还款额为核实可支配收入的 {part.zh}",
        ),
        Said(f"{longest.en} at most", f"最长 {longest.zh}"),
        Said("no down-payment", "无首付")
        if mid.plan_down_payment_share == 0
        else Said(f"a down-payment of {down.en}", f"首付 {down.zh}"),
        Said("no interest waived", "不减免利息")
        if mid.plan_interest_waived_share == 0
        else Said(f"{waived.en} of the interest waived", f"减免利息 {waived.zh}"),
    ]
    return Said(", ".join(term.en for term in terms), "，".join(term.zh for term in terms))
