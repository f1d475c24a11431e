"""A study: one folder that holds what was asked, what is finished, and the tables made of it.

| file | what it holds |
| --- | --- |
| ``request.json``, ``experiment.toml`` | what was asked: points, resolved scenario; the file as read |
| ``manifest.json`` | which program, libraries and machine part; digest of all event logs when finished |
| ``ledger.sqlite`` | which runs are finished or have failed; for the program that writes, not for readers |
| ``shards/`` | the runs: Parquet files that appear whole, each named by its digest |
| ``progress.json`` | how far it is, a second old at most |
| ``results.parquet``, ``means.csv``, ``differences.csv``, ``failures.csv`` | the answer, when all runs have ended |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from simcollect.core.errors import InputError
from simcollect.core.folder import results_folder
from simcollect.experiment.run import Interrupted, Progress
from simcollect.experiment.workers import Specification, available_cores
from simcollect.sweep.experiment import Experiment
from simcollect.sweep.ledger import Ledger
from simcollect.sweep.manifest import MANIFEST, strangers_in, write_manifest
from simcollect.sweep.perform import JobWork, perform
from simcollect.sweep.plan import Plan
from simcollect.sweep.points import Point, distinct, drawn, point_of
from simcollect.sweep.reading import StudyReading
from simcollect.sweep.request import REQUEST, Request, made_by, make_request, read_request
from simcollect.sweep.results import stops_for_precision
from simcollect.sweep.shards import copy_shard, is_sound, shard_names
from simcollect.sweep.status import Clock, Status, read_json
from simcollect.sweep.tables import DERIVED, results_by_points, write_tables


class Study(StudyReading):
    """A sweep's folder, to be run, extended and merged; :class:`~simcollect.sweep.reading.StudyReading` reads it."""

    @classmethod
    def open(cls, folder: Path | str) -> Study:
        """Return the study that a folder holds.

        Raises
        ------
        InputError
            If it holds none.
        """
        request = read_request(folder)
        manifest = read_json(Path(folder) / MANIFEST)
        part = manifest.get("part", [1, 1])
        return cls(folder, request, (int(part[0]), int(part[1])))

    @classmethod
    def create(cls, asked: Experiment | Request, folder: Path | str, part: tuple[int, int] = (1, 1)) -> Study:
        """Return a study in a new folder, or the one there when it was asked for the same.

        Parameters
        ----------
        asked
            An experiment as read from its file, or a request with its points worked out.
        folder
            Made when it does not exist.
        part
            (i, n): part i of n, one on each of n machines.

        Raises
        ------
        InputError
            If the folder holds another study, or files that are no study's; or the part is none.
        """
        request = asked if isinstance(asked, Request) else make_request(asked, asked.name)
        place = Path(folder)
        if not 1 <= part[0] <= part[1]:
            raise InputError("", "--shard", f"is {part[0]}/{part[1]}", "Expected i/n with i from 1 to n", "1/4 to 4/4")
        if part[1] > 1 and request.precision:
            raise InputError(
                "",
                "run.precision",
                "stands beside --shard",
                "One machine cannot see whether the runs of all are precise enough",
                "State run.replications, merge, and extend where more are needed",
            )
        with results_folder(place):
            if (place / REQUEST).exists():
                found = cls.open(place)
                found._check_same(request, part)
                return found
            if strangers := strangers_in(place):
                raise InputError(
                    "",
                    f'folder "{place}"',
                    f"holds files but no {REQUEST} ({', '.join(strangers[:3])})",
                    "Expected a new or empty folder, or the study itself",
                )
            study = cls(place, request, part)
            write_manifest(place, request, part)  # before the request, as it says whose folder this is to be
            request.write(place)
        return study

    # ------------------------------------------------------------------------------------------ running

    def run(
        self,
        *,
        workers: int | None = None,
        executor: Executor | None = None,
        on_progress: Progress | None = None,
        retry_failed: bool = False,
        work: JobWork | None = None,
    ) -> Status:
        """Do all that is left, and write the tables when nothing is.

        Parameters
        ----------
        workers
            Processes, at least 1; as many as there are cores when None.
        executor
            Does the runs in place of processes of our own: threads, a cluster. It is not shut down.
        on_progress
            Told (runs ended, runs in all) at the start and after every job.
        retry_failed
            Do failed runs once more.
        work
            What is done with a job, where more is to be kept of a run than a sweep keeps; the same for every call on
            one folder.

        Returns
        -------
        Status
            At the end. What was put right in the folder stands in ``notes``.

        Raises
        ------
        Interrupted
            On Ctrl-C. Everything finished is kept.
        SimcollectError
            If another program is sweeping in this folder, the disk is full, or an executor breaks down.
        InputError
            If this program, its libraries or the accounts are not those that the study began with.
        """
        self._check_made_by()
        n_workers = workers or available_cores()
        with Ledger(self.folder) as ledger:
            self.notes = tuple(ledger.notes)
            if retry_failed:
                ledger.forget_failures()
            clock = Clock(self.folder, self.part, ledger, 0 if executor is not None else n_workers, on_progress)
            try:
                ledger.flush()
                plan = self._plan(ledger)
                while True:
                    clock.begin(plan)
                    perform(
                        Specification(self.request.document, ()),
                        plan.jobs(self.part, ledger.has),
                        clock.keep,
                        n_workers=max(1, min(n_workers, plan.n_tasks(self.part))),
                        executor=executor,
                        work=work,
                    )
                    ledger.flush()
                    longer = self._plan(ledger, plan.stops)
                    if longer.stops == plan.stops:
                        break
                    plan = longer
                self._finish(plan, ledger)
            except KeyboardInterrupt:
                raise Interrupted(clock.n_ended, clock.n_all) from None
            finally:
                clock.write(going_on=False)
        return self.status()

    def extended(self, request: Request) -> Study:
        """Return the study with more asked for; the runs that are finished stay.

        Raises
        ------
        InputError
            If it is one of several parts; merge them first.
        """
        if self.part[1] > 1:
            raise InputError(
                "",
                f'folder "{self.folder}"',
                f"is part {self.part[0]} of {self.part[1]}",
                "Expected a whole study to extend",
                "Merge the parts first: simcollect sweep merge",
            )
        with Ledger(self.folder):  # nobody else is at work here
            for name in DERIVED:
                (self.folder / name).unlink(missing_ok=True)
            study = Study(self.folder, request)
            request.write(self.folder)
            write_manifest(self.folder, request, self.part)
        return study

    def with_more(
        self,
        *,
        replications: int | None = None,
        n_points: int | None = None,
        points: Sequence[Point] = (),
        strategies: Sequence[str] = (),
    ) -> Study:
        """Return the study extended.

        Parameters
        ----------
        replications
            Of every point and strategy, in place of fewer.
        n_points
            Of a drawn design (Latin hypercube, Sobol) in all; more than there are.
        points, strategies
            To add: every strategy is run at every point.

        Raises
        ------
        InputErrors, InputError
            If nothing would be added, or a point makes no valid scenario.
        """
        request = self.request
        stop = max(block.stop for block in request.blocks)
        every: list[Point] = [point_of(text) for text in request.points]
        if n_points is not None:
            every += self._drawn(n_points, len(every))
        if replications is not None and replications <= stop:
            raise InputError("", "--replications", f"is {replications}", f"Expected more than there are: {stop}")
        names = tuple(dict.fromkeys([*request.strategies, *strategies]))
        more = request.extended(distinct([*every, *points]), names, 0, replications or stop, REQUEST)
        if more == request:
            raise InputError("", "extend", "adds nothing", "Expected more replications, points or strategies")
        return self.extended(more)

    def merge(self, sources: Sequence[Path | str]) -> list[str]:
        """Take over the runs of other folders of the same request; return what a user should know, in sentences.

        Raises
        ------
        InputError
            If a folder was asked for something else, or two folders disagree about a run.
        SimcollectError
            If a sweep is going on in one of the folders.
        """
        others = open_alike(sources)
        self._check_same(others[0].request, None, f'folder "{others[0].folder}"')
        return self._take_over(others)

    @classmethod
    def merged(cls, sources: Sequence[Path | str], folder: Path | str) -> tuple[Study, list[str]]:
        """Return the study in a folder, made when it is new, with the runs of others, and what a user should know.

        Nothing is made when one of the others cannot be taken over.

        Raises
        ------
        InputError, SimcollectError
            As :meth:`create` and :meth:`merge`.
        """
        others = open_alike(sources)
        study = cls.create(others[0].request, folder)
        return study, study._take_over(others)

    def _take_over(self, others: Sequence[Study]) -> list[str]:
        with Ledger(self.folder) as ledger:
            told = list(ledger.notes)
            for other in others:
                told += [f"{other.folder}: {note}" for note in other.notes]
                n_new = 0
                for name in shard_names(other.folder):
                    if not is_sound(self.folder, name):
                        copy_shard(name, other.folder, self.folder)
                    n_new += ledger.take_over(name)
                told.append(f"{other.folder}: {n_new} runs taken over.")
            ledger.flush()
            plan = self._plan(ledger)
            clock = Clock(self.folder, self.part, ledger, 0, None)
            clock.begin(plan)
            self._finish(plan, ledger)
            clock.write(going_on=False)
        return told

    def _drawn(self, n: int, n_before: int) -> list[Point]:
        request = self.request
        if request.kind not in ("latin_hypercube", "sobol"):
            raise InputError(
                "",
                "--points",
                f"is given for a design of kind {request.kind}",
                "Expected a drawn design: latin_hypercube or sobol",
                "Add values to the experiment file and extend with --experiment",
            )
        if n <= n_before:
            raise InputError("", "--points", f"is {n}", f"Expected more than there are: {n_before}")
        choices = {**request.levers, **request.uncertainties}
        return drawn(request.kind, choices, n - n_before, request.design_seed, n_before)

    def _plan(self, ledger: Ledger, stops: Mapping[int, int] | None = None) -> Plan:
        """Return the plan of what is asked for by now: with as many replications as finished runs show to be needed.

        A study that is taken up again comes in this way to where it was.
        """
        plan = Plan(self.request, stops)
        while self.request.precision and next(plan.jobs(is_done=ledger.has), None) is None:
            more = self._stops(plan, ledger)
            if not more:
                break
            plan = Plan(self.request, plan.stops | more)
        return plan

    def _stops(self, plan: Plan, ledger: Ledger) -> dict[int, int]:
        """Return the points that need more replications, each compared at the number it has."""
        found: dict[int, int] = {}
        by_stop: dict[int, list[int]] = {}
        for point in plan.points:
            uses = plan.at(point)
            by_stop.setdefault(max(span.stop for use in uses for span in use.replications), []).append(point)
        for now, points in by_stop.items():
            for _, runs in results_by_points(self.folder, plan, points, ledger.shards_of):
                found |= stops_for_precision(self.request, runs, now)
        return found

    def _finish(self, plan: Plan, ledger: Ledger) -> None:
        """Write the tables when every run of the plan has ended."""
        ledger.flush()
        left = next(plan.jobs(is_done=ledger.has), None)
        found: dict[str, Any] | None = None
        if left is None:
            finished, failed = ledger.counts()
            digest = write_tables(self.folder, plan, ledger, self._outcomes(None), self._reference(None))
            found = {"digest": digest, "finished": finished, "failed": failed}
        write_manifest(self.folder, self.request, self.part, found)

    def _check_made_by(self) -> None:
        now = made_by(self.request.scenario)
        for name, told in self.request.made_by.items():
            if now[name] != told:
                raise InputError(
                    "",
                    f'folder "{self.folder}"',
                    f"was begun with other {name}: {told}",
                    f"Expected the same; here: {now[name]}",
                    "Go on where the study was begun, or start it again in a new folder; what is finished can be read",
                )

    def _check_same(self, request: Request, part: tuple[int, int] | None, whose: str = "") -> None:
        if request.digest == self.request.digest and part in (None, self.part):
            return
        differs = self.request.differences(request)
        if not differs and request.digest != self.request.digest:
            differs = ["points, strategies, replications or outcomes"]
        if not differs:
            differs = [f"its part, {self.part[0]}/{self.part[1]},"]
        raise InputError(
            "",
            whose or f'folder "{self.folder}"',
            f"holds another study: {' and '.join(differs)} differ",
            "Expected the same request",
            "Choose another --out, or extend the study there: simcollect sweep extend",
        )


def open_alike(folders: Sequence[Path | str]) -> list[Study]:
    """Return the studies of several folders of one request, each in order to be taken over into another.

    Raises
    ------
    InputError
        If a folder holds no study, one of another request, or a ledger that cannot be read.
    SimcollectError
        If a sweep is going on in one of them.
    """
    studies = [Study.open(folder) for folder in folders]
    for study in studies:
        studies[0]._check_same(study.request, None, f'folder "{study.folder}"')
        with Ledger(study.folder) as ledger:  # puts what waits into a shard, and sees to damaged ones
            ledger.flush()
            study.notes = tuple(ledger.notes)
    return studies
