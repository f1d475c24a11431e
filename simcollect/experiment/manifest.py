"""The manifest: what a results folder holds, and all that is needed to make it again."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

import simcollect
from simcollect.core.compiled import source_hash
from simcollect.core.errors import InputError
from simcollect.experiment.design import Design
from simcollect.population import build
from simcollect.scenario import Scenario, digest

MANIFEST: Final = "manifest.json"
ENGINE: Final = "simpy"

_FORMAT: Final = "simcollect manifest 1"
_LIBRARIES: Final = ("numpy", "scipy", "numba", "simpy", "pydantic", "pandas", "pyarrow")
_PACKAGE: Final = Path(simcollect.__file__).resolve().parent


@dataclass(frozen=True)
class RunDigest:
    """The digest of one run's event log."""

    replication: int
    strategy: str
    digest: str


@dataclass(frozen=True)
class Manifest:
    """What was run, by which program, and with which result.

    Attributes
    ----------
    command
        "compare", "run" or "attribute".
    version, commit, sources
        Of simcollect: the release; the git commit, if it is run from a checkout ("+" appended when files were
        changed); the hash of its Python files.
    libraries
        Versions of Python and of the libraries that results may depend on.
    engine
        Which engine ran the model.
    scenario, scenario_digest, document
        Name, digest and full text of the scenario as it was run, presets and inheritance resolved. Its ``folder`` is
        relative to the results folder, so that both can be moved together and no machine's paths are told.
    book
        Digest of the accounts of the first replication: it changes when a data file does.
    seed
        Of the whole experiment.
    strategies, replications
        Names; numbers.
    policies
        Names among the strategies that were Python objects: the manifest does not hold them.
    logs
        One digest a finished run, by replication and strategy.
    """

    command: str
    version: str
    commit: str
    sources: str
    libraries: dict[str, str]
    engine: str
    scenario: str
    scenario_digest: str
    book: str
    seed: int
    strategies: tuple[str, ...]
    replications: tuple[int, ...]
    policies: tuple[str, ...]
    logs: tuple[RunDigest, ...]
    document: dict[str, Any]

    @property
    def complete(self) -> bool:
        """Whether every run of the cross has its log."""
        return len(self.logs) == len(self.strategies) * len(self.replications)

    @property
    def digest(self) -> str:
        """64 hexadecimal digits for all logs together; the order in which they were finished has no influence."""
        lines = (f"{log.replication} {log.strategy} {log.digest}\n" for log in sorted_logs(self.logs))
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def identity(self) -> dict[str, str]:
        """Everything that a run's result depends on, but for its strategy and replication.

        Two manifests with the same identity can share finished runs.
        """
        libraries = " ".join(f"{name} {number}" for name, number in sorted(self.libraries.items()))
        return {
            "scenario": self.scenario_digest,
            "accounts": self.book,
            "seed": str(self.seed),
            "engine": self.engine,
            "simcollect": f"{self.version} {self.sources}",
            "libraries": libraries,
        }

    @property
    def short_identity(self) -> str:
        """Eight hexadecimal digits of the identity, for the name of a folder."""
        text = json.dumps(self.identity(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def with_logs(self, logs: Iterable[RunDigest]) -> Manifest:
        """Return the same manifest with these digests, sorted."""
        return replace(self, logs=tuple(sorted_logs(logs)))

    def scenario_as_run(self) -> Scenario:
        """Return the scenario that the manifest holds.

        Raises
        ------
        InputError
            If this version of simcollect does not understand it.
        """
        try:
            return Scenario.model_validate_json(json.dumps(self.document))
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            raise InputError(
                MANIFEST,
                ".".join(("document", *(str(part) for part in fault["loc"]))),
                f"is not understood by simcollect {simcollect.__version__} ({fault['msg']})",
                f"Expected a manifest of a version that reads the same scenarios; this one is of {self.version}",
                f"Install simcollect {self.version} to repeat it",
            ) from None

    def write(self, folder: Path) -> None:
        """Write ``manifest.json`` into a folder, all of it or nothing.

        The digest and whether all runs are finished stand in it to be read.
        """
        content = {"format": _FORMAT, "digest": self.digest, "complete": self.complete, **asdict(self)}
        content["document"] = {**self.document, "folder": _portable_folder(self.document, folder)}
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        partial = folder / f".{MANIFEST}.partial"
        partial.write_text(text, encoding="utf-8")
        partial.replace(folder / MANIFEST)


def describe(command: str, design: Design) -> Manifest:
    """Return the manifest of a design before any of its runs; builds one book to know it by."""
    scenario = design.scenario
    first = design.replications[0] if design.replications else 0
    return Manifest(
        command=command,
        version=simcollect.__version__,
        commit=commit(),
        sources=sources(),
        libraries=libraries(),
        engine=ENGINE,
        scenario=scenario.name,
        scenario_digest=digest(scenario),
        book=build(scenario, scenario.run.seed, first).digest(),
        seed=scenario.run.seed,
        strategies=design.strategies,
        replications=design.replications,
        policies=tuple(policy.name for policy in design.policies),
        logs=(),
        document=json.loads(scenario.model_dump_json()),
    )


def sorted_logs(logs: Iterable[RunDigest]) -> list[RunDigest]:
    """Return digests by replication, then strategy."""
    return sorted(logs, key=lambda log: (log.replication, log.strategy))


def read_manifest(path: Path | str) -> Manifest:
    """Return the manifest in a file, or in a folder's ``manifest.json``.

    Raises
    ------
    InputError
        If there is none, it is not readable as a manifest, or its digest does not belong to its runs.
    """
    place = Path(path)
    if place.is_dir():
        place /= MANIFEST

    def refusal(found: str) -> InputError:
        return InputError(place.name, "the file", found, "Expected the manifest of a results folder of simcollect")

    try:
        content = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise refusal("does not exist") from None
    except (OSError, ValueError) as error:
        raise refusal(f"cannot be read as JSON ({error})") from error
    if not isinstance(content, dict) or content.get("format") != _FORMAT:
        raise refusal(f'is not marked as "{_FORMAT}"')
    try:
        content["document"]["folder"] = os.path.normpath(place.parent / content["document"]["folder"])
        manifest = _from_content(content)
    except (KeyError, TypeError, ValueError) as error:
        raise refusal(f"lacks or misshapes {error}") from error
    if manifest.digest != content.get("digest"):
        raise InputError(
            place.name,
            "digest",
            "does not belong to the runs listed",
            "Expected a manifest nobody has edited",
            "Take it again from its results folder",
        )
    return manifest


def _from_content(content: Mapping[str, Any]) -> Manifest:
    values = {field.name: content[field.name] for field in fields(Manifest)}
    for name in ("command", "version", "commit", "sources", "engine", "scenario", "scenario_digest", "book"):
        if not isinstance(values[name], str):
            raise ValueError(name)
    if not isinstance(values["seed"], int) or not isinstance(values["document"], dict):
        raise ValueError("seed or document")
    for name in ("strategies", "policies"):
        values[name] = tuple(str(strategy) for strategy in values[name])
    values["replications"] = tuple(int(number) for number in values["replications"])
    values["libraries"] = {str(name): str(number) for name, number in values["libraries"].items()}
    logs = [RunDigest(int(log["replication"]), str(log["strategy"]), str(log["digest"])) for log in values["logs"]]
    values["logs"] = tuple(sorted_logs(logs))
    return Manifest(**values)


def _portable_folder(document: Mapping[str, Any], results: Path) -> str:
    """Return the scenario's folder as seen from the results; "." when no data file is looked for there."""
    portfolio = document.get("portfolio", {})
    tables = (portfolio.get("real"), (portfolio.get("synthetic") or {}).get("fit_to"))
    folder = Path(document.get("folder", "."))
    if not any(table and (folder / table["file"]).exists() for table in tables):
        return "."
    try:
        return Path(os.path.relpath(folder, results)).as_posix()
    except ValueError:  # another drive
        return str(folder.resolve())


@cache
def sources() -> str:
    """Return the hash of simcollect's Python files."""
    return source_hash()


@cache
def libraries() -> dict[str, str]:
    """Return the versions of Python and of the libraries that results may depend on."""
    found = {"python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


@cache
def commit() -> str:
    """Return the git commit simcollect is run from, with "+" when files were changed; "" outside a checkout."""
    root = _PACKAGE.parent
    if not (root / ".git").exists():
        return ""
    try:
        head = _git(root, "rev-parse", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return ""
    return head + ("+" if changed else "")


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=10.0, check=True
    )
    return done.stdout.strip()
