"""Machine code for the model: made once after an installation or a change, then kept on disk for every process."""

from __future__ import annotations

from simcollect.core.compiled import NUMBA_IS_ON, cache_root, source_hash
from simcollect.engine import simulate
from simcollect.scenario import load

_SMALL, _STRATEGY = "tiny", "firm"


def is_compiled() -> bool:
    """Return whether machine code for these sources is on disk (or Numba is switched off)."""
    if not NUMBA_IS_ON:
        return True
    folder = cache_root() / source_hash()
    return folder.is_dir() and any(folder.rglob("*.nbi"))


def compile_model() -> None:
    """Make the machine code, by a run of twelve borrowers; takes about a minute when there is none, else no time."""
    simulate(load(_SMALL), _STRATEGY)
