"""Promises, plans, settlements and waiting."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcollect.behaviour import agreement
from simcollect.core.compiled import plain
from tests.behaviour.numbers import cents, shares, uniforms

ability_signal = plain(agreement.ability_signal)
acceptance_prob = plain(agreement.acceptance_prob)
affordable_cents = plain(agreement.affordable_cents)
instalment_keep_prob = plain(agreement.instalment_keep_prob)
promise_credibility = plain(agreement.promise_credibility)
waiting_share = plain(agreement.waiting_share)

broken = st.integers(0, 40)
fading = st.floats(0.05, 1.0)


@given(shares, shares, broken, fading, shares)
def test_a_broken_promise_and_an_automated_caller_lower_credibility(
    base: float, caller: float, before: int, factor: float, willingness: float
) -> None:
    here = promise_credibility(base, caller, before, factor, willingness)
    assert 0.0 <= here <= 1.0
    assert promise_credibility(base, caller, before + 1, factor, willingness) <= here
    assert promise_credibility(base, 1.0, before, factor, willingness) >= here
    assert promise_credibility(base, caller, before, factor, 1.0) >= here


@given(shares, fading)
def test_each_broken_promise_costs_the_same_factor(base: float, factor: float) -> None:
    first = promise_credibility(base, 1.0, 0, factor, 1.0)
    assert promise_credibility(base, 1.0, 3, factor, 1.0) == pytest.approx(first * factor**3, rel=1e-9)


@given(cents, st.integers(1, 10**7), uniforms, st.floats(0.0, 3.0))
def test_a_signal_without_noise_is_the_truth_and_the_median_of_a_noisy_one_is_too(
    spare: int, instalment: int, u: float, noise: float
) -> None:
    truth = spare / instalment
    assert ability_signal(spare, instalment, u, 0.0) == truth
    assert ability_signal(spare, instalment, 0.5, noise) == pytest.approx(truth, abs=1e-7 * truth)
    assert ability_signal(spare, instalment, u, noise) >= 0.0


@given(st.integers(1, 10**7), uniforms, st.floats(0.01, 3.0))
def test_a_case_analysis_with_less_noise_lies_nearer_the_truth(spare: int, u: float, noise: float) -> None:
    def error(noise_sd: float) -> float:
        return abs(math.log(ability_signal(spare, 1000, u, noise_sd) / (spare / 1000)))

    assert error(noise / 2.0) <= error(noise) + 1e-12


@given(st.floats(0.0, 100.0), st.integers(1, 10**6), shares, shares)
def test_an_affordable_instalment_grows_with_the_signal_and_the_share(
    signal: float, instalment: int, share: float, more: float
) -> None:
    here = affordable_cents(signal, instalment, share)
    assert 0 <= here <= signal * instalment + 0.5
    assert affordable_cents(signal + more, instalment, share) >= here
    assert affordable_cents(signal, instalment, min(1.0, share + more)) >= here
    assert here == pytest.approx(signal * instalment * share, abs=0.5001)


@given(shares, shares, shares, shares)
def test_relief_and_willingness_raise_the_chance_of_keeping_an_instalment(
    base: float, willingness: float, relief: float, effect: float
) -> None:
    here = instalment_keep_prob(base, willingness, relief, effect)
    assert 0.0 <= here <= 0.995
    assert instalment_keep_prob(base, willingness, 1.0, effect) >= here
    assert instalment_keep_prob(base, 1.0, relief, effect) >= here
    assert instalment_keep_prob(base, willingness, relief, 0.0) <= here


@given(shares, shares, shares, st.floats(-10.0, 10.0), st.floats(0.0, 30.0), st.floats(0.0, 5.0), shares)
def test_a_deeper_concession_and_more_pressure_are_accepted_more_often(
    concession: float, willingness: float, pressure: float, intercept: float, slope: float, weight: float, more: float
) -> None:
    here = acceptance_prob(concession, willingness, pressure, intercept, slope, weight)
    assert 0.0 < here < 1.0 or here == pytest.approx(1.0)
    assert acceptance_prob(min(1.0, concession + more), willingness, pressure, intercept, slope, weight) >= here
    assert acceptance_prob(concession, willingness, min(1.0, pressure + more), intercept, slope, weight) >= here
    assert acceptance_prob(concession, min(1.0, willingness + more), pressure, intercept, slope, weight) >= here


def test_the_acceptance_of_an_average_borrower_without_pressure_is_the_logistic_of_the_intercept() -> None:
    assert acceptance_prob(0.0, 0.5, 0.0, -1.9, 4.0, 0.7) == pytest.approx(1.0 / (1.0 + math.exp(1.9)))
    assert acceptance_prob(0.475, 0.5, 0.0, -1.9, 4.0, 0.7) == pytest.approx(0.5)


concessions = st.floats(-1.0, 1.0)
ahead = st.floats(0.0, 500.0)
patience = st.floats(5.0, 1000.0)
days = st.integers(0, 365)
strengths = st.floats(0.0, 20.0)


@given(concessions, ahead, patience, days, days, strengths)
def test_waiting_is_weakened_by_random_days_short_expiry_and_distance(
    better: float, days_ahead: float, scale: float, random_days: int, expiry: int, strength: float
) -> None:
    here = waiting_share(better, days_ahead, scale, random_days, expiry, strength)
    assert 0.0 <= here <= 1.0
    assert waiting_share(better, days_ahead, scale, random_days + 10, expiry, strength) <= here
    assert waiting_share(better, days_ahead, scale, random_days, expiry // 2, strength) <= here
    assert waiting_share(better, days_ahead + 10.0, scale, random_days, expiry, strength) <= here
    assert waiting_share(min(1.0, better + 0.1), days_ahead, scale, random_days, expiry, strength) >= here


@given(st.floats(-1.0, 0.0), ahead, patience, days, days, strengths)
def test_nobody_waits_for_an_offer_that_is_no_better(
    better: float, days_ahead: float, scale: float, random_days: int, expiry: int, strength: float
) -> None:
    assert waiting_share(better, days_ahead, scale, random_days, expiry, strength) == 0.0


def test_random_days_and_short_expiry_weaken_waiting_strictly() -> None:
    sure = waiting_share(0.2, 30.0, 90.0, 0, 30, 3.0)
    assert 0.0 < waiting_share(0.2, 30.0, 90.0, 14, 30, 3.0) < sure
    assert 0.0 < waiting_share(0.2, 30.0, 90.0, 0, 7, 3.0) < sure
    assert waiting_share(0.2, 30.0, 90.0, 0, 0, 3.0) == 0.0
