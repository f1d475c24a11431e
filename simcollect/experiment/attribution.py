"""Attribution over replications: three twins a replication, means with intervals, sentences and a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, cast

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from simcollect.core.errors import InputError
from simcollect.core.spreadsheet import write_csv
from simcollect.core.units import MINUTES_PER_DAY
from simcollect.core.words import Lang
from simcollect.engine import Policy
from simcollect.experiment.design import BASELINE, make_design
from simcollect.experiment.manifest import Manifest, describe
from simcollect.experiment.run import Progress, perform
from simcollect.experiment.store import Row, Store, digests
from simcollect.experiment.twin_runs import attribute_runs
from simcollect.outcomes.attribution import BY, PARTS, UNLIMITED, By
from simcollect.plots import save as save_figure
from simcollect.plots.waterfall import Amount, Bars, waterfall
from simcollect.scenario import Scenario
from simcollect.stats import Estimate, estimate_mean

PARTS_TABLE: Final = "attribution.csv"
GROUPS_TABLE: Final = "attribution_by_{by}.csv"
PICTURE: Final = "attribution.png"

Staff: TypeAlias = Literal["own", "unlimited", "congestion"]
"""The strategy with its own staff; with unlimited staff; the first less the second."""

STAFF: Final[tuple[Staff, ...]] = ("own", "unlimited", "congestion")

_LEVEL: Final = 0.95
ONLY_WITH_OWN_STAFF: Final = (
    "opening_cents",
    "cost_cents",
    "no_action_cost_cents",
    "net_difference_cents",
    "net_recovered_cents",
)


@dataclass(frozen=True, eq=False)
class AttributionResult:
    """Where a strategy's recovery comes from, over paired replications.

    Attributes
    ----------
    manifest
        What was run.
    strategy
        Its name.
    currency, minor_units
        ISO 4217 code; minor units of money in a major one.
    runs
        One row a replication and reading day: the sums of :meth:`simcollect.outcomes.attribution.Attribution.total`.
    groups
        The same by segment and borrower cell: columns ``by`` and ``group`` beside replication and day.
    """

    manifest: Manifest
    strategy: str
    currency: str
    minor_units: int
    runs: pd.DataFrame
    groups: pd.DataFrame

    @property
    def days(self) -> tuple[int, ...]:
        """Reading days, rising; the last is the horizon."""
        return tuple(sorted({day for day, _, _ in self._tables}))

    @property
    def n_replications(self) -> int:
        """Paired replications."""
        return len(self.manifest.replications)

    def names(self, by: By) -> tuple[str, ...]:
        """Return the segments or borrower cells, in the scenario's order."""
        return tuple(dict.fromkeys(group for _, key, group in self._tables if key == by and group is not None))

    def cents(
        self,
        part: str,
        staff: Staff = "own",
        *,
        day: int | None = None,
        by: By | None = None,
        group: str | None = None,
    ) -> NDArray[np.float64]:
        """Return a part in cents, one number a replication, in their order, shape [r].

        Parameters
        ----------
        part
            A name of ``PARTS``.
        staff
            With own or unlimited staff, or the difference that congestion makes to the part. Costs are known for own
            staff only.
        day
            Reading day; None for the horizon.
        by, group
            One segment or borrower cell; both None for the whole book.

        Raises
        ------
        InputError
            If the part, the day or the group is not known, or costs are asked for with unlimited staff.
        """
        if part not in PARTS:
            raise InputError.unknown("", part, tuple(PARTS), "part")
        if part in ONLY_WITH_OWN_STAFF and staff != "own":
            raise InputError("", f'part "{part}"', f"is not known for staff {staff!r}", 'Expected staff "own"')
        rows = self._rows(day, by, group)
        if staff == "congestion":
            return _numbers(rows, part) - _numbers(rows, UNLIMITED + part)
        return _numbers(rows, part if staff == "own" else UNLIMITED + part)

    def n_accounts(
        self, *, day: int | None = None, by: By | None = None, group: str | None = None
    ) -> NDArray[np.float64]:
        """Return how many accounts had arrived, one number a replication, shape [r]."""
        return _numbers(self._rows(day, by, group), "n_accounts")

    def share(self, part: str, staff: Staff = "own", **where: Any) -> NDArray[np.float64]:
        """Return a part as a share of the opening balances it belongs to, shape [r]; NaN where there were none."""
        opening, found = self.cents("opening_cents", **where), self.cents(part, staff, **where)
        shares: NDArray[np.float64] = np.divide(found, opening, out=np.full(len(found), math.nan), where=opening > 0)
        return shares

    def estimate(self, part: str, staff: Staff = "own", *, comparisons: int = 1, **where: Any) -> Estimate | None:
        """Return the mean share of opening balances with its 95 % interval; None where there were no balances.

        ``comparisons`` is the number of intervals that are to hold together (Bonferroni).
        """
        shares = self.share(part, staff, **where)
        return estimate_mean(shares, _LEVEL, comparisons) if np.all(np.isfinite(shares)) else None

    def per_hundred(self, part: str, of: str = "recovered_cents", **where: Any) -> float:
        """Return how much of every 100 of another part is this one, over all replications; NaN where that is 0."""
        whole = float(self.cents(of, **where).sum())
        return 100.0 * float(self.cents(part, **where).sum()) / whole if whole else math.nan

    def days_moved(
        self, part: Literal["accelerated", "delayed"], staff: Literal["own", "unlimited"] = "own", **where: Any
    ) -> float:
        """Return the mean days by which accelerated (delayed) money came earlier (later); NaN where there is none."""
        rows = self._rows(where.get("day"), where.get("by"), where.get("group"))
        prefix = "" if staff == "own" else UNLIMITED
        cents = float(rows[f"{prefix}{part}_cents"].sum())
        return float(rows[f"{prefix}{part}_cent_minutes"].sum()) / cents / MINUTES_PER_DAY if cents else math.nan

    def table(self, day: int | None = None) -> pd.DataFrame:
        """Return the parts of the whole book: one row a part and kind of staff.

        Columns: part, label, staff, money (mean, major units), share, low, high (of opening balances, 95 % interval)
        and per_hundred (of the money recovered; own staff only).
        """
        rows = []
        for staff in STAFF:
            for part, meaning in PARTS.items():
                if staff != "own" and part in ONLY_WITH_OWN_STAFF:
                    continue
                money = float(self.cents(part, staff, day=day).mean()) / self.minor_units
                found = _interval(self.estimate(part, staff, day=day))
                hundred = self.per_hundred(part, day=day) if staff == "own" else math.nan
                rows.append((part, meaning.label, staff, money, *found, hundred))
        return pd.DataFrame(rows, columns=["part", "label", "staff", "money", "share", "low", "high", "per_hundred"])

    def by(self, by: By, day: int | None = None) -> pd.DataFrame:
        """Return the parts by segment or borrower cell: one row a group and part, with own staff.

        Columns: group, accounts (mean), part, label, money (mean, major units), share, low, high (of the
        group's opening balances). The 95 % intervals of one part hold for all groups together.
        """
        names = self.names(by)
        rows = []
        for group in names:
            accounts = float(self.n_accounts(day=day, by=by, group=group).mean())
            for part, meaning in PARTS.items():
                where: dict[str, Any] = {"day": day, "by": by, "group": group}
                money = float(self.cents(part, **where).mean()) / self.minor_units
                found = _interval(self.estimate(part, comparisons=len(names), **where))
                rows.append((group, accounts, part, meaning.label, money, *found))
        return pd.DataFrame(rows, columns=["group", "accounts", "part", "label", "money", "share", "low", "high"])

    def plot(self, lang: Lang = "en", day: int | None = None, *, in_money: bool = False) -> Figure:
        """Return the waterfall: from no action by the strategy's own effect and congestion to recovery and net.

        In shares of the opening balance, or ``in_money``.
        """

        def amount(part: str, staff: Staff = "own", sign: float = 1.0) -> Amount:
            if in_money:
                return _amount(sign * self.cents(part, staff, day=day) / self.minor_units)
            return _amount(sign * self.share(part, staff, day=day))

        return waterfall(
            Bars(
                no_action=amount("no_action_cents"),
                accelerated=amount("accelerated_cents", "unlimited"),
                delayed=amount("delayed_cents", "unlimited"),
                incremental=amount("incremental_cents", "unlimited"),
                cannibalised=amount("cannibalised_cents", "unlimited", -1.0),
                lost=amount("lost_cents", "unlimited", -1.0),
                congestion=amount("recovered_cents", "congestion"),
                recovered=amount("recovered_cents"),
                cost=amount("cost_cents", sign=-1.0),
                net=amount("net_recovered_cents"),
            ),
            scenario=self.manifest.scenario,
            strategy=self.strategy,
            n_replications=self.n_replications,
            day=self._day(day),
            digest=self.manifest.digest[:16],
            currency=self.currency if in_money else None,
            days_accelerated=self.days_moved("accelerated", "unlimited", day=day),
            days_delayed=self.days_moved("delayed", "unlimited", day=day),
            level=_LEVEL,
            lang=lang,
        )

    def save(self, folder: Path | str, lang: Lang = "en") -> None:
        """Write the manifest, the sums of every run (Parquet), the tables (CSV) and the picture into a folder.

        Raises
        ------
        InputError
            If the folder holds another experiment or files that are not simcollect's.
        """
        place = Path(folder)
        store = Store(place, self.manifest)
        missing = [row for row in self._as_rows() if (row["replication"], row["strategy"]) not in store.finished]
        if missing:
            store.add(missing)
        store.close()
        write_csv(self.table(), place / PARTS_TABLE)
        for by in BY:
            write_csv(self.by(by), place / GROUPS_TABLE.format(by=by))
        save_figure(self.plot(lang), place / PICTURE)

    def to_dict(self) -> dict[str, Any]:
        """Return everything shown, for JSON: numbers that do not exist are None."""
        return {
            "scenario": self.manifest.scenario,
            "strategy": self.strategy,
            "digest": self.manifest.digest,
            "seed": self.manifest.seed,
            "replications": self.n_replications,
            "day": self.days[-1],
            "currency": self.currency,
            "level": _LEVEL,
            "days_accelerated": _finite(self.days_moved("accelerated")),
            "days_delayed": _finite(self.days_moved("delayed")),
            "parts": _records(self.table()),
            **{f"by_{by}": _records(self.by(by)) for by in BY},
        }

    @cached_property
    def _tables(self) -> dict[tuple[int, str | None, str | None], pd.DataFrame]:
        """The rows of each reading day and group, by replication; (day, None, None) is the whole book."""
        runs, groups = (frame.sort_values("replication", kind="stable") for frame in (self.runs, self.groups))
        found: dict[tuple[int, str | None, str | None], pd.DataFrame] = {}
        for day in runs["day"].unique():
            found[int(day), None, None] = runs[runs["day"] == day]
        for key, rows in groups.groupby(["day", "by", "group"], sort=False):
            found[cast(tuple[int, str, str], key)] = rows
        return found

    def _rows(self, day: int | None, by: By | None, group: str | None) -> pd.DataFrame:
        when = self._day(day)
        if by is not None and group not in self.names(by):
            raise InputError.unknown("", str(group), self.names(by), by)
        return self._tables[when, by, group if by is not None else None]

    def _day(self, day: int | None) -> int:
        if day is None:
            return self.days[-1]
        if day not in self.days:
            read = ", ".join(str(known) for known in self.days)
            raise InputError(
                "", "day", f"is {day}", f"Recovery was read on days {read}", "Add the day to run.reading_days"
            )
        return day

    def _as_rows(self) -> list[Row]:
        rows: list[Row] = []
        for run in self.runs.to_dict("records"):
            same = (self.groups["replication"] == run["replication"]) & (self.groups["day"] == run["day"])
            groups = self.groups[same].drop(columns=["replication", "day"]).to_dict("records")
            rows.append({str(name): value for name, value in run.items()} | {"groups": groups})
        return rows


