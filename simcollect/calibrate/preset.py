"""The estimates as a dated behaviour preset: what a scenario can name, with where every number comes from."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

import numpy as np

from simcollect.calibrate.asked import READING, Calibration
from simcollect.calibrate.fit import Fit
from simcollect.calibrate.targets import targets_digest
from simcollect.scenario.places import at_path
from simcollect.scenario.presets import CALIBRATION, EXTENDS
from simcollect.scenario.variation import parsed

_BLOCK = "behaviour"


def preset_text(calibration: Calibration, fit: Fit, errors: Sequence[float], date: dt.date, share_met: float) -> str:
    """Return the preset as TOML: it extends the scenario's own and holds the fitted numbers of the behaviour block.

    Parameters
    ----------
    errors
        Standard errors of the estimates, natural units.
    """
    tree = calibration.tree
    fitted = len(calibration.fitted)
    source = f"fitted to {fitted} targets of {calibration.file}, {date}"
    tables: dict[str, list[str]] = {}
    elsewhere: list[str] = []
    read: list[str] = []
    for parameter, value, error in zip(calibration.parameters, fit.point, errors, strict=True):
        block, *groups, name = (str(part) for part in parsed(parameter.place))
        written, _ = at_path(tree, parsed(parameter.place))
        if block != _BLOCK or not isinstance(written, dict):
            told = f"# {parameter.place} = {_number(value)}  (standard error {error:.2g})"
            (read if parameter.place.startswith(READING) else elsewhere).append(told)
            continue
        low, high = written["range"]
        told = _text(f"{source}; standard error {error:.2g}")
        tables.setdefault(".".join(groups), []).append(
            f"{name} = {{ value = {_number(value)}, unit = {_text(written['unit'])}, range = [{low:g}, {high:g}], "
            f'status = "calibrated", source = {told} }}'
        )
    for place, value in calibration.held.items():
        _, *groups, name = (str(part) for part in parsed(place))
        written, _ = at_path(tree, parsed(place))
        low, high = written["range"]
        told = _text(f"held at this value in {calibration.file}, {date}: its targets do not tell it")
        tables.setdefault(".".join(groups), []).append(
            f"{name} = {{ value = {_number(value)}, unit = {_text(written['unit'])}, range = [{low:g}, {high:g}], "
            f'status = "assumed", source = {told} }}'
        )
    # What is no part of a scenario cannot be drawn for one: the others' covariance stands without it.
    kept = [j for j, parameter in enumerate(calibration.parameters) if not parameter.place.startswith(READING)]
    parameters = [calibration.parameters[j] for j in kept]
    lines = [
        f"# {calibration.title}: {len(calibration.parameters)} numbers fitted on {date}.",
        f"# Treatment behind the data: {', '.join(n for s in calibration.settings for n in s.treatments)}.",
        f"# Within two standard errors or {calibration.tolerance:.0%}: {share_met:.0%} of the fitted targets.",
        "# All other numbers are those of the preset that it extends.",
        "",
        f"{EXTENDS} = {_text(calibration.scenario.behaviour.preset)}",
        "",
    ]
    for group, rows in tables.items():
        lines += [f"[{group}]", *rows, ""]
    if elsewhere:
        lines += ["# Fitted, but no behaviour: set these in the scenario.", *elsewhere, ""]
    if read:
        lines += ["# Fitted, but no behaviour: how the file behind the targets shows accounts.", *read, ""]
    lines += [
        f"[{CALIBRATION}]",
        f"date = {date}",
        f"file = {_text(calibration.file)}",
        f'targets_sha256 = "{targets_digest(calibration.targets)}"',
        f"n_targets = {fitted}",
        f"n_free = {len(calibration.parameters)}",
        f"objective = {_number(fit.objective)}",
        f"places = [{', '.join(_text(p.place.removeprefix(_BLOCK + '.')) for p in parameters)}]",
        f"scales = [{', '.join(_text(p.scale) for p in parameters)}]",
        f"estimates = [{', '.join(_number(fit.point[j]) for j in kept)}]",
        "covariance = [",
        *(f"    [{', '.join(_number(value) for value in row)}]," for row in fit.covariance[np.ix_(kept, kept)]),
        "]",
    ]
    return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    """Return a number of 6 significant digits that TOML reads as a float."""
    text = f"{value:.6g}"
    return text if any(mark in text for mark in ".en") else f"{text}.0"


def _text(value: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(value, ensure_ascii=False)
