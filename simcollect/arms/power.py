"""How large and how long a champion/challenger test must be to see an effect: power by simulation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.stats import norm

from simcollect.arms.asked import at_least, resting_on, share_of
from simcollect.arms.kept import performed, records
from simcollect.arms.trials import CRITICAL, LEVEL, found_share
from simcollect.core.codes import CloseReason, EventKind
from simcollect.core.errors import InputError
from simcollect.core.eventlog import EventLog
from simcollect.core.folder import results_folder
from simcollect.core.spreadsheet import write_csv
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.core.words import Lang
from simcollect.engine import simulate
from simcollect.experiment.design import Design, make_design
from simcollect.experiment.manifest import Manifest
from simcollect.experiment.run import Progress
from simcollect.experiment.store import Row
from simcollect.experiment.workers import Batch, Specification
from simcollect.outcomes.reading import Reading
from simcollect.plots import save as save_figure
from simcollect.plots.power import PowerCurve, power_curves
from simcollect.population import build
from simcollect.population.slots import DAYS_PER_MONTH
from simcollect.scenario import Scenario
from simcollect.stats import Estimate, estimate_mean

OUTCOMES: Final = ("recovered", "resolved")
"""Within the window after an account's arrival: cash in / what was owed; arrears cured, paid off or settled."""
TABLE: Final = "power.csv"
PICTURE: Final = "power.png"
TRIALS: Final = 400
_TARGET: Final = 0.8
_LARGEST: Final = 1_000_000

Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Power:
    """Power of a test of a stated effect, by accounts and by days.

    Attributes
    ----------
    manifest
        What was run.
    scenario
        The scenario.
    strategy
        The champion.
    outcome
        ``recovered`` or ``resolved``.
    effect
        The challenger's gain, relative to the champion's mean: 0.03 is 3 %.
    share
        Share of the accounts in the challenger's arm.
    accounts
        One row an account of the runs: replication, window (days), part, whole; its outcome is part / whole.
    curve
        One row a window and number of accounts: columns of :meth:`table`.
    per_month
        Accounts that fall overdue in a month.
    stock
        Accounts overdue on day 0.
    """

    manifest: Manifest
    scenario: Scenario
    strategy: str
    outcome: str
    effect: float
    share: float
    accounts: pd.DataFrame
    curve: pd.DataFrame
    per_month: float
    stock: float

    def base(self, window: int) -> Estimate:
        """Return the champion's own mean outcome in a window, over replications."""
        chosen = self.accounts[self.accounts["window"] == window]
        sums = chosen.groupby("replication")[["part", "whole"]].sum()
        return estimate_mean((sums["part"] / sums["whole"]).to_numpy(), LEVEL)

    def table(self) -> pd.DataFrame:
        """Return the power curve: one row a window and number of accounts.

        Columns: window (days after an account's arrival), n_accounts, days_to_enrol (of the stock, then of arrivals;
        0 where the stock is enough), days_in_all (with the window), power with power_error (its Monte Carlo standard
        error), power_by_theory (normal approximation).
        """
        return self.curve.copy()

    def accounts_needed(self, window: int, power: float = _TARGET) -> int | None:
        """Return the accounts that the stated power takes in a window, by the normal approximation.

        None where the outcome does not vary or the champion's mean is 0.

        References
        ----------
        Two-sample z test with arms of share p and 1 - p: n = (z_0.975 + z_power)^2 s^2 (1 / p + 1 / (1 - p)) / d^2.
        """
        spread, gap = self._spread_and_gap(window)
        if spread == 0.0 or gap == 0.0:
            return None
        z = CRITICAL + float(norm.isf(1.0 - power))
        return math.ceil((z * spread / gap) ** 2 * (1.0 / self.share + 1.0 / (1.0 - self.share)))

    def days_needed(self, window: int, power: float = _TARGET) -> int | None:
        """Return the days from the start to the verdict that the stated power takes; None if no number of days does."""
        n = self.accounts_needed(window, power)
        wait = None if n is None else _days_to_enrol(n, self.stock, self.per_month)
        return None if wait is None else wait + window

    def simulated(self, window: int, n: int) -> tuple[int, float]:
        """Return the size of the curve nearest to ``n`` accounts and the share of simulated tests that find the gain.

        The formula of :meth:`accounts_needed` is for sums that are nearly normal: of few accounts with skewed balances
        a test finds less, and the curve says how much less.
        """
        chosen = self.curve[self.curve["window"] == window]
        row = chosen.iloc[int(np.argmin(np.abs(chosen["n_accounts"].to_numpy() - n)))]
        return int(row["n_accounts"]), float(row["power"])

    @property
    def windows(self) -> tuple[int, ...]:
        """Windows, rising."""
        return tuple(int(window) for window in sorted(self.curve["window"].unique()))

    def sentences(self) -> list[str]:
        """Return the answer in words, one sentence a window."""
        said = []
        for window in self.windows:
            n, days, base = self.accounts_needed(window), self.days_needed(window), self.base(window)
            level = f"{self.strategy}'s own mean is {100.0 * base.mean:.1f} %"
            if n is None:
                said.append(f"{window} days: {level}; nothing to test.")
                continue
            ends = f"{days:,} days from start to verdict" if days is not None else "more accounts than ever arrive"
            size, share = self.simulated(window, n)
            said.append(
                f"{window} days: {level}; a gain of {100.0 * self.effect:.3g} % of it takes about {n:,} accounts "
                f"for power {_TARGET:.0%}: {ends}; {100.0 * share:.0f} % of simulated tests of {size:,} find it."
            )
        return said

    def plot(self, lang: Lang = "en") -> Figure:
        """Return power by number of accounts, a curve a window."""
        curves = []
        for window in self.windows:
            chosen = self.curve[self.curve["window"] == window]
            curves.append(
                PowerCurve(
                    window,
                    chosen["n_accounts"].to_numpy(dtype=np.float64),
                    chosen["power"].to_numpy(dtype=np.float64),
                    chosen["power_error"].to_numpy(dtype=np.float64),
                )
            )
        return power_curves(curves, self.effect, self.share, self.stock, self.manifest.digest[:16], lang)

    def save(self, folder: Path | str, lang: Lang = "en") -> None:
        """Write the curve (CSV) and its picture into a folder."""
        with results_folder(folder) as place:
            write_csv(self.curve, place / TABLE)
            save_figure(self.plot(lang), place / PICTURE)

    def to_dict(self) -> dict[str, Any]:
        """Return everything for JSON: numbers that do not exist are None."""
        needed = []
        for window in self.windows:
            n = self.accounts_needed(window)
            size, found = (None, None) if n is None else self.simulated(window, n)
            days = self.days_needed(window)
            one = {"window": window, "accounts": n, "days": days, "power": _TARGET}
            needed.append(one | {"simulated_accounts": size, "simulated_power": found})
        return {
            "scenario": self.scenario.name,
            "strategy": self.strategy,
            "outcome": self.outcome,
            "effect": self.effect,
            "share": self.share,
            "level": LEVEL,
            "digest": self.manifest.digest,
            "needed": needed,
            "curve": records(self.curve),
            "rests_on": resting_on(self.scenario),
        }

    def _spread_and_gap(self, window: int) -> tuple[float, float]:
        chosen = self.accounts[self.accounts["window"] == window]
        return _spread_and_gap(chosen["part"].to_numpy(), chosen["whole"].to_numpy(), self.effect)


