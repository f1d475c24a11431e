"""What two strategies do differently in contacting borrowers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from simcollect.scenario.diff.side import KIND, PLAIN, Group, Remark, Side, differs
from simcollect.scenario.explain.cadence import cadence, rhythms
from simcollect.scenario.explain.figures import BANDS
from simcollect.scenario.explain.levers import TONES
from simcollect.scenario.explain.said import Said, covering, days, sentence
from simcollect.scenario.explain.stages import BAND_NAMES
from simcollect.scenario.strategy import Step

_MOST: Final = 60.0
_NOUNS: Final = {
    "sms": Said("SMS", "短信提醒"),
    "email": Said("e-mails", "邮件通知"),
    "automated_call": Said("automated calls", "自动外呼"),
    "call": Said("calls by a collector", "人工电话催收"),
    "negotiation_call": Said("negotiation calls", "协商电话"),
    "case_analysis": Said("analyses of the case", "逾期情况分析"),
    "visit": Said("visits", "面对面交流"),
}


def contact(first: Side, second: Side) -> Iterator[Remark]:
    """Yield what differs in contacting borrowers."""
    yield from _grace(first, second)
    yield from _first_contact(first, second)
    yield from _amounts(first, second)
    yield from _tone(first, second)
    yield from _caller(first, second)
    for table, name in (("early", Said("early", "初始阶段")), ("mid", Said("mid", "中期阶段"))):
        yield from _steps(first, second, table, name)


def _grace(first: Side, second: Side) -> Iterator[Remark]:
    told_en: list[str] = []
    told_zh: list[str] = []
    covers, most = set(), 0
    for band in BANDS:
        path = ("early", f"grace_days_{band}")
        if not (differs(first, second, path) and first.acts(path) and second.acts(path)):
            continue
        here, there = (int(getattr(side.levers.early, path[1])) for side in (first, second))
        en = f"a {band}-risk account {here:,}, {second.name} {there:,}"
        if not told_en:
            en = f"a {band}-risk account {days(here).en} of grace before a collector calls, {second.name} {there:,}"
        told_en.append(en)
        told_zh.append(f"{BAND_NAMES[band].zh} {here:,} 天对 {there:,} 天")
        covers.add(path)
        most = max(most, abs(here - there))
    if covers:
        yield Remark(
            Group.CONTACT,
            sentence(
                f"{first.name} gives {'; '.join(told_en)}",
                f"人工电话宽限期（{first.name} 对 {second.name}）：{'，'.join(told_zh)}",
                name=first.name,
            ),
            frozenset(covers),
            min(_MOST, PLAIN + 3.0 * most),
        )


def _first_contact(first: Side, second: Side) -> Iterator[Remark]:
    here, there = first.setting.figures.first_human, second.setting.figures.first_human
    if here == there:
        return
    if not (here and there):
        does, never = (first, second) if here else (second, first)
        day = min(does.setting.figures.first_human.values())
        yield Remark(
            Group.CONTACT,
            sentence(
                f"under {does.name} a person is in touch from day {day:,} past due, under {never.name} never",
                f"{does.name} 自逾期第 {day:,} 天起有人工联系，{never.name} 始终没有人工联系",
            ),
            frozenset(),
            KIND - 5.0,
        )
        return
    bands = [band for band in BANDS if here.get(band) != there.get(band) and band in here and band in there]
    if not bands:
        return
    gaps = [abs(here[band] - there[band]) for band in bands]
    en = [f"{band} risk {here[band]:,} and {there[band]:,}" for band in bands]
    en[0] = f"{bands[0]} risk {here[bands[0]]:,} under {first.name} and {there[bands[0]]:,} under {second.name}"
    zh = [f"{BAND_NAMES[band].zh}第 {here[band]:,} 天对第 {there[band]:,} 天" for band in bands]
    yield Remark(
        Group.CONTACT,
        sentence(
            f"day past due of the first contact by a person: {', '.join(en)}",
            f"首次人工联系（逾期天数，{first.name} 对 {second.name}）：{'，'.join(zh)}",
        ),
        frozenset(),
        min(_MOST, PLAIN + 3.0 * max(gaps)) - 0.5,
    )


def _amounts(first: Side, second: Side) -> Iterator[Remark]:
    """Yield how many contacts each stage can hold."""
    for place, name in ((0, Said("in the early stage", "初始阶段")), (1, Said("from the mid stage on", "中期阶段起"))):
        here, there = (side.setting.figures.contacts[place] for side in (first, second))
        people = [side.setting.figures.human_contacts[place] for side in (first, second)]
        planned = [side.levers.mid.steps if place else side.levers.early.steps for side in (first, second)]
        if not all(planned) or (here, people[0]) == (there, people[1]):
            continue
        yield Remark(
            Group.CONTACT,
            sentence(
                f"{name.en} {first.name} makes at most {here:,} {'contact' if here == 1 else 'contacts'} "
                f"({people[0]:,} by a person), {second.name} {there:,} ({people[1]:,})",
                f"{name.zh}{first.name} 最多联系 {here:,} 次（人工 {people[0]:,} 次），"
                f"{second.name} 最多 {there:,} 次（人工 {people[1]:,} 次）",
            ),
            frozenset(),
            max(PLAIN, _MOST * abs(here - there) / max(here, there)),
        )


def _tone(first: Side, second: Side) -> Iterator[Remark]:
    covers = frozenset(path for path in (("early", "tone"), ("mid", "tone")) if differs(first, second, path))
    if not covers:
        return
    one, other = _tone_of(first), _tone_of(second)
    yield Remark(
        Group.CONTACT,
        sentence(
            f"the tone is {one.en} under {first.name}; under {second.name} it is {other.en}",
            f"语气：{first.name} {one.zh}，{second.name} {other.zh}",
        ),
        covers,
        35.0,
    )


def _tone_of(side: Side) -> Said:
    early, mid = TONES[side.levers.early.tone], TONES[side.levers.mid.tone]
    if early == mid:
        return Said(f"{early.en} throughout", f"始终{early.zh}")
    return Said(
        f"{early.en} in the early stage and {mid.en} from the mid stage on", f"初始阶段{early.zh}、中期阶段起{mid.zh}"
    )


def _caller(first: Side, second: Side) -> Iterator[Remark]:
    if not differs(first, second, ("early", "caller")):
        return

    def told(side: Side) -> Said:
        early = side.levers.early
        return {
            "human": Said("collectors", "人工拨打"),
            "automated": Said("the dialler", "全部自动外呼"),
            "automated_until": Said(
                f"the dialler before day {early.automated_until_day:,} and collectors afterwards",
                f"第 {early.automated_until_day:,} 天以前自动外呼、此后转人工",
            ),
        }[early.caller]

    one, other = told(first), told(second)
    yield Remark(
        Group.CONTACT,
        sentence(
            f"the calls of the early stage are made by {one.en} under {first.name}, by {other.en} under {second.name}",
            f"初始阶段电话：{first.name} {one.zh}，{second.name} {other.zh}",
        ),
        covering("early", "caller", "automated_until_day"),
        55.0,
    )


def _steps(first: Side, second: Side, table: str, name: Said) -> Iterator[Remark]:
    """Yield, action by action, what differs in a stage's cadence."""
    here: Sequence[Step] = getattr(first.levers, table).steps
    there: Sequence[Step] = getattr(second.levers, table).steps
    if here == there:
        return
    covers = covering(table, "steps")
    if not (here and there):
        does, leaves = (first, second) if here else (second, first)
        told = cadence(here or there)
        yield Remark(
            Group.CONTACT,
            sentence(
                f"in the {name.en} stage {leaves.name} contacts nobody; {does.name} plans {told.en}",
                f"{name.zh}{leaves.name} 不作联系；{does.name} 安排——{told.zh}",
            ),
            covers,
            KIND - 15.0,
        )
        return
    mine, theirs = _by_action(here), _by_action(there)
    remarks = [
        _one_action(first, second, name, action, mine.get(action), theirs.get(action), covers)
        for action in _NOUNS
        if mine.get(action) != theirs.get(action)
    ]
    yield from remarks
    if not remarks:
        order = [", ".join(_NOUNS[step.action].en for step in steps) for steps in (here, there)]  # type: ignore[attr-defined]
        chinese = ["、".join(_NOUNS[step.action].zh for step in steps) for steps in (here, there)]  # type: ignore[attr-defined]
        yield Remark(
            Group.CONTACT,
            sentence(
                f"the contacts of the {name.en} stage are the same, listed in another order: {first.name} {order[0]}; "
                f"{second.name} {order[1]}",
                f"{name.zh}的联系相同，仅排列次序不同：{first.name} 为{chinese[0]}；{second.name} 为{chinese[1]}",
            ),
            covers,
            1.0,
        )


