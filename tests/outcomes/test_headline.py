from __future__ import annotations

import math
from dataclasses import fields

import pytest

from simcollect.core.codes import EventKind
from simcollect.core.errors import InputError
from simcollect.outcomes import HEADLINE, MEASURES, Economics, Outcomes, audit, headline, headlines
from tests.outcomes.books import six_borrowers
from tests.outcomes.handmade import Story

PRICES = Economics(
    hourly_cost_cents=(3_000, 4_000, 6_000, 4_000),
    sale_from_dpd=(0, 60, 90),
    sale_share=(0.5, 0.2, 0.1),
    retention_years=3.0,
)


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    return headline(six_borrowers().log(), PRICES)


def test_the_book_of_these_tests_passes_the_audit() -> None:
    assert audit(six_borrowers().log()).ok


def test_recovery_is_what_borrowers_paid_over_what_had_arrived(outcomes: Outcomes) -> None:
    assert outcomes.n_accounts == 5  # the sixth never arrives
    assert outcomes.opening_cents == 310_000
    assert outcomes.recovered_cents == 110_000
    assert outcomes.gross_recovery_share == pytest.approx(110 / 310)


def test_cost_is_direct_cost_and_staffed_hours(outcomes: Outcomes) -> None:
    assert outcomes.direct_cost_cents == 10 + 8_000 + 500
    assert outcomes.staff_cost_cents == 12_000
    assert outcomes.cost_cents == 20_510
    assert outcomes.cost_per_account_cents == pytest.approx(20_510 / 5)
    assert outcomes.cost_per_unit_collected == pytest.approx(20_510 / 110_000)


def test_with_cost_basis_worked_only_worked_minutes_cost() -> None:
    worked = Economics(cost_basis="worked", hourly_cost_cents=(3_000, 0, 0, 0))
    assert headline(six_borrowers().log(), worked).staff_cost_cents == 3_000 * 30 // 60


def test_net_recovery_takes_the_cost_away_and_leaves_sales_and_residual_apart(outcomes: Outcomes) -> None:
    assert outcomes.net_recovered_cents == 110_000 - 20_510
    assert outcomes.net_recovery_share == pytest.approx((110_000 - 20_510) / 310_000)
    assert outcomes.sale_proceeds_cents == 1_000
    # 90,000 current at 0.5; 58,000 at 110 days past due at 0.1; 40,000 at 60 days at 0.2.
    assert outcomes.residual_value_cents == 45_000 + 5_800 + 8_000
    assert outcomes.value_with_residual_cents == 89_490 + 1_000 + 58_800


def test_customers_kept_are_the_current_one_and_the_one_not_yet_in_default(outcomes: Outcomes) -> None:
    assert outcomes.kept_share == pytest.approx(2 / 5)
    assert outcomes.resolved_share == pytest.approx(1 / 5)
    assert outcomes.left_share == pytest.approx(1 / 5)


def test_retention_counts_among_the_resolved_only(outcomes: Outcomes) -> None:
    assert outcomes.retention_share == pytest.approx(1 / 2)


def test_lifetime_value_is_margin_of_the_kept_over_the_retention_years(outcomes: Outcomes) -> None:
    assert outcomes.lifetime_value_cents == 2 * 10_000 * 3


def test_harm_is_counted_from_the_rows(outcomes: Outcomes) -> None:
    months = 100 / (365.25 / 12)
    assert outcomes.complaints_per_1000 == pytest.approx(200.0)
    assert outcomes.blocked_actions == 1
    assert math.isnan(outcomes.breached_contacts)
    assert outcomes.added_cost_cents == 8_000
    assert outcomes.income_paid_share == pytest.approx(110_000 / (200_000 * months) / 5)
    assert outcomes.insolvencies_per_1000 == 0.0


def test_attempts_are_counted_per_week_of_being_overdue(outcomes: Outcomes) -> None:
    overdue_days = 20 + 40 + 100 + 50 + 80  # borrower 0 is cured on day 20, and so on
    assert outcomes.attempts_per_account_week == pytest.approx(3 / (overdue_days / 7))


def test_time_to_cash_is_weighted_by_money(outcomes: Outcomes) -> None:
    assert outcomes.mean_days_to_cash == pytest.approx((20 * 10_000 + 40 * 100_000) / 110_000)
    assert outcomes.half_cash_days == 40.0


def test_time_to_cash_runs_from_the_accounts_own_arrival() -> None:
    story = (
        Story(n=2).opened(0, principal=1_000).paid(5, 500).opened(1, day=50, principal=1_000).paid(53, 500, account=1)
    )
    story.owed(500, 0, dpd=110).owed(500, 1, dpd=60)
    found = headline(story.log(), Economics())
    assert found.mean_days_to_cash == 4.0
    assert found.half_cash_days == 3.0


def test_breaches_come_from_the_audit_when_it_is_handed_in() -> None:
    assert headline(six_borrowers().log(), PRICES, breached_contacts=3).breached_contacts == 3.0


