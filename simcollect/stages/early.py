"""Early stage: reminders by SMS, e-mail, automated call and caller; the contact chain; what a conversation brings.

The chain is attempt, answered, right party, conversation, outcome; each step is a draw of its own. Later stages talk
to borrowers through the same chain, in another tone and with more to offer.
"""

from __future__ import annotations

from simcollect.behaviour.agreement import ability_signal
from simcollect.behaviour.contact import answer_prob, hour_factor, talk_minutes
from simcollect.behaviour.conversation import OutcomeWeights, outcome_of, outcome_weights, stated_reason
from simcollect.core.codes import Action, Channel, ConversationOutcome, EventKind, Hold, PaymentSource, Purpose, Stage
from simcollect.core.compiled import compiled
from simcollect.stages.account import asked_for, instalment
from simcollect.stages.agreement import promise
from simcollect.stages.case import DAY, RING, Case, draw, local, next_draw, write, write_full
from simcollect.stages.customer import burden, win_goodwill
from simcollect.stages.holds import moratorium_days, nudge, pause
from simcollect.stages.ledger import receive
from simcollect.stages.mid import agree_plan, note_willingness
from simcollect.stages.payment import count_payment, sum_agreed
from simcollect.stages.permission import message_channel


@compiled
def tone_now(c: Case) -> int:
    """Return the tone in force: 0 gentle, 1 neutral, 2 firm; later stages keep the mid stage's tone."""
    if c.account["stage"] <= Stage.EARLY:
        return int(c.levers["early_tone"])
    return int(c.levers["mid_tone"])


@compiled
def send_message(c: Case, now: int, action: int) -> None:
    """Send an SMS or an e-mail. Only an opened message moves anything."""
    n, b, s = c.numbers, c.borrower, c.account
    channel = message_channel(c, action)
    sms = channel == Channel.SMS
    cost = int(n["economics_sms_cents"]) if sms else int(n["economics_email_cents"])
    write_full(c, now, EventKind.MESSAGE_SENT, channel, 0, action, 0, cost, 0)
    s["message_at"][int(s["n_messages"]) % RING] = now
    s["n_messages"] += 1
    s["attempts"] += 1
    valid = int(b["phone_valid"]) if sms else int(b["email_valid"])
    if next_draw(c, Purpose.MESSAGE_DELIVERED) >= n["contact_message_delivered_prob"] * valid:
        write_full(c, now, EventKind.MESSAGE_UNDELIVERED, channel, 0, 0, 0, 0, 0)
        return
    tone = tone_now(c)
    burden(c, now, float(n["goodwill_loss_sms"]) if sms else float(n["goodwill_loss_email"]), tone)
    open_prob = float(n["contact_sms_opened_prob"]) if sms else float(n["contact_email_opened_prob"])
    if int(b["preferred_channel"]) == channel:
        open_prob = min(1.0, open_prob * float(n["contact_preferred_factor"]))
    u = next_draw(c, Purpose.MESSAGE_OPENED)
    if u >= open_prob:
        return
    write_full(c, now, EventKind.MESSAGE_OPENED, channel, 0, 0, 0, 0, 0)
    content = float(n["contact_message_gentle_effect"])
    if tone == 1:
        content = float(n["contact_message_neutral_effect"])
    elif tone == 2:
        content = float(n["contact_message_firm_effect"])
    nudge(c, now, float(n["payment_jump_message"]) * content, True)
    # The same uniform decides opting out: those who opened it most readily are not those who leave the channel.
    if u > open_prob * (1.0 - n["contact_opt_out_prob"]) and s["opted_out"][channel] == 0:
        s["opted_out"][channel] = 1
        write_full(c, now, EventKind.OPTED_OUT, channel, 0, 0, 0, 0, 0)


