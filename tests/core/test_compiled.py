"""The decorator: equal answers on and off, machine code kept between processes, and never a stale answer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import simcollect.core.compiled as module
from simcollect.core.compiled import NUMBA_IS_ON, ROOMS, cache_root, compiled, is_on_disk, plain, prune, source_hash
from simcollect.core.units import money_cents

PACKAGE = Path(module.__file__).parents[1]
needs_numba = pytest.mark.skipif(not NUMBA_IS_ON, reason="Numba is switched off")

COUNT_COMPILATIONS = """
from simcollect.core import clock, rng
import numpy as np
answer = clock.local_day(5000, 0, np.array([[-(2**62)]]), np.array([[0]]))
rng.uniform(1, 2, 3, 4, 5)
functions = [clock.local_day, rng.uniform]
print(answer, sum(sum(f.stats.cache_misses.values()) for f in functions), rng.uniform.stats.cache_path, rng.__file__)
"""


def run(script: str, root: Path, **variables: str) -> list[str]:
    """Return the words a fresh process prints, with the package taken from ``root``."""
    environment = {**os.environ, "PYTHONPATH": str(root), "SIMCOLLECT_NUMBA": "1", **variables}
    # In `root`, because Python looks in the folder it is started in before anywhere else.
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@compiled
def ratio(a: float, b: float) -> float:
    return a / b


def test_division_by_zero_raises_as_in_python() -> None:
    for function in (ratio, plain(ratio)):
        assert function(1.0, 4.0) == 0.25
        with pytest.raises(ZeroDivisionError):
            function(1.0, 0.0)


def test_plain_gives_back_the_python_function() -> None:
    assert plain(ratio).__name__ == "ratio"
    assert not hasattr(plain(ratio), "py_func")
    assert plain(plain) is plain


@needs_numba
def test_a_second_process_compiles_nothing_and_an_edit_elsewhere_is_noticed(tmp_path: Path) -> None:
    """The day's length stands in units.py and is used in clock.py, whose own text does not change."""
    copy = tmp_path / "project" / "simcollect"
    shutil.copytree(PACKAGE / "core", copy / "core", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PACKAGE / "__init__.py", copy)
    cache = {"SIMCOLLECT_CACHE": str(tmp_path / "cache")}

    answer, misses, first_folder, imported = run(COUNT_COMPILATIONS, copy.parent, **cache)
    assert Path(imported).is_relative_to(copy)
    assert (answer, misses) == ("3", "2")  # 5000 // 1440, both functions compiled
    answer, misses, second_folder, _ = run(COUNT_COMPILATIONS, copy.parent, **cache)
    assert (answer, misses, second_folder) == ("3", "0", first_folder)

    units = copy / "core" / "units.py"
    text = units.read_text(encoding="utf-8")
    assert "MINUTES_PER_DAY: Final = 1440" in text
    units.write_text(text.replace("MINUTES_PER_DAY: Final = 1440", "MINUTES_PER_DAY: Final = 1000"), encoding="utf-8")
    answer, misses, third_folder, _ = run(COUNT_COMPILATIONS, copy.parent, **cache)
    assert (answer, misses) == ("5", "2")
    assert third_folder != first_folder


@needs_numba
def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    blocked = tmp_path / "a file, no folder"
    blocked.write_text("")
    script = """
from simcollect.core import rng
print(0.0 < rng.uniform(1, 2, 3, 4, 5) < 1.0, rng.uniform.stats.cache_path)
"""
    assert run(script, PACKAGE.parent, SIMCOLLECT_CACHE=str(blocked)) == ["True", "None"]


def test_switched_off_numba_is_not_even_imported() -> None:
    script = "import sys; from simcollect.core import clock, rng, units; print('numba' in sys.modules)"
    assert run(script, PACKAGE.parent, SIMCOLLECT_NUMBA="0") == ["False"]


@needs_numba
def test_what_compiled_code_calls_can_be_called_from_python_too(tmp_path: Path) -> None:
    """Compiled code and Python have versions of their own, on disk as well: one without a wrapper would crash."""
    cache = {"SIMCOLLECT_CACHE": str(tmp_path)}
    script = """
from simcollect.core import rng
from simcollect.core.compiled import is_on_disk
import numpy as np
print(is_on_disk(rng.uniform), is_on_disk(rng.uniforms))
inside = rng.uniforms(1, 2, np.array([3]), 4, 5)[0]
print(is_on_disk(rng.uniform), is_on_disk(rng.uniforms))
print(rng.uniform(1, 2, 3, 4, 5) == inside, is_on_disk(rng.uniform))
"""
    first = run(script, PACKAGE.parent, **cache)
    assert first == ["False", "False", "False", "True", "True", "True"]
    assert run(script, PACKAGE.parent, **cache) == ["True"] * 6


