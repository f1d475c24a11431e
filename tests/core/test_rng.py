"""The draws: published Philox vectors, the key's layout, the inverse CDFs, and equality with and without Numba."""

from __future__ import annotations

import hashlib
import math
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

import simcollect.core.compiled as compiled_module
from simcollect.core import rng
from simcollect.core.codes import Purpose
from simcollect.core.compiled import NUMBA_IS_ON, plain

ROOT = Path(compiled_module.__file__).parents[2]

# Random123 (Salmon et al. 2011), file kat_vectors, lines "philox4x32 10": counter, key, result.
PUBLISHED = [
    (
        (0, 0, 0, 0),
        (0, 0),
        (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8),
    ),
    (
        (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
        (0xFFFFFFFF, 0xFFFFFFFF),
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]

words = st.integers(min_value=0, max_value=2**32 - 1)


@pytest.mark.parametrize(("counter", "key", "result"), PUBLISHED)
def test_philox_gives_the_published_vectors(
    counter: tuple[int, int, int, int], key: tuple[int, int], result: tuple[int, int, int, int]
) -> None:
    assert rng.philox4x32(*counter, *key) == result
    assert plain(rng.philox4x32)(*counter, *key) == result


@given(words, words, words, words, words, words)
def test_philox_equals_an_independent_writing_in_unsigned_words(
    c0: int, c1: int, c2: int, c3: int, k0: int, k1: int
) -> None:
    x = [np.uint64(word) for word in (c0, c1, c2, c3)]
    key = [np.uint64(k0), np.uint64(k1)]
    low = np.uint64(0xFFFFFFFF)
    for _ in range(10):
        a, b = np.uint64(0xD2511F53) * x[0], np.uint64(0xCD9E8D57) * x[2]
        x = [(b >> np.uint64(32)) ^ x[1] ^ key[0], b & low, (a >> np.uint64(32)) ^ x[3] ^ key[1], a & low]
        key = [(key[0] + np.uint64(0x9E3779B9)) & low, (key[1] + np.uint64(0xBB67AE85)) & low]
    assert rng.philox4x32(c0, c1, c2, c3, k0, k1) == tuple(int(word) for word in x)


def test_a_uniform_is_the_top_52_bits_of_the_documented_counter() -> None:
    seed, replication, key, purpose, occurrence = 0x1234_5678_9ABC_DEF0, 7, 0xABCD_0123_4567, 31, 9
    x0, x1, _, _ = rng.philox4x32(0x0123_4567, 9, 31 | 0xABCD << 16, 7, 0x9ABC_DEF0, 0x1234_5678)
    expected = (((x0 << 32 | x1) >> 12) + 0.5) / 2.0**52
    assert rng.uniform(seed, replication, key, purpose, occurrence) == expected


@pytest.mark.parametrize(
    "other",
    [
        (1 + 2**40, 2, 3, 4, 5),
        (2, 2, 3, 4, 5),
        (1, 3, 3, 4, 5),
        (1, 2, 4, 4, 5),
        (1, 2, 3 + 2**40, 4, 5),
        (1, 2, 3, 5, 5),
        (1, 2, 3, 4, 6),
        (1, 2, 5, 4, 3),
    ],
)
def test_each_part_of_the_key_changes_the_draw(other: tuple[int, int, int, int, int]) -> None:
    assert rng.uniform(*other) != rng.uniform(1, 2, 3, 4, 5)


def test_the_extreme_words_give_neither_0_nor_1(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = plain(rng.uniform)
    monkeypatch.setattr(rng, "philox4x32", lambda *_: (0, 0, 0, 0))
    assert draw(1, 1, 1, 1, 1) == 2.0**-53
    monkeypatch.setattr(rng, "philox4x32", lambda *_: (2**32 - 1, 2**32 - 1, 0, 0))
    assert draw(1, 1, 1, 1, 1) == 1.0 - 2.0**-53 < 1.0


@given(st.integers(0, 2**63 - 1), words, st.integers(0, 2**48 - 1), st.integers(0, 2**16 - 1), words)
def test_plain_and_compiled_draws_are_equal_and_inside_the_open_interval(
    seed: int, replication: int, key: int, purpose: int, occurrence: int
) -> None:
    u = rng.uniform(seed, replication, key, purpose, occurrence)
    assert 0.0 < u < 1.0
    assert u == plain(rng.uniform)(seed, replication, key, purpose, occurrence)
    assert (1.0 - u) * 2.0**53 == 2**53 - u * 2.0**53  # one minus it is exact too


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint32, np.uint64])
def test_every_integer_type_gives_the_same_draw(kind: type[np.integer]) -> None:
    expected = rng.uniform(11, 12, 13, 14, 15)
    parts = [kind(part) for part in (11, 12, 13, 14, 15)]
    assert rng.uniform(*parts) == expected  # type: ignore[arg-type]
    assert plain(rng.uniform)(*parts) == expected  # type: ignore[arg-type]


def test_a_member_of_purpose_gives_the_draw_of_its_number() -> None:
    assert rng.uniform(1, 2, 3, Purpose.ARRIVAL, 5) == rng.uniform(1, 2, 3, int(Purpose.ARRIVAL), 5)


def test_uniforms_are_the_single_draws_and_an_added_key_changes_no_other() -> None:
    keys = np.array([5, 0, 2**47, 9], dtype=np.int64)
    draws = rng.uniforms(3, 1, keys, 31, 2)
    assert draws.tolist() == [rng.uniform(3, 1, int(key), 31, 2) for key in keys]
    assert np.array_equal(np.delete(rng.uniforms(3, 1, np.insert(keys, 1, 77), 31, 2), 1), draws)
    assert len(rng.uniforms(3, 1, keys[:0], 31, 2)) == 0


TAILS = [2.0**-53, 1e-15, 1e-12, 1e-6, 0.01, 0.075, 0.3, 0.5, 0.7, 0.925, 0.99, 1 - 1e-6, 1 - 1e-12, 1 - 2.0**-53]


@pytest.mark.parametrize("u", TAILS)
def test_normal_equals_the_inverse_cdf_at_the_ends(u: float) -> None:
    assert rng.normal(u) == pytest.approx(stats.norm.ppf(u), rel=1e-14, abs=0.0)


@given(st.floats(min_value=2.0**-53, max_value=1.0 - 2.0**-53))
def test_normal_is_within_1e_9_of_the_inverse_cdf(u: float) -> None:
    assert abs(rng.normal(u) - stats.norm.ppf(u)) < 1e-9
    assert rng.normal(u) == plain(rng.normal)(u)


@given(st.integers(1, 2**52 - 1))
def test_normal_is_odd_about_one_half(i: int) -> None:
    u = (i + 0.5) * 2.0**-52
    assert rng.normal(1.0 - u) == -rng.normal(u)


def test_normal_never_falls_while_u_rises() -> None:
    at_seams = [seam + step * 2.0**-40 for seam in (0.075, 0.925, math.exp(-25)) for step in range(-50, 51)]
    u = np.array(sorted([*np.linspace(0.0005, 0.9995, 1000), *(s for s in at_seams if s > 0)]))
    assert np.all(np.diff([rng.normal(float(x)) for x in u]) > 0)


@given(st.floats(min_value=2.0**-53, max_value=1.0 - 2.0**-53), st.floats(0.01, 1e4))
def test_exponential_inverts_its_cdf(u: float, mean: float) -> None:
    assert rng.exponential(u, mean) == pytest.approx(stats.expon.ppf(u, scale=mean), rel=1e-12)
    assert rng.exponential(u, mean) == plain(rng.exponential)(u, mean)


@given(st.floats(min_value=1e-9, max_value=1.0 - 1e-9), st.floats(-3, 10), st.floats(0.01, 2))
def test_lognormal_inverts_its_cdf(u: float, log_median: float, log_sd: float) -> None:
    expected = stats.lognorm.ppf(u, s=log_sd, scale=math.exp(log_median))
    assert rng.lognormal(u, log_median, log_sd) == pytest.approx(expected, rel=1e-8)


def test_bernoulli_never_happens_at_0_and_always_at_1() -> None:
    least, most = 2.0**-53, 1.0 - 2.0**-53
    assert not rng.bernoulli(least, 0.0)
    assert rng.bernoulli(most, 1.0)
    assert rng.bernoulli(0.29, 0.3)
    assert not rng.bernoulli(0.31, 0.3)


@pytest.mark.parametrize(("u", "drawn"), [(1e-9, 1), (0.24, 1), (0.25, 3), (0.26, 3), (1 - 1e-9, 3)])
def test_choice_takes_positions_in_proportion_and_never_one_of_weight_0(u: float, drawn: int) -> None:
    assert rng.choice(u, np.array([0.0, 1.0, 0.0, 3.0, 0.0])) == drawn


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=20).filter(lambda weights: sum(weights) > 1e-6))
def test_the_least_and_the_largest_uniform_choose_the_first_and_the_last_positive_weight(weights: list[float]) -> None:
    positive = [position for position, weight in enumerate(weights) if weight > 1e-6]
    array = np.array([weight if weight > 1e-6 else 0.0 for weight in weights])
    assume(positive)
    assert rng.choice(2.0**-53, array) == positive[0]
    # A weight lost in the sum of those before it can never be drawn.
    last = max(position for position in positive if sum(array[: position + 1]) > sum(array[:position]))
    assert rng.choice(1.0 - 2.0**-53, array) == last


