"""Keyed draws: what an account is depends on its own key alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcollect.population.book import AGE_BANDS, BOOK_DTYPE, Population, age_band

Populate = Callable[..., Population]
Cards = Callable[..., dict[str, Any]]

FEW = settings(max_examples=10, deadline=None, derandomize=True, database=None)


def same_records(smaller: Population, larger: Population) -> bool:
    """Return whether every account of the smaller book stands unchanged, bit for bit, in the larger one."""
    found = larger.book[larger.index_of(smaller.book["key"])]
    return found.tobytes() == smaller.book.tobytes()


@FEW
@given(n=st.integers(1, 200), added=st.integers(1, 20), seed=st.integers(0, 2**62), replication=st.integers(0, 50))
def test_more_accounts_leave_every_other_account_unchanged_bit_for_bit(
    populate: Populate, cards: Cards, n: int, added: int, seed: int, replication: int
) -> None:
    before = populate(cards(n), seed, replication)
    after = populate(cards(n + added), seed, replication)
    assert len(after) >= len(before) + added
    assert same_records(before, after)


@FEW
@given(position=st.integers(0, 5), seed=st.integers(0, 2**62))
def test_one_more_named_borrower_leaves_the_others_unchanged_bit_for_bit(
    populate: Populate, position: int, seed: int
) -> None:
    named = [
        {"name": f"Borrower {i}", "account_id": 10 + i, "balance": 1000.0 * (i + 1), "dpd": 17 * i + 1}
        for i in range(5)
    ]
    more = [*named[:position], {"name": "Newcomer", "balance": 777.0, "dpd": 3}, *named[position:]]
    before = populate({"source": "inline", "accounts": tuple(named)}, seed)
    after = populate({"source": "inline", "accounts": tuple(more)}, seed)
    assert same_records(before, after)


@FEW
@given(position=st.integers(0, 6), seed=st.integers(0, 2**62))
def test_one_more_row_in_the_file_leaves_the_other_rows_accounts_unchanged(
    populate: Populate, tmp_path_factory: pytest.TempPathFactory, position: int, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    lines = [f"{100 + i},{1000 * (i + 1)},{50 + i},{10 * i + 1}" for i in range(6)]
    grown = [*lines[:position], "999,5555,77,44", *lines[position:]]
    books = []
    for name, rows in (("before.csv", lines), ("after.csv", grown)):
        (folder / name).write_text("\n".join(["account_id,balance,instalment,dpd", *rows]), encoding="utf-8")
        books.append(populate({"source": "real", "n_stock": "all", "real": {"file": name}}, seed, folder=folder))
    before, after = (population.book.copy() for population in books)
    before["source_row"] = after["source_row"] = 0  # a row further down stands on another line
    kept = after[after["account_id"] != 999]
    assert np.sort(kept, order="key").tobytes() == np.sort(before, order="key").tobytes()


def test_the_same_seed_gives_the_same_book(populate: Populate, cards: Cards) -> None:
    assert populate(cards(300), 5, 2).digest() == populate(cards(300), 5, 2).digest()


def test_another_seed_or_replication_gives_another_book(populate: Populate, cards: Cards) -> None:
    digests = {populate(cards(300), seed, replication).digest() for seed in (5, 6) for replication in (0, 1)}
    assert len(digests) == 4


def test_replications_resample_the_rows_with_replacement(populate: Populate, cards: Cards) -> None:
    rows = [populate(cards(2150, 0.0), 5, replication).book["source_row"] for replication in (0, 1)]
    assert not np.array_equal(rows[0], rows[1])
    distinct = len(np.unique(rows[0])) / 2150
    assert abs(distinct - (1 - np.exp(-1))) < 0.04  # a bootstrap sample misses about 1/e of the rows


def test_a_fixed_book_is_the_same_in_every_replication(populate: Populate, cards: Cards) -> None:
    books = {populate(cards(200), 5, replication, fix_book=True).digest() for replication in range(3)}
    assert books == {populate(cards(200), 5, 0).digest()}


def test_keys_and_account_numbers_are_unique_and_in_the_range_of_the_generator(
    populate: Populate, cards: Cards
) -> None:
    book = populate(cards(2000)).book
    for name in ("key", "account_id"):
        assert len(np.unique(book[name])) == len(book)
    assert book["key"].min() >= 0
    assert book["key"].max() < 2**48 - 1


def test_every_field_is_in_its_range(populate: Populate, cards: Cards) -> None:
    book = populate(cards(2150)).book
    for name in BOOK_DTYPE.names or ():
        column = book[name].astype(np.float64)
        assert np.all(np.isfinite(column)), name
        assert np.all(column >= 0), name
    for name in ("score", "willingness", "attention"):
        assert np.all(book[name] <= 1), name
    for name in (
        "phone_valid",
        "email_valid",
        "consent",
        "vulnerable",
        "declared_vulnerable",
        "disputing",
        "strategic",
    ):
        assert np.all(book[name] <= 1), name
    assert np.all((book["payday"] >= 1) & (book["payday"] <= 28))
    assert np.all((book["due_day"] >= 1) & (book["due_day"] <= 28))
    assert np.all(book["arrears_cents"] >= 1)
    assert set(np.unique(book["cell"])) <= set(range(7))
    assert set(np.unique(book["preferred_channel"])) == {1, 2, 4}


def test_the_book_cannot_be_written_to(populate: Populate, cards: Cards) -> None:
    book = populate(cards(5, 0.0)).book
    with pytest.raises(ValueError, match="read-only"):
        book["score"][0] = 1.0


def test_due_days_are_the_day_of_the_month_of_the_oldest_unpaid_due_date(populate: Populate, cards: Cards) -> None:
    book = populate(cards(300)).book
    day = np.datetime64("2005-09-01") + (book["arrives_at"] // 1440 - book["dpd"]).astype("timedelta64[D]")
    in_month = np.array([int(str(d)[8:10]) for d in day])
    assert np.array_equal(book["due_day"], np.minimum(in_month, 28))


@pytest.mark.parametrize(("age", "band"), [(0, 0), (18, 1), (24, 1), (25, 2), (44, 3), (45, 4), (64, 5), (65, 6)])
def test_age_bands_begin_where_their_names_say(age: int, band: int) -> None:
    assert int(age_band(np.array([age], dtype=np.int32))[0]) == band
    assert len(AGE_BANDS) == 7


def test_zero_accounts_are_refused(populate: Populate, cards: Cards) -> None:
    with pytest.raises(Exception, match="zero accounts"):
        populate(cards(0, 0.0))


def test_borrowers_spread_over_the_time_zones_by_their_shares(populate: Populate, cards: Cards) -> None:
    population = populate(cards(4000, 0.0), zones=("UTC", "Asia/Taipei", "Asia/Tokyo"), zone_share=(0.0, 0.7, 0.3))
    share = np.bincount(population.book["zone"], minlength=3) / len(population)
    assert share[0] == 0
    assert abs(share[1] - 0.7) < 4.5 * np.sqrt(0.21 / 4000)


def test_the_report_tells_what_was_done(populate: Populate, cards: Cards) -> None:
    said = "\n".join(populate(cards(100)).report.lines())
    for words in (
        "15,000 rows read",
        "2,150 overdue",
        "Imputed by the median, 2 values of AGE",
        "100 accounts overdue",
    ):
        assert words in said


def test_a_file_that_changed_is_read_again(populate: Populate, tmp_path: Path) -> None:
    block = {"source": "real", "real": {"file": "book.csv"}}
    for n in (3, 4):
        lines = ["balance,dpd", *(f"{1000 + i},{5}" for i in range(n))]
        (tmp_path / "book.csv").write_text("\n".join(lines), encoding="utf-8")
        assert len(populate(block, folder=tmp_path)) == n
