"""Payments of one's own accord: the intensity, the moment it crosses the threshold, and the amount."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simcollect.behaviour import payment
from simcollect.core.compiled import plain
from tests.behaviour.numbers import shares, uniforms

amount_paid = plain(payment.amount_paid)
payment_threshold = plain(payment.payment_threshold)
habitual_prob = plain(payment.habitual_prob)
days_until = plain(payment.days_until)
full_intensity = plain(payment.full_intensity)
integrated_intensity = plain(payment.integrated_intensity)
willingness_now = plain(payment.willingness_now)

gates = st.floats(0.01, 1.0)
rates = st.floats(0.0, 0.5)
excitations = st.floats(0.0, 2.0)
ageings = st.floats(1 / 2000, 1 / 10)
decays = st.floats(0.005, 1.0)
spans = st.floats(0.001, 400.0)


@given(gates, rates, ageings, excitations, decays, spans)
def test_days_until_inverts_the_integrated_intensity(
    gate: float, base: float, ageing: float, excitation: float, decay: float, days: float
) -> None:
    needed = integrated_intensity(gate, base, ageing, excitation, decay, days)
    slope = gate * (base * math.exp(-ageing * days) + excitation * math.exp(-decay * days))
    # Where the curve has gone flat to the last digits of a float, no inverse can tell two days apart.
    assume(needed > 1e-9 and slope * days > 1e-9 * needed)
    ceiling = gate * (base / ageing + excitation / decay)
    assume(needed < ceiling * (1 - 1e-6))
    found = days_until(needed, gate, base, ageing, excitation, decay)
    assert integrated_intensity(gate, base, ageing, excitation, decay, found) == pytest.approx(needed, rel=1e-6)


@given(gates, rates, ageings, excitations, decays, st.floats(1.0001, 50.0))
def test_a_threshold_above_everything_that_can_ever_accrue_is_never_crossed(
    gate: float, base: float, ageing: float, excitation: float, decay: float, factor: float
) -> None:
    ceiling = gate * (base / ageing + excitation / decay)
    assume(ceiling > 1e-12)
    assert days_until(ceiling * factor, gate, base, ageing, excitation, decay) == -1.0


@given(st.floats(1e-6, 20.0), rates, ageings, excitations, decays)
def test_an_empty_account_never_pays_however_hard_it_is_pressed(
    needed: float, base: float, ageing: float, excitation: float, decay: float
) -> None:
    assert days_until(needed, 0.0, base, ageing, excitation, decay) == -1.0
    assert integrated_intensity(0.0, base, ageing, excitation, decay, 1000.0) == 0.0


@given(gates, rates, ageings, excitations, decays, st.floats(1e-3, 3.0), st.floats(0.001, 2.0))
def test_more_excitation_brings_the_same_payment_forward_and_never_puts_it_off(
    gate: float, base: float, ageing: float, excitation: float, decay: float, needed: float, more: float
) -> None:
    before = days_until(needed, gate, base, ageing, excitation, decay)
    after = days_until(needed, gate, base, ageing, excitation + more, decay)
    if before >= 0.0:
        assert 0.0 <= after <= before + 1e-6


@given(gates, rates, ageings, excitations, decays, spans, spans)
def test_the_integral_over_two_spans_is_the_sum_of_both(
    gate: float, base: float, ageing: float, excitation: float, decay: float, first: float, second: float
) -> None:
    whole = integrated_intensity(gate, base, ageing, excitation, decay, first + second)
    later_base, later_excitation = base * math.exp(-ageing * first), excitation * math.exp(-decay * first)
    parts = integrated_intensity(gate, base, ageing, excitation, decay, first) + integrated_intensity(
        gate, later_base, ageing, later_excitation, decay, second
    )
    assert parts == pytest.approx(whole, rel=1e-9, abs=1e-12)


@given(gates, rates, ageings, excitations, decays)
def test_over_a_short_time_the_integral_is_the_intensity_times_the_time(
    gate: float, base: float, ageing: float, excitation: float, decay: float
) -> None:
    days = 1e-4
    expected = gate * (base + excitation) * days
    assert integrated_intensity(gate, base, ageing, excitation, decay, days) == pytest.approx(expected, rel=2e-4)


@given(rates, shares, shares, shares, shares)
def test_the_intensity_rises_with_willingness_and_attention_and_falls_with_waiting(
    rate: float, willingness: float, attention: float, floor: float, waiting: float
) -> None:
    here = full_intensity(rate, willingness, attention, floor, waiting)
    assert 0.0 <= here <= rate
    assert full_intensity(rate, min(1.0, willingness + 0.1), attention, floor, waiting) >= here
    assert full_intensity(rate, willingness, min(1.0, attention + 0.1), floor, waiting) >= here - 1e-15
    assert full_intensity(rate, willingness, attention, floor, min(1.0, waiting + 0.1)) <= here


def test_a_borrower_who_waits_entirely_has_no_base_intensity() -> None:
    assert full_intensity(0.05, 0.9, 0.9, 0.3, 1.0) == 0.0


@given(shares, shares, st.floats(0.05, 1.0), shares)
def test_lost_goodwill_lowers_willingness_by_at_most_its_weight(
    willingness: float, goodwill: float, reference: float, weight: float
) -> None:
    now = willingness_now(willingness, goodwill, reference, weight)
    assert willingness * (1.0 - weight) - 1e-12 <= now <= willingness
    if goodwill >= reference:
        assert now == willingness
    assert willingness_now(willingness, 0.0, reference, weight) == pytest.approx(willingness * (1.0 - weight))
    assert willingness_now(willingness, max(0.0, goodwill - 0.1), reference, weight) <= now


amounts = st.integers(0, 10_000_000)


@given(
    uniforms, uniforms, uniforms, shares, shares, shares, st.floats(0.1, 20.0), st.floats(0.0, 3.0), amounts,
    st.integers(1, 10**6), amounts, amounts
)  # fmt: skip
def test_nobody_pays_more_than_he_has_or_owes(
    u_full: float,
    u_kind: float,
    u_amount: float,
    full: float,
    cure: float,
    minimum: float,
    median: float,
    sd: float,
    cash: int,
    instalment: int,
    overdue: int,
    balance: int,
) -> None:
    paid = amount_paid(u_full, u_kind, u_amount, full, cure, minimum, median, sd, cash, instalment, overdue, balance)
    assert 0 <= paid <= min(cash, balance)


@given(
    uniforms, uniforms, uniforms, shares, shares, st.floats(0.1, 20.0), st.floats(0.0, 3.0), amounts,
    st.integers(1, 10**6), amounts, amounts
)  # fmt: skip
def test_more_cash_or_a_luckier_draw_never_makes_a_payment_smaller(
    u_full: float,
    u_kind: float,
    u_amount: float,
    cure: float,
    minimum: float,
    median: float,
    sd: float,
    cash: int,
    instalment: int,
    overdue: int,
    balance: int,
) -> None:
    def paid(u: float, at_hand: int) -> int:
        owed = min(overdue, balance)
        return amount_paid(u_full, u_kind, u, 0.2, cure, minimum, median, sd, at_hand, instalment, owed, balance)

    assert paid(u_amount, cash + 1000) >= paid(u_amount, cash)
    assert paid((1.0 + u_amount) / 2.0, cash) >= paid(u_amount, cash)


def test_a_full_payment_needs_both_the_luck_and_the_money() -> None:
    def paid(u_full: float, cash: int) -> int:
        return amount_paid(u_full, 0.5, 0.5, 0.1, 0.0, 0.0, 1.0, 0.0, cash, 1000, 2000, 50_000)

    assert paid(0.05, 50_000) == 50_000
    assert paid(0.05, 49_999) == 1000
    assert paid(0.15, 60_000) == 1000


def test_the_median_payment_is_the_median_ratio_of_the_instalment() -> None:
    assert amount_paid(0.9, 0.5, 0.5, 0.1, 0.0, 0.0, 1.5, 0.8, 10**9, 1000, 2000, 10**9) == 1500


def test_a_cure_pays_what_is_overdue_to_the_cent_and_needs_the_money() -> None:
    def paid(u_kind: float, cash: int) -> int:
        return amount_paid(0.9, u_kind, 0.5, 0.0, 0.3, 0.4, 2.5, 0.0, cash, 1000, 3210, 50_000)

    assert paid(0.29, 3210) == 3210
    assert paid(0.29, 3209) == 2500  # the money for all of it is not there: a multiple of the instalment
    assert paid(0.31, 9000) == paid(0.57, 9000) == 1000  # exactly one instalment
    assert paid(0.59, 9000) == 2500  # 0.3 + 0.4 of the 0.7 that is left


@given(uniforms, uniforms, uniforms, st.floats(0.1, 20.0), st.floats(0.0, 3.0), amounts, amounts)
def test_without_cures_and_minimums_their_draw_and_the_overdue_amount_are_without_effect(
    u_full: float, u_kind: float, u_amount: float, median: float, sd: float, cash: int, overdue: int
) -> None:
    def paid(u: float, owed: int) -> int:
        return amount_paid(u_full, u, u_amount, 0.1, 0.0, 0.0, median, sd, cash, 1000, owed, 50_000)

    assert paid(u_kind, overdue) == paid(0.5, 0)


@given(uniforms)
def test_a_threshold_without_memory_is_the_unit_exponential_to_the_last_bit(u: float) -> None:
    assert payment_threshold(u, 1.0) == -math.log(u)


@pytest.mark.parametrize("regularity", [0.7, 1.0, 2.0, 5.0])
def test_thresholds_have_mean_one_and_the_spread_of_a_weibull(regularity: float) -> None:
    n = 20_000  # midpoints of equal shares of probability: the integral of the inverse distribution function
    drawn = np.array([payment_threshold((k + 0.5) / n, regularity) for k in range(n)])
    mean = math.gamma(1.0 + 1.0 / regularity)
    spread = math.sqrt(math.gamma(1.0 + 2.0 / regularity) / mean**2 - 1.0)
    assert drawn.mean() == pytest.approx(1.0, rel=2e-3)
    assert drawn.std() == pytest.approx(spread, rel=2e-2)


@given(st.floats(0.01, 0.99), st.floats(0.2, 1.5), st.floats(0.1, 5.0), uniforms)
def test_a_habit_moves_the_odds_and_the_median_household_keeps_them(
    usual: float, factor: float, sd: float, u: float
) -> None:
    median = habitual_prob(usual, factor, sd, 0.5)
    assert median / (1.0 - median) == pytest.approx(factor * usual / (1.0 - usual), rel=1e-6)
    assert 0.0 <= habitual_prob(usual, factor, sd, u) <= 1.0
    assert habitual_prob(usual, factor, sd, (1.0 + u) / 2.0) >= habitual_prob(usual, factor, sd, u)
