from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simcollect.core.errors import InputError, InputErrors, SimcollectError
from simcollect.scenario import Scenario
from simcollect.sweep import evaluate, work
from tests.sweep.asked import DAY, FATIGUE

POINTS: list[dict[str, Any]] = [{DAY: 75}, {DAY: 60, FATIGUE: 0.5}, {}]


@pytest.fixture(scope="module")
def rows(tiny: Scenario) -> pd.DataFrame:
    return evaluate(tiny, POINTS, ["firm", "no_action"], range(2), workers=1)


def test_rows_come_in_the_order_asked_for(rows: pd.DataFrame) -> None:
    wanted = [(p, s, r, d) for p in range(3) for s in ("firm", "no_action") for r in range(2) for d in (90, 180)]
    assert list(rows[["point", "strategy", "replication", "day"]].itertuples(index=False, name=None)) == wanted
    assert rows.groupby("point")[DAY].first().dropna().tolist() == [75, 60]


def test_a_folder_and_threads_give_the_rows_of_memory(tmp_path: Path, tiny: Scenario, rows: pd.DataFrame) -> None:
    kept = evaluate(tiny, POINTS, ["firm", "no_action"], range(2), workers=1, folder=tmp_path / "study")
    pd.testing.assert_frame_equal(kept, rows)
    with ThreadPoolExecutor(2) as executor:
        pd.testing.assert_frame_equal(evaluate(tiny, POINTS, ["firm", "no_action"], range(2), executor=executor), rows)


def test_a_folder_grows_and_runs_nothing_twice(tmp_path: Path, tiny: Scenario, rows: pd.DataFrame) -> None:
    told: list[tuple[int, int]] = []
    folder = tmp_path / "study"
    evaluate(tiny, POINTS[:1], ["firm"], range(2), workers=1, folder=folder)
    evaluate(tiny, POINTS, ["firm"], range(2), workers=1, folder=folder, on_progress=lambda *n: told.append(n))
    assert (told[0], told[-1]) == ((2, 6), (6, 6))
    later = evaluate(tiny, POINTS[::-1], ["firm"], range(1, 2), workers=1, folder=folder)
    mine = rows[(rows["strategy"] == "firm") & (rows["replication"] == 1)]
    assert later["digest"].tolist() == [d for p in (2, 1, 0) for d in mine[mine["point"] == p]["digest"]]


def test_a_point_asked_for_twice_has_its_rows_twice(tiny: Scenario) -> None:
    found = evaluate(tiny, [{DAY: 75}, {DAY: 75}], ["firm"], range(1), workers=1)
    assert found.query("point == 0")["digest"].tolist() == found.query("point == 1")["digest"].tolist()
    assert len(found) == 4


def test_a_wrong_point_is_told_before_anything_runs(tiny: Scenario) -> None:
    with pytest.raises(InputErrors, match=r"point 1 .*entr_dpd"):
        evaluate(tiny, [{}, {"strategies.firm.late.entr_dpd": 75}], ["firm"], range(1))
    with pytest.raises(InputErrors, match='"frim" is not in this scenario'):
        evaluate(tiny, [{}], ["frim"], range(1))
    with pytest.raises(InputError, match="replications are empty"):
        evaluate(tiny, [{}], ["firm"], range(0))


def test_a_failing_run_is_an_error_that_names_it(tiny: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise ValueError("a negative balance")

    monkeypatch.setattr(work, "simulate", fails)
    with pytest.raises(SimcollectError, match=r"Replication 0 of firm at point 0 .*seed 12, failed: ValueError: a neg"):
        evaluate(tiny, [{}], ["firm"], range(1), workers=1)


def test_a_run_that_failed_in_a_folder_is_done_once_more_by_the_next_call(
    tmp_path: Path, tiny: Scenario, rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise ValueError("a negative balance")

    folder = tmp_path / "study"
    with monkeypatch.context() as patch:
        patch.setattr(work, "simulate", fails)
        with pytest.raises(SimcollectError, match="ask again with the same folder"):
            evaluate(tiny, POINTS[:1], ["firm"], range(1), workers=1, folder=folder)
    again = evaluate(tiny, POINTS[:1], ["firm"], range(1), workers=1, folder=folder)
    first = rows[(rows["point"] == 0) & (rows["strategy"] == "firm") & (rows["replication"] == 0)]
    assert again["digest"].tolist() == first["digest"].tolist()
