"""What a conversation leads to.

One uniform decides, with the outcomes ordered from best to worst for the lender, so that a borrower with the same
luck can only do better when persuasion, ability or willingness rises.
"""

from __future__ import annotations

from typing import NamedTuple

from simcollect.core.codes import ConversationOutcome, StatedReason
from simcollect.core.compiled import compiled


class OutcomeWeights(NamedTuple):
    """Relative weights of the outcomes of a conversation, each >= 0."""

    pay_now: float
    promise: float
    plan: float
    hardship: float
    no_result: float
    dispute: float
    refuse: float
    cease: float


@compiled
def outcome_weights(
    scale: OutcomeWeights,
    ability: float,
    willingness: float,
    goodwill: float,
    disputing: bool,
    persuasion: float,
    plan_open: bool,
) -> OutcomeWeights:
    """Return the weights for one borrower.

    Parameters
    ----------
    scale : OutcomeWeights
        The scenario's weights for a typical borrower.
    ability : float
        Cash over what is asked for, in [0, 1].
    willingness, goodwill : float
        In [0, 1].
    disputing : bool
        Whether the borrower believes the debt is wrong.
    persuasion : float
        Product of skill, caller type and tone; 1 is an average human caller, > 0.
    plan_open : bool
        Whether the collector may agree a repayment plan.

    References
    ----------
    Ordering of effects: Laudenbach et al. (2018) for persuasion, Choi et al. (2025) for caller type. Weights: A-09.
    """
    short = 1.0 - ability
    pay_now = scale.pay_now * ability * willingness * persuasion
    promise = scale.promise * (0.25 + 0.75 * ability) * willingness * persuasion
    plan = scale.plan * short * willingness * persuasion if plan_open else 0.0
    hardship = scale.hardship * short
    dispute = scale.dispute if disputing else 0.02 * scale.dispute
    refuse = scale.refuse * (1.0 - willingness)
    cease = scale.cease * (1.0 - goodwill)
    return OutcomeWeights(pay_now, promise, plan, hardship, scale.no_result, dispute, refuse, cease)


@compiled
def outcome_of(w: OutcomeWeights, u: float) -> int:
    """Return the ConversationOutcome at uniform ``u`` in (0, 1)."""
    total = w.pay_now + w.promise + w.plan + w.hardship + w.no_result + w.dispute + w.refuse + w.cease
    left = u * total - w.pay_now
    if left < 0.0:
        return ConversationOutcome.PAY_NOW.value
    left -= w.promise
    if left < 0.0:
        return ConversationOutcome.PROMISE.value
    left -= w.plan
    if left < 0.0:
        return ConversationOutcome.ASK_FOR_PLAN.value
    left -= w.hardship
    if left < 0.0:
        return ConversationOutcome.DISCLOSE_HARDSHIP.value
    left -= w.no_result
    if left < 0.0:
        return ConversationOutcome.NO_RESULT.value
    left -= w.dispute
    if left < 0.0:
        return ConversationOutcome.DISPUTE.value
    left -= w.refuse
    if left < 0.0:
        return ConversationOutcome.REFUSE.value
    return ConversationOutcome.ASK_TO_CEASE.value


@compiled
def stated_reason(cell: int, u: float, honesty: float) -> int:
    """Return the StatedReason given for a latent cell (0 to 6): the true one with probability ``honesty``."""
    if cell == 0:
        true = StatedReason.FORGOT.value
    elif cell == 1 or cell == 6:
        true = StatedReason.SHORT_OF_CASH.value
    elif cell == 2:
        true = StatedReason.HARDSHIP.value
    elif cell == 3:
        true = StatedReason.TOO_MUCH_DEBT.value
    elif cell == 4:
        true = StatedReason.WILL_NOT_PAY.value
    else:
        true = StatedReason.DISPUTES.value
    if u < honesty:
        return true
    # The face-saving answer: those who do not tell why say that money is short this month.
    return StatedReason.SHORT_OF_CASH.value
