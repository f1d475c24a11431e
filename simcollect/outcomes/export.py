"""Event logs for other tools: the columns that pm4py reads unchanged, IEEE 1849 XES, Parquet, and CSV.

What becomes of a row: its account is the case; work of staff is one activity with the life cycle *schedule*, *start*,
*complete* (or *withdraw*); everything else is one activity, complete at once. Rows of no account (staff on duty) belong
to no case and stay behind; the log's own Parquet file keeps them.

References
----------
IEEE Std 1849-2016, XES: the log's form, and the extensions concept, time, organizational, lifecycle and cost.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from simcollect.core import codes
from simcollect.core.codes import EventKind
from simcollect.core.errors import InputError
from simcollect.core.eventlog import DETAIL_CODES, EventLog
from simcollect.core.folder import whole_file
from simcollect.core.spreadsheet import guarded
from simcollect.core.words import Lang, check_lang, name_of

if TYPE_CHECKING:
    from enum import IntEnum

    import pandas as pd

LIFECYCLE: Final = {
    EventKind.WORK_QUEUED: "schedule",
    EventKind.WORK_STARTED: "start",
    EventKind.WORK_ENDED: "complete",
    EventKind.WORK_WITHDRAWN: "withdraw",
}
"""Transitions of XES's standard life cycle, for the rows that tell of staff at work."""

BACKSTAGE: Final = (*LIFECYCLE, EventKind.SHOCK_STARTED, EventKind.SHOCK_ENDED)
"""Rows that ``actions_only`` leaves out: staff bookkeeping, and what happens at home unseen."""

_MEMBERS: Final = {
    codes.Pool.CALLERS: "caller",
    codes.Pool.NEGOTIATORS: "negotiator",
    codes.Pool.LEGAL_OFFICERS: "legal officer",
    codes.Pool.SETTLEMENT_DESK: "settlement officer",
}
_EXTENSIONS: Final = {
    "concept": "Concept",
    "time": "Time",
    "org": "Organizational",
    "lifecycle": "Lifecycle",
    "cost": "Cost",
}
# Characters that XML 1.0 has no place for, not even escaped.
_ILLEGAL: Final = {code: "\ufffd" for code in (*range(32), 0xFFFE, 0xFFFF) if code not in (9, 10, 13)}
_QUOTES: Final = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def to_pm4py(log: EventLog, *, actions_only: bool = False, lang: str = "en") -> pd.DataFrame:
    """Return the log as the table that pm4py takes as it is, shape [m, 15].

    Parameters
    ----------
    log
        Any event log.
    actions_only
        Leave out staff bookkeeping and shocks to households: what a lender does and a borrower answers remains.
    lang
        Language of the activities and of ``detail``, ``stage`` and ``channel``: "en" or "zh".

    Returns
    -------
    pandas.DataFrame
        One row an event, account by account, in the order of the log.

        ``case:concept:name`` the account's id, as text; ``case:name``, ``case:segment``; ``concept:name`` what
        happened ("payment", "work: call"); ``time:timestamp`` in UTC; ``org:resource`` who ("caller 1", "dialler"),
        "" for nobody; ``lifecycle:transition``; ``cost:total`` what it cost the lender and ``amount`` the money it is
        about, both in whole units of ``cost:currency``; ``stage``; ``channel``; ``detail`` the row's detail by name
        (its digits where it is a plain number); ``value``, of which :class:`simcollect.core.codes.EventKind` tells the
        meaning; ``row`` the position in the log, to restore the order of one minute.

    Raises
    ------
    InputError
        If the language is not known.

    Examples
    --------
    >>> import simcollect as sc
    >>> frame = to_pm4py(sc.simulate("tiny", "balanced"))
    >>> frame["case:concept:name"].nunique(), str(frame["time:timestamp"].dtype)
    (12, 'datetime64[ns, UTC]')
    """
    import pandas as pd

    words = check_lang(lang)
    rows, positions = _chosen(log, actions_only)
    account = rows["account"]
    start = np.datetime64(log.header.start_date, "ns")
    columns: dict[str, Any] = {
        "case:concept:name": _texts(log.accounts["account_id"], str)[account],
        "case:name": np.array(log.header.names or [""] * len(log.accounts), dtype=object)[account],
        "case:segment": _texts(log.accounts["segment"], lambda number: _entry(log.header.segments, number))[account],
        "concept:name": _activities(rows, words),
        "time:timestamp": pd.to_datetime(start + rows["at"].astype("timedelta64[m]"), utc=True).as_unit("ns"),
        "org:resource": _resources(rows),
        "lifecycle:transition": _texts(
            rows["kind"], lambda kind: LIFECYCLE.get(EventKind(kind), "complete"), EventKind
        ),
        "cost:total": rows["cost_cents"] / log.header.minor_units,
        "cost:currency": np.full(len(rows), log.header.currency, dtype=object),
        "stage": _texts(rows["stage"], lambda stage: name_of(codes.Stage(stage), words), codes.Stage),
        "channel": _texts(rows["channel"], lambda channel: _channel(channel, words), codes.Channel),
        "amount": rows["amount_cents"] / log.header.minor_units,
        "detail": _details(rows, words),
        "value": rows["value"],
        "row": positions,
    }
    return pd.DataFrame(columns)


