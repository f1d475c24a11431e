"""A typeface for Chinese: found by the characters it has, never by its name alone.

matplotlib ships no Chinese letters. Looked at, in this order: the fonts matplotlib knows, the font of the optional
package ``pylopdf-fonts-zh-cn`` (Noto Sans SC, SIL Open Font License 1.1), and fonts installed since matplotlib last
made its list.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

from simcollect.core.errors import InputError

NEEDED: Final = "逾期天数迁徙率回收客户留存催收还款承诺分期计划和解律师函诉讼减免核销账户余额积压占比（％），。：、"
"""Characters a typeface must have; one that has these has all of everyday simplified Chinese."""

PREFERRED: Final = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Microsoft YaHei",
    "Hiragino Sans GB",
    "Heiti SC",
    "STHeiti",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Droid Sans Fallback",
    "Noto Sans CJK JP",
)
"""Faces without serifs drawn for simplified Chinese, the best first; any other with the characters comes after them."""

_PACKAGE: Final = "pylopdf_fonts_zh_cn"
_PACKAGE_FILE: Final = "NotoSansSC-Regular.otf"
_LESS_FIT: Final = ("serif", "mono", "song", "ming", "kai", "fang")


@lru_cache(maxsize=1)
def chinese_family() -> str:
    """Return the name of an installed font family that has Chinese characters.

    Raises
    ------
    InputError
        If there is none, with what to install.
    """
    with weights_as_they_come():
        family = _best(font_manager.fontManager.get_font_names())
        for unseen in (_packaged, _installed_since):
            family = family or _best(_added(unseen()))
    if family is None:
        raise InputError(
            "",
            "a picture in Chinese",
            "needs a font with Chinese characters, and none is installed",
            "Expected a font such as Noto Sans SC, PingFang SC, Microsoft YaHei or SimHei",
            'Install one on any system with: pip install "simcollect[zh]"; on Debian or Ubuntu with: apt-get install '
            "fonts-noto-cjk; macOS and Windows have one unless it was removed (Windows: Settings, Optional features, "
            "Chinese (Simplified) Supplemental Fonts)",
        )
    return family


@contextmanager
def weights_as_they_come() -> Iterator[None]:
    """Let matplotlib take a face's regular weight for bold without a line in the log.

    Many Chinese faces have one weight only: that is no fault, and nothing that a user can mend.
    """
    log = logging.getLogger("matplotlib.font_manager")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def has_characters(family: str, characters: str) -> bool:
    """Return whether the regular face of a family has every one of these characters."""
    try:
        font = font_manager.get_font(font_manager.findfont(FontProperties(family=family), fallback_to_default=False))
    except (ValueError, OSError, RuntimeError):  # no such family; a file that is gone; one that is no font
        return False
    return all(font.get_char_index(ord(character)) for character in characters)


def _best(families: Iterable[str]) -> str | None:
    """Return the best of the families that have Chinese, or None."""

    def rank(family: str) -> tuple[int, bool, str]:
        place = PREFERRED.index(family) if family in PREFERRED else len(PREFERRED)
        return place, any(word in family.lower() for word in _LESS_FIT), family

    return next((family for family in sorted(families, key=rank) if has_characters(family, NEEDED)), None)


def _added(paths: Iterable[str]) -> list[str]:
    """Make matplotlib know font files, and return the families it knows then."""
    for path in paths:
        try:
            font_manager.fontManager.addfont(path)
        except (OSError, RuntimeError):  # not every file in a font folder is a font that can be read
            continue
    return font_manager.fontManager.get_font_names()


def _packaged() -> list[str]:
    package = find_spec(_PACKAGE)
    folders = [] if package is None else package.submodule_search_locations or []
    return [str(path) for folder in folders if (path := Path(folder) / _PACKAGE_FILE).is_file()]


def _installed_since() -> list[str]:
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    return sorted(set(font_manager.findSystemFonts()) - known)
