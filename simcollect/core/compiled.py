"""The one file that imports Numba, and the one decorator for functions that must be fast.

A compiled function is written in the part of Python that gives the same result with and without Numba, and
``SIMCOLLECT_NUMBA=0`` leaves every function as written: for debugging, for coverage, for machines without Numba.

Machine code is kept between processes in a folder named by a hash of the sources of *all* rooms that compiled functions
stand in or call into. Numba alone looks only at the file a function stands in, so an edit to a function it calls would
leave the old answer in use.
"""

from __future__ import annotations

import gc
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

NUMBA_IS_ON: Final = os.environ.get("SIMCOLLECT_NUMBA", "1") != "0"

_PACKAGE: Final = Path(__file__).resolve().parent.parent
ROOMS: Final = ("core", "behaviour", "stages")
"""Folders of the package that compiled functions may stand in: they import from no other."""

_FOLDERS_KEPT: Final = 8
_SECONDS_KEPT: Final = 3600.0
_INNER: Final = "inner"  # folder of what compiled functions call
_OUTER: Final = "outer"  # folder of what Python calls


def compiled(function: F) -> F:
    """Return ``function`` compiled by Numba at its first call, or itself when Numba is switched off.

    Division by zero raises as in Python, and no floating-point shortcut is allowed, so results equal the plain
    function's to the last bit. Only functions of :data:`ROOMS` are kept on disk: the folder's hash knows no other
    source.
    """
    if not NUMBA_IS_ON:
        return function
    import numba  # here, so that Numba need not be installed when it is switched off

    folder = _cache_folder() if _is_ours(function) else None
    # Numba reads its setting while it decorates. Put back at once: other libraries' caches are none of our business.
    before = numba.config.CACHE_DIR

    def dispatcher(place: str, **options: bool) -> Any:
        if folder is not None:
            numba.config.CACHE_DIR = str(folder / place)
        return numba.njit(error_model="python", cache=folder is not None, **options)(function)

    try:
        _short_symbols()
        # Only what Python itself calls needs wrappers for it, and those are a third of the time that compiling takes.
        inner = dispatcher(_INNER, no_cpython_wrapper=True, no_cfunc_wrapper=True)
        return cast(F, _calling_inside(dispatcher(_OUTER), inner))
    finally:
        numba.config.CACHE_DIR = before


@cache
def _short_symbols() -> None:
    """Give records and named tuples short names in machine code.

    Numba spells a record out field by field in the symbol of every function that takes one: with a hundred fields that
    doubles compile time and fills the cache folder with hundreds of megabytes of names.
    """
    from numba.core import types as numba_types

    types: Any = numba_types

    def short(self: Any) -> tuple[str, tuple[()]]:
        return f"{type(self).__name__}_{hashlib.sha256(self.name.encode()).hexdigest()[:16]}", ()

    types.Record.mangling_args = property(short)
    types.NamedTuple.mangling_args = property(short)


def _calling_inside(outer: Any, inner: Any) -> Any:
    """Return ``outer``, which answers calls from Python, with ``inner`` answering those from compiled functions.

    One version is compiled for plain integers instead of one for each literal or enumeration member passed.
    """
    from numba.core import types as numba_types

    types: Any = numba_types

    def plain_type(given: Any) -> Any:
        given = types.unliteral(given)
        return given.dtype if isinstance(given, types.IntEnumMember) else given

    def get_call_template(args: Any, kws: Any) -> Any:
        plain_kws = {name: plain_type(kind) for name, kind in kws.items()}
        return inner.get_call_template(tuple(map(plain_type, args)), plain_kws)

    outer.get_call_template = get_call_template
    outer.get_overload = inner.get_overload
    return outer


def plain(function: F) -> F:
    """Return the Python function behind a compiled one (functions it calls stay compiled)."""
    return cast(F, getattr(function, "py_func", function))


def entry_point(function: F, *example: Any) -> F:
    """Return the machine code of ``function`` for arguments of the types of ``example``, callable without a look.

    Asking Numba for the type of a record with a hundred fields takes longer than most transitions. The caller vouches
    for the types of every later call. Without Numba this is the function itself.
    """
    if not NUMBA_IS_ON:
        return function
    import numba

    signature = tuple(numba.typeof(value) for value in example)
    dispatcher = cast(Any, function)
    collecting = gc.isenabled()
    gc.disable()  # the compiler makes millions of objects and drops few: collecting takes a tenth of its time
    try:
        dispatcher.compile(signature)
    finally:
        if collecting:
            gc.enable()
    return cast(F, dispatcher.overloads[signature].entry_point)


def is_on_disk(function: Callable[..., Any]) -> bool:
    """Return whether machine code for calls of a compiled function from Python is kept on disk.

    True when Numba is switched off: there is nothing to wait for. False when no folder can be written.
    """
    if not NUMBA_IS_ON:
        return True
    folder = _cache_folder()
    name = f"{function.__module__.rpartition('.')[2]}.{function.__qualname__}-*.nbi"
    return folder is not None and any((folder / _OUTER).rglob(name))


def source_hash(package: Path = _PACKAGE, rooms: tuple[str, ...] = (".",)) -> str:
    """Return 16 hexadecimal digits that change when any ``.py`` file under these folders changes, moves or goes."""
    digest = hashlib.sha256()
    for path in sorted(path for room in rooms for path in (package / room).rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(package).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def cache_root() -> Path:
    """Return the folder for machine code: ``SIMCOLLECT_CACHE``, or ``simcollect`` in the platform's user cache."""
    chosen = os.environ.get("SIMCOLLECT_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "simcollect"


def prune(root: Path, now: float) -> None:
    """Remove folders of older sources, except the 8 used last and any used within the hour before ``now``.

    The hour protects another process at work with other sources; ``now`` is in seconds since 1970. Names that are no
    source hash are never touched.
    """
    folders = [path for path in root.iterdir() if path.is_dir() and _is_hash(path.name)]
    folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in folders[_FOLDERS_KEPT:]:
        if now - path.stat().st_mtime > _SECONDS_KEPT:
            shutil.rmtree(path, ignore_errors=True)


@cache
def _cache_folder() -> Path | None:
    """Return the folder for these sources, made and marked as used; None when the disk does not allow it."""
    try:
        root = cache_root()
        folder = root / source_hash(rooms=ROOMS)
        folder.mkdir(parents=True, exist_ok=True)
        # Numba would fall back to __pycache__, keyed by one file only, were the folder not writable: so ask first.
        tempfile.TemporaryFile(dir=folder).close()
        os.utime(folder)
        prune(root, time.time())
    except (OSError, RuntimeError):  # RuntimeError: no home folder is known
        return None
    return folder


def _is_ours(function: Callable[..., Any]) -> bool:
    file = Path(function.__code__.co_filename).resolve()
    return any(file.is_relative_to(_PACKAGE / room) for room in ROOMS)


def _is_hash(name: str) -> bool:
    return len(name) == 16 and all(letter in "0123456789abcdef" for letter in name)
