"""What the commands print for a person: a unit on every row, a sign and an interval on every difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, TypeAlias

import numpy as np
import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from simcollect.cli.screen import Screen
from simcollect.experiment.comparison import SHOWN, Comparison
from simcollect.experiment.joint import may_vary
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.experiment.single import Repetition, RunResult
from simcollect.population import Population
from simcollect.scenario import Scenario, provenance
from simcollect.stats import PairedDifference, Verdict

_INCREMENTAL: Final = "incremental_recovered_share"
_UNITS: Final = {
    "share": "%",
    "ratio": "ratio",
    "count": "",
    "per 1,000 accounts": "per 1,000",
    "attempts per account-week": "a week",
    "days": "days",
    "years": "years",
}
_DECIMALS: Final = {
    "share": 2,
    "ratio": 3,
    "count": 0,
    "per 1,000 accounts": 1,
    "attempts per account-week": 2,
    "days": 1,
    "years": 2,
}
_TOO_MANY: Final = 10_000
_UNDECIDED: Final = (Verdict.CANNOT_TELL_YET, Verdict.ONE_REPLICATION)


def print_comparison(result: Comparison, screen: Screen, together: bool = False) -> None:
    """Print means and paired differences of all five outcomes, what cannot be told yet, and the best.

    ``together``: the intervals hold all at once. Otherwise each holds by itself, and those that would not hold together
    with the others are marked.
    """
    n = result.n_replications
    accounts = float(np.mean(result.values("n_accounts", result.reference)))
    opening = float(np.mean(result.values("opening_cents", result.reference))) / result.minor_units
    screen.say(
        f"{result.manifest.scenario}: {accounts:,.0f} accounts owing {result.currency} {opening:,.0f}, "
        f"{result.days[-1]} days, {n} paired {'replication' if n == 1 else 'replications'}, seed {result.manifest.seed}"
    )
    screen.say()
    screen.say("Means")
    screen.table(_means(result))
    if len(result.strategies) > 1:
        kind = "intervals that hold together" if together else "interval"
        screen.say(f"Differences to {result.reference}, same borrowers and same luck, \u00b1 95 % {kind}")
        found = _found(result, together)
        screen.table(_differences(result, found))
        for line in _reading_aid(result, found, together):
            screen.say(line)
        best = result.best()
        if best is not None:
            screen.say(best.sentence())
    screen.say(f"Digest of all event logs: {result.manifest.digest[:16]}")


def print_run(result: RunResult, screen: Screen) -> None:
    """Print the headline outcomes of one run."""
    outcomes = result.outcomes
    header = result.log.header
    screen.say(
        f"{header.scenario}, {header.strategy}, replication {header.replication}, seed {header.seed}: "
        f"{outcomes.n_accounts:,} accounts, {outcomes.day} days, {len(result.log):,} events"
    )
    table = plain_table("", "outcome", "unit")
    table.add_column("value", justify="right")
    numbers = outcomes.as_dict()
    letter = ""
    for name, meaning in ALL_MEASURES.items():
        if name not in numbers:
            continue
        if meaning.letter != letter and letter:
            table.add_section()
        shown = number_text(float(numbers[name]), name, header.minor_units)
        table.add_row(
            meaning.letter if meaning.letter != letter else "", meaning.label, unit_text(name, header.currency), shown
        )
        letter = meaning.letter
    screen.table(table)
    screen.say(f"Audit: {result.findings}")
    screen.say(f"Digest of the event log: {result.log.digest()[:16]}")


def print_repeat(repeated: Repetition, screen: Screen) -> None:
    """Print whether a repetition gave the same event logs, and what differs if not."""
    told = repeated.told
    runs = f"{len(told.logs)} {'run' if len(told.logs) == 1 else 'runs'} of {told.scenario}"
    if repeated.same:
        screen.say(f"Same: {runs} repeated, every event log byte for byte ({told.digest[:16]}).")
    else:
        screen.say(f"Different: {len(repeated.different)} of {runs} gave another event log.")
        for replication, strategy in repeated.different[:10]:
            screen.say(f"  {strategy}, replication {replication}")
    for reason in repeated.reasons:
        screen.say(f"Made by another program: {reason}.")


def print_scenario(scenario: Scenario, population: Population, screen: Screen) -> None:
    """Print that a scenario is sound, and what it describes."""
    run = scenario.run
    screen.say(f"OK: {scenario.where}")
    if scenario.description:
        screen.say(scenario.description)
    screen.say()
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column()
    table.add_row(
        "run", f"{run.horizon_days} days from {run.start_date}, {run.replications} replications, seed {run.seed}"
    )
    stock, flow = population.report.accounts_stock, population.report.accounts_flow
    table.add_row("accounts", f"{stock:,} overdue on day 0, {flow:,} fall overdue later (replication 0)")
    table.add_row("segments", ", ".join(scenario.segment_names))
    for position, (name, strategy) in enumerate(scenario.strategies.items()):
        table.add_row("strategies" if position == 0 else "", f"{name}: {strategy.description or 'no description'}")
    pools = scenario.capacity.pools
    staff = {name.replace("_", " "): getattr(pools, name).headcount for name in type(pools).model_fields}
    table.add_row("staff", ", ".join(f"{name} {headcount}" for name, headcount in staff.items()))
    by_status: dict[str, int] = {}
    for row in provenance(scenario):
        by_status[row.status] = by_status.get(row.status, 0) + 1
    table.add_row("quantities", ", ".join(f"{count} {status}" for status, count in sorted(by_status.items())))
    screen.table(table)


def print_population(scenario: Scenario, population: Population, frame: pd.DataFrame, screen: Screen) -> None:
    """Print how the book was made and how its numbers are spread, as far as a lender could see them.

    What is 0 for every account is unknown or does not exist in this book, and left out.
    """
    screen.say(f"{scenario.name}: {len(frame):,} accounts")
    for line in population.report.lines():
        screen.say(line)
    if frame.empty:
        return
    minor, currency = scenario.economics.minor_units, scenario.economics.currency
    table = plain_table("what", "unit")
    for heading in ("lowest", "quarter", "median", "three quarters", "highest", "mean"):
        table.add_column(heading, justify="right")
    synthetic = scenario.portfolio.synthetic
    are_loans = synthetic is not None and synthetic.term_months is not None
    for column, label, unit in _SPREAD:
        if not frame[column].any():
            continue
        label = _LENT if column == "limit_cents" and are_loans else label
        values = frame[column].to_numpy(dtype=np.float64) / (minor if unit == "money" else 1.0)
        values = values * 100.0 if unit == "%" else values
        decimals = 0 if unit in ("money", "days", "months", "years") else 1
        numbers = [*np.quantile(values, (0.0, 0.25, 0.5, 0.75, 1.0)), values.mean()]
        table.add_row(label, currency if unit == "money" else unit, *(f"{number:,.{decimals}f}" for number in numbers))
    screen.table(table)
    counts = plain_table("segment")
    for heading, justify in (("accounts", "right"), ("share, %", "right")):
        counts.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for segment, count in frame["segment"].value_counts(sort=False).items():
        counts.add_row(str(segment), f"{count:,}", f"{100.0 * count / len(frame):.1f}")
    screen.table(counts)


_LENT: Final = "Original amount"
"""What the limit of an instalment loan is."""
_SPREAD: Final = (
    ("balance_cents", "Balance", "money"),
    ("limit_cents", "Credit limit", "money"),
    ("instalment_cents", "Due each month", "money"),
    ("arrears_cents", "Overdue", "money"),
    ("dpd", "Days past due", "days"),
    ("apr", "Interest a year", "%"),
    ("months_on_book", "On book", "months"),
    ("score", "Score (chance of paying)", "%"),
    ("stated_income_cents", "Stated income a month", "money"),
    ("age", "Age", "years"),
)


def _means(result: Comparison) -> Table:
    table = plain_table("", "outcome", "unit")
    for strategy in result.strategies:
        table.add_column(strategy, justify="right")
    shown = [SHOWN[0], _INCREMENTAL, *SHOWN[1:]] if _INCREMENTAL in result.measures else list(SHOWN)
    letter = ""
    for measure in shown:
        cells = [
            number_text(float(np.mean(result.values(measure, strategy))), measure, result.minor_units)
            for strategy in result.strategies
        ]
        meaning = ALL_MEASURES[measure]
        first = meaning.letter if meaning.letter != letter else ""
        table.add_row(first, meaning.label, unit_text(measure, result.currency), *cells)
        letter = meaning.letter
    return table


_Found: TypeAlias = dict[tuple[str, str], tuple[PairedDifference | None, bool]]
"""By strategy and measure: the difference, and whether what it says holds together with all others."""


def _found(result: Comparison, together: bool) -> _Found:
    others = [strategy for strategy in result.strategies if strategy != result.reference]
    alone = {(name, measure): result.difference(measure, name) for name in others for measure in SHOWN}
    if result.n_replications < 2:
        return {key: (difference, True) for key, difference in alone.items()}
    joint = result.differences(SHOWN, together=True).to_dict("records")
    rows = {(row["strategy"], row["measure"]): row for row in joint}
    found: _Found = {}
    for key, difference in alone.items():
        low, high, verdict = (rows[key][name] for name in ("low", "high", "verdict"))
        never_varied = verdict == Verdict.NEVER_VARIED.value
        holds = not never_varied and verdict != Verdict.CANNOT_TELL_YET.value
        if difference is not None and never_varied and (together or difference.mean != 0.0):
            difference = replace(difference, verdict=Verdict.NEVER_VARIED, more_replications=None)
        elif together and difference is not None:
            n, gap = result.n_replications, abs(difference.mean)
            # The arm that reaches for zero decides.
            reach = difference.mean - float(low) if difference.mean > 0.0 else float(high) - difference.mean
            more = 0 if holds else None if gap == 0.0 else math.ceil(n * (reach / gap) ** 2) - n
            settled = Verdict(verdict)
            difference = replace(difference, low=float(low), high=float(high), verdict=settled, more_replications=more)
        found[key] = (difference, holds)
    return found


def _differences(result: Comparison, found: _Found) -> Table:
    others = [strategy for strategy in result.strategies if strategy != result.reference]
    table = plain_table("", "outcome", "unit")
    for strategy in others:
        table.add_column(strategy, justify="right")
    letter = ""
    for measure in SHOWN:
        meaning = ALL_MEASURES[measure]
        cells = [
            difference_text(found[other, measure][0], measure, result.minor_units, found[other, measure][1])
            for other in others
        ]
        unit = unit_text(measure, result.currency)
        first = meaning.letter if meaning.letter != letter else ""
        table.add_row(first, meaning.label, "points" if unit == "%" else unit, *cells)
        letter = meaning.letter
    return table


def difference_text(found: PairedDifference | None, measure: str, minor_units: int, holds: bool = True) -> Text:
    """Return a paired difference with its interval: green is better, red worse, ? cannot tell yet.

    \u00b1 is the longer arm of an interval that reaches farther to one side; where that would seem to hold zero and the
    interval does not, its ends are shown. Where it is clear of zero by itself but ``holds`` not together with others,
    it is marked ~.
    """
    if found is None:
        return Text("-  ")
    if found.verdict is Verdict.NO_DIFFERENCE:
        return Text("same  ")
    if found.verdict in (Verdict.ONE_REPLICATION, Verdict.NEVER_VARIED):
        return Text(f"{number_text(found.mean, measure, minor_units, sign=True)} ?")
    half = max(found.high - found.mean, found.mean - found.low)
    digits = _decimals(measure, max(abs(found.mean), half), minor_units)
    mean, low, high = (
        number_text(value, measure, minor_units, digits, sign=True) for value in (found.mean, found.low, found.high)
    )
    seems_to_hold_zero = found.verdict in (Verdict.HIGHER, Verdict.LOWER) and half >= abs(found.mean)
    ends = f"[{low}, {high}]" if seems_to_hold_zero else f"\u00b1{number_text(half, measure, minor_units, digits)}"
    shown = f"{mean} {ends}"
    if found.verdict in _UNDECIDED:
        return Text(f"{shown} ?", style="dim")
    better = ALL_MEASURES[measure].higher_is_better
    is_good = None if better is None else (found.mean > 0.0) == better
    mark = "  " if holds else " ~"
    return Text(f"{shown}{mark}", style={True: "green", False: "red", None: ""}[is_good])


def _reading_aid(result: Comparison, found: _Found, together: bool) -> list[str]:
    lines = reading_aid([difference for difference, _ in found.values()])
    settled = (Verdict.HIGHER, Verdict.LOWER)
    alone = [d for d, holds in found.values() if not holds and d is not None and d.verdict in settled]
    if alone and not together:
        lines.append(
            f"~ clear of zero by itself, but not when all {len(found)} differences are read together ({len(alone)})."
        )
    return lines


def reading_aid(found: Sequence[PairedDifference | None]) -> list[str]:
    """Return what the question marks mean, and how many replications would settle them."""
    if any(difference is not None and difference.verdict is Verdict.ONE_REPLICATION for difference in found):
        return ["? One replication has no interval: run more to learn which differences are real."]
    same = [difference for difference in found if difference is not None and difference.verdict is Verdict.NEVER_VARIED]
    lines = []
    if same:
        n = same[0].n
        lines.append(
            f"? without \u00b1: the same in all {n} replications, which gives no interval; it may be another in up to "
            f"{100.0 * may_vary(n):.2g} % of replications ({len(same)})."
        )
    undecided = [difference for difference in found if difference is not None and difference.verdict in _UNDECIDED]
    if not undecided:
        return lines
    more = sorted(difference.more_replications or _TOO_MANY for difference in undecided)
    within_reach = [number for number in more if number < _TOO_MANY]
    lines.append(f"? cannot tell yet: the interval holds zero ({len(undecided)} of {len(found)} differences).")
    if within_reach:
        half = within_reach[(len(within_reach) - 1) // 2]
        lines.append(f"  About {half:,} more replications would settle half of these, {within_reach[-1]:,} nearly all.")
    if too_small := len(more) - len(within_reach):
        verb = "is" if too_small == 1 else "are"
        lines.append(f"  {too_small:,} {verb} too small for any number within reach.")
    return lines


def plain_table(*headings: str) -> Table:
    """Return an empty table with left-aligned columns."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading)
    return table


def unit_text(measure: str, currency: str) -> str:
    """Return the unit in which a measure's numbers are shown."""
    unit = ALL_MEASURES[measure].unit
    return currency if unit == "cents" else _UNITS[unit]


def _decimals(measure: str, value: float, minor_units: int) -> int:
    """Return how many decimals a number of this measure deserves: none for large sums of money."""
    unit = ALL_MEASURES[measure].unit
    if unit == "cents":
        return 0 if abs(value) >= 100 * minor_units or minor_units == 1 else 2
    return _DECIMALS[unit]


def number_text(value: float, measure: str, minor_units: int, decimals: int | None = None, sign: bool = False) -> str:
    """Return a number in the unit of :func:`unit_text`."""
    if not math.isfinite(value):
        return "-"
    digits = _decimals(measure, value, minor_units) if decimals is None else decimals
    unit = ALL_MEASURES[measure].unit
    scaled = value / minor_units if unit == "cents" else value * (100.0 if unit == "share" else 1.0)
    # Rounded first, and 0 added, so that nothing is ever shown as -0.0.
    return f"{round(scaled, digits) + 0.0:{'+' if sign else ''},.{digits}f}"
