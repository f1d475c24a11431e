"""What nobody at the lender can see: cells, cash, character."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import expit, logit

from simcollect.core.codes import Cell
from simcollect.core.errors import InputError
from simcollect.population.book import Population
from simcollect.population.draws import normal_above
from simcollect.population.latent import LatentNumbers, burden_ease

Populate = Callable[..., Population]
Numbers = Callable[..., LatentNumbers]

Z = 4.5  # standard errors allowed: each check would give a false alarm once in 100,000 seeds


def flat_book(populate: Populate, numbers: LatentNumbers, n: int = 40_000, dpd: float = 10.0) -> np.ndarray:
    """Return n accounts alike in all that is observed."""
    marginals = {
        "balance": {"family": "constant", "params": (40_000.0,)},
        "limit": {"family": "constant", "params": (100_000.0,)},
        "dpd": {"family": "constant", "params": (dpd,)},
    }
    portfolio = {"source": "synthetic", "n_stock": n, "synthetic": {"marginals": marginals}}
    return populate(portfolio, numbers=numbers).book


@pytest.fixture(scope="module")
def numbers(make_numbers: Numbers) -> LatentNumbers:
    return make_numbers()


@pytest.fixture(scope="module")
def book(populate: Populate, numbers: LatentNumbers) -> np.ndarray:
    return flat_book(populate, numbers)


def share_is(found: float, expected: float, n: int) -> bool:
    return abs(found - expected) <= Z * np.sqrt(expected * (1 - expected) / n)


@pytest.mark.parametrize(
    ("dpd", "band"), [(0, 0), (29, 0), (30, 1), (59, 1), (60, 2), (90, 3), (179, 3), (180, 4), (900, 4)]
)
def test_a_band_of_the_mix_begins_at_its_limit(numbers: LatentNumbers, dpd: int, band: int) -> None:
    assert int(numbers.band(np.array([dpd], dtype=np.int32))[0]) == band


@pytest.mark.parametrize(("dpd", "band"), [(10.0, 0), (45.0, 1), (75.0, 2), (120.0, 3), (200.0, 4)])
def test_cells_come_in_the_mix_of_their_band(populate: Populate, numbers: LatentNumbers, dpd: float, band: int) -> None:
    cell = flat_book(populate, numbers, 20_000, dpd)["cell"]
    for code, share in enumerate(numbers.cell_mix[band]):
        assert share_is(float(np.mean(cell == code)), float(share), len(cell))


def test_a_cell_of_share_0_is_never_drawn(populate: Populate, make_numbers: Numbers) -> None:
    numbers = make_numbers()
    mix = np.zeros_like(numbers.cell_mix)
    mix[:, [1, 3]] = 0.1, 0.9
    changed = LatentNumbers(numbers.behaviour, numbers.cells, mix, numbers.from_dpd, 100)
    assert set(flat_book(populate, changed, 5_000)["cell"]) == {1, 3}


def test_spare_cash_has_its_cells_median_in_instalments_at_the_reference_burden(
    book: np.ndarray, numbers: LatentNumbers
) -> None:
    ratio = book["spare_cents"] / book["instalment_cents"] / burden_ease(book, numbers)
    for cell in Cell:
        mine = ratio[book["cell"] == cell]
        none = float(numbers.cells["no_spare_share"][cell])
        assert share_is(float(np.mean(mine == 0)), none, len(mine))
        above = float(np.mean(mine[mine > 0] > numbers.cells["spare_median"][cell]))
        assert share_is(above, 0.5, int(np.sum(mine > 0)))


def test_spare_cash_never_exceeds_its_share_of_income(book: np.ndarray, numbers: LatentNumbers) -> None:
    cap = numbers.get("spare_income_cap_share")
    assert np.all(book["spare_cents"] <= np.rint(cap * book["income_cents"]) + 1)


def test_a_heavier_debt_leaves_fewer_instalments_to_spare(populate: Populate, numbers: LatentNumbers) -> None:
    def median_ratio(balance: float) -> float:
        marginals = {
            "balance": {"family": "constant", "params": (balance,)},
            "limit": {"family": "constant", "params": (100_000.0,)},
            "dpd": {"family": "constant", "params": (10.0,)},
        }
        portfolio = {"source": "synthetic", "n_stock": 5_000, "synthetic": {"marginals": marginals}}
        book = populate(portfolio, numbers=numbers).book
        return float(np.median(book["spare_cents"] / book["instalment_cents"]))

    assert median_ratio(10_000.0) > 1.5 * median_ratio(90_000.0)


def test_the_elasticity_of_the_burden_at_0_makes_ability_independent_of_the_debt(
    populate: Populate, make_numbers: Numbers
) -> None:
    plain = make_numbers(spare_burden_elasticity=0.0)
    book = flat_book(populate, plain, 5_000)
    assert np.all(burden_ease(book, plain) == 1.0)


def test_willingness_and_attention_are_logit_normal_around_their_cells_median(
    book: np.ndarray, numbers: LatentNumbers
) -> None:
    for name in ("willingness", "attention"):
        sd = numbers.get(f"{name}_log_odds_sd")
        for cell in Cell:
            mine = logit(book[name][book["cell"] == cell])
            centre = float(logit(numbers.cells[f"{name}_median"][cell]))
            assert abs(mine.mean() - centre) < Z * sd / np.sqrt(len(mine))
            assert abs(mine.std() / sd - 1) < Z / np.sqrt(2 * len(mine))
    assert expit(logit(0.85)) == pytest.approx(0.85)


def test_true_income_has_its_median_at_the_reference_limit(book: np.ndarray, numbers: LatentNumbers) -> None:
    log_income = np.log(book["income_cents"] / 100)
    sd = numbers.get("income_log_sd")
    assert abs(log_income.mean() - np.log(numbers.get("income_reference"))) < Z * sd / np.sqrt(len(book))
    assert abs(log_income.std() / sd - 1) < Z / np.sqrt(2 * len(book))


def test_stated_income_is_true_income_with_bias_and_noise(book: np.ndarray, numbers: LatentNumbers) -> None:
    ratio = np.log(book["stated_income_cents"] / book["income_cents"])
    sd = numbers.get("stated_income_log_sd")
    assert abs(ratio.mean() - np.log(numbers.get("stated_income_bias"))) < Z * sd / np.sqrt(len(book))
    assert abs(ratio.std() / sd - 1) < Z / np.sqrt(2 * len(book))


def test_vulnerability_is_found_and_mistaken_at_the_set_rates(book: np.ndarray, numbers: LatentNumbers) -> None:
    for cell in Cell:
        mine = book["vulnerable"][book["cell"] == cell]
        assert share_is(float(mine.mean()), float(numbers.cells["vulnerable_share"][cell]), len(mine))
    truly = book["vulnerable"] == 1
    assert share_is(float(book["declared_vulnerable"][truly].mean()), numbers.get("declared_share"), int(truly.sum()))
    false = float(book["declared_vulnerable"][~truly].mean())
    assert share_is(false, numbers.get("false_alarm_share"), int((~truly).sum()))


def test_only_the_able_wait_for_offers(book: np.ndarray, numbers: LatentNumbers) -> None:
    able = book["spare_cents"] >= book["instalment_cents"]
    assert not np.any(book["strategic"][~able])
    assert share_is(float(book["strategic"][able].mean()), numbers.get("strategic_share_of_able"), int(able.sum()))
    assert share_is(float(book["knows_schedule"].mean()), numbers.get("knows_schedule_share"), len(book))


def test_disputes_are_the_disputing_cells(book: np.ndarray) -> None:
    assert np.array_equal(book["disputing"] == 1, book["cell"] == Cell.DISPUTING)


def test_what_a_court_can_reach_follows_the_cell(book: np.ndarray, numbers: LatentNumbers) -> None:
    for cell in Cell:
        mine = book[book["cell"] == cell]
        chance = float(numbers.cells["attachable_prob"][cell])
        for name in ("attachable_cents", "assets_cents"):
            assert share_is(float(np.mean(mine[name] > 0)), chance, len(mine))
    attached = book["attachable_cents"] > 0
    share = numbers.get("attachable_income_share")
    assert np.allclose(book["attachable_cents"][attached], share * book["income_cents"][attached], atol=0.51)


def test_phones_fail_most_among_the_unreachable(book: np.ndarray, numbers: LatentNumbers) -> None:
    for cell in Cell:
        mine = book["phone_valid"][book["cell"] == cell]
        assert share_is(float(mine.mean()), float(numbers.cells["phone_valid_share"][cell]), len(mine))


def test_the_margin_keeps_its_mean_under_noise(book: np.ndarray, numbers: LatentNumbers) -> None:
    mean = numbers.get("margin_share_of_limit") * 100_000 + numbers.get("margin_share_of_balance") * 40_000
    sd = mean * np.sqrt(np.expm1(numbers.get("margin_log_sd") ** 2))
    assert abs(book["margin_cents"].mean() / 100 - mean) < Z * sd / np.sqrt(len(book))


def test_one_uniform_decides_whether_and_how_much() -> None:
    u = np.array([0.1, 0.2499, 0.25, 0.625, 0.999])
    z = normal_above(u, np.full(5, 0.25))
    assert np.all(np.isneginf(z[:3]))
    assert z[3] == pytest.approx(0.0, abs=1e-12)
    assert z[4] > 2
    assert np.isneginf(normal_above(np.array([0.99]), np.array([1.0])))[0]


def test_a_missing_quantity_or_parameter_is_named_with_the_nearest(numbers: LatentNumbers) -> None:
    with pytest.raises(InputError, match=r'behaviour.latent.declared_shar .*Did you mean "declared_share"'):
        numbers.get("declared_shar")
    with pytest.raises(InputError, match=r'behaviour.cells.spare_medan .*Did you mean "spare_median"'):
        numbers.of("spare_medan", np.zeros(1, dtype=np.int8))


def test_floats_of_the_book_are_whole_millionths(book: np.ndarray) -> None:
    for name in ("willingness", "attention", "score"):
        scaled: Any = book[name] * 1e6
        assert np.all(np.abs(scaled - np.rint(scaled)) < 1e-3)
