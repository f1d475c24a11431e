"""Money is whole minor units, rounded in one place, halves to the even neighbour."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcollect.core.compiled import plain
from simcollect.core.units import days, format_money, money_cents


@pytest.mark.parametrize(
    ("amount", "cents"),
    [(0.5, 0), (1.5, 2), (2.5, 2), (3.5, 4), (-0.5, 0), (-1.5, -2), (-2.5, -2), (2.4999, 2), (2.5001, 3), (-7.6, -8)],
)
def test_a_half_goes_to_the_even_neighbour(amount: float, cents: int) -> None:
    assert money_cents(amount, 1) == cents


def test_major_units_become_minor_units() -> None:
    assert money_cents(1500.50) == 150_050
    assert money_cents(1500.50, 100) == 150_050
    assert money_cents(1500.0, 1) == 1500
    assert money_cents(0.125) == 12


@given(st.floats(min_value=-(2.0**53), max_value=2.0**53))
def test_rounding_equals_decimal_arithmetic_on_the_same_float(cents: float) -> None:
    expected = int(Decimal(cents).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    assert money_cents(cents, 1) == expected
    assert plain(money_cents)(cents, 1) == expected


@given(st.integers(min_value=-(10**13), max_value=10**13))
def test_an_amount_written_with_two_decimals_is_read_to_the_cent(cents: int) -> None:
    assert money_cents(cents / 100) == cents


@pytest.mark.parametrize("amount", [math.nan, math.inf, -math.inf, 2.0**53 + 2, -(2.0**53) - 2, 1e300])
def test_what_is_no_exact_amount_is_refused(amount: float) -> None:
    with pytest.raises(ValueError, match="at most 2\\*\\*53"):
        money_cents(amount, 1)
    with pytest.raises(ValueError, match="at most 2\\*\\*53"):
        plain(money_cents)(amount, 1)


def test_the_largest_exact_amount_is_accepted() -> None:
    assert money_cents(2.0**53, 1) == 2**53


def test_minor_units_count_towards_the_limit() -> None:
    with pytest.raises(ValueError, match="money_cents"):
        money_cents(2.0**53, 100)


@pytest.mark.parametrize(
    ("cents", "minor_units", "text"),
    [
        (0, 100, "USD 0.00"),
        (5, 100, "USD 0.05"),
        (-5, 100, "USD -0.05"),
        (123_456_789, 100, "USD 1,234,567.89"),
        (1500, 1, "USD 1,500"),
        (1_234_567, 1000, "USD 1,234.567"),
    ],
)
def test_money_is_shown_with_the_decimals_of_its_currency(cents: int, minor_units: int, text: str) -> None:
    assert format_money(cents, "USD", minor_units) == text


@pytest.mark.parametrize("minor_units", [0, 5, 60, -10, 200])
def test_minor_units_that_are_no_power_of_ten_are_refused(minor_units: int) -> None:
    with pytest.raises(ValueError, match="power of ten"):
        format_money(100, "USD", minor_units)


def test_a_day_is_1440_minutes() -> None:
    assert days(0) == 0
    assert days(3) == 3 * 24 * 60
