"""Calibration: data against model, parameters, and what the data cannot tell apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from simcollect.core.errors import InputError
from simcollect.plots import save
from simcollect.plots.targets import TargetRow, targets
from simcollect.validation.results import Result
from simcollect.validation.writing import (
    Answer,
    Section,
    code,
    folded,
    item,
    number,
    of_all,
    paragraph,
    picture,
    standard_errors,
    table,
    with_error,
)

MET_Z: Final = 2.0
MET_RELATIVE: Final = 0.10
MET_SHARE: Final = 0.80
"""A target is met within 2 combined standard errors or 10 %; 80 % of them are to be."""

_WEAK: Final = 0.5  # standard error along a direction, as a share of the range searched
_SHOWN_WEIGHT: Final = 0.25
_NOT_RUN: Final = "simcollect calibrate cards_taiwan_2005"


def is_met(target: Mapping[str, Any]) -> bool:
    """Return whether a target is met by the bar of this page, from its own numbers."""
    return _is_near(target, MET_RELATIVE)


def _is_near(target: Mapping[str, Any], tolerance: float) -> bool:
    z, relative = target["z"], target["relative"]
    return (z is not None and abs(z) <= MET_Z) or (relative is not None and abs(relative) <= tolerance)


def calibration(result: Result, pictures: Path, link: str) -> Section:
    """Return the section of one calibration, and draw its picture into a folder.

    Raises
    ------
    InputError
        If a target is said to be met and is not, or the other way round.
    """
    content = result.content
    name = _name(content, result.file)
    rows = list(content["targets"])
    tolerance = (content.get("fit") or {}).get("tolerance", MET_RELATIVE)
    for place, row in enumerate(rows):
        if bool(row["met"]) != _is_near(row, tolerance):
            raise InputError(
                result.file,
                f"targets[{place}].met",
                f"is {row['met']} while z is {row['z']} and relative {row['relative']}",
                f"Expected true within {MET_Z:g} standard errors or {100 * tolerance:g} %, else false",
                "Calibrate anew",
            )
    fitted = [row for row in rows if not row["held_out"]]
    held = [row for row in rows if row["held_out"]]
    parameters = list(content["parameters"])
    n_met, n_held = sum(map(is_met, fitted)), sum(map(is_met, held))
    answers = [
        Answer(
            f"Calibration {code(name)}: fitted targets within 2 standard errors or 10 %",
            f"{100 * MET_SHARE:.0f} %",
            of_all(n_met, len(fitted)),
            bool(fitted) and n_met >= MET_SHARE * len(fitted),
        ),
        Answer(
            f"Calibration {code(name)}: free parameters beside fitted targets",
            "far fewer",
            f"{len(parameters)} for {len(fitted)}",
            2 * len(parameters) <= len(fitted),
        ),
    ]
    if held:
        answers.insert(1, Answer(f"Calibration {code(name)}: held-out targets met", "", of_all(n_held, len(held))))
    file = f"calibrate-{name}.png"
    title = f"Data against model: {content.get('title') or name}"
    save(targets([_drawn(row) for row in rows], title, _source(content), tolerance=MET_RELATIVE), pictures / file)
    return Section(
        f"Calibration: {name}",
        tuple(answers),
        (
            *_opening(content, len(parameters), len(fitted), len(held)),
            *_beside(rows),
            *picture(f"{link}{file}", f"Every target of {name}: data and model with errors, and their difference"),
            *_missed(rows),
            *folded(f"All {len(rows)} targets", _target_table(rows)),
            *_unused(content.get("left_out") or ()),
            *_parameter_table(parameters),
            *_identified(content.get("identifiability") or ()),
        ),
    )


def not_calibrated() -> Section:
    """Return the section that says that no calibration was found."""
    asked = Answer(
        "Calibration: fitted targets within 2 standard errors or 10 %", f"{100 * MET_SHARE:.0f} %", "not run"
    )
    return Section("Calibration", (asked,), tuple(paragraph(f"Not run yet: {code(_NOT_RUN)}.")))


def _opening(content: Mapping[str, Any], n_free: int, n_fitted: int, n_held: int) -> list[str]:
    told = [
        *([_sentence(str(content["title"]))] if content.get("title") else []),
        f"{n_free} parameters are fitted to {n_fitted} targets"
        + (f"; {n_held} {'more is' if n_held == 1 else 'more are'} held out and only predicted." if n_held else "."),
    ]
    if content.get("scenario"):
        told.append(f"The model runs the scenario {code(str(content['scenario']))}.")
    if content.get("treatment"):
        told.append(f"Stated treatment: {_sentence(_treatment(content['treatment']))}")
    if content.get("date"):
        told.append(f"Fitted on {content['date']}.")
    fit = content.get("fit") or {}
    if fit.get("objective") is not None:
        told.append(f"Weighted squared misfit: {number(fit['objective'])} over {n_fitted} targets.")
    told.append("A target is met when data and model lie within 2 combined standard errors or within 10 %.")
    return paragraph(" ".join(told))


def _beside(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say what stands beside the bar: all targets together, errors that nobody printed, what could not have missed."""
    told = [f"Fitted and held out together, {sum(map(is_met, rows))} of {len(rows)} are met."]
    assumed = [
        row for row in rows if "assumed" in str(row.get("definition", "")) or not row.get("data_se_stated", True)
    ]
    if assumed:
        met = sum(map(is_met, assumed))
        told.append(f"The data's error is assumed, not printed, for {len(assumed)} targets, of which {met} are met.")
    fixed = [row for row in rows if not row["model_se"] and row["z"] == 0.0]
    if fixed:
        names = ", ".join(code(row["name"]) for row in fixed)
        told.append(f"Met by a setting or by definition, and could not have missed: {names}.")
    return paragraph(" ".join(told))


