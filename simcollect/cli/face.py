"""The command ``simcollect face``: whether the trade-offs have the signs that practitioners expect."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from simcollect.cli.app import STOPPED, JsonOption, LangOption, announce_compiling, app
from simcollect.cli.screen import Screen
from simcollect.core.errors import InputError
from simcollect.core.words import Lang, check_lang

if TYPE_CHECKING:
    from simcollect.face.check import FaceCheck

_STYLES = {"agrees": "", "disagrees": "bold red", "cannot tell": "dim"}


@app.command(
    epilog="Examples:\n\n"
    "simcollect face\n\n"
    "simcollect face cards_taiwan my.toml --only D3,D15 --replications 10\n\n"
    "simcollect face my.toml --add my_demonstrations.toml --out results/face-mine\n\n"
    "simcollect face --list"
)
def face(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SCENARIO ...]", help="Names or TOML files; cards_taiwan and instalment_us if none."),
    ] = None,
    only: Annotated[
        str | None, typer.Option("--only", metavar="D3,D15,...", help="Which demonstrations; all when left out.")
    ] = None,
    add: Annotated[
        list[Path] | None,
        typer.Option("--add", metavar="FILE", help="TOML file with demonstrations of your own; may be repeated."),
    ] = None,
    replications: Annotated[
        int | None, typer.Option("--replications", min=1, help="Pairs of runs a seed; 5 when left out.")
    ] = None,
    seeds: Annotated[
        str | None,
        typer.Option("--seeds", metavar="A,B,...", help="Seeds; each scenario's own and the next two if left out."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Results folder.")] = Path("results/face"),
    list_only: Annotated[bool, typer.Option("--list", help="Print the demonstrations and stop.")] = False,
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Ask a scenario for the trade-offs that trainers show, and say for each sign: agrees, disagrees or cannot tell.

    Every setting of a knob meets the same borrowers with the same luck. The 95 % intervals of one demonstration's
    claims on one scenario hold together, and each of three seeds must point the same way. A sign that disagrees is told
    as it is: it may be the model or the expectation that is wrong. Finished runs are kept: the same command goes on
    after Ctrl-C, and runs only what is new after a change.
    """
    from simcollect.experiment.run import Interrupted
    from simcollect.face.check import REPLICATIONS, SCENARIOS, check_face
    from simcollect.face.reading import all_demonstrations
    from simcollect.scenario import load

    screen = Screen()
    language = check_lang(lang)
    chosen = all_demonstrations(add or (), [name.strip() for name in (only or "").split(",") if name.strip()])
    if list_only:
        for demonstration in chosen:
            screen.say(f"{demonstration.id:6} {demonstration.titled(language)}")
        return
    loaded = [load(name) for name in scenarios or SCENARIOS]
    announce_compiling(screen)
    try:
        with screen.progress("runs") as report:
            result = check_face(
                loaded,
                chosen,
                seeds=_seeds(seeds),
                replications=replications or REPLICATIONS,
                folder=out,
                workers=workers,
                on_progress=report,
            )
    except Interrupted as stopped:
        screen.error(
            f"Stopped after {stopped.n_finished} of {stopped.n_all} runs. They are kept in {out}; go on with:\n  "
            + " ".join(["simcollect", *sys.argv[1:]])
        )
        raise typer.Exit(STOPPED) from None
    result.save(out, language)
    if as_json:
        typer.echo(json.dumps(result.to_dict(language), indent=2, ensure_ascii=False))
    else:
        print_face(result, screen, language)
        screen.note(f"face.json, face.csv and face.png: {out}")


def print_face(result: FaceCheck, screen: Screen, lang: Lang = "en") -> None:
    """Print a table for each scenario, what disagrees and why, and what could not be asked."""
    from simcollect.face.picture import claim_words, numbers
    from simcollect.face.verdict import Answer
    from simcollect.face.wording import answer_words

    zh = lang == "zh"
    for scenario in dict.fromkeys(row.scenario for row in result.rows):
        mine = [row for row in result.rows if row.scenario == scenario]
        title = f"{scenario}：{mine[0].verdict.n} 对" if zh else f"{scenario}: {mine[0].verdict.n} pairs of runs"
        table = Table(title=title, title_justify="left", expand=False)
        table.add_column("")
        table.add_column("结果与预期" if zh else "outcome and expectation", overflow="fold")
        table.add_column("变化与 95% 区间" if zh else "change, 95 % interval", justify="right", no_wrap=True)
        table.add_column("结论" if zh else "verdict", no_wrap=True)
        before = ""
        for row in mine:
            demonstration = row.demonstration
            if demonstration.id != before:
                table.add_section()
                heading = Text(demonstration.titled(lang), style="bold")
                table.add_row(Text(demonstration.id, style="bold"), heading, "", "")
                before = demonstration.id
            answer = row.verdict.answer
            told = numbers(row) if math.isfinite(row.verdict.estimate) else "-"
            table.add_row(
                "", claim_words(row.claim, demonstration, lang), told,
                Text(answer_words(answer, lang), style=_STYLES[answer.value]),
            )  # fmt: skip
        screen.table(table)
    for row in result.rows:
        note = row.note(lang)
        if row.verdict.answer is Answer.DISAGREES or (note and row.claim.if_not):
            place = f"{row.demonstration.id}, {row.scenario}: {claim_words(row.claim, row.demonstration, lang)}"
            screen.say(f"{place} - {answer_words(row.verdict.answer, lang)}. {note}")
    for left in result.not_asked:
        whose = f"{left.demonstration.id} / {left.claim.outcome}" if left.claim else left.demonstration.id
        screen.say(f"{whose}, {left.scenario}: {'未提问' if zh else 'not asked'}: {left.reason}")
    for added in sorted({row.claim.added for row in result.rows}):
        counts = [result.count(answer, added=added) for answer in Answer]
        if zh:
            said = f"{counts[0]} 项一致，{counts[1]} 项不一致，{counts[2]} 项无法判断。"
            screen.say(f"另计（看过结果后增加，以 + 标记）：{said}" if added else said)
        else:
            said = f"{counts[0]} agree, {counts[1]} disagree, {counts[2]} cannot be told."
            screen.say(f"Apart (+, added after results had been looked at): {said}" if added else said)


def _seeds(written: str | None) -> tuple[int, ...]:
    from simcollect.scenario.run import MAX_SEED

    found = []
    for word in (written or "").split(","):
        if not word.strip():
            continue
        if not word.strip().isdigit() or int(word) > MAX_SEED:
            expected = f"Expected whole numbers from 0 to {MAX_SEED}, with commas between"
            raise InputError("", "--seeds", f'holds "{word.strip()}"', expected, "--seeds 1,2,3")
        found.append(int(word))
    return tuple(found)
