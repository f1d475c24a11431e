"""What a calibration found: estimates with errors, every target beside the model, what the data cannot tell."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import simcollect
from simcollect.calibrate.asked import READING, Calibration
from simcollect.calibrate.fit import Fit
from simcollect.calibrate.identify import UNKNOWN_ABOVE, Direction, directions, pairs_told_apart_badly, short
from simcollect.calibrate.preset import preset_text
from simcollect.calibrate.targets import Target, targets_digest
from simcollect.core.folder import results_folder, write_json
from simcollect.plots.targets import TargetRow, targets
from simcollect.plots.theme import save
from simcollect.scenario.places import at_path
from simcollect.scenario.variation import parsed
from simcollect.stats.scales import slope, to_scale

if TYPE_CHECKING:
    import pandas as pd

RESULT = "calibrate.json"
REPORT = "report.txt"
PICTURE = "targets.png"
_Z_MET = 2.0
_AT_BOUND = 0.01
"""Distance from an end of the range, as a share of it on the scale, that counts as being there."""
_UNEXPLAINED = "no structural reason is stated: the fit weighs it against the other targets"


@dataclass(frozen=True)
class Estimate:
    """One fitted parameter, natural units; ``se`` by the delta method; ``at_bound``: the search ended at an end."""

    place: str
    unit: str
    start: float
    estimate: float
    se: float
    low: float
    high: float
    scale: str
    at_bound: bool


@dataclass(frozen=True)
class TargetResult:
    """One target beside the model.

    Attributes
    ----------
    z
        (model - data) / sqrt(data_se^2 + model_se^2).
    relative
        (model - data) / data; NaN where the data are 0.
    met
        Whether |z| is 2 at most or |relative| within the tolerance.
    reason
        Why it is not met, "" when it is.
    """

    target: Target
    model: float
    model_se: float
    z: float
    relative: float
    met: bool
    reason: str


@dataclass(frozen=True)
class Calibrated:
    """The result of a calibration.

    Attributes
    ----------
    calibration
        What was asked.
    fit
        What was found.
    seconds
        That this run of the program took; less when it went on from an earlier one.
    date
        Of the run.
    """

    calibration: Calibration
    fit: Fit
    seconds: float
    date: dt.date

    @cached_property
    def estimates(self) -> tuple[Estimate, ...]:
        """The fitted parameters, in the file's order."""
        tree = self.calibration.tree
        errors = np.sqrt(np.diag(self.fit.covariance))
        found = []
        for parameter, begin, value, error in zip(
            self.calibration.parameters, self.calibration.begin, self.fit.point, errors, strict=True
        ):
            written, _ = at_path(tree, parsed(parameter.place))
            unit = str(written["unit"]) if isinstance(written, dict) else ""
            if parameter.place.startswith(READING):
                unit = "share a month"
            low, at, high = (to_scale(v, parameter.scale) for v in (parameter.low, value, parameter.high))
            at_bound = min(at - low, high - at) < _AT_BOUND * (high - low)
            se = float(error) * slope(value, parameter.scale)
            found.append(
                Estimate(
                    parameter.place, unit, begin, value, se, parameter.low, parameter.high, parameter.scale, at_bound
                )
            )
        return tuple(found)

    @cached_property
    def results(self) -> tuple[TargetResult, ...]:
        """Every target used, fitted or held out, in the target file's order."""
        return tuple(
            self._result(target, float(value), float(se))
            for target, value, se in zip(
                self.calibration.targets.values(), self.fit.at.value, self.fit.at.se, strict=True
            )
        )

    def _result(self, target: Target, model: float, model_se: float) -> TargetResult:
        both = math.hypot(target.se, 0.0 if math.isnan(model_se) else model_se)
        z = (model - target.value) / both
        relative = (model - target.value) / target.value if target.value else math.nan
        met = abs(z) <= _Z_MET or abs(relative) <= self.calibration.tolerance
        reason = "" if met else self.calibration.reason(target.name) or _UNEXPLAINED
        return TargetResult(target, model, model_se, z, relative, met, reason)

    @cached_property
    def directions(self) -> list[Direction]:
        """Combinations of parameters, the best known first."""
        return directions(self.fit, self.calibration.parameters)

    def share_met(self, held_out: bool = False) -> float:
        """Return the share of the fitted (or the held-out) targets that are met; NaN of none."""
        met = [result.met for result in self.results if result.target.held_out == held_out]
        return sum(met) / len(met) if met else math.nan

    @property
    def targets(self) -> pd.DataFrame:
        """One row a target: name, data, data_se, model, model_se, z, relative, held_out, met, reason."""
        import pandas as pd

        return pd.DataFrame(self.to_dict()["targets"])

    @property
    def parameters(self) -> pd.DataFrame:
        """One row a parameter: place, unit, start, estimate, se, low, high, scale."""
        import pandas as pd

        return pd.DataFrame(self.to_dict()["parameters"])

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, as ``calibrate.json`` holds it; what is not a number is None."""
        asked, fit = self.calibration, self.fit
        n_fitted = len(asked.fitted)
        return {
            "command": "calibrate",
            "version": simcollect.__version__,
            "file": asked.file,
            "title": asked.title,
            "scenario": asked.scenario.name,
            "date": self.date.isoformat(),
            "seconds": round(self.seconds, 1),
            "treatment": {
                name: setting.scenario.strategies[name].description
                for setting in asked.settings
                for name in setting.treatments
            },
            "settings": [
                {
                    "name": setting.name,
                    "families": list(setting.families),
                    "treatments": list(setting.treatments),
                    "seeds": list(setting.seeds),
                    "replications": setting.replications,
                }
                for setting in asked.settings
            ],
            "parameters": [
                {**vars(estimate), "estimate": _rounded(estimate.estimate), "se": _rounded(estimate.se)}
                for estimate in self.estimates
            ],
            "targets": [
                {
                    "name": result.target.name,
                    "definition": result.target.definition,
                    "unit": result.target.unit,
                    "n": result.target.n,
                    "data": result.target.value,
                    "data_se": result.target.se,
                    "data_se_stated": result.target.se_stated,
                    "model": _rounded(result.model),
                    "model_se": _rounded(result.model_se),
                    "z": _rounded(result.z),
                    "relative": _rounded(result.relative),
                    "held_out": result.target.held_out,
                    "met": result.met,
                    "reason": result.reason,
                }
                for result in self.results
            ],
            "left_out": [
                {"name": target.name, "data": target.value, "data_se": target.se, "reason": reason}
                for target, reason in asked.left_out.values()
            ],
            "fit": {
                "objective": _rounded(fit.objective),
                "n_targets": n_fitted,
                "n_held_out": len(asked.targets) - n_fitted,
                "n_free": len(asked.parameters),
                "met_share": _rounded(self.share_met()),
                "held_out_met_share": _rounded(self.share_met(held_out=True)),
                "tolerance": asked.tolerance,
                "searches": [
                    {"start": list(s.start), "end": list(s.end), "objective": _rounded(s.objective)}
                    for s in fit.searches
                ],
            },
            "identifiability": [
                {
                    "singular_value": _rounded(d.singular_value),
                    "relative_se": _rounded(d.relative_se),
                    "direction": {place: _rounded(weight) for place, weight in d.weights.items()},
                }
                for d in self.directions
            ],
        }

    def text(self) -> str:
        """Return a report for a reader."""
        return "\n".join(_report(self)) + "\n"

    def preset(self) -> str:
        """Return the behaviour preset with these estimates, as TOML."""
        return preset_text(
            self.calibration, self.fit, [estimate.se for estimate in self.estimates], self.date, self.share_met()
        )

    def save(self, folder: Path | str) -> Path:
        """Write ``calibrate.json``, a report, a picture and the preset into a folder; return it.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        with results_folder(folder) as place:
            write_json(self.to_dict(), place / RESULT)
            (place / REPORT).write_text(self.text(), encoding="utf-8")
            (place / f"behaviour_{self.calibration.preset}.toml").write_text(self.preset(), encoding="utf-8")
            save(self.picture(), place / PICTURE)
        return place

    def picture(self) -> Any:
        """Return the figure of data against model with error bars."""
        rows = [
            TargetRow(r.target.name, r.target.value, r.target.se, r.model, r.model_se, r.target.held_out, r.met)
            for r in self.results
        ]
        digest = f"{self.calibration.file}, targets {targets_digest(self.calibration.targets)[:12]}, {self.date}"
        return targets(rows, self.calibration.title, digest, tolerance=self.calibration.tolerance)


