"""The codes of countries (ISO 3166-1 alpha-2), for lists that may name a country without nodes, and their names."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache

_SHORT = {"usa": "US", "uae": "AE", "england": "GB", "great britain": "GB", "korea": "KR", "holland": "NL"}
ALIKE = 0.8
"""How like a name a misspelt one has to be; there are more than a thousand."""
_LANGUAGES = ("en", "zh_Hans", "ru", "fr", "ar")

# Every first letter with the second letters that are assigned after it.
_ASSIGNED = (
    "A DEFGILMOQRSTUWXZ, B ABDEFGHIJLMNOQRSTVWYZ, C ACDFGHIKLMNORUVWXYZ, D EJKMOZ, E CEGHRST, F IJKMOR, "
    "G ABDEFGHILMNPQRSTUWY, H KMNRTU, I DELMNOQRST, J EMOP, K EGHIMNPRWYZ, L ABCIKRSTUVY, "
    "M ACDEFGHKLMNOPQRSTUVWXYZ, N ACEFGILOPRUZ, O M, P AEFGHKLMNRSTWY, Q A, R EOSUW, S ABCDEGHIJKLMNORSTVXYZ, "
    "T CDFGHJKLMNORTVWZ, U AGMSYZ, V ACEGINU, W FS, Y ET, Z AMW"
)

CODES = frozenset(
    first + second for first, seconds in (row.split() for row in _ASSIGNED.split(", ")) for second in seconds
)


def is_country(code: str) -> bool:
    """Tell whether a code is assigned, or one of those that users may give a meaning (AA, QM-QZ, XA-XZ, ZZ)."""
    return code in CODES or code in {"AA", "ZZ"} or code[0] == "X" or (code[0] == "Q" and code[1] >= "M")


@cache
def code_meant(word: str) -> str:
    """Return the code that somebody means who writes a country's name, its three letters or its code in small ones.

    Names may be in any language of the reports, and misspelt; where none is like the word, nothing is returned.
    """
    from babel.core import get_global

    word = word.strip()
    if len(word) == 2 and word.upper() in CODES:
        return word.upper()
    aliases = get_global("territory_aliases").get(word.upper(), ())  # KAZ, 398 and UK, but SU is now many
    if len(aliases) == 1 and aliases[0] in CODES:
        return str(aliases[0])
    near = get_close_matches(word.casefold(), _names(), n=1, cutoff=ALIKE)
    return _names()[near[0]] if near else ""


@cache
def _names() -> dict[str, str]:
    from babel import Locale

    found = {
        name.casefold(): code
        for language in _LANGUAGES
        for code, name in Locale.parse(language).territories.items()
        if code in CODES
    }
    return found | _SHORT
