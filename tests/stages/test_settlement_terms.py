"""Settlements whose instalments the borrower chooses, offers after a broken one, and disposal in bulk."""

from __future__ import annotations

import pytest

from simcollect.core.codes import EventKind
from simcollect.core.errors import InputErrors
from simcollect.stages.case import DAY
from tests.stages.story import Story, Table, merged
from tests.stages.test_final import ACCEPTS, DECLINES, final, rung

K = EventKind
CHOICE = rung(0, 0.2, 1.0, instalments=1, longer_instalments=[3, 6, 12])
ASKED = 16_000.0
"""Four fifths of the principal."""


@pytest.mark.parametrize(
    ("spare", "assets", "taken"), [(6000.0, 0.0, 3), (3000.0, 0.0, 6), (1400.0, 0.0, 12), (1400.0, 2 * ASKED, 1)]
)
def test_the_borrower_takes_the_fewest_instalments_that_his_means_allow(
    spare: float, assets: float, taken: int
) -> None:
    story = Story(final(offers=[CHOICE]), behaviour=ACCEPTS, spare=spare, buffer=0.0, assets=assets).live(8)
    accepted = story.last(K.OFFER_ACCEPTED)
    assert accepted["value"] == taken
    assert accepted["amount_cents"] == round(100 * ASKED)


def test_who_cannot_pay_even_the_longest_declines() -> None:
    story = Story(final(offers=[CHOICE]), behaviour=ACCEPTS, spare=1300.0, buffer=0.0).live(8)
    assert story.count(K.OFFER_ACCEPTED) == 0
    assert story.count(K.OFFER_DECLINED) == 1


def test_committing_half_of_the_spare_cash_makes_instalments_smaller_and_more() -> None:
    half = merged(ACCEPTS, {"settlement": {"instalment_share": 0.5}})
    story = Story(final(offers=[CHOICE]), behaviour=half, spare=6000.0, buffer=0.0).live(8)
    assert story.last(K.OFFER_ACCEPTED)["value"] == 6, "3,000 a month instead of 6,000"


@pytest.mark.parametrize(("allowed", "kind"), [(12, K.OFFER_MADE), (11, K.BLOCKED)])
def test_the_desks_authority_binds_the_longest_choice(allowed: int, kind: EventKind) -> None:
    document = final(offers=[CHOICE])
    if allowed < 12:
        with pytest.raises(InputErrors, match="longer_instalments is 12"):
            Story(document, rules={"max_plan_months": allowed})
    else:
        story = Story(document, behaviour=ACCEPTS, rules={"max_plan_months": allowed}).live(2)
        assert story.count(kind) == 1


@pytest.mark.parametrize("longer", [[6, 3], [1, 3], [3, 3]])
def test_choices_that_do_not_rise_are_refused(longer: list[int]) -> None:
    with pytest.raises(InputErrors, match="rising numbers above instalments"):
        Story(final(offers=[rung(0, 0.2, instalments=1, longer_instalments=longer)]))


BREAKING: Table = merged(ACCEPTS, {"settlement": {"keep_prob": 0.0}})


@pytest.mark.parametrize("go_on", [True, False])
def test_the_ladder_goes_on_after_a_broken_settlement_only_where_the_strategy_says_so(go_on: bool) -> None:
    ladder = [rung(0, 0.2, instalments=12), rung(100, 0.4, instalments=12)]
    document = merged(final(offers=ladder, offers_after_break=go_on), {"follow_up": {"max_missed_instalments": 0}})
    story = Story(document, behaviour=BREAKING, spare=4000.0).live(140)
    assert story.of(K.SETTLEMENT_BROKEN)["at"][0] < 100 * DAY
    assert story.of(K.OFFER_MADE)["detail"].tolist() == ([0, 1] if go_on else [0])


def test_a_share_of_the_accounts_is_disposed_of_and_the_same_ones_under_every_strategy() -> None:
    sold = {}
    for share in (1.0, 0.6, 0.3, 0.0):
        document = final(disposal="sell", disposal_dpd=60, disposal_share=share)
        sold[share] = {seed for seed in range(30) if Story(document, dpd=50, seed=seed).live(12).count(K.SOLD)}
    assert len(sold[1.0]) == 30
    assert not sold[0.0]
    assert 8 <= len(sold[0.6]) <= 28, "18 expected, 2.7 the standard error"
    assert sold[0.3] < sold[0.6] < sold[1.0], "nested: whoever is sold at 30 % is sold at 60 %"


def test_bulk_disposal_waits_a_random_number_of_days_within_its_bound() -> None:
    days = []
    for seed in range(12):
        story = Story(final(disposal="sell", disposal_dpd=60, disposal_random_days=40), dpd=50, seed=seed).live(60)
        days.append(int(story.last(K.SOLD)["at"]) // DAY - 10)
    assert min(days) >= 0
    assert max(days) <= 41, "done on the morning of the day, or of the next"
    assert len(set(days)) >= 8


def test_who_breaks_a_settlement_waits_for_the_next_bulk_sale_anew() -> None:
    document = merged(
        final(offers=[rung(0, 0.2, instalments=12)], disposal="sell", disposal_dpd=60, disposal_random_days=40),
        {"follow_up": {"max_missed_instalments": 0}},
    )
    waited = []
    for seed in range(6):
        plain = Story(document, behaviour=DECLINES, dpd=50, seed=seed, spare=4000.0, payday=20).live(60)
        broken = Story(document, behaviour=BREAKING, dpd=50, seed=seed, spare=4000.0, payday=20).live(120)
        since = int(broken.last(K.SOLD)["at"]) - int(broken.last(K.SETTLEMENT_BROKEN)["at"])
        waited.append((since / DAY, int(plain.last(K.SOLD)["at"]) / DAY - 10))
    assert all(abs(anew - first) <= 2 for anew, first in waited), "the same luck, counted from the break"
