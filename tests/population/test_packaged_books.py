"""The books of the packaged loan scenarios against what was counted on real loans.

The numbers of this file are rows of the LendingClub tables named beside them (8,703 charged-off 36-month loans, 1,001
profiles), not results of the program. Tolerances are 4.5 standard errors of the difference: a false alarm in 100,000.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simcollect.population import build
from simcollect.population.opening import due_dates_passed
from simcollect.scenario import Scenario, flatten, load

Floats = np.ndarray[Any, np.dtype[np.float64]]

N = 40_000
ROWS = 8703  # charged-off loans behind the tables lc_*
Z = 4.5


def large_book(name: str) -> np.ndarray[Any, Any]:
    """Return the book of N overdue accounts that a packaged scenario's portfolio makes."""
    scenario: Scenario = load(name)
    portfolio = scenario.portfolio.model_copy(update={"n_stock": N, "flow_per_month": 0.0})
    return build(scenario.model_copy(update={"portfolio": portfolio})).book


@pytest.fixture(scope="module")
def us() -> np.ndarray[Any, Any]:
    return large_book("instalment_us")


@pytest.fixture(scope="module")
def cn() -> np.ndarray[Any, Any]:
    return large_book("consumer_loan_cn")


def field(book: np.ndarray[Any, Any], name: str) -> Floats:
    """Return a column in the tables' unit: US$, per cent, instalments."""
    if name == "paid":
        return np.asarray(book["months_on_book"] - due_dates_passed(book["dpd"].astype(np.int64)), dtype=np.float64)
    if name == "rate":
        return np.asarray(book["apr"] * 100.0)
    return np.asarray(book[f"{name}_cents"] / 100.0)


LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
QUANTILES = {  # lc_quantiles: p05, p10, p25, p50, p75, p90, p95
    "limit": (3225.0, 4575.0, 6712.5, 10000.0, 16000.0, 24000.0, 30000.0),  # loan amount (charged off)
    "rate": (7.26, 8.18, 10.99, 13.33, 16.55, 17.86, 19.19),  # interest rate % (charged off)
    "instalment": (114.79, 156.43, 225.385, 338.76, 551.86, 797.196, 1017.76),  # instalment (charged off)
    "principal": (1093.44, 1710.51, 3203.42, 5720.83, 9758.31, 15256.0, 19577.9),  # exposure at charge-off (principal)
}
MEANS = {"limit": (12455.8, 84.1426), "instalment": (422.196, 2.88886), "principal": (7350.43, 62.639)}


@pytest.mark.parametrize("name", QUANTILES)
@pytest.mark.parametrize("level", LEVELS)
def test_quantiles_are_those_of_the_charged_off_loans(us: np.ndarray[Any, Any], name: str, level: float) -> None:
    values, cut = field(us, name), QUANTILES[name][LEVELS.index(level)]
    error = Z * math.sqrt(level * (1.0 - level) * (1.0 / ROWS + 1.0 / N))
    # Round sums and sub-grades repeat: the level lies between the shares below the cut and up to it (tables round it).
    assert float(np.mean(values < cut * (1.0 - 1e-4))) < level + error
    assert float(np.mean(values <= cut * (1.0 + 1e-4))) > level - error


@pytest.mark.parametrize("name", MEANS)
def test_means_are_those_of_the_charged_off_loans(us: np.ndarray[Any, Any], name: str) -> None:
    mean, error = MEANS[name]
    values = field(us, name)
    assert abs(values.mean() - mean) < Z * math.hypot(error, values.std() / math.sqrt(N))


def test_what_is_owed_is_the_share_of_the_loan_that_the_charged_off_owed(us: np.ndarray[Any, Any]) -> None:
    share = field(us, "principal") / field(us, "limit")
    # lc_quantiles, exposure / loan amount: mean 0.587334 (se 0.00251003), median 0.62019
    assert abs(share.mean() - 0.587334) < Z * math.hypot(0.00251003, share.std() / math.sqrt(N))
    assert abs(float(np.mean(share < 0.62019)) - 0.5) < Z * math.sqrt(0.25 * (1 / ROWS + 1 / N))


STOPPED = {
    0: 0.00608426,
    3: 0.0563655,
    6: 0.146137,
    12: 0.383653,
    18: 0.619791,
    24: 0.81001,
    30: 0.948341,
    34: 0.995982,
}


@pytest.mark.parametrize("paid", STOPPED)
def test_borrowers_stop_after_as_many_instalments_as_the_charged_off(us: np.ndarray[Any, Any], paid: int) -> None:
    share = STOPPED[paid]  # lc_default_timing, running share
    error = Z * math.sqrt(share * (1.0 - share) * (1.0 / ROWS + 1.0 / N))
    assert abs(float(np.mean(field(us, "paid") <= paid)) - share) < error


