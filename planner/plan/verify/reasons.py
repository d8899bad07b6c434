"""Rules of reasons: what is left unserved has one, what is served has none, and what a reason names is as it says.

A reason says that a limit is full, that a rule forbids, that money is better spent otherwise. Whether moving what it
names would serve more, only solving again can tell; whether it is full, forbidden or dearer, the tables and inputs do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.plan import phrases
from planner.plan.phrase_reading import read_listed, read_phrase
from planner.plan.verify.checked import ReasonPart
from planner.plan.verify.evidence import Evidence
from planner.plan.verify.grounds import GROUNDS
from planner.plan.verify.limits import LIMITS
from planner.plan.verify.tolerance import ABSOLUTE, RELATIVE

if TYPE_CHECKING:
    from planner.plan.verify.parts import DemandPart

FULL = {phrase: LIMITS[family].is_full for family, phrase in phrases.FULL.items()}
"""What has to be so where a limit is said to be full."""


def reasons_hold(e: Evidence) -> Iterator[str]:
    """Everything left unserved says why, and each limit, rule and figure that is named is what it is said to be."""
    for table, unit in (("demands", "pflops"), ("rates", "gbps")):
        for key, row in e.rows(table).items():
            where = f"{key[0]}: demand {' to '.join(key[1:-1])}/{key[-1]}"
            left, reason = row[f"unserved_{unit}"], row["reason"]
            if left > 10 * (RELATIVE * row[f"demand_{unit}"] + ABSOLUTE) and not reason:
                yield f"{where}: some of it is left unserved, and no reason is given"
            if reason and left <= 0:
                yield f"{where}: all of it is served, and the reason is: {reason}"
            elif reason:
                yield from (f"{where}: {fault}" for fault in _faults(e, table, key, reason, left))


def _faults(e: Evidence, table: str, key: tuple[object, ...], reason: str, left: float) -> Iterator[str]:
    parts = _parts(e, table, key)
    amounts: list[float] = []
    for piece in reason.split(phrases.ALSO):
        part = read_phrase(piece)
        inner = piece
        if part is not None and part.phrase is phrases.PART:
            amounts.append(float(part.fields["pflops"]))
            inner = part.fields["reason"]
        elif part is not None and part.phrase is phrases.EVEN_THEN:
            inner = part.fields["reason"]
        yield from _piece_faults(e, int(str(key[0])), parts, inner)
    if amounts and abs(sum(amounts) - left) > 1e-3 * left:
        yield f"its reasons speak of {sum(amounts):.6g} in all, and {left:.6g} are left"


def _parts(e: Evidence, table: str, key: tuple[object, ...]) -> list[DemandPart]:
    named = (key[1], key[2]) if table == "demands" else (key[1], key[2], key[3])
    return [
        part
        for part in e.parts.values()
        if named == ((part.row.origin, part.workload.id) if part.row.to is None
                     else (part.row.origin, part.row.to, part.workload.id))
    ]  # fmt: skip


def _piece_faults(e: Evidence, year: int, parts: list[DemandPart], text: str) -> Iterator[str]:
    whole = read_phrase(text)
    listed = [whole] if whole is not None and whole.phrase is not phrases.EVEN_THEN else read_listed(text)
    if not listed:
        yield f"'{text}' is no reason"
    for said in listed:
        holds = GROUNDS.get(said.phrase) or FULL.get(said.phrase)
        try:
            right = holds is not None and holds(ReasonPart(e, year, parts, said.fields))
        except (LookupError, ValueError):
            right = False
        if not right:
            yield f"it does not hold that {text}"


RULES = (reasons_hold,)
