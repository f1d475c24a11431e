"""Which strategy treats an account, in a log of an experiment with arms or of a change of strategy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import EventKind
from simcollect.outcomes.reading import Reading


def arm_of_accounts(reading: Reading) -> NDArray[np.int64]:
    """Return by account the place in ``LogHeader.arms`` of the strategy that treats it at the reading day, shape n."""
    return reading.field_at(reading.last(EventKind.ASSIGNED), "detail", 0)
