"""A typeface for Chinese is found by what it has, or the user is told what to install."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import font_manager
from matplotlib.font_manager import FontEntry, FontProperties

from simcollect.core.errors import InputError
from simcollect.plots import fonts, theme
from simcollect.plots.fonts import NEEDED, chinese_family, has_characters
from tests.plots.drawing import has_chinese

DEJAVU = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


@pytest.fixture
def only_dejavu(monkeypatch: pytest.MonkeyPatch) -> Iterator[font_manager.FontManager]:
    """A machine with nothing but the fonts that matplotlib brings."""
    manager = font_manager.FontManager.__new__(font_manager.FontManager)
    manager.__dict__.update(font_manager.fontManager.__dict__)
    manager.ttflist = [entry for entry in font_manager.fontManager.ttflist if "DejaVu" in entry.name]
    monkeypatch.setattr(font_manager, "fontManager", manager)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [])
    monkeypatch.setattr(fonts, "find_spec", lambda _: None)
    chinese_family.cache_clear()
    yield manager
    chinese_family.cache_clear()


def test_without_a_font_the_message_says_what_to_install_on_each_system(only_dejavu: object) -> None:
    with pytest.raises(InputError) as told, theme("zh"):
        pass
    message = str(told.value)
    assert "needs a font with Chinese characters, and none is installed" in message
    for help_text in ('pip install "simcollect[zh]"', "apt-get install fonts-noto-cjk", "macOS", "Windows"):
        assert help_text in message


def test_english_needs_no_chinese_font(only_dejavu: object) -> None:
    with theme("en"):
        assert mpl.rcParams["font.family"] == ["DejaVu Sans"]


def test_a_font_is_not_trusted_for_its_name(only_dejavu: font_manager.FontManager) -> None:
    only_dejavu.ttflist = [*only_dejavu.ttflist, FontEntry(fname=str(DEJAVU), name="SimHei")]
    with pytest.raises(InputError, match="none is installed"):
        chinese_family()


def test_a_font_file_that_is_gone_or_broken_is_passed_over(
    only_dejavu: font_manager.FontManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    only_dejavu.ttflist = [*only_dejavu.ttflist, FontEntry(fname=str(tmp_path / "gone.ttf"), name="Noto Sans SC")]
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(broken)])
    with pytest.raises(InputError, match="none is installed"):
        chinese_family()


@pytest.mark.skipif(not has_chinese(), reason="no font with Chinese is installed here")
def test_the_family_found_has_the_characters_whatever_it_is_called() -> None:
    assert has_characters(chinese_family(), NEEDED)
    assert not has_characters("DejaVu Sans", NEEDED)
    assert not has_characters("No such family", "a")


@pytest.mark.skipif(not has_chinese(), reason="no font with Chinese is installed here")
def test_a_font_installed_since_matplotlib_made_its_list_is_found(
    only_dejavu: font_manager.FontManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    chinese_family.cache_clear()
    family = chinese_family()
    path = next(entry.fname for entry in font_manager.fontManager.ttflist if entry.name == family)
    without = [entry for entry in font_manager.fontManager.ttflist if "DejaVu" in entry.name]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", without)
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [path])
    monkeypatch.setattr(fonts, "find_spec", lambda _: None)
    chinese_family.cache_clear()
    assert has_characters(chinese_family(), NEEDED)


def test_a_face_without_bold_is_used_without_a_word_in_the_log(
    only_dejavu: font_manager.FontManager, caplog: pytest.LogCaptureFixture
) -> None:
    only_dejavu.ttflist = [*only_dejavu.ttflist, FontEntry(fname=str(DEJAVU), name="One Weight", weight=400)]
    bold = FontProperties(family="One Weight", weight="bold")
    with theme():
        font_manager.findfont(bold)
    assert not caplog.records
    assert logging.getLogger("matplotlib.font_manager").level != logging.ERROR
