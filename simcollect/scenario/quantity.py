"""A number with its unit, range, status and source: how every behavioural and cost number is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from simcollect.scenario.kinds import Document, Kind, Name, Text, teach

Status: TypeAlias = Literal["statute", "published", "calibrated", "assumed"]

CURRENCIES = frozenset(
    {
        "IES", "AED", "ARS", "AUD", "BDT", "BGN", "BHD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK",
        "EGP", "EUR", "GBP", "GEL", "GHS", "HKD", "HUF", "IDR", "ILS", "INR", "JOD", "JPY", "KES", "KHR", "KRW",
        "KWD", "KZT", "LAK", "LKR", "MAD", "MMK", "MNT", "MXN", "MYR", "NGN", "NOK", "NZD", "OMR", "PEN", "PHP",
        "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "TWD", "TZS", "UAH",
        "UGX", "USD", "UYU", "UZS", "VND", "XAF", "XOF", "ZAR", "ZMW",
    }
)  # fmt: skip
"""Currency codes (ISO 4217) that a unit may start with."""


def currency_of(unit: str) -> str:
    """The currency code a unit starts with, or an empty text.

    Examples
    --------
    >>> currency_of("TWD per message"), currency_of("share")
    ('TWD', '')
    """
    first = unit.split(" ", 1)[0]
    return first if first in CURRENCIES else ""


class Quantity(Document):
    """A number that the simulation's answer depends on, with where it comes from.

    In a scenario a bare number may stand for the whole table: it keeps the preset's unit and range, and its status
    becomes "assumed".

    Examples
    --------
    >>> Quantity(value=0.9, unit="TWD per message", range=(0.5, 1.5), status="assumed").value
    0.9
    """

    value: float = Field(description="The number used, in `unit`; it must lie inside `range`.")
    unit: Name = Field(description='What the number counts, for instance "share", "per day" or "TWD per message".')
    range: tuple[float, float] = Field(description="Lowest and highest believable value, in `unit`.")
    status: Status = Field(
        description="statute (a law says so), published (a study), calibrated (fitted to data) or assumed."
    )
    source: Text = Field(
        default="", description="Where the number comes from; needed unless the status is assumed (text)."
    )
    plausible: tuple[float, float] | None = Field(
        default=None,
        description="Lowest and highest plausible value of an assumed number, inside `range`, in `unit`: "
        "what an uncertainty analysis draws it from.",
    )

    @model_validator(mode="after")
    def _hangs_together(self) -> Quantity:
        low, high = self.range
        if low > high:
            raise teach("the lower end first", f"Write [{high:g}, {low:g}].", at="range")
        if self.unit in ("share", "probability") and not 0 <= low <= high <= 1:
            raise teach(f"a range inside 0 to 1, because the unit is {self.unit}", "0.3 means 30 %.", at="range")
        if not low <= self.value <= high:
            raise teach(
                f"a value inside its range {low:g} to {high:g} ({self.unit})",
                "Change the value, or give the whole table with a wider range and the reason for it as its source.",
                at="value",
            )
        if self.plausible is not None and not low <= self.plausible[0] < self.plausible[1] <= high:
            raise teach(
                f"two values in rising order inside the range {low:g} to {high:g}",
                "Move its ends inside the range, or leave it out.",
                at="plausible",
            )
        if self.status != "assumed" and not self.source.strip():
            raise teach(
                f'a source, because the status is "{self.status}"',
                'Add source = "author, year, table", or set status = "assumed".',
                at="source",
            )
        return self


def same_unit(unit: str, wanted: str) -> bool:
    """Whether two units are equal but for their currency.

    Examples
    --------
    >>> same_unit("EUR per hour", "TWD per hour"), same_unit("TWD per day", "TWD per hour")
    (True, False)
    """
    return _plain(unit) == _plain(wanted)


def _plain(unit: str) -> str:
    currency = currency_of(unit)
    return unit.replace(currency, "money", 1) if currency else unit


def _in_unit(wanted: str) -> Callable[[Quantity], Quantity]:
    """A check that a quantity is in the unit that the program's formulas use; "money" stands for any currency."""

    def check(quantity: Quantity) -> Quantity:
        if _plain(quantity.unit) != wanted:
            example = wanted.replace("money", currency_of(quantity.unit) or "TWD", 1)
            raise teach(
                f'the unit "{example}"', "Convert the number to that unit; the program knows no other here.", at="unit"
            )
        return quantity

    return check


def _whole(quantity: Quantity) -> Quantity:
    if not quantity.value.is_integer():
        raise teach("whole minutes, the unit of the clock", "Round the number.", at="value")
    return quantity


_EXPECTED = "a number, or a table with value, unit, range, status and source"
_COST = Kind("cost", _EXPECTED)

HourlyCost: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("money per hour")), _COST]
MessageCost: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("money per message")), _COST]
EmailCost: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("money per e-mail")), _COST]
CallCost: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("money per call")), _COST]
LetterCost: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("money per letter")), _COST]
VisitCost: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("money per visit")), _COST]
SuitCost: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("money per suit")), _COST]
EnforcementCost: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("money per enforcement")), _COST]
ComplaintCost: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("money per complaint")), _COST]
ShareQuantity: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("share")), Kind("number", _EXPECTED)]
AnnualRate: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("per year")), Kind("number", _EXPECTED)]
Deviation: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("log")), Kind("number", _EXPECTED)]
MonthQuantity: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("months")), Kind("number", _EXPECTED)]
YearQuantity: TypeAlias = Annotated[Quantity, AfterValidator(_in_unit("years")), Kind("number", _EXPECTED)]
MinuteQuantity: TypeAlias = Annotated[
    Quantity, AfterValidator(_in_unit("minutes")), AfterValidator(_whole), Kind("minutes", _EXPECTED)
]
AnyQuantity: TypeAlias = Annotated[Quantity, Kind("number", _EXPECTED)]