def attribute(
    scenario: Scenario,
    strategy: str | Policy,
    *,
    replications: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: Path | str | None = None,
    fresh: bool = False,
    on_progress: Progress | None = None,
) -> AttributionResult:
    """Run a strategy beside its twins without action and with unlimited staff, and say what each unit owes to what.

    Parameters
    ----------
    scenario
        With a strategy ``no_action``.
    strategy
        One of its strategies, or a policy of one's own.
    replications
        How many, at least 1; the scenario's when None. Each is three runs on the same borrowers with the same luck.
    workers, executor, folder, fresh, on_progress
        As in :func:`simcollect.api.compare`; finished replications found in the folder are not run again.

    Raises
    ------
    InputError, InputErrors
        If the strategy is unknown, the scenario has no ``no_action``, or the folder holds something else.
    Interrupted
        On Ctrl-C; finished replications are in the folder.
    """
    if BASELINE not in scenario.strategies:
        raise InputError(
            scenario.where,
            f'strategy "{BASELINE}"',
            "is not in this scenario",
            "Expected the strategy that does nothing: attribution compares with it",
            f"Add [strategies.{BASELINE}] with a description and nothing else",
        )
    design = make_design(scenario, [strategy], replications)
    manifest = describe("attribute", design)
    store = Store(folder, manifest, fresh=fresh) if folder is not None else None
    rows = perform(
        design, store=store, workers=workers, executor=executor, on_progress=on_progress, work=attribute_runs
    )
    return attributed(manifest.with_logs(digests(rows)), scenario, rows)


def attributed(manifest: Manifest, scenario: Scenario, rows: list[Row]) -> AttributionResult:
    """Return the attribution of finished runs."""
    groups = [
        {"replication": row["replication"], "day": row["day"], **group} for row in rows for group in row["groups"]
    ]
    return AttributionResult(
        manifest=manifest,
        strategy=manifest.strategies[0],
        currency=scenario.economics.currency,
        minor_units=scenario.economics.minor_units,
        runs=pd.DataFrame(list(rows)).drop(columns="groups"),
        groups=pd.DataFrame(groups),
    )


def _numbers(rows: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return rows[name].to_numpy(dtype=np.float64)


def _amount(shares: NDArray[np.float64]) -> Amount:
    if not np.all(np.isfinite(shares)):
        return Amount(math.nan)
    found = estimate_mean(shares, _LEVEL)
    return Amount(found.mean) if found.n == 1 else Amount(found.mean, found.low, found.high)


def _interval(found: Estimate | None) -> tuple[float, float, float]:
    return (found.mean, found.low, found.high) if found is not None else (math.nan, math.nan, math.nan)


def _records(table: pd.DataFrame) -> list[Mapping[str, Any]]:
    return [
        {str(name): _finite(value) if isinstance(value, float) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
