"""Parameter uncertainty, carried through to differences between strategies: one example."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from simcollect.experiment.axes import measure_axis
from simcollect.outcomes.measures import HEADLINE
from simcollect.plots import save
from simcollect.plots.stacked import StackedPanel, StackedRow, stacked
from simcollect.uncertainty.split import Standing
from simcollect.validation.results import Result
from simcollect.validation.writing import (
    Answer,
    Section,
    code,
    estimate,
    interval,
    item,
    number,
    of_all,
    paragraph,
    picture,
    table,
)

PICTURE: Final = "uncertainty.png"
_COMMAND: Final = "simcollect compare cards_taiwan --uncertainty"
_QUESTION: Final = "Parameter uncertainty: differences whose sign holds"
_HOLDS: Final = {Standing.HIGHER.value, Standing.LOWER.value}


def uncertainty(result: Result | None, pictures: Path, link: str) -> Section:
    """Return the section about parameter uncertainty, and draw its picture into a folder."""
    if result is None:
        lines = paragraph(f"Not run: {code(_COMMAND)}.")
        return Section("Parameter uncertainty", (Answer(_QUESTION, "", "not run"),), tuple(lines))
    content, draws = result.content, result.content["draws"]
    rows = [row for row in result.rows if row["measure"] in HEADLINE]
    holds = sum(row["standing"] in _HOLDS for row in rows)
    clear = sum(row["low"] is not None and (row["low"] > 0.0 or row["high"] < 0.0) for row in rows)
    save(_drawn(content, rows), pictures / PICTURE)
    n = draws["outer"] * draws["inner"]
    source = (
        f"an ensemble of {draws['calibrated']} calibrated numbers and the plausible ranges of {draws['assumptions']} "
        "assumed ones"
        if draws["calibrated"]
        else f"the plausible ranges of {draws['assumptions']} assumed numbers (the preset has no calibrated ensemble)"
    )
    lines = paragraph(
        f"{code(content['scenario'])}, {content['replications']} replications at the stated values, and {n} draws from "
        f"{source}, "
        f"{draws['replications']} replications each. Every draw has the same borrowers with the same luck, so that run "
        "noise is "
        f"told from parameters. Of {len(rows)} differences to {code(content['reference'])}, {clear} are clear of zero "
        "by run noise "
        f"alone; of {holds} the sign holds when parameters are uncertain as well. The rest are findings only for those "
        "who "
        "believe the stated values."
    )
    lines += picture(f"{link}{PICTURE}", "Differences between strategies with intervals by source of doubt")
    lines += table(
        ("strategy", "outcome", "stated (run noise)", "with all doubt", "variance", "sign"),
        [_row(row, content) for row in rows],
        right=(2, 3, 4),
    )
    lines += paragraph(
        "Intervals of 95 %. Variance: shares of run noise / calibration / assumptions. Sign: higher or lower where "
        "both intervals are clear of zero and at least 95 % of draws have it; noise where run noise hides it; turns "
        "where it may turn within what is plausible. In the picture the pale bar lies around the mean over draws, the "
        "others around the stated value, so that it need not hold them; shares of the variance are estimates as well."
    )
    lines += _influence(content)
    return Section("Parameter uncertainty", (Answer(_QUESTION, "", of_all(holds, len(rows))),), tuple(lines))


def _row(row: Mapping[str, Any], content: Mapping[str, Any]) -> tuple[str, ...]:
    axis = measure_axis(row["measure"], content["currency"], content["minor_units"])
    outcome = f"{axis.label}, {axis.difference_unit}"
    if row["estimate"] is None:
        return (row["strategy"], outcome, "-", "-", "-", "not counted")

    def scaled(name: str) -> float:
        return float(row[name]) * axis.factor

    shares = [row[name] for name in ("share_run_noise", "share_parameters", "share_assumptions")]
    split = " / ".join("-" if share is None else f"{100.0 * share:.0f} %" for share in shares)
    short = {Standing.RUN_NOISE.value: "**noise**", Standing.PARAMETERS.value: "**turns**"}
    return (
        row["strategy"],
        outcome,
        estimate(scaled("estimate"), scaled("low"), scaled("high")),
        interval(scaled("all_low"), scaled("all_high")),
        split,
        short.get(row["standing"], row["standing"]),
    )


def _influence(content: Mapping[str, Any]) -> list[str]:
    told = [one for one in content.get("influence", ()) if one["is_told"]]
    if not told:
        return paragraph("No single number stands out from what chance alone gives among so many.")
    lines = paragraph(
        "Numbers that a difference follows more closely than chance explains (rank correlation over draws):"
    )
    for one in sorted(told, key=lambda one: -abs(one["correlation"])):
        axis = measure_axis(one["measure"], content["currency"], content["minor_units"])
        lines += item(
            f"{code(one['name'])}: {one['strategy']}, {axis.label.lower()}, {number(one['correlation'], 2)} "
            f"(chance up to {number(one['floor'], 2)})."
        )
    return [*lines, ""]


def _drawn(content: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> Any:
    panels = []
    for measure in HEADLINE:
        axis = measure_axis(measure, content["currency"], content["minor_units"])
        chosen = [row for row in rows if row["measure"] == measure]
        if chosen:
            bars = tuple(_bar(row, axis.factor, bool(content["draws"]["calibrated"])) for row in chosen)
            panels.append(StackedPanel(axis.label, axis.difference_unit, axis.higher_is_better, bars))
    draws = content["draws"]
    return stacked(
        panels,
        content["reference"],
        content["replications"],
        draws["outer"] * draws["inner"],
        content["digest"][:16],
        content["day"],
        content["level"],
        draws["holds_from"],
    )


def _bar(row: Mapping[str, Any], factor: float, has_ensemble: bool) -> StackedRow:
    if row["estimate"] is None:
        return StackedRow(row["strategy"], math.nan)

    def pair(name: str) -> tuple[float, float]:
        return row[f"{name}low"] * factor, row[f"{name}high"] * factor

    return StackedRow(
        row["strategy"],
        row["estimate"] * factor,
        pair(""),
        pair("parameters_") if has_ensemble else None,
        pair("all_"),
        row["mean_over_draws"] * factor,
        math.nan if row["standing"] == Standing.RUN_NOISE.value else row["same_sign_share"],
        row["standing"] in _HOLDS,
    )
