"""Which assumption turns the winner, and at what value: every unknown followed until the lead is lost, or to its end.

All other assumptions stay as stated; strategies meet the same borrowers with the same luck at every value. The lead of
the winner over each other strategy is looked at as stated and at both ends of the range; where it is lost in between,
the place is closed in on (:mod:`simcollect.robust.crossing`). A lead lost and won back between the values looked at is
not seen: ``between`` looks at more of them.

Most unknowns move a winner little, so all are first looked at with few replications, and those that surely keep the
lead are set aside (:mod:`simcollect.robust.screening`).

Many assumptions, two sides, several rivals and values closed in on are many looks, and each look may be deceived by
luck. So what is looked for is found on one set of replications and told on another: wherever the lead seems to turn,
the value at which the rival's lead is clearest is run once more on fresh replications, and it counts as a flip only if
the rival leads there too, by a test that holds together over all that are so confirmed (Holm). The winner was chosen as
the best of the first replications; its lead as stated is told on the fresh ones as well.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.core.words import Lang
from simcollect.experiment.run import Progress
from simcollect.plots.break_even import BreakEvenRow
from simcollect.plots.break_even import break_even as draw
from simcollect.robust.answer import Answer, number_text
from simcollect.robust.crossing import Crossing, crossing
from simcollect.robust.paths import first_positions, followed_paths, looked_at
from simcollect.robust.runs import OUTCOME, Runs, ask
from simcollect.robust.screening import MISSED, REPLICATIONS, is_kept, lead_seen
from simcollect.robust.unknowns import Unknown, unknowns_of
from simcollect.scenario import Scenario
from simcollect.stats import PairedDifference, Verdict, estimate_mean, paired_difference
from simcollect.stats.simultaneous import holm
from simcollect.stats.skewed import p_value
from simcollect.sweep.points import Choice

Numbers = NDArray[np.float64]

LEVEL: Final = 0.05
"""Chance that luck alone makes any flip told, over all assumptions together."""
_SHOWN: Final = 12
_ORDER: Final = ("flips", "cannot tell", "never within range", "set aside", "no effect in any run")


@dataclass(frozen=True, eq=False)
class BreakEven:
    """Where one unknown turns the winner, by itself.

    Attributes
    ----------
    unknown
        Which.
    verdict
        "flips" (confirmed on fresh replications), "cannot tell", "never within range", "set aside" (the first look
        shows the lead kept) or "no effect in any run".
    rival
        Who comes to lead, or comes nearest to it.
    is_above
        Whether the lead is lost above the stated value, not below it.
    crossing
        Positions in the range; None within where there is none.
    other_side
        The same on the other side of the stated value.
    lead_at_low, lead_at_high
        Mean lead over the rival at the ends of the range, larger is better.
    least_lead
        Smallest mean lead over the rival at the values looked at on that side; the stated one is among them.
    why
        Why it cannot be told: "lead shrinks" (it is surely smaller there than as stated), "interval widens" (that is
        not seen), "not told as stated", "not confirmed" (a flip that fresh replications do not show); else "".
    replications
        With which its values were looked at.
    """

    unknown: Unknown
    verdict: str
    rival: str
    is_above: bool
    crossing: Crossing
    other_side: Crossing
    lead_at_low: float
    lead_at_high: float
    least_lead: float
    why: str
    replications: int

    @property
    def value(self) -> float:
        """The break-even value; NaN where the mean lead is kept."""
        return math.nan if self.crossing.at is None else self.unknown.at(self.crossing.at)

    @property
    def interval(self) -> tuple[float, float]:
        """Values at which the two cannot be told apart, the lower first; infinite where they go on beyond the range."""
        near, far = self.crossing.near, self.crossing.far
        if near is None:
            return math.nan, math.nan
        beyond = math.inf if self.is_above else -math.inf
        ends = (self.unknown.at(near), beyond if far is None else self.unknown.at(far))
        return (ends[0], ends[1]) if self.is_above else (ends[1], ends[0])

    @property
    def share_beyond(self) -> float:
        """Probability that the assumption lies beyond the break-even value; 0 where the mean lead is kept."""
        if self.crossing.at is None:
            return 0.0
        below = self.unknown.share_below(self.crossing.at)
        return 1.0 - below if self.is_above else below


@dataclass(frozen=True, eq=False)
class BreakEvens(Answer):
    """Break-even values of all unknowns.

    Attributes
    ----------
    winner
        Best as stated.
    leads
        Its lead over each other strategy as stated, larger is better, paired, on replications that had no part in
        choosing it; the intervals hold together.
    found
        One an unknown, those that decide first.
    screen
        Replications of the first look; 0 without one.
    """

    name: ClassVar[str] = "break_even"

    winner: str
    leads: Mapping[str, PairedDifference]
    found: tuple[BreakEven, ...]
    screen: int

    @property
    def is_led(self) -> bool:
        """Whether the winner leads every other strategy as stated, on fresh replications."""
        return all(lead.low > 0.0 for lead in self.leads.values())

    @property
    def deciding(self) -> tuple[BreakEven, ...]:
        """The two assumptions that decide the ranking: the likeliest to flip it; fewer where fewer do."""
        return tuple(one for one in self.found if one.verdict == "flips")[:2]

    def table(self) -> pd.DataFrame:
        """Return the ranking-sensitivity table: one row an unknown, those that decide first.

        Columns: assumption, group, rule, low, stated, high (of the number); winner, rival, verdict; break_even with its
        interval break_even_low and break_even_high (infinite: beyond the range); side ("above" or "below": where the
        rival leads), probability_beyond; lead_at_low and lead_at_high (winner's mean lead at the ends of the range),
        least_lead (on that side), why it cannot be told; replications with which the values were looked at.
        """
        rows = []
        for one in self.found:
            low, high = one.interval
            is_lost = one.crossing.near is not None
            rows.append(
                {
                    "assumption": one.unknown.name,
                    "group": one.unknown.group,
                    "rule": one.unknown.rule,
                    "low": one.unknown.low,
                    "stated": one.unknown.value,
                    "high": one.unknown.high,
                    "winner": self.winner,
                    "rival": one.rival,
                    "verdict": one.verdict,
                    "break_even": one.value,
                    "break_even_low": low,
                    "break_even_high": high,
                    "side": ("above" if one.is_above else "below") if is_lost else "",
                    "probability_beyond": one.share_beyond,
                    "lead_at_low": one.lead_at_low,
                    "lead_at_high": one.lead_at_high,
                    "least_lead": one.least_lead,
                    "why": one.why,
                    "replications": one.replications,
                }
            )
        return pd.DataFrame(rows)

    def sentences(self) -> list[str]:
        """Say who wins as stated, which two assumptions decide, and what all others do."""
        label = self.asked.axis().label.lower()
        lines = []
        for rival, lead in self.leads.items():
            told = "" if lead.verdict in (Verdict.HIGHER, Verdict.NO_DIFFERENCE) else f": {lead.sentence()}"
            lines.append(
                f"{self.winner} leads {rival} by {self.asked.amount(lead.mean)} in {label} as stated "
                f"({self.asked.amount(lead.low, lead.high)}){told}."
            )
        if not self.is_led:
            lines.append(
                f"Fresh replications do not tell {self.winner} the best as stated: what follows holds for the luck of "
                "the replications searched, and more of them are needed."
            )
        n = {verdict: sum(one.verdict == verdict for one in self.found) for verdict in _ORDER}
        names = " and ".join(one.unknown.name for one in self.deciding)
        if n["flips"] >= 2:
            lines.append(f"The two assumptions that decide the ranking: {names}.")
        elif n["flips"] == 1:
            lines.append(f"One assumption turns the ranking by itself within its range: {names}.")
        else:
            lines.append("No assumption by itself is seen to turn the ranking within its range.")
        lines += [self.sentence(one) for one in self.deciding]
        nearest = [one for one in self.found if one.verdict == "cannot tell"][: 2 - len(self.deciding)]
        lines += [self.sentence(one) for one in nearest]
        lines.append(
            f"Of {len(self.found)} assumptions {n['flips']} flip the winner, {n['never within range']} never do within "
            f"their range, {n['set aside']} were set aside, {n['no effect in any run']} change no run, and of "
            f"{n['cannot tell']} it cannot be told."
        )
        if n["set aside"]:
            lines.append(
                f"Set aside: {self.winner} keeps its lead at both ends of the range in a first look of {self.screen} "
                f"replications; one that loses it there is set aside in {MISSED:.0%} of cases at most."
            )
        return lines

    def sentence(self, one: BreakEven) -> str:
        """Say where one unknown turns the winner."""
        unknown = one.unknown
        bounds = f"stated {number_text(unknown.value)}, range {number_text(unknown.low)} to {number_text(unknown.high)}"
        if one.verdict not in ("flips", "cannot tell"):
            return f"{unknown.name}: {one.verdict} ({bounds})."
        low, high = (number_text(end) if math.isfinite(end) else "beyond the range" for end in one.interval)
        side = "above" if one.is_above else "below"
        if one.crossing.at is None:
            edge = high if not one.is_above else low
            what = f"{one.rival} cannot be told from {self.winner}{self._why(one)}"
            return f"{unknown.name}: {side} {edge} {what} ({bounds})."
        what = "does better" if one.verdict == "flips" else "may do better"
        return (
            f"{unknown.name}: {side} {number_text(one.value)} ({low} to {high}) {one.rival} {what} than {self.winner}"
            f"{self._why(one)} ({bounds}; probability beyond {one.share_beyond:.0%})."
        )

    def _why(self, one: BreakEven) -> str:
        return {
            "lead shrinks": f": the mean lead shrinks to {self.asked.amount(one.least_lead)}",
            "interval widens": f": no smaller lead is told (mean {self.asked.amount(one.least_lead)} or more), but its "
            "interval is wide",
            "not told as stated": ", as it cannot as stated",
            "not confirmed": ": seen in the search, not confirmed on fresh replications",
        }.get(one.why, "")

    def plot(self, lang: Lang = "en") -> Figure:
        """Return the ranges of those that decide, or come nearest to it, with their break-even values."""
        rows = []
        for one in self.found[:_SHOWN]:
            rows.append(
                BreakEvenRow(
                    one.unknown.name,
                    (number_text(one.unknown.low), number_text(one.unknown.value), number_text(one.unknown.high)),
                    one.unknown.stated,
                    one.verdict,
                    "" if math.isnan(one.value) else number_text(one.value),
                    one.rival,
                    one.is_above,
                    (one.crossing.near, one.crossing.at, one.crossing.far),
                    (one.other_side.near, one.other_side.at, one.other_side.far),
                )
            )
        n = {verdict: sum(one.verdict == verdict for one in self.found) for verdict in _ORDER}
        return draw(
            rows,
            self.winner,
            self.asked.axis(lang).label,
            (len(self.found), n["flips"], n["cannot tell"], n["set aside"]),
            (self.asked.replications, self.screen),
            self.is_led,
            self.asked.day,
            self.digest[:16],
            lang,
        )


def break_even(
    scenario: Scenario,
    strategies: Sequence[str] | None = None,
    *,
    outcome: str = OUTCOME,
    assumptions: Sequence[str] | None = None,
    uncertainties: Mapping[str, Choice] | None = None,
    replications: int = 10,
    screen: int = REPLICATIONS,
    between: int = 0,
    day: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    on_progress: Progress | None = None,
) -> BreakEvens:
    """Return for every unknown the value at which the winner changes, if it does within its range.

    Parameters
    ----------
    scenario
        A loaded scenario.
    strategies
        Two or more; all that act when None.
    outcome
        By which they are ranked.
    assumptions
        Names or groups of those to move, with ``*``; all when None.
    uncertainties
        Of an experiment file, in place of what the scenario itself assumes.
    replications
        Paired, at least 2; as many again, fresh ones, tell the lead as stated and confirm flips.
    screen
        Replications of a first look at all unknowns, at least 2, or 0 for none: those that surely keep the lead are set
        aside. No first look is taken with as many as ``replications``.
    between
        Values looked at on each side between the stated value and the end of the range, before any closing in.
    day, workers, executor, folder, on_progress
        As in :func:`simcollect.sweep.evaluate`.

    Raises
    ------
    InputError
        If anything named is unknown, or the first look has 1 replication.
    Interrupted
        On Ctrl-C; with a folder finished runs are kept.
    """
    unknowns = unknowns_of(scenario, uncertainties)
    moved = unknowns if assumptions is None else unknowns.only(assumptions)
    asked = ask(scenario, strategies, outcome=outcome, replications=replications, day=day, least=2)
    if screen < 0 or screen == 1:
        expected = "Expected 2 or more, or 0 for no first look: one run cannot tell what is luck"
        raise InputError("", "screen", f"is {screen}", expected)
    screen = screen if screen < replications else 0
    with Runs(asked, workers=workers, executor=executor, folder=folder, on_progress=on_progress) as runs:
        stated = asked.sign * runs.values([{}])[0]
        best = int(np.argmax(stated.mean(axis=1)))
        rivals = [place for place in range(len(asked.strategies)) if place != best]
        wanted = {one.name: first_positions(one.stated, between) for one in moved.each}
        looks = looked_at(runs, moved, wanted, 0, screen) if screen else {}
        aside = {name for name, look in looks.items() if is_kept(stated, look.values(), best, rivals)}
        followed = [one for one in moved.each if one.name not in aside]
        paths = followed_paths(runs, moved, followed, wanted, looks, stated, best)
        seen = [_sides(one, paths[one.name], best, rivals, asked.strategies) for one in followed]
        flips = [side for sides in seen for side in sides if side.verdict == "flips"]
        clearest = [_clearest(one, paths[one.unknown.name], best, asked.strategies.index(one.rival)) for one in flips]
        points = [{}, *(moved.moved(one.unknown, at) for one, at in zip(flips, clearest, strict=True))]
        fresh = asked.sign * runs.values(points, phase="final")
        leads = {
            asked.strategies[place]: paired_difference(fresh[0, best], fresh[0, place], comparisons=len(rivals))
            for place in rivals
        }
        told = confirmed(
            [fresh[at, asked.strategies.index(one.rival)] - fresh[at, best] for at, one in enumerate(flips, 1)]
        )
        refused = {id(one) for one, is_told in zip(flips, told, strict=True) if not is_told}
        found = [_merged([_unconfirmed(one) if id(one) in refused else one for one in sides]) for sides in seen]
        found += [
            _set_aside(one, looks[one.name], stated, best, rivals, asked.strategies)
            for one in moved.each
            if one.name in aside
        ]
        found.sort(key=_rank)
        options = {
            "assumptions": None if assumptions is None else list(assumptions), "between": between, "screen": screen,
        }  # fmt: skip
        return BreakEvens(asked, options, runs.n_runs, runs.digest, asked.strategies[best], leads, tuple(found), screen)


def confirmed(leads: Sequence[Numbers]) -> list[bool]:
    """Return which rivals lead, by tests that hold together over all of them (Holm).

    Parameters
    ----------
    leads
        Rival's lead in each replication, shape [r] each, on replications that had no part in choosing what is tested.

    Examples
    --------
    >>> confirmed([np.array([1.0, 1.1, 0.9]), np.array([1.0, -1.1, 0.2])])
    [True, False]
    """
    if not leads:
        return []
    chances = holm(np.array([p_value(one) for one in leads]))
    return [bool(chance <= LEVEL and one.mean() > 0.0) for one, chance in zip(leads, chances, strict=True)]


def _clearest(one: BreakEven, path: Mapping[float, Numbers], best: int, rival: int) -> float:
    """Return the position on the side where the rival leads most clearly."""
    start = one.unknown.stated
    there = [position for position in path if (position > start if one.is_above else position < start)]
    return min(there, key=lambda position: estimate_mean(path[position][best] - path[position][rival]).high)


def _unconfirmed(one: BreakEven) -> BreakEven:
    crossing = replace(one.crossing, verdict="cannot tell", far=None)
    return replace(one, verdict="cannot tell", why="not confirmed", crossing=crossing)


def _merged(sides: Sequence[BreakEven]) -> BreakEven:
    """Return the side on which the lead is lost likeliest, with the crossing of the other."""
    first, *rest = sorted(sides, key=_rank)
    return replace(first, other_side=rest[0].crossing) if rest else first


def _sides(
    unknown: Unknown, path: Mapping[float, Numbers], best: int, rivals: Sequence[int], names: Sequence[str]
) -> list[BreakEven]:
    """Return, for each side of the stated value, the break-even against the rival to whom the lead is lost likeliest.

    One only where the unknown changes no run.
    """
    stated = path[unknown.stated]
    if all(np.array_equal(values, stated) for values in path.values()):
        least = min(float((stated[best] - stated[rival]).mean()) for rival in rivals)
        nothing = Crossing("no effect in any run", None, None, None)
        r = stated.shape[1]
        known = (names[rivals[0]], True, nothing, nothing, least, least, least, "", r)
        return [BreakEven(unknown, "no effect in any run", *known)]
    sides: dict[bool, list[BreakEven]] = {False: [], True: []}
    for rival in rivals:
        lead = {position: values[best] - values[rival] for position, values in path.items()}
        ends = (float(lead[min(lead)].mean()), float(lead[max(lead)].mean()))
        for upward, side in sides.items():
            one = crossing(lead, unknown.stated, upward)
            there = {
                p: values for p, values in lead.items() if (p >= unknown.stated if upward else p <= unknown.stated)
            }
            least = min(float(values.mean()) for values in there.values())
            why = why_not_told(there, unknown.stated) if one.verdict == "cannot tell" else ""
            known = (names[rival], upward, one, one, *ends, least, why, stated.shape[1])
            side.append(BreakEven(unknown, one.verdict, *known))
    return [min(side, key=_rank) for side in sides.values()]


def why_not_told(path: Mapping[float, Numbers], start: float) -> str:
    """Return why a lead that is told as stated is not told everywhere: it shrinks, or its interval widens.

    Parameters
    ----------
    path
        Lead in each replication by position on one side, the stated one among them, shape [r], r >= 2; not told at one
        of them at least.
    start
        Position of the stated value.

    Examples
    --------
    >>> stated = np.array([1.0, 1.1, 1.2])
    >>> why_not_told({0.5: stated, 1.0: stated - 1.1}, 0.5), why_not_told({0.5: stated, 1.0: 10 * stated - 9}, 0.5)
    ('lead shrinks', 'interval widens')
    """
    if estimate_mean(path[start]).low <= 0.0:
        return "not told as stated"
    lost = [values for values in path.values() if estimate_mean(values).low <= 0.0]
    least = min(lost, key=lambda values: float(values.mean()))
    return "lead shrinks" if estimate_mean(least - path[start]).high < 0.0 else "interval widens"


def _set_aside(
    unknown: Unknown,
    look: Mapping[float, Numbers],
    stated: Numbers,
    best: int,
    rivals: Sequence[int],
    names: Sequence[str],
) -> BreakEven:
    """Return what a first look says of an unknown that surely keeps the lead, against the rival that comes nearest."""
    leads = {
        rival: {p: lead_seen(stated[best] - stated[rival], v[best] - v[rival]) for p, v in look.items()}
        for rival in rivals
    }
    rival = min(rivals, key=lambda one: min(leads[one].values()))
    n_seen = next(iter(look.values())).shape[1]
    is_same = all(np.array_equal(values, stated[:, :n_seen]) for values in look.values())
    verdict = "no effect in any run" if is_same else "set aside"
    lead = leads[rival]
    low, high = lead[min(lead)], lead[max(lead)]
    nothing = Crossing("never within range", None, None, None)
    least = min(low, high, float((stated[best] - stated[rival]).mean()))
    known = (names[rival], high < low, nothing, nothing, low, high, least, "", n_seen)
    return BreakEven(unknown, verdict, *known)


def _rank(one: BreakEven) -> tuple[float, ...]:
    """Order: those that flip by how likely, then those that may by how likely, then all by the least mean lead.

    Not by where the interval first meets 0: that is near for an unknown that makes outcomes noisy as well.
    """
    return (_ORDER.index(one.verdict), -one.share_beyond, one.least_lead)
