"""What two strategies do differently in moving accounts on, holding them, ending contact and ordering work."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from simcollect.scenario.diff.side import Group, Remark, Side, differs
from simcollect.scenario.explain.control import HOLDS, triggers
from simcollect.scenario.explain.levers import PRIORITIES, REVIEWS, ROUTINGS
from simcollect.scenario.explain.said import Said, covering, listed, sentence

_STAGES: tuple[tuple[Literal["early", "mid", "late", "final"], Said], ...] = (
    ("early", Said("early", "初始阶段")),
    ("mid", Said("mid", "中期阶段")),
    ("late", Said("late", "后期阶段")),
    ("final", Said("final", "最终阶段")),
)


def timetable(first: Side, second: Side) -> Iterator[Remark]:
    """Yield which stages begin on another day."""
    for table, name in _STAGES:
        path = (table, "enter_dpd")
        if not differs(first, second, path):
            continue
        here, there = (int(getattr(side.levers, table).enter_dpd) for side in (first, second))
        yield Remark(
            Group.STAGES,
            sentence(
                f"the {name.en} stage begins on day {here:,} past due under {first.name}, on day {there:,} under "
                f"{second.name}",
                f"{name.zh}起始：{first.name} 逾期第 {here:,} 天，{second.name} 逾期第 {there:,} 天",
            ),
            frozenset({path}),
            min(30.0, 10.0 + abs(here - there) / 4.0),
        )


def escalation(first: Side, second: Side) -> Iterator[Remark]:
    """Yield what differs in what moves an account on before its days, and in what holds it."""
    fields = covering("escalation", "refusals", "broken_promises", "attempts_without_reach", "plan_broken")
    changed = frozenset(path for path in fields if differs(first, second, path))
    if changed:
        here, there = triggers(first.setting), triggers(second.setting)
        one, other = listed(here, "or"), listed(there, "or")
        en = f"under {first.name} an account moves on early after {one.en}; under {second.name} after {other.en}"
        if not (here and there):
            moves, stays = (first, second) if here else (second, first)
            told = one if here else other
            en = (
                f"under {stays.name} only its days move an account on; under {moves.name} it moves on early after "
                f"{told.en}"
            )
        none = "无，仅按天数升级"
        yield Remark(
            Group.STAGES,
            sentence(en, f"提前升级条件：{first.name} 为{one.zh or none}；{second.name} 为{other.zh or none}"),
            changed,
            35.0,
        )
    for side, other_side in ((first, second), (second, first)):
        held = {
            ("escalation", name): said
            for name, said in HOLDS.items()
            if differs(first, second, ("escalation", name))
            and side.acts(("escalation", name))
            and other_side.acts(("escalation", name))
            and getattr(side.levers.escalation, name)
        }
        if held:
            told = listed(held.values(), "or")
            yield Remark(
                Group.STAGES,
                sentence(
                    f"{told.en} pauses pursuit only under {side.name}; under {other_side.name} it goes on",
                    f"{told.zh}：仅 {side.name} 暂缓，{other_side.name} 照常催收",
                ),
                frozenset(held),
                35.0,
            )


def work(first: Side, second: Side) -> Iterator[Remark]:
    """Yield what differs in how work is found and in its order."""
    review = ("work", "review")
    if differs(first, second, review) and first.acts(review) and second.acts(review):
        one, other = REVIEWS[first.levers.work.review], REVIEWS[second.levers.work.review]
        yield Remark(
            Group.WORK,
            sentence(
                f"under {first.name} {one.en}; under {second.name} {other.en}",
                f"工单生成：{first.name} {one.zh}；{second.name} {other.zh}",
            ),
            covering("work", "review"),
            30.0,
        )
    if first.acts(("work", "priority")) != second.acts(("work", "priority")):
        return
    if differs(first, second, ("work", "priority")):
        one, other = PRIORITIES[first.levers.work.priority], PRIORITIES[second.levers.work.priority]
        yield Remark(
            Group.WORK,
            sentence(
                f"staff take {one.en} first under {first.name}, {other.en} under {second.name}",
                f"工单优先顺序：{first.name} {one.zh}，{second.name} {other.zh}",
            ),
            covering("work", "priority"),
            25.0,
        )
    if differs(first, second, ("work", "routing")):
        one, other = ROUTINGS[first.levers.work.routing], ROUTINGS[second.levers.work.routing]
        yield Remark(
            Group.WORK,
            sentence(
                f"of those on duty, under {first.name} {one.en}; under {second.name} {other.en}",
                f"工单分派：{first.name} {one.zh}；{second.name} {other.zh}",
            ),
            covering("work", "routing"),
            20.0,
        )