@pytest.mark.parametrize("weights", [[0.0, 0.0], [], [math.nan, 1.0]])
def test_choice_refuses_weights_that_add_up_to_nothing(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        rng.choice(0.5, np.array(weights, dtype=np.float64))


WEIGHTS = np.array([0.2, 0.0, 1.7, 3.1])


def many_draws() -> str:
    """Return a hash over the bits of draws of every kind."""
    digest = hashlib.sha256()
    for i in range(3000):
        u = rng.uniform(2**62 + i, i % 7, i * 2**33 + i, i % 73, i * 1_000_003)
        floats = (u, rng.normal(u), rng.exponential(u, 3.5), rng.lognormal(u, 1.25, 0.75))
        digest.update(struct.pack("<4d2q", *floats, rng.choice(u, WEIGHTS), rng.bernoulli(u, 0.3)))
    return digest.hexdigest()


def test_a_process_with_numba_switched_the_other_way_draws_the_same_bits() -> None:
    environment = {**os.environ, "SIMCOLLECT_NUMBA": "0" if NUMBA_IS_ON else "1", "PYTHONPATH": str(ROOT)}
    folder = str(Path(__file__).parent)
    script = f"import sys; sys.path.insert(0, {folder!r}); import test_rng as t; print(t.NUMBA_IS_ON, t.many_draws())"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(not NUMBA_IS_ON), many_draws()]
