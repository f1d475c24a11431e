"""Sentences about the final stage and about what follows a resolved case."""

from __future__ import annotations

from collections.abc import Iterator

from simcollect.scenario.explain.cadence import RISES, STAGES, by_time, direction, rung
from simcollect.scenario.explain.said import Said, Sentence, covering, days, listed, sentence, share, spelled
from simcollect.scenario.explain.setting import Setting


def final(s: Setting) -> Iterator[Sentence]:
    """Yield the sentences about the final stage."""
    stage = s.levers.final
    yield from _ladder(s)
    if ("final", "random_days") not in s.idle:
        least, delay = s.money(stage.min_balance), days(stage.random_days)
        yield Sentence(
            sentence(
                f"the day of every offer is moved later by up to {delay.en} at random, so that it is hard to wait for",
                f"每次提出方案的日期随机顺延，最多 {delay.zh}，使客户难以坐等",
            )
            if stage.random_days > 0
            else sentence("offers come on their day, without a random delay", "方案按期提出，不随机顺延"),
            covering("final", "random_days"),
            plain=stage.random_days == 0,
        )
        yield Sentence(
            sentence(
                f"nothing is offered to anybody who owes less than {least.en}", f"欠款低于{least.zh}的不提供和解方案"
            )
            if stage.min_balance > 0
            else sentence("offers are made whatever is owed", "和解不设最低余额"),
            covering("final", "min_balance"),
            plain=stage.min_balance == 0,
        )
        yield Sentence(
            sentence("whoever breaks a plan or a settlement is still made offers", "协议违约后仍继续提出和解方案")
            if stage.offers_after_break
            else sentence(
                "whoever breaks a plan or a settlement is made no further offer", "协议违约后不再提出和解方案"
            ),
            covering("final", "offers_after_break"),
            plain=stage.offers_after_break,
        )
    yield disposal(s)
    yield Sentence(
        sentence("every closed case gets a closing record with an evaluation", "每个结案账户均作结案记录与评估")
        if stage.closing_record
        else sentence("no closing record is made", "不作结案记录与评估"),
        covering("final", "closing_record"),
        plain=not stage.closing_record,
    )


def _ladder(s: Setting) -> Iterator[Sentence]:
    offers, covers = by_time(s.levers.final.offers), covering("final", "offers")
    if not offers:
        yield Sentence(sentence("no settlement is offered", "不提供和解方案"), covers)
        return
    if len(offers) == 1:
        yield Sentence(sentence("one settlement is offered", "提供一次和解方案"), covers)
    else:
        way = RISES[direction(offers)]
        yield Sentence(
            sentence(
                f"the settlement ladder has {spelled(len(offers))} rungs and {way.en}",
                f"和解方案共 {len(offers)} 档，{way.zh}",
            ),
            covers,
        )
    in_final = all(offer.stage == "final" for offer in offers)
    for offer in offers:
        told = rung(offer, with_stage=not in_final)
        yield Sentence(sentence(told.en, told.zh), covers)


def disposal(s: Setting) -> Sentence:
    """Return what becomes of accounts that are still open."""
    stage = s.levers.final
    covers = covering("final", "disposal", "disposal_dpd", "disposal_random_days", "disposal_share")
    if stage.disposal == "none":
        return Sentence(
            sentence("nothing is sold or written off", "不转让也不核销"), covering("final", "disposal"), plain=True
        )
    day = f"{stage.disposal_dpd:,}"
    done = {"sell": Said("sold", "转让债权"), "write_off": Said("written off", "核销")}[stage.disposal]
    what, when = Said("what", "账户"), Said(f"on day {day} past due", f"逾期第 {day} 天")
    if stage.disposal_share < 1:
        part = share(stage.disposal_share)
        what = Said(f"{part.en} of what", f"账户中的 {part.zh} ")
    if stage.disposal_random_days > 0:
        last = f"{stage.disposal_dpd + stage.disposal_random_days:,}"
        when = Said(f"on a random day from {day} to {last} past due", f"逾期第 {day} 至 {last} 天之间的随机一天")
    return Sentence(
        sentence(f"{what.en} is still open {when.en} is {done.en}", f"{when.zh}仍未结清的{what.zh}{done.zh}"),
        covers,
    )


def restoration(s: Setting) -> Iterator[Sentence]:
    """Yield the sentences about what follows a resolved case."""
    done = s.levers.restoration
    gifts = covering("restoration", "care_call", "fee_goodwill_share", "credit_rebuild", "reopen_line")
    covers = gifts | covering("restoration", "from_stage", "delay_days", "min_margin")
    given = restored(s)
    if not given:
        yield Sentence(
            sentence("nothing is done once a case is resolved", "结案后不作客户关系恢复"), gifts & _told(s, gifts), True
        )
        return
    delay, stage, least = days(done.delay_days), STAGES[done.from_stage], s.money(done.min_margin)
    who = Said(
        f"customers who had come as far as the {stage.en} stage",
        f"曾进入{stage.zh}及以后的客户",
    )
    if done.from_stage == "early":
        who = Said("every customer whose account had entered a stage", "所有曾入催的客户")
    if done.min_margin > 0:
        who = Said(f"{who.en} and are worth {least.en} a year or more", f"{who.zh}（年贡献不低于{least.zh}）")
    told = listed(given)
    when = (
        Said("at once", "当天")
        if done.delay_days == 0
        else Said(f"{delay.en} after the case is resolved", f" {delay.zh}")
    )
    yield Sentence(
        sentence(f"{who.en} get, {when.en}, {told.en}", f"还清逾期或结案后{when.zh}，{who.zh}获得：{told.zh}"),
        covers & _told(s, covers),
    )


def _told(s: Setting, covers: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    return covers - frozenset(s.idle)


def restored(s: Setting) -> list[Said]:
    """Return what a customer is given once the case is resolved."""
    done = s.levers.restoration
    back = share(done.fee_goodwill_share)
    given = []
    if done.care_call:
        given.append(Said("a care call", "客户关怀电话"))
    if done.fee_goodwill_share > 0:
        given.append(Said(f"{back.en} of the interest and fees paid back", f"返还已付息费的 {back.zh}"))
    if done.credit_rebuild and ("restoration", "credit_rebuild") not in s.idle:
        given.append(Said("the mark on the credit record removed", "消除不良征信记录"))
    if done.reopen_line:
        given.append(Said("the credit line opened again", "恢复额度"))
    return given
