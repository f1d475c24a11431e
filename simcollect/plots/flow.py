"""Stage flow: which stages accounts went through, and where they stood at the end. The wider a stream, the more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from simcollect.core.words import Lang
from simcollect.plots.labels import spread
from simcollect.plots.numbers import percent, plain
from simcollect.plots.theme import INK, QUIET, finish, head, new_figure, theme, tint
from simcollect.plots.wording import Wording, text_width, wrapped

_WORDS: Final = Wording(
    title=("The way of the accounts through the stages", "账户在各阶段之间的流向"),
    read=(
        "{n} accounts, from left to right: every stage an account was in, and where it stood at the end. "
        "Width of a stream: number of accounts.",
        "{n} 个账户，自左向右：账户经历的各阶段及期末状态。流带宽度表示账户数。",
    ),
    start=("fell overdue", "逾期入催"),
    end=("at the end of the run", "期末状态"),
    count=("{n} ({share}%)", "{n}（{share}%）"),
)
_COLUMN_WIDE: Final = 1.75
_HIGH: Final = 3.9
_NODE: Final = 0.07  # width of a stage's bar, in columns
_PASSING: Final = 0
_IN_STAGE: Final = 1
_STILL_IN: Final = "#E4E4E4"
_GAP: Final = 0.028  # between streams, as a share of all accounts
_MUCH_THINNER: Final = 0.25
"""What leaves a stage crosses all that left one before, beneath none but those of less than this share of its width."""


@dataclass(frozen=True)
class FlowPath:
    """Accounts that went the same way: positions of the stages they were in (rising), of their end, and how many."""

    stages: tuple[int, ...]
    end: int
    n: int


@dataclass(frozen=True)
class FlowEnd:
    """A place to end: its name and colour."""

    name: str
    colour: str


def stage_flow(
    stages: Sequence[str],
    ends: Sequence[FlowEnd],
    paths: Sequence[FlowPath],
    digest: str,
    title: str | None = None,
    lang: Lang = "en",
) -> Figure:
    """Draw accounts as streams that flow through the stages to their ends.

    Parameters
    ----------
    stages
        Names of the stages, in their order.
    ends
        Places to end, from the top down; those nobody reached are left out.
    paths
        Each with at least one account in all.
    digest, title, lang
        As in :func:`simcollect.plots.trade_off.trade_off`.

    Raises
    ------
    ValueError
        If there is no account, a number is negative, a path names a stage or end that is not given, or its stages do
        not rise.
    InputError
        If the language needs a font that is not installed.
    """
    n = sum(path.n for path in paths)
    if n <= 0 or any(path.n < 0 for path in paths):
        raise ValueError(f"stage_flow needs at least one account, and no numbers below 0; found {n} in all")
    for path in paths:
        rises = all(a < b for a, b in zip(path.stages, path.stages[1:], strict=False))
        known = all(0 <= stage < len(stages) for stage in path.stages) and 0 <= path.end < len(ends)
        if not (rises and known):
            raise ValueError(f"{path} does not fit {len(stages)} stages in rising order and {len(ends)} ends")
    say = _WORDS.in_language(lang)
    with theme(lang):
        ruler = new_figure(1.0, 1.0)
        last = len(stages) + 1
        reached = [sum(path.n for path in paths if path.end == e) for e in range(len(ends))]
        labels = {
            e: f"{ends[e].name}  {say('count', n=plain(reached[e]), share=percent(reached[e] / n))}"
            for e in range(len(ends))
            if reached[e]
        }
        right = 0.3 + max(text_width(ruler, label, 9.5) for label in labels.values())
        names = [say("start"), *stages, say("end")]
        headers = [wrapped(ruler, name, _COLUMN_WIDE - 0.15, 9.5) for name in names[:-1]]
        headers.append(wrapped(ruler, names[-1], right, 9.5))
        over = 0.42 + 0.17 * max(header.count("\n") + 1 for header in headers)
        left = 0.3
        width = left + _COLUMN_WIDE * last + right
        heading = (title or say("title"), say("read", n=plain(n)))
        used = head(new_figure(width, 10.0), *heading)
        height = used + over + _HIGH + 0.4
        figure = new_figure(width, height)
        head(figure, *heading)
        axes = figure.add_axes((left / width, 0.4 / height, _COLUMN_WIDE * last / width, _HIGH / height))
        axes.set_xlim(0.0, float(last))
        axes.set_axis_off()
        streams = _layout(paths, len(stages), len(ends), n)
        axes.set_ylim(max(stream.bottom for stream in streams), 0.0)
        _draw_streams(axes, streams, [end.colour for end in ends])
        counts = [n, *(sum(path.n for path in paths if s in path.stages) for s in range(len(stages)))]
        _draw_nodes(axes, streams, last, [end.colour for end in ends])
        for column, header in enumerate(headers):
            count = (
                f"\n{say('count', n=plain(counts[column]), share=percent(counts[column] / n))}" if column < last else ""
            )
            axes.text(
                column + (0.0 if column < last else 0.02), 1.0 + 0.08 / _HIGH, header + count,
                transform=axes.get_xaxis_transform(), fontsize=9.5, va="bottom", ha="left", linespacing=1.25,
                color=INK if column < last else QUIET,
            )  # fmt: skip
        _name_ends(axes, streams, labels, last)
        finish(figure, digest, lang)
    return figure


@dataclass(frozen=True)
class _Stream:
    """The accounts of one path in one column: where they come in (left side) and where they go out (right side).

    Both are heights from the top, in shares of all accounts. Within the bar of a stage accounts may change places, so
    that streams cross as little as they can; outside of one they keep theirs.
    """

    path: int
    column: int
    is_in_stage: bool
    end: int | None  # set once the accounts have left the stages
    top: float
    out_top: float
    share: float

    @property
    def bottom(self) -> float:
        return self.top + self.share


def _layout(paths: Sequence[FlowPath], n_stages: int, n_ends: int, n: int) -> list[_Stream]:
    """Return every path's place in every column, stacked from the top down.

    In a column stand first the accounts on their way past it to a later stage, then those in its stage, then, by end,
    those that have left.
    """
    drawn = [i for i, path in enumerate(paths) if path.n]
    groups = {i: [_group(paths[i], column, n_stages) for column in range(n_stages + 2)] for i in drawn}
    share = {i: paths[i].n / n for i in drawn}
    found: list[_Stream] = []
    before = dict.fromkeys(drawn, 0.0)  # where each came out of the column before
    for column in range(n_stages + 2):
        y = 0.0
        out: dict[int, float] = {}
        for group in range(2 + n_ends):
            here = [i for i in drawn if groups[i][column] == group]
            onward = {i: (groups[i][column + 1 :], i) for i in here}
            arriving = sorted(here, key=lambda i: (before[i], onward[i]))
            is_in_stage = group == _IN_STAGE
            leaving = sorted(here, key=lambda i: onward[i]) if is_in_stage else arriving
            tops, outs = (_stacked(order, share, y) for order in (arriving, leaving))
            end = None if group <= _IN_STAGE else group - 2
            found += [_Stream(i, column, is_in_stage, end, tops[i], outs[i], share[i]) for i in arriving]
            out |= outs
            y += sum(share[i] for i in here) + (_GAP if here else 0.0)
        before = out
    return found


def _group(path: FlowPath, column: int, n_stages: int) -> int:
    stage = column - 1
    if column == 0 or stage in path.stages:
        return _IN_STAGE
    if column <= n_stages and path.stages and path.stages[-1] > stage:
        return _PASSING
    return 2 + path.end


def _stacked(order: Sequence[int], share: Mapping[int, float], top: float) -> dict[int, float]:
    tops = {}
    for i in order:
        tops[i] = top
        top += share[i]
    return tops


def _draw_streams(axes: Axes, streams: Sequence[_Stream], colours: Sequence[str]) -> None:
    at = {(stream.path, stream.column): stream for stream in streams}
    # What leaves a stage for one end, or has left for it before, runs side by side: it is painted in one piece, or a
    # stream that crosses would be torn, over one half of it and under the other.
    pieces: dict[tuple[int, bool, int, int], list[tuple[_Stream, _Stream]]] = {}
    for stream in streams:
        before = at.get((stream.path, stream.column - 1))
        if before is None:
            continue
        key = (-1, stream.path) if stream.end is None else (stream.end, -1)
        pieces.setdefault((stream.column, before.is_in_stage, *key), []).append((before, stream))

    def depth(piece: Sequence[tuple[_Stream, _Stream]]) -> tuple[bool, float]:
        before, after = piece[0]
        width = sum(stream.share for _, stream in piece) * (_MUCH_THINNER if before.is_in_stage else 1.0)
        return after.end is not None, -width

    # The broad ones first: a thin stream that crosses them stays in sight.
    for piece in sorted(pieces.values(), key=depth):
        first, second = piece[0]
        x0 = first.column + (_NODE if first.is_in_stage else 0.0)
        x1 = float(second.column)
        middle = (x0 + x1) / 2.0
        out_top, out_bottom = min(b.out_top for b, _ in piece), max(b.out_top + b.share for b, _ in piece)
        top, bottom = min(s.top for _, s in piece), max(s.bottom for _, s in piece)
        vertices = [
            (x0, out_top), (middle, out_top), (middle, top), (x1, top),
            (x1, bottom), (middle, bottom), (middle, out_bottom), (x0, out_bottom),
        ]  # fmt: skip
        codes = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4, Path.LINETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
        colour = _STILL_IN if second.end is None else tint(colours[second.end], 0.35)
        # Light and opaque, so that no seam shows within a stream; its thin edge keeps a stream of few accounts visible.
        axes.add_patch(PathPatch(Path(vertices, codes), facecolor=colour, edgecolor=colour, linewidth=0.5, zorder=2))


def _draw_nodes(axes: Axes, streams: Sequence[_Stream], last: int, colours: Sequence[str]) -> None:
    for column in range(last + 1):
        here = [stream for stream in streams if stream.column == column]
        groups = {stream.end if column == last else None for stream in here if stream.is_in_stage or column == last}
        for group in sorted(groups, key=lambda end: -1 if end is None else end):
            block = [s for s in here if (s.end == group if column == last else s.is_in_stage)]
            top, bottom = min(s.top for s in block), max(s.bottom for s in block)
            colour = INK if group is None else colours[group]
            axes.add_patch(
                Rectangle(
                    (column - (_NODE if column == last else 0.0), top), _NODE, bottom - top, facecolor=colour,
                    edgecolor=colour, linewidth=0.5, zorder=3,
                )
            )  # fmt: skip


def _name_ends(axes: Axes, streams: Sequence[_Stream], labels: Mapping[int, str], last: int) -> None:
    low, _ = axes.get_ylim()
    middles = []
    for e in labels:
        block = [s for s in streams if s.column == last and s.end == e]
        middles.append((min(s.top for s in block) + max(s.bottom for s in block)) / 2.0)
    places = spread(middles, 0.2 / _HIGH * low, 0.0, low)
    for label, middle, at in zip(labels.values(), middles, places, strict=True):
        axes.plot([last, last + 0.06], [middle, at], color=QUIET, linewidth=0.6, clip_on=False)
        axes.text(last + 0.09, at, label, fontsize=9.5, va="center", ha="left")
