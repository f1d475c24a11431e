from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from matplotlib.figure import Figure

from simcollect.core.words import Lang
from simcollect.plots.waterfall import Amount, Bars, waterfall
from tests.plots.drawing import LANGS, no_letter_missing


def bars(
    no_action: float = 0.30,
    accelerated: float = 0.1,
    incremental: float = 0.08,
    cannibalised: float = -0.02,
    lost: float = -0.01,
    congestion: float | None = -0.015,
    cost: float = -0.05,
    half: float | None = 0.004,
) -> Bars:
    """Steps that add up, with intervals of the same width unless ``half`` is None."""

    def amount(mean: float) -> Amount:
        return Amount(mean) if half is None else Amount(mean, mean - half, mean + half)

    recovered = no_action + incremental + cannibalised + lost + (congestion or 0.0)
    return Bars(
        no_action=amount(no_action),
        accelerated=amount(accelerated),
        delayed=amount(0.0),
        incremental=amount(incremental),
        cannibalised=amount(cannibalised),
        lost=amount(lost),
        congestion=None if congestion is None else amount(congestion),
        recovered=amount(recovered),
        cost=amount(cost),
        net=amount(recovered + cost),
    )


def drawn(given: Bars, **options: Any) -> Figure:
    run: dict[str, Any] = {
        "scenario": "handmade",
        "strategy": "firm",
        "n_replications": 20,
        "day": 365,
        "digest": "0123456789abcdef",
    }
    return waterfall(given, **(run | options))


TINY = bars(0.31, 0.02, 0.0004, -0.00003, -0.0001, -0.0002, -0.00008, 0.00002)
NEGATIVE = bars(0.05, 0.0, 0.002, -0.01, -0.031, 0.004, -0.145)
HUGE = bars(1.2e10, 3e9, 2.2e9, -3e8, -1e6, -5e8, -1.5e9, 1e8)
NOTHING = bars(0.0, 0.0, 0.0, 0.0, 0.0, None, 0.0, None)
CASES = {
    "usual": (bars(), {}),
    "tiny parts": (TINY, {}),
    "negative": (NEGATIVE, {}),
    "huge": (HUGE, {"currency": "TWD"}),
    "nothing": (NOTHING, {"n_replications": 1}),
    "long names": (bars(), {"scenario": "a_scenario_with_a_very_long_name", "strategy": "balanced_but_rather_firm"}),
}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("case", CASES)
def test_no_two_texts_overlap_and_none_leaves_the_figure_or_meets_a_bar(case: str, lang: Lang) -> None:
    given, options = CASES[case]
    with no_letter_missing():
        figure = drawn(given, lang=lang, **options)
        figure.canvas.draw()
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    axes = figure.axes[0]
    ticks = [
        axes.xaxis.label,
        *(
            label
            for label in axes.get_xticklabels()
            if axes.get_xlim()[0] <= label.get_position()[0] <= axes.get_xlim()[1]
        ),
    ]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in (*figure.texts, *ticks) if text.get_text()]
    for i, (name, box) in enumerate(boxes):
        assert min(box.x0, box.y0) >= 0.0, name
        assert box.x1 <= figure.bbox.width, name
        assert box.y1 <= figure.bbox.height, name
        for other, other_box in boxes[:i]:
            assert not box.overlaps(other_box), f"{name!r} overlaps {other!r}"
    frame = axes.get_window_extent(renderer)
    for name, box in boxes[: len(figure.texts)]:
        assert not box.overlaps(frame), f"{name!r} stands among the bars"


def widths(figure: Figure) -> list[tuple[float, float]]:
    """Where each bar starts and ends on the axis, from the top."""
    return [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in figure.axes[0].patches]  # type: ignore[attr-defined]


def test_every_step_starts_where_the_one_before_ended_and_timing_moves_no_level() -> None:
    ends = widths(drawn(bars(0.10, 0.04, 0.08, -0.02, -0.01, -0.03, -0.05)))
    wanted = [(0, 10), (6, 10), (10, 10), (10, 18), (18, 16), (16, 15), (15, 12), (0, 12), (12, 7), (0, 7)]
    assert [tuple(round(end, 6) for end in bar) for bar in ends] == wanted


