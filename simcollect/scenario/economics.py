"""Economics: the currency, what things cost, what an unpaid account is worth at the end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, Field

from simcollect.scenario.court_fees import CourtFeeBands
from simcollect.scenario.kinds import MAX_DAYS, Document, Kind, Name, teach
from simcollect.scenario.places import Path
from simcollect.scenario.quantity import (
    CURRENCIES,
    AnnualRate,
    CallCost,
    ComplaintCost,
    EmailCost,
    EnforcementCost,
    LetterCost,
    MessageCost,
    Quantity,
    ShareQuantity,
    SuitCost,
    VisitCost,
    YearQuantity,
)

MAX_PRICES = 16
"""Most bands of days past due with a price of their own."""


def _currency_code(text: str) -> str:
    if text in CURRENCIES:
        return text
    raise teach('a currency code, such as "TWD"', "Use the three capital letters of ISO 4217")


def _ages(prices: dict[str, Quantity]) -> dict[str, Quantity]:
    for key in prices:
        if not (key.isascii() and key.isdigit() and int(key) <= MAX_DAYS):
            found = "is not a number of days past due"
            raise teach(f"band names from 0 to {MAX_DAYS}", "Rename it to the first day of the band", key, found)
    if len(prices) > MAX_PRICES:
        raise teach(f"at most {MAX_PRICES} price bands", "Merge some of them", found=f"has {len(prices)} bands")
    return prices


Currency: TypeAlias = Annotated[str, AfterValidator(_currency_code), Kind("text", 'a currency code, such as "TWD"')]


class Economics(Document):
    """Unit costs, prices and rates. Staff cost stands with the pools."""

    preset: Name = Field("taiwan", description="Preset that unnamed costs come from.")
    currency: Currency = Field(description="Currency code of every amount in the scenario, such as TWD.")
    minor_units: Literal[1, 10, 100, 1000] = Field(100, description="Minor units in one major unit (100 cents).")
    cost_basis: Literal["staffed", "worked"] = Field(
        "staffed", description="Staff are paid for staffed hours, busy or idle, or for worked minutes only."
    )
    discount_rate_annual: AnnualRate = Field(description="Rate at which later money is worth less (per year).")
    retention_years: YearQuantity = Field(description="Years of margin that a kept customer is worth.")
    sms: MessageCost = Field(description="One SMS (money per message).")
    email: EmailCost = Field(description="One e-mail (money per e-mail).")
    automated_call: CallCost = Field(description="One automated call (money per call).")
    letter: LetterCost = Field(description="One posted letter (money per letter).")
    visit: VisitCost = Field(description="One visit's expenses beside staff time (money per visit).")
    lawyers_letter: LetterCost = Field(description="One lawyer's letter beside staff time (money per letter).")
    court_fee_fixed: SuitCost = Field(
        description="Court fee at the least, with service (money per suit); not used where court_fee_bands has bands."
    )
    court_fee_share: ShareQuantity = Field(
        description="Court fee as a share of the claim; the fee is the larger of this and court_fee_fixed. "
        "Not used where court_fee_bands has bands."
    )
    court_fee_bands: CourtFeeBands = Field(
        default_factory=CourtFeeBands, description="Court fee by bands of the claim, in place of the two above."
    )
    enforcement: EnforcementCost = Field(description="Fees of one enforcement (money per enforcement).")
    complaint: ComplaintCost = Field(description="Handling one complaint (money per complaint).")
    sale_price_share_by_dpd: Annotated[dict[str, ShareQuantity], AfterValidator(_ages)] = Field(
        description="Price of a sold or still open balance by days past due: from this day on, this share."
    )


def quantities(value: Any, path: Path = ()) -> Iterator[tuple[Path, Quantity]]:
    """Every quantity of a document with its path, in the document's order."""
    if isinstance(value, Quantity):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from quantities(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from quantities(item, (*path, key))
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from quantities(item, (*path, position))
