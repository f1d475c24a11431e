"""Verdicts on paired data whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simcollect.face.demonstration import Claim, Demonstration, Level
from simcollect.face.verdict import Answer, Verdict, judge

SEEDS = np.repeat([1, 2, 3], 5)


def asked(*at: float, second: bool = False, **claim: object) -> Demonstration:
    """A demonstration with one claim."""
    levels = tuple(Level(at=each) for each in at)
    pair = {"knob": "staff", "levels": (Level(at=0.0), Level(at=1.0))} if second else None
    return Demonstration.model_validate(
        {
            "id": "X",
            "title": "X",
            "knob": "x",
            "levels": levels,
            "claims": (Claim.model_validate({"outcome": "kept_share", **claim}),),
            "second": pair,
        }
    )


def verdict(demonstration: Demonstration, means: list[float], noise: float = 0.02, n_second: int = 1) -> Verdict:
    """The verdict on pairs with these means by arm, first knob turning fastest, around a luck that arms share."""
    rng = np.random.default_rng(5)
    luck = rng.normal(size=len(SEEDS))
    arms = {}
    for number, mean in enumerate(means):
        j, i = divmod(number, len(means) // n_second)
        arms[i, j] = mean + luck + noise * rng.normal(size=len(SEEDS))
    (found,) = judge(demonstration.claims, demonstration, [arms], SEEDS)
    return found


@pytest.mark.parametrize(
    ("expect", "change", "answer"),
    [
        ("up", 0.2, Answer.AGREES),
        ("up", -0.2, Answer.DISAGREES),
        ("up", 0.0, Answer.CANNOT_TELL),
        ("down", -0.2, Answer.AGREES),
        ("down", 0.2, Answer.DISAGREES),
        ("about", 0.02, Answer.AGREES),
        ("about", 0.4, Answer.DISAGREES),
        ("about", -0.4, Answer.DISAGREES),
        ("about", 0.1, Answer.CANNOT_TELL),
        ("not_down", 0.4, Answer.AGREES),
        ("not_down", 0.0, Answer.AGREES),
        ("not_down", -0.4, Answer.DISAGREES),
        ("not_down", -0.1, Answer.CANNOT_TELL),
        ("not_up", -0.4, Answer.AGREES),
        ("not_up", 0.4, Answer.DISAGREES),
    ],
)
def test_two_levels_are_judged_by_the_change_between_them(expect: str, change: float, answer: Answer) -> None:
    band = {"within": 0.1} if expect in ("about", "not_down", "not_up") else {}
    found = verdict(asked(0, 1, expect=expect, **band), [0.5, 0.5 + change])
    assert found.answer is answer
    assert found.estimate == pytest.approx(change, abs=0.03)
    assert found.low < found.estimate < found.high


@pytest.mark.parametrize(
    ("expect", "means", "answer"),
    [
        ("inverted_u", [0.0, 0.3, 0.4, 0.1], Answer.AGREES),
        ("inverted_u", [0.0, 0.1, 0.2, 0.3], Answer.DISAGREES),
        ("inverted_u", [0.3, 0.2, 0.1, 0.0], Answer.DISAGREES),
        ("inverted_u", [0.0, 0.3, 0.3, 0.3], Answer.CANNOT_TELL),
        ("concave", [0.0, 0.3, 0.4, 0.4], Answer.AGREES),
        ("concave", [0.0, 0.0, 0.1, 0.9], Answer.DISAGREES),
        ("concave", [0.0, 0.2, 0.4, 0.8], Answer.CANNOT_TELL),
        ("straight", [0.0, 0.2, 0.4, 0.8], Answer.AGREES),
        ("straight", [0.0, 0.8, 0.9, 0.9], Answer.DISAGREES),
    ],
)
def test_shapes_are_judged_by_all_levels_and_slopes_by_where_they_lie(
    expect: str, means: list[float], answer: Answer
) -> None:
    band = {"within": 0.1} if expect == "straight" else {}
    demonstration = asked(1, 2, 3, 5, expect=expect, **band)  # the last step is twice as wide
    assert verdict(demonstration, means).answer is answer


def test_an_inverted_u_is_the_smaller_rise_at_the_best_level_between() -> None:
    found = verdict(asked(0, 1, 2, 3, expect="inverted_u"), [0.0, 0.2, 0.5, 0.4], noise=0.001)
    assert found.estimate == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(("expect", "answer"), [("more_with", Answer.AGREES), ("less_with", Answer.DISAGREES)])
def test_an_interaction_is_the_difference_of_two_effects(expect: str, answer: Answer) -> None:
    found = verdict(asked(0, 1, second=True, expect=expect), [0.0, 0.1, 0.0, 0.5], n_second=2)
    assert found.answer is answer
    assert found.estimate == pytest.approx(0.4, abs=0.03), "told as it is, whatever is expected"


def test_a_claim_is_read_at_the_level_of_the_second_knob_that_it_names() -> None:
    means = [0.0, -0.5, 0.0, 0.5]
    demonstration = asked(0, 1, second=True, expect="up")
    assert verdict(demonstration, means, n_second=2).answer is Answer.AGREES
    early = demonstration.claims[0].model_copy(update={"second": "first"})
    demonstration = demonstration.model_copy(update={"claims": (early,)})
    assert verdict(demonstration, means, n_second=2).answer is Answer.DISAGREES


def test_seeds_that_point_different_ways_cannot_tell_though_the_interval_is_clear() -> None:
    demonstration = asked(0, 1, expect="up")
    rng = np.random.default_rng(1)
    change = np.where(SEEDS == 3, -0.001, 0.5) + 0.0001 * rng.normal(size=len(SEEDS))
    arms = {(0, 0): np.zeros(15), (1, 0): change}
    (found,) = judge(demonstration.claims, demonstration, [arms], SEEDS)
    assert found.low > 0.0
    assert min(found.seeds) < 0.0
    assert found.answer is Answer.CANNOT_TELL


def test_a_knob_without_any_effect_disagrees_with_up_and_agrees_with_about() -> None:
    arms = {(0, 0): np.full(15, 0.4), (1, 0): np.full(15, 0.4)}
    for expect, band, answer in (("up", {}, Answer.DISAGREES), ("about", {"within": 0.01}, Answer.AGREES)):
        demonstration = asked(0, 1, expect=expect, **band)
        (found,) = judge(demonstration.claims, demonstration, [arms], SEEDS)
        assert found.answer is answer


def test_what_is_not_counted_in_every_pair_cannot_be_told_and_leaves_the_family() -> None:
    two = asked(0, 1, expect="up")
    demonstration = two.model_copy(update={"claims": two.claims * 2})
    rng = np.random.default_rng(2)
    good = {(0, 0): rng.normal(size=15), (1, 0): 3.0 + rng.normal(size=15)}
    holes = {arm: np.where(np.arange(15) == 4, math.nan, numbers) for arm, numbers in good.items()}
    unknown, known = judge(demonstration.claims, demonstration, [holes, good], SEEDS)
    (alone,) = judge(two.claims, two, [good], SEEDS)
    assert unknown.answer is Answer.CANNOT_TELL
    assert math.isnan(unknown.estimate)
    assert (known.low, known.high) == (alone.low, alone.high)


def test_more_claims_widen_the_intervals() -> None:
    rng = np.random.default_rng(3)
    one = asked(0, 1, expect="up")
    arms = [{(0, 0): rng.normal(size=15), (1, 0): rng.normal(size=15)} for _ in range(6)]
    many = one.model_copy(update={"claims": one.claims * 6})
    (alone,) = judge(one.claims, one, arms[:1], SEEDS)
    first = judge(many.claims, many, arms, SEEDS)[0]
    assert first.high - first.low > 1.2 * (alone.high - alone.low)


def test_a_band_may_be_a_share_of_the_level() -> None:
    found = verdict(asked(0, 1, expect="about", within_share=0.1), [4.0, 4.1], noise=0.01)
    assert found.band == pytest.approx(0.1 * abs(found.level))
    assert found.level == pytest.approx(4.0, abs=0.5)


@pytest.mark.parametrize("n_claims", [1, 4])
def test_a_true_sign_is_called_wrong_no_more_often_than_the_level_allows(n_claims: int) -> None:
    """With no change at all, "up" or "down" is called in at most 5 % of tries; 250 tries, chance of failing 0.1 %."""
    one = asked(0, 1, expect="up")
    demonstration = one.model_copy(update={"claims": one.claims * n_claims})
    rng = np.random.default_rng(11)
    called = 0
    for _ in range(250):
        arms = [{(0, 0): rng.normal(size=15), (1, 0): rng.normal(size=15)} for _ in range(n_claims)]
        found = judge(demonstration.claims, demonstration, arms, SEEDS)
        called += any(each.answer is not Answer.CANNOT_TELL for each in found)
    assert called <= 0.05 * 250 + 3.1 * math.sqrt(250 * 0.05 * 0.95)
