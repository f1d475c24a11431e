"""Two strategies in one breath: who acts sooner, who presses harder, who gives more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from simcollect.scenario.diff.side import Side
from simcollect.scenario.explain.idle import actions
from simcollect.scenario.explain.said import Said, days, joined, listed, months, sentence, share

_FIRMNESS: Final = {"gentle": 0, "neutral": 1, "firm": 2}
_SOONER, _HARDER, _MORE = "sooner", "harder", "more"
_VERDICTS: Final = {
    _SOONER: Said("acts sooner", "行动更早"),
    _HARDER: Said("presses harder", "施压更大"),
    _MORE: Said("gives more", "让步更多"),
}


class Point(NamedTuple):
    """One reason for a verdict: which verdict, whose, and the reason as a noun phrase."""

    verdict: str
    side: Side
    reason: Said


def in_short(first: Side, second: Side) -> Said | None:
    """Return the verdicts with their reasons in one sentence, None where the figures give none."""
    points = [*_sooner(first, second), *_harder(first, second), *_more(first, second)]
    clauses = []
    for side in (first, second):
        verdicts = [
            Said(f"{words.en} ({told.en})", f"{words.zh}（{told.zh}）")
            for verdict, words in _VERDICTS.items()
            if (told := listed(point.reason for point in points if point.verdict == verdict and point.side is side)).en
        ]
        if verdicts:
            clauses.append(
                Said(f"{side.name} {listed(verdicts).en}", f"{side.name} {'，'.join(said.zh for said in verdicts)}")
            )
    if not clauses:
        return None
    whole = joined(clauses)
    return sentence(f"in short: {whole.en}", f"概括：{whole.zh}")


def _sooner(first: Side, second: Side) -> Iterator[Point]:
    here, there = first.setting.figures, second.setting.figures
    shared = [band for band in here.first_human if band in there.first_human]
    gaps = [there.first_human[band] - here.first_human[band] for band in shared]
    if gaps and (min(gaps) >= 0 or max(gaps) <= 0) and any(gaps):
        most = days(max(abs(gap) for gap in gaps))
        up_to = Said("up to ", "最多早 ") if len(set(gaps)) > 1 else Said("", "早 ")
        yield Point(
            _SOONER,
            first if max(gaps) > 0 else second,
            Said(f"the first contact by a person by {up_to.en}{most.en}", f"首次人工联系{up_to.zh}{most.zh}"),
        )
    for day, other, en, zh in (
        (here.suit, there.suit, "court", "起诉"),
        (here.first_offer, there.first_offer, "the first settlement", "首次和解方案"),
    ):
        if day is not None and other is not None and day != other:
            gap = days(abs(day - other))
            yield Point(_SOONER, first if day < other else second, Said(f"{en} by {gap.en}", f"{zh}早 {gap.zh}"))


def _harder(first: Side, second: Side) -> Iterator[Point]:
    tones = [(_FIRMNESS[side.levers.early.tone], _FIRMNESS[side.levers.mid.tone]) for side in (first, second)]
    speaks = all(side.acts(("mid", "tone")) for side in (first, second))
    for side, mine, theirs in ((first, tones[0], tones[1]), (second, tones[1], tones[0])):
        if speaks and mine != theirs and mine[0] >= theirs[0] and mine[1] >= theirs[1]:
            yield Point(_HARDER, side, Said("a firmer tone", "语气更坚决"))
    for side, other in ((first, second), (second, first)):
        late, beside = side.levers.late, other.levers.late
        if "visit" in actions(side.levers) and "visit" not in actions(other.levers):
            yield Point(_HARDER, side, Said("visits", "上门"))
        if late.suit_day >= 0 > beside.suit_day:
            yield Point(_HARDER, side, Said("suits", "提起诉讼"))
        if late.mark_credit_record and not beside.mark_credit_record:
            yield Point(_HARDER, side, Said("the credit bureau", "上报征信"))
        if late.add_costs and not beside.add_costs and side.acts(("late", "add_costs")):
            yield Point(_HARDER, side, Said("legal costs on the debt", "法律费用计入欠款"))


def _more(first: Side, second: Side) -> Iterator[Point]:
    for side, other in ((first, second), (second, first)):
        deep, less = (each.setting.figures.deepest or (0.0, 0.0) for each in (side, other))
        if deep[0] > less[0]:
            yield _share(side, deep[0], less[0], Said("of the principal", "本金减免"))
        mine, theirs = (each.levers.mid if _plans(each) else None for each in (side, other))
        if mine is None:
            continue
        if theirs is None:
            yield Point(_MORE, side, Said("repayment plans", "提供还款计划"))
            continue
        if mine.plan_interest_waived_share > theirs.plan_interest_waived_share:
            waived = Said("of the interest under a plan", "还款计划减免利息")
            yield _share(side, mine.plan_interest_waived_share, theirs.plan_interest_waived_share, waived)
        if mine.plan_max_months > theirs.plan_max_months:
            longest, shorter = months(mine.plan_max_months), months(theirs.plan_max_months)
            yield Point(
                _MORE,
                side,
                Said(
                    f"plans of up to {longest.en} against {theirs.plan_max_months:,}",
                    f"还款计划最长 {longest.zh}对 {shorter.zh}",
                ),
            )


def _plans(side: Side) -> bool:
    return side.levers.mid.plan_offered and side.acts(("mid", "plan_offered"))


def _share(side: Side, most: float, least: float, of: Said) -> Point:
    high, low = share(most), share(least)
    if least == 0:
        return Point(_MORE, side, Said(f"{high.en} {of.en} against none", f"{of.zh} {high.zh}对不减免"))
    return Point(_MORE, side, Said(f"{high.en} {of.en} against {low.en}", f"{of.zh} {high.zh}对 {low.zh}"))