def test_present_value_discounts_cash_and_cost_to_the_start_of_the_run() -> None:
    story = Story(horizon_days=730).opened(principal=100_000)
    story.add(365, EventKind.LAWYERS_LETTER_SENT, cost=1_100).paid(730, 12_100).owed(87_900, dpd=740)
    found = headline(story.log(), Economics(discount_rate_annual=0.1))
    assert found.present_value_cents == 12_100 / 1.21 - 1_100 / 1.1
    assert found.present_value_share == pytest.approx(0.09)


def test_lifetime_value_is_discounted_over_the_years_and_back_to_the_start() -> None:
    story = Story(horizon_days=365).opened(principal=100_000).paid(1, 100, dpd=0)
    story.add(1, EventKind.CURED, value=11).owed(99_900, status=2)  # type: ignore[arg-type]
    rate, years = 0.1, 2.0
    annuity = (1 - 1.1**-years) / math.log(1.1)
    found = headline(story.log(), Economics(discount_rate_annual=rate, retention_years=years))
    assert found.lifetime_value_cents == round(10_000 * annuity / 1.1)


def test_one_run_is_read_at_several_days() -> None:
    at_20, at_59, at_100 = headlines(six_borrowers().log(), PRICES, (20, 59, 100))
    assert (at_20.n_accounts, at_59.n_accounts, at_100.n_accounts) == (4, 5, 5)
    assert (at_20.recovered_cents, at_59.recovered_cents, at_100.recovered_cents) == (10_000, 110_000, 110_000)
    assert at_20.added_cost_cents == 0
    # On day 59 nobody has left, no judgment is given, and borrower 4, 69 days past due, is not yet sold.
    assert at_59.kept_share == 1.0
    assert at_59.sale_proceeds_cents == 0
    assert at_100.day == 100


def test_the_reading_at_the_horizon_equals_the_whole_log() -> None:
    log = six_borrowers().log()
    assert str(headline(log, PRICES, 100)) == str(headline(log, PRICES))


def test_days_past_due_before_the_horizon_agree_with_those_stated_at_it() -> None:
    # The last stated figure aged by the days since: residual value is continuous up to the horizon.
    story = Story().opened(principal=1_000, dpd=10).owed(1_000, dpd=110)
    prices = Economics(sale_from_dpd=(0, 109), sale_share=(0.5, 0.1))
    assert headline(story.log(), prices, 98).residual_value_cents == 500
    assert headline(story.log(), prices, 99).residual_value_cents == 100
    assert headline(story.log(), prices).residual_value_cents == 100


def test_an_empty_log_has_no_outcomes_but_no_error_either() -> None:
    found = headline(Story(n=0).log(), Economics())
    assert found.n_accounts == 0
    assert math.isnan(found.kept_share)
    assert math.isnan(found.gross_recovery_share)
    assert math.isnan(found.mean_days_to_cash)


@pytest.mark.parametrize("day", [0, -5, 101])
def test_a_reading_day_outside_the_run_is_refused(day: int) -> None:
    with pytest.raises(InputError, match=r"reading day is -?\d+. Expected a whole number from 1 to 100"):
        headline(six_borrowers().log(), PRICES, day)


def test_every_outcome_has_a_definition_and_every_letter_a_headline() -> None:
    named = {field.name for field in fields(Outcomes)} - {"scenario", "strategy", "seed", "replication", "day"}
    assert named == set(MEASURES)
    assert [MEASURES[name].letter for name in HEADLINE] == ["R", "C", "K", "H", "T"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"discount_rate_annual": -0.1}, "economics.discount_rate_annual is -0.1"),
        ({"cost_basis": "idle"}, "economics.cost_basis is 'idle'"),
        ({"hourly_cost_cents": (1, 2, 3)}, "Expected four costs"),
        ({"sale_from_dpd": (30, 60), "sale_share": (0.1, 0.2)}, "Expected days rising from 0"),
        ({"sale_from_dpd": (0, 60, 60), "sale_share": (0.1, 0.2, 0.1)}, "Expected days rising from 0"),
        ({"sale_from_dpd": (0, 60), "sale_share": (0.1,)}, "Expected 2 shares from 0 to 1"),
        ({"sale_share": (1.2,)}, "Expected 1 shares from 0 to 1"),
        ({"retention_years": -1.0}, "economics.retention_years is -1.0"),
        ({"default_dpd": 0}, "economics.default_dpd is 0"),
    ],
)
def test_prices_out_of_range_are_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Economics(**wrong)  # type: ignore[arg-type]


def test_half_of_the_cash_has_come_when_the_second_of_three_equal_payments_arrives() -> None:
    story = Story().opened(principal=1_000)
    for day in (10, 20, 30):
        story.paid(day, 300, dpd=10)
    assert headline(story.owed(100, dpd=110).log(), Economics()).half_cash_days == 20.0


def test_a_payment_in_the_first_days_is_set_against_a_whole_months_income() -> None:
    story = Story().opened(day=98, principal=50_000).paid(99, 20_000, dpd=11).owed(30_000, dpd=12)
    assert headline(story.log(), Economics()).income_paid_share == pytest.approx(20_000 / 200_000)
