"""What a report says in each language: its sentences from the catalogues, its numbers and names by the locale.

Every sentence is written in English in the code, as ``language.text("...")`` or ``language.texts("...", "...", n)``
with named fields, and translated in ``locales/<code>.po``. Units (PFLOPS, Gbps, ms, kUSD) are the same in all.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, cached_property
from importlib.resources import files
from io import BytesIO
from math import floor, isfinite, log10
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError, did_you_mean
from planner.report.language.figures import (
    ALL_BUT,
    DIGITS,
    NONE,
    OPTIMUM_GAP,
    PROVED,
    UNKNOWN,
    column_decimals,
    decimals_of,
    money_unit,
    rounded,
)

if TYPE_CHECKING:
    from babel import Locale

LANGUAGES = {"en": "English", "zh": "中文", "ru": "Русский", "fr": "Français", "ar": "العربية"}
"""Codes of the languages, and what their speakers call them."""
RIGHT_TO_LEFT = frozenset({"ar"})
ISOLATE, END = "\u2068", "\u2069"
"""Keep a number and its unit together, in their own order, within a sentence that runs from right to left."""
NBSP = "\u00a0"
COUNTRY_NAMES = {("ru", "KG"): "Кыргызстан"}
"""Names by language and country that CLDR writes otherwise than the country does."""
MOST_SHARE, LEAST_SHARE = 0.999, 0.001
"""What is shown, with a decimal, of a share that is not quite whole, and of one that is hardly anything."""


class Language:
    """A language that reports are written in; equal codes are the same object, see `speak`."""

    def __init__(self, code: str) -> None:
        self.code = code

    @property
    def direction(self) -> str:
        """Return ``ltr`` or ``rtl``, as HTML wants it."""
        return "rtl" if self.code in RIGHT_TO_LEFT else "ltr"

    @property
    def tag(self) -> str:
        """The tag for browsers: Chinese is written in simplified characters, Arabic with Western digits."""
        return {"zh": "zh-Hans", "ar": "ar-u-nu-latn"}.get(self.code, self.code)

    @cached_property
    def locale(self) -> Locale:
        """Babel's locale, for numbers, dates and countries."""
        from babel import Locale

        return Locale.parse({"zh": "zh_Hans"}.get(self.code, self.code))

    @cached_property
    def plain(self) -> PlainLanguage:
        """The same language on a terminal."""
        return PlainLanguage(self.code)

    @cached_property
    def catalogue(self) -> gettext.NullTranslations:
        """Sentences by their English form; English has none to look up."""
        if self.code == "en":
            return gettext.NullTranslations()
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with (files("planner.report") / "locales" / f"{self.code}.po").open("rb") as file:
            read = read_po(file, locale=self.code)
        packed = BytesIO()
        write_mo(packed, read)
        packed.seek(0)
        return gettext.GNUTranslations(packed)

    def text(self, message: str, /, **fields: object) -> str:
        """Return a sentence, with its named fields filled in."""
        found = self.catalogue.gettext(message)
        return found.format(**fields) if fields else found

    def texts(self, one: str, many: str, count: int, /, **fields: object) -> str:
        """Return a sentence about a number of things in the form that goes with it; `{count}` is that number."""
        return self.catalogue.ngettext(one, many, count).format(count=self.number(count), **fields)

    def number(self, value: float, digits: int = DIGITS) -> str:
        """Return a number with so many digits that count, whole numbers in full: 1,459 or 1 459, 87.3 or 87,3."""
        from babel.numbers import format_decimal

        if not isfinite(value):
            return UNKNOWN
        decimals = decimals_of(value, digits) if value else 0
        text = str(format_decimal(rounded(value, decimals), format="#,##0." + "#" * decimals, locale=self.locale))
        return self.isolated(text) if value < 0 else text

    def fixed(self, value: float, decimals: int) -> str:
        """Return a number with exactly so many decimals; nothing, or no number, is a dash."""
        from babel.numbers import format_decimal

        if not isfinite(value) or value == 0:
            return NONE
        if rounded(abs(value), decimals) == 0:
            least = format_decimal(10**-decimals, format="0." + "0" * decimals, locale=self.locale)
            return self.isolated(f"<{least}")
        pattern = "#,##0." + "0" * decimals if decimals else "#,##0"
        text = str(format_decimal(rounded(value, decimals), format=pattern, locale=self.locale))
        return self.isolated(text) if value < 0 else text

    def column(self, values: Iterable[float], digits: int = DIGITS) -> list[str]:
        """Return the numbers of a table's column, all with as many decimals as the largest one needs."""
        listed = list(values)
        decimals = column_decimals(listed, digits)
        return [self.fixed(value, decimals) for value in listed]

    def quantity(self, value: float, unit: str, digits: int = DIGITS) -> str:
        """Return a number with its unit, which no line break and no change of direction comes between."""
        return self.isolated(f"{self.number(value, digits)}{NBSP}{unit}")

    def money(self, usd: float, currency: str = "USD") -> str:
        """Return an amount of money in the unit that fits: 21.4 kUSD."""
        factor, unit = money_unit([usd], currency)
        return self.quantity(usd / factor, unit)

    def rate(self, gbps: float) -> str:
        """Return traffic in the unit that fits: 400 Gbps, 1.2 Tbps."""
        return self.quantity(gbps / 1e3, "Tbps") if gbps >= 1e3 else self.quantity(gbps, "Gbps")

    def percentage(self, value: float) -> str:
        """Return a share in percent, never 0 or 100 for what is not."""
        from babel.numbers import format_percent

        if not isfinite(value):
            return UNKNOWN
        if value < OPTIMUM_GAP:
            return str(format_percent(0, locale=self.locale))
        if 0.995 <= value < 1 - ALL_BUT:
            return self.isolated(">" + str(format_percent(0.99, locale=self.locale)))
        decimals = 0 if value >= 0.1 else max(0, 1 - floor(log10(100 * value)))
        pattern = self.locale.percent_formats[None].pattern.replace("#,##0", "#,##0." + "#" * decimals)
        return str(format_percent(rounded(value, decimals + 2), format=pattern, locale=self.locale))

    def tenths(self, value: float) -> str:
        """Return a share in percent with a decimal, never 0 or 100 for what is not; no number is a dash."""
        from babel.numbers import format_percent

        if not isfinite(value):
            return NONE
        broken = 0 < value < 1 - ALL_BUT
        pattern = self.locale.percent_formats[None].pattern.replace("#,##0", "#,##0.0" if broken else "0")
        if 0 < value < LEAST_SHARE:
            return self.isolated(f"<{format_percent(LEAST_SHARE, format=pattern, locale=self.locale)}")
        shown = min(value, MOST_SHARE) if value < 1 - ALL_BUT else 1.0
        return str(format_percent(rounded(shown, 3), format=pattern, locale=self.locale))

    def gap(self, share: float) -> str:
        """Return how far a plan may be from the best, in percent; 0 where that is rounding."""
        return "0" if share <= PROVED else self.percentage(share)

    def date(self, moment: datetime) -> str:
        """Return the day of a moment: November 22, 2026."""
        from babel.dates import format_date

        return str(format_date(moment, format="long", locale=self.locale))

    def country(self, code: str) -> str:
        """Return a country's name as its government writes it, else by CLDR, or its code where CLDR has none."""
        return COUNTRY_NAMES.get((self.code, code)) or str(self.locale.territories.get(code, code))

    def name(self, record: Any, key: str) -> str:
        """Return what a record is called: in this language, else in the file's, else its key."""
        own = getattr(record, "name", None) or getattr(record, "title", None)
        return str(getattr(record, "names", {}).get(self.code) or own or key)

    def listed(self, parts: Iterable[str]) -> str:
        """Join parts as the language lists them: a, b and c."""
        from babel.lists import format_list

        return str(format_list(list(parts), locale=self.locale))

    def joined(self, parts: Iterable[str]) -> str:
        """Join parts with commas, where what follows them is no "and"."""
        return self.text(", ").join(parts)

    def few(self, parts: Sequence[str], most: int | None) -> str:
        """Join the first parts with commas, and say how many more there are; None means all."""
        left = 0 if most is None else len(parts) - most
        return self.joined([*parts[:most], self.texts("{count} more", "{count} more", left)] if left > 0 else parts)

    def run_on(self, sentences: Iterable[str]) -> str:
        """Return sentences as one paragraph; Chinese ones stand without a blank between them."""
        return ("" if self.code == "zh" else " ").join(sentences)

    def isolated(self, text: str) -> str:
        """Keep a piece of text in its own order where the sentence runs from right to left."""
        return f"{ISOLATE}{text}{END}" if self.direction == "rtl" else text


