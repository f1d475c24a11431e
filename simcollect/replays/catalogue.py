"""All replays by their number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from simcollect.core.errors import InputError
from simcollect.replays.replay import Replay
from simcollect.replays.x1 import X1
from simcollect.replays.x2 import X2
from simcollect.replays.x3 import X3
from simcollect.replays.x4 import X4
from simcollect.replays.x5 import X5
from simcollect.replays.x6 import X6

REPLAYS: Final[Mapping[str, Replay]] = {replay.id: replay for replay in (X1, X2, X3, X4, X5, X6)}
"""Every replay by its id, in the order of the list of validation cases."""


def replay_of(name: str) -> Replay:
    """Return a replay by its id, whatever the case of its letter.

    Raises
    ------
    InputError
        If there is none of that name.

    Examples
    --------
    >>> replay_of("x1").id
    'X1'
    """
    found = REPLAYS.get(name.strip().upper())
    if found is None:
        raise InputError(
            "", f'replay "{name}"', "is not known", f"Expected one of {', '.join(REPLAYS)}", "Leave it out to play all"
        )
    return found
