"""The demands of a foreign file as a demand file of ours: traffic between places."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from planner.files.formats.rates import rate_text
from planner.files.formats.raw import Guess, Raw, Settings, broken
from planner.files.formats.settle import SettledTopology
from planner.units import parse

UNSERVED = "10 kUSD/Gbps/year"
"""What unserved traffic costs where nobody says: dearer than any path, so that all is served that can be."""


def demand_record(raw: Raw, settled: SettledTopology, settings: Settings) -> dict[str, Any] | None:
    """Return the record of a demand file, or None where the file knows no demand; guesses are added to `settled`.

    Our rates hold in each direction, so that of two opposite demands the greater one counts.
    """
    if not raw.demands:
        return None
    unit = raw.rate_unit or settings.unit or "Gbps"
    scale = parse(f"1 {unit}", "gbps")
    if not (raw.rate_unit or settings.unit):
        settled.guesses.append(Guess("demands", "rate", "Gbps", "the file names no unit"))
    rates = _rates(raw, settled)
    workload: dict[str, Any] = {"kind": "traffic", "unserved": settings.unserved or UNSERVED}
    if settings.unserved is None:
        why = "the file gives no price"
        settled.guesses.append(Guess("workloads.traffic", "unserved", UNSERVED, why))
        workload |= {"confidence": "assumed", "note": f"assumed: unserved ({why})"}
    rows = [
        {"origin": a, "to": b, "workload": "traffic", "rate": rate_text(amount * scale)}
        for (a, b), amount in rates.items()
    ]
    record: dict[str, Any] = {"demand": settled.record["topology"], "title": settled.record["title"]}
    return record | {"workloads": {"traffic": workload}, "demands": rows}


def _rates(raw: Raw, settled: SettledTopology) -> dict[tuple[str, str], float]:
    """Return the rate of each pair of places: sums of one direction, the greater of the two."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    placed = {node.key for node in raw.nodes}
    left_out = 0
    for demand in raw.demands:
        for end in demand.ends:
            if end not in placed:
                raise broken(raw.file, f"a demand names '{end}', which is no node", line=demand.line)
        if demand.amount < 0:
            raise broken(raw.file, f"the demand {demand.amount:g} is negative", "write zero or more", line=demand.line)
        ends = [settled.nodes.get(end, "") for end in demand.ends]
        if "" in ends or ends[0] == ends[1]:
            left_out += 1
        else:
            sums[ends[0], ends[1]] += demand.amount
    if left_out:
        settled.messages.append(f"demands from a node to itself or at nodes left out, left out too: {left_out}")
    rates: dict[tuple[str, str], float] = {}
    both = 0
    for (a, b), amount in sums.items():
        if (b, a) in rates:
            rates[b, a] = max(rates[b, a], amount)
            both += 1
        else:
            rates[a, b] = amount
    if both:
        settled.messages.append(f"pairs with a demand in each direction, of which the greater counts for both: {both}")
    return rates
