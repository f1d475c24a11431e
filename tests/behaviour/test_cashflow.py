"""Paydays, shocks and the ability gate."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simcollect.behaviour import cashflow
from simcollect.core.compiled import plain
from tests.behaviour.numbers import cents, shares, uniforms

ability_gate = plain(cashflow.ability_gate)
cash_after_payday = plain(cashflow.cash_after_payday)
shocked_next_month = plain(cashflow.shocked_next_month)
spare_this_month = plain(cashflow.spare_this_month)


@given(cents, st.integers(1, 10**7), shares)
def test_the_gate_is_shut_below_the_floor_and_open_from_a_full_instalment(
    cash: int, instalment: int, floor: float
) -> None:
    gate = ability_gate(cash, instalment, floor)
    assert 0.0 <= gate <= 1.0
    if cash >= instalment:
        assert gate == 1.0
    elif cash < floor * instalment:
        assert gate == 0.0
    else:
        assert gate == cash / instalment


@given(cents, st.integers(1, 10**7), shares, cents)
def test_more_cash_never_closes_the_gate(cash: int, instalment: int, floor: float, more: int) -> None:
    assert ability_gate(cash + more, instalment, floor) >= ability_gate(cash, instalment, floor)


@given(st.integers(0, 10**7), shares)
def test_an_account_with_no_cash_at_all_is_shut_whatever_the_floor(instalment: int, floor: float) -> None:
    assert ability_gate(0, instalment, floor) == 0.0


@given(cents, cents, st.booleans(), shares)
def test_spare_cash_is_never_negative_and_a_shock_never_adds_to_it(
    spare: int, income: int, shocked: bool, loss: float
) -> None:
    assert 0 <= spare_this_month(spare, income, shocked, loss) <= spare
    assert spare_this_month(spare, income, False, loss) == spare


@given(cents, cents, shares, st.floats(0.0, 0.5))
def test_a_larger_loss_of_income_leaves_no_more_spare_cash(spare: int, income: int, loss: float, more: float) -> None:
    worse = min(1.0, loss + more)
    assert spare_this_month(spare, income, True, worse) <= spare_this_month(spare, income, True, loss)


@given(cents, cents, cents)
def test_a_payday_adds_the_spare_cash_and_keeps_no_more_than_the_cap(cash: int, spare: int, cap: int) -> None:
    after = cash_after_payday(cash, spare, cap)
    assert spare <= after <= cap + spare
    if cash <= cap:
        assert after == cash + spare


@given(uniforms, shares, shares, shares)
def test_a_higher_onset_or_a_slower_recovery_only_adds_months_of_shock(
    u: float, onset: float, recovery: float, more: float
) -> None:
    for was in (False, True):
        now = shocked_next_month(was, u, onset, recovery)
        if now:
            assert shocked_next_month(was, u, min(1.0, onset + more), recovery)
            assert shocked_next_month(was, u, onset, max(0.0, recovery - more))
            assert shocked_next_month(was, u / 2.0, onset, recovery)


@given(uniforms, st.booleans())
def test_certain_onset_and_no_recovery_keep_a_household_in_shock(u: float, was: bool) -> None:
    assert shocked_next_month(was, u, 1.0, 0.0)
    assert not shocked_next_month(was, u, 0.0, 1.0)
