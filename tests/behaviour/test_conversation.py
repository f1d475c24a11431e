"""What a conversation leads to."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simcollect.behaviour import conversation
from simcollect.behaviour.conversation import OutcomeWeights
from simcollect.core.codes import Cell, ConversationOutcome, StatedReason
from simcollect.core.compiled import plain
from tests.behaviour.numbers import shares, uniforms, weights

outcome_of = plain(conversation.outcome_of)
outcome_weights = plain(conversation.outcome_weights)
stated_reason = plain(conversation.stated_reason)

BEST_TO_WORST = (
    ConversationOutcome.PAY_NOW,
    ConversationOutcome.PROMISE,
    ConversationOutcome.ASK_FOR_PLAN,
    ConversationOutcome.DISCLOSE_HARDSHIP,
    ConversationOutcome.NO_RESULT,
    ConversationOutcome.DISPUTE,
    ConversationOutcome.REFUSE,
    ConversationOutcome.ASK_TO_CEASE,
)
RANK = {int(outcome): place for place, outcome in enumerate(BEST_TO_WORST)}
scales = st.builds(OutcomeWeights, *[st.floats(0.01, 10.0)] * 8)
some_weights = st.builds(OutcomeWeights, *[weights] * 8)


@given(some_weights, uniforms, uniforms)
def test_a_luckier_draw_never_ends_worse(w: OutcomeWeights, u: float, v: float) -> None:
    assume(sum(w) > 1e-6)
    low, high = sorted((u, v))
    assert RANK[outcome_of(w, low)] <= RANK[outcome_of(w, high)]


@given(st.integers(0, 7), uniforms)
def test_an_outcome_with_all_the_weight_always_comes(place: int, u: float) -> None:
    alone = OutcomeWeights(*[1.0 if i == place else 0.0 for i in range(8)])
    assert outcome_of(alone, u) == BEST_TO_WORST[place]


@given(some_weights)
def test_each_outcome_has_its_share_of_the_luck(w: OutcomeWeights) -> None:
    assume(sum(w) > 0.01)
    n = 2000
    seen = [RANK[outcome_of(w, (i + 0.5) / n)] for i in range(n)]
    for place, weight in enumerate(w):
        # Evenly spread points can miss a boundary on either side by one point.
        assert seen.count(place) / n == pytest.approx(weight / sum(w), abs=2.0 / n)


@given(scales, shares, shares, shares, st.booleans(), st.floats(0.1, 3.0), st.booleans(), uniforms)
def test_persuasion_willingness_and_goodwill_never_make_the_same_luck_end_worse(
    scale: OutcomeWeights,
    ability: float,
    willingness: float,
    goodwill: float,
    disputing: bool,
    persuasion: float,
    plan_open: bool,
    u: float,
) -> None:
    def rank(willing: float, good: float, skill: float) -> int:
        return RANK[outcome_of(outcome_weights(scale, ability, willing, good, disputing, skill, plan_open), u)]

    # Hardship and no result are neither good nor bad for the lender: compare only on either side of them.
    def side(place: int) -> int:
        return 0 if place <= 2 else 1 if place <= 4 else 2

    here = side(rank(willingness, goodwill, persuasion))
    assert side(rank(willingness, goodwill, persuasion * 1.2)) <= here
    assert side(rank(min(1.0, willingness + 0.1), goodwill, persuasion)) <= here
    assert side(rank(willingness, min(1.0, goodwill + 0.1), persuasion)) <= here


@given(scales, shares, shares, st.booleans(), st.floats(0.1, 3.0))
def test_weights_are_shut_off_by_what_they_depend_on(
    scale: OutcomeWeights, willingness: float, goodwill: float, disputing: bool, persuasion: float
) -> None:
    no_cash = outcome_weights(scale, 0.0, willingness, goodwill, disputing, persuasion, True)
    assert no_cash.pay_now == 0.0
    able = outcome_weights(scale, 1.0, willingness, goodwill, disputing, persuasion, True)
    assert able.hardship == 0.0
    assert able.plan == 0.0
    shut = outcome_weights(scale, 0.3, willingness, goodwill, disputing, persuasion, False)
    assert shut.plan == 0.0
    content = outcome_weights(scale, 0.3, 1.0, 1.0, disputing, persuasion, True)
    assert content.refuse == 0.0
    assert content.cease == 0.0
    settled = outcome_weights(scale, 0.3, willingness, goodwill, False, persuasion, True)
    quarrel = outcome_weights(scale, 0.3, willingness, goodwill, True, persuasion, True)
    assert settled.dispute < quarrel.dispute
    assert all(weight >= 0.0 for weight in (*no_cash, *able, *shut, *content))


TRUE_REASON = {
    Cell.FORGETFUL: StatedReason.FORGOT,
    Cell.CASH_FLOW_GAP: StatedReason.SHORT_OF_CASH,
    Cell.HARDSHIP: StatedReason.HARDSHIP,
    Cell.OVER_INDEBTED: StatedReason.TOO_MUCH_DEBT,
    Cell.UNWILLING: StatedReason.WILL_NOT_PAY,
    Cell.DISPUTING: StatedReason.DISPUTES,
    Cell.UNREACHABLE: StatedReason.SHORT_OF_CASH,
}


@given(st.sampled_from(Cell), uniforms, shares)
def test_who_is_honest_gives_the_true_reason_and_who_is_not_says_that_money_is_short(
    cell: Cell, u: float, honesty: float
) -> None:
    expected = TRUE_REASON[cell] if u < honesty else StatedReason.SHORT_OF_CASH
    assert stated_reason(int(cell), u, honesty) == expected