def _by_action(steps: Sequence[Step]) -> dict[str, Said]:
    found: dict[str, list[Step]] = {}
    for step in steps:
        found.setdefault(step.action, []).append(step)  # type: ignore[attr-defined]
    return {action: rhythms(same) for action, same in found.items()}


def _one_action(
    first: Side,
    second: Side,
    name: Said,
    action: str,
    here: Said | None,
    there: Said | None,
    covers: frozenset[tuple[str, str]],
) -> Remark:
    noun = _NOUNS[action]
    if here is None or there is None:
        does, leaves, when = (first, second, here) if there is None else (second, first, there)
        told = when or Said("", "")
        said = sentence(
            f"in the {name.en} stage {does.name} makes {noun.en} ({told.en}), {leaves.name} none"
            if action not in ("sms", "email")
            else f"in the {name.en} stage {does.name} sends {noun.en} ({told.en}), {leaves.name} none",
            f"{name.zh}{does.name} 安排{noun.zh}（{told.zh}），{leaves.name} 不安排",
        )
        return Remark(Group.CONTACT, said, covers, 50.0 if action == "visit" else 30.0)
    return Remark(
        Group.CONTACT,
        sentence(
            f"{noun.en} in the {name.en} stage: {first.name} {here.en}; {second.name} {there.en}",
            f"{name.zh}{noun.zh}：{first.name} {here.zh}；{second.name} {there.zh}",
        ),
        covers,
        12.0,
    )
