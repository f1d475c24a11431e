"""Keyed random draws: one uniform is a pure function of (seed, replication, key, purpose, occurrence).

No state, no stream to exhaust, no order of calls to respect. The same borrower has the same luck under every
strategy, and adding an account changes nobody else's. One uniform makes one variate, by inverse CDF, never by
rejection.

The generator is Philox 4x32-10. Its 128-bit counter and 64-bit key are filled so that different draws have
different (counter, key) as long as each part is in its range:

======================  =========================================  ==================
word                    holds                                      range
======================  =========================================  ==================
counter 0               key, bits 0 to 31                          key 0 to 2**48 - 1
counter 1               occurrence                                 0 to 2**32 - 1
counter 2, bits 0-15    purpose                                    0 to 2**16 - 1
counter 2, bits 16-31   key, bits 32 to 47
counter 3               replication                                0 to 2**32 - 1
Philox key 0 and 1      seed, bits 0 to 31 and 32 to 63            0 to 2**63 - 1
======================  =========================================  ==================

Ranges are the caller's duty: outside them the upper bits are dropped, and two draws may coincide.

References
----------
Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC'11 (Philox, section 3.3; Random123).
Wichura 1988, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37(3), 477-484.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simcollect.core.compiled import compiled

_WORD = 0xFFFFFFFF
_MULTIPLIER_0 = 0xD2511F53
_MULTIPLIER_1 = 0xCD9E8D57
_WEYL_0 = 0x9E3779B9  # golden ratio
_WEYL_1 = 0xBB67AE85  # square root of 3, less 1
_ROUNDS = 10
_STEP = 2.0**-52

# Wichura 1988, PPND16: coefficients of the power 7 down to 0.
_MIDDLE_TOP = (
    2.5090809287301226727e3,
    3.3430575583588128105e4,
    6.7265770927008700853e4,
    4.5921953931549871457e4,
    1.3731693765509461125e4,
    1.9715909503065514427e3,
    1.3314166789178437745e2,
    3.3871328727963666080e0,
)
_MIDDLE_BOTTOM = (
    5.2264952788528545610e3,
    2.8729085735721942674e4,
    3.9307895800092710610e4,
    2.1213794301586595867e4,
    5.3941960214247511077e3,
    6.8718700749205790830e2,
    4.2313330701600911252e1,
    1.0,
)
_TAIL_TOP = (
    7.74545014278341407640e-4,
    2.27238449892691845833e-2,
    2.41780725177450611770e-1,
    1.27045825245236838258e0,
    3.64784832476320460504e0,
    5.76949722146069140550e0,
    4.63033784615654529590e0,
    1.42343711074968357734e0,
)
_TAIL_BOTTOM = (
    1.05075007164441684324e-9,
    5.47593808499534494600e-4,
    1.51986665636164571966e-2,
    1.48103976427480074590e-1,
    6.89767334985100004550e-1,
    1.67638483018380384940e0,
    2.05319162663775882187e0,
    1.0,
)
_FAR_TAIL_TOP = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    1.24266094738807843860e-3,
    2.65321895265761230930e-2,
    2.96560571828504891230e-1,
    1.78482653991729133580e0,
    5.46378491116411436990e0,
    6.65790464350110377720e0,
)
_FAR_TAIL_BOTTOM = (
    2.04426310338993978564e-15,
    1.42151175831644588870e-7,
    1.84631831751005468180e-5,
    7.86869131145613259100e-4,
    1.48753612908506148525e-2,
    1.36929880922735805310e-1,
    5.99832206555887937690e-1,
    1.0,
)


@compiled
def philox4x32(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Return the four words of Philox 4x32-10 for counter (c0, c1, c2, c3) and key (k0, k1); all 0 to 2**32 - 1.

    Written in signed integers with masks: Python's never overflow, Numba's wrap at 64 bits, and the bits kept agree.
    """
    for _ in range(_ROUNDS):
        product_0 = _MULTIPLIER_0 * c0
        product_1 = _MULTIPLIER_1 * c2
        c0 = ((product_1 >> 32) & _WORD) ^ c1 ^ k0
        c2 = ((product_0 >> 32) & _WORD) ^ c3 ^ k1
        c1 = product_1 & _WORD
        c3 = product_0 & _WORD
        k0 = (k0 + _WEYL_0) & _WORD
        k1 = (k1 + _WEYL_1) & _WORD
    return c0, c1, c2, c3


