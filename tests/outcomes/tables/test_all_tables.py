"""All tables together: every table on every strategy, of a foreign log, on a day, as files with a dictionary."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.outcomes import Reading
from simcollect.outcomes.tables import TABLES, TOPICS, all_tables, columns_of
from simcollect.outcomes.tables.dictionary import description_of
from simcollect.outcomes.tables.files import write_tables
from tests.outcomes.handmade import Story
from tests.outcomes.tables.books import STRATEGIES, card_run, foreign, tiny_run

_MAY_BE_OUTSIDE = ("gross_recovery_share", "net_", "value_with", "present_value", "loss_given", "depth", "utilisation")
UNITS_OF_NAMES = {"_cents": {"cents"}, "_share": {"share"}, "_rate": {"share"}, "_days": {"days"}}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_table_of_every_strategy_has_the_columns_its_docstring_tells(strategy: str) -> None:
    for log in (tiny_run(strategy), card_run(strategy)):
        tables = all_tables(log)
        assert list(tables) == [kind.name for kind in TABLES]
        for kind in TABLES:
            assert list(tables[kind.name].columns) == [column.name for column in kind.columns]


def test_shares_lie_between_zero_and_one_and_counts_are_whole() -> None:
    tables = all_tables(card_run())
    for kind in TABLES:
        table = tables[kind.name]
        for column in kind.columns:
            values = table[column.name]
            if column.unit == "share" and not column.name.startswith(_MAY_BE_OUTSIDE):
                known = values[~values.isna()]
                assert known.between(0.0, 1.0).all(), (kind.name, column.name)
            if column.name.startswith("n_") or (column.name.endswith("_cents") and not column.name.startswith("mean_")):
                whole = values[~values.isna()]
                per_something = "_per_" in column.name
                assert per_something or whole.dtype.kind == "i", (kind.name, column.name)


def test_every_column_has_a_unit_that_fits_its_name_and_a_definition() -> None:
    for kind in TABLES:
        assert len(kind.columns) >= 3
        assert kind.description.endswith((".", ":"))
        for column in kind.columns:
            assert len(column.definition) > 8, (kind.name, column.name)
            for ending, units in UNITS_OF_NAMES.items():
                if column.name.endswith(ending) and not column.name.startswith("by_"):
                    assert column.unit in units | {"share", "months"}, (kind.name, column.name)


def test_a_log_of_another_agency_without_shifts_and_work_lists_is_tabulated() -> None:
    log = card_run("firm")
    own, theirs = all_tables(log), all_tables(foreign(log))
    for name in ("roll_flows", "cures", "stage_flow", "contact_funnel", "promises", "settlements", "harm"):
        pd.testing.assert_frame_equal(own[name], theirs[name])
    assert theirs["capacity_by_pool"]["queued"].sum() == 0
    assert theirs["capacity_by_pool"]["utilisation"].isna().all()
    assert theirs["by_day"]["staff_cost_cents"].sum() == 0


def test_a_log_in_which_nothing_happens_has_tables_without_numbers() -> None:
    for story in (Story().opened(principal=1_000), Story()):
        log = EventLog(np.array(story.rows, dtype=tiny_run("firm").rows.dtype), story.accounts, story.header)
        tables = all_tables(log)
        for kind in TABLES:
            assert list(tables[kind.name].columns) == [column.name for column in kind.columns]
        assert tables["promises"]["n_made"].sum() == 0
        assert tables["contact_funnel"]["n_attempts"].sum() == 0


def test_tables_of_a_day_are_those_of_the_log_cut_there() -> None:
    log = card_run()
    rows = Reading.at_day(log, 120).rows
    before, whole = all_tables(log, day=120), all_tables(log)
    assert before["contact_funnel"].iloc[-1]["n_attempts"] < whole["contact_funnel"].iloc[-1]["n_attempts"]
    assert before["by_day"]["n_attempts"].sum() == np.isin(rows["kind"], (50, 53, 58)).sum()
    assert len(before["by_day"]) == 120


def test_tables_are_chosen_by_name_or_topic() -> None:
    log = tiny_run("balanced")
    assert list(all_tables(log, only=["vintages", "harm"])) == ["liquidation", "harm"]
    with pytest.raises(InputError, match="rollz"):
        all_tables(log, only=["rollz"])
    assert set(TOPICS) == {kind.topic for kind in TABLES}


def test_a_table_is_the_same_from_a_log_and_from_a_reading() -> None:
    log = tiny_run("balanced")
    tables = all_tables(log)
    for kind in TABLES:
        if not kind.name.startswith("roll_matrix"):
            for source in (log, Reading.at_day(log)):
                assert list(kind.maker(source).columns) == list(tables[kind.name].columns)


def test_files_hold_the_tables_and_a_dictionary_of_every_column(tmp_path: Path) -> None:
    log = card_run()
    tables = all_tables(log)
    write_tables(tables, log, tmp_path / "new" / "folder")
    place = tmp_path / "new" / "folder"
    told = (place / "README.md").read_text(encoding="utf-8")
    for kind in TABLES:
        kept = pd.read_parquet(place / f"{kind.name}.parquet")
        pd.testing.assert_frame_equal(kept, tables[kind.name], check_dtype=False, check_categorical=False)
        assert len(pd.read_csv(place / f"{kind.name}.csv")) == len(tables[kind.name])
        assert f"## {kind.name} (" in told
        for column in kind.columns:
            assert f"| `{column.name}` | {column.unit} |" in told
    assert "strategy balanced, seed 20050901" in told
    assert log.digest()[:16] in told


def test_later_tables_replace_earlier_ones_and_leave_other_files(tmp_path: Path) -> None:
    log = tiny_run("firm")
    write_tables(all_tables(log, only=["rolls"]), log, tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    write_tables(all_tables(log, only=["legal"]), log, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "README.md", "notes.txt", "legal_yield.csv", "legal_yield.parquet",
    }  # fmt: skip


def test_a_readme_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    log = tiny_run("firm")
    (tmp_path / "README.md").write_text("# My study\n")
    with pytest.raises(InputError, match=r"README\.md"):
        write_tables(all_tables(log, only=["legal"]), log, tmp_path)
    assert (tmp_path / "README.md").read_text() == "# My study\n"


def test_a_segment_that_looks_like_a_formula_is_harmless_in_a_spreadsheet(tmp_path: Path) -> None:
    story = Story(segments=("=1+1",)).opened(principal=1_000)
    write_tables(all_tables(story.log(), only=["headline_by"]), story.log(), tmp_path)
    assert "'=1+1" in pd.read_csv(tmp_path / "headline_by.csv")["group"].tolist()
    assert "=1+1" in pd.read_parquet(tmp_path / "headline_by.parquet")["group"].tolist()


def test_columns_without_a_section_are_a_mistake_that_is_told() -> None:
    def without() -> pd.DataFrame:
        """Return nothing."""
        return pd.DataFrame()

    with pytest.raises(ValueError, match="without has no Columns section"):
        columns_of(without)
    assert description_of(without) == "Nothing."