class PlainLanguage(Language):
    """A language on a terminal, which orders letters by itself: no marks of direction; English has plain blanks."""

    def text(self, message: str, /, **fields: object) -> str:
        """Return a sentence, with its named fields filled in."""
        return _unmarked(super().text(message, **fields))

    def texts(self, one: str, many: str, count: int, /, **fields: object) -> str:
        """Return a sentence about a number of things in the form that goes with it."""
        return _unmarked(super().texts(one, many, count, **fields))

    def quantity(self, value: float, unit: str, digits: int = DIGITS) -> str:
        """Return a number with its unit."""
        return f"{self.number(value, digits)}{' ' if self.code == 'en' else NBSP}{unit}"

    def percentage(self, value: float) -> str:
        """Return a share in percent, in English with a blank before the sign."""
        return self._spaced(super().percentage(value))

    def tenths(self, value: float) -> str:
        """Return a share in percent with a decimal, in English with a blank before the sign."""
        return self._spaced(super().tenths(value))

    def _spaced(self, text: str) -> str:
        return text.replace("%", " %") if self.code == "en" else text

    def isolated(self, text: str) -> str:
        """Return the text as it is."""
        return text


@cache
def speak(code: str = "en") -> Language:
    """Return a language by its code.

    Raises
    ------
    UsageError
        where the planner does not speak it
    """
    if code not in LANGUAGES:
        raise UsageError(f"the planner does not speak '{code}': {did_you_mean(code, LANGUAGES)}")
    return Language(code)


def _unmarked(text: str) -> str:
    return text.replace(ISOLATE, "").replace(END, "")


def capitalised(text: str) -> str:
    """Return a phrase with a capital letter, where its script has one."""
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """Return a sentence as it stands within another one."""
    return text[:1].lower() + text[1:]
