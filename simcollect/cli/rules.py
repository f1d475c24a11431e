"""The command ``simcollect rules``: which rule packs there are, and what stands in one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simcollect.cli.app import JsonOption, app
from simcollect.cli.screen import Screen

if TYPE_CHECKING:
    from simcollect.scenario.packs import Pack


@app.command(
    epilog="Examples:\n\nsimcollect rules\n\nsimcollect rules us_regf_2021\n\nsimcollect rules my_rules.toml --json"
)
def rules(
    pack: Annotated[
        str | None,
        typer.Argument(metavar="[PACK]", help="A pack's name, or a TOML file of your own; all when left out."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the rule packs, or print one: every rule with what it sets, its citation and how it is known.

    A scenario takes a pack over with  [rules] pack = "us_regf_2021".
    """
    from simcollect.scenario.packs import pack_names, read_pack

    screen = Screen()
    if pack is not None:
        chosen = read_pack(pack, path="pack")
        if as_json:
            typer.echo(json.dumps(_as_dict(chosen), indent=2, ensure_ascii=False))
        else:
            print_pack(chosen, screen)
        return
    packs = [read_pack(name) for name in pack_names()]
    if as_json:
        typer.echo(json.dumps([_as_dict(each) for each in packs], indent=2, ensure_ascii=False))
    else:
        print_packs(packs, screen)


def print_packs(packs: list[Pack], screen: Screen) -> None:
    """Print one line a pack."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD)
    for heading in ("pack", "in force from", "rules", "enforced", "where", "title"):
        table.add_column(heading, justify="right" if heading in ("rules", "enforced") else "left")
    for pack in packs:
        enforced = sum(bool(rule.sets) for rule in pack.rules)
        date = pack.in_force_from.isoformat()
        table.add_row(pack.name, date, str(len(pack.rules)), str(enforced), pack.jurisdiction, pack.title)
    screen.table(table)
    screen.say("Illustrative, not legal advice. One pack with its citations:  simcollect rules PACK")


def print_pack(pack: Pack, screen: Screen) -> None:
    """Print a pack: a table of its rules, then what each says and where it was read."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    screen.say(f"{pack.name}: {pack.title}")
    screen.say(f"{pack.jurisdiction}, in force from {pack.in_force_from}. {pack.version}.")
    screen.say(pack.scope)
    table = Table(box=SIMPLE_HEAD)
    for heading in ("id", "rule", "sets", "kind", "known", "citation"):
        table.add_column(heading, no_wrap=heading in ("id", "sets", "known"))
    for rule in pack.rules:
        sets = "\n".join(f"{field} = {json.dumps(value)}" for field, value in rule.sets.items()) or "recorded only"
        if rule.number_assumed:
            sets += "\n(number assumed)"
        table.add_row(rule.id, rule.title, sets, rule.kind, rule.status, rule.citation)
    screen.table(table)
    for rule in pack.rules:
        screen.say(" ".join(part for part in (f"{rule.id}: {rule.says}", rule.note, f"Source: {rule.source}") if part))
    screen.say()
    screen.say(pack.notice)


def _as_dict(pack: Pack) -> dict[str, Any]:
    content: dict[str, Any] = pack.model_dump(mode="json")
    return content
