"""What two strategies do differently in court and with legal means."""

from __future__ import annotations

from collections.abc import Iterator

from simcollect.scenario.diff.side import KIND, PLAIN, Group, Remark, Side, differs, only
from simcollect.scenario.explain.said import Path, Said, covering, days, sentence

_SUIT_TERMS = covering("late", "suit_day", "min_balance", "enforce")
_ASSESSMENT = covering("late", "assess", "assess_day", "min_net_yield")
_LATEST = 90.0

_DEEDS: dict[Path, tuple[Said, float]] = {
    ("late", "mark_credit_record"): (Said("reports the default to the credit bureau", "上报征信"), 60.0),
    ("late", "accelerate"): (
        Said("makes the whole balance due on entering the late stage", "进入后期阶段即宣布全部欠款提前到期"),
        50.0,
    ),
    ("late", "add_costs"): (Said("adds the legal costs to the debt", "将法律费用计入欠款"), 45.0),
    ("late", "enforce"): (Said("has judgments enforced", "胜诉后申请强制执行"), 55.0),
    ("late", "keep_negotiating"): (Said("goes on negotiating in the late stage", "后期阶段仍继续协商"), 40.0),
    ("late", "hold_vulnerable"): (Said("spares vulnerable borrowers all legal means", "对弱势客户免用法律手段"), 50.0),
}
"""Yes-or-no levers as deeds, with their weight."""


def law(first: Side, second: Side) -> Iterator[Remark]:
    """Yield what differs in court and with legal means."""
    yield from _suit(first, second)
    yield from _letter(first, second)
    yield from _assessment(first, second)
    yield from _least(first, second)
    for one, other in ((first, second), (second, first)):
        deeds = {
            path: told
            for path, told in _DEEDS.items()
            if differs(first, second, path) and one.acts(path) and getattr(one.levers.late, path[1])
        }
        idle_there = {path for path in deeds if not other.acts(path)}
        told = {path: deed for path, deed in deeds.items() if path not in idle_there}
        if told:
            yield Remark(
                Group.LAW,
                only(one, [deed for deed, _ in told.values()]),
                frozenset(told),
                max(weight for _, weight in told.values()),
            )


def _suit(first: Side, second: Side) -> Iterator[Remark]:
    suits = first.setting.figures.suit, second.setting.figures.suit
    if suits[0] is None and suits[1] is None:
        return
    if suits[0] is None or suits[1] is None:
        sues, never = (first, second) if suits[1] is None else (second, first)
        day = sues.setting.figures.suit
        yield Remark(
            Group.LAW,
            sentence(
                f"{sues.name} goes to court on day {sues.levers.late.suit_day:,} of the late stage (day {day:,} past "
                f"due), {never.name} never does",
                f"{sues.name} 在后期阶段第 {sues.levers.late.suit_day:,} 天（逾期第 {day:,} 天）起诉，"
                f"{never.name} 从不起诉",
                name=sues.name,
            ),
            _SUIT_TERMS,
            _weight_of_suits(first, second),
        )
    elif suits[0] != suits[1] or first.levers.late.suit_day != second.levers.late.suit_day:
        yield _two_suits(first, second)
    yield from _cut_off(first, second)


def _cut_off(first: Side, second: Side) -> Iterator[Remark]:
    """Yield which of the two begins its final stage before its suit is due: only the late stage begins legal steps."""
    cut = [side for side in (first, second) if side.setting.figures.suit_too_late]
    if len(cut) != 1:
        return
    (side,) = cut
    figures = side.setting.figures
    also = (
        Said("get a letter or are sued", "收到律师函或被起诉")
        if figures.letter_too_late
        else Said("are sued", "被起诉")
    )
    yield Remark(
        Group.LAW,
        sentence(
            f"but under {side.name} the final stage begins first, on day {figures.enters[3]:,}: only accounts moved "
            f"on early, or set back by a part payment, {also.en}",
            f"但 {side.name} 的账户此前（逾期第 {figures.enters[3]:,} 天）已进入最终阶段：只有提前升级、"
            f"或因部分还款而逾期天数回落的账户才会{also.zh}",
        ),
        frozenset(),
        _weight_of_suits(first, second) - 0.1,
    )


def _weight_of_suits(first: Side, second: Side) -> float:
    suits = first.setting.figures.suit, second.setting.figures.suit
    if suits[0] is None or suits[1] is None:
        return KIND
    return min(_LATEST, max(PLAIN, float(abs(suits[0] - suits[1]))))


