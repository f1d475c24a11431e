"""The Taiwan card rows: which are used, and what they say on the day an account arrives."""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simcollect.core.units import MINUTES_PER_DAY
from simcollect.population.book import Population
from simcollect.population.opening import balance_cents, due_dates_passed
from simcollect.population.taiwan import days_of_code, monthly_miss_rates

Populate = Callable[..., Population]
Cards = Callable[..., dict[str, Any]]

DATA = Path(str(files("simcollect"))) / "data" / "taiwan_cards"


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return pd.read_csv(DATA / "taiwan_cards_public.csv.gz").set_index("ID", drop=False)


@pytest.fixture(scope="module")
def all_once(populate: Populate, cards: Cards) -> Population:
    return populate(cards("all"))


def stock_of(population: Population) -> np.ndarray:
    return population.book[population.book["arrives_at"] == 0]


def test_the_shipped_rows_are_the_published_half() -> None:
    digest = hashlib.sha256((DATA / "taiwan_cards_public.csv.gz").read_bytes()).hexdigest()
    licence = (DATA / "LICENCE.txt").read_text(encoding="utf-8")
    assert digest in licence
    assert "CC BY 4.0" in licence
    assert "Yeh, I. C., and Lien, C. H. (2009)" in licence


def test_every_row_read_is_used_or_counted_with_a_reason(all_once: Population, raw: pd.DataFrame) -> None:
    report = all_once.report
    owing = raw.BILL_AMT2 > 0
    assert report.rows_read == len(raw)
    assert report.rows_stock == int(((raw.PAY_2 >= 2) & owing).sum())
    assert report.rows_flow == int(((raw.PAY_2 <= 0) & owing).sum())
    counts = dict(report.left_out)
    assert sum(counts.values()) == len(raw) - report.rows_stock - report.rows_flow
    assert any("overdue" in reason and "nothing is owed" in reason for reason in counts)
    assert any("code 1" in reason and count == int((raw.PAY_2 == 1).sum()) for reason, count in counts.items())


def test_days_past_due_lie_in_the_band_of_the_august_code(all_once: Population, raw: pd.DataFrame) -> None:
    stock = stock_of(all_once)
    code = raw.loc[stock["account_id"], "PAY_2"].to_numpy()
    low, high = days_of_code(code)
    assert np.all(stock["dpd"] >= low)
    assert np.all(stock["dpd"] <= high)
    assert np.array_equal(low, np.where(code == 2, 1, 30 * (code - 1)))


def test_days_past_due_are_even_over_the_band_of_code_2(all_once: Population) -> None:
    dpd = stock_of(all_once)["dpd"]
    dpd = dpd[dpd < 60]
    # mean of 1 ... 59 is 30, variance (59^2 - 1) / 12; 4.5 standard errors: false alarm below 1e-5
    assert abs(dpd.mean() - 30.0) < 4.5 * np.sqrt((59**2 - 1) / 12 / len(dpd))


def test_the_opening_balance_is_the_august_statement_to_the_cent(all_once: Population, raw: pd.DataFrame) -> None:
    stock = stock_of(all_once)
    statement = raw.loc[stock["account_id"], "BILL_AMT2"].to_numpy()
    assert np.array_equal(balance_cents(stock), np.rint(statement * 100).astype(np.int64))
    assert np.all(stock["interest_cents"] >= 0)
    assert np.all(stock["principal_cents"] > 0)


def test_arrears_are_unpaid_due_dates_times_the_minimum_payment_at_most_the_balance(all_once: Population) -> None:
    book = all_once.book
    balance = balance_cents(book)
    minimum = np.minimum(np.maximum(np.rint(balance * 0.05), 100_000), balance)
    assert np.array_equal(book["instalment_cents"], minimum.astype(np.int64))
    behind = due_dates_passed(book["dpd"].astype(np.int64))
    assert np.array_equal(book["arrears_cents"], np.minimum(behind * book["instalment_cents"], balance))