def _missed(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    missed = [row for row in rows if not is_met(row)]
    if not missed:
        return paragraph("Every target is met.")
    lines = paragraph(f"Not met, with the reason: {len(missed)} of {len(rows)} targets.")
    for row in missed:
        held = ", held out" if row["held_out"] else ""
        numbers = (
            f"data {with_error(row['data'], row['data_se'])}, model {with_error(row['model'], row['model_se'])} "
            f"{row['unit']}, z {standard_errors(row['z'])}{held}"
        )
        lines += item(f"**{row['name']}** ({numbers}). {_sentence(row.get('reason') or 'No reason is known')}")
    return [*lines, ""]


def _target_table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    cells = [
        (
            row["name"] + (" (held out)" if row["held_out"] else ""),
            row["unit"],
            with_error(row["data"], row["data_se"]),
            with_error(row["model"], row["model_se"]),
            standard_errors(row["z"]),
            "-" if row["relative"] is None else f"{100.0 * row['relative']:+.0f} %".replace("-", "\u2212"),
            "yes" if is_met(row) else "**no**",
        )
        for row in rows
    ]
    return table(("target", "unit", "data", "model", "z", "relative", "met"), cells, right=(2, 3, 4, 5))


def _parameter_table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    cells = [
        (code(row["place"]), row["unit"], number(row["start"]), with_error(row["estimate"], row["se"])) for row in rows
    ]
    lines = paragraph("The fitted parameters with their standard errors, and where the search began:")
    return [*lines, *table(("parameter", "unit", "start", "fitted"), cells, right=(2, 3))]


def _identified(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say in words which combinations of parameters the data leave open."""
    if not found:
        return []
    weak = [one for one in found if _error(one) > _WEAK]
    if not weak:
        worst = max(_error(one) for one in found)
        return paragraph(
            "The data tell the parameters that were left free apart: the least certain combination has a standard "
            f"error of {number(worst, 2)} of the range searched."
        )
    lines = paragraph(f"What the data hardly tell: {len(weak)} of {len(found)} combinations of parameters.")
    for one in weak:
        weights = sorted(one["direction"].items(), key=lambda pair: -abs(pair[1]))
        told = [(place, weight) for place, weight in weights if abs(weight) >= _SHOWN_WEIGHT] or weights[:1]
        up = [code(_short(place)) for place, weight in told if weight > 0.0]
        down = [code(_short(place)) for place, weight in told if weight < 0.0]
        if not up or not down:
            words = (
                f"{_joined(up or down)} moving alone" if len(told) == 1 else f"{_joined(up or down)} moving together"
            )
        else:
            words = f"{_joined(up)} rising while {_joined(down)} {'falls' if len(down) == 1 else 'fall'}"
        error = _error(one)
        size = f"has a standard error of {number(error, 2)} of its range"
        if not math.isfinite(error):
            size = "is not determined at all"
        lines += item(f"{words} hardly changes a target: this combination {size}.")
    return [*lines, ""]


def _unused(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name the targets of the file that are not used, by reason."""
    if not rows:
        return []
    reasons = Counter(str(row["reason"]) for row in rows)
    lines = paragraph(f"Not used: {len(rows)} targets of the file.")
    for reason, n in reasons.items():
        lines += item(f"{n} {'target' if n == 1 else 'targets'}: {_sentence(reason)}")
    cells = [(row["name"], with_error(row["data"], row["data_se"])) for row in rows]
    return [*lines, "", *folded(f"The {len(rows)} targets not used", table(("target", "data"), cells, right=(1,)))]


def _short(place: str) -> str:
    return place.removeprefix("behaviour.")


def _error(one: Mapping[str, Any]) -> float:
    error = one.get("relative_se")
    return math.inf if error is None else float(error)


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _drawn(row: Mapping[str, Any]) -> TargetRow:
    def real(key: str) -> float:
        return math.nan if row[key] is None else float(row[key])

    return TargetRow(
        row["name"],
        real("data"),
        real("data_se"),
        real("model"),
        real("model_se"),
        bool(row["held_out"]),
        is_met(row),
    )


def _name(content: Mapping[str, Any], file: str) -> str:
    """Return the calibration's name: its file's, without path and ending."""
    written = str(content.get("name") or content.get("file") or file)
    stem = Path(written).name.removesuffix(".toml").removesuffix(".json")
    return stem.removeprefix("calibrate-").removeprefix("calibrate_") or "unnamed"


def _source(content: Mapping[str, Any]) -> str:
    return f"simcollect calibrate, {content.get('file', '')}, {content.get('date', '')}"


def _treatment(value: Any) -> str:
    """Return a treatment in words: a text, or strategies with what each does."""
    if isinstance(value, Mapping):
        return "; ".join(f"{code(str(name))}: {told}" for name, told in value.items())
    return str(value)


def _sentence(text: str) -> str:
    stripped = text.strip()[:1].upper() + text.strip()[1:]
    return stripped if stripped.endswith((".", "!", "?")) else f"{stripped}."
