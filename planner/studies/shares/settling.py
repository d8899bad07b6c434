"""Who ends with what: burdens by a division of the gains, proportional keys beside it, and payments that settle it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, fsum

CENT = 0.01


@dataclass(frozen=True)
class Payment:
    """Money from one to another, USD of all years, in whole cents."""

    payer: str
    payee: str
    usd: float


def settle(paid_usd: Mapping[str, float], burden_usd: Mapping[str, float]) -> tuple[Payment, ...]:
    """Return payments after which everybody has paid its burden, to the cent; at most one fewer than there are people.

    Who has paid too little pays, the one that owes most first, to whom most is owed. Whoever is in one of the mappings
    alone has paid, or bears, nothing.

    Raises ValueError where burdens do not add up to what was paid.
    """
    people = sorted({*paid_usd, *burden_usd})
    owed = {each: burden_usd.get(each, 0.0) - paid_usd.get(each, 0.0) for each in people}
    if abs(fsum(owed.values())) > CENT + 1e-9 * fsum(abs(usd) for usd in paid_usd.values()):
        raise ValueError(f"the burdens are {fsum(owed.values()):g} USD more than what was paid")
    cents = in_cents(owed)
    payments = []
    while any(cents.values()):
        payer = max(people, key=lambda each: cents[each])
        payee = min(people, key=lambda each: cents[each])
        amount = min(cents[payer], -cents[payee])
        cents[payer] -= amount
        cents[payee] += amount
        payments.append(Payment(payer, payee, amount / 100))
    return tuple(payments)


def in_cents(amounts_usd: Mapping[str, float]) -> dict[str, int]:
    """Return amounts that add up to nothing in whole cents that do so too: the largest remainders are rounded up."""
    exact = {each: usd / CENT for each, usd in amounts_usd.items()}
    cents = {each: floor(value) for each, value in exact.items()}
    by_remainder = sorted(exact, key=lambda each: (cents[each] - exact[each], each))
    for each in by_remainder[: -sum(cents.values())]:
        cents[each] += 1
    return cents


def divide_by_key(
    key: Mapping[str, float], total_usd: float, alone_usd: Mapping[str, float]
) -> dict[str, float] | None:
    """Return what each gains where the total is paid in proportion to a key; None where the key is nothing.

    x_i = c̃({i}) − total · key_i / Σ key.
    """
    whole = fsum(key.values())
    if whole <= 0:
        return None
    return {each: alone_usd[each] - total_usd * key.get(each, 0.0) / whole for each in sorted(alone_usd)}
