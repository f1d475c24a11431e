"""Machine code for the model: made once after an installation or a change, then kept on disk for every process."""

from __future__ import annotations

from simcollect.core.compiled import is_on_disk
from simcollect.engine import simulate
from simcollect.engine.contract import LAST_COMPILED
from simcollect.scenario import load

_SMALL, _STRATEGY = "tiny", "firm"


def is_compiled() -> bool:
    """Return whether machine code for these sources is on disk (or Numba is switched off)."""
    return is_on_disk(LAST_COMPILED)


def compile_model() -> None:
    """Make the machine code, by a run of twelve borrowers; takes half a minute when there is none, else no time."""
    simulate(load(_SMALL), _STRATEGY)
