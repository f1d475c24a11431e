"""The economics of going to law."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcollect.behaviour import legal
from simcollect.core.compiled import plain
from tests.behaviour.numbers import cents, shares, uniforms

court_days = plain(legal.court_days)
court_fee_cents = plain(legal.court_fee_cents)
expected_net_yield_cents = plain(legal.expected_net_yield_cents)
means_signal = plain(legal.means_signal)


@given(cents, cents, shares)
def test_the_court_fee_is_a_share_of_the_claim_and_at_the_least_the_fixed_fee(
    balance: int, fixed: int, share: float
) -> None:
    fee = court_fee_cents(balance, fixed, share)
    assert fee >= fixed
    assert fee == fixed or fee == pytest.approx(share * balance, abs=0.51)
    assert court_fee_cents(balance + 10_000, fixed, share) >= fee


@given(cents, cents, st.floats(1.0, 120.0), uniforms)
def test_an_officer_without_noise_knows_the_means(assets: int, attachable: int, months: float, u: float) -> None:
    assert means_signal(assets, attachable, months, u, 0.0) == pytest.approx(assets + attachable * months)
    assert means_signal(0, 0, months, u, 2.0) == 0.0


@given(cents, st.floats(0.0, 1e8), shares, shares, shares, cents)
def test_expected_yield_is_never_above_the_claim_and_never_below_the_cost(
    balance: int, reachable: float, win: float, enforce: float, voluntary: float, cost: int
) -> None:
    net = expected_net_yield_cents(balance, reachable, win, enforce, voluntary, cost)
    assert -cost - 1 <= net <= min(balance, reachable) - cost + 1
    assert expected_net_yield_cents(balance, reachable, win, enforce, voluntary, cost + 100) == net - 100
    assert expected_net_yield_cents(balance, reachable + 1000.0, win, enforce, voluntary, cost) >= net
    assert expected_net_yield_cents(balance, reachable, 1.0, enforce, voluntary, cost) >= net
    assert expected_net_yield_cents(balance, reachable, win, 1.0, voluntary, cost) >= net


def test_who_owns_nothing_yields_only_the_cost_and_sure_success_the_whole_claim() -> None:
    assert expected_net_yield_cents(100_000, 0.0, 0.9, 0.4, 0.3, 5_000) == -5_000
    assert expected_net_yield_cents(100_000, 1e9, 1.0, 1.0, 0.0, 5_000) == 95_000


@given(uniforms, st.floats(1.0, 1500.0), st.floats(0.0, 2.0))
def test_the_court_takes_at_least_a_day_and_longer_with_worse_luck(u: float, median: float, sd: float) -> None:
    days = court_days(u, median, sd)
    assert days >= 1
    assert court_days((1.0 + u) / 2.0, median, sd) >= days


@given(st.floats(1.0, 1500.0), st.floats(0.0, 2.0))
def test_half_of_the_suits_are_decided_by_the_median_day(median: float, sd: float) -> None:
    assert court_days(0.5, median, sd) == pytest.approx(max(1, math.floor(median + 0.5)), abs=1)
