"""The two strategies that a comparison speaks about, and what a remark on them is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Final, NamedTuple, TypeAlias

from simcollect.scenario.explain.levers import shown, value_at
from simcollect.scenario.explain.said import Path, Said, listed, sentence
from simcollect.scenario.explain.setting import Setting
from simcollect.scenario.strategy import Levers


class Side(NamedTuple):
    """One of the two strategies: the name it goes by and its setting."""

    name: str
    setting: Setting

    @property
    def levers(self) -> Levers:
        """Its resolved levers."""
        return self.setting.levers

    def shown(self, path: Path) -> Said:
        """Return the value of a lever in words."""
        return shown(self.levers, path, self.setting.currency)

    def acts(self, path: Path) -> bool:
        """Return whether a lever has an effect here."""
        return path not in self.setting.idle


class Group(IntEnum):
    """What a remark is about."""

    LAW = 1
    CONTACT = 2
    SETTLEMENT = 3
    PLANS = 4
    STAGES = 5
    AFTER = 6
    WORK = 7
    SEGMENTS = 8
    WITHOUT_EFFECT = 9


TITLES: Final = {
    Group.LAW: Said("Court and legal means", "法律手段"),
    Group.CONTACT: Said("Contact", "联系与催收"),
    Group.SETTLEMENT: Said("Settlement, sale, write-off", "和解、转让与核销"),
    Group.PLANS: Said("Promises and plans", "承诺还款与还款计划"),
    Group.STAGES: Said("Stages: when they begin, what moves on, what holds", "阶段推进与暂缓"),
    Group.AFTER: Said("Once a case is resolved", "客户关系恢复"),
    Group.WORK: Said("End of contact, order of work", "停止联系与作业安排"),
    Group.SEGMENTS: Said("Segments", "客群差异"),
    Group.WITHOUT_EFFECT: Said("Written differently, but without effect", "设定不同但不起作用"),
}

KIND: Final = 100.0
"""Weight of a difference in kind: one does what the other never does."""
PLAIN: Final = 10.0
"""Weight of a difference that no figure measures."""


class Remark(NamedTuple):
    """One sentence about a difference.

    Attributes
    ----------
    group : Group
        What it is about.
    said : Said
        The sentence.
    covers : frozenset of Path
        Levers whose difference it tells.
    weight : float
        How much the difference matters, for the order only: 0 to 100. Days count one each (up to 90), shares of
        principal two a point, contacts by their ratio; what one does and the other never does counts most.
    """

    group: Group
    said: Said
    covers: frozenset[Path]
    weight: float


Remarks: TypeAlias = Callable[[Side, Side], Iterator[Remark]]


def differs(first: Side, second: Side, path: Path) -> bool:
    """Return whether a lever differs and has an effect on either side."""
    if value_at(first.levers, path) == value_at(second.levers, path):
        return False
    return first.acts(path) or second.acts(path)


def only(side: Side, deeds: list[Said]) -> Said:
    """Return that one of the two alone does something; deeds are verb phrases in the third person."""
    told = listed(deeds)
    return sentence(f"only {side.name} {told.en}", f"只有 {side.name} {told.zh}")
