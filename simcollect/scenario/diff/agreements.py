"""What two strategies do differently in promises, plans, settlements, and with what stays open."""

from __future__ import annotations

from collections.abc import Iterator

from simcollect.scenario.diff.side import KIND, PLAIN, Group, Remark, Side, differs, only
from simcollect.scenario.explain.cadence import shape
from simcollect.scenario.explain.levers import LEVERS
from simcollect.scenario.explain.said import (
    Path,
    Said,
    covering,
    days,
    in_a_row,
    listed,
    months,
    past_due,
    sentence,
    share,
)
from simcollect.scenario.explain.stages import plan_terms

_PLAN_TERMS = covering(
    "mid", "plan_affordability_share", "plan_max_months", "plan_down_payment_share", "plan_interest_waived_share"
)


def plans(first: Side, second: Side) -> Iterator[Remark]:
    """Yield what differs in repayment plans."""
    offered = [side.levers.mid.plan_offered and side.acts(("mid", "plan_offered")) for side in (first, second)]
    if offered[0] != offered[1]:
        does, leaves = (first, second) if offered[0] else (second, first)
        terms = plan_terms(does.setting)
        yield Remark(
            Group.PLANS,
            sentence(
                f"{does.name} agrees repayment plans ({terms.en}), {leaves.name} none",
                f"{does.name} 可商定还款计划（{terms.zh}），{leaves.name} 不提供",
                name=does.name,
            ),
            _PLAN_TERMS | covering("mid", "plan_offered"),
            KIND - 15.0,
        )
    elif offered[0]:
        yield from _terms(first, second)


def _terms(first: Side, second: Side) -> Iterator[Remark]:
    """Yield the terms of plans that differ, all in one sentence."""
    told = {
        path: (_term(first, path), _term(second, path)) for path in sorted(_PLAN_TERMS) if differs(first, second, path)
    }
    if not told:
        return
    en = [in_a_row([pair[place].en for pair in told.values()]) for place in (0, 1)]
    zh = ["，".join(pair[place].zh for pair in told.values()) for place in (0, 1)]
    yield Remark(
        Group.PLANS,
        sentence(
            f"a repayment plan {en[0]} under {first.name}; under {second.name} it {en[1]}",
            f"还款计划：{first.name} {zh[0]}；{second.name} {zh[1]}",
        ),
        frozenset(told),
        40.0,
    )


def _term(side: Side, path: Path) -> Said:
    mid = side.levers.mid
    part, longest = share(mid.plan_affordability_share), months(mid.plan_max_months)
    down, waived = share(mid.plan_down_payment_share), share(mid.plan_interest_waived_share)
    return {
        "plan_affordability_share": Said(
            f"takes {part.en} of the spare income found", f"每期还款额占可支配收入 {part.zh}"
        ),
        "plan_max_months": Said(f"lasts {longest.en} at most", f"最长 {longest.zh}"),
        "plan_down_payment_share": Said(f"asks {down.en} down", f"首付 {down.zh}")
        if mid.plan_down_payment_share > 0
        else Said("asks nothing down", "无首付"),
        "plan_interest_waived_share": Said(f"waives {waived.en} of the interest", f"减免利息 {waived.zh}")
        if mid.plan_interest_waived_share > 0
        else Said("waives no interest", "不减免利息"),
    }[path[1]]


def settlements(first: Side, second: Side) -> Iterator[Remark]:
    """Yield what differs in settlements."""
    here, there = first.levers.final.offers, second.levers.final.offers
    if bool(here) != bool(there):
        does, leaves = (first, second) if here else (second, first)
        told = shape(here or there)
        yield Remark(
            Group.SETTLEMENT,
            sentence(
                f"{leaves.name} offers no settlement; {does.name}'s ladder {told.en}",
                f"{leaves.name} 不提供和解方案；{does.name} 的和解方案{told.zh}",
                name=leaves.name,
            ),
            covering("final", "offers", "random_days", "min_balance", "offers_after_break"),
            KIND - 2.0,
        )
        return
    yield from _delay(first, second)
    if here == there:
        return
    yield from _depth(first, second)
    for side in (first, second):
        told = shape(side.levers.final.offers)
        yield Remark(
            Group.SETTLEMENT,
            sentence(f"{side.name}'s settlement ladder {told.en}", f"{side.name} 的和解方案{told.zh}", name=side.name),
            covering("final", "offers"),
            PLAIN,
        )


def _delay(first: Side, second: Side) -> Iterator[Remark]:
    """Yield whether offers come on their day or at random after it."""
    path = ("final", "random_days")
    if not (differs(first, second, path) and first.acts(path) and second.acts(path)):
        return
    told = [
        Said("on their day", "按期提出")
        if side.levers.final.random_days == 0
        else Said(
            f"up to {days(side.levers.final.random_days).en} later at random",
            f"随机顺延最多 {days(side.levers.final.random_days).zh}",
        )
        for side in (first, second)
    ]
    yield Remark(
        Group.SETTLEMENT,
        sentence(
            f"offers come {told[0].en} under {first.name}, {told[1].en} under {second.name}",
            f"方案提出日：{first.name} {told[0].zh}，{second.name} {told[1].zh}",
        ),
        frozenset({path}),
        20.0,
    )


