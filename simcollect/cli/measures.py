"""What `twins` and `bench` print: figures beside the bars that they are held to."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table

from simcollect.cli.screen import Screen
from simcollect.experiment.bench import BAR_ENGINE, BAR_MILLION_SECONDS, BenchReport
from simcollect.experiment.bench_tables import BAR_TABLES_BYTES, BAR_TABLES_SECONDS
from simcollect.experiment.coupling import BAR_INDEPENDENT, BAR_STREAMS, COUPLINGS, EARLY_DAY, LATE_DAY, CouplingReport

_NAMES = {"keyed": "keyed twins", "independent": "independent seeds", "streams": "one stream a decision, event order"}
_BARS = {"independent": BAR_INDEPENDENT, "streams": BAR_STREAMS}


def print_coupling(report: CouplingReport, screen: Screen) -> bool:
    """Print variances and their ratios; return whether both bars are met."""
    n = len(report.differences["keyed"])
    screen.say(f"Recovery with escalation on day {LATE_DAY} minus on day {EARLY_DAY}, scarce staff, {n} replications")
    table = Table(box=SIMPLE_HEAD)
    for name in ("way of drawing", "mean, points", "standard deviation, points", "variance over keyed", "bar"):
        table.add_column(name, justify="left" if name == "way of drawing" else "right")
    met = True
    for coupling in COUPLINGS:
        differences = 100.0 * report.differences[coupling]
        row = [_NAMES[coupling], f"{differences.mean():+.3f}", f"{differences.std(ddof=1):.3f}"]
        if coupling in _BARS:
            ratio, low, high = report.ratio(coupling)
            met = met and ratio >= _BARS[coupling]
            row += [f"{ratio:.0f} ({low:.0f} to {high:.0f})", f"at least {_BARS[coupling]:.0f}"]
        table.add_row(*row)
    screen.table(table)
    screen.say("Both bars are met." if met else "A bar is missed.")
    return met


def print_bench(report: BenchReport, screen: Screen) -> bool:
    """Print the figures; return whether the bars are met."""
    done = report.skeleton
    table = Table(box=SIMPLE_HEAD)
    for name in ("measure", "figure", "bar", ""):
        table.add_column(name, justify="right" if name == "figure" else "left")
    fast, many = report.ratio <= BAR_ENGINE, report.million_seconds < BAR_MILLION_SECONDS
    year = report.engine_seconds / report.borrower_years
    rows = (
        ("engine over bare SimPy", f"{report.ratio:.2f}", f"at most {BAR_ENGINE:.0f}", _verdict(fast)),
        ("engine over SimPy as its manual has it", f"{report.idiomatic_ratio:.2f}", "", ""),
        ("engine, from the book to the event log", f"{report.engine_seconds:.2f} s", "", ""),
        ("bare SimPy, same operations", f"{report.bare_seconds:.2f} s", "", ""),
        ("an event of the log", f"{1e6 * report.engine_seconds / report.n_events:.1f} microseconds", "", ""),
        ("a borrower-year", f"{report.n_events / report.borrower_years:.0f} events, {1e3 * year:.2f} ms", "", ""),
        ("memory at work, a borrower", f"{report.bytes_per_borrower:,.0f} bytes", "", ""),
        ("event log, a borrower", f"{report.log_bytes_per_borrower:,.0f} bytes", "", ""),
        (
            "a million synthetic borrowers",
            f"{report.million_seconds:.1f} s",
            f"under {BAR_MILLION_SECONDS:.0f} s",
            _verdict(many),
        ),
        (
            "all tables of ten million events",
            f"{report.tables_seconds:.1f} s",
            f"under {BAR_TABLES_SECONDS:.0f} s",
            _verdict(report.tables_seconds < BAR_TABLES_SECONDS),
        ),
        (
            "their memory, with the log",
            f"{report.tables_bytes / 2**30:.2f} GiB",
            f"under {BAR_TABLES_BYTES / 2**30:.0f} GiB",
            _verdict(report.tables_bytes < BAR_TABLES_BYTES),
        ),
        ("keyed draws in compiled code", f"{1e-6 / report.draw_seconds:.0f} million a second", "", ""),
    )
    for row in rows:
        table.add_row(*row)
    screen.table(table)
    screen.say(
        f"Both do {done.n_processes:,} processes, {done.n_timeouts:,} timeouts, {done.n_puts:,} puts and "
        f"{done.n_gets:,} gets. By the manual,\nwork is {done.n_gets:,} processes more, and {done.n_moved:,} alarms "
        "that staff move are interrupts. Processor time, medians."
    )
    screen.say("All bars are met." if report.met else "A bar is missed.")
    return report.met


def _verdict(met: bool) -> str:
    return "met" if met else "missed"
