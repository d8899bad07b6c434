"""What a proof that there is no plan speaks of: restrictions without a part in it can be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.studies.explaining.restrictions import Restriction

OF_WORK = frozenset(
    {"residency", "transit", "share", "max_rtt", "deadline", "min_cluster", "split", "survives", "requires"}
)
"""Kinds that speak of work: they count where the proof has a row of such work, or of its country's floor."""
SPREAD = frozenset({"foreign_stake", "usable_by", "through", "site_fill", "link_fill", "count", "service", "serves"})
"""Kinds that leave no trace in a proof."""


def is_touched(restriction: Restriction, touched: frozenset[str], inputs: Inputs) -> bool:
    """Whether a proof speaks of a restriction: of its asset, of its country, or of work that it is about."""
    kind, parts = restriction.kind, restriction.record.split(".")
    if kind in SPREAD:
        return True
    if kind in ("residency", "transit", "share"):
        rule = getattr(inputs.scenario.policy, str(restriction.keys[1]))[int(restriction.keys[2])]
        nodes = inputs.topology.nodes
        places = {node for node in touched if node in nodes} | {nodes[n].country for n in touched if n in nodes}
        return rule.origin is None or bool(set(rule.origin) & (places | touched))
    if kind in OF_WORK:
        floors = "floor" in touched or "member_hosting" in touched
        return floors or parts[1] in touched
    if kind in ("required", "hosts"):
        return parts[1].split("/")[0] in touched or parts[1].split("/")[-1] in touched
    family = FAMILY_OF.get(kind)
    return family in touched if family else any(part in touched for part in parts)


FAMILY_OF = {"floor": "floor", "sites": "site_limit", "capex": "capex_budget", "carbon": "carbon_budget"}
"""The rows that a limit of the whole plan has, by kind."""
