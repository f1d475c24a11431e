"""``docs/selection.md``: what selection and simultaneous statements promise, and how often the promise was kept."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from simcollect.stats.promises import LEVEL, Kept

_HEAD: Final = """# Are the promises kept?

`simcollect select` promises the best strategy, `compare --precision` and `compare --simultaneous` promise intervals
that are all right at once. A promise of 95 % can be measured: make problems whose truth is known, ask, and count.
Below, {n:,} problems of each kind; in brackets the 95 % interval of the share (Clopper-Pearson), which is what {n:,}
problems leave open. This page is written by

```
make selection-table        # simcollect selection-table --problems {n} --out docs/selection.md
```

and says the same each time. None of these numbers comes from the model of borrowers: the systems are random numbers
with set means.

"""

_SECTIONS: Final[Sequence[tuple[tuple[str, ...], str, str, str]]] = (
    (
        ("selection", "near"),
        "Selecting the best",
        "The sequential procedure of Kim and Nelson (2001), first look after 10 replications. In every row "
        "but the last, the best leads all others by exactly the indifference, which is the hardest case that "
        "the promise covers (slippage). Unequal variances: standard deviations from 1 to 6 indifferences, "
        "else 3. In the last row three of five lie within the indifference of the best, and any of them "
        "counts as right. *Runs* is what it took, all systems together.",
        "runs",
    ),
    (
        ("subset",),
        "The subset that holds the best",
        "After 20 replications of each, the same problems. The subset guards against each rival separately, "
        "so it holds the best more often than promised and is larger than it need be: *size* is how many it "
        "keeps on average.",
        "size",
    ),
    (
        ("budget", "even"),
        "A fixed budget",
        "40 runs a system. No promise is made here, and none would be kept: the share says how often the best "
        "came out first. Beside it, the same budget divided evenly.",
        "runs",
    ),
    (
        ("together", "best"),
        "Intervals that hold together",
        "Intervals by the largest t, with fewer than ten replications Bonferroni's: it takes ten to learn how outcomes "
        "move together. The last row is multiple comparisons with the best, which are known to be wider than they "
        "need be.",
        "replications",
    ),
    (
        ("sign", "naive"),
        "Looking until a sign is clear",
        "Looks after 10, 15, 22 ... 200 replications, stopping as soon as an interval leaves out zero, which "
        "here is the truth: every stop before the end is an error. *paid for*: the rule of `compare "
        "--precision outcome=sign` (the level is spent evenly over the looks). *naive*: the usual "
        "simultaneous intervals looked at again and again.",
        "replications",
    ),
    (
        ("width",),
        "Looking until intervals are narrow enough",
        "The same looks, stopping when every half-width is at most 0.45 standard deviations: the rule of "
        "`compare --precision outcome=0.5pp`.",
        "replications",
    ),
)

_NAMES: Final = {
    "even": "divided evenly: ",
    "budget": "allocated: ",
    "naive": "naive: ",
    "sign": "paid for: ",
    "best": "comparisons with the best: ",
}


def promises_page(kept: Iterable[Kept]) -> str:
    """Return the page in Markdown."""
    found = list(kept)
    parts = [_HEAD.format(n=min(one.n for one in found))]
    for promises, title, told, unit in _SECTIONS:
        rows = [one for one in found if one.promise in promises]
        parts.append(f"## {title}\n\n{_wrapped(told)}\n\n")
        parts.append(f"| problems | kept | {unit} |\n| --- | --- | --- |\n")
        for one in rows:
            low, high = one.interval
            name = _NAMES.get(one.promise, "") + one.case
            share = f"{100 * one.share:.1f} % ({100 * low:.1f} to {100 * high:.1f})"
            parts.append(f"| {name} | {share} | {one.cost:,.1f} |\n")
        parts.append("\n")
    parts.append("## What this says\n\n")
    parts += [f"- {_wrapped(line, indent='  ')}\n" for line in _readings(found)]
    return "".join(parts)


def _readings(found: Sequence[Kept]) -> list[str]:
    """Return in sentences which promises are kept within what the problems leave open, and which are not."""
    judged = [one for one in found if one.promise not in ("naive", "budget", "even")]
    normal = [one for one in judged if "skewed" not in one.case]
    skewed = [one for one in judged if "skewed" in one.case]
    naive = [one for one in found if one.promise == "naive"]
    lines = []
    short = [one for one in normal if one.interval[1] < LEVEL]
    if short:
        lines.append(f"For normal outcomes, short of {100 * LEVEL:g} % beyond chance: {_listed(short)}.")
    else:
        lowest = min(normal, key=lambda one: one.share)
        lines.append(
            f"For normal outcomes, equal or unequal, paired or not, every promise of {100 * LEVEL:g} % is compatible "
            f"with what was counted; the lowest share is {100 * lowest.share:.1f} % ({lowest.case})."
        )
    below = [one for one in skewed if one.interval[1] < LEVEL]
    if below:
        lines.append(
            f"For exponential outcomes the promises are not all kept: {_listed(below)}. Differences of twins are far "
            "less skewed than that, but where an outcome is rare and large (a few lawsuits in a small book) treat 95 % "
            "as about 90 %, and take more replications or a larger book."
        )
    if naive:
        worst = min(naive, key=lambda one: one.share)
        lines.append(
            f"Looking again and again without paying for it is right only {100 * worst.share:.0f} % of the time "
            f"({worst.case}). That is why `--precision` with `sign` has wider intervals."
        )
    lines.append(
        "A selection promises nothing about the mean of the winner, which is a lucky one. Its final estimate comes "
        "from replications that neither search nor selection has seen."
    )
    return lines


def _listed(kept: Sequence[Kept]) -> str:
    words = {"selection": "selection", "subset": "subset", "together": "intervals", "width": "width", "sign": "sign"}
    return "; ".join(f"{words.get(one.promise, one.promise)}, {one.case}: {100 * one.share:.1f} %" for one in kept)


def _wrapped(text: str, indent: str = "", width: int = 120) -> str:
    return textwrap.fill(
        " ".join(text.split()), width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