def test_switched_off_nothing_has_to_be_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NUMBA_IS_ON", False)
    assert is_on_disk(ratio)


@needs_numba
def test_other_libraries_keep_their_own_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    from numba import config

    monkeypatch.setattr(config, "CACHE_DIR", "somewhere else")
    ours = compiled(plain(money_cents))
    assert "somewhere else" not in ours.stats.cache_path  # type: ignore[attr-defined]
    assert config.CACHE_DIR == "somewhere else"


@needs_numba
def test_functions_outside_the_package_are_not_kept_on_disk() -> None:
    assert ratio.stats.cache_path is None  # type: ignore[attr-defined]


def test_the_hash_sees_every_edit_move_and_removal(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.py").write_text("x = 1\n")
    (tmp_path / "b.py").write_text("y = 2\n")
    hashes = [source_hash(tmp_path)]
    (tmp_path / "deep" / "a.py").write_text("x = 2\n")
    hashes.append(source_hash(tmp_path))
    (tmp_path / "b.py").rename(tmp_path / "c.py")
    hashes.append(source_hash(tmp_path))
    (tmp_path / "c.py").unlink()
    hashes.append(source_hash(tmp_path))
    assert len(set(hashes)) == 4
    (tmp_path / "notes.txt").write_text("no source")
    assert source_hash(tmp_path) == hashes[-1]


def test_an_edit_outside_the_compiled_rooms_keeps_the_machine_code(tmp_path: Path) -> None:
    for room in ("core", "plots"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "a.py").write_text("x = 1\n")
    before = source_hash(tmp_path, ("core",))
    (tmp_path / "plots" / "a.py").write_text("x = 2\n")
    assert source_hash(tmp_path, ("core",)) == before
    (tmp_path / "core" / "a.py").write_text("x = 2\n")
    assert source_hash(tmp_path, ("core",)) != before


def test_compiled_functions_stand_in_the_hashed_rooms_which_import_from_no_other() -> None:
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0]
        text = path.read_text(encoding="utf-8")
        if room not in ROOMS:
            assert "@compiled" not in text, f"{path.name} has a compiled function that the hash does not see"
            continue
        imported = set(re.findall(r"^(?:from|import) simcollect\.(\w+)", text, flags=re.MULTILINE))
        assert imported <= set(ROOMS), f"{path.name} imports from a room that the hash does not see"


def test_pruning_keeps_the_8_folders_used_last_and_all_of_the_last_hour(tmp_path: Path) -> None:
    now = time.time()
    for i in range(12):
        folder = tmp_path / f"{i:016x}"
        folder.mkdir()
        os.utime(folder, (now - i * 1000, now - i * 1000))
    (tmp_path / "somebody else's").mkdir()
    os.utime(tmp_path / "somebody else's", (0, 0))

    prune(tmp_path, now)
    assert len(list(tmp_path.iterdir())) == 9
    prune(tmp_path, now)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"somebody else's", *(f"{i:016x}" for i in range(8))}


def test_pruning_spares_what_another_process_used_within_the_hour(tmp_path: Path) -> None:
    now = time.time()
    for i in range(20):
        folder = tmp_path / f"{i:016x}"
        folder.mkdir()
        os.utime(folder, (now - i, now - i))
    prune(tmp_path, now)
    assert len(list(tmp_path.iterdir())) == 20


def test_the_cache_can_be_put_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SIMCOLLECT_CACHE", str(tmp_path))
    assert cache_root() == tmp_path
    monkeypatch.delenv("SIMCOLLECT_CACHE")
    assert cache_root().name == "simcollect"


@pytest.mark.parametrize(
    ("platform", "variable"), [("linux", "XDG_CACHE_HOME"), ("win32", "LOCALAPPDATA"), ("darwin", None)]
)
def test_each_platform_has_its_own_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, variable: str | None
) -> None:
    monkeypatch.delenv("SIMCOLLECT_CACHE", raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    expected = tmp_path / "Library" / "Caches" / "simcollect"
    if variable is not None:
        monkeypatch.setenv(variable, str(tmp_path / "chosen"))
        expected = tmp_path / "chosen" / "simcollect"
    assert cache_root() == expected
