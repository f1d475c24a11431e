"""What a unit of harm must cost before another strategy is the best: switching prices, with intervals.

Net money minus price x harm is a straight line in the price for every strategy: at price 0 the one that earns most is
best, and as the price rises, others that do less harm take over, one after the other, along the upper edge of the
lines. Two neighbours change places at (difference in money) / (difference in harm), a ratio of two paired means whose
interval is Fieller's. No run is needed beyond those of a comparison.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.core.words import Lang
from simcollect.experiment.amounts import measure_named
from simcollect.experiment.axes import measure_axis
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.experiment.run import Progress
from simcollect.plots.harm import PricedLine
from simcollect.plots.harm import harm_price as draw
from simcollect.robust.answer import Answer, number_text
from simcollect.robust.ratio import Ratio, ratio_of_means
from simcollect.robust.runs import Runs, ask
from simcollect.scenario import Scenario
from simcollect.stats import estimate_mean

Numbers = NDArray[np.float64]

MONEY: Final = "net_recovered_cents"
HARMS: Final[Mapping[str, str]] = {
    "complaints_per_1000": "complaint",
    "insolvencies_per_1000": "insolvency",
    "left_share": "customer who left",
    "sued_share": "customer sued",
    "breached_contacts": "contact against the rules",
}
"""Outcomes that count as harm, and what one unit of each is called."""


@dataclass(frozen=True)
class Switch:
    """Where one strategy hands over to another as the price of harm rises.

    Attributes
    ----------
    before, after
        Best below and above the price.
    price
        Minor units of money for a unit of harm, with Fieller's interval.
    """

    before: str
    after: str
    price: Ratio

    @property
    def verdict(self) -> str:
        """Whether the price is told: "switches" where its interval is bounded and above 0, else "cannot tell"."""
        return "switches" if self.price.is_bounded and self.price.low > 0.0 else "cannot tell"


@dataclass(frozen=True, eq=False)
class HarmPrice(Answer):
    """Which strategy is best at which price of harm.

    Attributes
    ----------
    harm
        What has a price.
    money, harms
        Net money in minor units and units of harm of each strategy, per 1,000 accounts, shape [strategies, r].
    switches
        By rising price.
    """

    name: ClassVar[str] = "harm_price"

    harm: str
    money: Numbers
    harms: Numbers
    switches: tuple[Switch, ...]

    @property
    def first(self) -> str:
        """Best at price 0."""
        return self.asked.strategies[int(np.argmax(self.money.mean(axis=1)))]

    def table(self) -> pd.DataFrame:
        """Return one row a strategy.

        Columns: strategy; money and harm per 1,000 accounts with their 95 % intervals (money_low ...); best_from,
        best_to (prices between which it is the best by the means; NaN where it never is); interval of the price at
        which it takes over (from_low, from_high) and verdict of that. Money and prices are in minor units.
        """
        rows = []
        for place, name in enumerate(self.asked.strategies):
            money, harm = estimate_mean(self.money[place]), estimate_mean(self.harms[place])
            taking = next((one for one in self.switches if one.after == name), None)
            leaving = next((one for one in self.switches if one.before == name), None)
            starts = 0.0 if name == self.first else math.nan if taking is None else taking.price.value
            ends = math.nan if math.isnan(starts) else math.inf if leaving is None else leaving.price.value
            rows.append(
                {
                    "strategy": name,
                    "money": money.mean,
                    "money_low": money.low,
                    "money_high": money.high,
                    "harm": harm.mean,
                    "harm_low": harm.low,
                    "harm_high": harm.high,
                    "best_from": starts,
                    "best_to": ends,
                    "from_low": math.nan if taking is None else taking.price.low,
                    "from_high": math.nan if taking is None else taking.price.high,
                    "verdict": "" if taking is None else taking.verdict,
                }
            )
        return pd.DataFrame(rows)

    def sentences(self) -> list[str]:
        """Say who is best at price 0, and at which prices that changes."""
        unit = HARMS[self.harm]
        lines = [f"With no price on harm {self.first} earns most."]
        for one in self.switches:
            told = f"From {self._money(one.price.value)} for each {unit}"
            if one.verdict == "switches":
                interval = f"{self._money(one.price.low)} to {self._money(one.price.high)}"
                lines.append(f"{told} ({interval}) {one.after} is better than {one.before}.")
            else:
                lines.append(
                    f"{told} {one.after} would be better than {one.before} by the means, but the price cannot be told "
                    f"with {self.asked.replications} replications."
                )
        if not self.switches:
            lines.append(
                f"No price changes that: no other strategy has fewer ({ALL_MEASURES[self.harm].label.lower()})."
            )
        return lines

    def plot(self, lang: Lang = "en") -> Figure:
        """Return value after the price of harm against the price, a line a strategy."""
        money = self.asked.scenario.economics
        factor = 1.0 / money.minor_units / 1000.0
        lines = [
            PricedLine(name, float(self.money[place].mean()) * factor, float(self.harms[place].mean()) / 1000.0)
            for place, name in enumerate(self.asked.strategies)
        ]
        told = [
            (one.price.value / money.minor_units, one.price.low / money.minor_units, one.price.high / money.minor_units)
            for one in self.switches
        ]
        label = measure_axis(self.harm, money.currency, money.minor_units, lang).label
        return draw(lines, told, label, money.currency, self.asked.replications, self.asked.day, self.digest[:16], lang)

    def _money(self, cents: float) -> str:
        money = self.asked.scenario.economics
        return f"{money.currency} {number_text(cents / money.minor_units)}"


def harm_price(
    scenario: Scenario,
    strategies: Sequence[str] | None = None,
    *,
    harm: str = "complaints",
    replications: int = 20,
    day: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    on_progress: Progress | None = None,
) -> HarmPrice:
    """Return at which price of a unit of harm the best strategy changes.

    Parameters
    ----------
    scenario
        A loaded scenario.
    strategies
        Two or more; all that act when None.
    harm
        One of :data:`HARMS`, its ending may be left out.
    replications
        Paired, at least 2.
    day, workers, executor, folder, on_progress
        As in :func:`simcollect.sweep.evaluate`.

    Raises
    ------
    InputError
        If a strategy or harm is unknown.
    """
    measure = measure_named(harm, [*HARMS])
    asked = ask(scenario, strategies, outcome=MONEY, replications=replications, day=day, least=2)
    if measure == "breached_contacts" and asked.day != scenario.run.horizon_days:
        raise InputError(
            "", "day", f"is {asked.day}", "Expected the last: contacts against the rules are counted there"
        )
    with Runs(asked, workers=workers, executor=executor, folder=folder, on_progress=on_progress) as runs:
        found = runs.outcomes([{}], [MONEY, measure, "n_accounts"])
        accounts = found["n_accounts"][0]
        money = found[MONEY][0] / accounts * 1000.0
        unit = ALL_MEASURES[measure].unit
        harms = found[measure][0] * {"share": 1000.0, "count": 1000.0 / accounts}.get(unit, 1.0)
        switches = switching_prices(asked.strategies, money, harms)
        return HarmPrice(asked, {"harm": measure}, runs.n_runs, runs.digest, measure, money, harms, switches)


def switching_prices(names: Sequence[str], money: Numbers, harms: Numbers) -> tuple[Switch, ...]:
    """Return who takes over from whom as the price rises: the corners of the upper edge of the lines.

    Parameters
    ----------
    names
        Strategies.
    money, harms
        Paired by replication, shape [strategies, r], r >= 2.

    Examples
    --------
    >>> money, harms = np.array([[10.0, 10.0], [8.0, 8.0]]), np.array([[4.0, 4.0], [3.0, 3.0]])
    >>> [(s.after, s.price.value) for s in switching_prices(["a", "b"], money, harms)]
    [('b', 2.0)]
    """
    means, harm = money.mean(axis=1), harms.mean(axis=1)
    at = int(np.lexsort((harm, -means))[0])
    found: list[Switch] = []
    while True:
        better = [other for other in range(len(names)) if harm[other] < harm[at]]
        if not better:
            return tuple(found)
        prices = {other: (means[at] - means[other]) / (harm[at] - harm[other]) for other in better}
        after = min(better, key=lambda other: (prices[other], harm[other]))
        price = ratio_of_means(money[at] - money[after], harms[at] - harms[after])
        found.append(Switch(names[at], names[after], price))
        at = after
