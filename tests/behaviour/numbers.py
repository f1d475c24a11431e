"""Ranges that the tests of this room draw from."""

from __future__ import annotations

from hypothesis import strategies as st

uniforms = st.floats(1e-12, 1.0 - 1e-12)
shares = st.floats(0.0, 1.0)
weights = st.floats(0.0, 10.0)
cents = st.integers(0, 10_000_000)
