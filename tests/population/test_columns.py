"""Any portfolio file through a column map: what is read, what is filled and by which rule."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simcollect.population.book import Population
from simcollect.population.opening import balance_cents

Populate = Callable[..., Population]


@pytest.fixture
def book_of(populate: Populate, tmp_path: Path) -> Callable[..., Population]:
    """Write a file of these lines and build it, every row once."""

    def build(lines: list[str], columns: dict[str, str] | None = None, **changed: Any) -> Population:
        (tmp_path / "book.csv").write_text("\n".join(lines), encoding="utf-8")
        real = {"file": "book.csv", "columns": columns or {}}
        return populate({"source": "real", "real": real, **changed}, folder=tmp_path)

    return build


def test_mapped_and_own_named_columns_are_read_to_the_cent(book_of: Callable[..., Population]) -> None:
    header = "no,debt,late_interest,dpd,pay,limit,due,apr,mob,age,margin,consent,income"
    columns = {
        "account_id": "no", "principal": "debt", "interest": "late_interest", "instalment": "pay", "arrears": "due",
        "months_on_book": "mob", "stated_income": "income",
    }  # fmt: skip
    account = book_of([header, "4711,1000.55,20.10,45,100,5000,180,0.12,30,51,77.5,0,3000"], columns).book[0]
    assert account["account_id"] == 4711
    assert account["principal_cents"] == 100_055
    assert account["interest_cents"] == 2_010
    assert account["instalment_cents"] == 10_000
    assert account["arrears_cents"] == 18_000
    assert account["limit_cents"] == 500_000
    assert account["dpd"] == 45
    assert account["apr"] == 0.12
    assert account["months_on_book"] == 30
    assert account["age"] == 51
    assert account["age_band"] == 4
    assert account["margin_cents"] == 7_750
    assert account["consent"] == 0
    assert account["stated_income_cents"] == 300_000
    assert account["source_row"] == 2


def test_the_interest_of_a_whole_balance_is_what_the_apr_explains(book_of: Callable[..., Population]) -> None:
    account = book_of(["balance,dpd,apr", "1000,43,0.365"]).book[0]
    # 73 days at 0.1 % a day on P make P + 0.073 P = 1000
    assert account["interest_cents"] == int(100_000 * 0.073 / 1.073)
    assert account["principal_cents"] + account["interest_cents"] == 100_000


def test_a_principal_beside_the_balance_leaves_the_rest_as_interest(book_of: Callable[..., Population]) -> None:
    account = book_of(["balance,principal,fees,dpd", "1000,900,30,43"]).book[0]
    assert (account["principal_cents"], account["interest_cents"], account["fees_cents"]) == (90_000, 7_000, 3_000)


def test_fields_the_file_lacks_are_filled_by_the_rules_the_report_states(book_of: Callable[..., Population]) -> None:
    population = book_of(["balance,dpd", "1000,61"], apr=0.2, penalty_rate=0.05, minimum_share=0.1)
    account = population.book[0]
    assert account["limit_cents"] == 100_000
    assert account["instalment_cents"] == 10_000
    assert account["arrears_cents"] == 30_000
    assert account["apr"] == 0.2
    assert account["penalty_rate"] == 0.05
    assert account["age"] == 0
    assert account["age_band"] == 0
    assert account["months_on_book"] >= 1
    said = "\n".join(population.report.lines())
    for name in ("limit", "instalment", "arrears", "apr", "age"):
        assert f"No column {name}" in said
    assert "Drawn, because the file does not say: months_on_book, stated_income" in said


def test_current_rows_are_kept_for_the_flow(book_of: Callable[..., Population]) -> None:
    lines = ["account_id,balance,dpd", "1,1000,5", "2,2000,0", "3,3000,0"]
    population = book_of(lines, flow_per_month=10.0)
    flow = population.book[population.book["arrives_at"] > 0]
    assert population.report.rows_stock == 1
    assert population.report.rows_flow == 2
    assert set(balance_cents(flow)) == {200_000, 300_000}
    assert len(flow) == round(10 / 30.4375 * 364)


def test_rows_that_owe_nothing_are_left_out_and_counted(book_of: Callable[..., Population]) -> None:
    report = book_of(["balance,dpd", "1000,5", "0,5"]).report
    assert report.rows_stock == 1
    assert report.left_out == (("a balance of 0: nothing is owed", 1),)


def test_a_segment_column_decides_over_the_rule(book_of: Callable[..., Population]) -> None:
    segments = {"names": ("gold", "plain"), "column": "tier"}
    population = book_of(["balance,dpd,tier", "1000,5,plain", "2000,5,gold"], segments=segments)
    assert population.book["segment"].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("by", "up_to", "expected"),
    [
        ("balance", 1500.0, [0, 1]),
        ("dpd", 5.0, [0, 1]),
        ("age", 40.0, [1, 0]),
        ("limit", 8000.0, [1, 0]),
        ("margin", 60.0, [1, 0]),
    ],
)
def test_the_segment_rule_uses_the_field_it_names(
    book_of: Callable[..., Population], by: str, up_to: float, expected: list[int]
) -> None:
    lines = ["balance,dpd,age,limit,margin", "1000,5,50,9000,90", "2000,9,40,8000,30"]
    segments = {"by": by, "names": ("low", "high"), "up_to": (up_to,)}
    assert book_of(lines, segments=segments).book["segment"].tolist() == expected


def test_declared_vulnerability_in_the_file_is_believed(book_of: Callable[..., Population]) -> None:
    lines = ["balance,dpd,declared_vulnerable", *(f"1000,5,{i % 2}" for i in range(400))]
    book = book_of(lines).book
    assert np.array_equal(book["declared_vulnerable"], np.arange(400) % 2)
    declared = book["declared_vulnerable"] == 1
    assert book["vulnerable"][declared].mean() > 3 * book["vulnerable"][~declared].mean()


def test_stated_income_in_the_file_is_the_base_of_true_income(book_of: Callable[..., Population]) -> None:
    lines = ["balance,dpd,stated_income", *(f"1000,5,{i + 1000}" for i in range(500))]
    book = book_of(lines).book
    assert np.array_equal(book["stated_income_cents"], (np.arange(500) + 1000) * 100)
    ratio = np.log(book["stated_income_cents"] / book["income_cents"])
    # log ratio is normal with mean log 1.1 and standard deviation 0.2
    assert abs(ratio.mean() - np.log(1.1)) < 4.5 * 0.2 / np.sqrt(500)


def test_money_follows_the_currency_with_no_minor_units(
    populate: Populate, make_numbers: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "yen.csv").write_text("balance,dpd\n1000,5", encoding="utf-8")
    portfolio = {"source": "real", "real": {"file": "yen.csv"}}
    book = populate(portfolio, folder=tmp_path, numbers=make_numbers(minor_units=1)).book
    assert balance_cents(book).tolist() == [1000]
