"""Fonts that have the letters of a picture; where the system has none, the reader is told and no boxes are drawn."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from planner.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.font_manager import FontEntry

BASE = "DejaVu Sans"
"""Comes with matplotlib, so that a picture in Latin, Cyrillic or Arabic letters is the same on every machine."""
CHINESE = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Arial Unicode MS",
)  # fmt: skip
"""Fonts with simplified Chinese, the best first."""
ADVICE = {
    "CJK": "Noto Sans CJK SC", "HIRAGANA": "Noto Sans CJK JP", "KATAKANA": "Noto Sans CJK JP",
    "HANGUL": "Noto Sans CJK KR", "ARABIC": "Noto Sans Arabic",
}  # fmt: skip
"""What to install for letters whose Unicode name begins with a word; for others, Noto Sans and that word."""
SHOWN_LETTERS = 12
LAST_RESORT = "Last Resort"
"""Fonts of boxes, one for every letter there is."""
NORMAL = (400, "normal", "regular", "book")
UNDRAWN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"})
"""Unicode categories that need no glyph of their own."""


def letters_of(texts: Iterable[str]) -> frozenset[str]:
    """Return the letters that texts need glyphs for."""
    letters = frozenset(letter for text in texts for letter in text)
    return frozenset(letter for letter in letters if unicodedata.category(letter) not in UNDRAWN)


def choose_families(letters: Iterable[str], language: str = "en") -> list[str]:
    """Return the families that together have all letters, the first ones preferred.

    The list of fonts is read anew before letters are refused: one may have been installed since it was made.

    Raises UsageError where no font on this machine has some of the letters.
    """
    wanted = set(letters)
    chosen, missing = _choose(wanted, language)
    if missing and _rescan():
        chosen, missing = _choose(wanted, language)
    if missing:
        raise UsageError(_complaint(missing))
    return chosen


def _choose(letters: set[str], language: str) -> tuple[list[str], set[str]]:
    """Return families that together have as many of the letters as they can, and the letters that none has."""
    missing, chosen = set(letters), list[str]()
    for family in _candidates(missing, language):
        found = {letter for letter in missing if ord(letter) in _letters(family)}
        if found or family == BASE:
            chosen.append(family)
            missing -= found
        if not missing and BASE in chosen:
            break
    return chosen, missing


def _rescan() -> bool:
    """Add the fonts that came since the list of fonts was made; tell whether there are any."""
    from matplotlib import font_manager

    listed = font_manager.fontManager.ttflist
    known, count = {str(entry.fname) for entry in listed}, len(listed)
    for file in sorted(file for file in map(str, font_manager.findSystemFonts()) if file not in known):
        with suppress(OSError, RuntimeError, ValueError):  # what is no font to matplotlib is none to us
            font_manager.fontManager.addfont(file)
    if len(listed) == count:
        return False
    _installed.cache_clear()
    _letters.cache_clear()
    return True


def _candidates(missing: set[str], language: str) -> Iterator[str]:
    """Yield installed families: Chinese ones first in a Chinese picture, then the base, then whatever there is."""
    installed = _installed()
    chinese = [family for family in CHINESE if family in installed]
    first = [*chinese[:1], BASE] if language == "zh" else [BASE, *chinese[:1]]
    advised = [family for family in dict.fromkeys(map(_advice, sorted(missing))) if family in installed]
    order = dict.fromkeys([*first, *advised, *chinese])
    yield from order
    yield from (family for family in sorted(installed) if family not in order)


@cache
def _installed() -> dict[str, FontEntry]:
    """Return the upright files of normal weight by family; a family without one is no choice."""
    from matplotlib import font_manager

    upright = (
        entry
        for entry in sorted(font_manager.fontManager.ttflist, key=lambda each: (each.name, str(each.fname)))
        if not entry.name.startswith(LAST_RESORT)
        and entry.style == "normal"
        and entry.weight in NORMAL
        and entry.stretch == "normal"
    )
    return {entry.name: entry for entry in upright if not entry.name.startswith(LAST_RESORT)}


@cache
def _letters(family: str) -> frozenset[int]:
    """Return the code points that a family has outlines for; none where its file cannot be read."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FaceFlags

    entry = _installed()[family]
    try:
        font = font_manager.get_font(font_manager.FontPath(entry.fname, entry.index))
    except (OSError, RuntimeError, ValueError):
        return frozenset()
    return frozenset(font.get_charmap()) if FaceFlags.SCALABLE in font.face_flags else frozenset()


def has_outlines_of_truetype(families: Iterable[str]) -> bool:
    """Whether all families are TrueType files, which alone go into a PDF as they are (type 42)."""
    return all(str(_installed()[family].fname).lower().endswith(".ttf") for family in families)


def _advice(letter: str) -> str:
    """Return a free font that has a letter."""
    if not unicodedata.category(letter).startswith("L"):
        return "Noto Sans Symbols 2"
    word = unicodedata.name(letter).split()[0]
    return ADVICE.get(word, f"Noto Sans {word.title()}")


def _complaint(missing: set[str]) -> str:
    shown = [letter if letter.isprintable() else f"U+{ord(letter):04X}" for letter in sorted(missing)]
    more = f" and {len(shown) - SHOWN_LETTERS} more" if len(shown) > SHOWN_LETTERS else ""
    fonts = " and ".join(dict.fromkeys(map(_advice, sorted(missing))))
    return (
        f"no font on this machine has the letters {' '.join(shown[:SHOWN_LETTERS])}{more}, which the picture needs: "
        f"install {fonts}, and try again"
    )
