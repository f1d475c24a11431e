"""Whether a calibration follows its targets: the same fit to a target file with lower cure rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from simcollect.validation.results import Result
from simcollect.validation.writing import Answer, Section, code, folded, number, of_all, paragraph, table, with_error

COMMANDS: Final = (
    "simcollect calibrate cards_small",
    "simcollect calibrate cards_small --targets cards_lower_cures",
)
_TITLE: Final = "New targets"
_QUESTION: Final = "New targets: parameters that follow lower cure rates"


def moved(pair: tuple[Result, Result] | None) -> Section:
    """Return the section about the same calibration under two target files: as published, and with lower cure rates.

    Parameters
    ----------
    pair
        What the two :data:`COMMANDS` found; None when they were not run.
    """
    if pair is None:
        told = " and ".join(code(command) for command in COMMANDS)
        return Section(_TITLE, (Answer(_QUESTION, "all down", "not run"),), tuple(paragraph(f"Not run: {told}.")))
    published, lower = (result.content for result in pair)
    parameters = list(zip(published["parameters"], lower["parameters"], strict=True))
    changed = [
        (one, other)
        for one, other in zip(published["targets"], lower["targets"], strict=True)
        if one["data"] != other["data"]
    ]
    cures = [pair for pair in changed if pair[1]["data"] < pair[0]["data"]]
    down = [pair for pair in parameters if pair[1]["estimate"] < pair[0]["estimate"]]
    lines = paragraph(
        f"A calibration is to follow its data. {code(COMMANDS[0])} fits {len(parameters)} parameters to the monthly "
        f"states of the card rows, on a small book; {code(COMMANDS[1])} does the same with a target file in which "
        f"{len(cures)} cure rates are {_cut(cures)} lower and those who do not cure stay or roll on as the others do. "
        "Borrowers and luck are the same, so that all that moves is due to the targets. Each of the parameters makes "
        "cures likelier: all have to fall. Either fit takes a minute or two of one core."
    )
    lines += table(
        ("parameter", "unit", "fitted to the published rates", "fitted to the lower rates", "change", "direction"),
        [_parameter(one, other) for one, other in parameters],
        right=(2, 3, 4),
    )
    fitted = sum(not target["held_out"] for target in lower["targets"])
    lines += paragraph(
        "Standard errors are those of either fit alone; the two share rows and luck, so a difference is surer than "
        f"they suggest. Weighted squared misfit: {number(published['fit']['objective'])} and "
        f"{number(lower['fit']['objective'])} over {fitted} targets. Rates that were merely scaled are no bank's, "
        "and so few parameters need not reach them all. The three were chosen after a look at others: what a "
        "conversation adds, or how soon a cured account falls behind again, these rows alone hardly tell, and left "
        "free they may move either way."
    )
    body = table(
        ("target", "data: published", "lower", "model: published", "lower"),
        [_target(one, other) for one, other in changed],
        right=(1, 2, 3, 4),
    )
    lines += folded(f"The {len(changed)} targets that differ", body)
    answer = Answer(_QUESTION, "all down", of_all(len(down), len(parameters)), len(down) == len(parameters))
    return Section(_TITLE, (answer,), tuple(lines))


def _cut(cures: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> str:
    cuts = [100.0 * (1.0 - other["data"] / one["data"]) for one, other in cures]
    low, high = round(min(cuts, default=0.0)), round(max(cuts, default=0.0))
    return f"{low} %" if low == high else f"{low} to {high} %"


def _parameter(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    change = 100.0 * (other["estimate"] / one["estimate"] - 1.0)
    return (
        code(one["place"]),
        one["unit"],
        with_error(one["estimate"], one["se"]),
        with_error(other["estimate"], other["se"]),
        f"{change:+.0f} %".replace("-", "\u2212"),
        "down, as expected" if change < 0.0 else "**not down**",
    )


def _target(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    name = one["name"] + (" (held out)" if one["held_out"] else "")
    return (
        name,
        with_error(one["data"], one["data_se"]),
        number(other["data"]),
        with_error(one["model"], one["model_se"]),
        with_error(other["model"], other["model_se"]),
    )
