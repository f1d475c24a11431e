"""``simcollect compare --precision``: replications until differences are known as closely as asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from simcollect.cli.screen import Screen
from simcollect.core.errors import InputError

if TYPE_CHECKING:
    from simcollect.experiment.until import Replicated
    from simcollect.scenario import Scenario


def until_of(
    precision: Sequence[str] | None, at_most: int | None, replications: int | None, uncertainty: bool
) -> dict[str, str] | None:
    """Return outcomes with what is to be known of each, as written after ``--precision``; None when it is not given.

    Raises
    ------
    InputError
        If one is not written OUTCOME=HALF, or stands beside an option that it makes needless.
    """
    if not precision:
        if at_most is not None:
            raise InputError(
                "", "--at-most", "stands without --precision", "Expected both", "Say --replications instead"
            )
        return None
    if replications is not None:
        raise InputError("", "--replications", "stands beside --precision", "Expected one of them", "Say --at-most")
    if uncertainty:
        raise InputError("", "--uncertainty", "stands beside --precision", "Expected one of them", "Run one by one")
    found = {}
    for text in precision:
        name, equals, wanted = text.partition("=")
        if not (equals and name.strip() and wanted.strip()):
            raise InputError("", "--precision", f'is "{text}"', "Expected OUTCOME=HALF", "net_recovery=0.5pp")
        found[name.strip()] = wanted.strip()
    return found


def compare_until(
    scenario: Scenario,
    strategies: Sequence[str] | None,
    until: Mapping[str, str],
    at_most: int | None,
    how: Mapping[str, Any],
    screen: Screen,
    as_json: bool,
) -> None:
    """Run until everything is known or the most replications allowed are done, keep it, and print it."""
    from simcollect.experiment.until import AT_MOST, replicate

    with screen.progress("runs to the next look") as report:
        result = replicate(
            scenario,
            strategies,
            until=until,
            at_most=AT_MOST if at_most is None else at_most,
            on_progress=report,
            **how,
        )
    result.save(how["folder"])
    if as_json:
        typer.echo(json.dumps(result.to_dict(), indent=2, ensure_ascii=False))
        return
    print_replicated(result, screen)
    screen.note(f"Results, picture and manifest: {how['folder']}")


def print_replicated(result: Replicated, screen: Screen) -> None:
    """Print the intervals that hold together, what was asked of them, and whether it was reached."""
    from simcollect.cli.tables import number_text, plain_table, unit_text
    from simcollect.experiment.until import SIGN

    compared = result.comparison
    one = len(compared.strategies) == 1
    screen.say(
        f"{compared.manifest.scenario}: {result.n_replications} paired replications, {compared.days[-1]} days, "
        f"seed {compared.manifest.seed}"
    )
    screen.say()
    what = "Means" if one else f"Differences to {compared.reference}, same borrowers and same luck"
    screen.say(f"{what}, \u00b1 {100 * result.level:g} % intervals that hold together at every look")
    table = plain_table("", "outcome", "strategy", "unit")
    for heading in ("mean" if one else "difference", "\u00b1", "asked", "p (Holm)"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for row in result.to_frame().to_dict("records"):
        measure = row["measure"]

        def text(value: float, measure: str = measure, sign: bool = False) -> str:
            return number_text(value, measure, compared.minor_units, sign=sign)

        asked = row["wanted"] if row["wanted"] in (SIGN, "") else text(row["wanted"])
        unit = unit_text(measure, compared.currency)
        table.add_row(
            row["letter"],
            row["label"],
            row["strategy"],
            "points" if unit == "%" and not one else unit,
            text(row["mean"], sign=not one),
            text(row["half_width"]),
            asked,
            "" if one else _p_text(row["p_holm"]),
            "" if one else row["verdict"],
        )
    screen.table(table)
    for line in result.sentences():
        screen.say(line)
    for best in result.best():
        screen.say(best.sentence())
    looked = [look for look in result.looks if look <= result.n_replications]
    screen.say(f"Looked at {', '.join(map(str, looked))}; intervals are {result.multiple:.2f} standard errors wide.")
    screen.say(f"Digest of all event logs: {compared.manifest.digest[:16]}")


def _p_text(p: float) -> str:
    return "-" if p != p else "<0.0001" if p < 1e-4 else f"{p:.4f}"
