"""``explain``: what one strategy does, stage by stage, as a colleague would tell it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from simcollect.core.errors import InputError, closest
from simcollect.core.words import Lang, check_lang
from simcollect.scenario.explain.areas import touched
from simcollect.scenario.explain.brief import brief, never
from simcollect.scenario.explain.closing import final, restoration
from simcollect.scenario.explain.control import by_segment, moving_on, stopping, working
from simcollect.scenario.explain.idle import is_passive
from simcollect.scenario.explain.legal import late
from simcollect.scenario.explain.levers import LEVERS, changed, shown, value_at
from simcollect.scenario.explain.page import Page, Section
from simcollect.scenario.explain.said import Said, Sentence, listed, sentence
from simcollect.scenario.explain.setting import Setting, setting
from simcollect.scenario.explain.stages import agreements, early, heading, mid
from simcollect.scenario.specification import Scenario
from simcollect.scenario.strategy import ROOT, Levers, Strategy


@dataclass(frozen=True)
class Explanation(Page):
    """What one strategy does, in sentences; ``str()`` for a terminal, ``to_markdown()`` for a document."""


Part: TypeAlias = tuple[Sentence, list[Sentence]]
"""A section's title, which may itself tell a lever, and its sentences."""


def _title(en: str, zh: str) -> Sentence:
    return Sentence(Said(en, zh))


def known(scenario: Scenario, name: str) -> Strategy:
    """Return a strategy of a scenario.

    Raises
    ------
    InputError
        If the scenario has none of that name; the message names the nearest.
    """
    if name not in scenario.strategies:
        names = list(scenario.strategies)
        near = closest(name, names)
        raise InputError(
            scenario.where,
            f'strategy "{name}"',
            "is not in this scenario",
            f"Its strategies: {', '.join(names)}",
            f'Did you mean "{near}"?' if near is not None else "",
        )
    return scenario.strategies[name]


def described(what: Scenario | Strategy, lang: Lang) -> tuple[str, ...]:
    """Return a description in one language; in the other one where only that was written, none where none was."""
    text = (what.description_zh or what.description) if lang == "zh" else (what.description or what.description_zh)
    return (text,) if text else ()


def told_in(sentences: Iterable[Sentence], lang: Lang, full: bool) -> tuple[str, ...]:
    """Return sentences in one language; those that tell a default only in the full form, none twice."""
    return tuple(dict.fromkeys(each.said.told(lang) for each in sentences if full or not each.plain))


def explain(scenario: Scenario, strategy: str, lang: Lang = "en", *, full: bool = False) -> Explanation:
    """Return what a strategy does, stage by stage, in plain sentences.

    Parameters
    ----------
    scenario : Scenario
        A loaded scenario.
    strategy : str
        Name of one of its strategies.
    lang : {"en", "zh"}
        Language.
    full : bool
        Also tell what stands at its neutral default.

    Returns
    -------
    Explanation
        Days are counted from the start of a stage, unless they are "past due". Every lever in force is told; one that
        is set and changes nothing, as the strategy stands, is told as such.

    Raises
    ------
    InputError
        If the scenario has no such strategy.

    Examples
    --------
    >>> from simcollect.scenario import load
    >>> print(explain(load("tiny"), "no_action").sections[0].sentences[0])
    Nothing is done to any account: no contact, no plan, no legal step, no settlement.
    """
    lang = check_lang(lang)
    chosen = known(scenario, strategy)
    s = setting(chosen, scenario.economics.currency, scenario.rules)
    sections = [
        Section(title.said.told(lang), told)
        for title, sentences in [*parts(s), *_margins(s, scenario, chosen, full)]
        if (told := told_in(sentences, lang, full))
    ]
    count = Said(
        "Days count from the start of the stage, unless they are days past due; days and counts are those of an "
        "account that nothing holds up or moves on.",
        "除注明“逾期第 N 天”者外，天数均自进入该阶段起算；日期与次数以未暂缓、未提前升级的账户为准。",
    )
    return Explanation(
        title=f"{strategy} ({scenario.name})" if lang == "en" else f"{strategy}（{scenario.name}）",
        opening=described(chosen, lang),
        sections=tuple(sections),
        closing=() if is_passive(chosen) and not chosen.segments and not full else (count.told(lang),),
    )