def _two_suits(first: Side, second: Side) -> Remark:
    sooner, later = sorted((first, second), key=lambda side: side.setting.figures.suit or 0)
    day, other = sooner.setting.figures.suit or 0, later.setting.figures.suit or 0
    into, against = sooner.levers.late.suit_day, later.levers.late.suit_day
    gap = days(other - day)
    en = f"{sooner.name} goes to court from day {day:,} past due, {later.name} from day {other:,}: {gap.en} sooner"
    zh = f"{sooner.name} 自逾期第 {day:,} 天起诉，{later.name} 自第 {other:,} 天起诉，前者早 {gap.zh}"
    if day == other:
        en, zh = f"both go to court from day {day:,} past due", f"两者均自逾期第 {day:,} 天起诉"
    if into != against:
        en += f" ({into:,} and {against:,} days into the late stage)"
        zh += f"（分别为进入后期阶段后第 {into:,} 天、第 {against:,} 天）"
    if day == other and into != against:
        en = en.replace("days into the late stage)", f"days into the late stage, {sooner.name} and {later.name})")
        zh = zh.replace("（分别", f"（{sooner.name}、{later.name} 分别")
    said = sentence(en, zh, name=sooner.name)
    return Remark(Group.LAW, said, covering("late", "suit_day"), _weight_of_suits(first, second))


def _letter(first: Side, second: Side) -> Iterator[Remark]:
    path = ("late", "letter_day")
    letters = first.setting.figures.letter, second.setting.figures.letter
    told_by_suit = first.setting.figures.suit is not None and second.setting.figures.suit is not None
    if not differs(first, second, path) and (told_by_suit or letters[0] == letters[1]):
        return
    if letters[0] is None or letters[1] is None:
        sends, never = (first, second) if letters[1] is None else (second, first)
        day = sends.setting.figures.letter
        yield Remark(
            Group.LAW,
            sentence(
                f"{sends.name} sends a lawyer's letter on day {sends.levers.late.letter_day:,} of the late stage "
                f"(day {day:,} past due), {never.name} none",
                f"{sends.name} 在后期阶段第 {sends.levers.late.letter_day:,} 天（逾期第 {day:,} 天）发律师函，"
                f"{never.name} 不发",
                name=sends.name,
            ),
            covering("late", "letter_day"),
            70.0,
        )
        return
    yield Remark(
        Group.LAW,
        sentence(
            f"the lawyer's letter goes out on day {letters[0]:,} past due under {first.name} "
            f"(day {first.levers.late.letter_day:,} of the late stage), on day {letters[1]:,} under {second.name} "
            f"(day {second.levers.late.letter_day:,})",
            f"律师函：{first.name} 在逾期第 {letters[0]:,} 天（后期阶段第 {first.levers.late.letter_day:,} 天）发出，"
            f"{second.name} 在第 {letters[1]:,} 天（后期阶段第 {second.levers.late.letter_day:,} 天）发出",
        ),
        covering("late", "letter_day"),
        min(60.0, float(max(PLAIN, abs(letters[0] - letters[1]) / 2))),
    )


def _assessment(first: Side, second: Side) -> Iterator[Remark]:
    if first.levers.late.assess == second.levers.late.assess:
        return
    does, leaves = (first, second) if first.levers.late.assess else (second, first)
    late = does.levers.late
    least = does.setting.money(late.min_net_yield)
    yield Remark(
        Group.LAW,
        sentence(
            f"{does.name} has the risk assessed on day {late.assess_day:,} of the late stage and sues for an expected "
            f"net yield of {least.en} or more; {leaves.name} makes no assessment",
            f"{does.name} 在后期阶段第 {late.assess_day:,} 天做诉前风险评估，预期净收益不低于{least.zh}方起诉；"
            f"{leaves.name} 不做评估",
            name=does.name,
        ),
        _ASSESSMENT,
        50.0,
    )


def _least(first: Side, second: Side) -> Iterator[Remark]:
    """Yield the smallest balance and yield that a suit needs, where both sue."""
    for field, en, zh in (
        ("min_balance", "sues over {one} or more, {second} over {other}", "起诉的最低余额为"),
        (
            "min_net_yield",
            "sues for an expected net yield of {one} or more, {second} of {other}",
            "起诉的最低预期净收益为",
        ),
    ):
        path = ("late", field)
        if not (differs(first, second, path) and first.acts(path) and second.acts(path)):
            continue
        one, other = first.shown(path), second.shown(path)
        clause = en.replace("{one}", one.en).replace("{second}", second.name).replace("{other}", other.en)
        yield Remark(
            Group.LAW,
            sentence(
                f"{first.name} {clause}", f"{first.name} {zh}{one.zh}，{second.name} 为{other.zh}", name=first.name
            ),
            frozenset({path}),
            30.0,
        )
