"""compare --uncertainty: the draws, and what is printed of the doubt about every difference."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

from rich.text import Text

from simcollect.cli.screen import Screen
from simcollect.cli.tables import number_text, plain_table, unit_text
from simcollect.core.errors import InputError
from simcollect.experiment.comparison import SHOWN, Comparison
from simcollect.experiment.measure import ALL_MEASURES
from simcollect.outcomes.measures import HEADLINE
from simcollect.scenario import Scenario
from simcollect.uncertainty import Draws, Split, Standing, UncertainComparison, draw, under_uncertainty

_DRAWS: Final = 40
_REPLICATIONS: Final = 4
_TOLD: Final = 3  # of the numbers that a difference follows
_SHORT: Final = {
    Standing.HIGHER: "higher",
    Standing.LOWER: "lower",
    Standing.NO_DIFFERENCE: "same",
    Standing.RUN_NOISE: "? noise",
    Standing.PARAMETERS: "? turns",
}


def draws_of(scenario: Scenario, is_wanted: bool, n: int | None, replications: int | None) -> Draws | None:
    """Return the draws of a scenario's unknown numbers, or None where they are not asked for.

    Raises
    ------
    InputError
        If an option about draws stands without ``--uncertainty``, or there is nothing to draw.
    """
    if is_wanted:
        return draw(scenario, _DRAWS if n is None else n)
    for option, value in (("--draws", n), ("--draw-replications", replications)):
        if value is not None:
            raise InputError("", option, "stands without --uncertainty", "Expected both", "Add --uncertainty")
    return None


def drawn_comparison(
    stated: Comparison,
    draws: Draws | None,
    replications: int | None,
    workers: int | None,
    folder: Path,
    fresh: bool,
    screen: Screen,
) -> UncertainComparison | None:
    """Run a comparison at every draw and show how far it is; None without draws."""
    if draws is None:
        return None
    with screen.progress("runs at drawn parameters") as report:
        return under_uncertainty(
            stated,
            draws,
            replications=_REPLICATIONS if replications is None else replications,
            workers=workers,
            folder=folder,
            fresh=fresh,
            on_progress=report,
        )


def print_uncertainty(result: UncertainComparison, screen: Screen) -> None:
    """Print a table for each strategy: the difference, its interval by source, and whether its sign holds."""
    draws, ensemble = result.draws, result.draws.ensemble
    numbers = sum(len(one.members) for one in draws.assumptions)
    screen.say()
    screen.say(
        f"Uncertainty: {result.n_draws} draws of {numbers} assumed "
        + (f"and {len(ensemble.places)} calibrated numbers" if ensemble is not None else "numbers")
        + f", {result.n_replications} replications each"
    )
    if ensemble is None:
        preset = result.stated.manifest.scenario_as_run().behaviour.preset
        screen.say(
            f'The behaviour preset "{preset}" has no calibrated ensemble: what was set by hand counts as assumed.'
        )
    for strategy in result.others:
        screen.say()
        screen.say(f"{strategy} against {result.stated.reference}")
        table = plain_table("", "outcome")
        headings = ["stated", "run noise"]
        headings += ["+ calibration"] if ensemble is not None else []
        for heading in (*headings, "+ assumptions", "variance, %", "sign holds"):
            table.add_column(heading, justify="right", no_wrap=heading != "sign holds")
        table.add_column("")
        letter = ""
        for measure in SHOWN:
            meaning = ALL_MEASURES[measure]
            unit = unit_text(measure, result.stated.currency)
            cells = _cells(result.split(measure, strategy), measure, result.stated.minor_units, ensemble is not None)
            first = meaning.letter if meaning.letter != letter else ""
            table.add_row(first, f"{meaning.label}, {'points' if unit == '%' else unit}", *cells)
            letter = meaning.letter
        screen.table(table)
    order = "noise / calibration / assumptions" if ensemble is not None else "noise / assumptions"
    screen.say(f"Intervals: 95 %. Variance: shares of {order}. Sign holds: in this share of draws.")
    screen.say("? noise: run noise hides the sign, more replications help. ? turns: the sign may turn within what is")
    screen.say("plausible, only better data help.")
    _print_winners(result, screen)
    _print_influence(result, screen)


def _cells(found: Split | None, measure: str, minor_units: int, has_ensemble: bool) -> list[Text]:
    if found is None:
        return [Text("-")] * (7 if has_ensemble else 6)

    def number(value: float) -> str:
        return number_text(value, measure, minor_units, sign=True)

    def between(low: float, high: float) -> str:
        return f"[{number(low)}, {number(high)}]"

    shares = found.shares
    told = [shares[0], *((shares[1],) if has_ensemble else ()), shares[2]]
    split = " / ".join("-" if math.isnan(share) else f"{100.0 * share:.0f}" for share in told)
    sign = "-" if found.standing is Standing.RUN_NOISE else f"{100.0 * found.same_sign_share:.0f} %"
    texts = [number(found.stated.mean), between(found.stated.low, found.stated.high)]
    texts += [between(*found.with_parameters)] if has_ensemble else []
    texts += [between(*found.with_all), split, sign, _SHORT[found.standing]]
    better = ALL_MEASURES[measure].higher_is_better
    holds = found.standing in (Standing.HIGHER, Standing.LOWER)
    is_good = None if better is None or not holds else (found.stated.mean > 0.0) == better
    style = {True: "green", False: "red", None: "" if holds else "dim"}[is_good]
    return [Text(text, style=style) for text in texts]


def _print_winners(result: UncertainComparison, screen: Screen) -> None:
    winners = result.winners(HEADLINE)
    if winners.empty:
        return
    screen.say()
    screen.say("Best in how many of the draws, %")
    table = plain_table("", "outcome", "best as stated")
    for strategy in result.stated.strategies:
        table.add_column(strategy, justify="right")
    for row in winners.to_dict("records"):
        shares = [f"{100.0 * row[strategy]:.0f}" for strategy in result.stated.strategies]
        table.add_row(str(row["letter"]), str(row["label"]), str(row["best"]), *shares)
    screen.table(table)


def _print_influence(result: UncertainComparison, screen: Screen) -> None:
    """Print which numbers the differences follow more closely than chance explains."""
    lines = []
    for strategy in result.others:
        for measure in HEADLINE:
            found = result.influence(measure, strategy)
            told = found[found["is_told"]].head(_TOLD)
            for row in told.to_dict("records"):
                sign = "rises" if row["correlation"] > 0.0 else "falls"
                label = ALL_MEASURES[measure].label
                number = f"{row['name']} (rank correlation {row['correlation']:+.2f}, chance up to {row['floor']:.2f})"
                lines.append(f"  {strategy}, {label}: {sign} with {number}")
    if lines:
        screen.say("What the differences follow most")
        for line in lines:
            screen.say(line)
    else:
        screen.say("No single number stands out from chance; a sensitivity analysis would need more draws.")
