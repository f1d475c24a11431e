"""The behaviour score: as accurate as it is set to be, and a calibrated probability."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import rankdata

from simcollect.population.book import Population
from simcollect.population.latent import LatentNumbers
from simcollect.population.score import book_propensity, noise_correlation, propensity

Populate = Callable[..., Population]
Numbers = Callable[..., LatentNumbers]

N = 20_000


def auc_of(score: np.ndarray, good: np.ndarray) -> float:
    """Return the chance that a good one's score is above a bad one's, ties counting half."""
    rank = rankdata(score)
    n_good, n_bad = int(good.sum()), int((~good).sum())
    return float((rank[good].sum() - n_good * (n_good + 1) / 2) / (n_good * n_bad))


def auc_error(auc: float, n_good: int, n_bad: int) -> float:
    """Return the standard error of an AUC (Hanley and McNeil 1982, Radiology 143(1))."""
    q1, q2 = auc / (2 - auc), 2 * auc * auc / (1 + auc)
    variance = auc * (1 - auc) + (n_good - 1) * (q1 - auc * auc) + (n_bad - 1) * (q2 - auc * auc)
    return float(np.sqrt(variance / (n_good * n_bad)))


def book_at(populate: Populate, numbers: LatentNumbers, dpd: float, n: int = N) -> np.ndarray:
    marginals = {
        "balance": {"family": "lognorm", "params": (1.0, 0.0, 25_000.0)},
        "limit": {"family": "lognorm", "params": (0.8, 0.0, 90_000.0)},
        "dpd": {"family": "constant", "params": (dpd,)},
    }
    portfolio = {"source": "synthetic", "n_stock": n, "synthetic": {"marginals": marginals}}
    return populate(portfolio, numbers=numbers).book


@pytest.mark.parametrize("dpd", [10.0, 200.0])
@pytest.mark.parametrize("auc", [0.6, 0.75, 0.9])
def test_the_auc_is_the_setting_within_the_standard_error(
    populate: Populate, make_numbers: Numbers, auc: float, dpd: float
) -> None:
    numbers = make_numbers(behaviour_score_auc=auc)
    book = book_at(populate, numbers, dpd)
    truth = book_propensity(book, numbers)
    found = auc_of(book["score"], truth > np.median(truth))
    assert abs(found - auc) < 4 * auc_error(auc, N // 2, N // 2)


@pytest.mark.parametrize("auc", [0.6, 0.75, 0.9])
def test_the_closed_form_agrees_with_normal_variables(auc: float) -> None:
    r = noise_correlation(auc)
    rng = np.random.default_rng(20261123)
    truth = rng.standard_normal(N)
    signal = r * truth + np.sqrt(1 - r * r) * rng.standard_normal(N)
    assert abs(auc_of(signal, truth > 0) - auc) < 4 * auc_error(auc, N // 2, N // 2)


def test_a_useless_score_has_no_signal_and_a_perfect_one_no_noise() -> None:
    assert noise_correlation(0.5) == 0.0
    assert noise_correlation(1.0) == pytest.approx(1.0)


@pytest.mark.parametrize("auc", [0.6, 0.75, 0.9])
def test_the_score_is_a_calibrated_probability(populate: Populate, make_numbers: Numbers, auc: float) -> None:
    numbers = make_numbers(behaviour_score_auc=auc)
    book = book_at(populate, numbers, 10.0)
    truth = book_propensity(book, numbers)
    order = np.argsort(book["score"])
    for tenth in np.array_split(order, 10):
        error = truth[tenth].std() / np.sqrt(len(tenth))
        assert abs(truth[tenth].mean() - book["score"][tenth].mean()) < 4.5 * error + 0.002  # 0.002: reference table


def test_a_better_score_spreads_more(populate: Populate, make_numbers: Numbers) -> None:
    spread = [
        book_at(populate, make_numbers(behaviour_score_auc=auc), 10.0, 4_000)["score"].std() for auc in (0.6, 0.75, 0.9)
    ]
    assert spread == sorted(spread)


def test_older_debts_score_lower_on_average(populate: Populate, make_numbers: Numbers) -> None:
    numbers = make_numbers()
    means = [book_at(populate, numbers, dpd, 4_000)["score"].mean() for dpd in (10.0, 45.0, 75.0, 120.0, 200.0)]
    assert means == sorted(means, reverse=True)


def test_only_the_score_changes_with_its_accuracy(populate: Populate, make_numbers: Numbers) -> None:
    poor, good = (book_at(populate, make_numbers(behaviour_score_auc=auc), 10.0, 500).copy() for auc in (0.6, 0.9))
    assert not np.array_equal(poor["score"], good["score"])
    poor["score"] = good["score"]
    assert poor.tobytes() == good.tobytes()


def test_propensity_rises_with_ability_willingness_and_attention_and_stays_a_probability() -> None:
    grid = np.linspace(0, 1, 11)
    one = np.ones(11)
    for rising in (
        propensity(10 * grid, one / 2, one / 2, 2.5),
        propensity(one, grid, one / 2, 2.5),
        propensity(one, one / 2, grid, 2.5),
    ):
        assert np.all(np.diff(rising) > 0)
        assert np.all((rising >= 0) & (rising < 1))
    assert propensity(np.zeros(1), np.ones(1), np.ones(1), 2.5)[0] < 1e-5
