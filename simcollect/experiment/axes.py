"""How a measure is written on an axis: its name and unit in both languages, and the factor to that unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simcollect.core.words import Lang
from simcollect.experiment.measure import ALL_MEASURES

_CHINESE: Final[Mapping[str, str]] = {
    "n_accounts": "账户数",
    "opening_cents": "期初余额",
    "recovered_cents": "回收额",
    "gross_recovery_share": "毛回收率",
    "net_recovered_cents": "净回收额",
    "net_recovery_share": "净回收率",
    "present_value_cents": "现值",
    "present_value_share": "现值回收率",
    "sale_proceeds_cents": "债权转让收入",
    "residual_value_cents": "剩余价值",
    "value_with_residual_cents": "净值（含转让与剩余价值）",
    "value_with_residual_share": "净回收率（含剩余价值）",
    "direct_cost_cents": "直接成本",
    "staff_cost_cents": "人力成本",
    "cost_cents": "总成本",
    "cost_per_account_cents": "户均成本",
    "cost_per_unit_collected": "单位回收成本",
    "kept_share": "客户留存率",
    "resolved_share": "解决且留存率",
    "retention_share": "解决后留存率",
    "left_share": "客户流失率",
    "lifetime_value_cents": "留存客户终身价值",
    "complaints_per_1000": "投诉率",
    "blocked_actions": "被规则阻止的动作",
    "breached_contacts": "违规联系",
    "added_cost_cents": "计入欠款的费用",
    "income_paid_share": "还款占收入比例",
    "insolvencies_per_1000": "破产率",
    "attempts_per_account_week": "联系频率",
    "mean_days_to_cash": "平均回款时间",
    "half_cash_days": "回款过半天数",
    "legal_cost_cents": "法律成本",
    "suits_filed": "起诉件数",
    "sued_share": "起诉户占比",
    "entered_late_share": "进入后期阶段占比",
    "incremental_recovered_share": "增量回收率",
    "incremental_net_share": "增量净回收率",
}
"""Beside the English labels of :data:`simcollect.experiment.measure.ALL_MEASURES`."""

_ENGLISH: Final[Mapping[str, str]] = {"value_with_residual_share": "Net recovery with residual value"}
"""Where the label of a table is too short to stand alone on an axis."""

_UNITS: Final[Mapping[str, tuple[str, str]]] = {
    "ratio": ("money per unit of money", "每单位回款"),
    "count": ("number", "个"),
    "per 1,000 accounts": ("per 1,000 accounts", "每千户"),
    "attempts per account-week": ("attempts per account-week", "次 / 户周"),
    "days": ("days", "天"),
    "years": ("years", "年"),
}
_OF_OPENING: Final = ("% of the opening balance", "占期初余额的 %")
_OF_ACCOUNTS: Final = ("% of accounts", "占账户数的 %")
_BASES: Final[Mapping[str, tuple[str, str]]] = {
    "gross_recovery_share": _OF_OPENING,
    "net_recovery_share": _OF_OPENING,
    "present_value_share": _OF_OPENING,
    "value_with_residual_share": _OF_OPENING,
    "incremental_recovered_share": _OF_OPENING,
    "incremental_net_share": _OF_OPENING,
    "kept_share": _OF_ACCOUNTS,
    "resolved_share": _OF_ACCOUNTS,
    "retention_share": ("% of resolved accounts", "占已解决账户的 %"),
    "left_share": _OF_ACCOUNTS,
    "sued_share": _OF_ACCOUNTS,
    "entered_late_share": _OF_ACCOUNTS,
    "income_paid_share": ("% of income", "占收入的 %"),
}
_POINTS: Final = ("percentage points", "百分点")


@dataclass(frozen=True)
class MeasureAxis:
    """A measure on an axis.

    Attributes
    ----------
    label
        Name of the measure.
    unit
        Unit of its level.
    difference_unit
        Unit of a difference of two levels: percentage points where the level is a share.
    factor
        From the number in the tables to this unit.
    higher_is_better
        None where neither direction is good in itself.
    """

    label: str
    unit: str
    difference_unit: str
    factor: float
    higher_is_better: bool | None


def measure_axis(measure: str, currency: str, minor_units: int, lang: Lang = "en") -> MeasureAxis:
    """Return how a measure is written on an axis; money is in major units of the currency.

    Raises
    ------
    KeyError
        If the measure is not one of :data:`simcollect.experiment.measure.ALL_MEASURES`.
    """
    meaning = ALL_MEASURES[measure]
    place = 1 if lang == "zh" else 0
    label = _CHINESE[measure] if lang == "zh" else _ENGLISH.get(measure, meaning.label)
    if meaning.unit == "cents":
        return MeasureAxis(label, currency, currency, 1.0 / minor_units, meaning.higher_is_better)
    if meaning.unit == "share":
        unit = _BASES[measure][place]
        return MeasureAxis(label, unit, _POINTS[place], 100.0, meaning.higher_is_better)
    unit = _UNITS[meaning.unit][place]
    return MeasureAxis(label, unit, unit, 1.0, meaning.higher_is_better)
