"""``diff``: what two strategies do differently, grouped by meaning, the most important first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simcollect.core.words import Lang, check_lang
from simcollect.scenario.diff.agreements import afterwards, disposals, leftover, one_sided, plans, settlements
from simcollect.scenario.diff.contact import contact
from simcollect.scenario.diff.law import law
from simcollect.scenario.diff.segments import segments
from simcollect.scenario.diff.side import PLAIN, TITLES, Group, Remark, Remarks, Side
from simcollect.scenario.diff.stages import escalation, timetable, work
from simcollect.scenario.diff.summary import in_short
from simcollect.scenario.explain.areas import untouched
from simcollect.scenario.explain.explanation import known
from simcollect.scenario.explain.idle import is_passive
from simcollect.scenario.explain.levers import changed
from simcollect.scenario.explain.page import Page, Section
from simcollect.scenario.explain.said import Path, Said, listed, sentence
from simcollect.scenario.explain.setting import setting
from simcollect.scenario.specification import Scenario

_SPEAKERS: tuple[Remarks, ...] = (
    law,
    contact,
    settlements,
    disposals,
    plans,
    timetable,
    escalation,
    afterwards,
    work,
)
_GROUPS = {
    "early": Group.CONTACT,
    "mid": Group.CONTACT,
    "follow_up": Group.PLANS,
    "late": Group.LAW,
    "final": Group.SETTLEMENT,
    "restoration": Group.AFTER,
    "escalation": Group.STAGES,
    "stop": Group.WORK,
    "work": Group.WORK,
}


def _group(path: Path) -> Group:
    """Return what a lever is about: its table, but when a stage begins is always about stages."""
    return Group.STAGES if path[1].startswith("enter_") else _GROUPS[path[0]]


_BLOCKS = {
    "portfolio": Said("the portfolio", "资产组合"),
    "behaviour": Said("how borrowers behave", "借款人行为"),
    "capacity": Said("staff", "人员配置"),
    "rules": Said("the rules in force", "适用规则"),
    "economics": Said("prices", "成本与价格"),
    "run": Said("the run", "模拟期间"),
}


@dataclass(frozen=True)
class Difference(Page):
    """What two strategies do differently, in sentences; ``str()`` for a terminal, ``to_markdown()`` for a document.

    Attributes
    ----------
    same : bool
        Whether no lever differs.
    """

    same: bool = False


def diff(
    scenario: Scenario, first: str, second: str, lang: Lang = "en", *, other: Scenario | None = None
) -> Difference:
    """Return what two strategies do differently, in plain sentences.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.
    first, second : str
        Names of the strategies.
    lang : {"en", "zh"}
        Language.
    other : Scenario, optional
        Scenario of the second strategy, when it is not the same.

    Returns
    -------
    Difference
        Sections by meaning, the weightiest difference first. Every lever whose value differs is told, with both values;
        one that changes nothing on either side stands in a section of its own. Days past due are those of an account
        that no trigger, hold or lack of staff has moved.

    Raises
    ------
    InputError
        If a scenario has no such strategy.

    Examples
    --------
    >>> from simcollect.scenario import load
    >>> print(diff(load("tiny"), "firm", "firm").opening[0])
    They are the same: no lever differs.
    """
    lang = check_lang(lang)
    there = scenario if other is None else other
    here_strategy, there_strategy = known(scenario, first), known(there, second)
    names = _names(scenario, first, there, second)
    one = Side(names[0], setting(here_strategy, scenario.economics.currency, scenario.rules))
    two = Side(names[1], setting(there_strategy, there.economics.currency, there.rules))
    levers = changed(here_strategy, there_strategy)
    remarks = [*_remarks(one, two, levers), *segments(one, two, here_strategy, there_strategy)]
    sections = _sections(remarks, lang)
    return Difference(
        title=_title(names, scenario, there, lang),
        opening=tuple(said.told(lang) for said in _opening(scenario, there, one, two, bool(remarks))),
        sections=sections,
        closing=tuple(said.told(lang) for said in _alike(one, two, levers)) if remarks else (),
        same=not remarks,
    )


_SAME = sentence("they are the same: no lever differs", "两者相同：没有任何设定不同")


def _names(scenario: Scenario, first: str, there: Scenario, second: str) -> tuple[str, str]:
    """Return what the two are called: by name, with the scenario where the name alone is not enough."""
    if first != second or there is scenario:
        return first, second
    if scenario.name != there.name:
        return f"{first} ({scenario.name})", f"{second} ({there.name})"
    return f"{first} (1)", f"{second} (2)"


def _title(names: tuple[str, str], scenario: Scenario, there: Scenario, lang: Lang) -> str:
    where = scenario.name if there.name == scenario.name else f"{scenario.name}, {there.name}"
    if lang == "en":
        return f"{names[0]} and {names[1]}: what they do differently ({where})"
    return f"{names[0]} 与 {names[1]} 的差异（{where}）"


def _remarks(first: Side, second: Side, levers: list[Path]) -> Iterator[Remark]:
    """Yield all remarks; every lever that differs is in one, by its label if no sentence of its own told it."""
    told: set[Path] = set()
    for speaker in _SPEAKERS:
        for remark in speaker(first, second):
            told |= remark.covers
            yield remark
    one_side: dict[tuple[Group, str], list[Path]] = {}
    for path in levers:
        if path in told:
            continue
        acting = [side for side in (first, second) if side.acts(path)]
        if len(acting) == 1:
            one_side.setdefault((_group(path), acting[0].name), []).append(path)
            continue
        group, weight = (_group(path), PLAIN) if acting else (Group.WITHOUT_EFFECT, 0.0)
        yield Remark(group, leftover(first, second, path), frozenset({path}), weight)
    for (group, name), paths in one_side.items():
        side = first if first.name == name else second
        yield Remark(group, one_sided(side, paths), frozenset(paths), PLAIN - 1.0)


def _sections(remarks: list[Remark], lang: Lang) -> tuple[Section, ...]:
    """Return the remarks by group: the group with the weightiest first, and the weightiest first within each."""
    by_group: dict[Group, list[Remark]] = {}
    for remark in remarks:
        by_group.setdefault(remark.group, []).append(remark)
    last = {Group.SEGMENTS, Group.WITHOUT_EFFECT}
    order = sorted(
        by_group, key=lambda group: (group in last, -max(each.weight for each in by_group[group]), group.value)
    )
    return tuple(
        Section(
            TITLES[group].told(lang),
            tuple(each.said.told(lang) for each in sorted(by_group[group], key=lambda each: -each.weight)),
        )
        for group in order
    )


def _alike(first: Side, second: Side, levers: list[Path]) -> Iterator[Said]:
    """Yield what is the same in both: contacts are not where another lever ends them sooner on one side."""
    counts = zip(first.setting.figures.contacts, second.setting.figures.contacts, strict=True)
    cut = [(table, "steps") for table, (here, there) in zip(("early", "mid"), counts, strict=True) if here != there]
    shared = listed(untouched([*levers, *cut]))
    if shared.en:
        yield sentence(f"the same in both: {shared.en}", f"两者相同的有：{shared.zh}")
    yield sentence(
        "days and counts are those of an account that nothing holds up or moves on",
        "日期与次数以未暂缓、未提前升级的账户为准",
    )


def _opening(scenario: Scenario, there: Scenario, first: Side, second: Side, differ: bool) -> Iterator[Said]:
    """Yield what is said first: that nothing differs, that one does nothing, in what else two scenarios differ."""
    if not differ:
        yield _SAME
    elif is_passive(first.levers) != is_passive(second.levers):
        rests, acts = (first, second) if is_passive(first.levers) else (second, first)
        yield sentence(
            f"{rests.name} does nothing to any account; what follows is what {acts.name} does",
            f"{rests.name} 对任何账户都不采取措施；以下为 {acts.name} 的做法",
            name=rests.name,
        )
    else:
        short = in_short(first, second)
        if short is not None:
            yield short
    blocks = [name for block, name in _BLOCKS.items() if getattr(scenario, block) != getattr(there, block)]
    if blocks:
        told = listed(blocks)
        yield sentence(
            f"the scenarios differ in more than their strategies: {told.en}", f"两个场景除策略外还有不同：{told.zh}"
        )
