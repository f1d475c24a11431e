"""The golden texts of explain and diff: which there are, and how they are written anew.

    python -m tests.scenario.golden.refresh

writes every file again, from the repository's folder. Read what has changed before it is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from simcollect.core.words import LANGS
from simcollect.scenario import load
from simcollect.scenario.diff import diff
from simcollect.scenario.explain import explain

FOLDER = Path(__file__).parent
COMMAND = "python -m tests.scenario.golden.refresh"
DIFFS = (("cards_taiwan", "gentle", "firm"), ("tiny", "balanced", "settle_early"), ("tiny", "no_action", "balanced"))


def texts() -> Iterator[tuple[str, str]]:
    """Yield file name and text of every golden text."""
    tiny = load("tiny")
    for lang in LANGS:
        for name in tiny.strategies:
            yield f"explain_{name}_{lang}.txt", f"{explain(tiny, name, lang)}\n"
        yield f"explain_full_balanced_{lang}.txt", f"{explain(tiny, 'balanced', lang, full=True)}\n"
        for scenario, first, second in DIFFS:
            yield f"diff_{first}_{second}_{lang}.txt", f"{diff(load(scenario), first, second, lang)}\n"


if __name__ == "__main__":
    for file, text in texts():
        (FOLDER / file).write_text(text, encoding="utf-8")
