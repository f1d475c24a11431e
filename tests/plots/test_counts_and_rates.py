"""Funnels, roll rates and load: what is written and drawn is what was given."""

from __future__ import annotations

import numpy as np
import pytest

from simcollect.plots import Funnel, PoolLoad, RollPanel, contact_funnel, load, roll_rates
from simcollect.plots.load import utilisation
from simcollect.plots.rolls import _percent
from tests.plots.cases import pool
from tests.plots.drawing import words

CALL = Funnel("call", (("attempts", 16_186), ("answered", 2_719), ("promise", 0)))


def test_each_step_of_a_funnel_has_its_number_its_share_and_its_bar() -> None:
    figure = contact_funnel([CALL], "d")
    assert {"call", "16,186  100.0%", "2,719  16.8%", "0  0.0%"} <= set(words(figure))
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    assert widths == pytest.approx([1.0, 2_719 / 16_186, 0.0])


def test_a_channel_never_tried_says_so() -> None:
    figure = contact_funnel([Funnel("visit", (("attempts", 0), ("met", 0)))], "d")
    assert "no attempts" in words(figure)
    assert not figure.axes[0].patches


@pytest.mark.parametrize(
    ("funnels", "message"),
    [
        ([], "at least one channel"),
        ([Funnel("call", ())], "at least one step"),
        ([Funnel("call", (("attempts", 1), ("answered", -1)))], "'call' has a step with a number below 0"),
    ],
)
def test_funnels_that_cannot_be_drawn_are_refused(funnels: list[Funnel], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        contact_funnel(funnels, "d")


@pytest.mark.parametrize(
    ("rate", "shown"), [(0.0, "0"), (0.0004, "<0.1"), (0.0321, "3.2"), (0.0996, "10"), (0.5, "50"), (1.0, "100")]
)
def test_rates_are_written_as_precisely_as_they_can_be_read(rate: float, shown: str) -> None:
    assert _percent(rate) == shown


def test_every_cell_of_the_heat_map_carries_its_rate_and_an_empty_row_says_so() -> None:
    rates = np.array([[0.25, 0.75], [np.nan, np.nan]])
    figure = roll_rates([RollPanel("By accounts", rates, ["8", "0"], "accounts")], ["1-29", "30+"], ["a", "b"], "d")
    shown = words(figure)
    assert {"25", "75", "8", "0", "By accounts", "accounts", "no accounts"} <= set(shown)
    assert "nan" not in shown


def test_numbers_on_dark_cells_are_light_and_on_light_cells_dark() -> None:
    panel = RollPanel("By accounts", np.array([[0.05, 0.95]]), ["8"], "accounts")
    colours = {t.get_text(): t.get_color() for t in roll_rates([panel], ["x"], ["a", "b"], "d").axes[0].texts}
    assert colours["95"] == "#FFFFFF"
    assert colours["5.0"] != "#FFFFFF"


@pytest.mark.parametrize(
    ("rates", "sizes", "message"),
    [
        (np.ones((2, 2)), ["1"], r"shape \(2, 2\) and 1 sizes, not \(1, 2\) and 1"),
        (np.ones((1, 2)), [], "0 sizes"),
        (np.array([[1.2, 0.0]]), ["1"], "'t' has a rate outside 0 to 1"),
        (np.array([[-0.1, 1.1]]), ["1"], "outside 0 to 1"),
    ],
)
def test_rates_that_cannot_be_drawn_are_refused(rates: np.ndarray, sizes: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        roll_rates([RollPanel("t", rates, sizes, "u")], ["x"], ["a", "b"], "d")
    with pytest.raises(ValueError, match="at least one panel"):
        roll_rates([], ["x"], ["a", "b"], "d")


def test_utilisation_is_worked_over_staffed_of_the_last_days_and_undefined_without_shifts() -> None:
    busy = PoolLoad("p", np.array([0, 60, 60, 0, 0]), np.array([0, 120, 0, 0, 60]), np.zeros(5, np.int64), np.zeros(5))
    assert utilisation(busy, 2) == pytest.approx([np.nan, 0.5, 1.0, np.nan, 0.0], nan_ok=True)
    assert utilisation(busy, 7) == pytest.approx([np.nan, 0.5, 1.0, 1.0, 120 / 180], nan_ok=True)


def test_load_draws_each_pools_own_numbers() -> None:
    one, two = pool("callers", 30), pool("negotiators", 30, backlog=7)
    figure = load([one, two], "d")
    assert len(figure.axes) == 6
    drawn = [axes.lines[0].get_ydata() for axes in figure.axes]
    assert np.nanmax(np.abs(drawn[0] - 100.0 * utilisation(one, 7))) == 0.0
    assert list(drawn[1]) == list(one.backlog)
    assert list(drawn[4]) == list(two.backlog)
    assert list(drawn[5]) == list(two.oldest_days)


def test_a_pool_without_shifts_or_work_says_so() -> None:
    assert {"no paid shifts", "nothing waits"} <= set(words(load([pool("callers", 9, 0, 0)], "d")))


def test_loads_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one pool and one day"):
        load([], "d")
    with pytest.raises(ValueError, match="'b' has series of other lengths than the 30 days"):
        load([pool("a", 30), pool("b", 29)], "d")
