"""The codes of countries (ISO 3166-1 alpha-2), for lists that may name a country without nodes."""

from __future__ import annotations

__all__ = ["CODES", "is_country"]

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