@compiled
def dial(c: Case, now: int, channel: int, actor: int, action: int) -> int:
    """Dial once; return the minutes of conversation that follow, 0 if there is none."""
    n, b, s = c.numbers, c.borrower, c.account
    automated = channel == Channel.AUTOMATED_CALL
    cost = int(n["economics_automated_call_cents"]) if automated else 0
    write_full(c, now, EventKind.DIALLED, channel, actor, action, 0, cost, 0)
    s["call_at"][int(s["n_calls"]) % RING] = now
    s["n_calls"] += 1
    s["attempts"] += 1
    clock = local(c, now)
    weekday = (clock // DAY + int(n["run_start_weekday"])) % 7
    when = hour_factor(
        (clock % DAY) // 60, weekday, float(n["contact_evening_factor"]), float(n["contact_weekend_factor"])
    )
    preferred = float(n["contact_preferred_factor"]) if int(b["preferred_channel"]) == Channel.CALL else 1.0
    prob = answer_prob(
        float(n["contact_answer_prob"]) * int(b["phone_valid"]),
        float(n["cell_reach_factor"][int(b["cell"])]),
        when,
        preferred,
        int(s["unreached"]),
        float(n["contact_failed_decay"]),
    )
    if automated:
        prob *= float(n["contact_automated_answer_factor"])
    if next_draw(c, Purpose.ANSWERED) >= prob:
        fail_to_reach(c, now, EventKind.NO_ANSWER, channel, actor)
        return 0
    if next_draw(c, Purpose.RIGHT_PARTY) >= n["contact_right_party_prob"]:
        fail_to_reach(c, now, EventKind.WRONG_PARTY, channel, actor)
        return 0
    write_full(c, now, EventKind.ANSWERED, channel, actor, 0, 0, 0, 0)
    s["unreached"] = 0
    s["unreached_stage"] = 0
    if next_draw(c, Purpose.CONVERSATION) >= n["contact_talk_prob"]:
        burden(c, now, float(n["goodwill_loss_dial"]), tone_now(c))
        return 0
    return talk_minutes(
        next_draw(c, Purpose.TALK_TIME), float(n["contact_talk_median_minutes"]), float(n["contact_talk_log_sd"])
    )


@compiled
def fail_to_reach(c: Case, now: int, kind: int, channel: int, actor: int) -> None:
    """Record an attempt that did not reach the borrower. It costs a little goodwill and never moves a payment."""
    s = c.account
    write_full(c, now, kind, channel, actor, 0, 0, 0, 0)
    s["unreached"] += 1
    s["unreached_stage"] += 1
    burden(c, now, float(c.numbers["goodwill_loss_dial"]), tone_now(c))


@compiled
def automated_call(c: Case, now: int) -> None:
    """Let the dialler call and speak: cheap, needs no staff, persuades less and takes weaker promises."""
    minutes = dial(c, now, Channel.AUTOMATED_CALL, 0, Action.AUTOMATED_CALL)
    if minutes > 0:
        converse(c, now, Channel.AUTOMATED_CALL, 0, minutes, 1.0)


@compiled
def probe(c: Case, now: int, actor: int) -> None:
    """Ask for the reason and the means, and record the answer (a rough signal of ability)."""
    n, s, b = c.numbers, c.account, c.borrower
    u = draw(c, Purpose.PROBE, 0)
    signal = ability_signal(int(b["spare_cents"]), instalment(c), u, float(n["conversation_probe_noise"]))
    s["probe_signal"] = signal
    honest = stated_reason(int(b["cell"]), draw(c, Purpose.PROBE, 1), float(n["conversation_probe_honesty"]))
    write_full(c, now, EventKind.PROBED, 0, actor, honest, 0, 0, int(min(signal, 1000.0) * 1_000_000))
    note_willingness(c, now, actor, 0, float(n["conversation_willingness_noise"]))


@compiled
def converse(c: Case, now: int, channel: int, actor: int, minutes: int, skill: float) -> None:
    """Hold a conversation: probe, persuade, and do what comes of it."""
    n, s = c.numbers, c.account
    human = channel != Channel.AUTOMATED_CALL
    tone = tone_now(c)
    persuasion = skill
    if not human:
        persuasion *= float(n["conversation_automated_persuasion"])
    if tone == 0:
        persuasion *= float(n["conversation_gentle_persuasion"])
    elif tone == 2:
        persuasion *= float(n["conversation_firm_persuasion"])
    asked = max(1, asked_for(c))
    plan_open = human and s["agreement"] == 0 and c.levers["mid_plan_offered"] == 1 and s["stage"] >= Stage.MID
    scale = OutcomeWeights(
        float(n["conversation_pay_now"]),
        float(n["conversation_promise"]),
        float(n["conversation_plan"]),
        float(n["conversation_hardship"]),
        float(n["conversation_no_result"]),
        float(n["conversation_dispute"]),
        float(n["conversation_refuse"]),
        float(n["conversation_cease"]),
    )
    weights = outcome_weights(
        scale,
        min(1.0, s["cash_cents"] / asked),
        float(s["willingness"]) * (1.0 - float(s["waiting"])),
        float(s["goodwill"]),
        int(s["disputing"]) > 0,
        persuasion,
        plan_open,
    )
    outcome = outcome_of(weights, next_draw(c, Purpose.CONVERSATION_OUTCOME))
    write_full(c, now, EventKind.CONVERSATION, channel, actor, outcome, 0, 0, minutes)
    s["last_conversation_at"] = now
    s["follow_up"] = 0  # what the follow-up was for has been talked about
    if human:
        s["spoken"] += 1
        if s["probe_signal"] < 0.0:
            probe(c, now, actor)
    burden(c, now, float(n["goodwill_loss_conversation"]) * (1.0 if human else 0.7), tone)
    if channel == Channel.VISIT:
        jump = float(n["payment_jump_visit"])
    elif human:
        jump = float(n["payment_jump_conversation"])
    else:
        jump = float(n["payment_jump_automated_call"])
    nudge(c, now, jump * persuasion, True)
    follow(c, now, outcome, 1.0 if human else float(n["promise_automated_factor"]))


@compiled
def check_plan(c: Case, now: int, actor: int, minutes: int) -> None:
    """Talk about a missed instalment: a conversation like any other, but nothing new is negotiated."""
    s = c.account
    write_full(c, now, EventKind.CONVERSATION, Channel.CALL, actor, ConversationOutcome.NO_RESULT, 0, 0, minutes)
    s["last_conversation_at"] = now
    s["spoken"] += 1
    burden(c, now, float(c.numbers["goodwill_loss_conversation"]), tone_now(c))


@compiled
def follow(c: Case, now: int, outcome: int, caller_factor: float) -> None:
    """Do what the conversation came to."""
    n, s = c.numbers, c.account
    if outcome == ConversationOutcome.PAY_NOW:
        if receive(c, now, sum_agreed(c), PaymentSource.IN_CONVERSATION) > 0:
            count_payment(c)
    elif outcome == ConversationOutcome.PROMISE:
        if s["promise_cents"] == 0 and s["agreement"] == 0:
            promise(c, now, caller_factor)
    elif outcome == ConversationOutcome.ASK_FOR_PLAN:
        agree_plan(c, now)
    elif outcome == ConversationOutcome.DISCLOSE_HARDSHIP:
        write(c, now, EventKind.HARDSHIP_DISCLOSED, 0, 0, 0)
        days = moratorium_days(c)
        if days > 0:
            pause(c, now, Hold.MORATORIUM, now + days * DAY)
        elif s["agreement"] == 0:
            pause(c, now, Hold.HARDSHIP, now + int(c.levers["escalation_hardship_hold_days"]) * DAY)
        win_goodwill(c, now, float(n["goodwill_gain_hardship_heard"]))
    elif outcome == ConversationOutcome.DISPUTE:
        write(c, now, EventKind.DISPUTE_RAISED, 0, 0, 0)
        s["disputing"] = 2
        pause(c, now, Hold.DISPUTE, now + int(c.levers["escalation_dispute_hold_days"]) * DAY)
    elif outcome == ConversationOutcome.REFUSE:
        write(c, now, EventKind.REFUSED, 0, 0, 0)
        s["refusals"] += 1
    elif outcome == ConversationOutcome.ASK_TO_CEASE:
        write(c, now, EventKind.CEASE_REQUESTED, 0, 0, 0)
        s["ceased"] = 1