def _rounded(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None


def _report(found: Calibrated) -> Iterator[str]:
    asked, fit = found.calibration, found.fit
    fitted = len(asked.fitted)
    held = len(asked.targets) - fitted
    yield asked.title
    yield f"{asked.file}: scenario {asked.scenario.name}, {found.date}, {found.seconds / 60:.1f} minutes"
    for setting in asked.settings:
        where = f"In the setting {setting.name}, under" if setting.name else "Under"
        for name in setting.treatments:
            yield f"{where} the treatment {name}: {setting.scenario.strategies[name].description}"
    yield ""
    yield (
        f"{len(asked.parameters)} parameters fitted to {fitted} targets; {held} targets held out. "
        f"J = {fit.objective:.1f} on {fitted - len(asked.parameters)} degrees of freedom "
        "(targets are correlated, so it is a yardstick and no exact test)."
    )
    yield (
        f"Met (within 2 standard errors, or within {asked.tolerance:.0%}): {found.share_met():.0%} of the fitted"
        + (f", {found.share_met(held_out=True):.0%} of the held-out targets." if held else " targets.")
    )
    yield ""
    yield "PARAMETERS"
    for e in found.estimates:
        bound = "   at the end of its range" if e.at_bound else ""
        yield f"  {short(e.place):44s} {e.estimate:10.4g} +- {e.se:<10.2g} {e.unit}  [{e.low:g}, {e.high:g}]{bound}"
    for rank, search in enumerate(fit.searches, start=1):
        ends = ", ".join(f"{value:.3g}" for value in search.end)
        yield f"  search {rank}: objective {search.objective:.1f} at ({ends})"
    for title, chosen in (("FITTED TARGETS", False), ("HELD OUT: predicted, not fitted", True)):
        rows = [r for r in found.results if r.target.held_out == chosen]
        if rows:
            yield ""
            yield title
            yield f"  {'':46s} {'data':>17s} {'model':>17s} {'z':>6s} {'relative':>9s}"
        for r in rows:
            yield (
                f"  {r.target.name:46s} {r.target.value:9.4g} +-{r.target.se:6.2g} {r.model:9.4g} +-{r.model_se:6.2g} "
                f"{r.z:6.1f} {r.relative:+9.0%}  {'met' if r.met else 'NOT MET'}"
            )
    missed = [r for r in found.results if not r.met]
    if missed:
        yield ""
        yield "NOT MET"
        for r in missed:
            yield f"  {r.target.name}: {r.reason}"
    yield ""
    yield "WHAT THE DATA CAN TELL (combinations of parameters; standard error as a share of the range searched)"
    for d in found.directions:
        unknown = "   the data hardly tell" if d.relative_se > UNKNOWN_ABOVE else ""
        yield f"  {d.relative_se:8.3f}  {d.told}{unknown}"
    for one, other, size in pairs_told_apart_badly(fit, asked.parameters):
        yield f"  {short(one)} and {short(other)} are hard to tell apart: correlation of the estimates {size:+.2f}"
    if asked.left_out:
        yield ""
        yield "NOT USED"
        for reason in dict.fromkeys(why for _, why in asked.left_out.values()):
            names = [target.name for target, why in asked.left_out.values() if why == reason]
            yield f"  {', '.join(names)}: {reason}"
    unstated = [t.name for t in asked.targets.values() if not t.se_stated]
    if unstated:
        yield ""
        yield f"The file states no error of {', '.join(unstated)}: 5 % of the value was used."
