from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import simcollect

ROOT = Path(__file__).parents[1]


def test_importing_the_package_loads_none_of_its_rooms() -> None:
    code = "import sys, simcollect; print([name for name in sys.modules if name.startswith('simcollect.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_can_be_had() -> None:
    for name in simcollect.__all__:
        assert getattr(simcollect, name) is not None


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == simcollect.__version__
    assert f"version: {simcollect.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"## {simcollect.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_number_of_an_assumption_that_is_cited_is_listed() -> None:
    import re

    listed = set(re.findall(r"^\| (A-\d+) \|", (ROOT / "ASSUMPTIONS.md").read_text(encoding="utf-8"), re.MULTILINE))
    cited = set()
    for path in [*(ROOT / "simcollect").rglob("*.py"), *(ROOT / "simcollect").rglob("*.toml")]:
        cited |= set(re.findall(r"\bA-\d+\b", path.read_text(encoding="utf-8")))
    assert cited <= listed, f"cited but not in ASSUMPTIONS.md: {sorted(cited - listed)}"