def to_xes(log: EventLog, path: Path | str, *, actions_only: bool = False, lang: str = "en") -> None:
    """Write the log as XES (IEEE 1849-2016), one trace an account, zipped if the name ends in ``.gz``.

    Written trace by trace, with the same bytes every time; an interrupted write leaves no half file under the name.

    Raises
    ------
    InputError
        If the file cannot be written, or the language is not known.
    """
    frame = to_pm4py(log, actions_only=actions_only, lang=lang)
    with whole_file(path) as place, _opened(place, zipped=str(path).endswith(".gz")) as file:
        file.write(_xes_head(log))
        bounds = np.flatnonzero(np.diff(log.rows["account"][frame["row"].to_numpy()], prepend=-2))
        columns = {name: frame[name].to_numpy() for name in frame.columns}
        columns["time"] = frame["time:timestamp"].dt.strftime("%Y-%m-%dT%H:%M:%S.000+00:00").to_numpy()
        for first, last in pairwise([*bounds.tolist(), len(frame)]):
            file.write(_trace(columns, first, last))
        file.write("</log>\n")


def to_parquet(log: EventLog, path: Path | str, *, actions_only: bool = False, lang: str = "en") -> None:
    """Write the table of :func:`to_pm4py` as Parquet (the log's own file is ``EventLog.to_parquet``).

    Raises
    ------
    InputError
        If the file cannot be written, or the language is not known.
    """
    frame = to_pm4py(log, actions_only=actions_only, lang=lang)
    with whole_file(path) as place:
        frame.to_parquet(place, index=False)


def to_csv(log: EventLog, path: Path | str, *, actions_only: bool = False, lang: str = "en") -> None:
    """Write the table of :func:`to_pm4py` as CSV that a spreadsheet can open without running anything.

    A cell of text that it would take for a formula gets an apostrophe before it (:mod:`simcollect.core.spreadsheet`);
    numbers stay numbers. Text is quoted throughout, so that no line break within it begins a new row. Times are
    ISO 8601 in UTC.

    Raises
    ------
    InputError
        If the file cannot be written, or the language is not known.
    """
    frame = to_pm4py(log, actions_only=actions_only, lang=lang)
    with whole_file(path) as place:
        guarded(frame).to_csv(
            place, index=False, lineterminator="\n", date_format="%Y-%m-%dT%H:%M:%SZ", quoting=csv.QUOTE_NONNUMERIC
        )


WRITERS: Final[dict[str, Callable[..., None]]] = {
    ".xes": to_xes,
    ".xes.gz": to_xes,
    ".parquet": to_parquet,
    ".csv": to_csv,
}
"""How a file is written, by its name's ending."""


def export_log(log: EventLog, path: Path | str, *, actions_only: bool = False, lang: str = "en") -> None:
    """Write the log for other tools, in the form that the name's ending asks for (:data:`WRITERS`).

    Raises
    ------
    InputError
        If the ending is another, the file cannot be written, or the language is not known.
    """
    WRITERS[check_ending(path)](log, path, actions_only=actions_only, lang=lang)


def check_ending(path: Path | str) -> str:
    """Return the ending of a file's name that says in which form to write it.

    Raises
    ------
    InputError
        If it is none of :data:`WRITERS`.
    """
    for ending in WRITERS:
        if str(path).endswith(ending):
            return ending
    raise InputError("", f'file "{path}"', f'ends in "{Path(path).suffix}"', f"Expected {', '.join(WRITERS)}")


# -- columns -----------------------------------------------------------------------------------------------------------


def _chosen(log: EventLog, actions_only: bool) -> tuple[NDArray[np.void], NDArray[np.intp]]:
    """Return the rows to be told, account by account in their own order, and their positions."""
    wanted = log.rows["account"] >= 0
    if actions_only:
        wanted &= ~np.isin(log.rows["kind"], BACKSTAGE)
    positions = np.flatnonzero(wanted)
    positions = positions[np.argsort(log.rows["account"][positions], kind="stable")]
    return log.rows[positions], positions


def _texts(
    values: NDArray[Any], text_of: Callable[[Any], str], known: type[IntEnum] | None = None
) -> NDArray[np.object_]:
    """Return a text for each value, made once for each that occurs; the digits of a code that is not known."""
    present, where = np.unique(values, return_inverse=True)
    members = None if known is None else set(known)
    texts = [
        str(value) if members is not None and value not in members else text_of(value) for value in present.tolist()
    ]
    return np.array(texts, dtype=object)[where]


