"""What two strategies do differently in single segments, beyond what they do differently everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from simcollect.scenario.diff.side import Group, Remark, Side
from simcollect.scenario.explain.levers import LEVERS, paths, value_at
from simcollect.scenario.explain.said import Said, joined, sentence
from simcollect.scenario.explain.setting import setting
from simcollect.scenario.strategy import Strategy


def segments(first: Side, second: Side, here: Strategy, there: Strategy) -> Iterator[Remark]:
    """Yield what differs in each segment that either strategy treats differently."""
    for name in dict.fromkeys([*here.segments, *there.segments]):
        sides = [
            Side(side.name, setting(strategy.segments.get(name, strategy), side.setting.currency, side.setting.rules))
            for side, strategy in ((first, here), (second, there))
        ]
        clauses = []
        for path in paths():
            mine, theirs = value_at(sides[0].levers, path), value_at(sides[1].levers, path)
            usual = value_at(first.levers, path), value_at(second.levers, path)
            if (mine, theirs) == usual or (mine == theirs and usual[0] == usual[1]):
                continue
            label = LEVERS[path].label
            one, other = sides[0].shown(path), sides[1].shown(path)
            if mine == theirs:
                clauses.append(Said(f"{label.en}: {one.en} under both", f"{label.zh}：两者均为{one.zh}"))
            else:
                clauses.append(
                    Said(
                        f"{label.en}: {one.en} under {first.name}, {other.en} under {second.name}",
                        f"{label.zh}：{first.name} 为{one.zh}，{second.name} 为{other.zh}",
                    )
                )
        if clauses:
            told = joined(clauses)
            yield Remark(
                Group.SEGMENTS, sentence(f"in segment {name}, {told.en}", f"客群 {name}：{told.zh}"), frozenset(), 20.0
            )