def _depth(first: Side, second: Side) -> Iterator[Remark]:
    """Yield how deep and how early the settlements of both go."""
    deepest = [side.setting.figures.deepest or (0.0, 0.0) for side in (first, second)]
    if deepest[0][0] != deepest[1][0]:
        deep, other = (first, second) if deepest[0][0] > deepest[1][0] else (second, first)
        off = share(max(deepest)[0]), share(min(deepest)[0])
        yield Remark(
            Group.SETTLEMENT,
            sentence(
                f"{deep.name} forgives up to {off[0].en} of the principal, {other.name} up to {off[1].en}",
                f"{deep.name} 最多减免本金 {off[0].zh}，{other.name} 最多 {off[1].zh}",
                name=deep.name,
            ),
            frozenset(),
            min(90.0, PLAIN + 200.0 * abs(deepest[0][0] - deepest[1][0])),
        )
    begins = [side.setting.figures.first_offer or 0 for side in (first, second)]
    if begins[0] != begins[1]:
        soon, other = (first, second) if begins[0] < begins[1] else (second, first)
        gap = abs(begins[0] - begins[1])
        yield Remark(
            Group.SETTLEMENT,
            sentence(
                f"{soon.name} offers the first settlement on day {min(begins):,} past due, {other.name} on day "
                f"{max(begins):,}: {gap:,} {'day' if gap == 1 else 'days'} sooner",
                f"首次提出和解方案：{soon.name} 在逾期第 {min(begins):,} 天，{other.name} 在第 {max(begins):,} 天，"
                f"前者早 {gap:,} 天",
                name=soon.name,
            ),
            frozenset(),
            min(80.0, PLAIN + gap / 2.0),
        )


def disposals(first: Side, second: Side) -> Iterator[Remark]:
    """Yield what differs in what becomes of accounts still open."""
    path = ("final", "disposal")
    details = covering("final", "disposal_dpd", "disposal_random_days", "disposal_share")
    if not any(differs(first, second, other) for other in (path, *details)):
        return
    ends = []
    for side in (first, second):
        final = side.levers.final
        day, part = past_due(final.disposal_dpd), share(final.disposal_share)
        if final.disposal_random_days > 0:
            later = days(final.disposal_random_days)
            day = Said(f"{day.en} or up to {later.en} later, at random,", f"{day.zh}起 {later.zh}内随机一天")
        of = Said("", "") if final.disposal_share == 1 else Said(f"{part.en} of ", f" {part.zh} 的")
        ends.append(
            {
                "none": Said("keeps open what is not resolved", "不转让也不核销"),
                "sell": Said(f"sells {of.en}what is still open on {day.en}", f"{day.zh}转让{of.zh}未结账户"),
                "write_off": Said(f"writes off {of.en}what is still open on {day.en}", f"{day.zh}核销{of.zh}未结账户"),
            }[final.disposal]
        )
    yield Remark(
        Group.SETTLEMENT,
        sentence(
            f"{first.name} {ends[0].en}, {second.name} {ends[1].en}",
            f"{first.name} {ends[0].zh}，{second.name} {ends[1].zh}",
            name=first.name,
        ),
        details | covering("final", "disposal"),
        65.0 if differs(first, second, path) else 30.0,
    )


_GIFTS: dict[Path, Said] = {
    ("restoration", "care_call"): Said("makes a care call", "安排客户关怀电话"),
    ("restoration", "credit_rebuild"): Said("has the mark on the credit record removed", "消除不良征信记录"),
    ("restoration", "reopen_line"): Said("opens the credit line again", "恢复额度"),
    ("final", "closing_record"): Said("makes a closing record", "作结案记录与评估"),
}


def afterwards(first: Side, second: Side) -> Iterator[Remark]:
    """Yield what differs once a case is resolved."""
    path = ("restoration", "fee_goodwill_share")
    if differs(first, second, path):
        back = [side.levers.restoration.fee_goodwill_share for side in (first, second)]
        more, less = (first, second) if back[0] > back[1] else (second, first)
        most, least = share(max(back)), share(min(back))
        nothing = min(back) == 0
        yield Remark(
            Group.AFTER,
            sentence(
                f"{more.name} gives back {most.en} of the interest and fees paid, {less.name} "
                f"{'nothing' if nothing else least.en}",
                f"{more.name} 返还已付息费的 {most.zh}，{less.name} {'不返还' if nothing else f'返还 {least.zh}'}",
                name=more.name,
            ),
            frozenset({path}),
            25.0,
        )
    for one_side, other_side in ((first, second), (second, first)):
        deeds = {
            path: deed
            for path, deed in _GIFTS.items()
            if differs(first, second, path)
            and getattr(getattr(one_side.levers, path[0]), path[1])
            and one_side.acts(path)
            and other_side.acts(path)
        }
        if deeds:
            yield Remark(Group.AFTER, only(one_side, list(deeds.values())), frozenset(deeds), 25.0)


def leftover(first: Side, second: Side, path: Path) -> Said:
    """Return a sentence about any lever that differs: its label and both values."""
    label, one, other = LEVERS[path].label, first.shown(path), second.shown(path)
    return sentence(
        f"{label.en}: {one.en} under {first.name}, {other.en} under {second.name}",
        f"{label.zh}：{first.name} 为{one.zh}，{second.name} 为{other.zh}",
    )


def one_sided(side: Side, paths: list[Path]) -> Said:
    """Return a sentence about levers that differ and have an effect on one side only."""
    told = listed(
        Said(f"{LEVERS[path].label.en} ({side.shown(path).en})", f"{LEVERS[path].label.zh}（{side.shown(path).zh}）")
        for path in paths
    )
    return sentence(f"what counts under {side.name} only: {told.en}", f"仅在 {side.name} 起作用：{told.zh}")
