"""A text in both languages at once, and how numbers, sums and lists are said in each.

Every sentence is written as a pair, so that none can exist in one language only; which of the two is printed is
decided at the very end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

from simcollect.core.words import Lang

Path: TypeAlias = tuple[str, str]
"""Table and field of a lever: ("late", "suit_day")."""

_CHINESE_CURRENCY: Final = {
    "TWD": ("新台币 ", " 元"),
    "CNY": ("人民币 ", " 元"),
    "USD": ("", " 美元"),
    "GBP": ("", " 英镑"),
    "EUR": ("", " 欧元"),
    "JPY": ("", " 日元"),
    "HKD": ("", " 港元"),
}
_SMALL_NUMBERS: Final = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_LONGEST_NUMBER: Final = 12


class Said(NamedTuple):
    """A text in English and Chinese."""

    en: str
    zh: str

    def told(self, lang: Lang) -> str:
        """Return the text in one language."""
        return self.en if lang == "en" else self.zh


class Sentence(NamedTuple):
    """A whole sentence with what it speaks about.

    Attributes
    ----------
    said : Said
        The sentence, from its capital letter to its full stop.
    covers : frozenset of Path
        Levers whose value a reader learns from it.
    plain : bool
        Whether it only says that something is as it is by default: left out of the short form.
    """

    said: Said
    covers: frozenset[Path] = frozenset()
    plain: bool = False


def covering(table: str, *fields: str) -> frozenset[Path]:
    """Return the paths of fields of one table."""
    return frozenset((table, field) for field in fields)


def number(value: float) -> str:
    """Return a number without needless digits (six that count, if it has very many), with commas between thousands.

    Examples
    --------
    >>> number(15000.0), number(0.5), number(1234.5)
    ('15,000', '0.5', '1,234.5')
    """
    text = _plain(Decimal(repr(value)))
    return text if len(text) <= _LONGEST_NUMBER or value == int(value) else _plain(Decimal(f"{value:.6g}"))


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: float, currency: str) -> Said:
    """Return an amount in major units with its currency.

    Examples
    --------
    >>> money(15000.0, "TWD")
    Said(en='TWD 15,000', zh='新台币 15,000 元')
    """
    before, after = _CHINESE_CURRENCY.get(currency, ("", f" {currency}"))
    return Said(f"{currency} {number(value)}", f"{before}{number(value)}{after}")


def share(value: float) -> Said:
    """Return a share from 0 to 1 in per cent.

    Examples
    --------
    >>> share(0.35)
    Said(en='35 %', zh='35%')
    """
    percent = number(float(Decimal(repr(value)) * 100))
    return Said(f"{percent} %", f"{percent}%")


def days(count: int) -> Said:
    """Return a length of time in days."""
    return Said(f"{count:,} {'day' if count == 1 else 'days'}", f"{count:,} 天")


def months(count: int) -> Said:
    """Return a length of time in months."""
    return Said(f"{count:,} {'month' if count == 1 else 'months'}", f"{count:,} 个月")


def stage_day(day: int) -> Said:
    """Return a day counted from the start of a stage."""
    return Said(f"day {day:,}", f"第 {day:,} 天")


def past_due(day: int) -> Said:
    """Return a day counted from the oldest unpaid due date."""
    return Said(f"day {day:,} past due", f"逾期第 {day:,} 天")


def counted(count: int, one: str, many: str, zh: str) -> Said:
    """Return a count with its noun; ``zh`` is measure word and noun.

    Examples
    --------
    >>> counted(2, "refusal", "refusals", "次拒绝还款")
    Said(en='2 refusals', zh='2 次拒绝还款')
    """
    return Said(f"{count:,} {one if count == 1 else many}", f"{count:,} {zh}")


def spelled(count: int) -> str:
    """Return a small count as an English word, a larger one in digits.

    Examples
    --------
    >>> spelled(3), spelled(60)
    ('three', '60')
    """
    return _SMALL_NUMBERS[count] if count < len(_SMALL_NUMBERS) else f"{count:,}"


def listed(items: Iterable[Said], last: Literal["and", "or"] = "and") -> Said:
    """Return items as a list inside a sentence.

    Examples
    --------
    >>> listed([Said("a", "甲"), Said("b", "乙"), Said("c", "丙")])
    Said(en='a, b and c', zh='甲、乙、丙')
    """
    parts = list(items)
    chinese = "、".join(part.zh for part in parts)
    if last == "or" and len(parts) > 1:
        chinese = f"{'、'.join(part.zh for part in parts[:-1])}或{parts[-1].zh}"
    return Said(in_a_row([part.en for part in parts], last), chinese)


def in_a_row(parts: Sequence[str], last: Literal["and", "or"] = "and") -> str:
    """Return English words as a list inside a sentence.

    Examples
    --------
    >>> in_a_row(["a", "b", "c"], "or")
    'a, b or c'
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def joined(items: Iterable[Said]) -> Said:
    """Return clauses set side by side with semicolons."""
    parts = list(items)
    return Said("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))


def sentence(en: str, zh: str, name: str = "") -> Said:
    """Return a sentence: the English one begins with a capital letter, both end with a full stop.

    One that begins with ``name``, a strategy's, keeps it as it is written.

    Examples
    --------
    >>> sentence("suits are filed", "起诉"), sentence("mm sues", "mm 起诉", name="mm").en
    (Said(en='Suits are filed.', zh='起诉。'), 'mm sues.')
    """
    if not (name and en.startswith(name)):
        en = en[:1].upper() + en[1:]
    return Said(en if en.endswith(".") else f"{en}.", spaced(zh if zh.endswith("。") else f"{zh}。"))


def spaced(zh: str) -> str:
    """Return a Chinese text with a blank between a character and a Latin word or figure beside it.

    Examples
    --------
    >>> spaced("第3天发SMS提醒")
    '第 3 天发 SMS 提醒'
    """
    zh = re.sub(r"([\u4e00-\u9fff])([A-Za-z0-9])", r"\1 \2", zh)
    return re.sub(r"([A-Za-z0-9%])([\u4e00-\u9fff])", r"\1 \2", zh)
