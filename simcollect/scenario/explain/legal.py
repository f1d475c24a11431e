"""Sentences about the late stage: legal means, what they need, whom they spare."""

from __future__ import annotations

from collections.abc import Iterator

from simcollect.scenario.explain.said import Said, Sentence, covering, listed, sentence
from simcollect.scenario.explain.setting import Setting


def late(s: Setting) -> Iterator[Sentence]:
    """Yield the sentences about the late stage."""
    yield from _on_entry(s)
    stage = s.levers.late
    if stage.assess:
        yield _assessment(s)
    else:
        yield Sentence(
            sentence("there is no pre-legal risk assessment", "不做诉前风险评估"),
            covering("late", "assess"),
            plain=stage.suit_day < 0,
        )
    yield _letter(s)
    yield from _suit(s)
    yield from _too_late(s)
    if ("late", "add_costs") not in s.idle:
        yield Sentence(
            sentence("legal costs would be added to the debt, which the rules bar", "法律费用本应计入欠款，但规则禁止")
            if stage.add_costs and s.rules.added_costs_barred
            else sentence("legal costs are added to the debt", "法律费用计入欠款")
            if stage.add_costs
            else sentence("the lender bears the legal costs", "法律费用由机构承担"),
            covering("late", "add_costs"),
        )
    if ("late", "keep_negotiating") not in s.idle:
        yield Sentence(
            sentence("the contacts of the mid stage go on meanwhile", "期间继续中期阶段的联系与协商")
            if stage.keep_negotiating
            else sentence("the contacts of the mid stage end here", "中期阶段的联系到此为止"),
            covering("late", "keep_negotiating"),
        )
    if ("late", "hold_vulnerable") not in s.idle:
        yield Sentence(
            sentence("borrowers known to be vulnerable are spared all legal means", "已知的弱势客户免于一切法律手段")
            if stage.hold_vulnerable
            else sentence("vulnerable borrowers are not spared", "对弱势客户不作豁免"),
            covering("late", "hold_vulnerable"),
        )


def _on_entry(s: Setting) -> Iterator[Sentence]:
    stage = s.levers.late
    done = []
    if stage.accelerate:
        done.append(Said("the whole balance becomes due", "宣布全部欠款提前到期"))
    if stage.mark_credit_record:
        done.append(Said("the default is reported to the credit bureau", "上报征信"))
    told = Said(listed(done).en, "，并".join(said.zh for said in done))
    covers = covering("late", "accelerate", "mark_credit_record")
    if done:
        yield Sentence(sentence(f"on entering it {told.en}", f"进入本阶段即{told.zh}"), covers)
    else:
        yield Sentence(
            sentence(
                "only the arrears are due, and nothing is reported to the credit bureau", "仅催收逾期部分，不上报征信"
            ),
            covers,
            plain=True,
        )


def _assessment(s: Setting) -> Sentence:
    stage = s.levers.late
    least = s.money(stage.min_net_yield)
    needs = (
        Said(
            f"only an expected net yield of {least.en} or more speaks for a suit", f"预期净收益不低于{least.zh}方可起诉"
        )
        if stage.min_net_yield > 0
        else Said("any suit that should pay for itself is worth it", "预期净收益不为负即可起诉")
    )
    return Sentence(
        sentence(
            f"a pre-legal risk assessment is made on day {stage.assess_day:,}: {needs.en}",
            f"第 {stage.assess_day:,} 天做诉前风险评估，{needs.zh}",
        ),
        covering("late", "assess", "assess_day", "min_net_yield"),
    )


def _letter(s: Setting) -> Sentence:
    day, covers = s.levers.late.letter_day, covering("late", "letter_day")
    if day < 0:
        return Sentence(sentence("no lawyer's letter is sent", "不发律师函"), covers, plain=s.levers.late.suit_day < 0)
    return Sentence(
        sentence(
            f"a lawyer's letter goes out on day {day:,} (day {s.figures.letter:,} past due)",
            f"第 {day:,} 天（逾期第 {s.figures.letter:,} 天）发出律师函",
        ),
        covers,
    )


def _suit(s: Setting) -> Iterator[Sentence]:
    stage = s.levers.late
    if stage.suit_day < 0:
        yield Sentence(
            sentence("no suit is filed", "不提起诉讼"), covering("late", "suit_day"), plain=stage.letter_day < 0
        )
        return
    least = s.money(stage.min_balance)
    en, zh = "a suit is filed", "提起诉讼"
    if stage.min_balance > 0:
        en, zh = f"a suit over {least.en} or more is filed", f"对欠款不低于{least.zh}的账户提起诉讼"
    yield Sentence(
        sentence(
            f"{en} on day {stage.suit_day:,} (day {s.figures.suit:,} past due)",
            f"第 {stage.suit_day:,} 天（逾期第 {s.figures.suit:,} 天）{zh}",
        ),
        covering("late", "suit_day", "min_balance"),
    )
    yield Sentence(
        sentence("a judgment is enforced", "胜诉后申请强制执行")
        if stage.enforce
        else sentence("a judgment is not enforced", "胜诉后不申请强制执行"),
        covering("late", "enforce"),
    )


def _too_late(s: Setting) -> Iterator[Sentence]:
    """Yield what the final stage cuts off: legal steps are begun in the late stage only."""
    said = never_by_days(s)
    if said is not None:
        yield Sentence(said)


def never_by_days(s: Setting) -> Said | None:
    """Return which legal steps come too late for an account that passes by its days alone; None if none does."""
    steps = []
    if s.figures.letter_too_late:
        steps.append(Said("letter", "律师函"))
    if s.figures.suit_too_late:
        steps.append(Said("suit", "起诉"))
    if not steps:
        return None
    which, final = listed(steps), s.figures.enters[3]
    return sentence(
        f"by its days alone an account is in the final stage (day {final:,}) before the {which.en} would be due: "
        "only accounts moved on early, or set back by a part payment, meet it",
        f"若仅按天数推进，账户在{which.zh}到期前已进入最终阶段（逾期第 {final:,} 天），"
        "只有提前升级、或因部分还款而逾期天数回落的账户才会遇到",
    )
