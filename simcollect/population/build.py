"""Builds the book of one replication from a scenario's portfolio block: the public face of this room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from simcollect.core.codes import Purpose
from simcollect.core.errors import InputError
from simcollect.core.units import MINUTES_PER_DAY, money_cents
from simcollect.population import inline
from simcollect.population.book import Population, Report
from simcollect.population.columns import read_columns
from simcollect.population.draws import Draws
from simcollect.population.latent import LatentNumbers, add_channels, add_character, add_money, draw_cells
from simcollect.population.marginal import Marginal, checked
from simcollect.population.opening import open_accounts, segments_by_rule
from simcollect.population.rows import UNKNOWN, Missing, SourceRows, Terms
from simcollect.population.score import add_score
from simcollect.population.slots import FIRST_FLOW_ID, FIRST_FLOW_KEY, Surge, flow_slots, minutes_of_day, stock_keys
from simcollect.population.synthetic import Copula, SyntheticRows, fit, join
from simcollect.population.table import read_table
from simcollect.population.taiwan import COLUMNS, read_cards
from simcollect.scenario.flatten import flatten
from simcollect.scenario.portfolio import Portfolio, Segments
from simcollect.scenario.reading import data_path
from simcollect.scenario.sources import RealRows, Synthetic
from simcollect.scenario.specification import Scenario

_FIT_SEED = 350  # spreads bands of days past due when a copula is fitted: part of the fit, not of a run
_SHORTER = FIRST_FLOW_KEY - FIRST_FLOW_ID


@dataclass(frozen=True)
class Setting:
    """What a book depends on beside the portfolio and the borrowers' behaviour.

    Attributes
    ----------
    start_date, horizon_days
        Of the run.
    zones
        Names of time zones; the book's ``zone`` is a position in them.
    zone_share
        Share of borrowers in each, adding up to 1.
    folder
        Folder that relative file names start from.
    surges
        Periods with another inflow.
    fix_book
        Whether every replication has the book of replication 0.
    """

    start_date: dt.date
    horizon_days: int
    zones: tuple[str, ...] = ("UTC",)
    zone_share: tuple[float, ...] = (1.0,)
    folder: Path = Path()
    surges: tuple[Surge, ...] = ()
    fix_book: bool = False


def build(scenario: Scenario, seed: int | None = None, replication: int = 0) -> Population:
    """Return the accounts of one replication of a scenario.

    Parameters
    ----------
    seed
        Of all keyed draws; None takes the scenario's own.
    replication
        0 or more. With ``run.fix_book`` all replications have the same book.

    Raises
    ------
    InputError, InputErrors
        If the portfolio's file cannot be used: file, row and column are named.
    """
    flat = flatten(scenario, next(iter(scenario.strategies)))
    numbers = LatentNumbers(
        flat.behaviour, flat.cells, flat.cell_mix, flat.cell_mix_from_dpd, scenario.economics.minor_units
    )
    run, portfolio = scenario.run, scenario.portfolio
    shares = portfolio.zones or {run.time_zone: 1.0}
    setting = Setting(
        start_date=run.start_date,
        horizon_days=run.horizon_days,
        zones=scenario.zone_names,
        zone_share=tuple(shares.get(zone, 0.0) for zone in scenario.zone_names),
        folder=Path(scenario.folder),
        surges=tuple(
            Surge(event.day, event.days, event.factor) for event in scenario.capacity.events if event.kind == "inflow"
        ),
        fix_book=run.fix_book,
    )
    return build_portfolio(portfolio, numbers, setting, run.seed if seed is None else seed, replication)


def build_portfolio(
    portfolio: Portfolio, numbers: LatentNumbers, setting: Setting, seed: int, replication: int
) -> Population:
    """Return the accounts of one replication of a portfolio block; raises as ``build``."""
    if setting.fix_book:
        replication = 0
    terms = Terms(
        numbers.minor_units,
        portfolio.minimum_share,
        money_cents(portfolio.minimum_floor, numbers.minor_units),
        portfolio.apr,
        portfolio.penalty_rate,
    )
    if portfolio.source == "inline":
        return _build_inline(portfolio, numbers, setting, terms, seed, replication)

    source, report = _source(portfolio, setting, terms)
    stock_rows, stock_ids = _stock(source, portfolio, seed, replication)
    per_month = _flow_per_month(source, portfolio, len(stock_rows))
    poisson, any_minute = portfolio.flow_count == "poisson", portfolio.arrival_minute == "uniform"
    flow = flow_slots(per_month, setting.surges, setting.horizon_days, seed, replication, poisson, any_minute)
    flow_rows = source.draw(seed, replication, flow.keys, flow=True).copy()
    for name, first_miss in (("dpd_low", 0), ("dpd_high", 0), ("arrears_cents", UNKNOWN)):
        flow_rows[name] = first_miss
    rows = np.concatenate([stock_rows, flow_rows])
    keys = np.concatenate([stock_ids, flow.keys])
    if len(rows) == 0:
        raise InputError("", "portfolio", "makes zero accounts", "Expected some", "Raise n_stock or flow_per_month")
    arrives_at = np.concatenate([np.zeros(len(stock_ids), dtype=np.int64), flow.arrives_at])
    draws = Draws(seed, replication, keys)
    shown = keys if portfolio.n_stock == "all" else np.where(keys < FIRST_FLOW_KEY, keys, keys - _SHORTER)
    book = open_accounts(rows, keys, shown, arrives_at, draws, numbers, setting.start_date)
    book["cell"] = draw_cells(draws, book["dpd"], numbers)
    _add_borrower(book, draws, numbers, setting)
    add_score(book, draws, numbers)
    _add_segments(book, portfolio.segments, numbers.minor_units)
    report = replace(report, accounts_stock=len(stock_rows), accounts_flow=len(flow_rows), flow_per_month=per_month)
    return Population(book, portfolio.segments.names, setting.zones, (), report)


def read_rows(
    real: RealRows, folder: Path, terms: Terms, segments: Segments | None = None, where: str = "portfolio.real"
) -> SourceRows:
    """Return the usable rows of a portfolio's file; raises as ``build``.

    Parameters
    ----------
    where
        Place of the table in the scenario, for messages.
    """
    path = _file(real.file, folder)
    stamp = path.stat() if path.is_file() else None
    known = (stamp.st_mtime_ns, stamp.st_size) if stamp else (0, 0)
    names = segments.names if segments else ()
    return _read(str(path), known, real.model_dump_json(), terms, names, segments.column if segments else None, where)


@lru_cache(maxsize=8)
def _read(
    path: str,
    stamp: tuple[int, int],  # a changed file is read again
    real_json: str,
    terms: Terms,
    segments: tuple[str, ...],
    segment_column: str | None,
    where: str,
) -> SourceRows:
    real = RealRows.model_validate_json(real_json)
    table = read_table(Path(path))
    names = COLUMNS if real.layout == "taiwan_cards" else {}
    column_of = {**names, **real.columns}
    missing = Missing(real.missing, tuple(column_of.get(field, field) for field in real.impute))
    if real.layout == "columns":
        return read_columns(table, terms, missing, real.columns, segments, segment_column)
    unknown = [name for name in real.columns if name not in COLUMNS]
    if unknown:
        raise InputError.unknown("", f"{where}.columns.{unknown[0]}", COLUMNS)
    return read_cards(table, terms, missing, real.columns)


def _file(name: str, folder: Path) -> Path:
    """Return the path of a data file; the name of a packaged data set is its folder, which holds one public file."""
    path = data_path(folder, name)
    public = path / f"{path.name}_public.csv.gz"
    return public if public.is_file() else path


def _source(portfolio: Portfolio, setting: Setting, terms: Terms) -> tuple[SourceRows | SyntheticRows, Report]:
    if portfolio.real is not None:
        rows = read_rows(portfolio.real, setting.folder, terms, portfolio.segments)
        return rows, _report_of(rows, f"rows of {rows.where}")
    if portfolio.synthetic is None:
        raise InputError("", "portfolio.synthetic", "is missing", 'Expected a table, because source = "synthetic"')
    return _synthetic(portfolio.synthetic, setting, terms)


def _report_of(rows: SourceRows, source: str) -> Report:
    return Report(
        source,
        rows.rows_read,
        len(rows.stock),
        len(rows.flow),
        rows.left_out,
        rows.rejects,
        rows.imputed,
        notes=rows.notes,
    )


def _synthetic(synthetic: Synthetic, setting: Setting, terms: Terms) -> tuple[SyntheticRows, Report]:
    written: dict[str, Marginal] = {}
    for name, marginal in synthetic.marginals.items():
        params = marginal.quantiles if marginal.family == "table" else marginal.params
        scale = terms.minor_units if name in ("balance", "limit", "instalment", "stated_income") else 1
        written[name] = _scaled(checked(marginal.family, params, name), scale)
    given = synthetic.correlations
    if synthetic.fit_to is None:
        names = given.names if given else ()
        matrix = np.array(given.matrix, dtype=np.float64) if given else np.eye(0)
        stock = join(written, names, matrix)
        kind = "synthetic accounts" if synthetic.term_months is None else "synthetic instalment loans"
        return SyntheticRows(stock, stock, terms, None, synthetic.term_months), Report(kind)
    rows = read_rows(synthetic.fit_to, setting.folder, terms, where="portfolio.synthetic.fit_to")
    copulas: list[Copula] = []
    for flow in (False, True):
        if flow and len(rows.flow) == 0:
            copulas.append(copulas[0])
            continue
        marginals, names, matrix = fit(rows, flow, _FIT_SEED)
        if given:
            names, matrix = given.names, np.array(given.matrix, dtype=np.float64)
        copulas.append(join({**marginals, **written}, names, matrix))
    report = _report_of(rows, f"synthetic accounts fitted to {rows.where}")
    return SyntheticRows(copulas[0], copulas[1], terms, rows.flow_ratio), report


def _scaled(marginal: Marginal, scale: int) -> Marginal:
    return marginal if scale == 1 else replace(marginal, scale=float(scale))


def _stock(
    source: SourceRows | SyntheticRows, portfolio: Portfolio, seed: int, replication: int
) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    """Return the rows and keys of the stock: every row once, or as many draws as asked for."""
    if portfolio.n_stock == "all" and isinstance(source, SourceRows):
        given = source.stock["account_id"]
        return source.stock, np.where(given == UNKNOWN, source.stock["source_row"], given)
    if portfolio.n_stock == "all":
        raise InputError("", "portfolio.n_stock", 'is "all"', "Expected a number, because accounts are synthetic")
    keys = stock_keys(portfolio.n_stock)
    return source.draw(seed, replication, keys, flow=False), keys


def _flow_per_month(source: SourceRows | SyntheticRows, portfolio: Portfolio, n_stock: int) -> float:
    if portfolio.flow_per_month != "observed":
        return float(portfolio.flow_per_month)
    if source.flow_ratio is None:
        raise InputError(
            "",
            "portfolio.flow_per_month",
            'is "observed"',
            "Expected a number of accounts a month: one month's file does not show how many fall overdue",
        )
    return n_stock * source.flow_ratio


def _add_borrower(book: NDArray[np.void], draws: Draws, numbers: LatentNumbers, setting: Setting) -> None:
    """Fill everything that depends on the cell, but the score."""
    add_money(book, draws, numbers)
    add_character(book, draws, numbers)
    add_channels(book, draws, numbers)
    reach = np.cumsum(np.array(setting.zone_share))
    zone = np.searchsorted(reach, draws.uniform(Purpose.TIME_ZONE) * reach[-1], side="right")
    book["zone"] = np.minimum(zone, len(setting.zones) - 1)


def _add_segments(book: NDArray[np.void], segments: Segments, minor_units: int) -> None:
    by_rule = segments_by_rule(book, segments.by, segments.up_to, minor_units)
    book["segment"] = np.where(book["segment"] == UNKNOWN, by_rule, book["segment"])


def _build_inline(
    portfolio: Portfolio, numbers: LatentNumbers, setting: Setting, terms: Terms, seed: int, replication: int
) -> Population:
    accounts = portfolio.accounts
    if not accounts:
        expected = "Expected at least one [[portfolio.accounts]]"
        raise InputError("", "portfolio.accounts", "is empty: zero accounts", expected)
    keys = inline.keys_of(accounts)
    arrives_at = inline.arrivals_of(accounts)
    draws = Draws(seed, replication, keys)
    if portfolio.arrival_minute == "uniform":
        arrives_at += np.where(arrives_at > 0, minutes_of_day(draws), 0)  # day 0 belongs to the stock
    rows = inline.rows_of(accounts, terms, portfolio.segments.names)
    book = open_accounts(rows, keys, inline.ids_of(accounts), arrives_at, draws, numbers, setting.start_date)
    book["cell"] = draw_cells(draws, book["dpd"], numbers)
    inline.set_cells(book, accounts)
    _add_borrower(book, draws, numbers, setting)
    inline.set_latents(book, accounts, numbers.minor_units, setting.zones)
    add_score(book, draws, numbers)
    inline.set_scores(book, accounts)
    _add_segments(book, portfolio.segments, numbers.minor_units)
    n_stock = int(np.sum(arrives_at < MINUTES_PER_DAY))
    report = Report("accounts of the scenario", accounts_stock=n_stock, accounts_flow=len(accounts) - n_stock)
    return Population(book, portfolio.segments.names, setting.zones, tuple(a.name for a in accounts), report)
