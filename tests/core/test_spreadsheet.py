from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simcollect.core.spreadsheet import guarded, write_csv

NASTY = ("=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1")
FINE = ("Ann", "a=1", "", "'=1", "1-2")


@pytest.mark.parametrize("dtype", ["object", "category", "string"])
def test_no_text_of_a_table_begins_like_a_formula(dtype: str) -> None:
    texts = pd.Series([*NASTY, *FINE], dtype=dtype)
    assert guarded(pd.DataFrame({"name": texts}))["name"].tolist() == [*("'" + text for text in NASTY), *FINE]


def test_numbers_dates_and_empty_cells_stay_as_they_are() -> None:
    table = pd.DataFrame(
        {
            "name": ["=1", None, "Ann"],
            "mixed": ["-1", -1, np.nan],
            "debt": [-1.5, 2.0, np.nan],
            "count": pd.array([-1, None, 2], dtype="Int64"),
            "day": pd.to_datetime(["2024-01-01", None, "2024-01-03"]),
        }
    )
    found = guarded(table)
    assert found["name"].tolist()[:1] == ["'=1"]
    assert found["name"].isna().tolist() == [False, True, False]
    assert found["mixed"].tolist()[:2] == ["'-1", -1]
    pd.testing.assert_frame_equal(found[["debt", "count", "day"]], table[["debt", "count", "day"]])
    assert table["name"][0] == "=1", "the table that was handed in is left alone"


def test_a_columns_name_is_no_formula_either(tmp_path: Path) -> None:
    write_csv(pd.DataFrame({"=1+1": [-1], "plain": ["=2"]}), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == b"'=1+1,plain\n-1,'=2\n"