def test_without_a_congestion_step_there_is_one_row_less_and_no_word_of_it() -> None:
    figure = drawn(bars(congestion=None))
    assert len(widths(figure)) == 9
    assert not any("Congestion" in text.get_text() for text in figure.texts)


def test_an_axis_that_leaves_out_zero_says_so_and_tears_its_bars() -> None:
    cut, whole = drawn(TINY), drawn(NEGATIVE)
    assert cut.axes[0].get_xlim()[0] > 0.0
    assert any("The axis does not start at zero." in text.get_text() for text in cut.texts)
    assert whole.axes[0].get_xlim()[0] <= 0.0
    assert not any("does not start at zero" in text.get_text() for text in whole.texts)


def test_when_nobody_pays_the_axis_goes_from_zero_to_one() -> None:
    low, high = drawn(NOTHING, n_replications=1).axes[0].get_xlim()
    assert low == 0.0
    assert high >= 1.0


def test_whiskers_stand_at_the_end_of_their_step() -> None:
    figure = drawn(bars(0.10, 0.04, 0.08, -0.02, -0.01, -0.03, -0.05, half=0.005))
    lines = [line.get_xdata() for line in figure.axes[0].lines if line.get_linewidth() == 1.3]
    spans = [tuple(round(float(x), 6) for x in line) for line in lines if line[0] != line[1]]
    assert spans == [
        (9.5, 10.5),
        (17.5, 18.5),
        (15.5, 16.5),
        (14.5, 15.5),
        (11.5, 12.5),
        (11.5, 12.5),
        (6.5, 7.5),
        (6.5, 7.5),
    ]


def test_numbers_carry_their_interval_and_steps_their_sign() -> None:
    texts = {text.get_text() for text in drawn(bars()).texts}
    assert "30.0 (29.6 to 30.4)" in texts
    assert "+8.0 (+7.6 to +8.4)" in texts
    assert "\u22122.0 (\u22122.4 to \u22121.6)" in texts


def test_one_replication_has_no_interval_and_says_that_nothing_is_established() -> None:
    texts = [text.get_text() for text in drawn(bars(half=None), n_replications=1).texts]
    assert any("no intervals, so nothing is established" in text.replace("\n", " ") for text in texts)
    assert "+8.0" in texts


@pytest.mark.parametrize("lang", LANGS)
def test_money_is_written_in_the_units_of_the_language(lang: Lang) -> None:
    figure = drawn(HUGE, currency="TWD", lang=lang)
    assert figure.axes[0].get_xlabel() == {"en": "TWD billion", "zh": "TWD 亿"}[lang]


@pytest.mark.parametrize("lang", LANGS)
def test_days_gained_are_written_beside_the_accelerated_money(lang: Lang) -> None:
    texts = [text.get_text() for text in drawn(bars(), days_accelerated=34.4, lang=lang).texts]
    assert {"en": "the same money, 34 days earlier", "zh": "同一笔钱，平均提前 34 天"}[lang] in texts


def test_levels_that_are_not_the_sum_of_their_steps_are_refused() -> None:
    with pytest.raises(ValueError, match=r"recovered is 0\.4, but the steps before it add up to"):
        drawn(replace(bars(), recovered=Amount(0.4)))
    with pytest.raises(ValueError, match=r"net is 0\.4, but the steps before it add up to"):
        drawn(replace(bars(), net=Amount(0.4)))


def test_a_mean_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="lost is nan"):
        drawn(replace(bars(), lost=Amount(float("nan"))))


def test_congestion_goes_by_the_same_words_on_its_bar_and_in_the_note() -> None:
    texts = [text.get_text().replace("\n", "") for text in drawn(bars(), lang="zh").texts]
    labels = [label.get_text() for label in drawn(bars(), lang="zh").axes[0].get_yticklabels()]
    assert "人手不足的影响" in texts + labels
    assert any("“人手不足的影响”为实际人手带来的变化" in text for text in texts)
