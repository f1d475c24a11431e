"""Mid stage.

Analysis of the case, negotiation by telephone, visits, and repayment plans sized to what can be afforded.
"""

from __future__ import annotations

from simcollect.behaviour.agreement import ability_signal, affordable_cents
from simcollect.core.codes import Channel, Component, EventKind, Hold, PaymentSource, Purpose, Rule
from simcollect.core.compiled import compiled
from simcollect.core.rng import normal
from simcollect.stages.account import instalment
from simcollect.stages.agreement import agree, next_instalment_at
from simcollect.stages.case import Case, draw, next_draw, write, write_full
from simcollect.stages.customer import burden, win_goodwill
from simcollect.stages.ledger import receive, waive


@compiled
def analyse_case(c: Case, now: int, actor: int) -> None:
    """Study repayment history and finances: a much better signal of ability, bought with a negotiator's time."""
    s = c.account
    signal = ability_signal(
        int(c.borrower["spare_cents"]), instalment(c), draw(c, Purpose.ANALYSIS, 0), float(c.numbers["plan_case_noise"])
    )
    s["case_signal"] = signal
    write_full(c, now, EventKind.ANALYSED, 0, actor, 0, 0, 0, int(min(signal, 1000.0) * 1_000_000))
    note_willingness(c, now, actor, 1, float(c.numbers["plan_case_willingness_noise"]))


@compiled
def note_willingness(c: Case, now: int, actor: int, from_case: int, noise: float) -> None:
    """Record an impression of willingness in [0, 1]; an analysis of the case sees it better than a conversation."""
    s = c.account
    seen = float(s["willingness"]) + noise * normal(draw(c, Purpose.WILLINGNESS_NOTED, from_case))
    s["willing_signal"] = max(0.0, min(1.0, seen))
    write_full(
        c, now, EventKind.WILLINGNESS_NOTED, 0, actor, from_case, 0, 0, int(float(s["willing_signal"]) * 1_000_000)
    )


@compiled
def best_signal(c: Case) -> float:
    """Return the best estimate at hand of monthly spare cash in instalments: analysed, else stated, else 1."""
    s = c.account
    if s["case_signal"] >= 0.0:
        return float(s["case_signal"])
    if s["probe_signal"] >= 0.0:
        return float(s["probe_signal"])
    return 1.0


@compiled
def agree_plan(c: Case, now: int) -> None:
    """Agree a repayment plan for the arrears if one can be afforded within the longest term.

    The instalment is the strategy's share of the *estimated* spare cash: a poor signal makes plans that break.
    """
    n, s, levers = c.numbers, c.account, c.levers
    s["forborne"] = 1
    if s["agreement"] != 0:
        return
    relief = float(levers["mid_plan_interest_waived_share"])
    forgiven = int(int(s["interest_cents"]) * relief + 0.5)
    owed = max(1, int(s["arrears_cents"]) - forgiven)
    down = int(owed * float(levers["mid_plan_down_payment_share"]) + 0.5)
    surplus = affordable_cents(best_signal(c), instalment(c), 1.0)
    write(c, now, EventKind.SURPLUS_FOUND, 0, surplus, 0)
    per = affordable_cents(best_signal(c), instalment(c), float(levers["mid_plan_affordability_share"]))
    taken = float(n["plan_accept_prob"]) * (
        1.0 - float(n["plan_down_payment_deterrence"]) * float(levers["mid_plan_down_payment_share"])
    )
    wanted = next_draw(c, Purpose.PLAN_ACCEPTED) < taken
    months = 0
    if per > 0 and wanted and s["cash_cents"] >= down:
        per, months = permitted_terms(c, now, per, surplus, owed - down)
    if months == 0:
        write(c, now, EventKind.PLAN_DECLINED, 0, per, 0)
        return
    write(c, now, EventKind.PLAN_STARTED, months, per, months)
    agree(c, now, Hold.PLAN, per, months, owed - down, relief, next_instalment_at(c, now))
    win_goodwill(c, now, float(n["goodwill_gain_plan"]))
    if forgiven > 0:
        waive(c, now, Component.INTEREST, forgiven)
        s["arrears_cents"] = min(owed, int(s["arrears_cents"]))
        win_goodwill(c, now, float(n["goodwill_gain_waiver"]))
    if down > 0:
        receive(c, now, down, PaymentSource.DOWN_PAYMENT)


@compiled
def n_instalments(owed: int, per: int) -> int:
    """Return how many instalments of ``per`` cents pay ``owed`` cents, at least one; 0 if none can."""
    return max(1, (owed + per - 1) // per) if per > 0 else 0


@compiled
def permitted_terms(c: Case, now: int, per: int, surplus: int, owed: int) -> tuple[int, int]:
    """Return the instalment in cents and the months of a plan within the rules and the strategy's longest term.

    A larger instalment than the rules allow is lowered and logged as blocked; 0 months where no plan fits.

    References
    ----------
    CONC 7.3 (R12): instalments within the affordable surplus, not one or few of them; China, R16: at most 60.
    """
    n, longest = c.numbers, int(c.levers["mid_plan_max_months"])
    share, fewest, limit = (
        float(n["rules_plan_surplus_share"]),
        int(n["rules_plan_min_instalments"]),
        int(n["rules_max_plan_months"]),
    )
    if share >= 0.0 and per > int(surplus * share):
        write(c, now, EventKind.BLOCKED, Rule.PLAN_TOO_LARGE, 0, 0)
        per = int(surplus * share)
    if 0 < n_instalments(owed, per) < fewest:
        write(c, now, EventKind.BLOCKED, Rule.PLAN_TOO_SHORT, 0, 0)
        per = (owed + fewest - 1) // fewest
        if n_instalments(owed, per) < fewest:
            per = owed // fewest  # rounding up left one too few
    months = n_instalments(owed, per)
    if 0 <= limit < months <= longest:
        write(c, now, EventKind.BLOCKED, Rule.PLAN_TOO_LONG, 0, 0)
        months = 0
    return per, months if months <= longest else 0


@compiled
def find_at_home(c: Case, now: int, actor: int, minutes: int) -> bool:
    """Knock at the door; return whether the borrower is there to talk."""
    n, s = c.numbers, c.account
    s["attempts"] += 1
    s["visit_notice_at"] = -1  # used up: another visit needs another notice
    write_full(c, now, EventKind.VISITED, Channel.VISIT, actor, 0, 0, int(n["economics_visit_cents"]), minutes)
    burden(c, now, float(n["goodwill_loss_visit"]), int(c.levers["mid_tone"]))
    reach = float(n["cell_reach_factor"][int(c.borrower["cell"])])
    if next_draw(c, Purpose.AT_HOME) < min(0.9, float(n["contact_home_prob"]) * (0.5 + 0.5 * reach)):
        s["unreached"] = 0
        s["unreached_stage"] = 0
        return True
    s["unreached"] += 1
    s["unreached_stage"] += 1
    write_full(c, now, EventKind.NOBODY_HOME, Channel.VISIT, actor, 0, 0, 0, 0)
    return False
