"""The command ``simcollect replays``: published experiments on the real engine, beside what the papers printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simcollect.cli.app import STOPPED, JsonOption, LangOption, announce_compiling, app
from simcollect.cli.screen import Screen

if TYPE_CHECKING:
    from simcollect.core.words import Lang
    from simcollect.replays import Replays

_HEADS = {
    "en": ("", "what is measured", "unit", "paper", "band", "model", "95 % interval", "verdict"),
    "zh": ("", "测量内容", "单位", "论文", "区间", "模型", "95% 区间", "结论"),
}
_VERDICTS = {"agrees": "一致", "disagrees": "不一致", "cannot tell": "尚无法判断"}


@app.command(
    epilog="Examples:\n\n"
    "simcollect replays\n\n"
    "simcollect replays X1 X2 --replications 60 --out results/replays\n\n"
    "simcollect replays --lang zh"
)
def replays(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[X1 X2 ...]", help="Which to play; all when left out.")
    ] = None,
    replications: Annotated[
        int | None, typer.Option("--replications", help="Of each, at least 2; each replay's own number when left out.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Seed of all draws, in place of the scenarios'.")] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as there are cores when left out.")
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Folder for replays.json and the picture.")
    ] = Path("results/replays"),
    lang: LangOption = "en",
    as_json: JsonOption = False,
) -> None:
    """Play published experiments as scenarios of the real engine, and print the model's numbers beside the papers'.

    A verdict says where the model's interval lies: inside the paper's band (agrees), apart from it (disagrees), or
    across its end (cannot tell). Nothing is fitted here.
    """
    from simcollect.core.words import check_lang
    from simcollect.experiment.run import Interrupted
    from simcollect.replays import replays as play

    screen = Screen()
    language = check_lang(lang)
    announce_compiling(screen)
    try:
        with screen.progress("replications") as report:
            found = play(names or (), replications=replications, seed=seed, workers=workers, on_progress=report)
    except Interrupted as stopped:
        screen.error(f"Stopped after {stopped.n_finished} of {stopped.n_all} replications. Nothing was written.")
        raise typer.Exit(STOPPED) from None
    found.save(out, language)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
    else:
        print_replays(found, screen, language)
        screen.note(f"Results and picture: {out}")


def print_replays(found: Replays, screen: Screen, lang: Lang) -> None:
    """Print each replay's table, what speaks against transfer, and the count of verdicts."""
    from simcollect.cli.tables import plain_table

    played = list(dict.fromkeys(row.replay.id for row in found.rows))
    for name in played:
        rows = [row for row in found.rows if row.replay.id == name]
        replay = rows[0].replay
        screen.say(f"{name}  {replay.title.say(lang)}")
        screen.say(replay.source)
        table = plain_table(*_HEADS[lang][1:3])
        for heading in _HEADS[lang][3:7]:
            table.add_column(heading, justify="right")
        table.add_column(_HEADS[lang][7])
        for row in rows:
            measure = row.measure
            verdict = _VERDICTS[row.verdict] if lang == "zh" else row.verdict
            table.add_row(
                measure.title.say(lang),
                measure.unit,
                _number(measure.paper),
                _span(measure.low, measure.high),
                _number(row.estimate),
                _span(row.low, row.high),
                verdict,
            )
        screen.table(table)
        for row in rows:
            if row.measure.note.en:
                screen.say(f"- {row.note(lang)}")
        screen.say(f"- {rows[0].transfer(lang)}")
        screen.say()
    for given in sorted({row.measure.given for row in found.rows}):
        rows = [row for row in found.rows if row.measure.given == given]
        counts = {verdict: sum(row.verdict == verdict for row in rows) for verdict in _VERDICTS}
        if lang == "zh":
            said = "，".join(f"{_VERDICTS[verdict]} {count}" for verdict, count in counts.items())
            screen.say(f"另计（用于拟合，或由设定、定义、规则给定，或由其他各行推得）：{said}" if given else said)
        else:
            said = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
            screen.say(
                f"Apart (fitted, by a setting, by construction, a refusal, or from other rows): {said}"
                if given
                else said
            )


def _number(value: float | None) -> str:
    if value is None or value != value:
        return "-"
    text = f"{value:.2f}" if abs(value) < 10.0 else f"{value:.1f}"
    return "0.00" if float(text) == 0.0 else text


def _span(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"< {_number(high)}" if high is not None else f"> {_number(low)}" if low is not None else "-"
    if low == high or low != low:
        return "-"
    return f"{_number(low)} to {_number(high)}"
