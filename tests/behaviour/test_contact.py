"""Reach and talk."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcollect.behaviour import contact
from simcollect.core.compiled import plain
from tests.behaviour.numbers import shares, uniforms

answer_prob = plain(contact.answer_prob)
hour_factor = plain(contact.hour_factor)
talk_minutes = plain(contact.talk_minutes)

factors = st.floats(0.0, 5.0)
decays = st.floats(0.3, 1.0)


@given(shares, factors, factors, factors, st.integers(0, 200), decays)
def test_the_chance_of_an_answer_is_a_probability_and_fades_with_failed_attempts(
    base: float, reach: float, when: float, preferred: float, failed: int, decay: float
) -> None:
    prob = answer_prob(base, reach, when, preferred, failed, decay)
    assert 0.0 <= prob <= 0.95
    assert answer_prob(base, reach, when, preferred, failed + 1, decay) <= prob


@given(shares, decays)
def test_each_failed_attempt_costs_the_same_share_of_reach(base: float, decay: float) -> None:
    first = answer_prob(0.9 * base, 1.0, 1.0, 1.0, 0, decay)
    third = answer_prob(0.9 * base, 1.0, 1.0, 1.0, 2, decay)
    assert third == pytest.approx(first * decay**2, rel=1e-12)


@given(factors, factors, factors, st.integers(0, 50), decays)
def test_nobody_answers_a_number_that_does_not_work(
    reach: float, when: float, preferred: float, failed: int, decay: float
) -> None:
    assert answer_prob(0.0, reach, when, preferred, failed, decay) == 0.0


@given(st.integers(0, 23), st.integers(0, 6))
def test_the_hour_and_the_weekday_act_on_their_own(hour: int, weekday: int) -> None:
    expected = (1.3 if hour >= 17 else 1.0) * (1.15 if weekday >= 5 else 1.0)
    assert hour_factor(hour, weekday, 1.3, 1.15) == pytest.approx(expected)


@given(uniforms, st.floats(0.5, 30.0), st.floats(0.0, 2.0))
def test_a_conversation_takes_between_one_and_sixty_whole_minutes(u: float, median: float, sd: float) -> None:
    minutes = talk_minutes(u, median, sd)
    assert isinstance(minutes, int)
    assert 1 <= minutes <= 60


def test_the_median_conversation_is_the_median_rounded_up() -> None:
    n = 999
    middle = statistics.median(talk_minutes((i + 0.5) / n, 3.2, 0.85) for i in range(n))
    assert middle == math.ceil(3.2)