def power(
    scenario: Scenario,
    strategy: str,
    *,
    effect: float = 0.03,
    share: float = 0.5,
    outcome: str = "recovered",
    windows: Sequence[int] = (30, 90, 180),
    sizes: Sequence[int] | None = None,
    trials: int = TRIALS,
    replications: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
) -> Power:
    """Find the power of a randomised test of a challenger that is better than a champion by a stated part.

    Accounts are drawn from the champion's simulated runs and put into arms at random, those of the challenger get the
    effect, and the difference is tested at 5 % with each account's own outcome; the share of such tests that find it
    is the power. The effect is stated, not simulated: what a challenger really gains, :func:`simcollect.arms.pilot`
    tells.

    Parameters
    ----------
    scenario, strategy
        What is run: the champion.
    effect
        The challenger's gain relative to the champion's mean, not 0; 0.03 is 3 %.
    share
        Share of accounts in the challenger's arm, above 0 and below 1.
    outcome
        ``"recovered"`` or ``"resolved"``, within the window.
    windows
        Days after an account's arrival at which it is judged.
    sizes
        Numbers of accounts; from 500 to twice the largest number needed when None.
    trials
        Simulated tests of each size, at least 100.
    replications, workers, executor, folder, fresh, on_progress
        As in :func:`simcollect.arms.pilot`.

    Raises
    ------
    InputError, InputErrors
        If something asked for is wrong.
    Interrupted
        On Ctrl-C; finished runs are in the folder.
    """
    if outcome not in OUTCOMES:
        raise InputError.unknown("", outcome, OUTCOMES, "outcome")
    if not math.isfinite(effect) or effect == 0.0 or abs(effect) >= 1.0:
        raise InputError("", "effect", f"is {effect}", "Expected a part of the mean between -1 and 1, not 0")
    in_arm = share_of(share, "share")
    at_least(trials, 100, "trials")
    horizon = scenario.run.horizon_days
    days = tuple(sorted({at_least(window, 1, "window") for window in windows}))
    for window in days:
        if window > horizon:
            raise InputError("", "window", f"is {window} days", f"Expected at most the run's {horizon} days")
    count = make_design(scenario, [strategy], replications).replications
    design = Design(scenario, (strategy,), count)
    label = f"power {outcome} {' '.join(str(window) for window in days)}"
    work = partial(window_runs, outcome, days)
    rows, manifest = performed(design, label, work, workers, executor, folder, fresh, on_progress)
    accounts = pd.concat([_accounts(row) for row in rows], ignore_index=True)
    stock = float(np.mean([row["n_stock"] for row in rows]))
    per_month = float(np.mean([row["n_flow"] for row in rows])) / max(1, horizon - 1) * DAYS_PER_MONTH
    found = Power(manifest, scenario, strategy, outcome, effect, in_arm, accounts, _NO_CURVE, per_month, stock)
    if outcome == "resolved":
        _check_room(found, days)
    if sizes is None:
        needed = [n for n in map(found.accounts_needed, days) if n is not None]
        chosen = _ladder(max(1000, min(2 * max(needed, default=1000), _LARGEST)))
    else:
        chosen = [at_least(size, 10, "sizes") for size in sorted(set(sizes))]
    curve = _curve(accounts, days, chosen, effect, in_arm, trials, scenario.run.seed, stock, per_month)
    return Power(manifest, scenario, strategy, outcome, effect, in_arm, accounts, curve, per_month, stock)


