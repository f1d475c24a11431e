"""Answers: an experiment file that says what is to be said about its runs, and the page that says it.

:func:`~simcollect.answers.study.run_study` runs an experiment like a sweep and writes ``answer.md`` (sentences and
tables), ``answer.csv`` and a picture for each ``[[answer]]`` of the file. What an answer can be is in
:mod:`simcollect.answers.asked`.
"""

from __future__ import annotations

from simcollect.answers.study import Answered, find_study, run_study, studies

__all__ = ["Answered", "find_study", "run_study", "studies"]