def parts(s: Setting) -> list[Part]:
    """Return the sections about what is done, those that tell defaults included."""
    if is_passive(s.levers):
        return [(_title("What it does", "概要"), _passive(s))]
    return [
        (_title("In brief", "概要"), [*brief(s), *never(s)]),
        (heading(s, "early"), list(early(s))),
        (heading(s, "mid"), list(mid(s))),
        (_title("Promises and plans", "承诺还款与还款计划"), list(agreements(s))),
        (heading(s, "late"), list(late(s))),
        (heading(s, "final"), list(final(s))),
        (_title("Once a case is resolved", "客户关系恢复"), list(restoration(s))),
        (_title("Moving on and holding back", "升级与暂缓"), list(moving_on(s))),
        (_title("End of contact, order of work", "停止联系与作业安排"), [*stopping(s), *working(s)]),
    ]


def _passive(s: Setting) -> list[Sentence]:
    nothing = sentence(
        "nothing is done to any account: no contact, no plan, no legal step, no settlement",
        "对任何账户都不采取措施：不联系、不协商、不诉讼、不和解",
    )
    sections: list[Iterable[Sentence]] = [early(s), mid(s), agreements(s), late(s), final(s), restoration(s)]
    sections += [moving_on(s), stopping(s), working(s)]
    stages: list[Sentence] = [heading(s, "early"), heading(s, "mid"), heading(s, "late"), heading(s, "final")]
    recorded = [
        each._replace(said=sentence(f"{each.said.en}: only recorded", f"{each.said.zh}，仅作记录"), plain=True)
        for each in stages
    ]
    return [Sentence(nothing), *recorded, *(each._replace(plain=True) for part in sections for each in part)]


def _margins(s: Setting, scenario: Scenario, chosen: Strategy, full: bool) -> list[Part]:
    """Return the sections about segments, levers without effect, and what is inherited."""
    return [
        (_title("Segments", "客群差异"), list(by_segment(s, chosen.segments))),
        (_title("Set, but without effect as it stands", "已设定但不起作用"), list(_idle(s, full))),
        (_title("Where it comes from", "沿用关系"), list(_inherited(scenario, chosen))),
    ]


def _idle(s: Setting, full: bool) -> Iterable[Sentence]:
    """Yield the levers without effect, by reason; those left at their default only in the full form."""
    neutral = Levers()
    by_reason: dict[Said, list[tuple[str, str]]] = {}
    for path, reason in s.idle.items():
        if full or value_at(s.levers, path) != value_at(neutral, path):
            by_reason.setdefault(reason, []).append(path)
    for reason, paths in by_reason.items():
        labels = listed(
            Said(
                f"{LEVERS[path].label.en} ({shown(s.levers, path, s.currency).en})",
                f"{LEVERS[path].label.zh}（{shown(s.levers, path, s.currency).zh}）",
            )
            for path in paths
        )
        yield Sentence(
            sentence(f"{labels.en}, because {reason.en}", f"{labels.zh}：{reason.zh}，故不起作用"), frozenset(paths)
        )


def _inherited(scenario: Scenario, chosen: Strategy) -> Iterable[Sentence]:
    """Yield which strategy this one starts from, and what it changes."""
    parent = chosen.inherits
    if parent is None or parent == ROOT or parent not in scenario.strategies:
        yield Sentence(sentence("it stands on its own and inherits from none", "独立设定，不沿用其他策略"), plain=True)
        return
    own = listed(touched(changed(scenario.strategies[parent], chosen)))
    if not own.en:
        yield Sentence(sentence(f"it starts from {parent} and changes no lever", f"沿用 {parent}，未作改动"))
        return
    yield Sentence(
        sentence(f"it starts from {parent} and has its own {own.en}", f"以 {parent} 为基础，自行设定：{own.zh}")
    )