def window_runs(outcome: str, windows: tuple[int, ...], specification: Specification, batch: Batch) -> list[Row]:
    """Return each account's outcome within each window, one row a replication and window (as the reading day)."""
    scenario, replication = specification.scenario, batch[0].replication
    book = build(scenario, scenario.run.seed, replication)
    rows: list[Row] = []
    for task in batch:
        log = simulate(scenario, task.strategy, replication=replication, population=book)
        arrives = log.accounts["arrives_at"]
        key = {"replication": replication, "strategy": task.strategy, "digest": log.digest()}
        sizes = {"n_stock": int((arrives == 0).sum()), "n_flow": int((arrives > 0).sum())}
        for window in windows:
            part, whole = within(log, outcome, window)
            rows.append(key | sizes | {"day": window, "part": part.tolist(), "whole": whole.tolist()})
    return rows


def within(log: EventLog, outcome: str, window: int) -> tuple[Numbers, Numbers]:
    """Return part and whole of the outcome of every account that the log follows for so many days after its arrival."""
    reading, minutes = Reading.at_day(log), window * MINUTES_PER_DAY
    arrives = log.accounts["arrives_at"]
    followed = arrives + minutes <= log.header.horizon_minutes
    if outcome == "recovered":
        cash = reading.where(EventKind.PAYMENT)
        cash = cash[reading.column("at", cash) <= arrives[reading.account[cash]] + minutes]
        part = reading.total_rows(cash, reading.column("amount_cents", cash)).astype(np.float64)
        return part[followed], log.accounts["opening_cents"][followed].astype(np.float64)
    closed = reading.where(EventKind.CLOSED)
    closed = closed[reading.rows["detail"][closed] <= CloseReason.SETTLED]
    good = np.sort(np.concatenate([reading.where(EventKind.CURED), closed]))
    good = good[reading.column("at", good) <= arrives[reading.account[good]] + minutes]
    resolved = reading.count_rows(good) > 0
    return resolved[followed].astype(np.float64), np.ones(int(followed.sum()))


