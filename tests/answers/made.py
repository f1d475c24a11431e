"""Runs with a known truth, laid out as a study's are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcollect.answers.asked import Asked
from simcollect.answers.cube import Axis, Cube

Numbers = NDArray[np.float64]


def axis(label: str, levels: Sequence[Any]) -> Axis:
    numbers = tuple(float(level) for level in levels) if all(isinstance(x, int | float) for x in levels) else ()
    return Axis(label, tuple(map(str, levels)), numbers)


def cube(columns: Mapping[str, Numbers], over: Axis, by: Axis | None = None, reference: int = 0) -> Cube:
    """Columns of shape [r, k] or [r, k, m]."""
    layers = {name: values.reshape(*values.shape[:2], -1) for name, values in columns.items()}
    r, k, m = next(iter(layers.values())).shape
    rows = [
        {"replication": i, "_over": j, "_by": b, "day": 180, **{name: v[i, j, b] for name, v in layers.items()}}
        for i in range(r)
        for j in range(k)
        for b in range(m)
    ]
    return Cube(over, by or Axis("", ("0",), ()), pd.DataFrame(rows), reference, 180)


def asked(kind: Any, outcomes: Sequence[str], **more: Any) -> Asked:
    given: dict[str, Any] = {
        "kind": kind, "title": "T", "over": "x", "by": "", "over_label": "x", "by_label": "", "labels": (),
        "by_labels": (), "outcomes": tuple(outcomes), "reference": 0, "only": (), "tell": (),
        "interaction_without": (), "groups": "", "at": {}, "day": None,
        "smallest_effect": None, "twin": "",
    }  # fmt: skip
    return Asked(**(given | more))


def paired(means: Sequence[float], r: int = 20, noise: float = 0.01, seed: int = 1) -> Numbers:
    """Levels that share most of their luck, shape [r, k]; its own noise is exactly centred, so that means are exact."""
    rng = np.random.default_rng(seed)
    own = noise * rng.normal(size=(r, len(means)))
    shared = rng.normal(size=(r, 1))
    return np.asarray(means) + (shared - shared.mean()) + (own - own.mean(axis=0))
