"""The product-limit estimate of Kaplan and Meier, with Greenwood's standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

_NORMAL_95: Final = 1.959963984540054


def kaplan_meier(times: NDArray[Any], has_failed: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the survival curve of spells, some of which were still going on when last seen.

    A spell that was last seen at the very time of a failure counts as still at risk then.

    Parameters
    ----------
    times
        Length of each spell, as long as it was seen, shape n, >= 0.
    has_failed
        Whether the spell ended in a failure (False: it was last seen without one), shape n.

    Returns
    -------
    pandas.DataFrame
        One row a time at which anything happened, rising, and a first row at 0: ``time``, ``n_at_risk`` just before,
        ``n_failed``, ``n_censored``, ``survival`` (share not failed), ``standard_error``, ``low`` and ``high`` (95 %
        limits on the log(-log) scale, so that they stay within 0 and 1; not a number where survival is 0 or 1).

    References
    ----------
    Kaplan and Meier 1958, Nonparametric Estimation from Incomplete Observations; Greenwood 1926, The Errors of
    Sampling of the Survivorship Tables; Kalbfleisch and Prentice 1980 for the log(-log) limits.

    Examples
    --------
    >>> kaplan_meier(np.array([1, 2, 2, 3]), np.array([True, True, False, False]))["survival"].tolist()
    [1.0, 0.75, 0.5, 0.5]
    """
    import pandas as pd

    times, has_failed = np.asarray(times), np.asarray(has_failed, dtype=np.bool_)
    moments, place = np.unique(np.append(0, times), return_inverse=True)
    place = place[1:]
    failed = np.bincount(place[has_failed], minlength=len(moments))
    censored = np.bincount(place[~has_failed], minlength=len(moments))
    left = np.concatenate([[0], np.cumsum(failed + censored)[:-1]])
    at_risk = len(times) - left
    lasting = at_risk - failed
    survival = np.cumprod(np.divide(lasting, at_risk, out=np.ones(len(moments)), where=at_risk > 0))
    terms = np.divide(failed, at_risk * lasting, out=np.zeros(len(moments)), where=lasting > 0)
    spread = np.cumsum(terms)  # Greenwood's sum
    inside = (survival > 0.0) & (survival < 1.0)
    log_survival = np.log(survival, out=np.full(len(moments), np.nan), where=inside)
    reach = np.exp(_NORMAL_95 * np.sqrt(spread) / np.abs(log_survival))
    return pd.DataFrame(
        {
            "time": moments,
            "n_at_risk": at_risk,
            "n_failed": failed,
            "n_censored": censored,
            "survival": survival,
            "standard_error": survival * np.sqrt(spread),
            "low": np.where(inside, np.power(survival, reach), np.nan),
            "high": np.where(inside, np.power(survival, 1.0 / reach), np.nan),
        }
    )