@compiled
def uniform(seed: int, replication: int, key: int, purpose: int, occurrence: int) -> float:
    """Return the uniform of this key: one of the 2**52 midpoints (i + 1/2) / 2**52, so never 0 and never 1.

    Every midpoint, and one minus it, is an exact float. Ranges of the arguments: see the head of this file.
    """
    # To int64 for Numba, which would turn a mix of signed and unsigned into a float, and takes an IntEnum member no
    # other way; then to int for plain Python, where NumPy's integers would overflow with a warning.
    whole_seed = int(np.int64(seed))
    whole_key = int(np.int64(key))
    x0, x1, _, _ = philox4x32(
        whole_key & _WORD,
        int(np.int64(occurrence)) & _WORD,
        (int(np.int64(purpose)) & 0xFFFF) | (((whole_key >> 32) & 0xFFFF) << 16),
        int(np.int64(replication)) & _WORD,
        whole_seed & _WORD,
        (whole_seed >> 32) & _WORD,
    )
    return (float((x0 << 20) | (x1 >> 12)) + 0.5) * _STEP


@compiled
def uniforms(
    seed: int, replication: int, keys: NDArray[np.int64], purpose: int, occurrence: int
) -> NDArray[np.float64]:
    """Return ``uniform`` for each of the keys (shape n), shape n."""
    draws = np.empty(len(keys), dtype=np.float64)
    for i in range(len(keys)):
        draws[i] = uniform(seed, replication, keys[i], purpose, occurrence)
    return draws


@compiled
def exponential(u: float, mean: float) -> float:
    """Return the exponential variate (in the unit of ``mean``) at the uniform ``u`` in (0, 1); rises with ``u``."""
    return -mean * math.log1p(-u)


@compiled
def _polynomial(x: float, coefficients: tuple[float, ...]) -> float:
    total = 0.0
    for coefficient in coefficients:
        total = total * x + coefficient
    return total


@compiled
def normal(u: float) -> float:
    """Return the standard normal variate at the uniform ``u`` in (0, 1); relative error about 1e-16.

    References
    ----------
    Wichura 1988, algorithm AS 241, routine PPND16.
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _polynomial(r, _MIDDLE_TOP) / _polynomial(r, _MIDDLE_BOTTOM)
    r = math.sqrt(-math.log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        size = _polynomial(r - 1.6, _TAIL_TOP) / _polynomial(r - 1.6, _TAIL_BOTTOM)
    else:
        size = _polynomial(r - 5.0, _FAR_TAIL_TOP) / _polynomial(r - 5.0, _FAR_TAIL_BOTTOM)
    return -size if q < 0.0 else size


@compiled
def lognormal(u: float, log_median: float, log_sd: float) -> float:
    """Return the lognormal variate at ``u`` in (0, 1); its logarithm has this median and standard deviation (>= 0)."""
    return math.exp(log_median + log_sd * normal(u))


@compiled
def bernoulli(u: float, probability: float) -> bool:
    """Return whether an event of this probability (0 to 1) happens at ``u`` in (0, 1)."""
    return u < probability


@compiled
def choice(u: float, weights: NDArray[np.float64]) -> int:
    """Return the position drawn at ``u`` in (0, 1) in proportion to the weights (shape k, each 0 or more).

    A position of weight 0 is never drawn.

    Raises
    ------
    ValueError
        If the weights do not add up to a positive number.
    """
    total = 0.0
    for i in range(len(weights)):
        total += weights[i]
    if not total > 0.0:
        raise ValueError("choice: the weights must add up to more than 0")
    # Even (1 - 2**-53) * total is rounded to less than total, which the same sum reaches at the last positive weight.
    target = u * total
    position = 0
    passed = weights[0]
    while passed <= target and position + 1 < len(weights):
        position += 1
        passed += weights[position]
    return position
