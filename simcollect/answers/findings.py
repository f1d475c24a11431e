"""An answer found: sentences and a table, from the runs of a study."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from simcollect.answers.asked import Asked
from simcollect.answers.cube import Cube, cube
from simcollect.answers.groups import answer_groups, answer_split
from simcollect.answers.orders import answer_curve, answer_ranking, answer_surface
from simcollect.answers.subjects import Subject, subject
from simcollect.sweep.reading import StudyReading


@dataclass(frozen=True)
class Finding:
    """One answer.

    Attributes
    ----------
    asked
        What it answers.
    sentences
        The verdict, most important first.
    table
        Columns as in :data:`simcollect.answers.tables.COLUMNS`, one row an outcome, ``of`` and level.
    subjects
        Its outcomes.
    cube
        The runs it was made of.
    """

    asked: Asked
    sentences: tuple[str, ...]
    table: pd.DataFrame
    subjects: tuple[Subject, ...]
    cube: Cube


def find(asked: Asked, study: StudyReading) -> Finding:
    """Return an answer from the finished runs of a study."""
    scenario = study.request.scenario
    runs = cube(asked, study)
    makers = {
        "curve": answer_curve,
        "surface": answer_surface,
        "ranking": answer_ranking,
        "groups": answer_groups,
        "split": answer_split,
    }
    sentences, table = makers[asked.kind](asked, runs, scenario)
    subjects = tuple(subject(name, scenario) for name in asked.outcomes)
    return Finding(asked, tuple(filter(None, sentences)), table, subjects, runs)