CORRELATIONS = (
    ("principal", "rate", 0.090098, ROWS),  # lc_spearman_chargeoffs: exposure, int_rate
    ("principal", "paid", -0.566858, ROWS),  # exposure, instalments_paid
    ("rate", "paid", -0.178037, ROWS),  # int_rate, instalments_paid
    ("stated_income", "limit", 0.45649, 1001),  # ls_spearman: income, loan_amnt
    ("stated_income", "rate", -0.201328, 1001),  # income, int_rate
)


@pytest.mark.parametrize(("first", "second", "rho", "n"), CORRELATIONS)
def test_rank_correlations_are_those_of_the_tables(
    us: np.ndarray[Any, Any], first: str, second: str, rho: float, n: int
) -> None:
    found = float(stats.spearmanr(field(us, first), field(us, second)).statistic)
    assert abs(found - rho) < Z * math.sqrt(1.0 / n + 1.0 / N)


@pytest.mark.parametrize(("level", "yearly"), [(0.1, 32564.0), (0.25, 45000.0), (0.5, 63000.0), (0.75, 90000.0)])
def test_incomes_are_those_of_charged_off_borrowers(us: np.ndarray[Any, Any], level: float, yearly: float) -> None:
    # ls_quantiles, annual income (charged off), n 117
    share = float(np.mean(field(us, "stated_income") <= yearly / 12.0))
    assert abs(share - level) < Z * math.sqrt(level * (1.0 - level) * (1.0 / 117 + 1.0 / N))


def test_a_fifth_has_been_late_before(us: np.ndarray[Any, Any]) -> None:
    # ls_categories, delinq_2yrs: 0 in 0.816184, 1 in 0.124875, more in 0.0589411 of 1,001
    late = us["earlier_delinquencies"]
    for share, found in ((0.816184, late == 0), (0.124875, late == 1), (0.0589411, late >= 2)):
        assert abs(float(np.mean(found)) - share) < Z * math.sqrt(share * (1.0 - share) * (1.0 / 1001 + 1.0 / N))


def test_the_stock_is_as_late_as_the_overdue_loans_of_the_profiles(us: np.ndarray[Any, Any]) -> None:
    # ls_status: 3 in grace (1 to 15 days), 3 late (16 to 30), 11 late (31 to 120) of 17; whole days add half a day
    for share, found in ((3 / 17, us["dpd"] <= 15), (6 / 17, us["dpd"] <= 30), (1.0, us["dpd"] <= 120)):
        assert abs(float(np.mean(found)) - share) < Z * math.sqrt(0.25 / N) + 0.008


def test_borrowers_live_in_four_time_zones_by_their_shares(us: np.ndarray[Any, Any]) -> None:
    zones = load("instalment_us")
    for name, share in zones.portfolio.zones.items():
        found = float(np.mean(us["zone"] == zones.zone_names.index(name)))
        assert abs(found - share) < Z * math.sqrt(share * (1.0 - share) / N)


def test_chinese_loans_are_as_the_scenario_says(cn: np.ndarray[Any, Any]) -> None:
    amount = field(cn, "limit")
    spread = math.exp(0.8**2 / 2)
    assert abs(amount.mean() - 12000 * spread) < Z * 12000 * spread * math.sqrt(math.expm1(0.8**2) / N)
    assert 0.12 <= cn["apr"].min() < cn["apr"].max() <= 0.24
    assert np.all(cn["months_on_book"] >= 1)
    assert abs(float(np.mean(cn["dpd"] <= 30)) - 0.5) < Z * math.sqrt(0.25 / N) + 0.01
    between = [float(np.mean((cn["dpd"] > a) & (cn["dpd"] <= b))) for a, b in ((30, 60), (60, 90))]
    assert abs(between[0] / between[1] - 1.0) < 0.1  # months 2 and 3 hold about the same


def test_a_chinese_instalment_takes_about_fifteen_per_cent_of_income(cn: np.ndarray[Any, Any]) -> None:
    burden = np.median(field(cn, "instalment") / field(cn, "stated_income"))
    assert 0.13 < burden < 0.18


def statutory_fee(claim: Floats) -> Floats:
    """Return a Chinese court fee, yuan: Measures on the Payment of Litigation Costs, art. 13, halved by art. 16."""
    fee = np.where(claim <= 10_000, 50.0, 0.025 * claim - 200.0)
    fee = np.where(claim > 100_000, 0.02 * claim + 300.0, fee)
    return np.asarray(np.where(claim > 200_000, 0.015 * claim + 1300.0, fee) / 2.0)


def test_the_chinese_court_fee_is_the_statute_s_on_every_claim(cn: np.ndarray[Any, Any]) -> None:
    tariff = flatten(load("consumer_loan_cn"), "balanced").court_fees
    claims = np.round(100.0 * (field(cn, "principal") + field(cn, "interest"))).astype(np.int64)
    band = tariff[np.searchsorted(tariff["up_to_cents"], claims)]
    fee = band["due_share"] * (band["fixed_cents"] + band["share"] * (claims - band["above_cents"])) / 100.0
    assert np.allclose(fee, statutory_fee(claims / 100.0), atol=1e-6)
