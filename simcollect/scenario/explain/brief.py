"""A strategy in two sentences: the figures a colleague would give first, and what it never does."""

from __future__ import annotations

from collections.abc import Iterator

from simcollect.scenario.explain.figures import figures
from simcollect.scenario.explain.idle import actions, contacts, restores
from simcollect.scenario.explain.said import Said, Sentence, joined, listed, months, sentence, share
from simcollect.scenario.explain.setting import Setting
from simcollect.scenario.strategy import Levers, Stop


def brief(s: Setting) -> Iterator[Sentence]:
    """Yield the figures that a strategy amounts to by the calendar."""
    told = [*_contact(s), *_plans(s), *_law(s), *_settlement(s), *_disposal(s)]
    if told:
        yield Sentence(sentence(joined(told).en, joined(told).zh))


def _contact(s: Setting) -> Iterator[Said]:
    early, mid = s.figures.contacts
    if early + mid > 0:
        most = s.levers.stop.max_attempts
        in_all = Said(f", {most:,} in all", f"，合计不超过 {most:,} 次") if 0 < most < early + mid else Said("", "")
        later = f"{mid:,}" if mid > 0 else "none"
        yield Said(
            f"up to {early:,} {'contact' if early == 1 else 'contacts'} in the early stage and {later} "
            f"from the mid stage on{in_all.en}",
            f"初始阶段最多联系 {early:,} 次，中期阶段起最多 {mid:,} 次{in_all.zh}",
        )
    found = sorted(set(s.figures.first_human.values()))
    if found:
        first, last = found[0], found[-1]
        yield Said(
            f"the first contact by a person on day {first:,} past due"
            if first == last
            else f"the first contact by a person between day {first:,} and day {last:,} past due, by risk",
            f"首次人工联系在逾期第 {first:,} 天"
            if first == last
            else f"首次人工联系视风险等级在逾期第 {first:,} 至 {last:,} 天",
        )


def _plans(s: Setting) -> Iterator[Said]:
    if s.levers.mid.plan_offered and ("mid", "plan_offered") not in s.idle:
        longest = months(s.levers.mid.plan_max_months)
        yield Said(f"repayment plans of up to {longest.en}", f"还款计划最长 {longest.zh}")


def _law(s: Setting) -> Iterator[Said]:
    suit, letter = s.figures.suit, s.figures.letter
    if suit is not None:
        rare = (
            Said(", when the final stage has begun", "（届时已入最终阶段）")
            if s.figures.suit_too_late
            else Said("", "")
        )
        yield Said(f"a suit from day {suit:,} past due{rare.en}", f"逾期第 {suit:,} 天起提起诉讼{rare.zh}")
    elif letter is not None:
        yield Said(
            f"a lawyer's letter from day {letter:,} past due, but no suit", f"逾期第 {letter:,} 天发律师函，不起诉"
        )


def _settlement(s: Setting) -> Iterator[Said]:
    if s.figures.deepest is None:
        return
    off, waived = (share(part) for part in s.figures.deepest)
    depth = Said(f"down to {off.en} off the principal", f"本金最多减免 {off.zh}")
    if s.figures.deepest[0] == 0:
        depth = Said(f"with at most {waived.en} of the charges waived", f"息费最多减免 {waived.zh}")
    day = f"{s.figures.first_offer:,}"
    yield Said(f"settlements from day {day} past due, {depth.en}", f"逾期第 {day} 天起提供和解方案，{depth.zh}")


def _disposal(s: Setting) -> Iterator[Said]:
    final = s.levers.final
    if final.disposal != "none":
        done = {"sell": Said("sold", "转让"), "write_off": Said("written off", "核销")}[final.disposal]
        yield Said(
            f"what is left is {done.en} on day {final.disposal_dpd:,}",
            f"逾期第 {final.disposal_dpd:,} 天{done.zh}剩余账户",
        )


def never(s: Setting) -> Iterator[Sentence]:
    """Yield what a strategy never does."""
    told = [said for said, does in abstentions(s) if not does]
    if told:
        never_does = listed(told, "or")
        yield Sentence(sentence(f"it never {never_does.en}", f"不采取的措施：{'、'.join(said.zh for said in told)}"))


def abstentions(s: Setting) -> Iterator[tuple[Said, bool]]:
    """Yield what a strategy may do or leave, and whether this one does it."""
    done, late, final = actions(s.levers), s.levers.late, s.levers.final
    yield Said("contacts a borrower", "联系客户"), contacts(s.levers)
    if contacts(s.levers):
        yield (
            Said("has a person call", "人工致电"),
            bool(done & {"call", "negotiation_call"}) and bool(figures(_endless(s.levers)).first_human),
        )
        yield Said("visits", "上门"), "visit" in done
        yield Said("agrees a repayment plan", "商定还款计划"), bool(s.levers.mid.plan_offered)
    yield Said("sends a lawyer's letter", "发律师函"), late.letter_day >= 0
    yield Said("files a suit", "起诉"), late.suit_day >= 0
    yield Said("reports to the credit bureau", "上报征信"), late.mark_credit_record
    yield Said("offers a settlement", "提供和解方案"), bool(final.offers)
    yield Said("sells or writes off", "转让或核销"), final.disposal != "none"
    yield Said("restores the relationship", "恢复客户关系"), restores(s.levers)


def _endless(levers: Levers) -> Levers:
    """Return the levers without an end of contact: an account that is moved on early can meet what it cuts off."""
    return levers.model_copy(update={"stop": Stop()})