def test_due_dates_passed_agrees_with_counting_them() -> None:
    counted = [sum(1 for n in range(200) if n * 487 // 16 <= dpd) for dpd in range(3651)]
    assert due_dates_passed(np.arange(3651)).tolist() == counted


def test_earlier_delinquencies_count_the_months_in_arrears_before_august(
    all_once: Population, raw: pd.DataFrame
) -> None:
    stock = stock_of(all_once)
    months = (raw.loc[stock["account_id"], ["PAY_3", "PAY_4", "PAY_5", "PAY_6"]] >= 2).sum(axis=1)
    assert np.array_equal(stock["earlier_delinquencies"], months.to_numpy())


def test_source_row_points_to_the_line_of_the_file(all_once: Population) -> None:
    with gzip.open(DATA / "taiwan_cards_public.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    for account in stock_of(all_once)[::200]:
        assert int(rows[account["source_row"] - 1][0]) == account["account_id"]


def test_observed_flow_is_the_current_rows_times_their_own_miss_rates(all_once: Population, raw: pd.DataFrame) -> None:
    rates = monthly_miss_rates()
    current = raw[(raw.PAY_2 <= 0) & (raw.BILL_AMT2 > 0)]
    entrants = sum(
        rates[state] * int((code == current.PAY_2).sum()) for state, code in (("U", -2), ("F", -1), ("R", 0))
    )
    assert all_once.report.flow_per_month == pytest.approx(entrants, rel=1e-12)
    assert all_once.report.accounts_flow == round(entrants / 30.4375 * 364)


def test_the_miss_rates_by_state_average_to_the_bucket_table_rate(raw: pd.DataFrame) -> None:
    tables = {name: pd.read_csv(DATA / f"tw_transition_{name}.csv") for name in ("6state", "bucket")}
    by_state = tables["6state"]
    misses = by_state[by_state.from_state.isin(["U", "F", "R"]) & (by_state.to_state == "D1-2")]
    pooled = float((misses.prob * misses.from_n).sum() / misses.from_n.sum())
    bucket = tables["bucket"]
    line = bucket[bucket.window.str.startswith("Apr") & (bucket.from_bucket == "C") & (bucket.to_bucket == "D1-2")]
    assert pooled == pytest.approx(float(line.prob.iloc[0]), abs=1e-6)
    assert pooled == pytest.approx(0.0494, abs=1e-4)


def test_entrants_are_drawn_in_proportion_to_their_miss_rates(
    populate: Populate, cards: Cards, raw: pd.DataFrame
) -> None:
    flow = populate(cards(0, 4000.0)).book
    code = raw.PAY_2.to_numpy()[flow["source_row"] - 2]
    rates = monthly_miss_rates()
    current = raw[raw.BILL_AMT2 > 0].PAY_2
    weight = {c: rates[s] * int((current == c).sum()) for s, c in (("U", -2), ("F", -1), ("R", 0))}
    for c, w in weight.items():
        share = w / sum(weight.values())
        assert abs(np.mean(code == c) - share) < 4.5 * np.sqrt(share * (1 - share) / len(flow))


def test_an_entrant_owes_its_first_instalment_on_the_day_it_arrives(populate: Populate, cards: Cards) -> None:
    flow = populate(cards(0, 300.0)).book
    assert len(flow) > 0
    assert np.all(flow["dpd"] == 0)
    assert np.all(flow["arrives_at"] >= MINUTES_PER_DAY)
    assert np.all(flow["arrears_cents"] == flow["instalment_cents"])


def test_segments_follow_the_credit_limit(all_once: Population) -> None:
    book = all_once.book
    assert all_once.segments == ("small", "medium", "large")
    limit = book["limit_cents"] / 100
    expected = np.where(limit <= 50_000, 0, np.where(limit <= 200_000, 1, 2))
    assert np.array_equal(book["segment"], expected)


def test_missing_ages_are_refused_with_row_and_column_unless_a_policy_is_chosen(
    populate: Populate, cards: Cards
) -> None:
    real = {"file": "taiwan_cards", "layout": "taiwan_cards"}
    with pytest.raises(Exception, match=r"row 3, column AGE is empty") as error:
        populate(cards(10, real=real))
    assert "reject_file" in str(error.value)
    rejected = populate(cards(10, real={**real, "missing": "reject_file"})).report
    assert [reject.column for reject in rejected.rejects] == ["AGE", "AGE"]
    assert rejected.rejects[0].row == 3
    imputed = populate(cards(10, real={**real, "missing": "impute_median", "impute": ("age",)})).report
    assert imputed.imputed == (("AGE", 2),)


def test_the_rejects_file_lists_row_column_and_reason(populate: Populate, cards: Cards, tmp_path: Path) -> None:
    real = {"file": "taiwan_cards", "layout": "taiwan_cards", "missing": "reject_file"}
    populate(cards(10, real=real)).report.write_rejects(tmp_path / "rejects.csv")
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert rows[0]["row"] == "3"
    assert rows[0]["column"] == "AGE"
    assert "empty" in rows[0]["reason"]
    assert len(rows) == 2


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_a_full_file_of_the_source_drops_in_unchanged_in_each_format(
    populate: Populate, cards: Cards, raw: pd.DataFrame, tmp_path: Path, ending: str
) -> None:
    few = raw.iloc[:600].copy()
    few["AGE"] = few["AGE"].fillna(30)
    full = pd.concat([few, few.assign(ID=few.ID + 50_000)])  # the source has both halves, all IDs distinct
    path = tmp_path / f"UCI_Credit_Card.{ending}"
    if ending == "parquet":
        full.to_parquet(path, index=False)
    else:
        full.to_csv(path, index=False)
    real = {"file": path.name, "layout": "taiwan_cards"}
    population = populate(cards(50, 0.0, real=real), folder=tmp_path)
    assert population.report.rows_read == 1200
    assert len(population) == 50


def test_a_renamed_column_is_found_through_the_map(
    populate: Populate, cards: Cards, raw: pd.DataFrame, tmp_path: Path
) -> None:
    few = raw.iloc[:600].fillna({"AGE": 30}).rename(columns={"AGE": "years"})
    few.to_csv(tmp_path / "mine.csv", index=False)
    real = {"file": "mine.csv", "layout": "taiwan_cards", "columns": {"age": "years"}}
    assert np.all(populate(cards(20, 0.0, real=real), folder=tmp_path).book["age"] >= 21)
