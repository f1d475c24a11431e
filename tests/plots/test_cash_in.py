from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from simcollect.plots import save
from simcollect.plots.cash_in import cash_in

DAYS = np.arange(1, 11)
COST = np.linspace(0.0, 0.02, 10)


def test_every_source_with_money_and_the_cost_are_named_from_the_top_down() -> None:
    received = {"promise": np.linspace(0.0, 0.2, 10), "plan": np.zeros(10), "settlement": np.linspace(0.0, 0.1, 10)}
    legend = cash_in(DAYS, received, COST, "A run", "0123").axes[0].get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["cost", "settlement", "promise"]


def test_the_top_of_the_bands_is_all_that_was_received() -> None:
    received = {"promise": np.linspace(0.0, 0.2, 10), "settlement": np.linspace(0.0, 0.1, 10)}
    axes = cash_in(DAYS, received, COST, "A run", "0123").axes[0]
    highest = max(float(path.vertices[:, 1].max()) for band in axes.collections for path in band.get_paths())
    assert highest == pytest.approx(30.0)


def test_the_same_numbers_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        save(cash_in(DAYS, {"promise": COST}, COST, "A run", "0123"), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_run_without_any_money_is_drawn_all_the_same() -> None:
    assert cash_in(DAYS, {"promise": np.zeros(10)}, np.zeros(10), "A run", "0123").axes


@pytest.mark.parametrize("n", [0, 9])
def test_series_of_another_length_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match="one number a day"):
        cash_in(DAYS[:n] if n == 0 else DAYS, {"promise": np.zeros(n)}, np.zeros(n), "A run", "0123")
