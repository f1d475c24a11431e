"""Wrong portfolio files: each is refused with one message that says where, what was found, what was expected."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simcollect.core.errors import InputError, InputErrors
from simcollect.population.book import Population
from simcollect.population.table import read_table

Populate = Callable[..., Population]

HEADER = "account_id,balance,instalment,dpd,limit,age,segment"
GOOD = "1,1000,50,12,5000,40,a"

CARD_HEADER = "ID,LIMIT_BAL,AGE,PAY_2,PAY_3,PAY_4,PAY_5,PAY_6,BILL_AMT2"
CARD = "7,50000,30,2,0,0,0,0,20000"


def rows(*lines: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *lines]).encode()


def parquet(**columns: list[Any]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return bytes(sink.getvalue())


BAD_FILES: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "empty file": (b"", ("is empty", "at least one account")),
    "only blank lines": (b"\n\n  \n", ("is empty",)),
    "header and no rows": (rows(), ("no rows", "zero accounts")),
    "binary file": (b"\x7fELF\x00\x01\x02\x00" * 20, ("is binary", "Parquet")),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00" * 20, ("is binary",)),
    "wrong encoding": (rows("1,1000,50,12,5000,40,a") + "\n2,1000,50,12,5000,40,café".encode("latin-1"),
                       ("row 3", "not UTF-8", "wrong encoding", "Save the file again")),
    "UTF-16": (rows(GOOD).decode().encode("utf-16"), ("UTF-16", "wrong encoding")),
    "damaged gzip": (gzip.compress(rows(GOOD))[:-9], ("gzip", "damaged or cut off")),
    "damaged Parquet": (parquet(balance=[1.0], dpd=[2])[:40], ("Parquet file", "cannot be read")),
    "semicolons": (rows(GOOD).replace(b",", b";"), ("semicolons", "Expected commas")),
    "no name for a column": (rows("1,1000,12,3", header="account_id,balance,dpd,"), ("no name for column 4",)),
    "a column twice": (rows("1,1000,12,3", header="account_id,balance,dpd,dpd"), ("column dpd twice",)),
    "a value too many": (rows(GOOD, "2,1,000,50,12,5000,40,a"), ("row 3", "8 values", "7 columns", "thousands")),
    "a value too few": (rows("1,1000,50,12"), ("row 2", "4 values", "7 columns")),
    "a blank line inside": (rows(GOOD, "", "2,1000,50,12,5000,40,a"), ("row 3", "0 values")),
    "missing dpd": (rows("1,1000,50", header="account_id,balance,days_late"),
                    ("no column dpd", "Columns of the file: account_id, balance, days_late")),
    "misspelt dpd": (rows("1,1000,50", header="account_id,balance,dpdd"), ("no column dpd", 'Did you mean "dpdd"?')),
    "missing balance": (rows("1,1000,50", header="account_id,balanse,dpd"),
                        ("no column principal or balance", 'Did you mean "balanse"?')),
    "dpd as text": (rows("1,1000,50,twelve,5000,40,a"),
                    ("row 2, column dpd", '"twelve"', "not a number", "0 to 3650")),
    "dpd with words": (rows("1,1000,50,30 days,5000,40,a"), ("row 2, column dpd", '"30 days"')),
    "negative dpd": (rows("1,1000,50,-3,5000,40,a"), ("row 2, column dpd is -3", "0 to 3650")),
    "half a day past due": (rows("1,1000,50,3.5,5000,40,a"), ("column dpd is 3.5", "not a whole number")),
    "dpd of a century": (rows("1,1000,50,36500,5000,40,a"), ("column dpd is 36500", "3650")),
    "negative money": (rows("1,-1000,50,12,5000,40,a"), ("row 2, column balance is -1000", "from 0")),
    "money with a currency sign": (rows("1,$1000,50,12,5000,40,a"), ("column balance", '"$1000"', "not a number")),
    "money with an underscore": (rows("1,1_000,50,12,5000,40,a"), ("column balance", '"1_000"', "not a number")),
    "NaN": (rows("1,NaN,50,12,5000,40,a"), ("column balance", '"NaN"', "not a number")),
    "infinity": (rows("1,1000,50,12,inf,40,a"), ("column limit", '"inf"', "not a number")),
    "huge number": (rows("1,1e15,50,12,5000,40,a"), ("column balance is 1e15", "1,000,000,000,000")),
    "empty value": (rows("1,,50,12,5000,40,a"), ("row 2, column balance is empty", "reject_file")),
    "duplicate ids": (rows(GOOD, "2,1,1,1,1,40,a", GOOD), ("row 4, column account_id is 1", "duplicate of row 2")),
    "id as text": (rows("A-17,1000,50,12,5000,40,a"), ("column account_id", '"A-17"', "whole number")),
    "id too large": (rows("99999999999999999,1000,50,12,5000,40,a"), ("column account_id", "70,368,744,177,663")),
    "instalment of 0": (rows("1,1000,0,12,5000,40,a"), ("column instalment is 0", "above 0")),
    "child": (rows("1,1000,50,12,5000,4,a"), ("column age is 4", "18 to 110")),
    "unknown segment": (rows("1,1000,50,12,5000,40,gold"), ("column segment", '"gold"', "Expected one of a, b")),
    "arrears above the balance": (rows("1,100,12,200", header="account_id,balance,dpd,arrears"),
                                  ("column arrears is 200", "at most the whole balance")),
    "no arrears though overdue": (rows("1,100,12,0", header="account_id,balance,dpd,arrears"),
                                  ("column arrears is 0", "days past due")),
    "principal above the balance": (rows("1,100,120,12", header="account_id,balance,principal,dpd"), (
                                    "column principal is 120", "at most the balance")),
    "apr in per cent": (rows("1,100,12,18", header="account_id,balance,dpd,apr"), ("apr is 18", "0.18 means 18 %")),
    "flag of 2": (rows("1,100,12,2", header="account_id,balance,dpd,consent"), ("column consent is 2", "0 or 1")),
    "nobody overdue": (rows("1,1000,50,0,5000,40,a"), ("no overdue accounts", "n_stock")),
    "text in a Parquet column": (parquet(balance=["a lot"], dpd=[3]), ("row 2, column balance", '"a lot"')),
    "null in a Parquet column": (parquet(balance=[None, 5.0], dpd=[3, 4]), ("row 2, column balance is empty",)),
    "NaN in a Parquet column": (parquet(balance=[float("nan")], dpd=[3]), ("row 2, column balance", '"nan"')),
}  # fmt: skip

BAD_CARDS: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "missing statement": (rows("7,50000,30,2,0,0,0,0", header=CARD_HEADER[:-10]),
                          ("no column BILL_AMT2", "taiwan_cards", "Columns of the file")),
    "misspelt limit": (rows(CARD, header=CARD_HEADER.replace("LIMIT_BAL", "LIMIT_BALL")),
                       ("no column LIMIT_BAL", 'Did you mean "LIMIT_BALL"?')),
    "code out of range": (rows(CARD.replace(",2,", ",12,"), header=CARD_HEADER), ("column PAY_2 is 12", "-2 to 9")),
    "code as text": (rows(CARD.replace(",2,", ",late,"), header=CARD_HEADER), ("column PAY_2", '"late"')),
    "limit of 0": (rows(CARD.replace("50000", "0"), header=CARD_HEADER), ("column LIMIT_BAL is 0", "above 0")),
    "age with a decimal": (rows(CARD.replace(",30,", ",30.5,"), header=CARD_HEADER), ("column AGE is 30.5", "whole")),
    "duplicate clients": (rows(CARD, CARD, header=CARD_HEADER), ("row 3, column ID is 7", "duplicate of row 2")),
    "text in a statement": (rows(CARD.replace("20000", "n/a"), header=CARD_HEADER), ("column BILL_AMT2", '"n/a"')),
    "nothing owed": (rows(CARD.replace("20000", "-5"), header=CARD_HEADER), ("no overdue accounts",)),
}  # fmt: skip


def refusal(populate: Populate, folder: Path, content: bytes, **real: Any) -> str:
    (folder / "book.csv").write_bytes(content)
    portfolio = {
        "source": "real",
        "n_stock": 10,
        "segments": {"names": ("a", "b"), "up_to": (1e6,)},
        "real": {"file": "book.csv", **real},
    }
    with pytest.raises((InputError, InputErrors)) as error:
        populate(portfolio, folder=folder)
    return str(error.value)


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_portfolio_file_is_refused_with_a_message_that_teaches(
    populate: Populate, tmp_path: Path, case: str
) -> None:
    content, words = BAD_FILES[case]
    mapped = {"segment": "segment"} if b"segment" in content[:200] and case != "semicolons" else {}
    message = refusal(populate, tmp_path, content, columns=mapped)
    assert "book.csv" in message
    for word in words:
        assert word in message


@pytest.mark.parametrize("case", BAD_CARDS)
def test_a_bad_card_file_is_refused_with_a_message_that_teaches(populate: Populate, tmp_path: Path, case: str) -> None:
    content, words = BAD_CARDS[case]
    message = refusal(populate, tmp_path, content, layout="taiwan_cards")
    assert "book.csv" in message
    for word in words:
        assert word in message


def test_a_file_that_is_not_there_is_named_with_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "portfolio.csv").write_bytes(rows(GOOD))
    with pytest.raises(InputError, match=r'portfolo\.csv: the file does not exist. Did you mean "portfolio.csv"\?'):
        read_table(tmp_path / "portfolo.csv")


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        read_table(tmp_path)


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "book.csv").write_bytes(rows(GOOD))

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError, match=r"cannot be read \(Permission denied\)"):
        read_table(tmp_path / "book.csv")


def test_all_faults_of_a_file_are_told_at_once_up_to_ten(populate: Populate, tmp_path: Path) -> None:
    lines = [f"{i},{-i},50,12,5000,40,a" for i in range(1, 16)]
    message = refusal(populate, tmp_path, rows(*lines))
    assert message.count("column balance") == 10
    assert "5 more faults are not shown" in message


def test_a_mapped_column_that_is_not_there_is_named(populate: Populate, tmp_path: Path) -> None:
    message = refusal(populate, tmp_path, rows(GOOD), columns={"stated_income": "incom"})
    assert "no column incom" in message
    assert "portfolio.real.columns" in message


def test_a_field_the_card_layout_does_not_know_is_refused(populate: Populate, tmp_path: Path) -> None:
    message = refusal(
        populate, tmp_path, rows(CARD, header=CARD_HEADER), layout="taiwan_cards", columns={"cod": "PAY_2"}
    )
    assert 'Did you mean "code"?' in message


def test_observed_flow_is_refused_where_one_month_cannot_show_it(populate: Populate, tmp_path: Path) -> None:
    (tmp_path / "book.csv").write_bytes(rows(GOOD))
    portfolio = {"source": "real", "flow_per_month": "observed", "real": {"file": "book.csv"}}
    with pytest.raises(InputError, match=r"portfolio\.flow_per_month"):
        populate(portfolio, folder=tmp_path)


def test_when_every_row_is_rejected_the_file_is_refused_all_the_same(populate: Populate, tmp_path: Path) -> None:
    message = refusal(populate, tmp_path, rows("1,-5,50,12,5000,40,a"), missing="reject_file")
    assert "zero accounts are left" in message
    assert "column balance is -5" in message


def test_the_median_stands_in_for_empty_values_only(populate: Populate, tmp_path: Path) -> None:
    bad = rows(GOOD, "2,1000,50,12,5000,forty,a")
    message = refusal(populate, tmp_path, bad, missing="impute_median", impute=("age",))
    assert '"forty"' in message
    bad = rows(GOOD, "2,1000,,12,5000,40,a")
    assert "column instalment is empty" in refusal(populate, tmp_path, bad, missing="impute_median", impute=("age",))


def test_a_column_without_any_number_has_no_median(populate: Populate, tmp_path: Path) -> None:
    message = refusal(populate, tmp_path, rows("1,1000,50,12,5000,,a"), missing="impute_median", impute=("age",))
    assert "no number to take a median of" in message


def test_rejected_rows_are_left_out_and_the_sound_ones_used(populate: Populate, tmp_path: Path) -> None:
    content = rows(GOOD, "2,-5,50,12,5000,40,a", "3,1000,50,twelve,5000,x,a", "4,700,50,12,5000,40,a")
    (tmp_path / "book.csv").write_bytes(content)
    portfolio = {"source": "real", "real": {"file": "book.csv", "missing": "reject_file"}}
    population = populate(portfolio, folder=tmp_path)
    assert population.book["account_id"].tolist() == [1, 4]
    assert sorted({reject.row for reject in population.report.rejects}) == [3, 4]
    assert len(population.report.rejects) == 3
