"""The command ``simcollect audit``: what is wrong with an event log, a simulated one or one's own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer

from simcollect.cli.app import HorizonOption, JsonOption, SeedOption, app
from simcollect.cli.screen import Screen
from simcollect.cli.source import ReplicationOption, StrategyArgument, is_log, open_log, refuse_other_file
from simcollect.core.codes import EventKind, Rule
from simcollect.core.errors import InputError, closest
from simcollect.core.eventlog import EventLog
from simcollect.core.words import name_of

if TYPE_CHECKING:
    from simcollect.outcomes.audit import ConductRules, Finding, Findings, StaffLimits
    from simcollect.scenario import Scenario
    from simcollect.scenario.packs import Pack
    from simcollect.scenario.rules import Rules

OWN: Final = (".csv", ".csv.gz")
"""How the name of a log of one's own ends."""
SHOWN_A_CHECK: Final = 3
"""Breaches of one check that are told to a person; the rest is counted."""


@dataclass(frozen=True)
class Held:
    """What a log is held to: rules, whose they are (a block and the pack behind it), and headcounts if known."""

    name: str
    rules: ConductRules
    block: Rules | None = None
    pack: Pack | None = None
    staff: StaffLimits | None = None

    def source_of(self, check: str) -> str:
        """Return the ids and citations of the rules behind a check, or the fields of the rules block that set it."""
        from simcollect.scenario.rules import FIELDS_OF_RULE

        code = rule_of(check)
        told: dict[str, None] = {}
        for field in () if code is None else FIELDS_OF_RULE[code]:
            rule = self.pack.rule_for(field) if self.pack is not None else None
            of_pack = rule is not None and rule.sets[field] == getattr(self.block, field)
            told[f"{rule.id}, {rule.citation}" if rule is not None and of_pack else f"rules.{field}"] = None
        return "; ".join(told)


@dataclass(frozen=True)
class Subject:
    """A log and how it was come by; ``file_rows`` and ``notes`` only of one's own."""

    log: EventLog
    file_rows: Sequence[int] | None = None
    notes: tuple[str, ...] = ()
    conduct_only: bool = False


