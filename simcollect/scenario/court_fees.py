"""Court fees by bands of the claim, as statutes write them."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from simcollect.core.units import money_cents
from simcollect.scenario.kinds import MAX_MONEY, Document, Kind, Money, Share, Text, teach
from simcollect.scenario.quantity import Status

MAX_BANDS: Final = 16
"""Most bands of a tariff."""

FEE_DTYPE: Final = np.dtype(
    [("above_cents", "<i8"), ("up_to_cents", "<i8"), ("fixed_cents", "<i8"), ("share", "<f8"), ("due_share", "<f8")]
)
_ENDLESS: Final = 1 << 60

_AMOUNTS = Kind("amounts", "a list of amounts of money in major units, each 0 or more")


class CourtFeeBands(Document):
    """A tariff: in each band a fixed fee, and a share of the part of the claim above the band before.

    Without bands the fee is the larger of ``court_fee_fixed`` and ``court_fee_share`` of the claim.
    """

    up_to: Annotated[tuple[Annotated[float, Field(gt=0, le=MAX_MONEY)], ...], _AMOUNTS] = Field(
        (), description="Largest claim of every band but the last, rising (major units)."
    )
    fixed: Annotated[tuple[Money, ...], _AMOUNTS] = Field(
        (), description="Fixed fee of each band (major units); no band at all: the tariff is not used."
    )
    share: Annotated[tuple[Share, ...], Kind("shares", "a list of shares from 0 to 1")] = Field(
        (), description="Share of the part of the claim above the band before, for each band (0 to 1)."
    )
    due_share: Share = Field(
        1.0, description="Part of the fee that is due: 0.5 where summary procedure halves it (0 to 1)."
    )
    status: Status = Field(
        "assumed", description="statute (a law says so), published (a study), calibrated (fitted to data) or assumed."
    )
    source: Text = Field("", description="Where the tariff comes from; needed unless the status is assumed (text).")

    @model_validator(mode="after")
    def _hangs_together(self) -> CourtFeeBands:
        n = len(self.fixed)
        if n > MAX_BANDS:
            raise teach(f"at most {MAX_BANDS} bands", "Merge some of them.", at="fixed", found=f"has {n} bands")
        if len(self.share) != n:
            raise teach(
                f"as many shares as fixed fees, {n}", "Write 0.0 where there is none.", at="share",
                found=f"has {len(self.share)} entries",
            )  # fmt: skip
        if len(self.up_to) != max(0, n - 1):
            raise teach(
                f"one limit fewer than the {n} bands, as the last has none", "Correct the list.", at="up_to",
                found=f"has {len(self.up_to)} entries",
            )  # fmt: skip
        for before, after in pairwise(self.up_to):
            if after <= before:
                raise teach(f"limits in rising order, not {after:g} after {before:g}", "Sort them.", at="up_to")
        if self.status != "assumed" and n and not self.source.strip():
            raise teach(
                f'a source, because the status is "{self.status}"',
                'Add source = "law, article", or set status = "assumed".',
                at="source",
                found="is missing",
            )
        return self


def fee_table(bands: CourtFeeBands, minor_units: int) -> npt.NDArray[np.void]:
    """The tariff in cents, one record a band, shape (b,); empty without bands."""
    table = np.zeros(len(bands.fixed), dtype=FEE_DTYPE)
    limits = [money_cents(limit, minor_units) for limit in bands.up_to]
    table["above_cents"] = [0, *limits][: len(table)]
    table["up_to_cents"] = [*limits, _ENDLESS][: len(table)]
    table["fixed_cents"] = [money_cents(fee, minor_units) for fee in bands.fixed]
    table["share"] = bands.share
    table["due_share"] = bands.due_share
    return table
