"""A study: an experiment file run like a sweep, and its answer written. The same command goes on where it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from simcollect.answers.asked import Asked, read_answers
from simcollect.answers.findings import Finding, find
from simcollect.answers.page import write_answer
from simcollect.answers.reading import StudyReading, of_reading
from simcollect.core.errors import InputError, closest
from simcollect.core.words import Lang
from simcollect.experiment.run import Progress
from simcollect.sweep.experiment import Experiment, read_experiment
from simcollect.sweep.manifest import MANIFEST
from simcollect.sweep.request import make_request
from simcollect.sweep.status import read_json
from simcollect.sweep.study import Study
from simcollect.sweep.work import do

EXPERIMENTS: Final = Path("experiments")
"""Where studies are looked for by name."""
FULL: Final = "experiment.toml"
SMALL: Final = "small.toml"


@dataclass(frozen=True)
class Answered:
    """A study that has been run and answered.

    Attributes
    ----------
    study
        Its runs.
    findings
        One for each ``[[answer]]``.
    files
        What was written.
    """

    study: Study
    findings: tuple[Finding, ...]
    files: tuple[Path, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """All sentences of the answer."""
        return tuple(sentence for finding in self.findings for sentence in finding.sentences)


def run_study(
    experiment: Path | str,
    folder: Path | str | None = None,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    on_progress: Progress | None = None,
    beside: bool = False,
    lang: Lang = "en",
) -> Answered:
    """Run an experiment that states ``[[answer]]``, and write its answer.

    Parameters
    ----------
    experiment
        A file, or a folder with ``experiment.toml``.
    folder
        Keeps the runs and the answer; ``results/NAME-study-ID`` when None. What is finished there is not run again.
    workers, executor, on_progress
        As in :func:`simcollect.sweep.evaluate.evaluate`.
    beside
        Write the answer beside the experiment file as well, for readers of the experiment.
    lang
        Of the fixed words of the pictures.

    Raises
    ------
    InputError, InputErrors
        If the file asks for something that cannot be run or answered.
    Interrupted
        On Ctrl-C; finished runs are kept in the folder.
    SimcollectError
        If no run could be finished, or the disk is full.
    """
    file = Path(experiment) / FULL if Path(experiment).is_dir() else Path(experiment)
    asked = read_experiment(file)
    answers = read_answers(asked, file.name)
    study = open_study(asked, answers, file.name, folder)
    reading = StudyReading(_twin(answers))
    work = partial(do, measure=reading)
    study.run(workers=workers, executor=executor, on_progress=on_progress, work=work)
    findings = tuple(find(each, study) for each in answers)
    digest = str(read_json(study.folder / MANIFEST).get("digest", ""))
    files = write_answer(findings, study.request, digest, len(study.failures()), study.folder, lang)
    if beside:
        files += write_answer(findings, study.request, digest, len(study.failures()), file.parent, lang)
    return Answered(study, findings, tuple(files))


def open_study(experiment: Experiment, answers: Sequence[Asked], where: str, folder: Path | str | None) -> Study:
    """Return the study of an experiment in its folder, new or begun."""
    request = of_reading(make_request(experiment, where), StudyReading(_twin(answers)))
    place = folder if folder is not None else Path("results") / f"{experiment.name}-study-{request.digest[:8]}"
    return Study.create(request, place)


def studies(folder: Path | str = EXPERIMENTS) -> dict[str, str]:
    """Return the studies of a folder: name and question, in the order of their names.

    Raises
    ------
    InputError
        If there is no such folder, or it holds no study.
    """
    place = Path(folder)
    found = sorted(file.parent for file in place.glob(f"*/{FULL}"))
    if not found:
        raise InputError(
            "",
            f'folder "{place}"',
            "holds no study" if place.is_dir() else "does not exist",
            f"Expected folders with {FULL}",
            "Change to the project's folder, or name the folder with --from",
        )
    return {each.name: read_experiment(each).question for each in found}


def find_study(name: str, folder: Path | str = EXPERIMENTS) -> Path:
    """Return the folder or file of a study: a path, a name, or its beginning (``q08_q09``).

    Raises
    ------
    InputError
        If there is none, or the beginning fits several.
    """
    if Path(name).exists():
        return Path(name)
    known = sorted(file.parent.name for file in Path(folder).glob(f"*/{FULL}"))
    fits = [each for each in known if each == name] or [each for each in known if each.startswith(name)]
    if len(fits) == 1:
        return Path(folder) / fits[0]
    if fits:
        raise InputError(
            "", f'study "{name}"', f"fits {len(fits)}: {', '.join(fits)}", "Expected one", "Say more of it"
        )
    near = closest(name, known)
    hint = f'Did you mean "{near}"?' if near else "Change to the project's folder, or give a path"
    raise InputError("", f'study "{name}"', f'is not in "{folder}"', f"Known: {', '.join(known) or 'none'}", hint)


def _twin(answers: Sequence[Asked]) -> str:
    return next((asked.twin for asked in answers if asked.twin), "")