@app.command(
    epilog="Examples:\n\n"
    "simcollect audit tiny balanced\n\n"
    "simcollect audit results/tiny-balanced --rules us_regf_2021\n\n"
    "simcollect audit calls.csv --rules uk_conc_2025 --accounts people.csv --zone Europe/London"
)
def audit(
    source: Annotated[
        str,
        typer.Argument(
            metavar="LOG", help="A results folder, a log.parquet, your own .csv, or a scenario (with a STRATEGY)."
        ),
    ],
    strategy: StrategyArgument = None,
    rules: Annotated[
        str | None,
        typer.Option(
            "--rules",
            metavar="PACK|SCENARIO",
            help="Rule pack, its TOML file, or a scenario; the log's own if left out.",
        ),
    ] = None,
    accounts: Annotated[
        Path | None, typer.Option("--accounts", metavar="CSV", help="Accounts of your own log: zones, consent, ...")
    ] = None,
    zone: Annotated[
        str | None, typer.Option("--zone", metavar="ZONE", help="Clock of your own log's times that name none (UTC).")
    ] = None,
    replication: ReplicationOption = 0,
    seed: SeedOption = None,
    horizon: HorizonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Audit an event log by code that knows nothing of the simulation: money, work, agreements, rules of conduct.

    A log of your own needs an account, a time and a kind in each row. Exit code 1 if anything is found.
    """
    from simcollect.outcomes.audit import audit as find

    screen = Screen()
    if not source.lower().endswith(OWN):
        refuse_other_file(
            source,
            "a log (.parquet), your own log (.csv or .csv.gz), the results folder of a run, or a scenario (its name, "
            "or a .toml)",
        )
    held = held_to(source, rules)
    if source.lower().endswith(OWN):
        if strategy is not None or replication != 0 or seed is not None or horizon is not None:
            raise InputError("", source, "is a log of your own", "Expected no strategy, replication, seed or horizon")
        subject = own_subject(source, accounts, zone)
    elif accounts is not None or zone is not None:
        expected = "Expected a log of your own, a .csv file, with --accounts or --zone"
        raise InputError("", source, "brings its own accounts and clocks", expected)
    else:
        subject = Subject(open_log(source, strategy, replication=replication, seed=seed, horizon=horizon))
    findings = find(subject.log, held.rules, held.staff, conduct_only=subject.conduct_only)
    if as_json:
        typer.echo(json.dumps(as_dict(subject, held, findings), indent=2, ensure_ascii=False))
    else:
        print_audit(subject, held, findings, screen)
    if not findings.ok:
        raise typer.Exit(1)


def held_to(source: str, rules: str | None) -> Held:
    """Return what a log is held to: the rules asked for, else those it was made under; and the staff it was made with.

    Raises
    ------
    InputError, InputErrors
        If there are no such rules, or they cannot be read.
    """
    own = _own(source)
    return own if rules is None else replace(_asked_for(rules), staff=own.staff)


def _own(source: str) -> Held:
    from simcollect import api
    from simcollect.experiment.manifest import MANIFEST, read_manifest
    from simcollect.outcomes.audit import ConductRules

    if (Path(source) / MANIFEST).is_file():
        return _of_scenario(read_manifest(source).scenario_as_run())
    if is_log(source) or source.lower().endswith(OWN):
        return Held("no rules but those that hold everywhere (name some with --rules)", ConductRules())
    return _of_scenario(api.load(source))


def _asked_for(rules: str) -> Held:
    from simcollect import api
    from simcollect.experiment.measure import held_to as of_block
    from simcollect.scenario.packs import is_pack_file, pack_names, read_pack
    from simcollect.scenario.reading import names, read_document
    from simcollect.scenario.rules import Rules

    known = [*pack_names(), *names()]
    if not is_pack_file(rules) and rules not in known:
        near = closest(rules, known)
        raise InputError(
            "",
            "--rules",
            f'is "{rules}", neither a rule pack nor a scenario',
            f"Packs: {', '.join(pack_names())}; scenarios: {', '.join(names())}; or a .toml file of either kind",
            f'Did you mean "{near}"?' if near is not None else "",
        )
    # A pack lists its rules, [[rules]], where a scenario has one block of them.
    written = read_document(Path(rules)).get("rules", {}) if is_pack_file(rules) else {}
    if isinstance(written, Mapping) and rules not in pack_names():
        return _of_scenario(api.load(rules))
    pack = read_pack(rules)
    block = Rules.model_validate({"pack": pack.name, **pack.settings})
    return Held(f"{pack.name}, {pack.title}", of_block(block), block, pack)


def _of_scenario(scenario: Scenario) -> Held:
    from simcollect.experiment.measure import conduct_rules, staff_limits

    pack = "" if scenario.pack is None else f" ({scenario.pack.name})"
    name = f"the rules of scenario {scenario.name}{pack}"
    return Held(name, conduct_rules(scenario), scenario.rules, scenario.pack, staff_limits(scenario))


def own_subject(source: str, accounts: Path | None, zone: str | None) -> Subject:
    """Return a log of one's own.

    Raises
    ------
    InputError, InputErrors
        If it cannot be read.
    """
    from simcollect.outcomes.own_log import read_own_log

    own = read_own_log(source, accounts, zone=zone or "UTC")
    notes = own.notes
    if not own.keeps_debts:
        notes += ("No debt is opened (no OPENED rows), so conduct alone is audited: no money, work or agreements.",)
    return Subject(own.log, own.file_rows.tolist(), notes, not own.keeps_debts)


def rule_of(check: str) -> Rule | None:
    """Return the rule that a check of conduct is about, None for another check.

    Examples
    --------
    >>> rule_of("rule_cease_request").name, rule_of("cash_conserved") is None
    ('CEASE_REQUEST', True)
    """
    return Rule[check.removeprefix("rule_").upper()] if check.startswith("rule_") else None


def print_audit(subject: Subject, held: Held, findings: Findings, screen: Screen) -> None:
    """Print the checks with what they found, and the first breaches in words."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    log = subject.log
    start = datetime.fromisoformat(log.header.start_date).date()
    end = start + timedelta(minutes=log.header.horizon_minutes - 1)
    screen.say(f"{_title(log)}: {len(log):,} events of {len(log.accounts):,} accounts, {start} to {end}")
    screen.say(f"Held to {held.name}.")
    for note in subject.notes:
        screen.say(f"Note: {note}")
    table = Table(box=SIMPLE_HEAD)
    for heading in ("check", "found", "rule"):
        table.add_column(heading, justify="right" if heading == "found" else "left", overflow="fold")
    for check, n in findings.counts.items():
        table.add_row(_words(check), f"{n:,}", held.source_of(check), style="bold" if n else "")
    screen.table(table)
    if findings.ok:
        screen.say(f"All {len(findings.counts)} checks passed.")
        return
    n_failed = sum(n > 0 for n in findings.counts.values())
    screen.say(
        f"{findings.n:,} {'fault' if findings.n == 1 else 'faults'}, by {n_failed} of {len(findings.counts)} checks."
    )
    for check, n in findings.counts.items():
        if n == 0:
            continue
        cited = held.source_of(check)
        screen.say(f"{_words(check)}: {n:,}{f' ({cited})' if cited else ''}")
        shown = findings.of_check(check)[:SHOWN_A_CHECK]
        for finding in shown:
            screen.say(f"  {sentence(subject, finding)}")
        if n > len(shown):
            screen.say(f"  ... and {n - len(shown):,} more")
    if held.pack is not None:
        screen.say()
        screen.say(held.pack.notice)


def sentence(subject: Subject, finding: Finding) -> str:
    """Return who, when by the borrower's own clock, what happened and what is wrong with it, in one line."""
    local = _local(subject.log, finding)
    when = f"{local:%a %Y-%m-%d %H:%M} {local.tzinfo}"
    kind = _kind(subject.log, finding.row)
    where = f"row {finding.row}" if subject.file_rows is None else f"row {subject.file_rows[finding.row]} of the file"
    return f"{_who(subject.log, finding.account)}, {when} ({where}), {kind}: {finding.reason}"


def as_dict(subject: Subject, held: Held, findings: Findings) -> dict[str, Any]:
    """Return an audit as plain values for JSON; times are ISO 8601 on the borrower's clock."""
    log = subject.log
    return {
        "ok": findings.ok,
        "log": {"title": _title(log), "digest": log.digest(), "n_events": len(log), "n_accounts": len(log.accounts)},
        "rules": held.name,
        "notes": list(subject.notes),
        "checks": [
            {
                "check": check,
                "rule": None if (rule := rule_of(check)) is None else rule.name,
                "citation": held.source_of(check) or None,
                "found": n,
            }
            for check, n in findings.counts.items()
        ],
        "found": [
            {
                "check": finding.check,
                "row": finding.row,
                "file_row": None if subject.file_rows is None else subject.file_rows[finding.row],
                "account": _who(log, finding.account),
                "at": _local(log, finding).isoformat(timespec="minutes"),
                "kind": _kind(log, finding.row),
                "reason": finding.reason,
            }
            for finding in findings.found
        ],
    }


def _title(log: EventLog) -> str:
    return f"{log.header.scenario}, {log.header.strategy}"


def _words(check: str) -> str:
    rule = rule_of(check)
    return check.replace("_", " ") if rule is None else f"rule: {name_of(rule)}"


def _kind(log: EventLog, row: int) -> str:
    code = int(log.rows["kind"][row])
    return name_of(EventKind(code)) if code in set(EventKind) else f"kind {code}"


def _who(log: EventLog, account: int) -> str:
    if not 0 <= account < len(log.accounts):
        return "no account" if account < 0 else f"account {account}"
    number = int(log.accounts["account_id"][account])
    names = log.header.names
    return names[account] if names and names[account] else f"account {number}"


def _local(log: EventLog, finding: Finding) -> datetime:
    known = 0 <= finding.account < len(log.accounts)
    zone = log.header.zones[int(log.accounts["zone"][finding.account])] if known else "UTC"
    moment = datetime.fromisoformat(log.header.start_date).replace(tzinfo=UTC) + timedelta(minutes=finding.at)
    return moment.astimezone(ZoneInfo(zone))
