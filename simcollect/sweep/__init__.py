"""Many points of a model: levers and uncertainties varied, every run kept, whatever ends the program.

:func:`~simcollect.sweep.evaluate.evaluate` for code that chooses its own points,
:class:`~simcollect.sweep.study.Study` for a folder that survives.
"""

from __future__ import annotations

from simcollect.sweep.changes import changes
from simcollect.sweep.evaluate import evaluate
from simcollect.sweep.experiment import Experiment, read_experiment
from simcollect.sweep.study import Study

__all__ = ["Experiment", "Study", "changes", "evaluate", "read_experiment"]