def _entry(names: tuple[str, ...], number: int) -> str:
    return names[number] if 0 <= number < len(names) else ""


def _channel(channel: int, lang: Lang) -> str:
    return name_of(codes.Channel(channel), lang) if channel else ""


def _activities(rows: NDArray[np.void], lang: Lang) -> NDArray[np.object_]:
    """Return what happened; for staff at work, what they worked on."""
    names = _texts(rows["kind"], lambda kind: name_of(EventKind(kind), lang), EventKind)
    at_work = np.isin(rows["kind"], tuple(LIFECYCLE))
    prefix = "work: " if lang == "en" else "工单："
    names[at_work] = _texts(
        rows["detail"][at_work], lambda action: prefix + name_of(codes.Action(action), lang), codes.Action
    )
    return names


def _resources(rows: NDArray[np.void]) -> NDArray[np.object_]:
    """Return who did it."""

    def resource(actor: int) -> str:
        pool = actor // 100_000 if actor >= 100_000 else actor
        if pool not in _MEMBERS:
            return str(actor) if actor else ""
        member = actor % 100_000 if actor >= 100_000 else 0  # 0: nobody in particular, of staff without limit
        return f"{_MEMBERS[codes.Pool(pool)]} {member}" if member else name_of(codes.Pool(pool))

    names = _texts(rows["actor"], resource)
    names[(rows["actor"] == 0) & (rows["channel"] == codes.Channel.AUTOMATED_CALL)] = "dialler"
    return names


def _details(rows: NDArray[np.void], lang: Lang) -> NDArray[np.object_]:
    """Return the detail by name where it is a code, else its digits."""
    names = _texts(rows["detail"], str)
    for kind, enum in DETAIL_CODES.items():
        here = rows["kind"] == kind
        if here.any():
            names[here] = _texts(rows["detail"][here], partial(_name_in, enum, lang), enum)
    return names


def _name_in(enum: type[IntEnum], lang: Lang, code: int) -> str:
    return name_of(enum(code), lang)


# -- XES ---------------------------------------------------------------------------------------------------------------


def _quoted(text: str) -> str:
    """Return text as it may stand between the quotes of an XML attribute."""
    return escape(text.translate(_ILLEGAL), _QUOTES)


def _string(key: str, value: str) -> str:
    return f'<string key="{key}" value="{_quoted(value)}"/>'


def _xes_head(log: EventLog) -> str:
    """Return everything before the first trace."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">',
    ]
    lines += [
        f'<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>'
        for prefix, name in _EXTENSIONS.items()
    ]
    lines += [
        f'<global scope="trace">{_string("concept:name", "")}</global>',
        f'<global scope="event">{_string("concept:name", "")}'
        f'<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>'
        f"{_string('lifecycle:transition', 'complete')}</global>",
        '<classifier name="Activity" keys="concept:name"/>',
        '<classifier name="Activity and life cycle" keys="concept:name lifecycle:transition"/>',
        _string("concept:name", f"{log.header.scenario}, {log.header.strategy}, replication {log.header.replication}"),
        _string("lifecycle:model", "standard"),
        _string("simcollect:digest", log.digest()),
    ]
    return "\n".join(lines) + "\n"


def _trace(columns: dict[str, NDArray[Any]], first: int, last: int) -> str:
    """Return one account's trace."""
    lines = ["<trace>", _string("concept:name", columns["case:concept:name"][first])]
    lines += [
        _string(key, columns[f"case:{key}"][first]) for key in ("name", "segment") if columns[f"case:{key}"][first]
    ]
    for i in range(first, last):
        parts = [
            _string("concept:name", columns["concept:name"][i]),
            f'<date key="time:timestamp" value="{columns["time"][i]}"/>',
            _string("lifecycle:transition", columns["lifecycle:transition"][i]),
        ]
        parts += [
            _string(key, columns[key][i]) for key in ("org:resource", "stage", "channel", "detail") if columns[key][i]
        ]
        if columns["cost:total"][i]:
            parts.append(f'<float key="cost:total" value="{columns["cost:total"][i]}"/>')
            parts.append(_string("cost:currency", columns["cost:currency"][i]))
        if columns["amount"][i]:
            parts.append(f'<float key="amount" value="{columns["amount"][i]}"/>')
        parts.append(f'<int key="value" value="{columns["value"][i]}"/>')
        lines.append(f"<event>{''.join(parts)}</event>")
    return "\n".join([*lines, "</trace>", ""])


# -- files -------------------------------------------------------------------------------------------------------------


@contextmanager
def _opened(path: Path, zipped: bool) -> Iterator[IO[str]]:
    """Open a text file for writing; a zipped one carries no name and no time, so that its bytes are repeatable."""
    if not zipped:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="\n") as text,
    ):
        yield text
