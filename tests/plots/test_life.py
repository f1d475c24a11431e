"""Life line: a mark for everything given, where it happened, and labels only where there is room."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from simcollect.plots import Lane, Mark, Span, StageSpan, life_line
from simcollect.plots.theme import BLUE, STAGE_SHADES
from tests.plots.drawing import drawn_texts, words

STAGES = [StageSpan(0.0, 30.0, 1, "early stage"), StageSpan(30.0, 100.0, 2, "mid stage")]


def life(
    lanes: list[Lane] | None = None,
    payments: tuple[tuple[float, float], ...] = ((40.0, 1200.0),),
    balance: tuple[tuple[float, float], ...] = ((0.0, 5000.0), (40.0, 3800.0)),
    stages: list[StageSpan] = STAGES,
    until: float = 100.0,
) -> Figure:
    return life_line(balance, payments, stages, lanes or [], until, "TWD", "2005-09-01", "Chen", "d")


def test_balance_steps_down_at_the_payment_and_runs_to_the_end() -> None:
    debt = life().axes[0]
    line = next(line for line in debt.lines if line.get_drawstyle() == "steps-post")
    assert list(line.get_xdata()) == [0.0, 40.0, 100.0]
    assert list(line.get_ydata()) == [5000.0, 3800.0, 3800.0]
    bars = debt.collections[0]
    assert bars.get_segments()[0].tolist() == [[40.0, 0.0], [40.0, 1200.0]]  # type: ignore[attr-defined]


def test_payments_carry_their_amounts_the_largest_first_where_they_crowd() -> None:
    crowd = tuple((40.0 + 0.1 * i, 1000.0 + i) for i in range(30))
    amounts = [text.get_text() for text in life(payments=crowd).axes[0].texts if text.get_color() == BLUE]
    assert amounts == ["1,029"]


def test_every_mark_is_drawn_on_its_lane_in_its_look() -> None:
    marks = tuple(Mark(10.0 * i, tone) for i, tone in enumerate(("good", "bad", "open", "step", "good"), 1))  # type: ignore[arg-type]
    lanes = life([Lane("calls", (), marks), Lane("holds", (Span(5.0, 9.0, "dispute"),))]).axes[1]
    drawn = {
        line.get_marker(): list(line.get_xdata())
        for line in lanes.lines
        if len(line.get_xdata()) and line.get_ydata()[0] == 0.0
    }
    assert drawn["x"] == [20.0]
    assert drawn["D"] == [40.0]
    hollow = [line for line in lanes.lines if line.get_marker() == "o" and line.get_markerfacecolor() == "#FFFFFF"]
    assert [list(line.get_xdata()) for line in hollow if len(line.get_xdata())] == [[30.0]]
    span = [line for line in lanes.lines if list(line.get_xdata()) == [5.0, 9.0]]
    assert list(np.asarray(span[0].get_ydata())) == [1.0, 1.0]
    assert [text.get_text() for text in lanes.get_yticklabels()] == ["calls", "holds"]


def test_lanes_without_anything_are_left_out() -> None:
    assert "nothing" not in words(life([Lane("nothing"), Lane("calls", (), (Mark(1.0, "good"),))]))


def test_labels_are_left_out_where_there_is_no_room() -> None:
    apart = tuple(Mark(float(day), "good", f"label {day}") for day in (10, 60))
    crowded = tuple(Mark(10.0 + 0.01 * i, "good", f"label {i}") for i in range(40))
    assert {"label 10", "label 60"} <= set(words(life([Lane("calls", (), apart)])))
    assert sum(text.startswith("label") for text in words(life([Lane("calls", (), crowded)]))) <= 2


def test_no_label_covers_a_mark_or_a_bar_it_does_not_belong_to() -> None:
    marks = tuple(Mark(3.0 * i, "good", "a label of some length") for i in range(30))
    spans = (Span(20.0, 21.0, "of the first bar"), Span(23.0, 24.0, "of the second bar"))
    figure = life([Lane("calls", (), marks), Lane("holds", spans)])
    lanes = figure.axes[1]
    labels = [box for text, box in drawn_texts(figure) if text.startswith(("a label", "of the"))]
    assert labels
    for mark in marks:
        x, y = lanes.transData.transform((mark.day, 0.0))
        assert not any(box.contains(x, y) for box in labels)
    for span in spans:
        x, y = lanes.transData.transform(((span.start + span.end) / 2.0, 1.0))
        assert not any(box.contains(x, y) for box in labels)


def test_stages_are_shaded_and_named_above_or_in_the_legend() -> None:
    figure = life(stages=[*STAGES[:1], StageSpan(30.0, 30.5, 3, "late stage")])
    shown = words(figure)
    assert shown.count("early stage") == 2
    assert shown.count("late stage") == 1  # too narrow to be named above
    shades = [patch.get_facecolor() for patch in figure.axes[0].patches]
    assert len(shades) == 4
    assert len(set(STAGE_SHADES)) == 5


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"balance": ()}, "a balance on at least one day"),
        ({"balance": ((5.0, 1.0), (4.0, 1.0))}, "days rising"),
        ({"until": 39.0}, "up to day 39"),
        ({"stages": [StageSpan(0.0, 1.0, 5, "x")]}, "stage 5 is none of 0 to 4"),
    ],
)
def test_lives_that_cannot_be_drawn_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        life(**change)  # type: ignore[arg-type]