_NO_CURVE: Final = pd.DataFrame()


def _accounts(row: Row) -> pd.DataFrame:
    return pd.DataFrame(
        {"replication": row["replication"], "window": row["day"], "part": row["part"], "whole": row["whole"]}
    )


def _check_room(found: Power, windows: Sequence[int]) -> None:
    for window in windows:
        base = found.base(window).mean
        most = 1.0 / base - 1.0 if base > 0.0 else math.inf
        if found.effect > most:
            raise InputError(
                "",
                "effect",
                f"is {found.effect:g}",
                f"Expected at most {most:.3f}: {found.strategy} resolves {100.0 * base:.1f} % within {window} days",
            )


def _spread_and_gap(part: Numbers, whole: Numbers, effect: float) -> tuple[float, float]:
    """Return the standard deviation of an account's linearised outcome, and the gap that is looked for."""
    mean = float(part.sum()) / float(whole.sum())
    return float((part - mean * whole).std(ddof=1) / whole.mean()), effect * mean


def _curve(
    accounts: pd.DataFrame,
    windows: Sequence[int],
    sizes: Sequence[int],
    effect: float,
    share: float,
    trials: int,
    seed: int,
    stock: float,
    per_month: float,
) -> pd.DataFrame:
    rows = []
    for window in windows:
        chosen = accounts[accounts["window"] == window]
        part, whole = chosen["part"].to_numpy(), chosen["whole"].to_numpy()
        spread, gap = _spread_and_gap(part, whole, effect)
        for size in sizes:
            rng = np.random.default_rng([seed, window, size])
            found = found_share(part, whole, size, effect, share, trials, rng)
            error = spread * math.sqrt((1.0 / share + 1.0 / (1.0 - share)) / size)
            reach = abs(gap) / error if error > 0.0 else math.nan
            wait = _days_to_enrol(size, stock, per_month)
            rows.append(
                {
                    "window": window,
                    "n_accounts": size,
                    "days_to_enrol": wait,
                    "days_in_all": None if wait is None else wait + window,
                    "power": found,
                    "power_error": math.sqrt(found * (1.0 - found) / trials),
                    "power_by_theory": float(norm.sf(CRITICAL - reach) + norm.cdf(-CRITICAL - reach)),
                }
            )
    return pd.DataFrame(rows).astype({"days_to_enrol": "Int64", "days_in_all": "Int64"})


def _days_to_enrol(n: int, stock: float, per_month: float) -> int | None:
    if n <= stock:
        return 0
    return math.ceil((n - stock) / per_month * DAYS_PER_MONTH) if per_month > 0.0 else None


def _ladder(largest: int) -> list[int]:
    """Return six sizes from 500 to the largest, evenly on a logarithmic scale, rounded to hundreds."""
    return sorted({round(size / 100) * 100 for size in np.geomspace(500, largest, 6)})
