"""Synthetic accounts: marginals and rank correlations come out as written or fitted, for any number of accounts."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simcollect.core.errors import InputError
from simcollect.population.book import Population
from simcollect.population.marginal import Marginal, empirical, nearest_correlation, normal_correlation
from simcollect.population.opening import balance_cents

Populate = Callable[..., Population]
Cards = Callable[..., dict[str, Any]]

N = 40_000
FITTED = ("balance", "limit", "dpd", "age", "earlier_delinquencies")
REAL = {"file": "taiwan_cards", "layout": "taiwan_cards", "missing": "impute_median", "impute": ("age",)}


def observed(book: np.ndarray, name: str) -> np.ndarray:
    if name == "balance":
        return balance_cents(book).astype(np.float64)
    return book["limit_cents" if name == "limit" else name].astype(np.float64)


@pytest.fixture(scope="module")
def real(populate: Populate, cards: Cards) -> np.ndarray:
    return populate(cards("all", 0.0)).book


@pytest.fixture(scope="module")
def twin(populate: Populate) -> np.ndarray:
    portfolio = {"source": "synthetic", "n_stock": N, "minimum_floor": 1000.0, "synthetic": {"fit_to": REAL}}
    return populate(portfolio).book


@pytest.mark.parametrize("name", FITTED)
def test_quantiles_of_the_synthetic_book_match_the_real_rows(real: np.ndarray, twin: np.ndarray, name: str) -> None:
    a, b = observed(real, name), observed(twin, name)
    for level in (0.05, 0.25, 0.5, 0.75, 0.95):
        # the share of synthetic accounts at or below the real quantile, against the real share, ties and all
        cut = np.quantile(a, level, method="inverted_cdf")
        below_a, below_b = float(np.mean(a <= cut)), float(np.mean(b <= cut))
        error = math.sqrt(level * (1 - level) * (1 / len(a) + 1 / len(b)))
        assert abs(below_a - below_b) < 4 * error


@pytest.mark.parametrize(("first", "second"), [(a, b) for i, a in enumerate(FITTED) for b in FITTED[:i]])
def test_rank_correlations_of_the_synthetic_book_match_the_real_rows(
    real: np.ndarray, twin: np.ndarray, first: str, second: str
) -> None:
    wanted = stats.spearmanr(observed(real, first), observed(real, second)).statistic
    found = stats.spearmanr(observed(twin, first), observed(twin, second)).statistic
    # standard error of a rank correlation about 1 / sqrt(n) on either side; days past due are drawn anew in their band
    assert abs(found - wanted) < 4 * math.sqrt(1 / len(real) + 1 / len(twin))


def test_the_flow_is_fitted_to_the_current_rows_by_their_weights(populate: Populate, cards: Cards) -> None:
    synthetic = {"source": "synthetic", "n_stock": 0, "flow_per_month": 2000.0, "synthetic": {"fit_to": REAL}}
    real, twin = populate(cards(0, 2000.0)).book, populate(synthetic).book
    assert np.all(twin["dpd"] == 0)
    for name in ("balance", "limit", "age"):
        assert stats.ks_2samp(observed(real, name), observed(twin, name)).pvalue > 1e-4


def test_the_observed_flow_of_a_fitted_book_is_that_of_the_file(populate: Populate, cards: Cards) -> None:
    synthetic = {"source": "synthetic", "n_stock": 500, "flow_per_month": "observed", "synthetic": {"fit_to": REAL}}
    assert populate(synthetic).report.flow_per_month == populate(cards(500)).report.flow_per_month


def written(n: int = N, rho: float = 0.6, **marginals: Any) -> dict[str, Any]:
    """Return a portfolio block with balance and limit correlated."""
    given = {
        "balance": {"family": "lognorm", "params": (0.9, 0.0, 30_000.0)},
        "limit": {"family": "gamma", "params": (1.7, 0.0, 60_000.0)},
        "dpd": {"family": "randint", "params": (1.0, 60.0)},
        **marginals,
    }
    joined = {"names": ("balance", "limit"), "matrix": ((1.0, rho), (rho, 1.0))}
    return {"source": "synthetic", "n_stock": n, "synthetic": {"marginals": given, "correlations": joined}}


def test_written_families_come_out_as_written(populate: Populate) -> None:
    book = populate(written()).book
    balance = stats.lognorm(0.9, 0.0, 30_000.0)
    assert stats.kstest(balance_cents(book) / 100, balance.cdf).pvalue > 1e-4
    assert stats.kstest(book["limit_cents"] / 100, stats.gamma(1.7, 0.0, 60_000.0).cdf).pvalue > 1e-4
    assert stats.chisquare(np.bincount(book["dpd"])[1:]).pvalue > 1e-4


@pytest.mark.parametrize("rho", [-0.8, 0.0, 0.3, 0.9])
def test_written_rank_correlations_come_out_as_written(populate: Populate, rho: float) -> None:
    book = populate(written(rho=rho)).book
    found = stats.spearmanr(book["limit_cents"], balance_cents(book)).statistic
    assert abs(found - rho) < 4 / math.sqrt(N) + 0.002  # 0.002: money is whole cents, ranks in 4,096 levels


def test_rank_correlations_survive_heavy_ties(populate: Populate) -> None:
    portfolio = written(earlier_delinquencies={"family": "poisson", "params": (0.3, 0.0)})
    joined = {"names": ("balance", "earlier_delinquencies"), "matrix": ((1.0, 0.4), (0.4, 1.0))}
    portfolio["synthetic"]["correlations"] = joined
    book = populate(portfolio).book
    found = stats.spearmanr(book["earlier_delinquencies"], balance_cents(book)).statistic
    assert abs(found - 0.4) < 4 / math.sqrt(N) + 0.002


def test_the_normal_correlation_of_smooth_fields_is_pearsons_formula() -> None:
    smooth = Marginal("norm", (0.0, 1.0))
    for rho in (-0.9, -0.4, 0.1, 0.7):
        assert normal_correlation(rho, smooth, smooth) == pytest.approx(2 * math.sin(math.pi * rho / 6), abs=2e-3)


def test_a_constant_field_joins_nothing() -> None:
    assert normal_correlation(0.5, Marginal("constant", (3.0,)), Marginal("norm", (0.0, 1.0))) == 0.0


def test_an_impossible_matrix_is_replaced_by_a_near_one_that_can_be() -> None:
    wanted = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    near = nearest_correlation(wanted)
    assert np.linalg.eigvalsh(near)[0] > 0
    assert np.allclose(np.diag(near), 1.0)
    assert np.array_equal(near, near.T)
    assert np.all(np.sign(near) == np.sign(wanted))
    possible = np.array([[1.0, 0.5], [0.5, 1.0]])
    assert np.array_equal(nearest_correlation(possible), possible)


def test_an_empirical_marginal_gives_back_the_values_it_was_made_of() -> None:
    steps = empirical(np.array([1.0, 1.0, 1.0, 5.0] * 10))
    u = (np.arange(1000) + 0.5) / 1000
    assert np.mean(steps.values(u) == 5.0) == pytest.approx(0.25)
    curve = empirical(np.linspace(0.0, 10.0, 101))
    assert np.allclose(curve.values(u), 10 * u, atol=0.01)


def test_parameters_that_make_no_distribution_are_refused(populate: Populate) -> None:
    with pytest.raises(InputError, match=r"marginals.balance.params is \[-1, 0, 1\]"):
        populate(written(balance={"family": "lognorm", "params": (-1.0, 0.0, 1.0)}))


def test_a_correlated_field_without_a_marginal_is_refused(populate: Populate) -> None:
    portfolio = written()
    portfolio["synthetic"]["correlations"] = {"names": ("balance", "age"), "matrix": ((1.0, 0.2), (0.2, 1.0))}
    with pytest.raises(InputError, match="has age"):
        populate(portfolio)


def test_one_more_synthetic_account_changes_no_other(populate: Populate) -> None:
    assert populate(written(101)).book[:100].tobytes() == populate(written(100)).book.tobytes()


def test_a_written_marginal_takes_the_place_of_the_fitted_one(populate: Populate) -> None:
    dpd = {"family": "constant", "params": (75.0,)}
    portfolio = {"source": "synthetic", "n_stock": 100, "synthetic": {"fit_to": REAL, "marginals": {"dpd": dpd}}}
    assert np.all(populate(portfolio).book["dpd"] == 75)
