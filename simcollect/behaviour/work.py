"""How long staff sit over a task, around its mean time."""

from __future__ import annotations

import math

from simcollect.core.compiled import compiled
from simcollect.core.rng import lognormal


@compiled
def geometric_minutes(u: float, mean_minutes: float) -> int:
    """Return whole minutes of a time without memory, at least one: the exponential on a clock of whole minutes.

    The mean is exactly ``mean_minutes`` (1 or more), which rounding an exponential time up would raise by half a
    minute. Rises with the uniform ``u`` in (0, 1).
    """
    if mean_minutes <= 1.0:
        return 1
    return 1 + int(math.log1p(-u) / math.log1p(-1.0 / mean_minutes))


@compiled
def lognormal_minutes(u: float, mean_minutes: float, log_sd: float) -> int:
    """Return a lognormal time of mean ``mean_minutes`` to the nearest whole minute, at least one.

    Rounding is even-handed; the least of one minute adds 1.5 % to a mean of two minutes (spread 0.6) and nothing that
    shows to one of five. Rises with ``u`` in (0, 1).

    References
    ----------
    Lognormal service times: Brown et al. 2005, Statistical analysis of a telephone call center, JASA 100(469).
    """
    minutes = lognormal(u, math.log(mean_minutes) - log_sd * log_sd / 2.0, log_sd)
    return max(1, int(minutes + 0.5))
