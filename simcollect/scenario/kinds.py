"""The kinds of value a scenario file is made of: money, shares, days, times of day.

A kind is an annotated Python type. Its bounds are checked by pydantic; its :class:`Kind` says in words what was
expected, for the error messages, and how :mod:`simcollect.scenario.flatten` turns the value into a number.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from simcollect.core.errors import closest

MAX_MONEY = 1e12
"""Largest amount of money in a scenario, major units: still exact in cents as int64 and as a float."""
MAX_HEADCOUNT = 1_000_000
MAX_DAYS = 3660
"""Longest horizon and latest day, days (ten years with their leap days)."""
MAX_COUNT = 1_000_000


class Document(BaseModel):
    """A table of a scenario file: frozen, unknown fields refused, no silent conversion of types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


@dataclass(frozen=True)
class Kind:
    """What a value means.

    Attributes
    ----------
    name : str
        "money", "share", "days" ...; the key of the rule in :mod:`simcollect.scenario.flatten`.
    expected : str
        The sentence part an error message gives after "expected".
    """

    name: str
    expected: str


def teach(expected: str, suggestion: str = "", at: str = "", found: str = "") -> PydanticCustomError:
    """A validation error that says what was expected and what to do.

    Parameters
    ----------
    expected : str
        What would have been right.
    suggestion : str
        What the user can do.
    at : str
        The field below the validated table that is wrong, if it is not the table as a whole.
    found : str
        What was found, a clause that continues the place; without it the value is shown.
    """
    context = {"expected": expected, "suggestion": suggestion, "at": at, "found": found}
    return PydanticCustomError("teach", "{expected}", context)


def _clock_text(text: str) -> str:
    if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) or text == "24:00":
        return text
    raise teach(CLOCK_EXPECTED, "Write two digits for the hour and two for the minute.")


def clock_minutes(text: str) -> int:
    """Minutes since midnight of a time of day, 0 to 1440.

    Examples
    --------
    >>> clock_minutes("09:30")
    570
    """
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _real_date(value: object) -> object:
    """Accept a TOML date or the same in quotes; say which part of an impossible date is wrong."""
    if isinstance(value, dt.datetime):
        raise teach(DATE_EXPECTED, "Leave the time of day out.")
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value)
    if match is None:
        raise teach(DATE_EXPECTED, "Write year, month and day with hyphens.")
    year, month, day = (int(part) for part in match.groups())
    if not 1 <= month <= 12:
        raise teach(DATE_EXPECTED, f"There is no month {month}.")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise teach(DATE_EXPECTED, f"{calendar.month_name[month]} {year} has {last} days.")
    return dt.date(year, month, day)


@cache
def zone_names() -> tuple[str, ...]:
    """Names of all known time zones, sorted."""
    return tuple(sorted(available_timezones()))


def _real_zone(name: str) -> str:
    known = zone_names()
    if name not in known:
        near = closest(name, known)
        raise teach(
            'the name of a time zone, such as "Asia/Taipei"', f'Did you mean "{near}"?' if near else "Use an IANA name."
        )
    return name


def _distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    for position, value in enumerate(values):
        if value in values[:position]:
            raise teach("every entry once", f"{value!r} stands twice; remove one.")
    return values


CLOCK_EXPECTED = 'a time of day in quotes, from "00:00" to "24:00"'
DATE_EXPECTED = "a date, such as 2005-09-01"

Money: TypeAlias = Annotated[
    float,
    Field(ge=0, le=MAX_MONEY),
    Kind("money", "an amount of money in major units, from 0 to 1,000,000,000,000"),
]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1), Kind("share", "a share from 0 to 1")]
Rate: TypeAlias = Annotated[float, Field(ge=0, le=10), Kind("rate", "a rate a year from 0 to 10 (0.18 means 18 %)")]
Factor: TypeAlias = Annotated[float, Field(ge=0, le=100), Kind("factor", "a factor from 0 to 100 (1 changes nothing)")]
Days: TypeAlias = Annotated[int, Field(ge=0, le=MAX_DAYS), Kind("days", f"a whole number of days from 0 to {MAX_DAYS}")]
DaysOrNever: TypeAlias = Annotated[
    int, Field(ge=-1, le=MAX_DAYS), Kind("days", f"a whole number of days from 0 to {MAX_DAYS}, or -1 for never")
]
Count: TypeAlias = Annotated[int, Field(ge=0, le=MAX_COUNT), Kind("count", "a whole number from 0 to 1,000,000")]
Positive: TypeAlias = Annotated[int, Field(ge=1, le=MAX_COUNT), Kind("count", "a whole number from 1 to 1,000,000")]
Months: TypeAlias = Annotated[int, Field(ge=0, le=120), Kind("count", "a whole number of months from 0 to 120")]
Flag: TypeAlias = Annotated[bool, Kind("flag", "true or false")]
Clock: TypeAlias = Annotated[str, AfterValidator(_clock_text), Kind("clock", CLOCK_EXPECTED)]
Date: TypeAlias = Annotated[dt.date, BeforeValidator(_real_date), Kind("date", DATE_EXPECTED)]
Zone: TypeAlias = Annotated[
    str, AfterValidator(_real_zone), Kind("zone", 'the name of a time zone, such as "Asia/Taipei"')
]
Text: TypeAlias = Annotated[str, Field(max_length=2000), Kind("text", "text in quotes, at most 2,000 characters")]
Name: TypeAlias = Annotated[str, Field(min_length=1, max_length=100), Kind("text", "a name in quotes")]
Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Weekdays: TypeAlias = Annotated[
    tuple[Weekday, ...],
    Field(min_length=1),
    AfterValidator(_distinct),
    Kind("weekdays", 'a list of weekdays with at least one, such as ["mon", "tue"]'),
]


def kind_of(annotation: Any, metadata: tuple[Any, ...] | list[Any] = ()) -> Kind | None:
    """The :class:`Kind` of an annotated type, also inside an optional one; None where there is none.

    The items of a list or a table are not looked at: their kind is not the list's.

    Parameters
    ----------
    annotation : type
        What stands after the colon of a field.
    metadata : sequence
        A field's own metadata (pydantic takes it off the outermost annotation).
    """
    for item in (*metadata, *getattr(annotation, "__metadata__", ())):
        if isinstance(item, Kind):
            return item
    if get_origin(annotation) in (tuple, dict):
        return None
    return next((kind for kind in map(kind_of, get_args(annotation)) if kind is not None), None)


def words_of(annotation: Any) -> tuple[str, ...]:
    """The words of a ``Literal``, also inside an optional or annotated type; empty where there is none."""
    return tuple(_literals(annotation))


def _literals(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (word for word in get_args(annotation) if isinstance(word, str))
    elif get_origin(annotation) not in (tuple, dict):
        for argument in get_args(annotation):
            yield from _literals(argument)
