"""Stage flow: no account is lost between the columns, and streams are as wide as their numbers."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch, Rectangle

from simcollect.plots.flow import FlowEnd, FlowPath, _layout, stage_flow
from simcollect.plots.theme import tint
from tests.plots.drawing import words

STAGES = ("early", "mid", "late", "final")
ENDS = tuple(FlowEnd(name, colour) for name, colour in (("open", "#777777"), ("cured", "#009E73"), ("paid", "#0072B2")))
PATHS = [FlowPath((), 1, 10), FlowPath((0,), 2, 30), FlowPath((0, 1), 0, 20), FlowPath((1, 3), 0, 40)]

ways = st.tuples(st.sets(st.integers(0, 3)), st.integers(0, 2), st.integers(0, 1000))


@settings(max_examples=50, deadline=None)
@given(st.lists(ways, min_size=1, max_size=12))
def test_every_account_stands_in_every_column_once_and_in_its_place(drawn: list[tuple[set[int], int, int]]) -> None:
    paths = [FlowPath(tuple(sorted(stages)), end, n) for stages, end, n in drawn]
    total = sum(path.n for path in paths)
    if total == 0:
        with pytest.raises(ValueError, match="at least one account"):
            stage_flow(STAGES, ENDS, paths, "d")
        return
    streams = _layout(paths, 4, 3, total)
    for column in range(6):
        here = [stream for stream in streams if stream.column == column]
        assert sum(stream.share for stream in here) == pytest.approx(1.0)
        for side in ("top", "out_top"):  # neither side of a column has two streams in one place
            edges = sorted((getattr(stream, side), getattr(stream, side) + stream.share) for stream in here)
            assert all(a[1] <= b[0] + 1e-9 for a, b in pairwise(edges))
        for stream in here:
            assert stream.is_in_stage == (column == 0 or (column - 1) in paths[stream.path].stages)
    assert {stream.end for stream in streams if stream.column == 5} == {path.end for path in paths if path.n}


def test_bars_are_as_high_as_the_accounts_in_a_stage() -> None:
    axes = stage_flow(STAGES, ENDS, PATHS, "d").axes[0]
    bars = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert [round(bar.get_height() * 100) for bar in bars] == [100, 50, 60, 40, 60, 10, 30]


def test_streams_end_as_wide_as_they_begin() -> None:
    axes = stage_flow(STAGES, ENDS, PATHS, "d").axes[0]
    streams = [patch.get_path().vertices for patch in axes.patches if isinstance(patch, PathPatch)]
    assert len(streams) == 20
    for vertices in streams:
        corners = np.asarray(vertices)
        assert corners[7, 1] - corners[0, 1] == pytest.approx(corners[4, 1] - corners[3, 1])


def test_a_stream_is_not_torn_where_it_crosses_a_broad_one_of_several_ways() -> None:
    ends = (ENDS[1], ENDS[2])
    figure = stage_flow(STAGES, ends, [FlowPath((0,), 0, 50), FlowPath((0, 1), 0, 10), FlowPath((0, 3), 1, 70)], "d")
    last = [
        patch
        for patch in figure.axes[0].patches
        if isinstance(patch, PathPatch) and np.asarray(patch.get_path().vertices)[3, 0] == 5.0
    ]
    heights = [np.ptp(np.asarray(patch.get_path().vertices)[3:5, 1]) for patch in last]
    # The 60 that were cured are one piece, and lie beneath the 70 that leave later and cross them.
    assert heights == [pytest.approx(60 / 130), pytest.approx(70 / 130)]
    assert [patch.get_facecolor() for patch in last] == [to_rgba(tint(end.colour, 0.35)) for end in ends]


def test_counts_and_shares_of_stages_and_ends_are_written() -> None:
    shown = words(stage_flow(STAGES, ENDS, PATHS, "d"))
    assert {"fell overdue\n100 (100.0%)", "early\n50 (50.0%)", "mid\n60 (60.0%)", "late\n0 (0.0%)"} <= set(shown)
    assert {"open  60 (60.0%)", "cured  10 (10.0%)", "paid  30 (30.0%)"} <= set(shown)


def test_ends_that_nobody_reached_are_left_out() -> None:
    shown = words(stage_flow(STAGES, ENDS, [FlowPath((0,), 1, 5), FlowPath((0,), 2, 0)], "d"))
    assert not any(text.startswith("paid") for text in shown)


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ([], "at least one account"),
        ([FlowPath((0,), 0, 0)], "at least one account"),
        ([FlowPath((0,), 0, 3), FlowPath((1,), 0, -1)], "no numbers below 0"),
        ([FlowPath((4,), 0, 1)], "does not fit 4 stages"),
        ([FlowPath((0,), 3, 1)], "3 ends"),
        ([FlowPath((1, 0), 0, 1)], "rising order"),
    ],
)
def test_paths_that_cannot_be_drawn_are_refused(paths: list[FlowPath], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        stage_flow(STAGES, ENDS, paths, "d")
