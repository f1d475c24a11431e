"""What notebooks and scripts import: load, simulate, compare, read, draw, and ask where the money came from.

>>> import simcollect as sc
>>> scenario = sc.load("tiny")
>>> log = sc.simulate(scenario, "balanced")
>>> sc.headline(log, scenario).n_accounts
12

Everything returned is a plain value: a scenario, an event log, pandas tables, a matplotlib figure, a text.
"""

from __future__ import annotations

from simcollect.answers import run_study as answer
from simcollect.api.asking import attribute, diff, explain, price_rule
from simcollect.api.books import book_table, build_population, write_table
from simcollect.api.deciding import compare, default_folder, replicate, select
from simcollect.api.loading import ScenarioLike, load, schema, vary
from simcollect.api.probing import (
    break_even,
    confounded,
    control_arm,
    discover,
    fork,
    harm_price,
    pilot,
    power,
    regret,
    sensitivity,
    tornado,
    who_wins,
)
from simcollect.api.reading import accounts, check, headline, picture, read_log, tables
from simcollect.api.running import repeat, run, simulate
from simcollect.calibrate import calibrate as calibrate_behaviour
from simcollect.core.errors import InputError, InputErrors
from simcollect.experiment.attribution import AttributionResult
from simcollect.experiment.comparison import Comparison
from simcollect.experiment.price import RulePrice
from simcollect.experiment.run import Interrupted
from simcollect.experiment.single import Repetition, RunResult
from simcollect.experiment.until import Replicated
from simcollect.experiment.warm import is_compiled
from simcollect.face.check import check_face
from simcollect.optimise.run import optimise
from simcollect.outcomes.export import export_log as export
from simcollect.outcomes.export import to_pm4py
from simcollect.outcomes.story import story
from simcollect.replays import replays as replay_papers
from simcollect.sweep import Study, changes, evaluate, read_experiment
from simcollect.sweep.selected import Selected
from simcollect.verify import verify as verify_theory

__all__ = [
    "AttributionResult",
    "Comparison",
    "InputError",
    "InputErrors",
    "Interrupted",
    "Repetition",
    "Replicated",
    "RulePrice",
    "RunResult",
    "ScenarioLike",
    "Selected",
    "Study",
    "accounts",
    "answer",
    "attribute",
    "book_table",
    "break_even",
    "build_population",
    "calibrate_behaviour",
    "changes",
    "check",
    "check_face",
    "compare",
    "confounded",
    "control_arm",
    "default_folder",
    "diff",
    "discover",
    "evaluate",
    "explain",
    "export",
    "fork",
    "harm_price",
    "headline",
    "is_compiled",
    "load",
    "optimise",
    "picture",
    "pilot",
    "power",
    "price_rule",
    "read_experiment",
    "read_log",
    "regret",
    "repeat",
    "replay_papers",
    "replicate",
    "run",
    "schema",
    "select",
    "sensitivity",
    "simulate",
    "story",
    "tables",
    "to_pm4py",
    "tornado",
    "vary",
    "verify_theory",
    "who_wins",
    "write_table",
]
