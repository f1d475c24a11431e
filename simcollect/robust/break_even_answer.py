"""The answer of break-even values: one assumption's, and all of them with sentences, table and picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simcollect.core.words import Lang
from simcollect.plots.break_even import BreakEvenRow
from simcollect.plots.break_even import break_even as draw
from simcollect.robust.answer import Answer, number_text
from simcollect.robust.crossing import Crossing
from simcollect.robust.screening import MISSED
from simcollect.robust.unknowns import Unknown
from simcollect.stats import PairedDifference, Verdict

Numbers = NDArray[np.float64]

_SHOWN: Final = 12
ORDER: Final = ("flips", "cannot tell", "never within range", "set aside", "no effect in any run")


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
        n = {verdict: sum(one.verdict == verdict for one in self.found) for verdict in ORDER}
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
        n = {verdict: sum(one.verdict == verdict for one in self.found) for verdict in ORDER}
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


def rank(one: BreakEven) -> tuple[float, ...]:
    """Order: those that flip by how likely, then those that may by how likely, then all by the least mean lead.

    Not by where the interval first meets 0: that is near for an unknown that makes outcomes noisy as well.
    """
    return (ORDER.index(one.verdict), -one.share_beyond, one.least_lead)
